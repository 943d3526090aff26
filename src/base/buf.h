// SPDX-License-Identifier: Apache-2.0
// A byte buffer that grows up to a ceiling. A failed growth sticks: later additions are ignored and
// `failed` tells, so that a writer checks once at the end.
#ifndef TV_BASE_BUF_H
#define TV_BASE_BUF_H

#include "tv/common.h"

#include <string.h>

// A zeroed buffer is empty and ready, with no ceiling.
typedef struct tv_buf {
    uint8_t *ptr;
    size_t len;
    size_t cap;
    size_t ceiling; // most bytes it may hold; 0: no bound
    bool failed;
} tv_buf;

// What tv_buf_reserve does when there is not enough room yet, or the buffer failed.
bool tv_buf_grow(tv_buf *buf, size_t len);

// Room for `len` more bytes at `buf->ptr + buf->len`; false when it cannot be had. The caller adds
// to `len` what it wrote.
static inline bool tv_buf_reserve(tv_buf *buf, size_t len)
{
    // Less one each, so that no ceiling (0) is the highest.
    bool below_ceiling = buf->cap - 1 <= buf->ceiling - 1;
    return (len <= buf->cap - buf->len && below_ceiling && !buf->failed) || tv_buf_grow(buf, len);
}

static inline void tv_buf_add(tv_buf *buf, tv_span bytes)
{
    if (bytes.len > 0 && tv_buf_reserve(buf, bytes.len)) {
        memcpy(buf->ptr + buf->len, bytes.ptr, bytes.len);
        buf->len += bytes.len;
    }
}

static inline void tv_buf_add_byte(tv_buf *buf, uint8_t byte)
{
    if (tv_buf_reserve(buf, 1)) {
        buf->ptr[buf->len] = byte;
        buf->len++;
    }
}

static inline void tv_buf_add_text(tv_buf *buf, const char *text)
{
    tv_buf_add(buf, (tv_span){(const uint8_t *)text, strlen(text)});
}

void tv_buf_add_hex(tv_buf *buf, tv_span bytes);  // lower case, no separators
void tv_buf_add_u64(tv_buf *buf, uint64_t value); // decimal
void tv_buf_add_i64(tv_buf *buf, int64_t value);
// `len` of its own bytes, from `start` on, once more.
void tv_buf_add_again(tv_buf *buf, size_t start, size_t len);

static inline tv_span tv_buf_span(const tv_buf *buf)
{
    return (tv_span){buf->ptr, buf->len};
}

void tv_buf_clear(tv_buf *buf); // keeps the memory, forgets a failure
void tv_buf_close(tv_buf *buf); // frees the memory, leaves a zeroed buffer with its ceiling

#endif
