#include "confident.h"

#include <math.h>
#include <stdlib.h>

static const double errors[] = {0.05, 0.02, 0.01, 0.005, 0.002, 0.001};
enum { ERRORS = sizeof errors / sizeof *errors };

bool cli_confident_add(cli_confident *answers, double confidence, bool right)
{
  if (answers->count == answers->room) {
    const size_t room = answers->room > 0 ? 2 * answers->room : 256;
    struct cli_confident_answer *more = realloc(answers->answer, room * sizeof *more);
    if (more == NULL)
      return false;
    answers->answer = more;
    answers->room = room;
  }
  answers->answer[answers->count++] = (struct cli_confident_answer){confidence, right};
  return true;
}

/* Of the same confidence wrong ones first, so that no order of the data flatters. */
static int by_confidence(const void *left, const void *right)
{
  const struct cli_confident_answer *a = left, *b = right;
  if (a->confidence > b->confidence || a->confidence < b->confidence)
    return a->confidence > b->confidence ? -1 : 1;
  return (int)a->right - (int)b->right;
}

void cli_confident_sort(cli_confident *answers)
{
  if (answers->count > 0)
    qsort(answers->answer, answers->count, sizeof *answers->answer, by_confidence);
}

void cli_confident_free(cli_confident *answers)
{
  free(answers->answer);
  *answers = (cli_confident){0};
}

void cli_confident_count(const cli_confident *answers, double least, size_t *given, size_t *wrong)
{
  *given = *wrong = 0;
  for (size_t i = 0; i < answers->count && answers->answer[i].confidence >= least; i++) {
    ++*given;
    *wrong += !answers->answer[i].right;
  }
}

/* Returns the part of all that is answered; `confidence` is the least among the answers. */
static double most_answered(const cli_confident *answers, size_t all, double error,
                            double *confidence)
{
  size_t wrong = 0, best = 0;
  for (size_t i = 0; i < answers->count; i++) {
    wrong += !answers->answer[i].right;
    if ((double)wrong <= error * (double)(i + 1))
      best = i + 1;
  }
  *confidence = best > 0 ? answers->answer[best - 1].confidence : 1;
  return all > 0 ? fmin((double)best / (double)all, 1) : 0; /* what no one asked is answered too */
}

void cli_print_part(const char *name, long long of, long long all)
{
  printf("%-18s %9s of %9s  %8s\n", name, cli_thousands(of).text, cli_thousands(all).text,
         cli_percent(all > 0 ? (double)of / (double)all : 0).text);
}

void cli_confident_print(const cli_confident *answers, size_t all, const char *what)
{
  printf("\nwrong answers    %8s answered   least confidence\n", what);
  for (int i = 0; i < ERRORS; i++) {
    double confidence;
    const double answered = most_answered(answers, all, errors[i], &confidence);
    printf("at most %7s  %17s   %16.4f\n", cli_percent(errors[i]).text, cli_percent(answered).text,
           confidence);
  }
}

#if LENET_HAVE_JANSSON
json_t *cli_confident_document(const cli_confident *answers, size_t all)
{
  json_t *list = json_array();
  for (int i = 0; i < ERRORS; i++) {
    double confidence;
    const double answered = most_answered(answers, all, errors[i], &confidence);
    json_array_append_new(list, json_pack("{s:f, s:f, s:f}", "error", errors[i], "answered",
                                          answered, "confidence", confidence));
  }
  return list;
}
#endif
