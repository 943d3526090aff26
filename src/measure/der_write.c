// SPDX-License-Identifier: Apache-2.0
// In: contents and tags. Out: DER with its lengths, PEM with its lines. What the elements mean is
// left to mint.c.
#include "measure/der_write.h"

#include "base/span.h"

size_t tv_der_begin(tv_buf *out, uint8_t tag)
{
    tv_buf_add_byte(out, tag);
    return out->len;
}

void tv_der_end(tv_buf *out, size_t mark)
{
    if (out->failed) {
        return;
    }
    size_t len = out->len - mark;
    uint8_t octets[sizeof(size_t) + 1];
    size_t num = 0;
    for (size_t rest = len; len >= 0x80 && rest > 0; rest >>= 8) {
        num++;
    }
    octets[0] = (uint8_t)(num == 0 ? len : 0x80 | num);
    for (size_t i = 0; i < num; i++) {
        octets[1 + i] = (uint8_t)(len >> (8 * (num - 1 - i)));
    }
    if (!tv_buf_reserve(out, num + 1)) {
        return;
    }
    memmove(out->ptr + mark + num + 1, out->ptr + mark, len);
    memcpy(out->ptr + mark, octets, num + 1);
    out->len += num + 1;
}

void tv_der_put(tv_buf *out, uint8_t tag, tv_span contents)
{
    size_t mark = tv_der_begin(out, tag);
    tv_buf_add(out, contents);
    tv_der_end(out, mark);
}

void tv_der_put_text(tv_buf *out, uint8_t tag, const char *text)
{
    tv_der_put(out, tag, tv_span_from_text(text));
}

void tv_der_put_bits(tv_buf *out, tv_span bits)
{
    size_t mark = tv_der_begin(out, TV_DER_BIT_STRING);
    tv_buf_add_byte(out, 0);
    tv_buf_add(out, bits);
    tv_der_end(out, mark);
}

// RFC 4648 4; `len` is 1 to 3.
static void put_group(tv_buf *out, const uint8_t *bytes, size_t len)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = (uint32_t)bytes[0] << 16;
    group |= len > 1 ? (uint32_t)bytes[1] << 8 : 0;
    group |= len > 2 ? (uint32_t)bytes[2] : 0;
    const uint8_t text[4] = {
        (uint8_t)alphabet[group >> 18],
        (uint8_t)alphabet[group >> 12 & 63],
        (uint8_t)(len > 1 ? alphabet[group >> 6 & 63] : '='),
        (uint8_t)(len > 2 ? alphabet[group & 63] : '='),
    };
    tv_buf_add(out, tv_span_make(text, sizeof(text)));
}

void tv_pem_put_certificate(tv_buf *out, tv_span der)
{
    enum { BYTES_PER_LINE = 48 };
    tv_buf_add(out, TV_LIT("-----BEGIN CERTIFICATE-----\n"));
    for (size_t at = 0; at < der.len; at += 3) {
        size_t left = der.len - at;
        put_group(out, der.ptr + at, left < 3 ? left : 3);
        if ((at + 3) % BYTES_PER_LINE == 0 || left <= 3) {
            tv_buf_add_byte(out, '\n');
        }
    }
    tv_buf_add(out, TV_LIT("-----END CERTIFICATE-----\n"));
}
