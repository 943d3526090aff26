// SPDX-License-Identifier: Apache-2.0
// What a search found above an issuer, kept per truststore: the further clients of that issuer are
// answered from it, and a further truststore costs a cell.
//
// A summary answers for a target only where the search could do nothing else:
// - the target streams by, is no proxy and not self-issued, breaks no rule by itself, and one held
//   certificate alone has its issuer's name: the search has one candidate, and it is good;
// - the search that was learned from walked straight up, each certificate that it tried being on
//   the path in the end, so that no choice depended on its target;
// - no certificate of the path constrains names and policies are not processed, the two rules that
//   look from an issuer down to the target; what else check.c asks of an issuer (its own fields,
//   counts of what lies below) is the same for every such target;
// - the target ends before the path does, so that the verdict changes when the target ends.
// All else, and every denial, is left to the search.

#include "path/search.h"

#include <stdlib.h>

enum { MAX_ISSUERS = 6, MIN_SLOTS = 256, MAX_SLOTS = 16384, SLOTS_PER_TRUSTSTORE = 128 };

// The way up from an issuer under one truststore.
typedef struct summary {
    const uint64_t *trusted; // the bits of the truststore; NULL: the slot is free
    uint32_t issuer;
    uint32_t num_issuers;
    uint32_t issuers[MAX_ISSUERS]; // upward; the last is the anchor
    uint32_t advices;              // of the issuers
    tv_time end;                   // tv_end_of_steps of the issuers
    tv_path_cost cost;
} summary;

struct tv_path_summaries {
    size_t mask; // number of slots, a power of two, minus one
    summary slots[];
};

tv_status tv_path_worker_summarise(tv_path_worker *worker, size_t num_truststores)
{
    size_t num = MIN_SLOTS;
    while (num < MAX_SLOTS && num / SLOTS_PER_TRUSTSTORE < num_truststores) {
        num *= 2;
    }
    free(worker->summaries);
    worker->summaries = calloc(1, sizeof(struct tv_path_summaries) + num * sizeof(summary));
    if (worker->summaries == NULL) {
        return TV_ERR_NOMEM;
    }
    worker->summaries->mask = num - 1;
    return TV_OK;
}

// A later summary takes the place of an earlier one with the same slot.
static summary *slot_of(const tv_path_search *search)
{
    struct tv_path_summaries *all = search->worker->summaries;
    uint64_t key = (uint64_t)(uintptr_t)search->trusted.bits / sizeof(uint64_t);
    key = (key ^ (uint64_t)search->target->sole_issuer << 32) * UINT64_C(0x9e3779b97f4a7c15);
    return &all->slots[(key >> 40) & all->mask];
}

static bool checks_policies(const tv_profile *profile)
{
    return profile->set.check_policies &&
           profile->reasons[TV_REASON_CERTIFICATE_POLICY].check != TV_CHECK_NO;
}

// Whether a summary may answer for the target of this search, or be learned from it.
static bool is_plain(const tv_path_search *search)
{
    const tv_target *target = search->target;
    return search->worker->summaries != NULL && target->sole_issuer != TV_ID_NONE &&
           !target->is_entry && !target->log_closed && !tv_is_proxy(target->cert) &&
           tv_node_in(search->trusted, target->sole_issuer) &&
           !checks_policies(search->judge->profile);
}

static void fill(const tv_path_search *search, const summary *known, tv_time end, tv_cell *out)
{
    const tv_graph *graph = search->judge->graph;
    out->verdict = TV_VERDICT_ACCEPT;
    out->path_len = (uint8_t)known->num_issuers;
    for (uint32_t i = 0; i < known->num_issuers; i++) {
        out->path[i] = tv_graph_cert(graph, known->issuers[i]);
    }
    out->anchor = out->path[known->num_issuers - 1];
    out->advices = known->advices | search->steps[0].advised;
    out->breaks_at = end != INT64_MAX ? end : TV_TIME_NONE;
}

bool tv_summary_accepts(tv_path_search *search, tv_cell *out)
{
    if (!is_plain(search)) {
        return false;
    }
    const summary *known = slot_of(search);
    if (known->trusted != search->trusted.bits || known->issuer != search->target->sole_issuer) {
        return false;
    }
    tv_check_target(search, false);
    tv_time end = tv_end_of_steps(search, 0, 0);
    if (search->steps[0].failed != 0 || end > known->end ||
        tv_edge_check(search, &search->steps[0], known->issuer) != TV_EDGE_GOOD) {
        tv_search_begin(search, search->at); // the edge was counted
        return false;
    }
    fill(search, known, end, out);
    search->decided = known->cost;
    return true;
}

void tv_summary_learn(tv_path_search *search, const tv_cell *out)
{
    if (out->verdict != TV_VERDICT_ACCEPT || !is_plain(search) || out->path_len == 0 ||
        out->path_len > MAX_ISSUERS || out->path[0]->id != search->target->sole_issuer ||
        search->decided.nodes != out->path_len) {
        return;
    }
    summary learned = {.trusted = search->trusted.bits,
                       .issuer = search->target->sole_issuer,
                       .num_issuers = out->path_len,
                       .cost = search->decided};
    // The search has gone on to other instants: walk the path once more.
    tv_search_begin(search, search->judge->at);
    for (uint32_t i = 0; i < out->path_len; i++) {
        const tv_step *step = tv_push_issuer(search, out->path[i]->id);
        if ((step->cert->has & TV_EXT_NAME_CONSTRAINTS) != 0) {
            return;
        }
        learned.issuers[i] = step->node;
        learned.advices |= step->advised;
    }
    learned.end = tv_end_of_steps(search, 1, search->depth);
    *slot_of(search) = learned;
}
