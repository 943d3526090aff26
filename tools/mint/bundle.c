// SPDX-License-Identifier: Apache-2.0
// Options go in; bundles of any length come out, as people collect them over years: CA certificates
// and what they signed, in no order.
#include "args.h"
#include "batches.h"
#include "bulk_client.h"
#include "commands.h"
#include "output.h"
#include "rng.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct bundle_run {
    const bulk_options *options;
    const bulk_pki *pki;
    unsigned entries;
    unsigned *places; // of the CA certificates, ascending
    unsigned *cas;    // which of them stands at each place
} bundle_run;

// Each set of places is as likely as any other (Knuth, volume 2, 3.4.2, algorithm S).
static void draw_places(bundle_run *run)
{
    mint_rng rng;
    unsigned drawn = 0;
    unsigned num = run->pki->num_cas;
    run->places = calloc(num, sizeof(*run->places));
    run->cas = calloc(num, sizeof(*run->cas));
    if (run->places == NULL || run->cas == NULL) {
        mint_die("out of memory");
    }
    mint_rng_open(&rng, run->options->seed, "places in the bundle");
    for (unsigned entry = 0; drawn < num; entry++) {
        if (mint_rng_below(&rng, run->entries - entry) < num - drawn) {
            run->places[drawn++] = entry;
        }
    }
    mint_rng_order(&rng, run->cas, num);
}

// How many CA certificates stand before an entry.
static unsigned cas_before(const bundle_run *run, unsigned entry)
{
    unsigned low = 0;
    unsigned high = run->pki->num_cas;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (run->places[middle] < entry) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void make_batch(mint_buf *text, mint_buf *notes, const void *arg, unsigned batch)
{
    (void)notes;
    const bundle_run *run = arg;
    unsigned begin = batch * BULK_BATCH;
    unsigned ca = cas_before(run, begin);
    for (unsigned entry = begin; entry < begin + BULK_BATCH && entry < run->entries; entry++) {
        if (ca < run->pki->num_cas && run->places[ca] == entry) {
            mint_pem(text, "CERTIFICATE", &run->pki->cas[run->cas[ca++]].der);
            continue;
        }
        bulk_plan plan;
        bulk_plan_client(&plan, run->pki, run->options, entry - ca);
        bulk_mint_client(text, run->pki, &plan);
    }
}

static void write_bundle(bundle_run *run)
{
    char name[32];
    draw_places(run);
    (void)snprintf(name, sizeof(name), "bundle-%u.pem", run->entries);
    mint_batches batches = {.count = (run->entries + BULK_BATCH - 1) / BULK_BATCH,
                            .threads = run->options->threads,
                            .make = make_batch,
                            .arg = run,
                            .text = mint_file_open(run->options->out, name)};
    mint_batches_write(&batches);
    mint_file_close(batches.text);
    free(run->places);
    free(run->cas);
}

// Takes the next length of "1000,1000000"; false at the end.
static bool next_length(unsigned *entries, const char **list, unsigned least)
{
    if (**list == '\0') {
        return false;
    }
    char *end;
    unsigned long value = strtoul(*list, &end, 10);
    if (end == *list || (*end != ',' && *end != '\0') || value < least || value > 1000000000) {
        mint_die("--entries takes numbers from %u on, with commas, not %s", least, *list);
    }
    *entries = (unsigned)value;
    *list = *end == ',' ? end + 1 : end;
    return true;
}

static void parse(bulk_options *options, const char **entries, int argc, char **argv)
{
    unsigned rsa_percent = 70;
    const mint_option rows[] = {
        {"--out", "DIR", "where they go", .text = &options->out},
        {"--seed", "TEXT", "another seed, other bytes (1)", .text = &options->seed},
        {"--entries", "N,...", "how many; a bundle for each number (100000)", .text = entries},
        {"--cas", "N", "CA certificates among them, three of five are roots (200)",
         .number = &options->cas, .least = 2, .most = 100000},
        {"--rsa-percent", "N", "others with RSA-2048 issuers, the rest have P-256 (70)",
         .number = &rsa_percent, .most = 100},
        {"--threads", "N", "does not change a byte (2)", .number = &options->threads, .least = 1,
         .most = MINT_MAX_THREADS},
    };
    const mint_args args = {"bundle",
                            "Writes bundle-N.pem: CA certificates and what they signed, shuffled. "
                            "All entries are valid.",
                            rows, sizeof(rows) / sizeof(rows[0])};
    mint_args_parse(&args, argc, argv);
    if (options->out == NULL) {
        mint_die("bundle needs --out DIR");
    }
    options->shares[0] = rsa_percent;
    options->shares[1] = 100 - rsa_percent;
}

int mint_cmd_bundle(int argc, char **argv)
{
    bulk_options options = {.seed = "1", .cas = 200, .stores = 1, .threads = 2};
    bulk_pki pki;
    bundle_run run = {.options = &options, .pki = &pki};
    const char *lengths = "100000";
    parse(&options, &lengths, argc, argv);
    mint_make_dir(options.out);
    bulk_pki_open(&pki, &options);
    while (next_length(&run.entries, &lengths, options.cas)) {
        write_bundle(&run);
    }
    bulk_pki_close(&pki);
    return 0;
}
