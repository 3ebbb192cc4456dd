#include "read/sure.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static const int FREE = 255; /* a cut that goes through less ink than a full pixel has, */
static const float SURE =
    0.9F; /* and what the network must give for a character between two of them */

/* A candidate of a line of text and what is known of it. */
enum { UNSEEN, SEEN, LEFT_OUT };

typedef struct sieve {
  lenet_reader *reader;
  const lenet_line *line;
  lenet_candidates *candidates;
  float *scores;    /* [candidates][scores] */
  uint8_t *state;   /* [candidates] */
  uint8_t *open;    /* [cuts + 1] where a cut goes through paper alone; the ends too */
  uint8_t *settled; /* [pieces] of a character that is sure */
  uint8_t *picture; /* [candidates][28][28] those to be asked about, side by side */
  int *asked;       /* [candidates] which these are */
} sieve;

static bool is_free(const lenet_line *line, const lenet_cuts *cuts, int cut)
{
  const int *x = cuts->x + (size_t)cut * (size_t)cuts->height;
  int ink = 0;
  for (int y = 0; y < cuts->height && ink < FREE; y++)
    if (x[y] >= 0 && x[y] < line->width)
      ink += line->value[(size_t)y * (size_t)line->width + (size_t)x[y]];
  return ink < FREE;
}

/* Draws those that are marked in `asked` and asks about all of them together. */
static lenet_status ask(sieve *s, int count, lenet_error *error)
{
  const size_t scores = (size_t)s->reader->scores;
  lenet_status status = LENET_OK;
  for (int i = 0; status == LENET_OK && i < count; i++) {
    status = lenet_candidates_draw(s->line, s->candidates, s->asked[i], error);
    memcpy(s->picture + (size_t)i * 28 * 28, s->candidates->digit + (size_t)s->asked[i] * 28 * 28,
           28 * 28);
    s->state[s->asked[i]] = SEEN;
  }
  float *given = malloc(((size_t)count * scores + 1) * sizeof *given);
  if (!given && status == LENET_OK)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  if (status == LENET_OK)
    status = lenet_reader_score(s->reader, s->picture, (size_t)count, given, error);
  for (int i = 0; status == LENET_OK && i < count; i++)
    memcpy(s->scores + (size_t)s->asked[i] * scores, given + (size_t)i * scores,
           scores * sizeof *given);
  free(given);
  return status;
}

/* What stands between two free cuts that have none between them. */
static bool stands_free(const sieve *s, const lenet_candidate *c)
{
  if (!s->open[c->first] || !s->open[c->last + 1])
    return false;
  for (int cut = c->first + 1; cut <= c->last; cut++)
    if (s->open[cut])
      return false;
  return true;
}

static bool is_sure(const sieve *s, int candidate)
{
  const float *score = s->scores + (size_t)candidate * (size_t)s->reader->scores;
  for (int k = 0; k < s->reader->scores - 1; k++)
    if (score[k] >= SURE)
      return true;
  return false;
}

static bool touches_settled(const sieve *s, const lenet_candidate *c)
{
  for (int piece = c->first; piece <= c->last; piece++)
    if (s->settled[piece])
      return true;
  return false;
}

/* The free ones first, then what is left to be doubtful. */
static lenet_status ask_all(sieve *s, lenet_error *error)
{
  const lenet_candidates *all = s->candidates;
  int count = 0;
  for (int cut = 0; cut <= all->cuts.count; cut++)
    s->open[cut] = cut == 0 || cut == all->cuts.count || is_free(s->line, &all->cuts, cut);
  for (int i = 0; i < all->count; i++)
    if (stands_free(s, &all->at[i]))
      s->asked[count++] = i;
  lenet_status status = ask(s, count, error);
  if (status != LENET_OK)
    return status;
  for (int i = 0; i < count; i++) {
    const lenet_candidate *c = &all->at[s->asked[i]];
    if (is_sure(s, s->asked[i]))
      memset(s->settled + c->first, 1, (size_t)(c->last - c->first + 1));
  }
  count = 0;
  for (int i = 0; i < all->count; i++)
    if (s->state[i] == UNSEEN) {
      s->state[i] = LEFT_OUT;
      if (!touches_settled(s, &all->at[i]))
        s->asked[count++] = i;
    }
  return ask(s, count, error);
}

/* Takes away what was left out. */
static void close_ranks(sieve *s)
{
  lenet_candidates *all = s->candidates;
  const size_t scores = (size_t)s->reader->scores;
  int kept = 0;
  for (int i = 0; i < all->count; i++) {
    if (s->state[i] != SEEN)
      continue;
    all->at[kept] = all->at[i];
    memmove(all->digit + (size_t)kept * 28 * 28, all->digit + (size_t)i * 28 * 28, 28 * 28);
    memmove(s->scores + (size_t)kept * scores, s->scores + (size_t)i * scores,
            scores * sizeof *s->scores);
    kept++;
  }
  all->count = kept;
}

static lenet_status sift(sieve *s, lenet_error *error)
{
  const size_t count = (size_t)s->candidates->count, cuts = (size_t)s->candidates->cuts.count + 1;
  s->scores = malloc((count * (size_t)s->reader->scores + 1) * sizeof *s->scores);
  s->state = calloc(count + 2 * cuts + 1, 1);
  s->picture = malloc(count * 28 * 28 + 1);
  s->asked = malloc((count + 1) * sizeof *s->asked);
  lenet_status status = LENET_OK;
  if (s->scores && s->state && s->picture && s->asked) {
    s->open = s->state + count;
    s->settled = s->open + cuts;
    status = ask_all(s, error);
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  }
  if (status == LENET_OK)
    close_ranks(s);
  free(s->state);
  free(s->picture);
  free(s->asked);
  return status;
}

lenet_status lenet_candidates_score(lenet_reader *reader, const lenet_line *line,
                                    lenet_candidates *candidates, float **scores,
                                    lenet_error *error)
{
  lenet_candidates made;
  lenet_status status = lenet_candidates_list(line, &made, error);
  if (status != LENET_OK)
    return status;
  sieve s = {.reader = reader, .line = line, .candidates = &made};
  if (made.count > 0)
    status = sift(&s, error);
  if (status != LENET_OK) {
    free(s.scores);
    lenet_candidates_free(&made);
    return status;
  }
  *candidates = made;
  *scores = s.scores;
  return LENET_OK;
}
