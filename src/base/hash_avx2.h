// SPDX-License-Identifier: Apache-2.0
// XXH3-128 of long inputs by vectors of AVX2, for hash.c alone.
#ifndef TV_BASE_HASH_AVX2_H
#define TV_BASE_HASH_AVX2_H

#include "base/hash.h"

#if defined(__x86_64__)
// The machine has AVX2.
tv_hash128 tv_hasher_128_avx2(const tv_hasher *hasher, tv_span bytes);
#endif

#endif
