#include "train/exchange.h"

#include "base/error.h"
#include "kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

/* ---- made and freed ---- */

size_t lenet_first_of_rank(const lenet_peers *peers, size_t count, size_t rank)
{
  return count * rank / (size_t)peers->ranks;
}

/* The first parameter of a rank's slice. */
static size_t slice_of(const lenet_exchange *x, size_t stride, size_t rank)
{
  return lenet_first_of_rank(&x->peers, stride / LENET_LANES, rank) * LENET_LANES;
}

/* No slice, and no run of blocks, is longer. */
static size_t most_of_rank(size_t count, int ranks)
{
  return (count + (size_t)ranks - 1) / (size_t)ranks;
}

lenet_status lenet_exchange_create(const lenet_peers *peers, size_t stride, size_t blocks,
                                   lenet_exchange **exchange, lenet_error *error)
{
  const size_t ranks = (size_t)peers->ranks;
  const size_t slice = most_of_rank(stride / LENET_LANES, peers->ranks) * LENET_LANES;
  const size_t run = most_of_rank(blocks, peers->ranks);
  const size_t sums = run < LENET_MAX_RUN_SUMS ? run : LENET_MAX_RUN_SUMS;
  const size_t told = slice * sizeof(real) + run * (sizeof(double) + sizeof(int)) + 1;
  const size_t asked = sums * slice * sizeof(real);
  lenet_exchange *made = calloc(1, sizeof *made);
  if (made) {
    made->peers = *peers;
    made->room = told > asked ? told : asked;
    made->out = malloc(ranks * made->room);
    made->in = malloc(ranks * made->room);
    made->send = calloc(ranks, sizeof *made->send);
    made->receive = calloc(ranks, sizeof *made->receive);
    made->send_size = calloc(ranks, sizeof *made->send_size);
    made->receive_size = calloc(ranks, sizeof *made->receive_size);
  }
  if (!made || !made->out || !made->in || !made->send || !made->receive || !made->send_size ||
      !made->receive_size) {
    lenet_exchange_free(made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to train with %d others",
                      peers->ranks - 1);
  }
  *exchange = made;
  return LENET_OK;
}

void lenet_exchange_free(lenet_exchange *x)
{
  if (!x)
    return;
  free(x->out);
  free(x->in);
  free(x->send);
  free(x->receive);
  free(x->send_size);
  free(x->receive_size);
  free(x);
}

/* ---- one step ---- */

static bool run(lenet_exchange *x)
{
  return x->peers.exchange(x->peers.context, x->send, x->send_size, x->receive, x->receive_size);
}

static void copy(unsigned char **to, const void *from, size_t size)
{
  memcpy(*to, from, size);
  *to += size;
}

static void copy_back(const unsigned char **from, void *to, size_t size)
{
  memcpy(to, *from, size);
  *from += size;
}

/* This rank's slice of the sums that the other ranks have left. */
static bool gather_slice(lenet_exchange *x, const lenet_block_sum *sum)
{
  const size_t from = slice_of(x, sum->stride, sum->rank);
  const size_t to = slice_of(x, sum->stride, sum->rank + 1);
  size_t own[LENET_MAX_RUN_SUMS], at[LENET_MAX_RUN_SUMS];
  const size_t owned = lenet_run_sums(sum, sum->rank, own);
  for (size_t r = 0; r < sum->ranks; r++) {
    unsigned char *next = x->out + r * x->room;
    const size_t first = slice_of(x, sum->stride, r), end = slice_of(x, sum->stride, r + 1);
    x->send[r] = next;
    x->receive[r] = x->in + r * x->room;
    for (size_t i = 0; i < owned && r != sum->rank; i++)
      copy(&next, sum->part + own[i] * sum->stride + first, (end - first) * sizeof(real));
    x->send_size[r] = (size_t)(next - (const unsigned char *)x->send[r]);
    x->receive_size[r] =
        r == sum->rank ? 0 : lenet_run_sums(sum, r, at) * (to - from) * sizeof(real);
  }
  if (!run(x))
    return false;
  for (size_t r = 0; r < sum->ranks; r++) {
    const unsigned char *next = x->receive[r];
    const size_t count = r == sum->rank ? 0 : lenet_run_sums(sum, r, at);
    for (size_t i = 0; i < count; i++)
      copy_back(&next, sum->part + at[i] * sum->stride + from, (to - from) * sizeof(real));
  }
  return true;
}

/* Bytes that rank r tells the others. */
static size_t told_by(const lenet_exchange *x, const lenet_block_sum *sum, size_t r)
{
  const size_t slice = slice_of(x, sum->stride, r + 1) - slice_of(x, sum->stride, r);
  const size_t blocks = lenet_first_block_of_rank(sum, r + 1) - lenet_first_block_of_rank(sum, r);
  return slice * sizeof(real) + blocks * (sizeof(double) + sizeof(int)) + 1;
}

/* The whole sum of this rank's slice, and what its blocks came to, to all; and theirs. */
static bool tell_slices(lenet_exchange *x, const lenet_block_sum *sum, lenet_step_sums *sums)
{
  unsigned char *next = x->out;
  const size_t from = slice_of(x, sum->stride, sum->rank);
  const size_t to = slice_of(x, sum->stride, sum->rank + 1);
  const size_t block = lenet_first_block_of_rank(sum, sum->rank);
  const size_t blocks = lenet_first_block_of_rank(sum, sum->rank + 1) - block;
  copy(&next, sum->part + from, (to - from) * sizeof(real));
  copy(&next, sums->loss + block, blocks * sizeof *sums->loss);
  copy(&next, sums->errors + block, blocks * sizeof *sums->errors);
  *next = x->wants_stop;
  sums->stop = x->wants_stop;
  for (size_t r = 0; r < sum->ranks; r++) {
    x->send[r] = x->out;
    x->send_size[r] = r == sum->rank ? 0 : told_by(x, sum, sum->rank);
    x->receive_size[r] = r == sum->rank ? 0 : told_by(x, sum, r);
  }
  if (!run(x))
    return false;
  for (size_t r = 0; r < sum->ranks; r++) {
    const unsigned char *told = x->receive[r];
    const size_t first = slice_of(x, sum->stride, r), end = slice_of(x, sum->stride, r + 1);
    const size_t at = lenet_first_block_of_rank(sum, r);
    const size_t count = lenet_first_block_of_rank(sum, r + 1) - at;
    if (r == sum->rank)
      continue;
    copy_back(&told, sum->part + first, (end - first) * sizeof(real));
    copy_back(&told, sums->loss + at, count * sizeof *sums->loss);
    copy_back(&told, sums->errors + at, count * sizeof *sums->errors);
    sums->stop = sums->stop || *told != 0;
  }
  return true;
}

bool lenet_exchange_step(lenet_exchange *x, const lenet_block_sum *sum, lenet_step_sums *sums)
{
  if (!gather_slice(x, sum))
    return false;
  lenet_sum_pairs_of_ranks(sum, slice_of(x, sum->stride, sum->rank),
                           slice_of(x, sum->stride, sum->rank + 1));
  return tell_slices(x, sum, sums);
}

/* ---- arrays ---- */

bool lenet_exchange_parts(lenet_exchange *x, void *array, size_t count, size_t size)
{
  unsigned char *bytes = array;
  const size_t rank = (size_t)x->peers.rank, ranks = (size_t)x->peers.ranks;
  const size_t own = lenet_first_of_rank(&x->peers, count, rank);
  const size_t owned = lenet_first_of_rank(&x->peers, count, rank + 1) - own;
  for (size_t r = 0; r < ranks; r++) {
    const size_t first = lenet_first_of_rank(&x->peers, count, r);
    const size_t end = lenet_first_of_rank(&x->peers, count, r + 1);
    x->send[r] = bytes + own * size;
    x->send_size[r] = r == rank ? 0 : owned * size;
    x->receive[r] = bytes + first * size;
    x->receive_size[r] = r == rank ? 0 : (end - first) * size;
  }
  return run(x);
}
