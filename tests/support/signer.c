// SPDX-License-Identifier: Apache-2.0
// In: kinds of keys, algorithms, messages. Out: SPKIs and signatures. A key that cannot be made
// aborts the program: a test without its input proves nothing.
#include "support/signer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "signer: %s failed\n", what);
        ERR_print_errors_fp(stderr);
        abort();
    }
}

static const char *hash_name(uint8_t hash)
{
    static const char *const names[] = {
        [TV_HASH_MD2] = "MD2",       [TV_HASH_MD4] = "MD4",       [TV_HASH_MD5] = "MD5",
        [TV_HASH_SHA1] = "SHA1",     [TV_HASH_SHA224] = "SHA224", [TV_HASH_SHA256] = "SHA256",
        [TV_HASH_SHA384] = "SHA384", [TV_HASH_SHA512] = "SHA512",
    };
    return hash < sizeof(names) / sizeof(names[0]) ? names[hash] : NULL;
}

static EVP_PKEY *generate(tv_key_kind kind, size_t bits)
{
    switch (kind) {
    case TV_KEY_RSA:
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
    case TV_KEY_EC_P256:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    case TV_KEY_EC_P384:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    case TV_KEY_EC_P521:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
    case TV_KEY_EC_OTHER:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
    case TV_KEY_ED25519:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    case TV_KEY_ED448:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
    default:
        return NULL;
    }
}

static EVP_PKEY *generate_pss(unsigned int bits, const tv_sig_alg *alg)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
    require(context != NULL && EVP_PKEY_keygen_init(context) == 1, "keygen_init");
    require(EVP_PKEY_CTX_set_rsa_keygen_bits(context, (int)bits) == 1, "keygen_bits");
    if (alg != NULL) {
        require(EVP_PKEY_CTX_set_rsa_pss_keygen_md_name(context, hash_name(alg->hash), NULL) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md_name(context,
                                                                 hash_name(alg->mgf_hash)) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context, alg->salt_len) == 1,
                "restrictions");
    }
    require(EVP_PKEY_generate(context, &pkey) == 1, "generate");
    EVP_PKEY_CTX_free(context);
    return pkey;
}

static void encode(tv_signer *signer)
{
    int len = i2d_PUBKEY(signer->pkey, NULL);
    require(len > 0, "i2d_PUBKEY");
    signer->spki_len = (size_t)len;
    signer->spki = malloc(signer->spki_len);
    require(signer->spki != NULL, "malloc");
    uint8_t *next = signer->spki;
    require(i2d_PUBKEY(signer->pkey, &next) == len, "i2d_PUBKEY");
}

void tv_signer_open(tv_signer *out, tv_key_kind kind, unsigned int bits)
{
    out->pkey = kind == TV_KEY_RSA_PSS ? generate_pss(bits, NULL) : generate(kind, bits);
    require(out->pkey != NULL, "keygen");
    encode(out);
}

void tv_signer_open_pss(tv_signer *out, unsigned int bits, const tv_sig_alg *alg)
{
    out->pkey = generate_pss(bits, alg);
    encode(out);
}

void tv_signer_close(tv_signer *signer)
{
    EVP_PKEY_free(signer->pkey);
    free(signer->spki);
    memset(signer, 0, sizeof(*signer));
}

tv_span tv_signer_spki(const tv_signer *signer)
{
    return (tv_span){signer->spki, signer->spki_len};
}

static bool is_eddsa(const tv_sig_alg *alg)
{
    return alg->kind == TV_SIG_ED25519 || alg->kind == TV_SIG_ED448;
}

static bool set_padding(EVP_PKEY_CTX *context, const tv_sig_alg *alg)
{
    if (alg->kind == TV_SIG_RSA_PKCS1) {
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    }
    if (alg->kind != TV_SIG_RSA_PSS) {
        return true;
    }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, hash_name(alg->mgf_hash), NULL) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, alg->salt_len) == 1;
}

bool tv_signer_sign(const tv_signer *signer, const tv_sig_alg *alg, tv_span message, uint8_t **out,
                    size_t *out_len)
{
    *out = NULL;
    const char *hash = is_eddsa(alg) ? NULL : hash_name(alg->hash);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    bool made =
        EVP_DigestSignInit_ex(context, &key_context, hash, NULL, NULL, signer->pkey, NULL) == 1 &&
        set_padding(key_context, alg) &&
        EVP_DigestSign(context, NULL, out_len, message.ptr, message.len) == 1;
    if (made) {
        *out = malloc(*out_len);
        require(*out != NULL, "malloc");
        made = EVP_DigestSign(context, *out, out_len, message.ptr, message.len) == 1;
    }
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    if (!made) {
        free(*out);
        *out = NULL;
    }
    return made;
}
