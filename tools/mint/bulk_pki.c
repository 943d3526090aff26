// SPDX-License-Identifier: Apache-2.0
// The size of a workload goes in; CA certificates, client keys and truststores come out. Making
// keys takes the time here, so threads share it; every key depends on its name alone.
#include "bulk_pki.h"

#include "output.h"
#include "rng.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ISSUERS 24
#define UNUSED_DROP_PERCENT 2

// Keys to be made: each worker takes the next.
typedef struct key_work {
    pthread_mutex_t lock; // guards `next`
    const char *seed;
    mint_key **keys;
    const char **names;
    size_t len;
    size_t next;
} key_work;

static void *make_keys(void *arg)
{
    key_work *work = arg;
    for (;;) {
        (void)pthread_mutex_lock(&work->lock);
        size_t mine = work->next++;
        (void)pthread_mutex_unlock(&work->lock);
        if (mine >= work->len) {
            return NULL;
        }
        mint_key_open(work->keys[mine], work->seed, work->names[mine]);
    }
}

static void run_key_work(key_work *work, unsigned threads)
{
    pthread_t *ids = calloc(threads, sizeof(*ids));
    if (ids == NULL || pthread_mutex_init(&work->lock, NULL) != 0) {
        mint_die("out of memory");
    }
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, make_keys, work) != 0) {
            mint_die("a thread cannot be made");
        }
    }
    for (unsigned i = 0; i < threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    (void)pthread_mutex_destroy(&work->lock);
    free(ids);
}

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
    if (i < pki->num_issuers) {
        return i < pki->num_rsa_issuers ? "rsa2048" : "p256";
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
        pki->cas[pki->expired].needed = true;
        pki->cas[pki->orphan].needed = true;
    }
}

static void open_keys(bulk_pki *pki, const bulk_options *options)
{
    static char names[2 * BULK_CLIENT_KEYS][24];
    size_t room = (size_t)pki->num_cas + (size_t)2 * BULK_CLIENT_KEYS + 3;
    key_work work = {.seed = options->seed};
    work.keys = calloc(room, sizeof(mint_key *));
    work.names = calloc(room, sizeof(*work.names));
    if (work.keys == NULL || work.names == NULL) {
        mint_die("out of memory");
    }
    for (unsigned i = 0; i < pki->num_cas; i++) {
        work.keys[work.len] = &pki->cas[i].key;
        work.names[work.len++] = pki->cas[i].key_name;
    }
    for (size_t i = 0; i < BULK_CLIENT_KEYS; i++) {
        (void)snprintf(names[2 * i], sizeof(names[0]), "rsa2048:client-%zu", i);
        (void)snprintf(names[2 * i + 1], sizeof(names[0]), "p256:client-%zu", i);
        work.keys[work.len] = &pki->rsa_clients[i];
        work.names[work.len++] = names[2 * i];
        work.keys[work.len] = &pki->ec_clients[i];
        work.names[work.len++] = names[2 * i + 1];
    }
    work.keys[work.len] = &pki->weak_client;
    work.names[work.len++] = "rsa1024:client";
    work.keys[work.len] = &pki->absent_root.key;
    work.names[work.len++] = pki->absent_root.key_name;
    work.keys[work.len] = &pki->unknown.key;
    work.names[work.len++] = pki->unknown.key_name;
    run_key_work(&work, options->threads);
    free(work.keys);
    free(work.names);
}

// The CA whose description `spec` is.
static bulk_ca *ca_of(bulk_pki *pki, const mint_spec *spec)
{
    for (unsigned i = 0; i < pki->num_cas; i++) {
        if (&pki->cas[i].spec == spec) {
            return &pki->cas[i];
        }
    }
    return &pki->absent_root;
}

static void sign_all(bulk_pki *pki)
{
    for (unsigned i = 0; i < pki->num_cas; i++) {
        bulk_ca *ca = &pki->cas[i];
        const bulk_ca *by = ca->spec.by != NULL ? ca_of(pki, ca->spec.by) : ca;
        mint_cert_keys keys = {
            .subject = &ca->key, .signer = &by->key, .authority = by != ca ? &by->key : NULL};
        uint8_t serial[8] = {0x41, 0x42, 0x43, 0x44, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
        mint_cert_with(&ca->der, &ca->spec, &keys, serial, sizeof(serial));
    }
}

void bulk_pki_open(bulk_pki *pki, const bulk_options *options)
{
    *pki = (bulk_pki){.num_cas = options->cas, .num_roots = options->cas * 3 / 5};
    unsigned special = options->faults > 0 ? 2 : 0;
    unsigned intermediates = pki->num_cas - pki->num_roots;
    if (pki->num_roots < 1 || intermediates < 1 + special) {
        mint_die("--cas %u is too few", options->cas);
    }
    pki->num_issuers =
        intermediates - special < MAX_ISSUERS ? intermediates - special : MAX_ISSUERS;
    unsigned rsa = (pki->num_issuers * options->rsa_percent + 50) / 100;
    if (options->rsa_percent > 0 && rsa == 0) {
        rsa = 1;
    }
    if (options->rsa_percent < 100 && rsa == pki->num_issuers && rsa > 1) {
        rsa--;
    }
    pki->num_rsa_issuers = rsa;
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
    mint_key_close(&pki->weak_client);
    free(pki->cas);
    *pki = (bulk_pki){0};
}

const bulk_ca *bulk_issuer(const bulk_pki *pki, unsigned number)
{
    return &pki->cas[pki->num_roots + number];
}

unsigned bulk_missing_issuer(const bulk_pki *pki, unsigned store)
{
    return store == 0 ? UINT_MAX : (store - 1) % pki->num_issuers;
}

void bulk_truststore(mint_buf *out, const bulk_pki *pki, const bulk_options *options,
                     unsigned store)
{
    char label[32];
    mint_rng rng;
    (void)snprintf(label, sizeof(label), "truststore %u", store);
    mint_rng_open(&rng, options->seed, label);
    unsigned missing = bulk_missing_issuer(pki, store);
    for (unsigned i = 0; i < pki->num_cas; i++) {
        bool dropped = mint_rng_below(&rng, 100) < UNUSED_DROP_PERCENT && store > 0;
        bool is_missing = missing != UINT_MAX && i == pki->num_roots + missing;
        if (!is_missing && (pki->cas[i].needed || !dropped)) {
            mint_pem(out, "CERTIFICATE", &pki->cas[i].der);
        }
    }
}
