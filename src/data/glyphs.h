/* glyphs.h - printed characters as a scanner sees them, one by one. */
#ifndef LENET_DATA_GLYPHS_H
#define LENET_DATA_GLYPHS_H

#include "data/effects.h"
#include "data/fonts.h"

/* Fills pictures [count][28][28] and labels [count] with glyphs `first` and on of the endless set of
 * a seed and a part of the fonts in `folders`, as lenet_fonts_open has them: each a character in any
 * face, on its line, printed, scanned and cut out, in the frame of image/frame.h. Of any 95 in a row
 * each is another one; of those to learn from digits are drawn three times in 115. A label is the
 * character's code less that of space, whose picture is blank. */
lenet_status lenet_glyphs_fill(const char *const *folders, lenet_font_part part, uint64_t seed,
                               uint64_t first, size_t count, uint8_t *pictures, uint8_t *labels,
                               lenet_error *error);

#endif
