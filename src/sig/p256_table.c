// SPDX-License-Identifier: Apache-2.0
// In: uses of P-256 keys, counted by all threads. Out: for the keys that are used often, the curve
// with the key in the place of the generator and a table of its multiples.
//
// Which keys those are is a guess, and only time is lost when it is wrong. Without a hint a table
// is built once it would already have paid: then it never costs more than twice what an oracle
// would spend. With a hint the key's share of what was asked so far is taken for its share of what
// is still to come. How many there are is bounded, so that a bundle of many issuers cannot take
// memory without end.

// EC_GROUP_precompute_mult is deprecated without a successor: EVP keeps no tables.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/p256_table.h"

#include "sig/key.h"
#include "sig/way.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <assert.h>
#include <stdlib.h>

static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_POINTER_LOCK_FREE == 2 &&
                  ATOMIC_BOOL_LOCK_FREE == 2,
              "counting takes no lock, and zeroed memory is a table not built");

void tv_sig_count(const tv_sig_worker *worker, uint64_t num)
{
    atomic_fetch_add_explicit(&worker->sig->demand->asked, num, memory_order_relaxed);
}

void tv_sig_expect(tv_sig *sig, uint64_t signatures)
{
    uint64_t asked = atomic_load_explicit(&sig->demand->asked, memory_order_relaxed);
    uint64_t end = signatures < UINT64_MAX - asked ? asked + signatures : UINT64_MAX;
    atomic_store_explicit(&sig->demand->end, signatures == 0 ? 0 : end, memory_order_relaxed);
}

bool tv_p256_open(tv_sig *sig)
{
    BN_CTX *numbers = BN_CTX_new();
    sig->p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    sig->p256_order = BN_MONT_CTX_new();
    sig->p256_field = BN_MONT_CTX_new();
    bool is_open = numbers != NULL && sig->p256 != NULL && sig->p256_order != NULL &&
                   sig->p256_field != NULL &&
                   BN_MONT_CTX_set(sig->p256_order, EC_GROUP_get0_order(sig->p256), numbers) == 1 &&
                   BN_MONT_CTX_set(sig->p256_field, EC_GROUP_get0_field(sig->p256), numbers) == 1;
    BN_CTX_free(numbers);
    // The one implementation that comes with a table of its own for the curve's generator is the
    // one that makes use of others; elsewhere a table is slower than none.
    sig->demand->has_tables = is_open && EC_GROUP_have_precompute_mult(sig->p256) == 1;
    return is_open;
}

void tv_p256_close(tv_sig *sig)
{
    EC_GROUP_free(sig->p256);
    BN_MONT_CTX_free(sig->p256_order);
    BN_MONT_CTX_free(sig->p256_field);
}

tv_p256_table *tv_p256_table_new(void)
{
    return calloc(1, sizeof(tv_p256_table));
}

void tv_p256_table_free(tv_p256_table *table, tv_sig_demand *demand)
{
    if (table == NULL) {
        return;
    }
    EC_GROUP *points = atomic_load_explicit(&table->points, memory_order_acquire);
    if (points != NULL) {
        EC_GROUP_free(points);
        atomic_fetch_sub_explicit(&demand->num_tables, 1, memory_order_relaxed);
    }
    free(table);
}

const EC_GROUP *tv_p256_table_get(const tv_key *key)
{
    return key->table != NULL ? atomic_load_explicit(&key->table->points, memory_order_acquire)
                              : NULL;
}

// Whether a key that was used so many times is to get a table now.
static bool pays(const tv_sig_demand *demand, uint64_t uses)
{
    uint64_t asked = atomic_load_explicit(&demand->asked, memory_order_relaxed);
    uint64_t end = atomic_load_explicit(&demand->end, memory_order_relaxed);
    if (end <= asked) {
        return uses >= TV_P256_TABLE_PAYS; // unknown, or more than was expected
    }
    if (uses < TV_P256_TABLE_SAMPLE) {
        return false;
    }
    // Counts of other threads may come between, so that `uses` can pass `asked`.
    double share = uses < asked ? (double)uses / (double)asked : 1.0;
    return share * (double)(end - asked) >= TV_P256_TABLE_PAYS;
}

void tv_p256_table_use(const tv_key *key, const tv_sig_worker *worker, uint64_t uses)
{
    if (key->table == NULL || !worker->sig->demand->has_tables) {
        return;
    }
    uses += atomic_fetch_add_explicit(&key->table->uses, uses, memory_order_relaxed);
    if (!atomic_load_explicit(&key->table->is_taken, memory_order_relaxed) &&
        pays(worker->sig->demand, uses)) {
        tv_p256_table_build(key, worker);
    }
}

// NULL when memory is out.
static EC_GROUP *make_points(const tv_key *key, const tv_sig_worker *worker)
{
    EC_GROUP *points = EC_GROUP_dup(worker->sig->p256);
    if (points != NULL &&
        EC_GROUP_set_generator(points, EC_KEY_get0_public_key(key->ec),
                               EC_GROUP_get0_order(worker->sig->p256), BN_value_one()) == 1 &&
        EC_GROUP_precompute_mult(points, worker->numbers) == 1) {
        return points;
    }
    EC_GROUP_free(points);
    (void)tv_sig_drain_errors();
    return NULL;
}

void tv_p256_table_build(const tv_key *key, const tv_sig_worker *worker)
{
    tv_sig_demand *demand = worker->sig->demand;
    // Those that come too late for the bound stay untaken: another key may go and leave its place.
    if (atomic_fetch_add_explicit(&demand->num_tables, 1, memory_order_relaxed) >=
        TV_P256_TABLES_MAX) {
        atomic_fetch_sub_explicit(&demand->num_tables, 1, memory_order_relaxed);
        return;
    }
    EC_GROUP *points = NULL;
    if (!atomic_exchange_explicit(&key->table->is_taken, true, memory_order_relaxed)) {
        points = make_points(key, worker);
    }
    if (points == NULL) {
        atomic_fetch_sub_explicit(&demand->num_tables, 1, memory_order_relaxed);
        return;
    }
    atomic_store_explicit(&key->table->points, points, memory_order_release);
}
