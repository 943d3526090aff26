// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/profile.h"

#include <string.h>

static void ids_find_their_reason(void **state)
{
    (void)state;
    assert_string_equal(tv_reason_id(TV_REASON_NONE), "");
    assert_int_equal(tv_reason_find(""), TV_REASON_NONE);
    assert_int_equal(tv_reason_find("expire"), TV_REASON_NONE);
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        assert_int_equal(tv_reason_find(tv_reason_id(each)), each);
        assert_true(strlen(tv_reason_text(each)) > 10);
        assert_true(tv_reason_openssl_code(each) > 0);
    }
}

static void known_reasons_have_their_codes(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int code;
    } cases[] = {{"issuer-not-found", 20}, {"self-signed", 18}, {"root-not-found", 2},
                 {"expired", 10},          {"weak-key", 66},    {"chain-too-long", 22}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(tv_reason_openssl_code(tv_reason_find(cases[i].id)), cases[i].code);
    }
}

static void the_first_reason_of_a_set_is_told(void **state)
{
    (void)state;
    assert_int_equal(tv_reason_first(0), TV_REASON_NONE);
    assert_int_equal(tv_reason_first(TV_REASON_BIT(TV_REASON_NONE)), TV_REASON_NONE);
    assert_int_equal(
        tv_reason_first(TV_REASON_BIT(TV_REASON_WEAK_KEY) | TV_REASON_BIT(TV_REASON_EXPIRED)),
        TV_REASON_EXPIRED);
    assert_int_equal(tv_reason_first(TV_REASON_BIT(TV_REASON_BUDGET_SPENT)),
                     TV_REASON_BUDGET_SPENT);
    assert_int_equal(tv_reason_first(UINT32_MAX), TV_REASON_MALFORMED);
}

static void facts_are_told_from_rules(void **state)
{
    (void)state;
    size_t facts = 0;
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        facts += tv_reason_is_fact(each) ? 1 : 0;
    }
    assert_int_equal(facts, 7);
    assert_true(tv_reason_is_fact(TV_REASON_BAD_SIGNATURE));
    assert_true(tv_reason_is_fact(TV_REASON_ROOT_NOT_FOUND));
    assert_false(tv_reason_is_fact(TV_REASON_EXPIRED));
    assert_false(tv_reason_is_fact(TV_REASON_NONE));
}

static void certainties_have_words(void **state)
{
    (void)state;
    assert_string_equal(tv_certainty_text(TV_INFERRED), "inferred");
    assert_string_equal(tv_certainty_text(TV_MEASURED), "measured");
    assert_string_equal(tv_certainty_text(TV_DOCUMENTED), "documented");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_find_their_reason),
        cmocka_unit_test(known_reasons_have_their_codes),
        cmocka_unit_test(the_first_reason_of_a_set_is_told),
        cmocka_unit_test(facts_are_told_from_rules),
        cmocka_unit_test(certainties_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
