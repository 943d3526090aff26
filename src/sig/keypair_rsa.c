// SPDX-License-Identifier: Apache-2.0
// In: a seed and a size. Out: an RSA key whose modulus is a product of primes of 256 bits, and its
// private operation by the Chinese remainder theorem (RFC 8017 3.2). A key of eight such primes is
// found in a few milliseconds and signs in some thirty microseconds; to verify is the same work as
// under a key of two primes. Paddings are left to keypair.c.
#include "sig/keypair_rsa.h"

#include "base/sequence.h"

enum { PUBLIC_EXPONENT = 65537 };

// The next prime of the sequence that goes with the exponent. Its first byte is all ones, so that a
// product of sixteen still has all of its bits.
static bool find_prime(BIGNUM *out, tv_sequence *sequence, BN_CTX *ctx)
{
    uint8_t bytes[TV_KEYPAIR_PRIME_BITS / 8];
    int found = 0;
    while (found == 0) {
        tv_sequence_fill(sequence, bytes, sizeof(bytes));
        bytes[0] = 0xff;
        bytes[sizeof(bytes) - 1] |= 1;
        if (BN_bin2bn(bytes, (int)sizeof(bytes), out) == NULL) {
            return false;
        }
        BN_ULONG rest = BN_mod_word(out, PUBLIC_EXPONENT);
        found = rest == 1 ? 0 : BN_check_prime(out, ctx, NULL);
    }
    return found == 1;
}

static bool find_primes(tv_keypair_rsa *rsa, size_t num, uint64_t seed)
{
    tv_sequence sequence = tv_sequence_of(seed, num);
    for (size_t i = 0; i < num; i++) {
        rsa->primes[i] = BN_new();
        rsa->num_primes++;
        if (rsa->primes[i] == NULL || !find_prime(rsa->primes[i], &sequence, rsa->ctx) ||
            BN_mul(rsa->modulus, rsa->modulus, rsa->primes[i], rsa->ctx) != 1) {
            return false;
        }
    }
    return true;
}

// What the private operation needs of one prime.
static bool prepare(tv_keypair_rsa *rsa, size_t i)
{
    const BIGNUM *prime = rsa->primes[i];
    BIGNUM *less = BN_dup(prime);
    BIGNUM *others = BN_new();
    rsa->exponents[i] = BN_new();
    rsa->weights[i] = BN_new();
    rsa->monts[i] = BN_MONT_CTX_new();
    bool good = less != NULL && others != NULL && rsa->exponents[i] != NULL &&
                rsa->weights[i] != NULL && rsa->monts[i] != NULL && BN_sub_word(less, 1) == 1 &&
                BN_mod_inverse(rsa->exponents[i], rsa->exponent, less, rsa->ctx) != NULL &&
                BN_div(others, NULL, rsa->modulus, prime, rsa->ctx) == 1 &&
                BN_mod_inverse(rsa->weights[i], others, prime, rsa->ctx) != NULL &&
                BN_mul(rsa->weights[i], rsa->weights[i], others, rsa->ctx) == 1 &&
                BN_MONT_CTX_set(rsa->monts[i], prime, rsa->ctx) == 1;
    BN_free(less);
    BN_free(others);
    return good;
}

bool tv_keypair_rsa_open(tv_keypair_rsa *rsa, unsigned bits, uint64_t seed)
{
    *rsa = (tv_keypair_rsa){.ctx = BN_CTX_new(), .modulus = BN_new(), .exponent = BN_new()};
    if (rsa->ctx == NULL || rsa->modulus == NULL || rsa->exponent == NULL ||
        BN_one(rsa->modulus) != 1 || BN_set_word(rsa->exponent, PUBLIC_EXPONENT) != 1 ||
        !find_primes(rsa, bits / TV_KEYPAIR_PRIME_BITS, seed)) {
        return false;
    }
    for (size_t i = 0; i < rsa->num_primes; i++) {
        if (!prepare(rsa, i)) {
            return false;
        }
    }
    return true;
}

void tv_keypair_rsa_close(tv_keypair_rsa *rsa)
{
    for (size_t i = 0; i < rsa->num_primes; i++) {
        BN_free(rsa->primes[i]);
        BN_free(rsa->exponents[i]);
        BN_free(rsa->weights[i]);
        BN_MONT_CTX_free(rsa->monts[i]);
    }
    BN_free(rsa->modulus);
    BN_free(rsa->exponent);
    BN_CTX_free(rsa->ctx);
    *rsa = (tv_keypair_rsa){0};
}

bool tv_keypair_rsa_apply(const tv_keypair_rsa *rsa, uint8_t *out, const uint8_t *in, size_t len)
{
    BN_CTX_start(rsa->ctx);
    BIGNUM *message = BN_CTX_get(rsa->ctx);
    BIGNUM *part = BN_CTX_get(rsa->ctx);
    BIGNUM *sum = BN_CTX_get(rsa->ctx);
    bool good = sum != NULL && BN_bin2bn(in, (int)len, message) != NULL;
    for (size_t i = 0; i < rsa->num_primes && good; i++) {
        good = BN_nnmod(part, message, rsa->primes[i], rsa->ctx) == 1 &&
               BN_mod_exp_mont(part, part, rsa->exponents[i], rsa->primes[i], rsa->ctx,
                               rsa->monts[i]) == 1 &&
               BN_mul(part, part, rsa->weights[i], rsa->ctx) == 1 && BN_add(sum, sum, part) == 1;
    }
    good = good && BN_nnmod(sum, sum, rsa->modulus, rsa->ctx) == 1 &&
           BN_bn2binpad(sum, out, (int)len) == (int)len;
    BN_CTX_end(rsa->ctx);
    return good;
}
