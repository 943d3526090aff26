// SPDX-License-Identifier: Apache-2.0
// Levels of instruction sets: names, the order among them, and the choice of one.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tv/cpu.h"

static void test_the_best_is_used_unasked(void **state)
{
    (void)state;
    assert_int_equal(tv_cpu_used(), tv_cpu_best());
#if !defined(__x86_64__)
    assert_int_equal(tv_cpu_best(), TV_CPU_PORTABLE);
#endif
}

static void test_names_lead_back(void **state)
{
    (void)state;
    for (int i = 0; i < TV_CPU_NUM_LEVELS; i++) {
        tv_cpu_level level = TV_CPU_PORTABLE;
        assert_true(tv_cpu_find(&level, tv_cpu_name((tv_cpu_level)i)));
        assert_int_equal(level, i);
    }
    assert_string_equal(tv_cpu_name(TV_CPU_PORTABLE), "portable");
    assert_string_equal(tv_cpu_name(TV_CPU_AVX2), "avx2");
    assert_string_equal(tv_cpu_name(TV_CPU_IFMA), "ifma");
}

static void test_other_names_are_none(void **state)
{
    (void)state;
    static const char *const names[] = {"", "sse2", "AVX2", "avx", "avx2 ", "avx512", "ifma,avx2"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        tv_cpu_level level = TV_CPU_AVX2;
        assert_false(tv_cpu_find(&level, names[i]));
        assert_int_equal(level, TV_CPU_AVX2);
    }
}

static void test_a_lower_level_can_be_used_and_a_higher_cannot(void **state)
{
    (void)state;
    tv_cpu_level best = tv_cpu_best();
    for (int i = TV_CPU_NUM_LEVELS - 1; i >= 0; i--) {
        tv_cpu_level before = tv_cpu_used();
        bool done = tv_cpu_use((tv_cpu_level)i);
        assert_int_equal(done, (tv_cpu_level)i <= best);
        assert_int_equal(tv_cpu_used(), done ? (tv_cpu_level)i : before);
        assert_int_equal(tv_cpu_best(), best);
    }
    assert_true(tv_cpu_use(best));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_best_is_used_unasked),
        cmocka_unit_test(test_names_lead_back),
        cmocka_unit_test(test_other_names_are_none),
        cmocka_unit_test(test_a_lower_level_can_be_used_and_a_higher_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
