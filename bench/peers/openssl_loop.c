// SPDX-License-Identifier: Apache-2.0
// The plain loop on libcrypto: one X509_STORE for all, and for each client PEM_read_bio_X509 and
// X509_verify_cert with any certificate of the store as anchor, as most programs would do it.
#include "peer.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static BIO *open_bio(peer_text text)
{
    BIO *bio = text.len <= INT_MAX ? BIO_new_mem_buf(text.ptr, (int)text.len) : NULL;
    if (bio == NULL) {
        peer_die("a BIO on a file of up to 2 GB a thread");
    }
    return bio;
}

// Reads the next certificate. Sets `*out` to NULL for one that cannot be read. Returns 0 at the
// end.
static int read_next(X509 **out, BIO *bio)
{
    *out = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    if (*out != NULL) {
        return 1;
    }
    unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return !(ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE);
}

static void *open_store(peer_text truststore, time_t at)
{
    X509_STORE *store = X509_STORE_new();
    X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();
    BIO *bio = open_bio(truststore);
    X509 *cert;
    if (store == NULL || param == NULL) {
        peer_die("X509_STORE_new");
    }
    while (read_next(&cert, bio)) {
        if (cert != NULL && X509_STORE_add_cert(store, cert) != 1) {
            peer_die("X509_STORE_add_cert");
        }
        X509_free(cert);
    }
    X509_VERIFY_PARAM_set_time(param, at);
    if (X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN) != 1 ||
        X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_CLIENT) != 1 ||
        X509_STORE_set1_param(store, param) != 1) {
        peer_die("X509_STORE_set1_param");
    }
    X509_VERIFY_PARAM_free(param);
    BIO_free(bio);
    return store;
}

static void judge(peer_counts *counts, void *store, peer_text clients)
{
    BIO *bio = open_bio(clients);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    X509 *cert;
    if (ctx == NULL) {
        peer_die("X509_STORE_CTX_new");
    }
    while (read_next(&cert, bio)) {
        int valid = cert != NULL && X509_STORE_CTX_init(ctx, store, cert, NULL) == 1 &&
                    X509_verify_cert(ctx) == 1;
        counts->accept += valid ? 1 : 0;
        counts->deny += valid ? 0 : 1;
        X509_STORE_CTX_cleanup(ctx);
        X509_free(cert);
    }
    X509_STORE_CTX_free(ctx);
    BIO_free(bio);
}

static void close_store(void *store)
{
    X509_STORE_free(store);
}

int main(int argc, char **argv)
{
    static const peer_ops ops = {open_store, judge, close_store};
    return peer_main(argc, argv, &ops);
}
