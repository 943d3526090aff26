// SPDX-License-Identifier: Apache-2.0
// The four extensions of certificate policies (RFC 5280 4.2.1.4, .5, .11 and .14), one value at a
// time, and sets of policies that people ask for. Policies are the contents of their OBJECT
// IDENTIFIER. The extensions are those of a view whose `policy_problem` is empty; what they mean
// together along a path is left to path.
#ifndef TV_CERT_POLICY_EXT_H
#define TV_CERT_POLICY_EXT_H

#include "base/buf.h"
#include "tv/cert.h"

#define TV_POLICY_COUNT_NONE UINT32_MAX // no such constraint

// Reads the next PolicyInformation of `*in` (tv_cert.policies); false at the end.
bool tv_policy_next(tv_span *in, tv_span *policy);

// Reads the next pair of `*in` (tv_cert.policy_mappings); false at the end.
bool tv_policy_mapping_next(tv_span *in, tv_span *issuer_domain, tv_span *subject_domain);

// The SkipCerts of policy constraints and inhibitAnyPolicy, TV_POLICY_COUNT_NONE where absent.
typedef struct tv_policy_counts {
    uint32_t require_explicit;
    uint32_t inhibit_mapping;
    uint32_t inhibit_any;
} tv_policy_counts;
tv_policy_counts tv_policy_counts_of(const tv_cert *cert);

bool tv_policy_is_any(tv_span policy); // 2.5.29.32.0

// The user-initial-policy-set of RFC 5280 6.1.1 (c). An empty one stands for any-policy.
enum {
    TV_POLICY_SET_MAX = 32,
    TV_POLICY_LEN = 39, // bytes of the contents of one
};
typedef struct tv_policy_set {
    uint32_t count;
    struct {
        uint8_t len;
        uint8_t contents[TV_POLICY_LEN];
    } items[TV_POLICY_SET_MAX];
} tv_policy_set;

// Adds a policy in dotted decimal; one that is there already is not added again. False, with the
// set untouched, when it is no OID, too long, or one too many. anyPolicy is not for a set.
bool tv_policy_set_add(tv_policy_set *set, tv_span dotted);
bool tv_policy_set_has(const tv_policy_set *set, tv_span policy);
// Appends item `i` in dotted decimal.
void tv_policy_set_show(const tv_policy_set *set, size_t i, tv_buf *out);

#endif
