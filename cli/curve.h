/* curve.h - the error-reject curve in as many points as a figure needs. */
#ifndef LENET_CLI_CURVE_H
#define LENET_CLI_CURVE_H

#include "lenet.h"

enum { CLI_CURVE_POINTS = 200 };

/* Which points of the curve of `samples` answers to show: `place` gets their indices, up to
 * CLI_CURVE_POINTS of them, the first and the last always among them. Where there are more, they
 * are thinned out, least where little is rejected. Returns their number. */
size_t cli_thin_curve(const lenet_rejection *curve, size_t points, size_t samples,
                      size_t place[CLI_CURVE_POINTS]);

/* The fraction wrong of the answers that a point accepts; the fraction that it rejects. */
double cli_accepted_error(const lenet_rejection *point);
double cli_rejected(const lenet_rejection *point);

#endif
