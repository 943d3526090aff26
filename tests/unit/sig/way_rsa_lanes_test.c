// SPDX-License-Identifier: Apache-2.0
// The way by lanes: it finds what RFC 8017 calls valid and nothing else, in every lane, whatever is
// in the lanes beside it. Without AVX-512 IFMA the tests are skipped.
// TV_LANES_ROUNDS sets how many blocks of random questions are held against libcrypto.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/way.h"
#include "tv/cpu.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 512, SPKI_MAX_LEN = 600, LANES = TV_RSA_LANES, ROUNDS = 20 };

static tv_sig *sig;
static tv_sig_worker *worker;
static BN_CTX *numbers;

// A key pair and a valid signature of the message "x" for each way to sign.
enum { WITH_SHA256, WITH_SHA384, WITH_SHA512, WITH_SHA1, PSS, NUM_ALGS };
static const struct {
    tv_sig_alg alg;
    int nid;
    size_t digest_len;
} algs[NUM_ALGS] = {
    [WITH_SHA256] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}, NID_sha256, 32},
    [WITH_SHA384] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA384, 0, 0}, NID_sha384, 48},
    [WITH_SHA512] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA512, 0, 0}, NID_sha512, 64},
    [WITH_SHA1] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA1, 0, 0}, NID_sha1, 20},
    [PSS] = {{TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}, NID_sha256, 32},
};

typedef struct pair {
    int bits;
    BN_ULONG exponent;
    RSA *rsa; // with the private part
    tv_key *key;
    size_t len; // bytes of the modulus
    uint8_t signatures[NUM_ALGS][MOST_BYTES];
} pair;

static pair pairs[] = {
    {.bits = 2048, .exponent = RSA_F4}, {.bits = 2048, .exponent = RSA_F4},
    {.bits = 2048, .exponent = RSA_3},  {.bits = 3072, .exponent = RSA_F4},
    {.bits = 3072, .exponent = RSA_3},  {.bits = 4096, .exponent = RSA_F4},
    {.bits = 1024, .exponent = RSA_F4}, // no lanes for this one
};
enum { NUM_PAIRS = sizeof(pairs) / sizeof(pairs[0]), NUM_WITH_LANES = NUM_PAIRS - 1 };

static uint64_t seed = 20260601;

static size_t draw(size_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(seed >> 33) % below;
}

static void take_root(const pair *made, const uint8_t *encoded, uint8_t *out)
{
    BIGNUM *number = BN_bin2bn(encoded, (int)made->len, NULL);
    const BIGNUM *n = RSA_get0_n(made->rsa);
    assert_int_equal(BN_mod_exp(number, number, RSA_get0_d(made->rsa), n, numbers), 1);
    assert_int_equal(BN_bn2binpad(number, out, (int)made->len), (int)made->len);
    BN_free(number);
}

static void sign(pair *made, size_t alg)
{
    uint8_t digest[TV_DIGEST_MAX];
    uint8_t *out = made->signatures[alg];
    size_t len = tv_digest(digest, worker, (tv_hash_kind)algs[alg].alg.hash, TV_LIT("x"));
    assert_int_equal(len, algs[alg].digest_len);
    if (alg == PSS) {
        uint8_t encoded[MOST_BYTES];
        assert_int_equal(RSA_padding_add_PKCS1_PSS_mgf1(made->rsa, encoded, digest, EVP_sha256(),
                                                        EVP_sha256(), algs[alg].alg.salt_len),
                         1);
        take_root(made, encoded, out);
        return;
    }
    unsigned int out_len;
    assert_int_equal(RSA_sign(algs[alg].nid, digest, (unsigned int)len, out, &out_len, made->rsa),
                     1);
    assert_int_equal(out_len, made->len);
}

static void make(pair *made)
{
    made->len = (size_t)made->bits / 8;
    made->rsa = RSA_new();
    BIGNUM *e = BN_new();
    assert_int_equal(BN_set_word(e, made->exponent), 1);
    assert_int_equal(RSA_generate_key_ex(made->rsa, made->bits, e, NULL), 1);
    BN_free(e);
    uint8_t spki[SPKI_MAX_LEN];
    uint8_t *next = spki;
    int len = i2d_RSA_PUBKEY(made->rsa, NULL);
    assert_in_range(len, 1, SPKI_MAX_LEN);
    assert_int_equal(i2d_RSA_PUBKEY(made->rsa, &next), len);
    assert_int_equal(tv_key_open(&made->key, sig, (tv_span){spki, (size_t)len}, TV_KEY_RSA), TV_OK);
    for (size_t alg = 0; alg < NUM_ALGS; alg++) {
        sign(made, alg);
    }
}

static int set_up(void **state)
{
    (void)state;
    if (!tv_cpu_use(TV_CPU_IFMA)) {
        return 0;
    }
    numbers = BN_CTX_new();
    if (numbers == NULL || tv_sig_open(&sig) != TV_OK ||
        tv_sig_worker_open(&worker, sig) != TV_OK) {
        return -1;
    }
    for (size_t i = 0; i < NUM_PAIRS; i++) {
        make(&pairs[i]);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_PAIRS; i++) {
        tv_key_close(pairs[i].key);
        RSA_free(pairs[i].rsa);
    }
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    BN_CTX_free(numbers);
    return 0;
}

static void need_lanes(void)
{
    if (tv_cpu_best() < TV_CPU_IFMA) {
        skip();
    }
    assert_true(tv_cpu_use(TV_CPU_IFMA));
}

static tv_sig_question ask(const pair *made, size_t alg, tv_span message, const uint8_t *signature)
{
    return (tv_sig_question){made->key, &algs[alg].alg, message, {signature, made->len}, false};
}

// Answers by lanes, with the question in lane `lane` of eight, seven good ones beside it.
static bool is_found(const pair *made, size_t alg, const uint8_t *signature, size_t lane)
{
    tv_sig_question questions[LANES];
    for (size_t i = 0; i < LANES; i++) {
        questions[i] = ask(made, alg, TV_LIT("x"), i == lane ? signature : made->signatures[alg]);
    }
    assert_ptr_equal(tv_sig_way_find(made->key, &algs[alg].alg), &tv_way_rsa_lanes);
    tv_way_rsa_lanes.answer(worker, questions, LANES);
    for (size_t i = 0; i < LANES; i++) {
        assert_true(i == lane || questions[i].is_good);
    }
    return questions[lane].is_good;
}

static tv_edge_state check(const pair *made, size_t alg, const uint8_t *signature)
{
    tv_span whole = {signature, made->len};
    return tv_key_check_message(made->key, worker, &algs[alg].alg, TV_LIT("x"), whole);
}

static void test_good_ones_are_found_in_every_lane(void **state)
{
    (void)state;
    need_lanes();
    for (size_t i = 0; i < NUM_WITH_LANES; i++) {
        for (size_t alg = 0; alg < NUM_ALGS; alg++) {
            const pair *made = &pairs[i];
            size_t other = (alg + 1) % NUM_ALGS;
            assert_true(is_found(made, alg, made->signatures[alg], 0));
            for (size_t lane = 0; lane < LANES; lane++) {
                assert_false(is_found(made, alg, made->signatures[other], lane));
            }
        }
    }
}

static void test_another_message_and_another_key(void **state)
{
    (void)state;
    need_lanes();
    tv_sig_question questions[LANES];
    for (size_t i = 0; i < LANES; i++) { // two keys in turns; 2 and 3 have the other's signature
        const pair *by = i == 2 || i == 3 ? &pairs[1 - i % 2] : &pairs[i % 2];
        questions[i] = ask(&pairs[i % 2], WITH_SHA256, i == 5 ? TV_LIT("y") : TV_LIT("x"),
                           by->signatures[WITH_SHA256]);
    }
    tv_way_rsa_lanes.answer(worker, questions, LANES);
    for (size_t i = 0; i < LANES; i++) {
        assert_int_equal(questions[i].is_good, i != 2 && i != 3 && i != 5);
    }
}

// Each byte of the encoding wrong in turn, signed all the same.
static void test_every_byte_of_the_encoding_counts(void **state)
{
    (void)state;
    need_lanes();
    for (size_t i = 0; i < NUM_WITH_LANES; i++) {
        const pair *made = &pairs[i];
        size_t alg = i % (size_t)PSS;
        uint8_t encoded[MOST_BYTES];
        uint8_t signature[MOST_BYTES];
        assert_int_equal(RSA_public_decrypt((int)made->len, made->signatures[alg], encoded,
                                            made->rsa, RSA_NO_PADDING),
                         (int)made->len);
        size_t step = made->bits == 2048 ? 1 : 7; // roots of the larger ones take milliseconds
        for (size_t at = 1; at < made->len; at += step) { // the first byte is beyond the modulus
            encoded[at] ^= (uint8_t)(1 << at % 8);
            take_root(made, encoded, signature);
            assert_false(is_found(made, alg, signature, at % LANES));
            encoded[at] ^= (uint8_t)(1 << at % 8);
        }
        take_root(made, encoded, signature);
        assert_true(is_found(made, alg, signature, 0));
    }
}

// 0, 1, n - 1, n, n + 1, all ones, and a valid signature plus n where that has room: the same
// residue, but no signature.
static void test_ends_of_the_range(void **state)
{
    (void)state;
    need_lanes();
    for (size_t i = 0; i < NUM_WITH_LANES; i++) {
        const pair *made = &pairs[i];
        const BIGNUM *n = RSA_get0_n(made->rsa);
        uint8_t signature[MOST_BYTES];
        for (size_t alg = 0; alg < NUM_ALGS; alg++) {
            for (int at = 0; at < 7; at++) {
                BIGNUM *number = at < 2 ? BN_new() : BN_dup(n);
                assert_int_equal(at == 1 || at == 4 ? BN_add_word(number, 1) : 1, 1);
                assert_int_equal(at == 2 ? BN_sub_word(number, 1) : 1, 1);
                if (at == 6) {
                    BIGNUM *valid = BN_bin2bn(made->signatures[alg], (int)made->len, NULL);
                    assert_int_equal(BN_add(number, number, valid), 1);
                    BN_free(valid);
                }
                if (at == 5) {
                    memset(signature, 0xff, made->len);
                }
                bool has_room = at == 5 || BN_bn2binpad(number, signature, (int)made->len) > 0;
                BN_free(number);
                if (has_room) {
                    assert_false(is_found(made, alg, signature, (size_t)at));
                    assert_int_equal(check(made, alg, signature), TV_EDGE_BAD);
                }
            }
        }
    }
    ERR_clear_error();
}

// A block of every kind at once: those of one kind go together, and what is too little for lanes
// goes one by one, with the same answers.
static void test_mixed_blocks(void **state)
{
    (void)state;
    need_lanes();
    for (size_t num = 1; num <= TV_SIG_BLOCK_MAX; num = num * 2 + 1) {
        tv_sig_question questions[TV_SIG_BLOCK_MAX];
        uint8_t wrong[MOST_BYTES];
        bool expected[TV_SIG_BLOCK_MAX];
        for (size_t i = 0; i < num; i++) {
            const pair *made = &pairs[draw(NUM_WITH_LANES)];
            size_t alg = draw(NUM_ALGS);
            memset(wrong, 0x01, sizeof(wrong));
            expected[i] = draw(4) != 0;
            questions[i] = ask(made, alg, TV_LIT("x"), expected[i] ? made->signatures[alg] : wrong);
        }
        tv_way_rsa_lanes.answer(worker, questions, num);
        for (size_t i = 0; i < num; i++) {
            assert_int_equal(questions[i].is_good, expected[i]);
        }
    }
    ERR_clear_error();
}

static bool is_valid(const pair *made, size_t alg, tv_span message, const uint8_t *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding = NULL;
    const EVP_MD *md = tv_digest_find(sig, algs[alg].alg.hash);
    bool valid =
        EVP_DigestVerifyInit(context, &padding, md, NULL, made->key->pkey) == 1 &&
        (alg != PSS || (EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, algs[alg].alg.salt_len) == 1)) &&
        EVP_DigestVerify(context, signature, made->len, message.ptr, message.len) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return valid;
}

// A quarter is broken: bits of the signature, bytes at its ends, another alg's or key's signature,
// another message, noise.
static void draw_question(tv_sig_question *q, uint8_t *signature, size_t *alg, const pair **made)
{
    *made = &pairs[draw(NUM_WITH_LANES)];
    *alg = draw(NUM_ALGS);
    memcpy(signature, (*made)->signatures[*alg], (*made)->len);
    tv_span message = TV_LIT("x");
    switch (draw(24)) {
    case 0:
        signature[draw((*made)->len)] ^= (uint8_t)(1 << draw(8));
        break;
    case 1:
        signature[0] = (uint8_t)draw(256);
        signature[(*made)->len - 1] = (uint8_t)draw(256);
        break;
    case 2:
        memcpy(signature, (*made)->signatures[draw(NUM_ALGS)], (*made)->len);
        break;
    case 3:
        memcpy(signature, pairs[draw(NUM_PAIRS)].signatures[*alg], (*made)->len);
        break;
    case 4:
        message = TV_LIT("y");
        break;
    case 5:
        for (size_t i = 0; i < (*made)->len; i++) {
            signature[i] = (uint8_t)draw(256);
        }
        break;
    default:
        break;
    }
    *q = ask(*made, *alg, message, signature);
}

static void test_random_questions(void **state)
{
    (void)state;
    need_lanes();
    const char *text = getenv("TV_LANES_ROUNDS");
    uint64_t rounds = text != NULL ? strtoull(text, NULL, 10) : ROUNDS;
    static uint8_t signatures[TV_SIG_BLOCK_MAX][MOST_BYTES];
    uint64_t num_good = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        tv_sig_question questions[TV_SIG_BLOCK_MAX];
        const pair *made[TV_SIG_BLOCK_MAX];
        size_t alg[TV_SIG_BLOCK_MAX];
        for (size_t i = 0; i < TV_SIG_BLOCK_MAX; i++) {
            draw_question(&questions[i], signatures[i], &alg[i], &made[i]);
        }
        tv_way_rsa_lanes.answer(worker, questions, TV_SIG_BLOCK_MAX);
        for (size_t i = 0; i < TV_SIG_BLOCK_MAX; i++) {
            const tv_sig_question *q = &questions[i];
            assert_int_equal(q->is_good, is_valid(made[i], alg[i], q->message, signatures[i]));
            num_good += q->is_good;
        }
    }
    uint64_t num = rounds * TV_SIG_BLOCK_MAX;
    print_message("%llu signatures, %llu of them good\n", (unsigned long long)num,
                  (unsigned long long)num_good);
    assert_true(num_good > num / 2 && num_good < num);
}

static void test_which_questions_it_takes(void **state)
{
    (void)state;
    need_lanes();
    static const tv_sig_alg md5 = {TV_SIG_RSA_PKCS1, TV_HASH_MD5, 0, 0};
    static const tv_sig_alg none = {TV_SIG_RSA_PKCS1, 200, 0, 0};
    for (size_t i = 0; i < NUM_WITH_LANES; i++) {
        for (size_t alg = 0; alg < NUM_ALGS; alg++) {
            assert_true(tv_way_rsa_lanes.takes(pairs[i].key, &algs[alg].alg));
        }
        assert_false(tv_way_rsa_lanes.takes(pairs[i].key, &md5));
        assert_false(tv_way_rsa_lanes.takes(pairs[i].key, &none));
    }
    const pair *small = &pairs[NUM_WITH_LANES];
    assert_false(tv_way_rsa_lanes.takes(small->key, &algs[WITH_SHA256].alg));
    assert_ptr_equal(tv_sig_way_find(small->key, &algs[WITH_SHA256].alg), &tv_way_rsa);
    assert_true(tv_cpu_use(TV_CPU_AVX2));
    assert_false(tv_way_rsa_lanes.takes(pairs[0].key, &algs[WITH_SHA256].alg));
    assert_ptr_equal(tv_sig_way_find(pairs[0].key, &algs[WITH_SHA256].alg), &tv_way_rsa);
    assert_true(tv_cpu_use(TV_CPU_IFMA));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_ones_are_found_in_every_lane),
        cmocka_unit_test(test_another_message_and_another_key),
        cmocka_unit_test(test_every_byte_of_the_encoding_counts),
        cmocka_unit_test(test_ends_of_the_range),
        cmocka_unit_test(test_mixed_blocks),
        cmocka_unit_test(test_random_questions),
        cmocka_unit_test(test_which_questions_it_takes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
