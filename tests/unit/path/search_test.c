// SPDX-License-Identifier: Apache-2.0
// The search finds a good path wherever there is one, whatever stands in its way, and says so when
// a bound kept it from looking.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

#define SERVER_ONLY                                                                                \
    {                                                                                              \
        .name = "extendedKeyUsage", .conf = "serverAuth"                                           \
    }

static const world_row rows[] = {
    // Two roots that vouch for one CA, and for each other.
    {"red", .ca = true},
    {"blue", .ca = true},
    {"expired-blue", .key_of = "blue", .ca = true,
     .spec = {.subject = "CN=blue", .serial = "02", .not_after = "250101000000Z"}},
    {"ca-by-red", .by = "red", .ca = true, .spec.subject = "CN=ca"},
    {"ca-by-blue", .by = "blue", .key_of = "ca-by-red", .ca = true, .spec.subject = "CN=ca"},
    {"ca-by-red-expired", .by = "red", .key_of = "ca-by-red", .ca = true,
     .spec = {.subject = "CN=ca", .not_after = "250101000000Z"}},
    {"ca-by-red-for-servers", .by = "red", .key_of = "ca-by-red", .ca = true,
     .spec = {.subject = "CN=ca", .extensions = {SERVER_ONLY}}},
    {"red-by-blue", .by = "blue", .key_of = "red", .ca = true, .spec.subject = "CN=red"},
    {"blue-by-red", .by = "red", .key_of = "blue", .ca = true, .spec.subject = "CN=blue"},
    {"leaf", .by = "ca-by-red"},
    // The same name with another key, without key identifiers.
    {"ca-other-key", .by = "red", .ca = true, .spec.subject = "CN=ca"},
    {"ca-third-key", .by = "red", .ca = true, .spec.subject = "CN=ca"},
    // Three CAs that vouch for each other in a circle, and one that leads out.
    {"one", .by = "two", .ca = true},
    {"two", .by = "three", .ca = true},
    {"three", .by = "one", .ca = true},
    {"three-by-red", .by = "red", .key_of = "three", .ca = true, .spec.subject = "CN=three"},
    {"leaf-of-one", .by = "one", .key_of = "leaf"},
    // Its own issuer by name.
    {"narcissus", .by = "red", .ca = true},
    {"narcissus-rolled", .by = "narcissus", .ca = true, .spec.subject = "CN=narcissus"},
    {"leaf-of-narcissus", .by = "narcissus-rolled", .key_of = "leaf"},
    // A way that is long enough to be cut by a path length, and a short one.
    {"short-by-red", .by = "red", .key_of = "two",
     .spec = {.subject = "CN=short",
              .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE,pathlen:0"}}}},
    {"below-short", .by = "short-by-red", .key_of = "three", .ca = true},
    {"below-short-by-blue", .by = "blue", .key_of = "three", .ca = true,
     .spec.subject = "CN=below-short"},
    {"leaf-below-short", .by = "below-short", .key_of = "leaf"},
    // Names: one of two ways up forbids them.
    {"named-by-red", .by = "red", .key_of = "one", .ca = true,
     .spec = {.subject = "CN=named",
              .extensions = {{.name = "nameConstraints",
                              .conf = "critical,permitted;DNS:example.org"}}}},
    {"named-by-blue", .by = "blue", .key_of = "one", .ca = true, .spec.subject = "CN=named"},
    {"named-leaf", .by = "named-by-red", .key_of = "leaf",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.com"}}},
};

static world w;

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *path; // NULL: denied
} cases[] = {
    {"the only way", "leaf", "red ca-by-red", "", "ca-by-red red"},
    {"a cross-signed CA, by the root that is there", "leaf", "blue", "ca-by-red ca-by-blue",
     "ca-by-blue blue"},
    {"a cross-signed CA, the other root", "leaf", "red", "ca-by-red ca-by-blue", "ca-by-red red"},
    {"a cross-signed CA, no root", "leaf", "", "ca-by-red ca-by-blue", NULL},
    {"a root's expired twin comes first", "leaf", "blue expired-blue", "ca-by-blue",
     "ca-by-blue blue"},
    {"a CA's expired twin", "leaf", "red blue", "ca-by-red-expired ca-by-blue", "ca-by-blue blue"},
    {"the expired twin alone", "leaf", "red blue", "ca-by-red-expired", NULL},
    {"a twin that is meant for servers", "leaf", "red blue", "ca-by-red-for-servers ca-by-blue",
     "ca-by-blue blue"},
    {"a root in place of which a cross-certificate leads on", "leaf", "blue",
     "ca-by-red red-by-blue", "ca-by-red red-by-blue blue"},
    {"the root itself before the cross-certificate", "leaf", "red blue", "ca-by-red red-by-blue",
     "ca-by-red red"},
    {"a root that is not trusted, and a cross-certificate beside it", "leaf", "blue",
     "ca-by-red red red-by-blue", "ca-by-red red-by-blue blue"},
    {"two roots that vouch for each other, neither trusted", "leaf", "",
     "ca-by-red red-by-blue blue-by-red", NULL},
    {"the same name with another key before it", "leaf", "red ca-other-key ca-by-red", "",
     "ca-by-red red"},
    {"the same name with another key on either side", "leaf",
     "red ca-other-key ca-by-red ca-third-key", "", "ca-by-red red"},
    {"the same name with other keys only", "leaf", "red ca-other-key ca-third-key", "", NULL},
    {"a circle", "leaf-of-one", "red", "one two three", NULL},
    {"a circle with a way out", "leaf-of-one", "red", "one two three three-by-red",
     "one two three-by-red red"},
    {"a CA that changed its key", "leaf-of-narcissus", "red", "narcissus narcissus-rolled",
     "narcissus-rolled narcissus red"},
    {"a CA that changed its key, the old one missing", "leaf-of-narcissus", "red",
     "narcissus-rolled", NULL},
    {"a path length on one of two ways", "leaf-below-short", "red blue",
     "below-short short-by-red below-short-by-blue", "below-short-by-blue blue"},
    {"a path length on the only way", "leaf-below-short", "red blue", "below-short short-by-red",
     NULL},
    {"name constraints on one of two ways", "named-leaf", "red blue", "named-by-red named-by-blue",
     "named-by-blue blue"},
    {"name constraints on the only way", "named-leaf", "red blue", "named-by-red", NULL},
};

static void a_good_path_is_found_wherever_it_is(void **state)
{
    (void)state;
    unsigned wrong = 0;
    world_take_profile(&w, "openssl");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        bool accepted = cases[i].path != NULL;
        if (cell.verdict != (accepted ? TV_VERDICT_ACCEPT : TV_VERDICT_DENY) ||
            (accepted && strcmp(w.path, cases[i].path) != 0)) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

// Orders of one name must not matter: the other key first, in the middle, last.
static void order_in_the_file_decides_nothing(void **state)
{
    (void)state;
    static const char *const orders[][4] = {
        {"ca-other-key", "ca-third-key", "ca-by-red", "red"},
        {"ca-by-red", "ca-other-key", "red", "ca-third-key"},
        {"red", "ca-third-key", "ca-by-red", "ca-other-key"},
    };
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        world_row some[5];
        for (size_t r = 0; r < 4; r++) {
            some[r] = *world_find(&w, orders[i][r]);
        }
        some[4] = *world_find(&w, "leaf");
        world ordered;
        world_open(&ordered, some, 5, "openssl");
        tv_cell cell = world_judge(&ordered, "leaf", "ca-other-key ca-third-key ca-by-red red", "");
        assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
        assert_string_equal(ordered.path, "ca-by-red red");
        world_close(&ordered);
    }
}

static void a_bound_makes_it_undecided(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        tv_limits limits; // where not 0
        tv_verdict verdict;
    } bounds[] = {
        {"the usual", {0}, TV_VERDICT_ACCEPT},
        {"nodes", {.path_nodes = 2}, TV_VERDICT_UNDECIDED},
        {"nodes that are just enough", {.path_nodes = 5}, TV_VERDICT_ACCEPT},
        {"signatures", {.path_signatures = 2}, TV_VERDICT_UNDECIDED},
        {"signatures that are just enough", {.path_signatures = 5}, TV_VERDICT_ACCEPT},
        {"depth", {.path_depth = 4}, TV_VERDICT_UNDECIDED},
        {"depth that is just enough", {.path_depth = 5}, TV_VERDICT_ACCEPT},
    };
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        world_take_profile(&w, "openssl");
        const tv_limits *few = &bounds[i].limits;
        tv_limits *limits = &w.judge.limits;
        limits->path_nodes = few->path_nodes != 0 ? few->path_nodes : limits->path_nodes;
        limits->path_depth = few->path_depth != 0 ? few->path_depth : limits->path_depth;
        limits->path_signatures =
            few->path_signatures != 0 ? few->path_signatures : limits->path_signatures;
        tv_cell cell = world_judge(&w, "leaf-of-one", "red", "one two three three-by-red");
        if (cell.verdict != bounds[i].verdict) {
            world_tell(&w, bounds[i].name, &cell);
            wrong++;
        }
        if (cell.verdict == TV_VERDICT_UNDECIDED) {
            assert_int_equal(cell.reason, TV_REASON_BUDGET_SPENT);
            assert_int_equal(cell.reasons, TV_REASON_BIT(TV_REASON_BUDGET_SPENT));
            assert_int_equal(cell.path_len, 0);
        }
        tv_path_cost cost = tv_path_last_cost(&w.worker);
        assert_true(cost.nodes <= limits->path_nodes);
        assert_true(cost.signatures <= limits->path_signatures);
    }
    assert_int_equal(wrong, 0);
}

static void candidates_and_names_are_bounded(void **state)
{
    (void)state;
    const char *trusted = "red ca-other-key ca-third-key ca-by-red";
    world_take_profile(&w, "openssl");
    w.judge.limits.issuer_candidates = 3;
    assert_int_equal(world_judge(&w, "leaf", trusted, "").verdict, TV_VERDICT_ACCEPT);
    w.judge.limits.issuer_candidates = 1; // the one that is first in the file
    assert_int_equal(world_judge(&w, "leaf", trusted, "").verdict, TV_VERDICT_ACCEPT);
    assert_int_equal(world_judge(&w, "leaf", "red ca-other-key ca-third-key", "").verdict,
                     TV_VERDICT_UNDECIDED);

    world_take_profile(&w, "openssl");
    tv_cell cell = world_judge(&w, "named-leaf", "red blue", "named-by-red named-by-blue");
    assert_int_equal(cell.verdict, TV_VERDICT_ACCEPT);
    uint64_t comparisons = tv_path_last_cost(&w.worker).comparisons;
    assert_true(comparisons > 1); // one name, and what it costs to read them
    w.judge.limits.name_comparisons = comparisons;
    assert_int_equal(world_judge(&w, "named-leaf", "red", "named-by-red").verdict, TV_VERDICT_DENY);
    w.judge.limits.name_comparisons = comparisons - 1;
    assert_int_equal(world_judge(&w, "named-leaf", "red", "named-by-red").verdict,
                     TV_VERDICT_UNDECIDED);
    w.judge.limits.name_comparisons = 1;
    cell = world_judge(&w, "named-leaf", "red", "named-by-red");
    assert_int_equal(cell.verdict, TV_VERDICT_UNDECIDED);
    assert_int_equal(tv_path_last_cost(&w.worker).comparisons, 1);
}

static void a_cost_is_the_same_each_time(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_cell first = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        tv_path_cost cost = tv_path_last_cost(&w.worker);
        tv_cell second = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        tv_path_cost again = tv_path_last_cost(&w.worker);
        assert_true(world_same(&first, &second));
        assert_int_equal(cost.nodes, again.nodes);
        assert_int_equal(cost.signatures, again.signatures);
        assert_int_equal(cost.comparisons, again.comparisons);
    }
}

// A chain of intermediates, each below the one before, at the bound of depth and beyond it.
static void a_deep_chain_is_followed_to_the_bound(void **state)
{
    (void)state;
    enum { LONGEST = 40 };
    world_row chain[LONGEST + 1] = {{.name = "top", .ca = true}};
    char names[LONGEST + 1][8];
    for (unsigned i = 1; i <= LONGEST; i++) {
        snprintf(names[i], sizeof(names[i]), "c%u", i);
        chain[i] = (world_row){
            .name = names[i], .by = chain[i - 1].name, .key_of = i > 1 ? "c1" : NULL, .ca = true};
    }
    world deep;
    world_open(&deep, chain, LONGEST + 1, "openssl");
    world_change(&deep, "setting client_key_usage = no");
    static const struct {
        const char *target;
        tv_verdict verdict;
    } targets[] = {{"c30", TV_VERDICT_ACCEPT}, // 30 and the root: 31 certificates
                   {"c31", TV_VERDICT_ACCEPT},
                   {"c32", TV_VERDICT_UNDECIDED},
                   {"c40", TV_VERDICT_UNDECIDED}};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        tv_cell cell = world_judge(&deep, targets[i].target, "top", "*");
        assert_int_equal(cell.verdict, targets[i].verdict);
    }
    world_close(&deep);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w, rows, sizeof(rows) / sizeof(rows[0]), "openssl");
    return 0;
}

static int shut_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_path_is_found_wherever_it_is),
        cmocka_unit_test(order_in_the_file_decides_nothing),
        cmocka_unit_test(a_bound_makes_it_undecided),
        cmocka_unit_test(candidates_and_names_are_bounded),
        cmocka_unit_test(a_cost_is_the_same_each_time),
        cmocka_unit_test(a_deep_chain_is_followed_to_the_bound),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
