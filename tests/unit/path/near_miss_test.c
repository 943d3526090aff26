// SPDX-License-Identifier: Apache-2.0
// What would help a client that is denied: the nearest certificate that almost served.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

static const world_row rows[] = {
    {"root", .ca = true},
    {"ca", .by = "root", .ca = true, .spec.extensions = {SKI("A")}},
    {"rekeyed-ca", .by = "root", .ca = true,
     .spec = {.subject = "CN=ca", .extensions = {SKI("B")}}},
    {"expired-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .not_after = "250101000000Z", .extensions = {SKI("A")}}},
    {"early-ca", .by = "root", .key_of = "ca", .ca = true,
     .spec = {.subject = "CN=ca", .not_before = "270101000000Z", .extensions = {SKI("A")}}},
    {"leaf", .by = "ca", .spec.extensions = {AKI("A")}},
    {"leaf-without-id", .by = "ca", .key_of = "leaf"},
    {"altered-leaf", .by = "ca", .key_of = "leaf", .forged = true, .spec.extensions = {AKI("A")}},
    {"self", .key_of = "leaf"},
    {"self-renewed", .key_of = "leaf", .spec = {.subject = "CN=self", .serial = "02"}},
    {"expired-leaf", .by = "ca", .key_of = "leaf",
     .spec = {.not_after = "250101000000Z", .extensions = {AKI("A")}}},
    {"expired-root", .ca = true, .spec.not_after = "250101000000Z"},
    {"leaf-of-expired-root", .by = "expired-root", .key_of = "leaf"},
};

static world w;

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *changes;
    tv_hint_kind hint;
    const char *near_miss;
} cases[] = {
    {"nothing of that name", "leaf", "root", "", "", TV_HINT_ISSUER_MISSING, NULL},
    {"the name with another key", "leaf", "root rekeyed-ca", "", "", TV_HINT_ISSUER_REKEYED,
     "rekeyed-ca"},
    {"the name with another key, no identifier in the client", "leaf-without-id", "root rekeyed-ca",
     "", "", TV_HINT_ISSUER_REKEYED, "rekeyed-ca"},
    {"the name with another key at hand, not trusted", "leaf", "root", "rekeyed-ca", "",
     TV_HINT_ISSUER_MISSING, NULL},
    {"a client that was altered", "altered-leaf", "root ca", "", "", TV_HINT_ALTERED, "ca"},
    {"a client that was altered, and a CA that was re-keyed", "altered-leaf", "root rekeyed-ca ca",
     "", "", TV_HINT_ALTERED, "ca"},
    {"an altered client whose issuer is not trusted", "altered-leaf", "root", "ca", "",
     TV_HINT_NONE, NULL},
    {"the issuer is at hand and does not count", "leaf", "root", "ca",
     "setting intermediates = truststore", TV_HINT_ISSUER_NOT_TRUSTED, "ca"},
    {"the issuer is at hand, another key is trusted", "leaf", "root rekeyed-ca", "ca",
     "setting intermediates = truststore", TV_HINT_ISSUER_NOT_TRUSTED, "ca"},
    {"the root is missing", "leaf", "ca", "", "", TV_HINT_ROOT_MISSING, "ca"},
    {"the root is at hand and not trusted", "leaf", "", "ca root", "", TV_HINT_ISSUER_NOT_TRUSTED,
     "root"},
    {"the issuer has expired", "leaf", "root expired-ca", "", "", TV_HINT_ISSUER_EXPIRED,
     "expired-ca"},
    {"the issuer is early", "leaf", "root early-ca", "", "", TV_HINT_ISSUER_EXPIRED, "early-ca"},
    {"the root has expired", "leaf-of-expired-root", "expired-root", "", "", TV_HINT_ISSUER_EXPIRED,
     "expired-root"},
    {"a self-signed client", "self", "root", "", "", TV_HINT_SELF_SIGNED, NULL},
    {"a self-signed client, its key in another certificate", "self", "root self-renewed", "", "",
     TV_HINT_SAME_KEY_OTHER_CERT, "self-renewed"},
    {"a self-signed client, its key in one that is not trusted", "self", "root", "self-renewed", "",
     TV_HINT_SELF_SIGNED, NULL},
    {"nothing helps an expired client", "expired-leaf", "root ca", "", "", TV_HINT_NONE, NULL},
    {"nothing is missing", "leaf", "root ca", "", "", TV_HINT_NONE, NULL},
};

static void the_nearest_certificate_is_told(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, cases[i].changes);
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        const char *near = cell.near_miss != NULL ? w.rows[cell.near_miss->id].name : NULL;
        bool same = near == NULL || cases[i].near_miss == NULL
                        ? near == cases[i].near_miss
                        : strcmp(near, cases[i].near_miss) == 0;
        if (cell.hint != cases[i].hint || !same) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_client_that_is_held_is_not_its_own_near_miss(void **state)
{
    (void)state;
    world_take_profile(&w, "openssl");
    tv_cell cell = world_judge(&w, "self", "root", "self");
    assert_int_equal(cell.hint, TV_HINT_SELF_SIGNED);
    assert_null(cell.near_miss);
}

// However many certificates share the key of a client: the search for one that is trusted ends.
static void few_certificates_of_a_key_are_looked_at(void **state)
{
    (void)state;
    enum { MANY = 300 };
    world_row many[MANY + 1];
    char names[MANY][8];
    char serials[MANY][8];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "s%u", i);
        snprintf(serials[i], sizeof(serials[i]), "%04x", i + 1);
        many[i] = (world_row){.name = names[i],
                              .key_of = i > 0 ? "s0" : NULL,
                              .spec = {.subject = "CN=self", .serial = serials[i]}};
    }
    many[MANY] = (world_row){.name = "self", .key_of = "s0", .spec.subject = "CN=self"};
    world crowd;
    world_open(&crowd, many, MANY + 1, "openssl");
    tv_cell cell = world_judge(&crowd, "self", "s255", "");
    assert_int_equal(cell.hint, TV_HINT_SAME_KEY_OTHER_CERT);
    assert_string_equal(many[cell.near_miss->id].name, "s255");
    cell = world_judge(&crowd, "self", "s256", "");
    assert_int_equal(cell.hint, TV_HINT_SELF_SIGNED);
    world_close(&crowd);
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
        cmocka_unit_test(the_nearest_certificate_is_told),
        cmocka_unit_test(a_client_that_is_held_is_not_its_own_near_miss),
        cmocka_unit_test(few_certificates_of_a_key_are_looked_at),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
