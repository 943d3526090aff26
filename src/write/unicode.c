// SPDX-License-Identifier: Apache-2.0
// In: bytes or a character. Out: the character that the bytes spell, and how a terminal shows it.
// The tables name what names in certificates are likely to hold; a rare script that is missing from
// them costs alignment, never safety: everything that hides or reorders text is listed.
#include "write/unicode.h"

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t tv_utf8_decode(tv_span text, uint32_t *code)
{
    if (text.len == 0) {
        return 0;
    }
    const uint8_t *at = text.ptr;
    if (at[0] < 0x80) {
        *code = at[0];
        return 1;
    }
    if (at[0] < 0xc2 || text.len < 2 || !is_continuation(at[1])) {
        return 0; // a continuation, an overlong form, or cut off
    }
    if (at[0] < 0xe0) {
        *code = (uint32_t)(at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        return 2;
    }
    if (text.len < 3 || !is_continuation(at[2])) {
        return 0;
    }
    if (at[0] < 0xf0) {
        uint32_t value =
            (uint32_t)(at[0] & 0x0f) << 12 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        if (value < 0x800 || (value >= 0xd800 && value <= 0xdfff)) {
            return 0;
        }
        *code = value;
        return 3;
    }
    if (at[0] > 0xf4 || text.len < 4 || !is_continuation(at[3])) {
        return 0;
    }
    uint32_t value = (uint32_t)(at[0] & 0x07) << 18 | (uint32_t)(at[1] & 0x3f) << 12 |
                     (uint32_t)(at[2] & 0x3f) << 6 | (at[3] & 0x3f);
    if (value < 0x10000 || value > 0x10ffff) {
        return 0;
    }
    *code = value;
    return 4;
}

typedef struct char_range {
    uint32_t first, last;
} char_range;

// Categories Cc, Cf, Zl, Zp and Co, and the letters that have no shape (Hangul fillers, the
// grapheme joiner).
static const char_range hidden[] = {
    {0x80, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},      {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},      {0x890, 0x891},
    {0x8e2, 0x8e2},     {0x115f, 0x1160},   {0x17b4, 0x17b5},    {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},    {0x3164, 0x3164},
    {0xd800, 0xf8ff},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},    {0xfff0, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x13440},  {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe007f}, {0xe0080, 0x10ffff},
};

static const char_range combining[] = {
    {0x300, 0x34e},   {0x350, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x5bf, 0x5bf},
    {0x5c1, 0x5c2},   {0x5c4, 0x5c5},   {0x5c7, 0x5c7},   {0x610, 0x61a},   {0x64b, 0x65f},
    {0x670, 0x670},   {0x6d6, 0x6dc},   {0x6df, 0x6e4},   {0x6e7, 0x6e8},   {0x6ea, 0x6ed},
    {0x900, 0x902},   {0x93a, 0x93a},   {0x93c, 0x93c},   {0x941, 0x948},   {0x94d, 0x94d},
    {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1161, 0x11ff}, {0x1ab0, 0x1ace},
    {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
};

// East Asian Wide and Fullwidth, by block where a block is nearly all wide.
static const char_range wide[] = {
    {0x1100, 0x115e},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f5},   {0x26fa, 0x26fd},
    {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274e},
    {0x2753, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27bf},   {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b55},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
    {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f19a}, {0x1f200, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd},
};

// Whether `code` lies in one of `ranges`, which ascend.
static bool in_ranges(const char_range *ranges, size_t count, uint32_t code)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code > ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && code >= ranges[low].first;
}

#define IN(ranges, code) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), code)

tv_char_class tv_char_class_of(uint32_t code)
{
    if (IN(hidden, code)) {
        return TV_CHAR_HIDDEN;
    }
    if (IN(combining, code)) {
        return TV_CHAR_COMBINING;
    }
    return IN(wide, code) ? TV_CHAR_WIDE : TV_CHAR_NARROW;
}

bool tv_char_is_bidi(uint32_t code)
{
    return code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
