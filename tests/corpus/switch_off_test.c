// SPDX-License-Identifier: Apache-2.0
// That what the corpus shows is the work of the rule it names: each finding goes when its rule is
// switched off, each reason when it is no longer checked, each verdict that hangs on a setting
// turns with it; facts cannot be switched off. And that no reason, rule or setting lacks a case.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/profile.h"
#include "support/judging/corpus.h"

#include <stdio.h>
#include <string.h>

#define AWS "aws-apigateway"
#define NOON "2026-06-01T00:00:00Z"

static bool is_verdict(const tv_expectation *row)
{
    return strcmp(row->kind, "bundle") != 0 && strcmp(row->expected, "finding") != 0;
}

static bool is_finding(const tv_expectation *row)
{
    return strcmp(row->expected, "finding") == 0;
}

static int what_of(const tv_expectation *row)
{
    return strcmp(row->kind, "client") == 0 ? TV_JUDGE_CLIENTS : TV_JUDGE_ENTRIES;
}

static void complain(const tv_expectation *row, const char *what)
{
    print_error("line %u: %s %s %u, %s: %s: %s\n", row->line, row->name, row->kind, row->index,
                row->profile, row->reason, what);
}

// `row` judged under its profile with one line of it changed.
static tv_answers *judge_with(const tv_expectation *row, const char *section, const char *key,
                              const char *value)
{
    tv_profile *profile = tv_load_profile(row->profile);
    tv_profile_error error = {0};
    if (section != NULL && tv_profile_set(profile, section, key, value, &error) != TV_OK) {
        fail_msg("[%s] %s = %s: %s", section, key, value, error.text);
    }
    tv_answers *answers = tv_case_judge(row->name, profile, row->at, what_of(row));
    tv_profile_close(profile);
    return answers;
}

static bool finding_goes(const tv_expectation *row)
{
    char section[64];
    (void)snprintf(section, sizeof(section), "rule %s", row->reason);
    tv_answers *on = judge_with(row, NULL, NULL, NULL);
    tv_answers *off = judge_with(row, section, "severity", "off");
    bool there = tv_answers_has_finding(on, row);
    bool gone = !tv_answers_has_finding(off, row);
    if (!there || !gone) {
        complain(row, there ? "still found when the rule is off" : "not found");
    }
    tv_answers_free(on);
    tv_answers_free(off);
    return there && gone;
}

static void test_findings_go_with_their_rule(void **state)
{
    size_t num;
    size_t failed = 0;
    size_t looked_at = 0;
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (size_t i = 0; i < num; i++) {
        if (is_finding(&rows[i])) {
            failed += finding_goes(&rows[i]) ? 0 : 1;
            looked_at++;
        }
    }
    print_message("%zu findings\n", looked_at);
    assert_true(looked_at > 0);
    assert_int_equal(failed, 0);
}

static bool fact_stays(const tv_expectation *row, const char *section)
{
    tv_profile *profile = tv_load_profile(row->profile);
    tv_status no = tv_profile_set(profile, section, "check", "no", NULL);
    tv_status advice = tv_profile_set(profile, section, "check", "advice", NULL);
    tv_profile_close(profile);
    if (no != TV_ERR_RANGE || advice != TV_ERR_RANGE) {
        complain(row, "a fact can be switched off");
    }
    return no == TV_ERR_RANGE && advice == TV_ERR_RANGE;
}

static bool reason_goes(const tv_expectation *row)
{
    tv_reason reason = tv_reason_find(row->reason);
    char section[64];
    (void)snprintf(section, sizeof(section), "reason %s", row->reason);
    if (reason == TV_REASON_NONE) {
        complain(row, "no such reason");
        return false;
    }
    if (tv_reason_is_fact(reason)) {
        return fact_stays(row, section);
    }
    tv_answers *off = judge_with(row, section, "check", "no");
    const tv_answer *answer = tv_answers_find(off, row);
    bool gone = answer != NULL && (answer->reasons & TV_REASON_BIT(reason)) == 0;
    if (!gone) {
        complain(row, "still a reason when it is not checked");
    }
    tv_answers_free(off);
    return gone;
}

// Deny rows, but for those that leave the reason open.
static void test_reasons_go_when_not_checked(void **state)
{
    size_t num;
    size_t failed = 0;
    size_t looked_at = 0;
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (size_t i = 0; i < num; i++) {
        if (is_verdict(&rows[i]) && strcmp(rows[i].reason, "-") != 0) {
            failed += reason_goes(&rows[i]) ? 0 : 1;
            looked_at++;
        }
    }
    print_message("%zu denials\n", looked_at);
    assert_true(looked_at > 0);
    assert_int_equal(failed, 0);
}

// A row that hangs on one setting. `what` is a reason of the client's verdict, or a rule; it is
// there on one side of the change and not on the other.
static const struct turn {
    const char *setting, *value;
    const char *name, *kind;
    unsigned index;
    const char *profile, *at;
    const char *what;
    bool appears; // it is there after the change, not before it
} turns[] = {
    {"anchors", "any", "root-missing", "client", 0, AWS, NOON, "root-not-found", false},
    {"intermediates", "any", "intermediate-sent-by-client", "client", 0, AWS, NOON,
     "issuer-not-found", false},
    {"key_identifiers", "hint", "rule-g12-foreign-key-id", "client", 0, AWS, NOON, "root-not-found",
     false},
    {"purpose", "any", "leaf-server-only", "client", 0, "openssl", NOON, "extended-key-usage",
     false},
    {"anchor_validity", "no", "root-expired", "client", 0, AWS, NOON, "issuer-expired", false},
    {"anchor_constraints", "no", "path-length-of-root-exceeded", "client", 0, AWS, NOON,
     "path-length", false},
    {"anchor_key", "no", "root-p521", "client", 0, AWS, NOON, "issuer-weak-key", false},
    {"anchor_self_signature", "no", "root-altered", "client", 0, AWS, NOON, "root-not-found",
     false},
    {"anchor_signature", "yes", "root-weak-self-signature", "client", 0, AWS, NOON,
     "issuer-weak-signature-algorithm", true},
    {"not_after_inclusive", "yes", "leaf-not-after-is-now", "client", 0, "openssl", NOON, "expired",
     false},
    {"version1_ca", "yes", "version-1-root", "client", 0, AWS, NOON, "not-a-ca", false},
    {"version1_client", "no", "leaf-version-1", "client", 0, AWS, NOON, "unsupported-version",
     true},
    {"ca_by_key_usage", "yes", "root-with-key-usage-only", "client", 0, AWS, NOON, "not-a-ca",
     false},
    {"eku_any", "yes", "leaf-server-only", "client", 1, "openssl", NOON, "extended-key-usage",
     false},
    {"eku_of_issuers", "no", "intermediate-server-only", "client", 0, "openssl", NOON,
     "extended-key-usage", false},
    {"trust_settings", "no", "trust-settings-refused", "client", 0, "openssl", NOON,
     "extended-key-usage", false},
    {"client_key_usage", "no", "leaf-key-encipherment-only", "client", 0, AWS, NOON, "key-usage",
     false},
    {"common_name_constraints", "no", "names-dns-common-name", "client", 1, AWS, NOON,
     "name-constraints", false},
    {"strict_openssl", "yes", "issuer-without-key-usage", "client", 0, AWS, NOON, "malformed",
     true},
    {"check_policies", "no", "policy-asked-for", "client", 1, "rfc5280", NOON, "certificate-policy",
     false},
    {"explicit_policy", "yes", "policy-asked-for-by-nobody", "client", 0, "rfc5280", NOON,
     "certificate-policy", true},
    {"inhibit_any_policy", "yes", "policy-any", "client", 0, "rfc5280", NOON, "certificate-policy",
     true},
    {"inhibit_policy_mapping", "yes", "policy-mapped", "client", 0, "rfc5280", NOON,
     "certificate-policy", true},
    {"policies", "1.2.3", "policy-asked-for", "client", 0, "rfc5280", NOON, "certificate-policy",
     true},
    {"strict", "yes", "serial-numbers", "client", 1, AWS, NOON, "malformed", true},
    {"max_ca_certificates", "5", "chain-of-five", "client", 0, AWS, NOON, "chain-too-long", false},
    {"max_depth", "3", "chain-of-five", "client", 0, "openssl", NOON, "chain-too-long", true},
    {"min_rsa_bits", "2032", "leaf-weak-key", "client", 5, AWS, NOON, "weak-key", false},
    {"max_rsa_bits", "2047", "leaf-of-root", "client", 0, AWS, NOON, "issuer-weak-key", true},
    {"min_ec_bits", "257", "leaf-weak-key", "client", 4, "openssl", NOON, "weak-key", true},
    {"keys", "RSA, EC-P256, EC-P384, EC-P521", "leaf-weak-key", "client", 1, AWS, NOON, "weak-key",
     false},
    {"hashes", "SHA-1, SHA-256", "leaf-weak-signature", "client", 0, AWS, NOON,
     "weak-signature-algorithm", false},
    {"strict", "yes", "serial-numbers", "client", 2, AWS, NOON, "malformed", true},
    {"pss", "yes", "chain-pss", "client", 0, AWS, NOON, "weak-signature-algorithm", false},
    {"max_bundle_bytes", "1048577", "rule-g01-beyond", "bundle", 0, AWS, NOON, "bundle-too-large",
     false},
    {"warn_bundle_bytes", "none", "rule-g01-edge-low", "bundle", 0, AWS, NOON,
     "bundle-near-size-limit", false},
    {"max_bundle_certs", "1001", "rule-g02-thousand-one", "bundle", 0, AWS, NOON,
     "bundle-too-many-certificates", false},
    {"max_cert_bytes", "500", "leaf-of-root", "bundle", 0, AWS, NOON, "certificate-too-large",
     true},
    {"max_subject_bytes", "60", "leaf-of-intermediate", "bundle", 0, AWS, NOON,
     "bundle-subjects-too-large", true},
    {"horizon_days", "none", "rule-g22-horizon", "bundle", 0, AWS, NOON, "expiry-horizon", false},
};

enum { NUM_TURNS = sizeof(turns) / sizeof(turns[0]) };

static bool shows(const tv_expectation *row, const tv_answers *answers)
{
    if (strcmp(row->kind, "bundle") == 0) {
        return tv_answers_has_finding(answers, row);
    }
    const tv_answer *answer = tv_answers_find(answers, row);
    return answer != NULL && (answer->reasons & TV_REASON_BIT(tv_reason_find(row->reason))) != 0;
}

// The verdict has to be the other one, too: a client that a setting alone denies is let in.
static bool verdict_turns(const struct turn *turn, const tv_expectation *row,
                          const tv_answers *before, const tv_answers *after)
{
    const tv_answer *old = tv_answers_find(before, row);
    const tv_answer *new = tv_answers_find(after, row);
    if (strcmp(turn->kind, "bundle") == 0) {
        return true;
    }
    return old != NULL &&
           new != NULL &&strcmp(old->verdict, turn->appears ? "accept" : "deny") == 0 &&
           strcmp(new->verdict, turn->appears ? "deny" : "accept") == 0;
}

static void test_verdicts_turn_with_their_setting(void **state)
{
    size_t failed = 0;
    (void)state;
    for (size_t i = 0; i < NUM_TURNS; i++) {
        const struct turn *turn = &turns[i];
        const tv_expectation row = {.name = turn->name,
                                    .kind = turn->kind,
                                    .index = turn->index,
                                    .profile = turn->profile,
                                    .at = turn->at,
                                    .reason = turn->what};
        char section[64];
        (void)snprintf(section, sizeof(section), "setting %s", turn->setting);
        tv_answers *before = judge_with(&row, NULL, NULL, NULL);
        tv_answers *after = judge_with(&row, section, "value", turn->value);
        if (shows(&row, before) == turn->appears || shows(&row, after) != turn->appears ||
            !verdict_turns(turn, &row, before, after)) {
            complain(&row, turn->setting);
            failed++;
        }
        tv_answers_free(before);
        tv_answers_free(after);
    }
    print_message("%d settings\n", NUM_TURNS);
    assert_int_equal(failed, 0);
}

// What has no case, and why. A case that comes to be makes the line wrong, and the test says so.
static const struct exempt {
    const char *id, *why;
} exempt_reasons[] =
    {
        {"revoked", "no revocation lists are read"},
},
  exempt_rules[] =
      {
          {"bundle-subjects-too-large", "no built-in profile has the limit: see max_subject_bytes"},
          {"certificate-too-large", "no built-in profile has the limit: see max_cert_bytes"},
          {"crosscheck-difference", "told of the library's own mistakes"},
          {"crosscheck-explained",
           "told when a run is compared with libcrypto, which no case asks for"},
          {"entry-certificate-policy",
           "no built-in profile that processes policies judges the paths of entries"},
          {"entry-revoked", "no revocation lists are read"},
          {"proxy-info-not-critical", "the corpus has no proxy certificates (RFC 3820)"},
},
  exempt_settings[] = {
      {"proxy_certificates", "the corpus has no proxy certificates (RFC 3820)"},
      {"server_gated_crypto", "no built-in profile asks for the purpose of servers"},
};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))

static bool is_exempt(const struct exempt *table, size_t num, const char *id)
{
    for (size_t i = 0; i < num; i++) {
        if (strcmp(table[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

// Counts what has neither a case nor an excuse, and excuses that are none.
static size_t judge_coverage(const char *what, const char *id, bool covered, bool exempt)
{
    if (covered == exempt) {
        print_error("%s %s: %s\n", what, id, covered ? "has a case and an excuse" : "has no case");
        return 1;
    }
    return 0;
}

static bool has_row(const char *id, bool (*of)(const tv_expectation *row))
{
    size_t num;
    const tv_expectation *rows = tv_expectations(&num);
    for (size_t i = 0; i < num; i++) {
        if (of(&rows[i]) && strcmp(rows[i].reason, id) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_turn(const char *setting)
{
    for (size_t i = 0; i < NUM_TURNS; i++) {
        if (strcmp(turns[i].setting, setting) == 0) {
            return true;
        }
    }
    return false;
}

static void test_every_reason_has_a_case(void **state)
{
    size_t failed = 0;
    (void)state;
    for (unsigned i = 1; i < TV_REASON_COUNT; i++) {
        const char *id = tv_reason_id((tv_reason)i);
        failed += judge_coverage("reason", id, has_row(id, is_verdict),
                                 is_exempt(exempt_reasons, NUM(exempt_reasons), id));
    }
    assert_int_equal(failed, 0);
}

static void test_every_rule_has_a_case(void **state)
{
    size_t failed = 0;
    (void)state;
    for (size_t i = 0; i < tv_rule_count(); i++) {
        const char *id = tv_rule_at(i)->id;
        failed += judge_coverage("rule", id, has_row(id, is_finding),
                                 is_exempt(exempt_rules, NUM(exempt_rules), id));
    }
    assert_int_equal(failed, 0);
}

static void test_every_setting_has_a_case(void **state)
{
    size_t failed = 0;
    (void)state;
    for (size_t i = 0; i < tv_setting_count(); i++) {
        const char *id = tv_setting_id(i);
        failed += judge_coverage("setting", id, has_turn(id),
                                 is_exempt(exempt_settings, NUM(exempt_settings), id));
    }
    assert_int_equal(failed, 0);
}

// What API Gateway is known or thought to check, by the numbers in the notes.
static void test_every_gateway_rule_has_a_case(void **state)
{
    enum { NUM_GATEWAY_RULES = 22 };
    size_t num;
    size_t failed = 0;
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (int rule = 1; rule <= NUM_GATEWAY_RULES; rule++) {
        char id[8];
        bool found = false;
        (void)snprintf(id, sizeof(id), "G%02d", rule);
        for (size_t i = 0; i < num && !found; i++) {
            found = strncmp(rows[i].note, id, strlen(id)) == 0 && strcmp(rows[i].profile, AWS) == 0;
        }
        failed += judge_coverage("gateway rule", id, found, false);
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings_go_with_their_rule),
        cmocka_unit_test(test_reasons_go_when_not_checked),
        cmocka_unit_test(test_verdicts_turn_with_their_setting),
        cmocka_unit_test(test_every_reason_has_a_case),
        cmocka_unit_test(test_every_rule_has_a_case),
        cmocka_unit_test(test_every_setting_has_a_case),
        cmocka_unit_test(test_every_gateway_rule_has_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
