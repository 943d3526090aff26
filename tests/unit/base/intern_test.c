// SPDX-License-Identifier: Apache-2.0
// Equal bytes have one id, others another; ids are dense and in order of first appearance, however
// often the table grows.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/intern.h"
#include "base/span.h"

static void strings_get_ids_in_order_of_appearance(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        uint32_t id;
        bool is_new;
    } rows[] = {
        {"a", 1, 0, true},     {"b", 1, 1, true},   {"a", 1, 0, false},   {"", 0, 2, true},
        {"ab", 2, 3, true},    {"", 0, 2, false},   {"a\0b", 3, 4, true}, {"a\0c", 3, 5, true},
        {"a\0b", 3, 4, false}, {"a\0", 2, 6, true}, {"b", 1, 1, false},
    };
    for (tv_intern_mode mode = TV_INTERN_COPY; mode <= TV_INTERN_BORROW; mode++) {
        tv_intern *set;
        assert_int_equal(tv_intern_open(&set, mode), TV_OK);
        assert_int_equal(tv_intern_count(set), 0);
        assert_int_equal(tv_intern_find(set, TV_LIT("")), TV_ID_NONE);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            tv_span bytes = tv_span_make(rows[i].text, rows[i].len);
            uint32_t id;
            bool is_new;
            assert_int_equal(tv_intern_find(set, bytes), rows[i].is_new ? TV_ID_NONE : rows[i].id);
            assert_int_equal(tv_intern_add(set, bytes, &id, &is_new), TV_OK);
            assert_int_equal(id, rows[i].id);
            assert_int_equal(is_new, rows[i].is_new);
            assert_int_equal(tv_intern_find(set, bytes), id);
            assert_true(tv_span_equal(tv_intern_bytes(set, id), bytes));
        }
        assert_int_equal(tv_intern_count(set), 7);
        tv_intern_close(set);
    }
    tv_intern_close(NULL);
}

static void thousands_are_told_apart(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    tv_intern *set;
    assert_int_equal(tv_intern_open(&set, TV_INTERN_COPY), TV_OK);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t id;
            bool is_new;
            assert_int_equal(tv_intern_add(set, tv_span_make(&i, sizeof(i)), &id, &is_new), TV_OK);
            assert_int_equal(id, i);
            assert_int_equal(is_new, round == 0);
        }
    }
    uint32_t stranger = MANY;
    assert_int_equal(tv_intern_find(set, tv_span_make(&stranger, sizeof(stranger))), TV_ID_NONE);
    assert_int_equal(tv_intern_count(set), MANY);
    tv_intern_close(set);
}

static void a_copy_outlives_what_it_was_made_of(void **state)
{
    (void)state;
    char text[] = "before";
    tv_intern *copying;
    tv_intern *borrowing;
    uint32_t id;
    assert_int_equal(tv_intern_open(&copying, TV_INTERN_COPY), TV_OK);
    assert_int_equal(tv_intern_open(&borrowing, TV_INTERN_BORROW), TV_OK);
    assert_int_equal(tv_intern_add(copying, tv_span_make(text, 6), &id, NULL), TV_OK);
    assert_int_equal(tv_intern_add(borrowing, tv_span_make(text, 6), &id, NULL), TV_OK);
    assert_ptr_equal(tv_intern_bytes(borrowing, 0).ptr, text);
    memcpy(text, "after!", 6);
    assert_true(tv_span_equal(tv_intern_bytes(copying, 0), TV_LIT("before")));
    assert_int_equal(tv_intern_find(copying, TV_LIT("before")), 0);
    assert_int_equal(tv_intern_find(copying, TV_LIT("after!")), TV_ID_NONE);
    tv_intern_close(copying);
    tv_intern_close(borrowing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_get_ids_in_order_of_appearance),
        cmocka_unit_test(thousands_are_told_apart),
        cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
