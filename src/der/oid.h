// SPDX-License-Identifier: Apache-2.0
// The object identifiers that are known by name: algorithms, attributes, extensions, purposes.
#ifndef TV_DER_OID_H
#define TV_DER_OID_H

#include "tv/common.h"

// What an enumerator stands for is told by its row in oid.c.
// clang-format off
typedef enum tv_oid {
    TV_OID_UNKNOWN = 0,
    // signature algorithms
    TV_OID_RSA_MD2, TV_OID_RSA_MD4, TV_OID_RSA_MD5, TV_OID_RSA_SHA1, TV_OID_RSA_SHA224,
    TV_OID_RSA_SHA256, TV_OID_RSA_SHA384, TV_OID_RSA_SHA512, TV_OID_RSA_PSS, TV_OID_ECDSA_SHA1,
    TV_OID_ECDSA_SHA224, TV_OID_ECDSA_SHA256, TV_OID_ECDSA_SHA384, TV_OID_ECDSA_SHA512,
    TV_OID_ED25519, TV_OID_ED448, TV_OID_DSA_SHA1, TV_OID_DSA_SHA224, TV_OID_DSA_SHA256,
    TV_OID_OIW_RSA_SHA1, // 1.3.14.3.2.29
    // keys, curves, hashes
    TV_OID_RSA, TV_OID_X500_RSA, TV_OID_EC, TV_OID_DSA, TV_OID_X25519, TV_OID_X448, TV_OID_P192,
    TV_OID_P224, TV_OID_P256, TV_OID_P384, TV_OID_P521, TV_OID_SECP256K1, TV_OID_BRAINPOOL_P256,
    TV_OID_BRAINPOOL_P384, TV_OID_BRAINPOOL_P512, TV_OID_SM2, TV_OID_SHA1, TV_OID_SHA224,
    TV_OID_SHA256, TV_OID_SHA384, TV_OID_SHA512, TV_OID_MGF1,
    // extensions
    TV_OID_EXT_SKI, TV_OID_EXT_KEY_USAGE, TV_OID_EXT_SAN, TV_OID_EXT_ISSUER_ALT_NAME,
    TV_OID_EXT_BASIC_CONSTRAINTS, TV_OID_EXT_NAME_CONSTRAINTS, TV_OID_EXT_CRL_DP,
    TV_OID_EXT_POLICIES, TV_OID_EXT_POLICY_MAPPINGS, TV_OID_EXT_AKI,
    TV_OID_EXT_POLICY_CONSTRAINTS, TV_OID_EXT_EKU, TV_OID_EXT_FRESHEST_CRL,
    TV_OID_EXT_INHIBIT_ANY_POLICY, TV_OID_EXT_AIA, TV_OID_EXT_SIA, TV_OID_EXT_NETSCAPE_CERT_TYPE,
    TV_OID_EXT_PROXY_CERT_INFO, TV_OID_EXT_OCSP_NO_CHECK, TV_OID_EXT_CT_POISON, TV_OID_EXT_CT_SCTS,
    TV_OID_EXT_TLS_FEATURE,
    // extended key usages
    TV_OID_EKU_ANY, TV_OID_EKU_SERVER_AUTH, TV_OID_EKU_CLIENT_AUTH, TV_OID_EKU_CODE_SIGNING,
    TV_OID_EKU_EMAIL, TV_OID_EKU_TIME_STAMPING, TV_OID_EKU_OCSP_SIGNING,
    TV_OID_EKU_MS_SGC, TV_OID_EKU_NS_SGC, // server gated crypto
    // policies
    TV_OID_ANY_POLICY,
    // attributes of names
    TV_OID_AT_CN, TV_OID_AT_SN, TV_OID_AT_SERIAL_NUMBER, TV_OID_AT_C, TV_OID_AT_L, TV_OID_AT_ST,
    TV_OID_AT_STREET, TV_OID_AT_O, TV_OID_AT_OU, TV_OID_AT_TITLE, TV_OID_AT_GIVEN_NAME,
    TV_OID_AT_INITIALS, TV_OID_AT_GENERATION, TV_OID_AT_DN_QUALIFIER, TV_OID_AT_PSEUDONYM,
    TV_OID_AT_DC, TV_OID_AT_UID, TV_OID_AT_EMAIL, TV_OID_AT_ORG_IDENTIFIER,
    TV_OID_COUNT
} tv_oid;
// clang-format on

// The enumerator for the contents of an OBJECT IDENTIFIER, at the cost of one probe of a small
// table. Contents that it knows are well-formed.
tv_oid tv_oid_find(tv_span contents);
// RFC 4514 short name ("CN"), NULL when there is none. Static storage.
const char *tv_oid_attribute(tv_oid oid);
// A name that people know ("sha256WithRSAEncryption"). Static storage; never NULL.
const char *tv_oid_name(tv_oid oid);
// Dotted decimal of OID contents into `out`, NUL-terminated, cut at `cap`. False, with an empty
// text, when the contents are not a well-formed OID (empty, or a last byte that says more follows,
// or an arc with 0x80 in front), or an arc has more than 39 digits.
bool tv_oid_dotted(tv_span contents, char *out, size_t cap);
// The contents of an OBJECT IDENTIFIER for a dotted decimal text, into the `cap` bytes at `out`.
// False when the text is not what tv_oid_dotted would write (two arcs at least, no leading zeros,
// at most 39 digits an arc) or the contents are longer than `cap`.
bool tv_oid_from_dotted(tv_span dotted, uint8_t *out, size_t cap, size_t *len);

// Where the search for contents of at least three octets starts in the table of places.
#define TV_OID_NUM_PLACES 512
uint32_t tv_oid_place(tv_span contents);

#endif
