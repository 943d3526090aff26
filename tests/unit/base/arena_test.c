// SPDX-License-Identifier: Apache-2.0
// Arena: alignment, no overlap, overflow, and what a reset keeps.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/arena.h"
#include "base/span.h"

#include <stdlib.h>

// Under the address sanitizer, too, memory that cannot be had is NULL.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the name is given.
TV_API const char *__asan_default_options(void);
const char *__asan_default_options(void)
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
{
    return "allocator_may_return_null=1";
}

static void test_sizes_are_aligned_and_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,    15,   16,    17,    0, 100,    8191,
                                   8192, 8193, 16384, 50000, 3, 1 << 20};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]), TOTAL = COUNT * 20 };
    tv_arena arena = {0};
    uint8_t *blocks[TOTAL];
    size_t expected_use = 0;
    for (size_t i = 0; i < TOTAL; i++) {
        size_t len = sizes[i % COUNT];
        blocks[i] = tv_arena_alloc(&arena, len);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)(i % 251), len);
        expected_use += len == 0 ? 16 : (len + 15) / 16 * 16;
    }
    assert_int_equal(arena.used, expected_use);
    for (size_t i = 0; i < TOTAL; i++) {
        for (size_t at = 0; at < sizes[i % COUNT]; at++) {
            assert_int_equal(blocks[i][at], i % 251);
        }
    }
    tv_arena_close(&arena);
    assert_null(arena.chunks);
    assert_int_equal(arena.used, 0);
}

static void test_an_array_is_cleared_and_checked(void **state)
{
    (void)state;
    tv_arena arena = {0};
    uint8_t *dirty = tv_arena_alloc(&arena, 4096);
    assert_non_null(dirty);
    memset(dirty, 0xff, 4096);
    tv_arena_reset(&arena);
    const uint64_t *items = tv_arena_array(&arena, 512, sizeof(uint64_t));
    assert_ptr_equal(items, dirty);
    for (size_t i = 0; i < 512; i++) {
        assert_true(items[i] == 0);
    }
    assert_null(tv_arena_array(&arena, SIZE_MAX / 4, 8));
    assert_non_null(tv_arena_array(&arena, 0, 8));
    tv_arena_close(&arena);
}

static void test_an_impossible_size_is_refused(void **state)
{
    (void)state;
    tv_arena arena = {0};
    assert_null(tv_arena_alloc(&arena, SIZE_MAX));
    assert_null(tv_arena_alloc(&arena, SIZE_MAX - 15));
    assert_null(tv_arena_alloc(&arena, SIZE_MAX - 31));
    uint8_t byte = 1;
    assert_null(tv_arena_copy(&arena, (tv_span){&byte, SIZE_MAX}).ptr);
    assert_int_equal(arena.used, 0);
    assert_non_null(tv_arena_alloc(&arena, 16));
    tv_arena_close(&arena);
}

static void test_a_copy_ends_with_nul(void **state)
{
    (void)state;
    tv_arena arena = {0};
    tv_span copy = tv_arena_copy(&arena, TV_LIT("abcdefghijklmnop"));
    assert_int_equal(copy.len, 16);
    assert_memory_equal(copy.ptr, "abcdefghijklmnop", 17);
    tv_span empty = tv_arena_copy(&arena, (tv_span){NULL, 0});
    assert_non_null(empty.ptr);
    assert_int_equal(empty.len, 0);
    assert_int_equal(empty.ptr[0], 0);
    tv_arena_close(&arena);
}

static void test_a_reset_keeps_the_largest_chunk(void **state)
{
    (void)state;
    tv_arena arena = {0};
    tv_arena_reset(&arena);
    assert_null(arena.chunks);
    assert_non_null(tv_arena_alloc(&arena, 100));
    const uint8_t *large = tv_arena_alloc(&arena, 10 << 20);
    assert_non_null(large);
    assert_non_null(tv_arena_alloc(&arena, 100));
    tv_arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_true(arena.left >= 10 << 20);
    assert_ptr_equal(tv_arena_alloc(&arena, 10 << 20), large);
    tv_arena_close(&arena);
}

static void test_a_large_request_leaves_the_current_chunk_in_use(void **state)
{
    (void)state;
    tv_arena arena = {0};
    const uint8_t *first = tv_arena_alloc(&arena, 16);
    assert_non_null(tv_arena_alloc(&arena, 1 << 20));
    assert_ptr_equal(tv_arena_alloc(&arena, 16), first + 16);
    tv_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_are_aligned_and_apart),
        cmocka_unit_test(test_an_array_is_cleared_and_checked),
        cmocka_unit_test(test_an_impossible_size_is_refused),
        cmocka_unit_test(test_a_copy_ends_with_nul),
        cmocka_unit_test(test_a_reset_keeps_the_largest_chunk),
        cmocka_unit_test(test_a_large_request_leaves_the_current_chunk_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
