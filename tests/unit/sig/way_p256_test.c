// SPDX-License-Identifier: Apache-2.0
// The way by tables against ECDSA_do_verify, on signatures made for the places where it could go
// wrong: the ends of every range, points that meet or cancel out, blocks with something spoilt in
// them. Digests are chosen freely: a hash is put in whose digest is its message.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/way.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { DIGEST_LEN = 64, SCALAR_LEN = 32, DER_MAX_LEN = 80, SPKI_LEN = 91 };

static const tv_sig_alg alg = {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}; // the one put in

static tv_sig *sig;
static tv_sig_worker *worker;
static EVP_MD *identity;
static const EVP_MD *sha512;
static const EC_GROUP *curve;
static const BIGNUM *order;
static BN_CTX *numbers;

// One signature, and the key it is to be checked with.
typedef struct signature {
    tv_key *key;
    uint8_t digest[DIGEST_LEN];
    uint8_t der[DER_MAX_LEN];
    size_t der_len;
} signature;

static int identity_init(EVP_MD_CTX *context)
{
    memset(EVP_MD_CTX_get0_md_data(context), 0, DIGEST_LEN);
    return 1;
}

static int identity_update(EVP_MD_CTX *context, const void *bytes, size_t len)
{
    memcpy(EVP_MD_CTX_get0_md_data(context), bytes, len < DIGEST_LEN ? len : DIGEST_LEN);
    return 1;
}

static int identity_final(EVP_MD_CTX *context, unsigned char *out)
{
    memcpy(out, EVP_MD_CTX_get0_md_data(context), DIGEST_LEN);
    return 1;
}

static int set_up(void **state)
{
    (void)state;
    identity = EVP_MD_meth_new(NID_undef, NID_undef);
    if (identity == NULL || EVP_MD_meth_set_result_size(identity, DIGEST_LEN) != 1 ||
        EVP_MD_meth_set_app_datasize(identity, DIGEST_LEN) != 1 ||
        EVP_MD_meth_set_init(identity, identity_init) != 1 ||
        EVP_MD_meth_set_update(identity, identity_update) != 1 ||
        EVP_MD_meth_set_final(identity, identity_final) != 1 || tv_sig_open(&sig) != TV_OK ||
        tv_sig_worker_open(&worker, sig) != TV_OK) {
        return -1;
    }
    sha512 = sig->digests[TV_HASH_SHA512];
    sig->digests[TV_HASH_SHA512] = identity;
    curve = sig->p256;
    order = EC_GROUP_get0_order(curve);
    numbers = BN_CTX_new();
    return numbers != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    sig->digests[TV_HASH_SHA512] = (EVP_MD *)sha512;
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    EVP_MD_meth_free(identity);
    BN_CTX_free(numbers);
    return 0;
}

static BIGNUM *word(uint64_t value)
{
    BIGNUM *out = BN_new();
    assert_non_null(out);
    assert_int_equal(BN_set_word(out, value), 1);
    return out;
}

// order + offset
static BIGNUM *order_plus(int offset)
{
    BIGNUM *out = BN_dup(order);
    assert_non_null(out);
    assert_int_equal(
        offset < 0 ? BN_sub_word(out, (BN_ULONG)-offset) : BN_add_word(out, (BN_ULONG)offset), 1);
    return out;
}

// a b, a / b modulo the order
static BIGNUM *product(const BIGNUM *a, const BIGNUM *b)
{
    BIGNUM *out = BN_new();
    assert_int_equal(BN_mod_mul(out, a, b, order, numbers), 1);
    return out;
}

static BIGNUM *quotient(const BIGNUM *a, const BIGNUM *b)
{
    BIGNUM *inverse = BN_mod_inverse(NULL, b, order, numbers);
    assert_non_null(inverse);
    BIGNUM *out = product(a, inverse);
    BN_free(inverse);
    return out;
}

static EC_POINT *multiple(const BIGNUM *scalar)
{
    EC_POINT *out = EC_POINT_new(curve);
    assert_int_equal(EC_POINT_mul(curve, out, scalar, NULL, NULL, numbers), 1);
    return out;
}

static BIGNUM *x_of(const EC_POINT *point)
{
    BIGNUM *x = BN_new();
    assert_int_equal(EC_POINT_get_affine_coordinates(curve, point, x, NULL, numbers), 1);
    return x;
}

// The key, with its table in place.
static tv_key *open_key(const EC_POINT *point)
{
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    assert_int_equal(EC_KEY_set_public_key(ec, point), 1);
    uint8_t spki[SPKI_LEN];
    uint8_t *next = spki;
    assert_int_equal(i2d_EC_PUBKEY(ec, NULL), SPKI_LEN);
    assert_int_equal(i2d_EC_PUBKEY(ec, &next), SPKI_LEN);
    EC_KEY_free(ec);
    tv_key *key;
    assert_int_equal(tv_key_open(&key, sig, (tv_span){spki, sizeof(spki)}, TV_KEY_EC_P256), TV_OK);
    tv_p256_table_build(key, worker);
    assert_non_null(tv_p256_table_get(key));
    return key;
}

static tv_key *open_key_of(const BIGNUM *secret)
{
    EC_POINT *point = multiple(secret);
    tv_key *key = open_key(point);
    EC_POINT_free(point);
    return key;
}

static void encode(signature *out, const BIGNUM *r, const BIGNUM *s)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    assert_int_equal(ECDSA_SIG_set0(pair, BN_dup(r), BN_dup(s)), 1);
    assert_in_range(i2d_ECDSA_SIG(pair, NULL), 1, DER_MAX_LEN);
    uint8_t *next = out->der;
    out->der_len = (size_t)i2d_ECDSA_SIG(pair, &next);
    ECDSA_SIG_free(pair);
}

static void set_digest(signature *out, const BIGNUM *e)
{
    memset(out->digest, 0xa5, DIGEST_LEN); // what follows the first 256 bits does not count
    assert_int_equal(BN_bn2binpad(e, out->digest, SCALAR_LEN), SCALAR_LEN);
}

// A valid signature over `e` by `secret`, to which `key` belongs, with the nonce `k`.
static void sign(signature *out, tv_key *key, const BIGNUM *secret, const BIGNUM *e,
                 const BIGNUM *k)
{
    EC_POINT *point = multiple(k);
    BIGNUM *r = x_of(point);
    assert_int_equal(BN_nnmod(r, r, order, numbers), 1);
    BIGNUM *sum = product(r, secret);
    assert_int_equal(BN_mod_add(sum, sum, e, order, numbers), 1);
    BIGNUM *s = quotient(sum, k);
    out->key = key;
    set_digest(out, e);
    encode(out, r, s);
    BN_free(s);
    BN_free(sum);
    BN_free(r);
    EC_POINT_free(point);
}

static void drop(signature *s)
{
    tv_key_close(s->key);
    memset(s, 0, sizeof(*s));
}

static tv_sig_question ask(const signature *s)
{
    return (tv_sig_question){s->key, &alg, {s->digest, DIGEST_LEN}, {s->der, s->der_len}, false};
}

// What libcrypto says of the signature, without tables.
static bool is_valid(const signature *s)
{
    return ECDSA_verify(0, s->digest, DIGEST_LEN, s->der, (int)s->der_len, s->key->ec) == 1;
}

static bool is_found(const signature *s)
{
    tv_sig_question question = ask(s);
    assert_ptr_equal(tv_sig_way_find(s->key, &alg), &tv_way_p256);
    tv_way_p256.answer(worker, &question, 1);
    return question.is_good;
}

// Keys and digests at the ends of their ranges: Q = G and Q = -G among them, u1 = 0, and digests
// that are not below the order.
static void test_ends_of_ranges(void **state)
{
    (void)state;
    BIGNUM *secrets[] = {word(1), word(2), word(12345), order_plus(-1), order_plus(-2)};
    BIGNUM *digests[] = {word(0), word(1), order_plus(-1), order_plus(0), order_plus(1), word(0)};
    assert_int_equal(BN_lshift(digests[5], BN_value_one(), 256), 1);
    assert_int_equal(BN_sub_word(digests[5], 1), 1);
    BIGNUM *nonces[] = {word(1), word(2), word(77), order_plus(-1)};
    for (size_t i = 0; i < 5; i++) {
        tv_key *key = open_key_of(secrets[i]);
        for (size_t j = 0; j < 6 * 4; j++) {
            signature s;
            sign(&s, key, secrets[i], digests[j % 6], nonces[j / 6]);
            assert_true(is_valid(&s));
            assert_true(is_found(&s));
            s.digest[SCALAR_LEN - 1] ^= 1;
            assert_false(is_found(&s));
            s.digest[SCALAR_LEN - 1] ^= 1;
            s.digest[SCALAR_LEN] ^= 1;
            assert_true(is_found(&s));
        }
        tv_key_close(key);
    }
    for (size_t i = 0; i < 5; i++) {
        BN_free(secrets[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        BN_free(digests[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        BN_free(nonces[i]);
    }
}

static void test_r_and_s_out_of_range(void **state)
{
    (void)state;
    BIGNUM *secret = word(4711);
    BIGNUM *e = word(99);
    BIGNUM *odd[] = {word(0), order_plus(0), order_plus(1), order_plus(-1), word(1)};
    tv_key *key = open_key_of(secret);
    for (size_t i = 0; i < 5 * 5; i++) {
        signature s;
        sign(&s, key, secret, e, secret);
        assert_true(is_found(&s));
        encode(&s, odd[i % 5], odd[i / 5]);
        assert_false(is_found(&s));
        assert_false(is_valid(&s));
    }
    tv_key_close(key);
    for (size_t i = 0; i < 5; i++) {
        BN_free(odd[i]);
    }
    BN_free(e);
    BN_free(secret);
}

// u1 G = u2 Q, where an addition has to be a doubling: valid.
static void test_points_that_meet(void **state)
{
    (void)state;
    BIGNUM *k = word(1000003);
    BIGNUM *e = word(31337);
    EC_POINT *point = multiple(k);
    BIGNUM *r = x_of(point);
    BIGNUM *secret = quotient(e, r); // e = r d
    BIGNUM *two_e = word(2 * 31337);
    BIGNUM *s = quotient(two_e, k);
    signature made;
    made.key = open_key_of(secret);
    set_digest(&made, e);
    encode(&made, r, s);
    assert_true(is_valid(&made));
    assert_true(is_found(&made));
    drop(&made);
    BN_free(s);
    BN_free(two_e);
    BN_free(secret);
    BN_free(r);
    EC_POINT_free(point);
    BN_free(e);
    BN_free(k);
}

// u1 G = -u2 Q, whatever s is: at infinity, where every r would fit X = r Z^2.
static void test_points_that_cancel_out(void **state)
{
    (void)state;
    for (uint64_t i = 1; i < 13; i++) {
        BIGNUM *e = word(i * i);
        BIGNUM *minus_e = BN_dup(order);
        assert_int_equal(BN_sub(minus_e, order, e), 1);
        BIGNUM *r = i % 3 == 0 ? order_plus(-(int)i) : word(i);
        BIGNUM *s = i % 2 == 0 ? order_plus(-(int)i) : word(i * 7);
        BIGNUM *secret = quotient(minus_e, r);
        signature made;
        made.key = open_key_of(secret);
        set_digest(&made, e);
        encode(&made, r, s);
        assert_false(is_found(&made));
        assert_false(is_valid(&made));
        drop(&made);
        BN_free(secret);
        BN_free(s);
        BN_free(r);
        BN_free(minus_e);
        BN_free(e);
    }
}

// x of the sum is not below the order, so that r is x - n: valid, and left to the slow way. The
// point is chosen first, and the key then so that the sum comes out there.
static void test_x_beyond_the_order(void **state)
{
    (void)state;
    EC_POINT *target = EC_POINT_new(curve);
    BIGNUM *r = word(0);
    BIGNUM *x = BN_new();
    do {
        assert_int_equal(BN_add_word(r, 1), 1);
        assert_int_equal(BN_add(x, order, r), 1);
    } while (EC_POINT_set_compressed_coordinates(curve, target, x, 0, numbers) != 1);
    ERR_clear_error();
    BIGNUM *e = word(271828);
    BIGNUM *s = word(314159);
    BIGNUM *u1 = quotient(e, s);
    BIGNUM *u2 = quotient(r, s);
    BIGNUM *u2_inverse = BN_mod_inverse(NULL, u2, order, numbers);
    EC_POINT *point = multiple(u1); // (target - u1 G) / u2
    assert_int_equal(EC_POINT_invert(curve, point, numbers), 1);
    assert_int_equal(EC_POINT_add(curve, point, point, target, numbers), 1);
    assert_int_equal(EC_POINT_mul(curve, point, NULL, point, u2_inverse, numbers), 1);
    signature made;
    made.key = open_key(point);
    set_digest(&made, e);
    encode(&made, r, s);
    assert_true(is_valid(&made));
    assert_false(is_found(&made));
    encode(&made, x, s); // what is compared would be equal, but this r is out of range
    assert_false(is_valid(&made));
    assert_false(is_found(&made));
    drop(&made);
    EC_POINT_free(point);
    BN_free(u2_inverse);
    BN_free(u2);
    BN_free(u1);
    BN_free(s);
    BN_free(e);
    BN_free(x);
    BN_free(r);
    EC_POINT_free(target);
}

// One pair of numbers has one encoding; whatever else is not for this way, if valid or not.
static void test_only_der_is_found(void **state)
{
    (void)state;
    const struct {
        const char *name;
        size_t at, cut; // what is replaced ...
        tv_span by;
        int longer; // ... and what the length of the whole grows by
    } changes[] = {
        {"not a SEQUENCE", 0, 1, TV_LIT("\x31"), 0},
        {"long form", 1, 0, TV_LIT("\x81"), 0},
        {"indefinite length", 1, 1, TV_LIT("\x80"), 0},
        {"longer than what is there", 0, 0, TV_LIT(""), 1},
        {"shorter than what is there", 0, 0, TV_LIT(""), -1},
        {"r is not an INTEGER", 2, 1, TV_LIT("\x03"), 0},
        {"r in the long form", 3, 0, TV_LIT("\x81"), 1},
        {"r padded", 3, 1, TV_LIT("\x02\x00"), 1},
        {"r empty", 3, 2, TV_LIT("\x00"), -1},
        {"r negative", 4, 1, TV_LIT("\x85"), 0},
        {"s is not an INTEGER", 5, 1, TV_LIT("\x04"), 0},
        {"s in the long form", 6, 0, TV_LIT("\x81"), 1},
        {"a third element", 0, 0, TV_LIT(""), 0},
    };
    // r = 5, over which a key is made: e + r d = s k for k G with x = 5.
    EC_POINT *target = EC_POINT_new(curve);
    BIGNUM *r = word(5);
    assert_int_equal(EC_POINT_set_compressed_coordinates(curve, target, r, 0, numbers), 1);
    BIGNUM *fifth = BN_mod_inverse(NULL, r, order, numbers);
    BIGNUM *s = BN_dup(fifth); // so that u2 = r / s = 25
    BIGNUM *u2 = product(r, r);
    BIGNUM *u2_inverse = BN_mod_inverse(NULL, u2, order, numbers);
    assert_int_equal(EC_POINT_mul(curve, target, NULL, target, u2_inverse, numbers), 1);
    signature good;
    good.key = open_key(target);
    memset(good.digest, 0, DIGEST_LEN); // u1 = 0
    encode(&good, r, s);
    assert_true(is_valid(&good));
    assert_true(is_found(&good));
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        signature bad = good;
        size_t after = changes[i].at + changes[i].cut;
        memcpy(bad.der + changes[i].at, changes[i].by.ptr, changes[i].by.len);
        memcpy(bad.der + changes[i].at + changes[i].by.len, good.der + after, good.der_len - after);
        bad.der_len = good.der_len - changes[i].cut + changes[i].by.len;
        bad.der[1] = (uint8_t)(bad.der[1] + changes[i].longer);
        if (strcmp(changes[i].name, "a third element") == 0) {
            memcpy(bad.der + bad.der_len, "\x05\x00", 2);
            bad.der_len += 2;
            bad.der[1] = (uint8_t)(bad.der[1] + 2);
        }
        if (is_found(&bad)) {
            fail_msg("found: %s", changes[i].name);
        }
    }
    for (size_t len = 0; len < good.der_len; len++) {
        signature cut = good;
        cut.der_len = len;
        assert_false(is_found(&cut));
        if (len >= 2) {
            cut.der[1] = (uint8_t)(len - 2);
            assert_false(is_found(&cut));
        }
    }
    drop(&good);
    BN_free(u2_inverse);
    BN_free(u2);
    BN_free(s);
    BN_free(fifth);
    BN_free(r);
    EC_POINT_free(target);
}

// A block shares one inversion. What is spoilt in it, wherever it lies, spoils nothing else.
static void test_a_block_with_something_spoilt(void **state)
{
    (void)state;
    enum { NUM_KEYS = 3, NUM = TV_SIG_BLOCK_MAX };
    static signature made[NUM];
    static const uint8_t zero_s[] = "\x30\x06\x02\x01\x05\x02\x01\x00";
    BIGNUM *e = word(8);
    BIGNUM *k = word(16);
    BIGNUM *keys[NUM_KEYS] = {word(3), word(5), word(7)};
    signature of_key[NUM_KEYS];
    for (size_t i = 0; i < NUM_KEYS; i++) {
        sign(&of_key[i], open_key_of(keys[i]), keys[i], e, k);
    }
    for (size_t turn = 0; turn < 8; turn++) {
        tv_sig_question block[NUM];
        bool expected[NUM];
        size_t len = turn < 2 ? turn + 1 : NUM - turn;
        for (size_t i = 0; i < len; i++) {
            made[i] = of_key[i * NUM_KEYS / NUM];
            size_t fault = (i * 2654435761u >> turn) % 8; // half of them, in changing places
            if (fault == 0) {
                memcpy(made[i].der, zero_s, sizeof(zero_s));
                made[i].der_len = sizeof(zero_s) - 1;
            } else if (fault == 1) {
                made[i].der_len = 0;
            } else if (fault == 2) {
                made[i].digest[3] ^= 4;
            } else if (fault == 3) {
                made[i].der[made[i].der_len - 1] ^= 1;
            }
            expected[i] = fault > 3;
            assert_int_equal(is_valid(&made[i]), expected[i]);
            block[i] = ask(&made[i]);
        }
        ERR_clear_error();
        tv_way_p256.answer(worker, block, len);
        for (size_t i = 0; i < len; i++) {
            assert_int_equal(block[i].is_good, expected[i]);
        }
    }
    for (size_t i = 0; i < NUM_KEYS; i++) {
        drop(&of_key[i]);
        BN_free(keys[i]);
    }
    BN_free(k);
    BN_free(e);
}

static void test_which_questions_it_takes(void **state)
{
    (void)state;
    BIGNUM *secret = word(6);
    EC_POINT *point = multiple(secret);
    tv_key *key = open_key(point);
    static const tv_sig_alg other = {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0};
    assert_true(tv_way_p256.takes(key, &alg));
    assert_false(tv_way_p256.takes(key, &other));
    uint8_t spki[SPKI_LEN];
    uint8_t *next = spki;
    assert_int_equal(i2d_EC_PUBKEY(key->ec, &next), SPKI_LEN);
    tv_key *without;
    assert_int_equal(tv_key_open(&without, sig, (tv_span){spki, sizeof(spki)}, TV_KEY_EC_P256),
                     TV_OK);
    assert_false(tv_way_p256.takes(without, &alg));
    tv_key_close(without);
    tv_key_close(key);
    EC_POINT_free(point);
    BN_free(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_of_ranges),
        cmocka_unit_test(test_r_and_s_out_of_range),
        cmocka_unit_test(test_points_that_meet),
        cmocka_unit_test(test_points_that_cancel_out),
        cmocka_unit_test(test_x_beyond_the_order),
        cmocka_unit_test(test_only_der_is_found),
        cmocka_unit_test(test_a_block_with_something_spoilt),
        cmocka_unit_test(test_which_questions_it_takes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
