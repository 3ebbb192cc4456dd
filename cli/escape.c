/* escape.c - text of others inside XML and HTML. */
#include "escape.h"

#include <stdbool.h>

/* The bytes of the character that begins here; 0 where it is no UTF-8 or may not stand in XML. */
static int character(const unsigned char *text)
{
  const int length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
  static const unsigned least[] = {0, 0x20, 0x80, 0x800, 0x10000};
  unsigned code = length == 1 ? text[0] : text[0] & (0x7fu >> length);
  if (text[0] >= 0xf8 || (text[0] >= 0x80 && text[0] < 0xc0))
    return 0;
  for (int i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (text[i] & 0x3f);
  }
  const bool control = code >= 0x7f && code < 0xa0;
  const bool other = (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff;
  return code < least[length] || code > 0x10ffff || control || other ? 0 : length;
}

/* Writes one character; returns its bytes. */
static int print_character(FILE *stream, const unsigned char *c)
{
  const int length = character(c);
  if (length == 0)
    fputs("\xef\xbf\xbd", stream); /* U+FFFD */
  else if (*c == '&')
    fputs("&amp;", stream);
  else if (*c == '<')
    fputs("&lt;", stream);
  else if (*c == '>')
    fputs("&gt;", stream);
  else if (*c == '"')
    fputs("&quot;", stream);
  else
    fwrite(c, 1, (size_t)length, stream);
  return length > 0 ? length : 1;
}

void cli_print_escaped(FILE *stream, const char *text)
{
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0';)
    c += print_character(stream, c);
}

int cli_count_characters(const char *text)
{
  int count = 0;
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; count++) {
    const int length = character(c);
    c += length > 0 ? length : 1;
  }
  return count;
}

void cli_print_shortened(FILE *stream, const char *text, int most)
{
  const unsigned char *c = (const unsigned char *)text;
  for (int i = 0; *c != '\0' && i < most; i++)
    c += print_character(stream, c);
  if (*c != '\0')
    fputs("...", stream);
}
