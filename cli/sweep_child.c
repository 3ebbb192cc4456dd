/* sweep_child.c - training runs as processes of their own: what one does, or dies of, is no
 * other's. */
#define _DEFAULT_SOURCE /* of glibc, for all of POSIX and prctl */
#include "sweep.h"

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

extern char **environ;

typedef struct child {
  pid_t pid; /* 0: none */
  size_t task;
  FILE *out, *err; /* what it prints and says */
} child;

struct cli_children {
  const char *program;
  int jobs, threads;
  child *child; /* [jobs] */
};

cli_children *cli_children_create(const char *program, int jobs, int threads)
{
  cli_children *made = calloc(1, sizeof *made);
  child *room = calloc((size_t)jobs, sizeof *room);
  if (made == NULL || room == NULL) {
    free(made);
    free(room);
    return NULL;
  }
  *made = (cli_children){program, jobs, threads, room};
  return made;
}

static void forget(child *c)
{
  if (c->out != NULL)
    fclose(c->out);
  if (c->err != NULL)
    fclose(c->err);
  *c = (child){.pid = 0};
}

void cli_children_free(cli_children *children)
{
  for (int i = 0; children != NULL && i < children->jobs; i++)
    if (children->child[i].pid > 0)
      kill(children->child[i].pid, SIGTERM);
  for (int i = 0; children != NULL && i < children->jobs; i++) {
    if (children->child[i].pid > 0)
      waitpid(children->child[i].pid, NULL, 0);
    forget(&children->child[i]);
  }
  if (children != NULL)
    free(children->child);
  free(children);
}

/* ------------------------------------------------------------------ beginning ------------- */

/* What the child knows of the world: all but a launcher of its parent. NULL: out of memory. */
static char **make_environment(void)
{
  size_t count = 0, kept = 0;
  while (environ[count] != NULL)
    count++;
  char **made = calloc(count + 1, sizeof *made);
  for (size_t i = 0; made != NULL && i < count; i++)
    if (!cli_is_of_launcher(environ[i]))
      made[kept++] = environ[i];
  return made;
}

static bool says_threads(const char *word) { return strncmp(word, "--threads", 9) == 0; }

/* PROGRAM train WORDS... [--threads N]: pointers into the words. NULL: out of memory. */
static char **make_command(const cli_children *children, const cli_bytes *words, char threads[16])
{
  size_t count = 0, at = 0;
  bool has_threads = false;
  for (size_t i = 0; i < words->size; i++)
    count += words->data[i] == '\0';
  char **made = calloc(count + 5, sizeof *made);
  if (made == NULL)
    return NULL;
  made[at++] = (char *)children->program;
  made[at++] = "train";
  for (char *word = words->data; word < words->data + words->size; word += strlen(word) + 1) {
    has_threads = has_threads || says_threads(word);
    made[at++] = word;
  }
  if (children->threads > 0 && !has_threads) {
    snprintf(threads, 16, "%d", children->threads);
    made[at++] = "--threads";
    made[at++] = threads;
  }
  return made;
}

/* What an earlier try has left in the model's place, unfinished or of other options. */
static void remove_model(const cli_bytes *words)
{
  const char *last = words->data;
  char checkpoint[CLI_MAX_PATH + 8];
  for (const char *w = words->data; w < words->data + words->size; w += strlen(w) + 1)
    last = w;
  if (strcmp(last, "none") == 0)
    return;
  remove(last);
  snprintf(checkpoint, sizeof checkpoint, "%s.ckpt", last);
  remove(checkpoint);
}

/* Of the child: becomes lenet train. A parent that is killed takes it along; a Ctrl-C is the
 * parent's to pass on. */
static void become(const child *c, char **command, char **environment)
{
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(fileno(c->out), STDOUT_FILENO);
  dup2(fileno(c->err), STDERR_FILENO);
  environ = environment;
  execvp(command[0], command);
  dprintf(STDERR_FILENO, "%s cannot be run\n", command[0]);
  _exit(CLI_FAILED);
}

bool cli_child_begin(cli_children *children, size_t task, const cli_bytes *words)
{
  child *c = NULL;
  for (int i = 0; i < children->jobs && c == NULL; i++)
    if (children->child[i].pid == 0)
      c = &children->child[i];
  if (c == NULL)
    return false;
  char threads[16];
  char **command = make_command(children, words, threads), **environment = make_environment();
  *c = (child){.task = task, .out = tmpfile(), .err = tmpfile()};
  if (command != NULL && environment != NULL && c->out != NULL && c->err != NULL) {
    remove_model(words);
    c->pid = fork();
    if (c->pid == 0)
      become(c, command, environment);
  }
  const int reason = errno;
  free(command);
  free(environment);
  if (c->pid > 0)
    return true;
  cli_error(NULL, CLI_FAILED, "a run cannot be started: %s", strerror(reason));
  forget(c);
  return false;
}

/* ------------------------------------------------------------------ ending ---------------- */

static bool copy_file(FILE *from, FILE *to)
{
  char bytes[4096];
  size_t got;
  rewind(from);
  while ((got = fread(bytes, 1, sizeof bytes, from)) > 0)
    fwrite(bytes, 1, got, to);
  putc('\0', to);
  return !ferror(from) && !ferror(to);
}

static bool report(child *c, int status, cli_bytes *result)
{
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : CLI_FAILED;
  FILE *stream = open_memstream(&result->data, &result->size);
  if (stream == NULL)
    return false;
  if (WIFSIGNALED(status))
    fprintf(c->err, "it was ended by signal %d\n", WTERMSIG(status));
  fwrite(&code, sizeof code, 1, stream);
  const bool whole = copy_file(c->out, stream) && copy_file(c->err, stream);
  return fclose(stream) == 0 && whole;
}

bool cli_child_finish(cli_children *children, size_t *task, cli_bytes *result)
{
  for (int i = 0; i < children->jobs; i++) {
    child *c = &children->child[i];
    int status = 0;
    if (c->pid == 0 || waitpid(c->pid, &status, WNOHANG) != c->pid)
      continue;
    *task = c->task;
    fseek(c->err, 0, SEEK_END);
    const bool reported = report(c, status, result);
    forget(c);
    if (reported)
      return true;
    cli_error(NULL, CLI_FAILED, "what a run has printed cannot be read");
    exit(CLI_FAILED);
  }
  return false;
}
