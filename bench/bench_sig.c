// SPDX-License-Identifier: Apache-2.0
// What one signature costs by key and algorithm, over a message of the size of a TBSCertificate,
// one by one and among many under one key, with a table and without; what EVP_DigestVerify takes
// for the same, by the book; what decoding a key, building a table and a digest cost. Keys are
// random: the work under a public key does not depend on its digits.
#include "bench.h"

#include "sig/sig_memo.h"
#include "sig/way.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_LEN = 750, SIGNATURE_MAX_LEN = 2048, SPKI_MAX_LEN = 4096, MANY = 512 };

typedef struct bench_state {
    tv_sig *sig;
    tv_sig_worker *worker;
    tv_sig_memo *memo;
    EVP_PKEY *pair;
    EVP_MD_CTX *context;
    const EVP_MD *md;
    tv_key *key;
    tv_key_kind kind;
    tv_cert cert; // algorithm, message and signature; nothing else is read
    uint8_t message[MESSAGE_LEN];
    uint8_t signature[SIGNATURE_MAX_LEN];
    uint8_t spki[SPKI_MAX_LEN];
    size_t spki_len;
    struct one_of_many *many; // MANY, or NULL
    tv_sig_ask *asks;         // one for each
} bench_state;

// A message and its signature, of their own.
typedef struct one_of_many {
    tv_cert cert;
    uint8_t message[MESSAGE_LEN];
    uint8_t signature[SIGNATURE_MAX_LEN];
} one_of_many;

static void teardown(void *arg)
{
    bench_state *state = arg;
    tv_sig_memo_close(state->memo);
    tv_key_close(state->key);
    tv_sig_worker_close(state->worker);
    tv_sig_close(state->sig);
    EVP_PKEY_free(state->pair);
    EVP_MD_CTX_free(state->context);
    free(state->many);
    free(state->asks);
    free(state);
}

static EVP_PKEY *make_pair(tv_key_kind kind, size_t bits)
{
    switch (kind) {
    case TV_KEY_RSA:
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
    case TV_KEY_EC_P256:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    case TV_KEY_EC_P384:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    case TV_KEY_ED25519:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    default:
        return NULL;
    }
}

static bool sign(bench_state *state, tv_cert *cert, const uint8_t *message, uint8_t *signature)
{
    EVP_PKEY_CTX *padding = NULL;
    size_t len = SIGNATURE_MAX_LEN;
    const tv_sig_alg *alg = &state->cert.sig;
    bool good = EVP_DigestSignInit(state->context, &padding, state->md, NULL, state->pair) == 1 &&
                (alg->kind != TV_SIG_RSA_PSS ||
                 (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                  EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, alg->salt_len) == 1)) &&
                EVP_DigestSign(state->context, signature, &len, message, MESSAGE_LEN) == 1;
    cert->sig = *alg;
    cert->tbs = (tv_span){message, MESSAGE_LEN};
    cert->signature = (tv_span){signature, len};
    return good && EVP_MD_CTX_reset(state->context) == 1;
}

static void *make(tv_bench_load *load, tv_key_kind kind, size_t bits, tv_sig_kind sig)
{
    bench_state *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return NULL;
    }
    load->items = 1;
    state->kind = kind;
    state->cert.sig = (tv_sig_alg){(uint8_t)sig, TV_HASH_SHA256, TV_HASH_SHA256, 32};
    state->md = sig == TV_SIG_ED25519 ? NULL : EVP_sha256();
    memset(state->message, 'm', sizeof(state->message));
    state->context = EVP_MD_CTX_new();
    state->pair = make_pair(kind, bits);
    int len = i2d_PUBKEY(state->pair, NULL);
    uint8_t *next = state->spki;
    if (len <= 0 || len > SPKI_MAX_LEN || i2d_PUBKEY(state->pair, &next) != len ||
        !sign(state, &state->cert, state->message, state->signature)) {
        goto failed;
    }
    state->spki_len = (size_t)len;
    tv_span spki = {state->spki, state->spki_len};
    if (tv_sig_open(&state->sig) != TV_OK ||
        tv_sig_worker_open(&state->worker, state->sig) != TV_OK ||
        tv_sig_memo_open(&state->memo, 1) != TV_OK ||
        tv_key_open(&state->key, state->sig, spki, kind) != TV_OK ||
        tv_key_check(state->key, state->worker, &state->cert) != TV_EDGE_GOOD) {
        goto failed;
    }
    return state;
failed:
    teardown(state);
    return NULL;
}

// Gives a state what run_many asks.
static void *make_many(tv_bench_load *load, bench_state *state)
{
    if (state == NULL) {
        return NULL;
    }
    state->many = calloc(MANY, sizeof(*state->many));
    state->asks = calloc(MANY, sizeof(*state->asks));
    if (state->many == NULL || state->asks == NULL) {
        teardown(state);
        return NULL;
    }
    for (size_t i = 0; i < MANY; i++) {
        one_of_many *one = &state->many[i];
        memset(one->message, 'm', MESSAGE_LEN);
        memcpy(one->message, &i, sizeof(i));
        if (!sign(state, &one->cert, one->message, one->signature)) {
            teardown(state);
            return NULL;
        }
        state->asks[i] = (tv_sig_ask){state->key, &one->cert, TV_EDGE_UNKNOWN};
    }
    load->items = MANY;
    return state;
}

static void *setup_rsa_2048(tv_bench_load *load)
{
    return make(load, TV_KEY_RSA, 2048, TV_SIG_RSA_PKCS1);
}

static void *setup_rsa_3072(tv_bench_load *load)
{
    return make(load, TV_KEY_RSA, 3072, TV_SIG_RSA_PKCS1);
}

static void *setup_rsa_4096(tv_bench_load *load)
{
    return make(load, TV_KEY_RSA, 4096, TV_SIG_RSA_PKCS1);
}

static void *setup_pss_2048(tv_bench_load *load)
{
    return make(load, TV_KEY_RSA, 2048, TV_SIG_RSA_PSS);
}

static void *setup_p256(tv_bench_load *load)
{
    bench_state *state = make(load, TV_KEY_EC_P256, 0, TV_SIG_ECDSA);
    if (state != NULL) {
        state->sig->demand->has_tables = false; // or one comes by itself
    }
    return state;
}

static void *setup_p256_table(tv_bench_load *load)
{
    bench_state *state = make(load, TV_KEY_EC_P256, 0, TV_SIG_ECDSA);
    if (state != NULL) {
        tv_p256_table_build(state->key, state->worker);
    }
    return state;
}

static void *setup_p384(tv_bench_load *load)
{
    return make(load, TV_KEY_EC_P384, 0, TV_SIG_ECDSA);
}

static void *setup_ed25519(tv_bench_load *load)
{
    return make(load, TV_KEY_ED25519, 0, TV_SIG_ED25519);
}

static void *setup_many_rsa_2048(tv_bench_load *load)
{
    return make_many(load, setup_rsa_2048(load));
}

static void *setup_many_rsa_3072(tv_bench_load *load)
{
    return make_many(load, setup_rsa_3072(load));
}

static void *setup_many_rsa_4096(tv_bench_load *load)
{
    return make_many(load, setup_rsa_4096(load));
}

// The level below that of lanes: one by one, with a kept context.
static void *setup_many_rsa_2048_portable(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_PORTABLE) ? setup_many_rsa_2048(load) : NULL;
}

static void *setup_many_pss_2048(tv_bench_load *load)
{
    return make_many(load, setup_pss_2048(load));
}

static void *setup_many_p256(tv_bench_load *load)
{
    return make_many(load, setup_p256(load));
}

static void *setup_many_p256_table(tv_bench_load *load)
{
    return make_many(load, setup_p256_table(load));
}

// A message that the signature is not over: the fast way says no, and the slow way is asked.
static void *setup_bad_rsa_2048(tv_bench_load *load)
{
    bench_state *state = setup_rsa_2048(load);
    if (state != NULL) {
        state->message[0] ^= 1;
    }
    return state;
}

static void *setup_sha256(tv_bench_load *load)
{
    bench_state *state = setup_p256(load);
    load->bytes = MESSAGE_LEN;
    return state;
}

static uint64_t run_check(void *arg)
{
    bench_state *state = arg;
    return tv_key_check(state->key, state->worker, &state->cert);
}

static uint64_t run_many(void *arg)
{
    bench_state *state = arg;
    tv_key_check_many(state->worker, state->asks, MANY);
    uint64_t num_good = 0;
    for (size_t i = 0; i < MANY; i++) {
        num_good += state->asks[i].state == TV_EDGE_GOOD;
    }
    return num_good;
}

static uint64_t run_table(void *arg)
{
    bench_state *state = arg;
    tv_key *key;
    tv_status status =
        tv_key_open(&key, state->sig, (tv_span){state->spki, state->spki_len}, state->kind);
    if (status == TV_OK) {
        tv_p256_table_build(key, state->worker);
    }
    tv_key_close(key);
    return status;
}

static uint64_t run_evp(void *arg)
{
    bench_state *state = arg;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint64_t good = EVP_DigestVerifyInit(context, NULL, state->md, NULL, state->pair) == 1 &&
                    EVP_DigestVerify(context, state->signature, state->cert.signature.len,
                                     state->message, MESSAGE_LEN) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static uint64_t run_remembered(void *arg)
{
    bench_state *state = arg;
    return tv_sig_memo_check(state->memo, 1, 1, state->key, state->worker, &state->cert);
}

static uint64_t run_open(void *arg)
{
    bench_state *state = arg;
    tv_key *key;
    tv_status status =
        tv_key_open(&key, state->sig, (tv_span){state->spki, state->spki_len}, state->kind);
    tv_key_close(key);
    return status;
}

static uint64_t run_sha256(void *arg)
{
    bench_state *state = arg;
    uint8_t digest[32];
    tv_sha256(digest, state->cert.tbs);
    return digest[0];
}

const tv_bench_case tv_bench_sig[] = {
    {"check_rsa_2048", setup_rsa_2048, run_check, teardown},
    {"check_rsa_3072", setup_rsa_3072, run_check, teardown},
    {"check_rsa_4096", setup_rsa_4096, run_check, teardown},
    {"check_pss_2048", setup_pss_2048, run_check, teardown},
    {"check_p256", setup_p256, run_check, teardown},
    {"check_p256_table", setup_p256_table, run_check, teardown},
    {"check_p384", setup_p384, run_check, teardown},
    {"check_ed25519", setup_ed25519, run_check, teardown},
    {"check_bad_rsa_2048", setup_bad_rsa_2048, run_check, teardown},
    {"many_rsa_2048", setup_many_rsa_2048, run_many, teardown},
    {"many_rsa_3072", setup_many_rsa_3072, run_many, teardown},
    {"many_rsa_4096", setup_many_rsa_4096, run_many, teardown},
    {"many_rsa_2048_portable", setup_many_rsa_2048_portable, run_many, teardown},
    {"many_pss_2048", setup_many_pss_2048, run_many, teardown},
    {"many_p256", setup_many_p256, run_many, teardown},
    {"many_p256_table", setup_many_p256_table, run_many, teardown},
    {"evp_rsa_2048", setup_rsa_2048, run_evp, teardown},
    {"evp_p256", setup_p256, run_evp, teardown},
    {"evp_ed25519", setup_ed25519, run_evp, teardown},
    {"remembered", setup_p256, run_remembered, teardown},
    {"open_rsa_2048", setup_rsa_2048, run_open, teardown},
    {"open_p256", setup_p256, run_open, teardown},
    {"table_p256", setup_p256, run_table, teardown},
    {"open_p384", setup_p384, run_open, teardown},
    {"open_ed25519", setup_ed25519, run_open, teardown},
    {"sha256", setup_sha256, run_sha256, teardown},
    {0},
};
