/* The way through a line says where its characters are, the network which each may be. Among those
 * that it finds likely the neighbours have a say: I, l and 1 may be the same stroke, but one of
 * them stands in a word, the other in a number. Viterbi's algorithm takes the most likely ones
 * together, given how often one kind of character follows another. */
#include "read/text.h"

#include "base/error.h"
#include "read/by_sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LEAST = 1e-6; /* probability that the network gives at least */
static const double TOLD = 0.9;   /* how much neighbours count */

typedef enum kind { SPACE, FIGURE, CAPITAL, SMALL, SIGN, KINDS } kind;

/* -log of the probability that one kind of character follows another, as counted in 3.7 million
 * characters of English: the licences, READMEs and changelogs of a Debian system. */
static const double FOLLOWS[KINDS][KINDS] = {
    [SPACE] = {13.2, 3.77, 1.81, 0.35, 2.19},   [FIGURE] = {2.04, 0.52, 5.22, 4.40, 1.37},
    [CAPITAL] = {2.13, 4.67, 0.88, 0.92, 2.80}, [SMALL] = {1.91, 5.78, 6.52, 0.24, 2.87},
    [SIGN] = {1.12, 2.44, 3.36, 1.36, 1.23},
};

static kind kind_of(char c)
{
  return c == ' '               ? SPACE
         : c >= '0' && c <= '9' ? FIGURE
         : c >= 'A' && c <= 'Z' ? CAPITAL
         : c >= 'a' && c <= 'z' ? SMALL
                                : SIGN;
}

/* The likeliest characters, by falling probability. Class 0 is the space, which has no ink. */
static int choose(const float *score, lenet_choice choice[LENET_CHOICES])
{
  int count = 0;
  for (int k = 1; k < LENET_TEXT_SCORES - 1; k++) {
    int at = count;
    while (at > 0 && (double)score[k] > (double)choice[at - 1].probability)
      at--;
    if (at == LENET_CHOICES)
      continue;
    count += count < LENET_CHOICES;
    memmove(choice + at + 1, choice + at, (size_t)(count - 1 - at) * sizeof *choice);
    choice[at] = (lenet_choice){(char)(' ' + k), (lenet_real)score[k]};
  }
  return count;
}

/* What stands between one character and the next: spaces, or nothing. */
static double step_cost(char from, char to, int spaces)
{
  if (spaces > 0)
    return TOLD * (FOLLOWS[kind_of(from)][SPACE] + FOLLOWS[SPACE][kind_of(to)]);
  return TOLD * FOLLOWS[kind_of(from)][kind_of(to)];
}

/* Costs [count][LENET_CHOICES] of each choice of each character: of the best way up to it, and of
 * all together that are less likely. */
typedef struct ways {
  double *best;
  int *from;
} ways;

static double own_cost(const lenet_choice *choice)
{
  return -log(fmax((double)choice->probability, LEAST));
}

/* A point within a word or a number, whose neighbours are those on either side: in `1,300` it is a
 * figure that stands before figures. */
static bool is_point_within(const lenet_read_digit *digit, int count, int i)
{
  const char c = digit[i].choice[0].character;
  return i > 0 && i + 1 < count && digit[i].spaces == 0 && digit[i + 1].spaces == 0 &&
         (c == '.' || c == ',' || c == ':');
}

/* at [count]: the characters that have a say, one after the other. */
static void go_forward(const lenet_read_digit *digit, const int *at, int count, const ways *w)
{
  for (int i = 0; i < count; i++)
    for (int k = 0; k < digit[at[i]].choices; k++) {
      const lenet_read_digit *here = &digit[at[i]], *before = i > 0 ? &digit[at[i - 1]] : NULL;
      const char to = here->choice[k].character;
      double least = before ? HUGE_VAL : step_cost(' ', to, 0);
      for (int j = 0; before && j < before->choices; j++) {
        const double cost = w->best[(i - 1) * LENET_CHOICES + j] +
                            step_cost(before->choice[j].character, to, here->spaces);
        if (cost < least) {
          least = cost;
          w->from[i * LENET_CHOICES + k] = j;
        }
      }
      w->best[i * LENET_CHOICES + k] = least + own_cost(&here->choice[k]);
    }
}

/* Takes the chosen one to the front. */
static void prefer(lenet_read_digit *digit, int k)
{
  const lenet_choice chosen = digit->choice[k];
  memmove(digit->choice + 1, digit->choice, (size_t)k * sizeof chosen);
  digit->choice[0] = chosen;
  digit->character = chosen.character;
  digit->digit = kind_of(chosen.character) == FIGURE ? chosen.character - '0' : -1;
}

/* The choice that the best way ends in. */
static int best_end(const lenet_read_digit *last, const double *cost)
{
  int k = 0;
  for (int j = 1; j < last->choices; j++)
    if (cost[j] + step_cost(last->choice[j].character, ' ', 0) <
        cost[k] + step_cost(last->choice[k].character, ' ', 0))
      k = j;
  return k;
}

static lenet_status ask_neighbours(lenet_read_digit *digit, int count, lenet_error *error)
{
  const size_t states = (size_t)count * LENET_CHOICES;
  const ways w = {malloc(states * sizeof *w.best), malloc(states * sizeof *w.from)};
  int *at = malloc((size_t)count * sizeof *at), heard = 0;
  lenet_status status = LENET_OK;
  if (w.best && w.from && at) {
    for (int i = 0; i < count; i++)
      if (is_point_within(digit, count, i))
        prefer(&digit[i], 0);
      else
        at[heard++] = i;
    go_forward(digit, at, heard, &w);
    int k = best_end(&digit[at[heard - 1]], w.best + (heard - 1) * LENET_CHOICES);
    for (int i = heard - 1; i >= 0; i--) {
      const int before = w.from[i * LENET_CHOICES + k];
      prefer(&digit[at[i]], k);
      k = before;
    }
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the characters of a line");
  }
  free(w.best);
  free(w.from);
  free(at);
  return status;
}

static void fill(const lenet_ink *ink, const lenet_line *line, const lenet_candidates *candidates,
                 const float *scores, const lenet_path_digit *step, lenet_read_digit *digit)
{
  const float *score = scores + (size_t)step->candidate * LENET_TEXT_SCORES;
  lenet_read_place(ink, line, &candidates->at[step->candidate].extent, digit);
  memcpy(digit->seen, candidates->digit + (size_t)step->candidate * 28 * 28, sizeof digit->seen);
  digit->confidence = (lenet_real)step->confidence;
  digit->choices = choose(score, digit->choice);
  for (int k = 0; k < 10; k++)
    digit->scores[k] = (lenet_real)score['0' - ' ' + k];
  digit->scores[LENET_NONDIGIT] = (lenet_real)score[LENET_TEXT_SCORES - 1];
}

lenet_status lenet_text_fill(const lenet_ink *ink, const lenet_line *line,
                             const lenet_candidates *candidates, const float *scores,
                             const lenet_path *way, lenet_read_line *read, lenet_gaps *gaps,
                             lenet_error *error)
{
  read->count = way->count;
  read->confidence = (lenet_real)way->confidence;
  for (int i = 0; i < way->count; i++)
    fill(ink, line, candidates, scores, &way->step[i], &read->digit[i]);
  return lenet_gaps_measure(line, candidates, way, gaps, error);
}

lenet_status lenet_text_settle(lenet_gaps *gaps, lenet_reading *reading, lenet_error *error)
{
  lenet_status status = lenet_spaces_find(gaps, reading->count, reading->line, error);
  for (int i = 0; status == LENET_OK && i < reading->count; i++)
    status = ask_neighbours(reading->line[i].digit, reading->line[i].count, error);
  return status;
}

/* ------------------------------------------------------------------ as a text -------------- */

static const char REPLACEMENT[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* Appends bytes as far as they fit whole, and counts them all. */
static void append(const char *bytes, size_t count, char *text, size_t room, size_t *used)
{
  if (*used + count < room)
    memcpy(text + *used, bytes, count);
  *used += count;
}

size_t lenet_read_text(const lenet_read_line *line, double least, char *text, size_t room)
{
  size_t used = 0;
  for (int i = 0; i < line->count; i++) {
    const lenet_read_digit *d = &line->digit[i];
    for (int k = 0; k < d->spaces; k++)
      append(" ", 1, text, room, &used);
    if ((double)d->confidence >= least)
      append(&d->character, 1, text, room, &used);
    else
      append(REPLACEMENT, sizeof REPLACEMENT - 1, text, room, &used);
  }
  if (room > 0)
    text[used < room ? used : room - 1] = '\0';
  return used;
}
