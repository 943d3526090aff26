// SPDX-License-Identifier: Apache-2.0
// The depth-first search for a good path, from the target upward, with backtracking. A branch is
// cut at the first rule it breaks; cheap rules are asked before the signature, name constraints
// after it, so that only certificates whose key is proved make name comparisons, and policies when
// the path is complete. Bounds: nodes, distinct signatures and comparisons per judgement,
// candidates per certificate, depth (tv_limits). When one of them cuts the search short, `spent`
// says so and "no path" is no answer.

#include "path/search.h"

void tv_search_begin(tv_path_search *search, tv_time at)
{
    tv_target *target = search->target;
    search->at = at;
    search->cost = (tv_path_cost){0};
    search->comparisons_left = search->judge->limits.name_comparisons;
    search->spent = false;
    search->depth = 0;
    while (search->num_seen > 0) {
        search->seen[search->seen_at[--search->num_seen]] = 0;
    }
    tv_step *step = &search->steps[0];
    step->cert = target->cert;
    step->node = target->node;
    step->self_issued = target->self_issued;
    step->is_anchor = false;
    step->trust = TV_TRUST_SILENT;
    // An entry that is a CA issues others: it counts as the first intermediate below its issuers.
    step->num_cas = target->is_entry && target->cert->is_ca && !target->self_issued ? 1 : 0;
    step->failed = 0;
    step->advised = 0;
}

tv_step *tv_push_issuer(tv_path_search *search, uint32_t node)
{
    const tv_graph *graph = search->judge->graph;
    const tv_step *below = &search->steps[search->depth];
    tv_step *step = &search->steps[++search->depth];
    step->cert = &tv_graph_cert(graph, node)->cert;
    step->node = node;
    step->self_issued = tv_graph_subject(graph, node) == tv_graph_issuer(graph, node);
    step->trust = (uint8_t)tv_trust_of(search, node);
    step->is_anchor = step->trust == TV_TRUST_GRANTED || tv_is_anchor(search, node);
    // The issuer of a proxy is no CA (RFC 3820 3.1).
    step->num_cas = below->num_cas + (step->self_issued || tv_is_proxy(below->cert) ? 0 : 1);
    step->failed = 0;
    step->advised = 0;
    search->cost.nodes++;
    tv_check_issuer(search);
    return step;
}

// Whether the path may grow by one more issuer.
static bool within_bounds(tv_path_search *search)
{
    const tv_limits *limits = &search->judge->limits;
    if (search->cost.nodes >= limits->path_nodes || search->depth + 2 > limits->path_depth ||
        search->depth >= TV_PATH_MAX) {
        search->spent = true;
        return false;
    }
    return true;
}

// Tries the next candidate of the last step. True when the path has grown by an issuer that breaks
// no rule.
static bool grow(tv_path_search *search)
{
    tv_step *child = &search->steps[search->depth];
    uint32_t node = child->candidates[child->next_candidate++].node;
    if (!within_bounds(search)) {
        return false;
    }
    tv_step *issuer = tv_push_issuer(search, node);
    if (issuer->failed == 0 && tv_edge_check(search, child, node) == TV_EDGE_GOOD) {
        tv_check_names(search);
        if (issuer->failed == 0) {
            return true;
        }
    }
    search->depth--;
    return false;
}

bool tv_search_good(tv_path_search *search)
{
    tv_find_candidates(search);
    for (;;) {
        const tv_step *step = &search->steps[search->depth];
        if (step->next_candidate >= step->num_candidates) {
            if (search->depth == 0) {
                return false;
            }
            search->depth--;
            continue;
        }
        if (!grow(search)) {
            continue;
        }
        if (search->steps[search->depth].is_anchor) {
            if (tv_check_policies(search)) {
                return true;
            }
            search->depth--;
            continue;
        }
        tv_find_candidates(search);
    }
}
