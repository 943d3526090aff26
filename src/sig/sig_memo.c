// SPDX-License-Identifier: Apache-2.0
// In: edges, asked for by many threads in any order. Out: their states, each computed once.
//
// An open-addressing table that never shrinks, moves or forgets. A slot goes through empty, claimed
// (the edge is written) and known (its state is written), each step once: the edge by
// compare-exchange, the state by its one owner. Nothing here locks; a thread that meets a claimed
// slot yields until it is known, which takes at most one signature check.
#include "sig/sig_memo.h"

#include "base/hash.h"
#include "base/vec.h"

#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
              "slots are lock-free, and zeroed memory is an empty slot");

typedef struct slot {
    _Atomic uint64_t edge;  // 0: empty; else child and key id, plus one
    _Atomic uint32_t state; // tv_edge_state; TV_EDGE_UNKNOWN until its owner stores the answer
} slot;

struct tv_sig_memo {
    slot *slots;
    size_t mask; // number of slots, a power of two, minus one
    size_t most; // edges that are taken in; leaves a quarter of the slots empty
    uint64_t seed;
    _Atomic size_t num_edges;    // slots claimed; may pass `most` by one per thread
    _Atomic uint64_t num_checks; // a statistic
};

enum { FEWEST_SLOTS = 64 };

tv_status tv_sig_memo_open(tv_sig_memo **out, size_t num_edges)
{
    *out = NULL;
    size_t need;
    if (!tv_size_mul(&need, num_edges, 2)) {
        return TV_ERR_NOMEM;
    }
    size_t num_slots = FEWEST_SLOTS;
    while (num_slots < need) {
        if (!tv_size_mul(&num_slots, num_slots, 2)) {
            return TV_ERR_NOMEM;
        }
    }
    tv_sig_memo *memo = calloc(1, sizeof(*memo));
    if (memo == NULL) {
        return TV_ERR_NOMEM;
    }
    memo->slots = calloc(num_slots, sizeof(*memo->slots));
    if (memo->slots == NULL) {
        free(memo);
        return TV_ERR_NOMEM;
    }
    memo->mask = num_slots - 1;
    memo->most = num_slots - num_slots / 4;
    memo->seed = tv_hash_random_seed();
    *out = memo;
    return TV_OK;
}

void tv_sig_memo_close(tv_sig_memo *memo)
{
    if (memo == NULL) {
        return;
    }
    free(memo->slots);
    free(memo);
}

// The finalizer of MurmurHash3: a bijection in which each bit of input moves each of output.
static uint64_t mix(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ (x >> 33);
}

// The slot of `edge`, claimed for the caller when `*is_mine`; NULL when there is none and no room.
static slot *find_or_claim(tv_sig_memo *memo, uint64_t edge, bool *is_mine)
{
    *is_mine = false;
    size_t at = (size_t)mix(edge ^ memo->seed);
    for (size_t probes = 0; probes <= memo->mask; probes++, at++) {
        slot *candidate = &memo->slots[at & memo->mask];
        // Relaxed is enough for edges: the state, stored and loaded with an order of its own, is
        // all that follows from one.
        uint64_t found = atomic_load_explicit(&candidate->edge, memory_order_relaxed);
        if (found == 0) {
            if (atomic_load_explicit(&memo->num_edges, memory_order_relaxed) >= memo->most) {
                return NULL;
            }
            *is_mine = atomic_compare_exchange_strong_explicit(
                &candidate->edge, &found, edge, memory_order_relaxed, memory_order_relaxed);
            if (*is_mine) {
                atomic_fetch_add_explicit(&memo->num_edges, 1, memory_order_relaxed);
                return candidate;
            }
        }
        if (found == edge) {
            return candidate;
        }
    }
    return NULL;
}

static tv_edge_state wait_for(slot *claimed)
{
    uint32_t state;
    while ((state = atomic_load_explicit(&claimed->state, memory_order_acquire)) ==
           TV_EDGE_UNKNOWN) {
        (void)sched_yield();
    }
    return (tv_edge_state)state;
}

static uint64_t edge_of(uint32_t child_id, uint32_t key_id)
{
    uint64_t edge = ((uint64_t)child_id << 32 | key_id) + 1;
    assert(edge != 0);
    return edge;
}

tv_edge_state tv_sig_memo_check(tv_sig_memo *memo, uint32_t child_id, uint32_t key_id,
                                const tv_key *key, tv_sig_worker *worker, const tv_cert *child)
{
    bool is_mine;
    slot *mine = find_or_claim(memo, edge_of(child_id, key_id), &is_mine);
    if (mine != NULL && !is_mine) {
        return wait_for(mine);
    }
    atomic_fetch_add_explicit(&memo->num_checks, 1, memory_order_relaxed);
    tv_edge_state state = tv_key_check(key, worker, child);
    if (mine != NULL) {
        atomic_store_explicit(&mine->state, (uint32_t)state, memory_order_release);
    }
    return state;
}

// Between the claim and the answer nothing is waited for, so that two threads that claim edges of
// each other's batches both come to an end.
static void check_part(tv_sig_memo *memo, const tv_sig_edge *edges, size_t num,
                       tv_sig_worker *worker, tv_sig_ask *asks, slot **mine)
{
    size_t num_mine = 0;
    for (size_t i = 0; i < num; i++) {
        bool is_mine;
        slot *claimed = find_or_claim(memo, edge_of(edges[i].child_id, edges[i].key_id), &is_mine);
        if (is_mine) {
            mine[num_mine] = claimed;
            asks[num_mine++] = (tv_sig_ask){edges[i].key, edges[i].child, TV_EDGE_UNKNOWN};
        }
    }
    tv_key_check_many(worker, asks, num_mine);
    atomic_fetch_add_explicit(&memo->num_checks, num_mine, memory_order_relaxed);
    for (size_t i = 0; i < num_mine; i++) {
        atomic_store_explicit(&mine[i]->state, (uint32_t)asks[i].state, memory_order_release);
    }
}

void tv_sig_memo_check_ahead(tv_sig_memo *memo, const tv_sig_edge *edges, size_t num,
                             tv_sig_worker *worker)
{
    enum { PART = 1024 };
    tv_sig_ask asks[PART];
    slot *mine[PART];
    for (size_t from = 0; from < num; from += PART) {
        size_t left = num - from;
        check_part(memo, edges + from, left < PART ? left : PART, worker, asks, mine);
    }
}

uint64_t tv_sig_memo_checks(const tv_sig_memo *memo)
{
    return atomic_load_explicit(&memo->num_checks, memory_order_relaxed);
}
