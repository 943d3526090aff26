// SPDX-License-Identifier: Apache-2.0
// The authorities of a workload go in; truststores come out, in one of two layouts. Either each
// lacks one issuer and a few that nobody needs, or, as in a fleet, all hold the same and a few of
// their own, in an order of their own.
#include "bulk_store.h"

#include "output.h"
#include "rng.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define UNUSED_DROP_PERCENT 2

unsigned bulk_missing_issuer(const bulk_pki *pki, unsigned store)
{
    return pki->fleet || store == 0 ? UINT_MAX : (store - 1) % pki->num_issuers;
}

static void put_thinned(mint_buf *out, const bulk_pki *pki, unsigned store, mint_rng *rng)
{
    unsigned missing = bulk_missing_issuer(pki, store);
    for (unsigned i = 0; i < pki->num_cas; i++) {
        bool dropped = mint_rng_below(rng, 100) < UNUSED_DROP_PERCENT && store > 0;
        bool is_missing = missing != UINT_MAX && i == pki->num_roots + missing;
        if (!is_missing && (pki->cas[i].needed || !dropped)) {
            mint_pem(out, "CERTIFICATE", &pki->cas[i].der);
        }
    }
}

// The certificate with number `own` of those that truststore `store` alone holds: the first is a
// root, the others are signed by it.
static void put_own(mint_buf *out, const bulk_pki *pki, unsigned store, unsigned own)
{
    char subject[80];
    char root[80];
    const mint_key *root_key = &pki->own_keys[store % BULK_OWN_KEYS];
    (void)snprintf(root, sizeof(root), "C=DE/O=Product %u/CN=Product Root CA %u", store, store);
    (void)snprintf(subject, sizeof(subject), "C=DE/O=Product %u/CN=Product CA %u-%u", store, store,
                   own);
    mint_spec spec = {.subject = own == 0 ? root : subject,
                      .issuer = root,
                      .role = MINT_CA,
                      .not_before = "20230101000000Z"};
    mint_cert_keys keys = {.subject = &pki->own_keys[(store + own) % BULK_OWN_KEYS],
                           .signer = root_key,
                           .authority = own == 0 ? NULL : root_key};
    uint8_t serial[8] = {0x51,
                         0,
                         (uint8_t)(store >> 16),
                         (uint8_t)(store >> 8),
                         (uint8_t)store,
                         (uint8_t)(own >> 16),
                         (uint8_t)(own >> 8),
                         (uint8_t)own};
    mint_buf der = {0};
    mint_cert_with(&der, &spec, &keys, serial, sizeof(serial));
    mint_pem(out, "CERTIFICATE", &der);
    mint_buf_free(&der);
}

static void put_fleet(mint_buf *out, const bulk_pki *pki, unsigned own, unsigned store,
                      mint_rng *rng)
{
    unsigned total = pki->num_cas + own;
    unsigned *order = calloc(total, sizeof(*order));
    if (order == NULL) {
        mint_die("out of memory");
    }
    mint_rng_order(rng, order, total);
    for (unsigned i = 0; i < total; i++) {
        if (order[i] < pki->num_cas) {
            mint_pem(out, "CERTIFICATE", &pki->cas[order[i]].der);
        } else {
            put_own(out, pki, store, order[i] - pki->num_cas);
        }
    }
    free(order);
}

void bulk_truststore(mint_buf *out, const bulk_pki *pki, const bulk_options *options,
                     unsigned store)
{
    char label[32];
    mint_rng rng;
    (void)snprintf(label, sizeof(label), "truststore %u", store);
    mint_rng_open(&rng, options->seed, label);
    if (pki->fleet) {
        put_fleet(out, pki, options->own, store, &rng);
    } else {
        put_thinned(out, pki, store, &rng);
    }
}
