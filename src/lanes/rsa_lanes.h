// SPDX-License-Identifier: Apache-2.0
// RSA public operations, eight at a time, each lane with a key of its own. Moduli and signatures go
// in as big-endian bytes, powers come out as such; what they have to look like is the caller's
// question. Machines without AVX-512 IFMA, and levels of tv/cpu.h below it, have no lanes.
//
// Only signatures are checked here: modulus, exponent, signature and power are public, so that
// nothing has to take the same time for all of them.
#ifndef TV_LANES_RSA_LANES_H
#define TV_LANES_RSA_LANES_H

#include "tv/common.h"
#include "tv/status.h"

enum {
    TV_RSA_LANES = 8,
    TV_RSA_LANES_BYTES_MAX = 512, // of a modulus
};

// A public key in the form that lanes compute with. Never changes; any thread.
typedef struct tv_rsa_lane_key tv_rsa_lane_key;

// Whether the machine has lanes, at the level that is in use.
bool tv_rsa_lanes_used(void);

// `modulus` begins with its first byte that is not 0. `*out` is NULL, and TV_OK returned, where
// there are no lanes for it: the machine has none, the modulus is even or does not have 2048, 3072
// or 4096 bits, or the exponent is neither 3 nor 65537.
TV_MUST_USE tv_status tv_rsa_lane_key_new(tv_rsa_lane_key **out, tv_span modulus,
                                          uint64_t exponent);
void tv_rsa_lane_key_free(tv_rsa_lane_key *key);

// Whether lanes compute with both keys at the same time: sizes and exponents are the same.
bool tv_rsa_lane_keys_fit(const tv_rsa_lane_key *a, const tv_rsa_lane_key *b);

// Whether `signature` is as long as the modulus and, as a number, below it (RFC 8017 5.2.2).
bool tv_rsa_lane_admits(const tv_rsa_lane_key *key, tv_span signature);

typedef struct tv_rsa_lane {
    const tv_rsa_lane_key *key;
    const uint8_t *signature; // which the key admits
} tv_rsa_lane;

// Raises each signature to the exponent of its key. Power and signature have the same length and
// the power is below the modulus. From 1 to TV_RSA_LANES lanes whose keys fit together: it takes as
// long for one as for all. The machine has lanes.
void tv_rsa_lanes_raise(uint8_t powers[][TV_RSA_LANES_BYTES_MAX], const tv_rsa_lane *lanes,
                        size_t num);

#endif
