/* pages.h - the parts of a page of handwritten lines, and who makes which.
 *
 * Two frames are in use. The picture's is that of the finished pixels. The sheet's, also in pixels
 * of about that size, is that of the paper, before the camera looked at it from aside: lines, rules
 * and edges are straight there, and nothing is ever drawn in it; each pixel of the picture asks
 * where on the sheet it lies. Pixel (0, 0) reaches from 0 to 1 in both directions.
 *
 * Only + - * / and square roots are computed with, in an order that no compiler changes, so that
 * all machines get the same bytes: no sine, exponential or logarithm. */
#ifndef LENET_DATA_PAGES_H
#define LENET_DATA_PAGES_H

#include "base/rng.h"
#include "lenet.h"

typedef struct page_colour {
  float rgb[3]; /* 0 black .. 1 white */
} page_colour;

typedef enum page_kind {
  PAGE_PAPER, /* photographed, or badly scanned */
  PAGE_SCAN,  /* plain white, or a screenshot of it */
  PAGE_BOARD, /* chalk on dark */
  PAGE_SCREEN /* light on dark, without a camera */
} page_kind;

/* Rules of a notebook. `first` is where one is; others are `pitch` below and above. */
typedef struct page_rules {
  bool level, upright; /* lines in these directions; both: squared paper */
  double pitch, first, thickness;
  double margin; /* from the sheet's left edge to the line of its margin, 0: none */
  page_colour colour, margin_colour;
} page_rules;

/* What a page looks like, all chosen before anything is drawn. Lengths in pixels. */
typedef struct page_style {
  page_kind kind;
  int width, height;
  double digit; /* height of a usual digit */
  page_colour ground, ink, desk;
  double edge;    /* from the picture's edge to the sheet's, 0: the sheet is all there is to see */
  double texture; /* how uneven the ground is, 0 .. 1 */
  page_rules rules;
  bool sits;      /* the text stands on the rules */
  double density; /* how much of the ground the ink hides, 0 .. 1 */
  double grain;   /* how much of that the ground's roughness takes away, 0 .. 1 */
  double weight;  /* where strokes end, as a fraction of their usual blackness: less is bolder */
  double skew;    /* how far the camera moves the corners, as a fraction of the sides */
  double light;   /* how uneven the light is, 0 .. 1 */
  double blur;    /* standard deviation */
  double noise;   /* standard deviation, levels of 255 */
} page_style;

/* A digit in its place: the point (glyph_x, glyph_y) of the data set's picture lies at (x, y) of
 * the sheet, and `forward` takes steps in that picture to steps on the sheet. */
typedef struct page_mark {
  size_t sample;
  int digit;
  double x, y, glyph_x, glyph_y;
  double forward[2][2];            /* from the digit's picture to the sheet */
  double left, top, right, bottom; /* of the ink, on the sheet, from (x, y) */
  double weight;                   /* of strokes, see page_style */
  double density;
} page_mark;

typedef struct page_text_line {
  int count;
  page_mark mark[LENET_PAGE_DIGITS];
} page_text_line;

typedef struct page_text {
  int count;
  page_text_line line[LENET_PAGE_LINES];
} page_text;

/* A map between the frames: x' = (m[0] x + m[1] y + m[2]) / (m[6] x + m[7] y + m[8]), y' with the
 * second three. */
typedef struct page_view {
  double to_sheet[9], to_picture[9];
} page_view;

typedef struct page_point {
  double x, y;
} page_point;

static inline page_point lenet_page_map(const double m[9], double x, double y)
{
  const double w = 1 / (m[6] * x + m[7] * y + m[8]);
  return (page_point){(m[0] * x + m[1] * y + m[2]) * w, (m[3] * x + m[4] * y + m[5]) * w};
}

/* The picture in the making, and a field for whoever is at work on it. */
typedef struct page_canvas {
  int width, height;
  float *rgb;  /* [height][width][3], 0 black .. 1 white */
  float *tone; /* [height][width] */
} page_canvas;

/* Four even numbers together: near to the normal distribution, mean 0, variance 1, within 3.47. */
static inline double lenet_page_bell(lenet_rng *rng)
{
  double sum = -2;
  for (int i = 0; i < 4; i++)
    sum += lenet_rng_uniform(rng);
  return 1.7320508075688772 * sum;
}

static inline bool lenet_page_chance(lenet_rng *rng, double probability)
{
  return lenet_rng_uniform(rng) < probability;
}

/* 0 below 0, 1 above 1, smooth between. */
static inline float lenet_page_smooth(float t)
{
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  return t * t * (3 - 2 * t);
}

/* pages_style.c */
void lenet_page_choose_style(lenet_rng *rng, page_style *style);

/* pages_layout.c: lines and digits, at least one, all of which the camera will see whole. The data
 * set is one of digits; LENET_BAD_ARGUMENT where its pictures hold no ink. */
lenet_status lenet_page_lay_out(lenet_rng *rng, const page_style *style,
                                const lenet_dataset *digits, page_text *text, lenet_error *error);

/* pages_camera.c: where the camera stands; then what it does to colours, blur first. */
void lenet_page_choose_view(lenet_rng *rng, const page_style *style, page_view *view);
bool lenet_page_blur(const page_canvas *canvas, double sigma); /* false without memory */
void lenet_page_expose(const page_canvas *canvas, double noise, lenet_rng *grain, uint8_t *pixels);

/* pages_texture.c: adds waves, even in +-amplitude at points `across` and `down` pixels apart,
 * smooth between; or noise of its own for each pixel. Waves: false without memory. */
bool lenet_page_add_waves(const page_canvas *canvas, lenet_rng *rng, double across, double down,
                          double amplitude);
void lenet_page_add_grain(const page_canvas *canvas, lenet_rng *grain, double amplitude);

/* pages_paper.c: paper, rules, edges and the desk below. False without memory. */
bool lenet_page_paint_sheet(lenet_rng *rng, lenet_rng *grain, const page_style *style,
                            const page_view *view, const page_canvas *canvas);

/* pages_ink.c: the strokes of one digit. Fills `box`'s frame; its width is 0 where nothing was
 * covered. False without memory. */
bool lenet_page_draw_mark(const page_mark *mark, const page_style *style, const page_view *view,
                          const uint8_t glyph[28 * 28], lenet_rng *grain, const page_canvas *canvas,
                          lenet_page_digit *box);

/* pages_light.c: things that lie about, clear of all digits; then gradients and shadows. */
void lenet_page_lay_things(lenet_rng *rng, const page_style *style, const lenet_page *page,
                           const page_canvas *canvas);
void lenet_page_light(lenet_rng *rng, const page_style *style, const page_canvas *canvas);

#endif
