/* tables.c - the connection tables: which maps of its input each map of a convolution reads.
 *
 * Everything that needs a table, its name or its size asks here. */
#include "net/plan.h"

/* Table I of LeCun et al. 1998, p. 8, turned round to [map of C3][map of S2]. */
static const uint8_t table1[16 * 6] = {
    1, 1, 1, 0, 0, 0, /* C3 map 0: three neighbours */
    0, 1, 1, 1, 0, 0, /* 1 */
    0, 0, 1, 1, 1, 0, /* 2 */
    0, 0, 0, 1, 1, 1, /* 3 */
    1, 0, 0, 0, 1, 1, /* 4 */
    1, 1, 0, 0, 0, 1, /* 5 */
    1, 1, 1, 1, 0, 0, /* 6: four neighbours */
    0, 1, 1, 1, 1, 0, /* 7 */
    0, 0, 1, 1, 1, 1, /* 8 */
    1, 0, 0, 1, 1, 1, /* 9 */
    1, 1, 0, 0, 1, 1, /* 10 */
    1, 1, 1, 0, 0, 1, /* 11 */
    1, 1, 0, 1, 1, 0, /* 12: four with a gap */
    0, 1, 1, 0, 1, 1, /* 13 */
    1, 0, 1, 1, 0, 1, /* 14 */
    1, 1, 1, 1, 1, 1, /* 15: all */
};

/* H3 of LeCun et al. 1989, "Handwritten digit recognition with a back-propagation network" (NIPS
 * 2), the network that the paper of 1998 calls LeNet-1: each half of the maps reads two of the
 * four. */
static const uint8_t lenet1[12 * 4] = {
    1, 0, 0, 0, /* H3 map 0 */
    1, 1, 0, 0, /* 1 */
    1, 1, 0, 0, /* 2 */
    0, 1, 0, 0, /* 3 */
    1, 1, 0, 0, /* 4 */
    1, 1, 0, 0, /* 5 */
    0, 0, 1, 0, /* 6: the same for the other two */
    0, 0, 1, 1, /* 7 */
    0, 0, 1, 1, /* 8 */
    0, 0, 0, 1, /* 9 */
    0, 0, 1, 1, /* 10 */
    0, 0, 1, 1, /* 11 */
};

/* C3 of LeNet-4. The paper gives no table; this one is ours. Its 48 kernels make the "260,000
 * connections" of p. 13. Maps i, i + 1, i + 3 and maps i, i + 3, i + 4 of S2, counted round: each
 * map of S2 is read six times, and any two of them meet in one map of C3 at least. */
static const uint8_t lenet4[16 * 8] = {
    1, 1, 0, 1, 0, 0, 0, 0, /* C3 map 0: i, i + 1, i + 3 */
    0, 1, 1, 0, 1, 0, 0, 0, /* 1 */
    0, 0, 1, 1, 0, 1, 0, 0, /* 2 */
    0, 0, 0, 1, 1, 0, 1, 0, /* 3 */
    0, 0, 0, 0, 1, 1, 0, 1, /* 4 */
    1, 0, 0, 0, 0, 1, 1, 0, /* 5 */
    0, 1, 0, 0, 0, 0, 1, 1, /* 6 */
    1, 0, 1, 0, 0, 0, 0, 1, /* 7 */
    1, 0, 0, 1, 1, 0, 0, 0, /* 8: i, i + 3, i + 4 */
    0, 1, 0, 0, 1, 1, 0, 0, /* 9 */
    0, 0, 1, 0, 0, 1, 1, 0, /* 10 */
    0, 0, 0, 1, 0, 0, 1, 1, /* 11 */
    1, 0, 0, 0, 1, 0, 0, 1, /* 12 */
    1, 1, 0, 0, 0, 1, 0, 0, /* 13 */
    0, 1, 1, 0, 0, 0, 1, 0, /* 14 */
    0, 0, 1, 1, 0, 0, 0, 1, /* 15 */
};

static const lenet_table tables[] = {
    [LENET_FULL] = {.name = NULL},
    [LENET_TABLE1] = {"table1", 16, 6, table1},
    [LENET_TABLE_LENET1] = {"lenet1", 12, 4, lenet1},
    [LENET_TABLE_LENET4] = {"lenet4", 16, 8, lenet4},
};
enum { TABLE_COUNT = sizeof tables / sizeof *tables };

const lenet_table *lenet_table_of(lenet_connections connections)
{
  return (unsigned)connections < TABLE_COUNT ? &tables[connections] : NULL;
}

bool lenet_connected(const lenet_row *row, int from, int to)
{
  const lenet_table *table = lenet_table_of(row->connections);
  if (!table || !table->connected)
    return true;
  return from >= 0 && from < table->input_maps && to >= 0 && to < table->maps &&
         table->connected[to * table->input_maps + from] != 0;
}
