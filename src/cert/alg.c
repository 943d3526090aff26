// SPDX-License-Identifier: Apache-2.0
// The tables of signature algorithms and of public keys, with the parameters of RSASSA-PSS. Keys
// are looked at only as far as their kind and size need; that they are on their curve is for
// libcrypto.
#include "cert/alg.h"

bool tv_alg_read(tv_span contents, tv_alg *out)
{
    tv_der_value oid;
    *out = (tv_alg){0};
    if (!tv_der_read_tag(&contents, TV_DER_OID, &oid)) {
        return false;
    }
    out->oid_contents = oid.contents;
    out->oid = tv_oid_find(oid.contents);
    if (out->oid == TV_OID_UNKNOWN && !tv_der_oid_is_sound(oid.contents)) {
        return false;
    }
    if (contents.len == 0) {
        return true;
    }
    out->has_parameters = true;
    return tv_der_read(&contents, &out->parameters) && contents.len == 0 &&
           tv_der_is_sound(&out->parameters);
}

static bool is_absent_or_null(const tv_alg *alg)
{
    return !alg->has_parameters || alg->parameters.tag == TV_DER_NULL;
}

// The hash that an AlgorithmIdentifier names.
static tv_hash_kind hash_of(const tv_alg *alg)
{
    if (!is_absent_or_null(alg)) {
        return TV_HASH_NONE;
    }
    switch (alg->oid) {
    case TV_OID_SHA1:
        return TV_HASH_SHA1;
    case TV_OID_SHA224:
        return TV_HASH_SHA224;
    case TV_OID_SHA256:
        return TV_HASH_SHA256;
    case TV_OID_SHA384:
        return TV_HASH_SHA384;
    case TV_OID_SHA512:
        return TV_HASH_SHA512;
    default:
        return TV_HASH_NONE;
    }
}

// An AlgorithmIdentifier that is all of `in`.
static bool read_whole_alg(tv_span in, tv_alg *out)
{
    tv_der_value sequence;
    return tv_der_read_tag(&in, TV_DER_SEQUENCE, &sequence) && in.len == 0 &&
           tv_alg_read(sequence.contents, out);
}

// A small INTEGER in the explicit tag `number`, or `*out` as it is when the tag is not there.
static bool read_tagged_uint(tv_span *in, uint8_t number, uint32_t *out)
{
    tv_der_value wrapped;
    tv_der_value value;
    bool present;
    if (!tv_der_read_optional(in, TV_DER_CONTEXT_CONSTRUCTED(number), &wrapped, &present)) {
        return false;
    }
    return !present || (tv_der_read_tag(&wrapped.contents, TV_DER_INTEGER, &value) &&
                        wrapped.contents.len == 0 && tv_der_small_uint(value.contents, out));
}

// RSASSA-PSS-params (RFC 4055 3.1). The defaults are SHA-1, MGF1 with SHA-1, 20 bytes, trailer 1.
static bool read_pss(const tv_der_value *parameters, tv_sig_alg *out)
{
    tv_span in = parameters->contents;
    tv_der_value wrapped;
    bool present;
    tv_alg alg;
    tv_hash_kind hash = TV_HASH_SHA1;
    tv_hash_kind mgf_hash = TV_HASH_SHA1;
    uint32_t salt_len = 20;
    uint32_t trailer = 1;
    if (parameters->tag != TV_DER_SEQUENCE ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT_CONSTRUCTED(0), &wrapped, &present)) {
        return false;
    }
    if (present) {
        if (!read_whole_alg(wrapped.contents, &alg)) {
            return false;
        }
        hash = hash_of(&alg);
    }
    if (!tv_der_read_optional(&in, TV_DER_CONTEXT_CONSTRUCTED(1), &wrapped, &present)) {
        return false;
    }
    if (present) {
        if (!read_whole_alg(wrapped.contents, &alg) || alg.oid != TV_OID_MGF1 ||
            !read_whole_alg(alg.parameters.whole, &alg)) {
            return false;
        }
        mgf_hash = hash_of(&alg);
    }
    if (!read_tagged_uint(&in, 2, &salt_len) || !read_tagged_uint(&in, 3, &trailer) ||
        in.len != 0 || trailer != 1 || salt_len > UINT16_MAX || hash == TV_HASH_NONE ||
        mgf_hash == TV_HASH_NONE) {
        return false;
    }
    *out = (tv_sig_alg){TV_SIG_RSA_PSS, (uint8_t)hash, (uint8_t)mgf_hash, (uint16_t)salt_len};
    return true;
}

tv_sig_alg tv_alg_signature(const tv_alg *alg)
{
    // RFC 5758 3.2 wants the parameters of ECDSA absent; CAs that write NULL exist, and nothing can
    // be hidden in it.
    static const struct {
        uint8_t kind;
        uint8_t hash;
        bool null_allowed;
    } rows[] = {
        [TV_OID_RSA_MD2] = {TV_SIG_RSA_PKCS1, TV_HASH_MD2, true},
        [TV_OID_RSA_MD4] = {TV_SIG_RSA_PKCS1, TV_HASH_MD4, true},
        [TV_OID_RSA_MD5] = {TV_SIG_RSA_PKCS1, TV_HASH_MD5, true},
        [TV_OID_RSA_SHA1] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, true},
        [TV_OID_RSA_SHA224] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA224, true},
        [TV_OID_RSA_SHA256] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, true},
        [TV_OID_RSA_SHA384] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA384, true},
        [TV_OID_RSA_SHA512] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA512, true},
        [TV_OID_OIW_RSA_SHA1] = {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, true},
        [TV_OID_ECDSA_SHA1] = {TV_SIG_ECDSA, TV_HASH_SHA1, true},
        [TV_OID_ECDSA_SHA224] = {TV_SIG_ECDSA, TV_HASH_SHA224, true},
        [TV_OID_ECDSA_SHA256] = {TV_SIG_ECDSA, TV_HASH_SHA256, true},
        [TV_OID_ECDSA_SHA384] = {TV_SIG_ECDSA, TV_HASH_SHA384, true},
        [TV_OID_ECDSA_SHA512] = {TV_SIG_ECDSA, TV_HASH_SHA512, true},
        [TV_OID_ED25519] = {TV_SIG_ED25519, TV_HASH_NONE, false},
        [TV_OID_ED448] = {TV_SIG_ED448, TV_HASH_NONE, false},
        [TV_OID_DSA_SHA1] = {TV_SIG_DSA, TV_HASH_SHA1, true},
        [TV_OID_DSA_SHA224] = {TV_SIG_DSA, TV_HASH_SHA224, true},
        [TV_OID_DSA_SHA256] = {TV_SIG_DSA, TV_HASH_SHA256, true},
    };
    tv_sig_alg out = {0};
    if (alg->oid == TV_OID_RSA_PSS) {
        // Unlike in a key, the parameters of a signature are not optional (RFC 4055 3.1).
        return alg->has_parameters && read_pss(&alg->parameters, &out) ? out : (tv_sig_alg){0};
    }
    if ((size_t)alg->oid >= sizeof(rows) / sizeof(rows[0])) {
        return out;
    }
    if (rows[alg->oid].null_allowed ? is_absent_or_null(alg) : !alg->has_parameters) {
        out.kind = rows[alg->oid].kind;
        out.hash = rows[alg->oid].hash;
    }
    return out;
}

// Bits of the contents of a positive INTEGER in shortest form, at most UINT16_MAX; 0 for others.
static uint16_t positive_bits(tv_span contents)
{
    if (!tv_der_integer_is_minimal(contents) || contents.ptr[0] >= 0x80) {
        return 0;
    }
    size_t skip = contents.ptr[0] == 0 && contents.len > 1 ? 1 : 0;
    size_t bits = (contents.len - skip) * 8;
    uint8_t top = contents.ptr[skip];
    if (top == 0) {
        return 0;
    }
    for (; top < 0x80; top = (uint8_t)(top << 1)) {
        bits--;
    }
    return bits > UINT16_MAX ? UINT16_MAX : (uint16_t)bits;
}

// RSAPublicKey: bits of the modulus, 0 when modulus or exponent is not a positive INTEGER.
static uint16_t rsa_bits(tv_span key_bits)
{
    tv_der_value sequence;
    tv_der_value modulus;
    tv_der_value exponent;
    if (!tv_der_read_tag(&key_bits, TV_DER_SEQUENCE, &sequence) || key_bits.len != 0 ||
        !tv_der_read_tag(&sequence.contents, TV_DER_INTEGER, &modulus) ||
        !tv_der_read_tag(&sequence.contents, TV_DER_INTEGER, &exponent) ||
        sequence.contents.len != 0 || positive_bits(exponent.contents) == 0) {
        return 0;
    }
    return positive_bits(modulus.contents);
}

static tv_key_kind rsa_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    tv_sig_alg ignored;
    bool pss = alg->oid == TV_OID_RSA_PSS;
    bool good = is_absent_or_null(alg);
    if (pss) {
        good = !alg->has_parameters || read_pss(&alg->parameters, &ignored);
    }
    *bits = good ? rsa_bits(key_bits) : 0;
    if (*bits == 0) {
        return TV_KEY_UNKNOWN;
    }
    return pss ? TV_KEY_RSA_PSS : TV_KEY_RSA;
}

// A point on a named curve (RFC 5480 2.2): compressed, uncompressed or hybrid. With parameters that
// are no name (explicit ones, implicitCurve) size and form are not known.
static tv_key_kind ec_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    static const struct {
        tv_oid curve;
        uint16_t bits;
        tv_key_kind kind;
    } curves[] = {
        {TV_OID_P256, 256, TV_KEY_EC_P256},
        {TV_OID_P384, 384, TV_KEY_EC_P384},
        {TV_OID_P521, 521, TV_KEY_EC_P521},
        {TV_OID_P192, 192, TV_KEY_EC_OTHER},
        {TV_OID_P224, 224, TV_KEY_EC_OTHER},
        {TV_OID_SECP256K1, 256, TV_KEY_EC_OTHER},
        {TV_OID_BRAINPOOL_P256, 256, TV_KEY_EC_OTHER},
        {TV_OID_BRAINPOOL_P384, 384, TV_KEY_EC_OTHER},
        {TV_OID_BRAINPOOL_P512, 512, TV_KEY_EC_OTHER},
        {TV_OID_SM2, 256, TV_KEY_EC_OTHER},
    };
    if (!alg->has_parameters || key_bits.len == 0) {
        return TV_KEY_UNKNOWN;
    }
    if (alg->parameters.tag != TV_DER_OID) {
        return alg->parameters.tag == TV_DER_SEQUENCE ? TV_KEY_EC_OTHER : TV_KEY_UNKNOWN;
    }
    tv_oid curve = tv_oid_find(alg->parameters.contents);
    for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
        if (curves[i].curve != curve) {
            continue;
        }
        size_t len = (curves[i].bits + 7u) / 8;
        uint8_t form = key_bits.ptr[0];
        bool whole = (form == 2 || form == 3) && key_bits.len == 1 + len;
        whole = whole || ((form == 4 || form == 6 || form == 7) && key_bits.len == 1 + 2 * len);
        *bits = whole ? curves[i].bits : 0;
        return whole ? curves[i].kind : TV_KEY_UNKNOWN;
    }
    return TV_KEY_EC_OTHER;
}

// Dss-Parms (RFC 3279 2.3.2): bits of p, 0 when the parameters are inherited from the issuer. With
// less than the 160 bits of q that every version of FIPS 186 asks for it is no DSA key: the size of
// p says nothing of its strength.
static tv_key_kind dsa_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    enum { MIN_Q_BITS = 160 };
    tv_der_value p;
    tv_der_value q;
    tv_der_value y;
    if (!tv_der_read_tag(&key_bits, TV_DER_INTEGER, &y) || key_bits.len != 0 ||
        positive_bits(y.contents) == 0) {
        return TV_KEY_UNKNOWN;
    }
    if (is_absent_or_null(alg)) {
        return TV_KEY_DSA;
    }
    tv_span parameters = alg->parameters.contents;
    if (alg->parameters.tag != TV_DER_SEQUENCE ||
        !tv_der_read_tag(&parameters, TV_DER_INTEGER, &p) ||
        !tv_der_read_tag(&parameters, TV_DER_INTEGER, &q) ||
        positive_bits(q.contents) < MIN_Q_BITS) {
        return TV_KEY_UNKNOWN;
    }
    *bits = positive_bits(p.contents);
    return *bits > 0 ? TV_KEY_DSA : TV_KEY_UNKNOWN;
}

// Keys of RFC 8410 are as long as their kind says and have no parameters.
static tv_key_kind edwards_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    bool small = alg->oid == TV_OID_ED25519;
    if (alg->has_parameters || key_bits.len != (small ? 32 : 57)) {
        return TV_KEY_UNKNOWN;
    }
    *bits = small ? 256 : 456;
    return small ? TV_KEY_ED25519 : TV_KEY_ED448;
}

// Montgomery curves (RFC 8410): key agreement alone.
static tv_key_kind montgomery_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    bool small = alg->oid == TV_OID_X25519;
    if (alg->has_parameters || key_bits.len != (small ? 32 : 56)) {
        return TV_KEY_UNKNOWN;
    }
    *bits = small ? 256 : 448;
    return small ? TV_KEY_X25519 : TV_KEY_X448;
}

tv_key_kind tv_alg_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits)
{
    *bits = 0;
    switch (alg->oid) {
    case TV_OID_RSA:
    case TV_OID_X500_RSA: // X.509 Annex, as old CAs wrote it
    case TV_OID_RSA_PSS:
        return rsa_key(alg, key_bits, bits);
    case TV_OID_EC:
        return ec_key(alg, key_bits, bits);
    case TV_OID_DSA:
        return dsa_key(alg, key_bits, bits);
    case TV_OID_ED25519:
    case TV_OID_ED448:
        return edwards_key(alg, key_bits, bits);
    case TV_OID_X25519:
    case TV_OID_X448:
        return montgomery_key(alg, key_bits, bits);
    default:
        return TV_KEY_UNKNOWN;
    }
}

bool tv_alg_spells_curve(const tv_cert *cert)
{
    tv_span rest = cert->spki;
    tv_der_value spki, algorithm, id, parameters;
    if (cert->key != TV_KEY_EC_OTHER || !tv_der_read(&rest, &spki)) {
        return false;
    }
    rest = spki.contents;
    if (!tv_der_read(&rest, &algorithm)) {
        return false;
    }
    rest = algorithm.contents;
    return tv_der_read(&rest, &id) && tv_der_read(&rest, &parameters) &&
           parameters.tag == TV_DER_SEQUENCE;
}
