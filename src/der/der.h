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
#define TV_DER_ENUMERATED 0x0a
#define TV_DER_UTF8_STRING 0x0c
#define TV_DER_NUMERIC_STRING 0x12
#define TV_DER_PRINTABLE_STRING 0x13
#define TV_DER_T61_STRING 0x14
#define TV_DER_IA5_STRING 0x16
#define TV_DER_UTC_TIME 0x17
#define TV_DER_GENERALIZED_TIME 0x18
#define TV_DER_VISIBLE_STRING 0x1a
#define TV_DER_UNIVERSAL_STRING 0x1c
#define TV_DER_BMP_STRING 0x1e
#define TV_DER_SEQUENCE 0x30
#define TV_DER_SET 0x31
#define TV_DER_CONTEXT(n) (0x80 | (n))             // primitive context tag
#define TV_DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n)) // constructed context tag

typedef struct tv_der_value {
    uint8_t tag;
    tv_span contents;
    tv_span whole; // header and contents
} tv_der_value;

// What tv_der_read does when the front is not a short TLV: a long length, or no DER at all.
bool tv_der_read_long(tv_span *in, tv_der_value *out);

// Reads the TLV at the front of `*in` and moves past it. False, with both untouched, when `in` is
// empty or the front is not DER; tv_der_problem() tells which. Most values of a certificate are
// shorter than 128 bytes, so that case stands here.
static inline bool tv_der_read(tv_span *in, tv_der_value *out)
{
    if (in->len < 2 || in->ptr[1] > in->len - 2 || in->ptr[1] >= 0x80 ||
        (in->ptr[0] & 0x1f) == 0x1f) {
        return tv_der_read_long(in, out);
    }
    size_t len = in->ptr[1];
    out->tag = in->ptr[0];
    out->contents = (tv_span){in->ptr + 2, len};
    out->whole = (tv_span){in->ptr, len + 2};
    in->ptr += len + 2;
    in->len -= len + 2;
    return true;
}

// The same, and the tag must be `tag`.
static inline bool tv_der_read_tag(tv_span *in, uint8_t tag, tv_der_value *out)
{
    return in->len > 0 && in->ptr[0] == tag && tv_der_read(in, out);
}

// Reads the front only when its tag is `tag`: true with `*present` false when there is another tag
// or nothing; false when a TLV with that tag is broken.
static inline bool tv_der_read_optional(tv_span *in, uint8_t tag, tv_der_value *out, bool *present)
{
    *present = in->len > 0 && in->ptr[0] == tag;
    return !*present || tv_der_read(in, out);
}

// Why the front of `in` cannot be read: "truncated", "length not in shortest form", "indefinite
// length", "high tag number", and "unexpected tag" when it can be. Static storage; never NULL.
const char *tv_der_problem(tv_span in);

// Whether a value that may be of any type is encoded as DER asks of its type, as far as its own
// octets tell; what a constructed value holds is not looked at. Tag 0 is no type.
bool tv_der_is_sound(const tv_der_value *value);
// Whether the contents of an OBJECT IDENTIFIER are whole: not empty, no arc that starts with 0x80,
// none that is cut off.
bool tv_der_oid_is_sound(tv_span contents);
// Splits the contents of a BIT STRING into the count of unused bits and the bytes. False when there
// is no count, it is above 7, there are unused bits of no byte, or an unused bit is set.
bool tv_der_bit_string(tv_span contents, uint8_t *unused, tv_span *bytes);

// Contents of a BOOLEAN: 0x00 or 0xff, one byte. False otherwise.
bool tv_der_boolean(tv_span contents, bool *out);
// Contents of an INTEGER in shortest form that fits into 0 .. 2^31-1. False otherwise.
bool tv_der_small_uint(tv_span contents, uint32_t *out);
// Whether the contents of an INTEGER are in shortest form (at least one byte).
bool tv_der_integer_is_minimal(tv_span contents);

#endif
