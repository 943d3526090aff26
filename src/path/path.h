// SPDX-License-Identifier: Apache-2.0
// Judging one certificate against one truststore: RFC 5280 section 6 over every path that the graph
// offers, under a budget. A target and a set of trusted nodes come in, a cell goes out: verdict,
// the path, every reason on the best path, a hint. Which rules deny is the profile's choice; how a
// cell is shown is left to report and write.
//
// The search goes from the target upward. Every check that an issuer imposes on what lies below it
// is made when the issuer joins the path, so a path is cut at the first rule it breaks
// (search.c). When no path is good, a second, tolerant search finds the one that tells most
// (explain.c).
#ifndef TV_PATH_PATH_H
#define TV_PATH_PATH_H

#include "base/arena.h"
#include "graph/graph.h"
#include "path/trust_list.h"
#include "policy/profile.h"
#include "sig/keyring.h"
#include "sig/sig_memo.h"

// What all judgements of a run have in common. Frozen; any thread reads it.
typedef struct tv_judge {
    const tv_graph *graph;
    tv_keyring *keys;
    tv_sig_memo *memo; // signatures of held certificates
    const tv_profile *profile;
    tv_time at;
    tv_limits limits;
} tv_judge;

// A set of nodes, a bit each.
typedef struct tv_node_set {
    const uint64_t *bits;       // NULL: empty
    const tv_trust_list *trust; // the trust settings of a truststore; NULL: none
    const uint64_t *places;     // the same nodes by their place in the graph's order; NULL: not
                                // known, and issuers are looked for among all nodes
} tv_node_set;

static inline bool tv_node_in(tv_node_set set, uint32_t node)
{
    return set.bits != NULL && (set.bits[node / 64] >> (node % 64) & 1) != 0;
}

// Signature results of a target that streams by, in the order in which its search first asked for
// them: the search is deterministic, so a later duplicate asks in the same order and finds them.
// Two bits a result (tv_edge_state), TV_EDGE_UNKNOWN where not asked yet.
#define TV_EDGE_LOG_LEN 32
typedef uint64_t tv_edge_log;

enum {
    TV_TARGET_EDGES = 512,  // as many as one cell may ask for, or more
    TV_TARGET_ISSUERS = 16, // of its issuer's name; more are looked up for each truststore
    TV_TARGET_ISSUERS_MANY = TV_TARGET_ISSUERS + 1,
    TV_TARGET_ISSUERS_UNKNOWN,
};

// What the graph says of a certificate before it is judged.
typedef struct tv_target_names {
    uint32_t node;     // when it is held, too: its node, else TV_ID_NONE
    tv_name_id issuer; // of a held certificate with that subject, or TV_ID_NONE
    bool self_issued;
    bool incomplete;      // memory ran out: some of it is not known
    uint32_t sole_issuer; // the only certificate of that name, where key identifiers do not speak
                          // against it and it streams by; else TV_ID_NONE
} tv_target_names;

// One certificate to judge. Filled by tv_target_open or tv_target_begin, used by one thread.
typedef struct tv_target {
    const tv_cert *cert; // readable
    uint32_t node;       // when it is held, too: its node, else TV_ID_NONE
    tv_name_id issuer;   // of a held certificate with that subject, or TV_ID_NONE
    bool self_issued;
    uint32_t sole_issuer; // as in tv_target_names
    bool is_entry;        // an entry of a truststore: the purpose of clients is not asked of it
    bool log_closed; // memory ran out, so that a duplicate may ask in another order: from here on
                     // the log is neither read nor written
    tv_edge_log log; // what is known of its signatures, in and out
    tv_key_id ahead_key;       // its signature was checked under this key before it is asked for
    tv_edge_state ahead;       // ... with this result; TV_EDGE_UNKNOWN: under none
    uint64_t signature_checks; // made here and not known before
    // What no truststore changes: learned in the first that asks, for the judge of that one.
    uint8_t num_issuers; // of the graph's answer, or one of TV_TARGET_ISSUERS_...
    bool rules_known;    // those of the target itself, at the judge's instant
    uint8_t issuer_matches[TV_TARGET_ISSUERS]; // tv_key_id_match
    uint32_t issuers[TV_TARGET_ISSUERS];
    uint32_t rules_failed, rules_advised, num_proxies;
    unsigned num_edges; // distinct issuer keys asked so far; the last ones are kept
    struct {
        tv_key_id key; // TV_ID_NONE: its own
        tv_edge_state state;
    } edges[TV_TARGET_EDGES];
} tv_target;

// Memory and contexts of one thread.
typedef struct tv_path_worker {
    const tv_sig *library;
    tv_sig_worker *sig;
    tv_buf names;
    tv_arena policies;
    struct tv_path_search *search;       // owned
    struct tv_path_summaries *summaries; // owned; NULL: none are kept
} tv_path_worker;

// What the last judgement cost: the budget's own counts, the same on every run.
typedef struct tv_path_cost {
    uint32_t nodes;
    uint32_t signatures;
    uint32_t looked; // candidates looked at, at hand or not; no bound of the caller's
    uint64_t comparisons;
} tv_path_cost;

TV_MUST_USE tv_status tv_path_worker_open(tv_path_worker *worker, const tv_sig *sig);
void tv_path_worker_close(tv_path_worker *worker);

// Lets the worker remember the way up from an issuer, per truststore, so that a further client of
// that issuer costs no search (summary.c). For runs in which judge, truststores and `untrusted`
// stay the same: the bits of a set stand for it until the worker is closed. No verdict changes by
// it.
TV_MUST_USE tv_status tv_path_worker_summarise(tv_path_worker *worker, size_t num_truststores);

// `cert` is readable and outlives the target. `log` is 0 for a certificate seen for the first time.
void tv_target_open(tv_target *target, const tv_graph *graph, const tv_cert *cert, uint32_t node,
                    tv_edge_log log, tv_buf *scratch);

// The same in steps, for those who check signatures of many targets ahead: what the graph says,
// which issuer's key a search will ask first (TV_ID_NONE: none or not foreseen), and a target with
// the answer. `at_hand` are the nodes of all truststores that the target is judged against. A
// foresight that proves wrong costs a signature check and changes no verdict.
void tv_target_look(tv_target_names *out, const tv_graph *graph, const tv_cert *cert, uint32_t node,
                    tv_buf *scratch);
// ... of a held certificate, which the graph knows.
void tv_target_look_held(tv_target_names *out, const tv_graph *graph, uint32_t node);
tv_key_id tv_target_foresee(const tv_judge *judge, tv_node_set at_hand, const tv_cert *cert,
                            const tv_target_names *names, tv_buf *scratch);
void tv_target_begin(tv_target *target, const tv_cert *cert, const tv_target_names *names,
                     tv_edge_log log);

// Judges `target` against the truststore `trusted`; `untrusted` are further nodes that are at hand.
void tv_path_judge(const tv_judge *judge, tv_path_worker *worker, tv_node_set trusted,
                   tv_node_set untrusted, tv_target *target, tv_cell *out);

tv_path_cost tv_path_last_cost(const tv_path_worker *worker);

// The cell of a block that could not be read: denied, `malformed`.
void tv_cell_malformed(const tv_profile *profile, tv_cell *out);

#endif
