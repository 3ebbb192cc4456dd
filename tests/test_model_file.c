/* Model files: what is written comes back, any safetensors reader finds what it expects, and no
 * damaged or hostile file is taken for a model. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "net/builtin.h"
#include "files/safetensors.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>
#include <time.h>

static lenet_model *new_model(void)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  const lenet_input input = {1.0f / 255, -0.1f};
  if (lenet_network_parse("8x8 P1 C2@3:tanh M2 F3:relu F2:softmax", &network, &error) ||
      lenet_model_create(&network, input, 7, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

static void skip_without_files(void)
{
  lenet_model *model = NULL;
  if (lenet_model_load("/nowhere", &model, NULL) == LENET_UNSUPPORTED)
    skip();
}

static size_t read_bytes(const char *path, unsigned char *bytes, size_t room)
{
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t size = fread(bytes, 1, room, file);
  assert_in_range(size, 1, room - 1);
  fclose(file);
  return size;
}

static void test_round_trip(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = new_model(), *loaded = NULL;
  skip_without_files();
  scratch_path(state, "m.safetensors", path);
  assert_int_equal(lenet_model_set_note(model, "recipe", "lenet train --seed 1", &error), 0);
  assert_int_equal(lenet_model_set_note(model, "gone", "x", &error), 0);
  assert_int_equal(lenet_model_set_note(model, "gone", NULL, &error), 0);
  if (lenet_model_save(model, path, &error) || lenet_model_load(path, &loaded, &error))
    fail_msg("%s", error.message);
  char printed[LENET_MAX_NOTATION];
  lenet_network_print(lenet_model_network(loaded), printed);
  assert_string_equal(printed, "8x8 P1 C2@3:tanh M2 F3:relu F2:softmax");
  assert_memory_equal(lenet_model_parameters(loaded), lenet_model_parameters(model),
                      lenet_model_layout(model)->parameter_count * sizeof(lenet_real));
  assert_true(lenet_model_input(loaded).scale == 1.0f / 255);
  assert_true(lenet_model_input(loaded).offset == -0.1f);
  assert_string_equal(lenet_model_note(loaded, "recipe"), "lenet train --seed 1");
  assert_null(lenet_model_note(loaded, "gone"));
  assert_null(lenet_model_note(loaded, "notation"));
  lenet_model_free(model);
  lenet_model_free(loaded);
}

/* The container by hand: length, header, then float32 little-endian from the first weight on. */
static void test_bytes(void **state)
{
  char path[SCRATCH_PATH];
  unsigned char bytes[4096];
  lenet_error error;
  lenet_model *model = new_model();
  skip_without_files();
  scratch_path(state, "m.safetensors", path);
  assert_int_equal(lenet_model_save(model, path, &error), 0);
  size_t size = read_bytes(path, bytes, sizeof bytes);
  uint64_t length = 0;
  for (int i = 7; i >= 0; i--)
    length = length << 8 | bytes[i];
  assert_int_equal(length % 8, 0);
  assert_int_equal(size, 8 + length + lenet_model_layout(model)->parameters * 4);
  char header[4096] = {0};
  memcpy(header, bytes + 8, length);
  assert_int_equal(header[0], '{');
  /* C1: 2x1x3x3 weights, 2 biases; F3 reads 2 maps of 4x4; names by place, as in the paper. */
  assert_non_null(strstr(header, "\"c1.weight\":{\"dtype\":\"F32\",\"shape\":[2,1,3,3],"
                                 "\"data_offsets\":[0,72]}"));
  assert_non_null(strstr(header, "\"c1.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
                                 "\"data_offsets\":[72,80]}"));
  assert_non_null(strstr(header, "\"f3.weight\":{\"dtype\":\"F32\",\"shape\":[3,32],"
                                 "\"data_offsets\":[80,464]}"));
  assert_non_null(strstr(header, "\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"8x8 P1"));
  float first = (float)lenet_model_parameters(model)[0];
  uint32_t bits;
  memcpy(&bits, &first, sizeof bits);
  for (int i = 0; i < 4; i++)
    assert_int_equal(bytes[8 + length + (size_t)i], bits >> (8 * i) & 255);
  lenet_model_free(model);
}

/* Cut at every byte: refused with the path. Flipped at every byte: refused, or a sound model. */
static void test_damage(void **state)
{
  char path[SCRATCH_PATH], damaged[SCRATCH_PATH];
  unsigned char bytes[4096];
  lenet_error error;
  lenet_model *model = new_model(), *loaded = NULL;
  skip_without_files();
  scratch_path(state, "m.safetensors", path);
  scratch_path(state, "d.safetensors", damaged);
  assert_int_equal(lenet_model_save(model, path, &error), 0);
  size_t size = read_bytes(path, bytes, sizeof bytes);
  for (size_t cut = 0; cut < size; cut++) {
    scratch_write(state, "d.safetensors", bytes, cut);
    assert_int_equal(lenet_model_load(damaged, &loaded, &error), LENET_BAD_FILE);
    assert_non_null(strstr(error.message, damaged));
  }
  bytes[size] = 0;
  scratch_write(state, "d.safetensors", bytes, size + 1);
  assert_int_equal(lenet_model_load(damaged, &loaded, &error), LENET_BAD_FILE);
  for (size_t at = 0; at < size; at++)
    for (int mask = 1; mask < 256; mask <<= 3) {
      bytes[at] ^= (unsigned char)mask;
      scratch_write(state, "d.safetensors", bytes, size);
      bytes[at] ^= (unsigned char)mask;
      if (lenet_model_load(damaged, &loaded, &error) == LENET_OK)
        lenet_model_free(loaded);
      else
        assert_int_equal(error.status, LENET_BAD_FILE);
    }
  lenet_model_free(model);
}

/* A file of this header, then `data` bytes of 0. */
static void write_file(void **state, const char *name, const char *header, size_t data)
{
  static unsigned char bytes[8192];
  size_t length = strlen(header);
  assert_true(8 + length + data <= sizeof bytes);
  memset(bytes, 0, sizeof bytes);
  bytes[0] = (unsigned char)length;
  bytes[1] = (unsigned char)(length >> 8);
  memcpy(bytes + 8, header, length);
  scratch_write(state, name, bytes, 8 + length + data);
}

#define META                                                                                       \
  "\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"2x2 "                                     \
  "F2:softmax\",\"input_scale\":\"1.0\","                                                          \
  "\"input_offset\":\"0.0\"}"
#define WEIGHT "\"f1.weight\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[0,32]}"
#define BIAS "\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32,40]}"

static void test_hostile_headers(void **state)
{
  static const struct {
    const char *header;
    size_t data;
    const char *word; /* of the message; NULL: a good file */
  } files[] = {
      {"{" META "," WEIGHT "," BIAS "}", 40, NULL},
      {"{" BIAS "," META "," WEIGHT "}   ", 40, NULL}, /* any order, spaces after */
      {"{" META "," WEIGHT "," BIAS "}", 39, "promises"},
      {"{" META "," WEIGHT "," BIAS "}", 41, "promises"},
      {"{" META "," WEIGHT "}", 32, "data"},
      {"{" META "," WEIGHT "," WEIGHT "," BIAS "}", 40, "duplicate"},
      {"{" WEIGHT "," BIAS "}", 40, "format"},
      {"{" META "," WEIGHT "," BIAS ",\"x\":{\"dtype\":\"F32\",\"shape\":[1],"
       "\"data_offsets\":[40,44]}}",
       44, "arrays"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
       "\"data_offsets\":[28,36]}}",
       36, "overlap"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
       "\"data_offsets\":[36,44]}}",
       44, "hole"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[3],"
       "\"data_offsets\":[32,44]}}",
       44, "F32[3], not F32[2]"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F64\",\"shape\":[1],"
       "\"data_offsets\":[32,40]}}",
       40, "F64[1]"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"BF16\",\"shape\":[4],"
       "\"data_offsets\":[32,40]}}",
       40, "float32"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],"
       "\"data_offsets\":[32,18446744073709551615]}}",
       40, "header"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,"
       "2147483647,2147483647],\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[-2],"
       "\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT ",\"f1.bias\":[1,2]}", 40, "f1.bias"},
      {"{\"__metadata__\":{\"format\":7}," WEIGHT "," BIAS "}", 40, "not a string"},
      {"{\"__metadata__\":[]," WEIGHT "," BIAS "}", 40, "not an object"},
      {"{\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"128x128 F1000 F2:softmax\","
       "\"input_scale\":\"1.0\",\"input_offset\":\"0.0\"}," WEIGHT "," BIAS "}",
       40, "the notation needs"},
      {"{\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"2x2 F2:relu\"}," WEIGHT "," BIAS "}",
       40, "column 5"},
      {"{\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"2x2 F2:softmax\",\"input_scale\":"
       "\"nan\",\"input_offset\":\"0\"}," WEIGHT "," BIAS "}",
       40, "input_scale"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[32,40]}}", 40,
       "f1.bias"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,2],\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32.5,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32,\"40\"]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[40,32]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[4294967296],\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT "," BIAS
       ",\"e1\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]},"
       "\"e2\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]}}",
       40, "4 arrays, the network has 2"}, /* empty ones may share a place */
      {"{" META "," WEIGHT
       ",\"e1\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]}," BIAS "}",
       40, "3 arrays, the network has 2"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[\"32\",40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32,40,48]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT
       ",\"f1.bias\":{\"dtype\":\"F32\",\"sides\":[2],\"data_offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT ",\"f1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"offsets\":[32,40]}}",
       40, "f1.bias"},
      {"{" META "," WEIGHT "," BIAS
       ",\"an array with a name of more than 95 bytes 0123456789012345678901234567890123456789 "
       "0123456789an array with a name that is longer than any that a "
       "network has ever had\":{\"dtype\":\"F32\","
       "\"shape\":[0],\"data_offsets\":[40,40]}}",
       40, "an array with a name"},
      {"{\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"2x2 F2:softmax\",\"input_scale\":"
       "\"1e300\",\"input_offset\":\"0\"}," WEIGHT "," BIAS "}",
       40, "input_scale"},
      {"{\"__metadata__\":{\"format\":\"lenet\",\"notation\":\"2x2 F2:softmax\",\"input_scale\":"
       "\"1\",\"input_offset\":\"nothing\"}," WEIGHT "," BIAS "}",
       40, "input_offset"},
      {"{\"__metadata__\":{\"format\":\"lenet\"}," WEIGHT "," BIAS "}", 40,
       "'notation' is missing"},
      {"[1, 2, 3]", 0, "not a safetensors file"},
      {"{\"a\":", 0, "header"},
  };
  lenet_error error;
  char path[SCRATCH_PATH];
  skip_without_files();
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    lenet_model *model = NULL;
    write_file(state, "h.safetensors", files[i].header, files[i].data);
    lenet_status status =
        lenet_model_load(scratch_path(state, "h.safetensors", path), &model, &error);
    if (!files[i].word) {
      assert_int_equal(status, LENET_OK);
      assert_int_equal(lenet_model_layout(model)->parameters, 10);
      lenet_model_free(model);
      continue;
    }
    assert_int_equal(status, LENET_BAD_FILE);
    assert_null(model);
    assert_non_null(strstr(error.message, path));
    if (!strstr(error.message, files[i].word))
      fail_msg("file %zu: '%s' does not say '%s'", i, error.message, files[i].word);
  }
}

/* Numbers that are none, and notes by the ten thousand, which must not take time. */
static void test_hostile_values(void **state)
{
  char path[SCRATCH_PATH];
  unsigned char bytes[4096];
  lenet_error error;
  lenet_model *model = new_model(), *loaded = NULL;
  skip_without_files();
  scratch_path(state, "m.safetensors", path);
  assert_int_equal(lenet_model_save(model, path, &error), 0);
  const size_t size = read_bytes(path, bytes, sizeof bytes);
  bytes[size - 1] = 0x7f; /* the last bias: 0x7f8... is infinite or NaN */
  bytes[size - 2] |= 0x80;
  scratch_write(state, "m.safetensors", bytes, size);
  assert_int_equal(lenet_model_load(path, &loaded, &error), LENET_BAD_FILE);
  assert_int_equal(error.position, size - 4);
  assert_non_null(strstr(error.message, "'f4.bias' is not a finite number"));
  lenet_model_free(model);

  enum { NOTES = 60000, ROOM = NOTES * 16 + 4096 };
  char *file = calloc(1, ROOM), *header = file + 8;
  assert_non_null(file);
  size_t length = (size_t)sprintf(header, "{%s,%s,%s", META, WEIGHT, BIAS);
  length -= strlen(WEIGHT) + strlen(BIAS) + 3; /* back to within the notes */
  for (int i = 0; i < NOTES; i++)
    length += (size_t)sprintf(header + length, ",\"k%d\":\"\"", i);
  length += (size_t)sprintf(header + length, "},%s,%s}", WEIGHT, BIAS);
  for (int i = 0; i < 8; i++)
    file[i] = (char)((uint64_t)length >> (8 * i));
  scratch_write(state, "n.safetensors", file, 8 + length + 40);
  free(file);
  clock_t start = clock();
  assert_int_equal(lenet_model_load(scratch_path(state, "n.safetensors", path), &loaded, &error),
                   LENET_OK);
  assert_true(clock() - start < 5 * CLOCKS_PER_SEC); /* it was half a minute */
  assert_non_null(lenet_model_note(loaded, "k0"));
  lenet_model_free(loaded);
}

/* A file has at most 64 arrays, read or written. */
static void test_many_arrays(void **state)
{
  enum { MOST = 64 };
  char header[8192], path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = NULL;
  skip_without_files();
  for (int more = 0; more < 2; more++) {
    size_t used = (size_t)sprintf(header, "{%s,%s,%s", META, WEIGHT, BIAS);
    for (int i = 2; i < MOST + more; i++)
      used += (size_t)sprintf(
          header + used, ",\"e%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[40,40]}", i);
    strcpy(header + used, "}");
    write_file(state, "many.safetensors", header, 40);
    assert_int_equal(
        lenet_model_load(scratch_path(state, "many.safetensors", path), &model, &error),
        LENET_BAD_FILE);
    assert_non_null(
        strstr(error.message, more ? "more arrays than a LeNet has" : "64 arrays, the"));
  }
#if LENET_HAVE_JANSSON
  lenet_tensors_writer *writer;
  lenet_tensor tensor = {.dtype = LENET_F64, .dims = 1, .shape = {1}};
  const double number = 0.5;
  assert_int_equal(lenet_tensors_begin(&writer, &error), LENET_OK);
  for (int i = 0; i <= MOST; i++) {
    snprintf(tensor.name, sizeof tensor.name, "a%d", i);
    assert_int_equal(lenet_tensors_add_doubles(writer, &tensor, &number, &error),
                     i < MOST ? LENET_OK : LENET_BAD_ARGUMENT);
  }
  assert_int_equal(lenet_tensors_save(writer, scratch_path(state, "many", path), &error), LENET_OK);
  lenet_tensors_end(writer);
  lenet_tensors *tensors;
  assert_int_equal(lenet_tensors_open(path, 1 << 20, &tensors, &error), LENET_OK);
  assert_int_equal(lenet_tensors_size(tensors), MOST);
  lenet_tensors_close(tensors);
#endif
}

/* What an error says: one line, nothing that moves a terminal's cursor, the reason at its end. */
static void test_messages(void **state)
{
  (void)state;
  lenet_error error;
  lenet_model *model;
  char path[1000];
  memset(path, 'p', sizeof path);
  path[0] = '/';
  path[900] = '\0';
  skip_without_files();
  assert_int_equal(lenet_model_load(path, &model, &error), LENET_CANNOT_READ);
  assert_non_null(strstr(error.message, "..."));
  assert_non_null(strstr(error.message, "name too long"));
  assert_int_equal(lenet_model_load("/no\n\033[31m\xc2\x9b\xe2\x80\xae", &model, &error),
                   LENET_CANNOT_READ);
  for (const char *c = error.message; *c; c++)
    assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
}

/* Where a table joins no maps, a weight would change the network. */
static void test_holes_of_a_table(void **state)
{
  char path[SCRATCH_PATH];
  lenet_network network;
  lenet_model *model = NULL, *loaded = NULL;
  lenet_error error;
  skip_without_files();
  assert_int_equal(lenet_network_parse("10x10 C6@3 C16@3:table1 F2:softmax", &network, &error),
                   LENET_OK);
  assert_int_equal(lenet_model_create(&network, (lenet_input){1, 0}, 1, &model, &error), LENET_OK);
  scratch_path(state, "t.safetensors", path);
  assert_int_equal(lenet_model_save(model, path, &error), LENET_OK);
  assert_int_equal(lenet_model_load(path, &loaded, &error), LENET_OK);
  lenet_model_free(loaded);
  const lenet_layer *c2 = &lenet_model_layout(model)->layer[1];
  lenet_model_parameters_mut(model)[c2->weight_offset + 3 * 9] = 1; /* map 3 to map 0 */
  assert_int_equal(lenet_model_save(model, path, &error), LENET_OK);
  assert_int_equal(lenet_model_load(path, &loaded, &error), LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "from map 3 to map 0"));
  lenet_model_free(model);
}

static void test_failed_saves_leave_the_old_file(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = new_model(), *loaded = NULL;
  skip_without_files();
  assert_int_equal(lenet_model_save(model, "/dev/full", &error), LENET_CANNOT_WRITE);
  scratch_path(state, "none/m.safetensors", path);
  assert_int_equal(lenet_model_save(model, path, &error), LENET_CANNOT_WRITE);
  assert_non_null(strstr(error.message, path));
  assert_false(scratch_exists(state, "none"));
  /* A name under which nothing can be put: a folder stands there. */
  scratch_path(state, "folder", path);
  scratch_write(state, "folder/inside", "x", 1);
  assert_int_equal(lenet_model_save(model, path, &error), LENET_CANNOT_WRITE);
  assert_true(scratch_exists(state, "folder/inside"));
  char part[64];
  snprintf(part, sizeof part, ".lenet-%ld-0.part", (long)getpid());
  assert_false(scratch_exists(state, part));
  assert_int_equal(lenet_model_load(path, &loaded, &error), LENET_CANNOT_READ);
  lenet_model_free(model);
}

static void test_notes(void **state)
{
  (void)state;
  lenet_model *model = new_model(), *copy = NULL;
  lenet_error error;
  char long_text[1100];
  memset(long_text, 'a', sizeof long_text);
  long_text[1023] = '\0';
  assert_int_equal(lenet_model_set_note(model, "k", long_text, &error), LENET_OK);
  long_text[1023] = 'a', long_text[1024] = '\0';
  assert_int_equal(lenet_model_set_note(model, "k", long_text, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "", "v", &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "k", "a\"b", &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "k", "a\nb", &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "format", "b", &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "k", "\xc3\xa4 \xe2\x82\xac", &error), LENET_OK);
  static const char *const no_utf8[] = {"\xc3",
                                        "\xe4",
                                        "\xc0\xaf",
                                        "\xed\xa0\x80",
                                        "\xc2\x85",
                                        "\xf5\x80\x80\x80",
                                        "\xf4\x90\x80\x80"};
  for (size_t i = 0; i < sizeof no_utf8 / sizeof *no_utf8; i++)
    assert_int_equal(lenet_model_set_note(model, "k", no_utf8[i], &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_set_note(model, "k", "v", &error), LENET_OK);
  for (int i = 0; i < 23; i++) {
    char key[16];
    snprintf(key, sizeof key, "n%d", i);
    assert_int_equal(lenet_model_set_note(model, key, "v", &error), LENET_OK);
  }
  assert_int_equal(lenet_model_set_note(model, "more", "v", &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_copy(model, &copy, &error), LENET_OK);
  assert_string_equal(lenet_model_note(copy, "n22"), "v");
  lenet_model_free(model);
  lenet_model_free(copy);
}

/* The table that the build made of models/ holds what the files hold. */
static void test_builtin_models(void **state)
{
  (void)state;
  lenet_error error;
  lenet_model *model = NULL, *file = NULL;
  const char *const *names = lenet_builtin_names();
  assert_true(lenet_builtin_model_count > 0);
  skip_without_files();
  for (size_t i = 0; names[i]; i++) {
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s/models/%s.safetensors", getenv("LENET_SOURCE_DIR"), names[i]);
    if (lenet_builtin_load(names[i], &model, &error) || lenet_model_load(path, &file, &error))
      fail_msg("%s", error.message);
    assert_memory_equal(lenet_model_network(model), lenet_model_network(file),
                        sizeof(lenet_network));
    assert_memory_equal(lenet_model_parameters(model), lenet_model_parameters(file),
                        lenet_model_layout(model)->parameter_count * sizeof(lenet_real));
    assert_true(lenet_model_input(model).scale == lenet_model_input(file).scale);
    assert_true(lenet_model_input(model).offset == lenet_model_input(file).offset);
    assert_non_null(lenet_model_note(model, "recipe"));
    assert_string_equal(lenet_model_note(model, "test_error"),
                        lenet_model_note(file, "test_error"));
    lenet_model_free(model);
    lenet_model_free(file);
  }
  assert_int_equal(lenet_builtin_load("no such model", &model, &error), LENET_CANNOT_READ);
}

/* What could not be loaded again is not written, and what was there stays. */
static void test_not_finite(void **state)
{
  skip_without_files();
  char path[SCRATCH_PATH];
  scratch_path(state, "finite.safetensors", path);
  lenet_model *model = NULL, *loaded = NULL;
  lenet_error error;
  assert_int_equal(lenet_builtin_load("lenet5", &model, NULL), LENET_OK);
  assert_int_equal(lenet_model_save(model, path, NULL), LENET_OK);
  lenet_model_parameters_mut(model)[7] = NAN;
  assert_int_equal(lenet_model_save(model, path, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(error.position, 7);
  lenet_model_parameters_mut(model)[7] = INFINITY;
  assert_int_equal(lenet_model_save(model, path, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_model_load(path, &loaded, NULL), LENET_OK);
  lenet_model_free(loaded);
  lenet_model_free(model);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_round_trip),       IN_FOLDER(test_bytes),
      IN_FOLDER(test_damage),           IN_FOLDER(test_hostile_headers),
      IN_FOLDER(test_hostile_values),   IN_FOLDER(test_many_arrays),
      IN_FOLDER(test_not_finite),       cmocka_unit_test(test_messages),
      IN_FOLDER(test_holes_of_a_table), IN_FOLDER(test_failed_saves_leave_the_old_file),
      cmocka_unit_test(test_notes),     cmocka_unit_test(test_builtin_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
