/* embed.c - a tool of the build: writes what ships inside the program as C.
 *
 *   embed models OUTPUT.c DEFAULT.txt MODEL.safetensors...   for the library, net/builtin.h
 *   embed rounded OUTPUT.c DEFAULT.txt MODEL.safetensors...  the same in a quarter of the bytes
 *   embed recipes OUTPUT.c RECIPE.txt...                     for the command, recipe_file.h
 *   embed page OUTPUT.c [PAGE.html]                          for the command, commands.h
 *   embed texts OUTPUT.c TEXT.c...                           for the library, files/ccode.h
 *
 * A safetensors file is an 8-byte little-endian length, a JSON header of that length, then the
 * tensors' bytes. The files are our own, so the reader below knows only what our writer uses:
 * strings without escapes, float32, tensors that follow each other in the order of the parameter
 * array. It refuses everything else, since a wrong model would be a wrong library.
 *
 * A recipe is any text of at most 4,095 bytes, which every compiler takes as one string.
 *
 * The output does not depend on the order of the arguments: recipes and models stand in the order
 * of their names, but the model that DEFAULT.txt names comes first. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MAX_MODELS = 64,
  MAX_RECIPES = 64,
  MAX_NOTES = 32,
  MAX_TENSORS = 64,
  MAX_FILE = 1 << 26,
  MAX_STRING = 4095
};

struct text {
  const char *start;
  size_t length;
};

struct recipe {
  struct text name, text;
};

struct tensor {
  struct text name;
  uint64_t begin, end; /* bytes, counted from the first tensor's first */
  uint64_t units;      /* numbers of the first dimension */
};

struct model {
  struct text name;
  const char *path;
  unsigned char *bytes;
  size_t size;
  const char *at, *header, *header_end; /* at: what the reader below reads next */
  struct text note[2 * MAX_NOTES];      /* key, value, key, value, ... */
  size_t note_count;
  struct tensor tensor[MAX_TENSORS];
  size_t tensor_count;
};

static const char *output_path;

static void fail(const char *path, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "embed: %s: ", path);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  remove(output_path);
  exit(1);
}

static unsigned char *read_file(const char *path, size_t *size)
{
  FILE *file = fopen(path, "rb");
  unsigned char *bytes = malloc(MAX_FILE);
  if (!file || !bytes)
    fail(path, "cannot be read");
  *size = fread(bytes, 1, MAX_FILE, file);
  if (ferror(file) || *size == MAX_FILE)
    fail(path, "cannot be read, or larger than %d bytes", MAX_FILE);
  fclose(file);
  return bytes;
}

/* ------------------------------------------------------------------ the header ------------- */

static void expected(const struct model *m, const char *what)
{
  fail(m->path, "byte %td of the header: expected %s", m->at - m->header, what);
}

static void skip_spaces(struct model *m)
{
  while (m->at < m->header_end && *m->at == ' ')
    m->at++;
}

static int next_is(struct model *m, char c)
{
  skip_spaces(m);
  if (m->at == m->header_end || *m->at != c)
    return 0;
  m->at++;
  return 1;
}

static void take(struct model *m, char c)
{
  if (!next_is(m, c))
    expected(m, (char[]){'\'', c, '\'', '\0'});
}

static struct text take_string(struct model *m)
{
  take(m, '"');
  struct text text = {m->at, 0};
  while (m->at < m->header_end && *m->at != '"') {
    if (*m->at == '\\' || (unsigned char)*m->at < 0x20)
      expected(m, "a string without escapes");
    m->at++;
  }
  text.length = (size_t)(m->at - text.start);
  take(m, '"');
  return text;
}

static uint64_t take_number(struct model *m)
{
  skip_spaces(m);
  uint64_t number = 0;
  const char *start = m->at;
  for (; m->at < m->header_end && *m->at >= '0' && *m->at <= '9'; m->at++)
    number = number * 10 + (uint64_t)(*m->at - '0');
  if (m->at == start || m->at - start > 12)
    expected(m, "a number of up to 12 digits");
  return number;
}

static int is(struct text text, const char *word)
{
  return text.length == strlen(word) && memcmp(text.start, word, text.length) == 0;
}

static void read_notes(struct model *m)
{
  take(m, '{');
  if (next_is(m, '}'))
    return;
  do {
    if (m->note_count == 2 * MAX_NOTES)
      fail(m->path, "more than %d notes", MAX_NOTES);
    m->note[m->note_count++] = take_string(m);
    take(m, ':');
    m->note[m->note_count++] = take_string(m);
  } while (next_is(m, ','));
  take(m, '}');
}

static void read_tensor(struct model *m, struct text name)
{
  struct tensor tensor = {.name = name};
  uint64_t values = 1;
  int is_float = 0;
  take(m, '{');
  do {
    struct text key = take_string(m);
    take(m, ':');
    if (is(key, "dtype")) {
      is_float = is(take_string(m), "F32");
    } else if (is(key, "shape")) {
      take(m, '[');
      do {
        const uint64_t side = take_number(m);
        tensor.units = tensor.units ? tensor.units : side;
        values *= side;
      } while (next_is(m, ','));
      take(m, ']');
    } else if (is(key, "data_offsets")) {
      take(m, '[');
      tensor.begin = take_number(m);
      take(m, ',');
      tensor.end = take_number(m);
      take(m, ']');
    } else {
      expected(m, "dtype, shape or data_offsets before");
    }
  } while (next_is(m, ','));
  take(m, '}');
  if (!is_float || tensor.end < tensor.begin || tensor.end - tensor.begin != 4 * values)
    fail(m->path, "tensor %.*s: its type is not F32, or shape and offsets do not agree",
         (int)name.length, name.start);
  if (m->tensor_count == MAX_TENSORS)
    fail(m->path, "more than %d tensors", MAX_TENSORS);
  m->tensor[m->tensor_count++] = tensor;
}

static void read_header(struct model *m)
{
  take(m, '{');
  do {
    struct text name = take_string(m);
    take(m, ':');
    if (is(name, "__metadata__"))
      read_notes(m);
    else
      read_tensor(m, name);
  } while (next_is(m, ','));
  take(m, '}');
  skip_spaces(m);
  if (m->at != m->header_end)
    expected(m, "the end");
}

/* ------------------------------------------------------------------ the tensors ------------ */

static int by_place(const void *a, const void *b)
{
  const struct tensor *left = a, *right = b;
  return (left->begin > right->begin) - (left->begin < right->begin);
}

static struct text without_suffix(struct text name, const char *suffix)
{
  size_t length = strlen(suffix);
  if (name.length > length && memcmp(name.start + name.length - length, suffix, length) == 0)
    return (struct text){name.start, name.length - length};
  return (struct text){name.start, 0};
}

/* The bytes must be covered without holes, "x.weight" then "x.bias" for each row: other programs
 * sort tensors by name when they save, and then the bytes are not the parameter array. */
static void check_tensors(struct model *m, uint64_t data_size)
{
  qsort(m->tensor, m->tensor_count, sizeof *m->tensor, by_place);
  uint64_t end = 0;
  for (size_t i = 0; i < m->tensor_count; i++) {
    const struct tensor *t = &m->tensor[i];
    if (t->begin != end)
      fail(m->path, "tensor %.*s: begins at byte %llu, not %llu", (int)t->name.length,
           t->name.start, (unsigned long long)t->begin, (unsigned long long)end);
    end = t->end;
    struct text row = without_suffix(t->name, i % 2 ? ".bias" : ".weight");
    struct text row_before = i % 2 ? without_suffix(m->tensor[i - 1].name, ".weight") : row;
    if (!row.length || row.length != row_before.length ||
        memcmp(row.start, row_before.start, row.length) != 0)
      fail(m->path, "tensor %.*s: not in the order of the parameters", (int)t->name.length,
           t->name.start);
  }
  if (!m->tensor_count || m->tensor_count % 2 || end != data_size)
    fail(m->path, "%llu bytes of tensors, the header promises %llu", (unsigned long long)data_size,
         (unsigned long long)end);
}

static struct text name_of(const char *path, const char *suffix)
{
  const char *slash = strrchr(path, '/');
  const char *start = slash ? slash + 1 : path;
  struct text name = without_suffix((struct text){start, strlen(start)}, suffix);
  if (!name.length || strspn(name.start, "abcdefghijklmnopqrstuvwxyz0123456789-") < name.length)
    fail(path, "a file to ship is called NAME%s, NAME of a-z, 0-9 and -", suffix);
  return name;
}

static void read_model(const char *path, struct model *m)
{
  *m = (struct model){.path = path, .name = name_of(path, ".safetensors")};
  m->bytes = read_file(path, &m->size);
  uint64_t length = 0;
  for (int i = 7; i >= 0 && m->size >= 8; i--)
    length = length << 8 | m->bytes[i];
  if (m->size < 8 || length > m->size - 8)
    fail(path, "%zu bytes, too short for a safetensors file", m->size);
  m->header = m->at = (const char *)m->bytes + 8;
  m->header_end = m->header + length;
  read_header(m);
  check_tensors(m, m->size - 8 - length);
}

/* ------------------------------------------------------------------ the table -------------- */

static void write_text(FILE *out, struct text text)
{
  fputc('"', out);
  for (size_t i = 0; i < text.length; i++)
    if (text.start[i] == '\n')
      fputs(i + 1 < text.length ? "\\n\"\n   \"" : "\\n", out);
    else /* '?': no trigraphs */
      fprintf(out, strchr("?\"\\", text.start[i]) ? "\\%c" : "%c", text.start[i]);
  fputc('"', out);
}

static uint32_t word_at(const unsigned char *bytes)
{
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static float number_at(const unsigned char *bytes)
{
  const uint32_t word = word_at(bytes);
  float number;
  memcpy(&number, &word, sizeof number);
  return number;
}

/* Weights of more than one to a unit are levels of -63 .. 63, times a step for each unit. */
enum { LEVELS = 63 };

static int is_rounded(const struct tensor *t)
{
  return t->units && (t->end - t->begin) / 4 > t->units;
}

static float step_of(const unsigned char *weights, uint64_t count)
{
  float most = 0;
  for (uint64_t i = 0; i < count; i++) {
    const float size =
        number_at(weights + 4 * i) < 0 ? -number_at(weights + 4 * i) : number_at(weights + 4 * i);
    most = size > most ? size : most;
  }
  return most > 0 ? most / LEVELS : 1;
}

static void write_words(FILE *out, const unsigned char *data, uint64_t count, size_t *written)
{
  for (uint64_t i = 0; i < count; i++)
    fprintf(out, "%s0x%08lx,", (*written)++ % 12 ? "" : "\n", (unsigned long)word_at(data + 4 * i));
}

/* The words that stay: steps in place of what is rounded, and all else. */
static void write_steps(FILE *out, const struct tensor *t, const unsigned char *data,
                        size_t *written)
{
  const uint64_t count = (t->end - t->begin) / 4 / t->units;
  for (uint64_t unit = 0; unit < t->units; unit++) {
    const float step = step_of(data + 4 * unit * count, count);
    unsigned char bytes[4];
    uint32_t word;
    memcpy(&word, &step, sizeof word);
    for (int i = 0; i < 4; i++)
      bytes[i] = (unsigned char)(word >> 8 * i);
    write_words(out, bytes, 1, written);
  }
}

static void write_levels(FILE *out, const struct tensor *t, const unsigned char *data,
                         size_t *written)
{
  const uint64_t count = (t->end - t->begin) / 4 / t->units;
  for (uint64_t unit = 0; unit < t->units; unit++, data += 4 * count) {
    const float step = step_of(data, count);
    for (uint64_t i = 0; i < count; i++) {
      const float ratio = number_at(data + 4 * i) / step;
      fprintf(out, "%s%d,", (*written)++ % 32 ? "" : "\n",
              (int)(ratio < 0 ? ratio - 0.5f : ratio + 0.5f));
    }
  }
}

static void write_rounded(FILE *out, const struct model *m, size_t number)
{
  const unsigned char *data = (const unsigned char *)m->header_end;
  size_t written = 0;
  fprintf(out, "\nstatic const int8_t levels_%zu[] = {", number);
  for (size_t i = 0; i < m->tensor_count; i++)
    if (is_rounded(&m->tensor[i]))
      write_levels(out, &m->tensor[i], data + m->tensor[i].begin, &written);
  fprintf(out, "\n};\n\nstatic const uint32_t words_%zu[] = {", number);
  written = 0;
  for (size_t i = 0; i < m->tensor_count; i++) {
    const struct tensor *t = &m->tensor[i];
    if (is_rounded(t))
      write_steps(out, t, data + t->begin, &written);
    else
      write_words(out, data + t->begin, (t->end - t->begin) / 4, &written);
  }
  fputs("\n};\n", out);
}

static void write_whole(FILE *out, const struct model *m, size_t number)
{
  const unsigned char *data = (const unsigned char *)m->header_end;
  size_t written = 0;
  fprintf(out, "\nstatic const uint32_t words_%zu[] = {", number);
  write_words(out, data, (uint64_t)(m->bytes + m->size - data) / 4, &written);
  fputs("\n};\n", out);
}

static void write_model(FILE *out, const struct model *m, size_t number, int rounded)
{
  fprintf(out, "\nstatic const char *const notes_%zu[] = {\n", number);
  for (size_t i = 0; i < m->note_count; i++) {
    fputs(i % 2 ? ", " : "  ", out);
    write_text(out, m->note[i]);
    fputs(i % 2 ? ",\n" : "", out);
  }
  fputs("  0};\n", out);
  if (rounded)
    write_rounded(out, m, number);
  else
    write_whole(out, m, number);
}

static void write_table(FILE *out, const struct model *models, size_t count, int rounded)
{
  fputs("/* Written by cmake/embed.c from models/. */\n#include \"net/builtin.h\"\n", out);
  for (size_t i = 0; i < count; i++)
    write_model(out, &models[i], i, rounded);
  fputs("\nconst struct lenet_builtin lenet_builtin_models[] = {\n", out);
  for (size_t i = 0; i < count; i++) {
    fputs("  {", out);
    write_text(out, models[i].name);
    fprintf(out, ", notes_%zu, words_%zu, sizeof words_%zu / sizeof words_%zu[0]", i, i, i, i);
    if (rounded)
      fprintf(out, ", levels_%zu, sizeof levels_%zu},\n", i, i);
    else
      fputs(", 0, 0},\n", out);
  }
  if (count == 0) /* C has no empty arrays */
    fputs("  {0, 0, 0, 0, 0, 0},\n", out);
  fprintf(out, "};\nconst size_t lenet_builtin_model_count = %zu;\n", count);
  fputs("const char *const lenet_builtin_model_names[] = {", out);
  for (size_t i = 0; i < count; i++) {
    write_text(out, models[i].name);
    fputs(", ", out);
  }
  fputs("0};\n", out);
}

/* Of structures that begin with their name. */
static int by_name(const void *a, const void *b)
{
  const struct text *left = a, *right = b;
  size_t shorter = left->length < right->length ? left->length : right->length;
  int order = memcmp(left->start, right->start, shorter);
  return order ? order : (left->length > right->length) - (left->length < right->length);
}

static void put_default_first(struct model *models, size_t count, const char *path)
{
  size_t size;
  char *name = (char *)read_file(path, &size);
  while (size && (name[size - 1] == '\n' || name[size - 1] == ' '))
    size--;
  for (size_t i = 0; i < count; i++)
    if (models[i].name.length == size && memcmp(models[i].name.start, name, size) == 0) {
      struct model chosen = models[i];
      memmove(models + 1, models, i * sizeof *models);
      models[0] = chosen;
      free(name);
      return;
    }
  fail(path, "there is no model %.*s.safetensors", (int)size, name);
}

static FILE *create(void)
{
  FILE *out = fopen(output_path, "w");
  if (!out)
    fail(output_path, "cannot be written");
  return out;
}

static void finish(FILE *out)
{
  int failed = ferror(out);
  if (fclose(out) != 0 || failed)
    fail(output_path, "cannot be written");
}

static void embed_models(const char *default_path, char **paths, size_t count, int rounded)
{
  static struct model models[MAX_MODELS];
  if (count > MAX_MODELS)
    fail(output_path, "more than %d models", MAX_MODELS);
  for (size_t i = 0; i < count; i++)
    read_model(paths[i], &models[i]);
  qsort(models, count, sizeof *models, by_name);
  if (count)
    put_default_first(models, count, default_path);
  FILE *out = create();
  write_table(out, models, count, rounded);
  finish(out);
}

/* ------------------------------------------------------------------ recipes ---------------- */

static void read_recipe(const char *path, struct recipe *recipe)
{
  size_t size;
  char *bytes = (char *)read_file(path, &size);
  if (size > MAX_STRING)
    fail(path, "%zu bytes, %d are possible", size, MAX_STRING);
  for (size_t i = 0; i < size; i++)
    if (((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n') || bytes[i] == 0x7f)
      fail(path, "byte %zu is no text", i);
  *recipe = (struct recipe){name_of(path, ".txt"), {bytes, size}};
}

static void embed_recipes(char **paths, size_t count)
{
  static struct recipe recipes[MAX_RECIPES];
  if (count > MAX_RECIPES)
    fail(output_path, "more than %d recipes", MAX_RECIPES);
  for (size_t i = 0; i < count; i++)
    read_recipe(paths[i], &recipes[i]);
  qsort(recipes, count, sizeof *recipes, by_name);
  FILE *out = create();
  fputs("/* Written by cmake/embed.c from recipes/. */\n#include \"recipe_file.h\"\n\n"
        "const cli_shipped_recipe cli_shipped_recipes[] = {\n",
        out);
  for (size_t i = 0; i < count; i++) {
    fputs("  {", out);
    write_text(out, recipes[i].name);
    fputs(",\n   ", out);
    write_text(out, recipes[i].text);
    fputs("},\n", out);
  }
  fputs("  {0, 0},\n};\n", out);
  finish(out);
}

/* ------------------------------------------------------------------ the page --------------- */

/* Without a file the page has no bytes. */
static void embed_page(const char *path)
{
  size_t size = 0;
  unsigned char *bytes = path ? read_file(path, &size) : NULL;
  FILE *out = create();
  fputs("/* Written by cmake/embed.c. */\n#include \"commands.h\"\n\n"
        "const unsigned char cli_shipped_page[] = {",
        out);
  for (size_t i = 0; i < size; i++)
    fprintf(out, "%s%u,", i % 32 ? "" : "\n", bytes[i]);
  fprintf(out, "%s};\nconst size_t cli_shipped_page_size = %zu;\n", size ? "\n" : "0", size);
  free(bytes);
  finish(out);
}

/* ------------------------------------------------------------------ texts of C ------------- */

/* A text's lines, each a string, and NULL. */
static void write_lines(FILE *out, const char *path, size_t number)
{
  size_t size;
  unsigned char *bytes = read_file(path, &size);
  const char *at = (const char *)bytes, *end = at + size;
  fprintf(out, "\nstatic const char *const lines_%zu[] = {\n", number);
  while (at < end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    if (!newline)
      fail(path, "its last line has no end");
    fputs("  ", out);
    write_text(out, (struct text){at, (size_t)(newline - at)});
    fputs(",\n", out);
    at = newline + 1;
  }
  fputs("  0};\n", out);
  free(bytes);
}

static void embed_texts(char **paths, size_t count)
{
  FILE *out = create();
  fputs("/* Written by cmake/embed.c from src/files/ccode_runtime/. */\n"
        "#include \"files/ccode.h\"\n",
        out);
  for (size_t i = 0; i < count; i++)
    write_lines(out, paths[i], i);
  fputs("\nconst lenet_ccode_text lenet_ccode_texts[] = {\n", out);
  for (size_t i = 0; i < count; i++) {
    fputs("  {", out);
    write_text(out, name_of(paths[i], ".c"));
    fprintf(out, ", lines_%zu},\n", i);
  }
  fputs("  {0, 0},\n};\n", out);
  finish(out);
}

int main(int argc, char **argv)
{
  const char *what = argc > 2 ? argv[1] : "";
  output_path = argc > 2 ? argv[2] : NULL;
  const int rounded = strcmp(what, "rounded") == 0;
  if ((rounded || strcmp(what, "models") == 0) && argc > 3) {
    embed_models(argv[3], argv + 4, (size_t)argc - 4, rounded);
  } else if (strcmp(what, "recipes") == 0) {
    embed_recipes(argv + 3, (size_t)argc - 3);
  } else if (strcmp(what, "page") == 0 && argc <= 4) {
    embed_page(argc == 4 ? argv[3] : NULL);
  } else if (strcmp(what, "texts") == 0) {
    embed_texts(argv + 3, (size_t)argc - 3);
  } else {
    fputs("usage: embed models|rounded OUTPUT.c DEFAULT.txt MODEL.safetensors...\n"
          "       embed recipes OUTPUT.c RECIPE.txt...\n"
          "       embed page OUTPUT.c [PAGE.html]\n"
          "       embed texts OUTPUT.c TEXT.c...\n",
          stderr);
    return 2;
  }
  return 0;
}
