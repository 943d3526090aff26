// SPDX-License-Identifier: Apache-2.0
// In: bytes, texts and numbers. Out: one growing run of bytes below its ceiling. An addition is
// made whole or not at all; the first that cannot be made marks the buffer as failed, and all later
// ones are ignored. Escaping is left to the writers of the formats.
#include "base/buf.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

enum {
    SMALLEST_CAP = 64,
    DECIMAL_DIGITS = 20, // of UINT64_MAX
};

// The capacity to ask for when `need` bytes must fit: doubled, but within the ceiling.
static size_t grown_cap(const tv_buf *buf, size_t need)
{
    size_t cap = buf->cap < SMALLEST_CAP ? SMALLEST_CAP : buf->cap;
    while (cap < need) {
        if (!tv_size_mul(&cap, cap, 2)) {
            return need;
        }
    }
    return buf->ceiling != 0 && cap > buf->ceiling ? buf->ceiling : cap;
}

bool tv_buf_grow(tv_buf *buf, size_t len)
{
    if (buf->failed) {
        return false;
    }
    size_t need;
    if (!tv_size_add(&need, buf->len, len) || (buf->ceiling != 0 && need > buf->ceiling)) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->cap) {
        return true;
    }
    size_t cap = grown_cap(buf, need);
    uint8_t *ptr = realloc(buf->ptr, cap);
    if (ptr == NULL) {
        buf->failed = true;
        return false;
    }
    buf->ptr = ptr;
    buf->cap = cap;
    return true;
}

void tv_buf_add_again(tv_buf *buf, size_t start, size_t len)
{
    if (tv_buf_reserve(buf, len)) { // first, as it may move what is copied
        tv_buf_add(buf, (tv_span){buf->ptr + start, len});
    }
}

// Both digits of each byte.
#define HEX_ROW(high)                                                                              \
    {#high "0"}, {#high "1"}, {#high "2"}, {#high "3"}, {#high "4"}, {#high "5"}, {#high "6"},     \
        {#high "7"}, {#high "8"}, {#high "9"}, {#high "a"}, {#high "b"}, {#high "c"}, {#high "d"}, \
        {#high "e"},                                                                               \
    {                                                                                              \
#high "f"                                                                                  \
    }
static const char hex_pairs[256][3] = {
    HEX_ROW(0), HEX_ROW(1), HEX_ROW(2), HEX_ROW(3), HEX_ROW(4), HEX_ROW(5), HEX_ROW(6), HEX_ROW(7),
    HEX_ROW(8), HEX_ROW(9), HEX_ROW(a), HEX_ROW(b), HEX_ROW(c), HEX_ROW(d), HEX_ROW(e), HEX_ROW(f),
};

void tv_buf_add_hex(tv_buf *buf, tv_span bytes)
{
    size_t len;
    if (!tv_size_mul(&len, bytes.len, 2)) {
        buf->failed = true;
        return;
    }
    if (!tv_buf_reserve(buf, len)) {
        return;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        memcpy(buf->ptr + buf->len + 2 * i, hex_pairs[bytes.ptr[i]], 2);
    }
    buf->len += len;
}

// The decimal digits of `value`, after a minus when `negative`.
static void add_decimal(tv_buf *buf, uint64_t value, bool negative)
{
    uint8_t text[DECIMAL_DIGITS + 1];
    size_t at = sizeof(text);
    do {
        at--;
        text[at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    if (negative) {
        at--;
        text[at] = '-';
    }
    tv_buf_add(buf, (tv_span){text + at, sizeof(text) - at});
}

void tv_buf_add_u64(tv_buf *buf, uint64_t value)
{
    add_decimal(buf, value, false);
}

void tv_buf_add_i64(tv_buf *buf, int64_t value)
{
    // The magnitude of INT64_MIN exists only as unsigned.
    add_decimal(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

void tv_buf_clear(tv_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

void tv_buf_close(tv_buf *buf)
{
    free(buf->ptr);
    *buf = (tv_buf){.ceiling = buf->ceiling};
}
