// SPDX-License-Identifier: Apache-2.0
// The second opinion answers as X509_verify_cert does, each of its settings changes an answer, and
// what libcrypto cannot decode is said so.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sig/reference.h"
#include "support/mint.h"

#include <openssl/x509_vfy.h>

#define NOW INT64_C(1767225600)   // 2026-01-01
#define LATER INT64_C(2051222400) // 2035-01-01, after what tv_mint makes

static tv_span root, middle, client, server;

static tv_span mint_leaf(const char *purpose)
{
    return tv_mint(&(tv_mint_spec){
        .subject = "CN=leaf",
        .issuer = "CN=middle",
        .key = tv_mint_key_number("P-256", 2),
        .signer = tv_mint_key_number("P-256", 1),
        .extensions = {{.name = "extendedKeyUsage", .conf = purpose}},
    });
}

static int setup(void **state)
{
    (void)state;
    root = tv_mint(&(tv_mint_spec){
        .subject = "CN=root",
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"}},
    });
    middle = tv_mint(&(tv_mint_spec){
        .subject = "CN=middle",
        .issuer = "CN=root",
        .key = tv_mint_key_number("P-256", 1),
        .signer = tv_mint_key("P-256"),
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"}},
    });
    client = mint_leaf("clientAuth");
    server = mint_leaf("serverAuth");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tv_mint_free(root);
    tv_mint_free(middle);
    tv_mint_free(client);
    tv_mint_free(server);
    return 0;
}

static tv_reference_verdict ask(const tv_span *trusted, const tv_span *untrusted, tv_span target,
                                tv_reference_settings settings)
{
    tv_reference *reference;
    tv_reference_verdict verdict;
    assert_int_equal(tv_reference_open(&reference, trusted, trusted != NULL ? 1 : 0, untrusted,
                                       untrusted != NULL ? 1 : 0),
                     TV_OK);
    assert_true(tv_reference_verify(reference, &settings, target, &verdict));
    tv_reference_close(reference);
    return verdict;
}

static void test_settings_change_answers(void **state)
{
    (void)state;
    const struct {
        const char *name;
        const tv_span *trusted, *untrusted;
        const tv_span *target;
        tv_reference_settings settings;
        int code;
    } rows[] = {
        {"good", &root, &middle, &client, {.at = NOW, .check_time = true, .depth = -1}, X509_V_OK},
        {"nothing at hand",
         &root,
         NULL,
         &client,
         {.at = NOW, .check_time = true, .depth = -1},
         X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
        {"late",
         &root,
         &middle,
         &client,
         {.at = LATER, .check_time = true, .depth = -1},
         X509_V_ERR_CERT_HAS_EXPIRED},
        {"late, no clock", &root, &middle, &client, {.at = LATER, .depth = -1}, X509_V_OK},
        {"no root",
         &middle,
         NULL,
         &client,
         {.at = NOW, .check_time = true, .depth = -1},
         X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT},
        {"partial chain",
         &middle,
         NULL,
         &client,
         {.at = NOW, .check_time = true, .partial_chain = true, .depth = -1},
         X509_V_OK},
        {"client", &root, &middle, &client, {.at = NOW, .client = true, .depth = -1}, X509_V_OK},
        {"not a client",
         &root,
         &middle,
         &server,
         {.at = NOW, .client = true, .depth = -1},
         X509_V_ERR_INVALID_PURPOSE},
        {"server", &root, &middle, &server, {.at = NOW, .server = true, .depth = -1}, X509_V_OK},
        {"too deep",
         &root,
         &middle,
         &client,
         {.at = NOW, .depth = 0},
         X509_V_ERR_CERT_CHAIN_TOO_LONG},
        {"weak at level 5",
         &root,
         &middle,
         &client,
         {.at = NOW, .depth = -1, .auth_level = 5},
         X509_V_ERR_EE_KEY_TOO_SMALL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tv_reference_verdict verdict =
            ask(rows[i].trusted, rows[i].untrusted, *rows[i].target, rows[i].settings);
        assert_true(verdict.decoded);
        if (verdict.code != rows[i].code) {
            fail_msg("%s: %d %s", rows[i].name, verdict.code, verdict.text);
        }
    }
}

static void test_what_is_no_certificate_is_not_decoded(void **state)
{
    (void)state;
    static const uint8_t rubbish[] = {0x30, 0x03, 0x02, 0x01, 0x01};
    tv_span cut = {client.ptr, client.len - 1};
    tv_reference_settings settings = {.at = NOW, .depth = -1};
    assert_false(ask(&root, &middle, cut, settings).decoded);
    assert_false(ask(&root, &middle, (tv_span){rubbish, sizeof(rubbish)}, settings).decoded);
}

static void test_rubbish_among_the_trusted_is_left_out(void **state)
{
    (void)state;
    tv_span trusted[] = {{client.ptr, client.len - 1}, root};
    tv_reference *reference;
    tv_reference_verdict verdict;
    tv_reference_settings settings = {.at = NOW, .depth = -1};
    assert_int_equal(tv_reference_open(&reference, trusted, 2, &middle, 1), TV_OK);
    assert_true(tv_reference_verify(reference, &settings, client, &verdict));
    assert_int_equal(verdict.code, X509_V_OK);
    tv_reference_close(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_change_answers),
        cmocka_unit_test(test_what_is_no_certificate_is_not_decoded),
        cmocka_unit_test(test_rubbish_among_the_trusted_is_left_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
