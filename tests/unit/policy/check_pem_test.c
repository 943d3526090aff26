// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

static const struct {
    uint32_t quirk;
    const char *rule;
    const char *named; // a reader that loses or refuses
    bool once;         // told once a file
} cases[] = {
    {TV_PEM_CRLF, "pem-crlf", "CR LF", true},
    {TV_PEM_CR_ONLY, "pem-cr-only", "OpenSSL", false},
    {TV_PEM_BOM, "pem-bom", "Go", false},
    {TV_PEM_INDENTED, "pem-indented", "Java", false},
    {TV_PEM_GLUED, "pem-glued", "OpenSSL", false},
    {TV_PEM_BLANK_IN_BODY, "pem-blank-line", "OpenSSL", false},
    {TV_PEM_ODD_WIDTH, "pem-odd-width", "64 columns", true},
    {TV_PEM_LONG_LINE, "pem-long-line", "76 columns", true},
    {TV_PEM_HEADERS, "pem-headers", "Go", false},
    {TV_PEM_NUL_BEFORE, "pem-nul", "OpenSSL", false},
    {TV_PEM_TEXT_BEFORE, "pem-text-between", "CloudFront", true},
    {TV_PEM_BLANK_BEFORE, "pem-blank-between", "Application Load Balancer", true},
    {TV_PEM_COMMENT_DASH, "pem-comment-dash", "CloudFront", true},
    {TV_PEM_ESCAPED_NL, "pem-escaped-newlines", "GnuTLS", false},
    {TV_PEM_SPACED, "pem-spaced", "OpenSSL", false},
    {TV_PEM_X509_LABEL, "pem-x509-label", "Go", false},
    {TV_PEM_ODD_CASE, "pem-odd-case", "GnuTLS", false},
    {TV_PEM_NO_FINAL_NL, "pem-no-final-newline", "glued", true},
    {TV_PEM_TEXT_AFTER, "pem-text-after", "s2n", true},
    {TV_PEM_NON_ASCII, "pem-non-ascii", "UTF-8", true},
    {TV_PEM_BAD_DASHES, "pem-bad-dashes", "Java", false},
};

static void every_quirk_has_a_rule(void **state)
{
    (void)state;
    uint32_t seen = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake it;
        fake_open(&it, "aws-apigateway");
        (void)fake_add(&it, "A");
        (void)fake_add(&it, "B");
        (void)fake_add(&it, "C");
        it.entries[1].quirks = cases[i].quirk;
        it.entries[2].quirks = cases[i].quirk;
        seen |= cases[i].quirk;
        assert_int_equal(fake_check_entry(&it, 0), 0);
        assert_int_equal(fake_check_entry(&it, 1), cases[i].once ? 0 : 1);
        if (cases[i].once) {
            assert_int_equal(fake_check_bundle(&it), 1);
            assert_non_null(strstr(it.findings[0].message, " (2 blocks)"));
        }
        const fake_finding *finding = fake_find(&it, cases[i].rule);
        assert_non_null(finding);
        assert_non_null(strstr(fake_message(&it, cases[i].rule), cases[i].named));
        assert_int_equal(finding->entry, 1); // the first that has it
        assert_int_equal(finding->line, 11);
        if (!cases[i].once) {
            assert_int_equal(fake_check_bundle(&it), 0);
        }
        fake_close(&it);
    }
    assert_int_equal(seen, (UINT32_C(1) << 21) - 1); // all of tv_pem_quirk
}

static void utf16_is_told_of_the_file(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "A");
    it.bundle.is_utf16 = true;
    assert_int_equal(fake_check_bundle(&it), 1);
    const fake_finding *finding = fake_find(&it, "pem-utf16");
    assert_non_null(finding);
    assert_int_equal(finding->entry, TV_ID_NONE);
    assert_int_equal(finding->line, 0);
    fake_close(&it);
}

static void broken_frames_are_told(void **state)
{
    (void)state;
    static const struct {
        tv_pem_defect defect;
        tv_pem_kind kind;
        const char *rule; // NULL: only that the block does not belong here
    } frames[] = {
        {TV_PEM_NO_END, TV_PEM_CERTIFICATE, "pem-no-end"},
        {TV_PEM_NO_END, TV_PEM_TRUSTED_CERTIFICATE, "pem-no-end"},
        {TV_PEM_LABEL_MISMATCH, TV_PEM_CERTIFICATE, "pem-label-mismatch"},
        {TV_PEM_BAD_BEGIN, TV_PEM_CERTIFICATE, "pem-bad-begin"},
        {TV_PEM_BAD_BEGIN, TV_PEM_OTHER, "pem-bad-begin"},
        {TV_PEM_NO_END, TV_PEM_CRL, NULL},
        {TV_PEM_LABEL_MISMATCH, TV_PEM_PRIVATE_KEY, NULL},
    };
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        fake it;
        fake_open(&it, "openssl");
        fake_add_block(&it, frames[i].kind, "broken")->defect = (uint8_t)frames[i].defect;
        (void)fake_check_entry(&it, 0);
        if (frames[i].rule != NULL) {
            assert_non_null(fake_find(&it, frames[i].rule));
            assert_int_equal(fake_find(&it, frames[i].rule)->severity, TV_ERROR);
            assert_null(fake_find(&it, "entry-undecodable"));
        } else {
            assert_int_equal(it.num_findings, 1);
            assert_ptr_not_equal(strstr(it.findings[0].rule->id, "pem-"), it.findings[0].rule->id);
        }
        fake_close(&it);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quirk_has_a_rule),
        cmocka_unit_test(utf16_is_told_of_the_file),
        cmocka_unit_test(broken_frames_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
