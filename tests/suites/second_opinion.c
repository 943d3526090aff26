// SPDX-License-Identifier: Apache-2.0
// The certificates of a case whose fingerprints are on the answer's path go to libcrypto, the
// others do not.

#include "suites/second_opinion.h"

#include "tv/common.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static X509 *read_pem(const char *text)
{
    BIO *bio = BIO_new_mem_buf(text, -1);
    assert(bio != NULL);
    X509 *cert = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return cert;
}

static bool is_on_path(const tv_case *c, const X509 *cert)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    char text[2 * EVP_MAX_MD_SIZE + 1] = "";
    int done = X509_digest(cert, EVP_sha256(), hash, &len);
    assert(done == 1);
    for (unsigned i = 0; i < len; i++) {
        (void)snprintf(text + 2 * (size_t)i, 3, "%02x", hash[i]);
    }
    size_t i;
    const json_t *step;
    json_array_foreach(json_object_get(c->answer, "path"), i, step)
    {
        if (strcmp(json_string_value(step), text) == 0) {
            return true;
        }
    }
    return false;
}

// The certificates of the case's list `name` that stand on the path.
static STACK_OF(X509) * read_list(const tv_case *c, const char *name)
{
    STACK_OF(X509) *out = sk_X509_new_null();
    assert(out != NULL);
    size_t i;
    const json_t *text;
    json_array_foreach(json_object_get(c->json, name), i, text)
    {
        X509 *cert = read_pem(json_string_value(text));
        if (cert != NULL && is_on_path(c, cert)) {
            int count = sk_X509_push(out, cert);
            assert(count > 0);
        } else {
            X509_free(cert);
        }
    }
    return out;
}

static void set_up(const tv_case *c, X509_STORE_CTX *ctx)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    const char *purpose = json_string_value(json_object_get(c->json, "purpose"));
    const char *time = json_string_value(json_object_get(c->json, "time"));
    const json_t *level = tv_case_option(c, "auth_level");
    tv_time at = 0;
    if (strcmp(purpose, "any") != 0) {
        bool client = strcmp(purpose, "client") == 0;
        int set = X509_STORE_CTX_set_purpose(ctx, client ? X509_PURPOSE_SSL_CLIENT
                                                         : X509_PURPOSE_SSL_SERVER);
        assert(set == 1);
    }
    if (json_is_true(tv_case_option(c, "partial_chain"))) {
        X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
    }
    if (json_is_true(tv_case_option(c, "no_check_time"))) {
        X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_NO_CHECK_TIME);
    }
    X509_VERIFY_PARAM_set_auth_level(param, level != NULL ? (int)json_integer_value(level) : 1);
    bool read = tv_time_parse(&at, (tv_span){(const uint8_t *)time, strlen(time)}, 0);
    assert(read);
    X509_VERIFY_PARAM_set_time(param, (time_t)at);
}

bool tv_openssl_takes_path(const tv_case *c)
{
    X509 *leaf = read_pem(json_string_value(json_object_get(c->json, "leaf")));
    STACK_OF(X509) *trusted = read_list(c, "trusted");
    STACK_OF(X509) *untrusted = read_list(c, "untrusted");
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    assert(leaf != NULL && store != NULL && ctx != NULL);
    for (int i = 0; i < sk_X509_num(trusted); i++) {
        int added = X509_STORE_add_cert(store, sk_X509_value(trusted, i));
        assert(added == 1);
    }
    int started = X509_STORE_CTX_init(ctx, store, leaf, untrusted);
    assert(started == 1);
    set_up(c, ctx);
    bool taken = X509_verify_cert(ctx) == 1;
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_pop_free(trusted, X509_free);
    sk_X509_pop_free(untrusted, X509_free);
    X509_free(leaf);
    ERR_clear_error();
    return taken;
}
