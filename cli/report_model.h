/* report_model.h - the networks, their notes and the way to repeat it all, as parts of a report. */
#ifndef LENET_CLI_REPORT_MODEL_H
#define LENET_CLI_REPORT_MODEL_H

#include "report.h"

/* A section with the rows of each model, drawings of it and its notes. False without memory. */
bool cli_models_section(FILE *stream, const lenet_model *const *models, const char *const *names,
                        size_t count);

/* A command to copy: its words, then options with values, "" for none, then an end. */
void cli_command_begin(FILE *stream, const char *words);
void cli_command_option(FILE *stream, const char *option, const char *value);
void cli_command_end(FILE *stream);

/* The program, the instruction set and the threads of the run. */
void cli_run_note(FILE *stream, lenet_isa isa, int threads);

#endif
