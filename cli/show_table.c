/* show_table.c - a network's rows as a table or as JSON: shapes, counts, recipes, notes. */
#include "show.h"

#include "output.h"
#include "plan.h"
#include "recipe_file.h"
#include "row_text.h"

#include <string.h>

/* Width of the column of types: that of the longest and a space, at least 31. */
static int type_width(const lenet_network *network)
{
  int width = 31;
  for (int i = 0; i < network->row_count; i++) {
    int length = (int)strlen(cli_describe_row(&network->row[i]).text) + 2;
    width = length > width ? length : width;
  }
  return width;
}

static void print_table(const lenet_network *network, const lenet_layout *layout)
{
  const int width = type_width(network);
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("%s%-7s%-*s%-14s%10s%13s%15s%s\n", bold, "layer", width, "type", "output shape",
         "parameters", "connections", "multiply-adds", plain);
  cli_words input;
  snprintf(input.text, sizeof input.text, "(%d, %d, 1)", network->rows, network->columns);
  printf("%-7s%-*s%s\n", "input", width, "", input.text);
  for (int i = 0; i < network->row_count; i++) {
    const lenet_row *row = &network->row[i];
    const lenet_layer *layer = &layout->layer[i];
    printf("%-7s%-*s%-14s%10s%13s%15s\n", layer->name, width, cli_describe_row(row).text,
           cli_describe_output(row, layer).text, cli_thousands(layer->parameters).text,
           cli_thousands(layer->connections).text, cli_thousands(layer->macs).text);
  }
  printf("%s%-*s%10s%13s%15s%s\n", bold, width + 21, "total",
         cli_thousands(layout->parameters).text, cli_thousands(layout->connections).text,
         cli_thousands(layout->macs).text, plain);
}

static void print_notes(const lenet_model *model)
{
  printf("\n");
  for (const char *const *key = cli_shown_notes; *key != NULL; key++) {
    const char *value = lenet_model_note(model, *key);
    if (value != NULL)
      printf("%-17s %s\n", *key, value);
  }
}

#if LENET_HAVE_JANSSON
static json_t *network_document(const lenet_network *network, const lenet_layout *layout,
                                const lenet_model *model)
{
  json_t *layers = json_array();
  for (int i = 0; i < network->row_count; i++) {
    const lenet_layer *l = &layout->layer[i];
    const lenet_row *row = &network->row[i];
    json_t *layer = json_pack("{s:s, s:s, s:i, s:s, s:[i, i, i], s:I, s:I, s:I}", "name", l->name,
                              "kind", cli_kind_name(row->kind), "size", row->size, "activation",
                              cli_activation_name(row->activation), "output", l->maps, l->rows,
                              l->columns, "parameters", (json_int_t)l->parameters, "connections",
                              (json_int_t)l->connections, "macs", (json_int_t)l->macs);
    json_array_append_new(layers, layer);
  }
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(network, notation);
  json_t *document = json_pack(
      "{s:s, s:[i, i], s:o, s:I, s:I, s:I, s:I, s:s}", "net", cli_name_network(network).text,
      "input", network->rows, network->columns, "layers", layers, "parameters",
      (json_int_t)layout->parameters, "trainable", (json_int_t)layout->parameters, "connections",
      (json_int_t)layout->connections, "macs", (json_int_t)layout->macs, "notation", notation);
  if (model == NULL) {
    json_object_set_new(document, "recipe", json_string(cli_default_command_line(network).text));
    return document;
  }
  json_t *object = json_object();
  for (const char *const *key = cli_shown_notes; *key != NULL; key++) {
    if (lenet_model_note(model, *key) != NULL)
      json_object_set_new(object, *key, cli_json_text(lenet_model_note(model, *key)));
  }
  json_object_set_new(document, "notes", object);
  return document;
}
#endif

/* What trains the network where nothing is said, then the shipped recipes made for it. */
static void print_recipes(const lenet_network *network, const lenet_variant *variant)
{
  char net[64] = "";
  if (variant != NULL)
    snprintf(net, sizeof net, "\nnet %s ", variant->name);
  printf("\nrecipe  %s\n", cli_default_command_line(network).text);
  for (const cli_shipped_recipe *r = cli_shipped_recipes; r->name != NULL && variant != NULL; r++)
    if (strstr(r->text, net) != NULL)
      printf("        lenet train --recipe %s  # %s\n", r->name,
             cli_summarize_recipe(r->text).text);
}

int cli_show_table(const cli_arguments *arguments, const lenet_network *network,
                   const lenet_layout *layout, const lenet_model *model)
{
  if (cli_given(arguments, "json")) {
    CLI_PRINT_JSON(network_document(network, layout, model));
    return CLI_OK;
  }
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(network, notation);
  const lenet_variant *variant = lenet_variant_of(network);
  if (variant != NULL)
    printf("%s: %s\n", variant->name, variant->source);
  printf("%s\n\n", notation);
  print_table(network, layout);
  if (model != NULL)
    print_notes(model);
  else
    print_recipes(network, variant);
  return CLI_OK;
}
