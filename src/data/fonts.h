/* fonts.h - the machine's fonts, and lines of text drawn with them, through FreeType.
 *
 * Which families are taken, and on which side each stands, is a list in the code (families.c): what
 * is learned from, chosen on and measured with are different designs, wherever it runs. */
#ifndef LENET_DATA_FONTS_H
#define LENET_DATA_FONTS_H

#include "base/rng.h"
#include "lenet.h"

/* The part that a family belongs to; false for one that is not in the list. */
bool lenet_font_part_of(const char *family, lenet_font_part *part);

struct FT_FaceRec_;

/* One style of a family. */
typedef struct lenet_face {
  struct FT_FaceRec_ *font;
  const char *family, *style;
  double x_height, capital; /* heights of x and H above the baseline, parts of the size */
} lenet_face;

/* The faces of a part; one thread at a time may use them. */
typedef struct lenet_fonts lenet_fonts;

/* Opens the faces of `part` in `folders` and all that is below them (NULL-terminated; NULL: where
 * the system keeps fonts). A face is taken where its family is in the list, it has outlines of all
 * 95 printable characters, its weight is one of text (300 .. 800 of 1000), and its figures are as
 * high as capitals. Two of the same family and style count once. LENET_NO_DATA where there is none,
 * LENET_UNSUPPORTED in a build without FreeType. */
lenet_status lenet_fonts_open(const char *const *folders, lenet_font_part part, lenet_fonts **fonts,
                              lenet_error *error);
void lenet_fonts_free(lenet_fonts *fonts);

/* Families, then faces in them, in the order of their names. */
size_t lenet_fonts_families(const lenet_fonts *fonts);
size_t lenet_fonts_faces(const lenet_fonts *fonts, size_t family);
const lenet_face *lenet_fonts_face(const lenet_fonts *fonts, size_t family, size_t face);

/* Any family, one as often as another, then any of its faces. */
const lenet_face *lenet_fonts_choose(const lenet_fonts *fonts, lenet_rng *rng);

/* How text is set. */
typedef struct lenet_type {
  double size;     /* pixels an em */
  double tracking; /* paper added between characters, ems */
  double spread;   /* ink beyond the outlines, pixels on each side; less than 0: lost */
  double slant;    /* what is one higher stands so much further right */
  double turn;     /* the line falls by so much for each pixel to the right: tangent, below 1 */
} lenet_type;

/* Where a character of a line came to lie: the pixels that its outline reaches, all 0 for a space.
 */
typedef struct lenet_glyph_box {
  int x, y, width, height;
} lenet_glyph_box;

/* Draws a line of printable ASCII, its baseline beginning at (x, y), pixels from the upper left
 * corner: adds to each pixel of canvas [height][width], 0 paper .. 255 ink, what the characters
 * cover of it; what is outside is cut off. `canvas` may be NULL, to measure. `boxes` (or NULL) gets
 * one for each character, `end` (or NULL) the x at which the line goes on. */
lenet_status lenet_fonts_draw(const lenet_fonts *fonts, const lenet_face *face,
                              const lenet_type *type, const char *text, double x, double y,
                              uint8_t *canvas, int width, int height, lenet_glyph_box *boxes,
                              double *end, lenet_error *error);

#endif
