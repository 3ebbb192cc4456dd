/* data_print.c - `lenet data make print` and `print-reader`. */
#include "data_print.h"

#include "mix.h"
#include "output.h"
#include "page_job.h"
#include "progress.h"
#include "stop.h"
#include "write_idx.h"

#include <errno.h>
#include <string.h>

enum { AREA = 28 * 28, USUAL_PIECES = 400000, TEST_PART = 20, USUAL_DPI = 300 };

/* What is printed, and with what. */
typedef struct print_job {
  lenet_press *press;
  int dpi;
} print_job;

/* ------------------------------------------------------------------ pages ----------------- */

static void write_text(FILE *stream, const char *text)
{
  for (; *text != '\0'; text++)
    fprintf(stream, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

static void write_line(FILE *stream, const lenet_print_line *line)
{
  const char *between = "";
  fprintf(stream, "{\"text\": \"");
  write_text(stream, line->text);
  fprintf(stream, "\", \"characters\": [");
  for (size_t i = 0; line->text[i] != '\0'; i++) {
    const lenet_print_box *b = &line->box[i];
    const char one[] = {line->text[i], '\0'};
    if (line->text[i] == ' ')
      continue;
    fprintf(stream, "%s\n   {\"character\": \"", between);
    write_text(stream, one);
    fprintf(stream, "\", \"box\": [%d, %d, %d, %d]}", b->x, b->y, b->width, b->height);
    between = ",";
  }
  fprintf(stream, "]}");
}

static int write_page(cli_page_job *job, int number, const lenet_print_page *page)
{
  char picture[CLI_MAX_PATH], path[CLI_MAX_PATH];
  const char *name;
  cli_whole_file file;
  int code = cli_page_job_picture(job, number, page->pixels, page->width, page->height, 1,
                                  page->jpeg_quality, picture, &name);
  if (code == CLI_OK)
    code = cli_page_job_truth(job, number, name, page->width, page->height, path, &file);
  if (code != CLI_OK)
    return code;
  for (int i = 0; i < page->line_count; i++) {
    fprintf(file.stream, "%s\n  ", i > 0 ? "," : "");
    write_line(file.stream, &page->line[i]);
    job->written += (long long)strlen(page->line[i].text);
  }
  job->lines += page->line_count;
  fprintf(file.stream, "]}\n");
  return cli_whole_file_end(job->arguments->command, &file);
}

static int put_page(cli_page_job *job, int number)
{
  const print_job *p = job->context;
  lenet_print_page page;
  lenet_error error;
  if (lenet_press_page(p->press, p->dpi, job->seed, (uint64_t)number, &page, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  const int code = write_page(job, number, &page);
  lenet_print_page_free(&page);
  return code;
}

static lenet_font_part part_of(const char *split)
{
  return strcmp(split, "train") == 0        ? LENET_FONTS_TRAIN
         : strcmp(split, "validation") == 0 ? LENET_FONTS_VALIDATION
                                            : LENET_FONTS_TEST;
}

int cli_make_print(const cli_arguments *a, const char *directory)
{
  print_job print = {.dpi = (int)cli_integer(a, "dpi", USUAL_DPI)};
  cli_page_job job = {.name = "print", .marks = "character", .put = put_page, .context = &print};
  lenet_error error;
  int code = cli_page_job_begin(a, directory, &job);
  if (code == CLI_OK &&
      lenet_press_open(part_of(cli_text(a, "split", "test")), &print.press, &error) != LENET_OK)
    code = cli_library_error(a->command, &error);
  if (code == CLI_OK)
    code = cli_page_job_run(&job);
  lenet_press_free(print.press);
  return code;
}

/* ------------------------------------------------------------------ pieces ---------------- */

static int add_pieces(const cli_arguments *a, lenet_press *press, cli_mix *m)
{
  cli_progress progress = cli_progress_start(a);
  const double start = cli_clock();
  int code = CLI_OK;
  for (uint64_t page = 0; m->count < m->wanted && code == CLI_OK; page++) {
    lenet_error error;
    size_t made;
    if (lenet_press_pieces(press, cli_seed(a, "seed", 1), page, m->wanted - m->count, &made,
                           m->pixels + m->count * AREA, m->labels + m->count, &error) != LENET_OK) {
      cli_progress_clear(&progress);
      return cli_library_error(a->command, &error);
    }
    m->count += made;
    const double part = (double)m->count / (double)m->wanted;
    cli_progress_part(&progress, part, part > 0 ? (cli_clock() - start) / part : 0,
                      "cutting lines");
    if (cli_stop_wanted())
      code = cli_error(a->command, CLI_INTERRUPTED, "stopped; nothing was written");
  }
  cli_progress_clear(&progress);
  return code;
}

static int make_split(const cli_arguments *a, const char *directory, lenet_split split,
                      lenet_font_part part, size_t count)
{
  lenet_press *press = NULL;
  lenet_error error;
  cli_mix m = {0};
  int code = lenet_press_open(part, &press, &error) == LENET_OK
                 ? CLI_OK
                 : cli_library_error(a->command, &error);
  if (code == CLI_OK)
    code = cli_mix_begin(a->command, count, &m);
  if (code == CLI_OK)
    code = add_pieces(a, press, &m);
  if (code == CLI_OK)
    code = cli_mix_write(a->command, directory, split, '~' - ' ' + 2, &m);
  cli_mix_free(&m);
  lenet_press_free(press);
  return code;
}

int cli_make_print_reader(const cli_arguments *a, const char *directory)
{
  const size_t count = (size_t)cli_integer(a, "count", USUAL_PIECES);
  cli_catch_stop();
  if (!cli_make_directories(directory))
    return cli_error(a->command, CLI_FAILED, "%s: cannot make this folder: %s", directory,
                     strerror(errno));
  int code = make_split(a, directory, LENET_TRAIN, LENET_FONTS_TRAIN, count);
  if (code != CLI_OK)
    return code;
  code = make_split(a, directory, LENET_TEST, LENET_FONTS_VALIDATION,
                    count / TEST_PART > 0 ? count / TEST_PART : 1);
  if (code != CLI_OK) {
    cli_remove_idx(directory, LENET_TRAIN);
    return code;
  }
  if (cli_given(a, "json"))
    CLI_PRINT_JSON(
        json_pack("{s:s, s:o}", "data", "print-reader", "place", cli_json_text(directory)));
  else
    printf("%s\n", cli_clean(directory).text);
  return CLI_OK;
}
