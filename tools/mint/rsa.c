// SPDX-License-Identifier: Apache-2.0
// Seeded bytes go in, an RSA key pair comes out. Primes are found by our own walk, not by
// libcrypto's generator, because that one draws from the system's randomness and differs between
// versions: draw bytes, set the top two bits and the low bit, step by two to the next prime.
#include "rsa.h"

#include "buf.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <stdbool.h>
#include <string.h>

#define EXPONENT 65537
#define SIEVE_LIMIT 8192
#define MAX_SMALL_PRIMES 1100
#define MAX_PRIME_BYTES 512

typedef struct prime_sieve {
    uint32_t primes[MAX_SMALL_PRIMES];
    uint32_t rests[MAX_SMALL_PRIMES]; // of the first candidate
    size_t len;
} prime_sieve;

static void sieve_open(prime_sieve *sieve, const BIGNUM *start)
{
    sieve->len = 0;
    for (uint32_t n = 3; n < SIEVE_LIMIT && sieve->len < MAX_SMALL_PRIMES; n += 2) {
        bool prime = true;
        for (size_t i = 0; i < sieve->len && prime; i++) {
            prime = n % sieve->primes[i] != 0;
        }
        if (prime) {
            sieve->primes[sieve->len] = n;
            sieve->rests[sieve->len] = (uint32_t)BN_mod_word(start, n);
            sieve->len++;
        }
    }
}

static bool sieve_passes(const prime_sieve *sieve, uint32_t step)
{
    for (size_t i = 0; i < sieve->len; i++) {
        if ((sieve->rests[i] + step) % sieve->primes[i] == 0) {
            return false;
        }
    }
    return true;
}

// One round of Miller and Rabin: candidate - 1 is odd * 2^twos.
static bool strong_round(const BIGNUM *candidate, const BIGNUM *minus_one, unsigned base,
                         BN_MONT_CTX *mont, BN_CTX *ctx)
{
    BN_CTX_start(ctx);
    BIGNUM *odd = BN_CTX_get(ctx);
    BIGNUM *power = BN_CTX_get(ctx);
    BIGNUM *base_bn = BN_CTX_get(ctx);
    int twos = 0;
    while (!BN_is_bit_set(minus_one, twos)) {
        twos++;
    }
    (void)BN_rshift(odd, minus_one, twos);
    (void)BN_set_word(base_bn, base);
    (void)BN_mod_exp_mont(power, base_bn, odd, candidate, ctx, mont);
    bool passes = BN_is_one(power) || BN_cmp(power, minus_one) == 0;
    for (int i = 1; i < twos && !passes; i++) {
        (void)BN_mod_sqr(power, power, candidate, ctx);
        passes = BN_cmp(power, minus_one) == 0;
    }
    BN_CTX_end(ctx);
    return passes;
}

// For numbers drawn at random of this size, six bases leave no doubt that matters here; and with
// fixed bases the answer is the same everywhere.
static bool is_prime(const BIGNUM *candidate, BN_CTX *ctx)
{
    static const unsigned bases[] = {2, 3, 5, 7, 11, 13};
    BN_MONT_CTX *mont = BN_MONT_CTX_new();
    BIGNUM *minus_one = BN_dup(candidate);
    if (mont == NULL || minus_one == NULL || BN_MONT_CTX_set(mont, candidate, ctx) != 1) {
        mint_die("libcrypto cannot prepare a candidate prime");
    }
    (void)BN_sub_word(minus_one, 1);
    bool prime = true;
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]) && prime; i++) {
        prime = strong_round(candidate, minus_one, bases[i], mont, ctx);
    }
    BN_free(minus_one);
    BN_MONT_CTX_free(mont);
    return prime;
}

static BIGNUM *draw_prime(mint_rng *rng, unsigned bits, BN_CTX *ctx)
{
    uint8_t bytes[MAX_PRIME_BYTES];
    size_t len = bits / 8;
    mint_rng_bytes(rng, bytes, len);
    bytes[0] |= 0xc0;
    bytes[len - 1] |= 1;
    BIGNUM *start = BN_bin2bn(bytes, (int)len, NULL);
    BIGNUM *candidate = BN_new();
    if (start == NULL || candidate == NULL) {
        mint_die("out of memory");
    }
    prime_sieve sieve;
    sieve_open(&sieve, start);
    for (uint32_t step = 0;; step += 2) {
        if (!sieve_passes(&sieve, step)) {
            continue;
        }
        (void)BN_copy(candidate, start);
        (void)BN_add_word(candidate, step);
        if (BN_mod_word(candidate, EXPONENT) != 1 && is_prime(candidate, ctx)) {
            break;
        }
    }
    BN_free(start);
    return candidate;
}

typedef struct rsa_numbers {
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qinv;
} rsa_numbers;

static void derive(rsa_numbers *key, BN_CTX *ctx)
{
    key->n = BN_new();
    key->e = BN_new();
    key->dp = BN_new();
    key->dq = BN_new();
    BIGNUM *p1 = BN_dup(key->p);
    BIGNUM *q1 = BN_dup(key->q);
    BIGNUM *phi = BN_new();
    (void)BN_sub_word(p1, 1);
    (void)BN_sub_word(q1, 1);
    (void)BN_mul(phi, p1, q1, ctx);
    (void)BN_mul(key->n, key->p, key->q, ctx);
    (void)BN_set_word(key->e, EXPONENT);
    key->d = BN_mod_inverse(NULL, key->e, phi, ctx);
    key->qinv = BN_mod_inverse(NULL, key->q, key->p, ctx);
    if (key->d == NULL || key->qinv == NULL) {
        mint_die("a pair of primes makes no RSA key");
    }
    (void)BN_mod(key->dp, key->d, p1, ctx);
    (void)BN_mod(key->dq, key->d, q1, ctx);
    BN_free(p1);
    BN_free(q1);
    BN_free(phi);
}

static EVP_PKEY *to_pkey(const rsa_numbers *key)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    const struct {
        const char *name;
        const BIGNUM *value;
    } params[] = {
        {OSSL_PKEY_PARAM_RSA_N, key->n},          {OSSL_PKEY_PARAM_RSA_E, key->e},
        {OSSL_PKEY_PARAM_RSA_D, key->d},          {OSSL_PKEY_PARAM_RSA_FACTOR1, key->p},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, key->q},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, key->dp},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, key->dq}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, key->qinv},
    };
    for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        (void)OSSL_PARAM_BLD_push_BN(build, params[i].name, params[i].value);
    }
    OSSL_PARAM *list = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *pkey = NULL;
    if (list == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, list) != 1) {
        mint_die("libcrypto refuses an RSA key");
    }
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(list);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

EVP_PKEY *mint_rsa_open(mint_rng *rng, unsigned bits, BIGNUM **modulus)
{
    BN_CTX *ctx = BN_CTX_new();
    if (ctx == NULL || bits % 16 != 0 || bits / 16 > MAX_PRIME_BYTES) {
        mint_die("no RSA key of %u bits can be made", bits);
    }
    rsa_numbers key = {0};
    key.p = draw_prime(rng, bits / 2, ctx);
    key.q = draw_prime(rng, bits / 2, ctx);
    derive(&key, ctx);
    EVP_PKEY *pkey = to_pkey(&key);
    *modulus = key.n;
    BN_free(key.e);
    BN_free(key.d);
    BN_free(key.p);
    BN_free(key.q);
    BN_free(key.dp);
    BN_free(key.dq);
    BN_free(key.qinv);
    BN_CTX_free(ctx);
    return pkey;
}
