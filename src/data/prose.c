#include "data/prose.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The commonest words of English, and some longer ones for rarer letters. */
static const char *const words[] = {
    "the",     "of",        "and",      "to",      "in",      "a",       "is",      "that",
    "for",     "it",        "as",       "was",     "with",    "be",      "by",      "on",
    "not",     "he",        "his",      "but",     "at",      "are",     "this",    "have",
    "from",    "or",        "had",      "an",      "they",    "which",   "one",     "you",
    "were",    "all",       "her",      "she",     "there",   "would",   "their",   "we",
    "him",     "been",      "has",      "when",    "who",     "will",    "more",    "no",
    "if",      "out",       "so",       "said",    "what",    "up",      "its",     "about",
    "into",    "than",      "them",     "can",     "only",    "other",   "new",     "some",
    "could",   "time",      "these",    "two",     "may",     "then",    "do",      "first",
    "any",     "my",        "now",      "such",    "like",    "our",     "over",    "man",
    "me",      "even",      "most",     "made",    "after",   "also",    "did",     "many",
    "before",  "must",      "through",  "back",    "years",   "where",   "much",    "your",
    "way",     "well",      "down",     "should",  "because", "each",    "just",    "those",
    "people",  "how",       "too",      "little",  "state",   "good",    "very",    "make",
    "world",   "still",     "own",      "see",     "men",     "work",    "long",    "get",
    "here",    "between",   "both",     "life",    "being",   "under",   "never",   "day",
    "same",    "another",   "know",     "while",   "last",    "might",   "us",      "great",
    "old",     "year",      "off",      "come",    "since",   "against", "go",      "came",
    "right",   "used",      "take",     "three",   "quick",   "brown",   "fox",     "jumps",
    "lazy",    "dog",       "zero",     "box",     "exact",   "query",   "quality", "equal",
    "judge",   "object",    "project",  "subject", "major",   "jury",    "size",    "prize",
    "freeze",  "maximum",   "next",     "index",   "tax",     "mix",     "kitchen", "knock",
    "market",  "basket",    "viking",   "vivid",   "wave",    "evening", "over",    "move",
    "illegal", "filling",   "will",     "hill",    "minimum", "running", "summer",  "common",
    "corner",  "modern",    "burning",  "stern",   "clear",   "cloud",   "close",   "office",
    "affair",  "different", "official", "fifty",   "flow",    "fly",     "figure",  "first",
    "bubble",  "ribbon",    "paper",    "happy",   "puppy",   "gauge",   "baggage", "yellow",
    "payment", "account",   "balance",  "number",  "street",  "invoice", "total",   "amount",
};

static const char *const sounds[] = {"b", "c", "d", "f", "g",  "h",  "j",  "k",
                                     "l", "m", "n", "p", "q",  "r",  "s",  "t",
                                     "v", "w", "x", "z", "st", "tr", "ch", "th"};
static const char *const vowels[] = {"a", "e", "i", "o", "u", "y", "ea", "ou", "ie", "oo"};

enum { WORDS = sizeof words / sizeof *words };

static int pick(lenet_rng *rng, int count) { return (int)lenet_rng_below(rng, (uint32_t)count); }
static bool chance(lenet_rng *rng, double p) { return lenet_rng_uniform(rng) < p; }

static void made_up(lenet_rng *rng, char *word)
{
  const int syllables = 1 + pick(rng, 3);
  word[0] = '\0';
  for (int i = 0; i < syllables; i++) {
    strcat(word, sounds[pick(rng, sizeof sounds / sizeof *sounds)]);
    strcat(word, vowels[pick(rng, sizeof vowels / sizeof *vowels)]);
    if (chance(rng, 0.3))
      strcat(word, sounds[pick(rng, 20)]);
  }
}

static void plain(lenet_rng *rng, char *word)
{
  if (chance(rng, 0.2))
    made_up(rng, word);
  else
    strcpy(word, words[pick(rng, WORDS)]);
}

static void capitals(char *word)
{
  for (; *word; word++)
    *word = (char)toupper((unsigned char)*word);
}

static void capital(char *word) { word[0] = (char)toupper((unsigned char)word[0]); }

/* Numbers, prices, dates, times, addresses, and what programs and forms have. */
static void special(lenet_rng *rng, char *word)
{
  char a[LENET_LONGEST_WORD], b[LENET_LONGEST_WORD];
  const int n = pick(rng, 10000), m = pick(rng, 100), k = 1 + pick(rng, 12);
  static const char operators[] = "+-*/=<>&|^~%";
  const char operator= operators[pick(rng, (int)sizeof operators - 1)];
  do
    made_up(rng, a);
  while (strlen(a) > 9);
  do
    made_up(rng, b);
  while (strlen(b) > 9);
  const size_t room = LENET_LONGEST_WORD;
  switch (pick(rng, 20)) {
  case 0: snprintf(word, room, "%d", n); break;
  case 1: snprintf(word, room, "%d", n * 97 + m); break;
  case 2: snprintf(word, room, "$%d.%02d", n % 1000, m); break;
  case 3: snprintf(word, room, "%d.%d%%", m, k); break;
  case 4: snprintf(word, room, "%02d/%02d/%d", k, 1 + m % 28, 1950 + m); break;
  case 5: snprintf(word, room, "%d:%02d", k, m % 60); break;
  case 6: snprintf(word, room, "%s@%s.com", a, b); break;
  case 7: snprintf(word, room, "%d,%03d.%02d", k, n % 1000, m); break;
  case 8: snprintf(word, room, "%s_%s", a, b); break;
  case 9: snprintf(word, room, "%s[%d]", a, m); break;
  case 10: snprintf(word, room, "{%s}", a); break;
  case 11: snprintf(word, room, "#%d", m); break;
  case 12: snprintf(word, room, "%s%c%d", a, operator, k); break;
  case 13: snprintf(word, room, "%s&%s", a, b); break;
  case 14: snprintf(word, room, "C:\\%s", a); break;
  case 15: snprintf(word, room, "%s-%s", a, b); break;
  case 16: snprintf(word, room, "`%s`", a); break;
  case 17: snprintf(word, room, "<%s>", a); break;
  case 18: snprintf(word, room, "%c%c-%d", 'A' + pick(rng, 26), 'A' + pick(rng, 26), n); break;
  default: snprintf(word, room, "%c", operator); break;
  }
}

static void surround(char *word, char before, char after)
{
  const size_t length = strlen(word);
  if (before) {
    memmove(word + 1, word, length + 1);
    word[0] = before;
  }
  if (after) {
    const size_t end = strlen(word);
    word[end] = after;
    word[end + 1] = '\0';
  }
}

/* Brackets and quotations open before a word and close after a later one. */
static void enclose(lenet_prose *prose, lenet_rng *rng, char *word)
{
  static const char open[] = "(\"'[", close[] = ")\"']";
  if (!prose->inside && chance(rng, 0.04)) {
    const int k = pick(rng, 4);
    prose->inside = true;
    prose->close = close[k];
    surround(word, open[k], 0);
  }
  if (prose->inside && chance(rng, 0.35)) {
    surround(word, 0, prose->close);
    prose->inside = false;
  }
}

void lenet_prose_word(lenet_prose *prose, lenet_rng *rng, char word[LENET_LONGEST_WORD])
{
  static const char ends[] = "....!?", pauses[] = ",,,,;:";
  if (chance(rng, 0.1)) {
    special(rng, word);
  } else {
    plain(rng, word);
    if (chance(rng, 0.02))
      capitals(word);
    else if (prose->words == 0 || chance(rng, 0.06))
      capital(word);
  }
  enclose(prose, rng, word);
  prose->words++;
  if (prose->words > 3 && chance(rng, 0.12)) {
    surround(word, 0, ends[pick(rng, 6)]);
    prose->words = 0;
  } else if (chance(rng, 0.08)) {
    surround(word, 0, pauses[pick(rng, 6)]);
  }
}

void lenet_prose_jumble(lenet_rng *rng, char word[LENET_LONGEST_WORD])
{
  const int length = 1 + pick(rng, 8);
  for (int i = 0; i < length; i++)
    word[i] = (char)('!' + pick(rng, '~' - '!' + 1));
  word[length] = '\0';
}
