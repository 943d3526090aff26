// SPDX-License-Identifier: Apache-2.0
// Growing arrays: doubling, what stays, and overflow.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/vec.h"

#include <stdlib.h>

// Under the address sanitizer, too, memory that cannot be had is NULL.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the name is given.
TV_API const char *__asan_default_options(void);
const char *__asan_default_options(void)
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
{
    return "allocator_may_return_null=1";
}

static void test_growing_keeps_the_items(void **state)
{
    (void)state;
    uint32_t *items = NULL;
    size_t cap = 0;
    size_t grown = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        size_t before = cap;
        assert_true(tv_vec_grow((void **)&items, &cap, (size_t)i + 1, sizeof(*items)));
        assert_true(cap > i);
        grown += cap != before;
        items[i] = i * 7;
    }
    for (uint32_t i = 0; i < 10000; i++) {
        assert_int_equal(items[i], i * 7);
    }
    assert_in_range(grown, 1, 15); // doubling, not creeping
    free(items);
}

static void test_what_cannot_be_had_changes_nothing(void **state)
{
    (void)state;
    uint64_t *items = NULL;
    size_t cap = 0;
    assert_true(tv_vec_grow((void **)&items, &cap, 0, sizeof(*items)));
    assert_null(items);
    assert_true(tv_vec_grow((void **)&items, &cap, 3, sizeof(*items)));
    const uint64_t *before = items;
    size_t cap_before = cap;
    assert_false(tv_vec_grow((void **)&items, &cap, SIZE_MAX, sizeof(*items)));
    assert_false(tv_vec_grow((void **)&items, &cap, SIZE_MAX / 8 + 1, sizeof(*items)));
    assert_false(
        tv_vec_grow((void **)&items, &cap, SIZE_MAX / 2 / sizeof(*items) + 1, sizeof(*items)));
    assert_ptr_equal(items, before);
    assert_int_equal(cap, cap_before);
    free(items);
}

static void test_checked_arithmetic(void **state)
{
    (void)state;
    size_t out = 0;
    assert_true(tv_size_add(&out, SIZE_MAX - 1, 1));
    assert_true(out == SIZE_MAX);
    assert_false(tv_size_add(&out, SIZE_MAX, 1));
    assert_true(tv_size_mul(&out, SIZE_MAX / 3, 3));
    assert_true(out == SIZE_MAX / 3 * 3);
    assert_false(tv_size_mul(&out, SIZE_MAX / 2 + 1, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growing_keeps_the_items),
        cmocka_unit_test(test_what_cannot_be_had_changes_nothing),
        cmocka_unit_test(test_checked_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
