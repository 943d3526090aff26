// SPDX-License-Identifier: Apache-2.0
// In: bytes and a seed. Out: XXH3 of them. The one place that knows xxHash, compiled in from its
// header. Whether two equal hashes mean equal bytes is for the caller to look at.
#include "base/hash.h"

#include "base/hash_avx2.h"
#include "tv/cpu.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LONGEST_SHORT = 240 }; // of the inputs that XXH3 hashes without vectors

uint64_t tv_hash_64(tv_span bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.ptr, bytes.len, seed);
}

void tv_hasher_open(tv_hasher *hasher, uint64_t seed)
{
    _Static_assert(TV_HASH_SECRET_LEN == XXH3_SECRET_DEFAULT_SIZE, "XXH3 fills the secret");
    XXH3_generateSecret_fromSeed(hasher->secret, seed);
    hasher->seed = seed;
}

tv_hash128 tv_hasher_128(const tv_hasher *hasher, tv_span bytes)
{
#if defined(__x86_64__)
    if (bytes.len > LONGEST_SHORT && tv_cpu_used() >= TV_CPU_AVX2) {
        return tv_hasher_128_avx2(hasher, bytes);
    }
#endif
    XXH128_hash_t hash = XXH3_128bits_withSecretandSeed(bytes.ptr, bytes.len, hasher->secret,
                                                        sizeof(hasher->secret), hasher->seed);
    return (tv_hash128){.low = hash.low64, .high = hash.high64};
}

uint64_t tv_hash_random_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof(seed), 0) == (ssize_t)sizeof(seed)) {
        return seed;
    }
    // A kernel without getrandom, or a sandbox that forbids it: addresses, which the loader
    // randomises, are the second best source.
    const uintptr_t places[] = {(uintptr_t)&seed, (uintptr_t)&tv_hash_random_seed};
    return XXH3_64bits(places, sizeof(places));
}
