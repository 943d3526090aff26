// SPDX-License-Identifier: Apache-2.0
// In: a SubjectPublicKeyInfo and the kind of key that the certificate's view saw in it. Out: a
// tv_key, decoded once. Keys come through libcrypto's older calls, which read an RSA key in one and
// a P-256 key in ten microseconds where d2i_PUBKEY takes a hundred and shared locks, and which tell
// a broken key from a lack of memory. A key that is not exactly of the given kind, or beyond what
// libcrypto computes with, is kept but never used. How strong a key has to be is the profile's
// question.

// The low-level keys are deprecated; nothing newer decodes without the provider's decoders.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "sig/key.h"

#include "base/span.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdlib.h>

// libcrypto computes with no larger modulus, with a public exponent of at most 64 bits when the
// modulus is large (a defence against slow keys), and with odd moduli only.
static bool is_rsa_usable(const RSA *rsa, int type)
{
    const BIGNUM *n = RSA_get0_n(rsa);
    const BIGNUM *e = RSA_get0_e(rsa);
    int flag = type == EVP_PKEY_RSA_PSS ? RSA_FLAG_TYPE_RSASSAPSS : RSA_FLAG_TYPE_RSA;
    return RSA_test_flags(rsa, RSA_FLAG_TYPE_MASK) == flag && n != NULL && e != NULL &&
           BN_is_odd(n) && !BN_is_zero(e) && BN_ucmp(n, e) > 0 &&
           BN_num_bits(n) <= OPENSSL_RSA_MAX_MODULUS_BITS &&
           (BN_num_bits(n) <= OPENSSL_RSA_SMALL_MODULUS_BITS ||
            BN_num_bits(e) <= OPENSSL_RSA_MAX_PUBEXP_BITS);
}

// Hands `low`, an RSA or an EC_KEY, over to `key`; it stays the caller's on failure.
static tv_status wrap(tv_key *key, int type, void *low)
{
    EVP_PKEY *pkey = EVP_PKEY_new();
    if (pkey == NULL || EVP_PKEY_assign(pkey, type, low) != 1) {
        EVP_PKEY_free(pkey);
        return TV_ERR_NOMEM;
    }
    key->pkey = pkey;
    return TV_OK;
}

// Only memory can fail here: the modulus is odd and not zero.
static tv_status keep_modulus(tv_key *key)
{
    BN_CTX *numbers = BN_CTX_new();
    key->modulus = BN_MONT_CTX_new();
    bool is_kept = numbers != NULL && key->modulus != NULL &&
                   BN_MONT_CTX_set(key->modulus, RSA_get0_n(key->rsa), numbers) == 1;
    BN_CTX_free(numbers);
    return is_kept ? TV_OK : TV_ERR_NOMEM;
}

// What eight lanes compute with. The exponents that they know fit a word.
static tv_status keep_lane(tv_key *key)
{
    const BIGNUM *n = RSA_get0_n(key->rsa);
    uint8_t bytes[TV_RSA_LANES_BYTES_MAX];
    if (BN_num_bytes(n) > (int)sizeof(bytes)) {
        return TV_OK;
    }
    tv_span modulus = {bytes, (size_t)BN_bn2bin(n, bytes)};
    return tv_rsa_lane_key_new(&key->lane, modulus, BN_get_word(RSA_get0_e(key->rsa)));
}

static tv_status keep_rsa(tv_key *key, RSA *rsa, int type, bool is_whole)
{
    if (rsa == NULL) {
        return tv_sig_drain_errors().out_of_memory ? TV_ERR_NOMEM : TV_OK;
    }
    tv_status status = TV_OK;
    if (is_whole && is_rsa_usable(rsa, type)) {
        status = wrap(key, type, rsa);
    }
    if (key->pkey == NULL) {
        RSA_free(rsa);
        return status;
    }
    key->rsa = rsa;
    key->size = (uint32_t)RSA_size(rsa);
    if (type == EVP_PKEY_RSA && BN_is_word(RSA_get0_e(rsa), RSA_F4)) {
        status = keep_modulus(key);
    }
    return status == TV_OK && type == EVP_PKEY_RSA ? keep_lane(key) : status;
}

// Takes an element with a universal tag off the front of `*in`.
static bool take(tv_span *in, int tag, tv_span *contents)
{
    if (in->len == 0) {
        return false;
    }
    const uint8_t *next = in->ptr;
    long len;
    int found;
    int class;
    int flags = ASN1_get_object(&next, &len, &found, &class, (long)in->len);
    if ((flags & 0x81) != 0 || found != tag || class != V_ASN1_UNIVERSAL) {
        return false; // 0x80 says broken, 0x01 of indefinite length
    }
    if (((flags & V_ASN1_CONSTRUCTED) != 0) != (tag == V_ASN1_SEQUENCE)) {
        return false;
    }
    *contents = tv_span_make(next, (size_t)len);
    *in = tv_span_make(next + len, in->len - (size_t)(next - in->ptr) - (size_t)len);
    return true;
}

// rsaEncryption and, from old CAs, rsa of X.500. RFC 3279 2.3.1 asks for the NULL; keys without it
// are about, and read by everyone.
static bool is_rsa(tv_span algorithm)
{
    const tv_span forms[] = {
        TV_LIT("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"),
        TV_LIT("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
        TV_LIT("\x06\x04\x55\x08\x01\x01\x05\x00"),
        TV_LIT("\x06\x04\x55\x08\x01\x01"),
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (tv_span_equal(algorithm, forms[i])) {
            return true;
        }
    }
    return false;
}

static tv_status decode_rsa(tv_key *key, tv_span spki)
{
    tv_span body;
    tv_span algorithm;
    tv_span bits;
    if (!take(&spki, V_ASN1_SEQUENCE, &body) || spki.len != 0 ||
        !take(&body, V_ASN1_SEQUENCE, &algorithm) || !take(&body, V_ASN1_BIT_STRING, &bits) ||
        body.len != 0 || !is_rsa(algorithm) || !tv_span_starts_with(bits, TV_LIT("\0"))) {
        return TV_OK;
    }
    const uint8_t *next = bits.ptr + 1; // behind the number of unused bits
    RSA *rsa = d2i_RSAPublicKey(NULL, &next, (long)bits.len - 1);
    return keep_rsa(key, rsa, EVP_PKEY_RSA, next == bits.ptr + bits.len);
}

// The parameters of an RSASSA-PSS key reach an RSA through this call alone. It hides why it fails,
// so that a lack of memory can pass for a broken key.
static tv_status decode_rsa_pss(tv_key *key, tv_span spki)
{
    const uint8_t *next = spki.ptr;
    RSA *rsa = d2i_RSA_PUBKEY(NULL, &next, (long)spki.len);
    return keep_rsa(key, rsa, EVP_PKEY_RSA_PSS, next == spki.ptr + spki.len);
}

// What follows `prefix`, when exactly `len` bytes do; else nothing.
static tv_span after(tv_span spki, tv_span prefix, size_t len)
{
    bool fits = spki.len == prefix.len + len && tv_span_starts_with(spki, prefix);
    return fits ? tv_span_part(spki, prefix.len, len) : (tv_span){NULL, 0};
}

// In DER a named curve and the length of the point leave one encoding: fixed bytes, then the point
// (RFC 5480 2). Curves spelled out as numbers, which RFC 5480 2.1.1 forbids, never reach libcrypto.
// EC_KEY_oct2key checks that the point lies on the curve; the point at infinity, under which anyone
// can sign, is one byte long and fits no form.
static tv_status decode_ec(tv_key *key, int curve, tv_span uncompressed, tv_span compressed)
{
    tv_span point = uncompressed.len != 0 ? uncompressed : compressed;
    if (point.len == 0) {
        return TV_OK;
    }
    EC_KEY *ec = EC_KEY_new_by_curve_name(curve);
    if (ec == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = TV_OK;
    if (EC_KEY_oct2key(ec, point.ptr, point.len, NULL) == 1) {
        status = wrap(key, EVP_PKEY_EC, ec);
    } else if (tv_sig_drain_errors().out_of_memory) {
        status = TV_ERR_NOMEM;
    }
    if (key->pkey == NULL) {
        EC_KEY_free(ec);
        return status;
    }
    key->ec = ec;
    if (curve == NID_X9_62_prime256v1) {
        key->table = tv_p256_table_new();
        return key->table != NULL ? TV_OK : TV_ERR_NOMEM;
    }
    return TV_OK;
}

// RFC 8410 leaves one encoding as well, and any bytes are a key until a signature is checked.
static tv_status decode_edwards(tv_key *key, int type, tv_span bytes)
{
    if (bytes.len == 0) {
        return TV_OK;
    }
    key->pkey = EVP_PKEY_new_raw_public_key(type, NULL, bytes.ptr, bytes.len);
    return key->pkey != NULL ? TV_OK : TV_ERR_NOMEM;
}

// SEQUENCE { ecPublicKey, curve }
#define P256_ALGORITHM                                                                             \
    "\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define P384_ALGORITHM "\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"
#define P521_ALGORITHM "\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"

static tv_status decode(tv_key *key, tv_span spki)
{
    switch (key->kind) {
    case TV_KEY_RSA:
        return decode_rsa(key, spki);
    case TV_KEY_RSA_PSS:
        return decode_rsa_pss(key, spki);
    case TV_KEY_EC_P256:
        return decode_ec(key, NID_X9_62_prime256v1,
                         after(spki, TV_LIT("\x30\x59" P256_ALGORITHM "\x03\x42\x00"), 65),
                         after(spki, TV_LIT("\x30\x39" P256_ALGORITHM "\x03\x22\x00"), 33));
    case TV_KEY_EC_P384:
        return decode_ec(key, NID_secp384r1,
                         after(spki, TV_LIT("\x30\x76" P384_ALGORITHM "\x03\x62\x00"), 97),
                         after(spki, TV_LIT("\x30\x46" P384_ALGORITHM "\x03\x32\x00"), 49));
    case TV_KEY_EC_P521:
        return decode_ec(key, NID_secp521r1,
                         after(spki, TV_LIT("\x30\x81\x9b" P521_ALGORITHM "\x03\x81\x86\x00"), 133),
                         after(spki, TV_LIT("\x30\x58" P521_ALGORITHM "\x03\x44\x00"), 67));
    case TV_KEY_ED25519:
        return decode_edwards(
            key, EVP_PKEY_ED25519,
            after(spki, TV_LIT("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"), 32));
    case TV_KEY_ED448:
        return decode_edwards(
            key, EVP_PKEY_ED448,
            after(spki, TV_LIT("\x30\x43\x30\x05\x06\x03\x2b\x65\x71\x03\x3a\x00"), 57));
    case TV_KEY_UNKNOWN:
    case TV_KEY_EC_OTHER:
    case TV_KEY_DSA:
    case TV_KEY_X25519:
    case TV_KEY_X448:
        break;
    }
    return TV_OK;
}

tv_status tv_key_open(tv_key **out, const tv_sig *sig, tv_span spki, tv_key_kind kind)
{
    *out = NULL;
    tv_key *key = calloc(1, sizeof(*key));
    if (key == NULL) {
        return TV_ERR_NOMEM;
    }
    key->kind = kind;
    key->demand = sig->demand;
    tv_status status = spki.len > 0 && spki.len <= LONG_MAX ? decode(key, spki) : TV_OK;
    (void)tv_sig_drain_errors();
    if (status != TV_OK) {
        tv_key_close(key);
        return status;
    }
    *out = key;
    return TV_OK;
}

void tv_key_close(tv_key *key)
{
    if (key == NULL) {
        return;
    }
    EVP_PKEY_free(key->pkey);
    BN_MONT_CTX_free(key->modulus);
    tv_rsa_lane_key_free(key->lane);
    tv_p256_table_free(key->table, key->demand);
    free(key);
}
