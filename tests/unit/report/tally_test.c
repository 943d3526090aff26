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
#include "support/build.h"

enum { SEED = 7 };

static const tv_cell accepted = {.verdict = TV_VERDICT_ACCEPT};
static const tv_cell expired = {.verdict = TV_VERDICT_DENY, .reason = TV_REASON_EXPIRED};
static const tv_cell undecided = {.verdict = TV_VERDICT_UNDECIDED,
                                  .reason = TV_REASON_BUDGET_SPENT};
static const tv_cell missing = {.verdict = TV_VERDICT_DENY,
                                .reason = TV_REASON_ISSUER_NOT_FOUND,
                                .hint = TV_HINT_ISSUER_MISSING};
static const tv_cell alone = {
    .verdict = TV_VERDICT_DENY, .reason = TV_REASON_SELF_SIGNED, .hint = TV_HINT_SELF_SIGNED};

static void count(tv_tally *tally, const tv_cert *cert, uint32_t store, const tv_cell *cell)
{
    assert_true(tv_tally_cells(tally, cert, store, cell, 1));
}

static void cells_are_counted_by_store_verdict_and_reason(void **state)
{
    (void)state;
    tv_tally tally;
    const tv_cell row[] = {accepted, expired};
    assert_int_equal(tv_tally_open(&tally, 2, SEED), TV_OK);
    for (unsigned i = 0; i < 2; i++) { // a cleared tally is as good as a new one
        assert_true(tv_tally_cells(&tally, NULL, 0, row, 2));
        count(&tally, NULL, 1, &expired);
        count(&tally, NULL, 1, &undecided);
        assert_int_equal(tally.num_touched, 2);
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
        assert_int_equal(tally.num_touched, 0);
    }
    tv_tally_close(&tally);
    tv_tally_close(&tally); // closed is as good as empty
}

static void parts_add_up(void **state)
{
    (void)state;
    tv_tally total;
    tv_tally part;
    const tv_cert cert = {.issuer = tv_build_name("Gone")};
    assert_int_equal(tv_tally_open(&total, 3, SEED), TV_OK);
    assert_int_equal(tv_tally_open(&part, 3, SEED), TV_OK);
    for (unsigned i = 1; i <= 3; i++) {
        tv_tally_clear(&part);
        count(&part, NULL, 0, &accepted);
        count(&part, NULL, 1, &expired);
        for (unsigned n = 0; n < i; n++) {
            count(&part, &cert, 1, &missing);
        }
        part.findings[TV_WARNING] = i;
        part.num_blocks = 10;
        part.num_unique = 9;
        part.num_bytes = 1000;
        part.signature_checks = 4;
        assert_true(tv_tally_add(&total, &part));
    }
    assert_int_equal(total.num_touched, 2);
    assert_int_equal(total.stores[0].verdicts[TV_VERDICT_ACCEPT], 3);
    assert_int_equal(total.stores[1].verdicts[TV_VERDICT_DENY], 9);
    assert_int_equal(total.stores[1].reasons[TV_REASON_EXPIRED], 3);
    assert_int_equal(total.stores[1].reasons[TV_REASON_ISSUER_NOT_FOUND], 6);
    assert_int_equal(total.findings[TV_WARNING], 6);
    assert_int_equal(total.findings[TV_ERROR], 0);
    assert_int_equal(total.num_blocks, 30);
    assert_int_equal(total.num_unique, 27);
    assert_int_equal(total.num_bytes, 3000);
    assert_int_equal(total.signature_checks, 12);
    assert_int_equal(total.num_help_counts, 1);
    assert_int_equal(total.help_counts[0], 6);
    tv_tally_close(&total);
    tv_tally_close(&part);
}

static void the_most_frequent_help_comes_first(void **state)
{
    (void)state;
    static const struct {
        uint32_t store;
        const tv_cell *cell;
        char name;  // of the issuer
        bool latin; // in another encoding
        unsigned count;
    } lines[] = {
        {0, &missing, 'a', false, 1}, {1, &missing, 'a', false, 5}, {0, &alone, 'b', false, 2},
        {0, &missing, 'a', true, 2},  {0, &alone, 'c', false, 1},   {0, &missing, 'b', false, 1},
        {1, &expired, 'a', false, 9},
    };
    static const struct {
        uint32_t store;
        tv_reason reason;
        const char *text;
        uint64_t count;
    } expected[] = {
        {1, TV_REASON_ISSUER_NOT_FOUND, "CN=a ", 5},
        {0, TV_REASON_ISSUER_NOT_FOUND, "CN=a ", 3}, // of two with one count, the first
        {0, TV_REASON_SELF_SIGNED, "self-signed", 3},
        {0, TV_REASON_ISSUER_NOT_FOUND, "CN=b ", 1},
    };
    tv_tally tally;
    tv_buf texts = {0};
    tv_help_count top[5];
    assert_int_equal(tv_tally_open(&tally, 2, SEED), TV_OK);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        uint8_t name[] = {0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, 0};
        name[11] = lines[i].latin ? 0x13 : 0x0c;
        name[13] = (uint8_t)lines[i].name;
        const tv_cert cert = {.issuer = tv_span_make(name, sizeof(name))};
        for (unsigned n = 0; n < lines[i].count; n++) {
            count(&tally, &cert, lines[i].store, lines[i].cell);
        }
    }
    assert_int_equal(tally.num_help_counts, 5);
    for (size_t cap = 0; cap <= 5; cap++) {
        size_t num = tv_tally_top_help(&tally, top, cap, &texts);
        assert_int_equal(num, cap < 4 ? cap : 4);
        for (size_t i = 0; i < num; i++) {
            assert_int_equal(top[i].store, expected[i].store);
            assert_int_equal(top[i].reason, expected[i].reason);
            assert_int_equal(top[i].count, expected[i].count);
            assert_non_null(strstr(top[i].text, expected[i].text));
        }
    }
    texts.ceiling = 4; // no room for the texts
    tv_buf_close(&texts);
    assert_int_equal(tv_tally_top_help(&tally, top, 5, &texts), 0);
    tv_buf_close(&texts);
    tv_tally_close(&tally);
}

// A name for each number.
static tv_cert cert_number(uint8_t name[16], unsigned number)
{
    static const uint8_t start[] = {0x30, 14, 0x31, 12, 0x30, 10, 6, 3, 0x55, 4, 3, 0x0c, 3};
    memcpy(name, start, sizeof(start));
    name[13] = (uint8_t)('0' + number / 100);
    name[14] = (uint8_t)('0' + number / 10 % 10);
    name[15] = (uint8_t)('0' + number % 10);
    return (tv_cert){.issuer = tv_span_make(name, 16)};
}

static void there_is_an_end_to_help(void **state)
{
    (void)state;
    tv_tally total, part;
    uint8_t name[16];
    assert_int_equal(tv_tally_open(&total, 1, SEED), TV_OK);
    assert_int_equal(tv_tally_open(&part, 1, SEED), TV_OK);
    for (unsigned i = 0; i < TV_TALLY_MAX_HELP + 10; i++) {
        assert_false(tv_tally_is_settled(&total));
        const tv_cert cert = cert_number(name, i);
        count(&part, &cert, 0, &missing);
    }
    assert_int_equal(part.num_help_counts, TV_TALLY_MAX_HELP + 10); // any may stand in the total
    assert_true(tv_tally_add(&total, &part));
    assert_true(tv_tally_is_settled(&total));
    assert_int_equal(total.num_help_counts, TV_TALLY_MAX_HELP);
    // What is known is still counted, by those who know it and by those who do not.
    for (unsigned i = 0; i < 2; i++) {
        tv_tally_clear(&part);
        if (i == 1) {
            tv_tally_settle(&part, &total);
        }
        const tv_cert late = cert_number(name, TV_TALLY_MAX_HELP);
        count(&part, &late, 0, &missing);
        const tv_cert last = cert_number(name, TV_TALLY_MAX_HELP - 1);
        count(&part, &last, 0, &missing);
        assert_true(tv_tally_add(&total, &part));
    }
    assert_int_equal(total.num_help_counts, TV_TALLY_MAX_HELP);
    assert_int_equal(total.help_counts[0], 1);
    assert_int_equal(total.help_counts[TV_TALLY_MAX_HELP - 1], 3);
    assert_int_equal(total.stores[0].reasons[TV_REASON_ISSUER_NOT_FOUND],
                     TV_TALLY_MAX_HELP + 10 + 4);
    tv_tally_clear(&total);
    assert_false(tv_tally_is_settled(&total));
    tv_tally_close(&total);
    tv_tally_close(&part);
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
