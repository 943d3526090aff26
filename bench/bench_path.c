// SPDX-License-Identifier: Apache-2.0
// The path room on clients of a truststore of 200 CAs: what the graph says, what is foreseen, and
// judging with the client's signature known (as a duplicate's, or one that was checked ahead).
#include "bench.h"

#include "minted.h"

static void *setup(tv_bench_load *load)
{
    minted *self = minted_open();
    load->items = self != NULL ? self->sample.num_clients : 0;
    return self;
}

static uint64_t run_look(void *state)
{
    minted *self = state;
    const tv_graph *graph = self->sample.workspace->graph;
    tv_buf *scratch = &self->sample.run.workers[0].scratch;
    uint64_t sum = 0;
    for (size_t i = 0; i < self->sample.num_clients; i++) {
        tv_target_names names;
        tv_target_look(&names, graph, &self->sample.clients[i].cert, TV_ID_NONE, scratch);
        sum += names.issuer;
    }
    return sum;
}

static uint64_t run_foresee(void *state)
{
    minted *self = state;
    const tv_sample *sample = &self->sample;
    tv_buf *scratch = &self->sample.run.workers[0].scratch;
    uint64_t sum = 0;
    for (size_t i = 0; i < sample->num_clients; i++) {
        const tv_sample_client *client = &sample->clients[i];
        sum += tv_target_foresee(&sample->run.judge, sample->at_hand, &client->cert, &client->names,
                                 scratch);
    }
    return sum;
}

static uint64_t run_judge(void *state)
{
    minted *self = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < self->sample.num_clients; i++) {
        const tv_sample_client *client = &self->sample.clients[i];
        sum += tv_sample_judge(&self->sample, client, client->log);
    }
    return sum;
}

const tv_bench_case tv_bench_path[] = {
    {"look", setup, run_look, minted_close},
    {"foresee", setup, run_foresee, minted_close},
    {"judge", setup, run_judge, minted_close},
    {0},
};
