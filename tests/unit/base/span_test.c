// SPDX-License-Identifier: Apache-2.0
// Borrowed bytes: equality, parts and prefixes, empty and NULL ones included.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"

static void test_equality(void **state)
{
    (void)state;
    assert_true(tv_span_equal(TV_LIT("ab"), tv_span_from_text("ab")));
    assert_false(tv_span_equal(TV_LIT("ab"), TV_LIT("ac")));
    assert_false(tv_span_equal(TV_LIT("ab"), TV_LIT("abc")));
    assert_true(tv_span_equal((tv_span){NULL, 0}, TV_LIT("")));
}

static void test_parts_stay_inside(void **state)
{
    (void)state;
    tv_span text = TV_LIT("abcdef");
    assert_true(tv_span_equal(tv_span_part(text, 2, 3), TV_LIT("cde")));
    assert_true(tv_span_equal(tv_span_part(text, 2, 100), TV_LIT("cdef")));
    assert_true(tv_span_equal(tv_span_part(text, 2, SIZE_MAX), TV_LIT("cdef")));
    assert_int_equal(tv_span_part(text, 6, 1).len, 0);
    assert_int_equal(tv_span_part(text, SIZE_MAX, 1).len, 0);
    assert_int_equal(tv_span_part((tv_span){NULL, 0}, 0, 1).len, 0);
}

static void test_prefixes(void **state)
{
    (void)state;
    assert_true(tv_span_starts_with(TV_LIT("abc"), TV_LIT("ab")));
    assert_true(tv_span_starts_with(TV_LIT("abc"), TV_LIT("abc")));
    assert_true(tv_span_starts_with(TV_LIT("abc"), TV_LIT("")));
    assert_true(tv_span_starts_with((tv_span){NULL, 0}, TV_LIT("")));
    assert_false(tv_span_starts_with(TV_LIT("abc"), TV_LIT("b")));
    assert_false(tv_span_starts_with(TV_LIT("ab"), TV_LIT("abc")));
    assert_false(tv_span_starts_with((tv_span){NULL, 0}, TV_LIT("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equality),
        cmocka_unit_test(test_parts_stay_inside),
        cmocka_unit_test(test_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
