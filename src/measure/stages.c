// SPDX-License-Identifier: Apache-2.0
// In: a sample whose clients have been through every stage once. Out: a figure a stage, measured by
// sending all of them through that stage again and again. A stage is called here as a run over
// clients calls it: one after the other per client or, for signatures, a batch at a time.
#include "measure/stages.h"

#include "bundle/decode.h"
#include "measure/stopwatch.h"

enum { BATCH = 1024 }; // signatures that a run asks for at a time

static uint64_t scan(void *payload)
{
    const tv_sample *sample = payload;
    tv_map map;
    if (tv_map_open(&map, sample->input->clients.path, true, 0) != TV_OK) {
        return 0;
    }
    tv_pem_scan walk;
    tv_pem_block block;
    uint64_t sum = 0;
    tv_pem_scan_open(&walk, map.bytes, 1);
    while (tv_pem_scan_next(&walk, &block)) {
        sum += block.body.len;
    }
    tv_map_close(&map);
    return sum;
}

static uint64_t decode(void *payload)
{
    tv_sample *sample = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        tv_decoded decoded;
        tv_block_decode(&sample->blocks[sample->clients[i].block], sample->room.ptr, &decoded);
        sum += decoded.der.len;
    }
    return sum;
}

static uint64_t hash(void *payload)
{
    const tv_sample *sample = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        uint8_t digest[32];
        tv_sha256(digest, sample->clients[i].cert.der);
        sum += digest[0];
    }
    return sum;
}

static tv_status empty_table(void *payload)
{
    tv_sample *sample = payload;
    tv_uniques_close(sample->uniques);
    return tv_uniques_open(&sample->uniques);
}

static uint64_t look_up(void *payload)
{
    const tv_sample *sample = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        const tv_sample_client *client = &sample->clients[i];
        tv_span text = tv_sample_text(sample, client);
        tv_hash128 text_hash = tv_uniques_hash(sample->uniques, text);
        const tv_unique *unique = tv_uniques_find_text(sample->uniques, text, text_hash, i);
        if (unique == NULL) {
            unique = tv_uniques_add(sample->uniques, &client->fingerprint, text, text_hash, i);
        }
        sum += unique != NULL ? unique->text_len : 0;
    }
    return sum;
}

static uint64_t parse(void *payload)
{
    const tv_sample *sample = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        tv_cert cert;
        tv_cert_problem problem;
        sum += tv_cert_parse(&cert, sample->clients[i].cert.der, &problem) ? cert.has : 0;
    }
    return sum;
}

static uint64_t find_issuer(void *payload)
{
    tv_sample *sample = payload;
    const tv_workspace *workspace = sample->workspace;
    tv_buf *scratch = &sample->run.workers[0].scratch;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        const tv_sample_client *client = &sample->clients[i];
        tv_target_names names;
        tv_target_look(&names, workspace->graph, &client->cert,
                       tv_intern_find(workspace->ders, client->cert.der), scratch);
        sum +=
            tv_target_foresee(&sample->run.judge, sample->at_hand, &client->cert, &names, scratch);
    }
    return sum;
}

// As a run would say that knows its clients, so that tables are made for the keys that pay.
static tv_status expect_signatures(void *payload)
{
    const tv_sample *sample = payload;
    tv_sig_expect(sample->workspace->sig, sample->num_asks);
    return TV_OK;
}

static uint64_t check_signatures(void *payload)
{
    tv_sample *sample = payload;
    tv_sig_worker *worker = sample->run.workers[0].path.sig;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_asks; i += BATCH) {
        size_t left = sample->num_asks - i;
        tv_key_check_many(worker, sample->asks + i, left < BATCH ? left : BATCH);
        sum += sample->asks[i].state;
    }
    return sum;
}

static uint64_t judge(void *payload)
{
    tv_sample *sample = payload;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        const tv_sample_client *client = &sample->clients[i];
        (void)tv_sample_judge(sample, client, client->log);
        sum += sample->run.workers[0].cells[0].verdict;
    }
    return sum;
}

static uint64_t format_rows(void *payload)
{
    tv_sample *sample = payload;
    tv_output_bufs *bufs = &sample->run.outputs[0].bufs;
    size_t num_stores = sample->workspace->num_stores;
    tv_buf_clear(&bufs->bufs[0]);
    for (size_t i = 0; i < sample->num_rows; i++) {
        const tv_sample_client *client = &sample->clients[i];
        const tv_pem_block *block = &sample->blocks[client->block];
        tv_item item = {
            .file = sample->input->clients.path,
            .index = client->block,
            .line = block->line,
            .offset = block->offset,
            .bytes = block->whole.len,
            .cert = &client->cert,
            .fingerprint = &client->fingerprint,
        };
        tv_row row = {&item, sample->cells + i * num_stores, num_stores};
        tv_outputs_row(&sample->options, &row, bufs);
    }
    return bufs->bufs[0].len;
}

// What one round of a stage goes over.
typedef enum items { BLOCKS, CLIENTS, ASKS, ROWS, NUM_ITEMS } items;
typedef enum bytes { NONE, TEXT, BODIES, DERS, NUM_BYTES } bytes;

typedef struct stage {
    const char *name;
    const char *contains;
    tv_prepare_fn *prepare;
    tv_round_fn *round;
    items items;
    bytes bytes;
} stage;

static const stage stages[TV_NUM_STAGES] = {
    {"scan", "map the file, find its PEM blocks and count lines; MB/s of text", NULL, scan, BLOCKS,
     TEXT},
    {"base64", "PEM body to DER; MB/s of base64", NULL, decode, CLIENTS, BODIES},
    {"sha256", "fingerprint of the DER; MB/s of DER", NULL, hash, CLIENTS, DERS},
    {"lookup", "has the text, or the fingerprint, occurred before; the tables grow", empty_table,
     look_up, CLIENTS, NONE},
    {"parse", "DER to a view of all fields and extensions; MB/s of DER", NULL, parse, CLIENTS,
     DERS},
    {"issuer", "names and key identifiers to the key that should have signed", NULL, find_issuer,
     CLIENTS, NONE},
    {"signature", "digest of what is signed and check under that key, 1,024 at a time",
     expect_signatures, check_signatures, ASKS, NONE},
    {"judge", "paths to every truststore and all rules, signatures known", NULL, judge, CLIENTS,
     NONE},
    {"row", "a CSV row for each truststore", NULL, format_rows, ROWS, NONE},
};

tv_status tv_measure_stages(tv_figure out[TV_NUM_STAGES], tv_sample *sample, double seconds)
{
    const uint64_t num_items[NUM_ITEMS] = {
        [BLOCKS] = sample->num_blocks,
        [CLIENTS] = sample->num_clients,
        [ASKS] = sample->num_asks,
        [ROWS] = sample->num_rows,
    };
    const uint64_t num_bytes[NUM_BYTES] = {
        [TEXT] = sample->map.bytes.len,
        [BODIES] = sample->body_bytes,
        [DERS] = sample->der_bytes,
    };
    for (size_t i = 0; i < TV_NUM_STAGES; i++) {
        const stage *each = &stages[i];
        uint64_t num = num_items[each->items];
        tv_rounds rounds = {0};
        if (num > 0) {
            tv_status status =
                tv_stopwatch_rounds(&rounds, seconds, each->prepare, each->round, sample);
            if (status != TV_OK) {
                return status;
            }
        }
        out[i] = (tv_figure){
            .name = each->name,
            .contains = each->contains,
            .items = num,
            .bytes = num_bytes[each->bytes],
            .rounds = rounds.num,
            .ns = num > 0 ? rounds.ns / (double)num : 0,
        };
    }
    return TV_OK;
}
