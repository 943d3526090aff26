// SPDX-License-Identifier: Apache-2.0
// The der and cert rooms on certificates as they occur: a client's of about 1 KB and a root's. The
// walk into a view, the canonical form of a name, a name for people, and d2i_X509 for comparison.
// Keys are random: what is measured does not depend on their digits.
#include "bench.h"

#include "base/buf.h"
#include "cert/name.h"
#include "tv/cert.h"

#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUM_CERTS = 256 };

typedef struct certs {
    tv_span ders[NUM_CERTS];
    tv_cert views[NUM_CERTS];
    tv_buf scratch;
} certs;

typedef struct extension {
    int nid;
    const char *value;
} extension;

static const extension of_client[] = {
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
    {NID_ext_key_usage, "clientAuth"},
    {NID_subject_key_identifier, "hash"},
    {NID_subject_alt_name, "DNS:device.example.com,URI:urn:example:device"},
    {NID_crl_distribution_points, "URI:http://crl.example.com/issuing-1.crl"},
    {NID_info_access, "OCSP;URI:http://ocsp.example.com"},
    {NID_certificate_policies, "1.3.6.1.4.1.32473.1.1"},
};

static const extension of_root[] = {
    {NID_basic_constraints, "critical,CA:TRUE"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_subject_key_identifier, "hash"},
};

static bool add_name(X509_NAME *name, const char *unit, const char *common_name)
{
    const struct {
        const char *type;
        const char *value;
    } parts[] = {
        {"C", "DE"},  {"ST", "Berlin"},    {"O", "Example Company GmbH"},
        {"OU", unit}, {"CN", common_name},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (X509_NAME_add_entry_by_txt(name, parts[i].type, MBSTRING_UTF8,
                                       (const uint8_t *)parts[i].value, -1, -1, 0) != 1) {
            return false;
        }
    }
    return true;
}

static bool add_extensions(X509 *cert, const extension *list, size_t count)
{
    X509V3_CTX ctx;
    CONF *conf = NCONF_new(NULL); // policies are read with a configuration only
    bool good = conf != NULL;
    X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, conf);
    for (size_t i = 0; good && i < count; i++) {
        X509_EXTENSION *made = X509V3_EXT_nconf_nid(conf, &ctx, list[i].nid, list[i].value);
        good = made != NULL && X509_add_ext(cert, made, -1) == 1;
        X509_EXTENSION_free(made);
    }
    NCONF_free(conf);
    return good;
}

// A signed certificate with `number` in its name; empty when libcrypto fails.
static tv_span make_cert(EVP_PKEY *key, bool root, unsigned number)
{
    char common_name[64];
    uint8_t *der = NULL;
    int len = -1;
    X509 *cert = X509_new();
    (void)snprintf(common_name, sizeof(common_name), "device-%06u.example.com", number);
    const char *subject = root ? "Example Root CA" : common_name;
    if (cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)number + 0x10000000) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(cert), 0) != NULL &&
        X509_time_adj_ex(X509_getm_notAfter(cert), 365, 0, NULL) != NULL &&
        X509_set_pubkey(cert, key) == 1 &&
        add_name(X509_get_subject_name(cert), root ? "Authorities" : "Devices", subject) &&
        add_name(X509_get_issuer_name(cert), "Authorities",
                 root ? "Example Root CA" : "Example Issuing CA 1") &&
        add_extensions(cert, root ? of_root : of_client,
                       root ? sizeof(of_root) / sizeof(of_root[0])
                            : sizeof(of_client) / sizeof(of_client[0])) &&
        X509_sign(cert, key, EVP_sha256()) > 0) {
        len = i2d_X509(cert, &der);
    }
    X509_free(cert);
    return (tv_span){der, len > 0 ? (size_t)len : 0};
}

static void teardown(void *state)
{
    certs *all = state;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        OPENSSL_free((void *)(uintptr_t)all->ders[i].ptr);
    }
    tv_buf_close(&all->scratch);
    free(all);
}

static void *make_certs(tv_bench_load *load, bool root)
{
    certs *all = calloc(1, sizeof(*all));
    EVP_PKEY *key = EVP_RSA_gen(2048);
    bool good = all != NULL && key != NULL;
    for (unsigned i = 0; good && i < NUM_CERTS; i++) {
        tv_cert_problem problem;
        all->ders[i] = make_cert(key, root, i);
        good = tv_cert_parse(&all->views[i], all->ders[i], &problem);
        load->bytes += all->ders[i].len;
    }
    load->items = NUM_CERTS;
    EVP_PKEY_free(key);
    if (!good && all != NULL) {
        teardown(all);
        return NULL;
    }
    return all;
}

static void *setup_client(tv_bench_load *load)
{
    return make_certs(load, false);
}

static void *setup_root(tv_bench_load *load)
{
    return make_certs(load, true);
}

static uint64_t run_parse(void *state)
{
    const certs *all = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        tv_cert view;
        tv_cert_problem problem;
        sum += tv_cert_parse(&view, all->ders[i], &problem) ? view.serial.len + view.has : 0;
    }
    return sum;
}

static uint64_t run_d2i(void *state)
{
    const certs *all = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        const uint8_t *at = all->ders[i].ptr;
        X509 *cert = d2i_X509(NULL, &at, (long)all->ders[i].len);
        sum += (uint64_t)X509_get_version(cert);
        X509_free(cert);
    }
    return sum;
}

static uint64_t run_canonical(void *state)
{
    certs *all = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        tv_buf_clear(&all->scratch);
        (void)tv_name_canonical(all->views[i].subject, &all->scratch);
        sum += all->scratch.len;
    }
    return sum;
}

static uint64_t run_show(void *state)
{
    certs *all = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        tv_buf_clear(&all->scratch);
        tv_name_show(all->views[i].subject, &all->scratch);
        sum += all->scratch.len;
    }
    return sum;
}

const tv_bench_case tv_bench_cert[] = {
    {"parse_client", setup_client, run_parse, teardown},
    {"parse_root", setup_root, run_parse, teardown},
    {"d2i_x509_client", setup_client, run_d2i, teardown},
    {"name_canonical", setup_client, run_canonical, teardown},
    {"name_show", setup_client, run_show, teardown},
    {0},
};
