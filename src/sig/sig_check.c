// SPDX-License-Identifier: Apache-2.0
// In: an issuer's key, a signed message and its signature. Out: good, bad or unsupported.
//
// A fast way (way.h) may say that a signature is good, and nothing else; whatever it does not call
// good is judged by EVP_DigestVerify, whose answer stands. What the algorithm is worth is the
// profile's question: a signature over MD5 is checked like any other, as long as libcrypto still
// computes it.

#include "sig/way.h"

#include <openssl/bn.h>
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
    worker->numbers = BN_CTX_new();
    if (worker->hasher == NULL || worker->verifier == NULL || worker->edwards == NULL ||
        worker->numbers == NULL) {
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
    BN_CTX_free(worker->numbers);
    tv_rsa_scratch_free(worker->rsa);
    tv_p256_scratch_free(worker->p256);
    tv_many_scratch_free(worker->many);
    free(worker);
}

const tv_sig_way *const tv_sig_ways[] = {&tv_way_rsa_lanes, &tv_way_rsa, &tv_way_p256,
                                         &tv_way_plain};
const size_t tv_sig_num_ways = sizeof(tv_sig_ways) / sizeof(tv_sig_ways[0]);

const tv_sig_way *tv_sig_way_find(const tv_key *key, const tv_sig_alg *alg)
{
    for (size_t i = 0; i < tv_sig_num_ways - 1; i++) {
        if (tv_sig_ways[i]->takes(key, alg)) {
            return tv_sig_ways[i];
        }
    }
    return &tv_way_plain;
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

tv_edge_state tv_sig_judge(tv_sig_worker *worker, const tv_sig_question *question)
{
    const tv_key *key = question->key;
    ERR_clear_error(); // the fast way has left what it stumbled over
    bool is_set_up = set_up(key, worker, question->alg);
    if (is_set_up &&
        EVP_DigestVerify(worker->verifier, question->signature.ptr, question->signature.len,
                         question->message.ptr, question->message.len) == 1) {
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
    bool has_memory = set_up(key, worker, question->alg);
    (void)tv_sig_drain_errors();
    return has_memory ? TV_EDGE_BAD : TV_EDGE_UNSUPPORTED;
}

// RFC 8017 8.1.2 and 8.2.2 begin with the length of the signature. For PSS libcrypto does not look,
// and takes a signature from which leading zeros are cut.
static bool has_length(const tv_key *key, tv_span signature)
{
    if (key->rsa != NULL) {
        return signature.len == key->size;
    }
    return signature.len > 0 && signature.len <= INT_MAX;
}

tv_edge_state tv_sig_admit(const tv_key *key, const tv_sig *sig, const tv_sig_alg *alg,
                           tv_span signature)
{
    if (key->pkey == NULL || alg->kind == TV_SIG_UNKNOWN || alg->kind == TV_SIG_DSA ||
        alg->kind > TV_SIG_DSA) {
        return TV_EDGE_UNSUPPORTED;
    }
    if (!fits(key->kind, (tv_sig_kind)alg->kind)) {
        return TV_EDGE_BAD;
    }
    if (!is_offered(sig, alg)) {
        return TV_EDGE_UNSUPPORTED;
    }
    return has_length(key, signature) ? TV_EDGE_UNKNOWN : TV_EDGE_BAD;
}

tv_edge_state tv_key_check_message(const tv_key *key, tv_sig_worker *worker, const tv_sig_alg *alg,
                                   tv_span message, tv_span signature)
{
    tv_edge_state state = tv_sig_admit(key, worker->sig, alg, signature);
    if (state != TV_EDGE_UNKNOWN) {
        return state;
    }
    tv_sig_count(worker, 1);
    tv_p256_table_use(key, worker, 1);
    tv_sig_question question = tv_sig_question_make(key, alg, message, signature);
    tv_sig_way_find(key, alg)->answer(worker, &question, 1);
    return question.is_good ? TV_EDGE_GOOD : tv_sig_judge(worker, &question);
}

tv_edge_state tv_key_check(const tv_key *key, tv_sig_worker *worker, const tv_cert *child)
{
    return tv_key_check_message(key, worker, &child->sig, child->tbs, child->signature);
}
