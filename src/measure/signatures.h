// SPDX-License-Identifier: Apache-2.0
// What each kind of signature costs to check.
#ifndef TV_MEASURE_SIGNATURES_H
#define TV_MEASURE_SIGNATURES_H

#include "tv/measure.h"

// Keys and messages come from `seed`. With `quick` a round is an eighth of the usual one.
TV_MUST_USE tv_status tv_measure_signatures(tv_signature_figure out[TV_NUM_SIGNATURES],
                                            uint64_t seed, double seconds, bool quick);

#endif
