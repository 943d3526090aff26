// SPDX-License-Identifier: Apache-2.0
// Certificates from a description: sound ones, and ones with exactly one thing wrong.
//
// A description is plain data with useful zeros, so that a case in a table says only what is
// special about it. The same description gives the same bytes wherever it is used.
#ifndef MINT_CERT_H
#define MINT_CERT_H

#include "key.h"

typedef enum mint_role {
    MINT_LEAF = 0, // basic constraints without cA, digitalSignature, clientAuth
    MINT_CA,       // cA, keyCertSign and cRLSign
    MINT_BARE,     // no extension at all
} mint_role;

// What a description takes from its role or adds to it. Bits.
enum {
    MINT_NO_SKI = 1 << 0,
    MINT_NO_AKI = 1 << 1,
    MINT_NO_BC = 1 << 2,
    MINT_NO_KU = 1 << 3,
    MINT_BC_NOT_CA = 1 << 4,         // a CA whose basic constraints say cA is false
    MINT_UNKNOWN_EXTENSION = 1 << 5, // an extension nobody knows, not critical
    MINT_UNKNOWN_CRITICAL = 1 << 6,  // the same, critical
    MINT_SAN_CRITICAL = 1 << 7,
    MINT_REVOCATION = 1 << 8,         // CRL distribution point and AIA, as public CAs write them
    MINT_KEY_AGREEMENT_ONLY = 1 << 9, // key usage is keyEncipherment, not digitalSignature
    MINT_NO_CERT_SIGN = 1 << 10,      // a CA whose key usage lacks keyCertSign
    MINT_FOREIGN_AKI = 1 << 11,       // the AKI names a key that nobody has
    MINT_BC_NOT_CRITICAL = 1 << 12,
    MINT_STRAY_PATH_LEN = 1 << 13,   // a path length where basic constraints do not say CA
    MINT_NETSCAPE_CLIENT = 1 << 14,  // a Netscape certificate type: SSL client
    MINT_NETSCAPE_SERVER = 1 << 15,  // SSL server; with the other both
    MINT_SAN_NOT_CRITICAL = 1 << 16, // though the subject is empty
};

typedef enum mint_damage {
    MINT_SOUND = 0,
    MINT_TRUNCATED,          // the DER ends 40 bytes early
    MINT_TRAILING,           // a byte behind the DER
    MINT_LONG_LENGTH,        // the outer length is not in its shortest form
    MINT_INDEFINITE,         // the outer length is indefinite
    MINT_BAD_MONTH,          // a UTCTime in month 13
    MINT_NO_SECONDS,         // a UTCTime without seconds
    MINT_TIME_OFFSET,        // a UTCTime with +0100
    MINT_TIME_FRACTION,      // a GeneralizedTime with a fraction
    MINT_EARLY_GENERALIZED,  // a GeneralizedTime before 2050
    MINT_EMPTY_SERIAL,       // an INTEGER without contents
    MINT_SERIAL_NOT_INTEGER, // an OCTET STRING where the serial is due
    MINT_TWICE_EXTENSION,    // basic constraints twice
    MINT_BER_TRUE,           // critical as 01, not ff
    MINT_ALGORITHMS_DIFFER,  // the outer signature algorithm is not the inner one
    MINT_EXTENSIONS_IN_V1,   // extensions, and no version
    MINT_BAD_EXTENSION,      // key usage that is no BIT STRING
    MINT_ALTERED_TBS,        // a bit of the serial number flips after signing
    MINT_ALTERED_SIGNATURE,  // a bit of the signature flips
    MINT_ZERO_SIGNATURE,     // a signature of zeros
    MINT_NOT_A_CERTIFICATE,  // a SEQUENCE of one INTEGER
} mint_damage;

typedef struct mint_spec {
    const char *subject;        // in the notation of names.h
    const char *key;            // subject's key, by its name (key.h)
    const struct mint_spec *by; // who signs; NULL: the certificate itself
    const char *issuer;         // NULL: the subject of `by`
    const char *signed_with;    // a key other than that of `by`, by its name
    const char *not_before;     // "YYYYMMDDHHMMSSZ"; NULL: 20250101000000Z
    const char *not_after;      // NULL: 20350101000000Z
    const char *serial;         // contents of the INTEGER in hex; NULL: 16 bytes from the rest
    const char *eku;            // "client,server,any"; NULL: as the role; "": none
    const char *san;            // in the notation of names.h
    const char *permitted;      // name constraints
    const char *excluded;
    const char *policies; // in the notation of policies.h; NULL: none
    mint_role role;
    mint_sig sig;
    mint_damage damage;
    unsigned flags;
    unsigned version;  // 0: 1 without extensions, else 3; other values are written as they are
    unsigned path_len; // one more than the constraint; 0: none
} mint_spec;

// The keys of one run, made when first asked for. One thread.
typedef struct mint_pool mint_pool;
mint_pool *mint_pool_open(const char *seed);
void mint_pool_close(mint_pool *pool);
const mint_key *mint_pool_key(mint_pool *pool, const char *name); // borrowed

// Appends the certificate's DER.
void mint_cert(mint_buf *out, mint_pool *pool, const mint_spec *spec);

// The keys of a certificate: the subject's, the one that signs, and the one that the AKI names
// (NULL: no AKI).
typedef struct mint_cert_keys {
    const mint_key *subject;
    const mint_key *signer;
    const mint_key *authority;
} mint_cert_keys;

// The same with keys at hand and the serial number given; any thread.
void mint_cert_with(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys,
                    const uint8_t *serial, size_t serial_len);

#endif
