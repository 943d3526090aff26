// SPDX-License-Identifier: Apache-2.0
// Paths and wishes as texts, verdicts as RFC 5280 6.1 gives them; then shapes that make a tree
// explode, with the work counted.
//
// A path goes from the certificate below the anchor to the target, " / " between certificates. Of
// one certificate: "p=1,2,*" its policies (* is anyPolicy), "m=1>2,1>3" its mappings, "e=N", "i=N",
// "a=N" requireExplicitPolicy, inhibitPolicyMapping and inhibitAnyPolicy, "s" self-issued. A wish
// is "e", "i", "a" for the initial switches and "w=1,2" for the policies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/policy_plan.h"

static unsigned read_number(const char **at)
{
    unsigned number = 0;
    if (**at == '*') {
        (*at)++;
        return 0;
    }
    assert_true(**at >= '0' && **at <= '9');
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        number = number * 10 + (unsigned)(**at - '0');
    }
    return number;
}

static uint32_t read_set(const char **at)
{
    uint32_t bits = 0;
    do {
        (*at)++; // '=' or ','
        bits |= UINT32_C(1) << read_number(at);
    } while (**at == ',');
    return bits;
}

static void read_mappings(plan_cert *cert, const char **at)
{
    do {
        (*at)++;
        assert_true(cert->num_mappings < PLAN_MAPPINGS);
        cert->from[cert->num_mappings] = (uint8_t)read_number(at);
        assert_int_equal(*(*at)++, '>');
        cert->to[cert->num_mappings++] = (uint8_t)read_number(at);
    } while (**at == ',');
}

static uint8_t read_count(const char **at)
{
    (*at)++;
    return (uint8_t)read_number(at);
}

static void read_path(plan *out, const char *text)
{
    static const plan_cert bare = {
        .require_explicit = PLAN_NONE, .inhibit_mapping = PLAN_NONE, .inhibit_any = PLAN_NONE};
    plan_cert *cert = NULL;
    for (const char *at = text; *at != '\0';) {
        if (cert == NULL || *at == '/') {
            cert = &out->certs[out->num++];
            *cert = bare;
        }
        char key = *at++;
        switch (key) {
        case 'p':
            cert->has_policies = true;
            cert->policies = read_set(&at);
            break;
        case 'm':
            read_mappings(cert, &at);
            break;
        case 'e':
            cert->require_explicit = read_count(&at);
            break;
        case 'i':
            cert->inhibit_mapping = read_count(&at);
            break;
        case 'a':
            cert->inhibit_any = read_count(&at);
            break;
        case 's':
            cert->self_issued = true;
            break;
        default:
            assert_true(key == ' ' || key == '/' || key == '-');
            break;
        }
    }
}

static void read_wish(plan *out, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        char key = *at++;
        out->explicit_policy = out->explicit_policy || key == 'e';
        out->inhibit_mapping = out->inhibit_mapping || key == 'i';
        out->inhibit_any = out->inhibit_any || key == 'a';
        if (key == 'w') {
            out->wanted = read_set(&at);
        }
    }
}

enum { VALID = -1 }; // in place of the certificate at which a path becomes invalid

static const struct {
    const char *wish, *path;
    int where; // VALID, or the index of the certificate, the target being 0
} cases[] = {
    // Nobody asks for a policy.
    {"", "-", VALID},
    {"", "p=1 / p=2", VALID},
    {"w=3", "p=1 / p=2", VALID},
    {"", "- / e=1", VALID},
    // The wish asks.
    {"e", "-", 0},
    {"e", "p=1", VALID},
    {"e", "p=1 / p=1", VALID},
    {"e", "p=1 / p=2", 0},
    {"e", "p=1 / -", 0},
    {"e", "- / p=1", 1},
    {"e", "p=1 / p=2 / p=2", 1},
    {"e w=1", "p=1,2 / p=1,2", VALID},
    {"e w=1,2", "p=2 / p=2", VALID},
    {"e w=3", "p=1,2 / p=1,2", 0},
    {"e w=3,*", "p=1 / p=1", VALID},
    // A certificate asks, at once or further down.
    {"", "e=0 p=1 / p=2", 0},
    {"", "e=0 / p=1", 0},
    {"", "e=1 p=1 / p=1 / p=2", 0},
    {"", "e=1 p=1 / p=2", 0},
    {"", "e=2 p=1 / p=2", VALID},
    {"", "p=1 / p=2 e=0", 0},
    {"", "p=1 / p=1 e=0", VALID},
    {"", "e=1 p=1 / p=2 s / p=3", 0},
    {"", "e=2 p=1 / p=2 s / p=3", VALID},
    {"", "e=2 p=1 / p=2 / p=3", 0},
    {"", "e=5 p=1 / p=2 e=0 / p=3", 0},
    {"w=2", "e=0 p=1 / p=1", 0},
    // anyPolicy.
    {"e", "p=* / p=*", VALID},
    {"e w=7", "p=* / p=*", VALID},
    {"e w=7", "p=* / p=7", VALID},
    {"e w=7", "p=* / p=8", 0},
    {"e w=7", "p=7 / p=*", VALID},
    {"e w=8", "p=7 / p=*", 0},
    {"e w=8", "p=7,* / p=8", VALID},
    {"e a", "p=*", 0},
    {"e a", "p=1 / p=*", 0},
    {"e a", "p=* / p=1", 1},
    {"e a", "p=1 / p=* s / p=1", VALID},
    {"e a", "p=1 / p=1 / p=* s", 0},
    {"e", "a=0 p=1 / p=*", 0},
    {"e", "a=1 p=1 / p=*", VALID},
    {"e", "a=1 p=1 / p=* / p=*", 0},
    {"e", "a=1 p=1 / p=* s / p=*", VALID},
    {"e", "a=9 p=1 / p=1 a=0 / p=*", 0},
    // Mappings.
    {"e", "p=1 m=1>2 / p=2", VALID},
    {"e", "p=1 m=1>2 / p=1", 0},
    {"e w=1", "p=1 m=1>2 / p=2", VALID},
    {"e w=2", "p=1 m=1>2 / p=2", 0},
    {"e w=1", "p=1,3 m=1>2,3>2 / p=2", VALID},
    {"e w=3", "p=1,3 m=1>2,3>2 / p=2", VALID},
    {"e w=2", "p=1,3 m=1>2,3>2 / p=2", 0},
    {"e w=1", "p=1 m=1>2,1>3 / p=3 m=3>4 / p=4", VALID},
    {"e w=1", "p=1 m=1>2,1>3 / p=3 m=2>4 / p=4", 0},
    {"e w=1", "p=1 m=1>1 / p=1", VALID},
    {"e w=1", "p=1,2 m=1>2,2>1 / p=2", VALID},
    {"e w=2", "p=1,2 m=1>2,2>1 / p=2", 0},
    {"e w=5", "p=* m=5>6 / p=6", VALID},
    {"e w=6", "p=* m=5>6 / p=6", 0},
    {"e w=6", "p=*,6 m=5>6 / p=6", VALID},
    {"e w=1", "p=1 / p=* m=1>2 / p=2", VALID},
    {"e", "p=1 m=8>9 / p=9", 0},
    {"e w=8", "p=1 m=8>9 / p=9", 0},
    {"e w=9", "p=1 m=8>9 / p=9", 0},
    // The target's own mappings are not looked at.
    {"e w=1", "p=1 / p=1 m=1>2", VALID},
    {"", "p=1 / p=1 m=1>*", VALID},
    // Mapping is inhibited.
    {"e i", "p=1 m=1>2 / p=2", 0},
    {"e i", "p=1,3 m=1>2 / p=3", VALID},
    {"e i", "p=1 m=1>2 / p=1", 0},
    {"e i", "p=* m=1>2 / p=2", VALID},
    {"e i w=1", "p=* m=1>2 / p=2", 0},
    {"e", "i=0 p=1 / p=1 m=1>2 / p=2", 0},
    {"e", "i=1 p=1 / p=1 m=1>2 / p=2 m=2>3 / p=3", 0},
    {"e", "i=1 p=1 / p=1 m=1>2 / p=2", VALID},
    {"e", "i=1 p=1 / p=1 s / p=1 m=1>2 / p=2", VALID},
    // anyPolicy is mapped: refused whether or not a policy is asked for.
    {"", "p=1 m=*>2 / p=2", 1},
    {"", "p=1 m=2>* / p=2", 1},
    {"", "p=1 / p=1 m=3>4,*>5 / p=1 / p=1", 2},
};

static tv_policies_result ask(const plan_path *path, uint64_t *left, size_t *where)
{
    tv_arena scratch = {0};
    tv_policies_result result =
        tv_policies_check(&path->wish, path->links, path->num, &scratch, left, where);
    tv_arena_close(&scratch);
    return result;
}

static void paths_are_valid_as_rfc_5280_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static plan made;
        static plan_path path;
        made = (plan){0};
        print_message("[%s] %s\n", cases[i].wish, cases[i].path);
        read_path(&made, cases[i].path);
        read_wish(&made, cases[i].wish);
        plan_path_open(&path, &made);
        uint64_t left = 1000;
        size_t where = 0;
        tv_policies_result result = ask(&path, &left, &where);
        bool valid = cases[i].where == VALID;
        assert_int_equal(result, valid ? TV_POLICIES_VALID : TV_POLICIES_INVALID);
        if (!valid) {
            assert_int_equal(where, cases[i].where);
        }
        bool known;
        assert_int_equal(plan_is_valid(&made, &known), valid);
        assert_true(known);
        plan_path_close(&path);
    }
}

static void a_path_of_an_anchor_alone_is_valid(void **state)
{
    (void)state;
    plan_path path = {.num = 0};
    path.wish = (tv_policy_wish){.initial = &path.set, .explicit_policy = true};
    uint64_t left = 0;
    size_t where;
    assert_int_equal(ask(&path, &left, &where), TV_POLICIES_VALID);
}

static void each_budget_ends_it_or_changes_nothing(void **state)
{
    (void)state;
    static plan made;
    static plan_path path;
    read_path(&made, "p=1,2,* m=1>3,1>4,2>3 / p=3,4 m=3>5,4>5 / p=5,*");
    read_wish(&made, "e w=2");
    plan_path_open(&path, &made);
    uint64_t left = 1000;
    size_t where = 0;
    assert_int_equal(ask(&path, &left, &where), TV_POLICIES_VALID);
    uint64_t spent = 1000 - left;
    assert_true(spent > 20 && spent < 100);
    for (uint64_t budget = 0; budget <= spent; budget++) {
        left = budget;
        assert_int_equal(ask(&path, &left, &where),
                         budget < spent ? TV_POLICIES_SPENT : TV_POLICIES_VALID);
        assert_int_equal(left, 0);
    }
    plan_path_close(&path);
}

// A path by hand, for more policies than a plan has.
typedef struct big_path {
    tv_buf policies, mappings;
    tv_cert cert;
    tv_policy_link links[PLAN_CERTS];
    tv_policy_set set;
} big_path;

static tv_policies_result ask_big(big_path *path, size_t num, uint64_t *left)
{
    path->cert.policies = tv_buf_span(&path->policies);
    path->cert.policy_mappings = tv_buf_span(&path->mappings);
    path->cert.has = TV_EXT_POLICIES | TV_EXT_POLICY_MAPPINGS;
    for (size_t i = 0; i < num; i++) {
        path->links[i] = (tv_policy_link){&path->cert, false};
    }
    const tv_policy_wish wish = {.initial = &path->set, .explicit_policy = true};
    tv_arena scratch = {0};
    size_t where = 0;
    tv_policies_result result = tv_policies_check(&wish, path->links, num, &scratch, left, &where);
    tv_arena_close(&scratch);
    tv_buf_close(&path->policies);
    tv_buf_close(&path->mappings);
    return result;
}

// Sixteen policies that map to all sixteen, twelve times: a tree has 16 to the power of 12 leaves,
// the graph 16 nodes and 256 edges a level.
static void mappings_that_fan_out_cost_what_is_written(void **state)
{
    enum { WIDTH = 16, DEPTH = 12, EDGES = WIDTH * WIDTH };
    static big_path path;
    (void)state;
    for (unsigned from = 1; from <= WIDTH; from++) {
        plan_pair(&path.policies, from, 0, false);
        for (unsigned to = 1; to <= WIDTH; to++) {
            plan_pair(&path.mappings, from, to, true);
        }
    }
    assert_true(tv_policy_set_add(&path.set, TV_LIT("1.2.3.99")));
    const uint64_t budget = 1 << 20;
    uint64_t left = budget;
    assert_int_equal(ask_big(&path, DEPTH, &left), TV_POLICIES_INVALID);
    // Of each level: policies, nodes twice, and nodes on the way back; of each edge: its mapping
    // twice, its meeting with the policies, and its way back. The last level maps nothing.
    uint64_t nodes = UINT64_C(4) * WIDTH * DEPTH - WIDTH;
    uint64_t edges = UINT64_C(4) * EDGES * (DEPTH - 1);
    assert_int_equal(budget - left, nodes + edges);
}

// New policies at each level that anyPolicy carries on: the widest graph that certificates of this
// size can make stays far below the default budget.
static void the_widest_graph_grows_with_the_square_of_its_depth(void **state)
{
    enum { DEPTH = 32 };
    static plan_path unused;
    static tv_cert certs[DEPTH];
    static tv_buf policies[DEPTH], mappings[DEPTH];
    static tv_policy_link links[DEPTH];
    (void)state;
    for (unsigned i = 0; i < DEPTH; i++) {
        plan_pair(&policies[i], 0, 0, false);
        for (unsigned k = 0; k < 255; k++) {
            plan_pair(&policies[i], 1 + i * 500 + k, 0, false);
            plan_pair(&mappings[i], 1 + i * 500 + k, 256 + i * 500 + k % 240, true);
        }
        certs[i].policies = tv_buf_span(&policies[i]);
        certs[i].policy_mappings = tv_buf_span(&mappings[i]);
        certs[i].has = TV_EXT_POLICIES | TV_EXT_POLICY_MAPPINGS;
        links[DEPTH - 1 - i] = (tv_policy_link){&certs[i], false};
    }
    assert_true(tv_policy_set_add(&unused.set, TV_LIT("1.3")));
    tv_policy_wish wish = {.initial = &unused.set, .explicit_policy = true};
    const uint64_t budget = 1 << 20;
    uint64_t left = budget;
    size_t where = 0;
    tv_arena scratch = {0};
    assert_int_equal(tv_policies_check(&wish, links, DEPTH, &scratch, &left, &where),
                     TV_POLICIES_VALID); // anyPolicy all the way down
    uint64_t spent = budget - left;
    print_message("%llu looked at, %zu bytes\n", (unsigned long long)spent, scratch.used);
    assert_true(spent > 100000 && spent < 700000);
    assert_true(scratch.used < (size_t)32 << 20);
    tv_arena_close(&scratch);
    for (unsigned i = 0; i < DEPTH; i++) {
        tv_buf_close(&policies[i]);
        tv_buf_close(&mappings[i]);
    }
}

static void a_certificate_has_so_many_policies_and_no_more(void **state)
{
    static big_path path;
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        for (unsigned i = 0; i < TV_POLICIES_PER_CERT + more; i++) {
            plan_pair(&path.policies, i + 1, 0, false);
        }
        uint64_t left = 1 << 20;
        assert_int_equal(ask_big(&path, 2, &left),
                         more == 0 ? TV_POLICIES_VALID : TV_POLICIES_SPENT);
        plan_pair(&path.policies, 1, 0, false);
        for (unsigned i = 0; i < TV_POLICIES_PER_CERT + more; i++) {
            plan_pair(&path.mappings, 1, i + 1, true);
        }
        left = 1 << 20;
        assert_int_equal(ask_big(&path, 2, &left),
                         more == 0 ? TV_POLICIES_VALID : TV_POLICIES_SPENT);
    }
}

static void what_comes_twice_counts_once(void **state)
{
    static big_path path;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        plan_pair(&path.policies, 1, 0, false);
        plan_pair(&path.policies, 2, 0, false);
        plan_pair(&path.mappings, 1, 2, true);
        plan_pair(&path.mappings, 2, 1, true);
    }
    assert_true(tv_policy_set_add(&path.set, TV_LIT("1.2.3.2")));
    uint64_t left = 200;
    assert_int_equal(ask_big(&path, 3, &left), TV_POLICIES_VALID);
    // 6 policies and 6 mappings are read a level, of which 2 nodes and 2 edges stay.
    assert_true(200 - left < 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_valid_as_rfc_5280_has_it),
        cmocka_unit_test(a_path_of_an_anchor_alone_is_valid),
        cmocka_unit_test(each_budget_ends_it_or_changes_nothing),
        cmocka_unit_test(mappings_that_fan_out_cost_what_is_written),
        cmocka_unit_test(the_widest_graph_grows_with_the_square_of_its_depth),
        cmocka_unit_test(a_certificate_has_so_many_policies_and_no_more),
        cmocka_unit_test(what_comes_twice_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
