/* models.h - the models that an option names, one or several that answer together. */
#ifndef LENET_CLI_MODELS_H
#define LENET_CLI_MODELS_H

#include "options.h"

typedef struct cli_models {
  size_t count;
  lenet_model *model[LENET_MAX_MODELS];
  const char *name[LENET_MAX_MODELS]; /* as given; the first may be that of the default model */
  char *text;                         /* what the names point into, or NULL */
} cli_models;

/* Opens what `text` names, the value of --option: as cli_open_model, or several of these with
 * commas between where no file has the whole for its name. Returns an exit code after printing what
 * went wrong. */
int cli_open_models(const cli_arguments *arguments, const char *option, const char *text,
                    cli_models *models);
void cli_models_free(cli_models *models);

#endif
