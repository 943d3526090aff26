// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "cert/policy_ext.h"
#include "support/build.h"

static void assert_hex(tv_span span, const char *hex)
{
    tv_span expected = TV_HEX(hex);
    assert_int_equal(span.len, expected.len);
    assert_memory_equal(span.ptr, expected.ptr, span.len);
}

static void policies_come_one_at_a_time(void **state)
{
    (void)state;
    // 1.2.3; anyPolicy; 1.2.4 with a qualifier (a CPS URI).
    tv_span in = TV_HEX("3004 0602 2a03 3006 0604 551d2000"
                        "3017 0602 2a04 3011 300f 0608 2b06010505070201 1603 613a62");
    tv_span policy;
    assert_true(tv_policy_next(&in, &policy));
    assert_hex(policy, "2a03");
    assert_false(tv_policy_is_any(policy));
    assert_true(tv_policy_next(&in, &policy));
    assert_hex(policy, "551d2000");
    assert_true(tv_policy_is_any(policy));
    assert_true(tv_policy_next(&in, &policy));
    assert_hex(policy, "2a04");
    assert_false(tv_policy_next(&in, &policy));
    assert_int_equal(in.len, 0);
}

static void mappings_come_one_at_a_time(void **state)
{
    (void)state;
    tv_span in = TV_HEX("3008 0602 2a03 0602 2a04 300a 0602 2a05 0604 551d2000");
    tv_span from;
    tv_span to;
    assert_true(tv_policy_mapping_next(&in, &from, &to));
    assert_hex(from, "2a03");
    assert_hex(to, "2a04");
    assert_true(tv_policy_mapping_next(&in, &from, &to));
    assert_hex(from, "2a05");
    assert_true(tv_policy_is_any(to));
    assert_false(tv_policy_mapping_next(&in, &from, &to));
}

static void counts_are_told_from_none(void **state)
{
    static const struct {
        const char *constraints, *inhibit_any; // NULL: absent
        uint32_t require_explicit, inhibit_mapping, any;
    } cases[] = {
        {NULL, NULL, TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE},
        {"800100", NULL, 0, TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE},
        {"810103", NULL, TV_POLICY_COUNT_NONE, 3, TV_POLICY_COUNT_NONE},
        {"800101 81020100", "05", 1, 256, 5},
        {NULL, "00", TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE, 0},
        {NULL, "7fffffff", TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE, 0x7fffffff},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_cert cert = {0};
        if (cases[i].constraints != NULL) {
            cert.has |= TV_EXT_POLICY_CONSTRAINTS;
            cert.policy_constraints = TV_HEX(cases[i].constraints);
        }
        if (cases[i].inhibit_any != NULL) {
            cert.has |= TV_EXT_INHIBIT_ANY_POLICY;
            cert.inhibit_any_policy = TV_HEX(cases[i].inhibit_any);
        }
        tv_policy_counts counts = tv_policy_counts_of(&cert);
        assert_int_equal(counts.require_explicit, cases[i].require_explicit);
        assert_int_equal(counts.inhibit_mapping, cases[i].inhibit_mapping);
        assert_int_equal(counts.inhibit_any, cases[i].any);
    }
}

static void assert_shows(const tv_policy_set *set, size_t i, const char *dotted)
{
    tv_buf text = {0};
    tv_policy_set_show(set, i, &text);
    tv_buf_add_byte(&text, 0);
    assert_string_equal((const char *)text.ptr, dotted);
    tv_buf_close(&text);
}

static void a_set_keeps_what_is_an_oid(void **state)
{
    tv_policy_set set = {0};
    (void)state;
    assert_true(tv_policy_set_add(&set, TV_LIT("2.16.840.1.101.3.2.1.48.1")));
    assert_true(tv_policy_set_add(&set, TV_LIT("1.2.3")));
    assert_true(tv_policy_set_add(&set, TV_LIT("1.2.3")));
    assert_int_equal(set.count, 2);
    assert_false(tv_policy_set_add(&set, TV_LIT("2.5.29.32.0")));
    assert_false(tv_policy_set_add(&set, TV_LIT("any")));
    assert_false(tv_policy_set_add(&set, TV_LIT("")));
    // 39 bytes of contents, and one more.
    assert_true(tv_policy_set_add(&set, TV_LIT("2.47.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18."
                                               "19.20.21.22.23.24.25.26.27.28.29.30.31.32.33.34.35."
                                               "36.127.127")));
    assert_false(tv_policy_set_add(&set, TV_LIT("2.47.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18."
                                                "19.20.21.22.23.24.25.26.27.28.29.30.31.32.33.34."
                                                "35.36.37.127.127")));
    assert_int_equal(set.count, 3);
    assert_shows(&set, 0, "2.16.840.1.101.3.2.1.48.1");
    assert_shows(&set, 1, "1.2.3");
    assert_int_equal(set.items[2].len, TV_POLICY_LEN);
    assert_true(tv_policy_set_has(&set, TV_HEX("2a03")));
    assert_false(tv_policy_set_has(&set, TV_HEX("2a")));
    assert_false(tv_policy_set_has(&set, TV_HEX("2a04")));
}

static void a_set_has_room_for_thirty_two(void **state)
{
    tv_policy_set set = {0};
    (void)state;
    for (unsigned i = 0; i < TV_POLICY_SET_MAX; i++) {
        char dotted[] = {'1', '.', (char)('0' + i / 10), '.', (char)('0' + i % 10), '\0'};
        assert_true(tv_policy_set_add(&set, tv_span_from_text(dotted)));
    }
    assert_int_equal(set.count, TV_POLICY_SET_MAX);
    assert_false(tv_policy_set_add(&set, TV_LIT("1.9.9")));
    assert_true(tv_policy_set_add(&set, TV_LIT("1.3.1"))); // there already
    assert_int_equal(set.count, TV_POLICY_SET_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_come_one_at_a_time),
        cmocka_unit_test(mappings_come_one_at_a_time),
        cmocka_unit_test(counts_are_told_from_none),
        cmocka_unit_test(a_set_keeps_what_is_an_oid),
        cmocka_unit_test(a_set_has_room_for_thirty_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
