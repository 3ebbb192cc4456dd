/* agree.c - that all ranks of a job are about to do the same: what each has made ready is sent to
 * rank 0, which compares. */
#include "agree.h"

#include "output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool has_agreed;

bool cli_has_agreed(void) { return has_agreed; }

/* ------------------------------------------------------------------ facts ----------------- */

void cli_add_fact(cli_facts *facts, const char *what, const char *format, ...)
{
  const size_t used = strlen(facts->text), room = sizeof facts->text - used;
  char value[2048];
  va_list list;
  va_start(list, format);
  vsnprintf(value, sizeof value, format, list);
  va_end(list);
  for (char *c = value; *c != '\0'; c++)
    *c = *c == '\n' || *c == '\t' ? ' ' : *c;
  snprintf(facts->text + used, room, "%s\t%s\n", what, value);
}

void cli_add_option_facts(cli_facts *facts, const cli_arguments *a)
{
  static const char *const own[] = {"threads", "data-dir", "out",     "quiet",
                                    "json",    "report",   "timeout", "mistakes"};
  for (int i = 0; a->command->options[i].name != NULL; i++) {
    bool is_own = !a->value[i].given;
    for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
      is_own = is_own || strcmp(own[k], a->command->options[i].name) == 0;
    char what[64];
    snprintf(what, sizeof what, "--%s", a->command->options[i].name);
    if (!is_own)
      cli_add_fact(facts, what, "%s", a->value[i].text);
  }
}

uint64_t cli_mark(uint64_t mark, const void *bytes, size_t size)
{
  const unsigned char *b = bytes;
  mark = mark == 0 ? 14695981039346656037u : mark; /* FNV-1a */
  for (size_t i = 0; i < size; i++)
    mark = (mark ^ b[i]) * 1099511628211u;
  return mark;
}

/* ------------------------------------------------------------------ comparing ------------- */

/* Of one rank. The version is sent alone first: the rest may be another in another one. */
typedef struct report {
  int code;
  char said[1024];
  cli_facts facts;
} report;

enum { VERSION_SIZE = 64 };

/* The line of `text` that begins with this name and a tab, up to its end; NULL: none. */
static const char *find_line(const char *text, const char *line, size_t name)
{
  while (*text != '\0') {
    if (strncmp(text, line, name + 1) == 0)
      return text;
    text += strcspn(text, "\n");
    text += *text == '\n';
  }
  return NULL;
}

static void say_difference(const cli_command *command, int rank, const char *line, size_t name,
                           const char *theirs, const char *ours)
{
  const char *none = "\t(none)";
  const char *a = (theirs != NULL ? theirs + name : none) + 1;
  const char *b = (ours != NULL ? ours + name : none) + 1;
  cli_error(command, CLI_USAGE, "%s differs from %s: %.*s is '%.*s', not '%.*s'",
            cli_rank_name(rank).text, cli_rank_name(0).text, (int)name, line, (int)strcspn(a, "\n"),
            a, (int)strcspn(b, "\n"), b);
}

/* Says which of the facts in `some` the others do not have; true where there is one. */
static bool find_difference(const cli_command *command, int rank, const char *theirs,
                            const char *ours, const char *some)
{
  while (*some != '\0') {
    const size_t name = strcspn(some, "\t"), length = strcspn(some, "\n");
    const char *a = find_line(theirs, some, name), *b = find_line(ours, some, name);
    if (a == NULL || b == NULL || strcspn(a, "\n") != length || strcspn(b, "\n") != length ||
        strncmp(a, b, length) != 0) {
      say_difference(command, rank, some, name, a, b);
      return true;
    }
    some += length + 1;
  }
  return false;
}

/* What the rank has said of its failure, each line with its name. */
static void repeat(const cli_command *command, int rank, int code, const char *said)
{
  if (*said == '\0')
    cli_error(command, code, "%s: failed", cli_rank_name(rank).text);
  while (*said != '\0') {
    const size_t length = strcspn(said, "\n");
    cli_error(command, code, "%s: %.*s", cli_rank_name(rank).text, (int)length, said);
    said += length + (said[length] == '\n');
  }
}

static int judge(const cli_command *command, const report *all)
{
  if (all[0].code != CLI_OK)
    return all[0].code; /* it has said why */
  for (int r = 1; r < cli_ranks(); r++)
    if (all[r].code != CLI_OK) {
      repeat(command, r, all[r].code, all[r].said);
      return all[r].code;
    }
  for (int r = 1; r < cli_ranks(); r++)
    if (find_difference(command, r, all[r].facts.text, all[0].facts.text, all[0].facts.text) ||
        find_difference(command, r, all[r].facts.text, all[0].facts.text, all[r].facts.text))
      return CLI_USAGE;
  return CLI_OK;
}

static int judge_versions(const cli_command *command, const char (*all)[VERSION_SIZE])
{
  for (int r = 1; r < cli_ranks(); r++)
    if (strcmp(all[r], all[0]) != 0)
      return cli_error(command, CLI_USAGE, "%s is lenet %s, and %s lenet %s", cli_rank_name(r).text,
                       all[r], cli_rank_name(0).text, all[0]);
  return CLI_OK;
}

static int lost(const cli_command *command)
{
  if (cli_rank() == 0) /* others say so at the end, should it be rank 0 that is lost */
    cli_error(command, CLI_FAILED, "%s", cli_cluster_lost());
  return CLI_FAILED;
}

static int agree(const cli_command *command, report *own, char (*versions)[VERSION_SIZE],
                 report *all)
{
  char version[VERSION_SIZE] = "";
  int code = CLI_OK;
  snprintf(version, sizeof version, "%s", lenet_version());
  cli_cluster_hear(own->said, sizeof own->said);
  if (!cli_cluster_gather(version, sizeof version, versions))
    return lost(command);
  if (cli_rank() == 0)
    code = judge_versions(command, (const char(*)[VERSION_SIZE])versions);
  if (!cli_cluster_tell(&code, sizeof code))
    return lost(command);
  if (code != CLI_OK)
    return code;
  if (!cli_cluster_gather(own, sizeof *own, all))
    return lost(command);
  if (cli_rank() == 0)
    code = judge(command, all);
  return cli_cluster_tell(&code, sizeof code) ? code : lost(command);
}

int cli_agree(const cli_command *command, int code, const cli_facts *facts)
{
  if (cli_ranks() == 1)
    return code;
  has_agreed = true;
  const size_t ranks = cli_rank() == 0 ? (size_t)cli_ranks() : 1;
  char(*versions)[VERSION_SIZE] = calloc(ranks, sizeof *versions);
  report *all = calloc(ranks, sizeof *all), *own = calloc(1, sizeof *own);
  if (versions == NULL || all == NULL || own == NULL) {
    cli_error(command, CLI_FAILED, "out of memory");
    exit(CLI_FAILED); /* mpirun ends the others */
  }
  own->code = code;
  if (facts != NULL)
    own->facts = *facts;
  code = agree(command, own, versions, all);
  free(versions);
  free(all);
  free(own);
  return code;
}
