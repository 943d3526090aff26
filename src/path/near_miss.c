// SPDX-License-Identifier: Apache-2.0
// What would help a certificate that is denied: the reason that is told first comes in, the nearest
// certificate that almost served goes out. The sentence is made in report.

#include "path/search.h"

enum { MAX_LOOKED_AT = 256 };

// The first certificate with the issuer's name that is at hand and did sign, or else that is
// trusted.
static void find_issuer(tv_path_search *search, tv_cell *out)
{
    const tv_judge *judge = search->judge;
    tv_issuers issuers;
    uint32_t node;
    tv_key_id_match match;
    out->hint = TV_HINT_ISSUER_MISSING;
    search->depth = 0;
    tv_issuers_open(&issuers, search);
    for (unsigned i = 0; i < MAX_LOOKED_AT && tv_issuers_next(&issuers, &node, &match); i++) {
        if (node == search->target->node) {
            continue;
        }
        if (tv_node_in(search->untrusted, node) &&
            tv_edge_check(search, &search->steps[0], node) == TV_EDGE_GOOD) {
            out->hint = TV_HINT_ISSUER_NOT_TRUSTED;
            out->near_miss = tv_graph_cert(judge->graph, node);
            return;
        }
        if (out->near_miss == NULL && tv_node_in(search->trusted, node)) {
            out->hint = match == TV_KEY_ID_EQUAL ? TV_HINT_ALTERED : TV_HINT_ISSUER_REKEYED;
            out->near_miss = tv_graph_cert(judge->graph, node);
        }
    }
}

// Another certificate of the truststore with the self-signed client's key.
static void find_same_key(tv_path_search *search, tv_cell *out)
{
    const tv_graph *graph = search->judge->graph;
    tv_key_id key = tv_graph_find_key(graph, search->target->cert->spki);
    out->hint = TV_HINT_SELF_SIGNED;
    if (key == TV_ID_NONE) {
        return;
    }
    uint32_t node = tv_graph_key_node(graph, key);
    for (unsigned i = 0; i < MAX_LOOKED_AT && node != TV_ID_NONE; i++) {
        if (tv_node_in(search->trusted, node) && node != search->target->node) {
            out->hint = TV_HINT_SAME_KEY_OTHER_CERT;
            out->near_miss = tv_graph_cert(graph, node);
            return;
        }
        node = tv_graph_next_with_key(graph, node);
    }
}

// The top of a path that reaches no anchor: its issuer is missing, or it is a root that is at hand
// and not trusted.
static void find_root(tv_path_search *search, tv_cell *out)
{
    const tv_graph *graph = search->judge->graph;
    const tv_held *top = out->path_len > 0 ? out->path[out->path_len - 1] : NULL;
    out->hint = TV_HINT_ROOT_MISSING;
    out->near_miss = top;
    if (top != NULL && !tv_node_in(search->trusted, top->id) &&
        tv_graph_subject(graph, top->id) == tv_graph_issuer(graph, top->id)) {
        out->hint = TV_HINT_ISSUER_NOT_TRUSTED;
    }
}

void tv_find_near_miss(tv_path_search *search, tv_cell *out)
{
    switch (out->reason) {
    case TV_REASON_SELF_SIGNED:
        find_same_key(search, out);
        break;
    case TV_REASON_BAD_SIGNATURE:
    case TV_REASON_ISSUER_NOT_FOUND:
        if (out->depth == 0) {
            find_issuer(search, out);
        }
        if (out->reason == TV_REASON_BAD_SIGNATURE && out->hint == TV_HINT_ISSUER_MISSING) {
            out->hint = TV_HINT_NONE;
        }
        break;
    case TV_REASON_ROOT_NOT_FOUND:
        find_root(search, out);
        break;
    case TV_REASON_ISSUER_EXPIRED:
    case TV_REASON_ISSUER_NOT_YET_VALID:
        out->hint = TV_HINT_ISSUER_EXPIRED;
        out->near_miss = out->depth > 0 ? out->path[out->depth - 1] : NULL;
        break;
    default:
        break;
    }
}
