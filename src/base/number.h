/* number.h - decimal numbers whatever the program's locale is. */
#ifndef LENET_BASE_NUMBER_H
#define LENET_BASE_NUMBER_H

#include <stdbool.h>

/* Reads all of `text` as [-]digits[.digits][e[+-]digits], up to 17 digits that count. The result
 * is within a few units of 2^-53, so that the nine digits of a float give that float back. */
bool lenet_parse_number(const char *text, double *number);

enum { LENET_NUMBER_TEXT = 32 };

/* Writes nine digits that give the finite number back, for lenet_parse_number. */
void lenet_print_number(float number, char text[LENET_NUMBER_TEXT]);

#endif
