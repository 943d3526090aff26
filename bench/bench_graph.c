// SPDX-License-Identifier: Apache-2.0
// The graph room: building it over a truststore of 200 CAs, and finding the issuers of clients.
#include "bench.h"

#include "graph/graph.h"
#include "minted.h"

static void *setup_held(tv_bench_load *load)
{
    minted *self = minted_open();
    load->items = self != NULL ? self->sample.workspace->num_held : 0;
    return self;
}

static void *setup_clients(tv_bench_load *load)
{
    minted *self = minted_open();
    load->items = self != NULL ? self->sample.num_clients : 0;
    return self;
}

static uint64_t run_open(void *state)
{
    const minted *self = state;
    const tv_workspace *workspace = self->sample.workspace;
    tv_graph *graph;
    if (tv_graph_open(&graph, workspace->held_list, workspace->num_held) != TV_OK) {
        return 0;
    }
    uint64_t num = tv_graph_num_keys(graph);
    tv_graph_close(graph);
    return num;
}

static uint64_t run_find_name(void *state)
{
    minted *self = state;
    const tv_graph *graph = self->sample.workspace->graph;
    tv_buf *scratch = &self->sample.run.workers[0].scratch;
    uint64_t sum = 0;
    for (size_t i = 0; i < self->sample.num_clients; i++) {
        sum += tv_graph_find_name(graph, self->sample.clients[i].cert.issuer, scratch);
    }
    return sum;
}

static uint64_t run_walk_issuers(void *state)
{
    minted *self = state;
    const tv_graph *graph = self->sample.workspace->graph;
    tv_buf *scratch = &self->sample.run.workers[0].scratch;
    uint64_t sum = 0;
    for (size_t i = 0; i < self->sample.num_clients; i++) {
        const tv_sample_client *client = &self->sample.clients[i];
        tv_issuer_walk walk;
        uint32_t node;
        tv_key_id_match match;
        tv_issuer_walk_open(&walk, graph, &client->cert, client->names.issuer, scratch);
        while (tv_issuer_walk_next(&walk, &node, &match)) {
            sum += node;
        }
    }
    return sum;
}

const tv_bench_case tv_bench_graph[] = {
    {"open", setup_held, run_open, minted_close},
    {"find_name", setup_clients, run_find_name, minted_close},
    {"walk_issuers", setup_clients, run_walk_issuers, minted_close},
    {0},
};
