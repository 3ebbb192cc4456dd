/* eval_print.c - `lenet eval --pages --chars ascii`: how much of printed pages is read rightly. */
#include "eval.h"

#include "eval_truth.h"
#include "reject.h"
#include "truth.h"

#include <stdlib.h>
#include <string.h>

typedef struct tally {
  long long pages, characters, errors, alike, rejected;
  double least;   /* confidence of a character that is not rejected */
  double seconds; /* of reading the file, and the text in it */
} tally;

/* What characters that look like it count as. */
static int group_of(unsigned char c)
{
  const char *alike = lenet_look_alikes(c);
  return alike != NULL ? (unsigned char)alike[0] : c;
}

/* Characters to be changed, put in or taken out to come from one text to the other (Levenshtein).
 * `row` has room for one number more than `b` has characters. */
static size_t distance(const char *a, const char *b, bool alike, size_t *row)
{
  const size_t columns = strlen(b);
  for (size_t j = 0; j <= columns; j++)
    row[j] = j;
  for (size_t i = 1; a[i - 1] != '\0'; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= columns; j++) {
      const unsigned char one = (unsigned char)a[i - 1], two = (unsigned char)b[j - 1];
      const bool same = one == two || (alike && group_of(one) == group_of(two));
      const size_t changed = corner + !same;
      size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
      corner = row[j];
      row[j] = changed < least ? changed : least;
    }
  }
  return row[columns];
}

/* The text of all lines, newlines between; what is less sure than `least` is a character of its
 * own, that no truth has. NULL without memory. */
static char *text_of(const lenet_reading *reading, double least, long long *rejected)
{
  size_t room = 1, used = 0;
  for (int i = 0; i < reading->count; i++)
    room += lenet_read_text(&reading->line[i], 0, NULL, 0) + 1;
  char *text = calloc(room, 1);
  if (text == NULL)
    return NULL;
  for (int i = 0; i < reading->count; i++) {
    const lenet_read_line *line = &reading->line[i];
    if (i > 0)
      text[used++] = '\n';
    for (int k = 0; k < line->count; k++) {
      const bool sure = (double)line->digit[k].confidence >= least;
      for (int s = 0; s < line->digit[k].spaces; s++)
        text[used++] = ' ';
      text[used++] = sure ? line->digit[k].character : '\x7f';
      *rejected += !sure;
    }
  }
  return text;
}

static bool compare(const char *truth, const lenet_reading *reading, tally *t)
{
  char *read = text_of(reading, t->least, &t->rejected);
  size_t *row = read != NULL ? malloc((strlen(read) + 1) * sizeof *row) : NULL;
  if (row != NULL) {
    t->pages++;
    t->characters += (long long)strlen(truth);
    t->errors += (long long)distance(truth, read, false, row);
    t->alike += (long long)distance(truth, read, true, row);
  }
  const bool memory = row != NULL;
  free(read);
  free(row);
  return memory;
}

static int read_page(const cli_arguments *a, lenet_reader *reader, const char *path, void *tallied)
{
  tally *t = tallied;
  const tally before = *t;
  char picture[CLI_MAX_PATH], *truth = NULL;
  lenet_image image;
  lenet_reading reading;
  lenet_error error;
  int code = cli_truth_load_text(a->command, path, picture, &truth);
  if (code != CLI_OK)
    return code;
  const double start = cli_clock();
  lenet_status status = lenet_image_load(picture, &image, &error);
  if (status == LENET_OK) {
    status = lenet_read(reader, &image, &reading, &error);
    lenet_image_free(&image);
  }
  t->seconds += cli_clock() - start;
  if (status != LENET_OK) {
    code = cli_library_error(a->command, &error);
  } else {
    if (!compare(truth, &reading, t))
      code = cli_error(a->command, CLI_FAILED, "out of memory");
    else if (t->errors > before.errors && t->pages <= cli_integer(a, "mistakes", 0))
      printf("%s: %lld of %lld characters wrong\n", cli_clean(picture).text,
             t->errors - before.errors, t->characters - before.characters);
    lenet_reading_free(&reading);
  }
  free(truth);
  return code;
}

/* ------------------------------------------------------------------ telling --------------- */

static double part_of(long long some, long long all)
{
  return all > 0 ? (double)some / (double)all : 0;
}

static void print_tally(const char *directory, const tally *t)
{
  printf("%s: %s page%s, %s characters\n\n", cli_clean(directory).text,
         cli_thousands(t->pages).text, t->pages == 1 ? "" : "s", cli_thousands(t->characters).text);
  printf("%-24s %9s  %.2f %%\n", "character errors", cli_thousands(t->errors).text,
         100 * part_of(t->errors, t->characters));
  printf("%-24s %9s  %.2f %%\n", "but for look-alikes", cli_thousands(t->alike).text,
         100 * part_of(t->alike, t->characters));
  if (t->rejected > 0)
    printf("%-24s %9s\n", "rejected", cli_thousands(t->rejected).text);
  printf("%-24s %9.3f  %.3f s a page\n", "seconds", t->seconds,
         t->pages > 0 ? t->seconds / (double)t->pages : 0);
}

#if LENET_HAVE_JANSSON
static json_t *document(const char *directory, const char *model, const tally *t)
{
  return json_pack(
      "{s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:o}", "pages_dir", cli_json_text(directory),
      "model", cli_json_text(model), "pages", (json_int_t)t->pages, "characters",
      (json_int_t)t->characters, "errors", (json_int_t)t->errors, "error_rate",
      cli_json_real(part_of(t->errors, t->characters)), "errors_but_alike", (json_int_t)t->alike,
      "error_rate_but_alike", cli_json_real(part_of(t->alike, t->characters)), "rejected",
      (json_int_t)t->rejected, "seconds", cli_json_real(t->seconds));
}
#endif

int cli_evaluate_print(const cli_arguments *a)
{
  const char *directory = cli_text(a, "pages", "");
  cli_reject reject;
  tally t = {0};
  int code = cli_reject_parse(a, CLI_OF_LINES, &reject);
  if (code == CLI_OK) {
    t.least = reject.least;
    code = cli_read_all_truth(a, read_page, &t);
  }
  if (code == CLI_OK) {
    if (cli_given(a, "json"))
      CLI_PRINT_JSON(document(directory, cli_text(a, "model", NULL), &t));
    else
      print_tally(directory, &t);
  }
  return code;
}
