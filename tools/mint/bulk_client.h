// SPDX-License-Identifier: Apache-2.0
// The clients of a workload, by number: what each is, what becomes of it, and its certificate.
#ifndef MINT_BULK_CLIENT_H
#define MINT_BULK_CLIENT_H

#include "bulk_store.h"

// Batches are made by different threads; a duplicate repeats a client of its own batch or of the
// first one.
#define BULK_BATCH 512

typedef struct bulk_plan {
    unsigned number; // of the client that is minted: that of the original for a duplicate
    unsigned issuer; // of the clients' issuers
    unsigned key;    // in the pool of client keys
    bool rsa;        // issuer and client have RSA keys, or both have others
    bulk_fault fault;
    uint8_t serial[16];
    char not_before[16];
    char not_after[16];
} bulk_plan;

// What client `number` is to be, from the seed alone.
void bulk_plan_client(bulk_plan *plan, const bulk_pki *pki, const bulk_options *options,
                      unsigned number);

// Appends the PEM of a planned client.
void bulk_mint_client(mint_buf *out, const bulk_pki *pki, const bulk_plan *plan);

// What a client with a fault is denied for; NULL: nothing.
const char *bulk_reason(bulk_fault fault);

// The reason that is expected in truststore `store` under aws-apigateway; NULL: accepted.
const char *bulk_expected(const bulk_pki *pki, const bulk_plan *plan, unsigned store);

#endif
