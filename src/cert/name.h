// SPDX-License-Identifier: Apache-2.0
// Distinguished names: comparison by RFC 5280 7.1 and display by RFC 4514.
#ifndef TV_CERT_NAME_H
#define TV_CERT_NAME_H

#include "base/buf.h"
#include "der/der.h"

// What is wrong with a Name (with its header) as a SEQUENCE OF SET OF attributes whose values are
// of a string type, and at which byte; NULL when nothing is. Static storage.
const char *tv_name_problem(tv_span name, const uint8_t **where);

typedef struct tv_name_attribute {
    tv_span type; // contents of the OBJECT IDENTIFIER
    tv_der_value value;
} tv_name_attribute;

// Reads the next attribute of `*rdn` (contents of a RelativeDistinguishedName). Ends like
// tv_general_name_next: false at the end and when the rest is malformed; `*rdn` is empty at the end
// and not otherwise.
bool tv_name_attribute_next(tv_span *rdn, tv_name_attribute *out);

// Appends the canonical form of `name` (a Name with its header): two names are the same by RFC 5280
// 7.1 exactly when their canonical forms are equal bytes. Values of string types become UTF-8 with
// ASCII letters in lower case, blanks trimmed and runs of them folded to one; values of other types
// are kept as they are; the values of one RDN are sorted; an RDN without any is left out. RDN
// boundaries are kept, so a prefix of whole RDNs is a prefix of bytes (that is what directoryName
// constraints compare). False, with nothing appended, when `name` is not a well-formed Name or the
// buffer failed.
bool tv_name_canonical(tv_span name, tv_buf *out);

// Whether two names are equal by RFC 5280 7.1: equal bytes first, canonical forms otherwise.
// Malformed names are equal to their own bytes only. `scratch` is cleared and used.
bool tv_name_equal(tv_span a, tv_span b, tv_buf *scratch);

// Whether `name` is `base`, which is not empty, with one more RDN behind it that is a single common
// name (RFC 3820 3.4). `scratch` is cleared and used; false when it failed.
bool tv_name_adds_common_name(tv_span name, tv_span base, tv_buf *scratch);

// Whether a Name with its header has no attribute.
bool tv_name_is_empty(tv_span name);

// Appends `name` in RFC 4514 order (last RDN first, "CN=a,O=b"), UTF-8, specials escaped by a
// backslash; control characters and bytes that are no UTF-8 as \XX; unknown attributes as dotted
// OID with #hex, so is a value of no string type. Characters that are not seen or that turn the
// direction of what follows are escaped as control characters are. A name that is malformed is
// shown as "#" and hex of its bytes, at most 512 of them. True: all that was appended is printable
// ASCII without quotation mark and backslash, and a short name comes first; false tells nothing.
bool tv_name_show(tv_span name, tv_buf *out);

// The same text by the way that takes any name; tv_name_show() has a faster one for most names.
void tv_name_show_any(tv_span name, tv_buf *out);

#endif
