/* stop.h - Ctrl-C as a wish that is looked at between two steps. */
#ifndef LENET_CLI_STOP_H
#define LENET_CLI_STOP_H

#include <stdbool.h>

/* From now on the first SIGINT, SIGTERM or SIGHUP (unless that is ignored, as under nohup) is only
 * noted; the second ends the process at once. */
void cli_catch_stop(void);
bool cli_stop_wanted(void);

/* While held, all three wait, whatever they would do: nothing is torn while a file is written. That
 * a stop is wanted is seen at once. */
void cli_hold_stop(bool held);

#endif
