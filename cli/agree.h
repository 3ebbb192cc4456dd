/* agree.h - that all ranks of a job are about to do the same. */
#ifndef LENET_CLI_AGREE_H
#define LENET_CLI_AGREE_H

#include "cluster.h"

/* What must be the same on all ranks: lines of a name and a value. */
typedef struct cli_facts {
  char text[8192];
} cli_facts;

/* Adds "what"; a value that does not fit is cut. */
void cli_add_fact(cli_facts *facts, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds the options that were given, but for those that each rank may have its own of. */
void cli_add_option_facts(cli_facts *facts, const cli_arguments *arguments);

/* A mark of bytes: continues that of earlier ones, the first time 0. */
uint64_t cli_mark(uint64_t mark, const void *bytes, size_t size);

/* All ranks come here once, with the exit code of what they have made ready (`facts` NULL or empty
 * where that failed). CLI_OK for all where all are ready, versions and facts being the same; else
 * rank 0 says for whom not, or what differs, and all get a code that is not CLI_OK. Alone: `code`.
 */
int cli_agree(const cli_command *command, int code, const cli_facts *facts);

/* True when cli_agree was called. */
bool cli_has_agreed(void);

#endif
