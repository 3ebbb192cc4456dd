/* onednn_net.h - lenet5 as a list of oneDNN's primitives; see onednn.c. */
#ifndef ONEDNN_NET_H
#define ONEDNN_NET_H

#include <oneapi/dnnl/dnnl.h>
#include <stdint.h>

#if DNNL_VERSION_MAJOR != 2
#error "this peer speaks the interface of oneDNN 2; other versions have another one"
#endif

enum { PIXELS = 784, CLASSES = 10, PARAMETERS = 61706 };

typedef struct net net;

/* Prints what and ends the program. */
void die(const char *what);

/* To be called once, before anything else. */
void start_onednn(void);

/* A network for batches of this size. The parameters are copied from PyTorch's order. */
net *make_net(int batch, int is_training, const float *parameters);
int net_batch(const net *net);
float *net_input(net *net);        /* [batch][28][28], to be filled in */
const float *net_scores(net *net); /* [batch][10], before the softmax */

/* The forward pass; for inference it ends with the softmax. */
void net_forward(net *net);

/* Of a network for training. Both passes as in a step of learning, but nothing is learned. */
void net_warm_up(net *net);

/* A step of SGD with momentum; returns the cross-entropy, summed over the batch, before it. */
double net_learn(net *net, const uint8_t *label);

#endif
