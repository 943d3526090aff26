// SPDX-License-Identifier: Apache-2.0
// In: RSA signatures, PKCS#1 v1.5 and PSS, under keys of the sizes and exponents that lanes compute
// with. Out: which of them are good. Eight at a time are raised to the public exponent by
// arithmetic of our own (lanes/rsa_lanes.h); the encoding that comes out is compared as a whole,
// or, of PSS, shown to libcrypto.
//
// The power has to be what the digest asks for in every bit, so that a fault in the arithmetic
// makes a good signature look bad, which the slow way then puts right, and not the other way round.

// RSA_verify_PKCS1_PSS_mgf1 takes the low-level keys, which are deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/pkcs1.h"
#include "sig/way.h"

#include <string.h>

// Eight lanes take as long as two signatures one by one, however many of them are filled.
enum { FEWEST = 3 };

// Questions whose keys fit together.
typedef struct batch {
    tv_sig_question *questions[TV_RSA_LANES];
    size_t num;
} batch;

// Takes up to eight questions that go with the first of them out of those left, in order. Those
// whose signatures are out of range are taken as well, and stay as they are: not good.
static batch take_batch(tv_sig_question **left, size_t *num_left)
{
    batch out = {{NULL}, 0};
    size_t num_kept = 0;
    for (size_t i = 0; i < *num_left; i++) {
        tv_sig_question *q = left[i];
        const tv_rsa_lane_key *key = q->key->lane;
        if (!tv_rsa_lane_admits(key, q->signature)) {
            continue;
        }
        if (out.num < TV_RSA_LANES &&
            (out.num == 0 || tv_rsa_lane_keys_fit(out.questions[0]->key->lane, key))) {
            out.questions[out.num++] = q;
        } else {
            left[num_kept++] = q;
        }
    }
    *num_left = num_kept;
    return out;
}

static bool is_good(const tv_sig_worker *worker, const tv_sig_question *q, const uint8_t *encoded)
{
    uint8_t digest[TV_DIGEST_MAX];
    size_t digest_len = tv_digest(digest, worker, (tv_hash_kind)q->alg->hash, q->message);
    if (digest_len == 0) {
        return false;
    }
    if (q->alg->kind == TV_SIG_RSA_PSS) {
        return tv_pss_is_good(worker->sig, q, digest, encoded);
    }
    size_t len = q->signature.len;
    uint8_t expected[TV_RSA_LANES_BYTES_MAX];
    if (digest_len != tv_pkcs1_digest_len(q->alg->hash) ||
        !tv_pkcs1_frame(expected, len, q->alg->hash)) {
        return false;
    }
    memcpy(expected + len - digest_len, digest, digest_len);
    return memcmp(encoded, expected, len) == 0;
}

static void answer_in_lanes(const tv_sig_worker *worker, const batch *b)
{
    tv_rsa_lane lanes[TV_RSA_LANES] = {{NULL, NULL}};
    for (size_t i = 0; i < b->num; i++) {
        lanes[i] = (tv_rsa_lane){b->questions[i]->key->lane, b->questions[i]->signature.ptr};
    }
    uint8_t encoded[TV_RSA_LANES][TV_RSA_LANES_BYTES_MAX];
    tv_rsa_lanes_raise(encoded, lanes, b->num);
    for (size_t i = 0; i < b->num; i++) {
        b->questions[i]->is_good = is_good(worker, b->questions[i], encoded[i]);
    }
}

static void answer_one_by_one(tv_sig_worker *worker, const batch *b)
{
    for (size_t i = 0; i < b->num; i++) {
        tv_sig_question *q = b->questions[i];
        const tv_sig_way *way = tv_way_rsa.takes(q->key, q->alg) ? &tv_way_rsa : &tv_way_plain;
        way->answer(worker, q, 1);
    }
}

static bool takes(const tv_key *key, const tv_sig_alg *alg)
{
    return key->lane != NULL && tv_rsa_lanes_used() &&
           (alg->kind == TV_SIG_RSA_PSS ||
            (alg->kind == TV_SIG_RSA_PKCS1 && tv_pkcs1_digest_len(alg->hash) != 0));
}

static void answer(tv_sig_worker *worker, tv_sig_question *questions, size_t num)
{
    tv_sig_question *left[TV_SIG_BLOCK_MAX];
    for (size_t i = 0; i < num; i++) {
        left[i] = &questions[i];
    }
    while (num > 0) {
        batch b = take_batch(left, &num);
        if (b.num < FEWEST) {
            answer_one_by_one(worker, &b);
        } else {
            answer_in_lanes(worker, &b);
        }
    }
}

const tv_sig_way tv_way_rsa_lanes = {takes, answer};
