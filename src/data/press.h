/* press.h - printed pages: set, then scanned. */
#ifndef LENET_DATA_PRESS_H
#define LENET_DATA_PRESS_H

#include "data/effects.h"
#include "data/fonts.h"
#include "data/owners.h"

struct lenet_press {
  lenet_fonts *fonts;
  lenet_normals normals;
};

/* How a page is set; lengths in pixels. */
typedef struct lenet_setting {
  const lenet_face *face;
  lenet_type type;
  int width;      /* of the page */
  double margin;  /* on each side */
  double leading; /* from one baseline to the next, ems */
  int lines;
  bool justified;
  double jumbled; /* probability of a word that is none */
} lenet_setting;

/* A page that is set: 0 paper .. 255 ink. */
typedef struct lenet_set_page {
  int width, height;
  uint8_t *ink; /* [height][width] */
  int line_count;
  lenet_print_line *line;
  uint8_t
      *owner; /* [height][width] the character with the most ink here, counted from the first one on
                 without spaces; LENET_NO_OWNER where there is none. NULL unless it was asked for */
  int prints; /* characters that have a number */
  uint8_t label[LENET_MOST_OWNERS]; /* what each is, its code less 32 */
} lenet_set_page;

/* Where owners are asked for, all characters beyond LENET_MOST_OWNERS are left out. */
lenet_status lenet_press_set(const lenet_press *press, const lenet_setting *setting, bool owners,
                             lenet_rng *rng, lenet_set_page *page, lenet_error *error);
void lenet_set_page_free(lenet_set_page *page);

/* What a scanner makes of it. */
typedef struct lenet_scan {
  double blur;       /* standard deviation, pixels */
  double paper, ink; /* grey levels */
  double slope;      /* grey levels that paper is darker at the other side, left to right */
  double noise;      /* standard deviation, grey levels */
  double threshold;  /* bilevel at this part of the way from ink to paper; 0: grey */
  int jpeg_quality;  /* how it is stored: as JPEG of this quality, or 0: losslessly */
} lenet_scan;

/* How it is scanned, drawn with a place on the way from a copier's worst to a good one. `dpi`
 * counts: what blurs and spreads does so by parts of a point. */
lenet_scan lenet_scan_choose(double dpi, lenet_rng *rng);

/* ink [height][width], 0 paper .. 255 ink, becomes what the scanner sees, 0 black .. 255 white. */
lenet_status lenet_scan_make(const lenet_scan *scan, const lenet_normals *normals, lenet_rng *rng,
                             int width, int height, uint8_t *pixels, lenet_error *error);

/* A typeface, and how it is set at so many points and pixels an inch. */
void lenet_setting_choose(const lenet_press *press, double points, double dpi, lenet_rng *rng,
                          lenet_setting *setting);

#endif
