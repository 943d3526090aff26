// SPDX-License-Identifier: Apache-2.0
// The size of a workload goes in; CA certificates and client keys come out.
#include "bulk_pki.h"

#include "key_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ISSUERS 24

const char *const bulk_kinds[BULK_KINDS] = {"rsa2048", "p256", "rsa3072", "rsa4096", "p384"};

// The mix of keys among roots: of twenty, eight RSA-2048, four RSA-4096, two RSA-3072, three P-256,
// two P-384, one Ed25519.
static const char *root_kind(unsigned i)
{
    static const char *const kinds[20] = {"rsa2048", "rsa4096", "p256",    "rsa2048", "p384",
                                          "rsa2048", "rsa4096", "rsa2048", "p256",    "rsa3072",
                                          "rsa2048", "ed25519", "rsa4096", "rsa2048", "p384",
                                          "rsa2048", "p256",    "rsa4096", "rsa3072", "rsa2048"};
    return kinds[i % 20];
}

static const char *intermediate_kind(const bulk_pki *pki, unsigned i)
{
    static const char *const rest[4] = {"rsa2048", "p256", "p384", "rsa3072"};
    for (unsigned c = 0; c < pki->num_classes; c++) {
        if (i >= pki->classes[c].first && i - pki->classes[c].first < pki->classes[c].len) {
            return pki->classes[c].kind;
        }
    }
    return rest[i % 4];
}

static bulk_ca *root_for(bulk_pki *pki, unsigned i)
{
    unsigned root = i * 7 % pki->num_roots;
    while (strncmp(pki->cas[root].key_name, "ed25519", 7) == 0) {
        root = (root + 1) % pki->num_roots; // the first root is RSA, so this ends
    }
    return &pki->cas[root];
}

static void describe(bulk_ca *ca, const char *kind, const char *title, unsigned number, bulk_ca *by)
{
    (void)snprintf(ca->key_name, sizeof(ca->key_name), "%s:%.12s-%u", kind, title, number);
    (void)snprintf(ca->subject, sizeof(ca->subject), "C=DE/O=Bulk Trust %u/CN=Bulk %s CA %u",
                   number % 17, title, number);
    ca->by = by;
    ca->spec = (mint_spec){.subject = ca->subject,
                           .key = ca->key_name,
                           .by = by != NULL ? &by->spec : NULL,
                           .role = MINT_CA,
                           .not_before = by == NULL ? "20200101000000Z" : "20230101000000Z",
                           .not_after = by == NULL ? "20450101000000Z" : "20350101000000Z",
                           .path_len = by == NULL ? 0 : 1};
}

static void describe_all(bulk_pki *pki, const bulk_options *options)
{
    for (unsigned i = 0; i < pki->num_roots; i++) {
        describe(&pki->cas[i], root_kind(i), "Root", i, NULL);
    }
    for (unsigned i = 0; i < pki->num_cas - pki->num_roots; i++) {
        bulk_ca *root = root_for(pki, i);
        bulk_ca *ca = &pki->cas[pki->num_roots + i];
        describe(ca, intermediate_kind(pki, i), "Issuing", i, root);
        ca->needed = i < pki->num_issuers;
        root->needed = root->needed || ca->needed;
    }
    describe(&pki->absent_root, "p256", "Absent", 1, NULL);
    describe(&pki->unknown, "p256", "Unknown", 1, NULL);
    if (options->faults > 0) {
        pki->expired = pki->num_cas - 2;
        pki->orphan = pki->num_cas - 1;
        pki->cas[pki->expired].spec.not_after = "20260301000000Z";
        root_for(pki, pki->expired - pki->num_roots)->needed = true;
        pki->cas[pki->orphan].spec.by = &pki->absent_root.spec;
        pki->cas[pki->orphan].by = &pki->absent_root;
        pki->cas[pki->expired].needed = true;
        pki->cas[pki->orphan].needed = true;
    }
}

static void open_keys(bulk_pki *pki, const bulk_options *options)
{
    char name[32];
    mint_key_work work = {.seed = options->seed};
    for (unsigned i = 0; i < pki->num_cas; i++) {
        mint_key_work_add(&work, &pki->cas[i].key, pki->cas[i].key_name);
    }
    for (unsigned i = 0; i < BULK_CLIENT_KEYS; i++) {
        (void)snprintf(name, sizeof(name), "rsa2048:client-%u", i);
        mint_key_work_add(&work, &pki->rsa_clients[i], name);
        (void)snprintf(name, sizeof(name), "p256:client-%u", i);
        mint_key_work_add(&work, &pki->ec_clients[i], name);
    }
    for (unsigned i = 0; options->fleet && i < BULK_OWN_KEYS; i++) {
        (void)snprintf(name, sizeof(name), "p256:own-%u", i);
        mint_key_work_add(&work, &pki->own_keys[i], name);
    }
    mint_key_work_add(&work, &pki->weak_client, "rsa1024:client");
    mint_key_work_add(&work, &pki->absent_root.key, pki->absent_root.key_name);
    mint_key_work_add(&work, &pki->unknown.key, pki->unknown.key_name);
    mint_key_work_run(&work, options->threads);
}

static void sign_all(bulk_pki *pki)
{
    for (unsigned i = 0; i < pki->num_cas; i++) {
        bulk_ca *ca = &pki->cas[i];
        const bulk_ca *by = ca->by != NULL ? ca->by : ca;
        mint_cert_keys keys = {
            .subject = &ca->key, .signer = &by->key, .authority = by != ca ? &by->key : NULL};
        uint8_t serial[8] = {0x41, 0x42, 0x43, 0x44, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
        mint_cert_with(&ca->der, &ca->spec, &keys, serial, sizeof(serial));
    }
}

// Divides the clients' issuers among the kinds by their shares; each kind that has one gets an
// issuer at least.
static void divide_issuers(bulk_pki *pki, const bulk_options *options)
{
    unsigned sum = 0;
    for (unsigned kind = 0; kind < BULK_KINDS; kind++) {
        unsigned share = options->shares[kind];
        unsigned len = (pki->num_issuers * share + 50) / 100;
        if (share > 0) {
            len = len > 0 ? len : 1;
            pki->classes[pki->num_classes++] =
                (bulk_class){.kind = bulk_kinds[kind], .share = share, .len = len};
            sum += len;
        }
    }
    if (pki->num_classes > pki->num_issuers) {
        mint_die("--cas %u is too few for %u kinds of issuers", options->cas, pki->num_classes);
    }
    while (sum != pki->num_issuers) {
        bulk_class *largest = &pki->classes[0];
        for (unsigned c = 1; c < pki->num_classes; c++) {
            largest = pki->classes[c].len > largest->len ? &pki->classes[c] : largest;
        }
        largest->len = sum > pki->num_issuers ? largest->len - 1 : largest->len + 1;
        sum = sum > pki->num_issuers ? sum - 1 : sum + 1;
    }
    for (unsigned c = 1; c < pki->num_classes; c++) {
        pki->classes[c].first = pki->classes[c - 1].first + pki->classes[c - 1].len;
    }
}

void bulk_pki_open(bulk_pki *pki, const bulk_options *options)
{
    *pki = (bulk_pki){
        .num_cas = options->cas, .num_roots = options->cas * 3 / 5, .fleet = options->fleet};
    unsigned special = options->faults > 0 ? 2 : 0;
    unsigned intermediates = pki->num_cas - pki->num_roots;
    if (pki->num_roots < 1 || intermediates < 1 + special) {
        mint_die("--cas %u is too few", options->cas);
    }
    pki->num_issuers =
        intermediates - special < MAX_ISSUERS ? intermediates - special : MAX_ISSUERS;
    divide_issuers(pki, options);
    pki->cas = calloc(pki->num_cas, sizeof(*pki->cas));
    if (pki->cas == NULL) {
        mint_die("out of memory");
    }
    describe_all(pki, options);
    open_keys(pki, options);
    sign_all(pki);
}

static void close_ca(bulk_ca *ca)
{
    mint_key_close(&ca->key);
    mint_buf_free(&ca->der);
}

void bulk_pki_close(bulk_pki *pki)
{
    for (unsigned i = 0; i < pki->num_cas; i++) {
        close_ca(&pki->cas[i]);
    }
    close_ca(&pki->absent_root);
    close_ca(&pki->unknown);
    for (unsigned i = 0; i < BULK_CLIENT_KEYS; i++) {
        mint_key_close(&pki->rsa_clients[i]);
        mint_key_close(&pki->ec_clients[i]);
    }
    for (unsigned i = 0; i < BULK_OWN_KEYS; i++) {
        mint_key_close(&pki->own_keys[i]);
    }
    mint_key_close(&pki->weak_client);
    free(pki->cas);
    *pki = (bulk_pki){0};
}

const bulk_ca *bulk_issuer(const bulk_pki *pki, unsigned number)
{
    return &pki->cas[pki->num_roots + number];
}
