// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/setting.h"

#include <string.h>

static void assert_shows(const tv_settings *set, const char *id, const char *expected)
{
    tv_buf text = {0};
    tv_setting_show(set, tv_setting_find(id), &text);
    tv_buf_add_byte(&text, 0);
    assert_string_equal((const char *)text.ptr, expected);
    tv_buf_close(&text);
}

static void every_row_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < tv_setting_count(); i++) {
        assert_int_equal(tv_setting_find(tv_setting_id(i)), i);
        size_t len = strlen(tv_setting_help(i));
        assert_true(len > 10 && len < 190);
        assert_int_equal(tv_setting_help(i)[len - 1], '.');
        // Each default is a value that its own text gives back.
        tv_settings set = tv_setting_defaults();
        tv_buf text = {0};
        tv_setting_show(&set, i, &text);
        tv_buf_add_byte(&text, 0);
        assert_int_equal(tv_setting_parse(&set, i, (const char *)text.ptr, NULL), TV_OK);
        assert_shows(&set, tv_setting_id(i), (const char *)text.ptr);
        tv_buf_close(&text);
    }
    assert_int_equal(tv_setting_find("no_such"), tv_setting_count());
}

static const struct {
    const char *id;
    const char *value;
    const char *shown; // NULL: refused
    tv_status status;
} cases[] = {
    {"anchors", "any", "any", TV_OK},
    {"anchors", "self-signed", "self-signed", TV_OK},
    {"anchors", "Any", NULL, TV_ERR_SYNTAX},
    {"anchors", "", NULL, TV_ERR_SYNTAX},
    {"key_identifiers", "hint", "hint", TV_OK},
    {"purpose", "server", "server", TV_OK},
    {"eku_any", "no", "no", TV_OK},
    {"eku_any", "true", NULL, TV_ERR_SYNTAX},
    {"min_rsa_bits", "2048", "2048", TV_OK},
    {"min_rsa_bits", "none", "none", TV_OK},
    {"min_rsa_bits", "0", NULL, TV_ERR_RANGE},
    {"min_rsa_bits", "65537", NULL, TV_ERR_RANGE},
    {"min_rsa_bits", "-1", NULL, TV_ERR_SYNTAX},
    {"min_rsa_bits", "2048 ", NULL, TV_ERR_SYNTAX},
    {"max_depth", "0", "0", TV_OK},
    {"max_depth", "none", "none", TV_OK},
    {"max_depth", "4294967295", NULL, TV_ERR_RANGE},
    {"max_depth", "4294967294", "4294967294", TV_OK},
    {"max_bundle_bytes", "1048576", "1048576", TV_OK},
    {"max_bundle_bytes", "99999999999999999999999", NULL, TV_ERR_RANGE},
    {"keys", "RSA", "RSA", TV_OK},
    {"keys", " EC-P384 ,RSA", "RSA, EC-P384", TV_OK},
    {"keys", "none", "none", TV_OK},
    {"keys", "RSA,,DSA", NULL, TV_ERR_SYNTAX},
    {"keys", "RSA, EC-P255", NULL, TV_ERR_SYNTAX},
    {"keys", "a-word-that-is-longer-than-any-that-is-known", NULL, TV_ERR_SYNTAX},
    {"hashes", "SHA-512,SHA-1", "SHA-1, SHA-512", TV_OK},
    {"horizon_days", "90, 60, 30", "90, 60, 30", TV_OK},
    {"horizon_days", "14", "14", TV_OK},
    {"horizon_days", "none", "none", TV_OK},
    {"horizon_days", "30, 60", NULL, TV_ERR_RANGE},
    {"horizon_days", "90, 60, 30, 10", NULL, TV_ERR_RANGE},
    {"horizon_days", "0", NULL, TV_ERR_RANGE},
    {"horizon_days", "90,", NULL, TV_ERR_SYNTAX},
    {"check_policies", "no", "no", TV_OK},
    {"policies", "any", "any", TV_OK},
    {"policies", "2.16.840.1.101.3.2.1.48.1", "2.16.840.1.101.3.2.1.48.1", TV_OK},
    {"policies", " 1.2.3 ,1.2.4,1.2.3", "1.2.3, 1.2.4", TV_OK},
    {"policies", "", NULL, TV_ERR_SYNTAX},
    {"policies", "1.2.3,", NULL, TV_ERR_SYNTAX},
    {"policies", "1.2.3, any", NULL, TV_ERR_SYNTAX},
    {"policies", "none", NULL, TV_ERR_SYNTAX},
    {"policies", "2.5.29.32.0", NULL, TV_ERR_SYNTAX}, // anyPolicy is written any
    {"policies", "1.2.x", NULL, TV_ERR_SYNTAX},
    {"policies",
     "1.2.0,1.2.1,1.2.2,1.2.3,1.2.4,1.2.5,1.2.6,1.2.7,1.2.8,1.2.9,1.3.0,1.3.1,1.3.2,1.3.3,1.3.4,"
     "1.3.5,1.3.6,1.3.7,1.3.8,1.3.9,1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18",
     NULL, TV_ERR_RANGE},
};

static void values_are_read_and_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("%s = %s\n", cases[i].id, cases[i].value);
        tv_settings set = tv_setting_defaults();
        tv_profile_error error;
        size_t row = tv_setting_find(cases[i].id);
        assert_true(row < tv_setting_count());
        assert_int_equal(tv_setting_parse(&set, row, cases[i].value, &error), cases[i].status);
        if (cases[i].shown != NULL) {
            assert_shows(&set, cases[i].id, cases[i].shown);
        } else {
            assert_non_null(strstr(error.text, cases[i].id));
            tv_settings untouched = tv_setting_defaults();
            assert_int_equal(set.keys, untouched.keys);
            assert_int_equal(set.min_rsa_bits, untouched.min_rsa_bits);
            assert_memory_equal(set.horizon_days, untouched.horizon_days, sizeof(set.horizon_days));
        }
    }
}

static void a_refusal_names_what_is_allowed(void **state)
{
    (void)state;
    tv_settings set = tv_setting_defaults();
    tv_profile_error error;
    assert_int_equal(tv_setting_parse(&set, tv_setting_find("purpose"), "email", &error),
                     TV_ERR_SYNTAX);
    assert_string_equal(error.text, "purpose: 'email' is none of any, client, server");
    assert_int_equal(tv_setting_parse(&set, tv_setting_find("min_ec_bits"), "big", &error),
                     TV_ERR_SYNTAX);
    assert_string_equal(error.text, "min_ec_bits: 'big' is no number: 1 to 65536, or none");
}

static void the_hash_that_keys_bring_along_is_always_taken(void **state)
{
    (void)state;
    tv_settings set = tv_setting_defaults();
    assert_int_equal(tv_setting_parse(&set, tv_setting_find("hashes"), "SHA-256", NULL), TV_OK);
    assert_int_equal(set.hashes, 1U << TV_HASH_NONE | 1U << TV_HASH_SHA256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(values_are_read_and_shown),
        cmocka_unit_test(a_refusal_names_what_is_allowed),
        cmocka_unit_test(the_hash_that_keys_bring_along_is_always_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
