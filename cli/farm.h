/* farm.h - tasks that the ranks of a job take as they become free; alone, one after the other. */
#ifndef LENET_CLI_FARM_H
#define LENET_CLI_FARM_H

#include "cluster.h"

/* Bytes that are to be freed. */
typedef struct cli_bytes {
  char *data;
  size_t size;
} cli_bytes;

typedef struct cli_farm {
  void *context;
  int slots; /* tasks that a rank may have at once */

  /* Of rank 0: the tasks 0 .. count-1, dealt out in this order. */
  size_t count;
  bool (*is_ready)(void *context, size_t task); /* NULL: all are */
  /* What a rank must know of it; false where there is no memory. */
  bool (*describe)(void *context, size_t task, cli_bytes *description);
  /* Takes the result, in any order; false: the rest is of no use. */
  bool (*take)(void *context, size_t task, cli_bytes *result);

  /* Of every rank: begins a task; false where that fails, and the rank is of no use. Gives one that
   * is done, if there is one. Ends what has begun: nobody wants it any more. */
  bool (*begin)(void *context, size_t task, const cli_bytes *description);
  bool (*finish)(void *context, size_t *task, cli_bytes *result);
  void (*stop)(void *context);
} cli_farm;

/* Until all tasks are done, on rank 0 and on others. Returns an exit code: CLI_INTERRUPTED after a
 * signal (without a message), CLI_FAILED where a task could not be begun or taken, or, after a
 * message, where a rank is lost. */
int cli_farm_run(const cli_command *command, const cli_farm *farm);

#endif
