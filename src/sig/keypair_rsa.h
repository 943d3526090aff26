// SPDX-License-Identifier: Apache-2.0
// The RSA part of a key pair: a modulus of many prime factors, and the bare private operation.
#ifndef TV_SIG_KEYPAIR_RSA_H
#define TV_SIG_KEYPAIR_RSA_H

#include "tv/common.h"

#include <openssl/bn.h>

enum {
    TV_KEYPAIR_PRIME_BITS = 256,
    TV_KEYPAIR_MAX_PRIMES = 16,
    TV_KEYPAIR_MAX_MODULUS = TV_KEYPAIR_PRIME_BITS / 8 * TV_KEYPAIR_MAX_PRIMES, // bytes
};

// A zeroed one is safe to close.
typedef struct tv_keypair_rsa {
    BIGNUM *modulus;
    BIGNUM *exponent; // public
    size_t num_primes;
    BIGNUM *primes[TV_KEYPAIR_MAX_PRIMES];
    BIGNUM *exponents[TV_KEYPAIR_MAX_PRIMES]; // private, by prime
    BIGNUM *weights[TV_KEYPAIR_MAX_PRIMES];   // 1 modulo its prime, 0 modulo all others
    BN_MONT_CTX *monts[TV_KEYPAIR_MAX_PRIMES];
    BN_CTX *ctx;
} tv_keypair_rsa;

// False when libcrypto failed; `rsa` is to be closed in any case.
bool tv_keypair_rsa_open(tv_keypair_rsa *rsa, unsigned bits, uint64_t seed);
void tv_keypair_rsa_close(tv_keypair_rsa *rsa);

// out = in ^ d mod n; both have as many bytes as the modulus. False when libcrypto failed.
bool tv_keypair_rsa_apply(const tv_keypair_rsa *rsa, uint8_t *out, const uint8_t *in, size_t len);

#endif
