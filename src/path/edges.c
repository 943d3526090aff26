// SPDX-License-Identifier: Apache-2.0
// Who may have issued a certificate, and whether they did: candidates out of the graph, in the
// order in which a good path is most likely, and the signature of each edge, checked once.

#include "path/search.h"

// What an earlier question for the target's edge under the key `id` found; TV_EDGE_UNKNOWN: there
// was none.
static tv_edge_state recall_target_edge(const tv_target *target, tv_key_id id)
{
    unsigned kept = target->num_edges < TV_TARGET_EDGES ? target->num_edges : TV_TARGET_EDGES;
    for (unsigned i = 0; i < kept; i++) {
        if (target->edges[i].key == id) {
            return target->edges[i].state;
        }
    }
    return TV_EDGE_UNKNOWN;
}

// The result of the target's edge under `key`, which was not asked for yet, from the log of an
// earlier duplicate, or from libcrypto.
static tv_edge_state check_target_edge(tv_path_search *search, tv_key_id id, const tv_key *key)
{
    tv_target *target = search->target;
    unsigned slot = target->num_edges++;
    bool logged = slot < TV_EDGE_LOG_LEN && !target->log_closed;
    tv_edge_state state = TV_EDGE_UNKNOWN;
    if (logged) {
        state = (tv_edge_state)(target->log >> (2 * slot) & 3);
    }
    if (state == TV_EDGE_UNKNOWN) {
        if (target->ahead != TV_EDGE_UNKNOWN && target->ahead_key == id) {
            state = target->ahead;
        } else {
            state = tv_key_check(key, search->worker->sig, target->cert);
            target->signature_checks++;
        }
        if (logged) {
            target->log |= (tv_edge_log)state << (2 * slot);
        }
    }
    target->edges[slot % TV_TARGET_EDGES].key = id;
    target->edges[slot % TV_TARGET_EDGES].state = state;
    return state;
}

// Nothing is known of an edge for want of memory: the search is cut as by any other bound.
static tv_edge_state give_up(tv_path_search *search)
{
    search->spent = true;
    search->target->log_closed = true;
    return TV_EDGE_UNKNOWN;
}

#define OWN_KEY (TV_ID_NONE - 1) // stands for the key of a target that is not held

// Counts a (child, key) pair once per judgement. False when the bound is reached.
static bool count_edge(tv_path_search *search, uint32_t child, tv_key_id key)
{
    uint64_t pair = ((uint64_t)child << 32 | key) + 1;
    uint64_t at = (pair * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
    for (;; at++) {
        uint64_t *slot = &search->seen[at % TV_EDGE_SEEN_SLOTS];
        if (*slot == pair) {
            return true;
        }
        if (*slot == 0) {
            if (search->cost.signatures >= search->judge->limits.path_signatures ||
                search->num_seen >= TV_LIMIT_SIGNATURES) {
                search->spent = true;
                return false;
            }
            *slot = pair;
            search->seen_at[search->num_seen++] = (uint16_t)(at % TV_EDGE_SEEN_SLOTS);
            search->cost.signatures++;
            return true;
        }
    }
}

// A self-issued target that streams by: its key is decoded once, for this one question.
static tv_edge_state check_own_key(tv_path_search *search)
{
    const tv_cert *cert = search->target->cert;
    tv_key *key = NULL;
    if (tv_key_open(&key, search->worker->library, cert->spki, (tv_key_kind)cert->key) != TV_OK) {
        return give_up(search);
    }
    tv_edge_state state = check_target_edge(search, TV_ID_NONE, key);
    tv_key_close(key);
    return state;
}

tv_edge_state tv_edge_check(tv_path_search *search, const tv_step *child, uint32_t issuer)
{
    const tv_judge *judge = search->judge;
    tv_key_id id = TV_ID_NONE;
    if (issuer != TV_ID_NONE) {
        id = tv_graph_key(judge->graph, issuer);
    } else if (child->node != TV_ID_NONE) {
        id = tv_graph_key(judge->graph, child->node);
    }
    if (!count_edge(search, child->node, id != TV_ID_NONE ? id : OWN_KEY)) {
        return TV_EDGE_UNKNOWN;
    }
    if (child->node == TV_ID_NONE) {
        tv_edge_state known = recall_target_edge(search->target, id);
        if (known != TV_EDGE_UNKNOWN) {
            return known;
        }
    }
    if (id == TV_ID_NONE) {
        return check_own_key(search);
    }
    const tv_key *key = tv_keyring_get(judge->keys, id);
    if (key == NULL) {
        return give_up(search);
    }
    if (child->node == TV_ID_NONE) {
        return check_target_edge(search, id, key);
    }
    return tv_sig_memo_check(judge->memo, child->node, id, key, search->worker->sig, child->cert);
}

// Whether the key identifiers of a self-issued certificate say that another key signed it.
static bool names_other_key(tv_path_search *search, const tv_cert *cert, uint32_t node)
{
    tv_buf *scratch = &search->worker->names;
    tv_key_id_match match = tv_graph_key_id_match(search->judge->graph, cert, node, scratch);
    search->target->log_closed |= scratch->failed;
    return match == TV_KEY_ID_DIFFERS;
}

// Whether a certificate's own key could have made its signature. One that carries another kind of
// key is self-issued and not self-signed, whatever its names say.
static bool own_key_fits(const tv_cert *cert)
{
    if (cert->key == TV_KEY_UNKNOWN) {
        return true; // as far as can be told
    }
    switch (cert->sig.kind) {
    case TV_SIG_RSA_PKCS1:
        return cert->key == TV_KEY_RSA;
    case TV_SIG_RSA_PSS:
        return cert->key == TV_KEY_RSA || cert->key == TV_KEY_RSA_PSS;
    case TV_SIG_ECDSA:
        return cert->key >= TV_KEY_EC_P256 && cert->key <= TV_KEY_EC_OTHER;
    case TV_SIG_ED25519:
        return cert->key == TV_KEY_ED25519;
    case TV_SIG_ED448:
        return cert->key == TV_KEY_ED448;
    case TV_SIG_DSA:
        return cert->key == TV_KEY_DSA;
    default:
        return true;
    }
}

tv_trust_word tv_trust_of(const tv_path_search *search, uint32_t node)
{
    static const uint16_t purposes[] = {
        [TV_PURPOSE_ANY] = TV_EKU_ANY,
        [TV_PURPOSE_CLIENT] = TV_EKU_CLIENT_AUTH,
        [TV_PURPOSE_SERVER] = TV_EKU_SERVER_AUTH,
    };
    if (search->trust == NULL) {
        return TV_TRUST_SILENT;
    }
    const tv_graph *graph = search->judge->graph;
    uint16_t purpose = purposes[search->judge->profile->set.purpose];
    const tv_trust *trust = tv_trust_find(search->trust, node);
    tv_trust_word word = trust != NULL ? tv_trust_ask(trust, purpose) : TV_TRUST_SILENT;
    // A refused CA stays so in another certificate that a client sends.
    if (!tv_node_in(search->trusted, node) &&
        tv_trust_refuses(search->trust, tv_graph_subject(graph, node), tv_graph_key(graph, node),
                         purpose)) {
        word = TV_TRUST_REFUSED;
    }
    // An entry is not asked for a purpose, so that none can be refused.
    return search->target->is_entry && word == TV_TRUST_REFUSED ? TV_TRUST_SILENT : word;
}

bool tv_is_anchor(tv_path_search *search, uint32_t node)
{
    const tv_judge *judge = search->judge;
    const tv_settings *set = &judge->profile->set;
    if (!tv_node_in(search->trusted, node)) {
        return false;
    }
    if (set->anchors == TV_ANCHOR_ANY) {
        return true;
    }
    const tv_cert *cert = &tv_graph_cert(judge->graph, node)->cert;
    if (tv_graph_subject(judge->graph, node) != tv_graph_issuer(judge->graph, node) ||
        !own_key_fits(cert) ||
        (set->key_identifiers == TV_KEY_ID_MUST_MATCH && names_other_key(search, cert, node))) {
        return false;
    }
    if (!set->anchor_self_signature) {
        return true;
    }
    tv_step step = {.cert = cert, .node = node};
    return tv_edge_check(search, &step, TV_ID_NONE) == TV_EDGE_GOOD;
}

bool tv_on_path(const tv_path_search *search, uint32_t node)
{
    const tv_graph *graph = search->judge->graph;
    for (uint32_t i = 0; i <= search->depth; i++) {
        uint32_t other = search->steps[i].node;
        if (other == node) {
            return true;
        }
        if (i > 0 && tv_graph_key(graph, other) == tv_graph_key(graph, node) &&
            tv_graph_subject(graph, other) == tv_graph_subject(graph, node)) {
            return true;
        }
    }
    return false;
}

// What makes a good path likely: the right key identifier, then a validity that holds, then an
// anchor (the path ends), then a certificate of the truststore.
static uint8_t rank_of(const tv_judge *judge, tv_time at, tv_node_set trusted_nodes, uint32_t node,
                       tv_key_id_match match)
{
    const tv_graph *graph = judge->graph;
    const tv_cert *cert = &tv_graph_cert(graph, node)->cert;
    bool valid = at >= cert->not_before && !tv_is_expired(judge, cert, at);
    bool ends = tv_graph_subject(graph, node) == tv_graph_issuer(graph, node);
    bool trusted = tv_node_in(trusted_nodes, node);
    return (uint8_t)((unsigned)match << 3 | (valid ? 0U : 4U) | (ends && trusted ? 0U : 2U) |
                     (trusted ? 0U : 1U));
}

static bool is_at_hand(const tv_path_search *search, uint32_t node)
{
    return tv_node_in(search->trusted, node) ||
           (search->judge->profile->set.intermediates == TV_INTERMEDIATES_ANY &&
            tv_node_in(search->untrusted, node));
}

// Keeps the order of those with equal rank.
static void insert_candidate(tv_step *step, tv_candidate candidate)
{
    uint32_t at = step->num_candidates++;
    while (at > 0 && step->candidates[at - 1].rank > candidate.rank) {
        step->candidates[at] = step->candidates[at - 1];
        at--;
    }
    step->candidates[at] = candidate;
}

// Asks the graph for the issuers of the target, unless they are too many to keep.
static void learn_issuers(tv_path_search *search)
{
    tv_target *target = search->target;
    tv_buf *scratch = &search->worker->names;
    tv_issuer_walk walk;
    uint32_t node;
    tv_key_id_match match;
    uint8_t count = 0;
    tv_issuer_walk_open(&walk, search->judge->graph, target->cert, target->issuer, scratch);
    target->num_issuers = TV_TARGET_ISSUERS_MANY;
    while (!scratch->failed && tv_issuer_walk_next(&walk, &node, &match)) {
        if (count == TV_TARGET_ISSUERS) {
            return;
        }
        target->issuers[count] = node;
        target->issuer_matches[count++] = (uint8_t)match;
    }
    if (!scratch->failed) {
        target->num_issuers = count;
    }
}

void tv_issuers_open(tv_issuers *issuers, tv_path_search *search)
{
    const tv_graph *graph = search->judge->graph;
    tv_target *target = search->target;
    const tv_step *step = &search->steps[search->depth];
    bool is_target = search->depth == 0;
    if (is_target && target->num_issuers == TV_TARGET_ISSUERS_UNKNOWN) {
        learn_issuers(search);
    }
    issuers->next = 0;
    issuers->target = NULL;
    if (is_target && target->num_issuers != TV_TARGET_ISSUERS_MANY) {
        issuers->target = target;
        return;
    }
    tv_name_id issuer = is_target ? target->issuer : tv_graph_issuer(graph, step->node);
    tv_issuer_walk_open(&issuers->walk, graph, step->cert, issuer, &search->worker->names);
    if (search->trusted.places != NULL) {
        tv_issuer_walk_within(&issuers->walk, search->trusted.places, search->untrusted.places);
    }
    target->log_closed |= search->worker->names.failed;
}

bool tv_issuers_next(tv_issuers *issuers, uint32_t *node, tv_key_id_match *match)
{
    const tv_target *target = issuers->target;
    if (target == NULL) {
        return tv_issuer_walk_next(&issuers->walk, node, match);
    }
    if (issuers->next == target->num_issuers) {
        return false;
    }
    *node = target->issuers[issuers->next];
    *match = (tv_key_id_match)target->issuer_matches[issuers->next++];
    return true;
}

void tv_find_candidates(tv_path_search *search)
{
    enum { MAX_LOOKED_AT = 1 << 20 }; // in one search, in this truststore or not
    const tv_judge *judge = search->judge;
    tv_step *step = &search->steps[search->depth];
    uint32_t most = judge->limits.issuer_candidates;
    tv_issuers issuers;
    uint32_t node;
    tv_key_id_match match;
    step->num_candidates = 0;
    step->next_candidate = 0;
    tv_issuers_open(&issuers, search);
    while (tv_issuers_next(&issuers, &node, &match)) {
        if (search->cost.looked++ == MAX_LOOKED_AT) {
            search->spent = true;
            return;
        }
        if (!is_at_hand(search, node) || tv_on_path(search, node) ||
            (match == TV_KEY_ID_DIFFERS &&
             judge->profile->set.key_identifiers == TV_KEY_ID_MUST_MATCH)) {
            continue;
        }
        if (step->num_candidates == most || step->num_candidates == TV_MAX_CANDIDATES) {
            search->spent = true;
            return;
        }
        insert_candidate(step,
                         (tv_candidate){node, (uint8_t)match,
                                        rank_of(judge, search->at, search->trusted, node, match)});
    }
}

tv_key_id tv_target_foresee(const tv_judge *judge, tv_node_set at_hand, const tv_cert *cert,
                            const tv_target_names *names, tv_buf *scratch)
{
    enum { MAX_LOOKED_AT = 64 };
    if (names->self_issued || names->issuer == TV_ID_NONE || names->incomplete) {
        return TV_ID_NONE;
    }
    tv_issuer_walk walk;
    uint32_t node;
    tv_key_id_match match;
    uint32_t best = TV_ID_NONE;
    uint8_t best_rank = UINT8_MAX;
    tv_issuer_walk_open(&walk, judge->graph, cert, names->issuer, scratch);
    for (unsigned i = 0; i < MAX_LOOKED_AT && tv_issuer_walk_next(&walk, &node, &match); i++) {
        if (!tv_node_in(at_hand, node) || node == names->node ||
            (match == TV_KEY_ID_DIFFERS &&
             judge->profile->set.key_identifiers == TV_KEY_ID_MUST_MATCH)) {
            continue;
        }
        uint8_t rank = rank_of(judge, judge->at, at_hand, node, match);
        if (rank < best_rank) {
            best = node;
            best_rank = rank;
        }
    }
    return best != TV_ID_NONE ? tv_graph_key(judge->graph, best) : TV_ID_NONE;
}
