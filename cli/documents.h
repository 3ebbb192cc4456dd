/* documents.h - what `lenet train --json` and `lenet eval --json` have printed, read back. */
#ifndef LENET_CLI_DOCUMENTS_H
#define LENET_CLI_DOCUMENTS_H

#include "output.h"

typedef enum cli_document_kind { CLI_TRAINED, CLI_EVALUATED } cli_document_kind;

/* Columns of numbers, of a CLI_TRAINED document one for each epoch, of a CLI_EVALUATED one for each
 * point of the error-reject curve. Fractions of 0 to 1; NaN where there is none. */
enum {
  CLI_TRAIN_ERROR = 0,
  CLI_VALIDATION_ERROR = 1,
  CLI_TEST_ERROR = 2,
  CLI_REJECTED = 0, /* never falls */
  CLI_ACCEPTED_ERROR = 1,
  CLI_COLUMNS = 3
};

typedef struct cli_document {
  const char *path;
  cli_document_kind kind;
  char *name; /* network or model, and what distorted its pictures */
  size_t count;
  double *column[CLI_COLUMNS];
  /* CLI_TRAINED only. */
  double *epoch;                  /* [count], whole, rising, from 1 on */
  double images;                  /* learned from */
  double train_error, test_error; /* of the best epoch, in which `train_error` was counted */
} cli_document;

/* Reads and checks one, of standard input where the path is "-". A byte order mark before it is
 * skipped. Returns an exit code after printing what is wrong and where. */
int cli_read_document(const cli_command *command, const char *path, cli_document *document);
void cli_free_document(cli_document *document);

#if LENET_HAVE_JANSSON
/* The JSON document in a file, or of standard input where `*path` is "-", which becomes the name
 * that messages call it by. NULL after a message, with the exit code in `code`. */
json_t *cli_load_json(const cli_command *command, const char **path, int *code);
#endif

#endif
