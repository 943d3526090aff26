// SPDX-License-Identifier: Apache-2.0
// Many keys at once: making them takes the time of a workload's authorities, so threads share it.
#ifndef MINT_KEY_WORK_H
#define MINT_KEY_WORK_H

#include "key.h"

// A list of keys to be made. Zero memory with a seed is an empty one.
typedef struct mint_key_work {
    const char *seed;
    struct mint_key_job *jobs;
    size_t len;
    size_t room;
} mint_key_work;

// Asks for a key by its name. `key` must stay where it is until the work is done.
void mint_key_work_add(mint_key_work *work, mint_key *key, const char *name);

// Makes all keys that were asked for and empties the list. The caller closes each key.
void mint_key_work_run(mint_key_work *work, unsigned threads);

#endif
