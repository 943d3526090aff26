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

// Why the certificate on top of the path has no issuer. What was not tried may be one: then no fact
// is told of those that were.
static tv_reason end_of(const tv_path_search *search, tv_edge_state own)
{
    const tv_step *top = &search->steps[search->depth];
    if (top->cut) {
        return TV_REASON_BUDGET_SPENT;
    }
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

// Keeps the path at hand in `out` when it tells more than what is there.
static void record(tv_path_search *search, tv_reason end, uint32_t *best, tv_cell *out)
{
    uint32_t reasons = 0;
    for (uint32_t i = 0; i <= search->depth; i++) {
        reasons |= search->steps[i].failed;
    }
    if (end == TV_REASON_BUDGET_SPENT && reasons == 0) {
        // The search for a good path has tried them all from here.
        end = search->depth == 0 ? TV_REASON_ISSUER_NOT_FOUND : TV_REASON_ROOT_NOT_FOUND;
    }
    if (end == TV_REASON_NONE) {
        tv_note_opening(search, reasons);
    } else {
        reasons |= TV_REASON_BIT(end);
    }
    bool anchored = end == TV_REASON_NONE;
    if (anchored && reasons == 0) {
        // This search walks further and has spent its budget before it came to policies, the last
        // that the search for a good path asked for.
        reasons = TV_REASON_BIT(TV_REASON_CERTIFICATE_POLICY);
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
    uint32_t others = end != TV_REASON_NONE ? reasons & ~TV_REASON_BIT(end) : reasons;
    search->next_depth = depth_of(search, tv_reason_first(others), TV_REASON_NONE);
}

static void cut(tv_path_search *search, tv_step *step)
{
    step->cut = true;
    search->cut = true;
}

// Tries the next candidate of the last step. True when the path has grown.
static bool grow(tv_path_search *search)
{
    tv_step *child = &search->steps[search->depth];
    tv_candidate candidate = child->candidates[child->next_candidate++];
    if (search->cost.nodes >= MAX_NODES || search->depth + 2 > search->judge->limits.path_depth ||
        search->depth >= TV_PATH_MAX) {
        cut(search, child);
        return false;
    }
    tv_edge_state edge = tv_edge_check(search, child, candidate.node);
    if (edge == TV_EDGE_UNKNOWN) {
        cut(search, child);
    }
    if (edge == TV_EDGE_BAD && candidate.match != TV_KEY_ID_DIFFERS) {
        child->saw_bad = true;
    }
    if (edge == TV_EDGE_UNSUPPORTED) {
        child->saw_unsupported = true;
    }
    if (edge != TV_EDGE_GOOD) {
        return false;
    }
    search->spent = false;
    tv_push_issuer(search, candidate.node);
    tv_check_names(search);
    if (search->spent) { // what the issuer says of names, or of itself, is not known
        search->depth--;
        cut(search, child);
        return false;
    }
    child->extended = true;
    return true;
}

static void look_around(tv_path_search *search)
{
    tv_step *step = &search->steps[search->depth];
    search->spent = false;
    tv_find_candidates(search);
    step->cut = false;
    if (search->spent) {
        cut(search, step);
    }
    step->extended = false;
    step->saw_bad = false;
    step->saw_unsupported = false;
}

// For a target that is denied for itself no good path was searched: where this search was cut, it
// is not known that none of the ways leads to an anchor.
static void doubt_missing_root(const tv_path_search *search, tv_cell *out)
{
    const uint32_t missing = TV_REASON_BIT(TV_REASON_ROOT_NOT_FOUND);
    if (!search->cut || search->steps[0].failed == 0 || (out->reasons & missing) == 0) {
        return;
    }
    out->reasons = (out->reasons & ~missing) | TV_REASON_BIT(TV_REASON_BUDGET_SPENT);
    if (out->reason == TV_REASON_ROOT_NOT_FOUND) {
        out->reason = tv_reason_first(out->reasons);
        out->depth = search->next_depth;
    }
}

void tv_explain(tv_path_search *search, tv_edge_state own, tv_cell *out)
{
    uint32_t best = 0;
    tv_search_begin(search, search->at);
    search->cut = false;
    tv_check_target(search, false);
    look_around(search);
    for (;;) {
        const tv_step *step = &search->steps[search->depth];
        if (step->next_candidate >= step->num_candidates) {
            if (!step->extended) {
                record(search, end_of(search, own), &best, out);
            }
            if (search->depth == 0) {
                doubt_missing_root(search, out);
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
