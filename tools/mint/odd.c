// SPDX-License-Identifier: Apache-2.0
// A shape and a size go in; a truststore and clients come out that make a path builder's work grow
// faster than its input unless care is taken. Keys come from a small pool and repeat, so that
// neither names nor keys tell the candidates apart.
#include "args.h"
#include "batches.h"
#include "cert.h"
#include "commands.h"
#include "key_work.h"
#include "output.h"
#include "rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 512
#define NAME_LEN 64

typedef struct odd_run {
    const struct odd_shape *shape;
    const char *out;
    const char *seed;
    unsigned size;
    unsigned clients;
    unsigned num_keys;
    unsigned threads;
    mint_key *keys;
    unsigned *order; // of the entries in the file
} odd_run;

// One certificate to be made; keys by their number.
typedef struct odd_cert {
    char subject[NAME_LEN];
    char issuer[NAME_LEN];
    unsigned key;
    unsigned signer;
    unsigned flags;
} odd_cert;

typedef struct odd_shape {
    const char *name;
    void (*entry)(odd_cert *cert, const odd_run *run, unsigned number);
    void (*client)(odd_cert *cert, const odd_run *run, unsigned number); // its issuer
} odd_shape;

#define CROWD "C=DE/O=Odd/CN=One of many"

static void set_name(char name[NAME_LEN], const char *title, unsigned number)
{
    (void)snprintf(name, NAME_LEN, "C=DE/O=Odd/CN=%s %u", title, number);
}

// Self-signed, all with one subject and no key identifier: each is a candidate for each client.
static void twin_entry(odd_cert *cert, const odd_run *run, unsigned number)
{
    (void)snprintf(cert->subject, NAME_LEN, CROWD);
    (void)snprintf(cert->issuer, NAME_LEN, CROWD);
    cert->key = cert->signer = number % run->num_keys;
    cert->flags = MINT_NO_SKI | MINT_NO_AKI;
}

// The same, but each is signed with the key of another and none with its own: every search goes on,
// and none arrives.
static void mesh_entry(odd_cert *cert, const odd_run *run, unsigned number)
{
    twin_entry(cert, run, number);
    unsigned step = 1 + number / run->num_keys % (run->num_keys - 1);
    cert->signer = (cert->key + step) % run->num_keys;
}

static void crowd_client(odd_cert *cert, const odd_run *run, unsigned number)
{
    (void)snprintf(cert->issuer, NAME_LEN, CROWD);
    cert->signer = number % run->num_keys;
    cert->flags = MINT_NO_AKI;
}

static void branch_entry(odd_cert *cert, const odd_run *run, unsigned number)
{
    set_name(cert->subject, "Branch", number);
    set_name(cert->issuer, "Branch", 0);
    cert->key = number % run->num_keys;
    cert->signer = 0;
}

static void branch_client(odd_cert *cert, const odd_run *run, unsigned number)
{
    unsigned branch = run->size > 1 ? 1 + number % (run->size - 1) : 0;
    set_name(cert->issuer, "Branch", branch);
    cert->signer = branch % run->num_keys;
}

static void link_entry(odd_cert *cert, const odd_run *run, unsigned number)
{
    set_name(cert->subject, "Link", number);
    set_name(cert->issuer, "Link", number > 0 ? number - 1 : 0);
    cert->key = number % run->num_keys;
    cert->signer = (number > 0 ? number - 1 : 0) % run->num_keys;
}

static void link_client(odd_cert *cert, const odd_run *run, unsigned number)
{
    (void)number;
    set_name(cert->issuer, "Link", run->size - 1);
    cert->signer = (run->size - 1) % run->num_keys;
}

static const odd_shape shapes[] = {
    {"same-subject", twin_entry, crowd_client},
    {"mesh", mesh_entry, crowd_client},
    {"one-issuer", branch_entry, branch_client},
    {"chain", link_entry, link_client},
};

static void put_cert(mint_buf *out, const odd_run *run, const odd_cert *cert, mint_role role,
                     unsigned number)
{
    mint_spec spec = {
        .subject = cert->subject, .issuer = cert->issuer, .role = role, .flags = cert->flags};
    bool root = strcmp(cert->subject, cert->issuer) == 0;
    bool named = !root && (cert->flags & MINT_NO_AKI) == 0;
    mint_cert_keys keys = {.subject = &run->keys[cert->key],
                           .signer = &run->keys[cert->signer],
                           .authority = named ? &run->keys[cert->signer] : NULL};
    uint8_t serial[6] = {role == MINT_CA ? 0x61 : 0x62, 0x20,
                         (uint8_t)(number >> 24),       (uint8_t)(number >> 16),
                         (uint8_t)(number >> 8),        (uint8_t)number};
    mint_buf der = {0};
    mint_cert_with(&der, &spec, &keys, serial, sizeof(serial));
    mint_pem(out, "CERTIFICATE", &der);
    mint_buf_free(&der);
}

static void make_entries(mint_buf *text, mint_buf *notes, const void *arg, unsigned batch)
{
    (void)notes;
    const odd_run *run = arg;
    for (unsigned i = batch * BATCH; i < batch * BATCH + BATCH && i < run->size; i++) {
        odd_cert cert = {0};
        run->shape->entry(&cert, run, run->order[i]);
        put_cert(text, run, &cert, MINT_CA, run->order[i]);
    }
}

static void make_clients(mint_buf *text, mint_buf *notes, const void *arg, unsigned batch)
{
    (void)notes;
    const odd_run *run = arg;
    for (unsigned i = batch * BATCH; i < batch * BATCH + BATCH && i < run->clients; i++) {
        odd_cert cert = {.key = i % run->num_keys};
        set_name(cert.subject, "Client", i);
        run->shape->client(&cert, run, i);
        put_cert(text, run, &cert, MINT_LEAF, i);
    }
}

static void write_file(const odd_run *run, const char *name, unsigned certs, mint_batch_make *make)
{
    mint_batches batches = {.count = (certs + BATCH - 1) / BATCH,
                            .threads = run->threads,
                            .make = make,
                            .arg = run,
                            .text = mint_file_open(run->out, name)};
    mint_batches_write(&batches);
    mint_file_close(batches.text);
}

static const odd_shape *find_shape(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (strcmp(name, shapes[i].name) == 0) {
            return &shapes[i];
        }
    }
    mint_die("odd needs --shape same-subject, mesh, one-issuer or chain");
}

static void open_run(odd_run *run)
{
    mint_key_work work = {.seed = run->seed};
    mint_rng rng;
    run->keys = calloc(run->num_keys, sizeof(*run->keys));
    run->order = calloc(run->size, sizeof(*run->order));
    if (run->keys == NULL || run->order == NULL) {
        mint_die("out of memory");
    }
    for (unsigned i = 0; i < run->num_keys; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "p256:odd-%u", i);
        mint_key_work_add(&work, &run->keys[i], name);
    }
    mint_key_work_run(&work, run->threads);
    mint_rng_open(&rng, run->seed, "order of the entries");
    mint_rng_order(&rng, run->order, run->size);
}

int mint_cmd_odd(int argc, char **argv)
{
    odd_run run = {.seed = "1", .size = 1000, .clients = 1000, .num_keys = 64, .threads = 2};
    const char *shape = NULL;
    const mint_option rows[] = {
        {"--out", "DIR", "where it goes", .text = &run.out},
        {"--shape", "SHAPE", "same-subject: self-signed CAs, all with one subject, no key ids",
         .text = &shape},
        {.help = "mesh: the same, each signed with another's key, none with its own"},
        {.help = "one-issuer: a root, all others are signed by it"},
        {.help = "chain: each is signed by the one before it"},
        {"--size", "N", "entries of the truststore (1000)", .number = &run.size, .least = 1,
         .most = 10000000},
        {"--keys", "N", "P-256 keys that they share (64)", .number = &run.num_keys, .least = 2,
         .most = 1000000},
        {"--clients", "N", "clients that end in the truststore (1000)", .number = &run.clients,
         .most = 10000000},
        {"--seed", "TEXT", "another seed, other bytes (1)", .text = &run.seed},
        {"--threads", "N", "does not change a byte (2)", .number = &run.threads, .least = 1,
         .most = MINT_MAX_THREADS},
    };
    const mint_args args = {"odd",
                            "Writes truststore.pem, whose entries are shuffled, and clients.pem: "
                            "shapes whose cost grows\nfaster than their size unless a path builder "
                            "takes care.",
                            rows, sizeof(rows) / sizeof(rows[0])};
    mint_args_parse(&args, argc, argv);
    run.shape = find_shape(shape);
    if (run.out == NULL) {
        mint_die("odd needs --out DIR");
    }
    mint_make_dir(run.out);
    open_run(&run);
    write_file(&run, "truststore.pem", run.size, make_entries);
    write_file(&run, "clients.pem", run.clients, make_clients);
    for (unsigned i = 0; i < run.num_keys; i++) {
        mint_key_close(&run.keys[i]);
    }
    free(run.keys);
    free(run.order);
    return 0;
}
