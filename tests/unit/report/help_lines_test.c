// SPDX-License-Identifier: Apache-2.0
// Help lines are the same when all that they are made from is, get ids in order, and are found
// again after the tables grew, and not after they were emptied.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "report/help_lines.h"

static const tv_held near[2] = {{.id = 0}, {.id = 1}};

static void what_tells_lines_apart(void **state)
{
    (void)state;
    static const struct {
        uint32_t store;
        tv_hint_kind hint;
        tv_reason reason;
        const tv_held *near;
        const char *issuer, *aki;
    } lines[] = {
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuer", "key"},
        {1, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuer", "key"},
        {0, TV_HINT_ISSUER_REKEYED, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuer", "key"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_BAD_SIGNATURE, NULL, "issuer", "key"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, &near[0], "issuer", "key"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, &near[1], "issuer", "key"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuers", "key"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuer", "kez"},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "issuerkey", ""},
        {0, TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, NULL, "", "issuerkey"},
    };
    enum { NUM = sizeof(lines) / sizeof(lines[0]) };
    tv_help_lines set;
    tv_help_lines_open(&set, 3);
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < NUM; i++) {
            char issuer[16], aki[16]; // the set keeps bytes of its own
            size_t issuer_len = strlen(lines[i].issuer), aki_len = strlen(lines[i].aki);
            memcpy(issuer, lines[i].issuer, issuer_len);
            memcpy(aki, lines[i].aki, aki_len);
            const tv_hint_source source = {lines[i].hint, lines[i].reason, lines[i].near,
                                           tv_span_make(issuer, issuer_len),
                                           tv_span_make(aki, aki_len)};
            tv_help_key key = tv_help_key_make(&set, &source);
            uint32_t found = tv_help_lines_find(&set, lines[i].store, &key);
            assert_int_equal(found, round == 1 ? i : TV_ID_NONE);
            assert_int_equal(tv_help_lines_add(&set, lines[i].store, &key), i);
            memset(issuer, 'x', sizeof(issuer));
            memset(aki, 'x', sizeof(aki));
        }
        assert_int_equal(set.num_lines, NUM);
        assert_int_equal(set.num_sources, NUM - 1); // two lines have one in two stores
        assert_memory_equal(tv_help_lines_key(&set, 6)->source.issuer.ptr, "issuers", 7);
        if (round == 1) {
            tv_help_lines_clear(&set);
            assert_int_equal(set.num_lines, 0);
        }
    }
    tv_help_lines_close(&set);
}

static tv_help_key key_number(const tv_help_lines *set, const uint32_t *number)
{
    return tv_help_key_make(
        set, &(tv_hint_source){.hint = TV_HINT_ISSUER_MISSING, .issuer = tv_span_make(number, 4)});
}

static void many_lines_come_and_go(void **state)
{
    (void)state;
    static const uint32_t rounds[] = {5000, 3, 40, 6000, 700, 10};
    enum { STORES = 7 };
    tv_help_lines set;
    tv_help_lines_open(&set, 11);
    for (size_t r = 0; r < sizeof(rounds) / sizeof(rounds[0]); r++) {
        for (uint32_t i = 0; i < rounds[r]; i++) {
            uint32_t number = i / STORES;
            tv_help_key key = key_number(&set, &number);
            assert_int_equal(tv_help_lines_find(&set, i % STORES, &key), TV_ID_NONE);
            assert_int_equal(tv_help_lines_add(&set, i % STORES, &key), i);
        }
        for (uint32_t i = 0; i < rounds[r]; i++) {
            uint32_t number = i / STORES;
            tv_help_key key = key_number(&set, &number);
            assert_int_equal(tv_help_lines_find(&set, i % STORES, &key), i);
            assert_int_equal(tv_help_lines_add(&set, i % STORES, &key), i);
        }
        assert_int_equal(set.num_lines, rounds[r]);
        assert_int_equal(set.num_sources, (rounds[r] + STORES - 1) / STORES);
        tv_help_lines_clear(&set);
    }
    for (size_t i = 0; i < set.line_slots.num; i++) {
        assert_int_equal(set.line_slots.slots[i].id, 0);
    }
    for (size_t i = 0; i < set.source_slots.num; i++) {
        assert_int_equal(set.source_slots.slots[i].id, 0);
    }
    tv_help_lines_close(&set);
    assert_int_equal(set.seed, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tells_lines_apart),
        cmocka_unit_test(many_lines_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
