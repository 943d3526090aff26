// SPDX-License-Identifier: Apache-2.0
// How long work takes: rounds of it on the clock of this thread's CPU time, and their median.
#ifndef TV_MEASURE_STOPWATCH_H
#define TV_MEASURE_STOPWATCH_H

#include "tv/status.h"

enum {
    TV_STOPWATCH_MIN_ROUNDS = 5,
    TV_STOPWATCH_MAX_ROUNDS = 1000,
};

// Made ready, not timed, before each round; a status other than TV_OK ends the measuring.
typedef tv_status tv_prepare_fn(void *payload);
// One round. What it returns depends on the work, so that none of it is optimised away.
typedef uint64_t tv_round_fn(void *payload);

typedef struct tv_rounds {
    uint32_t num;
    double ns; // of one round, the median
} tv_rounds;

// Runs rounds until they have taken `seconds` together, but five at least, after one that is not
// counted. Without `prepare` (NULL) a round that is over within a millisecond is repeated within
// its measurement.
TV_MUST_USE tv_status tv_stopwatch_rounds(tv_rounds *out, double seconds, tv_prepare_fn *prepare,
                                          tv_round_fn *round, void *payload);

// Rounds that somebody else times. A zeroed one is ready.
typedef struct tv_laps {
    double ns[TV_STOPWATCH_MAX_ROUNDS];
    size_t num;
    double total_ns;
} tv_laps;

// Whether there is to be another round: there were too few, or they took less than `seconds`.
bool tv_laps_wanted(const tv_laps *laps, double seconds);
void tv_laps_add(tv_laps *laps, double ns);
double tv_laps_median(tv_laps *laps); // sorts them; 0 when there are none

// Nanoseconds of this thread's CPU time, of the process's, and of the wall clock, each from some
// instant on.
double tv_stopwatch_thread_ns(void);
double tv_stopwatch_process_ns(void);
double tv_stopwatch_wall_ns(void);

#endif
