#include "base/number.h"

#include <math.h>
#include <stdio.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool lenet_parse_number(const char *text, double *number)
{
  const bool negative = *text == '-';
  double digits = 0;
  int exponent = 0, seen = 0;
  text += negative;
  for (; is_digit(*text); text++, seen++)
    digits = digits * 10 + (*text - '0');
  if (*text == '.')
    for (text++; is_digit(*text); text++, seen++, exponent--)
      digits = digits * 10 + (*text - '0');
  if (seen == 0 || seen > 17)
    return false;
  if (*text == 'e' || *text == 'E') {
    const bool down = *++text == '-';
    int power = 0, length = 0;
    text += *text == '-' || *text == '+';
    for (; is_digit(*text); text++, length++)
      power = power * 10 + (*text - '0');
    if (length == 0 || length > 3)
      return false;
    exponent += down ? -power : power;
  }
  if (*text != '\0')
    return false;
  double value = exponent < 0 ? digits / pow(10, -exponent) : digits * pow(10, exponent);
  *number = negative ? -value : value;
  return isfinite(value);
}

void lenet_print_number(float number, char text[LENET_NUMBER_TEXT])
{
  char local[LENET_NUMBER_TEXT];
  size_t used = 0;
  bool pointed = false;
  snprintf(local, sizeof local, "%.9g", (double)number);
  for (const char *c = local; *c; c++) { /* the locale's point, of one byte or several */
    const bool point = !is_digit(*c) && *c != '-' && *c != '+' && *c != 'e';
    if (!point)
      text[used++] = *c;
    else if (!pointed) /* GCOVR_EXCL_BR_LINE: tests have no locale whose point has two bytes */
      text[used++] = '.';
    pointed |= point;
  }
  text[used] = '\0';
}
