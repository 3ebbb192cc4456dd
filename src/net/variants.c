/* variants.c - the named networks, as tables. Everything else reads these rows.
 *
 * Of the sisters of LeNet-5 two things are not as the paper has them. lenet1 read pictures of 16x16
 * pixels in the middle of 28x28; everybody gives it MNIST's 28x28 as they are, and so do we. lenet4
 * "contains about 260,000 connections" (p. 13), which 48 kernels in C3 make, and "about 17,000 free
 * parameters", which its rows cannot have: C5 alone, 120 units that read 16 maps of 5x5, has
 * 48,120. The 51,000 variables of three boosted LeNet-4 in Fig. 12 are three times that number. */
#include "lenet.h"

#include <string.h>

#define PAD(border)                                                                                \
  {                                                                                                \
    .kind = LENET_PAD, .size = border                                                              \
  }
#define CONV(n, side, f)                                                                           \
  {                                                                                                \
    .kind = LENET_CONV, .maps = n, .size = side, .activation = f                                   \
  }
#define AVERAGE(side)                                                                              \
  {                                                                                                \
    .kind = LENET_AVERAGE_POOL, .size = side                                                       \
  }
#define MAXIMUM(side)                                                                              \
  {                                                                                                \
    .kind = LENET_MAX_POOL, .size = side                                                           \
  }
/* A convolution by a connection table. */
#define TABLE(n, side, table)                                                                      \
  {                                                                                                \
    .kind = LENET_CONV, .maps = n, .size = side, .connections = table,                             \
    .activation = LENET_SCALED_TANH                                                                \
  }
/* Subsampling to n maps. */
#define SUBSAMPLE_TO(n, side)                                                                      \
  {                                                                                                \
    .kind = LENET_SUBSAMPLE, .maps = n, .size = side, .activation = LENET_SCALED_TANH              \
  }
#define SUBSAMPLE(side) SUBSAMPLE_TO(0, side) /* to as many as there are below */
#define RBF(n)                                                                                     \
  {                                                                                                \
    .kind = LENET_RBF, .maps = n                                                                   \
  }
#define DENSE(n, f)                                                                                \
  {                                                                                                \
    .kind = LENET_DENSE, .maps = n, .activation = f                                                \
  }

static const lenet_variant variants[] = {
    {.name = "lenet5",
     .source = "the Keras version of the lecture notes: zero padding, tanh, average pooling",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 8,
                 .row = {PAD(2), CONV(6, 5, LENET_TANH), AVERAGE(2), CONV(16, 5, LENET_TANH),
                         AVERAGE(2), DENSE(120, LENET_TANH), DENSE(84, LENET_TANH),
                         DENSE(10, LENET_SOFTMAX)}}},
    {.name = "lenet5-conv",
     .source = "the notes' \"3 convolutions + 2 dense\": lenet5 with C5 as a convolution",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 8,
                 .row = {PAD(2), CONV(6, 5, LENET_TANH), AVERAGE(2), CONV(16, 5, LENET_TANH),
                         AVERAGE(2), CONV(120, 5, LENET_TANH), DENSE(84, LENET_TANH),
                         DENSE(10, LENET_SOFTMAX)}}},
    {.name = "lenet5-d2l",
     .source = "Dive into Deep Learning: sigmoid; its first convolution's padding is row P",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 8,
                 .row = {PAD(2), CONV(6, 5, LENET_SIGMOID), AVERAGE(2), CONV(16, 5, LENET_SIGMOID),
                         AVERAGE(2), DENSE(120, LENET_SIGMOID), DENSE(84, LENET_SIGMOID),
                         DENSE(10, LENET_SOFTMAX)}}},
    {.name = "lenet5-modern",
     .source = "the same frame, fewer parameters: ReLU, max pooling, 3x3 pairs in place of 5x5",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 9,
                 .row = {CONV(16, 3, LENET_RELU), CONV(16, 3, LENET_RELU), MAXIMUM(2),
                         CONV(32, 3, LENET_RELU), CONV(32, 3, LENET_RELU), MAXIMUM(2),
                         DENSE(64, LENET_RELU), DENSE(64, LENET_RELU), DENSE(10, LENET_SOFTMAX)}}},
    {.name = "cnn",
     .source = "what the notes set beside LeNet-5: a modern CNN of 3x3 convolutions",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 15,
                 .row = {CONV(24, 3, LENET_RELU), CONV(24, 3, LENET_RELU), MAXIMUM(2), PAD(1),
                         CONV(48, 3, LENET_RELU), PAD(1), CONV(48, 3, LENET_RELU), MAXIMUM(2),
                         PAD(1), CONV(96, 3, LENET_RELU), PAD(1), CONV(96, 3, LENET_RELU),
                         MAXIMUM(2), DENSE(128, LENET_RELU), DENSE(10, LENET_SOFTMAX)}}},
    {.name = "lenet5-1998",
     .source = "LeCun, Bottou, Bengio, Haffner 1998: Table I, trainable subsampling, RBF codes",
     .network = {.rows = 32,
                 .columns = 32,
                 .row_count = 7,
                 .row = {CONV(6, 5, LENET_SCALED_TANH), SUBSAMPLE(2), TABLE(16, 5, LENET_TABLE1),
                         SUBSAMPLE(2), CONV(120, 5, LENET_SCALED_TANH),
                         DENSE(84, LENET_SCALED_TANH), RBF(10)}}},
    {.name = "lenet1",
     .source = "LeCun et al. 1989; in 1998 it read 16x16 pixels in the middle of 28x28",
     .network = {.rows = 28,
                 .columns = 28,
                 .row_count = 5,
                 .row = {CONV(4, 5, LENET_SCALED_TANH), SUBSAMPLE(2),
                         TABLE(12, 5, LENET_TABLE_LENET1), SUBSAMPLE(2),
                         DENSE(10, LENET_SCALED_TANH)}}},
    {.name = "lenet4",
     .source = "p. 13 of 1998; C3's table is ours; 50,698 parameters, not \"about 17,000\"",
     .network = {.rows = 32,
                 .columns = 32,
                 .row_count = 6,
                 .row = {CONV(4, 5, LENET_SCALED_TANH), SUBSAMPLE_TO(8, 2),
                         TABLE(16, 5, LENET_TABLE_LENET4), SUBSAMPLE(2),
                         CONV(120, 5, LENET_SCALED_TANH), DENSE(10, LENET_SCALED_TANH)}}},
    {.name = "lenet5-ascii",
     .source = "p. 37 of 1998: the cheque reader's LeNet-5, codes of the 95 printable characters",
     .network = {.rows = 32,
                 .columns = 32,
                 .row_count = 7,
                 .row = {CONV(6, 5, LENET_SCALED_TANH), SUBSAMPLE(2), TABLE(16, 5, LENET_TABLE1),
                         SUBSAMPLE(2), CONV(120, 5, LENET_SCALED_TANH),
                         DENSE(84, LENET_SCALED_TANH), RBF(95)}}},
    {.name = "lenet5-ascii-softmax",
     .source = "the same rows with a softmax of 95 in place of the codes",
     .network = {.rows = 32,
                 .columns = 32,
                 .row_count = 7,
                 .row = {CONV(6, 5, LENET_SCALED_TANH), SUBSAMPLE(2), TABLE(16, 5, LENET_TABLE1),
                         SUBSAMPLE(2), CONV(120, 5, LENET_SCALED_TANH),
                         DENSE(84, LENET_SCALED_TANH), DENSE(95, LENET_SOFTMAX)}}},
};
enum { VARIANT_COUNT = sizeof variants / sizeof *variants };

const lenet_variant *lenet_variants(size_t *count)
{
  *count = VARIANT_COUNT;
  return variants;
}

const lenet_variant *lenet_variant_find(const char *name)
{
  for (size_t i = 0; i < VARIANT_COUNT; i++)
    if (strcmp(variants[i].name, name) == 0)
      return &variants[i];
  return NULL;
}

static bool same_row(const lenet_row *a, const lenet_row *b)
{
  return a->kind == b->kind && a->maps == b->maps && a->size == b->size &&
         a->connections == b->connections && a->activation == b->activation;
}

const lenet_variant *lenet_variant_of(const lenet_network *network)
{
  for (size_t v = 0; v < VARIANT_COUNT; v++) {
    const lenet_network *known = &variants[v].network;
    bool same = known->rows == network->rows && known->columns == network->columns &&
                known->row_count == network->row_count;
    for (int i = 0; same && i < known->row_count; i++)
      same = same_row(&known->row[i], &network->row[i]);
    if (same)
      return &variants[v];
  }
  return NULL;
}
