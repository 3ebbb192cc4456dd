/* sure.h - the candidates of a line of text, without those that no one need ask about. */
#ifndef LENET_READ_SURE_H
#define LENET_READ_SURE_H

#include "image/candidates.h"
#include "read/reader.h"

/* Most printed characters stand free, paper around them. The network is asked about these first;
 * where it is sure, no other way to cut or to join that character is tried. candidates: those that
 * are left, scores [candidates->count][reader->scores] theirs; both are the caller's. */
lenet_status lenet_candidates_score(lenet_reader *reader, const lenet_line *line,
                                    lenet_candidates *candidates, float **scores,
                                    lenet_error *error);

#endif
