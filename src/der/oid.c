// SPDX-License-Identifier: Apache-2.0
// The table of known object identifiers. Contents octets come in, an enumerator goes out, and from
// an enumerator the texts that people know. What an OID means is left to whoever looked it up.
#include "der/oid.h"

#include "der/der.h"

#include <string.h>

// name, place in `places`, contents octets, short name of an attribute, name that people know.
//
// The place is where tv_oid_place() sends the contents, or the next free one after it. Two rows
// that claim one place do not compile; one in a wrong place is named by the unit test, with the
// right one.
// clang-format off
#define OID_LIST(X)                                                                               \
    /* signature algorithms */                                                                    \
    X(RSA_MD2, 245, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02", NULL, "md2WithRSAEncryption")         \
    X(RSA_MD4, 352, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03", NULL, "md4WithRSAEncryption")         \
    X(RSA_MD5, 460, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04", NULL, "md5WithRSAEncryption")         \
    X(RSA_SHA1, 55, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", NULL, "sha1WithRSAEncryption")        \
    X(RSA_SHA224, 511, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e", NULL, "sha224WithRSAEncryption")   \
    X(RSA_SHA256, 188, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", NULL, "sha256WithRSAEncryption")   \
    X(RSA_SHA384, 296, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", NULL, "sha384WithRSAEncryption")   \
    X(RSA_SHA512, 403, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", NULL, "sha512WithRSAEncryption")   \
    X(RSA_PSS, 81, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", NULL, "RSASSA-PSS")                    \
    X(ECDSA_SHA1, 100, "\x2a\x86\x48\xce\x3d\x04\x01", NULL, "ecdsa-with-SHA1")                   \
    X(ECDSA_SHA224, 197, "\x2a\x86\x48\xce\x3d\x04\x03\x01", NULL, "ecdsa-with-SHA224")           \
    X(ECDSA_SHA256, 304, "\x2a\x86\x48\xce\x3d\x04\x03\x02", NULL, "ecdsa-with-SHA256")           \
    X(ECDSA_SHA384, 412, "\x2a\x86\x48\xce\x3d\x04\x03\x03", NULL, "ecdsa-with-SHA384")           \
    X(ECDSA_SHA512, 7, "\x2a\x86\x48\xce\x3d\x04\x03\x04", NULL, "ecdsa-with-SHA512")             \
    X(ED25519, 324, "\x2b\x65\x70", NULL, "Ed25519")                                              \
    X(ED448, 432, "\x2b\x65\x71", NULL, "Ed448")                                                  \
    X(DSA_SHA1, 319, "\x2a\x86\x48\xce\x38\x04\x03", NULL, "dsa-with-SHA1")                       \
    X(DSA_SHA224, 446, "\x60\x86\x48\x01\x65\x03\x04\x03\x01", NULL, "dsa-with-SHA224")           \
    X(DSA_SHA256, 41, "\x60\x86\x48\x01\x65\x03\x04\x03\x02", NULL, "dsa-with-SHA256")            \
    X(OIW_RSA_SHA1, 203, "\x2b\x0e\x03\x02\x1d", NULL, "sha1WithRSA")                             \
    /* keys, curves, hashes */                                                                    \
    X(RSA, 137, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", NULL, "rsaEncryption")                    \
    X(X500_RSA, 157, "\x55\x08\x01\x01", NULL, "rsa")                                              \
    X(EC, 357, "\x2a\x86\x48\xce\x3d\x02\x01", NULL, "id-ecPublicKey")                            \
    X(DSA, 104, "\x2a\x86\x48\xce\x38\x04\x01", NULL, "dsa")                                      \
    X(X25519, 109, "\x2b\x65\x6e", NULL, "X25519")                                                \
    X(X448, 217, "\x2b\x65\x6f", NULL, "X448")                                                    \
    X(P192, 459, "\x2a\x86\x48\xce\x3d\x03\x01\x01", NULL, "P192")                                \
    X(P224, 475, "\x2b\x81\x04\x00\x21", NULL, "P224")                                            \
    X(P256, 80, "\x2a\x86\x48\xce\x3d\x03\x01\x07", NULL, "P256")                                 \
    X(P384, 71, "\x2b\x81\x04\x00\x22", NULL, "P384")                                             \
    X(P521, 178, "\x2b\x81\x04\x00\x23", NULL, "P521")                                            \
    X(SECP256K1, 51, "\x2b\x81\x04\x00\x0a", NULL, "secp256k1")                                   \
    X(BRAINPOOL_P256, 476, "\x2b\x24\x03\x03\x02\x08\x01\x01\x07", NULL, "brainpoolP256r1")       \
    X(BRAINPOOL_P384, 394, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", NULL, "brainpoolP384r1")       \
    X(BRAINPOOL_P512, 97, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", NULL, "brainpoolP512r1")        \
    X(SM2, 450, "\x2a\x81\x1c\xcf\x55\x01\x82\x2d", NULL, "SM2")                                  \
    X(SHA1, 393, "\x2b\x0e\x03\x02\x1a", NULL, "SHA1")                                            \
    X(SHA224, 385, "\x60\x86\x48\x01\x65\x03\x04\x02\x04", NULL, "SHA224")                        \
    X(SHA256, 63, "\x60\x86\x48\x01\x65\x03\x04\x02\x01", NULL, "SHA256")                         \
    X(SHA384, 170, "\x60\x86\x48\x01\x65\x03\x04\x02\x02", NULL, "SHA384")                        \
    X(SHA512, 278, "\x60\x86\x48\x01\x65\x03\x04\x02\x03", NULL, "SHA512")                        \
    X(MGF1, 378, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08", NULL, "MGF1")                            \
    /* extensions */                                                                              \
    X(EXT_SKI, 87, "\x55\x1d\x0e", NULL, "subjectKeyIdentifier")                                  \
    X(EXT_KEY_USAGE, 195, "\x55\x1d\x0f", NULL, "keyUsage")                                       \
    X(EXT_SAN, 410, "\x55\x1d\x11", NULL, "subjectAltName")                                       \
    X(EXT_ISSUER_ALT_NAME, 5, "\x55\x1d\x12", NULL, "issuerAltName")                              \
    X(EXT_BASIC_CONSTRAINTS, 113, "\x55\x1d\x13", NULL, "basicConstraints")                       \
    X(EXT_NAME_CONSTRAINTS, 271, "\x55\x1d\x1e", NULL, "nameConstraints")                         \
    X(EXT_CRL_DP, 379, "\x55\x1d\x1f", NULL, "cRLDistributionPoints")                             \
    X(EXT_POLICIES, 486, "\x55\x1d\x20", NULL, "certificatePolicies")                             \
    X(EXT_POLICY_MAPPINGS, 82, "\x55\x1d\x21", NULL, "policyMappings")                            \
    X(EXT_AKI, 297, "\x55\x1d\x23", NULL, "authorityKeyIdentifier")                               \
    X(EXT_POLICY_CONSTRAINTS, 404, "\x55\x1d\x24", NULL, "policyConstraints")                     \
    X(EXT_EKU, 0, "\x55\x1d\x25", NULL, "extKeyUsage")                                            \
    X(EXT_FRESHEST_CRL, 455, "\x55\x1d\x2e", NULL, "freshestCRL")                                 \
    X(EXT_INHIBIT_ANY_POLICY, 291, "\x55\x1d\x36", NULL, "inhibitAnyPolicy")                      \
    X(EXT_AIA, 354, "\x2b\x06\x01\x05\x05\x07\x01\x01", NULL, "authorityInfoAccess")              \
    X(EXT_SIA, 405, "\x2b\x06\x01\x05\x05\x07\x01\x0b", NULL, "subjectInfoAccess")                \
    X(EXT_NETSCAPE_CERT_TYPE, 452, "\x60\x86\x48\x01\x86\xf8\x42\x01\x01", NULL,                  \
      "netscape-cert-type")                                                                       \
    X(EXT_PROXY_CERT_INFO, 215, "\x2b\x06\x01\x05\x05\x07\x01\x0e", NULL, "proxyCertInfo")        \
    X(EXT_OCSP_NO_CHECK, 274, "\x2b\x06\x01\x05\x05\x07\x30\x01\x05", NULL, "ocsp-nocheck")       \
    X(EXT_CT_POISON, 467, "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03", NULL,                       \
      "ct-precertificate-poison")                                                                 \
    X(EXT_CT_SCTS, 360, "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02", NULL,                         \
      "ct-precertificate-scts")                                                                   \
    X(EXT_TLS_FEATURE, 266, "\x2b\x06\x01\x05\x05\x07\x01\x18", NULL, "tlsfeature")               \
    /* extended key usages */                                                                     \
    X(EKU_ANY, 243, "\x55\x1d\x25\x00", NULL, "anyExtendedKeyUsage")                              \
    X(EKU_SERVER_AUTH, 96, "\x2b\x06\x01\x05\x05\x07\x03\x01", NULL, "serverAuth")                \
    X(EKU_CLIENT_AUTH, 204, "\x2b\x06\x01\x05\x05\x07\x03\x02", NULL, "clientAuth")               \
    X(EKU_CODE_SIGNING, 311, "\x2b\x06\x01\x05\x05\x07\x03\x03", NULL, "codeSigning")             \
    X(EKU_EMAIL, 419, "\x2b\x06\x01\x05\x05\x07\x03\x04", NULL, "emailProtection")                \
    X(EKU_TIME_STAMPING, 337, "\x2b\x06\x01\x05\x05\x07\x03\x08", NULL, "timeStamping")           \
    X(EKU_OCSP_SIGNING, 444, "\x2b\x06\x01\x05\x05\x07\x03\x09", NULL, "OCSPSigning")             \
    X(EKU_MS_SGC, 193, "\x2b\x06\x01\x04\x01\x82\x37\x0a\x03\x03", NULL, "msSGC")              \
    X(EKU_NS_SGC, 66, "\x60\x86\x48\x01\x86\xf8\x42\x04\x01", NULL, "nsSGC")                    \
    /* policies */                                                                                \
    X(ANY_POLICY, 375, "\x55\x1d\x20\x00", NULL, "anyPolicy")                                     \
    /* attributes of names */                                                                     \
    X(AT_CN, 77, "\x55\x04\x03", "CN", "commonName")                                              \
    X(AT_SN, 184, "\x55\x04\x04", "SN", "surname")                                                \
    X(AT_SERIAL_NUMBER, 292, "\x55\x04\x05", "serialNumber", "serialNumber")                      \
    X(AT_C, 399, "\x55\x04\x06", "C", "countryName")                                              \
    X(AT_L, 507, "\x55\x04\x07", "L", "localityName")                                             \
    X(AT_ST, 102, "\x55\x04\x08", "ST", "stateOrProvinceName")                                    \
    X(AT_STREET, 210, "\x55\x04\x09", "STREET", "streetAddress")                                  \
    X(AT_O, 317, "\x55\x04\x0a", "O", "organizationName")                                         \
    X(AT_OU, 425, "\x55\x04\x0b", "OU", "organizationalUnitName")                                 \
    X(AT_TITLE, 20, "\x55\x04\x0c", "title", "title")                                             \
    X(AT_GIVEN_NAME, 173, "\x55\x04\x2a", "GN", "givenName")                                      \
    X(AT_INITIALS, 281, "\x55\x04\x2b", "initials", "initials")                                   \
    X(AT_GENERATION, 388, "\x55\x04\x2c", "generationQualifier", "generationQualifier")           \
    X(AT_DN_QUALIFIER, 91, "\x55\x04\x2e", "dnQualifier", "dnQualifier")                          \
    X(AT_PSEUDONYM, 86, "\x55\x04\x41", "pseudonym", "pseudonym")                                 \
    X(AT_DC, 498, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC", "domainComponent")            \
    X(AT_UID, 479, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID", "userId")                   \
    X(AT_EMAIL, 131, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "emailAddress", "emailAddress")      \
    X(AT_ORG_IDENTIFIER, 453, "\x55\x04\x61", "organizationIdentifier",                           \
      "organizationIdentifier")

typedef struct oid_row {
    const char *contents;
    size_t len;
    const char *attribute;
    const char *name;
} oid_row;

static const oid_row rows[TV_OID_COUNT] = {
    [TV_OID_UNKNOWN] = {"", 0, NULL, "unknown"},
#define OID_ROW(id, place, contents, attribute, name)                                              \
    [TV_OID_##id] = {contents, sizeof(contents) - 1, attribute, name},
    OID_LIST(OID_ROW)
#undef OID_ROW
};

static const uint8_t places[TV_OID_NUM_PLACES] = {
#define OID_PLACE(id, place, contents, attribute, name) [place] = TV_OID_##id,
    OID_LIST(OID_PLACE)
#undef OID_PLACE
};
// clang-format on

_Static_assert(TV_OID_COUNT <= UINT8_MAX, "an enumerator fits into a place");

// The length, the first and the last three octets tell all known OIDs apart; the multiplier was
// searched for so that each of them has a place of its own.
uint32_t tv_oid_place(tv_span contents)
{
    const uint8_t *end = contents.ptr + contents.len;
    uint32_t key = (uint32_t)(contents.len & 0xff) << 24 |
                   (uint32_t)(end[-3] ^ contents.ptr[0]) << 16 | (uint32_t)end[-2] << 8 | end[-1];
    return (key * UINT32_C(0x35bf992d)) / (UINT32_MAX / TV_OID_NUM_PLACES + 1);
}

// Whether two runs of at least three bytes are the same. Short ones are compared by words that may
// overlap, without a call.
static inline bool same_bytes(const char *known, const uint8_t *b, size_t len)
{
    const uint8_t *a = (const uint8_t *)known;
    if (len == 3) {
        return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
    }
    if (len > 16) {
        return memcmp(a, b, len) == 0;
    }
    if (len >= 8) {
        uint64_t words[4];
        memcpy(&words[0], a, 8);
        memcpy(&words[1], b, 8);
        memcpy(&words[2], a + len - 8, 8);
        memcpy(&words[3], b + len - 8, 8);
        return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
    }
    uint32_t words[4];
    memcpy(&words[0], a, 4);
    memcpy(&words[1], b, 4);
    memcpy(&words[2], a + len - 4, 4);
    memcpy(&words[3], b + len - 4, 4);
    return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
}

tv_oid tv_oid_find(tv_span contents)
{
    if (contents.len < 3) {
        return TV_OID_UNKNOWN; // shorter than any in the table
    }
    uint32_t place = tv_oid_place(contents);
    while (places[place] != TV_OID_UNKNOWN) {
        const oid_row *row = &rows[places[place]];
        if (row->len == contents.len && same_bytes(row->contents, contents.ptr, contents.len)) {
            return (tv_oid)places[place];
        }
        place = (place + 1) % TV_OID_NUM_PLACES;
    }
    return TV_OID_UNKNOWN;
}

const char *tv_oid_attribute(tv_oid oid)
{
    return rows[oid].attribute;
}

const char *tv_oid_name(tv_oid oid)
{
    return rows[oid].name;
}

// One arc as decimal digits, least significant first. 39 of them hold 128 bits, the widest arc that
// is in use (UUIDs under 2.25).
#define ARC_DIGITS 39

typedef struct arc {
    uint8_t digits[ARC_DIGITS];
    size_t num_digits;
} arc;

// arc = arc * 128 + septet. False when it has more than ARC_DIGITS digits.
static bool arc_push(arc *value, unsigned septet)
{
    unsigned carry = septet;
    for (size_t i = 0; i < value->num_digits; i++) {
        carry += value->digits[i] * 128u;
        value->digits[i] = (uint8_t)(carry % 10);
        carry /= 10;
    }
    for (; carry > 0; carry /= 10) {
        if (value->num_digits == ARC_DIGITS) {
            return false;
        }
        value->digits[value->num_digits++] = (uint8_t)(carry % 10);
    }
    return true;
}

// arc = arc - 80 for an arc that is at least 80.
static void arc_subtract_80(arc *value)
{
    unsigned take = 8;
    for (size_t i = 1; take > 0; i++) {
        unsigned borrow = value->digits[i] < take ? 1 : 0;
        value->digits[i] = (uint8_t)(value->digits[i] + borrow * 10 - take);
        take = borrow;
    }
    while (value->num_digits > 0 && value->digits[value->num_digits - 1] == 0) {
        value->num_digits--;
    }
}

typedef struct dotted_text {
    char *ptr;
    size_t len;
    size_t cap;
} dotted_text;

static void dotted_add(dotted_text *out, char c)
{
    if (out->len + 1 < out->cap) {
        out->ptr[out->len++] = c;
    }
}

static void dotted_add_arc(dotted_text *out, const arc *value)
{
    if (value->num_digits == 0) {
        dotted_add(out, '0');
    }
    for (size_t i = value->num_digits; i > 0; i--) {
        dotted_add(out, (char)('0' + value->digits[i - 1]));
    }
}

bool tv_oid_dotted(tv_span contents, char *out, size_t cap)
{
    dotted_text dotted = {out, 0, cap};
    bool good = tv_der_oid_is_sound(contents);
    bool first = true;
    arc value = {{0}, 0};
    for (size_t i = 0; good && i < contents.len; i++) {
        // The first subidentifier is 40 times the first arc plus the second (X.690 8.19.4).
        unsigned top = first && contents.ptr[0] < 80 ? contents.ptr[0] / 40u : 2;
        unsigned septet = contents.ptr[i] & 0x7fu;
        good = arc_push(&value, first && top < 2 ? septet - top * 40 : septet);
        if (!good || (contents.ptr[i] & 0x80) != 0) {
            continue;
        }
        if (first) {
            dotted_add(&dotted, (char)('0' + top));
            if (top == 2) {
                arc_subtract_80(&value);
            }
        }
        dotted_add(&dotted, '.');
        dotted_add_arc(&dotted, &value);
        first = false;
        value = (arc){{0}, 0};
    }
    if (cap > 0) {
        out[good ? dotted.len : 0] = '\0';
    }
    return good;
}

// Takes the next arc off the front of `*in`, with the dot behind it. False when there is none in
// shortest form.
static bool arc_take(tv_span *in, arc *out)
{
    size_t len = 0;
    while (len < in->len && in->ptr[len] >= '0' && in->ptr[len] <= '9') {
        len++;
    }
    if (len == 0 || len > ARC_DIGITS || (len > 1 && in->ptr[0] == '0')) {
        return false;
    }
    bool more = len < in->len;
    if (more && (in->ptr[len] != '.' || len + 1 == in->len)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        out->digits[i] = (uint8_t)(in->ptr[len - 1 - i] - '0');
    }
    out->num_digits = len;
    size_t taken = len + (more ? 1 : 0);
    in->ptr += taken;
    in->len -= taken;
    return true;
}

// arc = arc + tens * 10. False when it would get more than ARC_DIGITS digits.
static bool arc_add_tens(arc *value, unsigned tens)
{
    unsigned carry = tens;
    for (size_t i = 1; carry > 0; i++) {
        if (i >= ARC_DIGITS) {
            return false;
        }
        while (value->num_digits <= i) {
            value->digits[value->num_digits++] = 0;
        }
        carry += value->digits[i];
        value->digits[i] = (uint8_t)(carry % 10);
        carry /= 10;
    }
    return true;
}

// arc = arc / 128; the remainder goes out.
static unsigned arc_pop(arc *value)
{
    unsigned rest = 0;
    for (size_t i = value->num_digits; i > 0; i--) {
        rest = rest * 10 + value->digits[i - 1];
        value->digits[i - 1] = (uint8_t)(rest / 128);
        rest %= 128;
    }
    while (value->num_digits > 0 && value->digits[value->num_digits - 1] == 0) {
        value->num_digits--;
    }
    return rest;
}

// Appends an arc as septets, the most significant first.
static bool arc_write(arc *value, uint8_t *out, size_t cap, size_t *len)
{
    uint8_t septets[ARC_DIGITS]; // fewer than digits
    size_t num_septets = 0;
    do {
        septets[num_septets++] = (uint8_t)arc_pop(value);
    } while (value->num_digits > 0);
    if (num_septets > cap - *len) {
        return false;
    }
    while (num_septets > 0) {
        num_septets--;
        out[(*len)++] = (uint8_t)(septets[num_septets] | (num_septets > 0 ? 0x80U : 0U));
    }
    return true;
}

bool tv_oid_from_dotted(tv_span dotted, uint8_t *out, size_t cap, size_t *len)
{
    arc top;
    arc value;
    *len = 0;
    if (!arc_take(&dotted, &top) || top.num_digits != 1 || top.digits[0] > 2 ||
        !arc_take(&dotted, &value)) {
        return false;
    }
    // Below the first two roots there are 40 arcs each (X.690 8.19.4).
    if (top.digits[0] < 2 &&
        (value.num_digits > 2 || (value.num_digits == 2 && value.digits[1] > 3))) {
        return false;
    }
    if (!arc_add_tens(&value, top.digits[0] * 4U) || !arc_write(&value, out, cap, len)) {
        return false;
    }
    while (dotted.len > 0) {
        if (!arc_take(&dotted, &value) || !arc_write(&value, out, cap, len)) {
            return false;
        }
    }
    return true;
}
