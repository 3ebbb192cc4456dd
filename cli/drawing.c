#include "drawing.h"

#include "escape.h"

#include <string.h>

/* Rows that learn by kernels are blue, those that make maps smaller green, units orange: told apart
 * by people with any sight (Okabe and Ito 2008), and by their shapes. */
static const char style[] =
    ".lenet-drawing text{font-family:'Helvetica Neue',Helvetica,Arial,sans-serif;fill:#24292f}"
    ".lenet-drawing .strong{font-weight:bold}.lenet-drawing .dim{fill:#57606a}"
    ".lenet-drawing .paper{fill:#fff}\n"
    ".lenet-drawing .image{fill:#f3f4f6;stroke:#57606a}"
    ".lenet-drawing .conv{fill:#cfe3f3;stroke:#0072b2}"
    ".lenet-drawing .pool{fill:#cdebe0;stroke:#00795a}"
    ".lenet-drawing .unit{fill:#fbe0cc;stroke:#c25400}\n"
    ".lenet-drawing .line{fill:none;stroke:#57606a}.lenet-drawing .dash{stroke-dasharray:3 3}"
    ".lenet-drawing .pen{fill:none;stroke:#24292f;stroke-linecap:round;stroke-linejoin:round}"
    ".lenet-drawing .fan{fill:#57606a;fill-opacity:.1;stroke:none}"
    ".lenet-drawing .head{fill:#57606a;stroke:none}"
    ".lenet-drawing .best{fill:none;stroke:#c25400;stroke-width:3}\n"
    "@media(prefers-color-scheme:dark){.lenet-drawing text{fill:#e6edf3}"
    ".lenet-drawing .dim{fill:#9da7b1}.lenet-drawing .paper{fill:#0d1117}\n"
    ".lenet-drawing .image{fill:#21262d;stroke:#9da7b1}"
    ".lenet-drawing .conv{fill:#12395a;stroke:#58a6e6}"
    ".lenet-drawing .pool{fill:#0f4536;stroke:#3ccba0}"
    ".lenet-drawing .unit{fill:#5c2f12;stroke:#ff8f50}\n"
    ".lenet-drawing .line{stroke:#9da7b1}.lenet-drawing .pen{stroke:#e6edf3}"
    ".lenet-drawing .fan{fill:#9da7b1;fill-opacity:.15}.lenet-drawing .head{fill:#9da7b1}"
    ".lenet-drawing .best{stroke:#ff8f50}}\n";

void cli_drawing_begin(FILE *stream, double width, double height, const char *title)
{
  fprintf(stream,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lenet-drawing\" "
          "viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\">\n<title>",
          width, height, width, height);
  cli_print_escaped(stream, title);
  fprintf(stream, "</title>\n<style>\n%s</style>\n", style);
  fprintf(stream, "<rect class=\"paper\" width=\"%.0f\" height=\"%.0f\"/>\n", width, height);
}

void cli_drawing_end(FILE *stream) { fputs("</svg>\n", stream); }

/* The size is no attribute of its own: a rule for all text of a page that the drawing stands in
 * would take its place. */
void cli_drawing_text(FILE *stream, double x, double y, int size, cli_anchor anchor,
                      const char *class, const char *text)
{
  static const char *const anchors[] = {"start", "middle", "end"};
  if (text[0] == '\0')
    return;
  fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" style=\"font-size:%dpx\" text-anchor=\"%s\"", x, y,
          size, anchors[anchor]);
  if (class[0] != '\0')
    fprintf(stream, " class=\"%s\"", class);
  fputc('>', stream);
  cli_print_escaped(stream, text);
  fputs("</text>\n", stream);
}

double cli_drawing_text_width(int size, const char *text)
{
  return 0.6 * size * (double)strlen(text);
}
