/* stop.h - Ctrl-C as a wish that is looked at between two steps. */
#ifndef LENET_CLI_STOP_H
#define LENET_CLI_STOP_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is only noted; the second ends the process at once. */
void cli_catch_stop(void);
bool cli_stop_wanted(void);

/* While held, both signals wait: nothing is torn while a file is written. */
void cli_hold_stop(bool held);

#endif
