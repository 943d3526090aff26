// SPDX-License-Identifier: Apache-2.0
// The keys of a graph, each decoded once, when it first stands as an issuer. Any number of threads.
#ifndef TV_SIG_KEYRING_H
#define TV_SIG_KEYRING_H

#include "graph/graph.h"
#include "sig/sig.h"

typedef struct tv_keyring tv_keyring;

// `sig` and `graph` outlive the ring.
TV_MUST_USE tv_status tv_keyring_open(tv_keyring **out, const tv_sig *sig, const tv_graph *graph);
void tv_keyring_close(tv_keyring *ring);

// NULL only when memory is out.
const tv_key *tv_keyring_get(tv_keyring *ring, tv_key_id key);

#endif
