/* show_list.c - the networks, models and recipes that lenet knows by name. */
#include "show.h"

#include "output.h"
#include "place.h"
#include "recipe_file.h"

#include <stdlib.h>

#if LENET_HAVE_JANSSON
static json_t *model_entry(const char *name, const lenet_model *model)
{
  return json_pack("{s:s, s:s, s:o, s:o}", "name", name, "net",
                   cli_name_network(lenet_model_network(model)).text, "data",
                   cli_json_text(lenet_model_note(model, "data")), "test_error",
                   cli_json_text(lenet_model_note(model, "test_error")));
}
#endif

static int list_models(const cli_arguments *arguments)
{
  for (const char *const *name = lenet_builtin_names(); *name != NULL; name++) {
    lenet_model *model = NULL;
    int code = cli_open_model(arguments, "model", *name, &model);
    if (code != CLI_OK)
      return code;
    const char *data = lenet_model_note(model, "data");
    const char *test_error = lenet_model_note(model, "test_error");
    printf("  %-20s %s", *name, cli_name_network(lenet_model_network(model)).text);
    if (data != NULL && test_error != NULL)
      printf(", trained on %s, test error %s", data, cli_percent(strtod(test_error, NULL)).text);
    printf("\n");
    lenet_model_free(model);
  }
  return CLI_OK;
}

#if LENET_HAVE_JANSSON
static json_t *list_document(const cli_arguments *arguments)
{
  size_t count = 0;
  const lenet_variant *variants = lenet_variants(&count);
  json_t *networks = json_array(), *models = json_array();
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[i].network, notation);
    json_array_append_new(networks, json_pack("{s:s, s:s, s:s}", "name", variants[i].name,
                                              "notation", notation, "source", variants[i].source));
  }
  for (const char *const *name = lenet_builtin_names(); *name != NULL; name++) {
    lenet_model *model = NULL;
    if (cli_open_model(arguments, "model", *name, &model) == CLI_OK)
      json_array_append_new(models, model_entry(*name, model));
    lenet_model_free(model);
  }
  json_t *recipes = json_array();
  for (const cli_shipped_recipe *r = cli_shipped_recipes; r->name != NULL; r++)
    json_array_append_new(recipes, json_pack("{s:s, s:s}", "name", r->name, "summary",
                                             cli_summarize_recipe(r->text).text));
  return json_pack("{s:o, s:o, s:o}", "networks", networks, "models", models, "recipes", recipes);
}
#endif

int cli_show_list(const cli_arguments *arguments)
{
  if (cli_given(arguments, "json")) {
    CLI_PRINT_JSON(list_document(arguments));
    return CLI_OK;
  }
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  size_t count = 0;
  const lenet_variant *variants = lenet_variants(&count);
  printf("%snetworks%s (--net)\n", bold, plain);
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[i].network, notation);
    printf("  %-20s %s\n  %-20s %s\n", variants[i].name, variants[i].source, "", notation);
  }
  printf("\n%smodels that ship with lenet%s (--model)\n", bold, plain);
  int code = list_models(arguments);
  printf("\n%srecipes%s (--recipe)\n", bold, plain);
  for (const cli_shipped_recipe *r = cli_shipped_recipes; r->name != NULL; r++)
    printf("  %-20s %s\n", r->name, cli_summarize_recipe(r->text).text);
  return code;
}

int cli_show_recipe(const cli_arguments *arguments, const char *name)
{
  char *text = NULL;
  const int code = cli_load_recipe(arguments, name, &text);
  if (code != CLI_OK)
    return code;
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(
        json_pack("{s:o, s:o}", "name", cli_json_text(name), "text", cli_json_text(text)));
  else
    fputs(text, stdout);
  free(text);
  return CLI_OK;
}
