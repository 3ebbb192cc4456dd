/* plan_resume.c - what a training run is to do, from a checkpoint: options may only agree with it.
 */
#include "plan_parts.h"

#include "output.h"
#include "place.h"

#include <string.h>

static int contradiction(const cli_arguments *a, const char *option, const char *has,
                         const char *wanted)
{
  return cli_usage_error(a->command, "--%s: the checkpoint has %s, not %s", option, has, wanted);
}

/* Compares what was given beside --resume with what the checkpoint has. */
static int check_against(const cli_arguments *a, const cli_plan *plan, size_t learned,
                         int epochs_done)
{
  const lenet_recipe *has = &plan->recipe;
  lenet_recipe wanted = *has;
  cli_plan_apply_options(a, &plan->network, &wanted);
  if (cli_given(a, "init") || cli_given(a, "initial"))
    return cli_usage_error(a->command, "--%s and --resume exclude each other",
                           cli_given(a, "init") ? "init" : "initial");
  if (cli_given(a, "data") && strcmp(cli_text(a, "data", ""), plan->data) != 0)
    return contradiction(a, "data", plan->data, cli_text(a, "data", ""));
  if (cli_given(a, "calibrate") &&
      (strcmp(cli_text(a, "calibrate", ""), "none") != 0) != plan->calibrate)
    return contradiction(a, "calibrate", plan->calibrate ? "temperature" : "none",
                         cli_text(a, "calibrate", ""));
  if (wanted.optimizer != has->optimizer)
    return contradiction(a, "optimizer", lenet_optimizer_name(has->optimizer),
                         lenet_optimizer_name(wanted.optimizer));
  if (wanted.schedule != has->schedule)
    return contradiction(a, "schedule", lenet_schedule_name(has->schedule),
                         lenet_schedule_name(wanted.schedule));
  if (wanted.loss != has->loss)
    return contradiction(a, "loss", lenet_loss_name(has->loss), lenet_loss_name(wanted.loss));
  const struct {
    const char *option;
    double has, wanted;
  } numbers[] = {
      {"batch", has->batch, wanted.batch},
      {"lr", (double)has->learning_rate, (double)wanted.learning_rate},
      {"momentum", (double)has->momentum, (double)wanted.momentum},
      {"weight-decay", (double)has->weight_decay, (double)wanted.weight_decay},
      {"step-epochs", has->step_epochs, wanted.step_epochs},
      {"step-factor", (double)has->step_factor, (double)wanted.step_factor},
      {"mu", (double)has->mu, (double)wanted.mu},
      {"curvature-samples", has->curvature_samples, wanted.curvature_samples},
      {"rubbish", (double)has->rubbish, (double)wanted.rubbish},
      {"warmup", (double)has->warmup, (double)wanted.warmup},
      {"ema", (double)has->ema, (double)wanted.ema},
      {"dropout", (double)has->dropout, (double)wanted.dropout},
      {"label-smoothing", (double)has->label_smoothing, (double)wanted.label_smoothing},
      {"distillation", (double)has->distillation, (double)wanted.distillation},
      {"temperature", (double)has->temperature, (double)wanted.temperature},
      {"validation", (double)plan->validation,
       (double)cli_integer(a, "validation", plan->validation)},
      {"samples", (double)learned, (double)cli_integer(a, "samples", (long long)learned)},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (numbers[i].has != numbers[i].wanted)
      return contradiction(a, numbers[i].option, cli_float((float)numbers[i].has).text,
                           cli_text(a, numbers[i].option, ""));
  }
  if (wanted.seed != has->seed)
    return cli_usage_error(a->command, "--seed: the checkpoint has another one");
  if (wanted.epochs != has->epochs && has->schedule == LENET_COSINE)
    return cli_usage_error(a->command,
                           "--epochs: the cosine schedule of the checkpoint is made "
                           "for %d epochs",
                           has->epochs);
  if (wanted.epochs < epochs_done)
    return cli_usage_error(a->command, "--epochs: the checkpoint has done %d already", epochs_done);
  return CLI_OK;
}

/* What a program that writes checkpoints could not have noted. */
static int check_notes(const cli_arguments *a, const cli_plan *plan,
                       const lenet_checkpoint_info *info)
{
  lenet_augmentation augmentation;
  const bool taught = info->recipe.distillation > 0;
  const char *wrong = NULL;
  if (info->augment[0] != '\0' &&
      lenet_augmentation_parse(info->augment, &augmentation, NULL) != LENET_OK)
    wrong = "augment";
  if (info->calibrate[0] != '\0' && strcmp(info->calibrate, "temperature") != 0)
    wrong = "calibrate";
  if (info->data[0] == '\0')
    wrong = "data";
  if ((info->teachers[0] != '\0') != taught)
    wrong = "teachers";
  return wrong == NULL ? CLI_OK
                       : cli_error(a->command, CLI_BAD_FILE, "%s: its note '%s' is wrong",
                                   plan->resume, wrong);
}

/* --teachers beside --resume says where they are now; that they are the same is seen from what they
 * have learned. */
static int find_teachers(const cli_arguments *a, cli_plan *plan)
{
  if (!cli_given(a, "teachers"))
    return CLI_OK;
  if (plan->teachers[0] == '\0')
    return contradiction(a, "teachers", "none", cli_text(a, "teachers", ""));
  return cli_plan_read_teachers(a, plan);
}

int cli_plan_from_checkpoint(const cli_arguments *a, cli_plan *plan)
{
  lenet_checkpoint_info info;
  lenet_error error;
  if (lenet_checkpoint_read_info(plan->resume, &info, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  int code = check_notes(a, plan, &info);
  if (code != CLI_OK)
    return code;
  plan->network = info.network;
  plan->input = info.input;
  plan->recipe = info.recipe;
  memcpy(plan->data, info.data, sizeof plan->data);
  memcpy(plan->augment, info.augment, sizeof plan->augment);
  memcpy(plan->teachers, info.teachers, sizeof plan->teachers);
  plan->calibrate = strcmp(info.calibrate, "temperature") == 0;
  memcpy(plan->isa, info.isa, sizeof plan->isa);
  plan->validation = (long long)info.validation_count;
  plan->images = info.images;
  if (info.images > info.train_count + info.validation_count)
    plan->samples = (long long)info.train_count;
  if (cli_given(a, "net")) {
    lenet_network network;
    code = cli_open_network(a, cli_text(a, "net", NULL), &network);
    if (code != CLI_OK)
      return code;
    if (strcmp(cli_name_network(&network).text, cli_name_network(&plan->network).text) != 0)
      return contradiction(a, "net", cli_name_network(&plan->network).text,
                           cli_text(a, "net", NULL));
  }
  code = find_teachers(a, plan);
  if (code == CLI_OK)
    code = cli_plan_read_augmentation(a, plan);
  if (code == CLI_OK && strcmp(plan->augment, info.augment) != 0)
    return contradiction(a, "augment", info.augment[0] != '\0' ? info.augment : "none",
                         cli_text(a, "augment", ""));
  if (code == CLI_OK)
    code = check_against(a, plan, info.train_count, info.epochs_done);
  plan->recipe.epochs = (int)cli_integer(a, "epochs", plan->recipe.epochs);
  return code == CLI_OK ? cli_plan_check_options(a, plan) : code;
}
