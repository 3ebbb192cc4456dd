/* predict.c - the digit in a picture. Run: predict examples/samples/seven.pgm */
#include <lenet.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  lenet_error error;
  lenet_reader *reader = NULL;
  lenet_image image = {0};
  lenet_prediction answer;
  if (argc != 2 || lenet_image_load(argv[1], &image, &error) != LENET_OK ||
      lenet_reader_create(NULL, LENET_ISA_BEST, &reader, &error) != LENET_OK ||
      lenet_predict(reader, &image, &answer, &error) != LENET_OK) {
    fprintf(stderr, "%s\n", argc == 2 ? error.message : "usage: predict IMAGE");
    return 1;
  }
  if (answer.none > LENET_NO_DIGIT_ABOVE)
    printf("no digit\n");
  else
    printf("%d (%.1f %%)\n", answer.digit, 100 * (double)answer.confidence);
  lenet_reader_free(reader);
  lenet_image_free(&image);
  return 0;
}
