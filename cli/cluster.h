/* cluster.h - the other processes of a job that mpirun has started, one of which each is: a rank.
 *
 * cluster/ has this in MPI, for builds with LENET_MPI; cluster_alone.c is for all others, where
 * there is one rank. Nothing else of lenet knows MPI. Rank 0 leads: it prints, writes files and
 * deals out work. */
#ifndef LENET_CLI_CLUSTER_H
#define LENET_CLI_CLUSTER_H

#include "options.h"

#define CLI_OPTION_TIMEOUT                                                                         \
  {                                                                                                \
    "timeout", 0, CLI_NUMBER, "SECONDS", 1, 1e6,                                                   \
        "under mpirun: end the job where another rank is silent for so long [120]"                 \
  }

/* What the program's environment says of how it was started, before MPI is asked: 1 where no
 * launcher has, or where it has started one process. */
int cli_launched_ranks(void);
int cli_launched_rank(void);
/* The variables by which a process knows its launcher: NAME=..., not to be passed on to children.
 */
bool cli_is_of_launcher(const char *variable);

/* True in a build with MPI. */
bool cli_has_mpi(void);

/* Joins the job; from then on all ranks but 0 write to a file of their own in place of standard
 * error, until cli_cluster_hear. Returns an exit code, after a message if it is not CLI_OK. */
int cli_cluster_begin(void);
/* Seconds that another rank may be silent. */
void cli_cluster_limit(double seconds);
double cli_cluster_patience(void); /* what was set; infinite where this process is alone */

int cli_rank(void);
int cli_ranks(void); /* 1 where this process is alone */
int cli_ranks_of_host(void);
int cli_processors_here(void); /* that this rank may use */

/* "rank 2 (host)". */
typedef struct cli_rank_text {
  char text[96];
} cli_rank_text;
cli_rank_text cli_rank_name(int rank);

/* All ranks call these together; false where one of them is lost, see cli_cluster_lost. */
bool cli_cluster_gather(const void *own, size_t size, void *all); /* all: [ranks][size], rank 0's */
bool cli_cluster_tell(void *bytes, size_t size);                  /* rank 0's, to all */

/* What this rank has written to standard error so far, cut to `size`; on ranks but 0. Standard
 * error is what it was again. */
void cli_cluster_hear(char *text, size_t size);

/* Messages between rank 0 and another one. Both return at once; a message that is received is to be
 * freed. */
bool cli_cluster_send(int rank, const void *bytes, size_t size);
bool cli_cluster_receive(int *rank, char **bytes, size_t *size);

/* For lenet_trainer_set_peers. */
lenet_peers cli_cluster_peers(void);

/* Says that a rank is lost, and why. */
void cli_cluster_lose(int rank, const char *why);
/* "rank 2 (host) was silent for 120 s", or NULL while none is lost. */
const char *cli_cluster_lost(void);

/* Leaves the job when all ranks come to this: the code of the program. Where one is lost, ends the
 * others by force. */
int cli_cluster_end(int code);

#endif
