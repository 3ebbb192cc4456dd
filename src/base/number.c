#include "base/number.h"

#include <math.h>

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
