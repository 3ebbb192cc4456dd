/* train_ranks.h - `lenet train` on several ranks. */
#ifndef LENET_CLI_TRAIN_RANKS_H
#define LENET_CLI_TRAIN_RANKS_H

#include "train.h"

/* Makes the ranks peers of each other. Returns an exit code, after a message if it is not CLI_OK.
 */
int cli_join_peers(cli_job *job);

/* cli_agree, over all that decides the weights. */
int cli_agree_on_training(const cli_job *job, int code);

/* After an epoch: whether all ranks have the same weights. Returns an exit code, after a message.
 */
int cli_compare_weights(const cli_job *job);

/* What ranks but 0 do: learn. Returns an exit code. */
int cli_follow(cli_job *job);

#endif
