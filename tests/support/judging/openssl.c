// SPDX-License-Identifier: Apache-2.0
// Questions for X509_verify_cert. libcrypto decodes by itself and shares nothing with the library.
#include "support/judging/question.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Decoding is what costs most: certificates that many questions share are decoded once.
static struct {
    tv_span der;
    X509 *cert; // NULL: libcrypto does not take it
} decoded[256];
static size_t num_decoded; // ever; the slot is the remainder

static const size_t num_slots = sizeof(decoded) / sizeof(decoded[0]);

static void must(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "openssl: %s\n", what);
        ERR_print_errors_fp(stderr);
        exit(EXIT_FAILURE);
    }
}

void tv_openssl_forget(void)
{
    for (size_t i = 0; i < num_slots; i++) {
        X509_free(decoded[i].cert);
        decoded[i].cert = NULL;
        decoded[i].der = (tv_span){NULL, 0};
    }
}

// Bytes behind the certificate are passed over, as OpenSSL's readers do.
static X509 *decode(tv_span der)
{
    for (size_t i = 0; i < num_slots; i++) {
        if (decoded[i].der.ptr == der.ptr && decoded[i].der.len == der.len) {
            return decoded[i].cert;
        }
    }
    size_t slot = num_decoded++ % num_slots;
    const unsigned char *at = der.ptr;
    X509_free(decoded[slot].cert);
    decoded[slot].der = der;
    decoded[slot].cert = der.len > 0 ? d2i_X509(NULL, &at, (long)der.len) : NULL;
    ERR_clear_error();
    return decoded[slot].cert;
}

// The trusted certificate `i`, with its settings as OpenSSL's readers take both; the caller's.
static X509 *decode_trusted(const tv_question *question, size_t i)
{
    X509 *cert = decode(question->trusted[i]);
    if (cert == NULL || question->settings == NULL || question->settings[i].len == 0) {
        if (cert != NULL) {
            (void)X509_up_ref(cert);
        }
        return cert;
    }
    size_t len = question->trusted[i].len + question->settings[i].len;
    unsigned char *both = malloc(len);
    must(both != NULL, "memory");
    memcpy(both, question->trusted[i].ptr, question->trusted[i].len);
    memcpy(both + question->trusted[i].len, question->settings[i].ptr, question->settings[i].len);
    const unsigned char *at = both;
    cert = d2i_X509_AUX(NULL, &at, (long)len);
    must(cert != NULL, "trust settings");
    free(both);
    return cert;
}

static X509_STORE *make_store(const tv_question *question)
{
    X509_STORE *store = X509_STORE_new();
    must(store != NULL, "store");
    for (size_t i = 0; i < question->num_trusted; i++) {
        X509 *cert = decode_trusted(question, i);
        if (cert != NULL) {
            must(X509_STORE_add_cert(store, cert) == 1, "trusted certificate");
        }
        X509_free(cert);
    }
    return store;
}

static STACK_OF(X509) * make_untrusted(const tv_question *question)
{
    STACK_OF(X509) *stack = sk_X509_new_null();
    must(stack != NULL, "stack");
    for (size_t i = 0; i < question->num_untrusted; i++) {
        X509 *cert = decode(question->untrusted[i]);
        if (cert != NULL) {
            must(X509_add_cert(stack, cert, X509_ADD_FLAG_UP_REF) == 1, "untrusted certificate");
        }
    }
    return stack;
}

// The bytes of a certificate that libcrypto decoded: it may encode them in another way.
static tv_span bytes_of(const tv_question *question, const X509 *cert)
{
    for (size_t i = 0; i < question->num_trusted; i++) {
        if (decode(question->trusted[i]) == cert) {
            return question->trusted[i];
        }
    }
    for (size_t i = 0; i < question->num_untrusted; i++) {
        if (decode(question->untrusted[i]) == cert) {
            return question->untrusted[i];
        }
    }
    return question->leaf;
}

static void take_chain(const tv_question *question, const X509_STORE_CTX *ctx,
                       tv_openssl_answer *out)
{
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
    for (int i = 0; i < sk_X509_num(chain) && i < TV_ANSWER_PATH_MAX; i++) {
        out->chain[i] = bytes_of(question, sk_X509_value(chain, i));
        out->chain_len = (size_t)i + 1;
    }
}

static void set_terms(X509_STORE *store, tv_time at, int purpose)
{
    X509_VERIFY_PARAM *param = X509_STORE_get0_param(store); // trust follows from its purpose
    must(X509_VERIFY_PARAM_set_purpose(param, purpose) == 1, "purpose");
    X509_VERIFY_PARAM_set_auth_level(param, 1);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
}

void tv_openssl_judge(const tv_question *question, tv_openssl_answer *out)
{
    X509 *leaf = decode(question->leaf);
    *out = (tv_openssl_answer){.error = -1};
    if (leaf == NULL) {
        return;
    }
    (void)X509_up_ref(leaf); // it may lose its slot
    X509_STORE *store = make_store(question);
    STACK_OF(X509) *untrusted = make_untrusted(question);
    set_terms(store, question->at, X509_PURPOSE_SSL_CLIENT);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    must(ctx != NULL && X509_STORE_CTX_init(ctx, store, leaf, untrusted) == 1, "context");
    out->accepted = X509_verify_cert(ctx) == 1;
    out->error = X509_STORE_CTX_get_error(ctx);
    take_chain(question, ctx, out);
    X509_STORE_CTX_free(ctx);
    sk_X509_pop_free(untrusted, X509_free);
    X509_STORE_free(store);
    X509_free(leaf);
    ERR_clear_error();
}

// The certificates that a store offers as issuers: of each the next, whatever others there are.
typedef struct given_path {
    const tv_span *ders;
    size_t len;
} given_path;

static int next_of_path(X509 **issuer, X509_STORE_CTX *ctx, X509 *cert)
{
    const given_path *path = X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(ctx), 0);
    for (size_t i = 0; i + 1 < path->len; i++) {
        X509 *next = decode(path->ders[i + 1]);
        if (decode(path->ders[i]) == cert && next != NULL) {
            *issuer = next;
            return X509_up_ref(next);
        }
    }
    return 0;
}

bool tv_openssl_accepts_path(const tv_span *ders, size_t len, tv_time at, bool any_purpose)
{
    given_path path = {ders, len};
    X509 *leaf = len > 0 ? decode(ders[0]) : NULL;
    X509 *anchor = len > 0 ? decode(ders[len - 1]) : NULL;
    if (leaf == NULL || anchor == NULL) {
        return false;
    }
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    must(store != NULL && ctx != NULL && X509_STORE_add_cert(store, anchor) == 1 &&
             X509_STORE_set_ex_data(store, 0, &path) == 1,
         "store");
    X509_STORE_set_get_issuer(store, next_of_path);
    set_terms(store, at, any_purpose ? X509_PURPOSE_ANY : X509_PURPOSE_SSL_CLIENT);
    must(X509_STORE_CTX_init(ctx, store, leaf, NULL) == 1, "context");
    bool accepted = X509_verify_cert(ctx) == 1;
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    ERR_clear_error();
    return accepted;
}

bool tv_openssl_mistakes_own_key(tv_span der)
{
    X509 *cert = decode(der);
    bool mistakes =
        cert != NULL && X509_self_signed(cert, 0) == 1 && X509_self_signed(cert, 1) != 1;
    ERR_clear_error();
    return mistakes;
}

bool tv_openssl_signed_by(tv_span der, tv_span issuer)
{
    X509 *cert = decode(der);
    X509 *above = decode(issuer);
    bool good = cert != NULL && above != NULL && X509_verify(cert, X509_get0_pubkey(above)) == 1;
    ERR_clear_error();
    return good;
}
