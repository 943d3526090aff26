// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/setting.h"

#include <stdlib.h>
#include <string.h>

static tv_profile *load(const char *name)
{
    tv_profile *profile;
    tv_profile_error error;
    tv_status status = tv_profile_load(&profile, name, &error);
    if (status != TV_OK) {
        print_message("%s:%d: %s\n", name, error.line, error.text);
    }
    assert_int_equal(status, TV_OK);
    return profile;
}

static void assert_same_print(const tv_profile *a, const tv_profile *b)
{
    char *text_a;
    char *text_b;
    size_t len_a;
    size_t len_b;
    assert_int_equal(tv_profile_print(a, &text_a, &len_a), TV_OK);
    assert_int_equal(tv_profile_print(b, &text_b, &len_b), TV_OK);
    assert_string_equal(text_a, text_b);
    free(text_a);
    free(text_b);
}

static void a_new_profile_denies_by_default(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_new(&profile), TV_OK);
    assert_string_equal(tv_profile_name(profile), "");
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        assert_int_equal(profile->reasons[each].check, TV_CHECK_YES);
        assert_null(tv_profile_reason_text(profile, each));
    }
    tv_profile_close(profile);
    tv_profile_close(NULL);
}

static void defaults_are_those_of_rfc5280(void **state)
{
    (void)state;
    tv_profile *profile = load("rfc5280");
    tv_settings defaults = tv_setting_defaults();
    for (size_t i = 0; i < tv_setting_count(); i++) {
        tv_buf a = {0};
        tv_buf b = {0};
        tv_setting_show(&profile->set, i, &a);
        tv_setting_show(&defaults, i, &b);
        tv_buf_add_byte(&a, 0);
        tv_buf_add_byte(&b, 0);
        print_message("%s\n", tv_setting_id(i));
        assert_string_equal((const char *)a.ptr, (const char *)b.ptr);
        tv_buf_close(&a);
        tv_buf_close(&b);
    }
    tv_profile_close(profile);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    tv_profile *first = load("aws-apigateway");
    tv_profile *copy;
    assert_int_equal(tv_profile_copy(&copy, first), TV_OK);
    assert_same_print(first, copy);
    assert_int_equal(tv_profile_set(copy, "setting max_ca_certificates", "value", "9", NULL),
                     TV_OK);
    assert_int_equal(first->set.max_ca_certificates, 4);
    tv_profile_close(first);
    assert_int_equal(copy->set.max_ca_certificates, 9);
    assert_string_equal(tv_profile_name(copy), "aws-apigateway");
    assert_string_equal(tv_profile_reason_text(copy, TV_REASON_SELF_SIGNED),
                        "self signed certificate");
    tv_profile_close(copy);
}

static void aws_publishes_three_texts(void **state)
{
    (void)state;
    tv_profile *profile = load("aws-apigateway");
    static const struct {
        tv_reason reason;
        const char *text;
    } texts[] = {
        {TV_REASON_ISSUER_NOT_FOUND, "Could not find issuer for certificate"},
        {TV_REASON_ROOT_NOT_FOUND, "Could not find issuer for certificate"},
        {TV_REASON_SELF_SIGNED, "self signed certificate"},
        {TV_REASON_WEAK_SIGNATURE_ALGORITHM, "Client cert using an insecure Signature Algorithm"},
    };
    size_t found = 0;
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        found += tv_profile_reason_text(profile, each) != NULL ? 1 : 0;
    }
    assert_int_equal(found, sizeof(texts) / sizeof(texts[0]));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_string_equal(tv_profile_reason_text(profile, texts[i].reason), texts[i].text);
        assert_int_equal(profile->reasons[texts[i].reason].from.certainty, TV_DOCUMENTED);
    }
    assert_int_equal(profile->reasons[TV_REASON_EXTENDED_KEY_USAGE].check, TV_CHECK_ADVICE);
    assert_int_equal(profile->reasons[TV_REASON_CHAIN_TOO_LONG].check, TV_CHECK_YES);
    assert_int_equal(profile->set.min_rsa_bits, 2048);
    assert_int_equal(profile->set.keys,
                     1U << TV_KEY_RSA | 1U << TV_KEY_EC_P256 | 1U << TV_KEY_EC_P384);
    assert_int_equal(profile->set.max_bundle_bytes, 1048576);
    tv_profile_close(profile);
}

static void built_in_profiles_are_complete(void **state)
{
    (void)state;
    size_t n = 0;
    for (; tv_profile_builtin(n) != NULL; n++) {
        const char *name = tv_profile_builtin(n);
        tv_profile *profile = load(name);
        assert_string_equal(tv_profile_name(profile), name);
        assert_true(strlen(tv_profile_summary(profile)) > 10);
        assert_true(n == 0 || strcmp(tv_profile_builtin(n - 1), name) < 0);
        for (size_t i = 0; i < tv_setting_count(); i++) {
            print_message("%s: %s\n", name, tv_setting_id(i));
            assert_string_not_equal(profile->set_from[i].source, "");
        }
        for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
            print_message("%s: %s\n", name, tv_reason_id(each));
            assert_string_not_equal(profile->reasons[each].from.source, "");
        }
        for (size_t i = 0; i < tv_rule_count(); i++) {
            assert_string_not_equal(profile->rules[i].from.source, "");
        }
        tv_profile_close(profile);
    }
    assert_true(n >= 3);
    assert_null(tv_profile_builtin(n + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_profile_denies_by_default),
        cmocka_unit_test(defaults_are_those_of_rfc5280),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(aws_publishes_three_texts),
        cmocka_unit_test(built_in_profiles_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
