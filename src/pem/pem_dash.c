// SPDX-License-Identifier: Apache-2.0
// In: a text. Out: where its next dash is, and how many lines end before it. The portable form goes
// over the text twice, each time as fast as the C library and the compiler know; those for x86-64
// go over it once.
#include "pem/pem_dash.h"

#include "base/span.h"
#include "pem/pem_scan.h"
#include "tv/cpu.h"

enum { COUNT_STEP = 128 }; // bytes whose line ends fit a byte

// 1 for a byte that ends a line: LF, or a CR that no LF follows.
static inline uint8_t ends_line(uint8_t byte, uint8_t next)
{
    return (uint8_t)((byte == '\n') | ((byte == '\r') & (next != '\n')));
}

uint32_t tv_pem_count_lines(tv_span text)
{
    uint32_t lines = 0;
    size_t at = 0;
    // Steps of fixed length, whose sum fits a byte, are what compilers turn into vectors.
    for (; text.len - at > COUNT_STEP; at += COUNT_STEP) {
        const uint8_t *step = text.ptr + at;
        uint8_t sum = 0;
        for (size_t i = 0; i < COUNT_STEP; i++) {
            sum = (uint8_t)(sum + ends_line(step[i], step[i + 1]));
        }
        lines += sum;
    }
    for (; at < text.len; at++) {
        lines += ends_line(text.ptr[at], at + 1 < text.len ? text.ptr[at + 1] : 0);
    }
    return lines;
}

size_t tv_pem_find_dash_portable(tv_span text, size_t from, uint32_t *lines)
{
    const uint8_t *dash = from < text.len ? memchr(text.ptr + from, '-', text.len - from) : NULL;
    size_t end = dash == NULL ? text.len : (size_t)(dash - text.ptr);
    *lines += tv_pem_count_lines(tv_span_part(text, from, end - from));
    return end;
}

size_t tv_pem_find_dash(tv_span text, size_t from, uint32_t *lines)
{
#if defined(__x86_64__)
    switch (tv_cpu_used()) {
    case TV_CPU_IFMA:
        return tv_pem_find_dash_avx512(text, from, lines);
    case TV_CPU_AVX2:
        return tv_pem_find_dash_avx2(text, from, lines);
    case TV_CPU_PORTABLE:
        break;
    }
#endif
    return tv_pem_find_dash_portable(text, from, lines);
}
