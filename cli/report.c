/* report.c - the frame of a report: its file, its style, sections, facts, figures and tables. */
#include "report.h"

#include "escape.h"
#include "whole_file.h"

#include <math.h>
#include <string.h>

/* Contrast of text is 4.5 : 1 or more, light and dark. Dark is for screens alone: paper is white.
 */
static const char style[] =
    ":root{--paper:#fff;--ink:#24292f;--soft:#57606a;--line:#d8dee4;--card:#f6f8fa;--mark:#0072b2}"
    "\n"
    "@media screen and (prefers-color-scheme:dark){:root{--paper:#0d1117;--ink:#e6edf3;"
    "--soft:#9da7b3;--line:#30363d;--card:#161b22;--mark:#58a6e6;color-scheme:dark}"
    ".gallery img{filter:invert(1)}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1120px;padding:24px 20px 64px;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 'Helvetica Neue',Helvetica,Arial,sans-serif}\n"
    "h1{font-size:1.9em;line-height:1.2;margin:.3em 0;overflow-wrap:anywhere}"
    "h2{font-size:1.35em;margin:2.2em 0 .6em;padding-top:.6em;border-top:1px solid var(--line)}"
    "h3{font-size:1.05em;margin:.4em 0;overflow-wrap:anywhere}\n"
    "p{margin:.5em 0;max-width:76ch}.lead,.note,caption,dd+dd,.gallery span{color:var(--soft)}"
    "a{color:var(--mark)}nav a{margin-right:1.2em;white-space:nowrap}\n"
    "dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,215px),1fr));gap:"
    "12px;"
    "margin:1.2em 0}dl.facts div{background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;padding:10px 14px}dt{font-size:.85em;color:var(--soft)}"
    "dd{margin:0;font-size:1.45em;font-weight:bold;overflow-wrap:anywhere}"
    "dd+dd{font-size:.85em;font-weight:normal}\n"
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));"
    "gap:12px 36px}figure{margin:0 0 1.2em;min-width:0}"
    ".scroll{overflow-x:auto}.scroll>svg{display:block;max-width:100%;min-width:340px;height:auto}"
    "\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.4em 0 1em;"
    "font-size:.92em}caption{text-align:left;padding:.2em 0 .5em}"
    "th,td{padding:.28em .6em;text-align:right;border-bottom:1px solid var(--line)}"
    ".numbers td{white-space:nowrap}thead th{vertical-align:bottom;border-bottom-color:var(--ink)}"
    "th:first-child,.words td,.words th,.word td:nth-child(2),.word th:nth-child(2)"
    "{text-align:left}th:first-child{min-width:4.5em;max-width:16em}tbody "
    "th{overflow-wrap:break-word}"
    ".words td{overflow-wrap:anywhere}.words th{vertical-align:top}\n"
    "summary{cursor:pointer;color:var(--mark);font-size:.92em;padding:.3em 0}"
    ":focus-visible{outline:2px solid var(--mark);outline-offset:2px}\n"
    "pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px;"
    "white-space:pre-wrap;overflow-wrap:anywhere;font:.9em/1.5 ui-monospace,Menlo,Consolas,"
    "monospace}\n"
    "ul.gallery{list-style:none;margin:1em 0;padding:0;display:grid;gap:16px 12px;"
    "grid-template-columns:repeat(auto-fill,minmax(112px,1fr))}"
    ".gallery img{display:block;width:96px;height:auto;image-rendering:pixelated;"
    "border:1px solid var(--line);margin-bottom:4px}"
    ".gallery li{font-size:.9em;line-height:1.35;overflow-wrap:anywhere}"
    ".gallery span{display:block;font-size:.88em;white-space:nowrap}\n"
    "footer{margin-top:3em;border-top:1px solid var(--line);padding-top:.8em;font-size:.9em;"
    "color:var(--soft)}\n"
    ".scroll>svg.lenet-drawing{min-width:640px}"
    "@media(max-width:560px){body{padding:16px 14px 48px}dl.facts{grid-template-columns:1fr 1fr}}\n"
    "@media print{body{max-width:none;padding:0;font-size:11pt}nav,details:not([open])"
    "{display:none}figure,.facts,.gallery li,tr,pre{break-inside:avoid}h2,h3{break-after:avoid}"
    ".scroll{overflow:visible}}\n";

/* ------------------------------------------------------------------ the file -------------- */

int cli_choose_report(const cli_arguments *arguments, char path[CLI_MAX_PATH])
{
  const char *given = cli_text(arguments, "report", NULL);
  path[0] = '\0';
  if (given == NULL)
    return CLI_OK;
  if (strcmp(given, "-") == 0)
    return cli_usage_error(arguments->command,
                           "--report: the page goes to a file, not to standard output");
  const int code = cli_check_file(arguments, "--report", given, path);
  return code == CLI_OK ? cli_check_replaced(arguments, "--report", path, CLI_HTML) : code;
}

int cli_write_report(const cli_arguments *arguments, const char *path,
                     bool (*print)(FILE *stream, const void *subject), const void *subject)
{
  cli_whole_file file;
  int code = cli_whole_file_begin(arguments->command, path, &file);
  if (code != CLI_OK)
    return code;
  if (!print(file.stream, subject)) {
    cli_whole_file_drop(&file);
    return cli_error(arguments->command, CLI_FAILED, "--report: out of memory");
  }
  code = cli_whole_file_end(arguments->command, &file);
  if (code == CLI_OK)
    cli_note(arguments, "report in %s", path);
  return code;
}

/* ------------------------------------------------------------------ the page -------------- */

static void print_element(FILE *stream, const char *before, const char *text, const char *after)
{
  fputs(before, stream);
  cli_print_escaped(stream, text);
  fputs(after, stream);
}

void cli_page_begin(FILE *stream, const char *title, const char *lead)
{
  fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        stream);
  print_element(stream, "<title>", title, "</title>\n<style>\n");
  fputs(style, stream);
  cli_print_svg_style(stream);
  fputs("</style>\n</head>\n<body>\n<main>\n", stream);
  print_element(stream, "<h1>", title, "</h1>\n");
  print_element(stream, "<p class=\"lead\">", lead, "</p>\n");
}

void cli_page_end(FILE *stream)
{
  fprintf(stream, "</main>\n<footer><p>lenet %s</p></footer>\n</body>\n</html>\n", lenet_version());
}

void cli_page_contents(FILE *stream, const char *const (*sections)[2])
{
  fputs("<nav aria-label=\"Sections\">\n", stream);
  for (; (*sections)[0] != NULL; sections++) {
    fprintf(stream, "<a href=\"#%s\">", (*sections)[0]);
    print_element(stream, "", (*sections)[1], "</a>\n");
  }
  fputs("</nav>\n", stream);
}

void cli_section_begin(FILE *stream, const char *id, const char *heading)
{
  fprintf(stream, "<section id=\"%s\">\n", id);
  print_element(stream, "<h2>", heading, "</h2>\n");
}

void cli_section_end(FILE *stream) { fputs("</section>\n", stream); }

void cli_facts_begin(FILE *stream) { fputs("<dl class=\"facts\">\n", stream); }

void cli_fact(FILE *stream, const char *name, const char *value, const char *note)
{
  print_element(stream, "<div><dt>", name, "</dt>");
  print_element(stream, "<dd>", value, "</dd>");
  if (note != NULL)
    print_element(stream, "<dd>", note, "</dd>");
  fputs("</div>\n", stream);
}

void cli_facts_end(FILE *stream) { fputs("</dl>\n", stream); }

/* ------------------------------------------------------------------ figures and tables ---- */

/* What may be wider than a phone can be moved by keys as well. */
static void begin_scroll(FILE *stream, const char *what)
{
  print_element(stream, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"", what,
                "\">\n");
}

void cli_figure_begin(FILE *stream, const char *title)
{
  print_element(stream, "<figure>\n<figcaption><h3>", title, "</h3></figcaption>\n");
  begin_scroll(stream, title);
}

void cli_figure_end(FILE *stream) { fputs("</div>\n", stream); }

void cli_numbers_begin(FILE *stream, const char *title)
{
  print_element(stream, "<details>\n<summary>Numbers: ", title, "</summary>\n");
}

void cli_numbers_end(FILE *stream) { fputs("</details>\n</figure>\n", stream); }

void cli_table_begin(FILE *stream, cli_table_kind kind, const char *caption,
                     const char *const *columns)
{
  static const char *const classes[] = {
      [CLI_NUMBERS] = "numbers", [CLI_WORD_AND_NUMBERS] = "numbers word", [CLI_WORDS] = "words"};
  begin_scroll(stream, caption);
  fprintf(stream, "<table class=\"%s\">\n", classes[kind]);
  print_element(stream, "<caption>", caption, "</caption>\n<thead><tr>");
  for (; *columns != NULL; columns++)
    print_element(stream, "<th scope=\"col\">", *columns, "</th>");
  fputs("</tr></thead>\n<tbody>\n", stream);
}

void cli_table_end(FILE *stream) { fputs("</tbody>\n</table>\n</div>\n", stream); }

void cli_row_begin(FILE *stream, const char *head)
{
  print_element(stream, "<tr><th scope=\"row\">", head, "</th>");
}

void cli_cell(FILE *stream, const char *text) { print_element(stream, "<td>", text, "</td>"); }

void cli_row_end(FILE *stream) { fputs("</tr>\n", stream); }

void cli_plot_and_numbers(FILE *stream, const cli_figure *figure)
{
  const char *columns[CLI_SVG_MAX_LINES + 2] = {figure->x.label};
  cli_words words;
  cli_figure_begin(stream, figure->title);
  cli_print_svg(stream, figure);
  cli_figure_end(stream);
  cli_numbers_begin(stream, figure->title);
  for (size_t i = 0; i < figure->count; i++)
    columns[i + 1] = figure->line[i].name;
  cli_table_begin(stream, CLI_NUMBERS, figure->y.label, columns);
  for (size_t k = 0; k < figure->line[0].count; k++) {
    snprintf(words.text, sizeof words.text, "%.6g", figure->line[0].x[k]);
    cli_row_begin(stream, words.text);
    for (size_t i = 0; i < figure->count; i++) {
      const double y = figure->line[i].y[k];
      snprintf(words.text, sizeof words.text, "%.4g", y);
      cli_cell(stream, isnan(y) ? "-" : words.text);
    }
    cli_row_end(stream);
  }
  cli_table_end(stream);
  cli_numbers_end(stream);
}
