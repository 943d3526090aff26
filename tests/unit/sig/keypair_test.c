// SPDX-License-Identifier: Apache-2.0
// Seeded key pairs: what they sign verifies under their key and no other, the same seed gives the
// same bytes, and what they cannot do is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/keypair.h"

#include "base/span.h"
#include "sig/keypair_rsa.h"

static const struct {
    const char *name;
    tv_key_kind kind;
    unsigned bits;
    tv_sig_alg alg;
} cases[] = {
    {"RSA-2048", TV_KEY_RSA, 2048, {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}},
    {"RSA-3072", TV_KEY_RSA, 3072, {TV_SIG_RSA_PKCS1, TV_HASH_SHA384, 0, 0}},
    {"RSA-4096", TV_KEY_RSA, 4096, {TV_SIG_RSA_PKCS1, TV_HASH_SHA512, 0, 0}},
    {"PSS, SHA-256", TV_KEY_RSA, 2048, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}},
    {"PSS, SHA-512", TV_KEY_RSA, 3072, {TV_SIG_RSA_PSS, TV_HASH_SHA512, TV_HASH_SHA512, 64}},
    {"P-256", TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}},
    {"P-384", TV_KEY_EC_P384, 0, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}},
    {"P-521", TV_KEY_EC_P521, 0, {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}},
    {"Ed25519", TV_KEY_ED25519, 0, {TV_SIG_ED25519, TV_HASH_NONE, 0, 0}},
    {"Ed448", TV_KEY_ED448, 0, {TV_SIG_ED448, TV_HASH_NONE, 0, 0}},
};
enum { NUM_CASES = sizeof(cases) / sizeof(cases[0]) };

static tv_keypair *make(size_t i, uint64_t seed)
{
    tv_keypair *pair;
    assert_int_equal(tv_keypair_open(&pair, cases[i].kind, cases[i].bits, seed), TV_OK);
    return pair;
}

static void what_is_signed_verifies(void **state)
{
    (void)state;
    tv_sig *sig;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_open(&sig), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    for (size_t i = 0; i < NUM_CASES; i++) {
        print_message("%s\n", cases[i].name);
        tv_keypair *pair = make(i, 7);
        tv_keypair *other = make(i, 8);
        tv_key *key;
        tv_key *other_key;
        tv_buf signature = {0};
        assert_int_equal(tv_key_open(&key, sig, tv_keypair_spki(pair), cases[i].kind), TV_OK);
        assert_int_equal(tv_key_open(&other_key, sig, tv_keypair_spki(other), cases[i].kind),
                         TV_OK);
        assert_int_equal(tv_keypair_sign(pair, &cases[i].alg, TV_LIT("message"), &signature),
                         TV_OK);
        tv_span bytes = tv_buf_span(&signature);
        assert_int_equal(tv_key_check_message(key, worker, &cases[i].alg, TV_LIT("message"), bytes),
                         TV_EDGE_GOOD);
        assert_int_equal(tv_key_check_message(key, worker, &cases[i].alg, TV_LIT("massage"), bytes),
                         TV_EDGE_BAD);
        assert_int_equal(
            tv_key_check_message(other_key, worker, &cases[i].alg, TV_LIT("message"), bytes),
            TV_EDGE_BAD);
        tv_buf_close(&signature);
        tv_key_close(key);
        tv_key_close(other_key);
        tv_keypair_close(pair);
        tv_keypair_close(other);
    }
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        tv_keypair *first = make(i, 7);
        tv_keypair *second = make(i, 7);
        tv_keypair *other = make(i, 8);
        tv_buf a = {0};
        tv_buf b = {0};
        assert_true(tv_span_equal(tv_keypair_spki(first), tv_keypair_spki(second)));
        assert_false(tv_span_equal(tv_keypair_spki(first), tv_keypair_spki(other)));
        assert_int_equal(tv_keypair_sign(first, &cases[i].alg, TV_LIT("x"), &a), TV_OK);
        assert_int_equal(tv_keypair_sign(second, &cases[i].alg, TV_LIT("x"), &b), TV_OK);
        assert_true(tv_span_equal(tv_buf_span(&a), tv_buf_span(&b)));
        tv_buf_close(&a);
        tv_buf_close(&b);
        tv_keypair_close(first);
        tv_keypair_close(second);
        tv_keypair_close(other);
    }
}

static void what_cannot_be_made_is_refused(void **state)
{
    (void)state;
    static const struct {
        tv_key_kind kind;
        unsigned bits;
    } refused[] = {{TV_KEY_RSA, 0},        {TV_KEY_RSA, 2047}, {TV_KEY_RSA, 8192},
                   {TV_KEY_EC_P256, 256},  {TV_KEY_DSA, 0},    {TV_KEY_UNKNOWN, 0},
                   {TV_KEY_RSA_PSS, 2048}, {TV_KEY_X25519, 0}};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        tv_keypair *pair;
        assert_int_equal(tv_keypair_open(&pair, refused[i].kind, refused[i].bits, 1), TV_ERR_RANGE);
        assert_null(pair);
    }
    const tv_sig_alg odd[] = {
        {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0},
        {TV_SIG_ED25519, 0, 0, 0},
        {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, 0, 0},
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 20},
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA384, 32},
        {TV_SIG_DSA, TV_HASH_SHA256, 0, 0},
    };
    tv_keypair *pair = make(0, 7);
    tv_buf out = {0};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        assert_int_equal(tv_keypair_sign(pair, &odd[i], TV_LIT("x"), &out), TV_ERR_RANGE);
    }
    assert_int_equal(out.len, 0);
    tv_keypair_close(pair);
    tv_keypair_close(NULL);
}

static void a_modulus_has_all_of_its_bits(void **state)
{
    (void)state;
    static const unsigned sizes[] = {256, 2048, 3072, 4096};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        tv_keypair_rsa rsa;
        assert_true(tv_keypair_rsa_open(&rsa, sizes[i], i));
        assert_int_equal(BN_num_bits(rsa.modulus), sizes[i]);
        assert_int_equal(rsa.num_primes, sizes[i] / 256);
        tv_keypair_rsa_close(&rsa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_signed_verifies),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(what_cannot_be_made_is_refused),
        cmocka_unit_test(a_modulus_has_all_of_its_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
