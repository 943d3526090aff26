// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "policy/profile.h"

#include <stdlib.h>

static char *print(const tv_profile *profile)
{
    char *text;
    size_t len;
    assert_int_equal(tv_profile_print(profile, &text, &len), TV_OK);
    assert_int_equal(strlen(text), len);
    return text;
}

static void what_is_printed_loads_back(void **state)
{
    // As long as a list of policies may be when it is printed.
    static const char longest[] = "1.2.840.113549.1.9.16.1, 1.2.840.113549.1.9.16.2, "
                                  "1.2.840.113549.1.9.16.3, 2.16.840.1.101.3.2.1.3.13, "
                                  "2.25.329800735698586629295641978511506172918, "
                                  "1.2.3.4.5.6.7.8.9.10.11.12";
    (void)state;
    assert_int_equal(sizeof(longest) - 1, 174);
    for (size_t i = 0; tv_profile_builtin(i) != NULL; i++) {
        tv_profile *first;
        tv_profile *second;
        tv_profile_error error;
        assert_int_equal(tv_profile_load(&first, tv_profile_builtin(i), &error), TV_OK);
        assert_int_equal(tv_profile_set(first, "setting max_depth", "value", "7", &error), TV_OK);
        assert_int_equal(tv_profile_set(first, "setting keys", "value", "none", &error), TV_OK);
        assert_int_equal(tv_profile_set(first, "reason expired", "text", "late; too late", &error),
                         TV_OK);
        assert_int_equal(tv_profile_set(first, "setting policies", "value", longest, &error),
                         TV_OK);
        char *text = print(first);
        tv_status status = tv_profile_parse(&second, tv_span_from_text(text), NULL, &error);
        print_message("%d: %s\n", error.line, error.text);
        assert_int_equal(status, TV_OK);
        assert_int_equal(second->set.max_depth, 7);
        assert_int_equal(second->set.keys, 0);
        assert_int_equal(second->set.policies.count, 6);
        assert_string_equal(tv_profile_reason_text(second, TV_REASON_EXPIRED), "late; too late");
        char *again = print(second);
        assert_string_equal(text, again);
        free(text);
        free(again);
        tv_profile_close(first);
        tv_profile_close(second);
    }
}

static void a_print_says_everything(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, "aws-apigateway", NULL), TV_OK);
    char *text = print(profile);
    assert_ptr_equal(strstr(text, "[profile]\nname = aws-apigateway\nsummary = Amazon API Gateway"),
                     text);
    assert_null(strstr(text, "inherits"));
    assert_non_null(strstr(text, "; the validity of an issuer has ended\n[reason issuer-expired]\n"
                                 "check = yes\ncertainty = measured\n"
                                 "source = AWS sample apigw-mtls-multi-tenant, measured\n"));
    assert_non_null(
        strstr(text, "[reason self-signed]\ncheck = yes\ntext = self signed certificate\n"));
    for (size_t i = 0; i < tv_rule_count(); i++) {
        char *at = strstr(text, tv_rule_at(i)->title);
        assert_non_null(at);
    }
    for (size_t i = 0; i < tv_setting_count(); i++) {
        assert_non_null(strstr(text, tv_setting_help(i)));
    }
    free(text);
    tv_profile_close(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_loads_back),
        cmocka_unit_test(a_print_says_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
