// SPDX-License-Identifier: Apache-2.0
// The second stage of a job of clients: blocks and their records come in, rows go out in their
// order. The certificates that stand here first are read and their signatures checked many at a
// time, sorted by issuer (sig_many.c), before any is judged. A duplicate takes over what its first
// occurrence found of its signatures, so it waits for that job, which was cut earlier and is under
// way.

#include "run/verify_job.h"

#include "base/span.h"
#include "bundle/decode.h"
#include "report/reason_finding.h"

static void fill_place(const tv_verification *self, const tv_verify_job *job, size_t number,
                       tv_item *item)
{
    const tv_client_block *block = &job->memory->blocks[number];
    const tv_piece *piece = &job->pieces[block->piece];
    const tv_piece_state *state = &job->states[block->piece];
    *item = (tv_item){
        .file = tv_feed_path(self->feed, piece->file->number),
        .index = state->blocks_before + (uint32_t)(number - state->first_block),
        .line = piece->kind == TV_PIECE_DER ? 0 : state->lines_before + block->pem.line,
        .offset = piece->offset + block->pem.offset * state->scale + state->mark,
        .bytes = block->pem.whole.len * state->scale,
        .problem = block->problem,
        .problem_offset = block->problem_offset * state->scale,
    };
}

// The DER of a duplicate whose text was known, decoded after all.
static bool decode_again(tv_run_worker *worker, const tv_client_block *block, tv_span *der)
{
    *der = block->der;
    if (der->len > 0) {
        return true;
    }
    tv_buf_clear(&worker->decoded);
    if (!tv_buf_reserve(&worker->decoded, tv_base64_room(block->pem.body.len))) {
        return false;
    }
    tv_decoded decoded;
    tv_block_decode(&block->pem, worker->decoded.ptr, &decoded);
    *der = decoded.der;
    return der->len > 0;
}

// The DER of a first occurrence. A later block with the same text may have been scanned before it,
// so that its text was known as well.
static bool decode_first(tv_verify_job *job, tv_client_block *block)
{
    if (block->der.len > 0) {
        return true;
    }
    uint8_t *room = tv_arena_alloc(&job->memory->arena, tv_base64_room(block->pem.body.len));
    if (room == NULL) {
        return false;
    }
    tv_decoded decoded;
    tv_block_decode(&block->pem, room, &decoded);
    block->der = decoded.der;
    return block->der.len > 0;
}

static bool is_first(const tv_verify_job *job, size_t number)
{
    const tv_unique *unique = job->memory->blocks[number].unique;
    return unique != NULL && unique->first == tv_client_position(job, number);
}

// Reads a client and asks the graph for its names.
static void read_view(const tv_verification *self, tv_run_worker *worker, tv_span der,
                      tv_client_view *view)
{
    const tv_workspace *workspace = self->run.workspace;
    view->der = der;
    view->key = TV_ID_NONE;
    view->state = TV_EDGE_UNKNOWN;
    view->readable = tv_cert_parse(&view->cert, der, &view->problem);
    if (view->readable) {
        uint32_t node = tv_intern_find(workspace->ders, der);
        tv_target_look(&view->names, workspace->graph, &view->cert, node, &worker->scratch);
    }
}

// Reads the first occurrences among the blocks `from` to `to` and checks the signatures that their
// judging will ask for, all at once. False when memory is out.
static bool look_ahead(tv_verification *self, tv_verify_job *job, size_t from, size_t to,
                       tv_run_worker *worker, tv_run_output *output)
{
    tv_client_batch *batch = worker->batch;
    const tv_run *run = &self->run;
    size_t num_asks = 0;
    for (size_t i = from; i < to; i++) {
        tv_client_view *view = &batch->views[i - from];
        if (!is_first(job, i)) {
            continue;
        }
        if (!decode_first(job, &job->memory->blocks[i])) {
            return false;
        }
        read_view(self, worker, job->memory->blocks[i].der, view);
        if (!view->readable || view->names.node != TV_ID_NONE) {
            continue; // the signatures of held certificates are remembered for all
        }
        view->key = tv_target_foresee(&run->judge, self->at_hand, &view->cert, &view->names,
                                      &worker->scratch);
        const tv_key *key =
            view->key != TV_ID_NONE ? tv_keyring_get(run->judge.keys, view->key) : NULL;
        if (key != NULL) {
            batch->asked[num_asks] = view;
            batch->asks[num_asks++] = (tv_sig_ask){key, &view->cert, TV_EDGE_UNKNOWN};
        }
    }
    tv_key_check_many(worker->path.sig, batch->asks, num_asks);
    for (size_t i = 0; i < num_asks; i++) {
        batch->asked[i]->state = batch->asks[i].state;
    }
    output->tally.signature_checks += num_asks;
    return true;
}

static void judge_stores(tv_verification *self, tv_run_worker *worker, const tv_client_view *view,
                         tv_edge_log log)
{
    const tv_workspace *workspace = self->run.workspace;
    tv_target_begin(&worker->target, &view->cert, &view->names, log);
    worker->target.ahead_key = view->key;
    worker->target.ahead = view->state;
    for (size_t s = 0; s < workspace->num_stores; s++) {
        const tv_store *store = &workspace->stores[s];
        if (store->same_as != s) {
            worker->cells[s] = worker->cells[store->same_as];
            continue;
        }
        tv_path_judge(&self->run.judge, &worker->path, store->set, workspace->untrusted,
                      &worker->target, &worker->cells[s]);
    }
}

static void add_advice(const tv_run *run, tv_run_worker *worker, const tv_item *item,
                       tv_run_output *output)
{
    uint32_t advices = 0;
    for (size_t s = 0; s < run->workspace->num_stores; s++) {
        advices |= worker->cells[s].advices;
    }
    for (unsigned r = 1; advices != 0 && r < TV_REASON_COUNT; r++) {
        tv_finding finding;
        if ((advices >> r & 1) == 0 ||
            !tv_client_advice_finding(run->options->profile, (tv_reason)r, &worker->text,
                                      &finding)) {
            continue;
        }
        finding.file = item->file;
        finding.entry = item->index;
        finding.line = item->line;
        output->tally.findings[finding.severity]++;
        tv_outputs_finding(run->options, &finding, &output->bufs);
    }
}

static void point_to_first(const tv_verification *self, const tv_unique *unique, tv_item *item)
{
    item->is_duplicate = true;
    item->first_file = tv_feed_path(self->feed, unique->file);
    item->first_index = unique->index;
    item->first_line = unique->line;
}

// What the record of the certificate says: whether it stood before, and where.
static tv_edge_log meet_unique(tv_verification *self, const tv_verify_job *job, size_t number,
                               tv_pipeline *pipeline, tv_item *item)
{
    tv_unique *unique = job->memory->blocks[number].unique;
    item->fingerprint = &unique->fingerprint;
    if (unique->first == tv_client_position(job, number)) {
        unique->file = job->pieces[job->memory->blocks[number].piece].file->number;
        unique->index = item->index;
        unique->line = item->line;
        return 0;
    }
    if (unique->first >> 32 != job->sequence) {
        tv_pipeline_wait(pipeline, unique->first >> 32);
    }
    point_to_first(self, unique, item);
    return unique->log;
}

// `unique` is NULL where the block carries no DER.
static void write_row(const tv_verification *self, tv_run_worker *worker, const tv_unique *unique,
                      const tv_item *item, tv_run_output *output)
{
    const tv_run *run = &self->run;
    size_t num_stores = run->workspace->num_stores;
    if (!tv_tally_cells(&output->tally, item->cert, 0, worker->cells, num_stores)) {
        output->failed = true;
    }
    tv_row row = {item, worker->cells, num_stores};
    // A duplicate that asks for signatures beyond what its first occurrence left is judged each
    // time, so that their number does not depend on what a worker remembers.
    if (unique != NULL && item->is_duplicate && worker->rows != NULL &&
        worker->target.signature_checks == 0) {
        tv_row_cache_format(worker->rows, unique, &row, &output->bufs);
    } else {
        tv_outputs_row(run->options, &row, &output->bufs);
    }
}

// The rows of a duplicate that this worker has written before. By then the record of the first
// occurrence was complete.
static bool write_again(const tv_verification *self, tv_run_worker *worker, const tv_unique *unique,
                        tv_item *item, tv_run_output *output)
{
    const tv_cached_rows *rows =
        worker->rows != NULL ? tv_row_cache_find(worker->rows, unique) : NULL;
    if (rows == NULL) {
        return false;
    }
    point_to_first(self, unique, item);
    size_t num_stores = self->run.workspace->num_stores;
    for (size_t s = 0; s < num_stores; s++) { // as much of them as is counted
        const tv_cell_count *kept = &rows->cells[s];
        tv_cell *cell = &worker->cells[s];
        cell->verdict = (tv_verdict)kept->verdict;
        cell->reason = (tv_reason)kept->reason;
        cell->hint = (tv_hint_kind)kept->hint;
        cell->near_miss = kept->near_miss;
    }
    const tv_cert names = {.issuer = rows->issuer, .aki = rows->aki};
    if (!tv_tally_cells(&output->tally, &names, 0, worker->cells, num_stores)) {
        output->failed = true;
    }
    tv_row_cache_replay(worker->rows, rows, item, &output->bufs);
    return true;
}

// Has libcrypto judge the client's cells again.
static void crosscheck_cells(const tv_verification *self, tv_run_worker *worker, tv_span der,
                             const tv_item *item, tv_run_output *output)
{
    const tv_run *run = &self->run;
    for (uint32_t s = 0; s < run->workspace->num_stores; s++) {
        tv_finding finding;
        tv_crosscheck_result result = tv_crosscheck_cell(
            self->crosscheck, s, der, item, &worker->cells[s], &worker->text, &finding);
        output->tally.crosschecked += result != TV_CROSSCHECK_SKIPPED ? 1 : 0;
        output->tally.crosscheck_explained += result == TV_CROSSCHECK_EXPLAINED ? 1 : 0;
        output->tally.crosscheck_differences += result == TV_CROSSCHECK_DIFFERS ? 1 : 0;
        if (result == TV_CROSSCHECK_EXPLAINED || result == TV_CROSSCHECK_DIFFERS) {
            output->tally.findings[finding.severity]++;
            tv_outputs_finding(run->options, &finding, &output->bufs);
        }
    }
}

// A block that carries no certificate that can be read.
static void deny_malformed(const tv_verification *self, tv_run_worker *worker,
                           const tv_unique *unique, const tv_item *item, tv_run_output *output)
{
    worker->target.signature_checks = 0;
    for (size_t s = 0; s < self->run.workspace->num_stores; s++) {
        tv_cell_malformed(self->run.options->profile, &worker->cells[s]);
    }
    write_row(self, worker, unique, item, output);
}

// Judges what was read of a block and writes its rows.
static void judge_view(tv_verification *self, tv_unique *unique, const tv_client_view *view,
                       tv_edge_log log, tv_item *item, tv_run_worker *worker, tv_run_output *output)
{
    const tv_cert_problem *problem = &view->problem;
    if (view->readable) {
        item->cert = &view->cert;
        problem = &view->cert.extension_problem;
    }
    item->problem = problem->what;
    item->problem_offset = problem->offset;
    if (view->readable) {
        judge_stores(self, worker, view, log);
        output->tally.signature_checks += worker->target.signature_checks;
        write_row(self, worker, unique, item, output);
    } else {
        deny_malformed(self, worker, unique, item, output);
    }
    if (self->crosscheck != NULL) {
        crosscheck_cells(self, worker, view->der, item, output);
    }
    if (view->readable && !item->is_duplicate) {
        unique->log = worker->target.log;
        output->tally.num_unique++;
        add_advice(&self->run, worker, item, output);
    }
}

// `view` has been read when the block is a first occurrence, and is filled here when it is not.
static void judge_block(tv_verification *self, tv_verify_job *job, size_t number,
                        tv_client_view *view, tv_run_worker *worker, tv_run_output *output,
                        tv_pipeline *pipeline)
{
    const tv_client_block *block = &job->memory->blocks[number];
    bool first = is_first(job, number);
    output->tally.num_blocks++;
    if (block->unique != NULL && !first && self->run.options->unique) {
        return;
    }
    tv_item item;
    fill_place(self, job, number, &item);
    if (block->unique == NULL) {
        deny_malformed(self, worker, NULL, &item, output);
        return;
    }
    if (!first && write_again(self, worker, block->unique, &item, output)) {
        return;
    }
    tv_edge_log log = meet_unique(self, job, number, pipeline, &item);
    if (!first) {
        tv_span der;
        if (!decode_again(worker, block, &der)) {
            output->failed = true;
            return;
        }
        read_view(self, worker, der, view);
    }
    judge_view(self, block->unique, view, log, &item, worker, output);
}

// Hands the rows so far out when there are many, once those of all jobs before are out: a job of
// many small blocks under many truststores makes far more rows than it has bytes. False when
// nobody wants them any more; the job's finish tells why.
static bool hand_out(const tv_verification *self, const tv_verify_job *job, tv_run_output *output,
                     tv_pipeline *pipeline)
{
    enum { MOST_ROW_BYTES = 2 << 20 };
    return tv_output_bufs_len(&output->bufs) < MOST_ROW_BYTES ||
           (tv_pipeline_lead(pipeline, job->sequence) &&
            tv_outputs_flush(self->run.options, &output->bufs) == TV_OK);
}

void tv_verify_judge(tv_verification *self, tv_verify_job *job, tv_run_worker *worker,
                     tv_run_output *output, tv_pipeline *pipeline)
{
    tv_client_batch *batch = worker->batch;
    bool wanted = true;
    for (size_t from = 0; from < job->num_blocks && !output->failed && wanted;
         from += TV_CLIENT_BATCH) {
        size_t left = job->num_blocks - from;
        size_t to = from + (left < TV_CLIENT_BATCH ? left : TV_CLIENT_BATCH);
        output->failed = !look_ahead(self, job, from, to, worker, output);
        for (size_t i = from; i < to && !output->failed && wanted; i++) {
            judge_block(self, job, i, &batch->views[i - from], worker, output, pipeline);
            wanted = hand_out(self, job, output, pipeline);
        }
    }
}
