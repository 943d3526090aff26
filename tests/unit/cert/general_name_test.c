// SPDX-License-Identifier: Apache-2.0
// Every kind of GeneralName, built right and wrong; subtrees and name constraints around them.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "cert/general_name.h"
#include "support/build.h"

static const struct {
    const char *name;
    const char *hex;
    int kind; // -1: not a GeneralName
    const char *value;
} cases[] = {
    {"otherName", "a00a 06022a03 a004 0c02 6162", TV_GENERAL_OTHER_NAME, "06022a03 a004 0c02 6162"},
    {"otherName without a value", "a006 06022a03 a000", -1, NULL},
    {"otherName, value not wrapped", "a008 06022a03 0c02 6162", -1, NULL},
    {"otherName, two values", "a00a 06022a03 a004 0500 0500", -1, NULL},
    {"otherName, bytes after it", "a00a 06022a03 a002 0500 0500", -1, NULL},
    {"otherName, broken OID", "a008 06022a80 a002 0500", -1, NULL},
    {"otherName, value not DER", "a009 06022a03 a003 0501 00", -1, NULL},
    {"otherName, primitive", "8004 06022a03", -1, NULL},
    {"rfc822Name", "8103 614062", TV_GENERAL_EMAIL, "614062"},
    {"rfc822Name, not IA5", "8103 6140e9", -1, NULL},
    {"rfc822Name, constructed", "a105 8103 614062", -1, NULL},
    {"dNSName", "8203 612e62", TV_GENERAL_DNS, "612e62"},
    {"dNSName, empty", "8200", TV_GENERAL_DNS, ""},
    {"dNSName with a NUL", "8203 610062", TV_GENERAL_DNS, "610062"},
    {"dNSName, not IA5", "8203 61c3a9", -1, NULL},
    {"x400Address", "a302 3000", TV_GENERAL_X400, "3000"},
    {"x400Address, primitive", "8300", -1, NULL},
    {"directoryName", "a40e 300c 310a 3008 0603550403 0c01 61", TV_GENERAL_DIRECTORY,
     "300c 310a 3008 0603550403 0c01 61"},
    {"directoryName, empty", "a402 3000", TV_GENERAL_DIRECTORY, "3000"},
    {"directoryName, nothing", "a400", -1, NULL},
    {"directoryName, malformed", "a404 3002 3000", -1, NULL},
    {"directoryName, bytes after it", "a404 3000 0500", -1, NULL},
    {"ediPartyName", "a506 a104 0c02 6162", TV_GENERAL_EDI, "a104 0c02 6162"},
    {"ediPartyName, with assigner", "a50c a004 1302 6162 a104 0c02 6162", TV_GENERAL_EDI,
     "a004 1302 6162 a104 0c02 6162"},
    {"ediPartyName, no party", "a506 a004 1302 6162", -1, NULL},
    {"ediPartyName, party not a string", "a505 a103 0201 05", -1, NULL},
    {"ediPartyName, assigner not a string", "a50b a003 0201 05 a104 0c02 6162", -1, NULL},
    {"ediPartyName, bytes after it", "a508 a104 0c02 6162 0500", -1, NULL},
    {"URI", "8603 613a62", TV_GENERAL_URI, "613a62"},
    {"URI, not IA5", "8603 613aff", -1, NULL},
    {"iPAddress", "8704 7f000001", TV_GENERAL_IP, "7f000001"},
    {"registeredID", "8802 2a03", TV_GENERAL_RID, "2a03"},
    {"registeredID, broken", "8802 2a83", -1, NULL},
    {"registeredID, empty", "8800", -1, NULL},
    {"a tag of no kind", "8900", -1, NULL},
    {"a universal tag", "0c0161", -1, NULL},
    {"truncated", "8204 612e62", -1, NULL},
    {"long length", "828103 612e62", -1, NULL},
};
#define NUM_CASES (sizeof(cases) / sizeof(cases[0]))

static void test_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        tv_span one = TV_HEX(cases[i].hex);
        tv_span in = TV_JOIN(one, TV_HEX("8201 7a"));
        tv_general_name out = {TV_GENERAL_RID, {NULL, 77}};
        bool good = tv_general_name_next(&in, &out);
        if (good != (cases[i].kind >= 0)) {
            print_error("%s\n", cases[i].name);
        }
        assert_int_equal(good, cases[i].kind >= 0);
        if (!good) {
            assert_int_equal(out.value.len, 77);
            assert_int_equal(in.len, one.len + 3);
            continue;
        }
        assert_int_equal(out.kind, cases[i].kind);
        assert_true(tv_span_equal(out.value, TV_HEX(cases[i].value)));
        assert_int_equal(in.len, 3);
        assert_true(tv_general_name_next(&in, &out));
        assert_int_equal(in.len, 0);
        assert_false(tv_general_name_next(&in, &out));
    }
}

static void test_sound(void **state)
{
    (void)state;
    assert_true(tv_general_names_are_sound(TV_HEX("")));
    for (size_t i = 0; i < NUM_CASES; i++) {
        bool good = cases[i].kind >= 0;
        tv_span one = TV_HEX(cases[i].hex);
        assert_int_equal(tv_general_names_are_sound(one), good);
        assert_int_equal(tv_general_names_are_sound(TV_JOIN(TV_HEX("8201 7a"), one)), good);
    }
}

static void test_subtree(void **state)
{
    static const struct {
        const char *hex;
        bool good;
    } subtrees[] = {
        {"3005 8203 612e62", true},
        {"3008 8203 612e62 800100", true}, // minimum 0, written out
        {"3008 8203 612e62 800101", false},
        {"3008 8203 612e62 8001ff", false},
        {"3009 8203 612e62 80020000", false},
        {"3007 8203 612e62 8000", false},
        {"3008 8203 612e62 810105", false}, // a maximum
        {"300b 8203 612e62 800100 810105", false},
        {"3000", false},
        {"3005 8203 61ff62", false},
        {"3105 8203 612e62", false},
        {"8203 612e62", false},
        {"3006 8203 612e62", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(subtrees) / sizeof(subtrees[0]); i++) {
        tv_span in = TV_HEX(subtrees[i].hex);
        size_t len = in.len;
        tv_general_name out = {TV_GENERAL_RID, {NULL, 77}};
        assert_int_equal(tv_subtree_next(&in, &out), subtrees[i].good);
        assert_int_equal(in.len, subtrees[i].good ? 0 : len);
        if (subtrees[i].good) {
            assert_int_equal(out.kind, TV_GENERAL_DNS);
            assert_true(tv_span_equal(out.value, TV_LIT("a.b")));
        } else {
            assert_int_equal(out.value.len, 77);
        }
    }
    tv_span two = TV_HEX("3003 8201 61 3003 8201 62");
    tv_general_name out;
    assert_true(tv_subtree_next(&two, &out));
    assert_true(tv_subtree_next(&two, &out));
    assert_true(tv_span_equal(out.value, TV_LIT("b")));
    assert_false(tv_subtree_next(&two, &out));
    assert_int_equal(two.len, 0);
}

static void test_split(void **state)
{
    static const struct {
        const char *hex;
        bool good;
        size_t permitted, excluded;
    } constraints[] = {
        {"", true, 0, 0},
        {"a005 3003 8201 61", true, 5, 0},
        {"a105 3003 8201 61", true, 0, 5},
        {"a005 3003 8201 61 a100", true, 5, 0},
        {"a000 a105 3003 8201 61", true, 0, 5},
        {"a105 3003 8201 61 a005 3003 8201 61", false, 0, 0},
        {"a005 3003 8201 61 a005 3003 8201 61", false, 0, 0},
        {"a005 3003 8201 61 0500", false, 0, 0},
        {"a006 3003 8201 61", false, 0, 0},
        {"8000", false, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(constraints) / sizeof(constraints[0]); i++) {
        tv_span permitted = {NULL, 0};
        tv_span excluded = {NULL, 0};
        assert_int_equal(
            tv_name_constraints_split(TV_HEX(constraints[i].hex), &permitted, &excluded),
            constraints[i].good);
        assert_int_equal(permitted.len, constraints[i].permitted);
        assert_int_equal(excluded.len, constraints[i].excluded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_subtree),
        cmocka_unit_test(test_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
