// SPDX-License-Identifier: Apache-2.0
// In: base64 text. Out: its bytes, by vectors of 32 (AVX2) or 64 (AVX-512 VBMI) characters, which
// are looked up, checked and packed at once. Both forms pack alike: two multiply-and-add steps join
// four times six bits to 24 bits of a 32-bit word, a shuffle puts their bytes in order and drops
// the empty fourth one.
//
// Bounds. A vector is loaded when all of it lies in the text; what is shorter is left to the
// portable form (AVX2) or loaded under a mask, which touches no other byte (VBMI). A vector is
// stored whole, the bytes behind the decoded ones included, at the end of what was decoded: at most
// 64 bytes, which is the slack that a form may count on.
#include "pem/base64_form.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define VBMI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))

// Bytes of the line end at `text`, of which two are there to be read; 0 when there is none.
static inline size_t line_end_len(const uint8_t *text)
{
    if (text[0] == '\n') {
        return 1;
    }
    return text[0] == '\r' && text[1] == '\n' ? 2 : 0;
}

// The whole groups among the characters before the first bad one; `bad` has a bit for each of them.
static inline size_t whole_groups(uint64_t bad, size_t most)
{
    size_t good = bad == 0 ? most : (size_t)__builtin_ctzll(bad);
    return good - good % TV_BASE64_GROUP_CHARS;
}

static inline size_t bytes_of(size_t chars)
{
    return chars / TV_BASE64_GROUP_CHARS * TV_BASE64_GROUP_BYTES;
}

enum {
    HALF_CHARS = 32, // a vector of AVX2
    HALF_BYTES = 24,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

// A byte is in the alphabet when what its lower half rules out and what its upper half stands for
// have no bit in common. Bits: 1 for the upper half 2, 2 for 3, 4 for 4 and 6, 8 for 5 and 7, and
// 16 for those that hold no character at all.
AVX2 static inline __m256i ruled_out(__m256i text)
{
    const __m256i by_low = TWICE(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13,
                                 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
    const __m256i by_high = TWICE(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10,
                                  0x10, 0x10, 0x10, 0x10, 0x10);
    const __m256i nibble = _mm256_set1_epi8(0x0f);
    __m256i low = _mm256_shuffle_epi8(by_low, _mm256_and_si256(text, nibble));
    __m256i high =
        _mm256_shuffle_epi8(by_high, _mm256_and_si256(_mm256_srli_epi16(text, 4), nibble));
    return _mm256_and_si256(low, high);
}

// The six bits of each character: it and a distance that depends on its upper half. The slash is
// the one that is off by the rule of its half, and takes the place below.
AVX2 static inline __m256i six_bits(__m256i text)
{
    const __m256i distance = TWICE(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a',
                                   0, 0, 0, 0, 0, 0, 0, 0);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(0x0f));
    __m256i slash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('/')); // -1 where it is one
    return _mm256_add_epi8(text, _mm256_shuffle_epi8(distance, _mm256_add_epi8(high, slash)));
}

// 24 bytes, then 8 that mean nothing.
AVX2 static inline __m256i pack_half(__m256i bits)
{
    __m256i pairs = _mm256_maddubs_epi16(bits, _mm256_set1_epi32(0x01400140));
    __m256i words = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    __m256i bytes =
        _mm256_shuffle_epi8(words, TWICE(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
}

AVX2 static inline __m256i load_half(const uint8_t *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

AVX2 static inline void store_half(uint8_t *out, __m256i bytes)
{
    _mm256_storeu_si256((__m256i *)(void *)out, bytes);
}

AVX2 static size_t lines_avx2(uint8_t *restrict out, tv_span text, size_t *written)
{
    const uint8_t *in = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    uint8_t *start = out;
    while (end - in >= TV_BASE64_LINE_CHARS + 2) {
        __m256i left = load_half(in);
        __m256i right = load_half(in + HALF_CHARS);
        __m256i bad = _mm256_or_si256(ruled_out(left), ruled_out(right));
        size_t line_end = line_end_len(in + TV_BASE64_LINE_CHARS);
        if (line_end == 0 || !_mm256_testz_si256(bad, bad)) {
            break;
        }
        store_half(out, pack_half(six_bits(left)));
        store_half(out + HALF_BYTES, pack_half(six_bits(right))); // up to out + 56
        in += TV_BASE64_LINE_CHARS + line_end;
        out += TV_BASE64_LINE_BYTES;
    }
    *written = (size_t)(out - start);
    return (size_t)(in - text.ptr);
}

AVX2 static size_t groups_avx2(uint8_t *restrict out, tv_span text)
{
    size_t at = 0;
    size_t taken = HALF_CHARS;
    while (taken == HALF_CHARS && text.len - at >= HALF_CHARS) {
        __m256i chars = load_half(text.ptr + at);
        __m256i fine = _mm256_cmpeq_epi8(ruled_out(chars), _mm256_setzero_si256());
        taken = whole_groups(~(uint32_t)_mm256_movemask_epi8(fine), HALF_CHARS);
        store_half(out, pack_half(six_bits(chars)));
        at += taken;
        out += bytes_of(taken);
    }
    tv_span rest = {text.ptr + at, text.len - at};
    return at + tv_base64_groups_portable(out, rest);
}

const tv_base64_form tv_base64_avx2 = {lines_avx2, groups_avx2};

#define BYTE(c) (TV_BASE64_BITS(c) & 0xffU)
#define ROW4(c) BYTE(c), BYTE((c) + 1), BYTE((c) + 2), BYTE((c) + 3)
#define ROW16(c) ROW4(c), ROW4((c) + 4), ROW4((c) + 8), ROW4((c) + 12)
#define ROW64(c) ROW16(c), ROW16((c) + 16), ROW16((c) + 32), ROW16((c) + 48)

// The six bits of each character below 0x80, or TV_BASE64_BAD.
static const uint8_t alphabet[2][64] = {{ROW64(0U)}, {ROW64(64U)}};

#define FROM4(c) (c) + 2, (c) + 1, (c), (c) + 6, (c) + 5, (c) + 4
#define FROM16(c) FROM4(c), FROM4((c) + 8)

// Where each of the 48 bytes lies in the packed words.
static const uint8_t places[64] = {FROM16(0), FROM16(16), FROM16(32), FROM16(48)};

VBMI static inline __m512i load_line(const uint8_t *bytes)
{
    return _mm512_loadu_si512((const void *)bytes);
}

// The six bits of each character. Those outside the alphabet have a bit set in `*bad`: by the table
// or, from 0x80 on, by their own upper bit, which the look-up does not see.
VBMI static inline __m512i look_up(__m512i text, uint64_t *bad)
{
    __m512i bits = _mm512_permutex2var_epi8(load_line(alphabet[0]), text, load_line(alphabet[1]));
    *bad = _mm512_movepi8_mask(_mm512_or_si512(bits, text));
    return bits;
}

// 48 bytes, then 16 that mean nothing.
VBMI static inline __m512i pack(__m512i bits)
{
    __m512i pairs = _mm512_maddubs_epi16(bits, _mm512_set1_epi32(0x01400140));
    __m512i words = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00011000));
    return _mm512_permutexvar_epi8(load_line(places), words);
}

VBMI static size_t lines_vbmi(uint8_t *restrict out, tv_span text, size_t *written)
{
    const uint8_t *in = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    uint8_t *start = out;
    while (end - in >= TV_BASE64_LINE_CHARS + 2) {
        uint64_t bad;
        __m512i bits = look_up(load_line(in), &bad);
        size_t line_end = line_end_len(in + TV_BASE64_LINE_CHARS);
        if (line_end == 0 || bad != 0) {
            break;
        }
        _mm512_storeu_si512((void *)out, pack(bits));
        in += TV_BASE64_LINE_CHARS + line_end;
        out += TV_BASE64_LINE_BYTES;
    }
    *written = (size_t)(out - start);
    return (size_t)(in - text.ptr);
}

VBMI static size_t groups_vbmi(uint8_t *restrict out, tv_span text)
{
    size_t at = 0;
    size_t taken = TV_BASE64_LINE_CHARS;
    while (taken == TV_BASE64_LINE_CHARS && at < text.len) {
        size_t rest = text.len - at;
        uint64_t there = rest >= 64 ? UINT64_MAX : (UINT64_C(1) << rest) - 1;
        uint64_t bad; // what is not there is zero, which is no character
        __m512i bits = look_up(_mm512_maskz_loadu_epi8(there, text.ptr + at), &bad);
        taken = whole_groups(bad, TV_BASE64_LINE_CHARS);
        _mm512_storeu_si512((void *)out, pack(bits));
        at += taken;
        out += bytes_of(taken);
    }
    return at;
}

const tv_base64_form tv_base64_vbmi = {lines_vbmi, groups_vbmi};

#endif
