#define _POSIX_C_SOURCE 200809L
#include "page_job.h"

#include "output.h"
#include "progress.h"
#include "stop.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

int cli_page_job_name(const cli_page_job *job, int page, const char *ending,
                      char path[CLI_MAX_PATH], const char **name)
{
  const int length =
      snprintf(path, CLI_MAX_PATH, "%s/%s-%05d.%s", job->directory, job->name, page, ending);
  if (length >= CLI_MAX_PATH)
    return cli_error(job->arguments->command, CLI_FAILED, "%s: the name is too long",
                     job->directory);
  *name = strrchr(path, '/') + 1;
  return CLI_OK;
}

int cli_page_job_picture(const cli_page_job *job, int number, const uint8_t *pixels, int width,
                         int height, int channels, int jpeg_quality, char path[CLI_MAX_PATH],
                         const char **name)
{
  const bool jpeg = jpeg_quality > 0;
  lenet_error error;
  const int code = cli_page_job_name(job, number, jpeg ? "jpg" : "png", path, name);
  if (code != CLI_OK)
    return code;
  cli_hold_stop(true);
  const lenet_status status =
      jpeg ? lenet_image_write_jpeg(path, pixels, width, height, channels, jpeg_quality, &error)
           : lenet_image_write_png(path, pixels, width, height, channels, &error);
  cli_hold_stop(false);
  return status == LENET_OK ? CLI_OK : cli_library_error(job->arguments->command, &error);
}

/* Numbers and names of our own making only: nothing has to be escaped. */
int cli_page_job_truth(const cli_page_job *job, int number, const char *picture, int width,
                       int height, char path[CLI_MAX_PATH], cli_whole_file *file)
{
  const char *name;
  int code = cli_page_job_name(job, number, "json", path, &name);
  if (code == CLI_OK)
    code = cli_whole_file_begin(job->arguments->command, path, file);
  if (code == CLI_OK)
    fprintf(file->stream,
            "{\"file\": \"%s\", \"width\": %d, \"height\": %d, \"seed\": %" PRIu64
            ", \"page\": %d, \"lines\": [",
            picture, width, height, job->seed, number);
  return code;
}

/* A name that is taken, if only by a link, is known before anything is written. */
static int all_must_be_free(const cli_page_job *job)
{
  static const char *const endings[] = {"png", "jpg", "json"};
  char path[CLI_MAX_PATH];
  const char *name;
  struct stat there;
  for (int page = 1; page <= job->count; page++)
    for (int i = 0; i < 3; i++) {
      const int code = cli_page_job_name(job, page, endings[i], path, &name);
      if (code != CLI_OK)
        return code;
      if (lstat(path, &there) == 0)
        return cli_error(job->arguments->command, CLI_FAILED,
                         "%s: is there already; nothing was written", path);
    }
  return CLI_OK;
}

static int make_all(cli_page_job *job)
{
  cli_progress progress = cli_progress_start(job->arguments);
  const double start = cli_clock();
  int code = CLI_OK;
  for (int number = 1; number <= job->count && code == CLI_OK; number++) {
    code = job->put(job, number);
    if (code != CLI_OK)
      break;
    cli_progress_part(&progress, (double)number / job->count,
                      (cli_clock() - start) * job->count / number, "drawing");
    if (number < job->count && cli_stop_wanted()) {
      cli_progress_clear(&progress);
      return cli_error(job->arguments->command, CLI_INTERRUPTED, "stopped; %d of %d %ss are there",
                       number, job->count, job->name);
    }
  }
  cli_progress_clear(&progress);
  return code;
}

static void report(const cli_page_job *job)
{
  const cli_arguments *a = job->arguments;
  char marks[32];
  snprintf(marks, sizeof marks, "%ss", job->marks);
  if (cli_given(a, "json")) {
    CLI_PRINT_JSON(json_pack("{s:o, s:i, s:I, s:I}", "place", cli_json_text(job->directory),
                             "pages", job->count, "lines", (json_int_t)job->lines, marks,
                             (json_int_t)job->written));
    return;
  }
  cli_note(a, "%s %s%s, %s line%s, %s %s%s", cli_thousands(job->count).text, job->name,
           job->count == 1 ? "" : "s", cli_thousands(job->lines).text, job->lines == 1 ? "" : "s",
           cli_thousands(job->written).text, job->marks, job->written == 1 ? "" : "s");
  printf("%s\n", cli_clean(job->directory).text);
}

int cli_page_job_run(cli_page_job *job)
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

int cli_page_job_begin(const cli_arguments *a, const char *directory, cli_page_job *job)
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
