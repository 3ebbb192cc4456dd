/* train.c - `lenet train`: learn, keep the best epoch, measure it once. */
#include "train.h"

#include "classes.h"
#include "cluster.h"
#include "output.h"
#include "recipe_file.h"
#include "stop.h"
#include "train_ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ making ready ---------- */

/* The instruction set: --isa, or on --resume that of the checkpoint, since another one gives other
 * bits. */
static int choose_isa(cli_job *job)
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

static int distort_samples(cli_job *job)
{
  lenet_error error;
  if (lenet_augmenter_create(&job->train, &job->plan.augmentation, job->plan.recipe.seed,
                             &job->augmenter, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  job->train = lenet_augmenter_samples(job->augmenter);
  return CLI_OK;
}

/* Too many classes are refused; one without a picture is only a pity. */
static int check_classes(const cli_job *job, const lenet_samples *all)
{
  const cli_command *command = job->arguments->command;
  size_t count[LENET_MAX_CLASSES] = {0};
  lenet_layout layout;
  lenet_error error;
  if (lenet_network_layout(&job->plan.network, &layout, &error) != LENET_OK)
    return cli_library_error(command, &error);
  if (all->classes > layout.classes)
    return cli_option_error(job->arguments, "data", "%s has %d classes, and the network %d outputs",
                            job->plan.data, all->classes, layout.classes);
  for (size_t i = 0; i < all->count; i++)
    count[lenet_dataset_label(job->train_data, i)]++;
  for (int k = 0; k < all->classes; k++)
    if (count[k] == 0) {
      cli_warning(command, "--data: %s has no picture of the class '%s' to learn from",
                  job->plan.data, lenet_dataset_class(job->train_data, k));
      break;
    }
  return CLI_OK;
}

static int open_data(cli_job *job)
{
  int code = cli_open_data(job->arguments, "data", job->plan.data, LENET_TRAIN, &job->train_data);
  if (code == CLI_OK)
    code = cli_open_data(job->arguments, "data", job->plan.data, LENET_TEST, &job->test_data);
  if (code != CLI_OK)
    return code;
  lenet_samples all = lenet_dataset_samples(job->train_data);
  size_t learned = 0;
  code = check_classes(job, &all);
  if (code != CLI_OK)
    return code;
  code = cli_plan_images(job->arguments, &job->plan, all.count, &learned);
  if (code != CLI_OK)
    return code;
  const size_t aside = (size_t)job->plan.validation;
  job->train = lenet_samples_part(all, 0, learned);
  job->validation = lenet_samples_part(all, all.count - aside, aside);
  job->test = lenet_dataset_samples(job->test_data);
  if (job->test.rows != all.rows || job->test.columns != all.columns)
    return cli_error(job->arguments->command, CLI_BAD_FILE,
                     "%s: training pictures are %dx%d, test pictures %dx%d", job->plan.data,
                     all.columns, all.rows, job->test.columns, job->test.rows);
  return job->plan.augment[0] != '\0' ? distort_samples(job) : CLI_OK;
}

/* Copies the parameters of the model named by --init; plan.c has seen that the networks agree. */
static int copy_initial(cli_job *job)
{
  lenet_model *initial = NULL;
  int code = cli_open_model(job->arguments, "init", job->plan.init, &initial);
  if (code == CLI_OK)
    memcpy(lenet_model_parameters_mut(job->model), lenet_model_parameters(initial),
           lenet_model_layout(initial)->parameter_count * sizeof(lenet_real));
  lenet_model_free(initial);
  return code;
}

typedef struct note {
  const char *key, *value; /* NULL: none */
} note;

static lenet_status set_notes(cli_job *job, const note *notes, size_t count, lenet_error *error)
{
  lenet_status status = LENET_OK;
  for (size_t i = 0; i < count && status == LENET_OK; i++)
    status = lenet_model_set_note(job->model, notes[i].key, notes[i].value, error);
  return status;
}

/* The notes that are known before training: a checkpoint carries them too. */
static lenet_status set_first_notes(cli_job *job, lenet_error *error)
{
  const cli_plan *plan = &job->plan;
  const lenet_variant *variant = lenet_variant_of(&plan->network);
  const cli_command_line recipe = cli_plan_command_line(plan);
  char images[32];
  snprintf(images, sizeof images, "%zu", lenet_dataset_samples(job->train_data).count);
  const note notes[] = {
      {"data", plan->data},
      {"net", variant != NULL ? variant->name : "custom"},
      {"recipe", recipe.text},
      {"isa", lenet_isa_name(job->isa)},
      {"init", plan->init[0] != '\0' ? plan->init : NULL},
      {"initial", plan->initial != LENET_USUAL ? lenet_initial_name(plan->initial) : NULL},
      {"augment", plan->augment[0] != '\0' ? plan->augment : NULL},
      {"teachers", plan->teachers[0] != '\0' ? plan->teachers : NULL},
      {"calibrate", plan->calibrate ? "temperature" : NULL},
      {"images", plan->samples > 0 ? images : NULL}};
  const lenet_status status = set_notes(job, notes, sizeof notes / sizeof notes[0], error);
  return status == LENET_OK ? cli_note_classes(job->model, job->train_data, error) : status;
}

/* Takes up the run of the checkpoint. Its notes say where the first weights came from; the recipe's
 * note is written again, for --epochs may have grown. */
static int resume(cli_job *job)
{
  lenet_error error;
  if (lenet_trainer_resume(job->trainer, job->plan.resume, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  const char *init = lenet_model_note(job->model, "init");
  if (init != NULL)
    snprintf(job->plan.init, sizeof job->plan.init, "%s", init);
  const char *initial = lenet_model_note(job->model, "initial");
  if (initial != NULL)
    lenet_initial_find(initial, &job->plan.initial);
  if (set_first_notes(job, &error) != LENET_OK)
    return cli_library_error(job->arguments->command, &error);
  return CLI_OK;
}

static int hire_teachers(cli_job *job)
{
  lenet_error error;
  const cli_arguments *a = job->arguments;
  int code = cli_open_models(a, "teachers", job->plan.teachers, &job->teachers);
  if (code != CLI_OK)
    return code;
  if (lenet_trainer_set_teachers(job->trainer, (const lenet_model *const *)job->teachers.model,
                                 job->teachers.count, &error) == LENET_OK)
    return CLI_OK;
  if (error.status == LENET_BAD_ARGUMENT && error.position >= 0)
    return cli_option_error(a, "teachers", "%s: %s", job->teachers.name[error.position],
                            error.message);
  return cli_library_error(a->command, &error);
}

static int make_trainer(cli_job *job)
{
  const cli_command *command = job->arguments->command;
  const cli_plan *plan = &job->plan;
  lenet_error error;
  if (lenet_model_create(&plan->network, plan->input, plan->recipe.seed, &job->model, &error) !=
          LENET_OK ||
      set_first_notes(job, &error) != LENET_OK)
    return cli_library_error(command, &error);
  if (plan->initial != LENET_USUAL)
    lenet_model_initialize(job->model, plan->initial, plan->recipe.seed);
  int code = plan->init[0] != '\0' ? copy_initial(job) : CLI_OK;
  if (code != CLI_OK)
    return code;
  if (lenet_trainer_create(job->model, &plan->recipe, &job->train,
                           plan->validation > 0 ? &job->validation : NULL, job->threads, job->isa,
                           &job->trainer, &error) != LENET_OK)
    return cli_library_error(command, &error);
  if (plan->teachers[0] != '\0')
    code = hire_teachers(job);
  return code == CLI_OK && plan->resume != NULL ? resume(job) : code;
}

/* ------------------------------------------------------------------ learning -------------- */

static bool on_step(void *context, const lenet_progress *state)
{
  cli_job *job = context;
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
static int save_checkpoint(cli_job *job, bool first)
{
  lenet_error error;
  const cli_command *command = job->arguments->command;
  if (job->files.checkpoint[0] == '\0')
    return CLI_OK;
  cli_hold_stop(true);
  lenet_status status = lenet_trainer_save(job->trainer, job->files.checkpoint, &error);
  cli_hold_stop(false);
  if (status == LENET_OK)
    return CLI_OK;
  if (first && error.status == LENET_UNSUPPORTED) {
    cli_warning(command, "%s; training goes on, but keeps nothing", error.message);
    job->files.out[0] = job->files.checkpoint[0] = '\0';
    return CLI_OK;
  }
  if (first)
    return cli_library_error(command, &error);
  cli_warning(command, "%s", error.message);
  return CLI_FAILED;
}

/* Prints the options of this run that its checkpoint says nothing of. */
static void print_options_beside(const cli_arguments *a)
{
  static const char *const beside[] = {
      "data-dir", "threads", "timeout", "mistakes", "test-every-epoch",
      "report",   "json",    "quiet",   NULL};
  for (const char *const *name = beside; *name != NULL; name++) {
    const char *value = cli_text(a, *name, "");
    if (cli_given(a, *name))
      fprintf(stderr, " --%s%s", *name, value[0] != '\0' ? " " : "");
    if (value[0] != '\0')
      cli_print_word(stderr, value);
  }
}

/* By a signal, or because another rank is lost. */
static int stop(cli_job *job)
{
  const cli_arguments *a = job->arguments;
  const char *lost = cli_cluster_lost();
  const int code = lost != NULL ? CLI_FAILED : CLI_INTERRUPTED;
  if (lost != NULL)
    cli_error(a->command, code, "%s", lost);
  if (job->files.checkpoint[0] == '\0')
    return cli_error(a->command, code, "stopped; nothing was to be kept");
  if (save_checkpoint(job, false) != CLI_OK)
    return code;
  cli_error(a->command, code, "stopped; to go on from here:");
  if (cli_ranks() > 1)
    fprintf(stderr, "mpirun -n %d ", cli_ranks());
  cli_print_word(stderr, a->program);
  fprintf(stderr, " train --resume ");
  cli_print_word(stderr, job->files.checkpoint);
  print_options_beside(a);
  fprintf(stderr, "\n");
  return code;
}

/* The loss is no longer a number. What was learned before is kept, if there is any. */
static int diverge(cli_job *job, const lenet_error *why)
{
  const cli_command *command = job->arguments->command;
  lenet_error error;
  const lenet_recipe *r = &job->plan.recipe;
  const bool sdlm = r->optimizer == LENET_SDLM;
  cli_error(command, CLI_FAILED, "%s; try a lower rate than --lr %s%s%s%s", why->message,
            cli_float(r->learning_rate).text, sdlm ? ", or more than --mu " : "",
            sdlm ? cli_float(r->mu).text : "",
            job->teachers.count > 0 ? ", or other teachers: theirs may be none" : "");
  int best = lenet_trainer_take_best(job->trainer);
  if (job->files.checkpoint[0] != '\0')
    remove(job->files.checkpoint);
  if (best == 0 || job->files.out[0] == '\0')
    return CLI_FAILED;
  cli_hold_stop(true);
  const lenet_status status = lenet_model_save(job->model, job->files.out, &error);
  cli_hold_stop(false);
  if (status != LENET_OK)
    return cli_library_error(command, &error);
  cli_note(job->arguments, "%s holds the model of epoch %d, the best before that", job->files.out,
           best);
  return CLI_FAILED;
}

double cli_test_error(const cli_job *job, int epoch)
{
  return job->test_errors != NULL ? job->test_errors[epoch - 1] : NAN;
}

static bool make_test_errors(cli_job *job)
{
  const int epochs = job->plan.recipe.epochs;
  job->test_errors = malloc((size_t)epochs * sizeof *job->test_errors);
  for (int i = 0; job->test_errors != NULL && i < epochs; i++)
    job->test_errors[i] = NAN; /* those before a resume stay so */
  return job->test_errors != NULL;
}

/* With the weights that the epoch ended with; nothing is chosen by it. */
static lenet_status measure_epoch(cli_job *job, int epoch, lenet_error *error)
{
  lenet_measure measure;
  if (job->test_errors == NULL)
    return LENET_OK;
  lenet_status status =
      lenet_evaluate(job->model, &job->test, job->threads, job->isa, &measure, NULL, error);
  if (status == LENET_OK)
    job->test_errors[epoch - 1] = (double)measure.errors / (double)measure.samples;
  return status;
}

/* Below all messages about the epoch, since the next one's line takes the curve away. */
static void show_curve(cli_job *job)
{
  const int done = lenet_trainer_epochs_done(job->trainer);
  const bool wanted = job->progress.live && !cli_given(job->arguments, "json");
  double *error = wanted ? malloc((size_t)done * sizeof *error) : NULL;
  if (error == NULL) /* not wanted, or no memory for what is only to look at */
    return;
  for (int i = 0; i < done; i++)
    error[i] = lenet_trainer_history(job->trainer, i + 1).validation_error;
  cli_progress_curve(&job->progress, error, (size_t)done, (size_t)job->plan.recipe.epochs);
  free(error);
}

static int learn(cli_job *job)
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
    const int code = cli_compare_weights(job);
    if (code != CLI_OK)
      return cli_cluster_lost() != NULL ? stop(job) : code;
    job->learning += job->step_seconds;
    job->step_seconds = 0;
    if (measure_epoch(job, epoch.epoch, &error) != LENET_OK)
      return cli_library_error(command, &error);
    cli_progress_epoch(&job->progress, &epoch, epochs, cli_test_error(job, epoch.epoch));
    if (epoch.plateau && !job->warned_of_plateau)
      cli_warning(command, "nothing is learned: the loss has not moved from that of guessing; "
                           "try another --lr or --seed");
    job->warned_of_plateau = job->warned_of_plateau || epoch.plateau;
    save_checkpoint(job, false);
    show_curve(job);
  }
  return CLI_OK;
}

/* ------------------------------------------------------------------ result ---------------- */

static lenet_status set_last_notes(cli_job *job, int best, lenet_error *error)
{
  char test_error[32], validation_error[32], epochs[16], best_epoch[16];
  double validation = best > 0 ? lenet_trainer_history(job->trainer, best).validation_error : NAN;
  snprintf(test_error, sizeof test_error, "%.6g",
           (double)job->measure.errors / (double)job->measure.samples);
  snprintf(validation_error, sizeof validation_error, "%.6g", validation);
  snprintf(epochs, sizeof epochs, "%d", lenet_trainer_epochs_done(job->trainer));
  snprintf(best_epoch, sizeof best_epoch, "%d", best);
  const note notes[] = {{"test_error", test_error},
                        {"validation_error", isnan(validation) ? NULL : validation_error},
                        {"epochs", epochs},
                        {"best_epoch", best_epoch},
                        {"version", lenet_version()}};
  return set_notes(job, notes, sizeof notes / sizeof notes[0], error);
}

/* What was learned is not lost where no temperature suits, as on few validation images. */
static lenet_status calibrate(cli_job *job, lenet_error *error)
{
  char text[32];
  if (!job->plan.calibrate)
    return LENET_OK;
  lenet_status status =
      lenet_model_calibrate(job->model, &job->validation, job->isa, &job->temperature, error);
  if (status == LENET_BAD_ARGUMENT) {
    cli_warning(job->arguments->command, "%s: not calibrated", error->message);
    return LENET_OK;
  }
  snprintf(text, sizeof text, "%.6g", job->temperature);
  return status == LENET_OK ? lenet_model_set_note(job->model, "temperature", text, error) : status;
}

/* Calibrates the best epoch's weights, measures them on the test images, once, and saves them. */
static int conclude(cli_job *job, int best)
{
  const cli_command *command = job->arguments->command;
  lenet_error error;
  size_t wanted = (size_t)cli_integer(job->arguments, "mistakes", 0);
  if (!cli_answers_reserve(&job->answers, job->test.count, wanted))
    return cli_error(command, CLI_FAILED, "out of memory");
  if (calibrate(job, &error) != LENET_OK ||
      lenet_evaluate(job->model, &job->test, job->threads, job->isa, &job->measure,
                     job->answers.answer, &error) != LENET_OK ||
      set_last_notes(job, best, &error) != LENET_OK)
    return cli_library_error(command, &error);
  job->seconds = cli_clock() - job->started;
  if (job->files.out[0] == '\0')
    return CLI_OK;
  cli_hold_stop(true);
  lenet_status status = lenet_model_save(job->model, job->files.out, &error);
  cli_hold_stop(false);
  if (status != LENET_OK)
    return cli_library_error(command, &error); /* the checkpoint stays */
  remove(job->files.checkpoint);
  return CLI_OK;
}

/* ------------------------------------------------------------------ command --------------- */

static int make_ready(cli_job *job)
{
  const bool leads = cli_rank() == 0;
  int code = cli_plan_run(job->arguments, &job->plan);
  if (code == CLI_OK)
    code = choose_isa(job);
  if (code == CLI_OK && leads)
    code = cli_choose_files(job->arguments, &job->plan, &job->files);
  if (code == CLI_OK && leads)
    code = cli_choose_training_report(job);
  if (code == CLI_OK)
    code = open_data(job);
  if (code == CLI_OK)
    code = make_trainer(job);
  return code == CLI_OK ? cli_join_peers(job) : code;
}

static int train(cli_job *job)
{
  int code = cli_agree_on_training(job, make_ready(job));
  if (code != CLI_OK)
    return code;
  if (cli_rank() > 0)
    return cli_follow(job);
  cli_announce_replacement(job->arguments, &job->files);
  code = save_checkpoint(job, true);
  if (code != CLI_OK)
    return code;
  if (cli_given(job->arguments, "test-every-epoch") && !make_test_errors(job))
    return cli_error(job->arguments->command, CLI_FAILED, "out of memory");
  cli_describe_run(job);
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
  cli_print_result(job, best);
  return cli_report_training(job, best);
}

int cli_train(const cli_arguments *arguments)
{
  if (arguments->operand_count > 0)
    return cli_usage_error(arguments->command, "'%s' is too much: a data set is named by --data",
                           arguments->operand[0]);
  cli_job *job = calloc(1, sizeof *job);
  if (job == NULL)
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  cli_arguments all = *arguments;
  char *recipe = NULL;
  job->arguments = &all;
  job->threads = cli_threads(arguments);
  int code = cli_read_recipe(&all, &recipe);
  if (code == CLI_OK)
    code = train(job);
  cli_answers_free(&job->answers);
  free(job->test_errors);
  lenet_trainer_free(job->trainer);
  cli_models_free(&job->teachers);
  lenet_augmenter_free(job->augmenter);
  lenet_model_free(job->model);
  lenet_dataset_free(job->test_data);
  lenet_dataset_free(job->train_data);
  free(job);
  free(recipe);
  return code;
}
