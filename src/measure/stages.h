// SPDX-License-Identifier: Apache-2.0
// What each stage of a client's way costs.
#ifndef TV_MEASURE_STAGES_H
#define TV_MEASURE_STAGES_H

#include "measure/sample.h"

// Fills `out` in the order of work; a stage that no client reaches has no items.
TV_MUST_USE tv_status tv_measure_stages(tv_figure out[TV_NUM_STAGES], tv_sample *sample,
                                        double seconds);

#endif
