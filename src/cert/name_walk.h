// SPDX-License-Identifier: Apache-2.0
// The attributes of a distinguished name in the order in which they are written, whatever RDN they
// stand in: for those who look for attributes of a type.
#ifndef TV_CERT_NAME_WALK_H
#define TV_CERT_NAME_WALK_H

#include "cert/name.h"

typedef struct tv_name_walk {
    tv_span rdns; // not yet entered
    tv_span rdn;  // what is left of the one that was
} tv_name_walk;

// Stands before the first attribute of `name` (a Name with its header). Borrows from it.
tv_name_walk tv_name_walk_open(tv_span name);

// Reads the next attribute. False at the end, and where the name is malformed; a name that
// tv_name_problem() finds nothing wrong with is read to its end.
bool tv_name_walk_next(tv_name_walk *walk, tv_name_attribute *out);

#endif
