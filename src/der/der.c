// SPDX-License-Identifier: Apache-2.0
// The part of the TLV cursor that is not worth inlining: long lengths, the reason why bytes are not
// DER, and the primitive types. Bytes come in, spans into them go out; what they mean in a
// certificate is left to cert.
#include "der/der.h"

// Size of a header and of the contents that it announces. NULL when the front of `in` is a TLV.
static const char *measure(tv_span in, size_t *header_len, size_t *contents_len)
{
    if (in.len == 0) {
        return "truncated";
    }
    if ((in.ptr[0] & 0x1f) == 0x1f) {
        return "high tag number";
    }
    if (in.len < 2) {
        return "truncated";
    }
    size_t header = 2;
    size_t len = in.ptr[1];
    if (len == 0x80) {
        return "indefinite length";
    }
    if (len > 0x80) {
        size_t count = len & 0x7f;
        if (count > in.len - 2) {
            return "truncated";
        }
        if (in.ptr[2] == 0 || (count == 1 && in.ptr[2] < 0x80)) {
            return "length not in shortest form";
        }
        if (count > sizeof(size_t)) {
            return "truncated"; // more than any input can hold
        }
        len = 0;
        for (size_t i = 0; i < count; i++) {
            len = len << 8 | in.ptr[2 + i];
        }
        header += count;
    }
    if (len > in.len - header) {
        return "truncated";
    }
    *header_len = header;
    *contents_len = len;
    return NULL;
}

bool tv_der_read_long(tv_span *in, tv_der_value *out)
{
    size_t header;
    size_t len;
    if (measure(*in, &header, &len) != NULL) {
        return false;
    }
    out->tag = in->ptr[0];
    out->contents = (tv_span){in->ptr + header, len};
    out->whole = (tv_span){in->ptr, header + len};
    in->ptr += header + len;
    in->len -= header + len;
    return true;
}

const char *tv_der_problem(tv_span in)
{
    size_t header;
    size_t len;
    const char *what = measure(in, &header, &len);
    return what != NULL ? what : "unexpected tag";
}

bool tv_der_boolean(tv_span contents, bool *out)
{
    if (contents.len != 1 || (contents.ptr[0] != 0x00 && contents.ptr[0] != 0xff)) {
        return false;
    }
    *out = contents.ptr[0] != 0;
    return true;
}

bool tv_der_integer_is_minimal(tv_span contents)
{
    if (contents.len < 2) {
        return contents.len == 1;
    }
    // The first nine bits are neither all zero nor all one (X.690 8.3.2).
    bool sign_of_second = (contents.ptr[1] & 0x80) != 0;
    return contents.ptr[0] != (sign_of_second ? 0xff : 0x00);
}

bool tv_der_small_uint(tv_span contents, uint32_t *out)
{
    if (!tv_der_integer_is_minimal(contents) || contents.len > 4 || contents.ptr[0] >= 0x80) {
        return false;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < contents.len; i++) {
        value = value << 8 | contents.ptr[i];
    }
    *out = value;
    return true;
}

bool tv_der_oid_is_sound(tv_span contents)
{
    if (contents.len == 0 || contents.ptr[contents.len - 1] >= 0x80 || contents.ptr[0] == 0x80) {
        return false;
    }
    bool bad = false;
    for (size_t i = 1; i < contents.len; i++) {
        bad |= contents.ptr[i] == 0x80 && contents.ptr[i - 1] < 0x80;
    }
    return !bad;
}

bool tv_der_bit_string(tv_span contents, uint8_t *unused, tv_span *bytes)
{
    if (contents.len == 0 || contents.ptr[0] > 7 || (contents.ptr[0] > 0 && contents.len == 1)) {
        return false;
    }
    unsigned mask = (1u << contents.ptr[0]) - 1;
    if (contents.len > 1 && (contents.ptr[contents.len - 1] & mask) != 0) {
        return false;
    }
    *unused = contents.ptr[0];
    *bytes = (tv_span){contents.ptr + 1, contents.len - 1};
    return true;
}

bool tv_der_is_sound(const tv_der_value *value)
{
    bool ignored_flag;
    uint8_t ignored_count;
    tv_span ignored;
    if ((value->tag & 0xc0) != 0) {
        return true; // not a universal type: its encoding is known to whoever defined it
    }
    switch (value->tag) {
    case TV_DER_BOOLEAN:
        return tv_der_boolean(value->contents, &ignored_flag);
    case TV_DER_INTEGER:
    case TV_DER_ENUMERATED:
        return tv_der_integer_is_minimal(value->contents);
    case TV_DER_BIT_STRING:
        return tv_der_bit_string(value->contents, &ignored_count, &ignored);
    case TV_DER_NULL:
        return value->contents.len == 0;
    case TV_DER_OID:
        return tv_der_oid_is_sound(value->contents);
    case TV_DER_BMP_STRING:
        return value->contents.len % 2 == 0;
    case TV_DER_UNIVERSAL_STRING:
        return value->contents.len % 4 == 0;
    case TV_DER_SEQUENCE:
    case TV_DER_SET:
        return true;
    case 0:
    case 0x08: // EXTERNAL
    case 0x0b: // EMBEDDED PDV
    case TV_DER_SEQUENCE & 0x1f:
    case TV_DER_SET & 0x1f:
        return false;
    default:
        // DER has no constructed strings (X.690 10.2), and the other constructed types have no
        // place in a certificate.
        return (value->tag & 0x20) == 0;
    }
}
