/* pages_style.c - what a page is: its size, its ground, its ink, its rules, and how it was taken.
 */
#include "data/pages.h"

#include <math.h>

/* How often pages are what. The rest is photographed paper. */
static const double SCREENS = 0.04, BOARDS = 0.12, SCANS = 0.15;
static const double RULED = 0.3, SQUARED = 0.3; /* of the ruled */
static const double SITTING = 0.6;              /* of the rest of the ruled */
static const double EDGED = 0.17;               /* of papers and boards */

static page_colour grey(double level)
{
  const float l = (float)level;
  return (page_colour){{l, l, l}};
}

/* Each part even between those of two colours, apart. */
static page_colour between(lenet_rng *rng, const double low[3], const double high[3])
{
  page_colour c;
  for (int i = 0; i < 3; i++)
    c.rgb[i] = (float)lenet_rng_range(rng, low[i], high[i]);
  return c;
}

static page_colour scaled(page_colour c, double by)
{
  for (int i = 0; i < 3; i++)
    c.rgb[i] *= (float)by;
  return c;
}

static page_kind choose_kind(lenet_rng *rng)
{
  double u = lenet_rng_uniform(rng);
  if ((u -= SCREENS) < 0)
    return PAGE_SCREEN;
  if ((u -= BOARDS) < 0)
    return PAGE_BOARD;
  return u < SCANS ? PAGE_SCAN : PAGE_PAPER;
}

/* Small pages are likelier than large ones. */
static void choose_size(lenet_rng *rng, page_style *s)
{
  const double range = LENET_PAGE_MOST_WIDTH - LENET_PAGE_LEAST_WIDTH;
  const double u = lenet_rng_uniform(rng);
  s->width = LENET_PAGE_LEAST_WIDTH + (int)(range * u * sqrt(u) + 0.5);
  s->height = (int)(s->width * lenet_rng_range(rng, 0.55, 1.4));
  const double most = fmin(90, fmin(s->height / 4.5, s->width / 6.0));
  /* On a large page mostly no tiny ones. */
  const double least = lenet_page_chance(rng, 0.75) ? fmax(22, s->width / 40.0) : 22;
  s->digit = lenet_rng_range(rng, least, most);
}

static page_colour choose_paper(lenet_rng *rng)
{
  const double level = lenet_rng_range(rng, 0.82, 0.98);
  switch (lenet_rng_below(rng, 4)) {
  case 0: /* cream */
    return (page_colour){{(float)level, (float)(level * 0.965), (float)(level * 0.87)}};
  case 1: /* recycled */
    return (page_colour){{(float)(level * 0.86), (float)(level * 0.845), (float)(level * 0.8)}};
  case 2: /* bluish white */
    return (page_colour){{(float)(level * 0.965), (float)(level * 0.985), (float)level}};
  default: return grey(level);
  }
}

static page_colour choose_board(lenet_rng *rng)
{
  static const double black[2][3] = {{0.1, 0.1, 0.1}, {0.2, 0.2, 0.2}};
  static const double green[2][3] = {{0.1, 0.2, 0.15}, {0.2, 0.34, 0.26}};
  static const double blue[2][3] = {{0.1, 0.13, 0.2}, {0.18, 0.22, 0.32}};
  const uint32_t which = lenet_rng_below(rng, 4);
  return which < 2    ? between(rng, green[0], green[1])
         : which == 2 ? between(rng, black[0], black[1])
                      : between(rng, blue[0], blue[1]);
}

/* A pen's colours, in levels of 255, and how it covers. */
typedef struct pen {
  double low[3], high[3];
  double density, grain;
} pen;

static const pen pens[] = {
    {{10, 10, 15}, {50, 50, 58}, 0.97, 0.1},     /* black ballpoint */
    {{5, 5, 5}, {30, 30, 30}, 1, 0},             /* black marker */
    {{20, 40, 120}, {60, 85, 185}, 0.95, 0.12},  /* blue */
    {{15, 25, 80}, {40, 55, 120}, 0.97, 0.05},   /* dark blue */
    {{165, 20, 25}, {205, 60, 60}, 0.96, 0.08},  /* red */
    {{15, 85, 45}, {55, 130, 85}, 0.96, 0.08},   /* green */
    {{70, 70, 74}, {100, 100, 106}, 0.93, 0.35}, /* pencil */
};

/* Black and blue are what most people write with. */
static const uint8_t pen_shares[] = {0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 6};

static void choose_pen(lenet_rng *rng, page_style *s)
{
  static const double chalk[2][3] = {{0.82, 0.82, 0.8}, {0.97, 0.97, 0.95}};
  static const double yellow[2][3] = {{0.9, 0.82, 0.45}, {0.97, 0.92, 0.62}};
  static const double bright[2][3] = {{0.7, 0.7, 0.7}, {1, 1, 1}};
  if (s->kind == PAGE_BOARD) {
    s->ink = lenet_page_chance(rng, 0.85) ? between(rng, chalk[0], chalk[1])
                                          : between(rng, yellow[0], yellow[1]);
    s->density = lenet_rng_range(rng, 0.8, 0.95);
    s->grain = lenet_rng_range(rng, 0.2, 0.55);
  } else if (s->kind == PAGE_SCREEN) {
    s->ink = between(rng, bright[0], bright[1]);
    s->density = 1;
    s->grain = 0;
  } else {
    const pen *p = &pens[pen_shares[lenet_rng_below(rng, sizeof pen_shares)]];
    s->ink = scaled(between(rng, p->low, p->high), 1 / 255.0);
    s->density = p->density;
    s->grain = p->grain;
  }
  /* The thinnest strokes of small digits would break. */
  s->weight = lenet_rng_range(rng, 0.3, s->digit < 36 ? 0.58 : 0.68);
}

/* Rules on dark grounds are a little lighter than these, else darker. */
static page_colour choose_rule(lenet_rng *rng, const page_style *s)
{
  static const double blue[2][3] = {{0.6, 0.7, 0.82}, {0.76, 0.83, 0.93}};
  static const double pale[2][3] = {{0.66, 0.66, 0.66}, {0.8, 0.8, 0.8}};
  static const double dark[2][3] = {{0.25, 0.25, 0.28}, {0.5, 0.5, 0.52}};
  if (s->kind == PAGE_BOARD || s->kind == PAGE_SCREEN)
    return grey(s->ground.rgb[1] + lenet_rng_range(rng, 0.08, 0.25));
  const double u = lenet_rng_uniform(rng);
  return u < 0.5   ? between(rng, blue[0], blue[1])
         : u < 0.8 ? between(rng, pale[0], pale[1])
                   : between(rng, dark[0], dark[1]);
}

static void choose_rules(lenet_rng *rng, page_style *s)
{
  static const double red[2][3] = {{0.75, 0.35, 0.35}, {0.92, 0.6, 0.6}};
  page_rules *r = &s->rules;
  if (lenet_page_chance(rng, 0.12)) {
    r->margin = s->width * lenet_rng_range(rng, 0.05, 0.13);
    r->margin_colour = s->kind == PAGE_BOARD || s->kind == PAGE_SCREEN
                           ? choose_rule(rng, s)
                           : between(rng, red[0], red[1]);
  }
  r->thickness = lenet_rng_range(rng, 1, 2);
  if (!lenet_page_chance(rng, RULED))
    return;
  r->level = true;
  r->colour = choose_rule(rng, s);
  r->upright = lenet_page_chance(rng, SQUARED);
  s->sits = !r->upright && lenet_page_chance(rng, SITTING);
  r->pitch = s->digit * (r->upright ? lenet_rng_range(rng, 0.45, 1.2)
                         : s->sits  ? lenet_rng_range(rng, 1.35, 2.2)
                                    : lenet_rng_range(rng, 0.6, 2.4));
  r->first = r->pitch * lenet_rng_uniform(rng);
}

/* Scans and screenshots hardly see a camera. */
static void choose_camera(lenet_rng *rng, page_style *s)
{
  const double fine = s->digit / 60 < 0.4 ? 0.4 : s->digit / 60 > 1.2 ? 1.2 : s->digit / 60;
  const double u = lenet_rng_uniform(rng), v = lenet_rng_uniform(rng);
  if (s->kind == PAGE_SCAN || s->kind == PAGE_SCREEN) {
    s->skew = s->kind == PAGE_SCAN ? 0.006 * u : 0;
    s->blur = 0.4 * v * fine;
    s->noise = s->kind == PAGE_SCAN ? 2 * lenet_rng_uniform(rng) : 0;
    return;
  }
  s->skew = 0.03 * u;
  s->blur = 1.2 * v * fine;
  s->noise = 10 * lenet_rng_uniform(rng) * lenet_rng_uniform(rng);
  s->light = lenet_rng_uniform(rng);
  s->texture = lenet_rng_range(rng, 0.1, 1);
}

static void choose_desk(lenet_rng *rng, page_style *s)
{
  static const double wood[2][3] = {{0.3, 0.18, 0.1}, {0.5, 0.33, 0.2}};
  if ((s->kind != PAGE_PAPER && s->kind != PAGE_BOARD) || !lenet_page_chance(rng, EDGED))
    return;
  const double side = s->width < s->height ? s->width : s->height;
  s->edge = side * lenet_rng_range(rng, 0.035, 0.1);
  s->desk = lenet_page_chance(rng, 0.5) ? between(rng, wood[0], wood[1])
                                        : grey(lenet_rng_range(rng, 0.06, 0.4));
}

void lenet_page_choose_style(lenet_rng *rng, page_style *style)
{
  *style = (page_style){.kind = choose_kind(rng)};
  choose_size(rng, style);
  style->ground = style->kind == PAGE_SCAN     ? grey(lenet_rng_range(rng, 0.97, 1))
                  : style->kind == PAGE_SCREEN ? grey(lenet_rng_range(rng, 0, 0.15))
                  : style->kind == PAGE_BOARD  ? choose_board(rng)
                                               : choose_paper(rng);
  choose_pen(rng, style);
  choose_rules(rng, style);
  choose_camera(rng, style);
  choose_desk(rng, style);
}
