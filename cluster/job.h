/* job.h - the MPI job of this process, for the files of this folder. */
#ifndef LENET_CLUSTER_JOB_H
#define LENET_CLUSTER_JOB_H

#include "cluster.h"

#include <mpi.h>

enum { HOST_SIZE = 64 };

typedef struct cluster_job {
  bool begun;
  int rank, ranks, ranks_of_host;
  MPI_Comm comm;
  double limit; /* seconds */
  char (*host)[HOST_SIZE];
  MPI_Request *request; /* [2 ranks] */
  int *whose, *done;    /* of each: its rank, and room for MPI_Testsome */
  int standard_error;   /* the real one, where standard error is a file; else -1 */
  int silent;           /* whom this rank waited for in vain */
  char lost[192];       /* why; "" while none is */
} cluster_job;

extern cluster_job cluster;

enum { TAG_TOGETHER = 1, TAG_STEP, TAG_MESSAGE, TAG_SILENT };

/* Waits for `count` requests of cluster.request, of cluster.whose, for up to `limit` seconds in
 * which nothing comes. False: a rank is lost. */
bool cluster_wait(int count, double limit);

#endif
