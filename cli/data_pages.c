/* data_pages.c - `lenet data make pages` and `strings`. */
#define _POSIX_C_SOURCE 200809L
#include "data_pages.h"

#include "output.h"
#include "place.h"
#include "progress.h"
#include "stop.h"
#include "whole_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* What is wanted, and how far it has come. */
typedef struct job {
  const cli_arguments *arguments;
  const char *name; /* "page" or "string" */
  lenet_status (*make)(const struct job *job, uint64_t number, lenet_page *page,
                       lenet_error *error);
  const lenet_dataset *digits;
  lenet_samples samples; /* of strings */
  lenet_string_options strings;
  const char *directory;
  uint64_t seed;
  int count;
  long long lines, written; /* lines and digits of all pages so far */
} job;

static lenet_status make_page(const job *job, uint64_t number, lenet_page *page, lenet_error *error)
{
  return lenet_page_make(job->digits, job->seed, number, page, error);
}

static lenet_status make_string(const job *job, uint64_t number, lenet_page *page,
                                lenet_error *error)
{
  const lenet_status status =
      lenet_string_make(&job->samples, &job->strings, job->seed, number, page, error);
  for (int i = 0; status == LENET_OK && i < page->line[0].count; i++) {
    lenet_page_digit *d = &page->line[0].digit[i];
    d->digit = lenet_dataset_class(job->digits, d->digit)[0] - '0';
  }
  return status;
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

/* "DIRECTORY/page-00001.png", and in `name` where the name of the file begins. */
static int name_file(const job *job, int page, const char *ending, char path[CLI_MAX_PATH],
                     const char **name)
{
  const int length =
      snprintf(path, CLI_MAX_PATH, "%s/%s-%05d.%s", job->directory, job->name, page, ending);
  if (length >= CLI_MAX_PATH)
    return cli_error(job->arguments->command, CLI_FAILED, "%s: the name is too long",
                     job->directory);
  *name = strrchr(path, '/') + 1;
  return CLI_OK;
}

/* A name that is taken, if only by a link, is known before anything is written. */
static int all_must_be_free(const job *job)
{
  static const char *const endings[] = {"png", "jpg", "json"};
  char path[CLI_MAX_PATH];
  const char *name;
  struct stat there;
  for (int page = 1; page <= job->count; page++)
    for (int i = 0; i < 3; i++) {
      const int code = name_file(job, page, endings[i], path, &name);
      if (code != CLI_OK)
        return code;
      if (lstat(path, &there) == 0)
        return cli_error(job->arguments->command, CLI_FAILED,
                         "%s: is there already; nothing was written", path);
    }
  return CLI_OK;
}

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

/* Numbers and names of our own making only: nothing has to be escaped. */
static int write_truth(const job *job, int number, const lenet_page *page, const char *picture)
{
  char path[CLI_MAX_PATH];
  const char *name;
  cli_whole_file file;
  int code = name_file(job, number, "json", path, &name);
  if (code == CLI_OK)
    code = cli_whole_file_begin(job->arguments->command, path, &file);
  if (code != CLI_OK)
    return code;
  fprintf(file.stream,
          "{\"file\": \"%s\", \"width\": %d, \"height\": %d, \"seed\": %" PRIu64
          ", \"page\": %d, \"lines\": [",
          picture, page->width, page->height, job->seed, number);
  for (int i = 0; i < page->line_count; i++) {
    fprintf(file.stream, "%s\n  ", i > 0 ? "," : "");
    write_line(file.stream, &page->line[i]);
  }
  fprintf(file.stream, "]}\n");
  return cli_whole_file_end(job->arguments->command, &file);
}

/* The picture first: where there is a truth, there is its picture. */
static int write_page(const job *job, int number, const lenet_page *page)
{
  const bool jpeg = page->jpeg_quality > 0;
  char path[CLI_MAX_PATH];
  const char *name;
  lenet_error error;
  const int code = name_file(job, number, jpeg ? "jpg" : "png", path, &name);
  if (code != CLI_OK)
    return code;
  const lenet_status status =
      jpeg ? lenet_image_write_jpeg(path, page->pixels, page->width, page->height, 3,
                                    page->jpeg_quality, &error)
           : lenet_image_write_png(path, page->pixels, page->width, page->height, 3, &error);
  if (status != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  return write_truth(job, number, page, name);
}

static void count_up(job *job, const lenet_page *page)
{
  job->lines += page->line_count;
  for (int i = 0; i < page->line_count; i++)
    job->written += page->line[i].count;
}

static int make_all(job *job)
{
  cli_progress progress = cli_progress_start(job->arguments);
  const double start = cli_clock();
  int code = CLI_OK;
  for (int number = 1; number <= job->count && code == CLI_OK; number++) {
    lenet_page page;
    lenet_error error;
    const lenet_status status = job->make(job, (uint64_t)number, &page, &error);
    if (status != LENET_OK) {
      cli_progress_clear(&progress);
      return cli_library_error(job->arguments->command, &error);
    }
    code = write_page(job, number, &page);
    count_up(job, &page);
    lenet_page_free(&page);
    cli_progress_part(&progress, (double)number / job->count,
                      (cli_clock() - start) * job->count / number, "drawing");
    if (code == CLI_OK && number < job->count && cli_stop_wanted()) {
      cli_progress_clear(&progress);
      return cli_error(job->arguments->command, CLI_INTERRUPTED, "stopped; %d of %d %ss are there",
                       number, job->count, job->name);
    }
  }
  cli_progress_clear(&progress);
  return code;
}

static void report(const job *job)
{
  const cli_arguments *a = job->arguments;
  if (cli_given(a, "json")) {
    CLI_PRINT_JSON(json_pack("{s:o, s:i, s:I, s:I}", "place", cli_json_text(job->directory),
                             "pages", job->count, "lines", (json_int_t)job->lines, "digits",
                             (json_int_t)job->written));
    return;
  }
  cli_note(a, "%s %s%s, %s line%s, %s digit%s", cli_thousands(job->count).text, job->name,
           job->count == 1 ? "" : "s", cli_thousands(job->lines).text, job->lines == 1 ? "" : "s",
           cli_thousands(job->written).text, job->written == 1 ? "" : "s");
  printf("%s\n", cli_clean(job->directory).text);
}

static int run_job(job *job)
{
  const cli_arguments *a = job->arguments;
  cli_catch_stop();
  if (!cli_make_directories(job->directory))
    return cli_error(a->command, CLI_FAILED, "%s: cannot make this folder: %s", job->directory,
                     strerror(errno));
  int code = all_must_be_free(job);
  if (code == CLI_OK)
    code = make_all(job);
  if (code == CLI_OK)
    report(job);
  return code;
}

static int start(const cli_arguments *a, const char *directory, job *job)
{
  job->arguments = a;
  job->directory = directory;
  job->seed = cli_seed(a, "seed", 1);
  job->count = (int)cli_integer(a, "count", CLI_USUAL_PAGES);
  if (job->count > CLI_MOST_PAGES)
    return cli_usage_error(a->command, "--count: at most %d %ss have names", CLI_MOST_PAGES,
                           job->name);
  return CLI_OK;
}

int cli_make_pages(const cli_arguments *a, const char *directory)
{
  job job = {.name = "page", .make = make_page};
  lenet_dataset *digits = NULL;
  const char *split = cli_text(a, "split", "test");
  int code = start(a, directory, &job);
  if (code == CLI_OK && strcmp(split, "validation") == 0)
    code = cli_usage_error(a->command, "--split validation: is for strings");
  if (code == CLI_OK)
    code = cli_open_samples(a, cli_text(a, "from", "mnist"), split, &digits, &job.samples);
  job.digits = digits;
  if (code == CLI_OK)
    code = run_job(&job);
  lenet_dataset_free(digits);
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
  job job = {.name = "string", .make = make_string, .strings = {1, LENET_PAGE_DIGITS, -1, 4, 0}};
  lenet_dataset *digits = NULL;
  const char *split = cli_text(a, "split", "test");
  int code = start(a, directory, &job);
  job.strings.invert = cli_number(a, "invert", 0);
  if (code == CLI_OK)
    code =
        read_range(a, "digits", 1, LENET_PAGE_DIGITS, &job.strings.shortest, &job.strings.longest);
  if (code == CLI_OK)
    code = read_range(a, "gap", -8, 28, &job.strings.least_gap, &job.strings.most_gap);
  if (code == CLI_OK)
    code = cli_open_samples(a, cli_text(a, "from", "mnist"), split, &digits, &job.samples);
  if (code == CLI_OK)
    code = classes_must_be_digits(a, digits);
  job.digits = digits;
  if (code == CLI_OK && strcmp(split, "train") == 0)
    code = leave_validation(a, &job.samples);
  if (code == CLI_OK)
    code = run_job(&job);
  lenet_dataset_free(digits);
  return code;
}
