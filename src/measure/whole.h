// SPDX-License-Identifier: Apache-2.0
// What whole runs cost, as `trustval verify` makes them, and what follows from pairs of them.
#ifndef TV_MEASURE_WHOLE_H
#define TV_MEASURE_WHOLE_H

#include "measure/input.h"

// Runs over all clients with 1, 2, 4, ... up to `threads` threads.
TV_MUST_USE tv_status tv_measure_runs(tv_run_figure out[TV_MAX_RUNS], size_t *num,
                                      const tv_input *input, const tv_profile *profile,
                                      unsigned threads, double seconds);

// What a repeated client, a further truststore and loading the truststores cost.
TV_MUST_USE tv_status tv_measure_extras(tv_figure out[TV_NUM_EXTRAS], size_t *num,
                                        const tv_input *input, const tv_profile *profile,
                                        double seconds);

#endif
