// SPDX-License-Identifier: Apache-2.0
// In: an issuer's key, a signed message and its signature. Out: good, bad or unsupported.
//
// A fast way may say that a signature is good, and nothing else; whatever it does not call good is
// judged by EVP_DigestVerify, whose answer stands. What the algorithm is worth is the profile's
// question: a signature over MD5 is checked like any other, as long as libcrypto still computes it.

// RSA_verify, ECDSA_verify and what PSS takes are deprecated in favour of EVP_PKEY_verify. They
// cost the same as that with a context kept per key and thread, four fifths of EVP_DigestVerify for
// RSA-2048 (21.6, 21.6 and 26.5 microseconds with OpenSSL 3.0; P-256: 61.2, 61.4 and 66.6), and
// leave the key as the only state: nothing to look up, to bound or to invalidate.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/key.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <limits.h>
#include <stdlib.h>

tv_status tv_sig_worker_open(tv_sig_worker **out, const tv_sig *sig)
{
    *out = NULL;
    tv_sig_worker *worker = calloc(1, sizeof(*worker));
    if (worker == NULL) {
        return TV_ERR_NOMEM;
    }
    worker->sig = sig;
    worker->hasher = EVP_MD_CTX_new();
    worker->verifier = EVP_MD_CTX_new();
    worker->edwards = EVP_MD_CTX_new();
    if (worker->hasher == NULL || worker->verifier == NULL || worker->edwards == NULL) {
        (void)tv_sig_drain_errors();
        tv_sig_worker_close(worker);
        return TV_ERR_NOMEM;
    }
    *out = worker;
    return TV_OK;
}

void tv_sig_worker_close(tv_sig_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    EVP_MD_CTX_free(worker->hasher);
    EVP_MD_CTX_free(worker->verifier);
    EVP_MD_CTX_free(worker->edwards);
    free(worker);
}

// Whether a key of this kind can make signatures of that kind at all.
static bool fits(tv_key_kind key, tv_sig_kind sig)
{
    switch (sig) {
    case TV_SIG_RSA_PKCS1:
        return key == TV_KEY_RSA;
    case TV_SIG_RSA_PSS:
        return key == TV_KEY_RSA || key == TV_KEY_RSA_PSS;
    case TV_SIG_ECDSA:
        return key == TV_KEY_EC_P256 || key == TV_KEY_EC_P384 || key == TV_KEY_EC_P521;
    case TV_SIG_ED25519:
        return key == TV_KEY_ED25519;
    case TV_SIG_ED448:
        return key == TV_KEY_ED448;
    case TV_SIG_UNKNOWN:
    case TV_SIG_DSA:
        return false;
    }
    return false;
}

// Whether libcrypto offers what the algorithm is made of. ECDSA with MD2, MD4 or MD5 has no
// identifier and is nothing that anyone signs with.
static bool is_offered(const tv_sig *sig, const tv_sig_alg *alg)
{
    switch (alg->kind) {
    case TV_SIG_RSA_PKCS1:
        return tv_digest_find(sig, alg->hash) != NULL;
    case TV_SIG_RSA_PSS:
        return tv_digest_find(sig, alg->hash) != NULL && tv_digest_find(sig, alg->mgf_hash) != NULL;
    case TV_SIG_ECDSA:
        return alg->hash >= TV_HASH_SHA1 && tv_digest_find(sig, alg->hash) != NULL;
    default:
        return true; // EdDSA brings its own hash
    }
}

// EdDSA hashes the message itself, so that only the fetches of EVP_DigestVerifyInit can be saved:
// certificates come sorted by issuer, and a context set up for the last key mostly fits the next.
// The context holds a reference, so that another key cannot have the address of the one held.
static bool is_good_edwards(const tv_key *key, tv_sig_worker *worker, tv_span message,
                            tv_span signature)
{
    bool held = worker->edwards_key == key->pkey;
    if (!held) {
        (void)EVP_MD_CTX_reset(worker->edwards);
    }
    worker->edwards_key = NULL;
    if (EVP_DigestVerifyInit(worker->edwards, NULL, NULL, NULL, held ? NULL : key->pkey) != 1 ||
        EVP_DigestVerify(worker->edwards, signature.ptr, signature.len, message.ptr, message.len) !=
            1) {
        return false;
    }
    worker->edwards_key = key->pkey;
    return true;
}

static bool is_good_pss(const tv_key *key, const tv_sig *sig, const tv_sig_alg *alg,
                        const uint8_t *digest, tv_span signature)
{
    if (key->kind == TV_KEY_RSA_PSS) {
        return false; // EVP knows what the key itself asks for
    }
    uint8_t encoded[OPENSSL_RSA_MAX_MODULUS_BITS / 8];
    return RSA_public_decrypt((int)signature.len, signature.ptr, encoded, key->rsa,
                              RSA_NO_PADDING) == (int)signature.len &&
           RSA_verify_PKCS1_PSS_mgf1(key->rsa, digest, tv_digest_find(sig, alg->hash),
                                     tv_digest_find(sig, alg->mgf_hash), encoded,
                                     alg->salt_len) == 1;
}

// The fast way: false means nothing.
static bool is_good(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg,
                    tv_span message, tv_span signature)
{
    if (alg->kind == TV_SIG_ED25519 || alg->kind == TV_SIG_ED448) {
        return is_good_edwards(key, worker, message, signature);
    }
    uint8_t digest[TV_DIGEST_MAX];
    size_t len = tv_digest(digest, worker, (tv_hash_kind)alg->hash, message);
    if (len == 0) {
        return false;
    }
    if (alg->kind == TV_SIG_ECDSA) {
        return ECDSA_verify(0, digest, (int)len, signature.ptr, (int)signature.len, key->ec) == 1;
    }
    if (alg->kind == TV_SIG_RSA_PSS) {
        return is_good_pss(key, worker->sig, alg, digest, signature);
    }
    return RSA_verify(EVP_MD_get_type(tv_digest_find(worker->sig, alg->hash)), digest,
                      (unsigned int)len, signature.ptr, (unsigned int)signature.len, key->rsa) == 1;
}

static bool set_pss(EVP_PKEY_CTX *context, const tv_sig *sig, const tv_sig_alg *alg)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, tv_digest_find(sig, alg->mgf_hash)) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, alg->salt_len) == 1;
}

static bool set_up(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg)
{
    const EVP_MD *md = NULL;
    if (alg->kind != TV_SIG_ED25519 && alg->kind != TV_SIG_ED448) {
        md = tv_digest_find(worker->sig, alg->hash);
    }
    (void)EVP_MD_CTX_reset(worker->verifier);
    EVP_PKEY_CTX *context = NULL; // borrowed from the verifier
    return EVP_DigestVerifyInit(worker->verifier, &context, md, NULL, key->pkey) == 1 &&
           (alg->kind != TV_SIG_RSA_PSS || set_pss(context, worker->sig, alg));
}

// The slow way, by the book: EVP_DigestVerify, and what it means when it says no.
static tv_edge_state judge(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg,
                           tv_span message, tv_span signature)
{
    ERR_clear_error(); // the fast way has left what it stumbled over
    bool is_set_up = set_up(key, worker, alg);
    if (is_set_up && EVP_DigestVerify(worker->verifier, signature.ptr, signature.len, message.ptr,
                                      message.len) == 1) {
        return TV_EDGE_GOOD;
    }
    tv_sig_errors errors = tv_sig_drain_errors();
    if (errors.out_of_memory) {
        return TV_EDGE_UNSUPPORTED;
    }
    if (!is_set_up) {
        // An RSASSA-PSS key that names its parameters refuses all others. Lack of memory while it
        // looks can make it refuse its own; nothing in what it reports tells the two apart.
        return key->kind == TV_KEY_RSA_PSS && errors.provider ? TV_EDGE_BAD : TV_EDGE_UNSUPPORTED;
    }
    // Some places where memory is out leave no error. The set-up takes memory as well, so while it
    // is out there is none a second time.
    bool has_memory = set_up(key, worker, alg);
    (void)tv_sig_drain_errors();
    return has_memory ? TV_EDGE_BAD : TV_EDGE_UNSUPPORTED;
}

// RFC 8017 8.1.2 and 8.2.2 begin with the length of the signature. For PSS libcrypto does not look,
// and takes a signature from which leading zeros are cut.
static bool has_length(const tv_key *key, tv_span signature)
{
    if (key->rsa != NULL) {
        return signature.len == (size_t)RSA_size(key->rsa);
    }
    return signature.len > 0 && signature.len <= INT_MAX;
}

tv_edge_state tv_key_check_message(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg,
                                   tv_span message, tv_span signature)
{
    if (key->pkey == NULL || alg->kind == TV_SIG_UNKNOWN || alg->kind == TV_SIG_DSA ||
        alg->kind > TV_SIG_DSA) {
        return TV_EDGE_UNSUPPORTED;
    }
    if (!fits(key->kind, (tv_sig_kind)alg->kind)) {
        return TV_EDGE_BAD;
    }
    if (!is_offered(worker->sig, alg)) {
        return TV_EDGE_UNSUPPORTED;
    }
    if (!has_length(key, signature)) {
        return TV_EDGE_BAD;
    }
    if (message.len == 0) {
        message = TV_LIT(""); // a pointer that may be handed on
    }
    if (is_good(key, worker, alg, message, signature)) {
        return TV_EDGE_GOOD;
    }
    return judge(key, worker, alg, message, signature);
}

tv_edge_state tv_key_check(const tv_key *key, tv_sig_worker *worker, const tv_cert *child)
{
    return tv_key_check_message(key, worker, &child->sig, child->tbs, child->signature);
}
