/* onednn_net.c - lenet5 as a list of oneDNN's primitives; see onednn.c.
 *
 * The layouts are those that oneDNN asks for (format_tag::any); weights are brought into them once,
 * activations only where two neighbours disagree. tanh is fused to the row before it, forward, and
 * its gradient is taken from its output, so that nothing is kept for it. */
#include "onednn_net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 7, MAX_STEPS = 64 };
static const float RATE = 0.02f, MOMENTUM = 0.9f; /* as in peers.py */

void die(const char *what)
{
  fprintf(stderr, "onednn: %s\n", what);
  exit(1);
}

static void check(dnnl_status_t status, const char *call)
{
  if (status != dnnl_success) {
    fprintf(stderr, "onednn: status %d of %s\n", (int)status, call);
    exit(1);
  }
}
#define CHECK(call) check((call), #call)

/* ------------------------------------------------------------------ the network ----------- */

typedef enum kind { CONV, POOL, DENSE } kind;

/* Sizes of a row; a dense row that reads maps reads them as they lie: [units][maps][side][side]. */
typedef struct row {
  kind kind;
  dnnl_dim_t inputs, side, outputs, out_side, kernel, border;
  int has_tanh;
} row;

static const row rows[ROWS] = {
    {CONV, 1, 28, 6, 28, 5, 2, 1},   {POOL, 6, 28, 6, 14, 2, 0, 0},
    {CONV, 6, 14, 16, 10, 5, 0, 1},  {POOL, 16, 10, 16, 5, 2, 0, 0},
    {DENSE, 16, 5, 120, 1, 5, 0, 1}, {DENSE, 120, 1, 84, 1, 1, 0, 1},
    {DENSE, 84, 1, 10, 1, 1, 0, 0},
};

/* A primitive and its arguments, in the order in which they are run. */
typedef struct step {
  dnnl_primitive_t primitive;
  int count;
  dnnl_exec_arg_t argument[6];
} step;

typedef struct program {
  int count;
  step step[MAX_STEPS];
} program;

typedef struct layer {
  dnnl_primitive_desc_t forward;
  dnnl_memory_t source, output; /* as the forward primitive reads and writes them */
  dnnl_memory_t weights, bias, weights_gradient, bias_gradient; /* the layouts of `forward` */
  float *weights_speed, *bias_speed;                            /* momentum, in the same layouts */
} layer;

struct net {
  int batch, is_training;
  layer layer[ROWS];
  dnnl_memory_t input, scores, scores_gradient; /* [batch][1][28][28], [batch][10] */
  dnnl_memory_t probabilities;
  program forward, backward;
};

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static float *values(dnnl_memory_t memory)
{
  void *data;
  CHECK(dnnl_memory_get_data_handle(memory, &data));
  return data;
}

static const dnnl_memory_desc_t *layout_of(dnnl_memory_t memory)
{
  const dnnl_memory_desc_t *layout;
  CHECK(dnnl_memory_get_memory_desc(memory, &layout));
  return layout;
}

/* Zeros: a blocked layout's padding has to be. */
static dnnl_memory_t make_memory(const dnnl_memory_desc_t *layout)
{
  dnnl_memory_t memory;
  CHECK(dnnl_memory_create(&memory, layout, engine, DNNL_MEMORY_ALLOCATE));
  memset(values(memory), 0, dnnl_memory_desc_get_size(layout));
  return memory;
}

static dnnl_memory_desc_t make_layout(int dimensions, dnnl_dim_t a, dnnl_dim_t b, dnnl_dim_t side,
                                      dnnl_format_tag_t tag)
{
  dnnl_memory_desc_t layout;
  const dnnl_dims_t sizes = {a, b, side, side};
  CHECK(dnnl_memory_desc_init_by_tag(&layout, dimensions, sizes, dnnl_f32, tag));
  return layout;
}

static const dnnl_memory_desc_t *asked(dnnl_primitive_desc_t description, dnnl_query_t what)
{
  return dnnl_primitive_desc_query_md(description, what, 0);
}

static void add(program *program, dnnl_primitive_desc_t description, int count,
                const dnnl_exec_arg_t *argument)
{
  if (program->count == MAX_STEPS)
    die("too many steps");
  step *step = &program->step[program->count++];
  CHECK(dnnl_primitive_create(&step->primitive, description));
  step->count = count;
  memcpy(step->argument, argument, (size_t)count * sizeof *argument);
}
#define ADD(program, description, ...)                                                             \
  add(program, description, sizeof((dnnl_exec_arg_t[]){__VA_ARGS__}) / sizeof(dnnl_exec_arg_t),    \
      (dnnl_exec_arg_t[]){__VA_ARGS__})

static void add_reorder(program *program, dnnl_memory_t from, dnnl_memory_t to)
{
  dnnl_primitive_desc_t description;
  CHECK(dnnl_reorder_primitive_desc_create(&description, layout_of(from), engine, layout_of(to),
                                           engine, NULL));
  ADD(program, description, {DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to});
}

/* `memory` in the layout that is wanted: itself, or another that the program fills from it. */
static dnnl_memory_t in_layout(program *program, dnnl_memory_t memory,
                               const dnnl_memory_desc_t *wanted)
{
  if (dnnl_memory_desc_equal(layout_of(memory), wanted))
    return memory;
  dnnl_memory_t other = make_memory(wanted);
  add_reorder(program, memory, other);
  return other;
}

static void run(const program *program)
{
  for (int i = 0; i < program->count; i++) {
    const step *step = &program->step[i];
    CHECK(dnnl_primitive_execute(step->primitive, stream, step->count, step->argument));
  }
  CHECK(dnnl_stream_wait(stream));
}

/* ------------------------------------------------------------------ forward --------------- */

static const dnnl_dims_t ones = {1, 1}, twos = {2, 2}, none = {0, 0};

/* What a row's primitives work on, each in the layout that oneDNN likes best, but for the bias. */
typedef struct layouts {
  dnnl_memory_desc_t source, weights, bias, output;
  dnnl_dims_t border;
} layouts;

/* A dense row that reads units, not maps, has no sides. */
static int source_dimensions(const row *r) { return r->kind == DENSE && r->side == 1 ? 2 : 4; }

static layouts layouts_of(const net *net, const row *r)
{
  const int dimensions = source_dimensions(r);
  const dnnl_format_tag_t any = dnnl_format_tag_any;
  return (layouts){
      .source = make_layout(dimensions, net->batch, r->inputs, r->side, any),
      .weights = make_layout(dimensions, r->outputs, r->inputs, r->kernel, any),
      .bias = make_layout(1, r->outputs, 0, 0, dnnl_a),
      .output = make_layout(r->kind == DENSE ? 2 : 4, net->batch, r->outputs, r->out_side,
                            r == &rows[ROWS - 1] ? dnnl_ab : any),
      .border = {r->border, r->border},
  };
}

/* What a row does, one way or the other. */
typedef union operation {
  dnnl_convolution_desc_t conv;
  dnnl_pooling_desc_t pool;
  dnnl_inner_product_desc_t dense;
} operation;

static dnnl_primitive_desc_t describe(const operation *what, dnnl_primitive_attr_t attributes,
                                      dnnl_primitive_desc_t forward)
{
  dnnl_primitive_desc_t description;
  CHECK(dnnl_primitive_desc_create(&description, what, attributes, engine, forward));
  return description;
}

static dnnl_primitive_desc_t describe_forward(const net *net, const row *r,
                                              const dnnl_memory_desc_t *given)
{
  const dnnl_prop_kind_t purpose =
      net->is_training ? dnnl_forward_training : dnnl_forward_inference;
  const layouts of = layouts_of(net, r);
  operation what;
  if (r->kind == CONV)
    CHECK(dnnl_convolution_forward_desc_init(&what.conv, purpose, dnnl_convolution_direct,
                                             r->inputs == 1 ? given : &of.source, &of.weights,
                                             &of.bias, &of.output, ones, of.border, of.border));
  else if (r->kind == POOL)
    CHECK(dnnl_pooling_forward_desc_init(&what.pool, purpose, dnnl_pooling_avg_exclude_padding,
                                         given, &of.output, twos, twos, none, none));
  else
    CHECK(dnnl_inner_product_forward_desc_init(&what.dense, purpose, &of.source, &of.weights,
                                               &of.bias, &of.output));
  dnnl_primitive_attr_t attributes;
  dnnl_post_ops_t after;
  CHECK(dnnl_primitive_attr_create(&attributes));
  CHECK(dnnl_post_ops_create(&after));
  if (r->has_tanh)
    CHECK(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_tanh, 0, 0));
  CHECK(dnnl_primitive_attr_set_post_ops(attributes, after));
  return describe(&what, attributes, NULL);
}

/* Takes a row's weights and bias from where they stand in PyTorch's order. */
static const float *load_weights(layer *l, const row *r, const float *from)
{
  const int dimensions = source_dimensions(r);
  const dnnl_memory_desc_t plain = make_layout(dimensions, r->outputs, r->inputs, r->kernel,
                                               dimensions == 2 ? dnnl_ab : dnnl_abcd);
  const size_t bytes = dnnl_memory_desc_get_size(&plain);
  program once = {0};
  dnnl_memory_t given = make_memory(&plain);
  l->weights = make_memory(asked(l->forward, dnnl_query_weights_md));
  l->bias = make_memory(dnnl_primitive_desc_query_md(l->forward, dnnl_query_weights_md, 1));
  memcpy(values(given), from, bytes);
  add_reorder(&once, given, l->weights);
  run(&once);
  CHECK(dnnl_memory_destroy(given));
  from += bytes / sizeof *from;
  memcpy(values(l->bias), from, (size_t)r->outputs * sizeof *from);
  return from + r->outputs;
}

static void build_forward(net *net, const float *parameters)
{
  const dnnl_memory_desc_t pictures =
      make_layout(4, net->batch, rows[0].inputs, rows[0].side, dnnl_abcd);
  dnnl_memory_t data = net->input = make_memory(&pictures);
  for (int i = 0; i < ROWS; i++) {
    layer *l = &net->layer[i];
    l->forward = describe_forward(net, &rows[i], layout_of(data));
    l->source = in_layout(&net->forward, data, asked(l->forward, dnnl_query_src_md));
    l->output = data = make_memory(asked(l->forward, dnnl_query_dst_md));
    if (rows[i].kind == POOL) {
      ADD(&net->forward, l->forward, {DNNL_ARG_SRC, l->source}, {DNNL_ARG_DST, l->output});
      continue;
    }
    parameters = load_weights(l, &rows[i], parameters);
    ADD(&net->forward, l->forward, {DNNL_ARG_SRC, l->source}, {DNNL_ARG_WEIGHTS, l->weights},
        {DNNL_ARG_BIAS, l->bias}, {DNNL_ARG_DST, l->output});
  }
  net->scores = data;
  if (net->is_training)
    return; /* the loss takes the softmax with it */
  dnnl_softmax_desc_t what;
  dnnl_primitive_desc_t description;
  CHECK(dnnl_softmax_forward_desc_init(&what, dnnl_forward_inference, layout_of(data), 1));
  CHECK(dnnl_primitive_desc_create(&description, &what, NULL, engine, NULL));
  net->probabilities = make_memory(layout_of(data));
  ADD(&net->forward, description, {DNNL_ARG_SRC, data}, {DNNL_ARG_DST, net->probabilities});
}

/* ------------------------------------------------------------------ backward -------------- */

/* Adds the primitive that makes the gradients of a row's weights. */
static void add_weights_gradient(net *net, layer *l, const row *r, dnnl_memory_t gradient)
{
  layouts of = layouts_of(net, r);
  of.source = *layout_of(l->source);
  of.bias = *layout_of(l->bias);
  operation what;
  if (r->kind == CONV)
    CHECK(dnnl_convolution_backward_weights_desc_init(&what.conv, dnnl_convolution_direct,
                                                      &of.source, &of.weights, &of.bias, &of.output,
                                                      ones, of.border, of.border));
  else
    CHECK(dnnl_inner_product_backward_weights_desc_init(&what.dense, &of.source, &of.weights,
                                                        &of.bias, &of.output));
  const dnnl_primitive_desc_t description = describe(&what, NULL, l->forward);
  program *program = &net->backward;
  gradient = in_layout(program, gradient, asked(description, dnnl_query_diff_dst_md));
  dnnl_memory_t made = make_memory(asked(description, dnnl_query_diff_weights_md));
  l->bias_gradient = make_memory(&of.bias);
  ADD(program, description, {DNNL_ARG_SRC, l->source}, {DNNL_ARG_DIFF_DST, gradient},
      {DNNL_ARG_DIFF_WEIGHTS, made}, {DNNL_ARG_DIFF_BIAS, l->bias_gradient});
  l->weights_gradient = in_layout(program, made, layout_of(l->weights));
  l->weights_speed = calloc(1, dnnl_memory_desc_get_size(layout_of(l->weights)));
  l->bias_speed = calloc(1, dnnl_memory_desc_get_size(&of.bias));
  if (l->weights_speed == NULL || l->bias_speed == NULL)
    die("out of memory");
}

/* Adds the primitive that makes the gradient of what a row reads, and returns it. */
static dnnl_memory_t add_source_gradient(net *net, const layer *l, const row *r,
                                         dnnl_memory_t gradient)
{
  const layouts of = layouts_of(net, r);
  operation what;
  if (r->kind == CONV)
    CHECK(dnnl_convolution_backward_data_desc_init(&what.conv, dnnl_convolution_direct, &of.source,
                                                   &of.weights, &of.output, ones, of.border,
                                                   of.border));
  else if (r->kind == POOL)
    CHECK(dnnl_pooling_backward_desc_init(&what.pool, dnnl_pooling_avg_exclude_padding,
                                          layout_of(l->source), layout_of(l->output), twos, twos,
                                          none, none));
  else
    CHECK(dnnl_inner_product_backward_data_desc_init(&what.dense, &of.source, &of.weights,
                                                     &of.output));
  const dnnl_primitive_desc_t description = describe(&what, NULL, l->forward);
  program *program = &net->backward;
  gradient = in_layout(program, gradient, asked(description, dnnl_query_diff_dst_md));
  dnnl_memory_t made = make_memory(asked(description, dnnl_query_diff_src_md));
  if (r->kind == POOL) {
    ADD(program, description, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, made});
    return made;
  }
  dnnl_memory_t turned = in_layout(program, l->weights, asked(description, dnnl_query_weights_md));
  ADD(program, description, {DNNL_ARG_WEIGHTS, turned}, {DNNL_ARG_DIFF_DST, gradient},
      {DNNL_ARG_DIFF_SRC, made});
  return made;
}

/* Gradient of tanh from its output, in place; returns where it stands. */
static dnnl_memory_t add_tanh_gradient(net *net, const layer *l, dnnl_memory_t gradient)
{
  const dnnl_memory_desc_t *layout = layout_of(l->output);
  dnnl_eltwise_desc_t what;
  dnnl_primitive_desc_t hint, description;
  CHECK(dnnl_eltwise_forward_desc_init(&what, dnnl_forward_training,
                                       dnnl_eltwise_tanh_use_dst_for_bwd, layout, 0, 0));
  CHECK(dnnl_primitive_desc_create(&hint, &what, NULL, engine, NULL));
  CHECK(dnnl_eltwise_backward_desc_init(&what, dnnl_eltwise_tanh_use_dst_for_bwd, layout, layout, 0,
                                        0));
  CHECK(dnnl_primitive_desc_create(&description, &what, NULL, engine, hint));
  gradient = in_layout(&net->backward, gradient, layout);
  ADD(&net->backward, description, {DNNL_ARG_DST, l->output}, {DNNL_ARG_DIFF_DST, gradient},
      {DNNL_ARG_DIFF_SRC, gradient});
  return gradient;
}

static void build_backward(net *net)
{
  dnnl_memory_t gradient = net->scores_gradient = make_memory(layout_of(net->scores));
  for (int i = ROWS - 1; i >= 0; i--) {
    layer *l = &net->layer[i];
    if (rows[i].has_tanh)
      gradient = add_tanh_gradient(net, l, gradient);
    if (rows[i].kind != POOL)
      add_weights_gradient(net, l, &rows[i], gradient);
    if (i > 0)
      gradient = add_source_gradient(net, l, &rows[i], gradient);
  }
}

net *make_net(int batch, int is_training, const float *parameters)
{
  net *net = calloc(1, sizeof *net);
  if (net == NULL)
    die("out of memory");
  net->batch = batch;
  net->is_training = is_training;
  build_forward(net, parameters);
  if (is_training)
    build_backward(net);
  return net;
}

/* ------------------------------------------------------------------ a step ---------------- */

/* Cross-entropy of the scores, summed, and its gradient divided by the batch. */
static double judge(net *net, const uint8_t *label)
{
  const float *score = values(net->scores);
  float *gradient = values(net->scores_gradient);
  double loss = 0;
  for (int i = 0; i < net->batch; i++, score += CLASSES, gradient += CLASSES) {
    float highest = score[0], sum = 0;
    for (int c = 1; c < CLASSES; c++)
      highest = fmaxf(highest, score[c]);
    for (int c = 0; c < CLASSES; c++)
      sum += gradient[c] = expf(score[c] - highest);
    loss += (double)(logf(sum) + highest - score[label[i]]);
    for (int c = 0; c < CLASSES; c++)
      gradient[c] = (gradient[c] / sum - (c == label[i])) / (float)net->batch;
  }
  return loss;
}

static void update(dnnl_memory_t weights, dnnl_memory_t gradient, float *restrict speed)
{
  float *restrict w = values(weights);
  const float *restrict g = values(gradient);
  const size_t count = dnnl_memory_desc_get_size(layout_of(weights)) / sizeof *w;
  for (size_t i = 0; i < count; i++) {
    speed[i] = MOMENTUM * speed[i] + g[i];
    w[i] -= RATE * speed[i];
  }
}

double net_learn(net *net, const uint8_t *label)
{
  run(&net->forward);
  const double loss = judge(net, label);
  run(&net->backward);
  for (int i = 0; i < ROWS; i++) {
    layer *l = &net->layer[i];
    if (rows[i].kind != POOL) {
      update(l->weights, l->weights_gradient, l->weights_speed);
      update(l->bias, l->bias_gradient, l->bias_speed);
    }
  }
  return loss;
}

void net_forward(net *net) { run(&net->forward); }

void net_warm_up(net *net)
{
  run(&net->forward);
  run(&net->backward);
}

int net_batch(const net *net) { return net->batch; }

float *net_input(net *net) { return values(net->input); }

const float *net_scores(net *net) { return values(net->scores); }

void start_onednn(void)
{
  CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
  CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
}
