/* name_list.c - the files that a command is given: as operands, and in a list. */
#define _POSIX_C_SOURCE 200809L
#include "name_list.h"

#include "lines.h"
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool add(cli_names *names, size_t *room, char *name)
{
  if (names->count == *room) {
    char **more = realloc(names->name, 2 * (*room + 8) * sizeof *more);
    if (more == NULL)
      return false;
    names->name = more;
    *room = 2 * (*room + 8);
  }
  names->name[names->count++] = name;
  return true;
}

/* The lines of the list; empty ones name nothing. */
static int add_lines(const cli_arguments *a, const char *list, FILE *file, cli_names *names,
                     size_t *room)
{
  cli_lines lines;
  bool memory = cli_lines_begin(&lines, file);
  while (memory && cli_next_line(&lines)) {
    if (lines.length > 0 && lines.text[lines.length - 1] == '\r')
      lines.text[--lines.length] = '\0';
    if (lines.length == 0)
      continue;
    char *name = strdup(lines.text);
    memory = name != NULL && names->count < INT_MAX && add(names, room, name);
    if (memory)
      names->owned++;
    else
      free(name);
  }
  cli_lines_end(&lines);
  if (!memory)
    return cli_error(a->command, CLI_FAILED, "out of memory");
  return lines.wrong == NULL ? CLI_OK
                             : cli_error(a->command, CLI_BAD_FILE, "--list: %s:%d: %s", list,
                                         lines.number, lines.wrong);
}

int cli_list_names(const cli_arguments *a, cli_names *names)
{
  const char *list = cli_text(a, "list", NULL);
  size_t room = 0;
  *names = (cli_names){.count = 0};
  for (int i = 0; i < a->operand_count; i++)
    if (!add(names, &room, a->operand[i]))
      return cli_error(a->command, CLI_FAILED, "out of memory");
  if (list == NULL)
    return CLI_OK;
  const bool standard = strcmp(list, "-") == 0;
  FILE *file = standard ? stdin : fopen(list, "rb");
  if (file == NULL)
    return cli_error(a->command, CLI_BAD_FILE, "--list: %s: %s", list, strerror(errno));
  const int code = add_lines(a, standard ? "standard input" : list, file, names, &room);
  if (!standard)
    fclose(file);
  if (code == CLI_OK && names->count == 0)
    return cli_error(a->command, CLI_BAD_FILE, "--list: %s: names no picture",
                     standard ? "standard input" : list);
  return code;
}

void cli_names_free(cli_names *names)
{
  for (size_t i = names->count - names->owned; i < names->count; i++)
    free(names->name[i]);
  free(names->name);
  *names = (cli_names){.count = 0};
}
