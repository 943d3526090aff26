// SPDX-License-Identifier: Apache-2.0
// Certificate policies along a path (RFC 5280 6.1), with the graph of RFC 9618 instead of the tree:
// a depth has at most one node a policy, so mappings that fan out again and again cannot make it
// grow exponentially. A path without its trust anchor comes in, whether it is valid for the
// policies that are asked for goes out. A pure function; which paths are tried is left to search.
//
// Bounds. With P policies and M mappings a certificate, a depth has at most as many nodes as the
// one above it plus P + 2M, and no more edges into it than the depth above expects policies: nodes
// plus M. Over a path both grow with the square of its length, whatever maps to what. What is
// looked at is counted in `*left`: each policy, mapping, node and edge.
#ifndef TV_PATH_POLICY_GRAPH_H
#define TV_PATH_POLICY_GRAPH_H

#include "base/arena.h"
#include "cert/policy_ext.h"

enum {
    TV_POLICIES_PER_CERT = 256
}; // policies, and mappings, that are looked at in one certificate

// The inputs (c) to (f) of RFC 5280 6.1.1.
typedef struct tv_policy_wish {
    const tv_policy_set *initial; // user-initial-policy-set
    bool explicit_policy;
    bool inhibit_mapping;
    bool inhibit_any;
} tv_policy_wish;

typedef struct tv_policy_link {
    const tv_cert *cert; // `policy_problem` is empty
    bool self_issued;
} tv_policy_link;

typedef enum tv_policies_result {
    TV_POLICIES_VALID = 0,
    TV_POLICIES_INVALID,
    TV_POLICIES_SPENT, // `*left`, the bound for one certificate, or memory ran out
} tv_policies_result;

// `path[0]` is the target, `path[num - 1]` the certificate that the trust anchor issued; a path of
// none is valid. With TV_POLICIES_INVALID `*where` is the index of the certificate at which it
// became so. `scratch` may be reset and used.
tv_policies_result tv_policies_check(const tv_policy_wish *wish, const tv_policy_link *path,
                                     size_t num, tv_arena *scratch, uint64_t *left, size_t *where);

#endif
