// SPDX-License-Identifier: Apache-2.0
// Rounds are counted, prepared and given up as promised; the median is the middle. Times themselves
// are not tested.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/stopwatch.h"

typedef struct calls {
    unsigned prepared, run;
    unsigned fails_at; // 0: never
} calls;

static tv_status prepare(void *payload)
{
    calls *self = payload;
    self->prepared++;
    return self->prepared == self->fails_at ? TV_ERR_NOMEM : TV_OK;
}

static uint64_t run(void *payload)
{
    calls *self = payload;
    self->run++;
    return self->run;
}

static void each_round_is_prepared(void **state)
{
    (void)state;
    calls counted = {0};
    tv_rounds rounds;
    assert_int_equal(tv_stopwatch_rounds(&rounds, 1e-9, prepare, run, &counted), TV_OK);
    assert_int_equal(rounds.num, TV_STOPWATCH_MIN_ROUNDS);
    assert_int_equal(counted.prepared, rounds.num + 1); // and one that does not count
    assert_int_equal(counted.run, counted.prepared);
    assert_true(rounds.ns > 0);
}

static void a_short_round_is_repeated(void **state)
{
    (void)state;
    calls counted = {0};
    tv_rounds rounds;
    assert_int_equal(tv_stopwatch_rounds(&rounds, 1e-9, NULL, run, &counted), TV_OK);
    assert_int_equal(rounds.num, TV_STOPWATCH_MIN_ROUNDS);
    assert_true(counted.run > 100);
    assert_true(rounds.ns > 0 && rounds.ns < 1e6);
}

static void rounds_go_on_until_there_is_enough_time(void **state)
{
    (void)state;
    calls counted = {0};
    tv_rounds rounds;
    assert_int_equal(tv_stopwatch_rounds(&rounds, 0.02, NULL, run, &counted), TV_OK);
    assert_true(rounds.num > TV_STOPWATCH_MIN_ROUNDS);
}

static void what_cannot_be_prepared_ends_it(void **state)
{
    (void)state;
    calls counted = {.fails_at = 3};
    tv_rounds rounds;
    assert_int_equal(tv_stopwatch_rounds(&rounds, 1, prepare, run, &counted), TV_ERR_NOMEM);
    assert_int_equal(counted.run, 2);
    assert_int_equal(rounds.num, 0);
}

static void the_median_is_the_middle(void **state)
{
    (void)state;
    tv_laps laps = {0};
    assert_true(tv_laps_median(&laps) == 0);
    tv_laps_add(&laps, 30);
    assert_true(tv_laps_median(&laps) == 30);
    tv_laps_add(&laps, 10);
    assert_true(tv_laps_median(&laps) == 20);
    tv_laps_add(&laps, 1000);
    assert_true(tv_laps_median(&laps) == 30);
    assert_true(laps.total_ns == 1040);
}

static void laps_are_wanted_by_number_and_time(void **state)
{
    (void)state;
    tv_laps laps = {0};
    for (int i = 0; i < TV_STOPWATCH_MIN_ROUNDS; i++) {
        assert_true(tv_laps_wanted(&laps, 1e-9));
        tv_laps_add(&laps, 1e9);
    }
    assert_false(tv_laps_wanted(&laps, 1e-9));
    assert_false(tv_laps_wanted(&laps, 5));
    assert_true(tv_laps_wanted(&laps, 5.5));
    while (laps.num < TV_STOPWATCH_MAX_ROUNDS) {
        tv_laps_add(&laps, 1);
    }
    assert_false(tv_laps_wanted(&laps, 1e9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_round_is_prepared),
        cmocka_unit_test(a_short_round_is_repeated),
        cmocka_unit_test(rounds_go_on_until_there_is_enough_time),
        cmocka_unit_test(what_cannot_be_prepared_ends_it),
        cmocka_unit_test(the_median_is_the_middle),
        cmocka_unit_test(laps_are_wanted_by_number_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
