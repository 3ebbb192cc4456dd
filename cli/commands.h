/* commands.h - the rows of the table of commands, each in the file of its name. */
#ifndef LENET_CLI_COMMANDS_H
#define LENET_CLI_COMMANDS_H

#include "options.h"

extern const cli_command cli_train_command;
extern const cli_command cli_sweep_command;
extern const cli_command cli_eval_command;
extern const cli_command cli_predict_command;
extern const cli_command cli_read_command;
extern const cli_command cli_show_command;
extern const cli_command cli_data_command;
extern const cli_command cli_bench_command;
extern const cli_command cli_plot_command;
extern const cli_command cli_export_command;
extern const cli_command cli_import_command;
extern const cli_command cli_page_command;

/* What `lenet page` writes, as the build puts it in; no bytes where it was built without. */
extern const unsigned char cli_shipped_page[];
extern const size_t cli_shipped_page_size;

#endif
