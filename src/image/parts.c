/* What is writing is decided part by part, against what most of the ink looks like:
 *
 *   faint     far less dark than the rest: creases, show-through, edges of shadows
 *   blot      far thicker than a stroke: a pen, a thumb, a dark desk
 *   frame     as long as the picture and at its border
 *   rule      long, flat and thin
 *   speck     far smaller than a digit */
#include "image/parts.h"

#include "base/error.h"
#include "image/median.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double FAINT = 0.3; /* of the usual darkness */
/* Usual strokes thick, where a stroke's end counts half: a heading has thicker ones. */
static const double BLOT[] = {[LENET_DIGITS] = 2.6, [LENET_TEXT] = 8};
/* Of a digit's height: what can begin a line. */
static const double LARGE[] = {[LENET_DIGITS] = 0.45, [LENET_TEXT] = 0.62};
/* Of a digit's height, in both directions; of text, where points and commas are as small. */
static const double SPECK[] = {[LENET_DIGITS] = 0.22, [LENET_TEXT] = 0.11};
/* Digit heights; headings are high. */
static const double TALLEST[] = {[LENET_DIGITS] = 3, [LENET_TEXT] = 10};
static const double FLATTEST = 6; /* width against height, of a dash */
static const double RULE_INK = 2; /* strokes of ink in each column of a rule, at most */
/* Heights of a digit, of a rule's width: text has dashes and underscores. */
static const double RULE_WIDTH[] = {[LENET_DIGITS] = 1, [LENET_TEXT] = 4};
static const double BAR = 2,
                    BAR_THICK = 1.5; /* width of a dash in heights, its height in strokes */
enum { READABLE = 8 /* pixels */ };
/* The points of small text have a pixel. */
static const int LEAST_SIDE[] = {[LENET_DIGITS] = 3, [LENET_TEXT] = 1};
static const int LEAST_AREA[] = {[LENET_DIGITS] = 6, [LENET_TEXT] = 1};

/* ------------------------------------------------------------------ components ------------- */

static void add_pixel(const lenet_ink *ink, lenet_part *part, int x, int y, int64_t *flat,
                      uint32_t histogram[256])
{
  size_t w = (size_t)ink->width, at = (size_t)y * w + (size_t)x;
  part->left = x < part->left ? x : part->left;
  part->right = x >= part->right ? x + 1 : part->right;
  part->top = y < part->top ? y : part->top;
  part->bottom = y >= part->bottom ? y + 1 : part->bottom;
  part->area++;
  *flat += ink->flat[at];
  histogram[ink->value[at]]++;
  part->edge += x == 0 || y == 0 || x == ink->width - 1 || y == ink->height - 1 ||
                !ink->mask[at - 1] || !ink->mask[at + 1] || !ink->mask[at - w] ||
                !ink->mask[at + w];
}

static lenet_part flood(const lenet_ink *ink, int32_t *label, uint32_t *stack, uint32_t start,
                        int32_t name)
{
  uint32_t depth = 0, w = (uint32_t)ink->width;
  lenet_part part = {.left = ink->width, .top = ink->height, .line = -1, .full = 255};
  int64_t flat = 0;
  uint32_t histogram[256] = {0}, above = 0;
  label[start] = name;
  stack[depth++] = start;
  while (depth > 0) {
    uint32_t at = stack[--depth];
    int x = (int)(at % w), y = (int)(at / w);
    add_pixel(ink, &part, x, y, &flat, histogram);
    for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < ink->height; v++)
      for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < ink->width; u++) {
        uint32_t next = (uint32_t)v * w + (uint32_t)u;
        if (label[next] || !ink->mask[next])
          continue;
        label[next] = name;
        stack[depth++] = next;
      }
  }
  part.flat = (int)(flat / part.area);
  while (part.full > 1 && 5 * (above += histogram[part.full]) < (uint32_t)part.area)
    part.full--;
  return part;
}

static lenet_status find_components(const lenet_ink *ink, lenet_parts *parts, lenet_error *error)
{
  size_t count = (size_t)ink->width * (size_t)ink->height, room = 64;
  uint32_t *stack = malloc(count * sizeof *stack);
  parts->label = calloc(count, sizeof *parts->label);
  parts->part = malloc(room * sizeof *parts->part);
  bool memory = stack && parts->label && parts->part;
  for (size_t i = 0; memory && i < count; i++) {
    if (!ink->mask[i] || parts->label[i])
      continue;
    if ((size_t)parts->count == room) {
      lenet_part *more = realloc(parts->part, 2 * room * sizeof *more);
      memory = more != NULL;
      if (!memory)
        break;
      parts->part = more;
      room *= 2;
    }
    parts->part[parts->count] = flood(ink, parts->label, stack, (uint32_t)i, parts->count + 1);
    parts->count++;
  }
  free(stack);
  return memory ? LENET_OK : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find strokes");
}

/* ------------------------------------------------------------------ what is writing -------- */

static int width_of(const lenet_part *p) { return p->right - p->left; }
static int side_of(const lenet_part *p)
{
  return width_of(p) > lenet_part_height(p) ? width_of(p) : lenet_part_height(p);
}

/* A stroke as long as l and as thick as t has an area of l t and an edge of 2 l. */
static double thickness_of(const lenet_part *p) { return 2.0 * p->area / p->edge; }

/* The median of `value` over all writing, each part counting as its weight; 0 where there is none.
 */
static double median(const lenet_parts *parts, lenet_weighed *list,
                     double (*value)(const lenet_part *), double (*weight)(const lenet_part *))
{
  size_t count = 0;
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].writing)
      list[count++] = (lenet_weighed){value(&parts->part[i]), weight(&parts->part[i])};
  return lenet_median(list, count);
}

static double darkness(const lenet_part *p) { return p->flat; }
static double height(const lenet_part *p) { return lenet_part_height(p); }
static double side(const lenet_part *p) { return side_of(p); }
/* Long strokes count more than dots, but a large blot not more than some digits. */
static double length(const lenet_part *p) { return sqrt(side_of(p)); }

/* No digit can be read that is smaller; where there are larger parts they alone count. A dash is
 * as long as a letter, but its height says nothing of those. */
static double readable_side(const lenet_part *p)
{
  return side_of(p) < READABLE || p->bar ? 1e-6 : side_of(p);
}
/* Much faint dirt does not outweigh a few digits. */
static double visible(const lenet_part *p) { return (double)p->area * p->flat * p->flat; }

static bool at_border(const lenet_ink *ink, const lenet_part *p)
{
  return p->left == 0 || p->top == 0 || p->right == ink->width || p->bottom == ink->height;
}

static bool is_frame(const lenet_ink *ink, const lenet_part *p)
{
  bool long_side = width_of(p) > 0.6 * ink->width || lenet_part_height(p) > 0.6 * ink->height;
  /* A digit that was cut out tightly touches the border too, but fills the picture evenly. */
  bool sides =
      (p->left == 0) + (p->right == ink->width) + (p->top == 0) + (p->bottom == ink->height) >= 1;
  bool thin = p->area < 0.08 * width_of(p) * lenet_part_height(p) ||
              width_of(p) > 8 * lenet_part_height(p) || lenet_part_height(p) > 12 * width_of(p);
  return long_side && sides && thin && at_border(ink, p);
}

/* Long, flat, and no thicker than a stroke throughout: touching digits have more ink. */
static bool is_rule(const lenet_part *p, double stroke)
{
  return width_of(p) > FLATTEST * lenet_part_height(p) && p->area < RULE_INK * stroke * width_of(p);
}

/* Marks dashes, unless there is nothing else. */
static void mark_bars(lenet_parts *parts, double stroke)
{
  int bars = 0, others = 0;
  for (int i = 0; i < parts->count; i++) {
    lenet_part *p = &parts->part[i];
    p->bar = p->writing && width_of(p) >= BAR * lenet_part_height(p) &&
             lenet_part_height(p) <= BAR_THICK * stroke;
    bars += p->bar;
    others += p->writing && !p->bar && side_of(p) >= READABLE;
  }
  for (int i = 0; bars > 0 && others == 0 && i < parts->count; i++)
    parts->part[i].bar = false;
}

static void judge(const lenet_ink *ink, lenet_script script, lenet_parts *parts,
                  lenet_weighed *list)
{
  lenet_part *all = parts->part;
  for (int i = 0; i < parts->count; i++)
    all[i].writing = !is_frame(ink, &all[i]) &&
                     (side_of(&all[i]) >= LEAST_SIDE[script] || all[i].area >= LEAST_AREA[script]);
  double usual = median(parts, list, darkness, visible);
  for (int i = 0; i < parts->count; i++)
    all[i].writing = all[i].writing && all[i].flat >= FAINT * usual;
  /* Strokes once more, from parts as a whole: most runs in a picture may be those of its grain. */
  double stroke = median(parts, list, thickness_of, length);
  if (stroke < ink->stroke)
    stroke = ink->stroke;
  if (script == LENET_TEXT)
    mark_bars(parts, stroke);
  double tall = median(parts, list, side, readable_side);
  for (int i = 0; i < parts->count; i++)
    all[i].writing =
        all[i].writing &&
        (thickness_of(&all[i]) <= BLOT[script] * stroke || side_of(&all[i]) < 1.5 * tall) &&
        !(is_rule(&all[i], stroke) && width_of(&all[i]) > 0.3 * ink->width &&
          ink->width > 2 * ink->height);
  tall = median(parts, list, height, readable_side);
  for (int i = 0; i < parts->count; i++)
    all[i].writing = all[i].writing && lenet_part_height(&all[i]) <= TALLEST[script] * tall &&
                     side_of(&all[i]) >= SPECK[script] * tall &&
                     !(is_rule(&all[i], stroke) && width_of(&all[i]) > RULE_WIDTH[script] * tall);
  parts->digit_height = (int)(median(parts, list, height, readable_side) + 0.5);
}

lenet_status lenet_parts_find(const lenet_ink *ink, lenet_script script, lenet_parts *parts,
                              lenet_error *error)
{
  lenet_parts made = {.script = script};
  lenet_status status = find_components(ink, &made, error);
  if (status == LENET_OK) {
    lenet_weighed *list = malloc(((size_t)made.count + 1) * sizeof *list);
    if (list)
      judge(ink, script, &made, list);
    else
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find strokes");
    free(list);
  }
  if (status == LENET_OK && made.digit_height < 1)
    status = lenet_fail(error, LENET_NO_DIGIT, -1, "the picture holds no writing");
  if (status == LENET_OK)
    *parts = made;
  else
    lenet_parts_free(&made);
  return status;
}

void lenet_parts_free(lenet_parts *parts)
{
  free(parts->part);
  free(parts->label);
  *parts = (lenet_parts){0};
}

bool lenet_part_is_large(const lenet_parts *parts, const lenet_part *part)
{
  return part->writing && !part->bar && !part->minor &&
         lenet_part_height(part) >= LARGE[parts->script] * parts->digit_height;
}
