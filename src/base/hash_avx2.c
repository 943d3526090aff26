// SPDX-License-Identifier: Apache-2.0
// In: bytes and a prepared seed. Out: their XXH3, by xxHash compiled a second time, for AVX2. Its
// functions are all static here, so that none of them is ever called where there is no AVX2.
#include "base/hash_avx2.h"

#if defined(__x86_64__)

// What xxhash.h includes comes first: the pragma is for its own functions.
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX2
#include <xxhash.h>

tv_hash128 tv_hasher_128_avx2(const tv_hasher *hasher, tv_span bytes)
{
    XXH128_hash_t hash = XXH3_128bits_withSecretandSeed(bytes.ptr, bytes.len, hasher->secret,
                                                        sizeof(hasher->secret), hasher->seed);
    return (tv_hash128){.low = hash.low64, .high = hash.high64};
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
