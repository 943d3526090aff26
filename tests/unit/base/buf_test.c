// SPDX-License-Identifier: Apache-2.0
// Byte buffer: numbers, hex, the ceiling, and that a failure sticks until it is cleared.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
// clang-format on

#include "base/buf.h"
#include "base/span.h"

// Under the address sanitizer, too, memory that cannot be had is NULL.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the name is given.
TV_API const char *__asan_default_options(void);
const char *__asan_default_options(void)
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
{
    return "allocator_may_return_null=1";
}

static void assert_holds(const tv_buf *buf, const char *text)
{
    assert_false(buf->failed);
    assert_int_equal(buf->len, strlen(text));
    assert_memory_equal(buf->ptr, text, buf->len);
}

static void test_additions_follow_each_other(void **state)
{
    (void)state;
    tv_buf buf = {0};
    assert_true(tv_buf_reserve(&buf, 0));
    tv_buf_add(&buf, (tv_span){NULL, 0});
    assert_int_equal(tv_buf_span(&buf).len, 0);
    tv_buf_add(&buf, TV_LIT("ab"));
    tv_buf_add_text(&buf, "cd");
    tv_buf_add_text(&buf, "");
    tv_buf_add_byte(&buf, 'e');
    tv_buf_add_hex(&buf, TV_LIT("\x00\x0f\xa9\xff"));
    tv_buf_add_hex(&buf, (tv_span){NULL, 0});
    assert_holds(&buf, "abcde000fa9ff");
    tv_buf_close(&buf);
    assert_null(buf.ptr);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        bool is_signed;
        uint64_t value;
        const char *text;
    } cases[] = {
        {false, 0, "0"},
        {false, 9, "9"},
        {false, 10, "10"},
        {false, UINT64_MAX, "18446744073709551615"},
        {true, 0, "0"},
        {true, (uint64_t)-1, "-1"},
        {true, (uint64_t)INT64_MAX, "9223372036854775807"},
        {true, (uint64_t)INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf buf = {0};
        if (cases[i].is_signed) {
            tv_buf_add_i64(&buf, (int64_t)cases[i].value);
        } else {
            tv_buf_add_u64(&buf, cases[i].value);
        }
        assert_holds(&buf, cases[i].text);
        tv_buf_close(&buf);
    }
}

static void test_a_buffer_grows(void **state)
{
    (void)state;
    tv_buf buf = {0};
    for (size_t i = 0; i < 100000; i++) {
        tv_buf_add_byte(&buf, (uint8_t)(i % 253));
    }
    assert_int_equal(buf.len, 100000);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(buf.ptr[i], i % 253);
    }
    assert_true(tv_buf_reserve(&buf, 500000));
    assert_true(buf.cap - buf.len >= 500000);
    tv_buf_close(&buf);
}

static void test_a_part_once_more(void **state)
{
    (void)state;
    tv_buf buf = {.ceiling = 200};
    tv_buf_add_text(&buf, "one,two;");
    tv_buf_add_again(&buf, 4, 4);
    assert_holds(&buf, "one,two;two;");
    tv_buf_add_again(&buf, 0, 0);
    for (size_t i = 0; i < 4; i++) { // moves when the memory of the start is used up
        tv_buf_add_again(&buf, 0, buf.len);
    }
    assert_int_equal(buf.len, 192);
    for (size_t i = 12; i < buf.len; i++) {
        assert_int_equal(buf.ptr[i], buf.ptr[i - 12]);
    }
    tv_buf_add_again(&buf, 0, 12); // above the ceiling: nothing of it is added
    assert_true(buf.failed);
    assert_int_equal(buf.len, 192);
    tv_buf_close(&buf);
}

// Every byte has its two digits.
static void test_hex_of_every_byte(void **state)
{
    (void)state;
    tv_buf buf = {0};
    uint8_t bytes[256];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)i;
    }
    tv_buf_add_hex(&buf, (tv_span){bytes, sizeof(bytes)});
    assert_int_equal(buf.len, 512);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        char expected[3];
        snprintf(expected, sizeof(expected), "%02x", (unsigned)i);
        assert_memory_equal(buf.ptr + 2 * i, expected, 2);
    }
    tv_buf_close(&buf);
}

static void test_the_ceiling_holds_and_sticks(void **state)
{
    (void)state;
    tv_buf buf = {.ceiling = 10};
    tv_buf_add_text(&buf, "12345678");
    tv_buf_add_text(&buf, "abc"); // one too many: nothing of it is added
    assert_true(buf.failed);
    assert_int_equal(buf.len, 8);
    tv_buf_add_byte(&buf, '9'); // would fit, but comes after a failure
    assert_int_equal(buf.len, 8);
    assert_false(tv_buf_reserve(&buf, 0));
    tv_buf_clear(&buf);
    tv_buf_add_text(&buf, "1234567890");
    assert_holds(&buf, "1234567890");
    assert_true(buf.cap <= 10);
    tv_buf_add_byte(&buf, 'x');
    assert_true(buf.failed);
    tv_buf_close(&buf);
    assert_int_equal(buf.ceiling, 10);
    assert_false(buf.failed);
}

static void test_a_ceiling_below_the_memory_at_hand(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_buf_add_text(&buf, "1234");
    buf.ceiling = 6;
    tv_buf_add_text(&buf, "56");
    assert_holds(&buf, "123456");
    tv_buf_add_text(&buf, "7");
    assert_true(buf.failed);
    tv_buf_close(&buf);
}

static void test_impossible_sizes_fail(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        tv_buf buf = {0};
        tv_buf_add_text(&buf, "ab");
        assert_false(tv_buf_reserve(&buf, sizes[i]));
        assert_true(buf.failed);
        assert_int_equal(buf.len, 2);
        tv_buf_close(&buf);
    }
    tv_buf buf = {0};
    uint8_t byte = 0;
    tv_buf_add_hex(&buf, (tv_span){&byte, SIZE_MAX / 2 + 1});
    assert_true(buf.failed);
    tv_buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_additions_follow_each_other),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_a_buffer_grows),
        cmocka_unit_test(test_a_part_once_more),
        cmocka_unit_test(test_hex_of_every_byte),
        cmocka_unit_test(test_the_ceiling_holds_and_sticks),
        cmocka_unit_test(test_a_ceiling_below_the_memory_at_hand),
        cmocka_unit_test(test_impossible_sizes_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
