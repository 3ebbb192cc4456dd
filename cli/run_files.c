/* run_files.c - where the files of a training run go, and that they take nobody's place. */
#define _POSIX_C_SOURCE 200809L
#include "run_files.h"

#include "output.h"
#include "whole_file.h"

#include <string.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
  size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

/* A new run must not take the place of an unfinished one, nor of a file that is somebody else's. */
static int check_no_run(const cli_arguments *a, const char *checkpoint)
{
  lenet_checkpoint_info info;
  lenet_error error;
  if (access(checkpoint, F_OK) != 0)
    return CLI_OK;
  lenet_status status = lenet_checkpoint_read_info(checkpoint, &info, &error);
  if (status == LENET_UNSUPPORTED || (status == LENET_OK && info.epochs_done == 0))
    return CLI_OK;
  if (status == LENET_OK)
    return cli_usage_error(a->command,
                           "%s holds a run stopped after %d of %d epochs: --resume it, remove it, "
                           "or choose another --out",
                           checkpoint, info.epochs_done, info.recipe.epochs);
  return cli_usage_error(a->command, "%s is in the way and no checkpoint: choose another --out",
                         checkpoint);
}

/* Beside the model itself, where a link led to it. A link in the checkpoint's own place, which
 * might lead to the model, is not followed: the checkpoint is removed at the end. */
static int place_checkpoint(const cli_arguments *a, cli_run_files *files)
{
  char name[CLI_MAX_PATH];
  if (snprintf(name, sizeof name, "%s.ckpt", files->out) >= (int)sizeof name)
    return cli_usage_error(a->command, "--out: the name is too long");
  const int code = cli_check_out(a, name, files->checkpoint);
  if (code == CLI_OK && strcmp(name, files->checkpoint) != 0)
    return cli_usage_error(a->command, "%s is a link in the way: choose another --out", name);
  return code;
}

int cli_choose_files(const cli_arguments *a, const cli_plan *plan, cli_run_files *files)
{
  *files = (cli_run_files){.out = ""};
  const char *out = cli_text(a, "out", NULL), *resume = plan->resume;
  const lenet_variant *variant = lenet_variant_of(&plan->network);
  char name[CLI_MAX_PATH];
  int length = 0;
  if (out != NULL && strcmp(out, "none") == 0)
    return CLI_OK;
  if (out != NULL && strcmp(out, "-") == 0)
    return cli_usage_error(a->command, "--out: a model goes to a file, not to standard output");
  if (out != NULL)
    length = snprintf(name, sizeof name, "%s", out);
  else if (resume != NULL && ends_with(resume, ".ckpt"))
    length = snprintf(name, sizeof name, "%.*s", (int)strlen(resume) - 5, resume);
  else if (resume != NULL)
    return cli_usage_error(a->command,
                           "--resume: %s has no .ckpt to take away for the model's name: "
                           "say where the model goes with --out",
                           resume);
  else
    length =
        snprintf(name, sizeof name, "%s.safetensors", variant != NULL ? variant->name : "network");
  if (length >= (int)sizeof name)
    return cli_usage_error(a->command, "--out: the name is too long");
  int code = cli_check_out(a, name, files->out);
  if (code == CLI_OK)
    code = cli_check_replaced(a, "--out", files->out, CLI_MODEL);
  if (code == CLI_OK)
    code = place_checkpoint(a, files);
  return code == CLI_OK && resume == NULL ? check_no_run(a, files->checkpoint) : code;
}

void cli_announce_replacement(const cli_arguments *a, const cli_run_files *files)
{
  if (files->out[0] == '\0')
    return;
  if (access(files->out, F_OK) == 0)
    cli_note(a, "%s is there already: it will be replaced at the end", files->out);
}
