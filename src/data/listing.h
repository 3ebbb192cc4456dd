/* listing.h - what lies in a directory. */
#ifndef LENET_DATA_LISTING_H
#define LENET_DATA_LISTING_H

#include "lenet.h"

/* Starts as {0}, ends with lenet_names_free. */
typedef struct lenet_names {
  char **name;
  size_t count, room;
} lenet_names;

void lenet_names_free(lenet_names *list);
lenet_status lenet_names_add(lenet_names *list, const char *name, lenet_error *error);

/* Sorts, and keeps one of each. */
void lenet_names_sort(lenet_names *list);

bool lenet_is_directory(const char *path);

/* Adds what lies in `directory`, in no order, but for names that begin with a dot. */
lenet_status lenet_list_directory(const char *directory, bool only_directories, lenet_names *list,
                                  lenet_error *error);

#endif
