// SPDX-License-Identifier: Apache-2.0
// Tables of multiples for P-256 keys under which many signatures are made, and when they pay.
//
// With a table of its own a key multiplies as fast as the curve's generator: 7 microseconds rather
// than 41. A table costs about 20 ms and 150 KB. Any number of threads.
#ifndef TV_SIG_P256_TABLE_H
#define TV_SIG_P256_TABLE_H

#include "sig/sig.h"

#include <openssl/ec.h>

#include <stdatomic.h>

enum {
    TV_P256_TABLE_PAYS = 500,  // signatures after which a table has earned what it cost
    TV_P256_TABLE_SAMPLE = 32, // the fewest uses from which a key's share is inferred
    TV_P256_TABLES_MAX = 128,  // at a time, per tv_sig: 19 MB
};

// What all threads have asked for, and what they still will. Relaxed throughout: nothing but speed
// hangs on it.
typedef struct tv_sig_demand {
    _Atomic uint64_t asked;      // signatures so far
    _Atomic uint64_t end;        // `asked` once all that is expected has been asked; 0: unknown
    _Atomic uint32_t num_tables; // that hold memory, or are being built
    bool has_tables;             // whether a table would be faster; never changes once open
} tv_sig_demand;

// The table of one key, or the room for it.
typedef struct tv_p256_table {
    _Atomic uint64_t uses;      // signatures asked for under this key
    _Atomic bool is_taken;      // a thread builds it, has built it, or could not: no other tries
    _Atomic(EC_GROUP *) points; // the curve with the key as its generator; NULL until it is built,
                                // then never changed
} tv_p256_table;

// Fills in what a tv_sig knows of the curve, with its `demand` in place. False when libcrypto
// failed; tv_p256_close then takes back what there is.
bool tv_p256_open(tv_sig *sig);
void tv_p256_close(tv_sig *sig);

// NULL when memory is out.
tv_p256_table *tv_p256_table_new(void);
void tv_p256_table_free(tv_p256_table *table, tv_sig_demand *demand);

// The curve with the key as its generator, whose multiples are kept; NULL while there is none.
const EC_GROUP *tv_p256_table_get(const tv_key *key);

// Counts `uses` more under `key`, of any kind, and builds the table when that has come to pay.
void tv_p256_table_use(const tv_key *key, const tv_sig_worker *worker, uint64_t uses);

// Builds it, unless another thread has begun to, or there are too many.
void tv_p256_table_build(const tv_key *key, const tv_sig_worker *worker);

#endif
