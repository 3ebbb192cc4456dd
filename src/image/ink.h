/* ink.h - from a picture to its ink: even light, polarity, what is ink and how dark. */
#ifndef LENET_IMAGE_INK_H
#define LENET_IMAGE_INK_H

#include "lenet.h"

/* The ink of a picture. Large pictures are shrunk first: ink pixel (x, y) covers `factor` x
 * `factor` pixels of the picture from (x, y) x factor on. */
typedef struct lenet_ink {
  int width, height, factor;
  bool light;     /* ink lighter than paper */
  double stroke;  /* width of a stroke, ink pixels */
  uint8_t *flat;  /* [height][width] how much darker (lighter) than the paper there, of 255 */
  uint8_t *value; /* [height][width] the same with sharp edges, the paper's grain being 0 */
  uint8_t *mask;  /* [height][width] 1 where there is ink, else 0 */
} lenet_ink;

/* Shrinks the picture by `factor`, 1 or more, or by more where it is too large. LENET_NO_DIGIT
 * where no two tones can be told apart. The picture is not kept. */
lenet_status lenet_ink_find(const lenet_image *image, int factor, lenet_ink *ink,
                            lenet_error *error);
void lenet_ink_free(lenet_ink *ink);

#endif
