// SPDX-License-Identifier: Apache-2.0
// In: ECDSA signatures under P-256 keys that have a table of multiples. Out: which of them are
// good. The inverses of s are computed together, by one inversion and three products each; u1 G and
// u2 Q come out of tables; x(u1 G + u2 Q) is compared with r without leaving projective coordinates
// (FIPS 186-5 6.4.2).
//
// What is unusual is left to the slow way: signatures that are not DER to the letter, r or s out of
// range, the point at infinity, and x >= n, where r + n would have to be looked for as well. All is
// public, and takes the time it takes.

// Deprecated without a successor: EVP keeps no tables, and gives no projective coordinates.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/way.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

#include <stdlib.h>

enum { SCALAR_LEN = 32 };

struct tv_p256_scratch {
    // Of each question that can be answered.
    size_t at[TV_SIG_BLOCK_MAX];
    BIGNUM *r[TV_SIG_BLOCK_MAX];
    BIGNUM *s[TV_SIG_BLOCK_MAX];        // in Montgomery form
    BIGNUM *products[TV_SIG_BLOCK_MAX]; // of all s up to this one
    BIGNUM *inverse, *s_inverse, *digest, *u1, *u2, *x, *z, *expected;
    EC_POINT *sum, *part;
};

static BIGNUM **number_at(tv_p256_scratch *scratch, size_t i)
{
    BIGNUM **single[] = {&scratch->inverse, &scratch->s_inverse, &scratch->digest,
                         &scratch->u1,      &scratch->u2,        &scratch->x,
                         &scratch->z,       &scratch->expected};
    enum { NUM_SINGLE = sizeof(single) / sizeof(single[0]) };
    BIGNUM **rows[] = {scratch->r, scratch->s, scratch->products};
    enum { NUM_ROWS = sizeof(rows) / sizeof(rows[0]) };
    if (i < NUM_SINGLE) {
        return single[i];
    }
    i -= NUM_SINGLE;
    return i < (size_t)NUM_ROWS * TV_SIG_BLOCK_MAX
               ? &rows[i / TV_SIG_BLOCK_MAX][i % TV_SIG_BLOCK_MAX]
               : NULL;
}

void tv_p256_scratch_free(tv_p256_scratch *scratch)
{
    if (scratch == NULL) {
        return;
    }
    BIGNUM **number;
    for (size_t i = 0; (number = number_at(scratch, i)) != NULL; i++) {
        BN_free(*number);
    }
    EC_POINT_free(scratch->sum);
    EC_POINT_free(scratch->part);
    free(scratch);
}

static bool open_scratch(tv_sig_worker *worker)
{
    if (worker->p256 != NULL) {
        return true;
    }
    tv_p256_scratch *scratch = calloc(1, sizeof(*scratch));
    if (scratch == NULL) {
        return false;
    }
    scratch->sum = EC_POINT_new(worker->sig->p256);
    scratch->part = EC_POINT_new(worker->sig->p256);
    bool is_whole = scratch->sum != NULL && scratch->part != NULL;
    BIGNUM **number;
    for (size_t i = 0; is_whole && (number = number_at(scratch, i)) != NULL; i++) {
        *number = BN_new();
        is_whole = *number != NULL;
    }
    if (!is_whole) {
        tv_p256_scratch_free(scratch);
        return false;
    }
    worker->p256 = scratch;
    return true;
}

// Takes a positive INTEGER in DER off the front of `*in`. No number of this curve needs a length of
// more than one byte.
static bool take_number(tv_span *in, BIGNUM *out)
{
    if (in->len < 3 || in->ptr[0] != 0x02) {
        return false;
    }
    const uint8_t *bytes = in->ptr + 2;
    size_t len = in->ptr[1];
    if (len == 0 || len > SCALAR_LEN + 1 || len > in->len - 2) {
        return false;
    }
    bool is_negative = (bytes[0] & 0x80) != 0;
    bool is_padded = len > 1 && bytes[0] == 0 && (bytes[1] & 0x80) == 0;
    in->ptr = bytes + len;
    in->len -= 2 + len;
    return !is_negative && !is_padded && BN_bin2bn(bytes, (int)len, out) != NULL;
}

// ECDSA-Sig-Value (RFC 3279 2.2.3) with both numbers in [1, n - 1].
static bool read_signature(tv_span der, BIGNUM *r, BIGNUM *s, const BIGNUM *order)
{
    if (der.len < 2 || der.ptr[0] != 0x30 || der.ptr[1] >= 0x80 || der.ptr[1] != der.len - 2) {
        return false;
    }
    tv_span rest = {der.ptr + 2, der.len - 2};
    return take_number(&rest, r) && take_number(&rest, s) && rest.len == 0 && !BN_is_zero(r) &&
           !BN_is_zero(s) && BN_ucmp(r, order) < 0 && BN_ucmp(s, order) < 0;
}

// Reads what can be answered: how many those are. A number out of range would spoil the product of
// all, so none gets in.
static size_t read_block(const tv_sig_worker *worker, const tv_sig_question *questions, size_t num)
{
    tv_p256_scratch *scratch = worker->p256;
    const BIGNUM *order = EC_GROUP_get0_order(worker->sig->p256);
    size_t n = 0;
    for (size_t i = 0; i < num; i++) {
        if (read_signature(questions[i].signature, scratch->r[n], scratch->s[n], order)) {
            scratch->at[n++] = i;
        }
    }
    return n;
}

// Turns each s into Montgomery form and inverts their product: from then on `inverse` is that of
// the last of `products`.
static bool invert(const tv_sig_worker *worker, size_t n)
{
    tv_p256_scratch *scratch = worker->p256;
    BN_MONT_CTX *order = worker->sig->p256_order;
    BN_CTX *numbers = worker->numbers;
    for (size_t i = 0; i < n; i++) {
        BIGNUM *s = scratch->s[i];
        if (BN_to_montgomery(s, s, order, numbers) != 1) {
            return false;
        }
        bool is_done = i == 0
                           ? BN_copy(scratch->products[0], s) != NULL
                           : BN_mod_mul_montgomery(scratch->products[i], scratch->products[i - 1],
                                                   s, order, numbers) == 1;
        if (!is_done) {
            return false;
        }
    }
    BIGNUM *inverse = scratch->inverse;
    return BN_from_montgomery(inverse, scratch->products[n - 1], order, numbers) == 1 &&
           BN_mod_inverse(inverse, inverse, EC_GROUP_get0_order(worker->sig->p256), numbers) !=
               NULL &&
           BN_to_montgomery(inverse, inverse, order, numbers) == 1;
}

// Sets `s_inverse` to that of the i-th, which is the last whose inverse was not yet taken.
static bool take_inverse(const tv_sig_worker *worker, size_t i)
{
    tv_p256_scratch *scratch = worker->p256;
    BN_MONT_CTX *order = worker->sig->p256_order;
    if (i == 0) {
        return BN_copy(scratch->s_inverse, scratch->inverse) != NULL;
    }
    return BN_mod_mul_montgomery(scratch->s_inverse, scratch->inverse, scratch->products[i - 1],
                                 order, worker->numbers) == 1 &&
           BN_mod_mul_montgomery(scratch->inverse, scratch->inverse, scratch->s[i], order,
                                 worker->numbers) == 1;
}

// The leftmost 256 bits of the digest, modulo the order.
static bool read_digest(const tv_sig_worker *worker, const tv_sig_question *q)
{
    BIGNUM *digest = worker->p256->digest;
    const BIGNUM *order = EC_GROUP_get0_order(worker->sig->p256);
    uint8_t bytes[TV_DIGEST_MAX];
    size_t len = tv_digest(bytes, worker, (tv_hash_kind)q->alg->hash, q->message);
    if (len == 0 || BN_bin2bn(bytes, (int)(len < SCALAR_LEN ? len : SCALAR_LEN), digest) == NULL) {
        return false;
    }
    return BN_ucmp(digest, order) < 0 || BN_usub(digest, digest, order) == 1;
}

// Whether x of `sum` is `r`. With X and Z of the Jacobian coordinates x is X / Z^2; Z is 0 at
// infinity, which has no x, and where X could be r Z^2 for every r.
static bool has_x(const tv_sig_worker *worker, const BIGNUM *r)
{
    tv_p256_scratch *scratch = worker->p256;
    const EC_GROUP *curve = worker->sig->p256;
    BN_MONT_CTX *field = worker->sig->p256_field;
    BIGNUM *z = scratch->z;
    BIGNUM *expected = scratch->expected;
    return EC_POINT_get_Jprojective_coordinates_GFp(curve, scratch->sum, scratch->x, NULL, z,
                                                    worker->numbers) == 1 &&
           !BN_is_zero(z) && BN_to_montgomery(z, z, field, worker->numbers) == 1 &&
           BN_mod_mul_montgomery(z, z, z, field, worker->numbers) == 1 &&
           BN_mod_mul_montgomery(expected, r, z, field, worker->numbers) == 1 &&
           BN_ucmp(scratch->x, expected) == 0;
}

static bool is_good(const tv_sig_worker *worker, const tv_sig_question *q, const BIGNUM *r)
{
    tv_p256_scratch *scratch = worker->p256;
    BN_MONT_CTX *order = worker->sig->p256_order;
    const EC_GROUP *curve = worker->sig->p256;
    BN_CTX *numbers = worker->numbers;
    // One factor in Montgomery form and one not: the product is not.
    return read_digest(worker, q) &&
           BN_mod_mul_montgomery(scratch->u1, scratch->digest, scratch->s_inverse, order,
                                 numbers) == 1 &&
           BN_mod_mul_montgomery(scratch->u2, r, scratch->s_inverse, order, numbers) == 1 &&
           EC_POINT_mul(curve, scratch->sum, scratch->u1, NULL, NULL, numbers) == 1 &&
           EC_POINT_mul(tv_p256_table_get(q->key), scratch->part, scratch->u2, NULL, NULL,
                        numbers) == 1 &&
           EC_POINT_add(curve, scratch->sum, scratch->sum, scratch->part, numbers) == 1 &&
           has_x(worker, r);
}

static bool takes(const tv_key *key, const tv_sig_alg *alg)
{
    return alg->kind == TV_SIG_ECDSA && tv_p256_table_get(key) != NULL;
}

static void answer(tv_sig_worker *worker, tv_sig_question *questions, size_t num)
{
    if (!open_scratch(worker)) {
        return;
    }
    size_t n = read_block(worker, questions, num);
    if (n == 0 || !invert(worker, n)) {
        return;
    }
    for (size_t i = n; i-- > 0;) {
        if (!take_inverse(worker, i)) {
            return; // the ones before it need it too
        }
        tv_sig_question *q = &questions[worker->p256->at[i]];
        q->is_good = is_good(worker, q, worker->p256->r[i]);
    }
}

const tv_sig_way tv_way_p256 = {takes, answer};
