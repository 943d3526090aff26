// SPDX-License-Identifier: Apache-2.0
// A seed and a name go in, a key pair with its SubjectPublicKeyInfo comes out. Signing is in
// sign.c.
#include "key.h"

#include "key_secret.h"
#include "rng.h"
#include "rsa.h"

#include <openssl/bn.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RSA_BITS 8192
#define MAX_POINT 133 // an uncompressed P-521 point
#define UNKNOWN_KEY_OID "1.3.6.1.4.1.55555.1.1"

// The base point of secp256k1 (SEC 2, 2.4.1). It is a valid public key that needs no arithmetic,
// which matters where libcrypto is built without that curve.
static const uint8_t secp256k1_base[65] = {
    0x04, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95,
    0xce, 0x87, 0x0b, 0x07, 0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59,
    0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98, 0x48, 0x3a, 0xda, 0x77, 0x26, 0xa3,
    0xc4, 0x65, 0x5d, 0xa4, 0xfb, 0xfc, 0x0e, 0x11, 0x08, 0xa8, 0xfd, 0x17, 0xb4,
    0x48, 0xa6, 0x85, 0x54, 0x19, 0x9c, 0x47, 0xd0, 0x8f, 0xfb, 0x10, 0xd4, 0xb8};

static void set_key_id(mint_key *key, const uint8_t *bits, size_t len)
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    (void)SHA256(bits, len, hash);
    memcpy(key->key_id, hash, sizeof(key->key_id));
}

// The common shape: algorithm OID, an optional OID of parameters, the key's bits.
static void set_spki(mint_key *key, const char *algorithm, const char *parameters,
                     const uint8_t *bits, size_t len)
{
    size_t spki = mint_der_open(&key->spki, MINT_SEQUENCE);
    size_t alg = mint_der_open(&key->spki, MINT_SEQUENCE);
    mint_der_oid(&key->spki, algorithm);
    if (parameters != NULL) {
        mint_der_oid(&key->spki, parameters);
    }
    mint_der_close(&key->spki, alg);
    mint_der_bits(&key->spki, bits, len);
    mint_der_close(&key->spki, spki);
    set_key_id(key, bits, len);
}

static void open_rsa(mint_key *key, mint_rng *rng, unsigned bits)
{
    BIGNUM *modulus = NULL;
    key->secret->pkey = mint_rsa_open(rng, bits, &modulus);
    key->secret->modulus_len = bits / 8;
    uint8_t bytes[MAX_RSA_BITS / 8];
    if (BN_bn2binpad(modulus, bytes, (int)(bits / 8)) < 0) {
        mint_die("an RSA modulus is too long");
    }
    mint_buf rsa = {0};
    size_t mark = mint_der_open(&rsa, MINT_SEQUENCE);
    mint_der_unsigned(&rsa, bytes, bits / 8);
    mint_der_int(&rsa, 65537);
    mint_der_close(&rsa, mark);
    size_t spki = mint_der_open(&key->spki, MINT_SEQUENCE);
    size_t alg = mint_der_open(&key->spki, MINT_SEQUENCE);
    mint_der_oid(&key->spki, "1.2.840.113549.1.1.1");
    mint_der_null(&key->spki);
    mint_der_close(&key->spki, alg);
    mint_der_bits(&key->spki, rsa.ptr, rsa.len);
    mint_der_close(&key->spki, spki);
    set_key_id(key, rsa.ptr, rsa.len);
    mint_buf_free(&rsa);
    BN_free(modulus);
}

static void open_ec(mint_key *key, mint_rng *rng, int nid, const char *curve)
{
    mint_secret *secret = key->secret;
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *bound = BN_new();
    secret->group = EC_GROUP_new_by_curve_name(nid);
    if (ctx == NULL || bound == NULL || secret->group == NULL) {
        mint_die("libcrypto lacks the curve %s", curve);
    }
    secret->field_len = ((size_t)EC_GROUP_get_degree(secret->group) + 7) / 8;
    // Eight bytes more than the order make the bias of the remainder vanish.
    uint8_t bytes[MAX_POINT];
    mint_rng_bytes(rng, bytes, secret->field_len + 8);
    secret->scalar = BN_bin2bn(bytes, (int)secret->field_len + 8, NULL);
    (void)BN_copy(bound, EC_GROUP_get0_order(secret->group));
    (void)BN_sub_word(bound, 1);
    (void)BN_mod(secret->scalar, secret->scalar, bound, ctx);
    (void)BN_add_word(secret->scalar, 1);

    EC_POINT *point = EC_POINT_new(secret->group);
    uint8_t octets[MAX_POINT];
    size_t len = 0;
    if (EC_POINT_mul(secret->group, point, secret->scalar, NULL, NULL, ctx) == 1) {
        len = EC_POINT_point2oct(secret->group, point, POINT_CONVERSION_UNCOMPRESSED, octets,
                                 sizeof(octets), ctx);
    }
    if (len == 0) {
        mint_die("a public key on %s cannot be computed", curve);
    }
    set_spki(key, "1.2.840.10045.2.1", curve, octets, len);
    EC_POINT_free(point);
    BN_free(bound);
    BN_CTX_free(ctx);
}

static void open_edwards(mint_key *key, mint_rng *rng, int nid, const char *oid, size_t len)
{
    uint8_t raw[57];
    mint_rng_bytes(rng, raw, len);
    key->secret->pkey = EVP_PKEY_new_raw_private_key(nid, NULL, raw, len);
    size_t public_len = sizeof(raw);
    if (key->secret->pkey == NULL ||
        EVP_PKEY_get_raw_public_key(key->secret->pkey, raw, &public_len) != 1) {
        mint_die("libcrypto lacks the algorithm %s", oid);
    }
    set_spki(key, oid, NULL, raw, public_len);
}

static void put_random_number(mint_buf *out, mint_rng *rng, size_t len)
{
    uint8_t bytes[256];
    mint_rng_bytes(rng, bytes, len);
    bytes[0] |= 0x80;
    bytes[len - 1] |= 1;
    mint_der_unsigned(out, bytes, len);
}

// A SubjectPublicKeyInfo in the shape of RFC 3279 2.3.2; its numbers form no group.
static void open_dsa(mint_key *key, mint_rng *rng)
{
    mint_buf y = {0};
    size_t spki = mint_der_open(&key->spki, MINT_SEQUENCE);
    size_t alg = mint_der_open(&key->spki, MINT_SEQUENCE);
    mint_der_oid(&key->spki, "1.2.840.10040.4.1");
    size_t parameters = mint_der_open(&key->spki, MINT_SEQUENCE);
    put_random_number(&key->spki, rng, 256);
    put_random_number(&key->spki, rng, 32);
    mint_der_int(&key->spki, 2);
    mint_der_close(&key->spki, parameters);
    mint_der_close(&key->spki, alg);
    put_random_number(&y, rng, 255);
    mint_der_bits(&key->spki, y.ptr, y.len);
    mint_der_close(&key->spki, spki);
    set_key_id(key, y.ptr, y.len);
    mint_buf_free(&y);
}

static mint_key_kind kind_of(const char *name, unsigned *bits)
{
    static const struct {
        const char *prefix;
        mint_key_kind kind;
    } kinds[] = {{"p256:", MINT_KEY_P256},       {"p384:", MINT_KEY_P384},
                 {"p521:", MINT_KEY_P521},       {"secp256k1:", MINT_KEY_SECP256K1},
                 {"ed25519:", MINT_KEY_ED25519}, {"ed448:", MINT_KEY_ED448},
                 {"dsa:", MINT_KEY_DSA},         {"unknown:", MINT_KEY_UNKNOWN}};
    if (strncmp(name, "rsa", 3) == 0) {
        *bits = (unsigned)strtoul(name + 3, NULL, 10);
        if (*bits < 512 || *bits > MAX_RSA_BITS) {
            mint_die("%s: an RSA key has 512 to %d bits", name, MAX_RSA_BITS);
        }
        return MINT_KEY_RSA;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            return kinds[i].kind;
        }
    }
    mint_die("unknown kind of key: %s", name);
}

void mint_key_open(mint_key *key, const char *seed, const char *name)
{
    unsigned bits = 0;
    mint_rng rng;
    mint_rng_open(&rng, seed, name);
    *key = (mint_key){.kind = kind_of(name, &bits)};
    key->secret = calloc(1, sizeof(*key->secret));
    if (key->secret == NULL) {
        mint_die("out of memory");
    }
    switch (key->kind) {
    case MINT_KEY_RSA:
        open_rsa(key, &rng, bits);
        break;
    case MINT_KEY_P256:
        open_ec(key, &rng, NID_X9_62_prime256v1, "1.2.840.10045.3.1.7");
        break;
    case MINT_KEY_P384:
        open_ec(key, &rng, NID_secp384r1, "1.3.132.0.34");
        break;
    case MINT_KEY_P521:
        open_ec(key, &rng, NID_secp521r1, "1.3.132.0.35");
        break;
    case MINT_KEY_SECP256K1:
        set_spki(key, "1.2.840.10045.2.1", "1.3.132.0.10", secp256k1_base, sizeof(secp256k1_base));
        break;
    case MINT_KEY_ED25519:
        open_edwards(key, &rng, NID_ED25519, "1.3.101.112", 32);
        break;
    case MINT_KEY_ED448:
        open_edwards(key, &rng, NID_ED448, "1.3.101.113", 57);
        break;
    case MINT_KEY_DSA:
        open_dsa(key, &rng);
        break;
    case MINT_KEY_UNKNOWN:
        set_spki(key, UNKNOWN_KEY_OID, NULL, secp256k1_base, sizeof(secp256k1_base));
        break;
    }
}

void mint_key_close(mint_key *key)
{
    if (key->secret != NULL) {
        EVP_PKEY_free(key->secret->pkey);
        EC_GROUP_free(key->secret->group);
        BN_free(key->secret->scalar);
        free(key->secret);
    }
    mint_buf_free(&key->spki);
    *key = (mint_key){0};
}

void mint_key_pkcs8(mint_buf *out, const mint_key *key)
{
    uint8_t scalar[MAX_POINT];
    if (key->kind != MINT_KEY_P256 || BN_bn2binpad(key->secret->scalar, scalar, 32) != 32) {
        mint_die("only P-256 keys are written as PKCS #8");
    }
    size_t info = mint_der_open(out, MINT_SEQUENCE);
    mint_der_int(out, 0);
    size_t alg = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, "1.2.840.10045.2.1");
    mint_der_oid(out, "1.2.840.10045.3.1.7");
    mint_der_close(out, alg);
    size_t octets = mint_der_open(out, MINT_OCTET_STRING);
    size_t ec_key = mint_der_open(out, MINT_SEQUENCE);
    mint_der_int(out, 1);
    mint_der_put(out, MINT_OCTET_STRING, scalar, 32);
    mint_der_close(out, ec_key);
    mint_der_close(out, octets);
    mint_der_close(out, info);
}
