// SPDX-License-Identifier: Apache-2.0
// The TLV cursor and the primitive types, on the edges of every form of length and of every value.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "der/der.h"
#include "support/build.h"

#include <string.h>

static const struct {
    const char *name;
    const char *header; // hex
    size_t contents;    // bytes of 0x55 that follow
    const char *what;   // NULL: a value of all those bytes
} headers[] = {
    {"empty", "", 0, "truncated"},
    {"a tag alone", "04", 0, "truncated"},
    {"no contents", "0500", 0, NULL},
    {"short", "0403", 3, NULL},
    {"longest short form", "047f", 127, NULL},
    {"short by one byte", "0404", 3, "truncated"},
    {"127 in one length byte", "04817f", 127, "length not in shortest form"},
    {"128", "048180", 128, NULL},
    {"128, one byte missing", "048180", 127, "truncated"},
    {"255", "0481ff", 255, NULL},
    {"255 in two length bytes", "048200ff", 255, "length not in shortest form"},
    {"256", "04820100", 256, NULL},
    {"65536", "0483010000", 65536, NULL},
    {"zero in one length byte", "048100", 0, "length not in shortest form"},
    {"length byte missing", "0481", 0, "truncated"},
    {"one of two length bytes missing", "048201", 0, "truncated"},
    {"indefinite", "0480", 2, "indefinite length"},
    {"indefinite, constructed", "3080", 2, "indefinite length"},
    {"reserved length", "04ff", 200, "truncated"},
    {"all of the address space", "0488ffffffffffffffff", 4, "truncated"},
    {"more than the address space", "048901000000000000000000", 4, "truncated"},
    {"nine length bytes, the first zero", "0489000000000000000004", 4,
     "length not in shortest form"},
    {"high tag number", "1f0100", 0, "high tag number"},
    {"high tag number alone", "bf", 0, "high tag number"},
    {"context tag", "a003", 3, NULL},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        tv_span header = TV_HEX(headers[i].header);
        tv_span bytes = TV_JOIN(header, tv_build_fill(0x55, headers[i].contents));
        tv_span in = bytes;
        tv_der_value value = {.tag = 0x77};
        bool good = tv_der_read(&in, &value);
        if (good != (headers[i].what == NULL)) {
            print_error("%s\n", headers[i].name);
        }
        assert_int_equal(good, headers[i].what == NULL);
        if (good) {
            assert_int_equal(value.tag, header.ptr[0]);
            assert_ptr_equal(value.whole.ptr, bytes.ptr);
            assert_int_equal(value.whole.len, bytes.len);
            assert_ptr_equal(value.contents.ptr, bytes.ptr + header.len);
            assert_int_equal(value.contents.len, headers[i].contents);
            assert_int_equal(in.len, 0);
            assert_string_equal(tv_der_problem(bytes), "unexpected tag");
        } else {
            assert_string_equal(tv_der_problem(bytes), headers[i].what);
            assert_ptr_equal(in.ptr, bytes.ptr);
            assert_int_equal(in.len, bytes.len);
            assert_int_equal(value.tag, 0x77);
        }
    }
}

static void test_read_moves_on(void **state)
{
    (void)state;
    tv_span in = TV_HEX("020105 0500 0c02 6162");
    tv_der_value value;
    bool present;
    assert_false(tv_der_read_tag(&in, TV_DER_NULL, &value));
    assert_true(tv_der_read_optional(&in, TV_DER_NULL, &value, &present));
    assert_false(present);
    assert_true(tv_der_read_tag(&in, TV_DER_INTEGER, &value));
    assert_int_equal(value.contents.ptr[0], 5);
    assert_true(tv_der_read_optional(&in, TV_DER_NULL, &value, &present));
    assert_true(present);
    assert_true(tv_der_read(&in, &value));
    assert_true(tv_span_equal(value.contents, TV_LIT("ab")));
    assert_int_equal(in.len, 0);
    assert_false(tv_der_read(&in, &value));
    assert_false(tv_der_read_tag(&in, TV_DER_NULL, &value));
    assert_true(tv_der_read_optional(&in, TV_DER_NULL, &value, &present));
    assert_false(present);
    in = TV_HEX("0501");
    assert_false(tv_der_read_optional(&in, TV_DER_NULL, &value, &present));
    assert_true(present);
}

static void test_boolean(void **state)
{
    (void)state;
    bool out = false;
    assert_true(tv_der_boolean(TV_HEX("ff"), &out));
    assert_true(out);
    assert_true(tv_der_boolean(TV_HEX("00"), &out));
    assert_false(out);
    assert_false(tv_der_boolean(TV_HEX("01"), &out));
    assert_false(tv_der_boolean(TV_HEX(""), &out));
    assert_false(tv_der_boolean(TV_HEX("ffff"), &out));
}

static void test_integers(void **state)
{
    static const struct {
        const char *contents;
        bool minimal;
        int64_t small; // -1: not one
    } cases[] = {
        {"", false, -1},
        {"00", true, 0},
        {"7f", true, 127},
        {"80", true, -1},
        {"0080", true, 128},
        {"007f", false, -1},
        {"0000", false, -1},
        {"ff", true, -1},
        {"ff7f", true, -1},
        {"ff80", false, -1},
        {"ffff", false, -1},
        {"0100", true, 256},
        {"7fffffff", true, INT32_MAX},
        {"0080000000", true, -1},
        {"0100000000", true, -1},
        {"007fffffff", false, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_span contents = TV_HEX(cases[i].contents);
        uint32_t out = 77;
        assert_int_equal(tv_der_integer_is_minimal(contents), cases[i].minimal);
        assert_int_equal(tv_der_small_uint(contents, &out), cases[i].small >= 0);
        assert_int_equal(out, cases[i].small >= 0 ? cases[i].small : 77);
    }
}

static void test_bit_string(void **state)
{
    static const struct {
        const char *contents;
        bool good;
        uint8_t unused;
        size_t len;
    } cases[] = {
        {"", false, 0, 0},     {"00", true, 0, 0},       {"01", false, 0, 0},
        {"0001", true, 0, 1},  {"0780", true, 7, 1},     {"0880", false, 0, 0},
        {"0781", false, 0, 0}, {"0502e0", true, 5, 2},   {"0502f0", false, 0, 0},
        {"ff00", false, 0, 0}, {"03000000", true, 3, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t unused = 0;
        tv_span bytes = {NULL, 0};
        tv_span contents = TV_HEX(cases[i].contents);
        assert_int_equal(tv_der_bit_string(contents, &unused, &bytes), cases[i].good);
        assert_int_equal(unused, cases[i].unused);
        assert_int_equal(bytes.len, cases[i].len);
    }
}

static void test_sound(void **state)
{
    static const struct {
        const char *value;
        bool sound;
    } cases[] = {
        {"0000", false},       {"0101ff", true},       {"010101", false},    {"0100", false},
        {"020100", true},      {"02020000", false},    {"0200", false},      {"0a020001", false},
        {"0a0101", true},      {"030100", true},       {"0300", false},      {"03020101", false},
        {"2303030100", false}, {"0400", true},         {"2400", false},      {"0500", true},
        {"050100", false},     {"0600", false},        {"06012a", true},     {"060180", false},
        {"0c00", true},        {"2c00", false},        {"1000", false},      {"3000", true},
        {"1100", false},       {"3100", true},         {"0800", false},      {"2800", false},
        {"0b00", false},       {"2b00", false},        {"1e0100", false},    {"1e020041", true},
        {"1c0100", false},     {"1c0400000041", true}, {"1c02 0041", false}, {"8001aa", true},
        {"a000", true},        {"1701aa", true},       {"3701aa", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_span in = TV_HEX(cases[i].value);
        tv_der_value value;
        assert_true(tv_der_read(&in, &value));
        if (tv_der_is_sound(&value) != cases[i].sound) {
            print_error("%s\n", cases[i].value);
        }
        assert_int_equal(tv_der_is_sound(&value), cases[i].sound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),       cmocka_unit_test(test_read_moves_on),
        cmocka_unit_test(test_boolean),    cmocka_unit_test(test_integers),
        cmocka_unit_test(test_bit_string), cmocka_unit_test(test_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
