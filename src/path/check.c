// SPDX-License-Identifier: Apache-2.0
// The rules of RFC 5280 section 6 and of the profile, one function each. A step of a path comes in,
// the rules that it breaks go out as bits. Signatures and the search are left to the other files.

#include "path/name_constraints.h"
#include "path/policy_graph.h"
#include "path/search.h"

void tv_step_fail(const tv_path_search *search, tv_step *step, tv_reason reason)
{
    switch (search->judge->profile->reasons[reason].check) {
    case TV_CHECK_YES:
        step->failed |= TV_REASON_BIT(reason);
        break;
    case TV_CHECK_ADVICE:
        step->advised |= TV_REASON_BIT(reason);
        break;
    case TV_CHECK_NO:
        break;
    }
}

// RFC 5280 4.1.2.5: both ends of the validity belong to it; OpenSSL leaves the last second out.
bool tv_is_expired(const tv_judge *judge, const tv_cert *cert, tv_time at)
{
    return judge->profile->set.not_after_inclusive ? at > cert->not_after : at >= cert->not_after;
}

static bool has_weak_key(const tv_settings *set, const tv_cert *cert)
{
    if ((set->keys >> cert->key & 1) == 0) {
        return true;
    }
    switch (cert->key) {
    case TV_KEY_RSA:
    case TV_KEY_RSA_PSS:
        return cert->key_size < set->min_rsa_bits ||
               (set->max_rsa_bits != 0 && cert->key_size > set->max_rsa_bits);
    case TV_KEY_EC_OTHER:
        return cert->key_size < set->min_ec_bits;
    case TV_KEY_DSA:
        return cert->key_size < set->min_rsa_bits;
    default:
        return false;
    }
}

static bool has_weak_signature(const tv_settings *set, const tv_cert *cert)
{
    switch (cert->sig.kind) {
    case TV_SIG_RSA_PSS:
        return !set->pss || (set->hashes >> cert->sig.hash & 1) == 0 ||
               (set->hashes >> cert->sig.mgf_hash & 1) == 0;
    case TV_SIG_ED25519:
    case TV_SIG_ED448:
    case TV_SIG_UNKNOWN: // cannot be checked, which is another reason
        return false;
    default:
        return (set->hashes >> cert->sig.hash & 1) == 0;
    }
}

// Extensions that may be critical because judging processes them, or needs not to: RFC 5280 4.2.
static const uint32_t processed_critical =
    TV_EXT_BASIC_CONSTRAINTS | TV_EXT_KEY_USAGE | TV_EXT_EKU | TV_EXT_NAME_CONSTRAINTS |
    TV_EXT_SAN | TV_EXT_POLICIES | TV_EXT_POLICY_MAPPINGS | TV_EXT_POLICY_CONSTRAINTS |
    TV_EXT_INHIBIT_ANY_POLICY | TV_EXT_CRL_DP | TV_EXT_NETSCAPE_CERT_TYPE;

static bool has_unhandled_critical(const tv_settings *set, const tv_cert *cert)
{
    uint32_t processed = processed_critical;
    if (tv_is_proxy(cert)) {
        if (!set->proxy_certificates) {
            return true; // RFC 3820 3.8: a proxy is no ordinary certificate, critical or not
        }
        processed |= TV_EXT_PROXY_CERT_INFO;
    }
    return (cert->critical & ~processed) != 0;
}

// Whether the extended key usage, when there is one, allows the profile's purpose.
static bool allows_purpose(const tv_settings *set, const tv_cert *cert)
{
    if (set->purpose == TV_PURPOSE_ANY || (cert->has & TV_EXT_EKU) == 0) {
        return true;
    }
    return (cert->eku & tv_purpose_eku(set)) != 0;
}

// The older extension for the same, heeded in targets as OpenSSL does.
static bool allows_netscape_type(const tv_settings *set, const tv_cert *cert)
{
    if (set->purpose == TV_PURPOSE_ANY || (cert->has & TV_EXT_NETSCAPE_CERT_TYPE) == 0) {
        return true;
    }
    unsigned wanted =
        set->purpose == TV_PURPOSE_CLIENT ? TV_NETSCAPE_SSL_CLIENT : TV_NETSCAPE_SSL_SERVER;
    return (cert->netscape_type & wanted) != 0;
}

static bool allows_target_key_use(const tv_settings *set, const tv_cert *cert)
{
    if (!set->client_key_usage || set->purpose == TV_PURPOSE_ANY ||
        (cert->has & TV_EXT_KEY_USAGE) == 0) {
        return true;
    }
    unsigned wanted = TV_KU_DIGITAL_SIGNATURE | TV_KU_KEY_AGREEMENT;
    if (set->purpose == TV_PURPOSE_SERVER) {
        wanted |= TV_KU_KEY_ENCIPHERMENT;
    }
    return (cert->key_usage & wanted) != 0;
}

void tv_check_purpose(const tv_path_search *search, tv_step *step)
{
    const tv_settings *set = &search->judge->profile->set;
    if (search->target->is_entry || step->trust == TV_TRUST_GRANTED) {
        return;
    }
    if (!allows_target_key_use(set, step->cert)) {
        tv_step_fail(search, step, TV_REASON_KEY_USAGE);
    }
    if (!allows_purpose(set, step->cert) || !allows_netscape_type(set, step->cert)) {
        tv_step_fail(search, step, TV_REASON_EXTENDED_KEY_USAGE);
    }
}

// The trust settings of the truststore, which OpenSSL asks for the purpose.
static void check_trust(const tv_path_search *search, tv_step *step)
{
    if (step->trust == TV_TRUST_REFUSED) {
        tv_step_fail(search, step, TV_REASON_EXTENDED_KEY_USAGE);
    }
}

static void check_version(const tv_path_search *search, tv_step *step, bool version1)
{
    unsigned version = step->cert->version;
    if (version > 3 || (version < 3 && !version1)) {
        tv_step_fail(search, step, TV_REASON_UNSUPPORTED_VERSION);
    }
}

// Policy extensions that cannot be understood are a matter of those alone who process policies.
static void check_policy_extensions(const tv_path_search *search, tv_step *step)
{
    if (search->judge->profile->set.check_policies && step->cert->policy_problem.what != NULL) {
        tv_step_fail(search, step, TV_REASON_MALFORMED);
    }
}

static void apply_target_rules(tv_path_search *search, bool as_anchor)
{
    const tv_settings *set = &search->judge->profile->set;
    tv_step *step = &search->steps[0];
    const tv_cert *cert = step->cert;
    bool is_entry = search->target->is_entry;
    step->failed = 0;
    step->advised = 0;
    if (cert->extension_problem.what != NULL) {
        tv_step_fail(search, step, TV_REASON_MALFORMED);
    }
    if (!as_anchor) {
        check_policy_extensions(search, step);
    }
    check_version(search, step, is_entry ? set->version1_ca : set->version1_client);
    if (tv_is_expired(search->judge, cert, search->at)) {
        tv_step_fail(search, step, TV_REASON_EXPIRED);
    }
    if (search->at < cert->not_before) {
        tv_step_fail(search, step, TV_REASON_NOT_YET_VALID);
    }
    if ((!as_anchor || set->anchor_signature) && has_weak_signature(set, cert)) {
        tv_step_fail(search, step, TV_REASON_WEAK_SIGNATURE_ALGORITHM);
    }
    if ((!as_anchor || set->anchor_key || !is_entry) && has_weak_key(set, cert)) {
        tv_step_fail(search, step, TV_REASON_WEAK_KEY);
    }
    if (has_unhandled_critical(set, cert)) {
        tv_step_fail(search, step, TV_REASON_UNHANDLED_CRITICAL_EXTENSION);
    }
    if (!as_anchor) {
        tv_check_strict(search, step);
        tv_check_strict_openssl(search, step);
    }
    tv_check_proxy(search);
    check_trust(search, step);
    tv_check_purpose(search, step);
}

// What a target breaks by itself is the same in all truststores that say nothing of it.
void tv_check_target(tv_path_search *search, bool as_anchor)
{
    tv_target *target = search->target;
    tv_step *step = &search->steps[0];
    bool alike = !as_anchor && step->trust == TV_TRUST_SILENT && search->at == search->judge->at;
    if (alike && target->rules_known) {
        step->failed = target->rules_failed;
        step->advised = target->rules_advised;
        step->num_proxies = target->num_proxies;
        return;
    }
    apply_target_rules(search, as_anchor);
    if (alike && !target->log_closed) {
        target->rules_known = true;
        target->rules_failed = step->failed;
        target->rules_advised = step->advised;
        target->num_proxies = step->num_proxies;
    }
}

// RFC 5280 6.1.4 (k), and the older certificates that OpenSSL takes for CAs, too, when they are
// trust anchors.
static bool may_be_ca(const tv_settings *set, const tv_step *step)
{
    const tv_cert *cert = step->cert;
    if (tv_is_proxy(cert)) {
        return false; // RFC 3820 3.7
    }
    if ((cert->has & TV_EXT_BASIC_CONSTRAINTS) != 0) {
        return cert->is_ca;
    }
    if (set->strict_openssl) {
        return false;
    }
    if (cert->version < 3) {
        return cert->version == 1 && step->is_anchor && step->self_issued && set->version1_ca;
    }
    if (!set->ca_by_key_usage || !step->is_anchor) {
        return false;
    }
    if ((cert->has & TV_EXT_KEY_USAGE) != 0) {
        return (cert->key_usage & TV_KU_KEY_CERT_SIGN) != 0;
    }
    unsigned wanted = set->purpose == TV_PURPOSE_ANY ? TV_NETSCAPE_ANY_CA : TV_NETSCAPE_SSL_CA;
    return (cert->netscape_type & wanted) != 0;
}

// RFC 5280 6.1.4 (k) to (n): what makes a certificate an issuer of the one below it.
static void check_ca(const tv_path_search *search, tv_step *step)
{
    const tv_settings *set = &search->judge->profile->set;
    const tv_cert *cert = step->cert;
    if (!may_be_ca(set, step)) {
        tv_step_fail(search, step, TV_REASON_NOT_A_CA);
    }
    if ((cert->has & TV_EXT_KEY_USAGE) != 0 && (cert->key_usage & TV_KU_KEY_CERT_SIGN) == 0) {
        tv_step_fail(search, step, TV_REASON_KEY_USAGE);
    }
    // (l), (m): intermediates between this issuer and the target that are not self-issued.
    uint32_t below = (step - 1)->num_cas;
    if (cert->path_len != TV_PATH_LEN_NONE && below > cert->path_len) {
        tv_step_fail(search, step, TV_REASON_PATH_LENGTH);
    }
    if (set->eku_of_issuers && !search->target->is_entry && step->trust != TV_TRUST_GRANTED &&
        !allows_purpose(set, cert)) {
        tv_step_fail(search, step, TV_REASON_EXTENDED_KEY_USAGE);
    }
}

static void check_length(const tv_path_search *search, tv_step *step)
{
    const tv_settings *set = &search->judge->profile->set;
    uint32_t issuers = search->depth;
    uint32_t cas = issuers + (search->target->is_entry ? 1 : 0);
    uint32_t intermediates = step->is_anchor ? issuers - 1 : issuers;
    if ((set->max_ca_certificates != 0 && cas > set->max_ca_certificates) ||
        intermediates > set->max_depth) {
        tv_step_fail(search, step, TV_REASON_CHAIN_TOO_LONG);
    }
}

void tv_check_issuer(tv_path_search *search)
{
    const tv_settings *set = &search->judge->profile->set;
    tv_step *step = &search->steps[search->depth];
    const tv_cert *cert = step->cert;
    bool anchor = step->is_anchor;
    if (cert->extension_problem.what != NULL) {
        tv_step_fail(search, step, TV_REASON_MALFORMED);
    }
    if (!anchor) {
        check_policy_extensions(search, step);
    }
    if (!anchor || set->anchor_validity) {
        if (tv_is_expired(search->judge, cert, search->at)) {
            tv_step_fail(search, step, TV_REASON_ISSUER_EXPIRED);
        }
        if (search->at < cert->not_before) {
            tv_step_fail(search, step, TV_REASON_ISSUER_NOT_YET_VALID);
        }
    }
    if ((!anchor || set->anchor_signature) && has_weak_signature(set, cert)) {
        tv_step_fail(search, step, TV_REASON_ISSUER_WEAK_SIGNATURE_ALGORITHM);
    }
    if ((!anchor || set->anchor_key) && has_weak_key(set, cert)) {
        tv_step_fail(search, step, TV_REASON_ISSUER_WEAK_KEY);
    }
    bool issues_proxy = tv_is_proxy((step - 1)->cert);
    if (issues_proxy) { // an anchor, too: a name and a key that are no CA's
        tv_check_proxy_issuer(search, step);
    }
    if (!anchor || set->anchor_constraints) {
        if (!issues_proxy) {
            check_ca(search, step);
        }
        if (has_unhandled_critical(set, cert)) { // (o)
            tv_step_fail(search, step, TV_REASON_UNHANDLED_CRITICAL_EXTENSION);
        }
        if (cert->version > 3) {
            tv_step_fail(search, step, TV_REASON_UNSUPPORTED_VERSION);
        }
        tv_check_strict(search, step);
    }
    tv_check_strict_openssl(search, step);
    tv_check_proxy(search);
    check_trust(search, step);
    check_length(search, step);
}

// The names of one certificate against the constraints of the last step. Taking both apart costs
// time even where nothing is compared, and is paid for by their length.
static tv_names_result hold_names(tv_path_search *search, const tv_cert *issuer,
                                  const tv_cert *below, bool common_name)
{
    enum { BYTES_PER_COMPARISON = 16 };
    size_t bytes = issuer->name_constraints.len + below->san.len + below->subject.len;
    tv_buf *scratch = &search->worker->names;
    if (search->comparisons_left < bytes / BYTES_PER_COMPARISON) {
        search->comparisons_left = 0;
        return TV_NAMES_SPENT;
    }
    search->comparisons_left -= bytes / BYTES_PER_COMPARISON;
    tv_names_result result =
        tv_name_constraints_check(issuer, below, common_name, &search->comparisons_left, scratch);
    search->target->log_closed |= scratch->failed;
    return result;
}

// RFC 5280 6.1.3 (b), (c): self-issued certificates are left out, but for the target.
void tv_check_names(tv_path_search *search)
{
    const tv_settings *set = &search->judge->profile->set;
    tv_step *step = &search->steps[search->depth];
    if ((step->cert->has & TV_EXT_NAME_CONSTRAINTS) == 0 ||
        (step->is_anchor && !set->anchor_constraints) ||
        search->judge->profile->reasons[TV_REASON_NAME_CONSTRAINTS].check == TV_CHECK_NO) {
        return;
    }
    for (uint32_t i = 0; i < search->depth; i++) {
        const tv_step *below = &search->steps[i];
        if (i > 0 && below->self_issued) {
            continue;
        }
        bool common_name = i == 0 && set->common_name_constraints;
        tv_names_result result = hold_names(search, step->cert, below->cert, common_name);
        if (result == TV_NAMES_SPENT) {
            search->spent = true;
            step->failed |= TV_REASON_BIT(TV_REASON_BUDGET_SPENT);
            return;
        }
        if (result == TV_NAMES_OUTSIDE) {
            tv_step_fail(search, step, TV_REASON_NAME_CONSTRAINTS);
            return;
        }
    }
}

// RFC 5280 6.1: the anchor is not one of the certificates that are processed.
bool tv_check_policies(tv_path_search *search)
{
    const tv_profile *profile = search->judge->profile;
    const tv_settings *set = &profile->set;
    const uint32_t bit = TV_REASON_BIT(TV_REASON_CERTIFICATE_POLICY);
    if (!set->check_policies ||
        profile->reasons[TV_REASON_CERTIFICATE_POLICY].check == TV_CHECK_NO) {
        return true;
    }
    tv_policy_link links[TV_PATH_MAX + 1];
    for (uint32_t i = 0; i <= search->depth; i++) {
        search->steps[i].failed &= ~bit;
        search->steps[i].advised &= ~bit;
        links[i] = (tv_policy_link){search->steps[i].cert, search->steps[i].self_issued};
    }
    const tv_policy_wish wish = {&set->policies, set->explicit_policy, set->inhibit_policy_mapping,
                                 set->inhibit_any_policy};
    size_t where = 0;
    switch (tv_policies_check(&wish, links, search->depth, &search->worker->policies,
                              &search->comparisons_left, &where)) {
    case TV_POLICIES_VALID:
        return true;
    case TV_POLICIES_INVALID:
        tv_step_fail(search, &search->steps[where], TV_REASON_CERTIFICATE_POLICY);
        return (search->steps[where].failed & bit) == 0;
    case TV_POLICIES_SPENT:
        break;
    }
    search->target->log_closed = true; // it may have been memory
    search->spent = true;
    return false;
}
