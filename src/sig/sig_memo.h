// SPDX-License-Identifier: Apache-2.0
// What is known of edges (child, issuer key), shared by all threads: each signature is checked by
// the first thread that asks, and only once; whoever asks meanwhile waits for the answer.
#ifndef TV_SIG_SIG_MEMO_H
#define TV_SIG_SIG_MEMO_H

#include "sig/sig.h"

typedef struct tv_sig_memo tv_sig_memo;

// Room for at least `num_edges` edges, 16 bytes for each of two to four slots per edge.
TV_MUST_USE tv_status tv_sig_memo_open(tv_sig_memo **out, size_t num_edges);
void tv_sig_memo_close(tv_sig_memo *memo); // when no thread uses it any more

// What tv_key_check says of `child` under `key`. The ids are the caller's and stand for the two for
// as long as the memo lives; not both are UINT32_MAX. Never TV_EDGE_UNKNOWN. Once the memo is full
// a new edge is checked each time it is asked for.
tv_edge_state tv_sig_memo_check(tv_sig_memo *memo, uint32_t child_id, uint32_t key_id,
                                const tv_key *key, tv_sig_worker *worker, const tv_cert *child);

// An edge that will be asked for.
typedef struct tv_sig_edge {
    uint32_t child_id, key_id;
    const tv_key *key;
    const tv_cert *child;
} tv_sig_edge;

// Checks those of `edges` that nobody asked for yet, many at a time, so that whoever asks finds
// the answers. Edges that the memo has no room for are left out.
void tv_sig_memo_check_ahead(tv_sig_memo *memo, const tv_sig_edge *edges, size_t num,
                             tv_sig_worker *worker);

// How many times a signature was checked, rather than remembered.
uint64_t tv_sig_memo_checks(const tv_sig_memo *memo);

#endif
