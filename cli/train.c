/* train.c - `lenet train`: learn, keep the best epoch, measure it once. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"
#include "mistakes.h"
#include "output.h"
#include "place.h"
#include "plan.h"
#include "progress.h"
#include "stop.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct job {
  const cli_arguments *arguments;
  cli_plan plan;
  lenet_isa isa;
  int threads;
  lenet_dataset *train_data, *test_data;
  lenet_augmenter *augmenter; /* NULL where pictures are learned as they are */
  lenet_samples train, validation, test;
  lenet_model *model;
  lenet_trainer *trainer;
  cli_progress progress;
  char out[CLI_MAX_PATH];        /* "" with --out none */
  char checkpoint[CLI_MAX_PATH]; /* "" where nothing can be or should be saved */
  bool warned_of_plateau;
  int epoch; /* the one that `done` belongs to */
  size_t done;
  double step_seconds;      /* since the epoch was begun or resumed */
  double learned, learning; /* images and seconds of learning in this process */
  double started, seconds;  /* wall time from the first epoch to the result */
  lenet_measure measure;
  cli_mistakes mistakes;
} job;

/* ------------------------------------------------------------------ making ready ---------- */

static bool ends_with(const char *text, const char *end)
{
  size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

/* Refuses, before anything is learned, a path at which no file can be put. */
static int check_place(const cli_arguments *a, const char *path)
{
  struct stat there;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return cli_usage_error(a->command, "--out: %s is %s", path,
                           S_ISDIR(there.st_mode) ? "a folder" : "not a regular file");
  char folder[CLI_MAX_PATH];
  const char *slash = strrchr(path, '/');
  int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
  snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
  if (stat(folder, &there) != 0 || access(folder, W_OK) != 0)
    return cli_usage_error(a->command, "--out: %s: the folder %s: %s", path, folder,
                           strerror(errno));
  if (!S_ISDIR(there.st_mode))
    return cli_usage_error(a->command, "--out: %s: %s is not a folder", path, folder);
  if (slash != NULL && slash[1] == '\0')
    return cli_usage_error(a->command, "--out: %s has no file name", path);
  return CLI_OK;
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

/* Where the model and the checkpoint go. */
static int choose_files(job *job)
{
  const cli_arguments *a = job->arguments;
  const char *out = cli_text(a, "out", NULL), *resume = job->plan.resume;
  const lenet_variant *variant = lenet_variant_of(&job->plan.network);
  int length = 0;
  if (out != NULL && strcmp(out, "none") == 0)
    return CLI_OK;
  if (out != NULL)
    length = snprintf(job->out, sizeof job->out, "%s", out);
  else if (resume != NULL && ends_with(resume, ".ckpt"))
    length = snprintf(job->out, sizeof job->out, "%.*s", (int)strlen(resume) - 5, resume);
  else if (resume != NULL)
    return cli_usage_error(a->command,
                           "--resume: %s has no .ckpt to take away for the model's name: "
                           "say where the model goes with --out",
                           resume);
  else
    length = snprintf(job->out, sizeof job->out, "%s.safetensors",
                      variant != NULL ? variant->name : "network");
  if (length >= (int)sizeof job->out || snprintf(job->checkpoint, sizeof job->checkpoint, "%s.ckpt",
                                                 job->out) >= (int)sizeof job->checkpoint)
    return cli_usage_error(a->command, "--out: the name is too long");
  int code = check_place(a, job->out);
  if (code == CLI_OK)
    code = check_place(a, job->checkpoint);
  return code == CLI_OK && resume == NULL ? check_no_run(a, job->checkpoint) : code;
}

/* What will be lost, said before it is. */
static void announce_replacements(const job *job)
{
  const cli_arguments *a = job->arguments;
  if (job->out[0] == '\0')
    return;
  if (access(job->out, F_OK) == 0)
    cli_note(a, "%s is there already: it will be replaced at the end", job->out);
}

/* The instruction set: --isa, or on --resume that of the checkpoint, since another one gives other
 * bits. */
static int choose_isa(job *job)
{
  const cli_arguments *a = job->arguments;
  const char *before = job->plan.isa;
  lenet_isa wanted = LENET_ISA_BEST;
  if (!cli_isa(a, &job->isa))
    return CLI_USAGE;
  if (before[0] == '\0' || strcmp(before, lenet_isa_name(job->isa)) == 0)
    return CLI_OK;
  if (cli_given(a, "isa"))
    cli_warning(a->command, "the run was begun on %s: on %s its bits will differ", before,
                lenet_isa_name(job->isa));
  else if (lenet_isa_find(before, &wanted) && lenet_isa_available(wanted))
    job->isa = wanted;
  else
    cli_warning(a->command,
                "the run was begun on %s, which is not available here: on %s its bits will differ",
                before, lenet_isa_name(job->isa));
  return CLI_OK;
}

static int distort_samples(job *job)
{
  lenet_error error;
  if (lenet_augmenter_create(&job->train, &job->plan.augmentation, job->plan.recipe.seed,
                             &job->augmenter, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  job->train = lenet_augmenter_samples(job->augmenter);
  return CLI_OK;
}

static int open_data(job *job)
{
  int code = cli_open_data(job->arguments, job->plan.data, LENET_TRAIN, &job->train_data);
  if (code == CLI_OK)
    code = cli_open_data(job->arguments, job->plan.data, LENET_TEST, &job->test_data);
  if (code != CLI_OK)
    return code;
  lenet_samples all = lenet_dataset_samples(job->train_data);
  code = cli_plan_validation(job->arguments, &job->plan, all.count);
  if (code != CLI_OK)
    return code;
  size_t learned = all.count - (size_t)job->plan.validation;
  job->train = lenet_samples_part(all, 0, learned);
  job->validation = lenet_samples_part(all, learned, (size_t)job->plan.validation);
  job->test = lenet_dataset_samples(job->test_data);
  if (job->test.rows != all.rows || job->test.columns != all.columns)
    return cli_error(job->arguments->command, CLI_BAD_FILE,
                     "%s: training pictures are %dx%d, test pictures %dx%d", job->plan.data,
                     all.columns, all.rows, job->test.columns, job->test.rows);
  return job->plan.augment[0] != '\0' ? distort_samples(job) : CLI_OK;
}

/* Copies the parameters of the model named by --init; plan.c has seen that the networks agree. */
static int copy_initial(job *job)
{
  lenet_model *initial = NULL;
  int code = cli_open_model(job->arguments->command, job->plan.init, &initial);
  if (code == CLI_OK)
    memcpy(lenet_model_parameters_mut(job->model), lenet_model_parameters(initial),
           lenet_model_layout(initial)->parameter_count * sizeof(lenet_real));
  lenet_model_free(initial);
  return code;
}

/* The notes that are known before training: a checkpoint carries them too. */
static lenet_status set_first_notes(job *job, lenet_error *error)
{
  const lenet_variant *variant = lenet_variant_of(&job->plan.network);
  lenet_status status = lenet_model_set_note(job->model, "data", job->plan.data, error);
  if (status == LENET_OK)
    status =
        lenet_model_set_note(job->model, "net", variant != NULL ? variant->name : "custom", error);
  if (status == LENET_OK)
    status =
        lenet_model_set_note(job->model, "recipe", cli_plan_command_line(&job->plan).text, error);
  if (status == LENET_OK)
    status = lenet_model_set_note(job->model, "isa", lenet_isa_name(job->isa), error);
  if (status == LENET_OK && job->plan.init[0] != '\0')
    status = lenet_model_set_note(job->model, "init", job->plan.init, error);
  if (status == LENET_OK && job->plan.augment[0] != '\0')
    status = lenet_model_set_note(job->model, "augment", job->plan.augment, error);
  return status;
}

/* Takes up the run of the checkpoint. Its notes may name the model of an --init; the recipe's note
 * is written again, for --epochs may have grown. */
static int resume(job *job)
{
  lenet_error error;
  if (lenet_trainer_resume(job->trainer, job->plan.resume, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  const char *init = lenet_model_note(job->model, "init");
  if (init != NULL)
    snprintf(job->plan.init, sizeof job->plan.init, "%s", init);
  if (set_first_notes(job, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  return CLI_OK;
}

static int make_trainer(job *job)
{
  const cli_command *command = job->arguments->command;
  const cli_plan *plan = &job->plan;
  lenet_error error;
  if (lenet_model_create(&plan->network, plan->input, plan->recipe.seed, &job->model, &error) !=
          LENET_OK ||
      set_first_notes(job, &error) != LENET_OK)
    return cli_library_error(command, &error);
  int code = plan->init[0] != '\0' ? copy_initial(job) : CLI_OK;
  if (code != CLI_OK)
    return code;
  if (lenet_trainer_create(job->model, &plan->recipe, &job->train,
                           plan->validation > 0 ? &job->validation : NULL, job->threads, job->isa,
                           &job->trainer, &error) != LENET_OK)
    return cli_library_error(command, &error);
  return plan->resume != NULL ? resume(job) : CLI_OK;
}

static void describe(const job *job)
{
  const lenet_recipe *r = &job->plan.recipe;
  const lenet_layout *layout = lenet_model_layout(job->model);
  cli_note(job->arguments, "%s, %s parameters", cli_name_network(&job->plan.network).text,
           cli_thousands(layout->parameters).text);
  cli_note(job->arguments, "%s: %s training, %s validation, %s test images", job->plan.data,
           cli_thousands((long long)job->train.count).text,
           cli_thousands(job->plan.validation).text,
           cli_thousands((long long)job->test.count).text);
  cli_note(job->arguments, "%s, rate %s %s, weight decay %s, batch %d, seed %llu; %d thread%s, %s",
           lenet_optimizer_name(r->optimizer), cli_float(r->learning_rate).text,
           lenet_schedule_name(r->schedule), cli_float(r->weight_decay).text, r->batch,
           (unsigned long long)r->seed, job->threads, job->threads == 1 ? "" : "s",
           lenet_isa_name(job->isa));
  if (job->plan.augment[0] != '\0')
    cli_note(job->arguments, "pictures distorted anew in each epoch: %s", job->plan.augment);
  int done = lenet_trainer_epochs_done(job->trainer);
  if (job->plan.resume != NULL && done < r->epochs)
    cli_note(job->arguments, "resuming in epoch %d of %d", done + 1, r->epochs);
  else if (job->plan.resume != NULL)
    cli_note(job->arguments, "resuming after the last of %d epochs", r->epochs);
}

/* ------------------------------------------------------------------ learning -------------- */

static bool on_step(void *context, const lenet_progress *state)
{
  job *job = context;
  size_t batch = (size_t)job->plan.recipe.batch;
  if (job->epoch != state->epoch) { /* a resumed epoch does not start from 0 */
    job->epoch = state->epoch;
    job->done = state->done - (state->done < batch ? state->done : batch);
  }
  job->learned += (double)(state->done - job->done);
  job->done = state->done;
  job->step_seconds = state->seconds;
  cli_progress_step(&job->progress, state);
  return !cli_stop_wanted();
}

/* Saves a checkpoint. The first one, before anything is learned, finds out whether that is
 * possible at all; a later failure (a full disk) does not end the training. */
static int save_checkpoint(job *job, bool first)
{
  lenet_error error;
  const cli_command *command = job->arguments->command;
  if (job->checkpoint[0] == '\0')
    return CLI_OK;
  cli_hold_stop(true);
  lenet_status status = lenet_trainer_save(job->trainer, job->checkpoint, &error);
  cli_hold_stop(false);
  if (status == LENET_OK)
    return CLI_OK;
  if (first && error.status == LENET_UNSUPPORTED) {
    cli_warning(command, "%s; training goes on, but keeps nothing", error.message);
    job->out[0] = job->checkpoint[0] = '\0';
    return CLI_OK;
  }
  if (first)
    return cli_library_error(command, &error);
  cli_warning(command, "%s", error.message);
  return CLI_FAILED;
}

static int stop(job *job)
{
  const cli_arguments *a = job->arguments;
  if (job->checkpoint[0] == '\0')
    return cli_error(a->command, CLI_INTERRUPTED, "stopped; nothing was to be kept");
  if (save_checkpoint(job, false) != CLI_OK)
    return CLI_INTERRUPTED;
  cli_error(a->command, CLI_INTERRUPTED, "stopped; to go on from here:");
  cli_print_word(stderr, a->program);
  fprintf(stderr, " train --resume ");
  cli_print_word(stderr, job->checkpoint);
  if (cli_given(a, "data-dir")) {
    fprintf(stderr, " --data-dir ");
    cli_print_word(stderr, cli_text(a, "data-dir", ""));
  }
  fprintf(stderr, "\n");
  return CLI_INTERRUPTED;
}

/* The loss is no longer a number. What was learned before is kept, if there is any. */
static int diverge(job *job, const lenet_error *why)
{
  const cli_command *command = job->arguments->command;
  lenet_error error;
  cli_error(command, CLI_FAILED, "%s; try a lower rate than --lr %s", why->message,
            cli_float(job->plan.recipe.learning_rate).text);
  int best = lenet_trainer_take_best(job->trainer);
  if (job->checkpoint[0] != '\0')
    remove(job->checkpoint);
  if (best == 0 || job->out[0] == '\0')
    return CLI_FAILED;
  if (lenet_model_save(job->model, job->out, &error) != LENET_OK)
    return cli_library_error(command, &error);
  cli_note(job->arguments, "%s holds the model of epoch %d, the best before that", job->out, best);
  return CLI_FAILED;
}

static int learn(job *job)
{
  const cli_command *command = job->arguments->command;
  int epochs = job->plan.recipe.epochs;
  while (lenet_trainer_epochs_done(job->trainer) < epochs) {
    lenet_epoch epoch;
    lenet_error error;
    lenet_status status = lenet_trainer_epoch(job->trainer, on_step, job, &epoch, &error);
    if (status != LENET_OK)
      cli_progress_clear(&job->progress);
    if (status == LENET_STOPPED)
      return stop(job);
    if (status == LENET_DIVERGED)
      return diverge(job, &error);
    if (status != LENET_OK)
      return cli_library_error(command, &error);
    job->learning += job->step_seconds;
    job->step_seconds = 0;
    cli_progress_epoch(&job->progress, &epoch, epochs);
    if (epoch.plateau && !job->warned_of_plateau)
      cli_warning(command, "nothing is learned: the loss has not moved from that of guessing; "
                           "try another --lr or --seed");
    job->warned_of_plateau = job->warned_of_plateau || epoch.plateau;
    save_checkpoint(job, false);
  }
  return CLI_OK;
}

/* ------------------------------------------------------------------ result ---------------- */

static lenet_status set_last_notes(job *job, int best, lenet_error *error)
{
  char test_error[32], validation_error[32], epochs[16], best_epoch[16];
  double validation = best > 0 ? lenet_trainer_history(job->trainer, best).validation_error : NAN;
  snprintf(test_error, sizeof test_error, "%.6g",
           (double)job->measure.errors / (double)job->measure.samples);
  snprintf(validation_error, sizeof validation_error, "%.6g", validation);
  snprintf(epochs, sizeof epochs, "%d", lenet_trainer_epochs_done(job->trainer));
  snprintf(best_epoch, sizeof best_epoch, "%d", best);
  const struct {
    const char *key, *value;
  } notes[] = {{"test_error", test_error},
               {"validation_error", isnan(validation) ? NULL : validation_error},
               {"epochs", epochs},
               {"best_epoch", best_epoch},
               {"version", lenet_version()}};
  lenet_status status = LENET_OK;
  for (size_t i = 0; i < sizeof notes / sizeof notes[0] && status == LENET_OK; i++)
    status = lenet_model_set_note(job->model, notes[i].key, notes[i].value, error);
  return status;
}

/* Measures the best epoch's weights on the test images, once, and saves them. */
static int conclude(job *job, int best)
{
  const cli_command *command = job->arguments->command;
  lenet_error error;
  size_t wanted = (size_t)cli_integer(job->arguments, "mistakes", 0);
  if (!cli_mistakes_reserve(&job->mistakes, wanted))
    return cli_error(command, CLI_FAILED, "out of memory");
  if (lenet_evaluate(job->model, &job->test, job->threads, job->isa, &job->measure,
                     job->mistakes.mistake, wanted, &error) != LENET_OK ||
      set_last_notes(job, best, &error) != LENET_OK)
    return cli_library_error(command, &error);
  cli_mistakes_counted(&job->mistakes, job->measure.errors);
  job->seconds = cli_clock() - job->started;
  if (job->out[0] == '\0')
    return CLI_OK;
  cli_hold_stop(true);
  lenet_status status = lenet_model_save(job->model, job->out, &error);
  cli_hold_stop(false);
  if (status != LENET_OK)
    return cli_library_error(command, &error); /* the checkpoint stays */
  remove(job->checkpoint);
  return CLI_OK;
}

static double images_per_second(const job *job)
{
  return job->learning > 0 ? job->learned / job->learning : 0;
}

#if LENET_HAVE_JANSSON
static json_t *epochs_document(const job *job)
{
  json_t *epochs = json_array();
  for (int i = 1; i <= lenet_trainer_epochs_done(job->trainer); i++) {
    lenet_epoch e = lenet_trainer_history(job->trainer, i);
    json_array_append_new(
        epochs,
        json_pack("{s:i, s:o, s:f, s:o, s:o, s:f, s:f, s:f, s:b}", "epoch", e.epoch, "train_loss",
                  cli_json_real(e.train_loss), "train_error", e.train_error, "validation_loss",
                  cli_json_real(e.validation_loss), "validation_error",
                  cli_json_real(e.validation_error), "learning_rate", e.learning_rate, "seconds",
                  e.seconds, "train_seconds", e.train_seconds, "best", (int)e.best));
  }
  return epochs;
}

static json_t *document(const job *job, int best)
{
  const lenet_measure *m = &job->measure;
  return json_pack(
      "{s:s, s:I, s:o, s:o, s:o, s:i, s:f, s:I, s:I, s:o, s:f, s:f, s:s, s:i, s:s, s:o, s:o}",
      "net", cli_name_network(&job->plan.network).text, "parameters",
      (json_int_t)lenet_model_layout(job->model)->parameters, "data", cli_json_text(job->plan.data),
      "augment", cli_json_text(job->plan.augment[0] != '\0' ? job->plan.augment : NULL), "epochs",
      epochs_document(job), "best_epoch", best, "test_error",
      (double)m->errors / (double)m->samples, "test_errors", (json_int_t)m->errors, "test_samples",
      (json_int_t)m->samples, "test_loss", cli_json_real(m->loss), "seconds", job->seconds,
      "images_per_second", images_per_second(job), "isa", lenet_isa_name(job->isa), "threads",
      job->threads, "recipe", cli_plan_command_line(&job->plan).text, "mistakes",
      cli_mistakes_document(&job->mistakes), "model",
      cli_json_text(job->out[0] != '\0' ? job->out : NULL));
}
#endif

static void print_result(const job *job, int best)
{
  const lenet_measure *m = &job->measure;
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("%stest error  %s%s  (%s of %s images, with the weights of epoch %d)\n", bold,
         cli_percent((double)m->errors / (double)m->samples).text, plain,
         cli_thousands((long long)m->errors).text, cli_thousands((long long)m->samples).text, best);
  printf("time        %s", cli_seconds(job->seconds).text);
  if (job->learned > 0)
    printf("  (%s images/s learned)", cli_rate(images_per_second(job)).text);
  printf("\nmodel       %s\n", job->out[0] != '\0' ? job->out : "not kept");
  if (job->mistakes.count > 0) {
    printf("\n");
    cli_print_mistakes(stdout, &job->mistakes, &job->test, job->test_data);
  }
}

/* ------------------------------------------------------------------ command --------------- */

static int train(job *job)
{
  int code = cli_plan_run(job->arguments, &job->plan);
  if (code == CLI_OK)
    code = choose_isa(job);
  if (code == CLI_OK)
    code = choose_files(job);
  if (code == CLI_OK)
    code = open_data(job);
  if (code == CLI_OK)
    code = make_trainer(job);
  if (code != CLI_OK)
    return code;
  announce_replacements(job);
  code = save_checkpoint(job, true);
  if (code != CLI_OK)
    return code;
  describe(job);
  cli_catch_stop();
  job->started = cli_clock();
  job->progress = cli_progress_start(job->arguments);
  code = learn(job);
  if (code != CLI_OK)
    return code;
  int best = lenet_trainer_take_best(job->trainer);
  code = conclude(job, best);
  if (code != CLI_OK)
    return code;
  if (cli_given(job->arguments, "json"))
    CLI_PRINT_JSON(document(job, best));
  else
    print_result(job, best);
  return CLI_OK;
}

static int run_train(const cli_arguments *arguments)
{
  if (arguments->operand_count > 0)
    return cli_usage_error(arguments->command, "'%s' is too much: a data set is named by --data",
                           arguments->operand[0]);
  job *job = calloc(1, sizeof *job);
  if (job == NULL)
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  job->arguments = arguments;
  job->threads = cli_threads(arguments);
  int code = train(job);
  cli_mistakes_free(&job->mistakes);
  lenet_trainer_free(job->trainer);
  lenet_augmenter_free(job->augmenter);
  lenet_model_free(job->model);
  lenet_dataset_free(job->test_data);
  lenet_dataset_free(job->train_data);
  free(job);
  return code;
}

static const cli_option options[] = {
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0,
     "network: a name of 'lenet show --list' or its one-line notation [lenet5]"},
    CLI_OPTION_DATA,
    CLI_OPTION_DATA_DIR,
    {"epochs", 'e', CLI_INTEGER, "N", 1, 10000, "passes over the training images"},
    {"batch", 'b', CLI_INTEGER, "N", 1, 65536, "images per step"},
    {"optimizer", 0, CLI_CHOICE, "sgd|adam", 0, 0, "how weights follow gradients"},
    {"lr", 0, CLI_NUMBER, "RATE", 1e-9, 100, "learning rate"},
    {"momentum", 0, CLI_NUMBER, "M", 0, 1, "momentum of sgd"},
    {"weight-decay", 0, CLI_NUMBER, "D", 0, 1, "shrink weights by rate x D in each step"},
    {"schedule", 0, CLI_CHOICE, "constant|step|cosine", 0, 0, "how the rate falls"},
    {"step-epochs", 0, CLI_INTEGER, "N", 1, 10000, "with step: lower the rate every N epochs"},
    {"step-factor", 0, CLI_NUMBER, "F", 1e-9, 1, "with step: the factor by which it is lowered"},
    {"loss", 0, CLI_CHOICE, "cross-entropy|mse|map", 0, 0,
     "what training makes small: cross-entropy of a softmax; of an R row eq. (8) or (9) of 1998 "
     "[what suits the network]"},
    {"rubbish", 0, CLI_TEXT, "J", 0, 0,
     "with map: the distance of a picture of nothing, above 0; inf: there is none [1]"},
    {"seed", 's', CLI_SEED, "S", 0, 0,
     "decides initial weights, order and distortions: same seed, same result"},
    {"augment", 0, CLI_TEXT, "SPEC", 0, 0,
     "distort training pictures anew in each epoch: affine, elastic, affine,elastic, or numbers as "
     "above [none]"},
    {"validation", 0, CLI_INTEGER, "N", 0, 1e9,
     "keep the last N training images aside to choose the best epoch; 0: none [5000, or a twelfth "
     "of fewer than 30,000]"},
    {"init", 0, CLI_TEXT, "MODEL", 0, 0, "start from the weights of this file or built-in model"},
    {"out", 'o', CLI_TEXT, "FILE", 0, 0,
     "where the model goes; 'none' keeps nothing [NET.safetensors]"},
    {"resume", 0, CLI_TEXT, "CHECKPOINT", 0, 0,
     "go on from FILE.ckpt, which every epoch and Ctrl-C leave behind; --epochs may grow, but not "
     "with the cosine schedule"},
    {"mistakes", 0, CLI_INTEGER, "N", 0, 10000, "draw the first N test pictures read wrongly [0]"},
    {"isa", 0, CLI_CHOICE, "scalar|avx2|avx512|best", 0, 0,
     "instruction set to use; another one gives other bits [best; with --resume that of the "
     "checkpoint]"},
    CLI_OPTION_THREADS,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_train_command = {
    .name = "train",
    .summary = "train a network on a data set and keep its best epoch",
    .usage = "[--net NAME|NOTATION] [--data SET] [options]",
    .details =
        "What is not given comes from the recipe that suits the network. After each epoch a "
        "checkpoint is written; the best epoch is chosen on validation images, and the test images "
        "are looked at once, at the end. Ctrl-C saves a checkpoint and says how to go on. JSON "
        "keys: net, parameters, epochs, test_error (a fraction), test_errors, seconds, "
        "images_per_second, model and more.\n\n"
        "NOTATION is the input's size and then the rows: C6@5 a convolution to 6 maps with 5x5 "
        "kernels (C16@5:table1 joins the maps by the table of 1998), A2 and M2 the average and the "
        "maximum of 2x2 windows, S2 the trainable subsampling of 1998, P2 a border of 2 zeros, "
        "F120 120 fully connected units, R10 the distances to the codes of 10 digits (1998). A C, "
        "S or F takes an activation: linear, tanh, scaled, sigmoid, relu, softmax; none means "
        "scaled, the tanh of 1998. So lenet5 is\n"
        "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax\n\n"
        "SPEC of --augment: affine (moves, scales, squeezes and slants, as in 1998), elastic "
        "(bends, as Simard 2003) or both, then any of these, with commas between: shift=PIXELS, "
        "scale=, squeeze=, shear= (fractions), rotate=DEGREES, alpha=PIXELS and sigma=PIXELS "
        "(elastic: noise of +-1 smoothed by a Gaussian of sigma, times alpha), invert=PROBABILITY "
        "(each pixel, the noise of 1998). A picture draws its own numbers within the ranges from "
        "--seed, the epoch and its place. affine is "
        "shift=1.5,scale=0.1,squeeze=0.1,shear=0.2; elastic is alpha=36,sigma=6; 'lenet data "
        "info SET --augment SPEC' draws examples.",
    .examples =
        "  lenet train --data mnist\n"
        "  lenet train --data synthetic --epochs 3 --mistakes 6 --out synthetic.safetensors\n"
        "  lenet train --augment affine,elastic --epochs 30 --out augmented.safetensors\n"
        "  lenet train --net '28x28 C8@5:relu M2 F32:relu F10:softmax'\n"
        "  lenet train --net lenet5-modern --seed 7 --out seven.safetensors --json\n"
        "  lenet train --resume lenet5.safetensors.ckpt\n",
    .options = options,
    .run = run_train,
};
