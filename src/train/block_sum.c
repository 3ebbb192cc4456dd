#include "train/block_sum.h"

/* Blocks [first, end). */
typedef struct run {
  size_t first, end;
} run;

size_t lenet_first_block_of_rank(const lenet_block_sum *sum, size_t rank)
{
  return sum->blocks * rank / sum->ranks;
}

static run run_of_rank(const lenet_block_sum *sum, size_t rank)
{
  return (run){lenet_first_block_of_rank(sum, rank), lenet_first_block_of_rank(sum, rank + 1)};
}

size_t lenet_first_block(const lenet_block_sum *sum, size_t member)
{
  const run own = run_of_rank(sum, sum->rank);
  return own.first + (own.end - own.first) * member / sum->members;
}

static run run_of_member(const lenet_block_sum *sum, size_t member)
{
  return (run){lenet_first_block(sum, member), lenet_first_block(sum, member + 1)};
}

/* The pair of sums, of `width` blocks each but for the last of all, from block `at` on. */
static void add_pair(const lenet_block_sum *sum, size_t at, size_t width, size_t from, size_t to)
{
  real *part = sum->part + at * sum->stride + from;
  sum->kernels->reduce(to - from, 2, width * sum->stride, 1, part, part);
}

/* True where all blocks of the pair are in the run. */
static bool is_within(const lenet_block_sum *sum, size_t at, size_t width, run blocks)
{
  const size_t end = at + 2 * width < sum->blocks ? at + 2 * width : sum->blocks;
  return at >= blocks.first && end <= blocks.end;
}

static bool is_members(const lenet_block_sum *sum, size_t at, size_t width)
{
  for (size_t member = 0; member < sum->members; member++)
    if (is_within(sum, at, width, run_of_member(sum, member)))
      return true;
  return false;
}

static bool is_ranks(const lenet_block_sum *sum, size_t at, size_t width)
{
  for (size_t rank = 0; rank < sum->ranks; rank++)
    if (is_within(sum, at, width, run_of_rank(sum, rank)))
      return true;
  return false;
}

void lenet_sum_own_pairs(const lenet_block_sum *sum, size_t member)
{
  const run own = run_of_member(sum, member);
  for (size_t width = 1; width < sum->blocks; width *= 2)
    for (size_t at = 0; at + width < sum->blocks; at += 2 * width)
      if (is_within(sum, at, width, own))
        add_pair(sum, at, width, 0, sum->stride);
}

void lenet_sum_other_pairs(const lenet_block_sum *sum, size_t from, size_t to)
{
  const run own = run_of_rank(sum, sum->rank);
  for (size_t width = 1; width < sum->blocks; width *= 2)
    for (size_t at = 0; at + width < sum->blocks; at += 2 * width)
      if (is_within(sum, at, width, own) && !is_members(sum, at, width))
        add_pair(sum, at, width, from, to);
}

/* True where no pair within the run has added block `at` to another. */
static bool is_left(const lenet_block_sum *sum, size_t at, run blocks)
{
  for (size_t width = 1; width < sum->blocks; width *= 2)
    if (at % (2 * width) == width)
      return !is_within(sum, at - width, width, blocks);
  return true;
}

size_t lenet_run_sums(const lenet_block_sum *sum, size_t rank, size_t at[LENET_MAX_RUN_SUMS])
{
  const run blocks = run_of_rank(sum, rank);
  size_t count = 0;
  for (size_t block = blocks.first; block < blocks.end; block++)
    if (is_left(sum, block, blocks))
      at[count++] = block;
  return count;
}

void lenet_sum_pairs_of_ranks(const lenet_block_sum *sum, size_t from, size_t to)
{
  for (size_t width = 1; width < sum->blocks; width *= 2)
    for (size_t at = 0; at + width < sum->blocks; at += 2 * width)
      if (!is_ranks(sum, at, width))
        add_pair(sum, at, width, from, to);
}
