// SPDX-License-Identifier: Apache-2.0
// The pem room on a bundle of a thousand blocks of certificate size, in the layouts that occur: the
// search for blocks, line counting, quirks, and base64.
#include "bench.h"

#include "base/buf.h"
#include "base/span.h"
#include "pem/base64.h"
#include "pem/pem_scan.h"

#include <stdlib.h>

enum {
    DER_LEN = 1006, // mean length of a client certificate
    NUM_BLOCKS = 1000,
};

typedef struct bundle {
    tv_buf text;
    tv_span bodies[NUM_BLOCKS];
    uint8_t der[DER_LEN * 2 + 64];
} bundle;

static uint64_t seed;

static uint32_t random_bits(unsigned count)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> (64 - count));
}

static void add_block(tv_buf *text, size_t columns, const char *line_end)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    tv_buf_add_text(text, "-----BEGIN CERTIFICATE-----");
    // Every third byte starts a group of four characters; 1006 bytes end with one of padding.
    size_t chars = (size_t)(DER_LEN + 2) / 3 * 4;
    for (size_t i = 0; i < chars; i++) {
        if (i % columns == 0) {
            tv_buf_add_text(text, line_end);
        }
        bool last = i + 3 == chars; // the bits behind the last byte are zero
        tv_buf_add_byte(text, i + 2 >= chars ? '='
                              : last         ? 'w'
                                             : (uint8_t)alphabet[random_bits(6)]);
    }
    tv_buf_add_text(text, line_end);
    tv_buf_add_text(text, "-----END CERTIFICATE-----");
    tv_buf_add_text(text, line_end);
}

static void close_bundle(void *state)
{
    bundle *all = state;
    tv_buf_close(&all->text);
    free(all);
}

static void *make_bundle(tv_bench_load *load, size_t columns, const char *line_end)
{
    bundle *all = calloc(1, sizeof(*all));
    if (all == NULL) {
        return NULL;
    }
    seed = 7;
    for (size_t i = 0; i < NUM_BLOCKS; i++) {
        add_block(&all->text, columns, line_end);
    }
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, tv_buf_span(&all->text), 1);
    tv_pem_block block;
    for (size_t i = 0; i < NUM_BLOCKS && tv_pem_scan_next(&scan, &block); i++) {
        all->bodies[i] = block.body;
        if (tv_base64_decode(all->der, block.body).len != DER_LEN) {
            close_bundle(all);
            return NULL;
        }
    }
    load->bytes = all->text.len;
    load->items = NUM_BLOCKS;
    return all;
}

static void *setup_canonical(tv_bench_load *load)
{
    return make_bundle(load, 64, "\n");
}

static void *setup_crlf(tv_bench_load *load)
{
    return make_bundle(load, 64, "\r\n");
}

static void *setup_76_columns(tv_bench_load *load)
{
    return make_bundle(load, 76, "\n");
}

static void *setup_one_line(tv_bench_load *load)
{
    return make_bundle(load, 2048, "\n");
}

static void *setup_escaped(tv_bench_load *load)
{
    return make_bundle(load, 64, "\\n");
}

static void *setup_canonical_portable(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_PORTABLE) ? setup_canonical(load) : NULL;
}

static void *setup_canonical_avx2(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_AVX2) ? setup_canonical(load) : NULL;
}

static void *setup_canonical_ifma(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_IFMA) ? setup_canonical(load) : NULL;
}

static void *setup_76_columns_portable(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_PORTABLE) ? setup_76_columns(load) : NULL;
}

static void *setup_escaped_portable(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_PORTABLE) ? setup_escaped(load) : NULL;
}

static uint64_t run_scan(void *state)
{
    const bundle *all = state;
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, tv_buf_span(&all->text), 1);
    uint64_t sum = 0;
    for (tv_pem_block block; tv_pem_scan_next(&scan, &block);) {
        sum += block.line + block.body.len;
    }
    return sum;
}

static uint64_t run_next_begin(void *state)
{
    tv_span text = tv_buf_span(&((const bundle *)state)->text);
    uint64_t sum = 0;
    for (size_t at = 0; (at = tv_pem_next_begin(text, at)) < text.len; at++) {
        sum += at;
    }
    return sum;
}

static uint64_t run_count_lines(void *state)
{
    return tv_pem_count_lines(tv_buf_span(&((const bundle *)state)->text));
}

static uint64_t run_quirks(void *state)
{
    const bundle *all = state;
    tv_span text = tv_buf_span(&all->text);
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, text, 1);
    uint64_t sum = 0;
    size_t end = 0;
    for (tv_pem_block block; tv_pem_scan_next(&scan, &block);) {
        sum += tv_pem_quirks(text, &block, end);
        end = block.offset + block.whole.len;
    }
    return sum;
}

static uint64_t run_base64(void *state)
{
    bundle *all = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_BLOCKS; i++) {
        sum += tv_base64_decode(all->der, all->bodies[i]).len + all->der[DER_LEN - 1];
    }
    return sum;
}

const tv_bench_case tv_bench_pem[] = {
    {"scan", setup_canonical, run_scan, close_bundle},
    {"scan_portable", setup_canonical_portable, run_scan, close_bundle},
    {"scan_avx2", setup_canonical_avx2, run_scan, close_bundle},
    {"scan_ifma", setup_canonical_ifma, run_scan, close_bundle},
    {"scan_crlf", setup_crlf, run_scan, close_bundle},
    {"next_begin", setup_canonical, run_next_begin, close_bundle},
    {"count_lines", setup_canonical, run_count_lines, close_bundle},
    {"quirks", setup_canonical, run_quirks, close_bundle},
    {"base64", setup_canonical, run_base64, close_bundle},
    {"base64_portable", setup_canonical_portable, run_base64, close_bundle},
    {"base64_avx2", setup_canonical_avx2, run_base64, close_bundle},
    {"base64_ifma", setup_canonical_ifma, run_base64, close_bundle},
    {"base64_crlf", setup_crlf, run_base64, close_bundle},
    {"base64_76_columns", setup_76_columns, run_base64, close_bundle},
    {"base64_76_columns_portable", setup_76_columns_portable, run_base64, close_bundle},
    {"base64_one_line", setup_one_line, run_base64, close_bundle},
    {"base64_escaped", setup_escaped, run_base64, close_bundle},
    {"base64_escaped_portable", setup_escaped_portable, run_base64, close_bundle},
    {0},
};
