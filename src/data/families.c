/* families.c - which families of fonts there are to learn from, to choose on and to measure with.
 *
 * What has one design stands on one side: clones with the same metrics, another foundry's cut of
 * the same type, and what was derived from it. All are open fonts of Debian (cmake/setup.sh). */
#include "data/fonts.h"

#include <string.h>

static const char *const train[] = {
    /* after Helvetica and Arial */
    "Arimo", "FreeSans", "Liberation Sans", "Liberation Sans Narrow", "Nimbus Sans",
    "Nimbus Sans Narrow", "Switzera ADF",
    /* after Times */
    "FreeSerif", "GFS Artemisia", "Liberation Serif", "Nimbus Roman", "Tinos", "Tribun ADF Std",
    /* after Courier, and Courier New's widths */
    "Courier Prime", "Courier Prime Code", "Courier Prime Sans", "Cousine", "FreeMono",
    "Liberation Mono", "Nimbus Mono PS",
    /* after Bitstream Vera */
    "DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif", "Hack", "Verana", "Verana Sans",
    /* after Palatino */
    "GFS Didot", "P052",
    /* Computer Modern */
    "CMU Bright", "CMU Concrete", "CMU Sans Serif", "CMU Serif", "CMU Serif Extra",
    "CMU Typewriter Text", "CMU Typewriter Text Variable Width",
    /* one or a few of a kind */
    "Accanthis ADF Std No3", "Andika", "B612", "B612 Mono", "Baskervald ADF Std", "Berenis ADF Pro",
    "Cabin", "Comfortaa", "Dosis", "Dustismo Roman", "Fantasque Sans Mono", "Fira Code",
    "GFS Neohellenic", "Go", "Go Medium", "Go Mono", "JetBrains Mono", "Junicode Two Beta",
    "League Mono", "Libris ADF Std", "Linux Biolinum O", "Linux Libertine Display O",
    "Linux Libertine Mono O", "Linux Libertine O", "Old Standard TT", "Play", "Romande ADF No2 Std",
    "Romande ADF Std", "URW Bookman", "URW Gothic", "Universalis ADF Std", NULL};

static const char *const validation[] = {"Caladea", "Cantarell", "Charis SIL",
                                         /* after Gill Sans */
                                         "Gillius ADF", "Gillius ADF No2",
                                         /* Lato, and Carlito, which was made of it */
                                         "Carlito", "Lato", "Quattrocento", "mononoki", NULL};

static const char *const test[] = {
    "Anonymous Pro", "Anonymous Pro Minus", "C059",
    /* Gentium */
    "Gentium", "Gentium Basic", "Gentium Book Basic", "GentiumAlt", "Inconsolata", "Karla",
    /* after Droid, as Open Sans and Noto are */
    "Noto Mono", "Noto Sans", "Noto Sans Display", "Noto Sans Mono", "Noto Serif",
    "Noto Serif Display", "Open Sans", "Open Sans Condensed",
    /* Roboto */
    "Roboto", "Roboto Condensed", "Roboto Slab", NULL};

static const char *const *const parts[LENET_FONT_PARTS] = {
    [LENET_FONTS_TRAIN] = train, [LENET_FONTS_VALIDATION] = validation, [LENET_FONTS_TEST] = test};

bool lenet_font_part_of(const char *family, lenet_font_part *part)
{
  for (int p = 0; p < LENET_FONT_PARTS; p++)
    for (const char *const *name = parts[p]; *name; name++)
      if (strcmp(*name, family) == 0) {
        *part = (lenet_font_part)p;
        return true;
      }
  return false;
}
