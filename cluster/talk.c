/* talk.c - what ranks tell each other: together, step by step, and now and then. */
#include "job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void expect(int *count, int rank, void *bytes, size_t size, int tag)
{
  if (size == 0)
    return;
  cluster.whose[*count] = rank;
  MPI_Irecv(bytes, (int)size, MPI_BYTE, rank, tag, cluster.comm, &cluster.request[(*count)++]);
}

static void send(int *count, int rank, const void *bytes, size_t size, int tag)
{
  if (size == 0)
    return;
  cluster.whose[*count] = rank;
  MPI_Isend(bytes, (int)size, MPI_BYTE, rank, tag, cluster.comm, &cluster.request[(*count)++]);
}

/* ------------------------------------------------------------------ together -------------- */

bool cli_cluster_gather(const void *own, size_t size, void *all)
{
  int count = 0;
  if (cluster.rank > 0)
    send(&count, 0, own, size, TAG_TOGETHER);
  else
    memcpy(all, own, size);
  for (int r = 1; r < cluster.ranks && cluster.rank == 0; r++)
    expect(&count, r, (char *)all + (size_t)r * size, size, TAG_TOGETHER);
  return cluster_wait(count, cluster.limit);
}

bool cli_cluster_tell(void *bytes, size_t size)
{
  int count = 0;
  if (cluster.rank > 0)
    expect(&count, 0, bytes, size, TAG_TOGETHER);
  for (int r = 1; r < cluster.ranks && cluster.rank == 0; r++)
    send(&count, r, bytes, size, TAG_TOGETHER);
  return cluster_wait(count, cluster.limit);
}

/* ------------------------------------------------------------------ steps ----------------- */

static bool exchange(void *context, const void *const *bytes, const size_t *size,
                     void *const *receive, const size_t *receive_size)
{
  int count = 0;
  (void)context;
  for (int i = 1; i < cluster.ranks; i++) { /* not all to the same one first */
    const int from = (cluster.rank + cluster.ranks - i) % cluster.ranks;
    expect(&count, from, receive[from], receive_size[from], TAG_STEP);
  }
  for (int i = 1; i < cluster.ranks; i++) {
    const int to = (cluster.rank + i) % cluster.ranks;
    send(&count, to, bytes[to], size[to], TAG_STEP);
  }
  return cluster_wait(count, cluster.limit);
}

lenet_peers cli_cluster_peers(void)
{
  return (lenet_peers){.rank = cluster.rank, .ranks = cluster.ranks, .exchange = exchange};
}

/* ------------------------------------------------------------------ now and then ---------- */

/* A message on its way; what it was made of may be gone. */
typedef struct message {
  struct message *next;
  MPI_Request request;
  char bytes[];
} message;

static message *on_their_way;

static void drop_sent(void)
{
  for (message **at = &on_their_way; *at != NULL;) {
    message *m = *at;
    int sent = 0;
    if (MPI_Test(&m->request, &sent, MPI_STATUS_IGNORE) == MPI_SUCCESS && !sent) {
      at = &m->next;
      continue;
    }
    *at = m->next;
    free(m);
  }
}

bool cli_cluster_send(int rank, const void *bytes, size_t size)
{
  drop_sent();
  message *m = malloc(sizeof *m + size);
  if (m == NULL)
    return false;
  memcpy(m->bytes, bytes, size);
  m->next = on_their_way;
  on_their_way = m;
  if (MPI_Isend(m->bytes, (int)size, MPI_BYTE, rank, TAG_MESSAGE, cluster.comm, &m->request) ==
      MPI_SUCCESS)
    return true;
  on_their_way = m->next;
  free(m);
  cli_cluster_lose(rank, "cannot be reached");
  return false;
}

bool cli_cluster_receive(int *rank, char **bytes, size_t *size)
{
  int there = 0, length = 0;
  MPI_Status status;
  drop_sent();
  if (MPI_Iprobe(MPI_ANY_SOURCE, TAG_MESSAGE, cluster.comm, &there, &status) != MPI_SUCCESS ||
      !there)
    return false;
  MPI_Get_count(&status, MPI_BYTE, &length);
  *bytes = malloc((size_t)length + 1);
  if (*bytes == NULL)
    return false;
  *rank = status.MPI_SOURCE;
  *size = (size_t)length;
  if (MPI_Recv(*bytes, length, MPI_BYTE, status.MPI_SOURCE, TAG_MESSAGE, cluster.comm,
               MPI_STATUS_IGNORE) == MPI_SUCCESS)
    return true;
  free(*bytes);
  cli_cluster_lose(*rank, "cannot be reached");
  return false;
}
