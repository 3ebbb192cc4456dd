/* met_strings.h - strings as a reader meets them: at times noisy or large, and gone the way of any
 * picture to lines. */
#ifndef LENET_DATA_MET_STRINGS_H
#define LENET_DATA_MET_STRINGS_H

#include "base/rng.h"
#include "data/strings.h"
#include "image/lines.h"

typedef struct lenet_met_string {
  lenet_inked_string drawn; /* its boxes are whole pixels of the enlarged string */
  lenet_lines lines;        /* of it: one as a rule, none where nothing is left of it but noise */
} lenet_met_string;

/* Draws string `index` of `seed`: 1 to LENET_PAGE_DIGITS digits, how noisy and how large being
 * taken from `rng`. LENET_BAD_ARGUMENT where there are no samples. */
lenet_status lenet_met_string_make(const lenet_samples *digits, lenet_rng *rng, uint64_t seed,
                                   uint64_t index, lenet_met_string *met, lenet_error *error);
void lenet_met_string_free(lenet_met_string *met);

#endif
