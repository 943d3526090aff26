// SPDX-License-Identifier: Apache-2.0
// Names as people read them: order, short names, escapes, and what hostile text turns into.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "cert/name.h"
#include "support/build.h"

#include <string.h>

static void check(tv_span name, const char *expected)
{
    tv_buf out = {0};
    tv_buf_add(&out, TV_LIT("<"));
    tv_name_show(name, &out);
    tv_buf_add_byte(&out, '\0');
    assert_false(out.failed);
    assert_int_equal(out.ptr[0], '<');
    assert_string_equal((const char *)out.ptr + 1, expected);
    tv_buf_clear(&out);
    tv_name_show_any(name, &out); // says the same by the way that takes any name
    tv_buf_add_byte(&out, '\0');
    assert_string_equal((const char *)out.ptr, expected);
    tv_buf_close(&out);
}

// Whether what is shown of `name` is said to need no escaping.
static bool is_plain(tv_span name)
{
    tv_buf out = {0};
    bool plain = tv_name_show(name, &out);
    tv_buf_close(&out);
    return plain;
}

static void test_order(void **state)
{
    (void)state;
    tv_span c = tv_build_rdn(6, 0x13, TV_LIT("DE"));
    tv_span o = tv_build_rdn(10, 0x0c, TV_LIT("Example"));
    tv_span cn = tv_build_rdn(3, 0x0c, TV_LIT("a, b"));
    check(TV_HEX("3000"), "");
    check(TV_TLV(0x30, c), "C=DE");
    check(TV_TLV(0x30, c, o, cn), "CN=a\\, b,O=Example,C=DE");
    check(TV_TLV(0x30, c, TV_HEX("3100"), o, TV_HEX("3100")), "O=Example,C=DE");
    check(TV_TLV(0x30, TV_HEX("3100"), c), "C=DE");
    tv_span uid = TV_HEX("3011 060a0992268993f22c640101 0c03 6a6a6a");
    tv_span ou = TV_HEX("3009 060355040b 0c02 6162");
    check(TV_TLV(0x30, c, TV_TLV(0x31, uid, ou)), "UID=jjj+OU=ab,C=DE");
}

static void test_values(void **state)
{
    static const struct {
        uint8_t tag;
        const char *value; // hex
        const char *shown; // after "CN="
    } cases[] = {
        {0x0c, "", ""},
        {0x13, "616263", "abc"},
        {0x0c, "22 2b 2c 3b 3c 3e 5c", "\\\"\\+\\,\\;\\<\\>\\\\"},
        {0x0c, "233d 61 23", "\\#=a#"},
        {0x0c, "20 61 20 62 20", "\\ a b\\ "},
        {0x0c, "20", "\\ "},
        {0x0c, "2020", "\\ \\ "},
        {0x0c, "6100 62", "a\\00b"},
        {0x0c, "0d0a 1b5b324a 7f", "\\0d\\0a\\1b[2J\\7f"},
        {0x0c, "c3a9 e282ac f09f9880", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {0x0c, "c285", "\\c2\\85"},           // NEL, a C1 control
        {0x0c, "c2a0", "\xc2\xa0"},           // no-break space is seen
        {0x0c, "c2ad", "\\c2\\ad"},           // soft hyphen is not
        {0x0c, "e280ae 61", "\\e2\\80\\aea"}, // right-to-left override
        {0x0c, "e280aa", "\\e2\\80\\aa"},     // the first of the embeddings
        {0x0c, "e281a6", "\\e2\\81\\a6"},     // isolates
        {0x0c, "e281a9", "\\e2\\81\\a9"},
        {0x0c, "e2808f", "\\e2\\80\\8f"},       // right-to-left mark
        {0x0c, "e2808b", "\\e2\\80\\8b"},       // zero width space
        {0x0c, "e280a8", "\\e2\\80\\a8"},       // line separator
        {0x0c, "d89c", "\\d8\\9c"},             // Arabic letter mark
        {0x0c, "efbbbf", "\\ef\\bb\\bf"},       // byte order mark
        {0x0c, "efbfbf", "\\ef\\bf\\bf"},       // a noncharacter
        {0x0c, "f3a08181", "\\f3\\a0\\81\\81"}, // a tag
        {0x0c, "e280a7", "\xe2\x80\xa7"},       // the neighbours are shown
        {0x0c, "e280af", "\xe2\x80\xaf"},
        {0x14, "4d fc 6c", "M\xc3\xbcl"},
        {0x13, "4d fc", "M\xc3\xbc"},
        {0x16, "61 85", "a\\c2\\85"},
        {0x1e, "0041 20ac", "A\xe2\x82\xac"},
        {0x1e, "202e 0041", "\\e2\\80\\aeA"},
        {0x1c, "0001f600", "\xf0\x9f\x98\x80"},
        {0x12, "3132", "12"},
        {0x03, "0041", "#03020041"},
        {0x30, "0500", "#30020500"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char expected[128] = "CN=";
        strcat(expected, cases[i].shown);
        check(TV_TLV(0x30, tv_build_rdn(3, cases[i].tag, TV_HEX(cases[i].value))), expected);
    }
}

static void test_types(void **state)
{
    (void)state;
    check(TV_TLV(0x30, tv_build_rdn(5, 0x13, TV_LIT("1"))), "serialNumber=1");
    check(TV_TLV(0x30, tv_build_rdn(9, 0x13, TV_LIT("1"))), "STREET=1");
    check(TV_HEX("3014 3112 3010 06092a864886f70d010901 1603 614062"), "emailAddress=a@b");
    // Types without a name come as their number, the value with its tag.
    check(TV_TLV(0x30, tv_build_rdn(127, 0x0c, TV_LIT("ab"))), "2.5.4.127=#0c026162");
    check(TV_HEX("301f 311d 301b 0614 2bffffffffffffffffffffffffffffffffffff7f 0c03 616263"),
          "#2bffffffffffffffffffffffffffffffffffff7f=#0c03616263");
}

// Both ways show each byte in the front, the middle and at the end of a value alike.
static void test_each_byte_both_ways(void **state)
{
    static const uint8_t tags[] = {0x0c, 0x13, 0x16};
    (void)state;
    tv_buf fast = {0};
    tv_buf any = {0};
    for (size_t i = 0; i < 3 * sizeof(tags) * 256; i++) {
        uint8_t value[] = {'a', 'b', 'c'};
        value[i % 3] = (uint8_t)(i / 3 % 256);
        tv_span name = TV_TLV(0x30, tv_build_rdn(6, 0x13, TV_LIT("DE")),
                              tv_build_rdn(3, tags[i / 768], (tv_span){value, sizeof(value)}));
        tv_buf_clear(&fast);
        tv_buf_clear(&any);
        bool plain = tv_name_show(name, &fast);
        tv_name_show_any(name, &any);
        assert_int_equal(fast.len, any.len);
        assert_memory_equal(fast.ptr, any.ptr, any.len);
        bool needs_escape = fast.ptr[0] == '#'; // malformed: nothing is told
        for (size_t j = 0; j < fast.len; j++) {
            uint8_t c = fast.ptr[j];
            needs_escape |= c < 0x20 || c > 0x7e || c == '"' || c == '\\';
        }
        assert_int_equal(plain, !needs_escape);
    }
    tv_buf_close(&fast);
    tv_buf_close(&any);
}

static void test_plain(void **state)
{
    (void)state;
    tv_span long_value = tv_build_fill('x', 300);
    tv_span many[17];
    for (size_t i = 0; i < 17; i++) {
        many[i] = tv_build_rdn(3, 0x0c, TV_LIT("a"));
    }
    assert_true(is_plain(tv_build_tlv(0x30, many, 16)));
    assert_false(is_plain(tv_build_tlv(0x30, many, 17))); // may be, but is not told
    assert_true(is_plain(TV_HEX("3014 3112 3010 06092a864886f70d010901 1603 614062")));
    assert_true(is_plain(TV_TLV(0x30, tv_build_rdn(3, 0x0c, tv_build_fill('x', 200)))));
    assert_false(is_plain(TV_TLV(0x30, tv_build_rdn(3, 0x0c, long_value))));
    assert_false(is_plain(TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("a,b")))));
    assert_false(is_plain(TV_TLV(0x30, tv_build_rdn(3, 0x03, TV_LIT("\0a")))));
    assert_false(is_plain(TV_HEX("3000")));
    assert_false(is_plain(TV_HEX("3002 3000")));
}

static void test_malformed(void **state)
{
    (void)state;
    check(TV_HEX("3002 3000"), "#30023000");
    check(TV_HEX(""), "#");
    check(TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_HEX("ff"))), "#300c310a30080603550403"
                                                             "0c01ff");
    tv_buf out = {0};
    tv_name_show(tv_build_fill(0xab, 600), &out);
    assert_int_equal(out.len, 1 + 2 * 512);
    tv_buf_close(&out);
}

// The buffer may be full at any byte.
static void test_ceiling(void **state)
{
    (void)state;
    tv_span name = TV_TLV(0x30, tv_build_rdn(6, 0x13, TV_LIT("DE")),
                          tv_build_rdn(10, 0x0c, TV_LIT("Example")));
    for (size_t ceiling = 1; ceiling < 24; ceiling++) {
        tv_buf out = {.ceiling = ceiling};
        tv_name_show(name, &out);
        assert_true(out.len <= ceiling);
        assert_int_equal(out.failed, ceiling < strlen("O=Example,C=DE"));
        tv_buf_close(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),   cmocka_unit_test(test_values),
        cmocka_unit_test(test_types),   cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_ceiling), cmocka_unit_test(test_each_byte_both_ways),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
