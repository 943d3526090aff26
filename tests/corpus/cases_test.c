// SPDX-License-Identifier: Apache-2.0
// Every line of the corpus's expectations.tsv against what the library says. Each line that does
// not hold is named; a corpus without lines fails.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/judging/corpus.h"

#include <stdio.h>
#include <string.h>

// What came out for one line, beside what was to come out.
static void report(const tv_expectation *row, const char *got, const char *reason)
{
    print_error("line %u: %s %s %u, %s at %s: expected %s %s, got %s %s (%s)\n", row->line,
                row->name, row->kind, row->index, row->profile, row->at, row->expected, row->reason,
                got, reason[0] != '\0' ? reason : "-", row->note);
}

static bool is_word(const char *word, const char *list)
{
    const char *at = strstr(list, word);
    size_t len = strlen(word);
    return at != NULL && at[len] == ' ' && (at == list || at[-1] == ' ');
}

static bool verdict_holds(const tv_expectation *row, const tv_answers *answers)
{
    const tv_answer *answer = tv_answers_find(answers, row);
    if (answer == NULL) {
        report(row, "nothing", "");
        return false;
    }
    bool denied = is_word(row->expected, "deny undecided invalid ");
    bool any_reason = denied && strcmp(row->reason, "-") == 0;
    const char *reason = tv_reason_id(answer->reason);
    const char *wanted = strcmp(row->reason, "-") == 0 ? "" : row->reason;
    if (strcmp(answer->verdict, row->expected) != 0 ||
        (!any_reason && strcmp(reason, wanted) != 0)) {
        report(row, answer->verdict, reason);
        return false;
    }
    return true;
}

static bool row_holds(const tv_expectation *row, const tv_answers *answers)
{
    bool finding = strcmp(row->expected, "finding") == 0;
    if (finding || strcmp(row->expected, "no-finding") == 0) {
        if (tv_answers_has_finding(answers, row) != finding) {
            report(row, finding ? "no-finding" : "finding", "");
            return false;
        }
        return true;
    }
    if (strcmp(row->expected, "refused") == 0 && strcmp(row->reason, "no-certificate") == 0) {
        if (!answers->no_certificate) {
            report(row, "taken", "");
        }
        return answers->no_certificate;
    }
    if (!is_word(row->expected, "accept deny undecided valid invalid ")) {
        report(row, "a word that is not known", "");
        return false;
    }
    return verdict_holds(row, answers);
}

static bool same_run(const tv_expectation *a, const tv_expectation *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->profile, b->profile) == 0 &&
           strcmp(a->at, b->at) == 0;
}

// Each case is judged once for the lines that share its profile and instant.
static void test_every_expectation_holds(void **state)
{
    size_t num;
    size_t failed = 0;
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (size_t i = 0; i < num;) {
        tv_profile *profile = tv_load_profile(rows[i].profile);
        tv_answers *answers = tv_case_judge(rows[i].name, profile, rows[i].at, TV_JUDGE_ALL);
        size_t first = i;
        for (; i < num && same_run(&rows[first], &rows[i]); i++) {
            failed += row_holds(&rows[i], answers) ? 0 : 1;
        }
        tv_answers_free(answers);
        tv_profile_close(profile);
    }
    print_message("%zu expectations, %zu of them not met\n", num, failed);
    assert_true(num > 0);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_expectation_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
