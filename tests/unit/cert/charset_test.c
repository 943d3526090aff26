// SPDX-License-Identifier: Apache-2.0
// Characters of each string type at the edges of what is one, and UTF-8 in both directions.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "cert/charset.h"
#include "der/der.h"
#include "support/build.h"

#include <string.h>

static const struct {
    uint8_t tag;
    const char *bytes;
    uint32_t characters[4]; // ends with 0
    bool whole;             // false: the bytes after those characters are none
} cases[] = {
    {TV_DER_UTF8_STRING, "", {0}, true},
    {TV_DER_UTF8_STRING, "41", {'A'}, true},
    {TV_DER_UTF8_STRING, "7f c280 dfbf", {0x7f, 0x80, 0x7ff}, true},
    {TV_DER_UTF8_STRING, "e0a080 efbfbf", {0x800, 0xffff}, true},
    {TV_DER_UTF8_STRING, "f0908080 f48fbfbf", {0x10000, 0x10ffff}, true},
    {TV_DER_UTF8_STRING, "ed9fbf ee8080", {0xd7ff, 0xe000}, true},
    {TV_DER_UTF8_STRING, "41 eda080", {'A'}, false},
    {TV_DER_UTF8_STRING, "edbfbf", {0}, false},
    {TV_DER_UTF8_STRING, "f4908080", {0}, false},
    {TV_DER_UTF8_STRING, "f7bfbfbf", {0}, false},
    {TV_DER_UTF8_STRING, "f8888080 80", {0}, false},
    {TV_DER_UTF8_STRING, "ff", {0}, false},
    {TV_DER_UTF8_STRING, "80", {0}, false},
    {TV_DER_UTF8_STRING, "bf", {0}, false},
    {TV_DER_UTF8_STRING, "c080", {0}, false},
    {TV_DER_UTF8_STRING, "c1bf", {0}, false},
    {TV_DER_UTF8_STRING, "e09fbf", {0}, false},
    {TV_DER_UTF8_STRING, "f08fbfbf", {0}, false},
    {TV_DER_UTF8_STRING, "42 c3", {'B'}, false},
    {TV_DER_UTF8_STRING, "e282", {0}, false},
    {TV_DER_UTF8_STRING, "f09f98", {0}, false},
    {TV_DER_UTF8_STRING, "c341", {0}, false},
    {TV_DER_UTF8_STRING, "e2 82 41", {0}, false},
    {TV_DER_T61_STRING, "41 e9 ff", {'A', 0xe9, 0xff}, true},
    {TV_DER_PRINTABLE_STRING, "41 80", {'A', 0x80}, true},
    {TV_DER_IA5_STRING, "40", {'@'}, true},
    {TV_DER_VISIBLE_STRING, "40", {'@'}, true},
    {TV_DER_NUMERIC_STRING, "30 20", {'0', ' '}, true},
    {TV_DER_BMP_STRING, "0041 20ac ffff", {'A', 0x20ac, 0xffff}, true},
    {TV_DER_BMP_STRING, "0041 d83d de00", {'A'}, false},
    {TV_DER_BMP_STRING, "0041 20", {'A'}, false},
    {TV_DER_UNIVERSAL_STRING, "00000041 0001f600 0010ffff", {'A', 0x1f600, 0x10ffff}, true},
    {TV_DER_UNIVERSAL_STRING, "00110000", {0}, false},
    {TV_DER_UNIVERSAL_STRING, "0000d800", {0}, false},
    {TV_DER_UNIVERSAL_STRING, "00000041 000000", {'A'}, false},
    {TV_DER_OCTET_STRING, "41", {0}, false},
    {TV_DER_BIT_STRING, "0041", {0}, false},
    {TV_DER_SEQUENCE, "0500", {0}, false},
};
#define NUM_CASES (sizeof(cases) / sizeof(cases[0]))

static void test_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        tv_span in = TV_HEX(cases[i].bytes);
        tv_charset charset = tv_charset_of(cases[i].tag);
        uint32_t c = 0;
        for (size_t k = 0; cases[i].characters[k] != 0; k++) {
            assert_true(tv_charset_next(&in, charset, &c));
            assert_int_equal(c, cases[i].characters[k]);
        }
        c = 77;
        assert_false(tv_charset_next(&in, charset, &c));
        assert_int_equal(c, 77);
        assert_int_equal(in.len == 0, cases[i].whole);
    }
}

// At every distance from the blocks of eight in which ASCII is passed over.
static void test_is_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        if (cases[i].tag != TV_DER_UTF8_STRING) {
            continue;
        }
        for (size_t before = 0; before < 18; before++) {
            for (size_t after = 0; after < 18; after += 17) {
                tv_span text = TV_JOIN(tv_build_fill('a', before), TV_HEX(cases[i].bytes),
                                       tv_build_fill('a', after));
                assert_int_equal(tv_charset_is_utf8(text), cases[i].whole);
            }
        }
    }
}

static void test_ascii_len(void **state)
{
    (void)state;
    for (size_t len = 0; len < 40; len++) {
        assert_int_equal(tv_charset_ascii_len(tv_build_fill(0x7f, len)), len);
        for (size_t after = 0; after < 20; after++) {
            tv_span text =
                TV_JOIN(tv_build_fill('a', len), TV_HEX("80"), tv_build_fill('a', after));
            assert_int_equal(tv_charset_ascii_len(text), len);
        }
    }
}

static void test_put_utf8(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 251) {
        if (c >= 0xd800 && c <= 0xdfff) {
            continue;
        }
        uint8_t bytes[4];
        tv_span in = {bytes, tv_charset_put_utf8(bytes, c)};
        uint32_t again = 0;
        assert_int_equal(in.len, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        assert_true(tv_charset_next(&in, TV_CHARSET_UTF8, &again));
        assert_int_equal(again, c);
        assert_int_equal(in.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_is_utf8),
        cmocka_unit_test(test_ascii_len),
        cmocka_unit_test(test_put_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
