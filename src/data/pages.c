/* pages.c - a page from its first number to its last pixel. */
#include "data/pages.h"

#include "base/error.h"

#include <stdlib.h>

enum { SIDE = 28, MOST_CLASSES = 10 };

/* A data set of digits: each class is one, by its name. */
static lenet_status check(const lenet_dataset *digits, lenet_error *error)
{
  const lenet_samples samples = lenet_dataset_samples(digits);
  if (samples.count == 0)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "the data set has no pictures");
  if (samples.rows != SIDE || samples.columns != SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "the data set's pictures have %dx%d pixels; pages are made of %dx%d",
                      samples.rows, samples.columns, SIDE, SIDE);
  if (samples.classes > MOST_CLASSES)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "the data set has %d classes; pages are made of digits, which are %d",
                      samples.classes, MOST_CLASSES);
  for (int i = 0; i < samples.classes; i++) {
    const char *name = lenet_dataset_class(digits, i);
    if (name[0] < '0' || name[0] > '9' || name[1] != '\0')
      return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                        "class '%s' of the data set is no digit: pages are made of digits", name);
  }
  return LENET_OK;
}

static bool allocate(const page_style *s, page_canvas *canvas)
{
  const size_t count = (size_t)s->width * (size_t)s->height;
  *canvas = (page_canvas){.width = s->width,
                          .height = s->height,
                          .rgb = malloc(3 * count * sizeof(float)),
                          .tone = malloc(count * sizeof(float))};
  return canvas->rgb && canvas->tone;
}

static lenet_status no_memory(const page_style *s, lenet_error *error)
{
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a page of %dx%d pixels", s->width,
                    s->height);
}

/* Draws all digits and fills in the truth about them. */
static lenet_status write_text(const page_text *text, const page_style *s, const page_view *view,
                               const lenet_dataset *digits, lenet_rng *grain,
                               const page_canvas *canvas, lenet_page *page, lenet_error *error)
{
  page->line_count = text->count;
  for (int i = 0; i < text->count; i++) {
    page->line[i].count = text->line[i].count;
    for (int j = 0; j < text->line[i].count; j++) {
      const page_mark *mark = &text->line[i].mark[j];
      lenet_page_digit *box = &page->line[i].digit[j];
      if (!lenet_page_draw_mark(mark, s, view, lenet_dataset_pixels(digits, mark->sample), grain,
                                canvas, box))
        return no_memory(s, error);
      if (box->width == 0)
        return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                          "picture %zu of the data set holds no strokes", mark->sample);
    }
  }
  return LENET_OK;
}

/* From the ground up. Fills `page` but for what is stored how. */
static lenet_status make(const page_style *s, const page_text *text, const lenet_dataset *digits,
                         lenet_rng *rng, lenet_rng *grain, const page_canvas *canvas,
                         lenet_page *page, lenet_error *error)
{
  page_view view;
  lenet_page_choose_view(rng, s, &view);
  if (!lenet_page_paint_sheet(rng, grain, s, &view, canvas))
    return no_memory(s, error);
  lenet_status status = write_text(text, s, &view, digits, grain, canvas, page, error);
  if (status != LENET_OK)
    return status;
  lenet_page_lay_things(rng, s, page, canvas);
  lenet_page_light(rng, s, canvas);
  page->width = s->width;
  page->height = s->height;
  page->pixels = malloc(3 * (size_t)s->width * (size_t)s->height);
  if (!page->pixels || !lenet_page_blur(canvas, s->blur)) {
    free(page->pixels);
    return no_memory(s, error);
  }
  lenet_page_expose(canvas, s->noise, grain, page->pixels);
  return LENET_OK;
}

lenet_status lenet_page_make(const lenet_dataset *digits, uint64_t seed, uint64_t index,
                             lenet_page *page, lenet_error *error)
{
  enum { WORST = 35, BEST = 95 };
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_PAGE, index);
  lenet_rng grain = lenet_rng_at(seed, LENET_STREAM_PAGE_GRAIN, index);
  lenet_status status = check(digits, error);
  if (status != LENET_OK)
    return status;
  page_style style;
  page_text text;
  page_canvas canvas = {0};
  lenet_page made = {0};
  if (lenet_page_chance(&rng, 0.5))
    made.jpeg_quality = WORST + (int)lenet_rng_below(&rng, BEST - WORST + 1);
  lenet_page_choose_style(&rng, &style);
  status = lenet_page_lay_out(&rng, &style, digits, &text, error);
  if (status == LENET_OK && !allocate(&style, &canvas))
    status = no_memory(&style, error);
  if (status == LENET_OK)
    status = make(&style, &text, digits, &rng, &grain, &canvas, &made, error);
  if (status == LENET_OK)
    *page = made;
  free(canvas.rgb);
  free(canvas.tone);
  return status;
}

void lenet_page_free(lenet_page *page)
{
  free(page->pixels);
  *page = (lenet_page){0};
}
