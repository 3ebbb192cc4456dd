/* pages_layout.c - where the digits of a page stand.
 *
 * A line is first written along y = 0 from x = 0, then moved, slanted and bent. It goes below the
 * line above it by at least what keeps the two apart; what no longer fits is left out. */
#include "data/pages.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

enum { SIDE = 28, USUAL = 20 /* height of a digit of the data set */, INKED = 128 };

static const double TOUCHING = 0.03; /* of the gaps */
static const double CLEAR = 0.2;     /* between the ink of two lines, in heights of a digit */

/* Ways of writing that all lines of a page share. Lengths in heights of a digit. */
typedef struct hand {
  double lean;    /* how far the top is to the right of the bottom */
  double wide;    /* times the width of the data set's digits */
  double gap;     /* between digits */
  double loose;   /* spread of that, and of other regularities */
  double slope;   /* pixels down for each to the right */
  double space;   /* between groups */
  int group;      /* digits in a group, 0: no groups */
  int align;      /* 0 left, 1 middle, 2 right, 3 anyhow */
  int count;      /* digits in each line, 0: as it comes */
  double spacing; /* from line to line */
} hand;

typedef struct area {
  double left, top, right, bottom;
} area;

static hand choose_hand(lenet_rng *rng, const page_style *s)
{
  const double u = lenet_rng_range(rng, -1, 1), straight = s->sits ? 0.08 : 1;
  hand h = {.lean = 0.12 * lenet_page_bell(rng),
            .wide = lenet_rng_range(rng, 0.85, 1.2),
            .loose = lenet_rng_range(rng, 0.2, 1),
            /* 5 degrees; little slants are likelier than great ones */
            .slope = straight * 0.0875 * u * fabs(u),
            .space = lenet_rng_range(rng, 0.5, 1.4),
            .align = (int)lenet_rng_below(rng, 6)};
  const double v = lenet_rng_uniform(rng), w = lenet_rng_uniform(rng);
  h.gap = 0.1 + 0.7 * v * v;
  h.spacing = s->sits ? 1.2 : 1.3 + 1.7 * w * w; /* on rules: to the next one below that */
  if (h.align > 3)
    h.align = 0;
  if (lenet_page_chance(rng, 0.3))
    h.group = 2 + (int)lenet_rng_below(rng, 3);
  if (lenet_page_chance(rng, 0.3))
    h.count = 1 + (int)lenet_rng_below(rng, LENET_PAGE_DIGITS);
  return h;
}

/* What the camera is sure to see of the sheet, with room around; text often keeps to a part of it.
 */
static area find_area(lenet_rng *rng, const page_style *s)
{
  const double x = s->edge + (0.015 + s->skew) * s->width + 6;
  const double y = s->edge + (0.015 + s->skew) * s->height + 6;
  area a = {x, y, s->width - x, s->height - y};
  if (s->rules.margin > 0)
    a.left = fmax(x, s->edge + s->rules.margin + 0.3 * s->digit);
  else if (lenet_page_chance(rng, 0.5))
    a.left += 0.3 * s->width * lenet_rng_uniform(rng);
  if (lenet_page_chance(rng, 0.4))
    a.right -= 0.2 * s->width * lenet_rng_uniform(rng);
  return a;
}

/* The box of the ink of a digit's picture; false where there is none. */
static bool find_ink(const uint8_t *glyph, area *box)
{
  *box = (area){SIDE, SIDE, 0, 0};
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      if (glyph[y * SIDE + x] >= INKED) {
        box->left = fmin(box->left, x);
        box->top = fmin(box->top, y);
        box->right = fmax(box->right, x + 1);
        box->bottom = fmax(box->bottom, y + 1);
      }
  return box->right > 0;
}

/* Any digit of the set that has ink. */
static const uint8_t *choose_digit(lenet_rng *rng, const lenet_dataset *digits, page_mark *mark,
                                   area *ink)
{
  enum { TRIES = 100 };
  const uint32_t count = (uint32_t)lenet_dataset_samples(digits).count;
  for (int try = 0; try < TRIES; try++) {
    mark->sample = lenet_rng_below(rng, count);
    const uint8_t *glyph = lenet_dataset_pixels(digits, mark->sample);
    if (find_ink(glyph, ink)) {
      const char *name = lenet_dataset_class(digits, lenet_dataset_label(digits, mark->sample));
      mark->digit = name[0] - '0';
      return glyph;
    }
  }
  return NULL;
}

/* How far the ink reaches from (x, y): the corners of all inked pixels. */
static void find_reach(const uint8_t *glyph, page_mark *m)
{
  m->left = m->top = 1e9;
  m->right = m->bottom = -1e9;
  for (int i = 0; i < SIDE * SIDE; i++) {
    if (glyph[i] < INKED)
      continue;
    for (int corner = 0; corner < 4; corner++) {
      const double x = i % SIDE + corner % 2 - m->glyph_x, y = i / SIDE + corner / 2 - m->glyph_y;
      const double u = m->forward[0][0] * x + m->forward[0][1] * y;
      const double v = m->forward[1][0] * x + m->forward[1][1] * y;
      m->left = fmin(m->left, u);
      m->right = fmax(m->right, u);
      m->top = fmin(m->top, v);
      m->bottom = fmax(m->bottom, v);
    }
  }
}

/* Size, lean and turn. A digit that is low in the data set, whose digits are as long one way or the
 * other, is brought to nearly the height of the others. */
static void shape(lenet_rng *rng, const page_style *s, const hand *h, const area *ink, page_mark *m)
{
  const double height = s->digit * (1 + 0.07 * h->loose * lenet_page_bell(rng));
  const double down = fmin(height / (ink->bottom - ink->top), 1.3 * height / USUAL);
  const double across = down * h->wide * (1 + 0.06 * h->loose * lenet_page_bell(rng));
  const double lean = -h->lean * down, t = 0.035 * h->loose * lenet_page_bell(rng);
  const double c = (1 - t * t) / (1 + t * t), n = 2 * t / (1 + t * t); /* t: tan of half the turn */
  m->glyph_x = 0.5 * (ink->left + ink->right);
  m->glyph_y = 0.5 * (ink->top + ink->bottom);
  m->forward[0][0] = c * across;
  m->forward[0][1] = c * lean - n * down;
  m->forward[1][0] = n * across;
  m->forward[1][1] = n * lean + c * down;
  m->weight = s->weight + 0.05 * lenet_page_bell(rng);
  m->weight = m->weight < 0.25 ? 0.25 : m->weight > 0.8 ? 0.8 : m->weight;
  m->density = s->density * lenet_rng_range(rng, 0.93, 1);
}

/* From one digit to the next, in pixels. A pixel of the data set is a 20th of the height. */
static double choose_gap(lenet_rng *rng, const page_style *s, const hand *h, int written)
{
  double gap = h->gap + 0.12 * h->loose * lenet_page_bell(rng);
  gap = gap < 0.05 ? 0.05 : gap;
  if (lenet_page_chance(rng, TOUCHING))
    gap = -1.0 / USUAL;
  else if (h->group > 0 && written % h->group == 0)
    gap += h->space;
  return s->digit * gap;
}

/* A line from x = 0 along y = 0, as many digits as are wanted and fit. */
static bool write_line(lenet_rng *rng, const page_style *s, const hand *h, double room,
                       const lenet_dataset *digits, page_text_line *line)
{
  const int wanted = h->count > 0 ? h->count : 1 + (int)lenet_rng_below(rng, LENET_PAGE_DIGITS);
  double at = 0;
  line->count = 0;
  for (int i = 0; i < wanted; i++) {
    page_mark m = {0};
    area ink;
    const uint8_t *glyph = choose_digit(rng, digits, &m, &ink);
    if (!glyph)
      return false;
    shape(rng, s, h, &ink, &m);
    find_reach(glyph, &m);
    if (i > 0)
      at += choose_gap(rng, s, h, i);
    if (i > 0 && at + m.right - m.left > room)
      break;
    m.x = at - m.left;
    m.y = -m.bottom + 0.05 * h->loose * s->digit * lenet_page_bell(rng);
    at += m.right - m.left;
    line->mark[line->count++] = m;
  }
  return true;
}

static double right_end(const page_text_line *line)
{
  const page_mark *last = &line->mark[line->count - 1];
  return last->x + last->right;
}

/* Moves a line to its place across, then slants it about the middle of the area and lets it sag. */
static void bend(lenet_rng *rng, const page_style *s, const hand *h, const area *a,
                 page_text_line *line)
{
  const double slack = fmax(0, a->right - a->left - right_end(line));
  const double u = lenet_rng_uniform(rng);
  const double part[] = {0.03 * u, 0.5, 1 - 0.03 * u, u};
  const double far = 3 * s->digit; /* lines that stand anyhow still stand below each other */
  const double shift = h->align == 3 ? fmin(slack, far) * u : slack * part[h->align];
  const double slope = h->slope + (s->sits ? 0.001 : 0.006) * lenet_page_bell(rng);
  const double sag = (s->sits ? 0.02 : 0.12) * s->digit * lenet_page_bell(rng);
  const double middle = 0.5 * (a->left + a->right), half = 0.5 * (a->right - a->left);
  for (int i = 0; i < line->count; i++) {
    page_mark *m = &line->mark[i];
    m->x += a->left + shift;
    const double from = (m->x - middle) / half;
    m->y += slope * half * from + sag * from * from;
  }
}

static void lower(page_text_line *line, double by)
{
  for (int i = 0; i < line->count; i++)
    line->mark[i].y += by;
}

static double mean_height(const page_text_line *line)
{
  double sum = 0;
  for (int i = 0; i < line->count; i++)
    sum += line->mark[i].y;
  return sum / line->count;
}

/* How far `below` has to go down to be clear of `above`, 0 or more. */
static double collision(const page_text_line *above, const page_text_line *below, double digit)
{
  double by = mean_height(above) + digit - mean_height(below);
  for (int i = 0; i < above->count; i++)
    for (int j = 0; j < below->count; j++) {
      const page_mark *a = &above->mark[i], *b = &below->mark[j];
      const bool beside = b->x + b->left > a->x + a->right + 2 * digit ||
                          a->x + a->left > b->x + b->right + 2 * digit;
      if (!beside)
        by = fmax(by, a->y + a->bottom + CLEAR * digit - b->y - b->top);
    }
  return fmax(by, 0);
}

/* How far the line has to go down until it begins below `top`. */
static double below_top(const page_text_line *line, double top)
{
  double by = 0;
  for (int i = 0; i < line->count; i++)
    by = fmax(by, top - line->mark[i].y - line->mark[i].top);
  return by;
}

static bool fits(const page_text_line *line, double bottom)
{
  for (int i = 0; i < line->count; i++)
    if (line->mark[i].y + line->mark[i].bottom > bottom)
      return false;
  return true;
}

/* The next rule at or below y. */
static double rule_below(const page_style *s, double y)
{
  return s->rules.first + s->rules.pitch * ceil((y - s->rules.first) / s->rules.pitch);
}

lenet_status lenet_page_lay_out(lenet_rng *rng, const page_style *s, const lenet_dataset *digits,
                                page_text *text, lenet_error *error)
{
  const hand h = choose_hand(rng, s);
  const area a = find_area(rng, s);
  const int wanted = 1 + (int)lenet_rng_below(rng, LENET_PAGE_LINES);
  const double needs = (1.2 + (wanted - 1) * h.spacing) * s->digit;
  const double slack = fmax(0, a.bottom - a.top - needs - fabs(h.slope) * (a.right - a.left));
  double base = a.top + s->digit + slack * lenet_rng_uniform(rng);
  for (text->count = 0; text->count < wanted; text->count++) {
    page_text_line *line = &text->line[text->count];
    if (!write_line(rng, s, &h, a.right - a.left, digits, line))
      return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                        "the data set's pictures hold no ink: no page can be made of them");
    bend(rng, s, &h, &a, line);
    double lowest = base + below_top(line, a.top - base);
    lower(line, lowest);
    if (text->count > 0) {
      const double by = collision(line - 1, line, s->digit);
      lower(line, by);
      lowest += by;
    }
    if (s->sits) {
      const double rule = rule_below(s, lowest);
      lower(line, rule - lowest);
      /* A first line that has no room there stands where it stood. */
      const bool stays = fits(line, a.bottom) || text->count > 0;
      lower(line, stays ? 0 : lowest - rule);
      lowest = stays ? rule : lowest;
    }
    if (!fits(line, a.bottom) && text->count > 0)
      break;
    base = lowest + s->digit * h.spacing * (1 + 0.04 * h.loose * lenet_page_bell(rng));
  }
  return LENET_OK;
}
