/* folder.h - pictures sorted into folders by class. */
#ifndef LENET_DATA_FOLDER_H
#define LENET_DATA_FOLDER_H

#include "data/dataset.h"
#include "lenet.h"

/* Fills `dataset` from `directory`:
 *
 *   <directory>/<class>/<picture>          every sixth picture of a class is for testing, the
 *                                          others for training
 *   <directory>/train/<class>/<picture>    where there is a folder train or test
 *   <directory>/test/<class>/<picture>
 *
 * Classes and pictures are in the order of their names' bytes; a class that only one of train and
 * test has counts in both, so that labels agree. Hidden files are left out, and so is what is no
 * folder beside the classes; inside a class everything must be a picture. */
lenet_status lenet_folder_open(const char *directory, lenet_split split, lenet_dataset *dataset,
                               lenet_error *error);

#endif
