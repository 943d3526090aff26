// SPDX-License-Identifier: Apache-2.0
// The path is walked from the anchor down, a level of the graph per certificate. Nodes of a level,
// and the policies that they expect of the next one, are kept sorted, so that a certificate's
// policies meet them in one merge. A level of no node stands for the NULL graph: what RFC 9618
// prunes on the way has no descendant in the last level, and the walk back from there never meets
// it. Nothing here recurses.

#include "path/policy_graph.h"

#include "base/span.h"

#include <stdlib.h>

// A policy that a node of one level lets through to the next: valid for the edges between them.
typedef struct expected {
    tv_span policy;
    uint32_t node; // of its level
} expected;

// A node other than that of anyPolicy. Its parents are those that expect its policy: a range of
// `expected` of the level above. When there is none, its parent is the level above's anyPolicy.
typedef struct node {
    tv_span policy;
    size_t first_parent, num_parents;
    bool reached; // has a descendant in the last level
} node;

typedef struct level {
    node *nodes; // by policy, each once
    size_t num_nodes;
    expected *expected; // by policy and node, each pair once
    size_t num_expected;
    bool any; // has the node of anyPolicy; its ancestors are of anyPolicy, too
} level;

typedef struct mapping {
    tv_span from, to;
} mapping;

// explicit_policy, policy_mapping and inhibit_anyPolicy of RFC 5280 6.1.2: certificates that may
// still follow before the rule holds.
typedef struct state {
    uint32_t until_explicit, until_no_mapping, until_no_any;
} state;

typedef struct walk {
    const tv_policy_link *path;
    size_t num;
    tv_arena *scratch;
    uint64_t *left;
    level *levels; // [0] stands for the anchor, [i] for the ith certificate below it
} walk;

// Counts `work`. False when that is more than is left.
static bool charge(walk *w, size_t work)
{
    if (*w->left < work) {
        *w->left = 0;
        return false;
    }
    *w->left -= work;
    return true;
}

// The ith certificate below the anchor, from 1.
static const tv_policy_link *link_at(const walk *w, size_t i)
{
    return &w->path[w->num - i];
}

static int compare_spans(tv_span a, tv_span b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_policies(const void *a, const void *b)
{
    return compare_spans(*(const tv_span *)a, *(const tv_span *)b);
}

static int compare_mappings(const void *a, const void *b)
{
    const mapping *left = a;
    const mapping *right = b;
    int order = compare_spans(left->from, right->from);
    return order != 0 ? order : compare_spans(left->to, right->to);
}

static int compare_expected(const void *a, const void *b)
{
    const expected *left = a;
    const expected *right = b;
    int order = compare_spans(left->policy, right->policy);
    return order != 0 ? order : (left->node > right->node) - (left->node < right->node);
}

// Sorts `items` and takes out what comes twice; how many are left.
static size_t sort_distinct(void *items, size_t num, size_t size,
                            int (*compare)(const void *, const void *))
{
    uint8_t *bytes = items;
    size_t kept = 0;
    if (num < 2) {
        return num;
    }
    qsort(items, num, size, compare);
    for (size_t i = 1; i < num; i++) {
        if (compare(bytes + kept * size, bytes + i * size) != 0) {
            kept++;
            memmove(bytes + kept * size, bytes + i * size, size);
        }
    }
    return kept + 1;
}

// The policies of a certificate, sorted, each once, anyPolicy apart. False when a bound is spent.
static bool read_policies(walk *w, const tv_cert *cert, tv_span **out, size_t *num, bool *any)
{
    tv_span *policies = tv_arena_alloc(w->scratch, TV_POLICIES_PER_CERT * sizeof(*policies));
    tv_span in = cert->policies;
    tv_span policy;
    *out = policies;
    *num = 0;
    *any = false;
    while (policies != NULL && tv_policy_next(&in, &policy)) {
        if (*num == TV_POLICIES_PER_CERT || !charge(w, 1)) {
            return false;
        }
        if (tv_policy_is_any(policy)) {
            *any = true;
        } else {
            policies[(*num)++] = policy;
        }
    }
    *num = sort_distinct(policies, *num, sizeof(*policies), compare_policies);
    return policies != NULL;
}

// The mappings of a certificate, sorted, each once. False when a bound is spent.
static bool read_mappings(walk *w, const tv_cert *cert, mapping **out, size_t *num)
{
    mapping *mappings = tv_arena_alloc(w->scratch, TV_POLICIES_PER_CERT * sizeof(*mappings));
    tv_span in = cert->policy_mappings;
    mapping next;
    *out = mappings;
    *num = 0;
    while (mappings != NULL && tv_policy_mapping_next(&in, &next.from, &next.to)) {
        if (*num == TV_POLICIES_PER_CERT || !charge(w, 1)) {
            return false;
        }
        mappings[(*num)++] = next;
    }
    *num = sort_distinct(mappings, *num, sizeof(*mappings), compare_mappings);
    return mappings != NULL;
}

// RFC 5280 6.1.3 (d): the nodes of level `i`, out of what the level above expects and what the
// certificate has; `any_counts` says whether its anyPolicy is processed. False when a bound is
// spent.
static bool enter_level(walk *w, size_t i, bool any_counts)
{
    const level *above = &w->levels[i - 1];
    level *at = &w->levels[i];
    tv_span *policies;
    size_t num_policies;
    bool any;
    if (!read_policies(w, link_at(w, i)->cert, &policies, &num_policies, &any) ||
        !charge(w, above->num_expected)) {
        return false;
    }
    any = any && any_counts;
    at->any = any && above->any;
    at->nodes = tv_arena_array(w->scratch, above->num_expected + num_policies, sizeof(node));
    if (at->nodes == NULL) {
        return false;
    }
    size_t next = 0; // of `above->expected`
    size_t p = 0;
    while (next < above->num_expected || p < num_policies) {
        size_t first = next;
        tv_span policy = p < num_policies ? policies[p] : above->expected[next].policy;
        bool listed = p < num_policies;
        if (next < above->num_expected && compare_spans(above->expected[next].policy, policy) < 0) {
            policy = above->expected[next].policy;
            listed = false;
        }
        while (next < above->num_expected && tv_span_equal(above->expected[next].policy, policy)) {
            next++;
        }
        p += listed ? 1 : 0;
        // (d)(1)(i) and (ii) for those that the certificate lists, (d)(2) for the others.
        if (listed ? next > first || above->any : any) {
            at->nodes[at->num_nodes++] =
                (node){.policy = policy, .first_parent = first, .num_parents = next - first};
        }
    }
    return charge(w, at->num_nodes);
}

// RFC 5280 6.1.4 (b): what the nodes of level `i` expect below, after the certificate's mappings.
// Nodes come (a mapping of a policy that only anyPolicy allows) and go (one of a policy that must
// not be mapped). False when a bound is spent.
static bool leave_level(walk *w, size_t i, bool mapping_counts)
{
    level *at = &w->levels[i];
    mapping *mappings;
    size_t num_mappings;
    if (!read_mappings(w, link_at(w, i)->cert, &mappings, &num_mappings)) {
        return false;
    }
    const node *before = at->nodes;
    size_t num_before = at->num_nodes;
    at->nodes = tv_arena_array(w->scratch, num_before + num_mappings, sizeof(node));
    at->expected = tv_arena_array(w->scratch, num_before + num_mappings, sizeof(expected));
    at->num_nodes = 0;
    if (at->nodes == NULL || at->expected == NULL) {
        return false;
    }
    size_t n = 0;
    size_t m = 0;
    while (n < num_before || m < num_mappings) {
        size_t first = m;
        node next = {.policy = n < num_before ? before[n].policy : mappings[m].from};
        if (m < num_mappings && compare_spans(mappings[m].from, next.policy) < 0) {
            next.policy = mappings[m].from;
        }
        while (m < num_mappings && tv_span_equal(mappings[m].from, next.policy)) {
            m++;
        }
        bool mapped = m > first;
        bool stays = !mapped || mapping_counts;
        if (n < num_before && tv_span_equal(before[n].policy, next.policy)) {
            next = before[n++];
        } else {
            stays = stays && at->any;
        }
        if (!stays) {
            continue;
        }
        uint32_t index = (uint32_t)at->num_nodes;
        at->nodes[at->num_nodes++] = next;
        if (!mapped) {
            at->expected[at->num_expected++] = (expected){next.policy, index};
        }
        for (size_t k = first; k < m; k++) {
            at->expected[at->num_expected++] = (expected){mappings[k].to, index};
        }
    }
    // Pairs are distinct as they are: nodes by policy, the mappings of one by what it maps to.
    qsort(at->expected, at->num_expected, sizeof(expected), compare_expected);
    return charge(w, at->num_nodes);
}

static uint32_t one_less(uint32_t count)
{
    return count > 0 ? count - 1 : 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static state first_state(const tv_policy_wish *wish, size_t num)
{
    uint32_t never = (uint32_t)num + 1;
    return (state){
        .until_explicit = wish->explicit_policy ? 0 : never,
        .until_no_mapping = wish->inhibit_mapping ? 0 : never,
        .until_no_any = wish->inhibit_any ? 0 : never,
    };
}

// RFC 5280 6.1.4 (h), (i) and (j).
static state next_state(state now, const tv_policy_link *link)
{
    tv_policy_counts counts = tv_policy_counts_of(link->cert);
    if (!link->self_issued) {
        now.until_explicit = one_less(now.until_explicit);
        now.until_no_mapping = one_less(now.until_no_mapping);
        now.until_no_any = one_less(now.until_no_any);
    }
    // TV_POLICY_COUNT_NONE is more than any count.
    now.until_explicit = least(now.until_explicit, counts.require_explicit);
    now.until_no_mapping = least(now.until_no_mapping, counts.inhibit_mapping);
    now.until_no_any = least(now.until_no_any, counts.inhibit_any);
    return now;
}

// RFC 5280 6.1.5 (a) and (b): whether a policy must be valid at the end.
static bool ends_explicit(state last, const tv_policy_link *target)
{
    return one_less(last.until_explicit) == 0 ||
           tv_policy_counts_of(target->cert).require_explicit == 0;
}

// Whether any certificate of the path is asked for a valid policy. When none is, the graph decides
// nothing, and need not be made.
static bool is_ever_explicit(const walk *w, state now)
{
    for (size_t i = 1; i < w->num; i++) {
        if (now.until_explicit == 0) {
            return true;
        }
        now = next_state(now, link_at(w, i));
    }
    return ends_explicit(now, link_at(w, w->num));
}

// RFC 5280 6.1.4 (a): `*where` is the first certificate from the anchor down that maps anyPolicy.
static tv_policies_result check_mappings(walk *w, size_t *where)
{
    for (size_t i = 1; i < w->num; i++) {
        tv_span in = link_at(w, i)->cert->policy_mappings;
        mapping next;
        while (tv_policy_mapping_next(&in, &next.from, &next.to)) {
            if (!charge(w, 1)) {
                return TV_POLICIES_SPENT;
            }
            if (tv_policy_is_any(next.from) || tv_policy_is_any(next.to)) {
                *where = w->num - i;
                return TV_POLICIES_INVALID;
            }
        }
    }
    return TV_POLICIES_VALID;
}

// RFC 9618 5.4, (g): whether the user-constrained-policy-set is not empty. The authorities'
// policies are those of the nodes right below an anyPolicy that still have a descendant in the last
// level.
static tv_policies_result check_wish(walk *w, const tv_policy_set *initial)
{
    level *last = &w->levels[w->num];
    if (last->any || (initial->count == 0 && last->num_nodes > 0)) {
        return TV_POLICIES_VALID;
    }
    for (size_t n = 0; n < last->num_nodes; n++) {
        last->nodes[n].reached = true;
    }
    for (size_t i = w->num; i > 0; i--) {
        const level *above = &w->levels[i - 1];
        for (size_t n = 0; n < w->levels[i].num_nodes; n++) {
            const node *at = &w->levels[i].nodes[n];
            if (!charge(w, 1 + at->num_parents)) {
                return TV_POLICIES_SPENT;
            }
            if (at->reached && at->num_parents == 0 && tv_policy_set_has(initial, at->policy)) {
                return TV_POLICIES_VALID;
            }
            for (size_t k = 0; at->reached && k < at->num_parents; k++) {
                above->nodes[above->expected[at->first_parent + k].node].reached = true;
            }
        }
    }
    return TV_POLICIES_INVALID;
}

// Builds the graph and asks it.
static tv_policies_result check_graph(walk *w, const tv_policy_wish *wish, size_t *where)
{
    state now = first_state(wish, w->num);
    w->levels = tv_arena_array(w->scratch, w->num + 1, sizeof(level));
    if (w->levels == NULL) {
        return TV_POLICIES_SPENT;
    }
    w->levels[0].any = true;
    for (size_t i = 1; i <= w->num; i++) {
        const tv_policy_link *link = link_at(w, i);
        bool is_target = i == w->num;
        if (!enter_level(w, i, now.until_no_any > 0 || (link->self_issued && !is_target))) {
            return TV_POLICIES_SPENT;
        }
        // RFC 5280 6.1.3 (f).
        if (now.until_explicit == 0 && w->levels[i].num_nodes == 0 && !w->levels[i].any) {
            *where = w->num - i;
            return TV_POLICIES_INVALID;
        }
        if (is_target) {
            break;
        }
        if (!leave_level(w, i, now.until_no_mapping > 0)) {
            return TV_POLICIES_SPENT;
        }
        now = next_state(now, link);
    }
    if (!ends_explicit(now, link_at(w, w->num))) {
        return TV_POLICIES_VALID;
    }
    *where = 0;
    return check_wish(w, wish->initial);
}

tv_policies_result tv_policies_check(const tv_policy_wish *wish, const tv_policy_link *path,
                                     size_t num, tv_arena *scratch, uint64_t *left, size_t *where)
{
    walk w = {.path = path, .num = num, .scratch = scratch, .left = left};
    if (num == 0) {
        return TV_POLICIES_VALID;
    }
    tv_policies_result result = check_mappings(&w, where);
    if (result != TV_POLICIES_VALID || !is_ever_explicit(&w, first_state(wish, num))) {
        return result;
    }
    tv_arena_reset(scratch);
    return check_graph(&w, wish, where);
}
