// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static void nothing(tv_cert *cert)
{
    (void)cert;
}

static void client(tv_cert *cert)
{
    cert->is_ca = false;
    cert->self_issued = false;
    cert->aki = TV_LIT("k");
    cert->key_usage = TV_KU_DIGITAL_SIGNATURE;
    cert->issuer = TV_LIT("\x30\x00");
}

static void self_signed_client(tv_cert *cert)
{
    client(cert);
    cert->self_issued = true;
}

static void sha1_root(tv_cert *cert)
{
    cert->sig_alg_der = TV_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00");
    cert->sig.hash = TV_HASH_SHA1;
}

static void sha1_intermediate(tv_cert *cert)
{
    cert->sig.hash = TV_HASH_SHA1;
    cert->self_issued = false;
    cert->aki = TV_LIT("k");
}

static void over_today(tv_cert *cert)
{
    cert->not_after = FAKE_NOW;
}

static void over_yesterday(tv_cert *cert)
{
    cert->not_after = FAKE_NOW - 1;
}

static void over_in_30_days(tv_cert *cert)
{
    cert->not_after = FAKE_NOW + INT64_C(30) * FAKE_DAY;
}

static void over_in_31_days(tv_cert *cert)
{
    cert->not_after = FAKE_NOW + INT64_C(30) * FAKE_DAY + 1;
}

static void over_in_91_days(tv_cert *cert)
{
    cert->not_after = FAKE_NOW + INT64_C(90) * FAKE_DAY + 1;
}

static void version_1(tv_cert *cert)
{
    cert->version = 1;
    cert->is_ca = false;
    cert->has = 0;
    cert->critical = 0;
    cert->key_usage = 0;
}

static void reversed(tv_cert *cert)
{
    cert->not_before = cert->not_after + 1;
}

static void negative(tv_cert *cert)
{
    cert->serial = TV_LIT("\xff\x01");
}

static void zero(tv_cert *cert)
{
    cert->serial = tv_span_make("\0", 1);
}

static void twenty(tv_cert *cert)
{
    cert->serial = TV_LIT("01234567890123456789");
}

static void twenty_one(tv_cert *cert)
{
    cert->serial = TV_LIT("012345678901234567890");
}

static void no_subject(tv_cert *cert)
{
    cert->subject = TV_LIT("\x30\x00");
}

static void not_critical(tv_cert *cert)
{
    cert->critical &= ~(uint32_t)TV_EXT_BASIC_CONSTRAINTS;
}

static void no_key_usage(tv_cert *cert)
{
    cert->has &= ~(uint32_t)TV_EXT_KEY_USAGE;
    cert->key_usage = 0;
}

static void no_cert_sign(tv_cert *cert)
{
    cert->key_usage = TV_KU_CRL_SIGN;
}

static void no_basic_constraints(tv_cert *cert)
{
    cert->is_ca = false;
    cert->has &= ~(uint32_t)TV_EXT_BASIC_CONSTRAINTS;
}

static void stray_path_length(tv_cert *cert)
{
    self_signed_client(cert);
    cert->path_len = 0;
}

static void no_ski(tv_cert *cert)
{
    cert->ski = (tv_span){NULL, 0};
}

static void no_aki(tv_cert *cert)
{
    cert->self_issued = false;
}

static void names_of_others(tv_cert *cert)
{
    self_signed_client(cert);
    cert->has |= TV_EXT_NAME_CONSTRAINTS;
}

static void names_of_its_own(tv_cert *cert)
{
    cert->has |= TV_EXT_NAME_CONSTRAINTS;
}

static void alternative_name_alone(tv_cert *cert)
{
    self_signed_client(cert);
    no_subject(cert);
    cert->has |= TV_EXT_SAN;
}

static void critical_alternative_name(tv_cert *cert)
{
    alternative_name_alone(cert);
    cert->critical |= TV_EXT_SAN;
}

static void alternative_name(tv_cert *cert)
{
    cert->has |= TV_EXT_SAN;
}

static void proxy(tv_cert *cert)
{
    self_signed_client(cert);
    cert->has |= TV_EXT_PROXY_CERT_INFO;
}

static void critical_proxy(tv_cert *cert)
{
    proxy(cert);
    cert->critical |= TV_EXT_PROXY_CERT_INFO;
}

static void for_servers(tv_cert *cert)
{
    cert->has |= TV_EXT_EKU;
    cert->eku = TV_EKU_SERVER_AUTH;
}

static const struct {
    const char *name;
    void (*spoil)(tv_cert *cert);
    const char *rule; // NULL: nothing is told
    const char *message;
} cases[] = {
    {"a sound root", nothing, NULL, NULL},
    {"a client", client, "entry-not-a-ca",
     "the certificate of a client or server, not of a CA: CN=Root"},
    {"a self-signed client", self_signed_client, NULL, NULL},
    {"a root with SHA-1", sha1_root, "root-weak-signature", "sha1WithRSAEncryption"},
    {"path judges intermediates", sha1_intermediate, NULL, NULL},
    {"the last second", over_today, "expiry-horizon",
     "valid until 2026-09-21T14:13:20Z, 0 days from now (horizon 30)"},
    {"path judges what is over", over_yesterday, NULL, NULL},
    {"30 days", over_in_30_days, "expiry-horizon", "30 days from now (horizon 30)"},
    {"a second more", over_in_31_days, "expiry-horizon", "30 days from now (horizon 60)"},
    {"beyond the horizon", over_in_91_days, NULL, NULL},
    {"validity reversed", reversed, "validity-reversed", "which is earlier"},
    {"a negative serial", negative, "serial-negative", "2 octets"},
    {"serial zero", zero, "serial-zero", "the serial number is 00, 1 octet"},
    {"a serial of 20 octets", twenty, NULL, NULL},
    {"a serial of 21 octets", twenty_one, "serial-too-long", "21 octets"},
    {"no subject", no_subject, "ca-subject-empty", "issued by CN=Root"},
    {"basic constraints not critical", not_critical, "ca-basic-constraints-not-critical",
     "CN=Root"},
    {"no key usage", no_key_usage, "ca-key-usage-missing", "CN=Root"},
    {"no keyCertSign", no_cert_sign, "ca-key-usage-without-cert-sign", "CN=Root"},
    {"keyCertSign alone", no_basic_constraints, "cert-sign-without-ca",
     "keyCertSign without basic constraints: CN=Root"},
    {"path length of a client", stray_path_length, "path-length-without-ca", "a path length of 0"},
    {"no SKI", no_ski, "ca-without-subject-key-id", "CN=Root"},
    {"no AKI", no_aki, "ca-without-authority-key-id", "CN=Root"},
    {"name constraints of a client", names_of_others, "name-constraints-without-ca", "CN=Root"},
    {"name constraints of a CA", names_of_its_own, NULL, NULL},
    {"an alternative name alone", alternative_name_alone, "subject-alt-name-not-critical",
     "without a subject beside it"},
    {"the same, critical", critical_alternative_name, NULL, NULL},
    {"an alternative name beside a subject", alternative_name, NULL, NULL},
    {"a proxy", proxy, "proxy-info-not-critical", "CN=Root"},
    {"a proxy that is critical", critical_proxy, NULL, NULL},
    {"nobody asks for a purpose", for_servers, NULL, NULL},
};

static void each_rule_has_its_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake it;
        fake_open(&it, "rfc5280");
        assert_int_equal(tv_profile_set(it.profile, "setting hashes", "value", "SHA-256", NULL),
                         TV_OK);
        print_message("%s\n", cases[i].name);
        cases[i].spoil(fake_add(&it, "Root"));
        assert_int_equal(fake_check_entry(&it, 0), cases[i].rule != NULL ? 1 : 0);
        if (cases[i].rule != NULL) {
            assert_non_null(fake_find(&it, cases[i].rule));
            assert_non_null(strstr(fake_message(&it, cases[i].rule), cases[i].message));
        }
        fake_close(&it);
    }
}

// A CA for other purposes is told where clients below it are asked for theirs.
static void purposes_of_a_ca_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint16_t eku;
        bool intermediate;
        const char *setting[2]; // NULL: as the profile has it
        bool told;
    } looks[] = {
        {"for clients", TV_EKU_CLIENT_AUTH, false, {NULL}, false},
        {"for servers", TV_EKU_SERVER_AUTH, false, {NULL}, true},
        {"for servers, an intermediate", TV_EKU_SERVER_AUTH, true, {NULL}, true},
        {"for any purpose, which is not this one", TV_EKU_ANY, false, {NULL}, true},
        {"for any purpose", TV_EKU_ANY, false, {"setting eku_any", "yes"}, false},
        {"servers are asked for", TV_EKU_SERVER_AUTH, false, {"setting purpose", "server"}, false},
        {"servers are asked for", TV_EKU_CLIENT_AUTH, false, {"setting purpose", "server"}, true},
        {"CAs do not count", TV_EKU_SERVER_AUTH, true, {"setting eku_of_issuers", "no"}, false},
        {"an anchor does not",
         TV_EKU_SERVER_AUTH,
         false,
         {"setting anchor_constraints", "no"},
         false},
        {"others do", TV_EKU_SERVER_AUTH, true, {"setting anchor_constraints", "no"}, true},
    };
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        fake it;
        fake_open(&it, "openssl");
        if (looks[i].setting[0] != NULL) {
            assert_int_equal(
                tv_profile_set(it.profile, looks[i].setting[0], "value", looks[i].setting[1], NULL),
                TV_OK);
        }
        print_message("%s\n", looks[i].name);
        tv_cert *cert = fake_add(&it, "Root");
        for_servers(cert);
        cert->eku = looks[i].eku;
        cert->self_issued = !looks[i].intermediate;
        cert->aki = TV_LIT("k");
        assert_int_equal(fake_check_entry(&it, 0), looks[i].told ? 1 : 0);
        if (looks[i].told) {
            const char *purpose = it.profile->set.purpose == TV_PURPOSE_CLIENT
                                      ? "client authentication: CN=Root"
                                      : "server authentication: CN=Root";
            assert_non_null(strstr(fake_message(&it, "entry-extended-key-usage"), purpose));
        }
        fake_close(&it);
    }
}

static void settings_of_the_profile_count(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "openssl");
    tv_cert *cert = fake_add(&it, "Root");
    no_basic_constraints(cert);
    cert->self_issued = false;
    // OpenSSL takes keyCertSign for a CA: only the broken rule of the RFC is told.
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_non_null(fake_find(&it, "cert-sign-without-ca"));
    it.profile->set.ca_by_key_usage = false;
    assert_int_equal(fake_check_entry(&it, 0), 2);
    assert_non_null(fake_find(&it, "entry-not-a-ca"));

    cert = fake_add(&it, "Other");
    it.profile->set.max_cert_bytes = (uint32_t)cert->der.len;
    assert_int_equal(fake_check_entry(&it, 1), 0);
    it.profile->set.max_cert_bytes--;
    assert_int_equal(fake_check_entry(&it, 1), 1);
    assert_string_equal(fake_message(&it, "certificate-too-large"),
                        "the certificate has 8 bytes, the target takes 7");

    cert = fake_add(&it, "Weak");
    sha1_root(cert);
    assert_int_equal(fake_check_entry(&it, 2), 2);
    it.profile->set.max_cert_bytes = 0;
    it.profile->set.anchor_signature = true; // then a reason tells it
    assert_int_equal(fake_check_entry(&it, 2), 0);

    over_today(cert);
    cert->sig.hash = TV_HASH_SHA256;
    memset(it.profile->set.horizon_days, 0, sizeof(it.profile->set.horizon_days));
    assert_int_equal(fake_check_entry(&it, 2), 0);
    fake_close(&it);
}

static void version_1_is_told_where_it_is_taken(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "openssl");
    version_1(fake_add(&it, "Root"));
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_string_equal(fake_message(&it, "entry-version-1"),
                        "an X.509 version 1 certificate cannot say that it is a CA: CN=Root");
    it.profile->set.version1_ca = false; // then a reason tells it
    assert_int_equal(fake_check_entry(&it, 0), 0);
    fake_close(&it);
}

static void far_times_do_not_overflow(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "rfc5280");
    tv_cert *cert = fake_add(&it, "Root");
    it.input.at = INT64_MIN + 1;
    assert_int_equal(fake_check_entry(&it, 0), 0);
    cert->not_after = INT64_MAX;
    assert_int_equal(fake_check_entry(&it, 0), 0);
    fake_close(&it);
}

static void long_names_are_cut(void **state)
{
    (void)state;
    char name[252];
    memset(name, 'n', sizeof(name));
    name[194] = '\xc3'; // "CN=" and these two bytes reach over the 200th
    name[195] = '\xa9';
    name[196] = '\xc3';
    name[197] = '\xa9';
    name[sizeof(name) - 1] = '\0';
    fake it;
    fake_open(&it, "rfc5280");
    no_ski(fake_add(&it, name));
    assert_int_equal(fake_check_entry(&it, 0), 1);
    const char *shown = strstr(it.findings[0].message, "CN=");
    assert_non_null(shown);
    assert_int_equal(strlen(shown), 199 + 3);
    assert_string_equal(shown + 199 - 2, "\xc3\xa9...");
    fake_close(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_has_its_cases),
        cmocka_unit_test(purposes_of_a_ca_are_told),
        cmocka_unit_test(settings_of_the_profile_count),
        cmocka_unit_test(version_1_is_told_where_it_is_taken),
        cmocka_unit_test(far_times_do_not_overflow),
        cmocka_unit_test(long_names_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
