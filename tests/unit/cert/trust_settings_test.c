// SPDX-License-Identifier: Apache-2.0
// The bytes behind a TRUSTED CERTIFICATE, as OpenSSL writes them and as nobody does: what cannot be
// read trusts for nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cert/trust_settings.h"
#include "support/build.h"
#include "support/mint.h"

#include <openssl/objects.h>
#include <openssl/x509.h>

#define CLIENT "0608 2b06010505070302"
#define SERVER "0608 2b06010505070301"
#define EMAIL "0608 2b06010505070304"
#define ANY "0604 551d2500"

static const struct {
    const char *name;
    const char *hex;
    tv_trust trust;
} cases[] = {
    {"nothing is said", "3000", {false, 0, 0}},
    {"trusted", "300c 300a" CLIENT, {true, TV_EKU_CLIENT_AUTH, 0}},
    {"trusted for two",
     "3016 3014" CLIENT SERVER,
     {true, TV_EKU_CLIENT_AUTH | TV_EKU_SERVER_AUTH, 0}},
    {"trusted for any", "3008 3006" ANY, {true, TV_EKU_ANY, 0}},
    {"trusted for nothing", "3002 3000", {true, 0, 0}},
    {"trusted for what is not known", "3006 3004 0602 2a03", {true, TV_EKU_OTHER, 0}},
    {"rejected", "300c a00a" SERVER, {false, 0, TV_EKU_SERVER_AUTH}},
    {"an empty list of rejected", "3002 a000", {false, 0, 0}},
    {"both", "3018 300a" CLIENT "a00a" EMAIL, {true, TV_EKU_CLIENT_AUTH, TV_EKU_EMAIL}},
    {"an alias", "3003 0c01 61", {false, 0, 0}},
    {"an alias and a key id", "3007 0c01 61 0402 0102", {false, 0, 0}},
    {"all fields",
     "301b 300a" CLIENT "a000 0c01 61 0401 01 a105 3003 0601 2a",
     {true, TV_EKU_CLIENT_AUTH, 0}},
    // What follows cannot be read.
    {"no bytes", "", {true, 0, 0}},
    {"no SEQUENCE", "3100", {true, 0, 0}},
    {"cut short", "300c 300a 0608 2b0601050507", {true, 0, 0}},
    {"bytes behind", "300c 300a" CLIENT "00", {true, 0, 0}},
    {"a list in a wrong place", "3018 a00a" CLIENT "300a" EMAIL, {true, 0, 0}},
    {"the same list twice", "3018 300a" CLIENT "300a" EMAIL, {true, 0, 0}},
    {"no OID", "3004 3002 0500", {true, 0, 0}},
    {"a broken OID", "300f 300d" CLIENT "0601 80", {true, 0, 0}},
    {"a broken OID among the rejected", "3011 300a" CLIENT "a003 0601 80", {true, 0, 0}},
    {"a length not in shortest form", "300d 30810a" CLIENT, {true, 0, 0}},
    {"an unknown field", "300e 300a" CLIENT "a200", {true, 0, 0}},
    {"others that are no SEQUENCE", "3010 300a" CLIENT "a102 0500", {true, 0, 0}},
};

static void settings_are_read_to_the_last_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_trust trust;
        print_message("  %s\n", cases[i].name);
        tv_trust_read(TV_HEX(cases[i].hex), &trust);
        assert_int_equal(trust.listed, cases[i].trust.listed);
        assert_int_equal(trust.trusted, cases[i].trust.trusted);
        assert_int_equal(trust.rejected, cases[i].trust.rejected);
    }
}

static void what_openssl_writes_is_read(void **state)
{
    tv_mint_spec spec = {.subject = "CN=a", .key = tv_mint_key("P-256")};
    tv_span der = tv_mint(&spec);
    const unsigned char *at = der.ptr;
    X509 *cert = d2i_X509(NULL, &at, (long)der.len);
    unsigned char *bytes = NULL;
    (void)state;
    assert_non_null(cert);
    assert_int_equal(X509_add1_trust_object(cert, OBJ_nid2obj(NID_client_auth)), 1);
    assert_int_equal(X509_add1_trust_object(cert, OBJ_nid2obj(NID_anyExtendedKeyUsage)), 1);
    assert_int_equal(X509_add1_reject_object(cert, OBJ_nid2obj(NID_server_auth)), 1);
    assert_int_equal(X509_alias_set1(cert, (const unsigned char *)"alias", -1), 1);
    assert_int_equal(X509_keyid_set1(cert, (const unsigned char *)"id", 2), 1);
    int len = i2d_X509_AUX(cert, &bytes);
    assert_true(len > 0 && (size_t)len > der.len);
    tv_trust trust;
    tv_trust_read((tv_span){bytes + der.len, (size_t)len - der.len}, &trust);
    assert_true(trust.listed);
    assert_int_equal(trust.trusted, TV_EKU_CLIENT_AUTH | TV_EKU_ANY);
    assert_int_equal(trust.rejected, TV_EKU_SERVER_AUTH);
    OPENSSL_free(bytes);
    X509_free(cert);
    tv_mint_free(der);
}

static void a_refusal_comes_before_trust(void **state)
{
    static const struct {
        tv_trust trust;
        uint16_t purpose;
        tv_trust_word word;
    } asked[] = {
        {{false, 0, 0}, TV_EKU_CLIENT_AUTH, TV_TRUST_SILENT},
        {{false, 0, TV_EKU_SERVER_AUTH}, TV_EKU_CLIENT_AUTH, TV_TRUST_SILENT},
        {{false, 0, TV_EKU_CLIENT_AUTH}, TV_EKU_CLIENT_AUTH, TV_TRUST_REFUSED},
        {{false, 0, TV_EKU_CLIENT_AUTH}, TV_EKU_ANY, TV_TRUST_SILENT},
        {{false, 0, TV_EKU_ANY}, TV_EKU_CLIENT_AUTH, TV_TRUST_REFUSED},
        {{false, 0, TV_EKU_ANY}, TV_EKU_ANY, TV_TRUST_REFUSED},
        {{true, 0, 0}, TV_EKU_SERVER_AUTH, TV_TRUST_REFUSED},
        {{true, TV_EKU_CLIENT_AUTH, 0}, TV_EKU_SERVER_AUTH, TV_TRUST_REFUSED},
        {{true, TV_EKU_CLIENT_AUTH, 0}, TV_EKU_CLIENT_AUTH, TV_TRUST_GRANTED},
        {{true, TV_EKU_CLIENT_AUTH, 0}, TV_EKU_ANY, TV_TRUST_REFUSED},
        {{true, TV_EKU_ANY, 0}, TV_EKU_SERVER_AUTH, TV_TRUST_GRANTED},
        {{true, TV_EKU_ANY, 0}, TV_EKU_ANY, TV_TRUST_GRANTED},
        {{true, TV_EKU_ANY, TV_EKU_CLIENT_AUTH}, TV_EKU_CLIENT_AUTH, TV_TRUST_REFUSED},
        {{true, TV_EKU_ANY, TV_EKU_CLIENT_AUTH}, TV_EKU_SERVER_AUTH, TV_TRUST_GRANTED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        assert_int_equal(tv_trust_ask(&asked[i].trust, asked[i].purpose), asked[i].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_to_the_last_byte),
        cmocka_unit_test(what_openssl_writes_is_read),
        cmocka_unit_test(a_refusal_comes_before_trust),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
