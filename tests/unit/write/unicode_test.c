// SPDX-License-Identifier: Apache-2.0
// UTF-8 by its table of well-formed sequences, and the classes of characters by samples.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "write/unicode.h"

// TV_LIT for the initializer of a static table.
#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)("" text), sizeof(text) - 1                                               \
    }

static size_t encode(uint8_t out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (uint8_t)(lead[len] | code);
    return len;
}

static void every_character_round_trips(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint8_t bytes[4];
        size_t len = encode(bytes, code);
        uint32_t back = UINT32_MAX;
        size_t used = tv_utf8_decode((tv_span){bytes, len}, &back);
        if (code >= 0xd800 && code <= 0xdfff) {
            assert_int_equal(used, 0);
            assert_int_equal(back, UINT32_MAX);
        } else {
            assert_int_equal(used, len);
            assert_int_equal(back, code);
            assert_true(len == 1 || tv_utf8_decode((tv_span){bytes, len - 1}, &back) == 0);
        }
    }
}

static void malformed_sequences_are_refused(void **state)
{
    (void)state;
    static const tv_span cases[] = {
        BYTES("\x80"),             // a continuation alone
        BYTES("\xc0\x80"),         // overlong NUL
        BYTES("\xc1\xbf"),         // overlong
        BYTES("\xe0\x9f\xbf"),     // overlong
        BYTES("\xf0\x8f\xbf\xbf"), // overlong
        BYTES("\xf4\x90\x80\x80"), // above U+10FFFF
        BYTES("\xf5\x80\x80\x80"),
        BYTES("\xff"),
        BYTES("\xc3\x28"),
        BYTES("\xe2\x82\x28"),
        BYTES("\xf0\x9f\x94\x28"),
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t code = 7;
        assert_int_equal(tv_utf8_decode(cases[i], &code), 0);
        assert_int_equal(code, 7);
    }
    uint32_t code = 7;
    assert_int_equal(tv_utf8_decode((tv_span){NULL, 0}, &code), 0);
}

static void classes(void **state)
{
    (void)state;
    static const struct {
        uint32_t code;
        tv_char_class class;
    } cases[] = {
        {0x80, TV_CHAR_HIDDEN},    {0x9f, TV_CHAR_HIDDEN},      {0xa0, TV_CHAR_NARROW},
        {0xad, TV_CHAR_HIDDEN},    {0xe9, TV_CHAR_NARROW},      {0x301, TV_CHAR_COMBINING},
        {0x34f, TV_CHAR_HIDDEN},   {0x5d0, TV_CHAR_NARROW},     {0x61c, TV_CHAR_HIDDEN},
        {0x115f, TV_CHAR_HIDDEN},  {0x200b, TV_CHAR_HIDDEN},    {0x200f, TV_CHAR_HIDDEN},
        {0x2010, TV_CHAR_NARROW},  {0x2026, TV_CHAR_NARROW},    {0x2028, TV_CHAR_HIDDEN},
        {0x202e, TV_CHAR_HIDDEN},  {0x2066, TV_CHAR_HIDDEN},    {0x3042, TV_CHAR_WIDE},
        {0x3164, TV_CHAR_HIDDEN},  {0x4e2d, TV_CHAR_WIDE},      {0xac00, TV_CHAR_WIDE},
        {0xe000, TV_CHAR_HIDDEN},  {0xfe0f, TV_CHAR_COMBINING}, {0xfeff, TV_CHAR_HIDDEN},
        {0xff21, TV_CHAR_WIDE},    {0x1f511, TV_CHAR_WIDE},     {0x1d11e, TV_CHAR_NARROW},
        {0xe0041, TV_CHAR_HIDDEN}, {0xe0100, TV_CHAR_HIDDEN},   {0x10ffff, TV_CHAR_HIDDEN},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (tv_char_class_of(cases[i].code) != cases[i].class) {
            fail_msg("U+%04X has class %d", (unsigned)cases[i].code,
                     (int)tv_char_class_of(cases[i].code));
        }
    }
}

static void bidirectional_controls_are_hidden(void **state)
{
    (void)state;
    size_t count = 0;
    for (uint32_t code = 0x80; code < 0x110000; code++) {
        if (tv_char_is_bidi(code)) {
            assert_int_equal(tv_char_class_of(code), TV_CHAR_HIDDEN);
            count++;
        }
    }
    assert_int_equal(count, 12); // ALM, LRM, RLM, five of U+202A.., four of U+2066..
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_round_trips),
        cmocka_unit_test(malformed_sequences_are_refused),
        cmocka_unit_test(classes),
        cmocka_unit_test(bidirectional_controls_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
