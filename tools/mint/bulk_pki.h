// SPDX-License-Identifier: Apache-2.0
// The authorities and keys of a workload, and the truststores that hold them.
#ifndef MINT_BULK_PKI_H
#define MINT_BULK_PKI_H

#include "cert.h"

#include <stdbool.h>

typedef struct bulk_options {
    const char *out;
    const char *seed;
    unsigned clients;
    unsigned cas;
    unsigned stores;
    unsigned rsa_percent; // of clients whose issuer has an RSA key
    unsigned duplicates;  // percent
    unsigned faults;      // percent
    unsigned threads;
    bool per_client;
} bulk_options;

typedef struct bulk_ca {
    mint_spec spec;
    mint_key key;
    char subject[80];
    char key_name[32];
    mint_buf der;
    bool needed; // clients or their issuers stand on it: no truststore drops it by chance
} bulk_ca;

#define BULK_CLIENT_KEYS 24

// Nothing here changes once it is open; any thread may read it.
typedef struct bulk_pki {
    bulk_ca *cas; // roots, then intermediates; the clients' issuers are the first of these
    unsigned num_cas, num_roots, num_issuers, num_rsa_issuers;
    bulk_ca absent_root; // of the orphan
    bulk_ca unknown;     // issuer that no truststore holds
    unsigned expired;    // index in `cas`; only with faults
    unsigned orphan;     // index in `cas`; only with faults
    mint_key rsa_clients[BULK_CLIENT_KEYS];
    mint_key ec_clients[BULK_CLIENT_KEYS];
    mint_key weak_client;
} bulk_pki;

void bulk_pki_open(bulk_pki *pki, const bulk_options *options);
void bulk_pki_close(bulk_pki *pki);

// The intermediate that issues clients, by its number below num_issuers.
const bulk_ca *bulk_issuer(const bulk_pki *pki, unsigned number);
// The number of the issuer that truststore `store` (from 0) lacks, or UINT_MAX.
unsigned bulk_missing_issuer(const bulk_pki *pki, unsigned store);
// Appends the PEM of truststore `store`.
void bulk_truststore(mint_buf *out, const bulk_pki *pki, const bulk_options *options,
                     unsigned store);

#endif
