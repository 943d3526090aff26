// SPDX-License-Identifier: Apache-2.0
// In: a seed. Out: for each kind of signature, what one check costs by itself where no more are
// expected, so that no table is made for its key; and what it costs when many under one key are
// asked for at a time, with all that is kept for such a key made before. Messages are of the size
// of what is signed in a client's certificate.
#include "measure/signatures.h"

#include "base/sequence.h"
#include "base/span.h"
#include "measure/stopwatch.h"
#include "sig/keypair.h"

#include <stdlib.h>

enum {
    MESSAGE_LEN = 740,
    MAX_SIGNATURES = 64,
    MAX_ASKS = 1024,
    QUICK_SHARE = 8,
    MANY_MORE = 1000000, // signatures that are expected under a key
};

// One kind, and how many checks make a round.
typedef struct signature_kind {
    const char *name;
    const char *title;
    tv_key_kind key;
    unsigned bits;
    tv_sig_alg alg;
    size_t num_asks;
} signature_kind;

static const signature_kind kinds[TV_NUM_SIGNATURES] = {
    {"rsa-2048",
     "RSA-2048, PKCS #1, SHA-256",
     TV_KEY_RSA,
     2048,
     {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
     MAX_ASKS},
    {"rsa-3072",
     "RSA-3072, PKCS #1, SHA-256",
     TV_KEY_RSA,
     3072,
     {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
     512},
    {"rsa-4096",
     "RSA-4096, PKCS #1, SHA-256",
     TV_KEY_RSA,
     4096,
     {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
     512},
    {"rsa-2048-pss",
     "RSA-2048, PSS, SHA-256",
     TV_KEY_RSA,
     2048,
     {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32},
     MAX_ASKS},
    {"p-256", "P-256, SHA-256", TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}, MAX_ASKS},
    {"p-384", "P-384, SHA-384", TV_KEY_EC_P384, 0, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}, 64},
    {"p-521", "P-521, SHA-512", TV_KEY_EC_P521, 0, {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}, 64},
    {"ed25519", "Ed25519", TV_KEY_ED25519, 0, {TV_SIG_ED25519, TV_HASH_NONE, 0, 0}, 256},
    {"ed448", "Ed448", TV_KEY_ED448, 0, {TV_SIG_ED448, TV_HASH_NONE, 0, 0}, 64},
};

// A key, and what it belongs to.
typedef struct setting {
    tv_sig *sig;
    tv_sig_worker *worker;
    tv_key *key;
} setting;

// Two settings of one key, so that what is expected of one does not serve the other.
typedef struct bench {
    setting alone, many;
    uint8_t messages[MAX_SIGNATURES][MESSAGE_LEN];
    tv_buf signatures[MAX_SIGNATURES];
    tv_cert children[MAX_SIGNATURES]; // algorithm, message and signature; nothing else is read
    tv_sig_ask asks[MAX_ASKS];
    size_t num_asks;
} bench;

static uint64_t check_alone(void *payload)
{
    const bench *self = payload;
    const setting *alone = &self->alone;
    uint64_t sum = 0;
    for (size_t i = 0; i < self->num_asks; i++) {
        tv_sig_expect(alone->sig, 2); // this one and hardly another
        sum += tv_key_check(alone->key, alone->worker, self->asks[i].child);
    }
    return sum;
}

static uint64_t check_many(void *payload)
{
    bench *self = payload;
    tv_sig_expect(self->many.sig, MANY_MORE);
    tv_key_check_many(self->many.worker, self->asks, self->num_asks);
    return self->asks[0].state;
}

static tv_status sign_messages(bench *self, const signature_kind *kind, tv_keypair *pair,
                               uint64_t seed)
{
    for (size_t i = 0; i < MAX_SIGNATURES && i < self->num_asks; i++) {
        tv_sequence sequence = tv_sequence_of(seed, i);
        tv_sequence_fill(&sequence, self->messages[i], MESSAGE_LEN);
        tv_cert *child = &self->children[i];
        child->sig = kind->alg;
        child->tbs = tv_span_make(self->messages[i], MESSAGE_LEN);
        tv_status status = tv_keypair_sign(pair, &kind->alg, child->tbs, &self->signatures[i]);
        if (status != TV_OK) {
            return status;
        }
        child->signature = tv_buf_span(&self->signatures[i]);
    }
    for (size_t i = 0; i < self->num_asks; i++) {
        self->asks[i] =
            (tv_sig_ask){.key = self->many.key, .child = &self->children[i % MAX_SIGNATURES]};
    }
    return TV_OK;
}

static tv_status open_setting(setting *self, tv_span spki, tv_key_kind kind)
{
    tv_status status = tv_sig_open(&self->sig);
    if (status == TV_OK) {
        status = tv_sig_worker_open(&self->worker, self->sig);
    }
    return status == TV_OK ? tv_key_open(&self->key, self->sig, spki, kind) : status;
}

static void close_setting(setting *self)
{
    tv_key_close(self->key);
    tv_sig_worker_close(self->worker);
    tv_sig_close(self->sig);
}

static tv_status open_bench(bench *self, const signature_kind *kind, uint64_t seed)
{
    tv_keypair *pair;
    tv_status status = tv_keypair_open(&pair, kind->key, kind->bits, seed);
    if (status == TV_OK) {
        status = open_setting(&self->alone, tv_keypair_spki(pair), kind->key);
    }
    if (status == TV_OK) {
        status = open_setting(&self->many, tv_keypair_spki(pair), kind->key);
    }
    if (status == TV_OK) {
        status = sign_messages(self, kind, pair, seed);
    }
    tv_keypair_close(pair);
    return status;
}

static void close_bench(bench *self)
{
    for (size_t i = 0; i < MAX_SIGNATURES; i++) {
        tv_buf_close(&self->signatures[i]);
    }
    close_setting(&self->alone);
    close_setting(&self->many);
    free(self);
}

// All signatures are good, so that what is measured is the way of a good one.
static bool are_good(const bench *self)
{
    for (size_t i = 0; i < self->num_asks; i++) {
        if (self->asks[i].state != TV_EDGE_GOOD) {
            return false;
        }
    }
    return true;
}

static tv_status measure_kind(tv_signature_figure *out, const signature_kind *kind, uint64_t seed,
                              double seconds, bool quick)
{
    bench *self = calloc(1, sizeof(*self));
    if (self == NULL) {
        return TV_ERR_NOMEM;
    }
    self->num_asks = quick ? kind->num_asks / QUICK_SHARE : kind->num_asks;
    tv_rounds alone = {0};
    tv_rounds many = {0};
    tv_status status = open_bench(self, kind, seed);
    if (status == TV_OK) {
        status = tv_stopwatch_rounds(&alone, seconds, NULL, check_alone, self);
    }
    if (status == TV_OK) {
        status = tv_stopwatch_rounds(&many, seconds, NULL, check_many, self);
    }
    if (status == TV_OK && !are_good(self)) {
        status = TV_ERR_CRYPTO;
    }
    *out = (tv_signature_figure){
        .name = kind->name,
        .title = kind->title,
        .items = self->num_asks,
        .alone = alone.ns / (double)self->num_asks,
        .many = many.ns / (double)self->num_asks,
    };
    close_bench(self);
    return status;
}

tv_status tv_measure_signatures(tv_signature_figure out[TV_NUM_SIGNATURES], uint64_t seed,
                                double seconds, bool quick)
{
    tv_status status = TV_OK;
    for (size_t i = 0; i < TV_NUM_SIGNATURES && status == TV_OK; i++) {
        status = measure_kind(&out[i], &kinds[i], seed, seconds, quick);
    }
    return status;
}
