/* Training on several ranks, here threads of one process that hand bytes to each other: the same
 * bits as on one, whatever their number, and after any stop or loss. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "lenet.h"
#include "scratch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 12, CLASSES = 4, TRAIN = 400, VALIDATION = 100, MOST = 5 };

/* Training samples that were fetched, by all ranks together. */
static atomic_size_t fetched;

/* Pictures of a bright bar at one of four places in noise; a function of (epoch, index) alone. */
static void fetch_bars(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                       size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  if (epoch > 0)
    atomic_fetch_add(&fetched, count);
  for (size_t i = 0; i < count; i++) {
    lenet_rng rng = lenet_rng_at(epoch, 50, first + index[i]);
    labels[i] = (uint8_t)((first + index[i]) % CLASSES);
    for (int p = 0; p < SIDE * SIDE; p++) {
      const int row = p / SIDE;
      const bool bar = row >= 3 * labels[i] && row < 3 * labels[i] + 2;
      pixels[i * SIDE * SIDE + p] = (uint8_t)(lenet_rng_below(&rng, 100) + (bar ? 90 : 0));
    }
  }
}

static const lenet_samples bars = {.count = TRAIN + VALIDATION,
                                   .rows = SIDE,
                                   .columns = SIDE,
                                   .classes = CLASSES,
                                   .fetch = fetch_bars};

/* 400 samples: seven blocks a batch, and three in the last one. */
static const lenet_recipe adam = {.epochs = 3,
                                  .batch = 112,
                                  .optimizer = LENET_ADAM,
                                  .learning_rate = 0.003f,
                                  .weight_decay = 0.01f,
                                  .schedule = LENET_COSINE,
                                  .seed = 5};

/* ---- ranks ---- */

/* Where ranks meet. */
typedef struct wire {
  pthread_mutex_t lock;
  pthread_cond_t moved;
  int ranks, arrived;
  unsigned round;
  const void *const *send[MOST];
  const size_t *size[MOST];
  bool torn;
} wire;

typedef struct rank {
  wire *wire;
  int number, threads;
  const lenet_recipe *recipe;
  const lenet_model *teacher; /* or NULL */
  const char *resume, *save;  /* or NULL */
  int stop_at;                /* a progress call that wants to stop; 0: none */
  int tear_at;                /* an exchange that fails; 0: none */
  int calls, steps;
  lenet_model *model;
  lenet_epoch history[8];
  int epochs_done;
  lenet_status status;
} rank;

/* True when all have come, false where the wire is torn. */
static bool meet(wire *w)
{
  pthread_mutex_lock(&w->lock);
  const unsigned round = w->round;
  if (++w->arrived == w->ranks) {
    w->arrived = 0;
    w->round++;
    pthread_cond_broadcast(&w->moved);
  }
  while (w->round == round && !w->torn)
    pthread_cond_wait(&w->moved, &w->lock);
  const bool whole = !w->torn;
  pthread_mutex_unlock(&w->lock);
  return whole;
}

static bool exchange(void *context, const void *const *send, const size_t *send_size,
                     void *const *receive, const size_t *receive_size)
{
  rank *own = context;
  wire *w = own->wire;
  bool agreed = true;
  if (++own->calls == own->tear_at) {
    pthread_mutex_lock(&w->lock);
    w->torn = true;
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
  }
  w->send[own->number] = send;
  w->size[own->number] = send_size;
  if (!meet(w))
    return false;
  for (int r = 0; r < w->ranks; r++) {
    if (r == own->number)
      continue;
    agreed = agreed && w->size[r][own->number] == receive_size[r];
    if (agreed && receive_size[r] > 0)
      memcpy(receive[r], w->send[r][own->number], receive_size[r]);
  }
  return meet(w) && agreed;
}

static bool count_steps(void *context, const lenet_progress *progress)
{
  rank *own = context;
  (void)progress;
  return ++own->steps != own->stop_at;
}

/* cmocka's checks are for the main thread: here a status is kept. */
static void *train(void *context)
{
  rank *own = context;
  lenet_network network;
  lenet_trainer *trainer = NULL;
  const lenet_samples learned = lenet_samples_part(bars, 0, TRAIN);
  const lenet_samples validation = lenet_samples_part(bars, TRAIN, VALIDATION);
  const lenet_peers peers = {own->number, own->wire->ranks, exchange, own};
  lenet_network_parse("12x12 C3@3:tanh M2 C5@2:relu A2 F9:tanh F4:softmax", &network, NULL);
  own->status = lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 3, &own->model, NULL);
  if (own->status == LENET_OK)
    own->status = lenet_trainer_create(own->model, own->recipe, &learned, &validation, own->threads,
                                       LENET_ISA_BEST, &trainer, NULL);
  if (own->status == LENET_OK && own->teacher)
    own->status = lenet_trainer_set_teachers(trainer, &own->teacher, 1, NULL);
  if (own->status == LENET_OK)
    own->status = lenet_trainer_set_peers(trainer, &peers, NULL);
  if (own->status == LENET_OK && own->resume)
    own->status = lenet_trainer_resume(trainer, own->resume, NULL);
  while (own->status == LENET_OK && lenet_trainer_epochs_done(trainer) < own->recipe->epochs) {
    lenet_epoch epoch;
    own->status = lenet_trainer_epoch(trainer, count_steps, own, &epoch, NULL);
  }
  own->epochs_done = trainer ? lenet_trainer_epochs_done(trainer) : 0;
  for (int e = 1; e <= own->epochs_done; e++)
    own->history[e - 1] = lenet_trainer_history(trainer, e);
  if (own->save && own->number == 0 && lenet_trainer_save(trainer, own->save, NULL) != LENET_OK)
    own->status = LENET_CANNOT_WRITE;
  lenet_trainer_free(trainer);
  return NULL;
}

/* Runs `ranks` of them, each as `like` says; their models are the caller's. */
static void run(rank *all, int ranks, rank like)
{
  wire w = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER, .ranks = ranks};
  pthread_t thread[MOST];
  for (int r = 0; r < ranks; r++) {
    all[r] = like;
    all[r].wire = &w;
    all[r].number = r;
    if (r != ranks - 1) /* one alone does it */
      all[r].stop_at = all[r].tear_at = 0;
  }
  for (int r = 0; r < ranks; r++)
    assert_int_equal(pthread_create(&thread[r], NULL, train, &all[r]), 0);
  for (int r = 0; r < ranks; r++)
    pthread_join(thread[r], NULL);
}

static void free_models(rank *all, int ranks)
{
  for (int r = 0; r < ranks; r++)
    lenet_model_free(all[r].model);
}

static void assert_same(const rank *a, const rank *b)
{
  assert_int_equal(a->status, LENET_OK);
  assert_int_equal(b->status, LENET_OK);
  assert_memory_equal(lenet_model_parameters(a->model), lenet_model_parameters(b->model),
                      lenet_model_layout(a->model)->parameter_count * sizeof(lenet_real));
  assert_int_equal(a->epochs_done, b->epochs_done);
  for (int e = 0; e < a->epochs_done; e++) {
    const lenet_epoch *x = &a->history[e], *y = &b->history[e];
    assert_true(x->train_loss == y->train_loss && x->train_error == y->train_error);
    assert_true(x->validation_loss == y->validation_loss);
    assert_true(x->validation_error == y->validation_error && x->best == y->best);
  }
}

/* ---- tests ---- */

/* On 1 to 5 ranks, of one and two threads. */
static void check_ranks(rank like)
{
  rank alone[1], all[MOST];
  like.threads = 1;
  run(alone, 1, like);
  for (int ranks = 1; ranks <= MOST; ranks++)
    for (int threads = 1; threads <= 2; threads++) {
      like.threads = threads;
      run(all, ranks, like);
      for (int r = 0; r < ranks; r++)
        assert_same(alone, &all[r]);
      free_models(all, ranks);
    }
  free_models(alone, 1);
}

static void test_ranks_do_not_matter(void **state)
{
  (void)state;
  lenet_recipe sgd = adam;
  sgd.optimizer = LENET_SGD;
  sgd.momentum = 0.9f;
  sgd.schedule = LENET_CONSTANT;
  check_ranks((rank){.recipe = &adam});
  check_ranks((rank){.recipe = &sgd});
}

static void test_whatever_is_learned(void **state)
{
  (void)state;
  lenet_recipe rich = adam, sdlm = adam, taught = adam;
  rich.warmup = 0.5f;
  rich.ema = 0.9f;
  rich.dropout = 0.2f;
  rich.label_smoothing = 0.1f;
  sdlm.optimizer = LENET_SDLM;
  sdlm.learning_rate = 0.0005f;
  sdlm.weight_decay = 0;
  sdlm.schedule = LENET_1998;
  sdlm.mu = 0.02f;
  sdlm.curvature_samples = 50;
  taught.distillation = 0.7f;
  taught.temperature = 2;
  check_ranks((rank){.recipe = &rich});
  check_ranks((rank){.recipe = &sdlm});
  lenet_network network;
  lenet_model *teacher = NULL;
  lenet_network_parse("12x12 F4:softmax", &network, NULL);
  assert_int_equal(lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 8, &teacher, NULL),
                   LENET_OK);
  check_ranks((rank){.recipe = &taught, .teacher = teacher});
  lenet_model_free(teacher);
}

static void test_each_fetches_its_part(void **state)
{
  (void)state;
  rank all[MOST];
  atomic_store(&fetched, 0);
  run(all, 3, (rank){.recipe = &adam, .threads = 2});
  assert_int_equal(atomic_load(&fetched), TRAIN * adam.epochs);
  free_models(all, 3);
}

/* One rank stops all, or is lost; the checkpoint goes on with other ranks to the same end. */
static void check_stop(rank like, const char *path)
{
  rank alone[1], all[MOST], rest[MOST];
  run(alone, 1, (rank){.recipe = like.recipe, .threads = 1});
  like.threads = 1;
  like.save = path;
  run(all, 3, like);
  for (int r = 0; r < 3; r++)
    assert_int_equal(all[r].status, LENET_STOPPED);
  for (int ranks = 1; ranks <= 4; ranks += 3) {
    run(rest, ranks, (rank){.recipe = like.recipe, .threads = 1, .resume = path});
    for (int r = 0; r < ranks; r++)
      assert_same(alone, &rest[r]);
    free_models(rest, ranks);
  }
  free_models(all, 3);
  free_models(alone, 1);
}

static void test_stops_and_losses(void **state)
{
  char path[SCRATCH_PATH];
  lenet_recipe averaged = adam;
  averaged.ema = 0.9f;
  scratch_path(state, "stopped.ckpt", path);
  for (int at = 1; at <= 8; at++)
    check_stop((rank){.recipe = &averaged, .stop_at = at}, path);
  for (int at = 1; at <= 20; at++) /* ten an epoch: two of each of four steps, two of validation */
    check_stop((rank){.recipe = &averaged, .tear_at = at}, path);
}

static void test_wrong_peers(void **state)
{
  (void)state;
  lenet_network network;
  lenet_model *model = NULL;
  lenet_trainer *trainer = NULL;
  lenet_error error;
  lenet_network_parse("12x12 F4:softmax", &network, NULL);
  assert_int_equal(lenet_model_create(&network, (lenet_input){1, 0}, 8, &model, NULL), LENET_OK);
  assert_int_equal(
      lenet_trainer_create(model, &adam, &bars, NULL, 1, LENET_ISA_BEST, &trainer, &error),
      LENET_OK);
  const lenet_peers wrong[] = {{0, 0, exchange, NULL},
                               {-1, 2, exchange, NULL},
                               {2, 2, exchange, NULL},
                               {0, 8, exchange, NULL}};
  for (int i = 0; i < 4; i++)
    assert_int_equal(lenet_trainer_set_peers(trainer, &wrong[i], &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "batches of 112 have 7 of them, too few for 8 ranks"));
  assert_int_equal(lenet_trainer_set_peers(trainer, &(lenet_peers){6, 7, exchange, NULL}, &error),
                   LENET_OK);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ranks_do_not_matter),
      cmocka_unit_test(test_whatever_is_learned),
      cmocka_unit_test(test_each_fetches_its_part),
      cmocka_unit_test_setup_teardown(test_stops_and_losses, scratch_make, scratch_remove),
      cmocka_unit_test(test_wrong_peers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
