/* press_set.c - words in lines, lines on a page. */
#include "data/press.h"

#include "base/error.h"
#include "data/prose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_LINE = 256 /* characters, with the NUL */ };

static const double SPACE = 0.27; /* ems, where the face has none of its own */
static const double ABOVE = 1.1,
                    BELOW = 0.5;         /* ems, from the margin to the first and last baseline */
static const double SHORT_LINES = 0.12;  /* the share of lines that end a paragraph early */
static const double MOST_STRETCH = 0.35; /* ems that a justified line adds to each space, at most */

/* One line before it is drawn. */
typedef struct words {
  int count;
  char word[LONGEST_LINE / 2][LENET_LONGEST_WORD];
  double width[LONGEST_LINE / 2];
  double total; /* with spaces as the face has them */
  bool last;    /* of its paragraph */
} words;

/* What the whole page is drawn with. */
typedef struct setter {
  const lenet_press *press;
  const lenet_setting *setting;
  lenet_set_page *page;
  double space; /* pixels */
  uint8_t *alone,
      *before; /* [height][width], of a word up to some character; NULL without owners */
} setter;

static lenet_status measure(const setter *s, const char *text, double *width, lenet_error *error)
{
  return lenet_fonts_draw(s->press->fonts, s->setting->face, &s->setting->type, text, 0, 0, NULL, 0,
                          0, NULL, width, error);
}

/* Words until the line is full; what does not fit begins the next one. */
static lenet_status fill_line(const setter *s, lenet_prose *prose, lenet_rng *rng, double room,
                              words *line, lenet_error *error)
{
  size_t length = 0;
  line->count = 0;
  line->total = 0;
  line->last = lenet_rng_uniform(rng) < SHORT_LINES;
  if (line->last)
    room *= lenet_rng_range(rng, 0.15, 1);
  for (;;) {
    char *word = line->word[line->count];
    double *width = &line->width[line->count];
    if (lenet_rng_uniform(rng) < s->setting->jumbled)
      lenet_prose_jumble(rng, word);
    else
      lenet_prose_word(prose, rng, word);
    const lenet_status status = measure(s, word, width, error);
    if (status != LENET_OK)
      return status;
    const double with = line->total + *width + (line->count > 0 ? s->space : 0);
    length += strlen(word) + 1;
    if ((line->count > 0 && with > room) || length >= LONGEST_LINE)
      return LENET_OK;
    line->total = with;
    if (++line->count == LONGEST_LINE / 2)
      return LENET_OK;
  }
}

/* Who has the most ink where: a word is drawn with one character more each time, and what is new is
 * that character's. Only columns from .. to - 1 are touched. */
static lenet_status draw_owned(const setter *s, const char *word, double x, double y, int from,
                               int to, lenet_error *error)
{
  lenet_set_page *p = s->page;
  const size_t wide = (size_t)p->width;
  char part[LENET_LONGEST_WORD];
  from = from < 0 ? 0 : from;
  to = to > p->width ? p->width : to;
  memset(s->before, 0, wide * (size_t)p->height);
  for (size_t i = 0; word[i] && p->prints < LENET_MOST_OWNERS; i++) {
    memcpy(part, word, i + 1);
    part[i + 1] = '\0';
    memset(s->alone, 0, wide * (size_t)p->height);
    lenet_status status =
        lenet_fonts_draw(s->press->fonts, s->setting->face, &s->setting->type, part, x, y, s->alone,
                         p->width, p->height, NULL, NULL, error);
    if (status != LENET_OK)
      return status;
    for (int v = 0; v < p->height; v++)
      for (int u = from; u < to; u++) {
        const size_t at = (size_t)v * wide + (size_t)u;
        const int more = s->alone[at] - s->before[at];
        if (more > 0 && more >= p->ink[at])
          p->owner[at] = (uint8_t)p->prints;
        if (more > 0)
          p->ink[at] = (uint8_t)(p->ink[at] + more < 255 ? p->ink[at] + more : 255);
        s->before[at] = s->alone[at];
      }
    p->label[p->prints++] = (uint8_t)(word[i] - ' ');
  }
  return LENET_OK;
}

static lenet_status draw_word(const setter *s, const char *word, double x, double y, double width,
                              lenet_glyph_box *box, lenet_error *error)
{
  lenet_set_page *p = s->page;
  if (s->alone) {
    const int beside = (int)s->setting->type.size;
    return draw_owned(s, word, x, y, (int)x - beside, (int)(x + width) + beside, error);
  }
  return lenet_fonts_draw(s->press->fonts, s->setting->face, &s->setting->type, word, x, y, p->ink,
                          p->width, p->height, box, NULL, error);
}

static lenet_status draw_line(const setter *s, const words *line, double x, double y,
                              double stretch, lenet_print_line *to, lenet_error *error)
{
  size_t used = 0;
  lenet_glyph_box box[LENET_LONGEST_WORD];
  const double turn = s->setting->type.turn;
  to->text = calloc(LONGEST_LINE, 1);
  to->box = calloc(LONGEST_LINE, sizeof *to->box);
  if (!to->text || !to->box)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a line of print");
  const double begin = x;
  for (int i = 0; i < line->count; i++) {
    const size_t length = strlen(line->word[i]);
    memset(box, 0, sizeof box);
    const lenet_status status =
        draw_word(s, line->word[i], x, y + turn * (x - begin), line->width[i], box, error);
    if (status != LENET_OK)
      return status;
    if (i > 0)
      to->text[used++] = ' ';
    memcpy(to->text + used, line->word[i], length);
    for (size_t k = 0; k < length; k++)
      to->box[used + k] = (lenet_print_box){box[k].x, box[k].y, box[k].width, box[k].height};
    used += length;
    x += line->width[i] + s->space + stretch;
  }
  return LENET_OK;
}

static lenet_status allocate(setter *s, bool owners, lenet_error *error)
{
  lenet_set_page *p = s->page;
  const size_t count = (size_t)p->width * (size_t)p->height;
  p->ink = calloc(count, 1);
  p->line = calloc((size_t)s->setting->lines, sizeof *p->line);
  bool memory = p->ink && p->line;
  if (owners) {
    s->alone = malloc(count);
    s->before = malloc(count);
    p->owner = malloc(count);
    memory = memory && s->alone && s->before && p->owner;
    if (p->owner)
      memset(p->owner, LENET_NO_OWNER, count);
  }
  return memory ? LENET_OK
                : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a page of print");
}

static lenet_status draw_all(setter *s, lenet_rng *rng, lenet_error *error)
{
  const lenet_setting *set = s->setting;
  const double size = set->type.size, fall = set->type.turn * s->page->width;
  const double room = set->width - 2 * set->margin;
  lenet_prose prose = {0};
  words *line = malloc(sizeof *line);
  lenet_status status = LENET_OK;
  if (!line)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a line of print");
  double y = set->margin + ABOVE * size + fmax(-fall, 0);
  for (int i = 0; status == LENET_OK && i < set->lines; i++) {
    status = fill_line(s, &prose, rng, room, line, error);
    const double free_room = room - line->total;
    double stretch =
        set->justified && !line->last && line->count > 1 ? free_room / (line->count - 1) : 0;
    stretch = stretch < 0 ? 0 : stretch > MOST_STRETCH * size ? MOST_STRETCH * size : stretch;
    if (status == LENET_OK) {
      s->page->line_count = i + 1;
      status = draw_line(s, line, set->margin, y, stretch, &s->page->line[i], error);
    }
    y += set->leading * size;
  }
  free(line);
  return status;
}

lenet_status lenet_press_set(const lenet_press *press, const lenet_setting *setting, bool owners,
                             lenet_rng *rng, lenet_set_page *page, lenet_error *error)
{
  const double size = setting->type.size;
  const double height = 2 * setting->margin +
                        ((setting->lines - 1) * setting->leading + ABOVE + BELOW) * size +
                        fabs(setting->type.turn) * setting->width;
  lenet_set_page made = {.width = setting->width, .height = (int)height};
  setter s = {.press = press, .setting = setting, .page = &made};
  lenet_status status = measure(&s, " ", &s.space, error);
  if (s.space < 0.5 * SPACE * size)
    s.space = SPACE * size;
  if (status == LENET_OK)
    status = allocate(&s, owners, error);
  if (status == LENET_OK)
    status = draw_all(&s, rng, error);
  free(s.alone);
  free(s.before);
  if (status == LENET_OK)
    *page = made;
  else
    lenet_set_page_free(&made);
  return status;
}

void lenet_set_page_free(lenet_set_page *page)
{
  for (int i = 0; page->line && i < page->line_count; i++) {
    free(page->line[i].text);
    free(page->line[i].box);
  }
  free(page->line);
  free(page->ink);
  free(page->owner);
  *page = (lenet_set_page){0};
}
