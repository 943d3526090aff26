// SPDX-License-Identifier: Apache-2.0
// What the files of this room share: the insides of tv_sig, tv_sig_worker and tv_key, and the
// hashing and error handling that they build on. Nothing outside the room includes this.
#ifndef TV_SIG_KEY_H
#define TV_SIG_KEY_H

#include "lanes/rsa_lanes.h"
#include "sig/p256_table.h"
#include "sig/sig.h"

#include <openssl/types.h>

enum { TV_DIGEST_MAX = 64 }; // bytes of the longest digest, SHA-512

// Never changes once open, but for what stands behind `demand`.
struct tv_sig {
    EVP_MD *digests[TV_HASH_SHA512 + 1]; // by tv_hash_kind; NULL where libcrypto offers none
    EC_GROUP *p256;                      // the curve; its built-in table is that of its generator
    BN_MONT_CTX *p256_order;             // modulo the order of the curve ...
    BN_MONT_CTX *p256_field;             // ... and the prime of its field
    tv_sig_demand *demand;
};

// Scratch of a way, made when it is first wanted; each file that has one knows what is inside.
typedef struct tv_rsa_scratch tv_rsa_scratch;
typedef struct tv_p256_scratch tv_p256_scratch;
typedef struct tv_many_scratch tv_many_scratch;

// Used by one thread only.
struct tv_sig_worker {
    const tv_sig *sig;
    EVP_MD_CTX *hasher;          // plain digests
    EVP_MD_CTX *verifier;        // one signature at a time, set up anew for each
    EVP_MD_CTX *edwards;         // stays set up for one EdDSA key ...
    const EVP_PKEY *edwards_key; // ... this one, kept alive by the context; NULL: none
    BN_CTX *numbers;             // what libcrypto's arithmetic keeps between calls
    tv_rsa_scratch *rsa;         // NULL until first wanted, like the next two
    tv_p256_scratch *p256;
    tv_many_scratch *many;
};

// Never changes once open, but for what stands behind `table`; libcrypto guards what it caches
// inside a key.
struct tv_key {
    EVP_PKEY *pkey;        // NULL: no signature is checked with this key
    RSA *rsa;              // borrowed from `pkey`; NULL unless TV_KEY_RSA or TV_KEY_RSA_PSS
    EC_KEY *ec;            // borrowed from `pkey`; NULL unless `kind` is one of the three EC curves
    BN_MONT_CTX *modulus;  // of a TV_KEY_RSA with the exponent 65537; NULL for every other key
    tv_rsa_lane_key *lane; // of a TV_KEY_RSA; NULL where there are no lanes for it
    tv_p256_table *table;  // NULL unless `kind` is TV_KEY_EC_P256
    tv_sig_demand *demand; // borrowed from the tv_sig
    tv_key_kind kind;
    uint32_t size; // bytes of an RSA signature; 0 for other kinds
};

// The fetched digest of a tv_hash_kind as certificates bring it; NULL when there is none.
const EVP_MD *tv_digest_find(const tv_sig *sig, uint8_t hash);

// Hashes `bytes` into `out` and gives the length of the digest; 0 when libcrypto failed.
size_t tv_digest(uint8_t out[TV_DIGEST_MAX], const tv_sig_worker *worker, tv_hash_kind hash,
                 tv_span bytes);

// What libcrypto left in a thread's error queue.
typedef struct tv_sig_errors {
    bool out_of_memory;
    bool provider; // a provider refused a parameter, rather than failed
} tv_sig_errors;

// Empties this thread's error queue and tells what was in it.
tv_sig_errors tv_sig_drain_errors(void);

#endif
