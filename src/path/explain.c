// SPDX-License-Identifier: Apache-2.0
// Why no path is good: a second search that walks over broken rules, along good signatures alone,
// and keeps the path that tells most. Paths that reach an anchor come before those that do not; of
// the first the one that breaks the fewest rules is best, of the others the longest.

#include "path/search.h"

enum { MAX_NODES = 1024 }; // the answer is known; only its words are looked for

// How much a path tells; more is better.
static uint32_t score_of(bool anchored, uint32_t depth, uint32_t reasons, tv_reason end)
{
    uint32_t broken = (uint32_t)__builtin_popcount(reasons);
    if (anchored) {
        return 100000 - broken;
    }
    // The earlier a reason stands in the list, the more it tells.
    return depth * 100 + TV_REASON_COUNT - (uint32_t)end;
}

// Why the certificate on top of the path has no issuer.
static tv_reason end_of(const tv_path_search *search, tv_edge_state own)
{
    const tv_step *top = &search->steps[search->depth];
    if (top->saw_bad || (search->depth == 0 && own == TV_EDGE_BAD)) {
        return TV_REASON_BAD_SIGNATURE;
    }
    if (top->saw_unsupported || (search->depth == 0 && own == TV_EDGE_UNSUPPORTED)) {
        return TV_REASON_UNSUPPORTED_ALGORITHM;
    }
    return search->depth == 0 ? TV_REASON_ISSUER_NOT_FOUND : TV_REASON_ROOT_NOT_FOUND;
}

void tv_cell_take_path(const tv_path_search *search, bool anchored, tv_cell *out)
{
    const tv_graph *graph = search->judge->graph;
    out->path_len = (uint8_t)search->depth;
    for (uint32_t i = 1; i <= search->depth; i++) {
        out->path[i - 1] = tv_graph_cert(graph, search->steps[i].node);
    }
    out->anchor = NULL;
    if (anchored && search->steps[search->depth].node != TV_ID_NONE) {
        out->anchor = tv_graph_cert(graph, search->steps[search->depth].node);
    }
    out->advices = 0;
    for (uint32_t i = 0; i <= search->depth; i++) {
        out->advices |= search->steps[i].advised;
    }
}

// The lowest step that breaks `reason`; `end` is broken by the last one.
static uint8_t depth_of(const tv_path_search *search, tv_reason reason, tv_reason end)
{
    for (uint32_t i = 0; i <= search->depth; i++) {
        if ((search->steps[i].failed & TV_REASON_BIT(reason)) != 0 ||
            (reason == end && i == search->depth)) {
            return (uint8_t)i;
        }
    }
    return 0;
}

// What a complete path breaks on which nothing broken was seen: the tolerant search walks further
// and spent its budget before names or policies, and the strict one found the path not good.
static uint32_t unseen_reason(const tv_path_search *search)
{
    return search->judge->profile->set.check_policies ? TV_REASON_BIT(TV_REASON_CERTIFICATE_POLICY)
                                                      : TV_REASON_BIT(TV_REASON_NAME_CONSTRAINTS);
}

// Keeps the path at hand in `out` when it tells more than what is there.
static void record(const tv_path_search *search, tv_reason end, uint32_t *best, tv_cell *out)
{
    uint32_t reasons = end != TV_REASON_NONE ? TV_REASON_BIT(end) : 0;
    for (uint32_t i = 0; i <= search->depth; i++) {
        reasons |= search->steps[i].failed;
    }
    bool anchored = end == TV_REASON_NONE;
    if (anchored && reasons == 0) {
        reasons = unseen_reason(search);
    }
    uint32_t score = score_of(anchored, search->depth, reasons, end);
    if (score <= *best) {
        return;
    }
    *best = score;
    tv_cell_take_path(search, anchored, out);
    out->reasons = reasons;
    out->reason = tv_reason_first(reasons);
    out->depth = depth_of(search, out->reason, end);
}

// Tries the next candidate of the last step. True when the path has grown.
static bool grow(tv_path_search *search)
{
    tv_step *child = &search->steps[search->depth];
    tv_candidate candidate = child->candidates[child->next_candidate++];
    if (search->cost.nodes >= MAX_NODES || search->depth + 2 > search->judge->limits.path_depth ||
        search->depth >= TV_PATH_MAX) {
        return false;
    }
    tv_edge_state edge = tv_edge_check(search, child, candidate.node);
    if (edge == TV_EDGE_BAD && candidate.match != TV_KEY_ID_DIFFERS) {
        child->saw_bad = true;
    }
    if (edge == TV_EDGE_UNSUPPORTED) {
        child->saw_unsupported = true;
    }
    if (edge != TV_EDGE_GOOD) {
        return false;
    }
    child->extended = true;
    tv_push_issuer(search, candidate.node);
    tv_check_names(search);
    search->steps[search->depth].failed &= ~TV_REASON_BIT(TV_REASON_BUDGET_SPENT);
    return true;
}

static void look_around(tv_path_search *search)
{
    tv_step *step = &search->steps[search->depth];
    tv_find_candidates(search);
    step->extended = false;
    step->saw_bad = false;
    step->saw_unsupported = false;
}

void tv_explain(tv_path_search *search, tv_edge_state own, tv_cell *out)
{
    uint32_t best = 0;
    tv_search_begin(search, search->at);
    tv_check_target(search, false);
    look_around(search);
    for (;;) {
        const tv_step *step = &search->steps[search->depth];
        if (step->next_candidate >= step->num_candidates) {
            if (!step->extended) {
                record(search, end_of(search, own), &best, out);
            }
            if (search->depth == 0) {
                return;
            }
            search->depth--;
            continue;
        }
        if (!grow(search)) {
            continue;
        }
        if (search->steps[search->depth].is_anchor) {
            (void)tv_check_policies(search);
            record(search, TV_REASON_NONE, &best, out);
            search->depth--;
            continue;
        }
        look_around(search);
    }
}
