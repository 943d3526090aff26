// SPDX-License-Identifier: Apache-2.0
// The bundle room: a truststore of 200 entries opened from its file, and blocks of clients decoded.
#include "bench.h"

#include "bundle/bundle.h"
#include "bundle/decode.h"
#include "minted.h"
#include "tv/workspace.h"

static void *setup_store(tv_bench_load *load)
{
    minted *self = minted_open();
    if (self != NULL) {
        load->items = tv_bundle_num_entries(self->sample.workspace->bundles[0]);
        load->bytes = tv_bundle_bytes(self->sample.workspace->bundles[0]);
    }
    return self;
}

static void *setup_clients(tv_bench_load *load)
{
    minted *self = minted_open();
    if (self != NULL) {
        load->items = self->sample.num_clients;
        load->bytes = self->sample.body_bytes;
    }
    return self;
}

static uint64_t run_open(void *state)
{
    const minted *self = state;
    tv_workspace *workspace = NULL;
    tv_bundle_id id = 0;
    uint64_t num = 0;
    if (tv_workspace_open(&workspace, &(tv_options){.threads = 1}) == TV_OK &&
        tv_workspace_add(workspace, &id, self->input.stores[0], "store", TV_ROLE_TRUSTSTORE,
                         NULL) == TV_OK) {
        num = tv_bundle_num_entries(tv_workspace_bundle(workspace, id));
    }
    tv_workspace_close(workspace);
    return num;
}

static uint64_t run_decode(void *state)
{
    minted *self = state;
    tv_sample *sample = &self->sample;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        tv_decoded decoded;
        tv_block_decode(&sample->blocks[sample->clients[i].block], sample->room.ptr, &decoded);
        sum += decoded.der.len;
    }
    return sum;
}

const tv_bench_case tv_bench_bundle[] = {
    {"open_200_entries", setup_store, run_open, minted_close},
    {"decode", setup_clients, run_decode, minted_close},
    {0},
};
