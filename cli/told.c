#include "told.h"

#include <stdlib.h>

static bool is_rejected(const lenet_read_line *line, const cli_told *how)
{
  return !how->text && !((double)line->confidence >= how->least);
}

/* NULL without memory. */
static char *text_of(const lenet_read_line *line, const cli_told *how)
{
  const double least = how->text ? how->least : 0;
  const size_t length = lenet_read_text(line, least, NULL, 0);
  char *text = malloc(length + 1);
  if (text != NULL)
    lenet_read_text(line, least, text, length + 1);
  return text;
}

#if LENET_HAVE_JANSSON
static json_t *choices_document(const lenet_read_digit *d)
{
  json_t *choices = json_array();
  for (int i = 0; i < d->choices; i++) {
    const char character[] = {d->choice[i].character, '\0'};
    json_array_append_new(choices, json_pack("{s:s, s:o}", "character", character, "probability",
                                             cli_json_real((double)d->choice[i].probability)));
  }
  return choices;
}

/* The characters that look like it, without a picture of their height and place: "0Oo"; null where
 * there are none. */
static json_t *character_document(const lenet_read_digit *d, const cli_told *how)
{
  const char character[] = {d->character, '\0'};
  const char *alike = lenet_look_alikes(d->character);
  return json_pack("{s:s, s:b, s:o, s:[i, i, i, i], s:i, s:o, s:o}", "character", character,
                   "rejected", (double)d->confidence < how->least, "confidence",
                   cli_json_real((double)d->confidence), "box", d->x, d->y, d->width, d->height,
                   "spaces", d->spaces, "choices", choices_document(d), "alike",
                   alike != NULL ? json_string(alike) : json_null());
}

static json_t *digit_document(const lenet_read_digit *d)
{
  return json_pack("{s:i, s:o, s:[i, i, i, i]}", "digit", d->digit, "confidence",
                   cli_json_real((double)d->confidence), "box", d->x, d->y, d->width, d->height);
}

static json_t *line_document(const lenet_read_line *line, const cli_told *how)
{
  const bool rejected = is_rejected(line, how);
  json_t *marks = json_array();
  for (int i = 0; i < line->count; i++)
    json_array_append_new(marks, how->text ? character_document(&line->digit[i], how)
                                           : digit_document(&line->digit[i]));
  char *text = text_of(line, how);
  json_t *object =
      json_pack("{s:o, s:b, s:o, s:o}", "text", cli_json_text(rejected ? NULL : text), "rejected",
                rejected, "confidence", cli_json_real((double)line->confidence),
                how->text ? "characters" : "digits", marks);
  free(text);
  return object;
}

/* The lines that are given, each on a line of its own. */
static json_t *joined_text(const lenet_reading *reading, const cli_told *how)
{
  const double least = how->text ? how->least : 0;
  size_t room = 1, used = 0;
  for (int i = 0; i < reading->count; i++)
    room += lenet_read_text(&reading->line[i], least, NULL, 0) + 1;
  char *text = calloc(room, 1);
  if (text == NULL)
    return NULL;
  for (int i = 0; i < reading->count; i++) {
    if (is_rejected(&reading->line[i], how))
      continue;
    if (used > 0)
      text[used++] = '\n';
    used += lenet_read_text(&reading->line[i], least, text + used, room - used);
  }
  json_t *joined = json_string(text);
  free(text);
  return joined;
}

json_t *cli_reading_document(const char *path, const lenet_reading *reading, const cli_told *how)
{
  json_t *lines = json_array();
  for (int i = 0; i < reading->count; i++)
    json_array_append_new(lines, line_document(&reading->line[i], how));
  return json_pack("{s:o, s:o, s:o}", "file", cli_json_text(path), "text",
                   joined_text(reading, how), "lines", lines);
}
#endif

void cli_print_reading(FILE *stream, const char *path, bool named, const lenet_reading *reading,
                       const cli_told *how)
{
  if (reading->count == 0)
    fprintf(stream, "%s%s(no %s found)\n", named ? cli_clean(path).text : "", named ? ": " : "",
            how->text ? "text" : "digits");
  for (int i = 0; i < reading->count; i++) {
    const lenet_read_line *line = &reading->line[i];
    char *text = text_of(line, how);
    if (named)
      fprintf(stream, "%s: ", cli_clean(path).text);
    if (is_rejected(line, how))
      fprintf(stream, "- (rejected: %s at %.1f %%)\n", text != NULL ? text : "",
              100 * (double)line->confidence);
    else
      fprintf(stream, "%s\n", text != NULL ? text : "");
    free(text);
  }
}
