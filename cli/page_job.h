/* page_job.h - numbered pictures in a folder, each with a JSON file of what stands in it. */
#ifndef LENET_CLI_PAGE_JOB_H
#define LENET_CLI_PAGE_JOB_H

#include "options.h"
#include "place.h"
#include "whole_file.h"

enum { CLI_MOST_PAGES = 99999, CLI_USUAL_PAGES = 100 };

/* What is wanted, and how far it has come. */
typedef struct cli_page_job {
  const cli_arguments *arguments;
  const char *name;  /* "page": of the files too */
  const char *marks; /* "digit": what is counted, and what JSON calls them with an s */
  int (*put)(struct cli_page_job *job, int number); /* makes and writes one; returns an exit code */
  void *context;
  const char *directory;
  uint64_t seed;
  int count;
  long long lines, written; /* lines and marks of all pages so far */
} cli_page_job;

/* Reads --seed and --count. These return an exit code, after a message if it is not CLI_OK. */
int cli_page_job_begin(const cli_arguments *arguments, const char *directory, cli_page_job *job);

/* Makes the folder and all pictures, and tells of them. */
int cli_page_job_run(cli_page_job *job);

/* "DIRECTORY/page-00001.png", and in `name` where the name of the file begins. */
int cli_page_job_name(const cli_page_job *job, int page, const char *ending,
                      char path[CLI_MAX_PATH], const char **name);

/* Writes the picture, pixels [height][width][channels], as JPEG of this quality or, where it is 0,
 * as PNG, and gives the name of its file. The picture comes first: where there is a truth, there is
 * its picture. */
int cli_page_job_picture(const cli_page_job *job, int number, const uint8_t *pixels, int width,
                         int height, int channels, int jpeg_quality, char path[CLI_MAX_PATH],
                         const char **name);

/* Begins the truth: a file, and in it the picture's name and size, up to the array of lines, which
 * the caller fills and closes with "]}" and a newline. `path` must outlive the file. */
int cli_page_job_truth(const cli_page_job *job, int number, const char *picture, int width,
                       int height, char path[CLI_MAX_PATH], cli_whole_file *file);

#endif
