// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/profile_set.h"

#include <string.h>

static const struct {
    const char *section, *key, *value;
    tv_status status;
    const char *told; // a part of the refusal
} cases[] = {
    {"profile", "name", "mine", TV_OK, NULL},
    {"profile", "name", "my gateway", TV_ERR_RANGE, "no name"},
    {"profile", "name", "", TV_ERR_RANGE, "no name"},
    {"profile", "name", ".hidden", TV_ERR_RANGE, "no name"},
    {"profile", "summary", "", TV_OK, NULL},
    {"profile", "inherits", "openssl", TV_ERR_SYNTAX, "unknown key 'inherits'"},
    {"setting max_depth", "value", "3", TV_OK, NULL},
    {"setting max_depth", "certainty", "measured", TV_OK, NULL},
    {"setting max_depth", "certainty", "sure", TV_ERR_SYNTAX, "documented, measured, inferred"},
    {"setting max_depth", "check", "yes", TV_ERR_SYNTAX, "value, certainty, source"},
    {"setting max-depth", "value", "3", TV_ERR_SYNTAX, "no setting 'max-depth'"},
    {"reason expired", "check", "no", TV_OK, NULL},
    {"reason expired", "check", "advice", TV_OK, NULL},
    {"reason expired", "check", "maybe", TV_ERR_SYNTAX, "yes, advice, no"},
    {"reason expired", "severity", "note", TV_ERR_SYNTAX, "check, text, certainty, source"},
    {"reason bad-signature", "check", "yes", TV_OK, NULL},
    {"reason bad-signature", "check", "no", TV_ERR_RANGE, "bad-signature is a fact"},
    {"reason malformed", "check", "advice", TV_ERR_RANGE, "is a fact"},
    {"reason issuer-not-found", "check", "no", TV_ERR_RANGE, "is a fact"},
    {"reason self-signed", "check", "no", TV_ERR_RANGE, "is a fact"},
    {"reason root-not-found", "check", "no", TV_ERR_RANGE, "is a fact"},
    {"reason unsupported-algorithm", "check", "no", TV_ERR_RANGE, "is a fact"},
    {"reason budget-spent", "check", "no", TV_ERR_RANGE, "is a fact"},
    {"reason ", "check", "yes", TV_ERR_SYNTAX, "no reason ''"},
    {"rule duplicate-subject", "severity", "off", TV_OK, NULL},
    {"rule duplicate-subject", "severity", "fatal", TV_ERR_SYNTAX, "error, warning, note, off"},
    {"rule duplicate-subjects", "severity", "off", TV_ERR_SYNTAX, "no rule 'duplicate-subjects'"},
    {"rules", "severity", "off", TV_ERR_SYNTAX, "unknown section 'rules'"},
    {"", "severity", "off", TV_ERR_SYNTAX, "unknown section"},
    {"rule duplicate-subject", "source", " blank", TV_ERR_RANGE, "source"},
    {"rule duplicate-subject", "source", "blank ", TV_ERR_RANGE, "source"},
    {"rule duplicate-subject", "source", "a ;b", TV_ERR_RANGE, "source"},
    {"rule duplicate-subject", "source", ";b", TV_ERR_RANGE, "source"},
    {"rule duplicate-subject", "source", "a; b", TV_OK, NULL},
    {"rule duplicate-subject", "source", "a\nb", TV_ERR_RANGE, "source"},
    {"rule duplicate-subject", "source", "", TV_OK, NULL},
};

static void lines_are_taken_or_refused(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_new(&profile), TV_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_profile_error error = {0};
        print_message("[%s] %s = %s\n", cases[i].section, cases[i].key, cases[i].value);
        assert_int_equal(
            tv_profile_set(profile, cases[i].section, cases[i].key, cases[i].value, &error),
            cases[i].status);
        if (cases[i].told != NULL) {
            assert_non_null(strstr(error.text, cases[i].told));
            // Nobody has to want to know.
            assert_int_equal(
                tv_profile_set(profile, cases[i].section, cases[i].key, cases[i].value, NULL),
                cases[i].status);
        }
    }
    tv_profile_close(profile);
}

static void a_new_value_forgets_where_the_old_one_came_from(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, "aws-apigateway", NULL), TV_OK);
    const tv_reason_policy *policy = &profile->reasons[TV_REASON_SELF_SIGNED];
    assert_int_equal(policy->from.certainty, TV_DOCUMENTED);
    assert_int_equal(tv_profile_set(profile, "reason self-signed", "check", "yes", NULL), TV_OK);
    assert_int_equal(policy->from.certainty, TV_INFERRED);
    assert_string_equal(policy->from.source, "");
    assert_string_equal(policy->text, "self signed certificate");
    assert_int_equal(tv_profile_set(profile, "reason self-signed", "text", "", NULL), TV_OK);
    assert_null(policy->text);
    tv_profile_close(profile);
}

static void long_and_hostile_words_are_cut(void **state)
{
    (void)state;
    tv_profile *profile;
    tv_profile_error error;
    char value[1000];
    assert_int_equal(tv_profile_new(&profile), TV_OK);
    memset(value, '\x1b', sizeof(value));
    value[sizeof(value) - 1] = '\0';
    assert_int_equal(tv_profile_set(profile, value, "key", "x", &error), TV_ERR_SYNTAX);
    assert_true(strlen(error.text) < sizeof(error.text));
    assert_null(strchr(error.text, '\x1b'));
    memset(value, 'x', sizeof(value));
    value[TV_PROFILE_TEXT_LEN] = '\0';
    assert_int_equal(tv_profile_set(profile, "profile", "summary", value, &error), TV_OK);
    value[TV_PROFILE_TEXT_LEN] = 'x';
    value[TV_PROFILE_TEXT_LEN + 1] = '\0';
    assert_int_equal(tv_profile_set(profile, "profile", "summary", value, &error), TV_ERR_RANGE);
    tv_profile_close(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_or_refused),
        cmocka_unit_test(a_new_value_forgets_where_the_old_one_came_from),
        cmocka_unit_test(long_and_hostile_words_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
