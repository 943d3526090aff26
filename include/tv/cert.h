// SPDX-License-Identifier: Apache-2.0
// The view of one certificate: spans into its DER and the facts that judging needs, read once.
//
// A view borrows from the DER it was read from. It holds what RFC 5280 section 4 defines; whether
// the values are acceptable is the profile's question. Fields of an extension that is absent are
// zero. Views never change once made; any thread may read them.
#ifndef TV_CERT_H
#define TV_CERT_H

#include "tv/common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tv_key_kind {
    TV_KEY_UNKNOWN = 0, // an algorithm or curve that is not in this list
    TV_KEY_RSA,
    TV_KEY_RSA_PSS, // id-RSASSA-PSS as the key's algorithm
    TV_KEY_EC_P256,
    TV_KEY_EC_P384,
    TV_KEY_EC_P521,
    TV_KEY_EC_OTHER, // another named curve, or explicit parameters
    TV_KEY_ED25519,
    TV_KEY_ED448,
    TV_KEY_DSA,
    TV_KEY_X25519, // key agreement: signs nothing, so never an issuer
    TV_KEY_X448,
} tv_key_kind;

typedef enum tv_hash_kind {
    TV_HASH_NONE = 0, // part of the algorithm (Ed25519), or unknown
    TV_HASH_MD2,
    TV_HASH_MD4,
    TV_HASH_MD5,
    TV_HASH_SHA1,
    TV_HASH_SHA224,
    TV_HASH_SHA256,
    TV_HASH_SHA384,
    TV_HASH_SHA512,
} tv_hash_kind;

typedef enum tv_sig_kind {
    TV_SIG_UNKNOWN = 0,
    TV_SIG_RSA_PKCS1,
    TV_SIG_RSA_PSS, // hash, MGF1 hash and salt length are in tv_sig_alg
    TV_SIG_ECDSA,
    TV_SIG_ED25519,
    TV_SIG_ED448,
    TV_SIG_DSA,
} tv_sig_kind;

// A signature algorithm with its parameters understood. `kind` is TV_SIG_UNKNOWN when they are not.
typedef struct tv_sig_alg {
    uint8_t kind;      // tv_sig_kind
    uint8_t hash;      // tv_hash_kind
    uint8_t mgf_hash;  // PSS: tv_hash_kind of MGF1
    uint16_t salt_len; // PSS: bytes
} tv_sig_alg;

// Key usage bits, RFC 5280 4.2.1.3.
enum {
    TV_KU_DIGITAL_SIGNATURE = 1 << 0,
    TV_KU_NON_REPUDIATION = 1 << 1,
    TV_KU_KEY_ENCIPHERMENT = 1 << 2,
    TV_KU_DATA_ENCIPHERMENT = 1 << 3,
    TV_KU_KEY_AGREEMENT = 1 << 4,
    TV_KU_KEY_CERT_SIGN = 1 << 5,
    TV_KU_CRL_SIGN = 1 << 6,
    TV_KU_ENCIPHER_ONLY = 1 << 7,
    TV_KU_DECIPHER_ONLY = 1 << 8,
};

// Extended key usages that are told apart, RFC 5280 4.2.1.12.
enum {
    TV_EKU_ANY = 1 << 0,
    TV_EKU_SERVER_AUTH = 1 << 1,
    TV_EKU_CLIENT_AUTH = 1 << 2,
    TV_EKU_CODE_SIGNING = 1 << 3,
    TV_EKU_EMAIL = 1 << 4,
    TV_EKU_TIME_STAMPING = 1 << 5,
    TV_EKU_OCSP_SIGNING = 1 << 6,
    TV_EKU_OTHER = 1 << 7,
    TV_EKU_SERVER_GATED = 1 << 8, // server gated crypto, of Microsoft or Netscape: before RFC 2459
};

// Netscape certificate type bits that are told apart.
enum {
    TV_NETSCAPE_SSL_CLIENT = 0x80,
    TV_NETSCAPE_SSL_SERVER = 0x40,
    TV_NETSCAPE_SSL_CA = 0x04,
    TV_NETSCAPE_ANY_CA = 0x07, // for SSL, S/MIME or object signing
};

// Which extensions are present, each bit once.
enum {
    TV_EXT_BASIC_CONSTRAINTS = 1 << 0,
    TV_EXT_KEY_USAGE = 1 << 1,
    TV_EXT_EKU = 1 << 2,
    TV_EXT_NAME_CONSTRAINTS = 1 << 3,
    TV_EXT_SAN = 1 << 4,
    TV_EXT_SKI = 1 << 5,
    TV_EXT_AKI = 1 << 6,
    TV_EXT_POLICIES = 1 << 7,
    TV_EXT_POLICY_MAPPINGS = 1 << 8,
    TV_EXT_POLICY_CONSTRAINTS = 1 << 9,
    TV_EXT_INHIBIT_ANY_POLICY = 1 << 10,
    TV_EXT_CRL_DP = 1 << 11,
    TV_EXT_AIA = 1 << 12,
    TV_EXT_ISSUER_ALT_NAME = 1 << 13,
    TV_EXT_NETSCAPE_CERT_TYPE = 1 << 14,
    TV_EXT_PROXY_CERT_INFO = 1 << 15,
    TV_EXT_FRESHEST_CRL = 1 << 16,
    TV_EXT_SIA = 1 << 17,
    TV_EXT_OTHER = 1 << 18, // any that is not in this list
};

#define TV_PATH_LEN_NONE UINT32_MAX // no pathLenConstraint

// Where and why bytes are not a certificate as RFC 5280 and DER ask. `what` is NULL when they are.
typedef struct tv_cert_problem {
    const char *what; // lower case, no period: "serial number is not an INTEGER". Static storage.
    size_t offset;    // bytes from the start of the DER
} tv_cert_problem;

typedef struct tv_cert {
    tv_span der;                   // the whole certificate
    tv_span tbs;                   // TBSCertificate with its header: what the signature is over
    tv_span signature;             // contents of signatureValue, without the count of unused bits
    tv_span sig_alg_der;           // outer AlgorithmIdentifier with its header
    tv_span serial;                // contents of the INTEGER, as written
    tv_span issuer;                // Name with its header
    tv_span subject;               // Name with its header
    tv_span spki;                  // SubjectPublicKeyInfo with its header
    tv_span key_bits;              // contents of subjectPublicKey, without the count of unused bits
    tv_span extensions;            // contents of the SEQUENCE OF Extension, empty when absent
    tv_time not_before, not_after; // both inclusive, RFC 5280 4.1.2.5; TV_TIME_NONE: unreadable

    tv_sig_alg sig;
    uint8_t version;       // 1, 2 or 3; other values as written plus one, 255 when none of 1 to 254
    uint8_t key;           // tv_key_kind
    bool is_ca;            // cA of basic constraints
    bool self_issued;      // subject and issuer are the same bytes (RFC 5280 7.1 equality: name.h)
    uint16_t key_size;     // bits: RSA modulus, EC field; 0 unknown
    uint16_t key_usage;    // TV_KU_ bits
    uint16_t eku;          // TV_EKU_ bits
    uint8_t netscape_type; // TV_NETSCAPE_ bits, and others as written
    uint32_t path_len;     // pathLenConstraint or TV_PATH_LEN_NONE
    uint32_t proxy_path_len; // pCPathLenConstraint (RFC 3820) or TV_PATH_LEN_NONE
    uint32_t has;            // TV_EXT_ bits of the extensions present
    uint32_t critical; // TV_EXT_ bits of those marked critical; TV_EXT_OTHER: one we do not know

    tv_span ski;                // key identifier, contents
    tv_span aki;                // keyIdentifier of the AKI, contents; empty when absent
    tv_span aki_issuer;         // authorityCertIssuer of the AKI, GeneralNames contents
    tv_span aki_serial;         // authorityCertSerialNumber, contents of the INTEGER
    tv_span san;                // contents of GeneralNames, maybe none
    tv_span name_constraints;   // contents of the SEQUENCE
    tv_span policies;           // contents of the SEQUENCE OF PolicyInformation
    tv_span policy_mappings;    // contents of the SEQUENCE
    tv_span policy_constraints; // contents of the SEQUENCE
    tv_span inhibit_any_policy; // contents of the INTEGER
    tv_span unknown_critical;   // OID contents of the first critical extension we do not know

    // An extension that can be delimited but not understood (bad contents, twice the same). The
    // certificate can be shown, but whoever meets it on a path treats it as `malformed`.
    tv_cert_problem extension_problem;
    // The same of certificate policies, policy mappings, policy constraints and inhibitAnyPolicy,
    // whose contents matter only to those who process policies (RFC 5280 6.1).
    tv_cert_problem policy_problem;
} tv_cert;

// Reads one certificate that fills `der` exactly. On true the view borrows from `der`. On false
// `problem` says what and where; the view then has the fields read so far and may be shown, never
// judged. No allocation; time linear in `der.len`.
TV_API bool tv_cert_parse(tv_cert *out, tv_span der, tv_cert_problem *problem);

#ifdef __cplusplus
}
#endif

#endif
