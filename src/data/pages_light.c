/* pages_light.c - what lies on a page, and the light that falls on it. */
#include "data/pages.h"

#include <math.h>

static const double THINGS = 0.12;  /* of papers and boards */
static const double SHADOWS = 0.33; /* of these; a second one as often */
static const float DARKEST = 0.38f; /* that all light together leaves */

/* A direction, any as likely as another. */
static page_point choose_direction(lenet_rng *rng)
{
  page_point p;
  double square;
  do {
    p = (page_point){lenet_rng_range(rng, -1, 1), lenet_rng_range(rng, -1, 1)};
    square = p.x * p.x + p.y * p.y;
  } while (square > 1 || square < 0.01);
  const double length = sqrt(square);
  return (page_point){p.x / length, p.y / length};
}

/* ------------------------------------------------------------------ things ---------------- */

/* A bar with round ends: a pen where it is long, a clip or a coin where it is short. */
typedef struct bar {
  page_point from, to;
  double radius;
  page_colour colour;
} bar;

/* Distance of a point from the bar's middle line; `side` gets which side it is on, -1 .. 1. */
static double distance(const bar *b, double x, double y, double *side)
{
  const double dx = b->to.x - b->from.x, dy = b->to.y - b->from.y;
  const double square = dx * dx + dy * dy, length = sqrt(square);
  const double ax = x - b->from.x, ay = y - b->from.y;
  double t = (ax * dx + ay * dy) / square;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  const double ex = ax - t * dx, ey = ay - t * dy;
  *side = (ax * dy - ay * dx) / (length * b->radius);
  return sqrt(ex * ex + ey * ey);
}

/* Along one edge of the picture, perhaps partly outside. */
static bar choose_bar(lenet_rng *rng, const page_style *s)
{
  static const double low[3] = {0.03, 0.03, 0.03}, high[3] = {0.22, 0.2, 0.28};
  const bool upright = lenet_page_chance(rng, 0.5), behind = lenet_page_chance(rng, 0.5);
  const bool is_long = lenet_page_chance(rng, 0.65);
  const double along = upright ? s->height : s->width, across = upright ? s->width : s->height;
  const double length = along * (is_long ? lenet_rng_range(rng, 0.3, 0.8) : 0.02);
  const double start = lenet_rng_range(rng, -0.1, 0.9) * along;
  double a[2], b[2] = {start, start + length};
  for (int i = 0; i < 2; i++) {
    a[i] = across * lenet_rng_range(rng, 0, is_long ? 0.12 : 0.06);
    a[i] = behind ? across - a[i] : a[i];
  }
  bar made = {.radius = s->width * (is_long ? lenet_rng_range(rng, 0.006, 0.015)
                                            : lenet_rng_range(rng, 0.012, 0.03))};
  made.from = upright ? (page_point){a[0], b[0]} : (page_point){b[0], a[0]};
  made.to = upright ? (page_point){a[1], b[1]} : (page_point){b[1], a[1]};
  for (int c = 0; c < 3; c++)
    made.colour.rgb[c] = (float)lenet_rng_range(rng, low[c], high[c]);
  return made;
}

/* True where the bar and its shadow stay away from the digit's box. */
static bool is_clear_of(const bar *b, const lenet_page_digit *box, double room)
{
  enum { STEPS = 64 };
  for (int i = 0; i <= STEPS; i++) {
    const double t = (double)i / STEPS;
    const double x = b->from.x + t * (b->to.x - b->from.x);
    const double y = b->from.y + t * (b->to.y - b->from.y);
    const double dx = fmax(box->x - x, x - box->x - box->width);
    const double dy = fmax(box->y - y, y - box->y - box->height);
    if (fmax(dx, dy) < room)
      return false;
  }
  return true;
}

static bool is_clear(const bar *b, const lenet_page *page, double room)
{
  for (int i = 0; i < page->line_count; i++)
    for (int j = 0; j < page->line[i].count; j++)
      if (!is_clear_of(b, &page->line[i].digit[j], room))
        return false;
  return true;
}

/* The bar is round, so it shines along one side, and casts a shadow to the lower right. */
static void draw_bar(const bar *b, const page_canvas *canvas)
{
  const double r = b->radius, reach = 3 * r + 2;
  const int left = (int)fmax(0, fmin(b->from.x, b->to.x) - reach);
  const int top = (int)fmax(0, fmin(b->from.y, b->to.y) - reach);
  const int right = (int)fmin(canvas->width, fmax(b->from.x, b->to.x) + reach);
  const int bottom = (int)fmin(canvas->height, fmax(b->from.y, b->to.y) + reach);
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++) {
      float *rgb = canvas->rgb + 3 * ((size_t)y * (size_t)canvas->width + (size_t)x);
      double side;
      const double shaded = distance(b, x + 0.5 - 0.5 * r, y + 0.5 - 0.5 * r, &side);
      const double covered = r - distance(b, x + 0.5, y + 0.5, &side) + 0.5;
      const float shade = 1 - 0.45f * lenet_page_smooth((float)((1.5 * r - shaded) / r));
      const float part = (float)(covered < 0 ? 0 : covered > 1 ? 1 : covered);
      const float shine = (float)(0.7 + 1.2 * fmax(0, 1 - 4 * (side + 0.4) * (side + 0.4)));
      for (int c = 0; c < 3; c++) {
        rgb[c] *= shade;
        rgb[c] += part * (b->colour.rgb[c] * shine - rgb[c]);
      }
    }
}

void lenet_page_lay_things(lenet_rng *rng, const page_style *s, const lenet_page *page,
                           const page_canvas *canvas)
{
  enum { TRIES = 12 };
  if ((s->kind != PAGE_PAPER && s->kind != PAGE_BOARD) || !lenet_page_chance(rng, THINGS))
    return;
  for (int try = 0; try < TRIES; try++) {
    const bar b = choose_bar(rng, s);
    if (is_clear(&b, page, 2.5 * b.radius + 0.35 * s->digit)) {
      draw_bar(&b, canvas);
      return;
    }
  }
}

/* ------------------------------------------------------------------ light ----------------- */

/* Half of the plane, a band or a round patch that gets only a part of the light. */
typedef struct shadow {
  enum { HALF, BAND, PATCH } shape;
  page_point middle, normal;
  double width;  /* half that of the band; radius along the normal of the patch */
  double aspect; /* of the patch */
  double soft;   /* width of the edge */
  float left;    /* what is left of the light, 0 .. 1 */
} shadow;

static shadow choose_shadow(lenet_rng *rng, const page_style *s)
{
  const double side = s->width < s->height ? s->width : s->height, u = lenet_rng_uniform(rng);
  shadow w = {.soft = side * (0.006 + 0.3 * u * sqrt(u))};
  w.shape = lenet_rng_below(rng, 3);
  w.middle.x = s->width * lenet_rng_range(rng, 0.1, 0.9);
  w.middle.y = s->height * lenet_rng_range(rng, 0.1, 0.9);
  w.normal = choose_direction(rng);
  w.width = side * lenet_rng_range(rng, 0.15, 0.5);
  w.aspect = lenet_rng_range(rng, 0.4, 1);
  w.left = (float)lenet_rng_range(rng, 0.45, 0.9);
  return w;
}

/* Pixels from the shadow's edge, outside positive. */
static double out_of(const shadow *w, double x, double y)
{
  const double dx = x - w->middle.x, dy = y - w->middle.y;
  const double across = dx * w->normal.x + dy * w->normal.y;
  if (w->shape == HALF)
    return across;
  if (w->shape == BAND)
    return fabs(across) - w->width;
  const double along = w->aspect * (dx * w->normal.y - dy * w->normal.x);
  return sqrt(across * across + along * along) - w->width;
}

/* Multiplies the field by what the shadow leaves. */
static void cast(const shadow *w, const page_canvas *canvas)
{
  float *tone = canvas->tone;
  for (int y = 0; y < canvas->height; y++)
    for (int x = 0; x < canvas->width; x++)
      *tone++ *=
          w->left + (1 - w->left) * lenet_page_smooth((float)(out_of(w, x, y) / w->soft + 0.5));
}

/* Brighter towards one side, darker towards the corners. */
static void grade(lenet_rng *rng, const page_style *s, const page_canvas *canvas)
{
  const page_point to = choose_direction(rng);
  const double fall = 0.35 * s->light * lenet_rng_uniform(rng);
  const double corners = 0.3 * s->light * lenet_rng_uniform(rng);
  const double level = lenet_rng_range(rng, 0.85, 1.06);
  float *tone = canvas->tone;
  for (int y = 0; y < canvas->height; y++)
    for (int x = 0; x < canvas->width; x++) {
      const double u = 2.0 * x / canvas->width - 1, v = 2.0 * y / canvas->height - 1;
      const double side = 0.5 - 0.354 * (u * to.x + v * to.y); /* 0 .. 1 */
      *tone++ = (float)(level * (1 - fall * side) * (1 - corners * 0.5 * (u * u + v * v)));
    }
}

/* Daylight is bluish, lamps are yellowish. */
static void fall_on(lenet_rng *rng, const page_canvas *canvas)
{
  const float warm = (float)(0.04 * lenet_page_bell(rng));
  const float colour[3] = {1 + 0.7f * warm, 1, 1 - 1.3f * warm};
  const size_t count = (size_t)canvas->width * (size_t)canvas->height;
  for (size_t i = 0; i < count; i++) {
    const float light = fmaxf(canvas->tone[i], DARKEST);
    for (int c = 0; c < 3; c++)
      canvas->rgb[3 * i + (size_t)c] *= light * colour[c];
  }
}

void lenet_page_light(lenet_rng *rng, const page_style *s, const page_canvas *canvas)
{
  enum { MOST_SHADOWS = 2 };
  if (!(s->light > 0))
    return;
  grade(rng, s, canvas);
  for (int i = 0; i < MOST_SHADOWS && lenet_page_chance(rng, SHADOWS); i++) {
    const shadow w = choose_shadow(rng, s);
    cast(&w, canvas);
  }
  fall_on(rng, canvas);
}
