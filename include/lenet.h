/* lenet.h - LeNet-5 in C: train it, measure it, read digits with it, look inside it.
 *
 * This header is the manual of liblenet. Every other header of the project is private.
 *
 * The idea
 *   A network (lenet_network) is a table of rows: C1, S2, C3, ... It is a plain value.
 *   A model (lenet_model) is a network with its learned parameters. Reading it is thread-safe.
 *   A session (lenet_session) is the scratch memory of one forward pass: one per thread.
 *   A trainer (lenet_trainer) changes a model; it owns its threads and its optimiser state.
 *   A data set (lenet_dataset) is pixels and labels, read-only once opened.
 *
 * The rules
 *   - The library prints nothing, never ends the process, reads no environment variable and
 *     keeps no state that can change outside the objects below.
 *   - Every function that can fail returns a lenet_status and takes a `lenet_error *` as its last
 *     argument (NULL is allowed). On failure the out-parameters are left as they were, except
 *     where said; nothing half-made is returned.
 *   - A pointer may not be NULL except where it is said.
 *   - Objects come from a _create/_open/_load function and go back through the _free function of
 *     the same name. Freeing NULL does nothing. Memory is taken when an object is made: a forward
 *     pass or a training step allocates nothing.
 *   - A call takes at most 128 KiB of its thread's stack, what its caller keeps there (a lenet_measure
 *     is 65 KB) not included.
 *   - Pictures of digits are light ink on a dark ground, as in MNIST: 0 is paper, 255 is ink,
 *     one byte a pixel, rows from top to bottom, [row][column].
 *
 * Ten lines that read a picture: examples/predict.c
 */
#ifndef LENET_H
#define LENET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LENET_VERSION_MAJOR 0
#define LENET_VERSION_MINOR 1
#define LENET_VERSION_PATCH 0
#define LENET_VERSION "0.1.0"

#if defined(_WIN32)
#define LENET_API
#else
#define LENET_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The type of weights and activations: float. The project's own tests compile the library a
 * second time with double (-DLENET_REAL=double) to check gradients; a program that uses the
 * library leaves this alone. */
#ifndef LENET_REAL
#define LENET_REAL float
#endif
typedef LENET_REAL lenet_real;

/* "0.1.0": the version of the library that is linked, which may differ from LENET_VERSION. */
LENET_API const char *lenet_version(void);

/* ------------------------------------------------------------------ errors ---------------- */

typedef enum lenet_status {
  LENET_OK = 0,
  LENET_NO_MEMORY,     /* an allocation failed */
  LENET_BAD_ARGUMENT,  /* a value outside its stated range, or values that do not fit together */
  LENET_BAD_NOTATION,  /* a network's one-line form is wrong; position = column, from 1 */
  LENET_BAD_FILE,      /* the bytes are not what they should be; position = byte offset or -1 */
  LENET_CANNOT_READ,   /* a file is missing or may not be read */
  LENET_CANNOT_WRITE,  /* a file could not be written whole; the old one, if any, is untouched */
  LENET_NO_DATA,       /* a data set was not found where it was looked for */
  LENET_BAD_HASH,      /* the SHA-256 of a known data set's file is wrong */
  LENET_NO_NETWORK,    /* a download failed on every mirror */
  LENET_NO_DIGIT,      /* the picture holds nothing that could be a digit */
  LENET_DIVERGED,      /* training met a NaN or an infinite loss */
  LENET_STOPPED,       /* a callback asked to stop */
  LENET_UNSUPPORTED    /* this build was made without the library that it needs, or what is asked for
                          cannot be done with this network */
} lenet_status;

/* What went wrong, for people and for programs. `message` is one line without a newline that
 * names the file or option, the place and the reason. `position` is the byte offset or column
 * where it was noticed, or -1. */
typedef struct lenet_error {
  lenet_status status;
  long long position;
  char message[320];
} lenet_error;

/* "bad file", "no memory", ...: a constant string, never NULL. */
LENET_API const char *lenet_status_text(lenet_status status);

/* ------------------------------------------------------------------ networks -------------- */

enum {
  LENET_MAX_ROWS = 16,     /* rows in a network */
  LENET_MAX_MAPS = 1024,   /* feature maps or units in one row */
  LENET_MAX_SIDE = 128,    /* rows or columns of an input picture */
  LENET_MAX_CLASSES = 128, /* units in the last row */
  LENET_MAX_NOTATION = 512, /* bytes that hold any network's one-line form, with its NUL */
  LENET_MAX_UNITS = 1 << 20,      /* outputs of all rows of a network together */
  LENET_MAX_PARAMETERS = 1 << 24  /* length of a parameter array */
};

typedef enum lenet_kind {
  LENET_PAD,          /* P: a border of zeros */
  LENET_CONV,         /* C: convolution, stride 1, no padding of its own */
  LENET_AVERAGE_POOL, /* A: mean of size x size pixels, stride = size */
  LENET_MAX_POOL,     /* M: maximum of size x size pixels, stride = size */
  LENET_SUBSAMPLE,    /* S of 1998: sum of size x size pixels, times a coefficient, plus a bias;
                         may make several maps of each that it reads, as S2 of LeNet-4 does */
  LENET_DENSE,        /* F: fully connected */
  LENET_RBF           /* R of 1998: squared distance to each class's fixed 7x12 code; last row only */
} lenet_kind;

typedef enum lenet_activation {
  LENET_LINEAR,      /* f(a) = a */
  LENET_TANH,        /* f(a) = tanh(a) */
  LENET_SCALED_TANH, /* f(a) = 1.7159 tanh(2a/3), LeCun et al. 1998, p. 8 and appendix A */
  LENET_SIGMOID,     /* f(a) = 1 / (1 + exp(-a)) */
  LENET_RELU,        /* f(a) = max(a, 0) */
  LENET_SOFTMAX      /* last row only; trained with cross-entropy */
} lenet_activation;

typedef enum lenet_connections {
  LENET_FULL,         /* every output map sees every input map */
  LENET_TABLE1,       /* C3 of 1998: 16 maps see 3, 4 or 6 of 6, Table I on p. 8 */
  LENET_TABLE_LENET1, /* H3 of 1989: 12 maps see 1 or 2 of 4, 20 kernels */
  LENET_TABLE_LENET4  /* 16 maps see 3 of 8, 48 kernels; ours, LeNet-4's own was not published */
} lenet_connections;

/* One row of a network. Rows take their input size from the row above, so only what is chosen
 * stands here. */
typedef struct lenet_row {
  lenet_kind kind;
  int maps; /* output maps (C), units (F) or classes (R); 0 for P, A, M. S: 0 for as many as it
               reads, or a multiple of those; map m reads input map m / (maps / input maps) */
  int size; /* kernel side (C), window side (A, M, S), border width (P); 0 for F and R */
  lenet_connections connections; /* C only, else LENET_FULL */
  lenet_activation activation;   /* C, F and S; LENET_LINEAR for P, A, M, R */
} lenet_row;

/* A network: one input map of rows x columns pixels, then the rows in order. */
typedef struct lenet_network {
  int rows, columns;
  int row_count;
  lenet_row row[LENET_MAX_ROWS];
} lenet_network;

/* A named network of the library's table. `source` says what it follows. */
typedef struct lenet_variant {
  const char *name;
  const char *source;
  lenet_network network;
} lenet_variant;

/* The named networks, `*count` of them: lenet5, lenet5-conv, lenet5-d2l, lenet5-modern, cnn,
 * lenet5-1998, lenet1, lenet4, lenet5-ascii, lenet5-ascii-softmax. */
LENET_API const lenet_variant *lenet_variants(size_t *count);

/* The variant called `name`, or NULL. */
LENET_API const lenet_variant *lenet_variant_find(const char *name);

/* The variant that has exactly these rows, or NULL. */
LENET_API const lenet_variant *lenet_variant_of(const lenet_network *network);

/* Reads a network's one-line form, the notation:
 *
 *   28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax
 *
 *   28x28       input rows x columns
 *   P2          border of 2 zeros on each side
 *   C6@5        convolution to 6 maps with 5x5 kernels;  C16@5:table1 by the table of 1998,
 *               C12@5:lenet1 and C16@5:lenet4 by those of these networks
 *   A2, M2      average, maximum of 2x2 windows
 *   S2          trainable subsampling of 2x2 windows, as in 1998;  S8@2 to 8 maps, from 4 two each
 *   F120        120 fully connected units
 *   R10         distances to the codes of 10 digits, as in 1998; R95 to those of the printable
 *               characters of ASCII; reads 84 units
 *   :tanh       activation: linear, tanh, sigmoid, relu, softmax, scaled (the scaled tanh of
 *               1998); a C, S or F row without one has `scaled`
 *
 * The last row gives one number a class: a softmax, an R row, or units with tanh or scaled, which
 * learn +1 for the class and -1 for the others, as in LeNet-1 and LeNet-4: F10:scaled.
 *
 * Tokens are separated by one or more spaces. Printing and parsing are inverse to each other.
 * Fails with LENET_BAD_NOTATION and the column, also where the shapes do not fit. */
LENET_API lenet_status lenet_network_parse(const char *notation, lenet_network *network,
                                           lenet_error *error);

/* Writes the notation with its NUL. Any network that lenet_network_layout accepts fits. */
LENET_API void lenet_network_print(const lenet_network *network,
                                   char notation[LENET_MAX_NOTATION]);

/* What a row comes to once its input is known. */
typedef struct lenet_layer {
  char name[8];              /* "P", "C1", "S2", ... numbered as in the paper, P not counted */
  int input_maps, input_rows, input_columns;
  int maps, rows, columns;   /* output; a dense row has maps = units, rows = columns = 1 */
  long parameters;           /* weights and biases, only those that exist in a sparse table */
  long connections;          /* uses of a parameter, or of an input by a pool, per image */
  long macs;                 /* multiply-adds of weights per image, forward; bias not counted */
  size_t weight_offset, weight_count; /* place in the parameter array: [maps][input_maps][k][k] (C),
                                         [units][inputs] (F), [maps] (S), none (R); a sparse
                                         table's holes are there as 0 */
  size_t bias_offset, bias_count;     /* [maps] */
} lenet_layer;

typedef struct lenet_layout {
  lenet_layer layer[LENET_MAX_ROWS]; /* one for each row of the network */
  int classes;                       /* units of the last row */
  long parameters, connections, macs;
  size_t parameter_count; /* length of the parameter array, holes included */
} lenet_layout;

/* Works out shapes, counts and offsets. Fails with LENET_BAD_ARGUMENT where the rows do not fit:
 * a kernel larger than its map, a pool that leaves a rest, a last row that is no softmax, tanh or
 * scaled over 2 or more classes and no R row, a softmax or R row elsewhere, sizes over the limits
 * above; position = index of the row. */
LENET_API lenet_status lenet_network_layout(const lenet_network *network, lenet_layout *layout,
                                            lenet_error *error);

/* True where output map `to` of this convolution row reads input map `from`. */
LENET_API bool lenet_connected(const lenet_row *row, int from, int to);

enum { LENET_CODE_ROWS = 12, LENET_CODE_COLUMNS = 7, LENET_CODE_CELLS = 84 };

/* True where there are codes for so many classes: up to 10 digits, or LENET_CHARACTERS. */
LENET_API bool lenet_has_codes(int classes);

/* The code of class k in an R row of so many classes, which has codes: a picture of its character, 7
 * wide and 12 high, ink +1 and paper -1, in the order of F6's units (LeCun et al. 1998, Fig. 3). */
LENET_API void lenet_class_code(int classes, int k, lenet_real code[LENET_CODE_CELLS]);

enum {
  LENET_CHARACTERS = 95, /* printable characters of ASCII, from space to ~ */
  LENET_CLASS_NAME = 16  /* bytes that hold any name that lenet_class_name gives, with its NUL */
};

/* The character that class k, 0 .. classes - 1, stands for where neither a model nor a data set names
 * its classes: a digit where there are up to 10 or 11, ' ' + k where there are LENET_CHARACTERS or one
 * more; 0 for what is none: the last of 11 and of 96, and any class of other numbers. */
LENET_API int lenet_class_character(int classes, int k);

/* "7", "A", "space", "no digit", "no character", or the number of the class. */
LENET_API void lenet_class_name(int classes, int k, char name[LENET_CLASS_NAME]);

/* Printed characters that differ in many typefaces by nothing but height and place on the line, such as
 * "0Oo": the group of `character`, or NULL for one that is like no other. */
LENET_API const char *lenet_look_alikes(int character);

/* ------------------------------------------------------------------ models ---------------- */

typedef struct lenet_model lenet_model;

/* How bytes become inputs: input = byte * scale + offset. */
typedef struct lenet_input {
  float scale, offset;
} lenet_input;

/* How initial weights are drawn, F being the inputs of a unit; biases start at 0. */
typedef enum lenet_initial {
  LENET_USUAL,      /* by the row's activation: ReLU He-uniform, scaled tanh as LENET_FAN_IN, all
                       others Glorot (Xavier) uniform */
  LENET_FAN_IN,     /* even in +-2.4 / F (LeCun et al. 1998, appendix A) */
  LENET_ROOT_FAN_IN /* even in +-1 / sqrt(F), coefficients of S rows 1 / sqrt(F), as in the later
                       programs of the paper's authors (Lush, EBLearn) */
} lenet_initial;

/* "usual", "fan-in", "root-fan-in". */
LENET_API const char *lenet_initial_name(lenet_initial initial);
LENET_API bool lenet_initial_find(const char *name, lenet_initial *initial);

/* A new model with the usual initial weights, drawn from `seed`; the same seed gives the same
 * weights. */
LENET_API lenet_status lenet_model_create(const lenet_network *network, lenet_input input,
                                          uint64_t seed, lenet_model **model, lenet_error *error);

/* Draws the weights anew, in place. */
LENET_API void lenet_model_initialize(lenet_model *model, lenet_initial initial, uint64_t seed);

LENET_API void lenet_model_free(lenet_model *model);

LENET_API const lenet_network *lenet_model_network(const lenet_model *model);
LENET_API const lenet_layout *lenet_model_layout(const lenet_model *model);
LENET_API lenet_input lenet_model_input(const lenet_model *model);

/* The parameter array, lenet_layout.parameter_count long, in PyTorch's order: for each row its
 * weights [out][in][k][k] or [out][in], then its biases. Belongs to the model. */
LENET_API const lenet_real *lenet_model_parameters(const lenet_model *model);
LENET_API lenet_real *lenet_model_parameters_mut(lenet_model *model);

/* Notes that travel with a model, such as "recipe" and "test_error". Keys and values are UTF-8
 * without control characters, quotes or backslashes; keys up to 31 bytes, values up to 1023, at
 * most 24 notes. The keys format, notation, input_scale and input_offset are the files' own.
 * Setting NULL removes a note. lenet_model_note returns NULL where there is none. */
LENET_API lenet_status lenet_model_set_note(lenet_model *model, const char *key, const char *value,
                                            lenet_error *error);
LENET_API const char *lenet_model_note(const lenet_model *model, const char *key);

/* Copies parameters, input scaling and notes. */
LENET_API lenet_status lenet_model_copy(const lenet_model *model, lenet_model **copy,
                                        lenet_error *error);

/* The models that ship inside the library. */
LENET_API const char *const *lenet_builtin_names(void); /* NULL-terminated; the first is default */
LENET_API lenet_status lenet_builtin_load(const char *name, lenet_model **model,
                                          lenet_error *error); /* name NULL: the default */

/* Model files are safetensors (float32): tensors "c1.weight", "c1.bias", ... in PyTorch's order
 * and shapes, metadata "format" = "lenet", "notation", "input_scale", "input_offset" and the
 * notes. Loading checks every name, type, shape and offset against the notation before it takes
 * memory for them. Saving writes beside the file, syncs and renames: a crash leaves the old file
 * or the new one. A symbolic link at `path` is replaced by the file, not followed: a program that
 * wants it followed resolves it first. Parameters that are no finite numbers are not saved:
 * LENET_BAD_ARGUMENT, position = their place. LENET_UNSUPPORTED in a build without jansson. */
LENET_API lenet_status lenet_model_load(const char *path, lenet_model **model, lenet_error *error);
LENET_API lenet_status lenet_model_save(const lenet_model *model, const char *path,
                                        lenet_error *error);

/* ONNX files, for other programs and from them: operator set 13, float32, `input` [N, 1, rows,
 * columns], N any number of pictures, its values byte * scale + offset; `scores` [N, classes], the
 * higher the better: the sums before a softmax, units with targets, or minus the distances of an R
 * row; `probabilities` [N, classes] as lenet_classify has them. Notation, scale, offset and notes are
 * among the file's metadata, so that loading gives the same model back, bit for bit.
 *
 * Other programs' files load where their nodes are those of a network as this library has them, as
 * PyTorch and tf2onnx write them (docs/embedding.md): Conv, pools, Gemm or MatMul with Add, Relu, Tanh,
 * Sigmoid, Flatten or Reshape, Transpose between the orders of Keras and PyTorch, Softmax. Their input
 * scale is taken for 1/255, their offset for 0; lenet_model_set_input changes that. LENET_BAD_FILE
 * where the bytes are not a sound file, LENET_UNSUPPORTED, with the node, where the network is another
 * or the build has no protobuf-c. Saved as lenet_model_save does, finite numbers alone. */
LENET_API lenet_status lenet_model_load_onnx(const char *path, lenet_model **model,
                                             lenet_error *error);
LENET_API lenet_status lenet_model_save_onnx(const lenet_model *model, const char *path,
                                             lenet_error *error);

/* Weights from a safetensors file that says nothing of a network, such as PyTorch's state_dict: arrays
 * LAYER.weight and LAYER.bias (none: 0), float32 or float64. Each row of `network` takes the first
 * layer that has its shape and that no row above took, by name, "conv2" before "conv10"; none may be
 * left over. Input scale 1/255, offset 0. LENET_BAD_FILE where something does not fit, with the array
 * and its shape; LENET_UNSUPPORTED in a build without jansson. */
LENET_API lenet_status lenet_model_load_weights(const char *path, const lenet_network *network,
                                                lenet_model **model, lenet_error *error);

/* Changes how bytes become inputs. LENET_BAD_ARGUMENT where the numbers are not finite. */
LENET_API lenet_status lenet_model_set_input(lenet_model *model, lenet_input input,
                                             lenet_error *error);

/* ------------------------------------------------------------------ running --------------- */

/* Instruction sets that kernels are written for. */
typedef enum lenet_isa {
  LENET_ISA_BEST, /* the fastest that this processor has */
  LENET_ISA_SCALAR,
  LENET_ISA_AVX2, /* with FMA */
  LENET_ISA_AVX512,
  LENET_ISA_NEON, /* 64-bit ARM */
  LENET_ISA_WASM  /* WebAssembly with its 128-bit SIMD */
} lenet_isa;

/* "best", "scalar", "avx2", "avx512", "neon", "wasm". */
LENET_API const char *lenet_isa_name(lenet_isa isa);
LENET_API bool lenet_isa_find(const char *name, lenet_isa *isa);
/* True if this build has kernels for it and this processor can run them. */
LENET_API bool lenet_isa_available(lenet_isa isa);
/* What LENET_ISA_BEST stands for here. */
LENET_API lenet_isa lenet_isa_best(void);
/* Which kernels compute networks in integers there: "scalar", "avx2", "neon", or "vnni", those of
 * AVX-512 VNNI, which some processors with AVX-512 lack; NULL if it is not available. */
LENET_API const char *lenet_isa_integers(lenet_isa isa);

typedef struct lenet_session lenet_session;

/* Scratch for forward passes of `model`, which must outlive the session; changes to the model's
 * parameters show at the next call. One thread at a time may use a session; any number of
 * sessions may share a model. LENET_BAD_ARGUMENT for an instruction set that is not available. */
LENET_API lenet_status lenet_session_create(const lenet_model *model, lenet_isa isa,
                                            lenet_session **session, lenet_error *error);
LENET_API void lenet_session_free(lenet_session *session);

/* Classifies `count` pictures, pixels [count][rows][columns]. Pictures smaller than the network's
 * input are put in its middle on paper; larger ones are LENET_BAD_ARGUMENT. `probabilities`
 * [count][classes] sum to 1 for each picture: the softmax of the last row, or of the negative
 * distances y of an R row, exp(-y) / sum exp(-y), so that the nearest code has the highest. Units
 * with targets have such distances too, see lenet_loss: there it is the softmax of 4 x the units.
 * A single picture goes another way than many, the faster one for it: its probabilities may differ
 * in their last bits from those that it has among others. */
LENET_API lenet_status lenet_classify(lenet_session *session, const uint8_t *pixels, int rows,
                                      int columns, size_t count, lenet_real *probabilities,
                                      lenet_error *error);

/* The feature maps of row `row` (0 .. row_count-1) for the first picture of the last call of
 * lenet_classify: maps [maps][rows][columns] of that row's lenet_layer, after its activation; of an
 * R row the squared distances. */
LENET_API lenet_status lenet_session_maps(const lenet_session *session, int row, lenet_real *maps,
                                          lenet_error *error);

/* The same of what the activation was applied to: the sums before it. Of a row without an activation
 * these are its maps, of a softmax row the sums that it is the softmax of. Computed from the definition
 * in plain loops, so that a sum may differ from the kernels' in its last bits. LENET_UNSUPPORTED of a P
 * row that comes first, which computes nothing. */
LENET_API lenet_status lenet_session_sums(const lenet_session *session, int row, lenet_real *sums,
                                          lenet_error *error);

/* One input of a unit: where it stands in the row's input, [map][row][column], and what it adds. */
typedef struct lenet_term {
  int map, row, column;
  lenet_real input;
  lenet_real weight;  /* A: 1 / the window's pixels; M: 1 of the highest input, else 0; S: its
                         coefficient; R: the code, +1 or -1; P: 1 */
  lenet_real product; /* input x weight; of an R row (input - weight)^2 */
} lenet_term;

/* A unit's arithmetic: sum = the products + bias, output = activation(sum). */
typedef struct lenet_unit {
  size_t count;    /* terms that there are */
  lenet_real bias; /* 0 where the row has none */
  lenet_real sum, output; /* as lenet_session_sums and lenet_session_maps have them */
} lenet_unit;

/* The arithmetic of unit [map][y][x] of row `row` for the picture of lenet_session_maps: `terms` gets
 * the first `most` of its terms, map by map, each from left to right and from top to bottom; it may be
 * NULL where `most` is 0. Errors as above. */
LENET_API lenet_status lenet_session_unit(const lenet_session *session, int row, int map, int y,
                                          int x, size_t most, lenet_term *terms, lenet_unit *unit,
                                          lenet_error *error);

/* A part of feature maps: rows row .. row + rows - 1, columns column .. column + columns - 1. */
typedef struct lenet_field {
  int row, column, rows, columns;
} lenet_field;

/* The receptive field of unit (y, x) of any map of row `row`: the part that it depends on of the input of
 * row `of`, 0 <= of <= row; with `of` 0 that is a part of the picture. Of the border that a P row adds
 * nothing is left. LENET_BAD_ARGUMENT outside the network. */
LENET_API lenet_status lenet_receptive_field(const lenet_network *network, int row, int y, int x,
                                             int of, lenet_field *field, lenet_error *error);

/* ------------------------------------------------------------------ samples --------------- */

/* Where training and measuring get their pictures. `fetch` writes the pictures and labels of
 * samples first + index[0 .. count-1], pixels [count][rows][columns]; it is called from several
 * threads at once, must not fail, and must depend on nothing but its arguments, so that runs
 * repeat. Labels are below `classes`; a sample with another one is learned by no one and counts as
 * an error. `epoch` lets a source distort a sample differently each time: training counts epochs
 * from 1, measuring asks for epoch 0, the samples as they are. */
typedef struct lenet_samples {
  size_t first, count;
  int rows, columns, classes;
  void (*fetch)(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                uint8_t *pixels, uint8_t *labels);
  void *context;
} lenet_samples;

/* The part [first, first + count) of `samples`, counted from its own start. */
LENET_API lenet_samples lenet_samples_part(lenet_samples samples, size_t first, size_t count);

/* How widely pictures are distorted, so that a network learns from a slightly different one in each
 * epoch. Every picture draws its own numbers, evenly from the ranges below; 0 leaves that one out.
 * Shifts, scaling, squeezing and shear are those of LeCun et al. 1998, p. 10, which gives no ranges;
 * the elastic distortion is that of Simard, Steinkraus and Platt 2003. stroke, occlude, blur, contrast
 * and noise leave every other picture alone, and come to half of the rest each, another half for
 * each: first what moves ink, all at once, then these in the order of the fields. */
typedef struct lenet_augmentation {
  float shift;   /* moved by up to this many pixels, across and down apart; 0 .. 32 */
  float scale;   /* 1 - scale .. 1 + scale times as large; 0 .. 0.9 */
  float squeeze; /* for a k in +-squeeze 1 + k times as high, divided by 1 + k in width; 0 .. 0.9 */
  float shear;   /* slanted by up to this many pixels across per pixel of height; 0 .. 2 */
  float rotate;  /* turned by up to this many degrees; 0 .. 180 */
  float alpha;   /* elastic: each point is displaced by noise of +-1, even and independent in every
                    pixel and direction, smoothed by a Gaussian and multiplied by alpha: a standard
                    deviation of 0.163 alpha / sigma pixels; 0 .. 1000 */
  float sigma;   /* that of the Gaussian, pixels; 2 .. 32, or 0 where alpha is 0 */
  float stroke;  /* strokes are wider or narrower by up to this many pixels, half on each side: as far
                    as the darkest or lightest of a pixel and its four neighbours goes, for 2
                    pixels; 0 .. 2 */
  float occlude; /* a rectangle of up to this many pixels a side (1 at least), inside the picture, is
                    painted paper, ink or some grey between, one as often as another; 0 .. 32 */
  float blur;    /* blurred with a standard deviation of up to this many pixels: half of the times by
                    a Gaussian, else along a line in any direction; 0 .. 4 */
  float contrast; /* paper is up to this fraction of the way to ink, and ink to paper, but a tenth of
                     the way is always left: byte -> low + (high - low) byte / 255 with low / 255 in 0
                     .. contrast and high / 255 in max(1 - contrast, low / 255 + 0.1) .. 1; 0 .. 0.9
                   */
  float noise;   /* Gaussian noise of a standard deviation of up to this fraction of 255 is added to
                    each pixel, clipped to 0 .. 255; 0 .. 1 */
  float flip;    /* mirrored left to right with this probability, before all of the above: for things
                    that have no handedness, as those of Fashion-MNIST; digits have; 0 .. 1 */
  float invert;  /* each pixel is inverted, 255 - byte, with this probability, after all of the
                    above: the noise of LeCun et al. 1998, p. 16 (0.1 there); 0 .. 1 */
} lenet_augmentation;

enum { LENET_MAX_AUGMENTATION = 320 }; /* bytes that hold any one-line form, with its NUL */

/* Reads the one-line form of an augmentation, parts with commas between:
 *
 *   none                    alone: pictures as they are
 *   affine                  first: shift=1.5,scale=0.1,squeeze=0.1,shear=0.2
 *   elastic                 first, or after affine: alpha=36,sigma=6
 *   robust                  first, or after these: stroke=1,occlude=8,blur=1,contrast=0.6,noise=0.2
 *   shift=2 invert=0.1 ...  any field by its name, each once, in any order; replaces what the names
 *                           above say. A number is 0 or at least 0.001, without an exponent.
 *
 * Fails with LENET_BAD_ARGUMENT and the column. */
LENET_API lenet_status lenet_augmentation_parse(const char *text, lenet_augmentation *augmentation,
                                                lenet_error *error);

/* Writes the shortest one-line form with its NUL: parsing it gives the same augmentation. */
LENET_API void lenet_augmentation_print(const lenet_augmentation *augmentation,
                                        char text[LENET_MAX_AUGMENTATION]);

/* What is done to one picture, about its middle, in this order. */
typedef struct lenet_distortion {
  double wide, high; /* stretched by these factors, 0.1 .. 10 */
  double shear;      /* what is one pixel higher moves to the right by this, -2 .. 2 */
  double rotate;     /* degrees, clockwise, -180 .. 180 */
  double right, down; /* moved by these pixels, -32 .. 32 */
  double stroke;     /* strokes wider by so many pixels, narrower where negative, -4 .. 4 */
  double noise;      /* standard deviation of Gaussian noise, in parts of full ink, 0 .. 1 */
} lenet_distortion;

/* Distorts a picture in place, pixels [rows][columns], each side at most LENET_MAX_SIDE, paper around
 * it; 1, 1 and zeros leave it as it is. The noise is that of `seed`. LENET_BAD_ARGUMENT for values out
 * of range. */
LENET_API lenet_status lenet_distort_picture(const lenet_distortion *distortion, uint64_t seed,
                                             int rows, int columns, uint8_t *pixels,
                                             lenet_error *error);

typedef struct lenet_augmenter lenet_augmenter;

/* Distorts `samples`, whose context must outlive it: pictures of up to LENET_MAX_SIDE pixels a side,
 * in their own frame, paper around them. A sample's distortion is a function of `seed`, the epoch
 * and the sample's place (first + index, below 2^32) alone. LENET_BAD_ARGUMENT for values out of
 * range. */
LENET_API lenet_status lenet_augmenter_create(const lenet_samples *samples,
                                              const lenet_augmentation *augmentation, uint64_t seed,
                                              lenet_augmenter **augmenter, lenet_error *error);
LENET_API void lenet_augmenter_free(lenet_augmenter *augmenter);

/* The distorted samples; the augmenter must outlive them. Any number of threads may fetch them. In
 * epoch 0 they are as they were. */
LENET_API lenet_samples lenet_augmenter_samples(const lenet_augmenter *augmenter);

enum { LENET_CORRUPTION_LEVELS = 5, LENET_CORRUPTION_USUAL = 3 };

/* A way in which pictures can be worse than those that a network has learned from, to measure what
 * it stands; most are those of MNIST-C (Mu and Gilmer 2019), with amounts of ours. */
typedef struct lenet_corruption {
  const char *name;                       /* "shift" */
  const char *description;                /* what is done, with the unit of the amount */
  double amount[LENET_CORRUPTION_LEVELS]; /* of levels 1 .. 5 */
} lenet_corruption;

/* All of them, `*count`. */
LENET_API const lenet_corruption *lenet_corruptions(size_t *count);

/* The one called `name`, or NULL. */
LENET_API const lenet_corruption *lenet_corruption_find(const char *name);

typedef struct lenet_corrupter lenet_corrupter;

/* Corrupts `samples`, whose context must outlive it: pictures of up to LENET_MAX_SIDE pixels a side.
 * `corruption` is one of lenet_corruptions, `level` 1 .. 5. What happens to a sample is a function of
 * `seed`, the corruption and the sample's place (first + index, below 2^32) alone, the same in every
 * epoch. LENET_BAD_ARGUMENT for values out of range. */
LENET_API lenet_status lenet_corrupter_create(const lenet_samples *samples,
                                              const lenet_corruption *corruption, int level,
                                              uint64_t seed, lenet_corrupter **corrupter,
                                              lenet_error *error);
LENET_API void lenet_corrupter_free(lenet_corrupter *corrupter);

/* The corrupted samples; the corrupter must outlive them. Any number of threads may fetch them. */
LENET_API lenet_samples lenet_corrupter_samples(const lenet_corrupter *corrupter);

/* ------------------------------------------------------------------ measuring ------------- */

/* What was read in one sample. */
typedef struct lenet_answer {
  uint8_t label;    /* 255: the sample has none that is a class, which counts as an error */
  uint8_t answer;   /* the class with the highest probability, the first among equals */
  float confidence; /* probability of `answer` */
  float margin;     /* between the two best scores, at least 0 and finite: for a softmax the difference
                       of the two largest sums before it, which is that of the logarithms of the
                       probabilities; for an R row that of the two least distances, for units with
                       targets that of the two highest units */
} lenet_answer;

typedef struct lenet_measure {
  size_t samples, errors;
  double loss;    /* mean cross-entropy of the probabilities, nats */
  double seconds; /* wall time */
  uint32_t confusion[LENET_MAX_CLASSES][LENET_MAX_CLASSES]; /* [label][answer] */
} lenet_measure;

/* The errors among samples with the labels first .. first + count - 1, within 0 .. classes - 1, where an
 * answer that looks like the label counts as right (lenet_look_alikes). */
LENET_API size_t lenet_errors_but_alike(const lenet_measure *measure, int classes, int first,
                                        int count);

/* Counts a model's errors with `threads` threads (0: one per processor; without threads, as in
 * WebAssembly, always one). `answers` (or NULL) gets one entry for each sample. Results are the
 * same for any thread count. */
LENET_API lenet_status lenet_evaluate(const lenet_model *model, const lenet_samples *samples,
                                      int threads, lenet_isa isa, lenet_measure *measure,
                                      lenet_answer *answers, lenet_error *error);

enum { LENET_MAX_MODELS = 64 };

/* The same for 1 .. LENET_MAX_MODELS models that answer together, as the three nets of LeCun et al.
 * 1998, p. 13, do: by the mean of their outputs, which are the probabilities of a softmax, the
 * distances of an R row and the units of others. The last rows must be alike, all else may differ; LENET_BAD_ARGUMENT
 * with the index of the first model that ends otherwise than models[0] as the position. */
LENET_API lenet_status lenet_evaluate_together(const lenet_model *const *models, size_t model_count,
                                               const lenet_samples *samples, int threads,
                                               lenet_isa isa, lenet_measure *measure,
                                               lenet_answer *answers, lenet_error *error);

/* A point of the error-reject curve: all answers whose margin is below `margin` are rejected, the
 * others accepted. */
typedef struct lenet_rejection {
  size_t rejected, accepted;
  size_t errors; /* among the accepted */
  float margin;
} lenet_rejection;

/* The error-reject curve (LeCun et al. 1998, p. 13-14) of `count` answers: `curve`, with room for
 * `count` points, gets one for each different margin, from none rejected to all but those with the
 * largest margin. Answers with the same margin are rejected together. Returns the number of points.
 * Both pointers may be NULL where `count` is 0. */
LENET_API size_t lenet_rejection_curve(const lenet_answer *answers, size_t count,
                                       lenet_rejection *curve);

/* The first point of the curve, hence that with the fewest rejected, where errors / accepted is at
 * most `error_rate`; NULL where there is none. */
LENET_API const lenet_rejection *lenet_rejection_for(const lenet_rejection *curve, size_t points,
                                                     double error_rate);

enum { LENET_CALIBRATION_BINS = 15, LENET_MAX_TEMPERATURE = 64 };

/* How far confidences are from the truth: answers in bins of equal width by their confidence, bin b
 * (0 ..) those above b / 15 up to (b + 1) / 15 (Guo et al. 2017). */
typedef struct lenet_calibration {
  double error; /* expected calibration error: the mean of |accuracy - confidence| of the bins, each
                   weighted by its answers; eq. (3) of the paper */
  struct {
    size_t count;
    double confidence, accuracy; /* means of the bin; 0 where it is empty */
  } bin[LENET_CALIBRATION_BINS];
} lenet_calibration;

/* Of `count` answers; all 0 where there are none. */
LENET_API lenet_calibration lenet_calibration_of(const lenet_answer *answers, size_t count);

/* Temperature scaling (Guo et al. 2017, section 4.2): finds the T in 1/64 .. 64 for which
 * softmax(scores / T) has the least mean cross-entropy on `samples`, which the model should not have
 * been trained on, and divides the last row's weights and biases by it. Answers stay the same, their
 * confidences come to mean what they say. `*temperature` gets T. LENET_UNSUPPORTED where the last row
 * is no softmax; LENET_BAD_ARGUMENT for samples that do not fit, and where the best T is outside the
 * range, as for few samples that are all read rightly; then the model stays as it was. */
LENET_API lenet_status lenet_model_calibrate(lenet_model *model, const lenet_samples *samples,
                                             lenet_isa isa, double *temperature,
                                             lenet_error *error);

/* ------------------------------------------------------------------ in integers ----------- */

/* A model in 8-bit integers: several times as fast in batches with AVX-512 VNNI, and scores that are
 * the same bits on every machine, instruction set and number of threads. What exactly is computed
 * stands in docs/int8.md. It is made once, for reading only: any number of threads may share it,
 * and it does not need the model any more. */
typedef struct lenet_quantized lenet_quantized;

/* Quantizes `model`. How far the outputs of relu and linear rows go is measured on the pictures of
 * `calibration`, which should be some hundred of those that it was trained on; a network without
 * such rows needs none: NULL. The same model and samples give the same integers everywhere.
 * LENET_BAD_ARGUMENT where samples are needed or do not fit, or a parameter is no number;
 * LENET_UNSUPPORTED, position = index of the row, where a sum could leave 32 bits, the zeros of a P
 * row are no byte's number, or the last row is none of F, C and R. */
LENET_API lenet_status lenet_quantize(const lenet_model *model, const lenet_samples *calibration,
                                      lenet_quantized **quantized, lenet_error *error);
LENET_API void lenet_quantized_free(lenet_quantized *quantized);

typedef struct lenet_quantized_session lenet_quantized_session;

/* Scratch for passes through `quantized`, which must outlive it; as lenet_session_create. */
LENET_API lenet_status lenet_quantized_session_create(const lenet_quantized *quantized,
                                                      lenet_isa isa,
                                                      lenet_quantized_session **session,
                                                      lenet_error *error);
LENET_API void lenet_quantized_session_free(lenet_quantized_session *session);

/* Classifies as lenet_classify does. `scores` [count][classes] are the last row's integers, the
 * same everywhere; the highest is the answer, the first among equals. `probabilities` are computed
 * from them in floating point. Either may be NULL. Pictures go 16 at a time: a single one takes as
 * long as 16, and lenet_classify is faster for it. */
LENET_API lenet_status lenet_quantized_classify(lenet_quantized_session *session,
                                                const uint8_t *pixels, int rows, int columns,
                                                size_t count, lenet_real *probabilities,
                                                int32_t *scores, lenet_error *error);

/* Counts errors as lenet_evaluate does. */
LENET_API lenet_status lenet_quantized_evaluate(const lenet_quantized *quantized,
                                                const lenet_samples *samples, int threads,
                                                lenet_isa isa, lenet_measure *measure,
                                                lenet_answer *answers, lenet_error *error);

/* ------------------------------------------------------------------ C for small chips ------ */

/* What exported C takes on the chip, bytes. */
typedef struct lenet_c_sizes {
  size_t weights;   /* flash */
  size_t tables;    /* flash: biases, what rounds sums, the curve of tanh */
  size_t workspace; /* RAM */
} lenet_c_sizes;

enum { LENET_C_STACK = 768 }; /* what its functions take at most, compiled by gcc -O2 */

/* Writes a model as C99 that needs nothing else, no library, no memory, no libm: `path`, which ends in
 * .c, and beside it the header, which says what it takes and how it is called; functions begin
 * with the file's name (docs/embedding.md). With `quantized`, the integers of this model, scores
 * are those of lenet_quantized_classify bit for bit; with NULL it computes in floats. `sizes` may
 * be NULL. Both files are written as lenet_model_save does; where one cannot be, neither is.
 * LENET_BAD_ARGUMENT for a name that begins no function, a parameter that is no number, or integers
 * of another network; LENET_UNSUPPORTED where the last row is none of F, C and R. */
LENET_API lenet_status lenet_model_save_c(const lenet_model *model,
                                          const lenet_quantized *quantized, const char *path,
                                          lenet_c_sizes *sizes, lenet_error *error);

/* ------------------------------------------------------------------ training -------------- */

typedef enum lenet_optimizer {
  LENET_SGD, /* v = momentum v + g; w -= rate v */
  LENET_ADAM, /* Kingma and Ba 2015, beta 0.9, 0.999, epsilon 1e-8 */
  LENET_SDLM  /* stochastic diagonal Levenberg-Marquardt, LeCun et al. 1998, appendix C: each weight
                 has a rate of its own, w -= rate / (mu + h) x (sum of the batch's gradients), h the
                 mean second derivative on some samples, taken anew before each epoch */
} lenet_optimizer;

typedef enum lenet_schedule {
  LENET_CONSTANT,
  LENET_STEP,  /* rate x step_factor after every step_epochs epochs */
  LENET_COSINE, /* falls from the rate to 0 over all steps of all epochs, half a cosine */
  LENET_1998    /* the paper's, p. 10: the rate in epochs 1-2, then x 0.4 (3-5), x 0.2 (6-8), x 0.1
                   (9-12), x 0.02; with a rate of 0.0005 the paper's numbers */
} lenet_schedule;

/* What training makes small. p. 8-9 of LeCun et al. 1998; D: the label; y: outputs of an R row, or
 * the squared distances of a last row of tanh units to each class's targets, +1 and -1. Of both,
 * probabilities are the softmax of -y and the answer is the nearest class: the highest unit. */
typedef enum lenet_loss {
  LENET_CROSS_ENTROPY, /* of a softmax: -log p[D] */
  LENET_MSE,           /* of the others, eq. (8): y[D], with targets the sum of squared errors */
  LENET_MAP            /* of the others, eq. (9): y[D] + log(exp(-j) + sum exp(-y)) */
} lenet_loss;

/* Everything that decides the weights. `seed` orders the samples; initial weights come from the
 * model. Threads are no part of it: they change the time, not the result. */
typedef struct lenet_recipe {
  int epochs;
  int batch; /* images per step; the last step of an epoch takes what is left. Where it is 1, one
                thread trains; in any case all measure the validation samples. */
  lenet_optimizer optimizer;
  float learning_rate;
  float momentum;     /* SGD only, 0 .. 1 */
  float weight_decay; /* decoupled: w -= rate decay w; weights only, not biases */
  lenet_schedule schedule;
  int step_epochs;   /* LENET_STEP only */
  float step_factor; /* LENET_STEP only */
  float mu;              /* LENET_SDLM only: more than 0; 0.02 in the paper */
  int curvature_samples; /* LENET_SDLM only: at least 1; all where there are fewer; 500 */
  lenet_loss loss;
  float rubbish; /* LENET_MAP only: j of eq. (9), more than 0; INFINITY: no rubbish class */
  float warmup;  /* the rate grows evenly from 0 over so many epochs, beside the schedule; 0: none */
  float ema; /* weight averaging: after each step average += (1 - ema) (w - average), 0 .. below 1,
                0: none; ema is at most (1 + steps) / (10 + steps), so that the first weights are
                soon forgotten. The average is what is measured, kept and left in the model */
  float label_smoothing; /* LENET_CROSS_ENTROPY only: a label's probability is 1 less this, of which
                            each class gets an even share (Szegedy et al. 2016); 0 .. below 1 */
  float dropout; /* outputs of hidden F rows, and of C rows that see their whole input, are left out
                    with this probability while learning (Srivastava et al. 2014); 0 .. below 1 */
  float distillation; /* LENET_CROSS_ENTROPY only: the share of the loss that follows teachers, see
                         lenet_trainer_set_teachers; 0: none, up to 1: no label counts */
  float temperature;  /* with distillation: that of teachers and taught, 0.01 .. 1000 */
  uint64_t seed;
} lenet_recipe;

/* The recipe that suits a network, found on validation images, and its usual input scaling. */
LENET_API lenet_recipe lenet_recipe_default(const lenet_network *network);
LENET_API lenet_input lenet_input_default(const lenet_network *network);

/* "sgd", "adam", "sdlm"; "constant", "step", "cosine", "1998". */
LENET_API const char *lenet_optimizer_name(lenet_optimizer optimizer);
LENET_API bool lenet_optimizer_find(const char *name, lenet_optimizer *optimizer);
LENET_API const char *lenet_schedule_name(lenet_schedule schedule);
LENET_API bool lenet_schedule_find(const char *name, lenet_schedule *schedule);
/* "cross-entropy", "mse", "map". */
LENET_API const char *lenet_loss_name(lenet_loss loss);
LENET_API bool lenet_loss_find(const char *name, lenet_loss *loss);

typedef struct lenet_trainer lenet_trainer;

/* What a running epoch has come to, passed to the progress callback after each step. */
typedef struct lenet_progress {
  int epoch, epochs;      /* epoch counts from 1 */
  size_t done, total;     /* images of this epoch */
  double loss;            /* running mean of this epoch, of the loss that the recipe names */
  double seconds;         /* since this call of lenet_trainer_epoch */
} lenet_progress;

typedef struct lenet_epoch {
  int epoch;               /* from 1 */
  double train_loss;       /* mean loss of the recipe while learning */
  double train_error;      /* fraction wrong while learning */
  double validation_loss;  /* NaN without validation samples */
  double validation_error; /* fraction wrong; NaN without validation samples */
  double learning_rate;    /* at the end of the epoch */
  double lowest_rate, highest_rate; /* LENET_SDLM: of single weights, rate / (mu + h), at the end of
                                       the epoch; else both learning_rate */
  double seconds;          /* learning and validation */
  double train_seconds;    /* learning alone */
  bool best;               /* the lowest validation error so far (without validation: always) */
  bool plateau;            /* hardly fewer errors than guessing makes: nothing is learned */
} lenet_epoch;

/* A trainer of `model`. The model must outlive it and must not be used by others while an epoch
 * runs; `train` and `validation` (NULL: none) are copied, their contexts must outlive it too.
 * `threads` 0: one per processor; without threads, as in WebAssembly, always one. */
LENET_API lenet_status lenet_trainer_create(lenet_model *model, const lenet_recipe *recipe,
                                            const lenet_samples *train,
                                            const lenet_samples *validation, int threads,
                                            lenet_isa isa, lenet_trainer **trainer,
                                            lenet_error *error);
LENET_API void lenet_trainer_free(lenet_trainer *trainer);

/* The models whose answers the trainer's model learns with recipe.distillation (Hinton, Vinyals,
 * Dean 2015): the mean of their probabilities at recipe.temperature, for each picture as it was
 * distorted. To be set before the first epoch, and before lenet_trainer_resume, which sees by their
 * parameters whether they are those of the saved run. The models must outlive the trainer; several trainers may share them. LENET_BAD_ARGUMENT where distillation is
 * 0, and, with the index of the teacher as position, where one ends otherwise than in a softmax over
 * the same classes or reads smaller pictures. */
LENET_API lenet_status lenet_trainer_set_teachers(lenet_trainer *trainer,
                                                  const lenet_model *const *teachers, size_t count,
                                                  lenet_error *error);

/* Other processes, be it on other machines, that train the same model together. Each of `ranks` has a
 * trainer made of the same model, recipe, samples and instruction set, with any number of threads;
 * learns from its own run of each batch's blocks of 16 pictures, and fetches no other samples; tells the others what that came to; and
 * ends with the same weights as they, bit for bit those of one trainer without peers.
 *
 * `exchange` carries the bytes: to each other rank r the send_size[r] bytes at send[r], and from it
 * receive_size[r] bytes to receive[r]; what stands at [rank] is nothing. All ranks call it equally often,
 * each on the thread that called lenet_trainer_epoch, and their sizes agree. It returns when all has
 * come and what was sent may be overwritten; or false where the others are lost: then the epoch ends with
 * LENET_STOPPED before the step that was begun, so that the trainer can be saved, not go on. */
typedef struct lenet_peers {
  int rank, ranks; /* 0 .. ranks - 1, at least 1 */
  bool (*exchange)(void *context, const void *const *send, const size_t *send_size,
                   void *const *receive, const size_t *receive_size);
  void *context;
} lenet_peers;

/* To be set before the first epoch; `peers` is copied, its context must outlive the trainer. Where one
 * rank's progress callback returns false, all stop after the next step; an epoch's last step ends it all the same. One
 * rank can save for all: checkpoints are the same on any number of ranks. Sums that both halves of a
 * run of blocks share travel once, so ranks that are a power of two send least. LENET_BAD_ARGUMENT
 * for more ranks than a batch has blocks. */
LENET_API lenet_status lenet_trainer_set_peers(lenet_trainer *trainer, const lenet_peers *peers,
                                               lenet_error *error);

/* Runs one epoch, or what is left of one that was stopped, then measures the validation samples.
 * `progress` (or NULL) is called on the calling thread after each step and stops the epoch by
 * returning false: LENET_STOPPED, with the trainer whole between two steps. LENET_DIVERGED when
 * the loss is no longer a number; the model then holds the best epoch's weights if there was one.
 * LENET_BAD_ARGUMENT when all epochs are done, or when there is to be distillation and nobody
 * teaches. With weight averaging the model holds the average after an epoch, and in a stopped one
 * the weights that learn. */
LENET_API lenet_status lenet_trainer_epoch(lenet_trainer *trainer,
                                           bool (*progress)(void *context,
                                                            const lenet_progress *progress),
                                           void *context, lenet_epoch *epoch, lenet_error *error);

/* Number of whole epochs done. */
LENET_API int lenet_trainer_epochs_done(const lenet_trainer *trainer);
/* The results of whole epoch `epoch` (from 1), also of those before a resume. */
LENET_API lenet_epoch lenet_trainer_history(const lenet_trainer *trainer, int epoch);
LENET_API const lenet_recipe *lenet_trainer_recipe(const lenet_trainer *trainer);

/* Puts the weights of the best epoch into the model and returns that epoch (0: none yet). */
LENET_API int lenet_trainer_take_best(lenet_trainer *trainer);

/* Saves all that training needs to go on: weights, best weights, optimiser, place in the epoch,
 * history, recipe. Written as lenet_model_save does. A run resumed from it ends with the same
 * bits as one that was never stopped. */
LENET_API lenet_status lenet_trainer_save(const lenet_trainer *trainer, const char *path,
                                          lenet_error *error);

/* What a checkpoint says of itself, so that a program can open the same data before resuming. */
typedef struct lenet_checkpoint_info {
  lenet_network network;
  lenet_input input;
  lenet_recipe recipe;
  size_t train_count, validation_count;
  int epochs_done;
  size_t images;  /* the note "images", those of the training split where only the first
                     train_count were learned from; else train_count + validation_count */
  char data[256]; /* the note "data" of the model */
  char augment[LENET_MAX_AUGMENTATION]; /* the note "augment", "" where there is none */
  char teachers[512]; /* the note "teachers", "" where there is none */
  char calibrate[16]; /* the note "calibrate", "" where there is none */
  char isa[16]; /* the note "isa", "" where there is none; another one gives other bits */
} lenet_checkpoint_info;

LENET_API lenet_status lenet_checkpoint_read_info(const char *path, lenet_checkpoint_info *info,
                                                  lenet_error *error);

/* Puts a fresh trainer (same network, recipe, teachers and sample counts, else LENET_BAD_ARGUMENT; the
 * recipe's `epochs` may be larger unless the schedule is cosine) into the state saved at `path`;
 * its model gets the notes of the saved one. A trainer that is refused stays as it was. */
LENET_API lenet_status lenet_trainer_resume(lenet_trainer *trainer, const char *path,
                                            lenet_error *error);

/* ------------------------------------------------------------------ data ------------------ */

typedef struct lenet_dataset lenet_dataset;

typedef enum lenet_split { LENET_TRAIN, LENET_TEST } lenet_split;

/* Opens a data set. `set` is
 *   a directory with the four IDX files of MNIST, plain or .gz;
 *   a directory of pictures by class (DIR/3/any.png), or with train/ and test/ above the classes
 *     (without these every sixth picture of a class is for testing); classes are mixed evenly;
 *   a name of lenet_catalogue, looked for as <directory>/<name> in each of `directories`
 *     (NULL-terminated, or NULL), its files checked against their SHA-256;
 *   synthetic, synthetic:COUNT, synthetic:COUNT,seed=S: handwriting drawn by this library. COUNT
 *     is that of the training split (default 60,000; test: a sixth of it, at least 100);
 *   printed, as synthetic: digits as typefaces and displays have them, sans-serif, serif and seven
 *     segments, light to bold, narrow to wide, upright and slanted;
 *   glyphs, as synthetic: the 95 printable characters of ASCII, class k being ' ' + k, in the fonts of
 *     this machine, or those below the first <directory>/fonts that there is, as a scanner sees them:
 *     blurred, with more or less ink, noise, black and white alone, through JPEG; x is 12 rows high
 *     and stands on row 21, but for a reader's errors. The space is a blank picture. Each split has
 *     families of its own, and the last twelfth of the training split, for validation, too; what is
 *     learned from has each digit three times in 115 pictures, the rest each character alike.
 *     LENET_NO_DATA where a family is missing altogether, LENET_UNSUPPORTED without FreeType or
 *     libjpeg;
 *   nondigits, as synthetic: what is no digit, for an eleventh class. All labels are 10, "no digit";
 *     classes 0 to 9 stay empty. Of any 20 in a row 10 are letters and signs (seven of ten by hand,
 *     the rest in print; none that many hands write as a digit: O o I l | Z z S s b g q), 4 scribbles
 *     (tangles, zigzags, spirals, sticks), 3 shapes (boxes, triangles, discs, crosses, grids, lines,
 *     lying bars, dots) and 3 noise (blots, grains, stripes, gradients, specks, one tone). All but
 *     dots and half of the noise lie in MNIST's frame.
 * Bytes outside the pictures, lengths and labels are checked: no partial data set is returned. */
LENET_API lenet_status lenet_dataset_open(const char *set, lenet_split split,
                                          const char *const *directories, lenet_dataset **dataset,
                                          lenet_error *error);
LENET_API void lenet_dataset_free(lenet_dataset *dataset);

/* All samples of a data set, which must outlive them. */
LENET_API lenet_samples lenet_dataset_samples(const lenet_dataset *dataset);

/* Direct access: picture i, [rows][columns], and its label. */
LENET_API const uint8_t *lenet_dataset_pixels(const lenet_dataset *dataset, size_t i);
LENET_API int lenet_dataset_label(const lenet_dataset *dataset, size_t i);
/* "7", "T-shirt/top", or the class folder's name. NULL outside 0 .. classes-1. */
LENET_API const char *lenet_dataset_class(const lenet_dataset *dataset, int label);
/* Where it was found: a directory, or the name of a drawn set, such as "synthetic". */
LENET_API const char *lenet_dataset_place(const lenet_dataset *dataset);

/* A data set that the library knows by name. */
typedef struct lenet_known_set {
  const char *name;        /* "mnist" */
  const char *description; /* one line */
  const char *file[4];     /* train images, train labels, test images, test labels; without .gz */
  const char *sha256[4];   /* of the unpacked files, hexadecimal */
  uint64_t bytes[4];       /* of the unpacked files */
  const char *mirror[4];   /* base URLs, NULL where there are fewer */
  const char *classes[10]; /* names of the classes */
} lenet_known_set;

LENET_API const lenet_known_set *lenet_catalogue(size_t *count);

/* The label of what is no digit: the eleventh class of sets and models that know it. */
enum { LENET_NONDIGIT = 10 };

/* A data set that the library draws: NAME[:COUNT][,seed=S] for lenet_dataset_open. */
typedef struct lenet_drawn_set {
  const char *name;
  const char *description; /* part of a sentence */
} lenet_drawn_set;

LENET_API const lenet_drawn_set *lenet_drawn_sets(size_t *count);

/* Downloads the known set `name` into <directory>/<name>: each file from the first mirror that
 * answers, taken up where an earlier try broke off, unpacked, checked and renamed into place;
 * files that are there and right are left alone. `progress` (or NULL) hears of bytes so far and
 * in all (0: not known) and stops by returning false. LENET_UNSUPPORTED without libcurl. */
LENET_API lenet_status lenet_fetch(const char *name, const char *directory,
                                   bool (*progress)(void *context, const char *file, uint64_t done,
                                                    uint64_t total),
                                   void *context, lenet_error *error);

/* As lenet_fetch, from the base URLs `mirrors` (NULL-terminated) in place of the known ones. */
LENET_API lenet_status lenet_fetch_from(const char *name, const char *const *mirrors,
                                        const char *directory,
                                        bool (*progress)(void *context, const char *file,
                                                         uint64_t done, uint64_t total),
                                        void *context, lenet_error *error);

/* One synthetic digit: sample `index` of the endless set `seed`, 28x28. Returns its label. */
LENET_API int lenet_synthetic_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28]);

/* ------------------------------------------------------------------ pictures -------------- */

enum {
  LENET_MAX_IMAGE_SIDE = 65535,
  LENET_MAX_IMAGE_PIXELS = 1 << 26,
  LENET_MAX_IMAGE_BYTES = 512 << 20 /* of a file: more than 16 bits a colour need without compression */
};

/* A grey picture, pixels [height][width], 0 black .. 255 white. */
typedef struct lenet_image {
  int width, height;
  uint8_t *pixels;
} lenet_image;

/* How the bytes of a pixel stand in memory. */
typedef enum lenet_pixel_format {
  LENET_GREY,       /* 1 byte */
  LENET_GREY_ALPHA, /* 2 */
  LENET_RGB,        /* 3 */
  LENET_RGBA,       /* 4, not multiplied by alpha */
  LENET_BGRA        /* 4 */
} lenet_pixel_format;

/* Copies pixels from memory as a decoder would: colours by ITU-R BT.601, what is transparent on white.
 * `stride` bytes from one row to the next, negative where the last row comes first: then `pixels` is
 * that of the top row all the same. Limits as below; LENET_BAD_ARGUMENT beyond them. */
LENET_API lenet_status lenet_image_from_pixels(const void *pixels, int width, int height,
                                               ptrdiff_t stride, lenet_pixel_format format,
                                               lenet_image *image, lenet_error *error);

/* Decodes PNG, JPEG or PNM (by content, not by name) to grey; transparent pixels lie on white. A PNG or
 * JPEG whose Exif says how it lies is turned upright. At most LENET_MAX_IMAGE_SIDE on a side and
 * LENET_MAX_IMAGE_PIXELS in all; a file at a path has at most LENET_MAX_IMAGE_BYTES. Reading takes a byte a
 * pixel, and of a progressive JPEG two more for each sample of its components: together at most 64 MiB and
 * 128 bytes for each byte of the file, and 256 MiB. */
LENET_API lenet_status lenet_image_load(const char *path, lenet_image *image, lenet_error *error);
LENET_API lenet_status lenet_image_decode(const void *bytes, size_t size, const char *name,
                                          lenet_image *image, lenet_error *error);
LENET_API void lenet_image_free(lenet_image *image);

/* Writes a picture, pixels [height][width][channels], `channels` 1 (grey) or 3 (red, green, blue),
 * 0 black .. 255 white, within the limits above; JPEG with `quality` 1 .. 100. Written beside the
 * file, synced and renamed as lenet_model_save does. LENET_BAD_ARGUMENT for values out of range,
 * LENET_UNSUPPORTED in a build without libpng or libjpeg. */
LENET_API lenet_status lenet_image_write_png(const char *path, const uint8_t *pixels, int width,
                                             int height, int channels, lenet_error *error);
LENET_API lenet_status lenet_image_write_jpeg(const char *path, const uint8_t *pixels, int width,
                                              int height, int channels, int quality,
                                              lenet_error *error);

/* The one way from a picture to a digit as MNIST has it: polarity, ink, 20x20 box with its aspect
 * ratio, centre of mass to the middle of 28x28. LENET_NO_DIGIT for a picture of one tone, and for one whose
 * ink is no writing: dirt, rules, borders, dark objects. */
LENET_API lenet_status lenet_image_to_digit(const lenet_image *image, uint8_t digit[28 * 28],
                                            lenet_error *error);

/* ------------------------------------------------------------------ reading --------------- */

/* The built-in model with an eleventh class, LENET_NONDIGIT, for what is no digit. */
#define LENET_READER_MODEL "reader"

/* Reads digits in pictures; it holds the scratch memory of its networks, so one thread at a time may
 * use it. */
typedef struct lenet_reader lenet_reader;

/* `digits` has the classes 0 .. 9, or these and LENET_NONDIGIT, or with lenet_predict any others; it must
 * outlive the reader. Where it has ten, LENET_READER_MODEL says whether it is a digit at all. NULL:
 * LENET_READER_MODEL and the default built-in model together, and LENET_SWEEP_MODEL for how sure a line is. */
LENET_API lenet_status lenet_reader_create(const lenet_model *digits, lenet_isa isa,
                                           lenet_reader **reader, lenet_error *error);

/* The built-in model for sweeps: it knows the same classes, a digit counting only in the middle. */
#define LENET_SWEEP_MODEL "sweep"

/* The same, but lenet_read does not cut lines: it sweeps `model` over them as one convolution, and
 * takes the way through its columns that fits them best (LeCun et al. 1998, section VIII: the space
 * displacement network). `model` (NULL: LENET_SWEEP_MODEL) reads 28x28 pixels, has the classes 0 ..
 * 9 and LENET_NONDIGIT, convolutions and pools without a border, dense rows and a softmax, and learned
 * from lenet_windows_make; it must outlive the reader. LENET_BAD_ARGUMENT, LENET_UNSUPPORTED where it
 * is another. On strings of digits it makes more errors than cutting: docs/reading.md. */
LENET_API lenet_status lenet_reader_create_sweep(const lenet_model *model, lenet_isa isa,
                                                 lenet_reader **reader, lenet_error *error);

/* The built-in model of printed characters: ASCII 32 .. 126 in this order, and a last class for what is
 * none of them, such as a piece of one, or two that touch. */
#define LENET_PRINT_MODEL "print"

/* Reads printed text: the same way from pixels to lines, but these have letters of several heights, points,
 * dashes and spaces, and each character is framed by where the line's letters stand (docs/print.md).
 * `model` (NULL: LENET_PRINT_MODEL) reads 28x28 pixels, has the 96 classes above and learned from
 * lenet_press_pieces; it must outlive the reader. LENET_BAD_ARGUMENT where it is another. Such a
 * reader is for lenet_read; lenet_predict and lenet_sweep_image answer LENET_UNSUPPORTED. */
LENET_API lenet_status lenet_reader_create_text(const lenet_model *model, lenet_isa isa,
                                                lenet_reader **reader, lenet_error *error);

LENET_API void lenet_reader_free(lenet_reader *reader);

/* A line as a reader of lenet_reader_create_sweep meets it: level, 28 rows high, light ink on dark, and
 * what its network says of each window. */
typedef struct lenet_swept_line {
  int width;          /* columns of the strip, at least 28 */
  uint8_t *strip;     /* [28][width] 0 paper .. 255 ink */
  int step, count;    /* window i has columns i step .. i step + 27 of the strip */
  lenet_real *scores; /* [count][11], of 0 .. 9 and of no digit; each window's sum is 1 */
  uint8_t *path;      /* [count]: the digit that the best way through the windows has there, or
                         LENET_NONDIGIT */
} lenet_swept_line;

typedef struct lenet_sweeping {
  int count;
  lenet_swept_line *line; /* [count], those that lenet_read gives for this reader, in its order */
} lenet_sweeping;

/* The lines of a picture under the sweep. LENET_UNSUPPORTED for a reader that cuts. */
LENET_API lenet_status lenet_sweep_image(lenet_reader *reader, const lenet_image *image,
                                         lenet_sweeping *sweeping, lenet_error *error);
LENET_API void lenet_sweeping_free(lenet_sweeping *sweeping);

/* A picture's digit as the network reads it. */
typedef struct lenet_prediction {
  int digit;
  lenet_real confidence;                /* probability of `digit` */
  lenet_real scores[LENET_MAX_CLASSES]; /* probability of each class; with `none` their sum is 1 */
  lenet_real none;         /* probability that it is no digit; 0 where no one knows */
  int x, y, width, height; /* box of its ink, pixels of the picture */
  uint8_t seen[28 * 28];   /* what the network saw */
} lenet_prediction;

/* The one digit of a picture: of the largest ink and all that is near it. LENET_NO_DIGIT as above. */
LENET_API lenet_status lenet_predict(lenet_reader *reader, const lenet_image *image,
                                     lenet_prediction *prediction, lenet_error *error);

enum { LENET_CHOICES = 4 };

/* What a character may be. */
typedef struct lenet_choice {
  char character;
  lenet_real probability;
} lenet_choice;

/* A digit in a picture; of a reader of text a character. */
typedef struct lenet_read_digit {
  int digit;               /* 0 .. 9, or -1: another character */
  lenet_real confidence;   /* 0 .. 1, that just here is just this digit, or one of those that look like it */
  lenet_real scores[11];   /* what the network gives for 0 .. 9 and for no digit; their sum is 1. Of text: for
                              0 .. 9 and for no character */
  int x, y, width, height; /* box of its ink, pixels of the picture */
  uint8_t seen[28 * 28];   /* what the network saw */
  char character;          /* '0' .. '9', or of text any of '!' .. '~' */
  int spaces;              /* of text: between the one before and this */
  int choices;             /* of text, 1 .. LENET_CHOICES, else 0 */
  lenet_choice choice[LENET_CHOICES]; /* by falling probability, given its neighbours; the first is `character` */
} lenet_read_digit;

typedef struct lenet_read_line {
  int count;
  lenet_read_digit *digit; /* [count] from left to right */
  lenet_real confidence;   /* 0 .. 1, that the line is just these digits; lenet_reject_threshold says what
                              it is worth */
} lenet_read_line;

typedef struct lenet_reading {
  int count;
  lenet_read_line *line; /* [count] from top to bottom; each has digits */
} lenet_reading;

/* All digits of a picture, line by line. A picture without any is no error: it has no lines. */
LENET_API lenet_status lenet_read(lenet_reader *reader, const lenet_image *image,
                                  lenet_reading *reading, lenet_error *error);
LENET_API void lenet_reading_free(lenet_reading *reading);

/* A line as text in UTF-8, with its spaces; what is less sure than `least` is U+FFFD. Writes at most `room`
 * bytes with the NUL, and nothing where `room` is 0; returns the bytes that all of it takes, without the
 * NUL. */
LENET_API size_t lenet_read_text(const lenet_read_line *line, double least, char *text,
                                 size_t room);

/* A prediction whose `none` is higher is no digit. Chosen on training images so that of those of MNIST
 * about one in two hundred is refused. */
#define LENET_NO_DIGIT_ABOVE 0.5

/* The least confidence of the digits, or of the lines, that may be answered so that of the answers about
 * `error` (0 .. 1) are wrong, with the built-in reader, as measured on the validation images of MNIST
 * and strings of them: docs/reading.md. */
LENET_API double lenet_reject_threshold(bool lines, double error);

/* How a picture is taken apart, for those who want to see it: after what is too large was shrunk and
 * ruled lines were painted over. */
typedef struct lenet_steps {
  int width, height;
  int factor;     /* pixels of the picture, in both directions, that one of these covers */
  bool light;     /* ink is lighter than paper */
  double stroke;  /* width of a usual stroke, in these pixels */
  uint8_t *level; /* [height][width] light evened out: 255 paper, darker the more ink there is */
  uint8_t *ink;   /* [height][width] 0 paper, 128 ink that is no writing, 255 writing */
} lenet_steps;

/* LENET_NO_DIGIT for a picture of one tone. */
LENET_API lenet_status lenet_image_steps(const lenet_image *image, lenet_steps *steps,
                                         lenet_error *error);
LENET_API void lenet_steps_free(lenet_steps *steps);

/* ------------------------------------------------------------------ pages ----------------- */

enum {
  LENET_PAGE_LINES = 8,   /* most lines of a page */
  LENET_PAGE_DIGITS = 10, /* most digits of a line */
  LENET_PAGE_LEAST_WIDTH = 500, LENET_PAGE_MOST_WIDTH = 1800
};

/* A digit of a page. Its box is the smallest with sides along those of the picture around the pixels
 * that its strokes cover by half or more, before any blur: pixels, from the upper left corner. It
 * lies inside the picture; boxes of neighbours that touch may overlap. */
typedef struct lenet_page_digit {
  int digit;     /* 0 .. 9 */
  size_t sample; /* which of the data set's pictures it is */
  int x, y, width, height;
} lenet_page_digit;

typedef struct lenet_page_line {
  int count; /* 1 .. LENET_PAGE_DIGITS */
  lenet_page_digit digit[LENET_PAGE_DIGITS]; /* from left to right */
} lenet_page_line;

/* A picture of handwritten lines, and the truth about it. */
typedef struct lenet_page {
  int width, height;
  uint8_t *pixels;  /* [height][width][3]: red, green, blue */
  int jpeg_quality; /* how it is to be stored: as JPEG of this quality, 35 .. 95, or 0: losslessly */
  int line_count;   /* 1 .. LENET_PAGE_LINES */
  lenet_page_line line[LENET_PAGE_LINES]; /* from top to bottom */
} lenet_page;

/* Makes a page such as people photograph or scan, with digits of `digits`: paper, dark boards and
 * screens, inks, ruled lines, shadows, a camera's perspective, blur and noise (docs/pages.md). 500 ..
 * 1800 pixels wide and 0.55 .. 1.4 times as high. `page` is a function of the data set, `seed` and
 * `index` alone, the same bytes on every machine; its pixels go back through lenet_page_free. Takes
 * memory for itself: some 100 MB for the largest page. LENET_BAD_ARGUMENT where the data set is empty,
 * its pictures are not 28x28 or hardly hold ink, or a class is no digit "0" .. "9". */
LENET_API lenet_status lenet_page_make(const lenet_dataset *digits, uint64_t seed, uint64_t index,
                                       lenet_page *page, lenet_error *error);

/* Frees the pixels; a page of zeros, or one that was freed, has none. */
LENET_API void lenet_page_free(lenet_page *page);

/* ------------------------------------------------------------------ strings --------------- */

/* Strings of digits of a set, side by side. */
typedef struct lenet_string_options {
  int shortest, longest;   /* digits, 1 .. LENET_PAGE_DIGITS */
  int least_gap, most_gap; /* paper between the ink of two digits, -8 .. 28 pixels of theirs */
  double invert;           /* probability of each pixel to be inverted, 0 .. 0.5 */
} lenet_string_options;

/* Draws string `index` of `seed` from these samples, as a photograph of a line would be read: cuts it
 * in all ways that a reader tries, and gives whole digits with their labels and a fifth of all other
 * candidates with LENET_NONDIGIT. pictures [most][28][28], labels [most]; *count tells how many
 * came, the rest of them is left out. The same for the same seed and index. LENET_BAD_ARGUMENT where
 * there are no samples. */
LENET_API lenet_status lenet_pieces_make(const lenet_samples *digits, uint64_t seed, uint64_t index,
                                         size_t most, size_t *count, uint8_t *pictures,
                                         uint8_t *labels, lenet_error *error);

/* The same for a network that is swept over lines (LENET_SWEEP_MODEL): windows of the string's line as
 * lenet_read prepares it, neighbours in sight, with the digit whose box's middle is within 2 pixels
 * of the window's, or LENET_NONDIGIT where none is within 4, nor one nearer than another; a part of
 * each, one as often as the other. */
LENET_API lenet_status lenet_windows_make(const lenet_samples *digits, uint64_t seed,
                                          uint64_t index, size_t most, size_t *count,
                                          uint8_t *pictures, uint8_t *labels, lenet_error *error);

/* String `index` of `seed` as a page of one line: light ink on black, stored losslessly. The same for the
 * same samples, seed and index. LENET_BAD_ARGUMENT for options out of range and where there are no
 * samples. */
LENET_API lenet_status lenet_string_make(const lenet_samples *digits,
                                         const lenet_string_options *options, uint64_t seed,
                                         uint64_t index, lenet_page *page, lenet_error *error);

/* ------------------------------------------------------------------ print ----------------- */

/* Fonts are of different families, by a list of the library: for learning, for choosing, and for measuring. */
typedef enum lenet_font_part {
  LENET_FONTS_TRAIN,
  LENET_FONTS_VALIDATION,
  LENET_FONTS_TEST,
  LENET_FONT_PARTS
} lenet_font_part;

/* Prints pages with the fonts of the machine; one thread at a time may use it. */
typedef struct lenet_press lenet_press;

/* LENET_NO_DATA where the machine has no font of this part, LENET_UNSUPPORTED in a build without FreeType,
 * LENET_BAD_ARGUMENT for a part that there is not. */
LENET_API lenet_status lenet_press_open(lenet_font_part part, lenet_press **press,
                                        lenet_error *error);
LENET_API void lenet_press_free(lenet_press *press);

/* The smallest box around what a character's outline reaches, pixels; all 0 for a space. */
typedef struct lenet_print_box {
  int x, y, width, height;
} lenet_print_box;

typedef struct lenet_print_line {
  char *text;           /* printable ASCII, single spaces between words */
  lenet_print_box *box; /* one for each character */
} lenet_print_line;

/* A scanned page of print, and the truth about it. */
typedef struct lenet_print_page {
  int width, height;
  uint8_t *pixels;       /* [height][width] grey */
  int jpeg_quality;      /* how it is to be stored: as JPEG of this quality, 40 .. 95, or 0: losslessly */
  int line_count;
  lenet_print_line *line; /* from top to bottom */
} lenet_print_page;

enum { LENET_PRINT_LEAST_DPI = 60, LENET_PRINT_MOST_DPI = 600 };

/* Makes page `index` of `seed`: 6 to 18 lines of generated text in one typeface, 8 to 13 points, as scanned with
 * `dpi` pixels an inch: a little askew, blurred, noisy, with more or less ink, bilevel at times
 * (docs/print.md). The same for the same fonts, seed, index and dpi. LENET_BAD_ARGUMENT for a dpi out of
 * range. */
LENET_API lenet_status lenet_press_page(lenet_press *press, int dpi, uint64_t seed, uint64_t index,
                                        lenet_print_page *page, lenet_error *error);

/* Frees what a page holds; a page of zeros, or one that was freed, holds nothing. */
LENET_API void lenet_print_page_free(lenet_print_page *page);

/* Prints some lines in any size and scans them, and cuts them in all ways that a reader of text tries: whole
 * characters with their code less 32 as label, and a part of all other candidates with 95. pictures
 * [most][28][28], labels [most]; *count tells how many came, the rest of them is left out. The same for
 * the same fonts, seed and index. */
LENET_API lenet_status lenet_press_pieces(lenet_press *press, uint64_t seed, uint64_t index,
                                          size_t most, size_t *count, uint8_t *pictures,
                                          uint8_t *labels, lenet_error *error);

/* ------------------------------------------------------------------ bench ----------------- */

/* The most multiply-adds that `threads` threads (0: one per processor) can do at once with the
 * instruction set, measured for about `seconds`, 0 or more: 1e9 floating-point operations per
 * second, of all threads together, a multiply-add counted as two. Best of many short rounds, each
 * from the start of the first thread to the end of the last. Kernels may show more, since some
 * convolutions take fewer multiply-adds than their definition has. LENET_BAD_ARGUMENT for an
 * instruction set that is not available, negative seconds, or more than 256 threads. */
LENET_API lenet_status lenet_peak_gflops(lenet_isa isa, int threads, double seconds,
                                         double *gflops, lenet_error *error);

/* Seconds for one picture that a row takes in training, 16 pictures side by side, one thread. */
typedef struct lenet_layer_time {
  double forward;  /* 0 for a P row that comes first: pictures are loaded into its middle */
  double backward; /* gradients; 0 above the first row with parameters, which needs none */
} lenet_layer_time;

/* What a training step does outside the rows, in the same unit. */
typedef struct lenet_rest_time {
  double load; /* bytes to inputs */
  double loss; /* scores to probabilities, the network's usual loss and its gradient */
  double step; /* SGD with momentum after these 16 pictures */
} lenet_rest_time;

/* Times each row of `model` in training steps on the first 16 samples (repeated where there are
 * fewer), for about `seconds`, 0 or more. A time is the least of all steps, so that their sum is a
 * step that nothing disturbs. The model stays as it is. `times` gets one entry for each row;
 * `rest` may be NULL. Takes memory for itself. LENET_BAD_ARGUMENT for an instruction set that is
 * not available and for samples that do not fit the network. */
LENET_API lenet_status lenet_profile(const lenet_model *model, const lenet_samples *samples,
                                     lenet_isa isa, double seconds,
                                     lenet_layer_time times[LENET_MAX_ROWS], lenet_rest_time *rest,
                                     lenet_error *error);

#ifdef __cplusplus
}
#endif

#endif
