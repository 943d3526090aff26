// SPDX-License-Identifier: Apache-2.0
// A reason of an entry becomes the finding of its rule, with the fact behind it; what no rule
// tells, or the profile switches off, becomes none.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "report/reason_finding.h"
#include "support/build.h"

#include <string.h>

static tv_profile *profile;
static tv_cert cert;
static tv_item item = {.cert = &cert};
static tv_buf text;

static int set_up(void **state)
{
    (void)state;
    cert.issuer = tv_build_name("Root");
    cert.key = TV_KEY_RSA;
    cert.key_size = 1024;
    cert.sig = (tv_sig_alg){.kind = TV_SIG_RSA_PKCS1, .hash = TV_HASH_SHA1};
    cert.sig_alg_der = TV_HEX("300d06092a864886f70d0101050500");
    cert.not_before = 1767225600; // 2026
    cert.not_after = 1798761600;  // 2027
    return tv_profile_load(&profile, "aws-apigateway", NULL) == TV_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_profile_close(profile);
    tv_buf_close(&text);
    return 0;
}

static const struct {
    tv_reason reason;
    unsigned depth; // where the reason told first stands
    const char *rule;
    const char *message; // NULL: what the reason means, in the words of the catalogue
} reasons[] = {
    {TV_REASON_EXPIRED, 0, "entry-expired", "expired on 2027-01-01T00:00:00Z"},
    {TV_REASON_NOT_YET_VALID, 0, "entry-not-yet-valid", "not valid before 2026-01-01T00:00:00Z"},
    {TV_REASON_WEAK_KEY, 0, "entry-weak-key", "its key is RSA-1024, which the target refuses"},
    {TV_REASON_WEAK_SIGNATURE_ALGORITHM, 0, "entry-weak-signature-algorithm",
     "signed with sha1WithRSAEncryption, which the target refuses"},
    {TV_REASON_ISSUER_NOT_FOUND, 0, "entry-issuer-missing", "no issuer is at hand"},
    {TV_REASON_BAD_SIGNATURE, 0, "entry-bad-signature",
     "the issuer's key does not verify the signature"},
    {TV_REASON_PATH_LENGTH, 2, "entry-path-length",
     "a path length constraint is exceeded (at depth 2)"},
};

static void assert_span(tv_span span, const char *expected)
{
    print_message("  %.*s\n", (int)span.len, (const char *)span.ptr);
    assert_int_equal(span.len, strlen(expected));
    assert_memory_equal(span.ptr, expected, span.len);
}

static void a_reason_becomes_the_finding_of_its_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        tv_cell cell = {.reason = reasons[i].reason,
                        .reasons = TV_REASON_BIT(reasons[i].reason),
                        .depth = (uint8_t)reasons[i].depth};
        tv_finding finding;
        assert_true(
            tv_entry_reason_finding(profile, &item, &cell, reasons[i].reason, &text, &finding));
        assert_string_equal(finding.rule->id, reasons[i].rule);
        assert_ptr_not_equal(finding.source, NULL);
        assert_int_not_equal(finding.severity, TV_SEVERITY_OFF);
        assert_span(finding.message, reasons[i].message);
    }
}

static void the_reason_told_first_brings_its_hint(void **state)
{
    (void)state;
    tv_cell cell = {.reason = TV_REASON_ISSUER_NOT_FOUND,
                    .reasons = TV_REASON_BIT(TV_REASON_ISSUER_NOT_FOUND) |
                               TV_REASON_BIT(TV_REASON_EXPIRED),
                    .hint = TV_HINT_ISSUER_MISSING};
    tv_finding finding;
    assert_true(tv_entry_reason_finding(profile, &item, &cell, TV_REASON_ISSUER_NOT_FOUND, &text,
                                        &finding));
    assert_span(finding.message, "no issuer is at hand");
    assert_span(finding.help, "add the issuer CN=Root and the CA certificates above it to the "
                              "truststore");
    // Another reason of the same cell has the help of its rule.
    assert_true(tv_entry_reason_finding(profile, &item, &cell, TV_REASON_EXPIRED, &text, &finding));
    assert_span(finding.help, finding.rule->help);
}

static void what_no_rule_tells_is_no_finding(void **state)
{
    (void)state;
    static const tv_reason silent[] = {TV_REASON_BUDGET_SPENT, TV_REASON_ISSUER_EXPIRED,
                                       TV_REASON_SELF_SIGNED, TV_REASON_MALFORMED};
    tv_finding finding;
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        tv_cell cell = {.reason = silent[i]};
        assert_false(tv_entry_reason_finding(profile, &item, &cell, silent[i], &text, &finding));
    }
    tv_cell cell = {.reason = TV_REASON_EXPIRED};
    tv_item unreadable = {.problem = "not a certificate"};
    assert_false(
        tv_entry_reason_finding(profile, &unreadable, &cell, TV_REASON_EXPIRED, &text, &finding));
}

static void a_rule_that_is_off_is_silent(void **state)
{
    (void)state;
    tv_profile *quiet;
    tv_finding finding;
    tv_cell cell = {.reason = TV_REASON_EXPIRED};
    assert_int_equal(tv_profile_copy(&quiet, profile), TV_OK);
    assert_int_equal(tv_profile_set(quiet, "rule entry-expired", "severity", "off", NULL), TV_OK);
    assert_false(tv_entry_reason_finding(quiet, &item, &cell, TV_REASON_EXPIRED, &text, &finding));
    assert_int_equal(tv_profile_set(quiet, "rule entry-expired", "severity", "note", NULL), TV_OK);
    assert_true(tv_entry_reason_finding(quiet, &item, &cell, TV_REASON_EXPIRED, &text, &finding));
    assert_int_equal(finding.severity, TV_NOTE);
    assert_int_equal(
        tv_profile_set(quiet, "rule client-extended-key-usage", "severity", "off", NULL), TV_OK);
    assert_false(tv_client_advice_finding(quiet, TV_REASON_EXTENDED_KEY_USAGE, &text, &finding));
    tv_profile_close(quiet);
}

static void a_client_is_advised_of_its_purpose_alone(void **state)
{
    (void)state;
    tv_finding finding;
    assert_true(tv_client_advice_finding(profile, TV_REASON_EXTENDED_KEY_USAGE, &text, &finding));
    assert_string_equal(finding.rule->id, "client-extended-key-usage");
    assert_span(finding.message, "its extended key usage does not name clientAuth");
    assert_false(tv_client_advice_finding(profile, TV_REASON_EXPIRED, &text, &finding));
}

static void without_memory_there_is_no_finding(void **state)
{
    (void)state;
    tv_buf small = {.ceiling = 8};
    tv_finding finding;
    tv_cell cell = {.reason = TV_REASON_EXPIRED};
    assert_false(
        tv_entry_reason_finding(profile, &item, &cell, TV_REASON_EXPIRED, &small, &finding));
    assert_false(tv_client_advice_finding(profile, TV_REASON_EXTENDED_KEY_USAGE, &small, &finding));
    tv_buf_close(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_becomes_the_finding_of_its_rule),
        cmocka_unit_test(the_reason_told_first_brings_its_hint),
        cmocka_unit_test(what_no_rule_tells_is_no_finding),
        cmocka_unit_test(a_rule_that_is_off_is_silent),
        cmocka_unit_test(a_client_is_advised_of_its_purpose_alone),
        cmocka_unit_test(without_memory_there_is_no_finding),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
