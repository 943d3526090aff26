// SPDX-License-Identifier: Apache-2.0
// In: a seed, or the user's files. Out: the files that are measured on. The user's clients are
// copied up to the number that was asked for, so that each stage and each run sees the same ones.
#include "measure/input.h"

#include "base/span.h"
#include "io/map.h"
#include "measure/mint.h"
#include "pem/pem_scan.h"

#include <stdlib.h>

static const char *scratch_directory(const tv_measure_options *options)
{
    return options->scratch != NULL ? options->scratch : "/tmp";
}

tv_status tv_input_tell(const tv_measure_options *options, const char *file, tv_status status,
                        int error)
{
    if (options->problem != NULL) {
        options->problem(options->payload, file, status, error);
    }
    return status;
}

static tv_status write_scratch(tv_scratch *out, const tv_measure_options *options,
                               const tv_buf *text)
{
    int error = 0;
    if (text->failed) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_scratch_open(out, scratch_directory(options), tv_buf_span(text), &error);
    return status == TV_OK ? TV_OK
                           : tv_input_tell(options, scratch_directory(options), status, error);
}

// Appends at most `max` blocks of `text` to `out` (NULL: nowhere) and gives their number.
static uint32_t take_blocks(tv_buf *out, tv_span text, uint32_t max)
{
    tv_pem_scan scan;
    tv_pem_block block;
    uint32_t count = 0;
    tv_pem_scan_open(&scan, text, 1);
    for (; count < max && tv_pem_scan_next(&scan, &block); count++) {
        if (out != NULL) {
            tv_buf_add(out, block.whole);
            tv_buf_add_byte(out, '\n');
        }
    }
    return count;
}

static uint32_t num_wanted(const tv_measure_options *options)
{
    return options->clients != 0 ? options->clients : TV_INPUT_CLIENTS;
}

// The blocks of the user's files, up to the number that is wanted.
static tv_status read_clients(tv_buf *clients, const tv_measure_options *options)
{
    uint32_t left = num_wanted(options);
    for (size_t i = 0; i < options->num_files && left > 0; i++) {
        tv_map map;
        tv_status status = tv_map_open(&map, options->files[i], true, 0);
        if (status != TV_OK) {
            return tv_input_tell(options, options->files[i], status, map.error);
        }
        uint32_t taken = take_blocks(clients, map.bytes, left);
        tv_map_close(&map);
        if (taken == 0) {
            return tv_input_tell(options, options->files[i], TV_ERR_NO_CERTIFICATE, 0);
        }
        left -= taken;
    }
    return TV_OK;
}

static tv_status make_main_files(tv_input *input, const tv_measure_options *options,
                                 tv_buf *clients)
{
    tv_buf store = {0};
    tv_status status;
    input->minted = options->num_truststores == 0;
    input->num_stores = input->minted ? 1 : options->num_truststores;
    input->stores = calloc(input->num_stores, sizeof(*input->stores));
    if (input->stores == NULL) {
        return TV_ERR_NOMEM;
    }
    if (input->minted) {
        input->seed = options->seed;
        input->at = TV_MINT_AT;
        status = tv_mint_input(&store, clients, options->seed, num_wanted(options));
        if (status == TV_OK) {
            status = write_scratch(&input->store, options, &store);
        }
        input->stores[0] = input->store.path;
    } else {
        input->at = options->at;
        for (size_t i = 0; i < input->num_stores; i++) {
            input->stores[i] = options->truststores[i];
        }
        status = read_clients(clients, options);
    }
    tv_buf_close(&store);
    return status == TV_OK ? write_scratch(&input->clients, options, clients) : status;
}

// The first clients, once and many times.
static tv_status make_repeated(tv_input *input, const tv_measure_options *options, tv_span clients)
{
    tv_buf few = {0};
    tv_buf repeated = {0};
    uint32_t num = num_wanted(options) * TV_INPUT_FEW_PERCENT / 100;
    num = take_blocks(&few, clients, num > 0 ? num : 1);
    tv_status status = write_scratch(&input->few, options, &few);
    uint32_t times = num > 0 ? TV_INPUT_REPEATED / num : 0;
    if (options->quick) {
        times /= 4;
    }
    times = times < 2 ? 2 : times;
    for (uint32_t i = 0; i < times && status == TV_OK; i++) {
        tv_buf_add(&repeated, tv_buf_span(&few));
    }
    input->num_few = num;
    input->num_repeated = (size_t)num * times;
    if (status == TV_OK) {
        status = write_scratch(&input->repeated, options, &repeated);
    }
    tv_buf_close(&few);
    tv_buf_close(&repeated);
    return status;
}

// Truststore `number` beside the first: `text` without one of its last blocks.
static void leave_one_out(tv_buf *out, tv_span text, size_t num_blocks, size_t number)
{
    tv_pem_scan scan;
    tv_pem_block block;
    tv_pem_scan_open(&scan, text, 1);
    for (size_t i = 0; tv_pem_scan_next(&scan, &block); i++) {
        if (i != num_blocks - 1 - number) {
            tv_buf_add(out, block.whole);
            tv_buf_add_byte(out, '\n');
        }
    }
}

static tv_status make_further(tv_input *input, const tv_measure_options *options)
{
    tv_map map;
    tv_status status = tv_map_open(&map, input->stores[0], true, 0);
    if (status != TV_OK) {
        return tv_input_tell(options, input->stores[0], status, map.error);
    }
    size_t num_blocks = take_blocks(NULL, map.bytes, UINT32_MAX);
    for (size_t i = 0; i < TV_INPUT_FURTHER && i + 1 < num_blocks && status == TV_OK; i++) {
        tv_buf text = {0};
        leave_one_out(&text, map.bytes, num_blocks, i);
        status = write_scratch(&input->further[i], options, &text);
        input->num_further += status == TV_OK ? 1 : 0;
        tv_buf_close(&text);
    }
    tv_map_close(&map);
    return status;
}

tv_status tv_input_open(tv_input *input, const tv_measure_options *options)
{
    *input = (tv_input){.options = options};
    tv_buf clients = {0};
    tv_status status = make_main_files(input, options, &clients);
    if (status == TV_OK) {
        status = make_repeated(input, options, tv_buf_span(&clients));
    }
    tv_buf_close(&clients);
    if (status == TV_OK) {
        status = make_further(input, options);
    }
    return status;
}

void tv_input_close(tv_input *input)
{
    tv_scratch_close(&input->clients);
    tv_scratch_close(&input->store);
    tv_scratch_close(&input->few);
    tv_scratch_close(&input->repeated);
    for (size_t i = 0; i < input->num_further; i++) {
        tv_scratch_close(&input->further[i]);
    }
    free(input->stores);
    *input = (tv_input){0};
}
