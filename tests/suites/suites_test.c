// SPDX-License-Identifier: Apache-2.0
// The verification cases of other projects (NIST PKITS, x509-limbo, BetterTLS, OpenSSL, GnuTLS,
// BoringSSL, Mbed TLS, Go), below $TV_SUITES, go through `trustval verify --jobs`; without them the
// test is skipped. Profile rfc5280 has to say what the suites expect, profile openssl what OpenSSL
// 3.0 says. Differences that are stood by are rows of divergences.csv: a difference without a row
// fails, and so does a row that no longer differs as it says. What a judgement may cost is asserted
// in counts, not in seconds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "suites/cases.h"
#include "suites/second_opinion.h"
#include "suites/table.h"

#include "tv/common.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_CORE_ROWS = 10,
    MOST_UNLIKE_OPENSSL = 10, // per mille
    MOST_GROUPS = 200,
    MOST_ROWS = 200,
};

// A row of divergences.csv: cases of one run that differ in one way.
typedef struct divergence {
    const char *run, *tier, *id, *feature, *ours; // `id` with '*' is a pattern; "" fits any feature
    unsigned long cases;                          // how many there are
    const char *proof; // "path": libcrypto takes our path; "case ID": what that one demands of us
    unsigned line;
    unsigned long seen;
} divergence;

// Cases of one suite and tier.
typedef struct group {
    const char *suite, *tier;
    unsigned right, wrong, undecided;
} group;

static tv_cases cases;
static tv_table table;
static divergence rows[MOST_ROWS];
static size_t num_rows;
static group groups[MOST_GROUPS];
static size_t num_groups;

static void read_divergences(void)
{
    tv_table_open(&table, TV_SOURCE_DIR "/tests/suites/divergences.csv", ',');
    size_t run = tv_table_column(&table, "run");
    size_t tier = tv_table_column(&table, "tier");
    size_t id = tv_table_column(&table, "id");
    size_t feature = tv_table_column(&table, "feature");
    size_t ours = tv_table_column(&table, "ours");
    size_t count = tv_table_column(&table, "cases");
    size_t proof = tv_table_column(&table, "proof");
    size_t reason = tv_table_column(&table, "reason");
    size_t source = tv_table_column(&table, "source");
    assert_true(table.num_rows <= MOST_ROWS);
    for (size_t i = 0; i < table.num_rows; i++) {
        const tv_table_row *from = &table.rows[i];
        rows[num_rows++] = (divergence){
            .run = from->fields[run],
            .tier = from->fields[tier],
            .id = from->fields[id],
            .feature = from->fields[feature],
            .ours = from->fields[ours],
            .cases = strtoul(from->fields[count], NULL, 10),
            .proof = from->fields[proof],
            .line = from->line,
        };
        assert_true(rows[i].cases > 0);
        assert_true(from->fields[reason][0] != '\0' && from->fields[source][0] != '\0');
    }
}

static group *group_of(const tv_case *c)
{
    for (size_t i = 0; i < num_groups; i++) {
        if (strcmp(groups[i].suite, c->suite) == 0 && strcmp(groups[i].tier, c->tier) == 0) {
            return &groups[i];
        }
    }
    assert_true(num_groups < MOST_GROUPS);
    groups[num_groups] = (group){.suite = c->suite, .tier = c->tier};
    return &groups[num_groups++];
}

static int by_suite(const void *a, const void *b)
{
    const group *left = a;
    const group *right = b;
    int order = strcmp(left->suite, right->suite);
    return order != 0 ? order : strcmp(left->tier, right->tier);
}

static void print_groups(const char *title)
{
    group all = {"all", "all", 0, 0, 0};
    qsort(groups, num_groups, sizeof(groups[0]), by_suite);
    (void)printf("%s\n%-10s %-10s %6s %6s %10s\n", title, "suite", "tier", "right", "wrong",
                 "undecided");
    for (size_t i = 0; i <= num_groups; i++) {
        const group *g = i < num_groups ? &groups[i] : &all;
        (void)printf("%-10s %-10s %6u %6u %10u\n", g->suite, g->tier, g->right, g->wrong,
                     g->undecided);
        all.right += g->right;
        all.wrong += g->wrong;
        all.undecided += g->undecided;
    }
    num_groups = 0;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(text, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

// A row for exactly this case, or else one for a class that it belongs to.
static divergence *find_row(const char *run, const tv_case *c)
{
    for (int exact = 1; exact >= 0; exact--) {
        for (size_t i = 0; i < num_rows; i++) {
            divergence *row = &rows[i];
            bool fits = exact != 0 ? strcmp(row->id, c->id) == 0
                                   : fnmatch(row->id, c->id, FNM_NOESCAPE) == 0;
            if (fits && strcmp(row->run, run) == 0 && fnmatch(row->tier, c->tier, 0) == 0 &&
                strcmp(row->ours, tv_said_text(c->said)) == 0 &&
                (row->feature[0] == '\0' || tv_case_has_feature(c, row->feature))) {
                return row;
            }
        }
    }
    return NULL;
}

// Whether a case of a binding tier demands the very verdict that differs here.
static bool is_demanded(const divergence *row, const char *id)
{
    static const char *const binding[] = {"core", "policy", NULL};
    const tv_case *other = tv_cases_find(&cases, id);
    return other != NULL && is_one_of(other->tier, binding) &&
           strcmp(tv_said_text(other->expected), row->ours) == 0;
}

static bool is_proved(const divergence *row, const tv_case *c)
{
    if (strcmp(row->proof, "path") == 0) {
        return tv_openssl_takes_path(c);
    }
    return strncmp(row->proof, "case ", 5) != 0 || is_demanded(row, row->proof + 5);
}

// Finds the row of a difference; false, and told, when there is none or its proof fails.
static bool is_explained(const char *run, const tv_case *c, tv_said wanted)
{
    divergence *row = find_row(run, c);
    if (row == NULL) {
        (void)printf("no row: %s (%s), wanted %s, ours %s: %s\n", c->id, c->tier,
                     tv_said_text(wanted), tv_said_text(c->said),
                     json_string_value(json_object_get(c->answer, "reason")) != NULL
                         ? json_string_value(json_object_get(c->answer, "reason"))
                         : "-");
        return false;
    }
    row->seen++;
    if (!is_proved(row, c)) {
        (void)printf("divergences.csv:%u: the proof does not hold: %s\n", row->line, c->id);
        return false;
    }
    return true;
}

static unsigned count_stale_rows(const char *run)
{
    unsigned stale = 0;
    for (size_t i = 0; i < num_rows; i++) {
        const divergence *row = &rows[i];
        if (strcmp(row->run, run) == 0 && row->seen != row->cases) {
            (void)printf("divergences.csv:%u: %lu cases differ this way, the row says %lu: %s\n",
                         row->line, row->seen, row->cases, row->id);
            stale++;
        }
    }
    return stale;
}

// Whether what was spent tells why there is no answer: a bound of tv_limits was reached. A path
// that grows to the deepest has as many nodes, and so has a certificate with the most issuers.
static bool reached_a_bound(const tv_case *c)
{
    const tv_limits limits = tv_limits_default();
    return c->nodes + 1 >= limits.path_depth || c->signatures >= limits.path_signatures ||
           c->comparisons >= limits.name_comparisons;
}

// Compares a run with what is wanted, case by case. The number of cases that differ.
static unsigned compare(const char *run, tv_said (*wanted)(const tv_case *c), unsigned *unexplained)
{
    unsigned different = 0;
    for (size_t i = 0; i < cases.num; i++) {
        const tv_case *c = &cases.list[i];
        group *g = group_of(c);
        tv_said want = wanted(c);
        if (c->said == want) {
            g->right++;
            continue;
        }
        different++;
        *(c->said == TV_SAID_UNDECIDED ? &g->undecided : &g->wrong) += 1;
        *unexplained += is_explained(run, c, want) ? 0 : 1;
    }
    return different;
}

// A denial of service that a bound ends has no answer, and that is right where a suite rejects.
static tv_said expected_of(const tv_case *c)
{
    bool bounded = strcmp(c->tier, "dos") == 0 && c->expected == TV_SAID_REJECT &&
                   c->said == TV_SAID_UNDECIDED && reached_a_bound(c);
    return bounded ? TV_SAID_UNDECIDED : c->expected;
}

// OpenSSL gives up with error 1 where its own bound on name constraints ends the judgement.
static tv_said openssl_of(const tv_case *c)
{
    bool gave_up = strncmp(c->openssl_text, "1 ", 2) == 0;
    return gave_up && c->said == TV_SAID_UNDECIDED ? TV_SAID_UNDECIDED : c->openssl;
}

// No false accept here, but for what another suite's binding case demands: suites contradict each
// other in what of the certificate profile a validator has to look at.
static void assert_no_false_accept(void)
{
    static const char *const suites[] = {"pkits", "bettertls", "go-nc", "limbo", NULL};
    static const char *const tiers[] = {"core", "policy", "profile", NULL};
    unsigned count = 0;
    for (size_t i = 0; i < cases.num; i++) {
        const tv_case *c = &cases.list[i];
        if (c->said != TV_SAID_ACCEPT || c->expected != TV_SAID_REJECT ||
            !is_one_of(c->suite, suites) || !is_one_of(c->tier, tiers)) {
            continue;
        }
        const divergence *row = find_row("rfc5280", c);
        if (strcmp(c->tier, "profile") != 0 || row == NULL ||
            strncmp(row->proof, "case ", 5) != 0) {
            (void)printf("false accept: %s (%s)\n", c->id, c->tier);
            count++;
        }
    }
    assert_int_equal(count, 0);
}

static void assert_costs_are_bounded(void)
{
    const tv_limits limits = tv_limits_default();
    for (size_t i = 0; i < cases.num; i++) {
        const tv_case *c = &cases.list[i];
        if (c->nodes > limits.path_nodes || c->signatures > limits.path_signatures ||
            c->comparisons > limits.name_comparisons) {
            fail_msg("%s costs more than its bounds", c->id);
        }
        if (strcmp(c->tier, "dos") == 0) {
            (void)printf("dos: %-75s %-9s %4lu nodes %4lu signatures %8lu comparisons\n", c->id,
                         tv_said_text(c->said), (unsigned long)c->nodes,
                         (unsigned long)c->signatures, (unsigned long)c->comparisons);
        }
    }
}

// What divergences.csv may stand by under rfc5280, whatever its reasons.
static void assert_rows_are_modest(void)
{
    static const char *const binding[] = {"core", "policy", "profile", "dos", "strict", NULL};
    unsigned core = 0;
    for (size_t i = 0; i < num_rows; i++) {
        const divergence *row = &rows[i];
        if (strcmp(row->run, "rfc5280") != 0) {
            continue;
        }
        bool is_pattern = strpbrk(row->id, "*?[") != NULL || strpbrk(row->tier, "*?[") != NULL;
        if (is_pattern && (is_one_of(row->tier, binding) || strchr(row->tier, '*') != NULL)) {
            fail_msg("divergences.csv:%u: a binding tier is explained case by case", row->line);
        }
        if (strcmp(row->tier, "core") == 0) {
            core++;
            assert_string_not_equal(row->ours, "accept");
        }
    }
    assert_true(core <= MOST_CORE_ROWS);
}

static void rfc5280_says_what_the_suites_expect(void **state)
{
    (void)state;
    unsigned unexplained = 0;
    assert_rows_are_modest();
    tv_cases_ask(&cases, "rfc5280");
    (void)compare("rfc5280", expected_of, &unexplained);
    print_groups("Profile rfc5280 against what the suites expect");
    assert_costs_are_bounded();
    assert_no_false_accept();
    assert_int_equal(unexplained + count_stale_rows("rfc5280"), 0);
}

static void openssl_says_what_openssl_says(void **state)
{
    (void)state;
    unsigned unexplained = 0;
    tv_cases_ask(&cases, "openssl");
    unsigned different = compare("openssl", openssl_of, &unexplained);
    print_groups("Profile openssl against OpenSSL 3.0");
    (void)printf("%u of %zu differ\n", different, cases.num);
    assert_int_equal(unexplained + count_stale_rows("openssl"), 0);
    assert_true(different * 1000 <= cases.num * MOST_UNLIKE_OPENSSL);
}

int main(void)
{
    const char *dir = tv_suites_dir("cases");
    if (dir == NULL) {
        return TV_SUITES_SKIPPED;
    }
    tv_cases_open(&cases, dir);
    read_divergences();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc5280_says_what_the_suites_expect),
        cmocka_unit_test(openssl_says_what_openssl_says),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tv_table_close(&table);
    tv_cases_close(&cases);
    return failed;
}
