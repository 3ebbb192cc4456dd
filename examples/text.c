/* text.c - all printed text of a picture. Run: text examples/samples/lines.pgm */
#include <lenet.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
  lenet_error error;
  lenet_reader *reader = NULL;
  lenet_image image = {0};
  lenet_reading reading;
  if (argc != 2 || lenet_image_load(argv[1], &image, &error) != LENET_OK ||
      lenet_reader_create_text(NULL, LENET_ISA_BEST, &reader, &error) != LENET_OK ||
      lenet_read(reader, &image, &reading, &error) != LENET_OK) {
    fprintf(stderr, "%s\n", argc == 2 ? error.message : "usage: text IMAGE");
    return 1;
  }
  for (int i = 0; i < reading.count; i++) {
    /* What is less sure than 20 % is U+FFFD. */
    const size_t room = lenet_read_text(&reading.line[i], 0.2, NULL, 0) + 1;
    char *text = malloc(room);
    if (text != NULL) {
      lenet_read_text(&reading.line[i], 0.2, text, room);
      puts(text);
    }
    free(text);
  }
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
  lenet_image_free(&image);
  return 0;
}
