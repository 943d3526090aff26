// SPDX-License-Identifier: Apache-2.0
// The state of one search, shared by the files of this room: the path under construction, what each
// step of it broke, and what was spent.
#ifndef TV_PATH_SEARCH_H
#define TV_PATH_SEARCH_H

#include "path/path.h"

enum {
    TV_MAX_CANDIDATES = TV_LIMIT_CANDIDATES,
    TV_EDGE_SEEN_SLOTS = 2 * TV_LIMIT_SIGNATURES, // half of them empty
};

typedef struct tv_candidate {
    uint32_t node;
    uint8_t match; // tv_key_id_match
    uint8_t rank;  // lower is tried first
} tv_candidate;

// One certificate of the path, the target at 0.
typedef struct tv_step {
    const tv_cert *cert;
    uint32_t node; // TV_ID_NONE: a target that is not held
    bool self_issued;
    bool is_anchor;       // the path ends here
    uint8_t trust;        // tv_trust_word: what the truststore's settings say of the purpose
    uint32_t num_cas;     // CAs from step 1 to this one that are not self-issued
    uint32_t num_proxies; // proxy certificates (RFC 3820) from step 0 to this one
    uint32_t failed;      // TV_REASON_BITs that deny, broken by this step or below because of it
    uint32_t advised;     // TV_REASON_BITs that are only told
    tv_candidate candidates[TV_MAX_CANDIDATES]; // who may have issued this certificate
    uint32_t num_candidates, next_candidate;
    // Of the tolerant search: what became of the candidates.
    bool cut;             // a bound kept some of them from being tried
    bool extended;        // one of them is its issuer
    bool saw_bad;         // one has the right name and a key that does not verify
    bool saw_unsupported; // one has a key that cannot be asked
} tv_step;

typedef struct tv_path_search {
    const tv_judge *judge;
    tv_path_worker *worker;
    tv_target *target;
    tv_node_set trusted, untrusted;
    const tv_trust_list *trust; // settings that the profile heeds; NULL: none
    tv_time at;
    tv_path_cost cost;
    tv_path_cost decided; // what the verdict cost, before breaks were looked for
    uint64_t comparisons_left;
    bool spent;         // a bound ended part of the search
    bool cut;           // of the tolerant search: a bound kept some certificate from being tried
    uint8_t next_depth; // of its best path: where the reason stands that is told next to the end
    tv_time opens_at;   // of the tolerant search: when the first path that is only early becomes
                        // good, TV_TIME_NONE: none does
    uint32_t depth;     // of the last step
    tv_step steps[TV_PATH_MAX + 1];
    uint64_t seen[TV_EDGE_SEEN_SLOTS];        // (child, key) + 1 of the edges counted
    uint16_t seen_at[TV_EDGE_SEEN_SLOTS / 2]; // the slots in use
    uint32_t num_seen;
} tv_path_search;

// check.c: the rules.

// Adds to `step` what a rule says that does not hold: denied, advised or ignored by the profile.
void tv_step_fail(const tv_path_search *search, tv_step *step, tv_reason reason);
// The target's own rules; `as_anchor` when the target itself is the trust anchor.
void tv_check_target(tv_path_search *search, bool as_anchor);
// The rules of the last step (an issuer) on itself and on what lies below it, all but names.
void tv_check_issuer(tv_path_search *search);
// Its name constraints on all that lies below it.
void tv_check_names(tv_path_search *search);
// The certificate policies of the whole path, whose last step is the anchor; false when they deny,
// or the budget is spent. What an earlier path of these steps said is forgotten.
bool tv_check_policies(tv_path_search *search);
// The purpose of the profile, asked of the target or of the issuer of a proxy.
void tv_check_purpose(const tv_path_search *search, tv_step *step);
// proxy.c: RFC 3820.

static inline bool tv_is_proxy(const tv_cert *cert)
{
    return (cert->has & TV_EXT_PROXY_CERT_INFO) != 0;
}

// The rules of the last step when it is a proxy, whose number is counted.
void tv_check_proxy(tv_path_search *search);
// The rules of the last step when the one below it is a proxy: an end entity or a proxy, no CA.
void tv_check_proxy_issuer(const tv_path_search *search, tv_step *step);
// strict.c: MUSTs of the certificate profile that path validation itself need not look at.
void tv_check_strict(const tv_path_search *search, tv_step *step);
// strict_openssl.c: what OpenSSL asks for with -x509_strict, of each certificate of a path that has
// more than one.
void tv_check_strict_openssl(const tv_path_search *search, tv_step *step);
bool tv_is_expired(const tv_judge *judge, const tv_cert *cert, tv_time at);

// edges.c: candidates and signatures.

// What the trust settings of the truststore say of `node` and the purpose that is asked for.
tv_trust_word tv_trust_of(const tv_path_search *search, uint32_t node);
// Whether `node` may end a path whatever its trust settings say.
bool tv_is_anchor(tv_path_search *search, uint32_t node);
// Walks the certificates of the graph with the name of the last step's issuer, as tv_issuer_walk
// does. Those of the target are asked of the graph once for all truststores.
typedef struct tv_issuers {
    const tv_target *target; // NULL: `walk` is open
    unsigned next;
    tv_issuer_walk walk;
} tv_issuers;

void tv_issuers_open(tv_issuers *issuers, tv_path_search *search);
bool tv_issuers_next(tv_issuers *issuers, uint32_t *node, tv_key_id_match *match);
// Fills the candidates of the last step, best first.
void tv_find_candidates(tv_path_search *search);
// The signature of the certificate at `child` under the key of `issuer` (TV_ID_NONE: its own key).
// TV_EDGE_UNKNOWN, with `spent` set, when a bound forbids to ask.
tv_edge_state tv_edge_check(tv_path_search *search, const tv_step *child, uint32_t issuer);
// Whether `node` stands on the path already, by itself or by another certificate with its name and
// key: such a path can be cut short, so nothing is lost by not walking it.
bool tv_on_path(const tv_path_search *search, uint32_t node);

// search.c

void tv_search_begin(tv_path_search *search, tv_time at);
// Appends the issuer `node` to the path and checks it; its signature over the step below is known
// to be good.
tv_step *tv_push_issuer(tv_path_search *search, uint32_t node);
// True with a good path in steps[0..depth], the anchor last. False when there is none or `spent`.
bool tv_search_good(tv_path_search *search);

// explain.c

// The first instant after `at` of this search at which the path in steps[0..depth], which is good,
// is so no longer; INT64_MAX: it stays good.
tv_time tv_end_of_path(const tv_path_search *search);
// The same of its steps `from` to `to` alone.
tv_time tv_end_of_steps(const tv_path_search *search, uint32_t from, uint32_t to);
// Notes in `opens_at` when the path in steps[0..depth], which ends at an anchor and breaks
// `reasons`, becomes good by itself.
void tv_note_opening(tv_path_search *search, uint32_t reasons);
// The best of the paths that fail, into `out`: path, reasons, the depth of the first. Begins the
// search anew. `own` is what the target's own key says of its signature, TV_EDGE_UNKNOWN when it is
// not self-issued.
void tv_explain(tv_path_search *search, tv_edge_state own, tv_cell *out);
// Takes over the path in steps[0..depth]; the last is the anchor when `anchored`.
void tv_cell_take_path(const tv_path_search *search, bool anchored, tv_cell *out);

// summary.c

// Accepts the target by what is remembered of its issuer; `search` has just begun. False, with the
// search as it was, when nothing is remembered that answers for this target.
bool tv_summary_accepts(tv_path_search *search, tv_cell *out);
// Remembers what `out`, the answer of a search, tells of the target's issuer.
void tv_summary_learn(tv_path_search *search, const tv_cell *out);

// near_miss.c: what would help, from the reason that `out` tells first.
void tv_find_near_miss(tv_path_search *search, tv_cell *out);

#endif
