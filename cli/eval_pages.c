/* eval_pages.c - `lenet eval --pages`: how much of pictures of lines is read rightly. */
#include "eval.h"

#include "confident.h"
#include "eval_truth.h"
#include "reject.h"
#include "truth.h"

#include <stdlib.h>
#include <string.h>

/* A digit is found where one was read whose box has at least this much in common with its own: of
 * what either of them covers. */
static const double FOUND = 0.3;

typedef struct tally {
  long long pages, pages_right; /* every line right, and no others */
  long long digits, found, right, extra;
  long long lines, lines_found, lines_right, lines_extra;
  cli_confident answers; /* one for each line that was read */
} tally;

/* The digits of a reading in a row. */
typedef struct flat {
  int count;
  struct read_digit {
    const lenet_read_digit *digit;
    int line;
    bool taken;
  } * at;
} flat;

/* ------------------------------------------------------------------ one picture ----------- */

static bool flatten(const lenet_reading *reading, flat *f)
{
  size_t count = 0;
  for (int i = 0; i < reading->count; i++)
    count += (size_t)reading->line[i].count;
  *f = (flat){.at = calloc(count + 1, sizeof *f->at)};
  for (int i = 0; f->at != NULL && i < reading->count; i++)
    for (int k = 0; k < reading->line[i].count; k++)
      f->at[f->count++] = (struct read_digit){&reading->line[i].digit[k], i, false};
  return f->at != NULL;
}

static double overlap(int a, int width, int b, int other)
{
  const int low = a > b ? a : b, high = a + width < b + other ? a + width : b + other;
  return high > low ? high - low : 0;
}

/* What the boxes have in common, as a part of what either covers. */
static double in_common(const cli_truth_digit *t, const lenet_read_digit *r)
{
  const double both =
      overlap(t->x, t->width, r->x, r->width) * overlap(t->y, t->height, r->y, r->height);
  return both / ((double)t->width * t->height + (double)r->width * r->height - both);
}

/* The digit that was read here, and is no other's; NULL where there is none. */
static struct read_digit *find(flat *f, const cli_truth_digit *digit)
{
  struct read_digit *best = NULL;
  double most = FOUND;
  for (int i = 0; i < f->count; i++) {
    const double common = f->at[i].taken ? 0 : in_common(digit, f->at[i].digit);
    if (common >= most) {
      most = common;
      best = &f->at[i];
    }
  }
  if (best != NULL)
    best->taken = true;
  return best;
}

static bool same_text(const cli_truth_line *line, const lenet_read_line *read)
{
  if (line->count != read->count)
    return false;
  for (int i = 0; i < line->count; i++)
    if (line->digit[i].digit != read->digit[i].digit)
      return false;
  return true;
}

/* Looks for the digits of a line. Returns the line that was read with more than half of them, or
 * -1. `votes` is room for a number for each line of the reading. */
static int compare_line(const cli_truth_line *line, const lenet_reading *reading, flat *f,
                        int *votes, tally *t)
{
  memset(votes, 0, ((size_t)reading->count + 1) * sizeof *votes);
  t->digits += line->count;
  int found = -1;
  for (int i = 0; i < line->count; i++) {
    const struct read_digit *read = find(f, &line->digit[i]);
    if (read == NULL)
      continue;
    t->found++;
    t->right += read->digit->digit == line->digit[i].digit;
    if (2 * ++votes[read->line] > line->count)
      found = read->line;
  }
  return found;
}

/* `room` has a number and a mark for each line of the reading. */
static bool compare_lines(const cli_truth *truth, const lenet_reading *reading, flat *f, int *room,
                          tally *t)
{
  int *votes = room, *claimed = room + reading->count + 1;
  long long right = 0, extra = 0;
  for (int i = 0; i < truth->count; i++) {
    const int at = compare_line(&truth->line[i], reading, f, votes, t);
    t->lines++;
    t->lines_found += at >= 0;
    if (at < 0 || claimed[at])
      continue;
    const bool good = same_text(&truth->line[i], &reading->line[at]);
    claimed[at] = 1;
    right += good;
    if (!cli_confident_add(&t->answers, (double)reading->line[at].confidence, good))
      return false;
  }
  for (int i = 0; i < reading->count; i++)
    if (!claimed[i]) {
      extra++;
      if (!cli_confident_add(&t->answers, (double)reading->line[i].confidence, false))
        return false;
    }
  for (int i = 0; i < f->count; i++)
    t->extra += !f->at[i].taken;
  t->pages++;
  t->pages_right += right == truth->count && extra == 0;
  t->lines_right += right;
  t->lines_extra += extra;
  return true;
}

/* One picture that was not all right, for people who want to look at it. */
static void tell_mistake(const char *picture, const tally *before, const tally *now)
{
  printf("%s: %lld of %lld digits right, %lld of %lld lines, %lld digits too much\n",
         cli_clean(picture).text, now->right - before->right, now->digits - before->digits,
         now->lines_right - before->lines_right, now->lines - before->lines,
         now->extra - before->extra);
}

static bool compare(const cli_truth *truth, const lenet_reading *reading, tally *t)
{
  flat f;
  int *room = calloc(2 * ((size_t)reading->count + 1), sizeof *room);
  bool memory = flatten(reading, &f) && room != NULL;
  if (memory)
    memory = compare_lines(truth, reading, &f, room, t);
  free(f.at);
  free(room);
  return memory;
}

static int read_page(const cli_arguments *a, lenet_reader *reader, const char *path, void *tallied)
{
  tally *t = tallied;
  const tally before = *t;
  cli_truth truth;
  lenet_image image;
  lenet_reading reading;
  lenet_error error;
  int code = cli_truth_load(a->command, path, &truth);
  if (code != CLI_OK)
    return code;
  lenet_status status = lenet_image_load(truth.picture, &image, &error);
  if (status == LENET_OK) {
    status = lenet_read(reader, &image, &reading, &error);
    lenet_image_free(&image);
  }
  if (status != LENET_OK) {
    code = cli_library_error(a->command, &error);
  } else {
    if (!compare(&truth, &reading, t))
      code = cli_error(a->command, CLI_FAILED, "out of memory");
    else if (before.pages_right == t->pages_right &&
             t->pages - t->pages_right <= cli_integer(a, "mistakes", 0))
      tell_mistake(truth.picture, &before, t);
    lenet_reading_free(&reading);
  }
  cli_truth_free(&truth);
  return code;
}

/* ------------------------------------------------------------------ telling --------------- */

static void print_tally(const char *directory, const tally *t, const cli_reject *reject)
{
  size_t given, wrong;
  cli_confident_count(&t->answers, reject->least, &given, &wrong);
  printf("%s: %s picture%s\n\n", cli_clean(directory).text, cli_thousands(t->pages).text,
         t->pages == 1 ? "" : "s");
  cli_print_part("digits found", t->found, t->digits);
  cli_print_part("digits right", t->right, t->digits);
  cli_print_part("lines found", t->lines_found, t->lines);
  cli_print_part("lines right", t->lines_right, t->lines);
  cli_print_part("pictures right", t->pages_right, t->pages);
  printf("%-18s %9s digits, %s lines\n", "too much", cli_thousands(t->extra).text,
         cli_thousands(t->lines_extra).text);
  if (reject->least > 0) {
    cli_print_part("answered", (long long)given, t->lines);
    cli_print_part("wrong of them", (long long)wrong, (long long)given);
  }
  cli_confident_print(&t->answers, (size_t)t->lines, "lines");
}

#if LENET_HAVE_JANSSON
static json_t *document(const char *directory, const char *model, const tally *t,
                        const cli_reject *reject)
{
  size_t given, wrong;
  cli_confident_count(&t->answers, reject->least, &given, &wrong);
  return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
                   "pages_dir", cli_json_text(directory), "model", cli_json_text(model), "pages",
                   (json_int_t)t->pages, "pages_right", (json_int_t)t->pages_right, "digits",
                   (json_int_t)t->digits, "digits_found", (json_int_t)t->found, "digits_right",
                   (json_int_t)t->right, "digits_extra", (json_int_t)t->extra, "lines",
                   (json_int_t)t->lines, "lines_found", (json_int_t)t->lines_found, "lines_right",
                   (json_int_t)t->lines_right, "lines_extra", (json_int_t)t->lines_extra,
                   "lines_answered", (json_int_t)given, "lines_answered_wrong", (json_int_t)wrong,
                   "rejection", cli_confident_document(&t->answers, (size_t)t->lines));
}
#endif

/* ------------------------------------------------------------------ command --------------- */

static int refuse_others(const cli_arguments *a)
{
  static const char *const beside[] = {"data",    "data-dir", "split", "augment",
                                       "corrupt", "predict",  "seed",  "int8",
                                       "threads", "report",   NULL};
  for (const char *const *name = beside; *name != NULL; name++)
    if (cli_given(a, *name))
      return cli_usage_error(a->command, "--%s and --pages exclude each other", *name);
  return CLI_OK;
}

int cli_evaluate_pages(const cli_arguments *a)
{
  const char *directory = cli_text(a, "pages", "");
  cli_reject reject;
  tally t = {0};
  int code = refuse_others(a);
  if (code == CLI_OK && cli_given(a, "json") && cli_given(a, "mistakes"))
    code = cli_usage_error(a->command, "--mistakes: no part of what --pages --json prints");
  if (code == CLI_OK && strcmp(cli_text(a, "chars", "digits"), "ascii") == 0)
    return cli_evaluate_print(a);
  if (code == CLI_OK)
    code = cli_reject_parse(a, CLI_OF_LINES, &reject);
  if (code == CLI_OK)
    code = cli_read_all_truth(a, read_page, &t);
  if (code == CLI_OK) {
    cli_confident_sort(&t.answers);
    if (cli_given(a, "json"))
      CLI_PRINT_JSON(document(directory, cli_text(a, "model", NULL), &t, &reject));
    else
      print_tally(directory, &t, &reject);
  }
  cli_confident_free(&t.answers);
  return code;
}
