// SPDX-License-Identifier: Apache-2.0
// Opening, counting and ending a run: the parts that an audit and a verification share.

#include "run/judging.h"

#include <stdlib.h>
#include <uv.h>

tv_status tv_run_open(tv_run *run, tv_workspace *workspace, const char *command,
                      const tv_judge_options *options)
{
    *run = (tv_run){
        .workspace = workspace,
        .options = options,
        .judge = tv_workspace_judge(workspace, options),
        .info = {command, options->profile, options->at, workspace->infos, workspace->num_stores},
        .num_workers = workspace->threads,
        .num_slots = tv_pipeline_slots(workspace->threads),
        .memo_before = tv_sig_memo_checks(workspace->memo),
    };
    tv_tally_clear(&workspace->total);
    atomic_store_explicit(&workspace->cancel, false, memory_order_relaxed);
    run->workers = calloc(run->num_workers, sizeof(*run->workers));
    run->outputs = calloc(run->num_slots, sizeof(*run->outputs));
    if (run->workers == NULL || run->outputs == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = TV_OK;
    for (size_t i = 0; i < run->num_slots && status == TV_OK; i++) {
        status = tv_output_bufs_open(&run->outputs[i].bufs, options->num_writers);
        if (status == TV_OK) {
            status = tv_tally_open(&run->outputs[i].tally, workspace->num_stores,
                                   workspace->total.help.seed);
        }
    }
    return status;
}

tv_run_worker *tv_run_worker_at(tv_run *run, unsigned number)
{
    const tv_workspace *workspace = run->workspace;
    tv_run_worker *worker = &run->workers[number];
    if (worker->cells != NULL) {
        return worker;
    }
    tv_path_worker_close(&worker->path);
    if (tv_path_worker_open(&worker->path, workspace->sig) != TV_OK) {
        return NULL;
    }
    worker->cells = calloc(workspace->num_stores + 1, sizeof(tv_cell));
    return worker->cells != NULL ? worker : NULL;
}

tv_status tv_run_drive(tv_run *run, const tv_pipeline_ops *ops, void *context)
{
    tv_workspace *workspace = run->workspace;
    tv_status status = tv_outputs_begin(run->options, &run->info, &run->outputs[0].bufs);
    if (status == TV_OK) {
        status = tv_pipeline_run(ops, context, workspace->threads, run->options->catch_signals,
                                 &workspace->cancel);
    }
    return status;
}

void tv_run_close(tv_run *run)
{
    for (unsigned i = 0; i < run->num_workers && run->workers != NULL; i++) {
        tv_run_worker *worker = &run->workers[i];
        tv_path_worker_close(&worker->path);
        tv_buf_close(&worker->text);
        tv_buf_close(&worker->scratch);
        tv_buf_close(&worker->decoded);
        free(worker->cells);
        free(worker->batch);
    }
    for (size_t i = 0; i < run->num_slots && run->outputs != NULL; i++) {
        tv_output_bufs_close(&run->outputs[i].bufs);
        tv_tally_close(&run->outputs[i].tally);
    }
    free(run->workers);
    free(run->outputs);
}

void tv_run_output_begin(tv_run *run, tv_run_output *output)
{
    output->failed = false;
    tv_tally_clear(&output->tally);
    if (atomic_load_explicit(&run->help_settled, memory_order_acquire)) {
        tv_tally_settle(&output->tally, &run->workspace->total);
    }
}

tv_status tv_run_take(tv_run *run, tv_run_output *output)
{
    if (output->failed) {
        return TV_ERR_NOMEM;
    }
    tv_tally *total = &run->workspace->total;
    if (!tv_tally_add(total, &output->tally)) {
        return TV_ERR_NOMEM;
    }
    if (tv_tally_is_settled(total)) {
        atomic_store_explicit(&run->help_settled, true, memory_order_release);
    }
    run->clients_done += output->tally.num_blocks;
    run->bytes_done += output->tally.num_bytes;
    return tv_outputs_flush(run->options, &output->bufs);
}

void tv_run_tick(tv_run *run)
{
    const uint64_t tenth_of_a_second = UINT64_C(100000000);
    if (run->options->progress == NULL) {
        return;
    }
    uint64_t now = uv_hrtime();
    if (now - run->last_tick < tenth_of_a_second) {
        return;
    }
    run->last_tick = now;
    tv_progress progress = {run->bytes_done, run->bytes_total, run->clients_done};
    run->options->progress(run->options->payload, &progress);
}

void tv_item_of_held(tv_item *item, const tv_held *held)
{
    item->fingerprint = &held->fingerprint;
    if (held->problem.what != NULL) {
        item->problem = held->problem.what;
        item->problem_offset = held->problem.offset;
        return;
    }
    item->cert = &held->cert;
    item->problem = held->cert.extension_problem.what;
    item->problem_offset = held->cert.extension_problem.offset;
}

tv_status tv_run_finish(tv_run *run, tv_status status, uint64_t num_files, uint64_t num_failed,
                        const tv_summary **out)
{
    tv_workspace *workspace = run->workspace;
    num_files += workspace->num_failed;
    num_failed += workspace->num_failed;
    bool complete = status == TV_OK && num_failed == 0;
    tv_workspace_sum_up(workspace, complete, num_files, num_failed);
    workspace->summary.signature_checks -= run->memo_before;
    if (status == TV_OK || status == TV_ERR_CANCELLED) {
        tv_output_bufs bufs = {0};
        tv_status ended = tv_output_bufs_open(&bufs, run->options->num_writers);
        if (ended == TV_OK) {
            ended = tv_outputs_end(run->options, &workspace->summary, &bufs);
        }
        tv_output_bufs_close(&bufs);
        if (ended != TV_OK) {
            status = ended;
        }
    }
    *out = &workspace->summary;
    return status;
}
