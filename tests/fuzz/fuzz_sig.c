// SPDX-License-Identifier: Apache-2.0
// Any SubjectPublicKeyInfo, algorithm, message and signature, held against EVP_DigestVerify with a
// key that d2i_PUBKEY decodes: never good where that is not valid, and, under a key of the kind and
// encoding that are supported, good where that is valid. Asked twice at a time it is the same.
//
// Input: kind of key, kind of signature, hash, MGF1 hash, salt length (a byte each), lengths of
// SPKI and signature (two bytes each, big-endian), SPKI, signature; the rest is the message.
#include "sig/sig.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_LEN = 9 };

typedef struct question {
    tv_key_kind kind;
    tv_sig_alg alg;
    tv_span spki, signature, message;
} question;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tv_span take(tv_span *rest, size_t len)
{
    tv_span part = {rest->ptr, len < rest->len ? len : rest->len};
    *rest = (tv_span){rest->ptr + part.len, rest->len - part.len};
    return part;
}

static question read_question(const uint8_t *data, size_t size)
{
    question q = {.kind = (tv_key_kind)(data[0] % (TV_KEY_X448 + 1)),
                  .alg = {data[1] % (TV_SIG_DSA + 2), data[2] % (TV_HASH_SHA512 + 2),
                          data[3] % (TV_HASH_SHA512 + 2), data[4]}};
    tv_span rest = {data + HEADER_LEN, size - HEADER_LEN};
    q.spki = take(&rest, (size_t)data[5] << 8 | data[6]);
    q.signature = take(&rest, (size_t)data[7] << 8 | data[8]);
    q.message = rest;
    return q;
}

static const char *hash_name(uint8_t hash)
{
    static const char *const names[] = {
        [TV_HASH_MD2] = "MD2",       [TV_HASH_MD4] = "MD4",       [TV_HASH_MD5] = "MD5",
        [TV_HASH_SHA1] = "SHA1",     [TV_HASH_SHA224] = "SHA224", [TV_HASH_SHA256] = "SHA256",
        [TV_HASH_SHA384] = "SHA384", [TV_HASH_SHA512] = "SHA512",
    };
    return hash <= TV_HASH_SHA512 ? names[hash] : NULL;
}

static tv_key_kind kind_of(const EVP_PKEY *pkey)
{
    char curve[40] = "";
    switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_RSA:
        return TV_KEY_RSA;
    case EVP_PKEY_RSA_PSS:
        return TV_KEY_RSA_PSS;
    case EVP_PKEY_ED25519:
        return TV_KEY_ED25519;
    case EVP_PKEY_ED448:
        return TV_KEY_ED448;
    case EVP_PKEY_EC:
        if (EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), NULL) != 1) {
            return TV_KEY_EC_OTHER;
        }
        return strcmp(curve, SN_X9_62_prime256v1) == 0 ? TV_KEY_EC_P256
               : strcmp(curve, SN_secp384r1) == 0      ? TV_KEY_EC_P384
               : strcmp(curve, SN_secp521r1) == 0      ? TV_KEY_EC_P521
                                                       : TV_KEY_EC_OTHER;
    default:
        return TV_KEY_UNKNOWN;
    }
}

// The signature algorithms of a kind of key.
static bool can_sign(tv_key_kind key, uint8_t sig)
{
    switch (sig) {
    case TV_SIG_RSA_PKCS1:
        return key == TV_KEY_RSA;
    case TV_SIG_RSA_PSS:
        return key == TV_KEY_RSA || key == TV_KEY_RSA_PSS;
    case TV_SIG_ECDSA:
        return key == TV_KEY_EC_P256 || key == TV_KEY_EC_P384 || key == TV_KEY_EC_P521;
    case TV_SIG_ED25519:
        return key == TV_KEY_ED25519;
    case TV_SIG_ED448:
        return key == TV_KEY_ED448;
    default:
        return false;
    }
}

static bool is_valid(EVP_PKEY *pkey, const question *q)
{
    bool eddsa = q->alg.kind == TV_SIG_ED25519 || q->alg.kind == TV_SIG_ED448;
    const char *hash = eddsa ? NULL : hash_name(q->alg.hash);
    if (!can_sign(kind_of(pkey), q->alg.kind) || (!eddsa && hash == NULL)) {
        return false;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    bool valid = EVP_DigestVerifyInit_ex(context, &key_context, hash, NULL, NULL, pkey, NULL) == 1;
    if (valid && q->alg.kind == TV_SIG_RSA_PSS) {
        const char *mgf_hash = hash_name(q->alg.mgf_hash);
        valid = mgf_hash != NULL &&
                EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md_name(key_context, mgf_hash, NULL) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, q->alg.salt_len) == 1;
    }
    valid = valid && EVP_DigestVerify(context, q->signature.ptr, q->signature.len, q->message.ptr,
                                      q->message.len) == 1;
    EVP_MD_CTX_free(context);
    return valid;
}

// The encoding that DER gives the key. Of points, RFC 5480 2.2 forbids the hybrid form.
static bool is_canonical(EVP_PKEY *pkey, tv_span spki)
{
    uint8_t *again = NULL;
    int len = i2d_PUBKEY(pkey, &again);
    bool same = len > 0 && (size_t)len == spki.len && memcmp(again, spki.ptr, spki.len) == 0;
    OPENSSL_free(again);
    char form[20] = "";
    size_t form_len;
    (void)EVP_PKEY_get_utf8_string_param(pkey, "point-format", form, sizeof(form), &form_len);
    return same && strcmp(form, "hybrid") != 0;
}

static void hold_against_evp(const question *q, tv_edge_state state)
{
    const uint8_t *next = q->spki.ptr;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &next, (long)q->spki.len);
    bool valid = pkey != NULL && is_valid(pkey, q);
    assert(state != TV_EDGE_GOOD || valid);
    if (valid) {
        // What this library is stricter in: RSA signatures as long as the modulus, no ECDSA with
        // MD5.
        bool right_len = q->alg.kind == TV_SIG_ECDSA || EVP_PKEY_get_size(pkey) < 0 ||
                         q->signature.len == (size_t)EVP_PKEY_get_size(pkey);
        bool hash_fits = q->alg.kind != TV_SIG_ECDSA || q->alg.hash >= TV_HASH_SHA1;
        assert(state == TV_EDGE_GOOD || kind_of(pkey) != q->kind || !right_len || !hash_fits ||
               !is_canonical(pkey, q->spki));
    }
    EVP_PKEY_free(pkey);
    ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tv_sig *sig;
    static tv_sig_worker *worker;
    if (sig == NULL && (tv_sig_open(&sig) != TV_OK || tv_sig_worker_open(&worker, sig) != TV_OK)) {
        abort();
    }
    if (size < HEADER_LEN) {
        return 0;
    }
    question q = read_question(data, size);
    tv_key *key = NULL;
    if (tv_key_open(&key, sig, q.spki, q.kind) != TV_OK) {
        abort();
    }
    assert(ERR_peek_error() == 0);
    tv_edge_state state = tv_key_check_message(key, worker, &q.alg, q.message, q.signature);
    assert(state == TV_EDGE_GOOD || state == TV_EDGE_BAD || state == TV_EDGE_UNSUPPORTED);
    assert(ERR_peek_error() == 0);
    // The second time goes through whatever the first left behind.
    assert(tv_key_check_message(key, worker, &q.alg, q.message, q.signature) == state);
    tv_cert cert = {.sig = q.alg, .tbs = q.message, .signature = q.signature};
    tv_sig_ask asks[] = {{key, &cert, TV_EDGE_UNKNOWN}, {key, &cert, TV_EDGE_UNKNOWN}};
    tv_key_check_many(worker, asks, 2);
    assert(asks[0].state == state && asks[1].state == state && ERR_peek_error() == 0);
    tv_key_close(key);
    hold_against_evp(&q, state);
    return 0;
}
