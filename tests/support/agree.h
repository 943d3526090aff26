// SPDX-License-Identifier: Apache-2.0
// Whether our view of a certificate and libcrypto's say the same. A header, so that fuzz targets,
// which link nothing of tests, have it too. Ends the program where they differ.
#ifndef TV_TESTS_AGREE_H
#define TV_TESTS_AGREE_H

#include "base/span.h"
#include "base/time.h"
#include "cert/general_name.h"
#include "tv/cert.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

static inline void tv_agree_span(tv_span ours, const uint8_t *theirs, int len)
{
    assert(len >= 0 && ours.len == (size_t)len);
    assert(len == 0 || memcmp(ours.ptr, theirs, ours.len) == 0);
}

static inline void tv_agree_name(tv_span ours, const X509_NAME *theirs)
{
    const uint8_t *der;
    size_t len;
    assert(X509_NAME_get0_der(theirs, &der, &len) == 1);
    assert(tv_span_equal(ours, (tv_span){der, len}));
}

static inline void tv_agree_time(tv_time ours, const ASN1_TIME *theirs)
{
    struct tm tm;
    tv_time seconds;
    assert(ASN1_TIME_to_tm(theirs, &tm) == 1);
    assert(tv_time_from_civil(&seconds, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                              tm.tm_min, tm.tm_sec));
    assert(seconds == ours);
}

// The contents of an INTEGER.
static inline void tv_agree_integer(tv_span ours, const ASN1_INTEGER *theirs)
{
    uint8_t *der = NULL;
    int len = i2d_ASN1_INTEGER(theirs, &der);
    assert(len >= 2);
    const uint8_t *contents = der;
    long contents_len;
    int tag;
    int class;
    assert((ASN1_get_object(&contents, &contents_len, &tag, &class, len) & 0x80) == 0);
    tv_agree_span(ours, contents, (int)contents_len);
    OPENSSL_free(der);
}

static inline void tv_agree_key(const tv_cert *view, X509 *x)
{
    uint8_t *der = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    tv_agree_span(view->spki, der, len);
    OPENSSL_free(der);
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x);
    tv_agree_span(view->key_bits, bits->data, bits->length);
    EVP_PKEY *key = X509_get0_pubkey(x);
    if (key == NULL) {
        return; // not all that we can tell the kind of is a key
    }
    static const char *const types[] = {
        [TV_KEY_RSA] = "RSA",         [TV_KEY_RSA_PSS] = "RSA-PSS", [TV_KEY_EC_P256] = "EC",
        [TV_KEY_EC_P384] = "EC",      [TV_KEY_EC_P521] = "EC",      [TV_KEY_EC_OTHER] = "EC",
        [TV_KEY_ED25519] = "ED25519", [TV_KEY_ED448] = "ED448",     [TV_KEY_DSA] = "DSA",
        [TV_KEY_X25519] = "X25519",   [TV_KEY_X448] = "X448",
    };
    if (view->key != TV_KEY_UNKNOWN) {
        bool is_sm2 = view->key == TV_KEY_EC_OTHER && EVP_PKEY_is_a(key, "SM2");
        assert(is_sm2 || EVP_PKEY_is_a(key, types[view->key]));
    }
    // libcrypto counts the free bits of an X25519 key, which are 253.
    if (view->key_size != 0 && view->key_size != UINT16_MAX && view->key != TV_KEY_X25519) {
        assert(EVP_PKEY_get_bits(key) == view->key_size);
    }
}

static inline void tv_agree_usages(const tv_cert *view, X509 *x)
{
    static const struct {
        uint16_t ours;
        uint32_t theirs;
    } kus[] =
        {
            {TV_KU_DIGITAL_SIGNATURE, KU_DIGITAL_SIGNATURE},
            {TV_KU_NON_REPUDIATION, KU_NON_REPUDIATION},
            {TV_KU_KEY_ENCIPHERMENT, KU_KEY_ENCIPHERMENT},
            {TV_KU_DATA_ENCIPHERMENT, KU_DATA_ENCIPHERMENT},
            {TV_KU_KEY_AGREEMENT, KU_KEY_AGREEMENT},
            {TV_KU_KEY_CERT_SIGN, KU_KEY_CERT_SIGN},
            {TV_KU_CRL_SIGN, KU_CRL_SIGN},
            {TV_KU_ENCIPHER_ONLY, KU_ENCIPHER_ONLY},
            {TV_KU_DECIPHER_ONLY, KU_DECIPHER_ONLY},
        },
      ekus[] = {
          {TV_EKU_ANY, XKU_ANYEKU},
          {TV_EKU_SERVER_AUTH, XKU_SSL_SERVER},
          {TV_EKU_CLIENT_AUTH, XKU_SSL_CLIENT},
          {TV_EKU_CODE_SIGNING, XKU_CODE_SIGN},
          {TV_EKU_EMAIL, XKU_SMIME},
          {TV_EKU_TIME_STAMPING, XKU_TIMESTAMP},
          {TV_EKU_OCSP_SIGNING, XKU_OCSP_SIGN},
      };
    uint32_t flags = X509_get_extension_flags(x);
    assert(((view->has & TV_EXT_KEY_USAGE) != 0) == ((flags & EXFLAG_KUSAGE) != 0));
    assert(((view->has & TV_EXT_EKU) != 0) == ((flags & EXFLAG_XKUSAGE) != 0));
    for (size_t i = 0; view->has & TV_EXT_KEY_USAGE && i < sizeof(kus) / sizeof(kus[0]); i++) {
        assert(((view->key_usage & kus[i].ours) != 0) ==
               ((X509_get_key_usage(x) & kus[i].theirs) != 0));
    }
    for (size_t i = 0; view->has & TV_EXT_EKU && i < sizeof(ekus) / sizeof(ekus[0]); i++) {
        assert(((view->eku & ekus[i].ours) != 0) ==
               ((X509_get_extended_key_usage(x) & ekus[i].theirs) != 0));
    }
}

static inline void tv_agree_identifiers(const tv_cert *view, X509 *x)
{
    const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(x);
    const ASN1_OCTET_STRING *aki = X509_get0_authority_key_id(x);
    const ASN1_INTEGER *serial = X509_get0_authority_serial(x);
    const GENERAL_NAMES *issuer = X509_get0_authority_issuer(x);
    tv_agree_span(view->ski, ski != NULL ? ski->data : NULL, ski != NULL ? ski->length : 0);
    tv_agree_span(view->aki, aki != NULL ? aki->data : NULL, aki != NULL ? aki->length : 0);
    assert((serial == NULL) == (view->aki_serial.len == 0));
    if (serial != NULL) {
        tv_agree_integer(view->aki_serial, serial);
    }
    tv_span rest = view->aki_issuer;
    tv_general_name name;
    int count = 0;
    while (tv_general_name_next(&rest, &name)) {
        count++;
    }
    assert(count == (issuer != NULL ? sk_GENERAL_NAME_num(issuer) : 0));
}

static inline void tv_agree_san(const tv_cert *view, X509 *x)
{
    GENERAL_NAMES *theirs = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    tv_span rest = view->san;
    assert((theirs != NULL) == ((view->has & TV_EXT_SAN) != 0));
    for (int i = 0; i < sk_GENERAL_NAME_num(theirs); i++) {
        int kind;
        const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(theirs, i), &kind);
        tv_general_name name;
        assert(tv_general_name_next(&rest, &name));
        assert((int)name.kind == kind);
        if (kind == GEN_DNS || kind == GEN_EMAIL || kind == GEN_URI || kind == GEN_IPADD) {
            tv_agree_span(name.value, value->data, value->length);
        }
        if (kind == GEN_DIRNAME) {
            tv_agree_name(name.value, (const X509_NAME *)value);
        }
    }
    assert(rest.len == 0);
    GENERAL_NAMES_free(theirs);
}

static inline int tv_agree_count_subtrees(tv_span rest)
{
    tv_general_name base;
    int count = 0;
    while (tv_subtree_next(&rest, &base)) {
        count++;
    }
    assert(rest.len == 0);
    return count;
}

static inline void tv_agree_name_constraints(const tv_cert *view, X509 *x)
{
    NAME_CONSTRAINTS *theirs = X509_get_ext_d2i(x, NID_name_constraints, NULL, NULL);
    tv_span permitted = {NULL, 0};
    tv_span excluded = {NULL, 0};
    assert((theirs != NULL) == ((view->has & TV_EXT_NAME_CONSTRAINTS) != 0));
    assert(tv_name_constraints_split(view->name_constraints, &permitted, &excluded));
    if (theirs != NULL) {
        int num_permitted = sk_GENERAL_SUBTREE_num(theirs->permittedSubtrees);
        int num_excluded = sk_GENERAL_SUBTREE_num(theirs->excludedSubtrees);
        assert(tv_agree_count_subtrees(permitted) == (num_permitted > 0 ? num_permitted : 0));
        assert(tv_agree_count_subtrees(excluded) == (num_excluded > 0 ? num_excluded : 0));
    }
    NAME_CONSTRAINTS_free(theirs);
}

static inline void tv_agree_extensions(const tv_cert *view, X509 *x)
{
    uint32_t flags = X509_get_extension_flags(x);
    // Of IP address and AS number delegation (RFC 3779) we know nothing, and libcrypto minds
    // proxies with alternative names, which is left to judging here.
    bool only_theirs = X509_get_ext_by_NID(x, NID_sbgp_ipAddrBlock, -1) >= 0 ||
                       X509_get_ext_by_NID(x, NID_sbgp_autonomousSysNum, -1) >= 0 ||
                       (view->has & TV_EXT_PROXY_CERT_INFO) != 0;
    assert(only_theirs || (flags & EXFLAG_INVALID) == 0);
    if ((flags & EXFLAG_INVALID) != 0) {
        return;
    }
    assert(view->is_ca == ((flags & EXFLAG_CA) != 0));
    long path_len = X509_get_pathlen(x);
    if ((view->has & TV_EXT_PROXY_CERT_INFO) == 0) {
        assert(path_len == (view->path_len == TV_PATH_LEN_NONE ? -1 : (long)view->path_len));
    } else {
        path_len = X509_get_proxy_pathlen(x);
        assert(path_len ==
               (view->proxy_path_len == TV_PATH_LEN_NONE ? -1 : (long)view->proxy_path_len));
    }
    tv_agree_usages(view, x);
    tv_agree_identifiers(view, x);
    tv_agree_san(view, x);
    tv_agree_name_constraints(view, x);
}

// `ours` is what tv_cert_parse() said of the bytes of `view`. Each certificate that libcrypto does
// not take, we do not take either; of those that both take, the views agree.
static inline void tv_agree(const tv_cert *view, bool ours)
{
    const uint8_t *at = view->der.ptr;
    X509 *x = view->der.len > 0 ? d2i_X509(NULL, &at, (long)view->der.len) : NULL;
    assert(!ours || x != NULL);
    if (ours) {
        uint8_t *again = NULL;
        assert(at == view->der.ptr + view->der.len);
        int len = i2d_X509(x, &again);
        tv_agree_span(view->der, again, len);
        OPENSSL_free(again);
        tv_agree_integer(view->serial, X509_get0_serialNumber(x));
        tv_agree_name(view->issuer, X509_get_issuer_name(x));
        tv_agree_name(view->subject, X509_get_subject_name(x));
        tv_agree_time(view->not_before, X509_get0_notBefore(x));
        tv_agree_time(view->not_after, X509_get0_notAfter(x));
        long version = X509_get_version(x) + 1;
        assert(view->version == (version >= 1 && version <= 254 ? version : 255));
        const ASN1_BIT_STRING *signature;
        X509_get0_signature(&signature, NULL, x);
        tv_agree_span(view->signature, signature->data, signature->length);
        tv_agree_key(view, x);
        if (view->extension_problem.what == NULL) {
            tv_agree_extensions(view, x);
        }
    }
    X509_free(x);
    ERR_clear_error();
}

#endif
