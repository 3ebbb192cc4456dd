/* make_corpus.c - writes the first files of fuzz/corpus: small ones of every form that is read,
 * made here. What the fuzzer found later is named after what was wrong and kept beside them.
 *
 *   cmake --build build-fuzz --target fuzz_corpus && build-fuzz/fuzz/fuzz_corpus fuzz/corpus */
#define _GNU_SOURCE
#include "fuzz.h"

#include <errno.h>
#include <jpeglib.h>
#include <png.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <zlib.h>

static const char *root;

static const char *path_of(const char *target, const char *name)
{
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s", root, target);
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
  return path;
}

static void put(const char *target, const char *name, const void *bytes, size_t size)
{
  FILE *file = fopen(path_of(target, name), "wb");
  FUZZ_CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static void put_text(const char *target, const char *name, const char *text)
{
  put(target, name, text, strlen(text));
}

/* A synthetic digit, grey or each of `channels` a little different. */
static const uint8_t *digit(int channels)
{
  static uint8_t grey[28 * 28], pixels[28 * 28 * 4];
  lenet_synthetic_digit(5, 3, grey);
  for (int i = 0; i < 28 * 28; i++)
    for (int c = 0; c < channels; c++)
      pixels[i * channels + c] = (uint8_t)(grey[i] / (c + 1));
  return pixels;
}

/* ---- IDX ---- */

static void put_gzip(const char *name, const uint8_t *bytes, unsigned size)
{
  gzFile file = gzopen(path_of("idx", name), "wb");
  FUZZ_CHECK(file != NULL && gzwrite(file, bytes, size) == (int)size && gzclose(file) == Z_OK);
}

static void make_idx(void)
{
  static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 3, 127};
  uint8_t pictures[16 + 2 * 28 * 28] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28};
  static const uint8_t odd[16 + 3 * 2] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8};
  for (uint64_t i = 0; i < 2; i++)
    lenet_synthetic_digit(1, i, pictures + 16 + i * 28 * 28);
  put("idx", "labels", labels, sizeof labels);
  put("idx", "pictures", pictures, sizeof pictures);
  put("idx", "pictures-odd", odd, sizeof odd);
  put_gzip("labels.gz", labels, sizeof labels);
  put_gzip("pictures.gz", pictures, sizeof pictures);
}

/* ---- PNM ---- */

static void make_pnm(void)
{
  char raw[64 + 28 * 28];
  put_text("pnm", "p1", "P1 3 2\n# ink\n101 0 1 0\n");
  put_text("pnm", "p2", "P2\n3 2 15\n0 1 2 15 14 13\n");
  put_text("pnm", "p3", "P3 2 1\n1000 0 1 2 1000 999 998\n");
  put("pnm", "p4", "P4 9 2\n\xff\x80\x55\x00", 11);
  put("pnm", "p6", "P6 1 2 255\n\x01\x02\x03\xff\xfe\xfd", 17);
  put("pnm", "p5-wide", "P5 2 1 65535\n\x01\x02\x03\xff", 17);
  const int head = snprintf(raw, sizeof raw, "P5\n28 28\n255\n");
  memcpy(raw + head, digit(1), 28 * 28);
  put("pnm", "p5", raw, (size_t)head + 28 * 28);
}

/* ---- PNG ---- */

static void make_png(const char *name, int side, int depth, int type, bool interlaced)
{
  static uint8_t row[28 * 8];
  FILE *file = fopen(path_of("png", name), "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  const png_color palette[4] = {{0, 0, 0}, {255, 0, 0}, {0, 255, 9}, {255, 255, 255}};
  const png_byte alpha[4] = {255, 0, 128, 7};
  png_init_io(png, file);
  png_set_IHDR(png, info, (png_uint_32)side, (png_uint_32)side, depth, type,
               interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (type == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, palette, 4);
    png_set_tRNS(png, info, alpha, 4, NULL);
  }
  png_write_info(png, info);
  const int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < side; y++) {
      for (size_t i = 0; i < sizeof row; i++)
        row[i] = type == PNG_COLOR_TYPE_PALETTE ? 0x13 : (uint8_t)((int)i * y * 7);
      png_write_row(png, row);
    }
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  fclose(file);
}

static void make_pngs(void)
{
  make_png("grey1", 9, 1, PNG_COLOR_TYPE_GRAY, false);
  make_png("grey16", 5, 16, PNG_COLOR_TYPE_GRAY, false);
  make_png("grey-alpha", 5, 8, PNG_COLOR_TYPE_GRAY_ALPHA, false);
  make_png("palette2", 9, 2, PNG_COLOR_TYPE_PALETTE, false);
  make_png("rgb", 4, 8, PNG_COLOR_TYPE_RGB, false);
  make_png("rgba-interlaced", 9, 8, PNG_COLOR_TYPE_RGB_ALPHA, true);
  make_png("rgba16", 3, 16, PNG_COLOR_TYPE_RGB_ALPHA, false);
  make_png("palette-interlaced", 9, 4, PNG_COLOR_TYPE_PALETTE, true);
  FUZZ_CHECK(lenet_image_write_png(path_of("png", "digit"), digit(1), 28, 28, 1, NULL) == LENET_OK);
}

/* ---- JPEG ---- */

static void make_jpeg(const char *name, int channels, J_COLOR_SPACE from, J_COLOR_SPACE to,
                      bool progressive, bool arithmetic, int orientation)
{
  FILE *file = fopen(path_of("jpeg", name), "wb");
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  const uint8_t *pixels = digit(channels);
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_stdio_dest(&jpeg, file);
  jpeg.image_width = jpeg.image_height = 28;
  jpeg.input_components = channels;
  jpeg.in_color_space = from;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, to);
  jpeg_set_quality(&jpeg, 40, TRUE);
  jpeg.arith_code = arithmetic;
  if (progressive)
    jpeg_simple_progression(&jpeg);
  else
    jpeg.restart_interval = 2;
  jpeg_start_compress(&jpeg, TRUE);
  if (orientation) {
    const uint8_t exif[] = {'E', 'x',  'i', 'f', 0,
                            0,   'I',  'I', 42,  0,
                            8,   0,    0,   0,   1,
                            0,   0x12, 1,   3,   0,
                            1,   0,    0,   0,   (uint8_t)orientation,
                            0,   0,    0,   0,   0,
                            0,   0};
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof exif);
  }
  while (jpeg.next_scanline < 28) {
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + jpeg.next_scanline * 28 * (unsigned)channels);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  fclose(file);
}

static void make_jpegs(void)
{
  make_jpeg("grey", 1, JCS_GRAYSCALE, JCS_GRAYSCALE, false, false, 0);
  make_jpeg("turned", 1, JCS_GRAYSCALE, JCS_GRAYSCALE, false, false, 6);
  make_jpeg("colour", 3, JCS_RGB, JCS_YCbCr, false, false, 3);
  make_jpeg("progressive", 3, JCS_RGB, JCS_YCbCr, true, false, 0);
  make_jpeg("cmyk", 4, JCS_CMYK, JCS_YCCK, false, false, 0);
  make_jpeg("arithmetic", 1, JCS_GRAYSCALE, JCS_GRAYSCALE, false, true, 0);
}

/* ---- models and checkpoints ---- */

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *samples = context;
  const size_t area = (size_t)samples->rows * (size_t)samples->columns;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    memset(pixels + i * area, (int)(first + index[i]) * 37 & 255, area);
    labels[i] = (uint8_t)((first + index[i]) % (size_t)samples->classes);
  }
}

static lenet_model *make_model(const char *notation)
{
  lenet_network network;
  lenet_model *model;
  FUZZ_CHECK(lenet_network_parse(notation, &network, NULL) == LENET_OK);
  FUZZ_CHECK(lenet_model_create(&network, (lenet_input){1 / 255.0f, -0.5f}, 1, &model, NULL) ==
             LENET_OK);
  FUZZ_CHECK(lenet_model_set_note(model, "data", "synthetic:8", NULL) == LENET_OK);
  return model;
}

typedef lenet_status save_model(const lenet_model *model, const char *path, lenet_error *error);

static void put_model(const char *target, const char *name, const char *notation, save_model *save)
{
  lenet_model *model = make_model(notation);
  FUZZ_CHECK(save(model, path_of(target, name), NULL) == LENET_OK);
  lenet_model_free(model);
}

/* What tests/onnx has of other programs, through links: the same bytes need not stand here twice.
 */
static void put_link(const char *target, const char *name, const char *file)
{
  char there[1024];
  snprintf(there, sizeof there, "../../../tests/onnx/%s", file);
  FUZZ_CHECK(unlink(path_of(target, name)) == 0 || errno == ENOENT);
  FUZZ_CHECK(symlink(there, path_of(target, name)) == 0);
}

static bool stop_soon(void *context, const lenet_progress *progress)
{
  (void)context;
  return progress->epoch < 2 || progress->done < progress->total / 2;
}

static void put_checkpoint(const char *name, const char *notation, lenet_optimizer optimizer,
                           bool more)
{
  lenet_model *model = make_model(notation);
  const lenet_network *network = lenet_model_network(model);
  lenet_samples train = {.count = 8,
                         .rows = network->rows,
                         .columns = network->columns,
                         .classes = lenet_model_layout(model)->classes,
                         .fetch = fetch};
  lenet_samples validation = train;
  lenet_recipe recipe = lenet_recipe_default(network);
  lenet_trainer *trainer;
  lenet_epoch epoch;
  train.context = &train;
  validation.context = &validation;
  validation.first = 8;
  validation.count = 4;
  recipe.epochs = 3;
  recipe.batch = 2;
  recipe.optimizer = optimizer;
  recipe.learning_rate = 0.001f;
  recipe.ema = more ? 0.9f : 0;
  FUZZ_CHECK(lenet_trainer_create(model, &recipe, &train, more ? &validation : NULL, 1,
                                  LENET_ISA_SCALAR, &trainer, NULL) == LENET_OK);
  while (lenet_trainer_epoch(trainer, stop_soon, NULL, &epoch, NULL) == LENET_OK)
    ;
  FUZZ_CHECK(lenet_trainer_save(trainer, path_of("checkpoint", name), NULL) == LENET_OK);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

static void make_tensors(void)
{
  static const struct {
    const char *name, *notation;
  } models[] = {{"dense", "2x3 F4:relu F2:softmax"},
                {"conv", "6x6 P1 C2@3:tanh A2 M3 F3:softmax"},
                {"subsample", "4x4 C1@1 S2@2 F2:scaled"}};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    put_model("model", models[i].name, models[i].notation, lenet_model_save);
    put_model("onnx", models[i].name, models[i].notation, lenet_model_save_onnx);
  }
  put_model("onnx", "codes", "12x7 R2", lenet_model_save_onnx);
  put_model("onnx", "repeated", "6x6 C2@3 S6@2:sigmoid C2@2:softmax", lenet_model_save_onnx);
  put_link("onnx", "keras", "keras-lenet.onnx");
  put_link("onnx", "torch-functional", "torch-functional.onnx");
  put_link("onnx", "torch-sequential", "torch-sequential.onnx");
  put_link("onnx", "torch-view", "torch-view.onnx");
  put_model("weights", "dense", "2x3 F4:relu F2:softmax", lenet_model_save);
  put_model("weights", "subsample", "4x4 C1@1 S2@2 F2:scaled", lenet_model_save);
  put_model("weights", "table", "2x2 C6@1 C16@1:table1 C2@2:softmax", lenet_model_save);
  put_link("weights", "torch", "state-dict.safetensors");
  put_checkpoint("sgd", "2x2 F2:softmax", LENET_SGD, false);
  put_checkpoint("adam", "3x3 C1@2:relu F3:softmax", LENET_ADAM, true);
  put_checkpoint("sdlm", "2x2 F3 F2:scaled", LENET_SDLM, false);
}

/* ---- texts ---- */

/* What the command has printed, and reads again. */
static void put_documents(void)
{
  static const char trained[] =
      "{\"net\":\"lenet5\",\"parameters\":61706,\"data\":\"synthetic:300\",\"augment\":\"affine\","
      "\"train_samples\":275,\"epochs\":[{\"epoch\":1,\"train_error\":0.72,\"validation_error\":0."
      "5},"
      "{\"epoch\":2,\"train_error\":0.41,\"validation_error\":null,\"test_error\":0.5}],"
      "\"best_epoch\":2,\"test_error\":0.56,\"seconds\":0.0397}";
  static const char evaluated[] =
      "{\"model\":\"a<b&c.safetensors\",\"rejection\":{\"curve\":[[0,0.01],[0.5,0.002],[1,0]]}}";
  static const char digits[] =
      "{\"file\":\"0.png\",\"lines\":[{\"digits\":[{\"digit\":3,\"box\":[10,20,30,40]},"
      "{\"digit\":0,\"box\":[50,20,1,65535]}]}]}";
  static const char text[] =
      "{\"file\":\"0.png\",\"lines\":[{\"text\":\"Pages say.\"},{\"text\":\"\\u00e9 42\"}]}";
  static const char runs[] =
      "# runs\nseeds 1-3, 7\nfirst: --recipe keras --data 'a b' --net \"28x28 F10\" # what\nwait\n"
      "second-2: --init {models}/first-{seed}.safetensors --lr .1\\ 2\n";
  static const char results[] =
      "seeds 1\na: -e 3\n====\n{\"run\":\"a\",\"seed\":1,\"options\":\"-e 3\",\"parameters\":61706,"
      "\"validation_error\":0.01,\"test_error\":0.02,\"test_loss\":0.1,\"seconds\":60}\n";
  char two[sizeof trained + sizeof trained + 2];
  snprintf(two, sizeof two, "%s\n\n%s", trained, trained);
  put_text("plot", "trained", trained);
  put_text("plot", "two", two);
  put_text("plot", "evaluated", evaluated);
  put_text("truth", "digits", digits);
  put_text("truth", "text", text);
  put_text("sweep", "runs", runs);
  put_text("sweep", "results", results);
}

static void make_texts(void)
{
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++) {
    char line[LENET_MAX_NOTATION];
    lenet_network_print(&variants[v].network, line);
    put_text("notation", variants[v].name, line);
  }
  put_text("notation", "spaces", "  8x9  P3   C4@3:relu M2  S8@2:sigmoid F3:linear F2:tanh ");
  static const char *const augmentations[] = {
      "none",
      "affine",
      "elastic",
      "affine,elastic,robust",
      "robust,noise=0",
      "shift=2,invert=0.1",
      "affine,rotate=12.5,alpha=0,flip=1",
      "scale=0.001,squeeze=0.9,shear=2,sigma=32,alpha=1000"};
  for (size_t i = 0; i < sizeof augmentations / sizeof *augmentations; i++) {
    char name[16];
    snprintf(name, sizeof name, "%zu", i);
    put_text("augment", name, augmentations[i]);
  }
  put_text(
      "recipe", "usual",
      "# what it is\nnet lenet5-modern\r\nepochs\t30   # a comment\naugment affine\n\nema 0.99\n"
      "optimizer adam\nlr 1e-3\nschedule cosine\nwarmup 0.5\nseed 18446744073709551615\n");
  put_text("recipe", "step",
           "\xef\xbb\xbfnet 28x28 F10:scaled\nloss map\nrubbish inf\noptimizer sgd\nmomentum .9\n"
           "schedule step\nstep-epochs 2\nstep-factor 0.5\nbatch 64\nvalidation 0\n");
  put_text("recipe", "sdlm",
           "net lenet5-1998\noptimizer sdlm\nmu 0.02\ncurvature-samples 500\n"
           "initial root-fan-in\ndata synthetic:100,seed=7\n");
  put_text("recipe", "soft",
           "label-smoothing 0.1\ndropout .5\nteachers reader\ndistillation 0.9\n"
           "temperature 2\ncalibrate temperature\nweight-decay 0\nsamples 5\n");
  put_text("arguments", "train", "hello\n-e3\n--batch=64\n--net\nlenet5\n--lr\n1e-3\nrest\n-q");
  put_text("arguments", "eval", "i\n--model=x.safetensors\n--\n--json\n");
  put_text("arguments", "predict", "j\nfive.pgm\n--jsom\n");
  put_documents();
  put_text("arguments", "data", "mb\n--seed\n18446744073709551616\n--isa=avx3\n-h");
}

/* Two digits on paper, for each thing that the target of pixels does. */
static void put_pixels(void)
{
  enum { HEAD = 4, WIDTH = 44, HEIGHT = 22, INK = 20 };
  static const struct {
    const char *name;
    uint8_t way;
  } ways[] = {{"two-shipped", 0}, {"two-cut", 1},    {"two-sweep", 4},   {"two-text", 6},
              {"two-steps", 9},   {"two-files", 12}, {"two-predict", 13}};
  uint8_t bytes[HEAD + WIDTH * HEIGHT] = {WIDTH - 1, HEIGHT - 1};
  memset(bytes + HEAD, 255, WIDTH * HEIGHT);
  for (uint64_t d = 0; d < 2; d++) {
    uint8_t pixels[28 * 28];
    lenet_synthetic_digit(9, d, pixels);
    for (size_t y = 0; y < INK; y++)
      for (size_t x = 0; x < INK; x++)
        bytes[HEAD + (y + 1) * WIDTH + x + 1 + d * 22] =
            (uint8_t)(255 - pixels[(y + 4) * 28 + x + 4]);
  }
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    bytes[3] = (uint8_t)(ways[i].way << 4);
    put("pixels", ways[i].name, bytes, sizeof bytes);
  }
}

static void make_raw(void)
{
  static const uint8_t network[] = {28, 28, 4, 1, 6, 0, 5, 0, 2,  2, 0, 0, 2, 0,
                                    0,  4,  2, 0, 2, 0, 2, 5, 10, 0, 0, 0, 5};
  static const uint8_t codes[] = {32, 32, 2, 5, 84, 0, 0, 0, 2, 6, 10, 0, 0, 0, 0};
  put("network", "conv", network, sizeof network);
  put("network", "codes", codes, sizeof codes);
  put_pixels();
  uint8_t small[4 + 12 * 12 * 4] = {11, 11, 0x83, 0x63};
  for (size_t i = 4; i < sizeof small; i++)
    small[i] = (uint8_t)(i % 31 * 8);
  put("pixels", "rgba", small, sizeof small);
  put("pixels", "one", "\0\0\2", 4);
}

int main(int argc, char **argv)
{
  FUZZ_CHECK(argc == 2);
  root = argv[1];
  make_idx();
  make_pnm();
  make_pngs();
  make_jpegs();
  make_tensors();
  make_texts();
  make_raw();
  return 0;
}
