// SPDX-License-Identifier: Apache-2.0
// Hostile shapes of truststores stay within the budget, whose own counts are looked at, and end in
// the verdict that is right: accepted where the first path is good, undecided where the budget ends
// the search, denied where the client itself is at fault.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

enum { NAME_LEN = 24 };

typedef struct shape {
    world_row *rows;
    char (*names)[NAME_LEN];
    char (*subjects)[NAME_LEN];
    size_t num;
} shape;

static void shape_open(shape *s, size_t cap)
{
    s->rows = calloc(cap, sizeof(*s->rows));
    s->names = calloc(cap, sizeof(*s->names));
    s->subjects = calloc(cap, sizeof(*s->subjects));
    s->num = 0;
    assert_non_null(s->rows);
    assert_non_null(s->names);
    assert_non_null(s->subjects);
}

static void shape_close(shape *s)
{
    free(s->rows);
    free(s->names);
    free(s->subjects);
}

// Appends a row whose name is made by `format` of two numbers.
static world_row *shape_add(shape *s, const char *format, unsigned a, unsigned b)
{
    world_row *row = &s->rows[s->num];
    snprintf(s->names[s->num], NAME_LEN, format, a, b);
    row->name = s->names[s->num++];
    return row;
}

static void assert_within_budget(const world *w)
{
    tv_path_cost cost = tv_path_last_cost(&w->worker);
    assert_true(cost.nodes <= w->judge.limits.path_nodes);
    assert_true(cost.signatures <= w->judge.limits.path_signatures);
    assert_true(cost.comparisons <= w->judge.limits.name_comparisons);
    // Explaining and looking ahead cost a search each, of the same bounds.
    assert_true(w->target.signature_checks <= 2 * (uint64_t)w->judge.limits.path_signatures);
}

static void assert_judged(world *w, const char *target, const char *trusted, tv_verdict verdict,
                          const char *reasons)
{
    tv_cell cell = world_judge(w, target, trusted, "*");
    if (cell.verdict != verdict || strcmp(world_reasons(cell.reasons), reasons) != 0) {
        world_tell(w, target, &cell);
    }
    assert_int_equal(cell.verdict, verdict);
    assert_string_equal(world_reasons(cell.reasons), reasons);
    assert_within_budget(w);
    tv_path_cost cost = tv_path_last_cost(&w->worker);
    tv_cell again = world_judge(w, target, trusted, "*");
    tv_path_cost cost_again = tv_path_last_cost(&w->worker);
    assert_true(world_same(&cell, &again));
    assert_memory_equal(&cost, &cost_again, sizeof(cost));
}

enum { WIDTH = 12, LEVELS = 12 };

// Twelve levels of twelve CAs, each of which each CA of the next level vouches for; a root above
// all, and one that nobody knows.
static void add_mesh(shape *s)
{
    shape_add(s, "root", 0, 0)->ca = true;
    shape_add(s, "stranger", 0, 0)->ca = true;
    for (unsigned level = LEVELS; level-- > 0;) {
        unsigned issuers = level + 1 == LEVELS ? 1 : WIDTH;
        for (unsigned ca = 0; ca < WIDTH; ca++) {
            size_t first = s->num;
            for (unsigned by = 0; by < issuers; by++) {
                world_row *row = shape_add(s, "m%u-%u", level * WIDTH + ca, by);
                // Keys repeat from level to level: there are many certificates and few keys.
                row->key_of = level + 1 == LEVELS ? NULL : s->rows[2 + ca].name;
                row->key_of = by > 0 && level + 1 == LEVELS ? s->rows[first].name : row->key_of;
                row->ca = true;
                snprintf(s->subjects[s->num - 1], NAME_LEN, "CN=%u-%u", level, ca);
                row->spec.subject = s->subjects[s->num - 1];
                row->by = level + 1 == LEVELS ? "root" : NULL;
            }
        }
    }
}

// Sets the issuers of a mesh once every row has its place.
static void link_mesh(shape *s)
{
    for (size_t i = 2; i < s->num; i++) {
        unsigned ca;
        unsigned by;
        if (s->rows[i].by == NULL && sscanf(s->rows[i].name, "m%u-%u", &ca, &by) == 2) {
            char issuer[NAME_LEN];
            snprintf(issuer, sizeof(issuer), "m%u-0", (ca / WIDTH + 1) * WIDTH + by);
            for (size_t j = 2; j < s->num && s->rows[i].by == NULL; j++) {
                if (strcmp(s->rows[j].name, issuer) == 0) {
                    s->rows[i].by = s->rows[j].name;
                }
            }
        }
    }
}

static void a_mesh_of_cross_signed_cas(void **state)
{
    (void)state;
    shape s;
    world w;
    shape_open(&s, WIDTH * WIDTH * LEVELS + 16);
    add_mesh(&s);
    link_mesh(&s);
    *shape_add(&s, "leaf", 0, 0) = (world_row){.name = "leaf", .by = "m0-0"};
    *shape_add(&s, "expired", 0, 0) = (world_row){
        .name = "expired", .by = "m0-0", .key_of = "leaf", .spec.not_after = "250101000000Z"};
    assert_int_equal(s.num, WIDTH * WIDTH * (LEVELS - 1) + WIDTH + 4);
    world_open(&w, s.rows, s.num, "openssl");
    assert_judged(&w, "leaf", "root", TV_VERDICT_ACCEPT, "");
    assert_int_equal(tv_path_last_cost(&w.worker).nodes, LEVELS + 1); // straight up
    assert_judged(&w, "leaf", "stranger", TV_VERDICT_UNDECIDED, "budget-spent");
    assert_judged(&w, "expired", "stranger", TV_VERDICT_DENY, "expired budget-spent");
    // More than the mesh holds: then it is the number of nodes that ends the search.
    w.judge.limits.path_signatures = 100000;
    assert_judged(&w, "leaf", "stranger", TV_VERDICT_UNDECIDED, "budget-spent");
    world_close(&w);
    shape_close(&s);
}

static void a_chain_of_a_hundred(void **state)
{
    (void)state;
    enum { LENGTH = 100 };
    shape s;
    world w;
    shape_open(&s, LENGTH + 2);
    shape_add(&s, "c0", 0, 0)->ca = true;
    for (unsigned i = 1; i < LENGTH; i++) {
        world_row *row = shape_add(&s, "c%u", i, 0);
        row->by = s.rows[i - 1].name;
        row->key_of = "c0";
        row->ca = true;
    }
    *shape_add(&s, "leaf", 0, 0) = (world_row){.name = "leaf", .by = s.rows[LENGTH - 1].name};
    *shape_add(&s, "high", 0, 0) = (world_row){.name = "high", .by = "c20", .key_of = "leaf"};
    world_open(&w, s.rows, s.num, "openssl");
    assert_judged(&w, "high", "c0", TV_VERDICT_ACCEPT, "");
    assert_judged(&w, "leaf", "c0", TV_VERDICT_UNDECIDED, "budget-spent");
    assert_true(tv_path_last_cost(&w.worker).nodes < w.judge.limits.path_depth);
    world_close(&w);
    shape_close(&s);
}

// `count` CAs of one name; `keys` of them have a key of their own.
static void add_namesakes(shape *s, unsigned count, unsigned keys)
{
    for (unsigned i = 0; i < count; i++) {
        world_row *row = shape_add(s, "n%u", i, 0);
        row->key_of = i >= keys ? s->rows[i % keys].name : NULL;
        row->ca = true;
        snprintf(s->subjects[i], NAME_LEN, "%04x", i + 1);
        row->spec.subject = "CN=namesake";
        row->spec.serial = s->subjects[i];
    }
}

static void two_thousand_cas_of_one_subject(void **state)
{
    (void)state;
    enum { COUNT = 2000, KEYS = 40 };
    shape s;
    world w;
    shape_open(&s, COUNT + 8);
    add_namesakes(&s, COUNT, KEYS);
    shape_add(&s, "stranger", 0, 0)->ca = true;
    s.rows[COUNT - 3].spec.extensions[0] = (tv_mint_ext)SKI("A");
    *shape_add(&s, "first", 0, 0) = (world_row){.name = "first", .by = "n0"};
    *shape_add(&s, "named", 0, 0) = (world_row){.name = "named",
                                                .by = s.rows[COUNT - 3].name,
                                                .key_of = "first",
                                                .spec.extensions = {AKI("A")}};
    *shape_add(&s, "of-nobody", 0, 0) =
        (world_row){.name = "of-nobody", .by = "n0", .signed_by = "stranger", .key_of = "first"};
    *shape_add(&s, "expired", 0, 0) = (world_row){.name = "expired",
                                                  .by = "n0",
                                                  .signed_by = "stranger",
                                                  .key_of = "first",
                                                  .spec.not_after = "250101000000Z"};
    *shape_add(&s, "self", 0, 0) =
        (world_row){.name = "self", .key_of = "first", .spec.subject = "CN=namesake"};
    world_open(&w, s.rows, s.num, "openssl");
    assert_judged(&w, "first", "*", TV_VERDICT_ACCEPT, "");
    assert_judged(&w, "named", "*", TV_VERDICT_ACCEPT, ""); // found by its key identifier
    assert_int_equal(tv_path_last_cost(&w.worker).nodes, 1);
    assert_judged(&w, "of-nobody", "*", TV_VERDICT_UNDECIDED, "budget-spent");
    assert_true(tv_path_last_cost(&w.worker).nodes <= w.judge.limits.issuer_candidates);
    assert_judged(&w, "expired", "*", TV_VERDICT_DENY, "expired budget-spent");
    // A truststore of one of them is not the worse for the others.
    assert_judged(&w, "first", "n0", TV_VERDICT_ACCEPT, "");
    assert_judged(&w, "self", "stranger", TV_VERDICT_DENY, "self-signed");
    world_close(&w);
    shape_close(&s);
}

// "DNS:<n>.example.com" `count` times, with a word of name constraints before each.
static char *make_names(const char *word, const char *domain, unsigned count)
{
    size_t cap = (size_t)count * 48 + 16;
    char *text = malloc(cap);
    assert_non_null(text);
    size_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        at += (size_t)snprintf(text + at, cap - at, "%s%sDNS:h%u.%s", i > 0 ? "," : "", word, i,
                               domain);
    }
    return text;
}

static void many_constraints_and_many_names(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    char *constraints = make_names("permitted;", "example.com", COUNT);
    char *inside = make_names("", "example.com", COUNT);
    char *outside = make_names("", "example.org", COUNT);
    const tv_mint_ext narrow = {.name = "nameConstraints", .conf = constraints};
    const world_row rows[] = {
        {.name = "root", .ca = true},
        {.name = "ca", .by = "root", .ca = true, .spec.extensions = {narrow}},
        {.name = "second", .by = "ca", .ca = true, .spec.extensions = {narrow}},
        {.name = "third", .by = "second", .ca = true, .spec.extensions = {narrow}},
        {.name = "fourth", .by = "third", .ca = true, .spec.extensions = {narrow}},
        {.name = "fifth", .by = "fourth", .ca = true, .spec.extensions = {narrow}},
        {.name = "inside",
         .by = "ca",
         .spec.extensions = {{.name = "subjectAltName", .conf = inside}}},
        {.name = "outside",
         .by = "ca",
         .spec.extensions = {{.name = "subjectAltName", .conf = outside}}},
        {.name = "deep",
         .by = "fifth",
         .spec.extensions = {{.name = "subjectAltName", .conf = inside}}},
    };
    world w;
    world_open(&w, rows, sizeof(rows) / sizeof(rows[0]), "openssl");
    assert_judged(&w, "inside", "root", TV_VERDICT_ACCEPT, "");
    assert_true(tv_path_last_cost(&w.worker).comparisons >= COUNT * COUNT / 2);
    assert_judged(&w, "outside", "root", TV_VERDICT_DENY, "name-constraints");
    assert_judged(&w, "deep", "root", TV_VERDICT_UNDECIDED, "budget-spent"); // 5 × 250,000
    world_close(&w);
    free(constraints);
    free(inside);
    free(outside);
}

// Constraints that nothing is compared with cost what it takes to read them, for each way up.
static void constraints_that_are_read_again_and_again(void **state)
{
    (void)state;
    enum { CAS = 10, COUNT = 2000 };
    char *constraints = make_names("permitted;", "example.com", COUNT);
    shape s;
    world w;
    shape_open(&s, CAS * CAS + 8);
    shape_add(&s, "stranger", 0, 0)->ca = true;
    // Each CA vouches for each other.
    for (unsigned ca = 0; ca < CAS; ca++) {
        for (unsigned by = 0; by < CAS; by++) {
            if (ca == by) {
                continue;
            }
            world_row *row = shape_add(&s, "k%u-%u", ca, by);
            snprintf(s.subjects[s.num - 1], NAME_LEN, "CN=k%u", ca);
            row->ca = true;
            row->spec.subject = s.subjects[s.num - 1];
            row->spec.extensions[0] = (tv_mint_ext){.name = "nameConstraints", .conf = constraints};
        }
    }
    for (size_t i = 1; i < s.num; i++) {
        unsigned ca = 0;
        unsigned by = 0;
        assert_int_equal(sscanf(s.rows[i].name, "k%u-%u", &ca, &by), 2);
        s.rows[i].by = s.rows[1 + (size_t)by * (CAS - 1)].name; // the first of that name
        size_t own = 1 + (size_t)ca * (CAS - 1);
        s.rows[i].key_of = i == own ? NULL : s.rows[own].name;
    }
    *shape_add(&s, "leaf", 0, 0) = (world_row){.name = "leaf", .by = s.rows[1].name};
    world_open(&w, s.rows, s.num, "openssl");
    assert_judged(&w, "leaf", "stranger", TV_VERDICT_UNDECIDED, "budget-spent");
    tv_path_cost cost = tv_path_last_cost(&w.worker);
    assert_true(cost.nodes < w.judge.limits.path_nodes); // comparisons ran out before
    world_close(&w);
    shape_close(&s);
    free(constraints);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mesh_of_cross_signed_cas),
        cmocka_unit_test(a_chain_of_a_hundred),
        cmocka_unit_test(two_thousand_cas_of_one_subject),
        cmocka_unit_test(many_constraints_and_many_names),
        cmocka_unit_test(constraints_that_are_read_again_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
