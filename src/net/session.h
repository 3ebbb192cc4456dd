/* session.h - what a session holds, for those that look into it. */
#ifndef LENET_NET_SESSION_H
#define LENET_NET_SESSION_H

#include "net/pass.h"

const lenet_model *lenet_session_model(const lenet_session *session);

/* The pass whose first picture is that of the last call of lenet_classify; NULL before the first.
 */
const lenet_pass *lenet_session_last(const lenet_session *session);

#endif
