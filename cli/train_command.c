/* train_command.c - the options and the help of `lenet train`. */
#include "cluster.h"
#include "commands.h"
#include "report.h"
#include "train.h"

static const cli_option options[] = {
    {"recipe", 'r', CLI_TEXT, "NAME|FILE", 0, 0,
     "take from a recipe what is not given here: a name of 'lenet show --list', or a file"},
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0,
     "network: a name of 'lenet show --list' or its one-line notation [lenet5]"},
    CLI_OPTION_DATA,
    CLI_OPTION_DATA_DIR,
    {"epochs", 'e', CLI_INTEGER, "N", 1, 10000, "passes over the training images"},
    {"batch", 'b', CLI_INTEGER, "N", 1, 65536, "images per step"},
    {"optimizer", 0, CLI_CHOICE, "sgd|adam|sdlm", 0, 0,
     "how weights follow gradients; sdlm is that of 1998, each weight with a rate of its own: the "
     "epoch line shows the range of them at its end"},
    {"lr", 0, CLI_NUMBER, "RATE", 1e-9, 100, "learning rate"},
    {"momentum", 0, CLI_NUMBER, "M", 0, 1, "momentum of sgd"},
    {"mu", 0, CLI_NUMBER, "MU", 1e-9, 1000,
     "with sdlm: a weight's rate is RATE / (MU + its mean second derivative) [0.02; 0.5 before an "
     "R row]"},
    {"curvature-samples", 0, CLI_INTEGER, "N", 1, 1e9,
     "with sdlm: training images to take second derivatives from before each epoch, all where "
     "there are "
     "fewer [500]"},
    {"weight-decay", 0, CLI_NUMBER, "D", 0, 1, "shrink weights by rate x D in each step"},
    {"schedule", 0, CLI_CHOICE, "constant|step|cosine|1998", 0, 0,
     "how the rate falls; 1998: x 0.4 after 2 epochs, 0.2 after 5, 0.1 after 8, 0.02 after 12"},
    {"step-epochs", 0, CLI_INTEGER, "N", 1, 10000, "with step: lower the rate every N epochs"},
    {"step-factor", 0, CLI_NUMBER, "F", 1e-9, 1, "with step: the factor by which it is lowered"},
    {"warmup", 0, CLI_NUMBER, "EPOCHS", 0, 10000,
     "let the rate grow evenly from 0 over so many epochs, beside the schedule [0]"},
    {"ema", 0, CLI_NUMBER, "E", 0, 0.999999,
     "average the weights: after each step average = E x average + (1 - E) x weights; the average "
     "is what is measured and kept [0: no averaging]"},
    {"dropout", 0, CLI_NUMBER, "P", 0, 0.99,
     "leave out hidden dense units with this probability while learning [0]"},
    {"label-smoothing", 0, CLI_NUMBER, "S", 0, 0.99,
     "of a softmax: want a probability of 1 - S for the label, and S shared among all classes [0]"},
    {"teachers", 0, CLI_TEXT, "MODEL[,...]", 0, 0,
     "learn also to answer as these models do together (distillation), a softmax from others: "
     "files or built-in models"},
    {"distillation", 0, CLI_NUMBER, "D", 0.001, 1,
     "with teachers: their share of the loss; the labels have the rest [0.9]"},
    {"temperature", 0, CLI_NUMBER, "T", 0.1, 100,
     "with teachers: soften the scores of all by 1/T [2]"},
    {"loss", 0, CLI_CHOICE, "cross-entropy|mse|map", 0, 0,
     "what training makes small: cross-entropy of a softmax; of an R row, and of tanh units that "
     "end a network, eq. (8) or (9) of 1998 [what suits the network]"},
    {"rubbish", 0, CLI_TEXT, "J", 0, 0,
     "with map: the distance of a picture of nothing, above 0; inf: there is none [1]"},
    {"seed", 's', CLI_SEED, "S", 0, 0,
     "decides initial weights, order and distortions: same seed, same result"},
    {"augment", 0, CLI_TEXT, "SPEC", 0, 0,
     "distort training pictures anew in each epoch: affine, elastic, robust, several of them with "
     "commas between, or numbers as above [none]"},
    {"validation", 0, CLI_INTEGER, "N", 0, 1e9,
     "keep the last N training images aside to choose the best epoch; 0: none, and the last "
     "epoch's weights are the result [5000, or a twelfth of fewer than 30,000]"},
    {"calibrate", 0, CLI_CHOICE, "none|temperature", 0, 0,
     "of a softmax, when all is learned: divide the scores by the temperature that suits the "
     "validation images best, so that confidences mean what they say [none]"},
    {"samples", 0, CLI_INTEGER, "N", 1, 1e9,
     "learn from the first N training images alone, as for Fig. 6 of 1998 [all but those kept "
     "aside]"},
    {"test-every-epoch", 0, CLI_FLAG, NULL, 0, 0,
     "measure the test images after each epoch too, for a curve as Fig. 5 of 1998; nothing is "
     "ever chosen by it"},
    {"initial", 0, CLI_CHOICE, "usual|fan-in|root-fan-in", 0, 0,
     "how first weights are drawn, F being a unit's inputs: what suits each row; +-2.4/F (1998, "
     "appendix A); +-1/sqrt(F) (the later programs of the paper's authors) [usual; with sdlm "
     "root-fan-in where the last row is no softmax]"},
    {"init", 0, CLI_TEXT, "MODEL", 0, 0, "start from the weights of this file or built-in model"},
    {"out", 'o', CLI_TEXT, "FILE", 0, 0,
     "where the model goes; 'none' keeps nothing [NET.safetensors, for a notation without a name "
     "network.safetensors]"},
    {"resume", 0, CLI_TEXT, "CHECKPOINT", 0, 0,
     "go on from FILE.ckpt, which every epoch and Ctrl-C leave behind; --epochs may grow, but not "
     "with the cosine schedule"},
    {"mistakes", 0, CLI_INTEGER, "N", 0, 10000,
     "draw the first N test pictures read wrongly [0]; the report shows N of them, the most "
     "confident first [24]"},
    CLI_OPTION_REPORT,
    {"isa", 0, CLI_CHOICE, "scalar|avx2|avx512|neon|wasm|best", 0, 0,
     "instruction set to use; another one gives other bits [best; with --resume that of the "
     "checkpoint]"},
    CLI_OPTION_THREADS,
    CLI_OPTION_TIMEOUT,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_train_command = {
    .name = "train",
    .summary = "train a network on a data set and keep its best epoch",
    .usage = "[--recipe NAME|FILE] [--net NAME|NOTATION] [--data SET] [options]",
    .details =
        "What neither the options nor --recipe say is what suits the network. After each epoch a "
        "checkpoint is written; the best epoch is chosen on validation images, and the test images "
        "are looked at once, at the end (more often only for --test-every-epoch, which shows them "
        "and chooses nothing). Ctrl-C saves a checkpoint and says how to go on. JSON keys: net, "
        "parameters, epochs, test_error (a fraction), test_errors, seconds, images_per_second, "
        "model and more. "
        "--report FILE.html writes a page with the learning curves, the confusion matrix, the "
        "mistakes, how far confidences can be trusted, the kernels and the command that repeats "
        "the run; docs/look-inside.md says more.\n\n"
        "'mpirun -n N lenet train ...' trains on N processes, of one machine or several, and gives "
        "the "
        "same weights: docs/cluster.md.\n\n"
        "A recipe is a text file: on each line an option of those below without its dashes, a "
        "blank and the value; # at the start of a line or after a blank begins a comment. Options "
        "that do not change what is learned, such as out, stay on the command line, which wins "
        "where both say something. 'lenet show --recipe NAME' prints one that ships with lenet, to "
        "begin with. What was done stands whole in the model's note 'recipe'.\n\n"
        "NOTATION is the input's size and then the rows: C6@5 a convolution to 6 maps with 5x5 "
        "kernels (C16@5:table1 joins the maps by the table of 1998; there are lenet1 and lenet4 "
        "too), A2 and M2 the average and the maximum of 2x2 windows, S2 the trainable subsampling "
        "of 1998 (S8@2 to 8 maps), P2 a border of 2 zeros, F120 120 fully connected units, R10 the "
        "distances to the codes of 10 digits (1998), R95 to those of all printable characters. A "
        "C, S or F takes an activation: linear, "
        "tanh, scaled, sigmoid, relu, softmax; none means scaled, the tanh of 1998. The end is "
        "F10:softmax, R10, or F10:scaled, units that learn +1 for their digit and -1 for the "
        "others. So lenet5 is\n"
        "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax\n\n"
        "SPEC of --augment: affine (moves, scales, squeezes and slants, as in 1998), elastic "
        "(bends, as Simard 2003), robust (spoils half of the pictures as pens and cameras do) or "
        "several in this order, then any of these, with commas between: shift=PIXELS, "
        "scale=, squeeze=, shear= (fractions), rotate=DEGREES, alpha=PIXELS and sigma=PIXELS "
        "(elastic: noise of +-1 smoothed by a Gaussian of sigma, times alpha), stroke=PIXELS "
        "(strokes wider or narrower), occlude=PIXELS (a patch), blur=PIXELS, contrast= and noise= "
        "(fractions), each in half of the spoilt pictures, flip=PROBABILITY (mirrored), "
        "invert=PROBABILITY (each pixel, the noise of 1998). A picture draws its own numbers "
        "within the ranges from "
        "--seed, the epoch and its place. affine is "
        "shift=1.5,scale=0.1,squeeze=0.1,shear=0.2; elastic is alpha=36,sigma=6; robust is "
        "stroke=1,occlude=8,blur=1,contrast=0.6,noise=0.2; 'lenet data info SET --augment SPEC' "
        "draws examples.",
    .examples =
        "  lenet train --data mnist\n"
        "  lenet train --recipe 1998 --out lenet5-of-1998.safetensors\n"
        "  lenet train --recipe keras --epochs 3 --seed 2 --out keras.safetensors\n"
        "  lenet train --data synthetic --epochs 3 --mistakes 6 --out synthetic.safetensors\n"
        "  lenet train --augment affine,elastic --epochs 30 --out augmented.safetensors\n"
        "  lenet train --net '28x28 C8@5:relu M2 F32:relu F10:softmax'\n"
        "  lenet train --net lenet5-modern --seed 7 --out seven.safetensors --json\n"
        "  lenet train --data fashion-mnist --out fashion.safetensors --report fashion.html\n"
        "  lenet train --resume lenet5.safetensors.ckpt\n",
    .options = options,
    .run = cli_train,
    .shares = true,
};
