// SPDX-License-Identifier: Apache-2.0
// Puts DER together from parts. What goes in may be wrong on purpose; what goes out is exactly
// that.
#include "support/build.h"

#include <assert.h>
#include <string.h>

static uint8_t *take(size_t len)
{
    static uint8_t pool[1 << 25];
    static size_t used;
    assert(len <= sizeof(pool) - used);
    uint8_t *out = pool + used;
    used += len;
    return out;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

tv_span tv_build_hex(const char *hex)
{
    uint8_t *out = take(strlen(hex) / 2 + 1);
    size_t num_digits = 0;
    for (; *hex != '\0'; hex++) {
        int value = digit(*hex);
        if (value >= 0) {
            uint8_t high = num_digits % 2 == 0 ? 0 : out[num_digits / 2];
            out[num_digits / 2] = (uint8_t)(high << 4 | value);
            num_digits++;
        }
    }
    assert(num_digits % 2 == 0);
    return (tv_span){out, num_digits / 2};
}

tv_span tv_build_text(const char *text)
{
    return (tv_span){(const uint8_t *)text, strlen(text)};
}

tv_span tv_build_fill(uint8_t byte, size_t count)
{
    uint8_t *out = take(count + 1);
    memset(out, byte, count);
    return (tv_span){out, count};
}

tv_span tv_build_join(const tv_span *parts, size_t num_parts)
{
    size_t len = 0;
    for (size_t i = 0; i < num_parts; i++) {
        len += parts[i].len;
    }
    uint8_t *out = take(len + 1);
    size_t at = 0;
    for (size_t i = 0; i < num_parts; i++) {
        if (parts[i].len > 0) {
            memcpy(out + at, parts[i].ptr, parts[i].len);
        }
        at += parts[i].len;
    }
    return (tv_span){out, len};
}

tv_span tv_build_tlv(uint8_t tag, const tv_span *parts, size_t num_parts)
{
    tv_span contents = tv_build_join(parts, num_parts);
    size_t count = 0;
    for (size_t rest = contents.len; contents.len >= 0x80 && rest > 0; rest >>= 8) {
        count++;
    }
    uint8_t header[2 + sizeof(size_t)] = {tag};
    header[1] = (uint8_t)(count > 0 ? 0x80 | count : contents.len);
    for (size_t i = 0; i < count; i++) {
        header[2 + i] = (uint8_t)(contents.len >> (8 * (count - 1 - i)));
    }
    return TV_JOIN((tv_span){header, 2 + count}, contents);
}

tv_span tv_build_rdn(uint8_t type, uint8_t tag, tv_span value)
{
    uint8_t oid[] = {0x06, 0x03, 0x55, 0x04, type};
    return TV_TLV(0x31, TV_TLV(0x30, (tv_span){oid, sizeof(oid)}, TV_TLV(tag, value)));
}

tv_span tv_build_name(const char *common_name)
{
    return TV_TLV(0x30, tv_build_rdn(3, 0x0c, tv_build_text(common_name)));
}

tv_span tv_build_ext(const char *oid_hex, bool critical, tv_span value)
{
    return TV_TLV(0x30, TV_TLV(0x06, TV_HEX(oid_hex)), critical ? TV_HEX("0101ff") : TV_LIT(""),
                  TV_TLV(0x04, value));
}

static tv_span or_else(tv_span given, tv_span usual)
{
    return given.ptr != NULL ? given : usual;
}

tv_span tv_build_cert(const tv_build_fields *f)
{
    // ecdsa-with-SHA256, and a point that has the size of one on P-256.
    tv_span algorithm = TV_HEX("300a 06082a8648ce3d040302");
    tv_span spki = TV_TLV(0x30, TV_HEX("3013 06072a8648ce3d0201 06082a8648ce3d030107"),
                          TV_TLV(0x03, TV_HEX("0004"), tv_build_fill(0x11, 64)));
    tv_span validity =
        TV_TLV(0x30, TV_TLV(0x17, TV_LIT("240101000000Z")), TV_TLV(0x17, TV_LIT("340101000000Z")));
    tv_span extensions = {NULL, 0};
    if (f->extensions.ptr != NULL) {
        extensions = TV_TLV(0xa3, TV_TLV(0x30, f->extensions));
    }
    tv_span tbs = TV_TLV(
        0x30, or_else(f->version, TV_HEX("a003 020102")), or_else(f->serial, TV_HEX("020105")),
        or_else(f->inner_algorithm, algorithm), or_else(f->issuer, tv_build_name("issuer")),
        or_else(f->validity, validity), or_else(f->subject, tv_build_name("subject")),
        or_else(f->spki, spki), f->unique_ids, extensions, f->after_extensions);
    tv_span whole = TV_TLV(0x30, tbs, or_else(f->outer_algorithm, algorithm),
                           or_else(f->signature, TV_HEX("0303 00abcd")), f->after_signature);
    return TV_JOIN(whole, f->trailing);
}
