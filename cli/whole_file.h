/* whole_file.h - files that are written whole or not at all. */
#ifndef LENET_CLI_WHOLE_FILE_H
#define LENET_CLI_WHOLE_FILE_H

#include "options.h"
#include "place.h"

#include <stdio.h>

/* Follows the symbolic links that `given` may be: `path` is where the file itself is or will be.
 * Refuses, as wrong usage of --out, a path at which no file can be put: a folder, a device, what is
 * open under /proc, a name in a folder that is missing or closed. */
int cli_check_out(const cli_arguments *arguments, const char *given, char path[CLI_MAX_PATH]);

/* The same for a file that something else names, "--report" or an operand, as messages have it. */
int cli_check_file(const cli_arguments *arguments, const char *what, const char *given,
                   char path[CLI_MAX_PATH]);

/* The folder of the file that a name given for one that is written leads to, as above; false where
 * it leads nowhere. */
bool cli_find_folder(const char *given, char folder[CLI_MAX_PATH]);

/* True where both paths, which are no links, name the same file, be it there or not. */
bool cli_same_place(const char *path, const char *other);

/* Refuses, as wrong usage of `what`, to take the place of one of `count` sources, whatever links of
 * either sort lead to it; "-" is standard input, NULL none. */
int cli_check_sources(const cli_arguments *arguments, const char *what, const char *path,
                      const char *const *source, int count);

typedef enum cli_file_kind {
  CLI_HTML,
  CLI_SVG,
  CLI_PNG,
  CLI_MODEL,
  CLI_ONNX,
  CLI_EXPORTED_C
} cli_file_kind;

/* Refuses, as wrong usage of `what`, to take the place of a file that is neither empty nor of the
 * kind that is to be written: it may be a picture, a model, anything of somebody's. */
int cli_check_replaced(const cli_arguments *arguments, const char *what, const char *path,
                       cli_file_kind kind);

/* A file in the making, under a name of its own beside `path`, which is no link. */
typedef struct cli_whole_file {
  FILE *stream;
  const char *path; /* the caller's */
  char part[CLI_MAX_PATH + 64];
} cli_whole_file;

/* Both return an exit code, after a message if it is not CLI_OK. The end renames what is whole to
 * `path`, or removes it: a full disk leaves what was there before. Between the two a Ctrl-C waits.
 */
int cli_whole_file_begin(const cli_command *command, const char *path, cli_whole_file *file);
int cli_whole_file_end(const cli_command *command, cli_whole_file *file);
/* Removes what was written so far. */
void cli_whole_file_drop(cli_whole_file *file);

#endif
