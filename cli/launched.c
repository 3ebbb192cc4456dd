/* launched.c - what the environment says of a launcher such as mpirun. */
#include "cluster.h"

#include <stdlib.h>
#include <string.h>

/* Open MPI's mpirun; MPICH's and srun --mpi=pmi2; srun --mpi=pmix. */
static const struct {
  const char *ranks, *rank;
} launchers[] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                 {"PMI_SIZE", "PMI_RANK"},
                 {"SLURM_STEP_NUM_TASKS", "PMIX_RANK"}};

/* The values of the first of them that is there; false: none. */
static bool find(int *ranks, int *rank)
{
  for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++) {
    const char *all = getenv(launchers[i].ranks), *own = getenv(launchers[i].rank);
    if (all == NULL || own == NULL)
      continue;
    *ranks = atoi(all);
    *rank = atoi(own);
    return true;
  }
  return false;
}

int cli_launched_ranks(void)
{
  int ranks = 1, rank = 0;
  return find(&ranks, &rank) && ranks > 1 ? ranks : 1;
}

int cli_launched_rank(void)
{
  int ranks = 1, rank = 0;
  return find(&ranks, &rank) ? rank : 0;
}

bool cli_is_of_launcher(const char *variable)
{
  static const char *const begin[] = {"OMPI_", "PMI_", "PMIX_", "SLURM_STEP_"};
  for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
    if (strncmp(variable, begin[i], strlen(begin[i])) == 0)
      return true;
  return false;
}
