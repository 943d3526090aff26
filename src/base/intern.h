// SPDX-License-Identifier: Apache-2.0
// A set of distinct byte strings, each with a dense id in order of first appearance. XXH3-128 with
// a seed of the run finds a candidate, the bytes decide. One thread fills a set; a filled one may
// be read by any number of threads.
#ifndef TV_BASE_INTERN_H
#define TV_BASE_INTERN_H

#include "base/hash.h"
#include "tv/status.h"

typedef struct tv_intern tv_intern;

typedef enum tv_intern_mode {
    TV_INTERN_COPY,   // the set keeps a copy of each new string
    TV_INTERN_BORROW, // the caller keeps the bytes alive as long as the set
} tv_intern_mode;

TV_MUST_USE tv_status tv_intern_open(tv_intern **out, tv_intern_mode mode);
void tv_intern_close(tv_intern *set);

// The id of `bytes`, which are added when they are new. `*is_new` may be NULL.
TV_MUST_USE tv_status tv_intern_add(tv_intern *set, tv_span bytes, uint32_t *id, bool *is_new);
uint32_t tv_intern_find(const tv_intern *set, tv_span bytes); // TV_ID_NONE when it is not in

// The same in two steps: the hash of `bytes` in this set, which any thread may compute even while
// another one fills the set, and what is done with it.
tv_hash128 tv_intern_hash(const tv_intern *set, tv_span bytes);
TV_MUST_USE tv_status tv_intern_add_hashed(tv_intern *set, tv_span bytes, tv_hash128 hash,
                                           uint32_t *id, bool *is_new);

size_t tv_intern_count(const tv_intern *set);
tv_span tv_intern_bytes(const tv_intern *set, uint32_t id); // lives as long as the set

#endif
