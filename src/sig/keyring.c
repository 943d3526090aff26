// SPDX-License-Identifier: Apache-2.0
// Key ids come in, decoded keys go out. Two threads that want a new key at the same time may both
// decode it; the first to hang it in wins, the other's is closed.

#include "sig/keyring.h"

#include <stdatomic.h>
#include <stdlib.h>

struct tv_keyring {
    const tv_sig *sig;
    const tv_graph *graph;
    size_t num_keys;
    _Atomic(tv_key *) keys[]; // by key id; NULL until it is wanted, then never changed
};

tv_status tv_keyring_open(tv_keyring **out, const tv_sig *sig, const tv_graph *graph)
{
    size_t count = tv_graph_num_keys(graph);
    *out = calloc(1, sizeof(tv_keyring) + count * sizeof(_Atomic(tv_key *)));
    if (*out == NULL) {
        return TV_ERR_NOMEM;
    }
    (*out)->sig = sig;
    (*out)->graph = graph;
    (*out)->num_keys = count;
    return TV_OK;
}

void tv_keyring_close(tv_keyring *ring)
{
    if (ring == NULL) {
        return;
    }
    for (size_t i = 0; i < ring->num_keys; i++) {
        tv_key_close(atomic_load_explicit(&ring->keys[i], memory_order_relaxed));
    }
    free(ring);
}

const tv_key *tv_keyring_get(tv_keyring *ring, tv_key_id key)
{
    tv_key *known = atomic_load_explicit(&ring->keys[key], memory_order_acquire);
    if (known != NULL) {
        return known;
    }
    const tv_cert *cert = &tv_graph_cert(ring->graph, tv_graph_key_node(ring->graph, key))->cert;
    tv_key *made;
    if (tv_key_open(&made, ring->sig, cert->spki, (tv_key_kind)cert->key) != TV_OK) {
        return NULL;
    }
    if (atomic_compare_exchange_strong_explicit(&ring->keys[key], &known, made,
                                                memory_order_acq_rel, memory_order_acquire)) {
        return made;
    }
    tv_key_close(made);
    return known;
}
