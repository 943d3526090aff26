// SPDX-License-Identifier: Apache-2.0
// Options go in; truststores, a stream of clients of any length and what to expect of them come
// out. Threads make batches of clients, the main thread writes them in order, so that the bytes do
// not depend on the number of threads; no more batches are held than threads can be busy with.
#include "bulk_client.h"
#include "commands.h"
#include "output.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_THREADS 64
#define MAX_STORES 64
#define SLOTS_PER_THREAD 3
#define MAX_REASONS 16

// A made batch waits in slot number % num_slots until it is written.
typedef struct slot {
    mint_buf text;
    mint_buf expectations; // a line per client, when asked for
    bool full;
} slot;

typedef struct bulk_run {
    const bulk_options *options;
    const bulk_pki *pki;
    mint_buf first;                // text of the first batch; frozen before threads start
    size_t starts[BULK_BATCH + 1]; // where its clients begin
    pthread_mutex_t lock;          // guards all that follows
    pthread_cond_t changed;
    slot *slots;
    unsigned num_slots;
    unsigned next;    // batch to be made
    unsigned written; // batches that are gone
} bulk_run;

static unsigned num_batches(const bulk_options *options)
{
    return (options->clients + BULK_BATCH - 1) / BULK_BATCH;
}

static void put_expectations(mint_buf *out, const bulk_run *run, unsigned number,
                             const bulk_plan *plan)
{
    mint_add_format(out, "%u", number);
    for (unsigned store = 0; store < run->options->stores; store++) {
        const char *reason = bulk_expected(run->pki, plan, store);
        mint_add_format(out, "\t%s", reason != NULL ? reason : "accept");
    }
    mint_add_byte(out, '\n');
}

// Makes one batch. `starts` takes where each client begins in `text`.
static void make_batch(const bulk_run *run, unsigned batch, slot *out, size_t *starts)
{
    unsigned begin = batch * BULK_BATCH;
    unsigned end = begin + BULK_BATCH;
    if (end > run->options->clients) {
        end = run->options->clients;
    }
    for (unsigned number = begin; number < end; number++) {
        bulk_plan plan;
        unsigned place = number - begin;
        starts[place] = out->text.len;
        bulk_plan_client(&plan, run->pki, run->options, number);
        if (plan.number == number) {
            bulk_mint_client(&out->text, run->pki, &plan);
        } else if (plan.number >= begin) {
            mint_buf copy = {0}; // growing the text may move what is copied
            unsigned original = plan.number - begin;
            mint_add(&copy, out->text.ptr + starts[original],
                     starts[original + 1] - starts[original]);
            mint_add_buf(&out->text, &copy);
            mint_buf_free(&copy);
        } else {
            mint_add(&out->text, run->first.ptr + run->starts[plan.number],
                     run->starts[plan.number + 1] - run->starts[plan.number]);
        }
        starts[place + 1] = out->text.len;
        if (run->options->per_client) {
            put_expectations(&out->expectations, run, number, &plan);
        }
    }
}

static void *work(void *arg)
{
    bulk_run *run = arg;
    unsigned total = num_batches(run->options);
    for (;;) {
        (void)pthread_mutex_lock(&run->lock);
        while (run->next < total && run->next >= run->written + run->num_slots) {
            (void)pthread_cond_wait(&run->changed, &run->lock);
        }
        unsigned batch = run->next++;
        (void)pthread_mutex_unlock(&run->lock);
        if (batch >= total) {
            return NULL;
        }
        size_t starts[BULK_BATCH + 1];
        slot made = {0};
        make_batch(run, batch, &made, starts);
        made.full = true;
        (void)pthread_mutex_lock(&run->lock);
        run->slots[batch % run->num_slots] = made;
        (void)pthread_cond_broadcast(&run->changed);
        (void)pthread_mutex_unlock(&run->lock);
    }
}

static FILE *open_output(const char *dir, const char *name)
{
    mint_buf path = {0};
    mint_add_format(&path, "%s/%s", dir, name);
    mint_add_byte(&path, 0);
    FILE *file = fopen((const char *)path.ptr, "wb");
    if (file == NULL) {
        mint_die("%s: %s", (const char *)path.ptr, strerror(errno));
    }
    mint_buf_free(&path);
    return file;
}

static void put(FILE *file, const mint_buf *bytes)
{
    if (bytes->len > 0 && fwrite(bytes->ptr, 1, bytes->len, file) != bytes->len) {
        mint_die("the output cannot be written: %s", strerror(errno));
    }
}

static void close_output(FILE *file)
{
    if (fclose(file) != 0) {
        mint_die("the output cannot be written: %s", strerror(errno));
    }
}

// Takes the batches in order as they come and writes them.
static void write_batches(bulk_run *run, FILE *clients, FILE *expectations)
{
    unsigned total = num_batches(run->options);
    for (unsigned batch = 0; batch < total; batch++) {
        slot *place = &run->slots[batch % run->num_slots];
        (void)pthread_mutex_lock(&run->lock);
        while (!place->full) {
            (void)pthread_cond_wait(&run->changed, &run->lock);
        }
        slot taken = *place;
        *place = (slot){0};
        run->written++;
        (void)pthread_cond_broadcast(&run->changed);
        (void)pthread_mutex_unlock(&run->lock);
        put(clients, &taken.text);
        if (expectations != NULL) {
            put(expectations, &taken.expectations);
        }
        mint_buf_free(&taken.text);
        mint_buf_free(&taken.expectations);
    }
}

// The first batch is made ahead, because duplicates of all later ones look into it.
static void make_first(bulk_run *run)
{
    slot made = {0};
    if (run->options->clients == 0) {
        return;
    }
    make_batch(run, 0, &made, run->starts);
    run->first = made.text;
    mint_buf_free(&made.expectations);
}

static void write_clients(const bulk_options *options, const bulk_pki *pki)
{
    bulk_run *run = calloc(1, sizeof(*run));
    pthread_t ids[MAX_THREADS];
    if (run == NULL) {
        mint_die("out of memory");
    }
    run->options = options;
    run->pki = pki;
    run->num_slots = options->threads * SLOTS_PER_THREAD;
    run->slots = calloc(run->num_slots, sizeof(*run->slots));
    if (run->slots == NULL || pthread_mutex_init(&run->lock, NULL) != 0 ||
        pthread_cond_init(&run->changed, NULL) != 0) {
        mint_die("out of memory");
    }
    make_first(run);
    FILE *clients = open_output(options->out, "clients.pem");
    FILE *expectations =
        options->per_client ? open_output(options->out, "expectations-clients.tsv") : NULL;
    for (unsigned i = 0; i < options->threads; i++) {
        if (pthread_create(&ids[i], NULL, work, run) != 0) {
            mint_die("a thread cannot be made");
        }
    }
    write_batches(run, clients, expectations);
    for (unsigned i = 0; i < options->threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    close_output(clients);
    if (expectations != NULL) {
        close_output(expectations);
    }
    (void)pthread_cond_destroy(&run->changed);
    (void)pthread_mutex_destroy(&run->lock);
    mint_buf_free(&run->first);
    free(run->slots);
    free(run);
}

// Counts of one truststore, in the order in which reasons appear.
typedef struct tally {
    const char *reasons[MAX_REASONS]; // NULL: accepted
    unsigned counts[MAX_REASONS];
    size_t len;
} tally;

static void count(tally *totals, const char *reason)
{
    size_t i = 0;
    while (i < totals->len &&
           !(reason == totals->reasons[i] || (reason != NULL && totals->reasons[i] != NULL &&
                                              strcmp(reason, totals->reasons[i]) == 0))) {
        i++;
    }
    if (i == totals->len) {
        totals->reasons[totals->len++] = reason;
    }
    totals->counts[i]++;
}

static void write_totals(const bulk_options *options, const bulk_pki *pki)
{
    tally *tallies = calloc(options->stores, sizeof(*tallies));
    mint_buf text = {0};
    if (tallies == NULL) {
        mint_die("out of memory");
    }
    for (unsigned number = 0; number < options->clients; number++) {
        bulk_plan plan;
        bulk_plan_client(&plan, pki, options, number);
        for (unsigned store = 0; store < options->stores; store++) {
            count(&tallies[store], bulk_expected(pki, &plan, store));
        }
    }
    mint_add_text(&text, "truststore\tprofile\tat\texpected\treason\tclients\n");
    for (unsigned store = 0; store < options->stores; store++) {
        for (size_t i = 0; i < tallies[store].len; i++) {
            const char *reason = tallies[store].reasons[i];
            mint_add_format(&text, "truststore-%u.pem\taws-apigateway\t%s\t%s\t%s\t%u\n", store + 1,
                            MINT_AT, reason == NULL ? "accept" : "deny",
                            reason == NULL ? "-" : reason, tallies[store].counts[i]);
        }
    }
    mint_write_file(options->out, "expectations.tsv", &text);
    mint_buf_free(&text);
    free(tallies);
}

static void write_stores(const bulk_options *options, const bulk_pki *pki)
{
    for (unsigned store = 0; store < options->stores; store++) {
        char name[32];
        mint_buf text = {0};
        (void)snprintf(name, sizeof(name), "truststore-%u.pem", store + 1);
        bulk_truststore(&text, pki, options, store);
        mint_write_file(options->out, name, &text);
        mint_buf_free(&text);
    }
}

static unsigned parse_number(const char *name, const char *text, unsigned least, unsigned most)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = text != NULL ? strtoul(text, &end, 10) : 0;
    if (text == NULL || end == text || *end != '\0' || errno != 0 || value < least ||
        value > most) {
        mint_die("%s takes a number from %u to %u", name, least, most);
    }
    return (unsigned)value;
}

static void parse(bulk_options *options, int argc, char **argv)
{
    struct {
        const char *name;
        unsigned *value;
        unsigned least, most;
    } numbers[] = {
        {"--clients", &options->clients, 0, 1000000000},
        {"--cas", &options->cas, 2, 100000},
        {"--stores", &options->stores, 1, MAX_STORES},
        {"--rsa-percent", &options->rsa_percent, 0, 100},
        {"--duplicates", &options->duplicates, 0, 100},
        {"--faults", &options->faults, 0, 100},
        {"--threads", &options->threads, 1, MAX_THREADS},
    };
    for (int i = 0; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        size_t row = 0;
        while (row < sizeof(numbers) / sizeof(numbers[0]) &&
               strcmp(argv[i], numbers[row].name) != 0) {
            row++;
        }
        if (row < sizeof(numbers) / sizeof(numbers[0])) {
            *numbers[row].value =
                parse_number(argv[i++], value, numbers[row].least, numbers[row].most);
        } else if (strcmp(argv[i], "--out") == 0 && value != NULL) {
            options->out = argv[++i];
        } else if (strcmp(argv[i], "--seed") == 0 && value != NULL) {
            options->seed = argv[++i];
        } else if (strcmp(argv[i], "--per-client") == 0) {
            options->per_client = true;
        } else {
            mint_die("bulk does not know %s", argv[i]);
        }
    }
    if (options->out == NULL) {
        mint_die("bulk needs --out DIR");
    }
}

int mint_cmd_bulk(int argc, char **argv)
{
    bulk_options options = {
        .seed = "1", .clients = 100000, .cas = 200, .stores = 1, .rsa_percent = 70, .threads = 2};
    bulk_pki pki;
    parse(&options, argc, argv);
    mint_make_dir(options.out);
    bulk_pki_open(&pki, &options);
    write_stores(&options, &pki);
    write_clients(&options, &pki);
    write_totals(&options, &pki);
    bulk_pki_close(&pki);
    return 0;
}
