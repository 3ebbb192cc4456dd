/* plan_text.c - the command line that asks for a training run. */
#include "output.h"
#include "plan.h"

#include <stdarg.h>
#include <string.h>

/* Appends to a command line; what does not fit is cut. */
static void append(cli_command_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(cli_command_line *line, const char *format, ...)
{
  size_t used = strlen(line->text);
  va_list list;
  va_start(list, format);
  vsnprintf(line->text + used, sizeof line->text - used, format, list);
  va_end(list);
}

/* Appends " --option word", the word in quotes where a shell would take it apart. */
static void append_word(cli_command_line *line, const char *option, const char *word)
{
  const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,+-@%";
  const char *quote = word[strspn(word, plain)] != '\0' && strchr(word, '\'') == NULL ? "'" : "";
  append(line, " --%s %s%s%s", option, quote, word, quote);
}

/* The options of a recipe. */
static void append_recipe(cli_command_line *line, const lenet_network *network,
                          const lenet_recipe *r)
{
  const lenet_recipe usual = lenet_recipe_default(network);
  append(line, " --epochs %d --batch %d --optimizer %s --lr %s", r->epochs, r->batch,
         lenet_optimizer_name(r->optimizer), cli_float(r->learning_rate).text);
  if (r->optimizer == LENET_SGD)
    append(line, " --momentum %s", cli_float(r->momentum).text);
  if (r->optimizer == LENET_SDLM)
    append(line, " --mu %s --curvature-samples %d", cli_float(r->mu).text, r->curvature_samples);
  append(line, " --weight-decay %s --schedule %s", cli_float(r->weight_decay).text,
         lenet_schedule_name(r->schedule));
  if (r->schedule == LENET_STEP)
    append(line, " --step-epochs %d --step-factor %s", r->step_epochs,
           cli_float(r->step_factor).text);
  if (r->loss != usual.loss)
    append(line, " --loss %s", lenet_loss_name(r->loss));
  if (r->loss == LENET_MAP && (r->loss != usual.loss || r->rubbish != usual.rubbish))
    append(line, " --rubbish %s", cli_float(r->rubbish).text);
  const struct {
    const char *option;
    float value;
  } extras[] = {{"warmup", r->warmup},
                {"ema", r->ema},
                {"dropout", r->dropout},
                {"label-smoothing", r->label_smoothing},
                {"distillation", r->distillation},
                {"temperature", r->distillation > 0 ? r->temperature : 0}};
  for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
    if (extras[i].value != 0)
      append(line, " --%s %s", extras[i].option, cli_float(extras[i].value).text);
  append(line, " --seed %llu", (unsigned long long)r->seed);
}

cli_command_line cli_plan_command_line(const cli_plan *plan)
{
  cli_command_line line = {"lenet train"};
  append_word(&line, "net", cli_name_network(&plan->network).text);
  append_word(&line, "data", plan->data);
  append(&line, " --validation %lld", plan->validation);
  if (plan->samples > 0)
    append(&line, " --samples %lld", plan->samples);
  append_recipe(&line, &plan->network, &plan->recipe);
  if (plan->augment[0] != '\0')
    append_word(&line, "augment", plan->augment);
  if (plan->calibrate)
    append(&line, " --calibrate temperature");
  if (plan->teachers[0] != '\0')
    append_word(&line, "teachers", plan->teachers);
  if (plan->init[0] != '\0')
    append_word(&line, "init", plan->init);
  else if (plan->initial != LENET_USUAL || plan->recipe.optimizer == LENET_SDLM)
    append_word(&line, "initial", lenet_initial_name(plan->initial));
  return line;
}

cli_command_line cli_default_command_line(const lenet_network *network)
{
  cli_command_line line = {"lenet train"};
  const lenet_recipe recipe = lenet_recipe_default(network);
  append_word(&line, "net", cli_name_network(network).text);
  append_recipe(&line, network, &recipe);
  return line;
}
