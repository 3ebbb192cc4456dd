/* predict.c - the digit in a picture. Run: predict examples/samples/seven.pgm */
#include <lenet.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  lenet_error error;
  lenet_model *model = NULL;
  lenet_session *session = NULL;
  lenet_image image = {0};
  lenet_prediction answer;
  if (argc != 2 || lenet_image_load(argv[1], &image, &error) != LENET_OK ||
      lenet_builtin_load(NULL, &model, &error) != LENET_OK ||
      lenet_session_create(model, LENET_ISA_BEST, &session, &error) != LENET_OK ||
      lenet_predict(session, &image, &answer, &error) != LENET_OK) {
    fprintf(stderr, "%s\n", argc == 2 ? error.message : "usage: predict IMAGE");
    return 1;
  }
  printf("%d (%.1f %%)\n", answer.digit, 100 * (double)answer.confidence);
  lenet_session_free(session);
  lenet_model_free(model);
  lenet_image_free(&image);
  return 0;
}
