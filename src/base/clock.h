/* clock.h - time for measuring. */
#ifndef LENET_BASE_CLOCK_H
#define LENET_BASE_CLOCK_H

/* Seconds of a clock that only goes forward. */
double lenet_clock(void);

#endif
