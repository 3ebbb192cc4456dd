/* train_report.c - what is said of a training run: what it will do, and what it came to. */
#include "train.h"

#include "cluster.h"
#include "output.h"

/* What few runs have: only that. */
static void describe_extras(const cli_job *job)
{
  const lenet_recipe *r = &job->plan.recipe;
  if (r->warmup > 0)
    cli_note(job->arguments, "the rate grows over %s epochs first", cli_float(r->warmup).text);
  if (r->ema > 0)
    cli_note(job->arguments, "weights averaged, ema %s", cli_float(r->ema).text);
  if (r->dropout > 0)
    cli_note(job->arguments, "dropout %s", cli_float(r->dropout).text);
  if (r->label_smoothing > 0)
    cli_note(job->arguments, "label smoothing %s", cli_float(r->label_smoothing).text);
  if (job->plan.teachers[0] != '\0')
    cli_note(job->arguments, "taught by %s: distillation %s, temperature %s", job->plan.teachers,
             cli_float(r->distillation).text, cli_float(r->temperature).text);
}

void cli_describe_run(const cli_job *job)
{
  const lenet_recipe *r = &job->plan.recipe;
  const lenet_layout *layout = lenet_model_layout(job->model);
  if (cli_given(job->arguments, "recipe"))
    cli_note(job->arguments, "recipe %s", cli_text(job->arguments, "recipe", ""));
  cli_note(job->arguments, "%s, %s parameters", cli_name_network(&job->plan.network).text,
           cli_thousands(layout->parameters).text);
  cli_note(job->arguments, "%s: %s training, %s validation, %s test images", job->plan.data,
           cli_thousands((long long)job->train.count).text,
           cli_thousands(job->plan.validation).text,
           cli_thousands((long long)job->test.count).text);
  char ranks[32] = "";
  if (cli_ranks() > 1)
    snprintf(ranks, sizeof ranks, "%d ranks, ", cli_ranks());
  cli_note(job->arguments,
           "%s, rate %s %s, weight decay %s, batch %d, seed %llu; %s%d thread%s, %s",
           lenet_optimizer_name(r->optimizer), cli_float(r->learning_rate).text,
           lenet_schedule_name(r->schedule), cli_float(r->weight_decay).text, r->batch,
           (unsigned long long)r->seed, ranks, job->threads, job->threads == 1 ? "" : "s",
           lenet_isa_name(job->isa));
  if (r->optimizer == LENET_SDLM)
    cli_note(job->arguments, "mu %s, second derivatives from %s images before each epoch",
             cli_float(r->mu).text, cli_thousands(r->curvature_samples).text);
  describe_extras(job);
  if (job->plan.augment[0] != '\0')
    cli_note(job->arguments, "pictures distorted anew in each epoch: %s", job->plan.augment);
  int done = lenet_trainer_epochs_done(job->trainer);
  if (job->plan.resume != NULL && done < r->epochs)
    cli_note(job->arguments, "resuming in epoch %d of %d", done + 1, r->epochs);
  else if (job->plan.resume != NULL)
    cli_note(job->arguments, "resuming after the last of %d epochs", r->epochs);
}

static double images_per_second(const cli_job *job)
{
  return job->learning > 0 ? job->learned / job->learning : 0;
}

#if LENET_HAVE_JANSSON
static json_t *epoch_document(const cli_job *job, const lenet_epoch *e)
{
  json_t *epoch =
      json_pack("{s:i, s:o, s:f, s:o, s:o, s:f, s:f, s:f, s:b}", "epoch", e->epoch, "train_loss",
                cli_json_real(e->train_loss), "train_error", e->train_error, "validation_loss",
                cli_json_real(e->validation_loss), "validation_error",
                cli_json_real(e->validation_error), "learning_rate", e->learning_rate, "seconds",
                e->seconds, "train_seconds", e->train_seconds, "best", (int)e->best);
  if (job->test_errors != NULL)
    json_object_set_new(epoch, "test_error", cli_json_real(cli_test_error(job, e->epoch)));
  if (job->plan.recipe.optimizer == LENET_SDLM) {
    json_object_set_new(epoch, "lowest_rate", json_real(e->lowest_rate));
    json_object_set_new(epoch, "highest_rate", json_real(e->highest_rate));
  }
  return epoch;
}

static json_t *epochs_document(const cli_job *job)
{
  json_t *epochs = json_array();
  for (int i = 1; i <= lenet_trainer_epochs_done(job->trainer); i++) {
    const lenet_epoch e = lenet_trainer_history(job->trainer, i);
    json_array_append_new(epochs, epoch_document(job, &e));
  }
  return epochs;
}

static json_t *document(const cli_job *job, int best)
{
  const lenet_measure *m = &job->measure;
  return json_pack(
      "{s:s, s:I, s:o, s:o, s:I, s:o, s:i, s:f, s:I, s:I, s:o, s:f, s:f, s:s, s:i, s:i, s:s, s:o, "
      "s:o, s:o}",
      "net", cli_name_network(&job->plan.network).text, "parameters",
      (json_int_t)lenet_model_layout(job->model)->parameters, "data", cli_json_text(job->plan.data),
      "augment", cli_json_text(job->plan.augment[0] != '\0' ? job->plan.augment : NULL),
      "train_samples", (json_int_t)job->train.count, "epochs", epochs_document(job), "best_epoch",
      best, "test_error", (double)m->errors / (double)m->samples, "test_errors",
      (json_int_t)m->errors, "test_samples", (json_int_t)m->samples, "test_loss",
      cli_json_real(m->loss), "seconds", job->seconds, "images_per_second", images_per_second(job),
      "isa", lenet_isa_name(job->isa), "threads", job->threads, "ranks", cli_ranks(), "recipe",
      cli_plan_command_line(&job->plan).text, "mistakes", cli_mistakes_document(&job->answers),
      "temperature", job->temperature > 0 ? json_real(job->temperature) : json_null(), "model",
      cli_json_text(job->files.out[0] != '\0' ? job->files.out : NULL));
}
#endif

static void print_text(const cli_job *job, int best)
{
  const lenet_measure *m = &job->measure;
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("%stest error  %s%s  (%s of %s images, with the weights of epoch %d)\n", bold,
         cli_percent((double)m->errors / (double)m->samples).text, plain,
         cli_thousands((long long)m->errors).text, cli_thousands((long long)m->samples).text, best);
  if (job->temperature > 0)
    printf("temperature %.3g  (on %s validation images)\n", job->temperature,
           cli_thousands((long long)job->validation.count).text);
  printf("time        %s", cli_seconds(job->seconds).text);
  if (job->learned > 0)
    printf("  (%s images/s learned)", cli_rate(images_per_second(job)).text);
  printf("\nmodel       %s\n",
         job->files.out[0] != '\0' ? cli_clean(job->files.out).text : "not kept");
  cli_print_mistakes(stdout, &job->answers, &job->test, job->test_data);
}

void cli_print_result(const cli_job *job, int best)
{
  if (cli_given(job->arguments, "json"))
    CLI_PRINT_JSON(document(job, best));
  else
    print_text(job, best);
}
