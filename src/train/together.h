/* together.h - one lane block on several threads: each row of the network is divided among them.
 *
 * A batch of up to 16 pictures is one lane block. Its rows come one after the other, so the members
 * of a team share each row, by maps or units, and meet before one reads what another wrote. Every
 * number is computed as by one thread alone, so the bits are the same. */
#ifndef LENET_TRAIN_TOGETHER_H
#define LENET_TRAIN_TOGETHER_H

#include "base/team.h"
#include "net/pass.h"

/* Members that share a row. A third would find little to do: of a convolution's two gradients one
 * member takes each. */
enum { LENET_SHARES = 2 };

/* What a member knows of it. */
typedef struct lenet_together {
  lenet_team *team;
  lenet_pass *pass; /* the one that all work on */
  int member;
  real *scratch; /* the member's own: see lenet_layer_scratch */
} lenet_together;

/* As lenet_pass_backward on together->pass, whose pictures are loaded; called by all LENET_SHARES
 * members that take part in the job. `loss` is the first one's alone. What the others wrote of
 * `gradient` can be read after the next barrier. */
void lenet_together_backward(const lenet_together *together, const int *labels, real scale,
                             real loss[LENET_LANES], real *gradient);

/* Whether it pays is a question of who else wants the processors: where a member has to wait for
 * one, all others wait for it. As the bits are the same either way, the clock may choose, every
 * LENET_STRETCH steps. */
typedef struct lenet_pace {
  double seconds[2]; /* of a picture when it was last tried, by one member and together; 0: never */
  int left;          /* stretches until the slower way is tried again: things may have changed */
  int wait;          /* what that was last; more after each try in vain */
} lenet_pace;

enum { LENET_STRETCH = 64 };

/* For the next stretch: together? */
bool lenet_pace_choose(lenet_pace *pace);
void lenet_pace_note(lenet_pace *pace, bool together, double seconds, size_t pictures);

#endif
