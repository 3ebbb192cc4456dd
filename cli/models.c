/* models.c - the models that an option names, one or several that answer together. */
#define _POSIX_C_SOURCE 200809L
#include "models.h"

#include "output.h"
#include "place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cuts the text at its commas. */
static int cut(const cli_arguments *arguments, const char *option, cli_models *models)
{
  char *next = models->text;
  size_t count = 0;
  while (next != NULL) {
    char *comma = strchr(next, ',');
    if (comma != NULL)
      *comma = '\0';
    if (next[0] == '\0')
      return cli_option_error(arguments, option, "a name is missing beside a comma");
    if (count == LENET_MAX_MODELS)
      return cli_option_error(arguments, option, "at most %d models can answer together",
                              LENET_MAX_MODELS);
    models->name[count++] = next;
    next = comma != NULL ? comma + 1 : NULL;
  }
  models->count = count;
  return CLI_OK;
}

int cli_open_models(const cli_arguments *arguments, const char *option, const char *text,
                    cli_models *models)
{
  *models = (cli_models){.count = 1};
  models->name[0] = text != NULL ? text : lenet_builtin_names()[0];
  if (text != NULL && strchr(text, ',') != NULL && access(text, F_OK) != 0) {
    models->text = strdup(text);
    if (models->text == NULL)
      return cli_error(arguments->command, CLI_FAILED, "out of memory");
    const int code = cut(arguments, option, models);
    if (code != CLI_OK)
      return code;
  }
  int code = CLI_OK;
  for (size_t i = 0; i < models->count && code == CLI_OK; i++)
    code = cli_open_model(arguments, option, models->name[i], &models->model[i]);
  return code;
}

void cli_models_free(cli_models *models)
{
  for (size_t i = 0; i < models->count; i++)
    lenet_model_free(models->model[i]);
  free(models->text);
}
