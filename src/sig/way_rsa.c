// SPDX-License-Identifier: Apache-2.0
// In: PKCS#1 v1.5 signatures under RSA keys with the exponent 65537, nearly all that there are.
// Out: which of them are good. The key keeps its Montgomery context, the worker the numbers; the
// power is sixteen squarings and a product, and the encoding that it has to be is made and compared
// as a whole (RFC 8017 8.2.2), so that nothing in it is parsed.
//
// Everything here is public, and takes the time it takes.

// The low-level keys are deprecated, but carry the modulus.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/pkcs1.h"
#include "sig/way.h"

#include <openssl/bn.h>
#include <openssl/rsa.h>

#include <stdlib.h>
#include <string.h>

// The encoding of EMSA-PKCS1-v1_5 is the same but for the digest wherever hash and length are, so
// the last of each hash is kept, as the number that it stands for with a digest of zeros.
typedef struct frame {
    BIGNUM *number;
    size_t len; // bytes of the modulus; 0: none yet
} frame;

struct tv_rsa_scratch {
    BIGNUM *signature, *power, *digest, *encoding;
    frame frames[TV_HASH_SHA512 + 1]; // by tv_hash_kind
};

void tv_rsa_scratch_free(tv_rsa_scratch *scratch)
{
    if (scratch == NULL) {
        return;
    }
    BN_free(scratch->signature);
    BN_free(scratch->power);
    BN_free(scratch->digest);
    BN_free(scratch->encoding);
    for (size_t i = 0; i <= TV_HASH_SHA512; i++) {
        BN_free(scratch->frames[i].number);
    }
    free(scratch);
}

static bool open_scratch(tv_sig_worker *worker)
{
    if (worker->rsa != NULL) {
        return true;
    }
    tv_rsa_scratch *scratch = calloc(1, sizeof(*scratch));
    if (scratch == NULL) {
        return false;
    }
    scratch->signature = BN_new();
    scratch->power = BN_new();
    scratch->digest = BN_new();
    scratch->encoding = BN_new();
    bool is_whole = scratch->signature != NULL && scratch->power != NULL &&
                    scratch->digest != NULL && scratch->encoding != NULL;
    for (size_t i = 0; i <= TV_HASH_SHA512; i++) {
        scratch->frames[i].number = tv_pkcs1_digest_len(i) != 0 ? BN_new() : NULL;
        is_whole &= tv_pkcs1_digest_len(i) == 0 || scratch->frames[i].number != NULL;
    }
    if (!is_whole) {
        tv_rsa_scratch_free(scratch);
        return false;
    }
    worker->rsa = scratch;
    return true;
}

// The frame of `hash` for a modulus of `len` bytes; NULL when the modulus is too short for it, or
// memory is out.
static const BIGNUM *frame_of(tv_rsa_scratch *scratch, uint8_t hash, size_t len)
{
    frame *kept = &scratch->frames[hash];
    if (kept->len == len) {
        return kept->number;
    }
    uint8_t bytes[OPENSSL_RSA_MAX_MODULUS_BITS / 8];
    if (len > sizeof(bytes) || !tv_pkcs1_frame(bytes, len, hash)) {
        return NULL;
    }
    kept->len = 0;
    if (BN_bin2bn(bytes, (int)len, kept->number) == NULL) {
        return NULL;
    }
    kept->len = len;
    return kept->number;
}

// signature ^ 65537 modulo the key's modulus; only the signature goes into Montgomery form and out
// of it again, the latter with the last product. False when it is no residue, or memory is out.
static bool raise(tv_rsa_scratch *scratch, const tv_sig_question *q, BN_CTX *numbers)
{
    BN_MONT_CTX *modulus = q->key->modulus;
    BIGNUM *power = scratch->power;
    if (BN_bin2bn(q->signature.ptr, (int)q->signature.len, scratch->signature) == NULL ||
        BN_ucmp(scratch->signature, RSA_get0_n(q->key->rsa)) >= 0 ||
        BN_to_montgomery(power, scratch->signature, modulus, numbers) != 1) {
        return false;
    }
    for (unsigned i = 0; i < 16; i++) {
        if (BN_mod_mul_montgomery(power, power, power, modulus, numbers) != 1) {
            return false;
        }
    }
    return BN_mod_mul_montgomery(power, power, scratch->signature, modulus, numbers) == 1;
}

static bool is_good(tv_sig_worker *worker, const tv_sig_question *q)
{
    tv_rsa_scratch *scratch = worker->rsa;
    const BIGNUM *framed = frame_of(scratch, q->alg->hash, q->signature.len);
    uint8_t digest[TV_DIGEST_MAX];
    size_t len = tv_digest(digest, worker, (tv_hash_kind)q->alg->hash, q->message);
    return framed != NULL && len == tv_pkcs1_digest_len(q->alg->hash) &&
           BN_bin2bn(digest, (int)len, scratch->digest) != NULL &&
           BN_uadd(scratch->encoding, framed, scratch->digest) == 1 &&
           raise(scratch, q, worker->numbers) && BN_ucmp(scratch->power, scratch->encoding) == 0;
}

static bool takes(const tv_key *key, const tv_sig_alg *alg)
{
    return key->modulus != NULL && alg->kind == TV_SIG_RSA_PKCS1 &&
           tv_pkcs1_digest_len(alg->hash) != 0;
}

static void answer(tv_sig_worker *worker, tv_sig_question *questions, size_t num)
{
    if (!open_scratch(worker)) {
        return;
    }
    for (size_t i = 0; i < num; i++) {
        questions[i].is_good = is_good(worker, &questions[i]);
    }
}

const tv_sig_way tv_way_rsa = {takes, answer};
