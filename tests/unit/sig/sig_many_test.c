// SPDX-License-Identifier: Apache-2.0
// Many questions at a time have the answers that EVP_DigestVerify gives one by one, whatever their
// number, order, kinds and faults; and each is answered in its own place.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/way.h"

#include "support/signer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdlib.h>
#include <string.h>

static const struct {
    tv_key_kind key;
    unsigned int bits;
    tv_sig_alg alg;
    bool has_table; // from the start
} kinds[] = {
    {TV_KEY_RSA, 2048, {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}, false},
    {TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}, true},
    {TV_KEY_RSA, 1024, {TV_SIG_RSA_PKCS1, TV_HASH_SHA512, 0, 0}, false},
    {TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}, true},
    {TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}, false},
    {TV_KEY_RSA, 1024, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}, false},
    {TV_KEY_EC_P256, 0, {TV_SIG_ECDSA, TV_HASH_SHA1, 0, 0}, true},
    {TV_KEY_ED25519, 0, {TV_SIG_ED25519, 0, 0, 0}, false},
    {TV_KEY_EC_P384, 0, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}, false},
    {TV_KEY_RSA, 2048, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}, false},
    {TV_KEY_RSA, 3072, {TV_SIG_RSA_PKCS1, TV_HASH_SHA384, 0, 0}, false},
    {TV_KEY_RSA_PSS, 1024, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}, false},
};
enum {
    NUM_KEYS = sizeof(kinds) / sizeof(kinds[0]),
    CERTS_PER_KEY = 40,
    NUM_CERTS = NUM_KEYS * CERTS_PER_KEY,
    NUM_EDGES = NUM_CERTS * NUM_KEYS,
    TEXT_LEN = 6,
    MOST_ASKS = 5000,
};

static tv_sig *sig;
static tv_sig_worker *worker;
static tv_signer signers[NUM_KEYS];
static tv_key *keys[NUM_KEYS];
static tv_cert certs[NUM_CERTS]; // signed by the key i % NUM_KEYS; a quarter broken
static uint8_t texts[NUM_CERTS][TEXT_LEN];
static uint8_t expected[NUM_EDGES]; // by EVP: tv_edge_state; TV_EDGE_UNKNOWN: not looked up yet

static uint64_t seed = 20240607;

static size_t draw(size_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(seed >> 33) % below;
}

static bool make_cert(size_t i)
{
    size_t key = i % NUM_KEYS;
    tv_cert *cert = &certs[i];
    for (size_t k = 0; k < TEXT_LEN; k++) {
        texts[i][k] = (uint8_t)draw(256);
    }
    cert->sig = kinds[key].alg;
    cert->tbs = (tv_span){texts[i], TEXT_LEN};
    uint8_t *signature;
    size_t len;
    if (!tv_signer_sign(&signers[key], &cert->sig, cert->tbs, &signature, &len)) {
        return false;
    }
    size_t fault = draw(20);
    if (fault == 0) {
        texts[i][draw(TEXT_LEN)] ^= (uint8_t)(1 << draw(8));
    } else if (fault == 1) {
        signature[draw(len)] ^= (uint8_t)(1 << draw(8));
    } else if (fault == 2) {
        len -= 1 + draw(3);
    } else if (fault == 3) {
        memset(signature, 0, len);
    } else if (fault == 4) {
        cert->sig = kinds[draw(NUM_KEYS)].alg;
    }
    cert->signature = (tv_span){signature, len};
    return true;
}

static int set_up(void **state)
{
    (void)state;
    if (tv_sig_open(&sig) != TV_OK || tv_sig_worker_open(&worker, sig) != TV_OK) {
        return -1;
    }
    for (size_t i = 0; i < NUM_KEYS; i++) {
        tv_signer_open(&signers[i], kinds[i].key, kinds[i].bits);
        if (tv_key_open(&keys[i], sig, tv_signer_spki(&signers[i]), kinds[i].key) != TV_OK) {
            return -1;
        }
        if (kinds[i].has_table) {
            tv_p256_table_build(keys[i], worker);
        }
    }
    for (size_t i = 0; i < NUM_CERTS; i++) {
        if (!make_cert(i)) {
            return -1;
        }
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        free((void *)certs[i].signature.ptr);
    }
    for (size_t i = 0; i < NUM_KEYS; i++) {
        tv_key_close(keys[i]);
        tv_signer_close(&signers[i]);
    }
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    return 0;
}

static const EVP_MD *md_of(uint8_t hash)
{
    return hash == TV_HASH_SHA1     ? EVP_sha1()
           : hash == TV_HASH_SHA256 ? EVP_sha256()
           : hash == TV_HASH_SHA384 ? EVP_sha384()
           : hash == TV_HASH_SHA512 ? EVP_sha512()
                                    : NULL;
}

// The kind of key that an algorithm is for.
static bool fits(tv_key_kind key, const tv_sig_alg *alg)
{
    return alg->kind == TV_SIG_RSA_PKCS1 ? key == TV_KEY_RSA
           : alg->kind == TV_SIG_RSA_PSS ? key == TV_KEY_RSA || key == TV_KEY_RSA_PSS
           : alg->kind == TV_SIG_ECDSA   ? key == TV_KEY_EC_P256 || key == TV_KEY_EC_P384
                                         : key == TV_KEY_ED25519;
}

static tv_edge_state by_evp(size_t cert, size_t key)
{
    const tv_cert *child = &certs[cert];
    if (!fits(kinds[key].key, &child->sig)) {
        return TV_EDGE_BAD;
    }
    EVP_PKEY_CTX *padding;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good = EVP_DigestVerifyInit(context, &padding, md_of(child->sig.hash), NULL,
                                        signers[key].pkey) == 1 &&
                   (child->sig.kind != TV_SIG_RSA_PSS ||
                    (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, child->sig.salt_len) == 1)) &&
                   EVP_DigestVerify(context, child->signature.ptr, child->signature.len,
                                    child->tbs.ptr, child->tbs.len) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_good ? TV_EDGE_GOOD : TV_EDGE_BAD;
}

static tv_edge_state expected_of(size_t cert, size_t key)
{
    uint8_t *known = &expected[cert * NUM_KEYS + key];
    if (*known == TV_EDGE_UNKNOWN) {
        *known = (uint8_t)by_evp(cert, key);
    }
    return (tv_edge_state)*known;
}

// Asks `num` at random, most of them under the key that signed, some twice in a row.
static void ask(size_t num)
{
    static tv_sig_ask asks[MOST_ASKS], before[MOST_ASKS];
    assert_true(num <= MOST_ASKS);
    for (size_t i = 0; i < num; i++) {
        size_t cert = draw(NUM_CERTS);
        size_t key = draw(10) == 0 ? draw(NUM_KEYS) : cert % NUM_KEYS;
        asks[i] = i > 0 && draw(8) == 0 ? asks[i - 1]
                                        : (tv_sig_ask){keys[key], &certs[cert], TV_EDGE_UNKNOWN};
    }
    memcpy(before, asks, sizeof(asks));
    tv_key_check_many(worker, asks, num);
    assert_int_equal(ERR_peek_error(), 0);
    for (size_t i = 0; i < num; i++) {
        assert_ptr_equal(asks[i].key, before[i].key);
        assert_ptr_equal(asks[i].child, before[i].child);
        size_t cert = (size_t)(asks[i].child - certs);
        size_t key = 0;
        while (keys[key] != asks[i].key) {
            key++;
        }
        if (asks[i].state != expected_of(cert, key)) {
            fail_msg("%zu of %zu: certificate %zu, key %zu: %d, EVP says %d", i, num, cert, key,
                     (int)asks[i].state, (int)expected_of(cert, key));
        }
    }
}

static void test_any_number(void **state)
{
    (void)state;
    const size_t nums[] = {
        0, 1, 2, 3, TV_SIG_BLOCK_MAX - 1, TV_SIG_BLOCK_MAX, 129, 300, 700, 2047, 2048, 2049, 4097};
    for (size_t i = 0; i < sizeof(nums) / sizeof(nums[0]); i++) {
        ask(nums[i]);
    }
}

static void test_at_random(void **state)
{
    (void)state;
    for (size_t turn = 0; turn < 40; turn++) {
        ask(draw(400));
    }
    size_t num_good = 0;
    size_t num_bad = 0;
    for (size_t i = 0; i < NUM_EDGES; i++) {
        num_good += expected[i] == TV_EDGE_GOOD;
        num_bad += expected[i] == TV_EDGE_BAD;
    }
    assert_true(num_good > NUM_CERTS / 2 && num_bad > NUM_CERTS / 4);
}

static void test_all_of_one_key(void **state)
{
    (void)state;
    for (size_t key = 0; key < NUM_KEYS; key++) {
        tv_sig_ask asks[3 * CERTS_PER_KEY];
        for (size_t i = 0; i < 3 * CERTS_PER_KEY; i++) {
            asks[i] = (tv_sig_ask){keys[key], &certs[i % CERTS_PER_KEY * NUM_KEYS + key],
                                   TV_EDGE_UNKNOWN};
        }
        tv_key_check_many(worker, asks, 3 * CERTS_PER_KEY);
        for (size_t i = 0; i < 3 * CERTS_PER_KEY; i++) {
            assert_int_equal(asks[i].state, expected_of(i % CERTS_PER_KEY * NUM_KEYS + key, key));
        }
    }
}

static void test_one_by_one_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < 400; i++) {
        size_t cert = draw(NUM_CERTS);
        size_t key = draw(4) == 0 ? draw(NUM_KEYS) : cert % NUM_KEYS;
        assert_int_equal(tv_key_check(keys[key], worker, &certs[cert]), expected_of(cert, key));
    }
}

static void test_what_is_not_checked_stays_in_its_place(void **state)
{
    (void)state;
    tv_key *unusable;
    assert_int_equal(tv_key_open(&unusable, sig, TV_LIT("no key"), TV_KEY_EC_P256), TV_OK);
    tv_sig_ask asks[90];
    for (size_t i = 0; i < 90; i++) {
        size_t cert = i * NUM_KEYS + 1;
        asks[i] = (tv_sig_ask){i % 3 == 0 ? unusable : keys[1], &certs[cert % NUM_CERTS],
                               TV_EDGE_UNKNOWN};
    }
    tv_key_check_many(worker, asks, 90);
    for (size_t i = 0; i < 90; i++) {
        size_t cert = (i * NUM_KEYS + 1) % NUM_CERTS;
        assert_int_equal(asks[i].state, i % 3 == 0 ? TV_EDGE_UNSUPPORTED : expected_of(cert, 1));
    }
    tv_key_close(unusable);
}

// A table that comes to pay in the midst of the questions changes none of the answers, and the
// questions of a slice count before they are answered.
static void test_a_table_comes_when_it_pays(void **state)
{
    (void)state;
    tv_key *fresh;
    assert_int_equal(tv_key_open(&fresh, sig, tv_signer_spki(&signers[1]), TV_KEY_EC_P256), TV_OK);
    tv_sig_ask asks[2 * CERTS_PER_KEY];
    for (size_t turn = 0; turn < 2 + TV_P256_TABLE_PAYS / (2 * CERTS_PER_KEY); turn++) {
        for (size_t i = 0; i < 2 * CERTS_PER_KEY; i++) {
            asks[i] = (tv_sig_ask){fresh, &certs[i / 2 * NUM_KEYS + 1], TV_EDGE_UNKNOWN};
        }
        tv_key_check_many(worker, asks, 2 * CERTS_PER_KEY);
        for (size_t i = 0; i < 2 * CERTS_PER_KEY; i++) {
            assert_int_equal(asks[i].state, expected_of(i / 2 * NUM_KEYS + 1, 1));
        }
        uint64_t uses = atomic_load_explicit(&fresh->table->uses, memory_order_relaxed);
        assert_true(uses <= (turn + 1) * 2 * CERTS_PER_KEY);
        bool pays = uses >= TV_P256_TABLE_PAYS && sig->demand->has_tables;
        assert_int_equal(tv_p256_table_get(fresh) != NULL, pays);
    }
    tv_key_close(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number),
        cmocka_unit_test(test_at_random),
        cmocka_unit_test(test_all_of_one_key),
        cmocka_unit_test(test_one_by_one_is_the_same),
        cmocka_unit_test(test_what_is_not_checked_stays_in_its_place),
        cmocka_unit_test(test_a_table_comes_when_it_pays),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
