// SPDX-License-Identifier: Apache-2.0
// Name constraints (RFC 5280 4.2.1.10, 6.1.4 (g)): whether the names of one certificate lie inside
// the permitted and outside the excluded subtrees of one issuer above it. Which certificates of a
// path are held against which is left to path_check.
#ifndef TV_PATH_NAME_CONSTRAINTS_H
#define TV_PATH_NAME_CONSTRAINTS_H

#include "base/buf.h"
#include "tv/cert.h"

typedef enum tv_names_result {
    TV_NAMES_INSIDE = 0, // every name is permitted and none is excluded
    TV_NAMES_OUTSIDE,    // one is not, or cannot be told (unreadable name or constraint, a
                         // constraint on a name form that is not processed and that is present)
    TV_NAMES_SPENT,      // the comparisons, or memory, ran out before the answer
} tv_names_result;

// `issuer` has TV_EXT_NAME_CONSTRAINTS. Looks at the subject (as directoryName when not empty, its
// emailAddress attributes as rfc822Name), at every subjectAltName and, with `common_name`, at a CN
// that looks like a DNS name when there is no dNSName among them. `*left` is the number of
// name × subtree comparisons that may still be made; it is reduced by those made. `scratch` is
// cleared and used.
tv_names_result tv_name_constraints_check(const tv_cert *issuer, const tv_cert *subject,
                                          bool common_name, uint64_t *left, tv_buf *scratch);

#endif
