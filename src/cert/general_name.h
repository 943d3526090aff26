// SPDX-License-Identifier: Apache-2.0
// GeneralNames (RFC 5280 4.2.1.6) and the subtrees of name constraints, one at a time.
#ifndef TV_CERT_GENERAL_NAME_H
#define TV_CERT_GENERAL_NAME_H

#include "tv/cert.h"

typedef enum tv_general_kind {
    TV_GENERAL_OTHER_NAME = 0,
    TV_GENERAL_EMAIL = 1,
    TV_GENERAL_DNS = 2,
    TV_GENERAL_X400 = 3,
    TV_GENERAL_DIRECTORY = 4,
    TV_GENERAL_EDI = 5,
    TV_GENERAL_URI = 6,
    TV_GENERAL_IP = 7,
    TV_GENERAL_RID = 8,
} tv_general_kind;

typedef struct tv_general_name {
    tv_general_kind kind;
    tv_span value; // contents; for TV_GENERAL_DIRECTORY the Name with its header
} tv_general_name;

// Reads the next GeneralName of `*in`; false at the end or when the rest is malformed: `*in` is
// empty at the end and not otherwise.
bool tv_general_name_next(tv_span *in, tv_general_name *out);

// Whether the contents of GeneralNames hold nothing that is not a name. RFC 5280 asks for at least
// one; public roots with an empty subjectAltName exist, and no name is no harm.
bool tv_general_names_are_sound(tv_span contents);

// Reads the next GeneralSubtree of `*in` (contents of permittedSubtrees or excludedSubtrees): base
// with minimum 0 and no maximum (RFC 5280 4.2.1.10). Ends like tv_general_name_next.
bool tv_subtree_next(tv_span *in, tv_general_name *out);

// Splits the contents of NameConstraints; what is absent is empty. False when it is malformed.
bool tv_name_constraints_split(tv_span contents, tv_span *permitted, tv_span *excluded);

#endif
