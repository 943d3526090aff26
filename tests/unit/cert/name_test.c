// SPDX-License-Identifier: Apache-2.0
// What is a Name, and which Names are the same: by a table, and against libcrypto for every pair of
// the table's names.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "cert/name.h"
#include "support/build.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

static const struct {
    const char *hex;
    const char *what; // NULL: a Name
    size_t where;
} names[] = {
    {"3000", NULL, 0},
    {"300d 310b 3009 0603550403 0c02 6162", NULL, 0},
    {"300c 310a 3008 06025504 0c02 6162", NULL, 0},
    {"3002 3100", NULL, 0},
    {"", "name is not a SEQUENCE", 0},
    {"3100", "name is not a SEQUENCE", 0},
    {"3000 00", "name is not a SEQUENCE", 0},
    {"3002 3000", "RDN is malformed", 2},
    {"3001 31", "RDN is malformed", 2},
    {"3004 3102 3000", "attribute of a name is malformed", 4},
    {"3004 3102 0500", "attribute of a name is malformed", 4},
    {"3009 3107 3005 0603550403", "attribute of a name is malformed", 4},
    // the value ends before its SEQUENCE does
    {"300f 310d 300b 0603550403 0c02 6162 0500", "attribute of a name is malformed", 4},
    {"300d 310b 3009 0603550480 0c02 6162", "attribute of a name is malformed", 4},
    {"300d 310b 3009 0603558003 0c02 6162", "attribute of a name is malformed", 4},
    // a length that is not in shortest form
    {"300e 310c 300a 0603550403 0c8102 6162", "attribute of a name is malformed", 4},
    {"300d 310b 3009 0603550403 0c02 61ff", "text in a name is not UTF-8", 11},
    {"300d 310b 3009 0603550403 1302 61ff", NULL, 0},
    {"300d 310b 3009 0603550403 1402 61ff", NULL, 0},
    {"300d 310b 3009 0603550403 1202 3132", NULL, 0},
    {"300d 310b 3009 0603550403 1602 6162", NULL, 0},
    {"300d 310b 3009 0603550403 1e02 0061", NULL, 0},
    {"300c 310a 3008 0603550403 1e01 61", "text in a name is not Unicode", 11},
    {"300d 310b 3009 0603550403 1e02 d800", "text in a name is not Unicode", 11},
    {"300f 310d 300b 0603550403 1c04 00000061", NULL, 0},
    {"300d 310b 3009 0603550403 1c02 0061", "text in a name is not Unicode", 11},
    {"300d 310b 3009 060355042d 0302 0461", "BIT STRING in a name is malformed", 11},
    {"300d 310b 3009 060355042d 0302 0460", NULL, 0},
    {"300d 310b 3009 0603550403 3002 0500", NULL, 0},
    // types that hold no text, or that libcrypto does not take
    {"300c 310a 3008 0603550403 0101 ff", "value in a name is of no string type", 11},
    {"300c 310a 3008 0603550403 0201 05", "value in a name is of no string type", 11},
    {"300d 310b 3009 0603550403 0402 6162", "value in a name is of no string type", 11},
    {"300d 310b 3009 0603550403 1a02 6162", "value in a name is of no string type", 11},
    {"300d 310b 3009 0603550403 2c02 6162", "value in a name is of no string type", 11},
    {"300d 310b 3009 0603550403 a002 0500", "value in a name is of no string type", 11},
    // one RDN of two attributes, the second broken
    {"3016 3114 3008 0603550403 0c01 61 3008 0603550403 0c01 ff", "text in a name is not UTF-8",
     21},
    {"3016 3114 3008 0603550403 0c01 61 3008 0603550403 0c01 62", NULL, 0},
    // a good RDN and a broken one
    {"3010 310a 3008 0603550403 0c01 61 3102 3000", "attribute of a name is malformed", 16},
};

static void test_problem(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        tv_span name = TV_HEX(names[i].hex);
        const uint8_t *where = NULL;
        const char *what = tv_name_problem(name, &where);
        const uint8_t *at = name.ptr;
        X509_NAME *theirs = d2i_X509_NAME(NULL, &at, (long)name.len);
        bool whole = theirs != NULL && at == name.ptr + name.len;
        if ((what == NULL) != (names[i].what == NULL)) {
            print_error("%s\n", names[i].hex);
        }
        if (names[i].what == NULL) {
            assert_null(what);
            assert_true(whole);
        } else {
            assert_non_null(what);
            assert_string_equal(what, names[i].what);
            assert_int_equal(where - name.ptr, names[i].where);
        }
        X509_NAME_free(theirs);
        ERR_clear_error();
        tv_buf out = {0};
        assert_int_equal(tv_name_canonical(name, &out), names[i].what == NULL);
        assert_true(names[i].what == NULL || out.len == 0);
        tv_buf_close(&out);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    const uint8_t *where;
    tv_span one = TV_HEX("3008 0603550403 0c01 61");
    tv_span parts[65];
    for (size_t i = 0; i < 65; i++) {
        parts[i] = one;
    }
    assert_null(tv_name_problem(TV_TLV(0x30, tv_build_tlv(0x31, parts, 64)), &where));
    assert_string_equal(tv_name_problem(TV_TLV(0x30, tv_build_tlv(0x31, parts, 65)), &where),
                        "more than 64 attributes in one RDN");
    size_t room = ((size_t)1 << 20) - 5; // of 1 MiB, without the header of five bytes
    tv_span rdn = tv_build_rdn(3, 0x0c, tv_build_fill('a', room - 20));
    tv_span fill = tv_build_rdn(3, 0x0c, TV_LIT(""));
    assert_true(rdn.len + fill.len > room);
    assert_string_equal(tv_name_problem(TV_TLV(0x30, rdn, fill), &where),
                        "name is longer than 1 MiB");
    assert_null(tv_name_problem(TV_TLV(0x30, rdn), &where));
}

static tv_span common_name(uint8_t tag, const char *text)
{
    return TV_TLV(0x30, tv_build_rdn(3, tag, tv_build_text(text)));
}

static tv_span attribute(uint8_t type, const char *text)
{
    uint8_t oid[] = {0x06, 0x03, 0x55, 0x04, type};
    return TV_TLV(0x30, TV_JOIN((tv_span){oid, 5}), TV_TLV(0x0c, tv_build_text(text)));
}

#define MAX_NAMES 96

// Names in groups of equal ones; a group ends with an empty span.
static size_t make_groups(tv_span *out)
{
    tv_span end = {NULL, 0};
    const tv_span made[] = {
        common_name(0x0c, "Example CA"),
        common_name(0x13, "Example CA"),
        common_name(0x16, "Example CA"),
        common_name(0x14, "Example CA"),
        common_name(0x0c, "EXAMPLE ca"),
        common_name(0x13, "  example \t\n  ca\v\f\r "),
        TV_TLV(0x30, tv_build_rdn(3, 0x1e,
                                  TV_HEX("0045 0078 0061 006d 0070 006c 0065 0020 0020"
                                         "0043 0041"))),
        TV_TLV(0x30, tv_build_rdn(3, 0x1c,
                                  TV_HEX("00000065 00000078 00000061 0000006d 00000070"
                                         "0000006c 00000065 00000020 00000063 00000061"))),
        TV_TLV(0x30, TV_HEX("3100"), tv_build_rdn(3, 0x0c, TV_LIT("example ca"))),
        end,
        common_name(0x0c, "ExampleCA"),
        end,
        common_name(0x0c, "z"),
        common_name(0x13, " Z"),
        end,
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_HEX("7a00"))), // a NUL is a character
        TV_TLV(0x30, tv_build_rdn(3, 0x13, TV_HEX("5a00"))),
        end,
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_HEX("7a0062"))),
        end,
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("z")), tv_build_rdn(10, 0x0c, TV_LIT("b"))),
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("z")), tv_build_rdn(10, 0x13, TV_LIT("B "))),
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("z")), TV_HEX("3100"),
               tv_build_rdn(10, 0x0c, TV_LIT("b"))),
        end,
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("z")), tv_build_rdn(11, 0x0c, TV_LIT("b"))),
        end,
        common_name(0x12, "example ca"), // a NumericString is not folded
        end,
        common_name(0x12, "Example CA"),
        end,
        common_name(0x0c, "Exampl\xc3\xa9"),
        common_name(0x14, "exampl\xe9"),
        common_name(0x13, "exampl\xe9"),
        TV_TLV(0x30, tv_build_rdn(3, 0x1e, TV_HEX("0045 0078 0061 006d 0070 006c 00e9"))),
        end,
        common_name(0x0c, "Exampl\xc3\x89"), // only ASCII letters are folded
        end,
        common_name(0x0c, "a\xc2\xa0"), // only ASCII blanks are
        end,
        common_name(0x0c, "a"),
        common_name(0x0c, " a "),
        end,
        TV_TLV(0x30, tv_build_rdn(10, 0x0c, TV_LIT("a"))), // another attribute
        end,
        common_name(0x0c, ""),
        common_name(0x0c, " \t "),
        common_name(0x1e, ""),
        end,
        TV_HEX("3000"),
        TV_HEX("3002 3100"),
        end,
        TV_TLV(0x30, tv_build_rdn(10, 0x0c, TV_LIT("a")), tv_build_rdn(3, 0x0c, TV_LIT("b"))),
        TV_TLV(0x30, tv_build_rdn(10, 0x13, TV_LIT("A")), tv_build_rdn(3, 0x0c, TV_LIT("b"))),
        end,
        TV_TLV(0x30, tv_build_rdn(3, 0x0c, TV_LIT("b")), tv_build_rdn(10, 0x0c, TV_LIT("a"))),
        end,
        TV_TLV(0x30, TV_TLV(0x31, attribute(10, "a"), attribute(3, "b"))),
        TV_TLV(0x30, TV_TLV(0x31, attribute(3, "B"), attribute(10, " a"))),
        end,
        TV_TLV(0x30, TV_TLV(0x31, attribute(3, "b"), attribute(3, "b"))),
        end,
        TV_TLV(0x30, tv_build_rdn(45, 0x03, TV_HEX("0041"))),
        end,
        TV_TLV(0x30, tv_build_rdn(45, 0x30, TV_HEX("0500"))),
        end,
        common_name(0x0c, "a/b"), // bytes that a careless encoding would confuse
        end,
    };
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        out[i] = made[i];
    }
    return sizeof(made) / sizeof(made[0]);
}

static void test_equal(void **state)
{
    (void)state;
    tv_span made[MAX_NAMES];
    size_t count = make_groups(made);
    tv_buf scratch = {0};
    size_t group_a = 0;
    for (size_t a = 0; a < count; a++) {
        group_a += made[a].ptr == NULL ? 1 : 0;
        size_t group_b = 0;
        for (size_t b = 0; b < count; b++) {
            group_b += made[b].ptr == NULL ? 1 : 0;
            if (made[a].ptr == NULL || made[b].ptr == NULL) {
                continue;
            }
            const uint8_t *at_a = made[a].ptr;
            const uint8_t *at_b = made[b].ptr;
            X509_NAME *x = d2i_X509_NAME(NULL, &at_a, (long)made[a].len);
            X509_NAME *y = d2i_X509_NAME(NULL, &at_b, (long)made[b].len);
            assert_non_null(x);
            assert_non_null(y);
            if (tv_name_equal(made[a], made[b], &scratch) != (group_a == group_b)) {
                print_error("names %zu and %zu\n", a, b);
            }
            assert_int_equal(tv_name_equal(made[a], made[b], &scratch), group_a == group_b);
            assert_int_equal(X509_NAME_cmp(x, y) == 0, group_a == group_b);
            X509_NAME_free(x);
            X509_NAME_free(y);
        }
    }
    tv_buf_close(&scratch);
}

// A name that starts with the RDNs of another starts with its canonical bytes; no other does.
static void test_prefix(void **state)
{
    (void)state;
    tv_span c = tv_build_rdn(6, 0x13, TV_LIT("DE"));
    tv_span o = tv_build_rdn(10, 0x0c, TV_LIT("Example"));
    tv_span longer = tv_build_rdn(10, 0x0c, TV_LIT("Example Two"));
    tv_span both = TV_TLV(0x31, attribute(10, "Example"), attribute(11, "x"));
    const struct {
        tv_span prefix, name;
        bool is;
    } cases[] = {
        {TV_TLV(0x30, c), TV_TLV(0x30, c, o), true},
        {TV_TLV(0x30, c, o), TV_TLV(0x30, c, o), true},
        {TV_TLV(0x30, c, o), TV_TLV(0x30, c), false},
        {TV_TLV(0x30, c, o), TV_TLV(0x30, c, longer), false},
        {TV_TLV(0x30, c, o), TV_TLV(0x30, c, both), false},
        {TV_TLV(0x30, o), TV_TLV(0x30, c, o), false},
        {TV_HEX("3000"), TV_TLV(0x30, c), true},
        {TV_TLV(0x30, tv_build_rdn(6, 0x0c, TV_LIT("de"))), TV_TLV(0x30, c, o), true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf prefix = {0};
        tv_buf name = {0};
        assert_true(tv_name_canonical(cases[i].prefix, &prefix));
        assert_true(tv_name_canonical(cases[i].name, &name));
        bool is = prefix.len <= name.len &&
                  (prefix.len == 0 || memcmp(name.ptr, prefix.ptr, prefix.len) == 0);
        assert_int_equal(is, cases[i].is);
        tv_buf_close(&prefix);
        tv_buf_close(&name);
    }
}

static void test_malformed_equal(void **state)
{
    (void)state;
    tv_buf scratch = {0};
    tv_span bad = TV_HEX("3002 3000");
    assert_true(tv_name_equal(bad, TV_HEX("3002 3000"), &scratch));
    assert_false(tv_name_equal(bad, TV_HEX("3002 3001"), &scratch));
    assert_false(tv_name_equal(bad, common_name(0x0c, "a"), &scratch));
    assert_false(tv_name_equal(common_name(0x0c, "a"), bad, &scratch));
    tv_buf_close(&scratch);
}

static void test_canonical_appends(void **state)
{
    (void)state;
    tv_buf out = {0};
    tv_buf_add(&out, TV_LIT("kept"));
    assert_true(tv_name_canonical(common_name(0x0c, "a"), &out));
    assert_memory_equal(out.ptr, "kept", 4);
    assert_true(out.len > 4);
    tv_buf_close(&out);
    tv_buf small = {.ceiling = 8};
    assert_false(tv_name_canonical(common_name(0x0c, "a"), &small));
    tv_buf_close(&small);
    // Latin-1 is the type that grows most.
    assert_true(
        tv_name_canonical(TV_TLV(0x30, tv_build_rdn(3, 0x14, tv_build_fill(0xe9, 5000))), &out));
    assert_true(out.len > 10000 && out.len < 10040);
    tv_buf_close(&out);
}

static void test_empty(void **state)
{
    (void)state;
    assert_true(tv_name_is_empty(TV_HEX("3000")));
    assert_true(tv_name_is_empty(TV_HEX("3004 3100 3100")));
    assert_false(tv_name_is_empty(common_name(0x0c, "")));
    assert_false(tv_name_is_empty(TV_HEX("3002 3000")));
    assert_false(tv_name_is_empty(TV_HEX("")));
}

// RFC 3820 3.4.
static void test_adds_common_name(void **state)
{
    (void)state;
    const tv_span cn_a = TV_TLV(0x31, attribute(3, "a"));
    const tv_span cn_big_a = TV_TLV(0x31, attribute(3, "A"));
    const tv_span cn_b = TV_TLV(0x31, attribute(3, "b"));
    const tv_span o_b = TV_TLV(0x31, attribute(10, "b"));
    const tv_span both = TV_TLV(0x31, attribute(3, "b"), attribute(10, "b"));
    const tv_span none = TV_HEX("3100");
    const struct {
        const char *what;
        tv_span name, base;
        bool adds;
    } rows[] = {
        {"one more", TV_TLV(0x30, cn_a, cn_b), TV_TLV(0x30, cn_a), true},
        {"one more of three", TV_TLV(0x30, o_b, cn_a, cn_b), TV_TLV(0x30, o_b, cn_a), true},
        {"another case", TV_TLV(0x30, cn_big_a, cn_b), TV_TLV(0x30, cn_a), true},
        {"an RDN without attributes", TV_TLV(0x30, cn_a, none, cn_b), TV_TLV(0x30, cn_a), true},
        {"the same", TV_TLV(0x30, cn_a), TV_TLV(0x30, cn_a), false},
        {"two more", TV_TLV(0x30, cn_a, cn_b, cn_b), TV_TLV(0x30, cn_a), false},
        {"two more, counted as one", TV_TLV(0x30, cn_a, cn_b, cn_b), TV_TLV(0x30, cn_a, none),
         false},
        {"none at the end", TV_TLV(0x30, cn_a, cn_b, none), TV_TLV(0x30, cn_a), false},
        {"another base", TV_TLV(0x30, o_b, cn_b), TV_TLV(0x30, cn_a), false},
        {"in front", TV_TLV(0x30, cn_b, cn_a), TV_TLV(0x30, cn_a), false},
        {"another type", TV_TLV(0x30, cn_a, o_b), TV_TLV(0x30, cn_a), false},
        {"an RDN of two", TV_TLV(0x30, cn_a, both), TV_TLV(0x30, cn_a), false},
        {"an empty base", TV_TLV(0x30, cn_b), TV_HEX("3000"), false},
        {"malformed", TV_TLV(0x30, cn_a, TV_HEX("3001")), TV_TLV(0x30, cn_a), false},
    };
    tv_buf scratch = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (tv_name_adds_common_name(rows[i].name, rows[i].base, &scratch) != rows[i].adds) {
            fail_msg("%s", rows[i].what);
        }
    }
    tv_buf_close(&scratch);
}

static void test_attributes(void **state)
{
    (void)state;
    tv_span rdn = TV_JOIN(attribute(3, "a"), attribute(10, "bc"), TV_HEX("3001"));
    tv_name_attribute out;
    assert_true(tv_name_attribute_next(&rdn, &out));
    assert_true(tv_span_equal(out.type, TV_HEX("550403")));
    assert_true(tv_span_equal(out.value.contents, TV_LIT("a")));
    assert_true(tv_name_attribute_next(&rdn, &out));
    assert_true(tv_span_equal(out.value.whole, TV_HEX("0c026263")));
    assert_false(tv_name_attribute_next(&rdn, &out));
    assert_int_equal(rdn.len, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problem),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_malformed_equal),
        cmocka_unit_test(test_canonical_appends),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_adds_common_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
