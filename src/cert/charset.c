// SPDX-License-Identifier: Apache-2.0
// Decoders of the ASN.1 string types and the encoder of UTF-8. Hostile bytes come in; a character
// goes out only when it is one.
#include "cert/charset.h"

#include "der/der.h"

#include <string.h>

tv_charset tv_charset_of(uint8_t tag)
{
    switch (tag) {
    case TV_DER_UTF8_STRING:
        return TV_CHARSET_UTF8;
    case TV_DER_NUMERIC_STRING:
    case TV_DER_PRINTABLE_STRING:
    case TV_DER_T61_STRING:
    case TV_DER_IA5_STRING:
    case TV_DER_VISIBLE_STRING:
        return TV_CHARSET_LATIN1;
    case TV_DER_BMP_STRING:
        return TV_CHARSET_UCS2;
    case TV_DER_UNIVERSAL_STRING:
        return TV_CHARSET_UCS4;
    default:
        return TV_CHARSET_NONE;
    }
}

static bool is_character(uint32_t code_point)
{
    return code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
}

// Length of the UTF-8 sequence at the front of `in` and its code point; 0 when there is none.
static size_t utf8_at(tv_span in, uint32_t *out)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = in.ptr[0];
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc0 || lead > 0xf7 || len > in.len) {
        return 0;
    }
    uint32_t code_point = lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((in.ptr[i] & 0xc0) != 0x80) {
            return 0;
        }
        code_point = code_point << 6 | (in.ptr[i] & 0x3fu);
    }
    if (code_point < smallest[len] || !is_character(code_point)) {
        return 0;
    }
    *out = code_point;
    return len;
}

static uint32_t big_endian(const uint8_t *bytes, size_t len)
{
    uint32_t value = 0;
    for (size_t i = 0; i < len; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

bool tv_charset_next(tv_span *in, tv_charset charset, uint32_t *out)
{
    size_t len = 0;
    uint32_t code_point = 0;
    if (in->len == 0) {
        return false;
    }
    switch (charset) {
    case TV_CHARSET_NONE:
        break;
    case TV_CHARSET_LATIN1:
        code_point = in->ptr[0];
        len = 1;
        break;
    case TV_CHARSET_UTF8:
        len = utf8_at(*in, &code_point);
        break;
    case TV_CHARSET_UCS2:
    case TV_CHARSET_UCS4:
        len = charset == TV_CHARSET_UCS2 ? 2 : 4;
        len = len <= in->len ? len : 0;
        code_point = big_endian(in->ptr, len);
        break;
    }
    if (len == 0 || !is_character(code_point)) {
        return false;
    }
    *out = code_point;
    in->ptr += len;
    in->len -= len;
    return true;
}

size_t tv_charset_ascii_len(tv_span bytes)
{
    size_t at = 0;
    for (; bytes.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, bytes.ptr + at, sizeof(eight));
        if ((eight & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
    }
    while (at < bytes.len && bytes.ptr[at] < 0x80) {
        at++;
    }
    return at;
}

bool tv_charset_is_utf8(tv_span bytes)
{
    for (;;) {
        size_t len = tv_charset_ascii_len(bytes);
        if (len == bytes.len) {
            return true;
        }
        bytes = (tv_span){bytes.ptr + len, bytes.len - len};
        uint32_t ignored;
        len = utf8_at(bytes, &ignored);
        if (len == 0) {
            return false;
        }
        bytes = (tv_span){bytes.ptr + len, bytes.len - len};
    }
}

size_t tv_charset_put_utf8(uint8_t out[4], uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    size_t len = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    out[0] = (uint8_t)((0xf00u >> len) | code_point);
    return len;
}
