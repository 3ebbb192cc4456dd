/* cluster_alone.c - a build without MPI: one rank. */
#include "cluster.h"

#include <math.h>

bool cli_has_mpi(void) { return false; }

int cli_cluster_begin(void) { return CLI_OK; }

void cli_cluster_limit(double seconds) { (void)seconds; }

double cli_cluster_patience(void) { return INFINITY; }

int cli_rank(void) { return 0; }

int cli_ranks(void) { return 1; }

int cli_ranks_of_host(void) { return 1; }

int cli_processors_here(void) { return 1; }

cli_rank_text cli_rank_name(int rank)
{
  cli_rank_text name;
  snprintf(name.text, sizeof name.text, "rank %d", rank);
  return name;
}

bool cli_cluster_gather(const void *own, size_t size, void *all)
{
  (void)own, (void)size, (void)all;
  return true;
}

bool cli_cluster_tell(void *bytes, size_t size)
{
  (void)bytes, (void)size;
  return true;
}

void cli_cluster_hear(char *text, size_t size)
{
  if (size > 0)
    text[0] = '\0';
}

bool cli_cluster_send(int rank, const void *bytes, size_t size)
{
  (void)rank, (void)bytes, (void)size;
  return false;
}

bool cli_cluster_receive(int *rank, char **bytes, size_t *size)
{
  (void)rank, (void)bytes, (void)size;
  return false;
}

lenet_peers cli_cluster_peers(void) { return (lenet_peers){.rank = 0, .ranks = 1}; }

void cli_cluster_lose(int rank, const char *why) { (void)rank, (void)why; }

const char *cli_cluster_lost(void) { return NULL; }

int cli_cluster_end(int code) { return code; }
