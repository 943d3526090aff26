// SPDX-License-Identifier: Apache-2.0
// The files that are measured on: clients, truststores and variations of them. All but the user's
// truststores have no name and are gone with the process.
#ifndef TV_MEASURE_INPUT_H
#define TV_MEASURE_INPUT_H

#include "io/scratch.h"
#include "tv/measure.h"

enum {
    TV_INPUT_CLIENTS = 20000,  // where nothing else is asked for
    TV_INPUT_FURTHER = 8,      // truststores beside the first
    TV_INPUT_FEW_PERCENT = 2,  // of the clients are repeated
    TV_INPUT_REPEATED = 20000, // blocks of repeated clients, at most
};

// A zeroed input is safe to close.
typedef struct tv_input {
    const tv_measure_options *options; // borrowed
    bool minted;
    uint64_t seed;
    tv_time at;
    tv_scratch clients;
    tv_scratch store; // minted
    const char **stores;
    size_t num_stores;
    tv_scratch few;      // the first clients ...
    tv_scratch repeated; // ... and the same, again and again
    size_t num_few, num_repeated;
    tv_scratch further[TV_INPUT_FURTHER]; // the first truststore, each with one entry less
    size_t num_further;
} tv_input;

// Mints, or reads the user's files. Statuses as those of tv_measure; `input` is to be closed in any
// case.
TV_MUST_USE tv_status tv_input_open(tv_input *input, const tv_measure_options *options);
void tv_input_close(tv_input *input);

// Has the caller told what is wrong with a file, and returns `status`.
tv_status tv_input_tell(const tv_measure_options *options, const char *file, tv_status status,
                        int error);

#endif
