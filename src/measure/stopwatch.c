// SPDX-License-Identifier: Apache-2.0
// In: work as a function. Out: the median of its rounds. Other processes take the wall clock's time
// but not that of this thread; what they do to the caches is what the median is against.
#include "measure/stopwatch.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

static double read_clock(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        return 0;
    }
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double tv_stopwatch_thread_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double tv_stopwatch_process_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double tv_stopwatch_wall_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

bool tv_laps_wanted(const tv_laps *laps, double seconds)
{
    return laps->num < TV_STOPWATCH_MIN_ROUNDS ||
           (laps->total_ns < seconds * 1e9 && laps->num < TV_STOPWATCH_MAX_ROUNDS);
}

void tv_laps_add(tv_laps *laps, double ns)
{
    assert(laps->num < TV_STOPWATCH_MAX_ROUNDS);
    laps->ns[laps->num++] = ns;
    laps->total_ns += ns;
}

double tv_laps_median(tv_laps *laps)
{
    size_t num = laps->num;
    if (num == 0) {
        return 0;
    }
    qsort(laps->ns, num, sizeof(laps->ns[0]), compare);
    return num % 2 != 0 ? laps->ns[num / 2] : (laps->ns[num / 2 - 1] + laps->ns[num / 2]) / 2;
}

// The time of `repeats` rounds.
static double time_rounds(tv_round_fn *round, void *payload, uint32_t repeats)
{
    static volatile uint64_t sink; // what rounds return goes somewhere
    uint64_t sum = 0;
    double start = tv_stopwatch_thread_ns();
    for (uint32_t i = 0; i < repeats; i++) {
        sum += round(payload);
    }
    double end = tv_stopwatch_thread_ns();
    sink = sum;
    (void)sink;
    return end - start;
}

// How often a round is repeated within one measurement.
static uint32_t choose_repeats(double first_ns)
{
    const double enough = 1e6;
    const double most = 1e5;
    if (first_ns >= enough) {
        return 1;
    }
    double repeats = first_ns > 0 ? enough / first_ns : most;
    return (uint32_t)(repeats < most ? repeats : most) + 1;
}

tv_status tv_stopwatch_rounds(tv_rounds *out, double seconds, tv_prepare_fn *prepare,
                              tv_round_fn *round, void *payload)
{
    tv_laps laps = {0};
    uint32_t repeats = 1;
    *out = (tv_rounds){0};
    for (bool is_first = true; tv_laps_wanted(&laps, seconds); is_first = false) {
        tv_status status = prepare != NULL ? prepare(payload) : TV_OK;
        if (status != TV_OK) {
            return status;
        }
        double taken = time_rounds(round, payload, repeats);
        if (is_first) {
            repeats = prepare != NULL ? 1 : choose_repeats(taken);
        } else {
            laps.total_ns += taken - taken / repeats; // a lap is one round, the time all of them
            tv_laps_add(&laps, taken / repeats);
        }
    }
    *out = (tv_rounds){(uint32_t)laps.num, tv_laps_median(&laps)};
    return TV_OK;
}
