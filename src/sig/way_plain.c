// SPDX-License-Identifier: Apache-2.0
// In: questions of every kind. Out: which of them libcrypto's calls for one digest and one
// signature find good. Nothing is kept but a context for the last EdDSA key.

// RSA_verify, ECDSA_verify and what PSS takes are deprecated in favour of EVP_PKEY_verify. They
// cost the same as that with a context kept per key and thread, four fifths of EVP_DigestVerify for
// RSA-2048 (21.6, 21.6 and 26.5 microseconds with OpenSSL 3.0; P-256: 61.2, 61.4 and 66.6), and
// leave the key as the only state: nothing to look up, to bound or to invalidate.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/way.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

// EdDSA hashes the message itself, so that only the fetches of EVP_DigestVerifyInit can be saved:
// questions come sorted by key, and a context set up for the last key mostly fits the next. The
// context holds a reference, so that another key cannot have the address of the one held.
static bool is_good_edwards(tv_sig_worker *worker, const tv_sig_question *q)
{
    EVP_PKEY *pkey = q->key->pkey;
    bool held = worker->edwards_key == pkey;
    if (!held) {
        (void)EVP_MD_CTX_reset(worker->edwards);
    }
    worker->edwards_key = NULL;
    if (EVP_DigestVerifyInit(worker->edwards, NULL, NULL, NULL, held ? NULL : pkey) != 1 ||
        EVP_DigestVerify(worker->edwards, q->signature.ptr, q->signature.len, q->message.ptr,
                         q->message.len) != 1) {
        return false;
    }
    worker->edwards_key = pkey;
    return true;
}

bool tv_pss_is_good(const tv_sig *sig, const tv_sig_question *question, const uint8_t *digest,
                    const uint8_t *encoded)
{
    const tv_sig_alg *alg = question->alg;
    return RSA_verify_PKCS1_PSS_mgf1(question->key->rsa, digest, tv_digest_find(sig, alg->hash),
                                     tv_digest_find(sig, alg->mgf_hash), encoded,
                                     alg->salt_len) == 1;
}

static bool is_good_pss(const tv_sig *sig, const tv_sig_question *q, const uint8_t *digest)
{
    if (q->key->kind == TV_KEY_RSA_PSS) {
        return false; // EVP knows what the key itself asks for
    }
    uint8_t encoded[OPENSSL_RSA_MAX_MODULUS_BITS / 8];
    return RSA_public_decrypt((int)q->signature.len, q->signature.ptr, encoded, q->key->rsa,
                              RSA_NO_PADDING) == (int)q->signature.len &&
           tv_pss_is_good(sig, q, digest, encoded);
}

static bool is_good(tv_sig_worker *worker, const tv_sig_question *q)
{
    const tv_sig_alg *alg = q->alg;
    if (alg->kind == TV_SIG_ED25519 || alg->kind == TV_SIG_ED448) {
        return is_good_edwards(worker, q);
    }
    uint8_t digest[TV_DIGEST_MAX];
    size_t len = tv_digest(digest, worker, (tv_hash_kind)alg->hash, q->message);
    if (len == 0) {
        return false;
    }
    if (alg->kind == TV_SIG_ECDSA) {
        return ECDSA_verify(0, digest, (int)len, q->signature.ptr, (int)q->signature.len,
                            q->key->ec) == 1;
    }
    if (alg->kind == TV_SIG_RSA_PSS) {
        return is_good_pss(worker->sig, q, digest);
    }
    return RSA_verify(EVP_MD_get_type(tv_digest_find(worker->sig, alg->hash)), digest,
                      (unsigned int)len, q->signature.ptr, (unsigned int)q->signature.len,
                      q->key->rsa) == 1;
}

static void answer(tv_sig_worker *worker, tv_sig_question *questions, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        questions[i].is_good = is_good(worker, &questions[i]);
    }
}

const tv_sig_way tv_way_plain = {NULL, answer};
