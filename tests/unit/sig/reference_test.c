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

#include "base/span.h"
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
    const tv_reference_anchor anchor = {trusted != NULL ? *trusted : (tv_span){NULL, 0}, NULL};
    assert_int_equal(tv_reference_open(&reference, &anchor, trusted != NULL ? 1 : 0, untrusted,
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

#define POLICY "1.2.3.4"
#define OTHER_POLICY "1.2.3.5"
#define ANY_POLICY "2.5.29.32.0"

// A CA and a certificate below it, each with a policy; the CA maps one to the other when asked to.
static tv_span mint_policies(const char *subject, const char *issuer, unsigned signer,
                             const char *policy, const char *mapping)
{
    bool is_ca = signer == 0;
    tv_mint_spec spec = {
        .subject = subject,
        .issuer = issuer,
        .key = tv_mint_key_number("P-256", signer + 1),
        .signer = tv_mint_key_number("P-256", signer),
        .extensions = {{.name = "basicConstraints",
                        .conf = is_ca ? "critical,CA:TRUE" : "CA:FALSE"},
                       {.name = "certificatePolicies", .conf = policy}},
    };
    if (mapping != NULL) {
        spec.extensions[2] = (tv_mint_ext){.name = "policyMappings", .conf = mapping};
    }
    return tv_mint(&spec);
}

static void test_policies_change_answers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *ca, *mapping, *leaf; // policies
        const char *asked;               // NULL: any
        tv_reference_settings settings;
        int code;
    } rows[] = {
        {"the policy asked for",
         POLICY,
         NULL,
         POLICY,
         POLICY,
         {.check_policies = true, .explicit_policy = true},
         X509_V_OK},
        {"any policy",
         POLICY,
         NULL,
         POLICY,
         NULL,
         {.check_policies = true, .explicit_policy = true},
         X509_V_OK},
        {"another policy",
         POLICY,
         NULL,
         POLICY,
         OTHER_POLICY,
         {.check_policies = true, .explicit_policy = true},
         X509_V_ERR_NO_EXPLICIT_POLICY},
        {"another policy, none needed",
         POLICY,
         NULL,
         POLICY,
         OTHER_POLICY,
         {.check_policies = true},
         X509_V_OK},
        {"another policy, not checked",
         POLICY,
         NULL,
         POLICY,
         OTHER_POLICY,
         {.explicit_policy = true, .inhibit_any_policy = true, .inhibit_policy_mapping = true},
         X509_V_OK},
        {"a CA for any policy",
         ANY_POLICY,
         NULL,
         POLICY,
         POLICY,
         {.check_policies = true, .explicit_policy = true},
         X509_V_OK},
        {"a CA for any policy, which is none",
         ANY_POLICY,
         NULL,
         POLICY,
         POLICY,
         {.check_policies = true, .explicit_policy = true, .inhibit_any_policy = true},
         X509_V_ERR_NO_EXPLICIT_POLICY},
        {"a mapped policy",
         POLICY,
         POLICY ":" OTHER_POLICY,
         OTHER_POLICY,
         POLICY,
         {.check_policies = true, .explicit_policy = true},
         X509_V_OK},
        {"a mapped policy, not to be mapped",
         POLICY,
         POLICY ":" OTHER_POLICY,
         OTHER_POLICY,
         POLICY,
         {.check_policies = true, .explicit_policy = true, .inhibit_policy_mapping = true},
         X509_V_ERR_NO_EXPLICIT_POLICY},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tv_span ca = mint_policies("CN=policies", "CN=root", 0, rows[i].ca, rows[i].mapping);
        tv_span leaf = mint_policies("CN=leaf", "CN=policies", 1, rows[i].leaf, NULL);
        tv_policy_set asked = {0};
        tv_reference_settings settings = rows[i].settings;
        settings.depth = -1;
        settings.policies = &asked;
        if (rows[i].asked != NULL) {
            assert_true(tv_policy_set_add(&asked, tv_span_from_text(rows[i].asked)));
        }
        tv_reference_verdict verdict = ask(&root, &ca, leaf, settings);
        if (verdict.code != rows[i].code) {
            fail_msg("%s: %d %s", rows[i].name, verdict.code, verdict.text);
        }
        tv_mint_free(ca);
        tv_mint_free(leaf);
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
    const tv_reference_anchor trusted[] = {{{client.ptr, client.len - 1}, NULL}, {root, NULL}};
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
        cmocka_unit_test(test_policies_change_answers),
        cmocka_unit_test(test_what_is_no_certificate_is_not_decoded),
        cmocka_unit_test(test_rubbish_among_the_trusted_is_left_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
