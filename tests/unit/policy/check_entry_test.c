// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static void a_sound_entry_is_silent(void **state)
{
    (void)state;
    static const char *const profiles[] = {"aws-apigateway", "openssl", "rfc5280"};
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        fake it;
        fake_open(&it, profiles[i]);
        (void)fake_add(&it, "Root");
        assert_int_equal(fake_check_entry(&it, 0), 0);
        assert_int_equal(fake_check_bundle(&it), 0);
        fake_close(&it);
    }
}

static void blocks_that_are_no_certificates(void **state)
{
    (void)state;
    static const struct {
        tv_pem_kind kind;
        const char *problem;
        tv_pem_defect defect;
        const char *label;
        const char *rule;
        const char *message;
    } cases[] = {
        {TV_PEM_CERTIFICATE, "a byte outside the base64 alphabet", TV_PEM_SOUND, "CERTIFICATE",
         "entry-undecodable",
         "the block cannot be decoded: a byte outside the base64 alphabet at byte 77 of the block"},
        {TV_PEM_CERTIFICATE, "the END line is missing", TV_PEM_NO_END, "CERTIFICATE", "pem-no-end",
         NULL},
        {TV_PEM_PRIVATE_KEY, "a private key", TV_PEM_SOUND, "RSA PRIVATE KEY",
         "private-key-in-bundle", "a private key stands in the truststore"},
        {TV_PEM_PRIVATE_KEY, "a private key", TV_PEM_BAD_BEGIN, "MIIE PRIVATE KEY",
         "private-key-in-bundle", "a private key stands in the truststore"},
        {TV_PEM_CRL, "a revocation list", TV_PEM_SOUND, "X509 CRL", "non-certificate-block",
         "a block labelled 'X509 CRL' is no certificate: Java and trust-manager refuse the file, "
         "others pass over the block"},
        {TV_PEM_OTHER, "another label", TV_PEM_SOUND, "\x1b[2J\xff", "non-certificate-block",
         "a block labelled '?[2J?' is no certificate: Java and trust-manager refuse the file, "
         "others pass over the block"},
        {TV_PEM_OTHER, "the BEGIN line is broken", TV_PEM_BAD_BEGIN, "PRIVATE KEY MIIE",
         "pem-bad-begin", NULL},
    };
    fake it;
    fake_open(&it, "aws-apigateway");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_entry *entry = fake_add_block(&it, cases[i].kind, cases[i].problem);
        entry->defect = (uint8_t)cases[i].defect;
        entry->problem_offset = 77;
        entry->label = tv_span_from_text(cases[i].label);
        assert_int_equal(fake_check_entry(&it, i), 1);
        const fake_finding *finding = fake_find(&it, cases[i].rule);
        assert_non_null(finding);
        assert_int_equal(finding->entry, i);
        assert_int_equal(finding->line, 10 * i + 1);
        assert_null(strstr(finding->message, "MIIE")); // what may be a key is never echoed
        if (cases[i].message != NULL) {
            assert_string_equal(finding->message, cases[i].message);
        }
    }
    fake_close(&it);
}

static void a_long_label_is_cut(void **state)
{
    (void)state;
    char label[300];
    memset(label, 'X', sizeof(label));
    fake it;
    fake_open(&it, "aws-apigateway");
    fake_add_block(&it, TV_PEM_OTHER, "another label")->label = tv_span_make(label, sizeof(label));
    assert_int_equal(fake_check_entry(&it, 0), 1);
    size_t shown = strspn(it.findings[0].message + strlen("a block labelled '"), "X");
    assert_int_equal(shown, 200);
    fake_close(&it);
}

static void certificates_that_cannot_be_read(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "A");
    it.held[0].problem = (tv_cert_problem){"serial number is not an INTEGER", 17};
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_string_equal(fake_message(&it, "entry-not-a-certificate"),
                        "not a certificate: serial number is not an INTEGER at byte 17 of the DER");

    it.entries[0].trailing = 3; // then the left-overs are the reason
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_string_equal(fake_message(&it, "entry-trailing-bytes"),
                        "3 bytes follow the certificate in its block");

    tv_cert *cert = fake_add(&it, "B");
    cert->extension_problem = (tv_cert_problem){"key usage is empty", 300};
    assert_int_equal(fake_check_entry(&it, 1), 1);
    assert_string_equal(fake_message(&it, "entry-bad-extension"),
                        "key usage is empty at byte 300 of the DER");
    fake_close(&it);
}

static void trust_settings_are_no_left_overs(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "A");
    it.entries[0].kind = TV_PEM_TRUSTED_CERTIFICATE;
    it.entries[0].trailing = 20;
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_non_null(fake_find(&it, "pem-trusted-label"));
    fake_close(&it);
}

static void a_duplicate_is_told_and_not_judged_again(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "rfc5280");
    fake_add(&it, "A")->serial = TV_LIT("\x80");
    (void)fake_add(&it, "A");
    it.entries[1].cert = 0;
    it.entries[1].duplicate_of = 0;
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_int_equal(fake_check_entry(&it, 1), 1);
    assert_string_equal(fake_message(&it, "duplicate-certificate"),
                        "the same certificate as at line 1");
    it.entries[0].line = 0; // a DER file has no lines
    it.entries[0].offset = 1234;
    assert_int_equal(fake_check_entry(&it, 1), 1);
    assert_string_equal(it.findings[0].message, "the same certificate as at byte 1234");
    fake_close(&it);
}

static void the_profile_decides_what_is_told(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add_block(&it, TV_PEM_PRIVATE_KEY, "a private key");
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_int_equal(it.findings[0].severity, TV_ERROR);
    assert_int_equal(
        tv_profile_set(it.profile, "rule private-key-in-bundle", "severity", "note", NULL), TV_OK);
    assert_int_equal(fake_check_entry(&it, 0), 1);
    assert_int_equal(it.findings[0].severity, TV_NOTE);
    assert_int_equal(
        tv_profile_set(it.profile, "rule private-key-in-bundle", "severity", "off", NULL), TV_OK);
    assert_int_equal(fake_check_entry(&it, 0), 0);
    fake_close(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_entry_is_silent),
        cmocka_unit_test(blocks_that_are_no_certificates),
        cmocka_unit_test(a_long_label_is_cut),
        cmocka_unit_test(certificates_that_cannot_be_read),
        cmocka_unit_test(trust_settings_are_no_left_overs),
        cmocka_unit_test(a_duplicate_is_told_and_not_judged_again),
        cmocka_unit_test(the_profile_decides_what_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
