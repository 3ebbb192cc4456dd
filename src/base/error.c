#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

lenet_status lenet_fail(lenet_error *error, lenet_status status, long long position,
                        const char *format, ...)
{
  if (!error)
    return status;
  error->status = status;
  error->position = position;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  for (unsigned char *c = (unsigned char *)error->message; *c; c++)
    if (*c < 0x20 || *c == 0x7f)
      *c = '?';
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
