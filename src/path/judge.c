// SPDX-License-Identifier: Apache-2.0
// One target against one truststore: a cell goes out. Puts the searches of the other files together
// and asks them again at later instants for the moment at which the verdict changes.

#include "path/search.h"

#include "base/span.h"
#include "cert/name.h"

#include <stdlib.h>

tv_status tv_path_worker_open(tv_path_worker *worker, const tv_sig *sig)
{
    *worker = (tv_path_worker){.library = sig};
    worker->search = calloc(1, sizeof(*worker->search));
    if (worker->search == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_sig_worker_open(&worker->sig, sig);
    if (status != TV_OK) {
        tv_path_worker_close(worker);
    }
    return status;
}

void tv_path_worker_close(tv_path_worker *worker)
{
    tv_sig_worker_close(worker->sig);
    tv_buf_close(&worker->names);
    tv_arena_close(&worker->policies);
    free(worker->search);
    free(worker->summaries);
    *worker = (tv_path_worker){0};
}

tv_path_cost tv_path_last_cost(const tv_path_worker *worker)
{
    return worker->search->decided;
}

void tv_target_look(tv_target_names *out, const tv_graph *graph, const tv_cert *cert, uint32_t node,
                    tv_buf *scratch)
{
    out->node = node;
    tv_buf_clear(scratch);
    out->issuer = tv_graph_find_name(graph, cert->issuer, scratch);
    out->incomplete = scratch->failed;
    out->self_issued = cert->self_issued || tv_name_equal(cert->subject, cert->issuer, scratch);
    out->sole_issuer = TV_ID_NONE;
    if (node == TV_ID_NONE && !out->self_issued) {
        uint32_t sole = tv_graph_sole_subject(graph, out->issuer);
        if (sole != TV_ID_NONE &&
            tv_graph_key_id_match(graph, cert, sole, scratch) != TV_KEY_ID_DIFFERS) {
            out->sole_issuer = sole;
        }
    }
    out->incomplete |= scratch->failed;
}

void tv_target_look_held(tv_target_names *out, const tv_graph *graph, uint32_t node)
{
    *out = (tv_target_names){
        .node = node,
        .issuer = tv_graph_issuer(graph, node),
        .self_issued = tv_graph_subject(graph, node) == tv_graph_issuer(graph, node),
        .sole_issuer = TV_ID_NONE,
    };
}

void tv_target_begin(tv_target *target, const tv_cert *cert, const tv_target_names *names,
                     tv_edge_log log)
{
    target->cert = cert;
    target->node = names->node;
    target->issuer = names->issuer;
    target->self_issued = names->self_issued;
    target->sole_issuer = names->sole_issuer;
    target->is_entry = false;
    target->log_closed = names->incomplete;
    target->log = log;
    target->ahead_key = TV_ID_NONE;
    target->ahead = TV_EDGE_UNKNOWN;
    target->signature_checks = 0;
    target->num_issuers = TV_TARGET_ISSUERS_UNKNOWN;
    target->rules_known = false;
    target->num_edges = 0;
}

void tv_target_open(tv_target *target, const tv_graph *graph, const tv_cert *cert, uint32_t node,
                    tv_edge_log log, tv_buf *scratch)
{
    tv_target_names names;
    tv_target_look(&names, graph, cert, node, scratch);
    tv_target_begin(target, cert, &names, log);
}

// What the target's own key says of its signature; TV_EDGE_UNKNOWN when it is not self-issued.
static tv_edge_state ask_own_key(tv_path_search *search)
{
    if (!search->target->self_issued) {
        return TV_EDGE_UNKNOWN;
    }
    return tv_edge_check(search, &search->steps[0], TV_ID_NONE);
}

// Whether the target itself is the trust anchor; then with what its trust settings say. As OpenSSL
// has it, those of a target that another certificate issued are asked for nothing while an issuer
// is at hand: a refusal leaves the paths through issuers, a grant does not stand for the purpose.
static bool target_is_anchor(tv_path_search *search)
{
    tv_step *step = &search->steps[0];
    if (step->node == TV_ID_NONE) {
        return false;
    }
    tv_trust_word trust = tv_trust_of(search, step->node);
    if (search->target->is_entry && trust == TV_TRUST_GRANTED) {
        return true;
    }
    if (!tv_is_anchor(search, step->node)) {
        return false;
    }
    if (trust != TV_TRUST_SILENT && !step->self_issued) {
        tv_find_candidates(search);
        if (step->num_candidates > 0) {
            return trust != TV_TRUST_REFUSED;
        }
    }
    step->trust = (uint8_t)trust;
    return true;
}

// Whether the target is accepted at `at`, with the good path in steps[0..depth].
static bool is_good_at(tv_path_search *search, tv_time at)
{
    tv_search_begin(search, at);
    bool anchor = target_is_anchor(search);
    tv_check_target(search, anchor);
    if (search->steps[0].failed != 0) {
        return false;
    }
    if (anchor) {
        search->steps[0].is_anchor = true;
        return true;
    }
    return ask_own_key(search) != TV_EDGE_GOOD && !search->spent && tv_search_good(search);
}

// Whether step `i` must be valid: of the two ends of its validity, that of `target` for the target
// and that of `issuer` for all others.
static bool has_validity(const tv_path_search *search, uint32_t i, tv_reason target,
                         tv_reason issuer)
{
    const tv_profile *profile = search->judge->profile;
    if (i > 0 && search->steps[i].is_anchor && !profile->set.anchor_validity) {
        return false;
    }
    return profile->reasons[i == 0 ? target : issuer].check == TV_CHECK_YES;
}

tv_time tv_end_of_steps(const tv_path_search *search, uint32_t from, uint32_t to)
{
    bool inclusive = search->judge->profile->set.not_after_inclusive;
    tv_time end = INT64_MAX;
    for (uint32_t i = from; i <= to; i++) {
        if (has_validity(search, i, TV_REASON_EXPIRED, TV_REASON_ISSUER_EXPIRED)) {
            tv_time last = search->steps[i].cert->not_after + (inclusive ? 1 : 0);
            end = last < end ? last : end;
        }
    }
    return end;
}

tv_time tv_end_of_path(const tv_path_search *search)
{
    return tv_end_of_steps(search, 0, search->depth);
}

void tv_note_opening(tv_path_search *search, uint32_t reasons)
{
    const uint32_t early =
        TV_REASON_BIT(TV_REASON_NOT_YET_VALID) | TV_REASON_BIT(TV_REASON_ISSUER_NOT_YET_VALID);
    tv_time begin = TV_TIME_NONE;
    for (uint32_t i = 0; i <= search->depth; i++) {
        if (has_validity(search, i, TV_REASON_NOT_YET_VALID, TV_REASON_ISSUER_NOT_YET_VALID)) {
            tv_time first = search->steps[i].cert->not_before;
            begin = first > begin ? first : begin;
        }
    }
    bool opens = reasons != 0 && (reasons & ~early) == 0 && begin < tv_end_of_path(search);
    if (opens && (search->opens_at == TV_TIME_NONE || begin < search->opens_at)) {
        search->opens_at = begin;
    }
}

// When an accepted target is no longer accepted: over all paths, each good one being replaced by
// the next when it ends.
static tv_time break_of_accept(tv_path_search *search)
{
    enum {
        MAX_PATHS = 64
    }; // then the end of the last one is told, which is no later than the true
    tv_time end = tv_end_of_path(search);
    for (unsigned i = 0; end != INT64_MAX; i++) {
        if (i == MAX_PATHS || !is_good_at(search, end)) {
            return end;
        }
        end = tv_end_of_path(search);
    }
    return TV_TIME_NONE;
}

// When a target that is only early on some path becomes accepted, or TV_TIME_NONE.
static tv_time break_of_denial(tv_path_search *search)
{
    tv_time begin = search->opens_at;
    return begin != TV_TIME_NONE && is_good_at(search, begin) ? begin : TV_TIME_NONE;
}

// A denial is as certain as the surest of its reasons, an acceptance as the least sure of the rules
// that were told and not enforced.
static tv_certainty certainty_of(const tv_profile *profile, const tv_cell *cell)
{
    bool denied = cell->verdict != TV_VERDICT_ACCEPT;
    uint32_t bits = denied ? cell->reasons : cell->advices;
    tv_certainty certainty = denied ? TV_INFERRED : TV_DOCUMENTED;
    for (; bits != 0; bits &= bits - 1) {
        tv_certainty one = profile->reasons[__builtin_ctz(bits)].from.certainty;
        if (denied ? one > certainty : one < certainty) {
            certainty = one;
        }
    }
    return certainty;
}

static void deny(tv_path_search *search, tv_edge_state own, tv_cell *out)
{
    out->verdict = TV_VERDICT_DENY;
    if (own == TV_EDGE_GOOD) {
        out->reasons = search->steps[0].failed | TV_REASON_BIT(TV_REASON_SELF_SIGNED);
        out->advices = search->steps[0].advised;
        out->reason = tv_reason_first(out->reasons);
    } else {
        tv_explain(search, own, out);
    }
    tv_find_near_miss(search, out);
    out->breaks_at = break_of_denial(search);
}

static void keep_cost(tv_path_search *search)
{
    search->decided = search->cost;
    search->decided.comparisons = search->judge->limits.name_comparisons - search->comparisons_left;
}

// The verdict at the run's own instant; `search` is at its end.
static void decide(tv_path_search *search, tv_cell *out)
{
    bool anchor = target_is_anchor(search);
    tv_check_target(search, anchor);
    tv_step *target = &search->steps[0];
    if (anchor) {
        target->is_anchor = true;
        out->verdict = target->failed == 0 ? TV_VERDICT_ACCEPT : TV_VERDICT_DENY;
        out->reasons = target->failed;
        out->reason = tv_reason_first(out->reasons);
        tv_cell_take_path(search, true, out);
        tv_note_opening(search, out->reasons);
        out->breaks_at = target->failed == 0 ? break_of_accept(search) : break_of_denial(search);
        return;
    }
    tv_edge_state own = ask_own_key(search);
    if (target->failed == 0 && own != TV_EDGE_GOOD) {
        bool good = !search->spent && tv_search_good(search);
        keep_cost(search);
        if (good) {
            out->verdict = TV_VERDICT_ACCEPT;
            tv_cell_take_path(search, true, out);
            out->breaks_at = break_of_accept(search);
            return;
        }
        if (search->spent) {
            out->verdict = TV_VERDICT_UNDECIDED;
            out->reason = TV_REASON_BUDGET_SPENT;
            out->reasons = TV_REASON_BIT(TV_REASON_BUDGET_SPENT);
            return;
        }
    }
    deny(search, own, out);
}

void tv_path_judge(const tv_judge *judge, tv_path_worker *worker, tv_node_set trusted,
                   tv_node_set untrusted, tv_target *target, tv_cell *out)
{
    tv_path_search *search = worker->search;
    *out = (tv_cell){.breaks_at = TV_TIME_NONE};
    search->judge = judge;
    search->worker = worker;
    search->target = target;
    search->trusted = trusted;
    search->untrusted = untrusted;
    search->trust = judge->profile->set.trust_settings ? trusted.trust : NULL;
    search->opens_at = TV_TIME_NONE;
    tv_search_begin(search, judge->at);
    keep_cost(search);
    if (!tv_summary_accepts(search, out)) {
        decide(search, out);
        tv_summary_learn(search, out);
    }
    out->advice = out->verdict == TV_VERDICT_ACCEPT && out->advices != 0;
    out->certainty = certainty_of(judge->profile, out);
}

void tv_cell_malformed(const tv_profile *profile, tv_cell *out)
{
    *out = (tv_cell){
        .verdict = TV_VERDICT_DENY,
        .reason = TV_REASON_MALFORMED,
        .reasons = TV_REASON_BIT(TV_REASON_MALFORMED),
        .breaks_at = TV_TIME_NONE,
        .certainty = profile->reasons[TV_REASON_MALFORMED].from.certainty,
    };
}
