/* data_pages.c - `lenet data make pages` and `strings`. */
#include "data_pages.h"

#include "output.h"
#include "page_job.h"

#include <string.h>

/* The digits that pages are written with. */
typedef struct source {
  lenet_dataset *digits;
  lenet_samples samples; /* of strings */
  lenet_string_options strings;
} source;

static void write_line(FILE *stream, const lenet_page_line *line)
{
  fprintf(stream, "{\"text\": \"");
  for (int i = 0; i < line->count; i++)
    fprintf(stream, "%d", line->digit[i].digit);
  fprintf(stream, "\", \"digits\": [");
  for (int i = 0; i < line->count; i++) {
    const lenet_page_digit *d = &line->digit[i];
    fprintf(stream, "%s\n   {\"digit\": %d, \"sample\": %zu, \"box\": [%d, %d, %d, %d]}",
            i > 0 ? "," : "", d->digit, d->sample, d->x, d->y, d->width, d->height);
  }
  fprintf(stream, "]}");
}

/* Frees the page too. */
static int write_page(cli_page_job *job, int number, lenet_page *page)
{
  char picture[CLI_MAX_PATH], path[CLI_MAX_PATH];
  const char *name;
  cli_whole_file file;
  int code = cli_page_job_picture(job, number, page->pixels, page->width, page->height, 3,
                                  page->jpeg_quality, picture, &name);
  if (code == CLI_OK)
    code = cli_page_job_truth(job, number, name, page->width, page->height, path, &file);
  if (code == CLI_OK) {
    for (int i = 0; i < page->line_count; i++) {
      fprintf(file.stream, "%s\n  ", i > 0 ? "," : "");
      write_line(file.stream, &page->line[i]);
      job->written += page->line[i].count;
    }
    job->lines += page->line_count;
    fprintf(file.stream, "]}\n");
    code = cli_whole_file_end(job->arguments->command, &file);
  }
  lenet_page_free(page);
  return code;
}

static int put_page(cli_page_job *job, int number)
{
  const source *from = job->context;
  lenet_page page;
  lenet_error error;
  if (lenet_page_make(from->digits, job->seed, (uint64_t)number, &page, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  return write_page(job, number, &page);
}

static int put_string(cli_page_job *job, int number)
{
  const source *from = job->context;
  lenet_page page;
  lenet_error error;
  if (lenet_string_make(&from->samples, &from->strings, job->seed, (uint64_t)number, &page,
                        &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  for (int i = 0; i < page.line[0].count; i++) {
    lenet_page_digit *d = &page.line[0].digit[i];
    d->digit = lenet_dataset_class(from->digits, d->digit)[0] - '0';
  }
  return write_page(job, number, &page);
}

/* A folder of pictures may have the classes 2 and 7 alone. */
static int classes_must_be_digits(const cli_arguments *a, const lenet_dataset *digits)
{
  const int classes = lenet_dataset_samples(digits).classes;
  for (int c = 0; c < classes; c++) {
    const char *name = lenet_dataset_class(digits, c);
    if (strlen(name) != 1 || name[0] < '0' || name[0] > '9')
      return cli_usage_error(a->command, "--from: class '%s' of the data set is no digit", name);
  }
  return CLI_OK;
}

int cli_make_pages(const cli_arguments *a, const char *directory)
{
  source from = {0};
  cli_page_job job = {.name = "page", .marks = "digit", .put = put_page, .context = &from};
  const char *split = cli_text(a, "split", "test");
  int code = cli_page_job_begin(a, directory, &job);
  if (code == CLI_OK && strcmp(split, "validation") == 0)
    code = cli_usage_error(a->command, "--split validation: is for strings and print");
  if (code == CLI_OK)
    code = cli_open_samples(a, "from", cli_text(a, "from", "mnist"), split, &from.digits,
                            &from.samples);
  if (code == CLI_OK)
    code = cli_page_job_run(&job);
  lenet_dataset_free(from.digits);
  return code;
}

/* "A..B" or "A", within low .. high. */
static int read_range(const cli_arguments *a, const char *option, int low, int high, int *from,
                      int *to)
{
  const char *text = cli_text(a, option, NULL);
  int end = 0;
  if (text == NULL)
    return CLI_OK;
  if (sscanf(text, "%4d%n", from, &end) == 1 && text[end] == '\0')
    *to = *from;
  else if (sscanf(text, "%4d..%4d%n", from, to, &end) != 2 || text[end] != '\0')
    return cli_option_error(a, option, "'%s' is neither a whole number nor a range such as %d..%d",
                            text, low, high);
  if (*from > *to)
    return cli_option_error(a, option, "%s: the smaller number comes first", text);
  if (*from < low || *to > high)
    return cli_option_error(a, option, "%s: from %d to %d", text, low, high);
  return CLI_OK;
}

/* Training strings leave validation's digits alone. */
static int leave_validation(const cli_arguments *a, lenet_samples *samples)
{
  if (samples->count <= CLI_VALIDATION)
    return cli_usage_error(
        a->command,
        "--split train: leaves the last %d training pictures for validation, and "
        "there are %zu",
        CLI_VALIDATION, samples->count);
  *samples = lenet_samples_part(*samples, 0, samples->count - CLI_VALIDATION);
  return CLI_OK;
}

int cli_make_strings(const cli_arguments *a, const char *directory)
{
  source from = {.strings = {1, LENET_PAGE_DIGITS, -1, 4, 0}};
  cli_page_job job = {.name = "string", .marks = "digit", .put = put_string, .context = &from};
  lenet_string_options *o = &from.strings;
  const char *split = cli_text(a, "split", "test");
  int code = cli_page_job_begin(a, directory, &job);
  o->invert = cli_number(a, "invert", 0);
  if (code == CLI_OK)
    code = read_range(a, "digits", 1, LENET_PAGE_DIGITS, &o->shortest, &o->longest);
  if (code == CLI_OK)
    code = read_range(a, "gap", -8, 28, &o->least_gap, &o->most_gap);
  if (code == CLI_OK)
    code = cli_open_samples(a, "from", cli_text(a, "from", "mnist"), split, &from.digits,
                            &from.samples);
  if (code == CLI_OK)
    code = classes_must_be_digits(a, from.digits);
  if (code == CLI_OK && strcmp(split, "train") == 0)
    code = leave_validation(a, &from.samples);
  if (code == CLI_OK)
    code = cli_page_job_run(&job);
  lenet_dataset_free(from.digits);
  return code;
}
