// SPDX-License-Identifier: Apache-2.0
// Names and keys become ids that are equal when RFC 5280 says so; a walk gives every certificate of
// the issuer's name once, the likeliest first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/graph.h"
#include "support/mint.h"

#include <openssl/asn1.h>
#include <string.h>

#define SKI(letter)                                                                                \
    {                                                                                              \
        .name = "2.5.29.14", .der = {(const uint8_t *)("\x04\x01" letter), 3 }                     \
    }
#define AKI(letter)                                                                                \
    {                                                                                              \
        .name = "2.5.29.35", .der = {(const uint8_t *)("\x30\x03\x80\x01" letter), 5 }             \
    }
// Issuer CN=top, serial 07, and the same with CN=pot.
#define AKI_SERIAL(issuer_cn, serial_byte)                                                         \
    {                                                                                              \
        .name = "2.5.29.35", .der = {                                                              \
            (const uint8_t *)("\x30\x17\xa1\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04"   \
                              "\x03\x0c\x03" issuer_cn "\x82\x01" serial_byte),                    \
            25                                                                                     \
        }                                                                                          \
    }

// Nodes, in this order.
enum {
    TOP,
    NO_SKI,
    SKI_B,
    SKI_A,
    SKI_B_TWIN,
    SHOUTED,
    BROKEN,
    SAME_KEY,
    BELOW_POT,
    OF_A,
    OF_B,
    OF_NONE,
    OF_STRANGER,
    OF_SERIAL_7,
    OF_SERIAL_8,
    OF_POT,
    OF_UNHEARD,
    NUM_NODES
};

static const struct {
    const char *subject, *issuer;
    int string_type;
    unsigned key;
    const char *serial;
    tv_mint_ext extension;
} specs[NUM_NODES] = {
    [TOP] = {.subject = "CN=top", .key = 1},
    [NO_SKI] = {.subject = "CN=ca", .issuer = "CN=top", .key = 2, .serial = "07"},
    [SKI_B] = {.subject = "CN=ca", .issuer = "CN=top", .key = 3, .extension = SKI("B")},
    [SKI_A] = {.subject = "CN=ca", .issuer = "CN=top", .key = 4, .extension = SKI("A")},
    [SKI_B_TWIN] =
        {.subject = "CN=ca", .issuer = "CN=top", .key = 3, .serial = "02", .extension = SKI("B")},
    [SHOUTED] = {.subject = "CN=  CA ",
                 .issuer = "CN=TOP",
                 .string_type = V_ASN1_PRINTABLESTRING,
                 .key = 5},
    [BROKEN] = {.subject = "CN=ca", .issuer = "CN=top", .key = 6},
    [SAME_KEY] = {.subject = "CN=other", .issuer = "CN=top", .key = 3},
    [BELOW_POT] = {.subject = "CN=ca", .issuer = "CN=pot", .key = 7, .serial = "07"},
    [OF_A] = {.subject = "CN=a", .issuer = "CN=ca", .extension = AKI("A")},
    [OF_B] = {.subject = "CN=b", .issuer = "CN=Ca", .extension = AKI("B")},
    [OF_NONE] = {.subject = "CN=c", .issuer = "CN=ca"},
    [OF_STRANGER] = {.subject = "CN=d", .issuer = "CN=ca", .extension = AKI("C")},
    [OF_SERIAL_7] = {.subject = "CN=e", .issuer = "CN=ca", .extension = AKI_SERIAL("top", "\x07")},
    [OF_SERIAL_8] = {.subject = "CN=f", .issuer = "CN=ca", .extension = AKI_SERIAL("top", "\x08")},
    [OF_POT] = {.subject = "CN=g", .issuer = "CN=ca", .extension = AKI_SERIAL("POT", "\x07")},
    [OF_UNHEARD] = {.subject = "CN=h", .issuer = "CN=ca", .extension = AKI_SERIAL("tip", "\x07")},
};

static tv_span ders[NUM_NODES];
static tv_held held[NUM_NODES];
static const tv_held *list[NUM_NODES];
static tv_graph *graph;
static tv_buf scratch;

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_NODES; i++) {
        ders[i] = tv_mint(&(tv_mint_spec){
            .subject = specs[i].subject,
            .issuer = specs[i].issuer,
            .string_type = specs[i].string_type,
            .key = tv_mint_key_number("P-256", specs[i].key),
            .serial = specs[i].serial,
            .extensions = {specs[i].extension},
        });
        held[i].id = (tv_cert_id)i;
        if (!tv_cert_parse(&held[i].cert, ders[i], &held[i].problem)) {
            return -1;
        }
        list[i] = &held[i];
    }
    held[BROKEN].problem.what = "not a certificate";
    return tv_graph_open(&graph, list, NUM_NODES) == TV_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_graph_close(graph);
    tv_buf_close(&scratch);
    for (size_t i = 0; i < NUM_NODES; i++) {
        tv_mint_free(ders[i]);
    }
    return 0;
}

static void names_that_mean_the_same_have_one_id(void **state)
{
    (void)state;
    assert_int_equal(tv_graph_count(graph), NUM_NODES);
    assert_ptr_equal(tv_graph_cert(graph, SKI_A), &held[SKI_A]);
    assert_int_equal(tv_graph_subject(graph, TOP), tv_graph_issuer(graph, TOP));
    assert_int_equal(tv_graph_issuer(graph, SKI_A), tv_graph_subject(graph, TOP));
    assert_int_equal(tv_graph_subject(graph, SHOUTED), tv_graph_subject(graph, SKI_A));
    assert_int_equal(tv_graph_issuer(graph, SHOUTED), tv_graph_subject(graph, TOP));
    assert_int_equal(tv_graph_issuer(graph, OF_B), tv_graph_subject(graph, SKI_A));
    assert_int_not_equal(tv_graph_subject(graph, TOP), tv_graph_subject(graph, SKI_A));
}

static void a_name_from_outside_is_found_by_its_meaning(void **state)
{
    (void)state;
    tv_span der = tv_mint(&(tv_mint_spec){.subject = "CN=tOP", .issuer = "CN=nobody"});
    tv_cert cert;
    tv_cert_problem problem;
    assert_true(tv_cert_parse(&cert, der, &problem));
    assert_int_equal(tv_graph_find_name(graph, cert.subject, &scratch),
                     tv_graph_subject(graph, TOP));
    assert_int_equal(tv_graph_find_name(graph, cert.issuer, &scratch), TV_ID_NONE);
    tv_mint_free(der);
}

static void a_name_that_is_none_is_equal_to_its_own_bytes_alone(void **state)
{
    (void)state;
    tv_held odd[2] = {held[TOP], held[TOP]};
    const tv_held *both[2] = {&odd[0], &odd[1]};
    odd[0].cert.subject = TV_LIT("\x30\x02\x31\x05");
    odd[1].cert.subject = TV_LIT("\x30\x02\x31\x06");
    tv_graph *small;
    assert_int_equal(tv_graph_open(&small, both, 2), TV_OK);
    assert_int_not_equal(tv_graph_subject(small, 0), tv_graph_subject(small, 1));
    assert_int_equal(tv_graph_find_name(small, TV_LIT("\x30\x02\x31\x06"), &scratch),
                     tv_graph_subject(small, 1));
    assert_int_equal(tv_graph_find_name(small, TV_LIT("\x30\x02\x31\x07"), &scratch), TV_ID_NONE);
    tv_graph_close(small);
}

static void a_key_lists_who_has_it(void **state)
{
    (void)state;
    tv_key_id key = tv_graph_find_key(graph, held[SKI_B].cert.spki);
    assert_int_equal(key, tv_graph_key(graph, SKI_B));
    assert_int_equal(key, tv_graph_key(graph, SAME_KEY));
    assert_true(key < tv_graph_num_keys(graph));
    assert_int_equal(tv_graph_key_node(graph, key), SKI_B);
    assert_int_equal(tv_graph_next_with_key(graph, SKI_B), SKI_B_TWIN);
    assert_int_equal(tv_graph_next_with_key(graph, SKI_B_TWIN), SAME_KEY);
    assert_int_equal(tv_graph_next_with_key(graph, SAME_KEY), TV_ID_NONE);
    assert_int_equal(tv_graph_find_key(graph, held[BROKEN].cert.spki), TV_ID_NONE);
    assert_int_equal(tv_graph_find_key(graph, TV_LIT("")), TV_ID_NONE);
}

typedef struct candidate {
    uint32_t node;
    tv_key_id_match match;
} candidate;

static const struct {
    const char *name;
    uint32_t child;
    candidate expected[7];
    size_t count;
} walks[] = {
    {"the key identifier's own first",
     OF_B,
     {{SKI_B, TV_KEY_ID_EQUAL},
      {SKI_B_TWIN, TV_KEY_ID_EQUAL},
      {NO_SKI, TV_KEY_ID_ABSENT},
      {SHOUTED, TV_KEY_ID_ABSENT},
      {BELOW_POT, TV_KEY_ID_ABSENT},
      {SKI_A, TV_KEY_ID_DIFFERS}},
     6},
    {"the one in front of others",
     OF_A,
     {{SKI_A, TV_KEY_ID_EQUAL},
      {NO_SKI, TV_KEY_ID_ABSENT},
      {SHOUTED, TV_KEY_ID_ABSENT},
      {BELOW_POT, TV_KEY_ID_ABSENT},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"a child that says nothing",
     OF_NONE,
     {{NO_SKI, TV_KEY_ID_ABSENT},
      {SHOUTED, TV_KEY_ID_ABSENT},
      {BELOW_POT, TV_KEY_ID_ABSENT},
      {SKI_A, TV_KEY_ID_ABSENT},
      {SKI_B, TV_KEY_ID_ABSENT},
      {SKI_B_TWIN, TV_KEY_ID_ABSENT}},
     6},
    {"a key identifier that nobody has",
     OF_STRANGER,
     {{NO_SKI, TV_KEY_ID_ABSENT},
      {SHOUTED, TV_KEY_ID_ABSENT},
      {BELOW_POT, TV_KEY_ID_ABSENT},
      {SKI_A, TV_KEY_ID_DIFFERS},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"an issuer and a serial number that one has",
     OF_SERIAL_7,
     {{NO_SKI, TV_KEY_ID_ABSENT},
      {SHOUTED, TV_KEY_ID_DIFFERS},
      {BELOW_POT, TV_KEY_ID_DIFFERS}, // its issuer is another
      {SKI_A, TV_KEY_ID_DIFFERS},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"a serial number that nobody has",
     OF_SERIAL_8,
     {{NO_SKI, TV_KEY_ID_DIFFERS},
      {SHOUTED, TV_KEY_ID_DIFFERS},
      {BELOW_POT, TV_KEY_ID_DIFFERS},
      {SKI_A, TV_KEY_ID_DIFFERS},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"an issuer whose name is written otherwise",
     OF_POT,
     {{NO_SKI, TV_KEY_ID_DIFFERS},
      {SHOUTED, TV_KEY_ID_DIFFERS},
      {BELOW_POT, TV_KEY_ID_ABSENT},
      {SKI_A, TV_KEY_ID_DIFFERS},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"an issuer that is unheard of",
     OF_UNHEARD,
     {{NO_SKI, TV_KEY_ID_DIFFERS},
      {SHOUTED, TV_KEY_ID_DIFFERS},
      {BELOW_POT, TV_KEY_ID_DIFFERS},
      {SKI_A, TV_KEY_ID_DIFFERS},
      {SKI_B, TV_KEY_ID_DIFFERS},
      {SKI_B_TWIN, TV_KEY_ID_DIFFERS}},
     6},
    {"below the only one of its name", SKI_A, {{TOP, TV_KEY_ID_ABSENT}}, 1},
};

static void a_walk_gives_each_candidate_once_the_likeliest_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
        print_message("  %s\n", walks[i].name);
        const tv_cert *child = &held[walks[i].child].cert;
        tv_issuer_walk walk;
        candidate found;
        tv_issuer_walk_open(&walk, graph, child, tv_graph_issuer(graph, walks[i].child), &scratch);
        for (size_t c = 0; c < walks[i].count; c++) {
            assert_true(tv_issuer_walk_next(&walk, &found.node, &found.match));
            assert_int_equal(found.node, walks[i].expected[c].node);
            assert_int_equal(found.match, walks[i].expected[c].match);
            assert_int_equal(tv_graph_key_id_match(graph, child, found.node, &scratch),
                             found.match);
        }
        assert_false(tv_issuer_walk_next(&walk, &found.node, &found.match));
        assert_false(tv_issuer_walk_next(&walk, &found.node, &found.match));
    }
}

static void set_bit(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

// For each subset of the nodes, split into two sets in two ways: what a walk within them gives is
// what the whole walk gives of them.
static void a_walk_within_sets_passes_over_all_others(void **state)
{
    (void)state;
    size_t num;
    const uint32_t *order = tv_graph_order(graph, &num);
    assert_int_equal(num, NUM_NODES - 1); // all but the broken one
    uint32_t places[NUM_NODES] = {0};
    for (uint32_t i = 0; i < num; i++) {
        places[order[i]] = i;
    }
    for (uint32_t child = OF_A; child < NUM_NODES; child++) {
        const tv_cert *cert = &held[child].cert;
        tv_name_id issuer = tv_graph_issuer(graph, child);
        for (uint32_t subset = 0; subset < 1U << OF_A; subset++) {
            uint64_t sets[2][1] = {{0}, {0}};
            for (uint32_t node = 0; node < OF_A; node++) {
                if ((subset >> node & 1) != 0 && node != BROKEN) {
                    set_bit(sets[(node + child) % 2], places[node]);
                }
            }
            bool both = child % 3 != 0;
            tv_issuer_walk whole;
            tv_issuer_walk within;
            uint32_t want;
            uint32_t got;
            tv_key_id_match want_match;
            tv_key_id_match got_match;
            tv_issuer_walk_open(&whole, graph, cert, issuer, &scratch);
            tv_issuer_walk_open(&within, graph, cert, issuer, &scratch);
            tv_issuer_walk_within(&within, sets[0], both ? sets[1] : NULL);
            while (tv_issuer_walk_next(&whole, &want, &want_match)) {
                uint64_t here = sets[0][0] | (both ? sets[1][0] : 0);
                if ((here >> places[want] & 1) == 0) {
                    continue;
                }
                assert_true(tv_issuer_walk_next(&within, &got, &got_match));
                assert_int_equal(got, want);
                assert_int_equal(got_match, want_match);
            }
            assert_false(tv_issuer_walk_next(&within, &got, &got_match));
        }
    }
}

static void nobody_has_a_name_that_is_not_in_the_graph(void **state)
{
    (void)state;
    tv_issuer_walk walk;
    uint32_t node;
    tv_key_id_match match;
    tv_issuer_walk_open(&walk, graph, &held[OF_A].cert, TV_ID_NONE, &scratch);
    assert_false(tv_issuer_walk_next(&walk, &node, &match));
    // A name that is somebody's issuer and nobody's subject.
    tv_issuer_walk_open(&walk, graph, &held[BELOW_POT].cert, tv_graph_issuer(graph, BELOW_POT),
                        &scratch);
    assert_false(tv_issuer_walk_next(&walk, &node, &match));
}

static void an_empty_graph_answers(void **state)
{
    (void)state;
    tv_graph *empty;
    assert_int_equal(tv_graph_open(&empty, NULL, 0), TV_OK);
    assert_int_equal(tv_graph_count(empty), 0);
    assert_int_equal(tv_graph_num_keys(empty), 0);
    assert_int_equal(tv_graph_find_name(empty, held[TOP].cert.subject, &scratch), TV_ID_NONE);
    tv_graph_close(empty);
    tv_graph_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_mean_the_same_have_one_id),
        cmocka_unit_test(a_name_from_outside_is_found_by_its_meaning),
        cmocka_unit_test(a_name_that_is_none_is_equal_to_its_own_bytes_alone),
        cmocka_unit_test(a_key_lists_who_has_it),
        cmocka_unit_test(a_walk_gives_each_candidate_once_the_likeliest_first),
        cmocka_unit_test(a_walk_within_sets_passes_over_all_others),
        cmocka_unit_test(nobody_has_a_name_that_is_not_in_the_graph),
        cmocka_unit_test(an_empty_graph_answers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
