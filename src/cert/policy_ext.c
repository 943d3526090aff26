// SPDX-License-Identifier: Apache-2.0
// Contents of policy extensions come in, policies and counts go out; dotted texts become sets of
// policies and back.
#include "cert/policy_ext.h"

#include "base/span.h"
#include "der/der.h"
#include "der/oid.h"

bool tv_policy_next(tv_span *in, tv_span *policy)
{
    tv_der_value information;
    tv_der_value id;
    if (!tv_der_read_tag(in, TV_DER_SEQUENCE, &information) ||
        !tv_der_read_tag(&information.contents, TV_DER_OID, &id)) {
        return false;
    }
    *policy = id.contents;
    return true;
}

bool tv_policy_mapping_next(tv_span *in, tv_span *issuer_domain, tv_span *subject_domain)
{
    tv_der_value pair;
    tv_der_value from;
    tv_der_value to;
    if (!tv_der_read_tag(in, TV_DER_SEQUENCE, &pair) ||
        !tv_der_read_tag(&pair.contents, TV_DER_OID, &from) ||
        !tv_der_read_tag(&pair.contents, TV_DER_OID, &to)) {
        return false;
    }
    *issuer_domain = from.contents;
    *subject_domain = to.contents;
    return true;
}

// An optional count at the front of `*in`.
static uint32_t read_count(tv_span *in, uint8_t tag)
{
    tv_der_value value;
    bool present;
    uint32_t count;
    if (!tv_der_read_optional(in, tag, &value, &present) || !present ||
        !tv_der_small_uint(value.contents, &count)) {
        return TV_POLICY_COUNT_NONE;
    }
    return count;
}

tv_policy_counts tv_policy_counts_of(const tv_cert *cert)
{
    tv_policy_counts out = {TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE, TV_POLICY_COUNT_NONE};
    if ((cert->has & TV_EXT_POLICY_CONSTRAINTS) != 0) {
        tv_span in = cert->policy_constraints;
        out.require_explicit = read_count(&in, TV_DER_CONTEXT(0));
        out.inhibit_mapping = read_count(&in, TV_DER_CONTEXT(1));
    }
    uint32_t count;
    if ((cert->has & TV_EXT_INHIBIT_ANY_POLICY) != 0 &&
        tv_der_small_uint(cert->inhibit_any_policy, &count)) {
        out.inhibit_any = count;
    }
    return out;
}

bool tv_policy_is_any(tv_span policy)
{
    return tv_oid_find(policy) == TV_OID_ANY_POLICY;
}

bool tv_policy_set_has(const tv_policy_set *set, tv_span policy)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (tv_span_equal(tv_span_make(set->items[i].contents, set->items[i].len), policy)) {
            return true;
        }
    }
    return false;
}

bool tv_policy_set_add(tv_policy_set *set, tv_span dotted)
{
    uint8_t contents[TV_POLICY_LEN];
    size_t len;
    if (!tv_oid_from_dotted(dotted, contents, sizeof(contents), &len) ||
        tv_policy_is_any(tv_span_make(contents, len))) {
        return false;
    }
    if (tv_policy_set_has(set, tv_span_make(contents, len))) {
        return true;
    }
    if (set->count == TV_POLICY_SET_MAX) {
        return false;
    }
    set->items[set->count].len = (uint8_t)len;
    memcpy(set->items[set->count].contents, contents, len);
    set->count++;
    return true;
}

void tv_policy_set_show(const tv_policy_set *set, size_t i, tv_buf *out)
{
    // A byte of contents is at most three digits or, with its bit 8, part of an arc of 39.
    char dotted[TV_POLICY_LEN * 4 + 8];
    if (tv_oid_dotted(tv_span_make(set->items[i].contents, set->items[i].len), dotted,
                      sizeof(dotted))) {
        tv_buf_add_text(out, dotted);
    }
}
