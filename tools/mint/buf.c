// SPDX-License-Identifier: Apache-2.0
// Bytes and DER elements go in, one contiguous buffer comes out. Lengths are written when an
// element closes: its contents then move by the bytes that the length needs.
#include "buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mint_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("mint_corpus: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    exit(2);
}

void mint_buf_free(mint_buf *buf)
{
    free(buf->ptr);
    *buf = (mint_buf){0};
}

static void reserve(mint_buf *buf, size_t more)
{
    if (more <= buf->room - buf->len) {
        return;
    }
    size_t room = (buf->len + more) * 2 + 256;
    uint8_t *ptr = realloc(buf->ptr, room);
    if (ptr == NULL) {
        mint_die("out of memory");
    }
    buf->ptr = ptr;
    buf->room = room;
}

void mint_add(mint_buf *buf, const void *bytes, size_t len)
{
    if (len == 0) {
        return;
    }
    reserve(buf, len);
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
}

void mint_add_byte(mint_buf *buf, uint8_t byte)
{
    mint_add(buf, &byte, 1);
}

void mint_add_text(mint_buf *buf, const char *text)
{
    mint_add(buf, text, strlen(text));
}

void mint_add_format(mint_buf *buf, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof(text)) {
        mint_die("a formatted text is too long");
    }
    mint_add(buf, text, (size_t)len);
}

void mint_add_buf(mint_buf *buf, const mint_buf *more)
{
    mint_add(buf, more->ptr, more->len);
}

size_t mint_der_open(mint_buf *buf, unsigned tag)
{
    mint_add_byte(buf, (uint8_t)tag);
    mint_add_byte(buf, 0); // room for a short length
    return buf->len;
}

void mint_der_close(mint_buf *buf, size_t mark)
{
    size_t len = buf->len - mark;
    if (len < 0x80) {
        buf->ptr[mark - 1] = (uint8_t)len;
        return;
    }
    size_t num_octets = 0;
    for (size_t rest = len; rest > 0; rest >>= 8) {
        num_octets++;
    }
    reserve(buf, num_octets);
    memmove(buf->ptr + mark + num_octets, buf->ptr + mark, len);
    buf->ptr[mark - 1] = (uint8_t)(0x80 | num_octets);
    for (size_t i = 0; i < num_octets; i++) {
        buf->ptr[mark + i] = (uint8_t)(len >> (8 * (num_octets - 1 - i)));
    }
    buf->len += num_octets;
}

void mint_der_put(mint_buf *buf, unsigned tag, const void *bytes, size_t len)
{
    size_t mark = mint_der_open(buf, tag);
    mint_add(buf, bytes, len);
    mint_der_close(buf, mark);
}

void mint_der_text(mint_buf *buf, unsigned tag, const char *text)
{
    mint_der_put(buf, tag, text, strlen(text));
}

void mint_der_unsigned(mint_buf *buf, const uint8_t *bytes, size_t len)
{
    while (len > 1 && bytes[0] == 0) {
        bytes++;
        len--;
    }
    size_t mark = mint_der_open(buf, MINT_INTEGER);
    if (len == 0 || (bytes[0] & 0x80) != 0) {
        mint_add_byte(buf, 0);
    }
    mint_add(buf, bytes, len);
    mint_der_close(buf, mark);
}

void mint_der_int(mint_buf *buf, unsigned value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                        (uint8_t)value};
    mint_der_unsigned(buf, bytes, sizeof(bytes));
}

void mint_der_bits(mint_buf *buf, const void *bytes, size_t len)
{
    size_t mark = mint_der_open(buf, MINT_BIT_STRING);
    mint_add_byte(buf, 0); // no unused bits
    mint_add(buf, bytes, len);
    mint_der_close(buf, mark);
}

static void add_base128(mint_buf *buf, unsigned long value)
{
    uint8_t digits[10];
    size_t n = 0;
    do {
        digits[n++] = (uint8_t)(value & 0x7f);
        value >>= 7;
    } while (value > 0);
    while (n > 1) {
        mint_add_byte(buf, (uint8_t)(digits[--n] | 0x80));
    }
    mint_add_byte(buf, digits[0]);
}

void mint_der_oid(mint_buf *buf, const char *dotted)
{
    size_t mark = mint_der_open(buf, MINT_OID);
    char *rest = NULL;
    unsigned long first = strtoul(dotted, &rest, 10);
    unsigned long second = strtoul(rest + 1, &rest, 10);
    add_base128(buf, first * 40 + second);
    while (*rest == '.') {
        add_base128(buf, strtoul(rest + 1, &rest, 10));
    }
    mint_der_close(buf, mark);
}

void mint_der_true(mint_buf *buf)
{
    mint_der_put(buf, MINT_BOOLEAN, "\xff", 1);
}

void mint_der_null(mint_buf *buf)
{
    mint_der_put(buf, MINT_NULL, "", 0);
}
