// SPDX-License-Identifier: Apache-2.0
// In: the input's files. Out: what each stage reads, made by the stages before it.
#include "measure/sample.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"

#include <stdlib.h>

static tv_status find_blocks(tv_sample *sample)
{
    tv_status status = tv_map_open(&sample->map, sample->input->clients.path, true, 0);
    if (status != TV_OK) {
        return status;
    }
    tv_pem_scan scan;
    tv_pem_block block;
    size_t longest = 0;
    tv_pem_scan_open(&scan, sample->map.bytes, 1);
    while (tv_pem_scan_next(&scan, &block)) {
        if (!tv_vec_grow((void **)&sample->blocks, &sample->cap_blocks, sample->num_blocks + 1,
                         sizeof(*sample->blocks))) {
            return TV_ERR_NOMEM;
        }
        sample->blocks[sample->num_blocks++] = block;
        longest = block.body.len > longest ? block.body.len : longest;
    }
    return tv_buf_reserve(&sample->room, tv_base64_room(longest)) ? TV_OK : TV_ERR_NOMEM;
}

static tv_status read_clients(tv_sample *sample)
{
    sample->clients = calloc(sample->num_blocks + 1, sizeof(*sample->clients));
    if (sample->clients == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < sample->num_blocks; i++) {
        tv_sample_client *client = &sample->clients[sample->num_clients];
        tv_decoded decoded;
        tv_cert_problem problem;
        tv_block_decode(&sample->blocks[i], sample->room.ptr, &decoded);
        tv_span der = tv_arena_copy(&sample->arena, decoded.der);
        if (der.ptr == NULL) {
            return TV_ERR_NOMEM;
        }
        if (der.len > 0 && tv_cert_parse(&client->cert, der, &problem)) {
            tv_sha256(client->fingerprint.bytes, der);
            client->block = (uint32_t)i;
            sample->num_clients++;
            sample->body_bytes += sample->blocks[i].body.len;
            sample->der_bytes += der.len;
        }
    }
    return sample->num_clients > 0 ? TV_OK : TV_ERR_NO_CERTIFICATE;
}

static tv_status open_workspace(tv_sample *sample)
{
    tv_status status = tv_workspace_open(&sample->workspace, &(tv_options){.threads = 1});
    for (size_t i = 0; i < sample->input->num_stores && status == TV_OK; i++) {
        const char *file = sample->input->stores[i];
        tv_bundle_id id;
        int error = 0;
        status = tv_workspace_add(sample->workspace, &id, file, NULL, TV_ROLE_TRUSTSTORE, &error);
        if (status != TV_OK) {
            return tv_input_tell(sample->input->options, file, status, error);
        }
    }
    return status == TV_OK ? tv_workspace_freeze(sample->workspace) : status;
}

static tv_status open_run(tv_sample *sample, const tv_profile *profile)
{
    tv_writer_options csv = {.format = TV_FORMAT_CSV};
    tv_status status = tv_writer_open(&sample->writer, &csv, "/dev/null", NULL);
    if (status != TV_OK) {
        return status;
    }
    sample->options = (tv_judge_options){
        .profile = profile,
        .at = sample->input->at,
        .writers = &sample->writer,
        .num_writers = 1,
    };
    status = tv_run_open(&sample->run, sample->workspace, "verify", &sample->options);
    if (status != TV_OK) {
        return status;
    }
    if (tv_run_worker_at(&sample->run, 0) == NULL) {
        return TV_ERR_NOMEM;
    }
    return tv_outputs_begin(&sample->options, &sample->run.info, &sample->run.outputs[0].bufs);
}

static tv_status collect_nodes(tv_sample *sample)
{
    const tv_workspace *workspace = sample->workspace;
    size_t words = workspace->num_held / 64 + 1;
    sample->at_hand_bits = calloc(words, sizeof(uint64_t));
    if (sample->at_hand_bits == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t s = 0; s < workspace->num_stores; s++) {
        for (size_t w = 0; w < words; w++) {
            sample->at_hand_bits[w] |= workspace->stores[s].set.bits[w];
        }
    }
    sample->at_hand.bits = sample->at_hand_bits;
    return TV_OK;
}

// The names and the issuer's key of each client, and the questions that follow.
static tv_status find_issuers(tv_sample *sample)
{
    const tv_workspace *workspace = sample->workspace;
    tv_buf *scratch = &sample->run.workers[0].scratch;
    sample->asks = calloc(sample->num_clients, sizeof(*sample->asks));
    if (sample->asks == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < sample->num_clients; i++) {
        tv_sample_client *client = &sample->clients[i];
        tv_target_look(&client->names, workspace->graph, &client->cert,
                       tv_intern_find(workspace->ders, client->cert.der), scratch);
        client->key = tv_target_foresee(&sample->run.judge, sample->at_hand, &client->cert,
                                        &client->names, scratch);
        if (client->key == TV_ID_NONE) {
            continue;
        }
        const tv_key *key = tv_keyring_get(workspace->keys, client->key);
        if (key == NULL) {
            return TV_ERR_NOMEM;
        }
        sample->asks[sample->num_asks++] =
            (tv_sig_ask){.key = key, .child = &client->cert, .state = TV_EDGE_UNKNOWN};
    }
    return TV_OK;
}

tv_span tv_sample_text(const tv_sample *sample, const tv_sample_client *client)
{
    return sample->blocks[client->block].whole;
}

tv_edge_log tv_sample_judge(tv_sample *sample, const tv_sample_client *client, tv_edge_log log)
{
    const tv_workspace *workspace = sample->workspace;
    tv_run_worker *worker = &sample->run.workers[0];
    tv_target_begin(&worker->target, &client->cert, &client->names, log);
    for (size_t s = 0; s < workspace->num_stores; s++) {
        const tv_store *store = &workspace->stores[s];
        if (store->same_as != s) {
            worker->cells[s] = worker->cells[store->same_as];
            continue;
        }
        tv_path_judge(&sample->run.judge, &worker->path, store->set, workspace->untrusted,
                      &worker->target, &worker->cells[s]);
    }
    return worker->target.log;
}

static tv_status judge_clients(tv_sample *sample)
{
    size_t num_stores = sample->workspace->num_stores;
    size_t room = TV_SAMPLE_CELLS / num_stores;
    room = room == 0 ? 1 : room;
    room = room < sample->num_clients ? room : sample->num_clients;
    sample->cells = calloc(room * num_stores, sizeof(*sample->cells));
    if (sample->cells == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < sample->num_clients; i++) {
        tv_sample_client *client = &sample->clients[i];
        client->log = tv_sample_judge(sample, client, 0);
        if (i < room) {
            memcpy(sample->cells + i * num_stores, sample->run.workers[0].cells,
                   num_stores * sizeof(*sample->cells));
        }
    }
    sample->num_rows = room;
    return TV_OK;
}

static tv_status count_unique(tv_sample *sample)
{
    tv_intern *set;
    tv_status status = tv_intern_open(&set, TV_INTERN_BORROW);
    for (size_t i = 0; i < sample->num_clients && status == TV_OK; i++) {
        uint32_t id;
        status = tv_intern_add(set, sample->clients[i].cert.der, &id, NULL);
    }
    sample->num_unique = status == TV_OK ? tv_intern_count(set) : 0;
    tv_intern_close(set);
    return status;
}

tv_status tv_sample_open(tv_sample *sample, const tv_input *input, const tv_profile *profile)
{
    *sample = (tv_sample){.input = input};
    tv_status status = find_blocks(sample);
    if (status == TV_OK) {
        status = read_clients(sample);
    }
    if (status == TV_OK) {
        status = count_unique(sample);
    }
    if (status == TV_OK) {
        status = open_workspace(sample);
    }
    if (status == TV_OK) {
        status = open_run(sample, profile);
    }
    if (status == TV_OK) {
        status = collect_nodes(sample);
    }
    if (status == TV_OK) {
        status = find_issuers(sample);
    }
    return status == TV_OK ? judge_clients(sample) : status;
}

void tv_sample_close(tv_sample *sample)
{
    if (sample->run.workspace != NULL) {
        tv_run_close(&sample->run);
    }
    tv_writer_close(sample->writer);
    tv_workspace_close(sample->workspace);
    tv_uniques_close(sample->uniques);
    free(sample->at_hand_bits);
    free(sample->asks);
    free(sample->cells);
    free(sample->clients);
    free(sample->blocks);
    tv_buf_close(&sample->room);
    tv_arena_close(&sample->arena);
    tv_map_close(&sample->map);
    *sample = (tv_sample){0};
}
