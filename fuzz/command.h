/* command.h - for targets that call code of the command. */
#ifndef LENET_FUZZ_COMMAND_H
#define LENET_FUZZ_COMMAND_H

#include "fuzz.h"

#include "commands.h"
#include "output.h"

/* Messages to people are made as ever, and thrown away. A failed check is told by dprintf. */
static inline void fuzz_silence(void)
{
  static bool silent;
  if (silent)
    return;
  silent = true;
#ifdef __GLIBC__ /* descriptor 2 stays for what sanitizers say */
  stderr = fopen("/dev/null", "w");
  FUZZ_CHECK(stderr != NULL);
#else
  FUZZ_CHECK(freopen("/dev/null", "w", stderr) != NULL);
#endif
}

/* What a command prints is made too. */
static inline void fuzz_silence_output(void)
{
  static bool silent;
  if (!silent)
    FUZZ_CHECK(freopen("/dev/null", "w", stdout) != NULL);
  silent = true;
}

#endif
