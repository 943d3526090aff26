// SPDX-License-Identifier: Apache-2.0
// Our cells held against libcrypto's. What is compared: an acceptance of ours must be one of
// libcrypto's under the strictest settings that allow all that the profile allows; a denial of ours
// for a reason that libcrypto knows must be a denial there, too. Denials by rules that libcrypto
// does not have are not compared.

#include "run/crosscheck.h"

#include "base/hash.h"
#include "base/span.h"
#include "policy/check.h"
#include "sig/reference.h"

#include <stdlib.h>

struct tv_crosscheck {
    const tv_workspace *workspace;
    const tv_judge_options *options;
    uint64_t threshold; // a cell is in the sample when its hash is below
    tv_reference_settings settings;
    tv_reference **stores; // by store; NULL where the set is another's
};

enum { SAMPLE_SEED = 0x7476 }; // the sample is the same on every run over the same input

// The strictest of OpenSSL's levels that takes every key and hash that the profile takes.
static int auth_level_of(const tv_settings *set)
{
    const bool other_curves = (set->keys & UINT32_C(1) << TV_KEY_EC_OTHER) != 0;
    const bool dsa = (set->keys & UINT32_C(1) << TV_KEY_DSA) != 0; // with a q of 160 bits or more
    const uint32_t unknown = UINT32_C(1) << TV_KEY_UNKNOWN;
    const uint32_t below_sha224 = UINT32_C(1) << TV_HASH_MD2 | UINT32_C(1) << TV_HASH_MD4 |
                                  UINT32_C(1) << TV_HASH_MD5 | UINT32_C(1) << TV_HASH_SHA1;
    if ((set->hashes & below_sha224) != 0 || (set->keys & unknown) != 0 ||
        set->min_rsa_bits < 1024 || (other_curves && set->min_ec_bits < 160) || !set->anchor_key) {
        return 0;
    }
    return set->min_rsa_bits < 2048 || (other_curves && set->min_ec_bits < 224) || dsa ? 1 : 2;
}

static bool asks_purpose(const tv_profile *profile)
{
    const tv_settings *set = &profile->set;
    return set->purpose != TV_PURPOSE_ANY && !set->eku_any && set->eku_of_issuers &&
           set->client_key_usage && set->anchor_constraints &&
           profile->reasons[TV_REASON_EXTENDED_KEY_USAGE].check == TV_CHECK_YES &&
           profile->reasons[TV_REASON_KEY_USAGE].check == TV_CHECK_YES;
}

static tv_reference_settings settings_of(const tv_judge_options *options)
{
    const tv_profile *profile = options->profile;
    const tv_settings *set = &profile->set;
    bool purpose = asks_purpose(profile);
    tv_reason_check policies = profile->reasons[TV_REASON_CERTIFICATE_POLICY].check;
    return (tv_reference_settings){
        .at = options->at,
        .check_time = profile->reasons[TV_REASON_EXPIRED].check == TV_CHECK_YES,
        .partial_chain = set->anchors == TV_ANCHOR_ANY,
        .check_self_signature = false,
        .proxy_certificates = set->proxy_certificates,
        .strict = set->strict_openssl,
        .client = purpose && set->purpose == TV_PURPOSE_CLIENT,
        .server = purpose && set->purpose == TV_PURPOSE_SERVER,
        .trust_client = set->purpose == TV_PURPOSE_CLIENT,
        .trust_server = set->purpose == TV_PURPOSE_SERVER,
        .auth_level = auth_level_of(set),
        .depth = set->max_depth < 1000 ? (int)set->max_depth : -1,
        .check_policies = set->check_policies && policies == TV_CHECK_YES,
        .explicit_policy = set->explicit_policy,
        .inhibit_any_policy = set->inhibit_any_policy,
        .inhibit_policy_mapping = set->inhibit_policy_mapping,
        .policies = &set->policies,
    };
}

// The certificates of a set, as DER.
static tv_span *ders_of(const tv_workspace *workspace, tv_node_set set, size_t *num)
{
    tv_span *ders = calloc(workspace->num_held + 1, sizeof(*ders));
    *num = 0;
    for (uint32_t node = 0; ders != NULL && node < workspace->num_held; node++) {
        if (tv_node_in(set, node)) {
            ders[(*num)++] = workspace->held[node].cert.der;
        }
    }
    return ders;
}

// The trust settings of a truststore that the profile heeds; NULL: none.
static const tv_trust_list *trust_of(const tv_crosscheck *check, size_t store)
{
    bool heeded = check->options->profile->set.trust_settings;
    return heeded ? check->workspace->stores[store].set.trust : NULL;
}

// The certificates of a truststore with their trust settings.
static tv_reference_anchor *anchors_of(const tv_crosscheck *check, size_t store, size_t *num)
{
    const tv_workspace *workspace = check->workspace;
    const tv_trust_list *trust = trust_of(check, store);
    tv_reference_anchor *anchors = calloc(workspace->num_held + 1, sizeof(*anchors));
    *num = 0;
    for (uint32_t node = 0; anchors != NULL && node < workspace->num_held; node++) {
        if (tv_node_in(workspace->stores[store].set, node)) {
            anchors[(*num)++] =
                (tv_reference_anchor){workspace->held[node].cert.der, tv_trust_find(trust, node)};
        }
    }
    return anchors;
}

static tv_status open_stores(tv_crosscheck *check)
{
    const tv_workspace *workspace = check->workspace;
    bool clients_send = check->options->profile->set.intermediates == TV_INTERMEDIATES_ANY;
    size_t num_untrusted;
    tv_span *untrusted = ders_of(workspace, workspace->untrusted, &num_untrusted);
    tv_status status = untrusted != NULL ? TV_OK : TV_ERR_NOMEM;
    for (size_t s = 0; s < workspace->num_stores && status == TV_OK; s++) {
        if (workspace->stores[s].same_as != s) {
            continue;
        }
        size_t num_trusted;
        tv_reference_anchor *trusted = anchors_of(check, s, &num_trusted);
        status = trusted == NULL ? TV_ERR_NOMEM
                                 : tv_reference_open(&check->stores[s], trusted, num_trusted,
                                                     untrusted, clients_send ? num_untrusted : 0);
        free(trusted);
    }
    free(untrusted);
    return status;
}

tv_status tv_crosscheck_open(tv_crosscheck **out, const tv_workspace *workspace,
                             const tv_judge_options *options, double percent)
{
    *out = NULL;
    tv_crosscheck *check = calloc(1, sizeof(*check));
    if (check == NULL) {
        return TV_ERR_NOMEM;
    }
    check->workspace = workspace;
    check->options = options;
    check->threshold =
        percent >= 100 ? UINT64_MAX : (uint64_t)(percent / 100 * 18446744073709551615.0);
    check->settings = settings_of(options);
    check->stores = calloc(workspace->num_stores + 1, sizeof(tv_reference *));
    tv_status status = check->stores != NULL ? open_stores(check) : TV_ERR_NOMEM;
    if (status != TV_OK) {
        tv_crosscheck_close(check);
        return status;
    }
    *out = check;
    return TV_OK;
}

void tv_crosscheck_close(tv_crosscheck *check)
{
    if (check == NULL) {
        return;
    }
    for (size_t s = 0; s < check->workspace->num_stores && check->stores != NULL; s++) {
        tv_reference_close(check->stores[s]);
    }
    free(check->stores);
    free(check);
}

static bool in_sample(const tv_crosscheck *check, uint32_t store, const tv_item *item)
{
    uint64_t hash =
        tv_hash_64(tv_span_make(item->fingerprint->bytes, sizeof(item->fingerprint->bytes)),
                   SAMPLE_SEED + store);
    return hash <= check->threshold;
}

// Reasons that libcrypto knows as we do: one of them alone denies there, too.
static const uint32_t shared_reasons =
    TV_REASON_BIT(TV_REASON_BAD_SIGNATURE) | TV_REASON_BIT(TV_REASON_ISSUER_NOT_FOUND) |
    TV_REASON_BIT(TV_REASON_SELF_SIGNED) | TV_REASON_BIT(TV_REASON_ROOT_NOT_FOUND) |
    TV_REASON_BIT(TV_REASON_EXPIRED) | TV_REASON_BIT(TV_REASON_NOT_YET_VALID) |
    TV_REASON_BIT(TV_REASON_ISSUER_EXPIRED) | TV_REASON_BIT(TV_REASON_ISSUER_NOT_YET_VALID) |
    TV_REASON_BIT(TV_REASON_PATH_LENGTH) | TV_REASON_BIT(TV_REASON_NAME_CONSTRAINTS) |
    TV_REASON_BIT(TV_REASON_CERTIFICATE_POLICY) |
    TV_REASON_BIT(TV_REASON_UNHANDLED_CRITICAL_EXTENSION) | TV_REASON_BIT(TV_REASON_MALFORMED);

static void add_ids(tv_buf *text, const tv_item *item, const tv_cell *cell)
{
    tv_buf_add_text(text, "; client ");
    tv_buf_add_hex(text, tv_span_make(item->fingerprint->bytes, 32));
    for (unsigned i = 0; i < cell->path_len; i++) {
        tv_buf_add_text(text, i == 0 ? ", our path " : " ");
        tv_buf_add_hex(text, tv_span_make(cell->path[i]->fingerprint.bytes, 32));
    }
}

// "trustval: deny expired; X509_verify_cert: 0 ok"
static void add_both(tv_buf *text, const tv_cell *cell, const tv_reference_verdict *theirs)
{
    tv_buf_add_text(text,
                    cell->verdict == TV_VERDICT_ACCEPT ? "trustval: accept" : "trustval: deny ");
    tv_buf_add_text(text, tv_reason_id(cell->reason));
    tv_buf_add_text(text, "; X509_verify_cert: ");
    tv_buf_add_i64(text, theirs->code);
    tv_buf_add_text(text, " ");
    tv_buf_add_text(text, theirs->text);
    tv_buf_add_text(text, " at depth ");
    tv_buf_add_i64(text, theirs->depth);
}

// libcrypto, given the certificates of our path and nothing else. Those with trust settings come
// out of the truststore, as they did: `trust` tells them.
static bool accepts_our_path(const tv_reference_settings *settings, const tv_trust_list *trust,
                             tv_span target, const tv_cell *cell)
{
    tv_reference_anchor trusted[TV_PATH_MAX + 1] = {{target, NULL}};
    tv_span untrusted[TV_PATH_MAX];
    size_t num_trusted = 1;
    size_t num_untrusted = 0;
    if (cell->anchor != NULL) {
        trusted[0].der = cell->anchor->cert.der;
        trusted[0].trust = tv_trust_find(trust, cell->anchor->id);
    }
    for (unsigned i = 0; i + 1 < cell->path_len; i++) {
        const tv_held *issuer = cell->path[i];
        const tv_trust *said = tv_trust_find(trust, issuer->id);
        if (said != NULL) {
            trusted[num_trusted++] = (tv_reference_anchor){issuer->cert.der, said};
        } else {
            untrusted[num_untrusted++] = issuer->cert.der;
        }
    }
    tv_reference *alone;
    if (tv_reference_open(&alone, trusted, num_trusted, untrusted, num_untrusted) != TV_OK) {
        return false;
    }
    tv_reference_verdict verdict;
    bool accepts = tv_reference_verify(alone, settings, target, &verdict) && verdict.decoded &&
                   verdict.code == 0;
    tv_reference_close(alone);
    return accepts;
}

static bool ends_now(const tv_crosscheck *check, const tv_trust_list *trust, tv_span target,
                     const tv_item *item, const tv_cell *cell)
{
    tv_time at = check->settings.at;
    bool last = item->cert->not_after == at;
    for (unsigned i = 0; i < cell->path_len; i++) {
        last = last || cell->path[i]->cert.not_after == at;
    }
    tv_reference_settings before = check->settings;
    before.at = at - 1;
    return last && accepts_our_path(&before, trust, target, cell);
}

static bool key_ids_differ(const tv_cert *child, const tv_cell *cell)
{
    for (unsigned i = 0; i < cell->path_len; i++) {
        const tv_cert *issuer = &cell->path[i]->cert;
        if (child->aki.len > 0 && issuer->ski.len > 0 && !tv_span_equal(child->aki, issuer->ski)) {
            return true;
        }
        child = issuer;
    }
    return false;
}

// Why libcrypto denies what we accept, or NULL when nothing proves it.
static const char *explain_accept(const tv_crosscheck *check, uint32_t store, tv_span target,
                                  const tv_item *item, const tv_cell *cell)
{
    const tv_settings *set = &check->options->profile->set;
    const tv_trust_list *trust = trust_of(check, store);
    if (accepts_our_path(&check->settings, trust, target, cell)) {
        return "; it accepts when it is given our path alone: it did not try it";
    }
    if (set->not_after_inclusive && ends_now(check, trust, target, item, cell)) {
        return "; it accepts one second earlier: the last second of a validity is counted "
               "differently";
    }
    if (set->key_identifiers == TV_KEY_ID_HINT && key_ids_differ(item->cert, cell)) {
        return "; a key identifier of our path differs, which the profile takes for a hint";
    }
    return NULL;
}

// Why libcrypto accepts what we deny, or NULL.
static const char *explain_denial(const tv_item *item, const tv_cell *cell)
{
    if (cell->reason == TV_REASON_MALFORMED && item->problem != NULL) {
        return "; the bytes are no DER as RFC 5280 asks, which libcrypto lets pass";
    }
    return NULL;
}

tv_crosscheck_result tv_crosscheck_cell(const tv_crosscheck *check, uint32_t store, tv_span target,
                                        const tv_item *item, const tv_cell *cell, tv_buf *text,
                                        tv_finding *finding)
{
    bool accepted = cell->verdict == TV_VERDICT_ACCEPT;
    if (cell->verdict == TV_VERDICT_UNDECIDED || item->fingerprint == NULL ||
        (!accepted && (cell->reasons & shared_reasons) == 0) || !in_sample(check, store, item)) {
        return TV_CROSSCHECK_SKIPPED;
    }
    tv_reference_verdict theirs;
    uint32_t same = check->workspace->stores[store].same_as;
    if (!tv_reference_verify(check->stores[same], &check->settings, target, &theirs)) {
        return TV_CROSSCHECK_SKIPPED;
    }
    if (accepted == (theirs.decoded && theirs.code == 0)) {
        return TV_CROSSCHECK_AGREES;
    }
    if (!theirs.decoded) {
        theirs.text = "not decoded";
    }
    const char *why =
        accepted ? explain_accept(check, store, target, item, cell) : explain_denial(item, cell);
    const char *rule = why != NULL ? "crosscheck-explained" : "crosscheck-difference";
    if (!tv_finding_make(check->options->profile, rule, finding)) {
        *finding = (tv_finding){.rule = tv_rule_find(rule), .severity = TV_ERROR, .source = ""};
    }
    tv_buf_clear(text);
    add_both(text, cell, &theirs);
    tv_buf_add_text(text, why != NULL ? why : "");
    add_ids(text, item, cell);
    finding->message = tv_buf_span(text);
    finding->truststore = check->workspace->infos[store].name;
    finding->file = item->file;
    finding->entry = item->index;
    finding->line = item->line;
    return why != NULL ? TV_CROSSCHECK_EXPLAINED : TV_CROSSCHECK_DIFFERS;
}
