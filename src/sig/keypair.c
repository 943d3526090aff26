// SPDX-License-Identifier: Apache-2.0
// In: a seed, later messages. Out: a public key and signatures that verify under it, the same on
// every run: an ECDSA nonce and a PSS salt come from the key's seed and the message. What is signed
// is left to the caller.

// A key and a signature of given numbers go through the older calls alone.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/keypair.h"

#include "base/hash.h"
#include "base/sequence.h"
#include "base/span.h"
#include "sig/key.h"
#include "sig/keypair_rsa.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>

enum {
    MAX_FIELD = 66,   // bytes of a P-521 scalar
    MAX_EDWARDS = 57, // bytes of an Ed448 key
    MAX_EDWARDS_SIGNATURE = 114,
};

struct tv_keypair {
    tv_key_kind kind;
    uint64_t seed;
    tv_keypair_rsa rsa;
    EVP_PKEY *pkey;
    EC_KEY *ec; // borrowed from `pkey`; NULL unless it is one
    uint8_t *spki;
    size_t spki_len;
};

// A digest as signatures take it: its calculation, and the DigestInfo before it (RFC 8017 9.2).
typedef struct digest_row {
    tv_hash_kind hash;
    const EVP_MD *(*md)(void);
    size_t len;
    tv_span info;
} digest_row;

static const digest_row digests[] = {
    {TV_HASH_SHA256,
     EVP_sha256,
     32,
     {(const uint8_t
           *)"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
      19}},
    {TV_HASH_SHA384,
     EVP_sha384,
     48,
     {(const uint8_t
           *)"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
      19}},
    {TV_HASH_SHA512,
     EVP_sha512,
     64,
     {(const uint8_t
           *)"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
      19}},
};

static const digest_row *find_digest(uint8_t hash)
{
    for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
        if ((uint8_t)digests[i].hash == hash) {
            return &digests[i];
        }
    }
    return NULL;
}

static bool make_rsa(tv_keypair *pair, unsigned bits)
{
    if (!tv_keypair_rsa_open(&pair->rsa, bits, pair->seed)) {
        return false;
    }
    RSA *rsa = RSA_new();
    BIGNUM *n = BN_dup(pair->rsa.modulus);
    BIGNUM *e = BN_dup(pair->rsa.exponent);
    if (rsa == NULL || RSA_set0_key(rsa, n, e, NULL) != 1) {
        BN_free(n);
        BN_free(e);
        RSA_free(rsa);
        return false;
    }
    if (pair->pkey == NULL || EVP_PKEY_assign_RSA(pair->pkey, rsa) != 1) {
        RSA_free(rsa);
        return false;
    }
    return true;
}

// A number from 1 below the group's order, made of more bytes than it has.
static bool draw_scalar(BIGNUM *out, const EC_GROUP *group, tv_sequence *sequence, BN_CTX *ctx)
{
    uint8_t bytes[MAX_FIELD + 8];
    tv_sequence_fill(sequence, bytes, sizeof(bytes));
    return BN_bin2bn(bytes, (int)sizeof(bytes), out) != NULL &&
           BN_nnmod(out, out, EC_GROUP_get0_order(group), ctx) == 1 && !BN_is_zero(out);
}

static bool fill_ec(EC_KEY *ec, uint64_t seed)
{
    const EC_GROUP *group = EC_KEY_get0_group(ec);
    tv_sequence sequence = tv_sequence_of(seed, 1);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *scalar = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    bool good = ctx != NULL && scalar != NULL && point != NULL &&
                draw_scalar(scalar, group, &sequence, ctx) &&
                EC_POINT_mul(group, point, scalar, NULL, NULL, ctx) == 1 &&
                EC_KEY_set_private_key(ec, scalar) == 1 && EC_KEY_set_public_key(ec, point) == 1;
    EC_POINT_free(point);
    BN_free(scalar);
    BN_CTX_free(ctx);
    return good;
}

static bool make_ec(tv_keypair *pair, int curve)
{
    EC_KEY *ec = EC_KEY_new_by_curve_name(curve);
    if (ec == NULL || !fill_ec(ec, pair->seed) || pair->pkey == NULL ||
        EVP_PKEY_assign_EC_KEY(pair->pkey, ec) != 1) {
        EC_KEY_free(ec);
        return false;
    }
    pair->ec = ec;
    return true;
}

static bool make_edwards(tv_keypair *pair, int type, size_t len)
{
    uint8_t bytes[MAX_EDWARDS];
    tv_sequence sequence = tv_sequence_of(pair->seed, 2);
    tv_sequence_fill(&sequence, bytes, len);
    EVP_PKEY_free(pair->pkey);
    pair->pkey = EVP_PKEY_new_raw_private_key(type, NULL, bytes, len);
    return pair->pkey != NULL;
}

static bool make_key(tv_keypair *pair, unsigned bits)
{
    switch (pair->kind) {
    case TV_KEY_RSA:
        return make_rsa(pair, bits);
    case TV_KEY_EC_P256:
        return make_ec(pair, NID_X9_62_prime256v1);
    case TV_KEY_EC_P384:
        return make_ec(pair, NID_secp384r1);
    case TV_KEY_EC_P521:
        return make_ec(pair, NID_secp521r1);
    case TV_KEY_ED25519:
        return make_edwards(pair, EVP_PKEY_ED25519, 32);
    case TV_KEY_ED448:
        return make_edwards(pair, EVP_PKEY_ED448, 57);
    default:
        return false;
    }
}

static bool is_made(tv_key_kind kind, unsigned bits)
{
    switch (kind) {
    case TV_KEY_RSA:
        return bits > 0 && bits % TV_KEYPAIR_PRIME_BITS == 0 &&
               bits / TV_KEYPAIR_PRIME_BITS <= TV_KEYPAIR_MAX_PRIMES;
    case TV_KEY_EC_P256:
    case TV_KEY_EC_P384:
    case TV_KEY_EC_P521:
    case TV_KEY_ED25519:
    case TV_KEY_ED448:
        return bits == 0;
    default:
        return false;
    }
}

tv_status tv_keypair_open(tv_keypair **out, tv_key_kind kind, unsigned bits, uint64_t seed)
{
    *out = NULL;
    if (!is_made(kind, bits)) {
        return TV_ERR_RANGE;
    }
    tv_keypair *pair = calloc(1, sizeof(*pair));
    if (pair == NULL) {
        return TV_ERR_NOMEM;
    }
    pair->kind = kind;
    pair->seed = seed;
    pair->pkey = EVP_PKEY_new();
    int len = make_key(pair, bits) ? i2d_PUBKEY(pair->pkey, &pair->spki) : -1;
    if (len <= 0) {
        bool out_of_memory = tv_sig_drain_errors().out_of_memory;
        tv_keypair_close(pair);
        return out_of_memory ? TV_ERR_NOMEM : TV_ERR_CRYPTO;
    }
    pair->spki_len = (size_t)len;
    *out = pair;
    return TV_OK;
}

void tv_keypair_close(tv_keypair *pair)
{
    if (pair == NULL) {
        return;
    }
    tv_keypair_rsa_close(&pair->rsa);
    EVP_PKEY_free(pair->pkey);
    OPENSSL_free(pair->spki);
    free(pair);
}

tv_span tv_keypair_spki(const tv_keypair *pair)
{
    return tv_span_make(pair->spki, pair->spki_len);
}

static bool hash(uint8_t *out, const digest_row *row, tv_span bytes)
{
    return EVP_Digest(bytes.ptr, bytes.len, out, NULL, row->md(), NULL) == 1;
}

// EMSA-PKCS1-v1_5, RFC 8017 9.2.
static bool pad_pkcs1(uint8_t *em, size_t em_len, const digest_row *row, tv_span message)
{
    size_t tail = row->info.len + row->len;
    if (em_len < tail + 11) {
        return false;
    }
    memset(em, 0xff, em_len);
    em[0] = 0;
    em[1] = 1;
    em[em_len - tail - 1] = 0;
    memcpy(em + em_len - tail, row->info.ptr, row->info.len);
    return hash(em + em_len - row->len, row, message);
}

// EMSA-PSS, RFC 8017 9.1.1, for a modulus of whole bytes.
static bool pad_pss(uint8_t *em, size_t em_len, const digest_row *row, tv_span message,
                    tv_sequence *sequence)
{
    uint8_t prime[8 + 2 * TV_DIGEST_MAX] = {0}; // M'
    uint8_t mask[TV_KEYPAIR_MAX_MODULUS];
    if (em_len < 2 * row->len + 2 || !hash(prime + 8, row, message)) {
        return false;
    }
    tv_sequence_fill(sequence, prime + 8 + row->len, row->len); // the salt
    size_t db_len = em_len - row->len - 1;
    memset(em, 0, em_len);
    em[db_len - row->len - 1] = 1;
    memcpy(em + db_len - row->len, prime + 8 + row->len, row->len);
    if (!hash(em + db_len, row, tv_span_make(prime, 8 + 2 * row->len)) ||
        PKCS1_MGF1(mask, (long)db_len, em + db_len, (long)row->len, row->md()) != 0) {
        return false;
    }
    for (size_t i = 0; i < db_len; i++) {
        em[i] ^= mask[i];
    }
    em[0] &= 0x7f; // emBits is one less than the bits of the modulus
    em[em_len - 1] = 0xbc;
    return true;
}

static bool sign_rsa(const tv_keypair *pair, const tv_sig_alg *alg, tv_span message,
                     tv_sequence *sequence, tv_buf *out)
{
    uint8_t em[TV_KEYPAIR_MAX_MODULUS];
    const digest_row *row = find_digest(alg->hash);
    size_t len = (size_t)BN_num_bytes(pair->rsa.modulus);
    bool padded = alg->kind == TV_SIG_RSA_PSS ? pad_pss(em, len, row, message, sequence)
                                              : pad_pkcs1(em, len, row, message);
    if (!padded || !tv_buf_reserve(out, len) ||
        !tv_keypair_rsa_apply(&pair->rsa, out->ptr + out->len, em, len)) {
        return false;
    }
    out->len += len;
    return true;
}

// Sets `r` and the inverse of the nonce, FIPS 186-5 6.4.1.
static bool draw_nonce(const EC_GROUP *group, tv_sequence *sequence, BIGNUM *inverse, BIGNUM *r)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *nonce = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    const BIGNUM *order = EC_GROUP_get0_order(group);
    bool good =
        ctx != NULL && nonce != NULL && point != NULL && draw_scalar(nonce, group, sequence, ctx) &&
        EC_POINT_mul(group, point, nonce, NULL, NULL, ctx) == 1 &&
        EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx) == 1 &&
        BN_nnmod(r, r, order, ctx) == 1 && BN_mod_inverse(inverse, nonce, order, ctx) != NULL;
    EC_POINT_free(point);
    BN_free(nonce);
    BN_CTX_free(ctx);
    return good;
}

static bool sign_ec(const tv_keypair *pair, const tv_sig_alg *alg, tv_span message,
                    tv_sequence *sequence, tv_buf *out)
{
    uint8_t digest[TV_DIGEST_MAX];
    const digest_row *row = find_digest(alg->hash);
    BIGNUM *inverse = BN_new();
    BIGNUM *r = BN_new();
    ECDSA_SIG *signature = NULL;
    uint8_t *der = NULL;
    if (inverse != NULL && r != NULL && hash(digest, row, message) &&
        draw_nonce(EC_KEY_get0_group(pair->ec), sequence, inverse, r)) {
        signature = ECDSA_do_sign_ex(digest, (int)row->len, inverse, r, pair->ec);
    }
    int len = signature != NULL ? i2d_ECDSA_SIG(signature, &der) : -1;
    if (len > 0) {
        tv_buf_add(out, tv_span_make(der, (size_t)len));
    }
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    BN_free(inverse);
    BN_free(r);
    return len > 0;
}

static bool sign_edwards(const tv_keypair *pair, tv_span message, tv_buf *out)
{
    uint8_t signature[MAX_EDWARDS_SIGNATURE];
    size_t len = sizeof(signature);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, pair->pkey) == 1 &&
                EVP_DigestSign(ctx, signature, &len, message.ptr, message.len) == 1;
    if (good) {
        tv_buf_add(out, tv_span_make(signature, len));
    }
    EVP_MD_CTX_free(ctx);
    return good;
}

static bool can_sign(const tv_keypair *pair, const tv_sig_alg *alg)
{
    const digest_row *row = find_digest(alg->hash);
    switch (alg->kind) {
    case TV_SIG_RSA_PKCS1:
        return pair->kind == TV_KEY_RSA && row != NULL;
    case TV_SIG_RSA_PSS:
        return pair->kind == TV_KEY_RSA && row != NULL && alg->mgf_hash == alg->hash &&
               alg->salt_len == row->len;
    case TV_SIG_ECDSA:
        return pair->ec != NULL && row != NULL;
    case TV_SIG_ED25519:
        return pair->kind == TV_KEY_ED25519;
    case TV_SIG_ED448:
        return pair->kind == TV_KEY_ED448;
    default:
        return false;
    }
}

tv_status tv_keypair_sign(tv_keypair *pair, const tv_sig_alg *alg, tv_span message, tv_buf *out)
{
    if (!can_sign(pair, alg)) {
        return TV_ERR_RANGE;
    }
    tv_sequence sequence = tv_sequence_of(pair->seed, tv_hash_64(message, pair->seed));
    bool good;
    if (alg->kind == TV_SIG_RSA_PKCS1 || alg->kind == TV_SIG_RSA_PSS) {
        good = sign_rsa(pair, alg, message, &sequence, out);
    } else if (alg->kind == TV_SIG_ECDSA) {
        good = sign_ec(pair, alg, message, &sequence, out);
    } else {
        good = sign_edwards(pair, message, out);
    }
    if (good && !out->failed) {
        return TV_OK;
    }
    bool out_of_memory = tv_sig_drain_errors().out_of_memory || out->failed;
    return out_of_memory ? TV_ERR_NOMEM : TV_ERR_CRYPTO;
}
