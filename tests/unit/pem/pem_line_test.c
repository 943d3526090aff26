// SPDX-License-Identifier: Apache-2.0
// Line ends of every kind, real and written out.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "pem/pem_line.h"

static void test_line_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {
        {"\n", 1},         {"\r", 1},       {"\r\n", 2},    {"\r\r\n", 1}, {"\n\r", 1},
        {"a\n", 0},        {"n", 0},        {" ", 0},       {"\\n", 2},    {"\\r", 2},
        {"\\r\\n", 4},     {"\\n\\n", 2},   {"\\n\\r", 2},  {"\\r\\r", 2}, {"\\\\n", 3},
        {"\\\\r\\\\n", 6}, {"\\\\r\\n", 5}, {"\\", 0},      {"\\\\", 0},   {"\\t", 0},
        {"\\\\t", 0},      {"\\r\\", 2},    {"\\\\\\n", 0}, {"\\N", 0},    {"\\r\n", 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = tv_pem_line_end_len(tv_span_from_text(cases[i].text), 0);
        if (len != cases[i].len) {
            fail_msg("case %zu: %s is %zu", i, cases[i].text, len);
        }
    }
}

static void test_taking_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t end_len;
    } expected[] = {{"a", 1}, {"", 1}, {"b ", 2}, {"c", 1}, {"d", 2}, {"e", 4}, {"f", 0}};
    tv_span text = TV_LIT("a\n\nb \r\nc\rd\\ne\\r\\nf");
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        size_t end_len = 99;
        tv_span line = tv_pem_take_line(&text, &end_len);
        assert_true(tv_span_equal(line, tv_span_from_text(expected[i].line)));
        assert_int_equal(end_len, expected[i].end_len);
    }
    assert_int_equal(text.len, 0);
    size_t end_len = 99;
    assert_int_equal(tv_pem_take_line(&text, &end_len).len, 0);
    assert_int_equal(end_len, 0);
}

static void test_trimming(void **state)
{
    (void)state;
    assert_true(tv_span_equal(tv_pem_trim(TV_LIT(" \ta b\t ")), TV_LIT("a b")));
    assert_true(tv_span_equal(tv_pem_trim(TV_LIT("ab")), TV_LIT("ab")));
    assert_int_equal(tv_pem_trim(TV_LIT(" \t")).len, 0);
    assert_int_equal(tv_pem_trim((tv_span){NULL, 0}).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_taking_lines),
        cmocka_unit_test(test_trimming),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
