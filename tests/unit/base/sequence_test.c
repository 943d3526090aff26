// SPDX-License-Identifier: Apache-2.0
// Seeded numbers: the same for a seed and a number, others for others, and never out of range.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/sequence.h"

static void sequences_differ_by_seed_and_number(void **state)
{
    (void)state;
    tv_sequence a = tv_sequence_of(1, 0);
    tv_sequence again = tv_sequence_of(1, 0);
    tv_sequence by_number = tv_sequence_of(1, 1);
    tv_sequence by_seed = tv_sequence_of(2, 0);
    uint64_t first = tv_sequence_next(&a);
    assert_true(first == tv_sequence_next(&again));
    assert_true(first != tv_sequence_next(&by_number));
    assert_true(first != tv_sequence_next(&by_seed));
    for (int i = 0; i < 1000; i++) {
        assert_true(tv_sequence_below(&a, 7) < 7);
    }
}

static void bytes_are_filled_to_the_end_and_no_further(void **state)
{
    (void)state;
    tv_sequence sequence = tv_sequence_of(3, 3);
    uint8_t bytes[64] = {0};
    unsigned seen = 0;
    tv_sequence_fill(&sequence, bytes, sizeof(bytes) - 1);
    for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
        seen |= bytes[i];
    }
    assert_int_equal(seen, 0xff);
    assert_int_equal(bytes[sizeof(bytes) - 1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_differ_by_seed_and_number),
        cmocka_unit_test(bytes_are_filled_to_the_end_and_no_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
