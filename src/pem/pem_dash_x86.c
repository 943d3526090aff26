// SPDX-License-Identifier: Apache-2.0
// In: a text. Out: its next dash and the number of lines before it, 64 bytes a step: each kind of
// byte that matters becomes a word with a bit for each place. A vector is loaded when all of it
// lies in the text; what is shorter is left to the portable form (AVX2) or loaded under a mask,
// which touches no other byte (AVX-512).
#include "pem/pem_dash.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,popcnt")))

enum {
    STEP = 64,
    HALF = 32,
};

// The bytes of one step that matter: a bit for each place.
typedef struct places {
    uint64_t dashes, lf, cr;
} places;

// The line ends before the first dash, if any: all of LF and CR, but a pair counts once. `after_cr`
// is 1 when the step before ended with CR, else 0. For functions that have the instruction that
// counts bits.
__attribute__((always_inline)) static inline uint32_t count_ends(places p, uint64_t after_cr)
{
    uint64_t before = (p.dashes & -p.dashes) - 1; // all places when there is no dash
    uint32_t ends = (uint32_t)__builtin_popcountll(p.lf & before);
    if ((p.cr | after_cr) != 0) {
        ends += (uint32_t)__builtin_popcountll(p.cr & before);
        ends -= (uint32_t)__builtin_popcountll(p.lf & before & (p.cr << 1 | after_cr));
    }
    return ends;
}

AVX2 static inline uint64_t equal_in_half(__m256i bytes, char byte)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte)));
}

AVX2 static inline uint64_t equal_avx2(const __m256i halves[2], char byte)
{
    return equal_in_half(halves[1], byte) << HALF | equal_in_half(halves[0], byte);
}

AVX2 size_t tv_pem_find_dash_avx2(tv_span text, size_t from, uint32_t *lines)
{
    uint32_t ends = 0;
    uint64_t after_cr = 0;
    size_t at = from;
    for (; at < text.len && text.len - at >= STEP; at += STEP) {
        const void *step = text.ptr + at;
        const __m256i *vectors = step;
        const __m256i halves[2] = {_mm256_loadu_si256(vectors), _mm256_loadu_si256(vectors + 1)};
        places p = {equal_avx2(halves, '-'), equal_avx2(halves, '\n'), equal_avx2(halves, '\r')};
        ends += count_ends(p, after_cr);
        if (p.dashes != 0) {
            *lines += ends;
            return at + (size_t)__builtin_ctzll(p.dashes);
        }
        after_cr = p.cr >> (STEP - 1);
    }
    // The portable form takes an LF in front for a line end of its own.
    ends -= after_cr != 0 && at < text.len && text.ptr[at] == '\n' ? 1 : 0;
    *lines += ends;
    return tv_pem_find_dash_portable(text, at, lines);
}

AVX512 static inline uint64_t equal_avx512(__m512i bytes, char byte)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

// The first step at or after `at` that is not whole, or has a dash or CR. What nearly every step
// costs is here.
AVX512 static inline size_t skip_plain(tv_span text, size_t at, uint32_t *ends)
{
    for (; text.len - at >= STEP; at += STEP) {
        __m512i bytes = _mm512_loadu_si512((const void *)(text.ptr + at));
        if ((equal_avx512(bytes, '-') | equal_avx512(bytes, '\r')) != 0) {
            break;
        }
        *ends += (uint32_t)__builtin_popcountll(equal_avx512(bytes, '\n'));
    }
    return at;
}

AVX512 size_t tv_pem_find_dash_avx512(tv_span text, size_t from, uint32_t *lines)
{
    uint32_t ends = 0;
    uint64_t after_cr = 0;
    for (size_t at = from; at < text.len; at += STEP) {
        at = after_cr == 0 ? skip_plain(text, at, &ends) : at;
        size_t rest = text.len - at;
        uint64_t there = rest >= STEP ? UINT64_MAX : (UINT64_C(1) << rest) - 1;
        __m512i bytes = _mm512_maskz_loadu_epi8(there, text.ptr + at);
        places p = {equal_avx512(bytes, '-'), equal_avx512(bytes, '\n'), equal_avx512(bytes, '\r')};
        ends += count_ends(p, after_cr);
        if (p.dashes != 0) {
            *lines += ends;
            return at + (size_t)__builtin_ctzll(p.dashes);
        }
        after_cr = p.cr >> (STEP - 1);
    }
    *lines += ends;
    return text.len;
}

#endif
