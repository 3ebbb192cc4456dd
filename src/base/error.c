#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 4096 + 512, KEPT_IN_FRONT = 60 };

/* Control characters, also those of U+0080 to U+009F, and what turns the direction of text (U+2028
 * to U+202E, U+2066 to U+2069) must not reach a terminal from a foreign file. */
static void clean(char *text)
{
  for (unsigned char *c = (unsigned char *)text; *c; c++) {
    if (*c < 0x20 || *c == 0x7f)
      *c = '?';
    else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
      c[0] = c[1] = '?';
    else if (c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) ||
                              (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9)))
      c[0] = c[1] = c[2] = '?';
  }
}

lenet_status lenet_fail(lenet_error *error, lenet_status status, long long position,
                        const char *format, ...)
{
  if (!error)
    return status;
  error->status = status;
  error->position = position;
  /* A path may be longer than the message: then its middle goes, not the reason behind it. */
  char whole[LONGEST];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(whole, sizeof whole, format, arguments);
  va_end(arguments);
  const size_t length = strlen(whole), room = sizeof error->message - 1;
  if (length <= room)
    memcpy(error->message, whole, length + 1);
  else
    snprintf(error->message, sizeof error->message, "%.*s...%s", KEPT_IN_FRONT, whole,
             whole + length - (room - KEPT_IN_FRONT - 3));
  clean(error->message);
  return status;
}

const char *lenet_status_text(lenet_status status)
{
  switch (status) {
  case LENET_OK: return "ok";
  case LENET_NO_MEMORY: return "no memory";
  case LENET_BAD_ARGUMENT: return "bad argument";
  case LENET_BAD_NOTATION: return "bad notation";
  case LENET_BAD_FILE: return "bad file";
  case LENET_CANNOT_READ: return "cannot read";
  case LENET_CANNOT_WRITE: return "cannot write";
  case LENET_NO_DATA: return "no data";
  case LENET_BAD_HASH: return "bad hash";
  case LENET_NO_NETWORK: return "no network";
  case LENET_NO_DIGIT: return "no digit";
  case LENET_DIVERGED: return "diverged";
  case LENET_STOPPED: return "stopped";
  case LENET_UNSUPPORTED: return "unsupported";
  }
  return "unknown status";
}

const char *lenet_version(void) { return LENET_VERSION; }
