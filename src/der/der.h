// SPDX-License-Identifier: Apache-2.0
// A cursor over DER TLVs (X.690): definite lengths in their shortest form, low tag numbers, bounds
// checked, no recursion. Copies nothing. What the contents mean is left to cert.
#ifndef TV_DER_DER_H
#define TV_DER_DER_H

#include "tv/common.h"

#define TV_DER_BOOLEAN 0x01
#define TV_DER_INTEGER 0x02
#define TV_DER_BIT_STRING 0x03
#define TV_DER_OCTET_STRING 0x04
#define TV_DER_NULL 0x05
#define TV_DER_OID 0x06
#define TV_DER_UTF8_STRING 0x0c
#define TV_DER_SEQUENCE 0x30
#define TV_DER_SET 0x31
#define TV_DER_NUMERIC_STRING 0x12
#define TV_DER_PRINTABLE_STRING 0x13
#define TV_DER_T61_STRING 0x14
#define TV_DER_IA5_STRING 0x16
#define TV_DER_UTC_TIME 0x17
#define TV_DER_GENERALIZED_TIME 0x18
#define TV_DER_VISIBLE_STRING 0x1a
#define TV_DER_UNIVERSAL_STRING 0x1c
#define TV_DER_BMP_STRING 0x1e
#define TV_DER_CONTEXT(n) (0x80 | (n))             // primitive context tag
#define TV_DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n)) // constructed context tag

typedef struct tv_der_value {
    uint8_t tag;
    tv_span contents;
    tv_span whole; // header and contents
} tv_der_value;

// Reads the TLV at the front of `*in` and moves past it. False, with both untouched, when `in` is
// empty or the front is not DER; tv_der_problem() tells which.
bool tv_der_read(tv_span *in, tv_der_value *out);
// The same, and the tag must be `tag`.
bool tv_der_read_tag(tv_span *in, uint8_t tag, tv_der_value *out);
// Reads the front only when its tag is `tag`: true with `*present` false when there is another tag
// or nothing; false when a TLV with that tag is broken.
bool tv_der_read_optional(tv_span *in, uint8_t tag, tv_der_value *out, bool *present);

// Why the front of `in` cannot be read: "truncated", "length not in shortest form", "indefinite
// length", "high tag number". Static storage; never NULL.
const char *tv_der_problem(tv_span in);

// Contents of a BOOLEAN: 0x00 or 0xff, one byte. False otherwise.
bool tv_der_boolean(tv_span contents, bool *out);
// Contents of an INTEGER in shortest form that fits into 0 .. 2^31-1. False otherwise.
bool tv_der_small_uint(tv_span contents, uint32_t *out);
// Whether the contents of an INTEGER are in shortest form (at least one byte).
bool tv_der_integer_is_minimal(tv_span contents);

#endif
