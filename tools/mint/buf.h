// SPDX-License-Identifier: Apache-2.0
// A growing byte buffer, and a DER encoder on top of it.
//
// The corpus must not share a bug with the reader that it tests, so the minting tool uses nothing
// of the library. It serves tests and benchmarks: memory that runs out ends the program.
#ifndef MINT_BUF_H
#define MINT_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MINT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define MINT_NORETURN __attribute__((noreturn))
#else
#define MINT_PRINTF(text, first)
#define MINT_NORETURN
#endif

// Says what is wrong on stderr and exits with 2.
MINT_NORETURN void mint_die(const char *format, ...) MINT_PRINTF(1, 2);

// Zero memory is an empty buffer.
typedef struct mint_buf {
    uint8_t *ptr;
    size_t len;
    size_t room;
} mint_buf;

void mint_buf_free(mint_buf *buf);
void mint_add(mint_buf *buf, const void *bytes, size_t len);
void mint_add_byte(mint_buf *buf, uint8_t byte);
void mint_add_text(mint_buf *buf, const char *text);
void mint_add_format(mint_buf *buf, const char *format, ...) MINT_PRINTF(2, 3);
void mint_add_buf(mint_buf *buf, const mint_buf *more);

// DER tags that occur in certificates.
enum {
    MINT_BOOLEAN = 0x01,
    MINT_INTEGER = 0x02,
    MINT_BIT_STRING = 0x03,
    MINT_OCTET_STRING = 0x04,
    MINT_NULL = 0x05,
    MINT_OID = 0x06,
    MINT_UTF8_STRING = 0x0c,
    MINT_PRINTABLE_STRING = 0x13,
    MINT_TELETEX_STRING = 0x14,
    MINT_IA5_STRING = 0x16,
    MINT_UTC_TIME = 0x17,
    MINT_GENERALIZED_TIME = 0x18,
    MINT_BMP_STRING = 0x1e,
    MINT_SEQUENCE = 0x30,
    MINT_SET = 0x31,
    MINT_CONTEXT = 0x80,             // [0] IMPLICIT, primitive
    MINT_CONTEXT_CONSTRUCTED = 0xa0, // [0] EXPLICIT
};

// Opens an element; what is added until mint_der_close(mark) is its contents.
size_t mint_der_open(mint_buf *buf, unsigned tag);
void mint_der_close(mint_buf *buf, size_t mark);

void mint_der_put(mint_buf *buf, unsigned tag, const void *bytes, size_t len);
void mint_der_text(mint_buf *buf, unsigned tag, const char *text);
// An unsigned big-endian number as an INTEGER in its shortest form.
void mint_der_unsigned(mint_buf *buf, const uint8_t *bytes, size_t len);
void mint_der_int(mint_buf *buf, unsigned value);
void mint_der_bits(mint_buf *buf, const void *bytes, size_t len); // BIT STRING of whole bytes
void mint_der_oid(mint_buf *buf, const char *dotted);
void mint_der_true(mint_buf *buf);
void mint_der_null(mint_buf *buf);

#endif
