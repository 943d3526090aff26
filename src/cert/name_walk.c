// SPDX-License-Identifier: Apache-2.0
// A Name comes in, its attributes go out one at a time. Whether the Name as a whole is well-formed
// is told by name.c; what an attribute means is left to the caller.
#include "cert/name_walk.h"

tv_name_walk tv_name_walk_open(tv_span name)
{
    tv_der_value rdns;
    tv_name_walk walk = {{NULL, 0}, {NULL, 0}};
    if (tv_der_read_tag(&name, TV_DER_SEQUENCE, &rdns)) {
        walk.rdns = rdns.contents;
    }
    return walk;
}

bool tv_name_walk_next(tv_name_walk *walk, tv_name_attribute *out)
{
    while (walk->rdn.len == 0) {
        tv_der_value rdn;
        if (!tv_der_read_tag(&walk->rdns, TV_DER_SET, &rdn)) {
            return false;
        }
        walk->rdn = rdn.contents;
    }
    return tv_name_attribute_next(&walk->rdn, out);
}
