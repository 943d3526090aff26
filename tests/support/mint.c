// SPDX-License-Identifier: Apache-2.0
// Makes and signs certificates with libcrypto. A specification comes in, DER goes out; all that
// goes wrong is a mistake of the test and ends it.
#include "support/mint.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/conf.h>
#include <openssl/dsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "mint: %s\n", what);
        ERR_print_errors_fp(stderr);
        abort();
    }
}

static EVP_PKEY *make_dsa_key(size_t bits)
{
    EVP_PKEY *parameters = NULL;
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
    must(ctx != NULL && EVP_PKEY_paramgen_init(ctx) > 0 &&
             EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, (int)bits) > 0 &&
             EVP_PKEY_paramgen(ctx, &parameters) > 0,
         "DSA parameters");
    EVP_PKEY_CTX_free(ctx);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
    must(ctx != NULL && EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_generate(ctx, &key) > 0,
         "DSA key");
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(parameters);
    return key;
}

static EVP_PKEY *make_rsa_key(const char *algorithm, size_t bits)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    must(ctx != NULL && EVP_PKEY_keygen_init(ctx) > 0 &&
             EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) > 0 &&
             EVP_PKEY_generate(ctx, &key) > 0,
         algorithm);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY *make_key(const char *kind)
{
    if (strncmp(kind, "rsa-pss", 7) == 0) {
        return make_rsa_key("RSA-PSS", strtoul(kind + 7, NULL, 10));
    }
    if (strncmp(kind, "rsa", 3) == 0) {
        return make_rsa_key("RSA", strtoul(kind + 3, NULL, 10));
    }
    if (strncmp(kind, "dsa", 3) == 0) {
        return make_dsa_key(strtoul(kind + 3, NULL, 10));
    }
    if (strncmp(kind, "ed", 2) == 0) {
        return EVP_PKEY_Q_keygen(NULL, NULL, strcmp(kind, "ed448") == 0 ? "ED448" : "ED25519");
    }
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
}

static struct {
    char kind[16];
    unsigned which;
    EVP_PKEY *key;
} kept[64];

static void free_keys(void)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        EVP_PKEY_free(kept[i].key);
        kept[i].key = NULL;
    }
}

EVP_PKEY *tv_mint_key_number(const char *kind, unsigned which)
{
    size_t i = 0;
    must(strlen(kind) < sizeof(kept[0].kind), "name of a key is too long");
    for (; i < sizeof(kept) / sizeof(kept[0]) && kept[i].key != NULL; i++) {
        if (strcmp(kept[i].kind, kind) == 0 && kept[i].which == which) {
            return kept[i].key;
        }
    }
    must(i < sizeof(kept) / sizeof(kept[0]), "too many keys");
    if (i == 0) {
        must(atexit(free_keys) == 0, "atexit");
    }
    strcpy(kept[i].kind, kind);
    kept[i].which = which;
    kept[i].key = make_key(kind);
    must(kept[i].key != NULL, kind);
    return kept[i].key;
}

EVP_PKEY *tv_mint_key(const char *kind)
{
    return tv_mint_key_number(kind, 0);
}

// Adds "TYPE=value/TYPE=value", each part an RDN.
static void fill_name(X509_NAME *name, const char *text, int string_type)
{
    while (*text != '\0') {
        char part[512];
        size_t len = strcspn(text, "/");
        must(len < sizeof(part), "name is too long");
        memcpy(part, text, len);
        part[len] = '\0';
        char *value = strchr(part, '=');
        must(value != NULL, "name without =");
        *value++ = '\0';
        must(X509_NAME_add_entry_by_txt(name, part, string_type, (const uint8_t *)value, -1, -1,
                                        0) == 1,
             "name");
        text += len + (text[len] == '/' ? 1 : 0);
    }
}

static void add_extension(X509 *cert, const tv_mint_ext *ext, X509 *issuer, EVP_PKEY *issuer_key)
{
    X509_EXTENSION *made = NULL;
    if (ext->conf != NULL) {
        X509V3_CTX ctx;
        CONF *conf = NCONF_new(NULL); // some extensions are read with a configuration only
        X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, X509V3_CTX_REPLACE);
        X509V3_set_nconf(&ctx, conf);
        must(conf != NULL && X509V3_set_issuer_pkey(&ctx, issuer_key) == 1, ext->name);
        made = X509V3_EXT_nconf(conf, &ctx, ext->name, ext->conf);
        NCONF_free(conf);
    } else {
        ASN1_OBJECT *oid = OBJ_txt2obj(ext->name, 1);
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        must(oid != NULL && value != NULL &&
                 ASN1_OCTET_STRING_set(value, ext->der.ptr, (int)ext->der.len) == 1,
             ext->name);
        made = X509_EXTENSION_create_by_OBJ(NULL, oid, ext->critical, value);
        ASN1_OBJECT_free(oid);
        ASN1_OCTET_STRING_free(value);
    }
    must(made != NULL && X509_add_ext(cert, made, -1) == 1, ext->name);
    X509_EXTENSION_free(made);
}

static void set_time(ASN1_TIME *time, const char *text)
{
    // Not ASN1_TIME_set_string, which has its own mind about which type to take.
    time->type = strlen(text) == 13 ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME;
    must(ASN1_STRING_set(time, text, -1) == 1, "time");
}

static void set_serial(X509 *cert, const char *hex)
{
    BIGNUM *number = NULL;
    must(BN_hex2bn(&number, hex) > 0 &&
             BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL,
         "serial number");
    BN_free(number);
}

static void sign(X509 *cert, EVP_PKEY *key, const tv_mint_spec *spec)
{
    const char *digest = spec->digest != NULL ? spec->digest : "SHA256";
    int id = EVP_PKEY_get_base_id(key);
    const EVP_MD *md = EVP_get_digestbyname(digest);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_ctx = NULL;
    if (id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448) {
        md = NULL;
    }
    must(ctx != NULL && EVP_DigestSignInit(ctx, &key_ctx, md, NULL, key) == 1, "signing");
    if (spec->pss_salt_len != 0) {
        must(EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(key_ctx, spec->pss_salt_len) == 1,
             "PSS");
    }
    must(X509_sign_ctx(cert, ctx) > 0, "signature");
    EVP_MD_CTX_free(ctx);
}

tv_span tv_mint(const tv_mint_spec *spec)
{
    X509 *cert = X509_new();
    EVP_PKEY *key = spec->key != NULL ? spec->key : tv_mint_key("P-256");
    EVP_PKEY *signer = spec->signer != NULL ? spec->signer : key;
    const char *subject = spec->subject != NULL ? spec->subject : "CN=subject";
    const char *issuer = spec->issuer != NULL ? spec->issuer : subject;
    int string_type = spec->string_type != 0 ? spec->string_type : V_ASN1_UTF8STRING;
    uint8_t *der = NULL;
    must(cert != NULL && X509_set_version(cert, (spec->version != 0 ? spec->version : 3) - 1) == 1,
         "version");
    fill_name(X509_get_subject_name(cert), subject, string_type);
    fill_name(X509_get_issuer_name(cert), issuer, string_type);
    set_serial(cert, spec->serial != NULL ? spec->serial : "01");
    set_time(X509_getm_notBefore(cert), spec->not_before ? spec->not_before : "240101000000Z");
    set_time(X509_getm_notAfter(cert), spec->not_after ? spec->not_after : "340101000000Z");
    must(X509_set_pubkey(cert, key) == 1, "public key");
    for (size_t i = 0; spec->extensions[i].name != NULL; i++) {
        add_extension(cert, &spec->extensions[i], cert, signer);
    }
    sign(cert, signer, spec);
    int len = i2d_X509(cert, &der);
    must(len > 0, "DER");
    X509_free(cert);
    return (tv_span){der, (size_t)len};
}

void tv_mint_free(tv_span der)
{
    OPENSSL_free((void *)(uintptr_t)der.ptr);
}
