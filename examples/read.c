/* read.c - all digits of a picture in memory. Run: read examples/samples/lines.pgm */
#include <lenet.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  lenet_error error;
  lenet_reader *reader = NULL;
  lenet_image file = {0}, image = {0};
  lenet_reading reading;
  /* Any pixels in memory will do, from a camera or a window: grey or colour, with any stride. */
  if (argc != 2 || lenet_image_load(argv[1], &file, &error) != LENET_OK ||
      lenet_image_from_pixels(file.pixels, file.width, file.height, file.width, LENET_GREY, &image,
                              &error) != LENET_OK ||
      lenet_reader_create(NULL, LENET_ISA_BEST, &reader, &error) != LENET_OK ||
      lenet_read(reader, &image, &reading, &error) != LENET_OK) {
    fprintf(stderr, "%s\n", argc == 2 ? error.message : "usage: read IMAGE");
    return 1;
  }
  for (int i = 0; i < reading.count; i++) {
    for (int k = 0; k < reading.line[i].count; k++)
      printf("%d", reading.line[i].digit[k].digit);
    printf(" (%.1f %%)\n", 100 * (double)reading.line[i].confidence);
  }
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
  lenet_image_free(&image);
  lenet_image_free(&file);
  return 0;
}
