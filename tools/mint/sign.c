// SPDX-License-Identifier: Apache-2.0
// A message and a key go in, a signature that is the same on every run comes out. Paddings are
// built here and RSA is used bare; ECDSA takes its nonce from the key and the digest; the rest is
// deterministic by nature.
#include "key.h"

#include "key_secret.h"
#include "rng.h"

#include <openssl/bn.h>
#include <openssl/rsa.h>
#include <string.h>

#define MAX_MODULUS 1024 // bytes
#define UNKNOWN_SIG_OID "1.3.6.1.4.1.55555.1.2"

// One row per hash: object identifiers and the DigestInfo prefix of RFC 8017 9.2.
typedef struct hash_row {
    mint_sig sig;
    const EVP_MD *(*md)(void);
    const char *hash_oid;
    const char *rsa_oid;
    const char *ecdsa_oid;
    const char *dsa_oid;
} hash_row;

static const hash_row hashes[] = {
    {MINT_SIG_MD5, EVP_md5, "1.2.840.113549.2.5", "1.2.840.113549.1.1.4", NULL, NULL},
    {MINT_SIG_SHA1, EVP_sha1, "1.3.14.3.2.26", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1",
     "1.2.840.10040.4.3"},
    {MINT_SIG_SHA224, EVP_sha224, "2.16.840.1.101.3.4.2.4", "1.2.840.113549.1.1.14",
     "1.2.840.10045.4.3.1", "2.16.840.1.101.3.4.3.1"},
    {MINT_SIG_SHA256, EVP_sha256, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11",
     "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.3.2"},
    {MINT_SIG_SHA384, EVP_sha384, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12",
     "1.2.840.10045.4.3.3", NULL},
    {MINT_SIG_SHA512, EVP_sha512, "2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13",
     "1.2.840.10045.4.3.4", NULL},
    {MINT_SIG_PSS_SHA256, EVP_sha256, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.10", NULL,
     NULL},
    {MINT_SIG_PSS_SHA384, EVP_sha384, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.10", NULL,
     NULL},
};

static mint_sig settle(const mint_key *key, mint_sig sig)
{
    if (sig != MINT_SIG_AUTO) {
        return sig;
    }
    if (key->kind == MINT_KEY_P384) {
        return MINT_SIG_SHA384;
    }
    return key->kind == MINT_KEY_P521 ? MINT_SIG_SHA512 : MINT_SIG_SHA256;
}

static const hash_row *row_of(const mint_key *key, mint_sig sig)
{
    mint_sig wanted = settle(key, sig);
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        if (hashes[i].sig == wanted) {
            return &hashes[i];
        }
    }
    mint_die("no such signature algorithm");
}

static void put_hash_algorithm(mint_buf *out, const char *oid)
{
    size_t alg = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, oid);
    mint_der_null(out);
    mint_der_close(out, alg);
}

// RSASSA-PSS-params, RFC 4055 3.1.
static void put_pss_parameters(mint_buf *out, const hash_row *row)
{
    size_t parameters = mint_der_open(out, MINT_SEQUENCE);
    size_t field = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    put_hash_algorithm(out, row->hash_oid);
    mint_der_close(out, field);
    field = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 1);
    size_t mgf = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, "1.2.840.113549.1.1.8");
    put_hash_algorithm(out, row->hash_oid);
    mint_der_close(out, mgf);
    mint_der_close(out, field);
    field = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 2);
    mint_der_int(out, (unsigned)EVP_MD_get_size(row->md()));
    mint_der_close(out, field);
    mint_der_close(out, parameters);
}

void mint_sig_algorithm(mint_buf *out, const mint_key *key, mint_sig sig)
{
    size_t alg = mint_der_open(out, MINT_SEQUENCE);
    if (sig == MINT_SIG_UNKNOWN || key->kind == MINT_KEY_UNKNOWN) {
        mint_der_oid(out, UNKNOWN_SIG_OID);
    } else if (key->kind == MINT_KEY_ED25519) {
        mint_der_oid(out, "1.3.101.112");
    } else if (key->kind == MINT_KEY_ED448) {
        mint_der_oid(out, "1.3.101.113");
    } else {
        const hash_row *row = row_of(key, sig);
        if (key->kind == MINT_KEY_RSA) {
            mint_der_oid(out, row->rsa_oid);
            if (row->sig >= MINT_SIG_PSS_SHA256) {
                put_pss_parameters(out, row);
            } else {
                mint_der_null(out);
            }
        } else {
            mint_der_oid(out, key->kind == MINT_KEY_DSA ? row->dsa_oid : row->ecdsa_oid);
        }
    }
    mint_der_close(out, alg);
}

static size_t digest(uint8_t *out, const EVP_MD *md, const void *bytes, size_t len)
{
    unsigned out_len = 0;
    if (EVP_Digest(bytes, len, out, &out_len, md, NULL) != 1) {
        mint_die("libcrypto lacks the hash %s", EVP_MD_get0_name(md));
    }
    return out_len;
}

// EMSA-PKCS1-v1_5, RFC 8017 9.2.
static void encode_pkcs1(uint8_t *em, size_t em_len, const hash_row *row, const mint_buf *message)
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    size_t hash_len = digest(hash, row->md(), message->ptr, message->len);
    mint_buf info = {0};
    size_t mark = mint_der_open(&info, MINT_SEQUENCE);
    put_hash_algorithm(&info, row->hash_oid);
    mint_der_put(&info, MINT_OCTET_STRING, hash, hash_len);
    mint_der_close(&info, mark);
    memset(em, 0xff, em_len);
    em[0] = 0;
    em[1] = 1;
    em[em_len - info.len - 1] = 0;
    memcpy(em + em_len - info.len, info.ptr, info.len);
    mint_buf_free(&info);
}

// EMSA-PSS, RFC 8017 9.1.1, for moduli of whole bytes. The salt is the hash of the message's hash.
static void encode_pss(uint8_t *em, size_t em_len, const hash_row *row, const mint_buf *message)
{
    uint8_t first[EVP_MAX_MD_SIZE];
    uint8_t salt[EVP_MAX_MD_SIZE];
    size_t hash_len = digest(first, row->md(), message->ptr, message->len);
    (void)digest(salt, row->md(), first, hash_len);

    uint8_t prime[8 + 2 * EVP_MAX_MD_SIZE] = {0};
    memcpy(prime + 8, first, hash_len);
    memcpy(prime + 8 + hash_len, salt, hash_len);
    uint8_t hash[EVP_MAX_MD_SIZE + 4];
    (void)digest(hash, row->md(), prime, 8 + 2 * hash_len);

    size_t db_len = em_len - hash_len - 1;
    memset(em, 0, db_len);
    em[db_len - hash_len - 1] = 1;
    memcpy(em + db_len - hash_len, salt, hash_len);
    for (size_t at = 0, counter = 0; at < db_len; at += hash_len, counter++) {
        uint8_t mask[EVP_MAX_MD_SIZE];
        uint8_t seed[EVP_MAX_MD_SIZE + 4];
        memcpy(seed, hash, hash_len);
        memset(seed + hash_len, 0, 3);
        seed[hash_len + 3] = (uint8_t)counter;
        (void)digest(mask, row->md(), seed, hash_len + 4);
        for (size_t i = 0; i < hash_len && at + i < db_len; i++) {
            em[at + i] ^= mask[i];
        }
    }
    em[0] &= 0x7f; // the modulus has its top bit set, so emBits is one bit short of whole bytes
    memcpy(em + db_len, hash, hash_len);
    em[em_len - 1] = 0xbc;
}

static void sign_rsa(mint_buf *out, const mint_key *key, const hash_row *row,
                     const mint_buf *message)
{
    uint8_t em[MAX_MODULUS];
    uint8_t signature[MAX_MODULUS];
    size_t len = key->secret->modulus_len;
    if (row->sig >= MINT_SIG_PSS_SHA256) {
        encode_pss(em, len, row, message);
    } else {
        encode_pkcs1(em, len, row, message);
    }
    size_t signature_len = sizeof(signature);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->secret->pkey, NULL);
    if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
        EVP_PKEY_sign(ctx, signature, &signature_len, em, len) != 1) {
        mint_die("libcrypto cannot sign with RSA");
    }
    EVP_PKEY_CTX_free(ctx);
    mint_add(out, signature, signature_len);
}

// The nonce: bytes drawn from the private scalar and the digest, below the order.
static BIGNUM *draw_nonce(const mint_secret *secret, const uint8_t *hash, size_t hash_len,
                          BN_CTX *ctx)
{
    mint_buf label = {0};
    uint8_t scalar[MAX_MODULUS];
    (void)BN_bn2binpad(secret->scalar, scalar, (int)secret->field_len);
    for (size_t i = 0; i < secret->field_len; i++) {
        mint_add_format(&label, "%02x", scalar[i]);
    }
    for (size_t i = 0; i < hash_len; i++) {
        mint_add_format(&label, "%02x", hash[i]);
    }
    mint_add_byte(&label, 0);
    mint_rng rng;
    mint_rng_open(&rng, "nonce", (const char *)label.ptr);
    mint_buf_free(&label);

    uint8_t bytes[MAX_MODULUS];
    mint_rng_bytes(&rng, bytes, secret->field_len + 8);
    BIGNUM *nonce = BN_bin2bn(bytes, (int)secret->field_len + 8, NULL);
    (void)BN_mod(nonce, nonce, EC_GROUP_get0_order(secret->group), ctx);
    return nonce;
}

// FIPS 186-5 6.4.1: the leftmost bits of the hash, as many as the order has.
static BIGNUM *hash_number(const mint_secret *secret, const uint8_t *hash, size_t hash_len)
{
    BIGNUM *number = BN_bin2bn(hash, (int)hash_len, NULL);
    int excess = (int)hash_len * 8 - EC_GROUP_order_bits(secret->group);
    if (excess > 0) {
        (void)BN_rshift(number, number, excess);
    }
    return number;
}

static void put_number(mint_buf *out, const BIGNUM *number)
{
    uint8_t bytes[MAX_MODULUS];
    int len = BN_bn2bin(number, bytes);
    mint_der_unsigned(out, bytes, (size_t)len);
}

static void sign_ecdsa(mint_buf *out, const mint_key *key, const hash_row *row,
                       const mint_buf *message)
{
    const mint_secret *secret = key->secret;
    const BIGNUM *order = EC_GROUP_get0_order(secret->group);
    uint8_t hash[EVP_MAX_MD_SIZE];
    size_t hash_len = digest(hash, row->md(), message->ptr, message->len);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *k = draw_nonce(secret, hash, hash_len, ctx);
    BIGNUM *z = hash_number(secret, hash, hash_len);
    BIGNUM *r = BN_new();
    BIGNUM *s = BN_new();
    EC_POINT *point = EC_POINT_new(secret->group);
    // s = k^-1 (z + r d) mod n; r or s of zero does not happen in the life of this universe.
    if (EC_POINT_mul(secret->group, point, k, NULL, NULL, ctx) != 1 ||
        EC_POINT_get_affine_coordinates(secret->group, point, r, NULL, ctx) != 1 ||
        BN_nnmod(r, r, order, ctx) != 1 || BN_mod_mul(s, r, secret->scalar, order, ctx) != 1 ||
        BN_mod_add(s, s, z, order, ctx) != 1 || BN_mod_inverse(k, k, order, ctx) == NULL ||
        BN_mod_mul(s, s, k, order, ctx) != 1) {
        mint_die("libcrypto cannot sign with ECDSA");
    }
    size_t mark = mint_der_open(out, MINT_SEQUENCE);
    put_number(out, r);
    put_number(out, s);
    mint_der_close(out, mark);
    EC_POINT_free(point);
    BN_free(s);
    BN_free(r);
    BN_free(z);
    BN_free(k);
    BN_CTX_free(ctx);
}

static void sign_edwards(mint_buf *out, const mint_key *key, const mint_buf *message)
{
    uint8_t signature[128];
    size_t len = sizeof(signature);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->secret->pkey) != 1 ||
        EVP_DigestSign(ctx, signature, &len, message->ptr, message->len) != 1) {
        mint_die("libcrypto cannot sign with an Edwards curve");
    }
    EVP_MD_CTX_free(ctx);
    mint_add(out, signature, len);
}

// In the shape of a DSA or ECDSA signature, and nothing that verifies.
static void sign_dummy(mint_buf *out, const mint_buf *message)
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    size_t len = digest(hash, EVP_sha256(), message->ptr, message->len);
    size_t mark = mint_der_open(out, MINT_SEQUENCE);
    mint_der_unsigned(out, hash, len / 2);
    mint_der_unsigned(out, hash + len / 2, len / 2);
    mint_der_close(out, mark);
}

void mint_sign(mint_buf *out, const mint_key *key, mint_sig sig, const mint_buf *message)
{
    if (sig == MINT_SIG_UNKNOWN) {
        sign_dummy(out, message);
        return;
    }
    switch (key->kind) {
    case MINT_KEY_RSA:
        sign_rsa(out, key, row_of(key, sig), message);
        break;
    case MINT_KEY_P256:
    case MINT_KEY_P384:
    case MINT_KEY_P521:
        sign_ecdsa(out, key, row_of(key, sig), message);
        break;
    case MINT_KEY_ED25519:
    case MINT_KEY_ED448:
        sign_edwards(out, key, message);
        break;
    case MINT_KEY_SECP256K1:
    case MINT_KEY_DSA:
    case MINT_KEY_UNKNOWN:
        sign_dummy(out, message);
        break;
    }
}
