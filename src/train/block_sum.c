#include "train/block_sum.h"

size_t lenet_first_block(const lenet_block_sum *sum, size_t member)
{
  return sum->blocks * member / sum->members;
}

/* The pair of sums, of `width` blocks each but for the last of all, from block `at` on. */
static void add_pair(const lenet_block_sum *sum, size_t at, size_t width, size_t from, size_t to)
{
  real *part = sum->part + at * sum->stride + from;
  sum->kernels->reduce(to - from, 2, width * sum->stride, 1, part, part);
}

/* True where a member has all blocks of the pair, which then are in its run: it summed them. */
static bool is_within(const lenet_block_sum *sum, size_t at, size_t width, size_t member)
{
  const size_t end = at + 2 * width < sum->blocks ? at + 2 * width : sum->blocks;
  return at >= lenet_first_block(sum, member) && end <= lenet_first_block(sum, member + 1);
}

static bool is_summed(const lenet_block_sum *sum, size_t at, size_t width)
{
  for (size_t member = 0; member < sum->members; member++)
    if (is_within(sum, at, width, member))
      return true;
  return false;
}

void lenet_sum_own_pairs(const lenet_block_sum *sum, size_t member)
{
  for (size_t width = 1; width < sum->blocks; width *= 2)
    for (size_t at = 0; at + width < sum->blocks; at += 2 * width)
      if (is_within(sum, at, width, member))
        add_pair(sum, at, width, 0, sum->stride);
}

void lenet_sum_other_pairs(const lenet_block_sum *sum, size_t from, size_t to)
{
  for (size_t width = 1; width < sum->blocks; width *= 2)
    for (size_t at = 0; at + width < sum->blocks; at += 2 * width)
      if (!is_summed(sum, at, width))
        add_pair(sum, at, width, from, to);
}
