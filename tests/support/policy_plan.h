// SPDX-License-Identifier: Apache-2.0
// Paths as plans of their policies. A plan becomes views whose policy extensions are DER, and it is
// judged by the tree of RFC 5280 6.1 word for word: slow, exponential, and not the code under test.
// Policies are small numbers; 0 is anyPolicy.
#ifndef TV_TESTS_POLICY_PLAN_H
#define TV_TESTS_POLICY_PLAN_H

#include "base/buf.h"
#include "base/span.h"
#include "path/policy_graph.h"

#include <stdlib.h>

enum { PLAN_CERTS = 40, PLAN_MAPPINGS = 8, PLAN_NONE = 255, TREE_NODES = 1 << 12 };

typedef struct plan_cert {
    bool has_policies;
    bool self_issued;
    uint32_t policies; // bits; bit 0 is anyPolicy
    uint8_t num_mappings;
    uint8_t from[PLAN_MAPPINGS], to[PLAN_MAPPINGS];
    uint8_t require_explicit, inhibit_mapping, inhibit_any; // PLAN_NONE: absent
} plan_cert;

typedef struct plan {
    size_t num;
    plan_cert certs[PLAN_CERTS]; // from the one below the anchor to the target
    uint32_t wanted;             // bits; bit 0, or none: any-policy
    bool explicit_policy, inhibit_mapping, inhibit_any;
} plan;

static inline void plan_tlv(tv_buf *out, uint8_t tag, tv_span contents)
{
    tv_buf_add_byte(out, tag);
    if (contents.len >= 0x80) {
        tv_buf_add_byte(out, 0x83);
        tv_buf_add_byte(out, (uint8_t)(contents.len >> 16));
        tv_buf_add_byte(out, (uint8_t)(contents.len >> 8));
    }
    tv_buf_add_byte(out, (uint8_t)contents.len);
    tv_buf_add(out, contents);
}

// 2.5.29.32.0, or 1.2.3.NUMBER.
static inline void plan_oid(tv_buf *out, unsigned policy)
{
    uint8_t contents[] = {0x2a, 0x03, (uint8_t)(0x80 | policy >> 7), (uint8_t)(policy & 0x7f)};
    if (policy == 0) {
        plan_tlv(out, 0x06, TV_LIT("\x55\x1d\x20\x00"));
        return;
    }
    if (policy < 0x80) {
        contents[2] = contents[3];
    }
    plan_tlv(out, 0x06, tv_span_make(contents, policy < 0x80 ? 3 : 4));
}

// A SEQUENCE of one OID, or two.
static inline void plan_pair(tv_buf *out, unsigned first, unsigned second, bool two)
{
    tv_buf oids = {0};
    plan_oid(&oids, first);
    if (two) {
        plan_oid(&oids, second);
    }
    plan_tlv(out, 0x30, tv_buf_span(&oids));
    tv_buf_close(&oids);
}

static inline void plan_count(tv_buf *out, uint8_t tag, uint8_t count)
{
    if (count != PLAN_NONE) {
        plan_tlv(out, tag, tv_span_make(&count, 1));
    }
}

// A path of views. Nothing but policies is in them.
typedef struct plan_path {
    size_t num;
    tv_policy_link links[PLAN_CERTS]; // target first
    tv_cert certs[PLAN_CERTS];
    tv_buf policies[PLAN_CERTS], mappings[PLAN_CERTS], constraints[PLAN_CERTS];
    uint8_t inhibit_any[PLAN_CERTS];
    tv_policy_set set;
    tv_policy_wish wish;
} plan_path;

static inline void plan_path_open(plan_path *path, const plan *from)
{
    *path = (plan_path){.num = from->num};
    for (size_t i = 0; i < from->num; i++) {
        const plan_cert *cert = &from->certs[from->num - 1 - i];
        tv_cert *view = &path->certs[i];
        for (unsigned p = 0; p < 32; p++) {
            if (cert->has_policies && (cert->policies >> p & 1) != 0) {
                plan_pair(&path->policies[i], p, 0, false);
            }
        }
        for (unsigned m = 0; m < cert->num_mappings; m++) {
            plan_pair(&path->mappings[i], cert->from[m], cert->to[m], true);
        }
        plan_count(&path->constraints[i], 0x80, cert->require_explicit);
        plan_count(&path->constraints[i], 0x81, cert->inhibit_mapping);
        path->inhibit_any[i] = cert->inhibit_any;
        view->policies = tv_buf_span(&path->policies[i]);
        view->policy_mappings = tv_buf_span(&path->mappings[i]);
        view->policy_constraints = tv_buf_span(&path->constraints[i]);
        view->inhibit_any_policy = tv_span_make(&path->inhibit_any[i], 1);
        view->has = (view->policies.len > 0 ? TV_EXT_POLICIES : 0U) |
                    (view->policy_mappings.len > 0 ? TV_EXT_POLICY_MAPPINGS : 0U) |
                    (view->policy_constraints.len > 0 ? TV_EXT_POLICY_CONSTRAINTS : 0U) |
                    (cert->inhibit_any != PLAN_NONE ? TV_EXT_INHIBIT_ANY_POLICY : 0U);
        path->links[i] = (tv_policy_link){view, cert->self_issued};
    }
    for (unsigned p = 1; p < 32 && (from->wanted & 1) == 0; p++) {
        char dotted[] = {'1', '.', '2', '.', '3', '.', (char)('0' + p / 10), (char)('0' + p % 10)};
        tv_span text = tv_span_make(dotted, sizeof(dotted));
        if (p < 10) {
            dotted[6] = dotted[7];
            text.len--;
        }
        if ((from->wanted >> p & 1) != 0 && !tv_policy_set_add(&path->set, text)) {
            abort();
        }
    }
    path->wish = (tv_policy_wish){&path->set, from->explicit_policy, from->inhibit_mapping,
                                  from->inhibit_any};
}

static inline void plan_path_close(plan_path *path)
{
    for (size_t i = 0; i < path->num; i++) {
        tv_buf_close(&path->policies[i]);
        tv_buf_close(&path->mappings[i]);
        tv_buf_close(&path->constraints[i]);
    }
}

// valid_policy_tree of RFC 5280 6.1.2 (a).
typedef struct tree {
    size_t num;
    struct {
        size_t parent, depth;
        uint32_t policy, expected; // expected: bits
        bool gone;
    } nodes[TREE_NODES];
} tree;

static inline size_t tree_add(tree *t, size_t parent, uint32_t policy, uint32_t expected)
{
    if (t->num < TREE_NODES) {
        t->nodes[t->num].parent = parent;
        t->nodes[t->num].depth = t->num == 0 ? 0 : t->nodes[parent].depth + 1;
        t->nodes[t->num].policy = policy;
        t->nodes[t->num].expected = expected;
        t->nodes[t->num].gone = false;
        t->num++;
    }
    return t->num - 1;
}

// 6.1.3 (d)(3): nodes above `depth` without children, again and again.
static inline void tree_prune(tree *t, size_t depth)
{
    for (size_t again = 0; again <= depth; again++) {
        for (size_t n = 0; n < t->num; n++) {
            bool child = t->nodes[n].depth >= depth;
            for (size_t k = n + 1; k < t->num && !child; k++) {
                child = t->nodes[k].parent == n && !t->nodes[k].gone;
            }
            t->nodes[n].gone = t->nodes[n].gone || !child;
        }
    }
}

static inline bool tree_is_null(const tree *t)
{
    bool null = true;
    for (size_t n = 0; n < t->num; n++) {
        null = null && t->nodes[n].gone;
    }
    return null;
}

// 6.1.3 (d) and (e).
static inline void tree_enter(tree *t, const plan_cert *cert, size_t depth, bool any_counts)
{
    size_t before = t->num;
    for (uint32_t p = 1; p < 32; p++) {
        if (!cert->has_policies || (cert->policies >> p & 1) == 0) {
            continue;
        }
        bool match = false;
        for (size_t n = 0; n < before; n++) {
            if (!t->nodes[n].gone && t->nodes[n].depth == depth - 1 &&
                (t->nodes[n].expected >> p & 1) != 0) {
                tree_add(t, n, p, UINT32_C(1) << p);
                match = true;
            }
        }
        for (size_t n = 0; n < before && !match; n++) {
            if (!t->nodes[n].gone && t->nodes[n].depth == depth - 1 && t->nodes[n].policy == 0) {
                tree_add(t, n, p, UINT32_C(1) << p);
            }
        }
    }
    bool any = cert->has_policies && (cert->policies & 1) != 0 && any_counts;
    for (size_t n = 0; n < before && any; n++) {
        if (t->nodes[n].gone || t->nodes[n].depth != depth - 1) {
            continue;
        }
        for (uint32_t p = 0; p < 32; p++) {
            bool has_child = false;
            for (size_t k = before; k < t->num; k++) {
                has_child = has_child || (t->nodes[k].parent == n && t->nodes[k].policy == p);
            }
            if ((t->nodes[n].expected >> p & 1) != 0 && !has_child) {
                tree_add(t, n, p, UINT32_C(1) << p);
            }
        }
    }
    tree_prune(t, depth);
}

// 6.1.4 (b).
static inline void tree_map(tree *t, const plan_cert *cert, size_t depth, bool mapping_counts)
{
    for (uint32_t p = 1; p < 32; p++) {
        uint32_t to = 0;
        for (unsigned m = 0; m < cert->num_mappings; m++) {
            to |= cert->from[m] == p ? UINT32_C(1) << cert->to[m] : 0;
        }
        if (to == 0) {
            continue;
        }
        bool match = false;
        size_t any = t->num;
        for (size_t n = 0; n < t->num; n++) {
            if (t->nodes[n].gone || t->nodes[n].depth != depth) {
                continue;
            }
            if (t->nodes[n].policy == p) {
                match = true;
                t->nodes[n].expected = to;
                t->nodes[n].gone = !mapping_counts;
            }
            any = t->nodes[n].policy == 0 ? n : any;
        }
        if (!match && mapping_counts && any < t->num) {
            tree_add(t, t->nodes[any].parent, p, to);
        }
    }
    tree_prune(t, depth);
}

// 6.1.5 (g): whether a node of the last depth stays.
static inline bool tree_has_wanted(const tree *t, size_t depth, uint32_t wanted)
{
    for (size_t n = 0; n < t->num; n++) {
        if (t->nodes[n].gone || t->nodes[n].depth != depth) {
            continue;
        }
        size_t top = n; // the ancestor right below anyPolicy
        while (t->nodes[top].depth > 0 && t->nodes[t->nodes[top].parent].policy != 0) {
            top = t->nodes[top].parent;
        }
        if (t->nodes[n].policy == 0 || wanted == 0 || (wanted & 1) != 0 ||
            (wanted >> t->nodes[top].policy & 1) != 0) {
            return true;
        }
    }
    return false;
}

static inline size_t plan_less(size_t count)
{
    return count > 0 ? count - 1 : 0;
}

// The verdict of RFC 5280 6.1. False for `*known` when the tree outgrew its room.
static inline bool plan_is_valid(const plan *path, bool *known)
{
    static tree t;
    size_t never = path->num + 1;
    size_t explicit_policy = path->explicit_policy ? 0 : never;
    size_t policy_mapping = path->inhibit_mapping ? 0 : never;
    size_t inhibit_any = path->inhibit_any ? 0 : never;
    t.num = 0;
    tree_add(&t, 0, 0, 1);
    *known = true;
    for (size_t i = 1; i <= path->num; i++) {
        const plan_cert *cert = &path->certs[i - 1];
        bool last = i == path->num;
        tree_enter(&t, cert, i, inhibit_any > 0 || (!last && cert->self_issued));
        *known = t.num < TREE_NODES;
        if (!*known || (explicit_policy == 0 && tree_is_null(&t))) {
            return false;
        }
        if (last) {
            bool at_once = cert->require_explicit == 0;
            explicit_policy = at_once ? 0 : plan_less(explicit_policy);
            break;
        }
        for (unsigned m = 0; m < cert->num_mappings; m++) {
            if (cert->from[m] == 0 || cert->to[m] == 0) {
                return false;
            }
        }
        tree_map(&t, cert, i, policy_mapping > 0);
        if (!cert->self_issued) {
            explicit_policy = plan_less(explicit_policy);
            policy_mapping = plan_less(policy_mapping);
            inhibit_any = plan_less(inhibit_any);
        }
        if (cert->require_explicit < explicit_policy) {
            explicit_policy = cert->require_explicit;
        }
        if (cert->inhibit_mapping < policy_mapping) {
            policy_mapping = cert->inhibit_mapping;
        }
        if (cert->inhibit_any < inhibit_any) {
            inhibit_any = cert->inhibit_any;
        }
    }
    return explicit_policy > 0 || path->num == 0 || tree_has_wanted(&t, path->num, path->wanted);
}

#endif
