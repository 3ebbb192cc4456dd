/* reject.h - which model reads, and which of its answers are given. */
#ifndef LENET_CLI_REJECT_H
#define LENET_CLI_REJECT_H

#include "classes.h"
#include "place.h"

#define CLI_OPTION_READER                                                                          \
  {                                                                                                \
    "model", 'm', CLI_TEXT, "FILE|NAME", 0, 0,                                                     \
        "model file, or the name of a model that ships with lenet, to say which digit it is; "     \
        "whether it is one, 'reader' says where the model does not [reader]"                       \
  }
#define CLI_OPTION_METHOD                                                                          \
  {                                                                                                \
    "method", 0, CLI_CHOICE, "cuts|sweep", 0, 0,                                                   \
        "how a line comes apart: cuts takes the best way through all pieces that it can be cut "   \
        "into; sweep runs a network over it as one convolution, the space displacement network "   \
        "of 1998, --model being one that learned so [cuts, which makes fewer errors; sweep: the "  \
        "model 'sweep']"                                                                           \
  }
#define CLI_OPTION_CHARS                                                                           \
  {                                                                                                \
    "chars", 0, CLI_CHOICE, "digits|ascii", 0, 0,                                                  \
        "what stands in the picture: digits of a hand or a press, or printed text, with letters, " \
        "signs and spaces [digits; ascii: the model 'print']"                                      \
  }
#define CLI_OPTION_REJECT                                                                          \
  {                                                                                                \
    "reject", 'r', CLI_TEXT, "T|E%", 0, 0,                                                         \
        "give no answer where its confidence is below T, 0 to 1; or where that is needed so that " \
        "of the answers given at most E % are wrong, as measured on MNIST [0]"                     \
  }
/* The model and the reader that --model and --isa ask for. */
typedef struct cli_open_reader {
  lenet_model *model; /* NULL: the built-in one */
  lenet_reader *reader;
  bool text;            /* --chars ascii */
  int scores;           /* classes without that of no digit */
  cli_classes classes;  /* of the model */
  lenet_session *alone; /* of a model of other things than digits: no other network helps it */
  char explain[CLI_MAX_PATH]; /* where --explain puts its picture, or "" */
} cli_open_reader;

typedef enum cli_reject_of { CLI_OF_DIGITS, CLI_OF_LINES } cli_reject_of;

/* Of lines, which go by --method, a model must have learned digits; of one digit it may know
 * others, where it knows what these are called: the command asks `alone` then. */
int cli_reader_open(const cli_arguments *arguments, cli_reject_of of, cli_open_reader *opened);
void cli_reader_close(cli_open_reader *opened);

/* What --reject and --always say. */
typedef struct cli_reject {
  double least; /* confidence */
  bool always;
} cli_reject;

/* Says that the model of --model has learned other things than digits; CLI_USAGE. */
int cli_refuse_others(const cli_arguments *arguments);

int cli_reject_parse(const cli_arguments *arguments, cli_reject_of of, cli_reject *reject);

/* What predict and read begin with: pictures are given, --explain has a place, and the above. */
int cli_reader_begin(const cli_arguments *arguments, cli_reject_of of, cli_open_reader *opened,
                     cli_reject *reject);

typedef enum cli_verdict { CLI_GIVEN, CLI_NO_DIGIT_SEEN, CLI_REJECTED } cli_verdict;

/* Whether this digit is given, or why not. */
cli_verdict cli_judge_digit(const cli_reject *reject, const lenet_prediction *prediction);

#endif
