// SPDX-License-Identifier: Apache-2.0
// XXH3 with a seed. Finds candidates for equality and decides nothing: it is not collision
// resistant, so an equal hash is always followed by a byte compare or SHA-256.
#ifndef TV_BASE_HASH_H
#define TV_BASE_HASH_H

#include "tv/common.h"

typedef struct tv_hash128 {
    uint64_t low, high;
} tv_hash128;

uint64_t tv_hash_64(tv_span bytes, uint64_t seed);

// A seed with what XXH3 makes of it for long inputs, once: each hash then costs what its bytes
// cost. Owns nothing; after tv_hasher_open it never changes, and any thread may use it.
#define TV_HASH_SECRET_LEN 192
typedef struct tv_hasher {
    uint8_t secret[TV_HASH_SECRET_LEN];
    uint64_t seed;
} tv_hasher;

void tv_hasher_open(tv_hasher *hasher, uint64_t seed);

// XXH3-128 with the hasher's seed.
tv_hash128 tv_hasher_128(const tv_hasher *hasher, tv_span bytes);

// A value that differs from run to run, from the kernel's random source; tables are seeded with it
// so that nobody can prepare collisions.
uint64_t tv_hash_random_seed(void);

#endif
