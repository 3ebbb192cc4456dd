/* page.h - what the files of the page's WebAssembly module share. */
#ifndef LENET_WEB_PAGE_H
#define LENET_WEB_PAGE_H

#include <lenet.h>

enum { PAGE_NETWORKS = 8 /* open at once */ };

typedef struct page_network {
  lenet_model *model;
  lenet_session *session;
} page_network;

/* The network that was opened under this number; NULL and an error where there is none. */
page_network *page_network_at(int handle);

/* Keeps the error for page_error; returns -1. */
int page_failed(const lenet_error *what);

#endif
