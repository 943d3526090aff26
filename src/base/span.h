// SPDX-License-Identifier: Apache-2.0
// Small helpers on borrowed bytes. Nothing here allocates or fails.
#ifndef TV_BASE_SPAN_H
#define TV_BASE_SPAN_H

#include "tv/common.h"

#include <string.h>

static inline tv_span tv_span_make(const void *ptr, size_t len)
{
    return (tv_span){(const uint8_t *)ptr, len};
}

static inline tv_span tv_span_from_text(const char *text)
{
    return tv_span_make(text, strlen(text));
}

static inline bool tv_span_equal(tv_span a, tv_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

// The bytes from `start`, at most `len` of them; empty when `start` is past the end.
static inline tv_span tv_span_part(tv_span span, size_t start, size_t len)
{
    if (start >= span.len) {
        return (tv_span){NULL, 0};
    }
    size_t rest = span.len - start;
    return (tv_span){span.ptr + start, len < rest ? len : rest};
}

static inline bool tv_span_starts_with(tv_span span, tv_span prefix)
{
    return tv_span_equal(tv_span_part(span, 0, prefix.len), prefix);
}

#endif
