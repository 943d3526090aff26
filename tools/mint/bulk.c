// SPDX-License-Identifier: Apache-2.0
// Options go in; truststores, a stream of clients of any length and what to expect of them come
// out. Each client is made from its number alone, in batches that threads share.
#include "args.h"
#include "batches.h"
#include "bulk_client.h"
#include "commands.h"
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STORES 1000
#define MAX_REASONS 16

typedef struct bulk_run {
    const bulk_options *options;
    const bulk_pki *pki;
    mint_buf first;                // text of the first batch; frozen before threads start
    size_t starts[BULK_BATCH + 1]; // where its clients begin
} bulk_run;

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

static void write_split(const char *dir, unsigned number, const mint_buf *text, size_t start)
{
    char name[32];
    mint_buf client = {0};
    (void)snprintf(name, sizeof(name), "client-%08u.pem", number);
    mint_add(&client, text->ptr + start, text->len - start);
    mint_write_file(dir, name, &client);
    mint_buf_free(&client);
}

// Makes one batch. `starts` takes where each client begins in `text`.
static void make_clients(mint_buf *text, mint_buf *expectations, const bulk_run *run,
                         unsigned batch, size_t *starts)
{
    unsigned begin = batch * BULK_BATCH;
    unsigned end = begin + BULK_BATCH;
    if (end > run->options->clients) {
        end = run->options->clients;
    }
    for (unsigned number = begin; number < end; number++) {
        bulk_plan plan;
        unsigned place = number - begin;
        starts[place] = text->len;
        bulk_plan_client(&plan, run->pki, run->options, number);
        if (plan.number == number) {
            bulk_mint_client(text, run->pki, &plan);
        } else if (plan.number >= begin) {
            mint_buf copy = {0}; // growing the text may move what is copied
            unsigned original = plan.number - begin;
            mint_add(&copy, text->ptr + starts[original], starts[original + 1] - starts[original]);
            mint_add_buf(text, &copy);
            mint_buf_free(&copy);
        } else {
            mint_add(text, run->first.ptr + run->starts[plan.number],
                     run->starts[plan.number + 1] - run->starts[plan.number]);
        }
        starts[place + 1] = text->len;
        if (run->options->per_client) {
            put_expectations(expectations, run, number, &plan);
        }
        if (run->options->split != NULL) {
            write_split(run->options->split, number, text, starts[place]);
        }
    }
}

static void make_batch(mint_buf *text, mint_buf *expectations, const void *arg, unsigned batch)
{
    size_t starts[BULK_BATCH + 1];
    make_clients(text, expectations, arg, batch, starts);
}

// The first batch is made ahead, because duplicates of all later ones look into it.
static void make_first(bulk_run *run)
{
    mint_buf expectations = {0};
    if (run->options->duplicates > 0) {
        make_clients(&run->first, &expectations, run, 0, run->starts);
        mint_buf_free(&expectations);
    }
}

static void write_clients(const bulk_options *options, const bulk_pki *pki)
{
    bulk_run *run = calloc(1, sizeof(*run));
    if (run == NULL) {
        mint_die("out of memory");
    }
    run->options = options;
    run->pki = pki;
    if (options->split != NULL) {
        mint_make_dir(options->split);
    }
    make_first(run);
    mint_batches batches = {.count = (options->clients + BULK_BATCH - 1) / BULK_BATCH,
                            .threads = options->threads,
                            .make = make_batch,
                            .arg = run,
                            .text = mint_file_open(options->out, "clients.pem")};
    if (options->per_client) {
        batches.notes = mint_file_open(options->out, "expectations-clients.tsv");
    }
    mint_batches_write(&batches);
    mint_file_close(batches.text);
    if (batches.notes != NULL) {
        mint_file_close(batches.notes);
    }
    mint_buf_free(&run->first);
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

// "rsa2048=70,p256=30" into `shares`; NULL leaves them to `rsa_percent`.
static void parse_shares(bulk_options *options, const char *text, unsigned rsa_percent)
{
    unsigned sum = 0;
    options->shares[0] = text == NULL ? rsa_percent : 0;
    options->shares[1] = text == NULL ? 100 - rsa_percent : 0;
    while (text != NULL && *text != '\0') {
        size_t kind = 0;
        size_t len = strcspn(text, "=");
        while (kind < BULK_KINDS &&
               !(strlen(bulk_kinds[kind]) == len && strncmp(text, bulk_kinds[kind], len) == 0)) {
            kind++;
        }
        if (kind == BULK_KINDS || text[len] != '=') {
            mint_die("--issuers takes KIND=PERCENT,..., not %s", text);
        }
        char *end;
        unsigned long share = strtoul(text + len + 1, &end, 10);
        if (end == text + len + 1 || share > 100 || (*end != ',' && *end != '\0')) {
            mint_die("--issuers takes KIND=PERCENT,..., not %s", text);
        }
        options->shares[kind] = (unsigned)share;
        text = *end == ',' ? end + 1 : end;
    }
    for (size_t kind = 0; kind < BULK_KINDS; kind++) {
        sum += options->shares[kind];
    }
    if (sum != 100) {
        mint_die("the shares of --issuers are %u %% in sum, not 100", sum);
    }
}

// "expired,malformed" into the kinds that faults are drawn from; NULL: all of them.
static void parse_fault_kinds(bulk_options *options, const char *text)
{
    for (int fault = BULK_SOUND + 1; fault < BULK_FAULTS && text == NULL; fault++) {
        options->fault_kinds[options->num_fault_kinds++] = (bulk_fault)fault;
    }
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, ",");
        int fault = BULK_SOUND + 1;
        while (fault < BULK_FAULTS && !(strlen(bulk_reason((bulk_fault)fault)) == len &&
                                        strncmp(text, bulk_reason((bulk_fault)fault), len) == 0)) {
            fault++;
        }
        if (fault == BULK_FAULTS || options->num_fault_kinds == BULK_FAULTS) {
            mint_die("--fault-kinds takes reasons with commas, not %s", text);
        }
        options->fault_kinds[options->num_fault_kinds++] = (bulk_fault)fault;
        text += text[len] == ',' ? len + 1 : len;
    }
    if (options->num_fault_kinds == 0) {
        mint_die("--fault-kinds names none");
    }
}

static void parse(bulk_options *options, int argc, char **argv)
{
    unsigned rsa_percent = 70;
    unsigned common = 0;
    const char *shares = NULL;
    const char *fault_kinds = NULL;
    const mint_option rows[] = {
        {"--out", "DIR", "where all of it goes", .text = &options->out},
        {"--seed", "TEXT", "another seed, other bytes (1)", .text = &options->seed},
        {"--clients", "N", "how many (100000)", .number = &options->clients, .most = 1000000000},
        {"--split", "DIR", "also a file per client, DIR/client-NNNNNNNN.pem",
         .text = &options->split},
        {"--cas", "N", "CA certificates, three of five are roots (200)", .number = &options->cas,
         .least = 2, .most = 100000},
        {"--stores", "N", "truststores; each but the first lacks an issuer (1)",
         .number = &options->stores, .least = 1, .most = MAX_STORES},
        {"--store-common", "N", "as in a fleet: all truststores hold the same N certificates",
         .number = &common, .least = 2, .most = 100000},
        {"--store-own", "N", "and N that stand in one alone", .number = &options->own,
         .most = 100000},
        {"--rsa-percent", "N", "clients with RSA-2048 issuers, the others have P-256 (70)",
         .number = &rsa_percent, .most = 100},
        {"--issuers", "KIND=N,...", "percent by key: rsa2048, rsa3072, rsa4096, p256, p384",
         .text = &shares},
        {"--duplicates", "N", "percent of clients that repeat another (0)",
         .number = &options->duplicates, .most = 100},
        {"--faults", "N", "percent of clients with something wrong (0)", .number = &options->faults,
         .most = 100},
        {"--fault-kinds", "REASONS", "what may be wrong, with commas, e.g. expired,malformed (all)",
         .text = &fault_kinds},
        {"--per-client", NULL, "also expectations-clients.tsv, a line per client",
         .flag = &options->per_client},
        {"--threads", "N", "does not change a byte (2)", .number = &options->threads, .least = 1,
         .most = MINT_MAX_THREADS},
    };
    const mint_args args = {
        "bulk",
        "Writes clients.pem, truststore-1.pem and so on, and expectations.tsv: how many clients\n"
        "are accepted or denied for which reason.",
        rows, sizeof(rows) / sizeof(rows[0])};
    mint_args_parse(&args, argc, argv);
    if (options->out == NULL) {
        mint_die("bulk needs --out DIR");
    }
    options->fleet = common > 0;
    options->cas = options->fleet ? common : options->cas;
    if (options->own > 0 && !options->fleet) {
        mint_die("--store-own needs --store-common");
    }
    parse_shares(options, shares, rsa_percent);
    parse_fault_kinds(options, fault_kinds);
}

int mint_cmd_bulk(int argc, char **argv)
{
    bulk_options options = {.seed = "1", .clients = 100000, .cas = 200, .stores = 1, .threads = 2};
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
