// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "policy/check.h"

#include <string.h>

// What a rule says must stand in a profile file: one line, no comment sign after a blank.
static void assert_prints(const char *text)
{
    assert_true(strlen(text) > 0 && strlen(text) < 190);
    assert_null(strstr(text, " ;"));
    assert_null(strchr(text, '\n'));
}

static void the_catalogue_is_sound(void **state)
{
    (void)state;
    assert_true(tv_rule_count() <= TV_MAX_RULES);
    for (size_t i = 0; i < tv_rule_count(); i++) {
        const tv_rule *rule = tv_rule_at(i);
        assert_int_equal(strspn(rule->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(rule->id));
        assert_int_equal(tv_rule_index(rule->id), i); // no id twice
        assert_ptr_equal(tv_rule_find(rule->id), rule);
        assert_prints(rule->source);
        assert_prints(rule->title);
        assert_int_not_equal(rule->title[strlen(rule->title) - 1], '.');
        assert_int_equal(rule->help[strlen(rule->help) - 1], '.');
        assert_true(rule->severity >= TV_NOTE && rule->severity <= TV_ERROR);
    }
    assert_null(tv_rule_at(tv_rule_count()));
    assert_null(tv_rule_find("no-such-rule"));
    assert_null(tv_rule_find(""));
    assert_int_equal(tv_rule_index("no-such-rule"), TV_MAX_RULES);
}

static void severities_have_words(void **state)
{
    (void)state;
    assert_string_equal(tv_severity_text(TV_SEVERITY_OFF), "off");
    assert_string_equal(tv_severity_text(TV_NOTE), "note");
    assert_string_equal(tv_severity_text(TV_WARNING), "warning");
    assert_string_equal(tv_severity_text(TV_ERROR), "error");
}

static void reasons_of_entries_have_rules(void **state)
{
    (void)state;
    static const struct {
        tv_reason reason;
        const char *rule; // NULL: none
    } cases[] = {
        {TV_REASON_NONE, NULL},
        {TV_REASON_MALFORMED, NULL},
        {TV_REASON_ISSUER_EXPIRED, NULL},
        {TV_REASON_EXTENDED_KEY_USAGE, NULL},
        {TV_REASON_BUDGET_SPENT, NULL},
        {TV_REASON_EXPIRED, "entry-expired"},
        {TV_REASON_ISSUER_NOT_FOUND, "entry-issuer-missing"},
        {TV_REASON_ROOT_NOT_FOUND, "entry-root-missing"},
        {TV_REASON_BAD_SIGNATURE, "entry-bad-signature"},
        {TV_REASON_CHAIN_TOO_LONG, "entry-chain-too-long"},
        {TV_REASON_WEAK_KEY, "entry-weak-key"},
        {TV_REASON_REVOKED, "entry-revoked"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const tv_rule *rule = tv_rule_for_reason(cases[i].reason);
        if (cases[i].rule == NULL) {
            assert_null(rule);
        } else {
            assert_non_null(rule);
            assert_string_equal(rule->id, cases[i].rule);
        }
    }
    for (tv_reason each = TV_REASON_NONE; each < TV_REASON_COUNT; each++) {
        const tv_rule *rule = tv_rule_for_reason(each);
        assert_true(rule == NULL || rule->scope == TV_SCOPE_ENTRY);
    }
}

static void a_finding_is_the_profiles(void **state)
{
    (void)state;
    tv_profile *profile;
    tv_finding finding;
    assert_int_equal(tv_profile_new(&profile), TV_OK);
    assert_true(tv_finding_make(profile, "serial-negative", &finding));
    assert_string_equal(finding.rule->id, "serial-negative");
    assert_int_equal(finding.severity, TV_ERROR);
    assert_int_equal(finding.certainty, TV_DOCUMENTED);
    assert_string_equal(finding.source, "RFC 5280 section 4.1.2.2");
    assert_int_equal(finding.entry, TV_ID_NONE);
    assert_true(tv_span_equal(finding.help, tv_span_from_text(finding.rule->help)));

    assert_int_equal(tv_profile_set(profile, "rule serial-negative", "severity", "note", NULL),
                     TV_OK);
    assert_int_equal(tv_profile_set(profile, "rule serial-negative", "source", "us", NULL), TV_OK);
    assert_true(tv_finding_make(profile, "serial-negative", &finding));
    assert_int_equal(finding.severity, TV_NOTE);
    assert_int_equal(finding.certainty, TV_INFERRED);
    assert_string_equal(finding.source, "us");

    assert_int_equal(tv_profile_set(profile, "rule serial-negative", "severity", "off", NULL),
                     TV_OK);
    assert_false(tv_finding_make(profile, "serial-negative", &finding));
    tv_profile_close(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_sound),
        cmocka_unit_test(severities_have_words),
        cmocka_unit_test(reasons_of_entries_have_rules),
        cmocka_unit_test(a_finding_is_the_profiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
