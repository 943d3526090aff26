// SPDX-License-Identifier: Apache-2.0
// Input for benches of the rooms that need certificates: clients and a truststore minted from one
// seed, and all that a run knows of them (src/measure).
#ifndef TV_BENCH_MINTED_H
#define TV_BENCH_MINTED_H

#include "measure/sample.h"

#include <stdlib.h>

enum { MINTED_SEED = 11, MINTED_CLIENTS = 2000 };

typedef struct minted {
    tv_profile *profile;
    tv_measure_options options;
    tv_input input;
    tv_sample sample;
} minted;

static inline void minted_close(void *payload)
{
    minted *self = payload;
    tv_sample_close(&self->sample);
    tv_input_close(&self->input);
    tv_profile_close(self->profile);
    free(self);
}

// NULL when it cannot be made.
static inline minted *minted_open(void)
{
    minted *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return NULL;
    }
    self->options = (tv_measure_options){.seed = MINTED_SEED, .clients = MINTED_CLIENTS};
    if (tv_profile_load(&self->profile, "aws-apigateway", NULL) != TV_OK ||
        tv_input_open(&self->input, &self->options) != TV_OK ||
        tv_sample_open(&self->sample, &self->input, self->profile) != TV_OK) {
        minted_close(self);
        return NULL;
    }
    return self;
}

#endif
