// SPDX-License-Identifier: Apache-2.0
// Of all paths that fail the one that tells most is told: its reasons, the one told first and where
// it stands, and nothing that a bound kept from being looked at.
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
    {"root", .ca = true},
    {"ca", .by = "root", .ca = true},
    {"expired-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .not_after = "250101000000Z"}},
    {"expired-server-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .not_after = "250101000000Z", .extensions = {SERVER_ONLY}}},
    {"other-ca", .by = "root", .ca = true, .spec.subject = "CN=ca"},
    {"odd-ca", .by = "root", .kind = "secp256k1", .ca = true, .spec.subject = "CN=ca"},
    {"sub", .by = "ca", .ca = true},
    {"leaf", .by = "ca"},
    {"leaf-of-sub", .by = "sub", .key_of = "leaf"},
    {"expired-leaf", .by = "ca", .key_of = "leaf", .spec.not_after = "250101000000Z"},
    {"expired-leaf-of-sub", .by = "sub", .key_of = "leaf", .spec.not_after = "250101000000Z"},
    {"forged-leaf", .by = "ca", .key_of = "leaf", .forged = true},
    {"forged-sub", .by = "ca", .key_of = "sub", .ca = true, .forged = true,
     .spec.subject = "CN=sub"},
    {"expired-server", .by = "ca", .key_of = "leaf",
     .spec = {.not_after = "250101000000Z", .extensions = {SERVER_ONLY}}},
    {"odd-self", .kind = "secp256k1"},
    {"narrow-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca",
              .not_after = "250101000000Z",
              .extensions = {{.name = "nameConstraints",
                              .conf = "critical,permitted;DNS:example.com"}}}},
    {"named-leaf", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"ca-with-id", .by = "root", .ca = true,
     .spec = {.subject = "CN=id", .extensions = {SKI("A")}}},
    {"leaf-with-other-id", .by = "ca-with-id", .signed_by = "root", .key_of = "leaf",
     .spec.extensions = {AKI("B")}},
    {"leaf-with-id", .by = "ca-with-id", .signed_by = "root", .key_of = "leaf",
     .spec.extensions = {AKI("A")}},
};

static world w;

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *changes; // of the openssl profile
    const char *reasons;
    const char *path;
    unsigned depth; // of the one told first
    bool anchored;
} cases[] = {
    {"nobody is there", "leaf", "root", "", "", "issuer-not-found", "", 0, false},
    {"the root is not there", "leaf", "ca", "", "", "root-not-found", "ca", 1, false},
    {"the longest of two beginnings", "leaf-of-sub", "sub ca", "", "", "root-not-found", "sub ca",
     2, false},
    {"a path to an anchor tells more than one without", "leaf", "root expired-ca other-ca", "", "",
     "issuer-expired", "expired-ca root", 1, true},
    {"of two anchored paths the one that breaks less", "leaf", "root expired-server-ca expired-ca",
     "", "", "issuer-expired", "expired-ca root", 1, true},
    {"all that one path breaks", "leaf", "root expired-server-ca", "", "",
     "issuer-expired extended-key-usage", "expired-server-ca root", 1, true},
    {"what the target breaks, too", "expired-leaf", "root expired-ca", "", "",
     "expired issuer-expired", "expired-ca root", 0, true},
    {"the target alone", "expired-server", "root ca", "", "", "expired extended-key-usage",
     "ca root", 0, true},
    {"the target and a missing issuer", "expired-leaf", "root", "", "", "issuer-not-found expired",
     "", 0, false},
    {"the target and a missing root", "expired-leaf", "ca", "", "", "root-not-found expired", "ca",
     1, false},
    {"a bad signature at the bottom", "forged-leaf", "root ca", "", "", "bad-signature", "", 0,
     false},
    {"a bad signature in the middle", "leaf-of-sub", "root ca forged-sub", "", "", "bad-signature",
     "forged-sub", 1, false},
    {"the issuer's name and another key", "leaf", "root other-ca", "", "", "bad-signature", "", 0,
     false},
    {"the issuer's name, and identifiers that say another key", "leaf-with-other-id",
     "root ca-with-id", "", "", "issuer-not-found", "", 0, false},
    {"the same where they decide nothing", "leaf-with-other-id", "root ca-with-id", "",
     "setting key_identifiers = hint", "issuer-not-found", "", 0, false},
    {"the issuer's name and identifier, and another key all the same", "leaf-with-id",
     "root ca-with-id", "", "", "bad-signature", "", 0, false},
    {"a key that cannot be asked", "leaf", "root odd-ca", "", "", "unsupported-algorithm", "", 0,
     false},
    {"one that does not verify beside one that cannot be asked", "leaf", "root odd-ca other-ca", "",
     "", "bad-signature", "", 0, false},
    {"its own key cannot be asked", "odd-self", "root", "", "", "unsupported-algorithm", "", 0,
     false},
    {"a rule that is not looked at", "leaf", "root expired-server-ca", "",
     "setting eku_of_issuers = no", "issuer-expired", "expired-server-ca root", 1, true},
};

static void the_path_that_tells_most_is_told(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, cases[i].changes);
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        if (cell.verdict != TV_VERDICT_DENY ||
            strcmp(world_reasons(cell.reasons), cases[i].reasons) != 0 ||
            strcmp(w.path, cases[i].path) != 0 || cell.depth != cases[i].depth ||
            (cell.anchor != NULL) != cases[i].anchored) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

// The target's own defects deny it, whatever the search would have come to; of the rest no more is
// told than was seen.
static const struct {
    const char *name;
    const char *target, *trusted;
    tv_limits limits; // where not 0
    const char *reasons;
    const char *path;
} bounded[] = {
    {"no bound", "expired-leaf-of-sub", "root ca sub", {0}, "expired", "sub ca root"},
    {"signatures run out in the middle",
     "expired-leaf-of-sub",
     "root ca sub",
     {.path_signatures = 2},
     "expired budget-spent",
     "sub ca"},
    {"depth ends in the middle",
     "expired-leaf-of-sub",
     "root ca sub",
     {.path_depth = 3},
     "expired budget-spent",
     "sub ca"},
    {"more candidates than are tried, none of them the issuer",
     "expired-leaf",
     "root other-ca odd-ca",
     {.issuer_candidates = 1},
     "expired budget-spent",
     ""},
    {"no more candidates than are tried, none of them the issuer",
     "expired-leaf",
     "root other-ca odd-ca",
     {.issuer_candidates = 2},
     "bad-signature expired",
     ""},
    {"signatures run out before one that cannot be asked",
     "expired-leaf",
     "root other-ca odd-ca",
     {.path_signatures = 1},
     "expired budget-spent",
     ""},
};

static void what_was_not_looked_at_is_not_told(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++) {
        world_take_profile(&w, "openssl");
        const tv_limits *few = &bounded[i].limits;
        tv_limits *limits = &w.judge.limits;
        limits->path_depth = few->path_depth != 0 ? few->path_depth : limits->path_depth;
        limits->path_signatures =
            few->path_signatures != 0 ? few->path_signatures : limits->path_signatures;
        limits->issuer_candidates =
            few->issuer_candidates != 0 ? few->issuer_candidates : limits->issuer_candidates;
        tv_cell cell = world_judge(&w, bounded[i].target, bounded[i].trusted, "");
        if (cell.verdict != TV_VERDICT_DENY || cell.reason == TV_REASON_BUDGET_SPENT ||
            strcmp(world_reasons(cell.reasons), bounded[i].reasons) != 0 ||
            strcmp(w.path, bounded[i].path) != 0) {
            world_tell(&w, bounded[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

// The search for a good path cuts the expired CA before it reads names, this one does not: names
// that it has no comparisons left for are no reason, and leave none out that decides.
static void names_that_cannot_be_paid_for_do_not_empty_a_denial(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    tv_cell cell = world_judge(&w, "named-leaf", "root narrow-ca", "");
    assert_string_equal(world_reasons(cell.reasons), "issuer-expired name-constraints");
    w.judge.limits.name_comparisons = 1;
    cell = world_judge(&w, "named-leaf", "root narrow-ca", "");
    assert_int_equal(cell.verdict, TV_VERDICT_DENY);
    assert_string_equal(world_reasons(cell.reasons), "issuer-not-found");
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
        cmocka_unit_test(the_path_that_tells_most_is_told),
        cmocka_unit_test(what_was_not_looked_at_is_not_told),
        cmocka_unit_test(names_that_cannot_be_paid_for_do_not_empty_a_denial),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
