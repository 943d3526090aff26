// SPDX-License-Identifier: Apache-2.0
// Signatures of every supported kind: the right one is good, whatever is altered is bad, what is
// not checked is unsupported, and no failure of libcrypto is ever taken for an answer.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/key.h"

#include "support/signer.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    tv_key_kind key;
    tv_sig_alg alg; // kind, hash, MGF1 hash, salt length
} cases[] = {
    {"RSA with MD5", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_MD5, 0, 0}},
    {"RSA with SHA-1", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, 0, 0}},
    {"RSA with SHA-224", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA224, 0, 0}},
    {"RSA with SHA-256", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}},
    {"RSA with SHA-384", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA384, 0, 0}},
    {"RSA with SHA-512", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA512, 0, 0}},
    {"PSS under an RSA key", TV_KEY_RSA, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}},
    {"PSS of two hashes", TV_KEY_RSA, {TV_SIG_RSA_PSS, TV_HASH_SHA384, TV_HASH_SHA1, 20}},
    {"PSS without salt", TV_KEY_RSA, {TV_SIG_RSA_PSS, TV_HASH_SHA1, TV_HASH_SHA1, 0}},
    {"PSS", TV_KEY_RSA_PSS, {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}},
    {"P-256 with SHA-1", TV_KEY_EC_P256, {TV_SIG_ECDSA, TV_HASH_SHA1, 0, 0}},
    {"P-256 with SHA-256", TV_KEY_EC_P256, {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}},
    {"P-256 with SHA-512", TV_KEY_EC_P256, {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}},
    {"P-384 with SHA-384", TV_KEY_EC_P384, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}},
    {"P-521 with SHA-512", TV_KEY_EC_P521, {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}},
    {"P-521 with SHA-224", TV_KEY_EC_P521, {TV_SIG_ECDSA, TV_HASH_SHA224, 0, 0}},
    {"Ed25519", TV_KEY_ED25519, {TV_SIG_ED25519, TV_HASH_NONE, 0, 0}},
    {"Ed448", TV_KEY_ED448, {TV_SIG_ED448, TV_HASH_NONE, 0, 0}},
};
enum { NUM_CASES = sizeof(cases) / sizeof(cases[0]), RSA_BITS = 1024, NUM_KINDS = TV_KEY_X448 + 1 };

static tv_sig *sig;
static tv_sig_worker *worker;
static tv_signer signers[2][NUM_KINDS]; // two of each kind, to tell keys apart
static tv_key *keys[2][NUM_KINDS];

// Allocations of libcrypto that succeed before one fails; none fails while it is negative.
static int allocations_left = -1;
static bool next_fails; // one fails before the counting begins

static bool may_allocate(void)
{
    if (next_fails) {
        next_fails = false;
        return false;
    }
    if (allocations_left == 0) {
        return false;
    }
    if (allocations_left > 0) {
        allocations_left--;
    }
    return true;
}

static void *scarce_malloc(size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return may_allocate() ? malloc(len) : NULL;
}

static void *scarce_realloc(void *ptr, size_t len, const char *file, int line)
{
    (void)file;
    (void)line;
    return may_allocate() ? realloc(ptr, len) : NULL;
}

static void plain_free(void *ptr, const char *file, int line)
{
    (void)file;
    (void)line;
    free(ptr);
}

static int set_up(void **state)
{
    (void)state;
    if (tv_sig_open(&sig) != TV_OK || tv_sig_worker_open(&worker, sig) != TV_OK) {
        return -1;
    }
    for (size_t i = 0; i < 2 * NUM_CASES; i++) {
        tv_key_kind kind = cases[i / 2].key;
        if (keys[i % 2][kind] != NULL) {
            continue;
        }
        tv_signer *signer = &signers[i % 2][kind];
        tv_signer_open(signer, kind, RSA_BITS);
        if (tv_key_open(&keys[i % 2][kind], sig, tv_signer_spki(signer), kind) != TV_OK) {
            return -1;
        }
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * NUM_KINDS; i++) {
        tv_key_close(keys[i % 2][i / 2]);
        tv_signer_close(&signers[i % 2][i / 2]);
    }
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    return 0;
}

static tv_span sign(const tv_signer *signer, const tv_sig_alg *alg, tv_span message)
{
    uint8_t *signature;
    size_t len;
    assert_true(tv_signer_sign(signer, alg, message, &signature, &len));
    return (tv_span){signature, len}; // the caller frees
}

static void expect(const char *name, const tv_key *key, const tv_sig_alg *alg, tv_span message,
                   tv_span signature, tv_edge_state expected)
{
    tv_edge_state got = tv_key_check_message(key, worker, alg, message, signature);
    if (got != expected) {
        fail_msg("%s: state %d, expected %d", name, (int)got, (int)expected);
    }
    assert_int_equal(ERR_peek_error(), 0);
}

static void test_good_and_altered(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        const tv_sig_alg *alg = &cases[i].alg;
        const char *name = cases[i].name;
        const tv_key *key = keys[0][cases[i].key];
        tv_span message = TV_LIT("to be signed");
        tv_span good = sign(&signers[0][cases[i].key], alg, message);
        uint8_t *altered = malloc(good.len + 1);
        assert_non_null(altered);
        memcpy(altered, good.ptr, good.len);
        altered[good.len] = 0;

        expect(name, key, alg, message, good, TV_EDGE_GOOD);
        expect(name, key, alg, TV_LIT("to be signeD"), good, TV_EDGE_BAD);
        expect(name, key, alg, TV_LIT(""), good, TV_EDGE_BAD);
        expect(name, keys[1][cases[i].key], alg, message, good, TV_EDGE_BAD);
        expect(name, key, alg, message, (tv_span){altered, good.len - 1}, TV_EDGE_BAD);
        expect(name, key, alg, message, (tv_span){altered, good.len + 1}, TV_EDGE_BAD);
        expect(name, key, alg, message, (tv_span){NULL, 0}, TV_EDGE_BAD);
        expect(name, key, alg, message, (tv_span){altered, (size_t)INT_MAX + 1}, TV_EDGE_BAD);
        for (size_t at = 0; at < good.len; at += 7) {
            altered[at] ^= 0x10;
            expect(name, key, alg, message, (tv_span){altered, good.len}, TV_EDGE_BAD);
            altered[at] ^= 0x10;
        }
        expect(name, key, alg, message, (tv_span){altered, good.len}, TV_EDGE_GOOD);
        free(altered);
        free((void *)good.ptr);
    }
}

static void test_an_empty_message_is_a_message(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        tv_span signature = sign(&signers[0][cases[i].key], &cases[i].alg, TV_LIT(""));
        expect(cases[i].name, keys[0][cases[i].key], &cases[i].alg, (tv_span){NULL, 0}, signature,
               TV_EDGE_GOOD);
        free((void *)signature.ptr);
    }
}

// The same signature called by every other algorithm, under every key.
static void test_nothing_else_is_good(void **state)
{
    (void)state;
    tv_span message = TV_LIT("to be signed");
    for (size_t i = 0; i < NUM_CASES; i++) {
        tv_span signature = sign(&signers[0][cases[i].key], &cases[i].alg, message);
        for (size_t j = 0; j < NUM_CASES * NUM_KINDS; j++) {
            const tv_sig_alg *alg = &cases[j % NUM_CASES].alg;
            size_t kind = j / NUM_CASES;
            bool same = kind == (size_t)cases[i].key && alg->kind == cases[i].alg.kind &&
                        alg->hash == cases[i].alg.hash && alg->salt_len == cases[i].alg.salt_len;
            if (keys[0][kind] != NULL && !same) {
                expect(cases[i].name, keys[0][kind], alg, message, signature, TV_EDGE_BAD);
            }
        }
        free((void *)signature.ptr);
    }
}

static void test_what_is_not_checked(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        tv_key_kind key;
        tv_sig_alg alg;
        tv_edge_state expected;
    } odd[] = {
        {"unknown algorithm",
         TV_KEY_RSA,
         {TV_SIG_UNKNOWN, TV_HASH_SHA256, 0, 0},
         TV_EDGE_UNSUPPORTED},
        {"DSA", TV_KEY_RSA, {TV_SIG_DSA, TV_HASH_SHA256, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"no such algorithm", TV_KEY_RSA, {99, TV_HASH_SHA256, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"MD2", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_MD2, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"no hash", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_NONE, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"no such hash", TV_KEY_RSA, {TV_SIG_RSA_PKCS1, 200, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"PSS with MD2",
         TV_KEY_RSA,
         {TV_SIG_RSA_PSS, TV_HASH_MD2, TV_HASH_SHA1, 20},
         TV_EDGE_UNSUPPORTED},
        {"MGF1 with MD2",
         TV_KEY_RSA,
         {TV_SIG_RSA_PSS, TV_HASH_SHA1, TV_HASH_MD2, 20},
         TV_EDGE_UNSUPPORTED},
        {"ECDSA with MD5", TV_KEY_EC_P256, {TV_SIG_ECDSA, TV_HASH_MD5, 0, 0}, TV_EDGE_UNSUPPORTED},
        {"ECDSA without a hash",
         TV_KEY_EC_P256,
         {TV_SIG_ECDSA, TV_HASH_NONE, 0, 0},
         TV_EDGE_UNSUPPORTED},
        {"MD2 under a key that cannot sign so",
         TV_KEY_EC_P256,
         {TV_SIG_RSA_PKCS1, TV_HASH_MD2, 0, 0},
         TV_EDGE_BAD},
        {"salt longer than the modulus",
         TV_KEY_RSA,
         {TV_SIG_RSA_PSS, TV_HASH_SHA1, TV_HASH_SHA1, UINT16_MAX},
         TV_EDGE_BAD},
    };
    static const uint8_t bytes[RSA_BITS / 8] = {1};
    tv_span signature = {bytes, sizeof(bytes)};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        expect(odd[i].name, keys[0][odd[i].key], &odd[i].alg, TV_LIT("x"), signature,
               odd[i].expected);
    }
}

static void test_under_an_unusable_key_nothing_is_known(void **state)
{
    (void)state;
    tv_key *key;
    assert_int_equal(tv_key_open(&key, sig, TV_LIT("no key"), TV_KEY_RSA), TV_OK);
    for (size_t i = 0; i < NUM_CASES; i++) {
        expect(cases[i].name, key, &cases[i].alg, TV_LIT("x"), TV_LIT("y"), TV_EDGE_UNSUPPORTED);
    }
    tv_key_close(key);
}

static void test_a_pss_key_keeps_its_parameters(void **state)
{
    (void)state;
    static const tv_sig_alg allowed = {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 20};
    static const tv_sig_alg longer_salt = {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32};
    static const tv_sig_alg refused[] = {
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 19}, // salt shorter than the key's
        {TV_SIG_RSA_PSS, TV_HASH_SHA384, TV_HASH_SHA256, 20},
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA384, 20},
        {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
    };
    tv_signer signer;
    tv_key *key;
    tv_signer_open_pss(&signer, RSA_BITS, &allowed);
    assert_int_equal(tv_key_open(&key, sig, tv_signer_spki(&signer), TV_KEY_RSA_PSS), TV_OK);
    const tv_sig_alg *good[] = {&allowed, &longer_salt};
    for (size_t i = 0; i < 2; i++) {
        tv_span signature = sign(&signer, good[i], TV_LIT("x"));
        expect("allowed", key, good[i], TV_LIT("x"), signature, TV_EDGE_GOOD);
        for (size_t j = 0; j < sizeof(refused) / sizeof(refused[0]); j++) {
            expect("refused", key, &refused[j], TV_LIT("x"), signature, TV_EDGE_BAD);
        }
        free((void *)signature.ptr);
    }
    tv_key_close(key);
    tv_signer_close(&signer);
}

// The same with signatures that are valid but for the key's restrictions: those of a plain RSA key
// whose numbers stand in the place of the restricted key's.
static void test_a_pss_key_refuses_what_would_be_valid(void **state)
{
    (void)state;
    static const tv_sig_alg allowed = {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 20};
    static const tv_sig_alg refused[] = {
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 19},
        {TV_SIG_RSA_PSS, TV_HASH_SHA384, TV_HASH_SHA256, 20},
        {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA384, 20},
    };
    enum { ALGORITHM_END = 18 }; // in the SPKI of a plain RSA key of 1024 bits
    tv_signer restricted;
    tv_signer_open_pss(&restricted, RSA_BITS, &allowed);
    const tv_signer *plain = &signers[0][TV_KEY_RSA];
    size_t len = plain->spki_len - ALGORITHM_END;
    memcpy(restricted.spki + restricted.spki_len - len, plain->spki + ALGORITHM_END, len);
    tv_key *key;
    assert_int_equal(tv_key_open(&key, sig, tv_signer_spki(&restricted), TV_KEY_RSA_PSS), TV_OK);
    tv_span good = sign(plain, &allowed, TV_LIT("x"));
    expect("allowed", key, &allowed, TV_LIT("x"), good, TV_EDGE_GOOD);
    free((void *)good.ptr);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        tv_span signature = sign(plain, &refused[i], TV_LIT("x"));
        expect("refused", key, &refused[i], TV_LIT("x"), signature, TV_EDGE_BAD);
        expect("plain", keys[0][TV_KEY_RSA], &refused[i], TV_LIT("x"), signature, TV_EDGE_GOOD);
        free((void *)signature.ptr);
    }
    tv_key_close(key);
    tv_signer_close(&restricted);
}

// A signature is as long as the modulus, also where the number it stands for is shorter.
static void test_rsa_signatures_keep_their_zeros(void **state)
{
    (void)state;
    static const tv_sig_alg algs[] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
                                      {TV_SIG_RSA_PSS, TV_HASH_SHA256, TV_HASH_SHA256, 32}};
    for (size_t i = 0; i < 2; i++) {
        bool found = false;
        for (uint32_t text = 0; text < 10000 && !found; text++) { // one in 256 begins with zero
            tv_span message = {(const uint8_t *)&text, sizeof(text)};
            tv_span signature = sign(&signers[0][TV_KEY_RSA], &algs[i], message);
            found = signature.ptr[0] == 0;
            if (found) {
                tv_span cut = {signature.ptr + 1, signature.len - 1};
                expect("whole", keys[0][TV_KEY_RSA], &algs[i], message, signature, TV_EDGE_GOOD);
                expect("cut", keys[0][TV_KEY_RSA], &algs[i], message, cut, TV_EDGE_BAD);
            }
            free((void *)signature.ptr);
        }
        assert_true(found);
    }
}

// DER has one form for each pair of numbers, and 0 is none of them (X9.62).
static void test_ecdsa_signatures_are_der(void **state)
{
    (void)state;
    static const tv_sig_alg alg = {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0};
    const tv_key *key = keys[0][TV_KEY_EC_P256];
    tv_span good = sign(&signers[0][TV_KEY_EC_P256], &alg, TV_LIT("x"));
    assert_true(good.len > 8 && good.len < 100);

    uint8_t long_form[128] = {0x30, 0x81};
    memcpy(long_form + 2, good.ptr + 1, good.len - 1);
    expect("long form of a short length", key, &alg, TV_LIT("x"),
           (tv_span){long_form, good.len + 1}, TV_EDGE_BAD);

    uint8_t padded[128]; // r with a zero byte that it does not need
    padded[0] = 0x30;
    padded[1] = (uint8_t)(good.ptr[1] + 1);
    padded[2] = 0x02;
    padded[3] = (uint8_t)(good.ptr[3] + 1);
    padded[4] = 0x00;
    memcpy(padded + 5, good.ptr + 4, good.len - 4);
    expect("padded r", key, &alg, TV_LIT("x"), (tv_span){padded, good.len + 1}, TV_EDGE_BAD);

    uint8_t trailing[128];
    memcpy(trailing, good.ptr, good.len);
    trailing[1] = (uint8_t)(trailing[1] + 2);
    memcpy(trailing + good.len, "\x05\x00", 2);
    expect("third element", key, &alg, TV_LIT("x"), (tv_span){trailing, good.len + 2}, TV_EDGE_BAD);

    expect("both zero", key, &alg, TV_LIT("x"), TV_LIT("\x30\x06\x02\x01\x00\x02\x01\x00"),
           TV_EDGE_BAD);
    expect("both one", key, &alg, TV_LIT("x"), TV_LIT("\x30\x06\x02\x01\x01\x02\x01\x01"),
           TV_EDGE_BAD);
    free((void *)good.ptr);
}

// A worker keeps a context for the last EdDSA key; neither a bad signature nor a key that comes to
// lie where a closed one was may confuse it.
static void test_edwards_keys_in_turns(void **state)
{
    (void)state;
    static const tv_sig_alg alg = {TV_SIG_ED25519, 0, 0, 0};
    tv_span first = sign(&signers[0][TV_KEY_ED25519], &alg, TV_LIT("x"));
    tv_span second = sign(&signers[1][TV_KEY_ED25519], &alg, TV_LIT("x"));
    for (size_t turn = 0; turn < 64; turn++) {
        size_t holder = turn / 3 % 2;
        bool is_first = turn / 5 % 2 == 0;
        tv_key *key;
        assert_int_equal(tv_key_open(&key, sig, tv_signer_spki(&signers[holder][TV_KEY_ED25519]),
                                     TV_KEY_ED25519),
                         TV_OK);
        for (size_t again = 0; again < 3; again++) {
            expect("in turns", key, &alg, TV_LIT("x"), is_first ? first : second,
                   is_first == (holder == 0) ? TV_EDGE_GOOD : TV_EDGE_BAD);
        }
        tv_key_close(key);
    }
    free((void *)first.ptr);
    free((void *)second.ptr);
}

static void test_a_certificate_is_its_tbs_and_signature(void **state)
{
    (void)state;
    tv_cert cert;
    memset(&cert, 0, sizeof(cert));
    cert.sig = (tv_sig_alg){TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0};
    cert.tbs = TV_LIT("contents");
    cert.signature = sign(&signers[0][TV_KEY_EC_P256], &cert.sig, cert.tbs);
    assert_int_equal(tv_key_check(keys[0][TV_KEY_EC_P256], worker, &cert), TV_EDGE_GOOD);
    assert_int_equal(tv_key_check(keys[1][TV_KEY_EC_P256], worker, &cert), TV_EDGE_BAD);
    assert_int_equal(tv_key_check(keys[0][TV_KEY_RSA], worker, &cert), TV_EDGE_BAD);
    cert.tbs.len--;
    assert_int_equal(tv_key_check(keys[0][TV_KEY_EC_P256], worker, &cert), TV_EDGE_BAD);
    free((void *)cert.signature.ptr);
}

// Whether the state is the right one, or none, when memory is out after `left` allocations; with
// `fails_first` one is lost before, so that the fast way is left early and the slow way is what
// runs out. An RSASSA-PSS key may refuse parameters that it has no memory to look at; it never
// accepts. Sets `*is_enough` when memory was not out.
static bool withstands(size_t i, tv_span message, tv_span signature, tv_edge_state right, int left,
                       bool fails_first, bool *is_enough)
{
    allocations_left = left;
    next_fails = fails_first;
    tv_edge_state got =
        tv_key_check_message(keys[0][cases[i].key], worker, &cases[i].alg, message, signature);
    *is_enough = allocations_left != 0;
    allocations_left = -1;
    next_fails = false;
    bool may_refuse = cases[i].key == TV_KEY_RSA_PSS && got == TV_EDGE_BAD;
    return got == right || got == TV_EDGE_UNSUPPORTED || may_refuse;
}

// However early memory runs out: a good signature is good or not known, a bad one bad or not known.
static void test_lack_of_memory_is_no_answer(void **state)
{
    (void)state;
    for (size_t turn = 0; turn < 4 * NUM_CASES; turn++) {
        size_t i = turn / 4;
        bool is_good = turn % 2 == 0;
        tv_span message = is_good ? TV_LIT("x") : TV_LIT("y");
        tv_edge_state right = is_good ? TV_EDGE_GOOD : TV_EDGE_BAD;
        tv_span signature = sign(&signers[0][cases[i].key], &cases[i].alg, TV_LIT("x"));
        bool is_enough = false;
        for (int left = 0; left < 1000 && !is_enough; left++) {
            if (!withstands(i, message, signature, right, left, turn % 4 < 2, &is_enough)) {
                fail_msg("%s: the wrong answer after %d allocations", cases[i].name, left);
            }
        }
        assert_true(is_enough);
        expect(cases[i].name, keys[0][cases[i].key], &cases[i].alg, message, signature, right);
        free((void *)signature.ptr);
    }
}

// A key that could not be read for lack of memory is a failure, not an unusable key; of RSASSA-PSS
// keys libcrypto does not tell.
static void test_opening_says_that_memory_is_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        if (cases[i].key == TV_KEY_RSA_PSS) {
            continue;
        }
        tv_span spki = tv_signer_spki(&signers[0][cases[i].key]);
        tv_status status = TV_ERR_NOMEM;
        for (int left = 0; left < 1000 && status != TV_OK; left++) {
            tv_key *key;
            allocations_left = left;
            status = tv_key_open(&key, sig, spki, cases[i].key);
            allocations_left = -1;
            if (status == TV_OK) {
                assert_non_null(key);
                assert_non_null(key->pkey);
            } else {
                assert_int_equal(status, TV_ERR_NOMEM);
                assert_null(key);
            }
            tv_key_close(key);
        }
        assert_int_equal(status, TV_OK);
    }
    tv_sig_worker *none;
    allocations_left = 1;
    tv_status status = tv_sig_worker_open(&none, sig);
    allocations_left = -1;
    assert_int_equal(status, TV_ERR_NOMEM);
    assert_null(none);
}

int main(void)
{
    if (CRYPTO_set_mem_functions(scarce_malloc, scarce_realloc, plain_free) != 1) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_and_altered),
        cmocka_unit_test(test_an_empty_message_is_a_message),
        cmocka_unit_test(test_nothing_else_is_good),
        cmocka_unit_test(test_what_is_not_checked),
        cmocka_unit_test(test_under_an_unusable_key_nothing_is_known),
        cmocka_unit_test(test_a_pss_key_keeps_its_parameters),
        cmocka_unit_test(test_a_pss_key_refuses_what_would_be_valid),
        cmocka_unit_test(test_rsa_signatures_keep_their_zeros),
        cmocka_unit_test(test_ecdsa_signatures_are_der),
        cmocka_unit_test(test_edwards_keys_in_turns),
        cmocka_unit_test(test_a_certificate_is_its_tbs_and_signature),
        cmocka_unit_test(test_lack_of_memory_is_no_answer),
        cmocka_unit_test(test_opening_says_that_memory_is_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
