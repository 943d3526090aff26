// SPDX-License-Identifier: Apache-2.0
// What a row costs in each format: a client with names as public CAs write them, an accepted path
// of three, and one or eight truststores. The names are shown anew for each row, as in a run.
#include "bench.h"

#include "base/span.h"
#include "policy/profile.h"
#include "write/format.h"

#include <stdlib.h>

enum {
    ROWS = 256, // a call
    MAX_CELLS = 100,
    TEMPLATE_WORDS = 20000,
};

#define RDN(total, inner, oid, len, value)                                                         \
    "\x31" total "\x30" inner "\x06\x03\x55\x04" oid "\x0c" len value
#define COUNTRY RDN("\x0b", "\x09", "\x06", "\x02", "DE")
#define ORGANIZATION RDN("\x1a", "\x18", "\x0a", "\x11", "Acme Payments, AG")
#define UNIT RDN("\x10", "\x0e", "\x0b", "\x07", "Devices")
#define SUBJECT_CN RDN("\x22", "\x20", "\x03", "\x19", "device-000123.example.com")
#define ISSUER_CN RDN("\x1c", "\x1a", "\x03", "\x13", "Acme Issuing CA 12b")

#define SUBJECT "\x30\x5f" COUNTRY ORGANIZATION UNIT SUBJECT_CN
#define ISSUER "\x30\x47" COUNTRY ORGANIZATION ISSUER_CN

typedef struct write_state {
    tv_profile profile;
    tv_store_info stores[MAX_CELLS];
    tv_run_info run;
    tv_cert cert;
    tv_fingerprint fingerprint;
    tv_held issuers[2];
    tv_item item;
    tv_cell cells[MAX_CELLS];
    tv_row row;
    tv_writer writer;
    tv_buf out;
    char names[MAX_CELLS][8];
    uint32_t template[TEMPLATE_WORDS];
} write_state;

static void fill_client(write_state *state)
{
    state->cert = (tv_cert){
        .subject = TV_LIT(SUBJECT),
        .issuer = TV_LIT(ISSUER),
        .serial = TV_LIT("\x3a\x71\x0c\x55\x90\x1e\x42\xd8\x07\x66\xab\xcd\x13\x9f\x20\x4e"),
        .spki = TV_LIT("\x30\x00"),
        .sig_alg_der = TV_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"),
        .sig = {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
        .key = TV_KEY_RSA,
        .key_size = 2048,
        .not_before = 1690000000,
        .not_after = 1790000000,
        .version = 3,
    };
    for (size_t i = 0; i < sizeof(state->fingerprint.bytes); i++) {
        state->fingerprint.bytes[i] = (uint8_t)(i * 37);
        state->issuers[0].fingerprint.bytes[i] = (uint8_t)(i * 41);
        state->issuers[1].fingerprint.bytes[i] = (uint8_t)(i * 43);
    }
    state->item = (tv_item){
        .file = "/srv/clients/2026-11.pem",
        .line = 1,
        .bytes = 1418,
        .cert = &state->cert,
        .fingerprint = &state->fingerprint,
    };
}

static void fill_run(write_state *state, size_t num_cells)
{
    state->profile.name = "bench";
    for (size_t i = 0; i < num_cells; i++) {
        char *name = state->names[i];
        memcpy(name, "prod-00", 8);
        name[5] = (char)('0' + i / 10);
        name[6] = (char)('0' + i % 10);
        state->stores[i] = (tv_store_info){name, name, 200, 200, 284000};
        state->cells[i] = (tv_cell){.verdict = TV_VERDICT_ACCEPT,
                                    .certainty = TV_DOCUMENTED,
                                    .path_len = 2,
                                    .path = {&state->issuers[0], &state->issuers[1]},
                                    .anchor = &state->issuers[1],
                                    .breaks_at = 1790000000};
    }
    state->run = (tv_run_info){"verify", &state->profile, 1700000000, state->stores, num_cells};
    state->row = (tv_row){&state->item, state->cells, num_cells};
}

static void *setup(tv_bench_load *load, const tv_format_ops *ops, tv_layout layout, size_t cells)
{
    write_state *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return NULL;
    }
    fill_client(state);
    fill_run(state, cells);
    state->writer =
        (tv_writer){.ops = ops, .options = {.layout = layout, .columns = 120}, .run = &state->run};
    load->items = ROWS;
    return state;
}

// The same, and a template of the row; the rows are those of duplicates.
static void *setup_replay(tv_bench_load *load, const tv_format_ops *ops, tv_layout layout,
                          size_t cells)
{
    write_state *state = setup(load, ops, layout, cells);
    if (state == NULL) {
        return NULL;
    }
    tv_row_mark marks[TV_ROW_MARKS(MAX_CELLS)];
    tv_row_marks noted = {.marks = marks, .cap = TV_ROW_MARKS(MAX_CELLS)};
    tv_writer_row_marked(&state->writer, &state->row, &noted, &state->out);
    size_t size = tv_row_template_size(&noted, state->out.len);
    if (size == 0 || size > sizeof(state->template)) {
        tv_buf_close(&state->out);
        free(state);
        return NULL;
    }
    tv_row_template_make(state->template, tv_buf_span(&state->out), &noted);
    state->item.is_duplicate = true;
    state->item.first_file = state->item.file;
    state->item.first_line = 1;
    return state;
}

static void *setup_csv_replay(tv_bench_load *load)
{
    return setup_replay(load, &tv_format_csv, TV_LAYOUT_LONG, 1);
}

static void *setup_csv_replay_8(tv_bench_load *load)
{
    return setup_replay(load, &tv_format_csv, TV_LAYOUT_LONG, 8);
}

static void *setup_csv_wide_replay_100(tv_bench_load *load)
{
    return setup_replay(load, &tv_format_csv, TV_LAYOUT_WIDE, 100);
}

static void *setup_ndjson_replay(tv_bench_load *load)
{
    return setup_replay(load, &tv_format_ndjson, TV_LAYOUT_LONG, 1);
}

static void *setup_csv(tv_bench_load *load)
{
    return setup(load, &tv_format_csv, TV_LAYOUT_LONG, 1);
}

static void *setup_csv_8(tv_bench_load *load)
{
    return setup(load, &tv_format_csv, TV_LAYOUT_LONG, 8);
}

static void *setup_csv_wide_8(tv_bench_load *load)
{
    return setup(load, &tv_format_csv, TV_LAYOUT_WIDE, 8);
}

static void *setup_csv_wide_100(tv_bench_load *load)
{
    return setup(load, &tv_format_csv, TV_LAYOUT_WIDE, 100);
}

static void *setup_ndjson(tv_bench_load *load)
{
    return setup(load, &tv_format_ndjson, TV_LAYOUT_LONG, 1);
}

static void *setup_ndjson_8(tv_bench_load *load)
{
    return setup(load, &tv_format_ndjson, TV_LAYOUT_LONG, 8);
}

static void *setup_text(tv_bench_load *load)
{
    return setup(load, &tv_format_text, TV_LAYOUT_LONG, 1);
}

static uint64_t run_rows(void *payload)
{
    write_state *state = payload;
    tv_buf_clear(&state->out);
    for (uint32_t i = 0; i < ROWS; i++) {
        state->item.index = i;
        state->item.line = 24 * i + 1;
        state->writer.ops->row(&state->writer, &state->row, &state->out);
    }
    return state->out.len;
}

static uint64_t run_replays(void *payload)
{
    write_state *state = payload;
    tv_buf_clear(&state->out);
    for (uint32_t i = 0; i < ROWS; i++) {
        state->item.index = i;
        state->item.line = 24 * i + 1;
        tv_row_template_replay(&state->writer, (const tv_row_template *)state->template,
                               &state->item, &state->out);
    }
    return state->out.len;
}

static void teardown(void *payload)
{
    write_state *state = payload;
    tv_buf_close(&state->out);
    free(state);
}

const tv_bench_case tv_bench_write[] = {
    {"csv_row", setup_csv, run_rows, teardown},
    {"csv_row_8_stores", setup_csv_8, run_rows, teardown},
    {"csv_wide_row_8_stores", setup_csv_wide_8, run_rows, teardown},
    {"csv_wide_row_100_stores", setup_csv_wide_100, run_rows, teardown},
    {"csv_replay", setup_csv_replay, run_replays, teardown},
    {"csv_replay_8_stores", setup_csv_replay_8, run_replays, teardown},
    {"csv_wide_replay_100_stores", setup_csv_wide_replay_100, run_replays, teardown},
    {"ndjson_row", setup_ndjson, run_rows, teardown},
    {"ndjson_row_8_stores", setup_ndjson_8, run_rows, teardown},
    {"ndjson_replay", setup_ndjson_replay, run_replays, teardown},
    {"text_row", setup_text, run_rows, teardown},
    {0},
};
