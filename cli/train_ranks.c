/* train_ranks.c - `lenet train` on several ranks: each has the whole job, learns from its part of
 * each batch and hears the rest from the others (lenet_peers); rank 0 alone prints and writes. */
#include "train_ranks.h"

#include "agree.h"
#include "output.h"
#include "stop.h"

#include <stdlib.h>
#include <string.h>

int cli_join_peers(cli_job *job)
{
  lenet_error error;
  const lenet_peers peers = cli_cluster_peers();
  return lenet_trainer_set_peers(job->trainer, &peers, &error) == LENET_OK
             ? CLI_OK
             : cli_library_error(job->arguments->command, &error);
}

/* ------------------------------------------------------------------ agreeing -------------- */

/* Each " --option value" of the command line. */
static void add_options(cli_facts *facts, const char *line)
{
  const char *at = strstr(line, " --");
  while (at != NULL) {
    const char *end = strstr(at + 1, " --");
    const size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
    const size_t name = strcspn(at + 1, " ") + 1;
    char option[64];
    snprintf(option, sizeof option, "%.*s", (int)name - 1, at + 1);
    cli_add_fact(facts, option, "%.*s", (int)(length - name - 1), at + name + 1);
    at = end;
  }
}

static uint64_t mark_weights(const lenet_model *model)
{
  return cli_mark(0, lenet_model_parameters(model),
                  lenet_model_layout(model)->parameter_count * sizeof(lenet_real));
}

static uint64_t mark_pictures(const lenet_dataset *data)
{
  const lenet_samples samples = lenet_dataset_samples(data);
  uint64_t mark = 0;
  for (size_t i = 0; i < samples.count; i++) {
    const uint8_t label = (uint8_t)lenet_dataset_label(data, i);
    mark = cli_mark(mark, lenet_dataset_pixels(data, i), (size_t)samples.rows * samples.columns);
    mark = cli_mark(mark, &label, 1);
  }
  return mark;
}

int cli_agree_on_training(const cli_job *job, int code)
{
  if (cli_ranks() == 1)
    return code;
  cli_facts *facts = calloc(1, sizeof *facts);
  if (facts != NULL && code == CLI_OK) {
    const cli_command_line line = cli_plan_command_line(&job->plan);
    add_options(facts, line.text);
    cli_add_fact(facts, "--isa", "%s", lenet_isa_name(job->isa));
    cli_add_fact(facts, "epochs of the checkpoint", "%d", lenet_trainer_epochs_done(job->trainer));
    cli_add_fact(facts, "mark of the first weights", "%016llx",
                 (unsigned long long)mark_weights(job->model));
    cli_add_fact(facts, "mark of the training pictures", "%016llx",
                 (unsigned long long)mark_pictures(job->train_data));
    for (size_t i = 0; i < job->teachers.count; i++)
      cli_add_fact(facts, "mark of a teacher", "%016llx",
                   (unsigned long long)mark_weights(job->teachers.model[i]));
  }
  code = cli_agree(job->arguments->command, code, facts);
  free(facts);
  return code;
}

/* ------------------------------------------------------------------ learning -------------- */

int cli_compare_weights(const cli_job *job)
{
  const int ranks = cli_ranks();
  if (ranks == 1)
    return CLI_OK;
  const cli_command *command = job->arguments->command;
  const uint64_t own = mark_weights(job->model);
  uint64_t *all = calloc((size_t)ranks, sizeof *all);
  int code = CLI_OK;
  if (all == NULL)
    return cli_error(command, CLI_FAILED, "out of memory");
  bool together = cli_cluster_gather(&own, sizeof own, all);
  for (int r = 1; r < ranks && together && cli_rank() == 0 && code == CLI_OK; r++)
    if (all[r] != own)
      code = cli_error(
          command, CLI_FAILED,
          "epoch %d: %s has other weights than %s: are their processors, compilers and "
          "mathematical libraries the same?",
          lenet_trainer_epochs_done(job->trainer), cli_rank_name(r).text, cli_rank_name(0).text);
  together = together && cli_cluster_tell(&code, sizeof code);
  free(all);
  if (!together && cli_rank() == 0)
    return cli_error(command, CLI_FAILED, "%s", cli_cluster_lost());
  return together ? code : CLI_FAILED;
}

static bool on_step(void *context, const lenet_progress *state)
{
  (void)context, (void)state;
  return !cli_stop_wanted();
}

/* Rank 0 says what has come of it; but what befalls this rank alone is its own to say. */
int cli_follow(cli_job *job)
{
  cli_catch_stop();
  while (lenet_trainer_epochs_done(job->trainer) < job->plan.recipe.epochs) {
    lenet_epoch epoch;
    lenet_error error;
    const lenet_status status = lenet_trainer_epoch(job->trainer, on_step, job, &epoch, &error);
    if (status == LENET_STOPPED)
      return CLI_INTERRUPTED;
    if (status == LENET_DIVERGED)
      return CLI_FAILED;
    if (status != LENET_OK)
      return cli_error(job->arguments->command, cli_exit_code(status), "%s: %s",
                       cli_rank_name(cli_rank()).text, error.message);
    const int code = cli_compare_weights(job);
    if (code != CLI_OK)
      return code;
  }
  return CLI_OK;
}
