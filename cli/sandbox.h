/* sandbox.h - what this process gives up before it decodes what others made. */
#ifndef LENET_CLI_SANDBOX_H
#define LENET_CLI_SANDBOX_H

#include <stdbool.h>

/* What the system can hold a process to. */
typedef struct cli_sandbox {
  int landlock; /* its version, 0 where there is none */
  bool seccomp;
} cli_sandbox;

cli_sandbox cli_sandbox_offered(void);

/* From here on this process, and every thread that it starts, can change no file but in `count`
 * folders and below (Landlock), no file's owner, rights, times and attributes (seccomp), run no
 * program, and open no socket (Landlock, seccomp). What is
 * open stays open, and all can be read that could be read before. To be called while there is one
 * thread. Where the system lacks one or both, as where a build is made without (LENET_NO_SANDBOX),
 * nothing happens: it is a second wall, not the first. */
void cli_sandbox_enter(const char *const *folder, int count);

#endif
