// SPDX-License-Identifier: Apache-2.0
// Key pairs from a seed, and signatures that do not depend on chance.
//
// A key's name is its kind and a label, "rsa2048:root-a" or "p256:leaf"; the same seed and name
// give the same key. Keys never change once made; any thread may sign with them.
#ifndef MINT_KEY_H
#define MINT_KEY_H

#include "buf.h"

typedef enum mint_key_kind {
    MINT_KEY_RSA,       // "rsaBITS"
    MINT_KEY_P256,      // "p256"
    MINT_KEY_P384,      // "p384"
    MINT_KEY_P521,      // "p521"
    MINT_KEY_SECP256K1, // "secp256k1": a public key only
    MINT_KEY_ED25519,   // "ed25519"
    MINT_KEY_ED448,     // "ed448"
    MINT_KEY_DSA,       // "dsa": looks like a key, signs nothing that verifies
    MINT_KEY_UNKNOWN,   // "unknown": an algorithm that nobody knows
} mint_key_kind;

typedef enum mint_sig {
    MINT_SIG_AUTO =
        0, // SHA-256, SHA-384 or SHA-512 as the key's size asks; pure for Ed25519, Ed448
    MINT_SIG_MD5,
    MINT_SIG_SHA1,
    MINT_SIG_SHA224,
    MINT_SIG_SHA256,
    MINT_SIG_SHA384,
    MINT_SIG_SHA512,
    MINT_SIG_PSS_SHA256, // RSASSA-PSS, MGF1 with the same hash, salt as long as the hash
    MINT_SIG_PSS_SHA384,
    MINT_SIG_UNKNOWN, // an algorithm that nobody knows
} mint_sig;

typedef struct mint_key {
    mint_key_kind kind;
    mint_buf spki;      // SubjectPublicKeyInfo
    uint8_t key_id[20]; // the first bytes of the SHA-256 of the key's bits (RFC 7093, method 1)
    struct mint_secret *secret; // NULL for kinds that cannot sign
} mint_key;

// The caller closes the key.
void mint_key_open(mint_key *key, const char *seed, const char *name);
void mint_key_close(mint_key *key);

// Appends the AlgorithmIdentifier and the signature value (contents of the BIT STRING) that `key`
// makes with `sig`.
void mint_sig_algorithm(mint_buf *out, const mint_key *key, mint_sig sig);
void mint_sign(mint_buf *out, const mint_key *key, mint_sig sig, const mint_buf *message);

// Appends the private key of a P-256 key as PKCS #8, for bundles that hold one by mistake.
void mint_key_pkcs8(mint_buf *out, const mint_key *key);

#endif
