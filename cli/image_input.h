/* image_input.h - pictures that a command reads. */
#ifndef LENET_CLI_IMAGE_INPUT_H
#define LENET_CLI_IMAGE_INPUT_H

#include "options.h"

/* Loads a picture; "-" is standard input. */
lenet_status cli_load_image(const char *path, lenet_image *image, lenet_error *error);

#endif
