/* calls.h - the calls whose allocations test_no_memory.c lets fail, part by part of the library,
 * and what they work with. */
#ifndef LENET_TESTS_NO_MEMORY_CALLS_H
#define LENET_TESTS_NO_MEMORY_CALLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"

typedef struct call {
  const char *name;
  lenet_status (*make)(lenet_error *error);
} call;

/* Each ends with a call of no name. */
extern const call model_calls[], training_calls[], data_calls[], picture_calls[];

/* ------------------------------------------------------------------ what is worked with ---- */

enum { SIDE = 8, CLASSES = 3, SAMPLES = 20 };

extern char folder[]; /* where path() says that a file is */
extern lenet_model *model, *ten, *linear;
extern lenet_session *session;
extern lenet_trainer *trainer; /* has done an epoch */
extern lenet_quantized *quantized;
extern lenet_dataset *digits;
extern lenet_reader *cutting, *sweeping, *texts;
extern lenet_image picture, noise; /* two digits; what packs badly */
extern const lenet_samples samples;

const char *path(const char *name);
lenet_recipe recipe_of(lenet_optimizer optimizer, bool all);

/* Setup and teardown of the group. */
int make_all(void **state);
int free_all(void **state);

/* ------------------------------------------------------------------ what a call makes ------ */

/* What an object is before its call, and must be after one that failed. */
#define UNTOUCHED(type) ((type *)(void *)folder)
#define ASSERT_UNTOUCHED(type, object) assert_ptr_equal(object, UNTOUCHED(type))

/* Frees what a call has made, or sees that it has made nothing. */
#define SETTLE(type, object, status)                                                               \
  if ((status) == LENET_OK)                                                                        \
    type##_free(object);                                                                           \
  else                                                                                             \
    ASSERT_UNTOUCHED(type, object)

#endif
