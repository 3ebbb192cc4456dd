/* steps.c - the way from a picture to its writing, for those who want to see it. */
#include "lenet.h"

#include "base/error.h"
#include "image/parts.h"

#include <stdlib.h>
#include <string.h>

static void show(const lenet_ink *ink, const lenet_parts *parts, lenet_steps *steps)
{
  size_t count = (size_t)ink->width * (size_t)ink->height;
  for (size_t i = 0; i < count; i++) {
    int32_t label = parts->label ? parts->label[i] : 0;
    bool writing = label > 0 && parts->part[label - 1].writing;
    steps->level[i] = (uint8_t)(255 - ink->flat[i]);
    steps->ink[i] = writing ? 255 : ink->mask[i] ? 128 : 0;
  }
}

lenet_status lenet_image_steps(const lenet_image *image, lenet_steps *steps, lenet_error *error)
{
  lenet_ink ink;
  lenet_parts parts = {0};
  lenet_status status = lenet_ink_find(image, 1, &ink, error);
  if (status != LENET_OK)
    return status;
  size_t count = (size_t)ink.width * (size_t)ink.height;
  lenet_steps made = {.width = ink.width,
                      .height = ink.height,
                      .factor = ink.factor,
                      .light = ink.light,
                      .stroke = ink.stroke,
                      .level = malloc(count),
                      .ink = malloc(count)};
  status = lenet_parts_find(&ink, LENET_DIGITS, &parts, error);
  if (status == LENET_NO_DIGIT)
    status = LENET_OK; /* there is ink, but no writing */
  if (status == LENET_OK && !(made.level && made.ink))
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to show a picture");
  if (status == LENET_OK) {
    show(&ink, &parts, &made);
    *steps = made;
  } else {
    lenet_steps_free(&made);
  }
  lenet_parts_free(&parts);
  lenet_ink_free(&ink);
  return status;
}

void lenet_steps_free(lenet_steps *steps)
{
  free(steps->level);
  free(steps->ink);
  *steps = (lenet_steps){0};
}
