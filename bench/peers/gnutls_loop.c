// SPDX-License-Identifier: Apache-2.0
// The plain loop on libgnutls: one trust list for all, and for each client gnutls_x509_crt_import
// and gnutls_x509_trust_list_verify_crt2.
#include "peer.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static time_t judged_at;

static time_t tell_time(time_t *out)
{
    if (out != NULL) {
        *out = judged_at;
    }
    return judged_at;
}

// Imports the block, or returns NULL.
static gnutls_x509_crt_t import(peer_text block)
{
    gnutls_datum_t datum = {(unsigned char *)block.ptr, (unsigned)block.len};
    gnutls_x509_crt_t cert;
    if (gnutls_x509_crt_init(&cert) < 0) {
        peer_die("gnutls_x509_crt_init");
    }
    if (gnutls_x509_crt_import(cert, &datum, GNUTLS_X509_FMT_PEM) < 0) {
        gnutls_x509_crt_deinit(cert);
        return NULL;
    }
    return cert;
}

static void *open_list(peer_text truststore, time_t at)
{
    gnutls_x509_trust_list_t list;
    peer_text block;
    judged_at = at;
    gnutls_global_set_time_function(tell_time);
    if (gnutls_x509_trust_list_init(&list, 0) < 0) {
        peer_die("gnutls_x509_trust_list_init");
    }
    while (peer_next_block(&block, &truststore)) {
        gnutls_x509_crt_t cert = import(block); // the list owns it from here on
        if (cert != NULL && gnutls_x509_trust_list_add_cas(list, &cert, 1, 0) != 1) {
            peer_die("gnutls_x509_trust_list_add_cas");
        }
    }
    return list;
}

static void judge(peer_counts *counts, void *list, peer_text clients)
{
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                     .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    peer_text block;
    while (peer_next_block(&block, &clients)) {
        unsigned status = 0;
        gnutls_x509_crt_t cert = import(block);
        int valid = cert != NULL &&
                    gnutls_x509_trust_list_verify_crt2(list, &cert, 1, &purpose, 1, 0, &status,
                                                       NULL) == 0 &&
                    status == 0;
        counts->accept += valid ? 1 : 0;
        counts->deny += valid ? 0 : 1;
        gnutls_x509_crt_deinit(cert);
    }
}

static void close_list(void *list)
{
    gnutls_x509_trust_list_deinit(list, 1);
}

int main(int argc, char **argv)
{
    static const peer_ops ops = {open_list, judge, close_list};
    return peer_main(argc, argv, &ops);
}
