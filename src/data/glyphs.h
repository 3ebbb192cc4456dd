/* glyphs.h - printed characters as a scanner sees them, one by one. */
#ifndef LENET_DATA_GLYPHS_H
#define LENET_DATA_GLYPHS_H

#include "data/effects.h"
#include "data/fonts.h"

/* Draws glyph `index` of the endless set `seed` with any of these faces: a character on its line,
 * as printed, scanned and cut out, in the frame of image/frame.h. Of any 95 in a row each is
 * another one; *label is its code less that of space, whose picture is blank. */
lenet_status lenet_glyph_draw(const lenet_fonts *fonts, const lenet_normals *normals, uint64_t seed,
                              uint64_t index, uint8_t pixels[28 * 28], uint8_t *label,
                              lenet_error *error);

/* Fills pictures [count][28][28] and labels [count] with glyphs `first` and on of a seed, of a part
 * of the fonts in `folders`, as lenet_fonts_open has them. */
lenet_status lenet_glyphs_fill(const char *const *folders, lenet_font_part part, uint64_t seed,
                               uint64_t first, size_t count, uint8_t *pictures, uint8_t *labels,
                               lenet_error *error);

#endif
