// SPDX-License-Identifier: Apache-2.0
// Numbers from a seed, the same on every machine (splitmix64).
#ifndef TV_TESTS_RNG_H
#define TV_TESTS_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tv_rng {
    uint64_t state;
} tv_rng;

static inline uint64_t tv_rng_next(tv_rng *rng)
{
    uint64_t z = (rng->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

// From 0 to `bound` - 1; `bound` is not 0.
static inline size_t tv_rng_below(tv_rng *rng, size_t bound)
{
    return (size_t)(tv_rng_next(rng) % bound);
}

static inline bool tv_rng_percent(tv_rng *rng, unsigned percent)
{
    return tv_rng_below(rng, 100) < percent;
}

#endif
