/* commands.h - the rows of the table of commands, each in the file of its name. */
#ifndef LENET_CLI_COMMANDS_H
#define LENET_CLI_COMMANDS_H

#include "options.h"

extern const cli_command cli_train_command;
extern const cli_command cli_eval_command;
extern const cli_command cli_predict_command;
extern const cli_command cli_read_command;
extern const cli_command cli_show_command;
extern const cli_command cli_data_command;
extern const cli_command cli_bench_command;
extern const cli_command cli_plot_command;

#endif
