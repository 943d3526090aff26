// SPDX-License-Identifier: Apache-2.0
// Candidates come in the order in which a good path is likely, and a signature is asked for once,
// counted once, and not beyond the bound.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

static const world_row rows[] = {
    {"root", .ca = true},
    // All of one name. The first three have the identifier that the client asks for.
    {"foreign", .by = "root", .ca = true, .spec = {.subject = "CN=ca", .extensions = {SKI("B")}}},
    {"plain", .by = "root", .ca = true, .spec.subject = "CN=ca"},
    {"expired", .by = "root", .ca = true,
     .spec = {.subject = "CN=ca", .not_after = "250101000000Z", .extensions = {SKI("A")}}},
    {"sent", .by = "root", .key_of = "expired", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "02", .extensions = {SKI("A")}}},
    {"held", .by = "root", .key_of = "expired", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "03", .extensions = {SKI("A")}}},
    {"ends", .key_of = "expired", .ca = true,
     .spec = {.subject = "CN=ca", .serial = "04", .extensions = {SKI("A")}}},
    {"leaf", .by = "expired", .spec.extensions = {AKI("A")}},
    {"self", .key_of = "leaf"},
    {"other", .by = "root", .key_of = "leaf"},
};

static world w;
static tv_path_search *search;

// Begins a search for `target` that knows these certificates.
static void begin(const char *target, const char *trusted, const char *untrusted)
{
    world_aim(&w, target, trusted, untrusted, 0);
    search = w.worker.search;
    search->judge = &w.judge;
    search->worker = &w.worker;
    search->target = &w.target;
    search->trusted = (tv_node_set){.bits = w.trusted};
    search->untrusted = (tv_node_set){.bits = w.untrusted};
    tv_search_begin(search, w.judge.at);
}

static const char *candidates(void)
{
    static char text[256];
    const tv_step *step = &search->steps[search->depth];
    size_t at = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < step->num_candidates; i++) {
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", i > 0 ? " " : "",
                               w.rows[step->candidates[i].node].name);
    }
    return text;
}

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *changes;
    const char *expected;
} orders[] = {
    {"an anchor, a held one, a sent one, one out of date", "leaf", "held ends expired", "sent", "",
     "ends held sent expired"},
    {"then one without an identifier", "leaf", "plain held", "", "", "held plain"},
    {"one with another identifier is none", "leaf", "foreign held", "", "", "held"},
    {"one with another identifier comes last", "leaf", "foreign plain held expired", "",
     "setting key_identifiers = hint", "held expired plain foreign"},
    {"what is sent along does not count", "leaf", "held", "sent",
     "setting intermediates = truststore", "held"},
    {"what is not at hand does not count", "leaf", "root", "", "", ""},
    {"a certificate is not its own issuer", "self", "self root", "", "", ""},
};

static void the_likeliest_comes_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        print_message("  %s\n", orders[i].name);
        world_take_profile(&w, "openssl");
        world_change(&w, orders[i].changes);
        begin(orders[i].target, orders[i].trusted, orders[i].untrusted);
        tv_find_candidates(search);
        assert_string_equal(candidates(), orders[i].expected);
        assert_false(search->spent);
    }
}

static void candidates_beyond_the_bound_are_told(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    w.judge.limits.issuer_candidates = 2;
    begin("leaf", "held ends", "");
    tv_find_candidates(search);
    assert_string_equal(candidates(), "ends held");
    assert_false(search->spent);
    begin("leaf", "held ends expired", "");
    tv_find_candidates(search);
    assert_int_equal(search->steps[0].num_candidates, 2);
    assert_true(search->spent);
}

static void what_stands_on_the_path_is_not_walked_again(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    begin("leaf", "held ends root", "sent foreign");
    (void)tv_push_issuer(search, world_node(&w, "sent", 4));
    assert_true(tv_on_path(search, world_node(&w, "sent", 4)));
    assert_true(tv_on_path(search, world_node(&w, "held", 4)));     // its name and its key
    assert_false(tv_on_path(search, world_node(&w, "foreign", 7))); // its name alone
    assert_false(tv_on_path(search, world_node(&w, "root", 4)));
    begin("other", "other root", "self");
    assert_true(tv_on_path(search, world_node(&w, "other", 5)));
    assert_false(tv_on_path(search, world_node(&w, "self", 4))); // the target's key, another name
}

static void a_signature_is_asked_for_once_and_counted_once(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    begin("leaf", "held foreign plain", "");
    const tv_step *target = &search->steps[0];
    uint32_t held = world_node(&w, "held", 4);
    uint32_t foreign = world_node(&w, "foreign", 7);
    assert_int_equal(tv_edge_check(search, target, held), TV_EDGE_GOOD);
    assert_int_equal(tv_edge_check(search, target, foreign), TV_EDGE_BAD);
    assert_int_equal(tv_edge_check(search, target, held), TV_EDGE_GOOD);
    assert_int_equal(tv_edge_check(search, target, world_node(&w, "ends", 4)), TV_EDGE_GOOD);
    assert_int_equal(search->cost.signatures, 2); // `ends` has the key of `held`
    assert_int_equal(w.target.signature_checks, 2);
    assert_int_equal(w.target.log, TV_EDGE_GOOD | TV_EDGE_BAD << 2);
    // A new search counts anew and asks nothing anew.
    tv_search_begin(search, w.judge.at);
    assert_int_equal(search->cost.signatures, 0);
    assert_int_equal(tv_edge_check(search, target, foreign), TV_EDGE_BAD);
    assert_int_equal(search->cost.signatures, 1);
    assert_int_equal(w.target.signature_checks, 2);
}

static void beyond_the_bound_nothing_is_known(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    w.judge.limits.path_signatures = 1;
    begin("leaf", "held foreign", "");
    const tv_step *target = &search->steps[0];
    assert_int_equal(tv_edge_check(search, target, world_node(&w, "held", 4)), TV_EDGE_GOOD);
    assert_false(search->spent);
    assert_int_equal(tv_edge_check(search, target, world_node(&w, "foreign", 7)), TV_EDGE_UNKNOWN);
    assert_true(search->spent);
    assert_int_equal(tv_edge_check(search, target, world_node(&w, "held", 4)), TV_EDGE_GOOD);
    assert_int_equal(w.target.signature_checks, 1);
}

static void its_own_key_is_a_key_like_any_other(void **state)
{
    (void)state;
    static const struct {
        const char *target, *trusted;
        tv_edge_state own;
    } selves[] = {
        {"self", "root", TV_EDGE_GOOD},      // streams by
        {"self", "root self", TV_EDGE_GOOD}, // is held
        {"other", "root", TV_EDGE_BAD},
        {"other", "root other", TV_EDGE_BAD},
    };
    world_take_profile(&w, "openssl");
    for (size_t i = 0; i < sizeof(selves) / sizeof(selves[0]); i++) {
        begin(selves[i].target, selves[i].trusted, "");
        assert_int_equal(tv_edge_check(search, &search->steps[0], TV_ID_NONE), selves[i].own);
        assert_int_equal(search->cost.signatures, 1);
    }
}

// Results of more keys than a target keeps are asked for again, and are right.
static void more_keys_than_are_kept_are_asked_again(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    begin("leaf", "held foreign", "");
    w.target.num_edges = TV_TARGET_EDGES; // as after many truststores
    for (unsigned i = 0; i < TV_TARGET_EDGES; i++) {
        w.target.edges[i].key = TV_ID_NONE;
        w.target.edges[i].state = TV_EDGE_BAD;
    }
    const tv_step *target = &search->steps[0];
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(tv_edge_check(search, target, world_node(&w, "held", 4)), TV_EDGE_GOOD);
        assert_int_equal(tv_edge_check(search, target, world_node(&w, "foreign", 7)), TV_EDGE_BAD);
    }
    assert_int_equal(w.target.signature_checks, 2);
    assert_int_equal(w.target.log, 0); // so many are not logged
}

static void who_ends_a_path_is_the_profiles_choice(void **state)
{
    (void)state;
    static const struct {
        const char *node, *trusted, *changes;
        bool anchor;
    } anchors[] = {
        {"root", "root", "", true},
        {"root", "held", "", false},
        {"held", "held", "", false},
        {"held", "held", "setting anchors = any", true},
        {"held", "root", "setting anchors = any", false},
        {"root", "root", "setting anchor_self_signature = yes", true},
    };
    for (size_t i = 0; i < sizeof(anchors) / sizeof(anchors[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, anchors[i].changes);
        begin("leaf", anchors[i].trusted, "held root");
        uint32_t node = world_node(&w, anchors[i].node, 4);
        assert_int_equal(tv_is_anchor(search, node), anchors[i].anchor);
    }
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
        cmocka_unit_test(the_likeliest_comes_first),
        cmocka_unit_test(candidates_beyond_the_bound_are_told),
        cmocka_unit_test(what_stands_on_the_path_is_not_walked_again),
        cmocka_unit_test(a_signature_is_asked_for_once_and_counted_once),
        cmocka_unit_test(beyond_the_bound_nothing_is_known),
        cmocka_unit_test(its_own_key_is_a_key_like_any_other),
        cmocka_unit_test(more_keys_than_are_kept_are_asked_again),
        cmocka_unit_test(who_ends_a_path_is_the_profiles_choice),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
