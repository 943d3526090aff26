// SPDX-License-Identifier: Apache-2.0
// Numbers that look random and depend on a seed alone (SplitMix64, Steele, Lea and Flood 2014), so
// that the same seed makes the same input on every machine. They protect nothing.
#ifndef TV_BASE_SEQUENCE_H
#define TV_BASE_SEQUENCE_H

#include "tv/common.h"

typedef struct tv_sequence {
    uint64_t state;
} tv_sequence;

// The sequence of number `which` under `seed`; each is as good as unrelated to the others.
static inline tv_sequence tv_sequence_of(uint64_t seed, uint64_t which)
{
    return (tv_sequence){seed * UINT64_C(0xd1342543de82ef95) +
                         which * UINT64_C(0x2545f4914f6cdd1d)};
}

static inline uint64_t tv_sequence_next(tv_sequence *sequence)
{
    sequence->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = sequence->state;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

// A number below `limit`, which is not 0. The bias of the remainder is below limit / 2^64.
static inline uint64_t tv_sequence_below(tv_sequence *sequence, uint64_t limit)
{
    return tv_sequence_next(sequence) % limit;
}

static inline void tv_sequence_fill(tv_sequence *sequence, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)(tv_sequence_next(sequence) >> 56);
    }
}

#endif
