// SPDX-License-Identifier: Apache-2.0
// The authorities and keys of a workload, and the truststores that hold them.
#ifndef MINT_BULK_PKI_H
#define MINT_BULK_PKI_H

#include "cert.h"

#include <stdbool.h>

// What may be wrong with a client, each told by one reason.
typedef enum bulk_fault {
    BULK_SOUND = 0,
    BULK_MALFORMED,
    BULK_BAD_SIGNATURE,
    BULK_ISSUER_NOT_FOUND,
    BULK_SELF_SIGNED,
    BULK_ROOT_NOT_FOUND,
    BULK_EXPIRED,
    BULK_NOT_YET_VALID,
    BULK_ISSUER_EXPIRED,
    BULK_WEAK_SIGNATURE,
    BULK_WEAK_KEY,
    BULK_FAULTS,
} bulk_fault;

// Kinds of keys that issuers of clients have; the rows of `bulk_kinds`.
enum { BULK_KINDS = 5 };
extern const char *const bulk_kinds[BULK_KINDS];

typedef struct bulk_options {
    const char *out;
    const char *seed;
    const char *split; // directory of one file per client; NULL: none is written
    unsigned clients;
    unsigned cas;
    unsigned stores;
    bool fleet;                  // all truststores hold the same `cas` certificates, and `own` more
    unsigned own;                // certificates that stand in one truststore alone
    unsigned shares[BULK_KINDS]; // percent of clients by the key of their issuer
    unsigned duplicates;         // percent
    unsigned faults;             // percent
    bulk_fault fault_kinds[BULK_FAULTS]; // what faults are drawn from
    unsigned num_fault_kinds;
    unsigned threads;
    bool per_client;
} bulk_options;

// The clients' issuers with one kind of key.
typedef struct bulk_class {
    const char *kind;
    unsigned share; // percent of clients
    unsigned first; // of the clients' issuers
    unsigned len;
} bulk_class;

typedef struct bulk_ca {
    mint_spec spec;
    mint_key key;
    const struct bulk_ca *by; // who signs; NULL: itself
    char subject[80];
    char key_name[32];
    mint_buf der;
    bool needed; // clients or their issuers stand on it: no truststore drops it by chance
} bulk_ca;

#define BULK_CLIENT_KEYS 24
#define BULK_OWN_KEYS 64

// Nothing here changes once it is open; any thread may read it.
typedef struct bulk_pki {
    bulk_ca *cas; // roots, then intermediates; the clients' issuers are the first of these
    unsigned num_cas, num_roots, num_issuers;
    bulk_class classes[BULK_KINDS]; // only those that issue clients
    unsigned num_classes;
    bulk_ca absent_root; // of the orphan
    bulk_ca unknown;     // issuer that no truststore holds
    unsigned expired;    // index in `cas`; only with faults
    unsigned orphan;     // index in `cas`; only with faults
    mint_key rsa_clients[BULK_CLIENT_KEYS];
    mint_key ec_clients[BULK_CLIENT_KEYS];
    mint_key weak_client;
    mint_key own_keys[BULK_OWN_KEYS]; // of what stands in one truststore alone; only in a fleet
    bool fleet;
} bulk_pki;

void bulk_pki_open(bulk_pki *pki, const bulk_options *options);
void bulk_pki_close(bulk_pki *pki);

// The intermediate that issues clients, by its number below num_issuers.
const bulk_ca *bulk_issuer(const bulk_pki *pki, unsigned number);

#endif
