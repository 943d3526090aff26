// SPDX-License-Identifier: Apache-2.0
// Digests against published values: RFC 1320, RFC 1321 and FIPS 180-4 on "abc" and on nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/key.h"

#include <openssl/err.h>
#include <openssl/proverr.h>
#include <openssl/rsa.h>

#include <stdio.h>
#include <string.h>

static const struct {
    tv_hash_kind hash;
    const char *text;
    const char *hex;
} cases[] = {
    {TV_HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
    {TV_HASH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
    {TV_HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {TV_HASH_SHA224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {TV_HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {TV_HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {TV_HASH_SHA384, "abc",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c82"
     "5"
     "a7"},
    {TV_HASH_SHA512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "b"
     "bd454d4423643ce80e2a9ac94fa54ca49f"},
};

static void hex_of(char *out, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    out[2 * len] = '\0';
}

static void test_known_digests(void **state)
{
    (void)state;
    tv_sig *sig;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_open(&sig), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t digest[TV_DIGEST_MAX];
        char hex[2 * TV_DIGEST_MAX + 1];
        tv_span text = {(const uint8_t *)cases[i].text, strlen(cases[i].text)};
        size_t len = tv_digest(digest, worker, cases[i].hash, text);
        hex_of(hex, digest, len);
        assert_string_equal(hex, cases[i].hex);
    }
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
}

static void test_sha256_of_nothing_needs_no_pointer(void **state)
{
    (void)state;
    uint8_t digest[32];
    char hex[65];
    tv_sha256(digest, (tv_span){NULL, 0});
    hex_of(hex, digest, sizeof(digest));
    assert_string_equal(hex, cases[5].hex);
}

static void test_sha256_over_many_blocks(void **state)
{
    (void)state;
    static uint8_t million[1000000];
    memset(million, 'a', sizeof(million));
    uint8_t digest[32];
    char hex[65];
    tv_sha256(digest, (tv_span){million, sizeof(million)});
    hex_of(hex, digest, sizeof(digest));
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_what_is_not_offered_is_absent(void **state)
{
    (void)state;
    tv_sig *sig;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_open(&sig), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    assert_int_equal(ERR_peek_error(), 0);
    assert_null(tv_digest_find(sig, TV_HASH_NONE));
    assert_null(tv_digest_find(sig, TV_HASH_MD2));
    assert_null(tv_digest_find(sig, TV_HASH_SHA512 + 1));
    assert_null(tv_digest_find(sig, 255));
    assert_non_null(tv_digest_find(sig, TV_HASH_SHA1));
    uint8_t digest[TV_DIGEST_MAX];
    assert_int_equal(tv_digest(digest, worker, TV_HASH_MD2, TV_LIT("abc")), 0);
    assert_int_equal(tv_digest(digest, worker, TV_HASH_NONE, TV_LIT("abc")), 0);
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    tv_sig_worker_close(NULL);
    tv_sig_close(NULL);
}

static void test_drained_errors(void **state)
{
    (void)state;
    tv_sig_errors errors = tv_sig_drain_errors();
    assert_false(errors.out_of_memory || errors.provider);
    ERR_raise(ERR_LIB_RSA, RSA_R_BAD_SIGNATURE);
    ERR_raise(ERR_LIB_PROV, ERR_R_RSA_LIB);
    errors = tv_sig_drain_errors();
    assert_false(errors.out_of_memory || errors.provider);
    ERR_raise(ERR_LIB_PROV, PROV_R_DIGEST_NOT_ALLOWED);
    errors = tv_sig_drain_errors();
    assert_true(errors.provider && !errors.out_of_memory);
    ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
    ERR_raise(ERR_LIB_EVP, ERR_R_INTERNAL_ERROR);
    errors = tv_sig_drain_errors();
    assert_true(errors.out_of_memory && !errors.provider);
    assert_int_equal(ERR_peek_error(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_digests),
        cmocka_unit_test(test_sha256_of_nothing_needs_no_pointer),
        cmocka_unit_test(test_sha256_over_many_blocks),
        cmocka_unit_test(test_what_is_not_offered_is_absent),
        cmocka_unit_test(test_drained_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
