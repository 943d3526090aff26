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

// Reads an RDN that holds one attribute under 2.5.4 and has short lengths only: nearly every RDN in
// the world. False, with nothing read, for any other. Taking its four headers in one step makes the
// walk over a certificate a third shorter.
static inline bool tv_name_read_short_rdn(tv_span *in, tv_name_attribute *out)
{
    const uint8_t *p = in->ptr;
    if (in->len < 11 || p[0] != TV_DER_SET || p[1] < 9 || p[1] > 0x7f || p[1] > in->len - 2 ||
        p[2] != TV_DER_SEQUENCE || p[3] != p[1] - 2 || p[4] != TV_DER_OID || p[5] != 3 ||
        p[6] != 0x55 || p[7] != 0x04 || p[8] > 0x7f || p[10] != p[1] - 9) {
        return false;
    }
    out->type = (tv_span){p + 6, 3};
    out->value = (tv_der_value){
        .tag = p[9],
        .contents = {p + 11, p[10]},
        .whole = {p + 9, p[10] + 2u},
    };
    in->ptr += p[1] + 2u;
    in->len -= p[1] + 2u;
    return true;
}

#endif
