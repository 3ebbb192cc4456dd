#define _POSIX_C_SOURCE 200809L
#include "data/fonts.h"

#include "base/error.h"

#if LENET_HAVE_FREETYPE

#include "data/dataset.h"
#include "data/listing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ft2build.h>

#include <freetype/freetype.h>
#include <freetype/ftbbox.h>
#include <freetype/ftoutln.h>
#include <freetype/tttables.h>

enum { FIRST = ' ' + 1, LAST = '~', DEEPEST = 8, UNIT = 64 /* of a pixel */ };

/* Figures that are not as high as capitals, or hang below the line, are old-style ones. */
static const double LEAST_FIGURE = 1.2;    /* heights of x */
static const double LOWEST_FIGURE = -0.08; /* ems */
static const int LIGHTEST = 300, BOLDEST = 800;

struct lenet_fonts {
  FT_Library library;
  lenet_face *face; /* [count], by family, then style */
  size_t count, room;
  size_t *family; /* [families + 1]: where each begins */
  size_t families;
};

static const char *const system_folders[] = {"/usr/share/fonts", "/usr/local/share/fonts",
                                             "/Library/Fonts", "/System/Library/Fonts", NULL};

static lenet_status no_memory(lenet_error *error)
{
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for fonts");
}

/* -------------------------------------------------------------- faces ---------------------- */

/* The outline of a character in the font's own units; false where there is none. */
static bool box_of(FT_Face font, int character, FT_BBox *box)
{
  return FT_Get_Char_Index(font, (FT_ULong)character) != 0 &&
         FT_Load_Char(font, (FT_ULong)character, FT_LOAD_NO_SCALE) == 0 &&
         font->glyph->format == FT_GLYPH_FORMAT_OUTLINE && font->glyph->outline.n_points > 0 &&
         FT_Outline_Get_BBox(&font->glyph->outline, box) == 0;
}

static bool is_for_text(FT_Face font, lenet_face *face)
{
  FT_BBox box[LAST + 1];
  const TT_OS2 *os2 = FT_Get_Sfnt_Table(font, FT_SFNT_OS2);
  if (!FT_IS_SCALABLE(font) || font->units_per_EM == 0 ||
      (os2 && (os2->usWeightClass < LIGHTEST || os2->usWeightClass > BOLDEST)))
    return false;
  for (int c = FIRST; c <= LAST; c++)
    if (!box_of(font, c, &box[c]))
      return false;
  const double em = font->units_per_EM;
  *face = (lenet_face){.font = font,
                       .family = font->family_name,
                       .style = font->style_name ? font->style_name : "",
                       .x_height = (double)box['x'].yMax / em,
                       .capital = (double)box['H'].yMax / em};
  return box['x'].yMax > 0 && (double)box['0'].yMax > LEAST_FIGURE * (double)box['x'].yMax &&
         (double)box['3'].yMin > LOWEST_FIGURE * em;
}

static lenet_status add_face(lenet_fonts *fonts, const lenet_face *face, lenet_error *error)
{
  if (fonts->count == fonts->room) {
    const size_t room = fonts->room ? 2 * fonts->room : 64;
    lenet_face *larger = realloc(fonts->face, room * sizeof *larger);
    if (!larger)
      return no_memory(error);
    fonts->face = larger;
    fonts->room = room;
  }
  fonts->face[fonts->count++] = *face;
  return LENET_OK;
}

/* What is no font, or none of this part, is passed over. */
static lenet_status open_file(lenet_fonts *fonts, lenet_font_part part, const char *path,
                              lenet_error *error)
{
  FT_Face font;
  lenet_face face;
  lenet_font_part its;
  const FT_Error failed = FT_New_Face(fonts->library, path, 0, &font);
  if (failed)
    return failed == FT_Err_Out_Of_Memory ? no_memory(error) : LENET_OK;
  lenet_status status = LENET_OK;
  if (font->family_name && lenet_font_part_of(font->family_name, &its) && its == part &&
      is_for_text(font, &face)) {
    status = add_face(fonts, &face, error);
    if (status == LENET_OK)
      return status;
  }
  FT_Done_Face(font);
  return status;
}

static bool is_font_file(const char *name)
{
  const size_t length = strlen(name);
  const char *end = length > 4 ? name + length - 4 : "";
  return strcmp(end, ".ttf") == 0 || strcmp(end, ".otf") == 0;
}

/* A folder on the way to the one that is looked through. */
typedef struct visit {
  const struct visit *above; /* NULL at the top */
  struct stat folder;
} visit;

/* A link may lead back to a folder that it lies in. */
static bool is_on_the_way(const struct stat *folder, const visit *way, int *depth)
{
  for (*depth = 0; way; way = way->above, ++*depth)
    if (way->folder.st_dev == folder->st_dev && way->folder.st_ino == folder->st_ino)
      return true;
  return false;
}

static lenet_status open_folder(lenet_fonts *fonts, lenet_font_part part, const char *folder,
                                const visit *above, lenet_error *error);

/* Another folder, or a file; nobody waits for a pipe that is called like a font. */
static lenet_status open_path(lenet_fonts *fonts, lenet_font_part part, const char *path,
                              const visit *way, lenet_error *error)
{
  struct stat there;
  int depth;
  if (stat(path, &there) != 0)
    return LENET_OK;
  if (S_ISREG(there.st_mode))
    return is_font_file(path) ? open_file(fonts, part, path, error) : LENET_OK;
  return S_ISDIR(there.st_mode) && !is_on_the_way(&there, way, &depth) && depth <= DEEPEST
             ? open_folder(fonts, part, path, way, error)
             : LENET_OK;
}

static lenet_status open_folder(lenet_fonts *fonts, lenet_font_part part, const char *folder,
                                const visit *above, lenet_error *error)
{
  lenet_names names = {.count = 0};
  visit here = {.above = above};
  lenet_status status = lenet_list_directory(folder, false, &names, error);
  if (status == LENET_OK && stat(folder, &here.folder) != 0)
    status = lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", folder, strerror(errno));
  lenet_names_sort(&names);
  for (size_t i = 0; i < names.count && status == LENET_OK; i++) {
    char *path = lenet_data_path(folder, names.name[i], "");
    status = path ? open_path(fonts, part, path, &here, error) : no_memory(error);
    free(path);
  }
  lenet_names_free(&names);
  return status;
}

/* -------------------------------------------------------------- families ------------------- */

static int by_name(const void *a, const void *b)
{
  const lenet_face *one = a, *other = b;
  const int family = strcmp(one->family, other->family);
  return family ? family : strcmp(one->style, other->style);
}

/* Sorts, keeps one of each style, and finds where families begin. */
static lenet_status order(lenet_fonts *fonts, lenet_error *error)
{
  size_t kept = 0;
  if (!(fonts->family = malloc((fonts->count + 1) * sizeof *fonts->family)))
    return no_memory(error);
  if (fonts->count > 0) /* or there is no array */
    qsort(fonts->face, fonts->count, sizeof *fonts->face, by_name);
  for (size_t i = 0; i < fonts->count; i++) {
    if (kept > 0 && by_name(&fonts->face[kept - 1], &fonts->face[i]) == 0) {
      FT_Done_Face(fonts->face[i].font);
      continue;
    }
    if (kept == 0 || strcmp(fonts->face[kept - 1].family, fonts->face[i].family) != 0)
      fonts->family[fonts->families++] = kept;
    fonts->face[kept++] = fonts->face[i];
  }
  fonts->count = fonts->family[fonts->families] = kept;
  return LENET_OK;
}

lenet_status lenet_fonts_open(const char *const *folders, lenet_font_part part, lenet_fonts **fonts,
                              lenet_error *error)
{
  static const char *const names[] = {"train", "choose", "measure"};
  lenet_fonts *made = calloc(1, sizeof *made);
  lenet_status status = LENET_OK;
  if (!made || FT_Init_FreeType(&made->library)) {
    free(made);
    return no_memory(error);
  }
  const char *const *folder = folders ? folders : system_folders;
  for (; *folder && status == LENET_OK; folder++)
    if (folders || lenet_is_directory(*folder))
      status = open_folder(made, part, *folder, NULL, error);
  if (status == LENET_OK)
    status = order(made, error);
  if (status == LENET_OK && made->count == 0)
    status = lenet_fail(error, LENET_NO_DATA, -1,
                        "%s: no font to %s with; docs/print.md says which there are",
                        folders && *folders ? *folders : system_folders[0], names[part]);
  if (status != LENET_OK) {
    lenet_fonts_free(made);
    return status;
  }
  *fonts = made;
  return LENET_OK;
}

void lenet_fonts_free(lenet_fonts *fonts)
{
  if (!fonts)
    return;
  FT_Done_FreeType(fonts->library); /* and its faces */
  free(fonts->face);
  free(fonts->family);
  free(fonts);
}

size_t lenet_fonts_families(const lenet_fonts *fonts) { return fonts->families; }

size_t lenet_fonts_faces(const lenet_fonts *fonts, size_t family)
{
  return fonts->family[family + 1] - fonts->family[family];
}

const lenet_face *lenet_fonts_face(const lenet_fonts *fonts, size_t family, size_t face)
{
  return &fonts->face[fonts->family[family] + face];
}

const lenet_face *lenet_fonts_choose(const lenet_fonts *fonts, lenet_rng *rng)
{
  const size_t family = lenet_rng_below(rng, (uint32_t)fonts->families);
  return lenet_fonts_face(fonts, family,
                          lenet_rng_below(rng, (uint32_t)lenet_fonts_faces(fonts, family)));
}

/* -------------------------------------------------------------- text ----------------------- */

typedef struct canvas {
  uint8_t *pixels;
  int width, height;
} canvas;

/* FreeType counts rows upwards from the lower edge. */
static void add_spans(int y, int count, const FT_Span *spans, void *user)
{
  const canvas *to = user;
  uint8_t *row = to->pixels + (size_t)(to->height - 1 - y) * (size_t)to->width;
  for (int i = 0; i < count; i++)
    for (int x = spans[i].x; x < spans[i].x + spans[i].len; x++)
      row[x] = (uint8_t)(row[x] + spans[i].coverage > 255 ? 255 : row[x] + spans[i].coverage);
}

static FT_Pos units(double pixels) { return (FT_Pos)floor(pixels * UNIT + 0.5); }
static FT_Fixed fixed(double x) { return (FT_Fixed)floor(x * 65536 + 0.5); }

/* Spreads, slants and turns an outline, and puts its origin to (x, y) above the lower left corner.
 */
static void place(const lenet_type *type, double x, double y, FT_Outline *outline)
{
  const double c = 1 / sqrt(1 + type->turn * type->turn), s = type->turn * c;
  const FT_Matrix matrix = {.xx = fixed(c),
                            .xy = fixed(c * type->slant + s),
                            .yx = fixed(-s),
                            .yy = fixed(c - s * type->slant)};
  const FT_Pos spread = units(type->spread);
  FT_Outline_Embolden(outline, 2 * spread); /* which grows to the right and upwards alone */
  FT_Outline_Translate(outline, -spread, -spread);
  FT_Outline_Transform(outline, &matrix);
  FT_Outline_Translate(outline, units(x), units(y));
}

static lenet_glyph_box pixels_of(FT_Outline *outline, int height)
{
  FT_BBox box;
  lenet_glyph_box at = {0};
  if (outline->n_points == 0 || FT_Outline_Get_BBox(outline, &box))
    return at;
  at.x = (int)floor((double)box.xMin / UNIT);
  at.width = (int)ceil((double)box.xMax / UNIT) - at.x;
  at.y = height - (int)ceil((double)box.yMax / UNIT);
  at.height = height - (int)floor((double)box.yMin / UNIT) - at.y;
  return at;
}

static bool draw_outline(const lenet_fonts *fonts, FT_Outline *outline, canvas *to)
{
  FT_Raster_Params params = {.flags =
                                 FT_RASTER_FLAG_AA | FT_RASTER_FLAG_DIRECT | FT_RASTER_FLAG_CLIP,
                             .gray_spans = add_spans,
                             .user = to,
                             .clip_box = {0, 0, to->width, to->height}};
  return FT_Outline_Render(fonts->library, outline, &params) == 0;
}

lenet_status lenet_fonts_draw(const lenet_fonts *fonts, const lenet_face *face,
                              const lenet_type *type, const char *text, double x, double y,
                              uint8_t *pixels, int width, int height, lenet_glyph_box *boxes,
                              double *end, lenet_error *error)
{
  FT_Face font = face->font;
  canvas to = {pixels, width, height};
  FT_UInt before = 0;
  const double c = 1 / sqrt(1 + type->turn * type->turn), s = type->turn * c;
  double along = 0; /* the line, from its beginning */
  bool fine = FT_Set_Char_Size(font, 0, units(type->size), 72, 72) == 0;
  for (size_t i = 0; fine && text[i]; i++) {
    const FT_UInt glyph = FT_Get_Char_Index(font, (FT_ULong)(unsigned char)text[i]);
    FT_Vector kern = {0, 0};
    fine = FT_Load_Glyph(font, glyph, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) == 0 &&
           font->glyph->format == FT_GLYPH_FORMAT_OUTLINE;
    if (!fine)
      break;
    if (before && FT_HAS_KERNING(font))
      FT_Get_Kerning(font, before, glyph, FT_KERNING_UNFITTED, &kern);
    along += (double)kern.x / UNIT;
    FT_Outline *outline = &font->glyph->outline;
    place(type, x + c * along, height - y - s * along, outline);
    if (boxes)
      boxes[i] = pixels_of(outline, height);
    fine = !pixels || draw_outline(fonts, outline, &to);
    along += (double)font->glyph->linearHoriAdvance / 65536 + type->tracking * type->size;
    before = glyph;
  }
  if (!fine)
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s %s: FreeType cannot draw this face",
                      face->family, face->style);
  if (end)
    *end = x + c * along;
  return LENET_OK;
}

#else

lenet_status lenet_fonts_open(const char *const *folders, lenet_font_part part, lenet_fonts **fonts,
                              lenet_error *error)
{
  (void)folders, (void)part, (void)fonts;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "fonts cannot be read: this build was made without FreeType");
}

void lenet_fonts_free(lenet_fonts *fonts) { (void)fonts; }

/* Nobody comes here: there are no fonts to ask for. */
size_t lenet_fonts_families(const lenet_fonts *fonts) { return (void)fonts, 0; }
size_t lenet_fonts_faces(const lenet_fonts *fonts, size_t family)
{
  return (void)fonts, (void)family, 0;
}
const lenet_face *lenet_fonts_face(const lenet_fonts *fonts, size_t family, size_t face)
{
  return (void)fonts, (void)family, (void)face, NULL;
}
const lenet_face *lenet_fonts_choose(const lenet_fonts *fonts, lenet_rng *rng)
{
  return (void)fonts, (void)rng, NULL;
}
lenet_status lenet_fonts_draw(const lenet_fonts *fonts, const lenet_face *face,
                              const lenet_type *type, const char *text, double x, double y,
                              uint8_t *pixels, int width, int height, lenet_glyph_box *boxes,
                              double *end, lenet_error *error)
{
  (void)fonts, (void)face, (void)type, (void)text, (void)x, (void)y, (void)pixels, (void)width;
  (void)height, (void)boxes, (void)end;
  return lenet_fail(error, LENET_UNSUPPORTED, -1, "text cannot be drawn without FreeType");
}

#endif
