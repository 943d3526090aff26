// SPDX-License-Identifier: Apache-2.0
// The way by a kept context: it finds what RFC 8017 calls valid, and nothing else, down to the last
// byte of the encoding and to residues that are not in range.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/way.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 512, SPKI_MAX_LEN = 600 };

static tv_sig *sig;
static tv_sig_worker *worker;
static BN_CTX *numbers;

typedef struct pair {
    RSA *rsa; // with the private part
    tv_key *key;
    size_t len; // bytes of the modulus
} pair;

static int set_up(void **state)
{
    (void)state;
    numbers = BN_CTX_new();
    return tv_sig_open(&sig) == TV_OK && tv_sig_worker_open(&worker, sig) == TV_OK &&
                   numbers != NULL
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    BN_CTX_free(numbers);
    return 0;
}

static pair make(int bits, BN_ULONG exponent)
{
    pair out = {RSA_new(), NULL, (size_t)(bits + 7) / 8};
    BIGNUM *e = BN_new();
    assert_int_equal(BN_set_word(e, exponent), 1);
    assert_int_equal(RSA_generate_key_ex(out.rsa, bits, e, NULL), 1);
    BN_free(e);
    uint8_t spki[SPKI_MAX_LEN];
    uint8_t *next = spki;
    int len = i2d_RSA_PUBKEY(out.rsa, NULL);
    assert_in_range(len, 1, SPKI_MAX_LEN);
    assert_int_equal(i2d_RSA_PUBKEY(out.rsa, &next), len);
    assert_int_equal(tv_key_open(&out.key, sig, (tv_span){spki, (size_t)len}, TV_KEY_RSA), TV_OK);
    return out;
}

static void drop(pair *made)
{
    tv_key_close(made->key);
    RSA_free(made->rsa);
}

// What raised to the public exponent gives `encoded`.
static void take_root(const pair *made, const uint8_t *encoded, uint8_t *out)
{
    BIGNUM *number = BN_bin2bn(encoded, (int)made->len, NULL);
    const BIGNUM *n = RSA_get0_n(made->rsa);
    assert_int_equal(BN_mod_exp(number, number, RSA_get0_d(made->rsa), n, numbers), 1);
    assert_int_equal(BN_bn2binpad(number, out, (int)made->len), (int)made->len);
    BN_free(number);
}

static bool is_found(const pair *made, uint8_t hash, tv_span message, const uint8_t *signature)
{
    tv_sig_alg alg = {TV_SIG_RSA_PKCS1, hash, 0, 0};
    tv_sig_question question = {made->key, &alg, message, {signature, made->len}, false};
    assert_true(tv_way_rsa.takes(made->key, &alg));
    tv_way_rsa.answer(worker, &question, 1);
    return question.is_good;
}

static tv_edge_state check(const pair *made, uint8_t hash, tv_span message,
                           const uint8_t *signature)
{
    tv_sig_alg alg = {TV_SIG_RSA_PKCS1, hash, 0, 0};
    tv_span whole = {signature, made->len};
    return tv_key_check_message(made->key, worker, &alg, message, whole);
}

static const struct {
    uint8_t hash;
    int nid;
    size_t digest_len;
} hashes[] = {
    {TV_HASH_SHA1, NID_sha1, 20},     {TV_HASH_SHA224, NID_sha224, 28},
    {TV_HASH_SHA256, NID_sha256, 32}, {TV_HASH_SHA384, NID_sha384, 48},
    {TV_HASH_SHA512, NID_sha512, 64},
};
enum { NUM_HASHES = sizeof(hashes) / sizeof(hashes[0]) };

static void sign(const pair *made, size_t hash, tv_span message, uint8_t *out)
{
    uint8_t digest[TV_DIGEST_MAX];
    size_t digest_len = tv_digest(digest, worker, (tv_hash_kind)hashes[hash].hash, message);
    assert_int_equal(digest_len, hashes[hash].digest_len);
    unsigned int len;
    assert_int_equal(
        RSA_sign(hashes[hash].nid, digest, (unsigned int)digest_len, out, &len, made->rsa), 1);
    assert_int_equal(len, made->len);
}

// Every length modulo 64 bits that matters, sizes in turns, so that no frame of another size stays.
static void test_sizes_and_hashes(void **state)
{
    (void)state;
    static const int sizes[] = {512, 768, 1023, 1024, 1025, 1031, 2048};
    enum { NUM_SIZES = sizeof(sizes) / sizeof(sizes[0]) };
    pair made[NUM_SIZES];
    for (size_t i = 0; i < NUM_SIZES; i++) {
        made[i] = make(sizes[i], RSA_F4);
    }
    for (size_t i = 0; i < NUM_HASHES * NUM_SIZES; i++) {
        const pair *with = &made[i % NUM_SIZES];
        size_t hash = i / NUM_SIZES;
        uint8_t signature[MOST_BYTES];
        if (sizes[i % NUM_SIZES] == 512 && hashes[hash].digest_len > 32) {
            memset(signature, 1, with->len); // the modulus is too short for the encoding
            assert_false(is_found(with, hashes[hash].hash, TV_LIT("x"), signature));
            assert_int_equal(check(with, hashes[hash].hash, TV_LIT("x"), signature), TV_EDGE_BAD);
            continue;
        }
        sign(with, hash, TV_LIT("x"), signature);
        assert_true(is_found(with, hashes[hash].hash, TV_LIT("x"), signature));
        assert_false(is_found(with, hashes[hash].hash, TV_LIT("y"), signature));
        assert_false(is_found(with, hashes[(hash + 1) % NUM_HASHES].hash, TV_LIT("x"), signature));
        assert_false(is_found(&made[(i + 1) % NUM_SIZES], hashes[hash].hash, TV_LIT("x"),
                              (uint8_t[MOST_BYTES]){1}));
    }
    for (size_t i = 0; i < NUM_SIZES; i++) {
        drop(&made[i]);
    }
}

// Each byte of the encoding wrong in turn, signed all the same.
static void test_every_byte_of_the_encoding_counts(void **state)
{
    (void)state;
    pair made = make(1024, RSA_F4);
    for (size_t hash = 0; hash < NUM_HASHES; hash++) {
        uint8_t encoded[MOST_BYTES];
        uint8_t signature[MOST_BYTES];
        sign(&made, hash, TV_LIT("x"), signature);
        assert_int_equal(
            RSA_public_decrypt((int)made.len, signature, encoded, made.rsa, RSA_NO_PADDING),
            (int)made.len);
        take_root(&made, encoded, signature);
        assert_true(is_found(&made, hashes[hash].hash, TV_LIT("x"), signature));
        for (size_t at = 1; at < made.len; at++) { // with another first byte it is no residue
            encoded[at] ^= 0x01;
            take_root(&made, encoded, signature);
            assert_false(is_found(&made, hashes[hash].hash, TV_LIT("x"), signature));
            assert_int_equal(check(&made, hashes[hash].hash, TV_LIT("x"), signature), TV_EDGE_BAD);
            encoded[at] ^= 0x01;
        }
    }
    drop(&made);
}

// Encodings of other shapes: parameters left out, short padding with bytes behind the digest, and
// the padding of encryption.
static void test_other_encodings(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        tv_span before, info; // behind and ahead of the padding; the digest follows
        size_t behind;        // zeros after the digest
    } shapes[] = {
        {"as it has to be",
         {(const uint8_t *)"\x00\x01", 2},
         {(const uint8_t
               *)"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
          19},
         0},
        {"without parameters",
         {(const uint8_t *)"\x00\x01", 2},
         {(const uint8_t *)"\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20",
          17},
         0},
        {"bytes behind the digest",
         {(const uint8_t *)"\x00\x01", 2},
         {(const uint8_t
               *)"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
          19},
         40},
        {"padding of encryption",
         {(const uint8_t *)"\x00\x02", 2},
         {(const uint8_t
               *)"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
          19},
         0},
        {"no DigestInfo", {(const uint8_t *)"\x00\x01", 2}, {(const uint8_t *)"", 0}, 0},
    };
    pair made = make(1024, RSA_F4);
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        uint8_t encoded[MOST_BYTES];
        uint8_t signature[MOST_BYTES];
        memset(encoded, 0xff, made.len);
        memcpy(encoded, shapes[i].before.ptr, shapes[i].before.len);
        uint8_t *digest = encoded + made.len - shapes[i].behind - 32;
        tv_sha256(digest, TV_LIT("x"));
        memset(digest + 32, 0, shapes[i].behind);
        memcpy(digest - shapes[i].info.len, shapes[i].info.ptr, shapes[i].info.len);
        digest[-1 - (ptrdiff_t)shapes[i].info.len] = 0;
        take_root(&made, encoded, signature);
        if (is_found(&made, TV_HASH_SHA256, TV_LIT("x"), signature) != (i == 0)) {
            fail_msg("%s", shapes[i].name);
        }
    }
    drop(&made);
}

// 0, 1, n - 1, n, and a valid signature plus n: the same residue, but no signature.
static void test_ends_of_the_range(void **state)
{
    (void)state;
    pair made = make(1024, RSA_F4);
    const BIGNUM *n = RSA_get0_n(made.rsa);
    uint8_t signature[MOST_BYTES];
    BIGNUM *number = BN_new();
    BIGNUM *whole = BN_new();
    assert_int_equal(BN_lshift(whole, BN_value_one(), (int)made.len * 8), 1);
    bool has_room = false;
    for (uint32_t text = 0; text < 1000 && !has_room; text++) {
        tv_span message = {(const uint8_t *)&text, sizeof(text)};
        sign(&made, 2, message, signature);
        assert_true(is_found(&made, TV_HASH_SHA256, message, signature));
        BN_bin2bn(signature, (int)made.len, number);
        assert_int_equal(BN_add(number, number, n), 1);
        has_room = BN_cmp(number, whole) < 0;
        if (has_room) {
            assert_int_equal(BN_bn2binpad(number, signature, (int)made.len), (int)made.len);
            assert_false(is_found(&made, TV_HASH_SHA256, message, signature));
            assert_int_equal(check(&made, TV_HASH_SHA256, message, signature), TV_EDGE_BAD);
        }
    }
    assert_true(has_room);
    for (int i = 0; i < 5; i++) {
        assert_non_null(i < 2 ? BN_copy(number, BN_value_one()) : BN_copy(number, n));
        assert_int_equal(i == 0 || i == 2 ? BN_sub_word(number, 1) : 1, 1); // 0 1 n-1 n n+1
        assert_int_equal(i == 4 ? BN_add_word(number, 1) : 1, 1);
        assert_int_equal(BN_bn2binpad(number, signature, (int)made.len), (int)made.len);
        assert_false(is_found(&made, TV_HASH_SHA256, TV_LIT("x"), signature));
        assert_int_equal(check(&made, TV_HASH_SHA256, TV_LIT("x"), signature), TV_EDGE_BAD);
    }
    memset(signature, 0xff, made.len);
    assert_false(is_found(&made, TV_HASH_SHA256, TV_LIT("x"), signature));
    BN_free(whole);
    BN_free(number);
    drop(&made);
}

static void test_which_questions_it_takes(void **state)
{
    (void)state;
    static const tv_sig_alg pss = {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32};
    static const tv_sig_alg md5 = {TV_SIG_RSA_PKCS1, TV_HASH_MD5, 0, 0};
    static const tv_sig_alg none = {TV_SIG_RSA_PKCS1, 200, 0, 0};
    static const tv_sig_alg sha256 = {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0};
    pair usual = make(1024, RSA_F4);
    pair three = make(1024, RSA_3);
    assert_true(tv_way_rsa.takes(usual.key, &sha256));
    assert_false(tv_way_rsa.takes(usual.key, &pss));
    assert_false(tv_way_rsa.takes(usual.key, &md5));
    assert_false(tv_way_rsa.takes(usual.key, &none));
    assert_false(tv_way_rsa.takes(three.key, &sha256));
    uint8_t signature[MOST_BYTES];
    sign(&three, 2, TV_LIT("x"), signature);
    assert_int_equal(check(&three, TV_HASH_SHA256, TV_LIT("x"), signature), TV_EDGE_GOOD);
    assert_int_equal(check(&three, TV_HASH_SHA256, TV_LIT("y"), signature), TV_EDGE_BAD);
    drop(&usual);
    drop(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_and_hashes),
        cmocka_unit_test(test_every_byte_of_the_encoding_counts),
        cmocka_unit_test(test_other_encodings),
        cmocka_unit_test(test_ends_of_the_range),
        cmocka_unit_test(test_which_questions_it_takes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
