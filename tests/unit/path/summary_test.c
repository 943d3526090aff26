// SPDX-License-Identifier: Apache-2.0
// A worker that remembers the way up from an issuer answers every target as one that searches each
// time: cells, costs and signatures asked for are compared for all leaves under all truststores,
// in two orders, and each rule that a summary must not jump over has a leaf that would show it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

// More of one name than a target keeps.
#define CROWD(number)                                                                              \
    {                                                                                              \
        "crowd-" number, .by = "root", .key_of = "ca", .ca = true, .spec = {                       \
            .subject = "CN=crowd",                                                                 \
            .serial = number                                                                       \
        }                                                                                          \
    }

static const world_row rows[] = {
    {"root", .ca = true},
    {"ca", .by = "root", .ca = true},
    {"short-ca", .by = "root", .ca = true, .spec.not_after = "270101000000Z"},
    {"named-ca", .by = "root", .ca = true,
     .spec.extensions = {{.name = "nameConstraints",
                          .conf = "critical,permitted;DNS:example.org"}}},
    {"below-named", .by = "named-ca", .ca = true},
    {"twin-1", .by = "root", .ca = true, .spec.subject = "CN=twin"},
    {"twin-2", .by = "root", .ca = true, .spec.subject = "CN=twin"},
    {"end-entity", .by = "root"},
    {"marked-ca", .by = "root", .ca = true, .spec.extensions = {SKI("m")}},
    // Two ways up, one of them for other names.
    {"forked", .by = "named-ca", .ca = true},
    {"fork-by-root", .by = "root", .key_of = "named-ca", .ca = true, .spec.subject = "CN=named-ca"},
    CROWD("01"),
    CROWD("02"),
    CROWD("03"),
    CROWD("04"),
    CROWD("05"),
    CROWD("06"),
    CROWD("07"),
    CROWD("08"),
    CROWD("09"),
    CROWD("10"),
    CROWD("11"),
    CROWD("12"),
    CROWD("13"),
    CROWD("14"),
    CROWD("15"),
    CROWD("16"),
    CROWD("17"),
    // The targets.
    {"plain", .by = "ca"},
    {"again", .by = "ca", .key_of = "plain"},
    {"other", .by = "ca", .key_of = "plain", .spec.not_after = "300101000000Z"},
    {"late", .by = "ca", .key_of = "plain", .spec.not_after = "250101000000Z"},
    {"early", .by = "ca", .key_of = "plain", .spec.not_before = "270101000000Z"},
    {"forged", .by = "ca", .key_of = "plain", .forged = true},
    {"by-another-key", .by = "ca", .signed_by = "root", .key_of = "plain"},
    {"for-servers", .by = "ca", .key_of = "plain",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "serverAuth"}}},
    {"outlives", .by = "short-ca", .key_of = "plain"},
    {"within", .by = "short-ca", .key_of = "plain", .spec.not_after = "260601000000Z"},
    {"outlives-again", .by = "short-ca", .key_of = "plain", .spec.not_after = "330101000000Z"},
    {"inside", .by = "below-named", .key_of = "plain",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"outside", .by = "below-named", .key_of = "plain",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.com"}}},
    {"of-fork-inside", .by = "forked", .key_of = "plain",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"of-fork-outside", .by = "forked", .key_of = "plain",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.com"}}},
    {"of-twin-1", .by = "twin-1", .key_of = "plain"},
    {"of-twin-2", .by = "twin-2", .key_of = "plain"},
    {"of-end-entity", .by = "end-entity", .key_of = "plain"},
    {"names-other-key", .by = "marked-ca", .key_of = "plain", .spec.extensions = {AKI("x")}},
    {"names-its-key", .by = "marked-ca", .key_of = "plain", .spec.extensions = {AKI("m")}},
    {"alone", .key_of = "plain"},
    {"of-crowd", .by = "crowd-01", .key_of = "plain"},
    {"not-of-crowd", .by = "crowd-01", .signed_by = "root", .key_of = "plain"},
};

enum { NUM_ROWS = sizeof(rows) / sizeof(rows[0]), FIRST_LEAF = 28 };

static const char *const stores[] = {
    ("root ca short-ca named-ca below-named twin-1 twin-2 end-entity marked-ca forked "
     "fork-by-root crowd-01"),
    "root ca short-ca marked-ca",
    "root",
    "ca short-ca below-named",
    "root named-ca below-named twin-2",
    "root fork-by-root forked named-ca",
    "root end-entity twin-1",
    "root crowd-03 crowd-17",
    "crowd-16",
};
enum { NUM_STORES = sizeof(stores) / sizeof(stores[0]) };

static world w;

static int open_world(void **state)
{
    (void)state;
    world_open(&w, rows, NUM_ROWS, "openssl");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

typedef struct answer {
    tv_cell cell;
    tv_path_cost cost;
    tv_edge_log log;
} answer;

static answer ask(tv_path_worker *worker, size_t leaf, const uint64_t *trusted)
{
    static const uint64_t none[NUM_ROWS / 64 + 1];
    static tv_target target;
    answer out;
    tv_target_open(&target, w.graph, &w.held[leaf].cert, TV_ID_NONE, 0, &worker->names);
    tv_path_judge(&w.judge, worker, (tv_node_set){.bits = trusted}, (tv_node_set){.bits = none},
                  &target, &out.cell);
    out.cost = tv_path_last_cost(worker);
    out.log = target.log;
    return out;
}

// Every leaf under every truststore, `rounds` times: plain and with summaries. Returns how many
// were accepted.
static size_t compare_all(bool backwards)
{
    uint64_t sets[NUM_STORES][NUM_ROWS / 64 + 1];
    tv_path_worker remembering;
    size_t num_accepted = 0;
    assert_int_equal(tv_path_worker_open(&remembering, w.sig), TV_OK);
    assert_int_equal(tv_path_worker_summarise(&remembering, NUM_STORES), TV_OK);
    for (size_t s = 0; s < NUM_STORES; s++) {
        world_fill(&w, sets[s], stores[s]);
    }
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = FIRST_LEAF; i < NUM_ROWS; i++) {
            size_t leaf = backwards ? NUM_ROWS - 1 - (i - FIRST_LEAF) : i;
            for (size_t s = 0; s < NUM_STORES; s++) {
                answer plain = ask(&w.worker, leaf, sets[s]);
                answer quick = ask(&remembering, leaf, sets[s]);
                if (!world_same(&plain.cell, &quick.cell)) {
                    world_write_path(&w, &quick.cell);
                    world_tell(&w, rows[leaf].name, &quick.cell);
                    fail_msg("%s under [%s] differs", rows[leaf].name, stores[s]);
                }
                assert_int_equal(plain.cost.nodes, quick.cost.nodes);
                assert_int_equal(plain.cost.signatures, quick.cost.signatures);
                assert_int_equal(plain.cost.comparisons, quick.cost.comparisons);
                assert_int_equal(plain.log, quick.log);
                num_accepted += quick.cell.verdict == TV_VERDICT_ACCEPT ? 1 : 0;
            }
        }
    }
    tv_path_worker_close(&remembering);
    return num_accepted;
}

static void test_every_answer_is_that_of_the_search(void **state)
{
    static const char *const settings[] = {
        "",
        "setting anchors = any",
        "setting key_identifiers = must-match",
        "setting anchors = any; setting not_after_inclusive = yes",
        "reason expired = no; reason issuer-expired = no",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, settings[i]);
        size_t forward = compare_all(false);
        assert_true(forward > 20);
        assert_int_equal(compare_all(true), forward);
    }
}

// A client of the same issuer is told what is its own: its end, not that of the one before it.
// What a target keeps from one truststore to the next changes no answer, and nothing is asked of
// libcrypto twice.
static void test_a_target_goes_through_all_truststores(void **state)
{
    static const uint64_t none[NUM_ROWS / 64 + 1];
    static tv_target target;
    uint64_t sets[NUM_STORES][NUM_ROWS / 64 + 1];
    (void)state;
    for (size_t s = 0; s < NUM_STORES; s++) {
        world_fill(&w, sets[s], stores[s]);
    }
    for (size_t leaf = FIRST_LEAF; leaf < NUM_ROWS; leaf++) {
        tv_target_open(&target, w.graph, &w.held[leaf].cert, TV_ID_NONE, 0, &w.worker.names);
        for (size_t s = 0; s < 2 * NUM_STORES; s++) {
            const uint64_t *set = sets[s % NUM_STORES];
            answer fresh = ask(&w.worker, leaf, set);
            tv_cell cell;
            tv_path_judge(&w.judge, &w.worker, (tv_node_set){.bits = set},
                          (tv_node_set){.bits = none}, &target, &cell);
            tv_path_cost cost = tv_path_last_cost(&w.worker);
            assert_true(world_same(&fresh.cell, &cell));
            assert_int_equal(fresh.cost.nodes, cost.nodes);
            assert_int_equal(fresh.cost.signatures, cost.signatures);
        }
        assert_int_equal(target.signature_checks, target.num_edges);
    }
}

static void test_what_is_the_targets_own_stays_its_own(void **state)
{
    uint64_t all[NUM_ROWS / 64 + 1];
    tv_path_worker worker;
    (void)state;
    world_take_profile(&w, "openssl");
    assert_int_equal(tv_path_worker_open(&worker, w.sig), TV_OK);
    assert_int_equal(tv_path_worker_summarise(&worker, 1), TV_OK);
    world_fill(&w, all, stores[1]);
    const struct {
        const char *leaf;
        tv_verdict verdict;
        tv_reason reason;
        const char *breaks_at;
    } cases[] = {
        {"plain", TV_VERDICT_ACCEPT, TV_REASON_NONE, "2034-01-01T00:00:00Z"},
        {"other", TV_VERDICT_ACCEPT, TV_REASON_NONE, "2030-01-01T00:00:00Z"},
        {"forged", TV_VERDICT_DENY, TV_REASON_BAD_SIGNATURE, NULL},
        {"late", TV_VERDICT_DENY, TV_REASON_EXPIRED, NULL},
        {"for-servers", TV_VERDICT_DENY, TV_REASON_EXTENDED_KEY_USAGE, NULL},
        {"again", TV_VERDICT_ACCEPT, TV_REASON_NONE, "2034-01-01T00:00:00Z"},
        {"within", TV_VERDICT_ACCEPT, TV_REASON_NONE, "2026-06-01T00:00:00Z"},
        {"outlives", TV_VERDICT_ACCEPT, TV_REASON_NONE, "2027-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t leaf = world_node(&w, cases[i].leaf, strlen(cases[i].leaf));
        answer got = ask(&worker, leaf, all);
        assert_int_equal(got.cell.verdict, cases[i].verdict);
        assert_int_equal(got.cell.reason, cases[i].reason);
        if (cases[i].breaks_at != NULL) {
            assert_int_equal(got.cell.breaks_at, world_time(cases[i].breaks_at));
        }
    }
    tv_path_worker_close(&worker);
}

// What is foreseen is what the search asks: with the answer at hand it makes no check of its own.
static void test_the_search_asks_what_was_foreseen(void **state)
{
    uint64_t all[NUM_ROWS / 64 + 1];
    static const uint64_t none[NUM_ROWS / 64 + 1];
    static tv_target target;
    (void)state;
    world_take_profile(&w, "openssl");
    world_fill(&w, all, stores[0]);
    for (size_t leaf = FIRST_LEAF; leaf < NUM_ROWS; leaf++) {
        const tv_cert *cert = &w.held[leaf].cert;
        tv_target_names names;
        tv_cell cells[2];
        tv_target_look(&names, w.graph, cert, TV_ID_NONE, &w.worker.names);
        tv_key_id key =
            tv_target_foresee(&w.judge, (tv_node_set){.bits = all}, cert, &names, &w.worker.names);
        if (strcmp(rows[leaf].name, "alone") == 0 ||
            strcmp(rows[leaf].name, "names-other-key") == 0) {
            assert_int_equal(key, TV_ID_NONE); // no issuer's key is asked
            continue;
        }
        assert_int_not_equal(key, TV_ID_NONE);
        uint64_t checks[2];
        for (size_t ahead = 0; ahead < 2; ahead++) {
            tv_target_begin(&target, cert, &names, 0);
            if (ahead == 1) {
                target.ahead_key = key;
                target.ahead = tv_key_check(tv_keyring_get(w.keys, key), w.worker.sig, cert);
            }
            tv_path_judge(&w.judge, &w.worker, (tv_node_set){.bits = all},
                          (tv_node_set){.bits = none}, &target, &cells[ahead]);
            checks[ahead] = target.signature_checks;
        }
        assert_true(world_same(&cells[0], &cells[1]));
        assert_int_equal(checks[1] + 1, checks[0]);
    }
}

// An answer for another key than the one that is asked is not taken.
static void test_a_wrong_foresight_changes_nothing(void **state)
{
    uint64_t all[NUM_ROWS / 64 + 1];
    static const uint64_t none[NUM_ROWS / 64 + 1];
    static tv_target target;
    (void)state;
    world_take_profile(&w, "openssl");
    world_fill(&w, all, stores[0]);
    uint32_t leaf = world_node(&w, "forged", strlen("forged"));
    uint32_t other = world_node(&w, "root", strlen("root"));
    tv_target_names names;
    tv_cell cell;
    tv_target_look(&names, w.graph, &w.held[leaf].cert, TV_ID_NONE, &w.worker.names);
    tv_target_begin(&target, &w.held[leaf].cert, &names, 0);
    target.ahead_key = tv_graph_key(w.graph, other);
    target.ahead = TV_EDGE_GOOD;
    tv_path_judge(&w.judge, &w.worker, (tv_node_set){.bits = all}, (tv_node_set){.bits = none},
                  &target, &cell);
    assert_int_equal(cell.verdict, TV_VERDICT_DENY);
    assert_int_equal(cell.reason, TV_REASON_BAD_SIGNATURE);
    assert_int_equal(target.signature_checks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_answer_is_that_of_the_search),
        cmocka_unit_test(test_a_target_goes_through_all_truststores),
        cmocka_unit_test(test_what_is_the_targets_own_stays_its_own),
        cmocka_unit_test(test_the_search_asks_what_was_foreseen),
        cmocka_unit_test(test_a_wrong_foresight_changes_nothing),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
