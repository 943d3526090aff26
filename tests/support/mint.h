// SPDX-License-Identifier: Apache-2.0
// Signed certificates made in memory with libcrypto, for tests. A field that is left zero gets a
// value that is valid. Whatever libcrypto refuses to make ends the test program with its message.
#ifndef TV_TESTS_MINT_H
#define TV_TESTS_MINT_H

#include "tv/common.h"

#include <openssl/evp.h>

// A key that is made once per test program and kept: "rsa1024" to "rsa4096", "rsa-pss2048",
// "P-256", "P-384", "P-521", "secp256k1", "ed25519", "ed448", "dsa1024".
EVP_PKEY *tv_mint_key(const char *kind);
// The second, third, ... key of that kind; `which` counts from 0.
EVP_PKEY *tv_mint_key_number(const char *kind, unsigned which);

// Either configuration text as openssl.cnf has it, or raw DER under a dotted OID.
typedef struct tv_mint_ext {
    const char *name; // "basicConstraints"; "1.2.3.4" with `der`; NULL ends the list
    const char *conf; // "critical,CA:TRUE,pathlen:0"
    tv_span der;      // the contents of the OCTET STRING, when `conf` is NULL
    bool critical;    // with `der`
} tv_mint_ext;

typedef struct tv_mint_spec {
    const char *subject;    // "C=DE/O=Example/CN=a"; "" is an empty name; NULL: "CN=subject"
    const char *issuer;     // NULL: the subject
    int string_type;        // of the values of both names; 0: V_ASN1_UTF8STRING
    EVP_PKEY *key;          // NULL: tv_mint_key("P-256")
    EVP_PKEY *signer;       // NULL: `key`
    const char *digest;     // NULL: "SHA256"; not used by Ed25519 and Ed448
    int pss_salt_len;       // not 0: RSASSA-PSS with this salt
    int version;            // 0: 3
    const char *serial;     // hex, "-" in front when negative; NULL: "01"
    const char *not_before; // "YYMMDDHHMMSSZ" or "YYYYMMDDHHMMSSZ"; NULL: start of 2024
    const char *not_after;  // NULL: start of 2034
    tv_mint_ext extensions[16];
} tv_mint_spec;

// The DER of a certificate; tv_mint_free() takes it back.
tv_span tv_mint(const tv_mint_spec *spec);
void tv_mint_free(tv_span der);

#endif
