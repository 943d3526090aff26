// SPDX-License-Identifier: Apache-2.0
// Counts add up the same however they were parted; help lines are told apart by store, reason and
// text, and the most frequent come first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "report/tally.h"

#include <stdio.h>

static const tv_cell accepted = {.verdict = TV_VERDICT_ACCEPT};
static const tv_cell expired = {.verdict = TV_VERDICT_DENY, .reason = TV_REASON_EXPIRED};
static const tv_cell undecided = {.verdict = TV_VERDICT_UNDECIDED,
                                  .reason = TV_REASON_BUDGET_SPENT};

static void cells_are_counted_by_store_verdict_and_reason(void **state)
{
    (void)state;
    tv_tally tally;
    assert_int_equal(tv_tally_open(&tally, 2), TV_OK);
    tv_tally_cell(&tally, 0, &accepted);
    tv_tally_cell(&tally, 1, &expired);
    tv_tally_cell(&tally, 1, &expired);
    tv_tally_cell(&tally, 1, &undecided);
    assert_int_equal(tally.stores[0].verdicts[TV_VERDICT_ACCEPT], 1);
    assert_int_equal(tally.stores[0].reasons[TV_REASON_NONE], 1);
    assert_int_equal(tally.stores[0].verdicts[TV_VERDICT_DENY], 0);
    assert_int_equal(tally.stores[1].verdicts[TV_VERDICT_DENY], 2);
    assert_int_equal(tally.stores[1].reasons[TV_REASON_EXPIRED], 2);
    assert_int_equal(tally.stores[1].verdicts[TV_VERDICT_UNDECIDED], 1);
    assert_int_equal(tally.stores[1].reasons[TV_REASON_BUDGET_SPENT], 1);
    tv_tally_clear(&tally);
    assert_int_equal(tally.stores[1].verdicts[TV_VERDICT_DENY], 0);
    assert_int_equal(tally.stores[1].reasons[TV_REASON_EXPIRED], 0);
    tv_tally_close(&tally);
    tv_tally_close(&tally); // closed is as good as empty
}

static void parts_add_up(void **state)
{
    (void)state;
    tv_tally total;
    tv_tally part;
    assert_int_equal(tv_tally_open(&total, 2), TV_OK);
    assert_int_equal(tv_tally_open(&part, 2), TV_OK);
    for (unsigned i = 1; i <= 3; i++) {
        tv_tally_clear(&part);
        tv_tally_cell(&part, 0, &accepted);
        tv_tally_cell(&part, 1, &expired);
        tv_tally_help_line(&part, 1, TV_REASON_EXPIRED, TV_LIT("renew it"), i);
        part.findings[TV_WARNING] = i;
        part.num_blocks = 10;
        part.num_unique = 9;
        part.num_bytes = 1000;
        part.signature_checks = 4;
        tv_tally_add(&total, &part);
    }
    assert_int_equal(total.stores[0].verdicts[TV_VERDICT_ACCEPT], 3);
    assert_int_equal(total.stores[1].reasons[TV_REASON_EXPIRED], 3);
    assert_int_equal(total.findings[TV_WARNING], 6);
    assert_int_equal(total.findings[TV_ERROR], 0);
    assert_int_equal(total.num_blocks, 30);
    assert_int_equal(total.num_unique, 27);
    assert_int_equal(total.num_bytes, 3000);
    assert_int_equal(total.signature_checks, 12);
    assert_int_equal(total.num_help, 1);
    assert_int_equal(total.help[0].count, 6);
    tv_tally_close(&total);
    tv_tally_close(&part);
}

static void the_most_frequent_help_comes_first(void **state)
{
    (void)state;
    static const struct {
        uint32_t store;
        tv_reason reason;
        const char *text;
        uint64_t count;
    } lines[] = {
        {0, TV_REASON_EXPIRED, "renew it", 1},   {1, TV_REASON_EXPIRED, "renew it", 4},
        {0, TV_REASON_SELF_SIGNED, "add it", 2}, {0, TV_REASON_EXPIRED, "renew it", 2},
        {0, TV_REASON_WEAK_KEY, "renew it", 3},  {0, TV_REASON_SELF_SIGNED, "add", 1},
    };
    static const struct {
        uint32_t store;
        const char *text;
        uint64_t count;
    } expected[] = {{1, "renew it", 4},
                    {0, "renew it", 3},
                    {0, "renew it", 3},
                    {0, "add it", 2},
                    {0, "add", 1}};
    tv_tally tally;
    tv_buf texts = {0};
    tv_help_count top[5];
    assert_int_equal(tv_tally_open(&tally, 2), TV_OK);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        tv_tally_help_line(&tally, lines[i].store, lines[i].reason,
                           tv_span_from_text(lines[i].text), lines[i].count);
    }
    for (size_t cap = 0; cap <= 6; cap++) {
        size_t count = tv_tally_top_help(&tally, top, cap < 5 ? cap : 5, &texts);
        assert_int_equal(count, cap < 5 ? cap : 5);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(top[i].store, expected[i].store);
            assert_int_equal(top[i].count, expected[i].count);
            assert_string_equal(top[i].text, expected[i].text);
        }
    }
    // Of two with one count the first that was told comes first.
    assert_int_equal(top[1].reason, TV_REASON_EXPIRED);
    assert_int_equal(top[2].reason, TV_REASON_WEAK_KEY);
    texts.ceiling = 4; // no room for the texts
    tv_buf_close(&texts);
    assert_int_equal(tv_tally_top_help(&tally, top, 5, &texts), 0);
    tv_buf_close(&texts);
    tv_tally_close(&tally);
}

static void there_is_an_end_to_help(void **state)
{
    (void)state;
    tv_tally tally;
    char text[32];
    assert_int_equal(tv_tally_open(&tally, 1), TV_OK);
    for (unsigned i = 0; i < TV_TALLY_MAX_HELP + 10; i++) {
        int len = snprintf(text, sizeof(text), "add CN=%u", i);
        tv_tally_help_line(&tally, 0, TV_REASON_ISSUER_NOT_FOUND, tv_span_make(text, (size_t)len),
                           1);
    }
    assert_int_equal(tally.num_help, TV_TALLY_MAX_HELP);
    tv_tally_help_line(&tally, 0, TV_REASON_ISSUER_NOT_FOUND, TV_LIT("add CN=0"), 1);
    assert_int_equal(tally.num_help, TV_TALLY_MAX_HELP);
    assert_int_equal(tally.help[0].count, 2); // what is known is still counted
    tv_tally_close(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_counted_by_store_verdict_and_reason),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(the_most_frequent_help_comes_first),
        cmocka_unit_test(there_is_an_end_to_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
