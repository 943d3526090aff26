// SPDX-License-Identifier: Apache-2.0
// Distinguished names: comparison by RFC 5280 7.1 and display by RFC 4514.
#ifndef TV_CERT_NAME_H
#define TV_CERT_NAME_H

#include "base/buf.h"

// Appends the canonical form of `name` (a Name with its header): two names are the same by RFC 5280
// 7.1 exactly when their canonical forms are equal bytes. Values of string types become UTF-8 with
// ASCII letters in lower case, blanks trimmed and runs of them folded to one; values of other types
// are kept as they are; the values of one RDN are sorted. RDN boundaries are kept, so a prefix of
// whole RDNs is a prefix of bytes (that is what directoryName constraints compare).
// False when `name` is not a well-formed Name or the buffer failed; the buffer may then hold a part.
bool tv_name_canonical(tv_span name, tv_buf *out);

// Whether two names are equal by RFC 5280 7.1: equal bytes first, canonical forms otherwise.
// Malformed names are equal to their own bytes only. `scratch` is cleared and used.
bool tv_name_equal(tv_span a, tv_span b, tv_buf *scratch);

// Whether a Name with its header has no RDN.
bool tv_name_is_empty(tv_span name);

// Appends `name` in RFC 4514 order (last RDN first, "CN=a,O=b"), UTF-8, specials escaped by a
// backslash; control characters and bytes that are no UTF-8 as \XX; unknown attributes as dotted
// OID with #hex. A name that is malformed is shown as "#" and hex of its bytes, at most 512 of them.
void tv_name_show(tv_span name, tv_buf *out);

#endif
