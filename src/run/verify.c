// SPDX-License-Identifier: Apache-2.0
// Clients × truststores: pieces of client input come in, a row per block goes out, in input order.
//
// A job is about a megabyte of input. Its first stage finds the blocks and, for each, the record of
// its certificate (uniques.h); when its turn comes it learns how many lines and blocks stood before
// it; its second stage judges and formats. A duplicate takes over what its first occurrence found
// of its signatures, so it waits for that job, which was cut earlier and is under way.

#include "run/judging.h"

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"
#include "report/reason_finding.h"
#include "run/crosscheck.h"
#include "run/feed.h"
#include "run/uniques.h"

#include <stdlib.h>

// One block of a job.
typedef struct client_block {
    tv_pem_block pem;    // of a PEM piece; line and offset count from the piece
    tv_span der;         // empty: not decoded (a known text) or nothing to decode
    tv_unique *unique;   // NULL when there is no DER
    const char *problem; // why there is no DER
    size_t problem_offset;
    uint32_t piece; // in the job
} client_block;

// What the first stage and the turn learn of a piece.
typedef struct piece_state {
    uint8_t *converted; // 8-bit text of a UTF-16 piece
    size_t scale, mark; // offset in the file = offset in the text * scale + mark
    uint32_t num_lines, num_blocks;
    uint32_t lines_before, blocks_before; // in its file
    uint32_t first_block;                 // in the job
} piece_state;

typedef struct verify_job {
    tv_piece *pieces;
    piece_state *states;
    size_t num_pieces, cap_pieces, cap_states;
    client_block *blocks;
    size_t num_blocks, cap_blocks;
    tv_arena arena; // decoded DER
    uint64_t sequence;
} verify_job;

typedef struct verification {
    tv_run run;
    tv_feed *feed;
    tv_uniques *uniques;
    tv_crosscheck *crosscheck; // NULL: nothing is judged again
    verify_job *jobs;          // by slot
    uint64_t num_cut;
    tv_pipeline *pipeline; // while it runs
} verification;

static bool is_stopped(void *payload)
{
    const verification *self = payload;
    return tv_pipeline_poll(self->pipeline);
}

static tv_status cut(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    verification *self = context;
    self->pipeline = pipeline;
    verify_job *job = &self->jobs[slot];
    job->num_blocks = 0;
    job->sequence = self->num_cut;
    tv_status status = tv_feed_next(self->feed, &job->pieces, &job->cap_pieces, &job->num_pieces);
    if (!tv_vec_grow((void **)&job->states, &job->cap_states, job->num_pieces,
                     sizeof(piece_state))) {
        for (size_t i = 0; i < job->num_pieces; i++) {
            tv_feed_done(self->feed, &job->pieces[i]);
        }
        job->num_pieces = 0;
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < job->num_pieces; i++) {
        job->states[i] = (piece_state){0};
    }
    *more = status == TV_OK && job->num_pieces > 0;
    self->num_cut += *more ? 1 : 0;
    return status;
}

static uint64_t position_of(const verify_job *job, size_t block)
{
    return job->sequence << 32 | block;
}

// Appends a block and finds the record of its certificate, when there is DER. False: no memory.
static bool add_block(verification *self, verify_job *job, const client_block *block,
                      tv_span kept_text)
{
    if (!tv_vec_grow((void **)&job->blocks, &job->cap_blocks, job->num_blocks + 1,
                     sizeof(client_block))) {
        return false;
    }
    client_block *added = &job->blocks[job->num_blocks++];
    *added = *block;
    if (added->unique == NULL && added->der.len > 0) {
        tv_fingerprint fingerprint;
        tv_sha256(fingerprint.bytes, added->der);
        added->unique = tv_uniques_add(self->uniques, &fingerprint, kept_text,
                                       position_of(job, job->num_blocks - 1));
        return added->unique != NULL;
    }
    return true;
}

static bool scan_block(verification *self, verify_job *job, uint32_t piece, const tv_pem_block *pem)
{
    client_block block = {.pem = *pem, .piece = piece};
    bool keep = job->pieces[piece].file->keep && job->states[piece].converted == NULL &&
                pem->defect == TV_PEM_SOUND;
    tv_span kept_text = keep ? pem->whole : (tv_span){NULL, 0};
    if (keep) {
        block.unique =
            tv_uniques_find_text(self->uniques, pem->whole, position_of(job, job->num_blocks));
    }
    if (block.unique == NULL) {
        uint8_t *room = tv_arena_alloc(&job->arena, tv_base64_room(pem->body.len));
        if (room == NULL) {
            return false;
        }
        tv_decoded decoded;
        tv_block_decode(pem, room, &decoded);
        block.der = decoded.der;
        block.problem = decoded.problem;
        block.problem_offset = decoded.problem_offset;
    }
    return add_block(self, job, &block, kept_text);
}

static bool scan_pem(verification *self, verify_job *job, uint32_t piece, tv_span text)
{
    piece_state *state = &job->states[piece];
    tv_pem_scan scan;
    tv_pem_block pem;
    tv_pem_scan_open(&scan, text, 1);
    while (tv_pem_scan_next(&scan, &pem)) {
        if (!scan_block(self, job, piece, &pem)) {
            return false;
        }
    }
    state->num_lines =
        scan.line - 1 + tv_pem_count_lines(tv_span_part(text, scan.counted, text.len));
    return true;
}

static bool scan_der(verification *self, verify_job *job, uint32_t piece)
{
    tv_span all = job->pieces[piece].bytes;
    tv_span rest = all;
    while (rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        client_block block = {.piece = piece};
        block.der = tv_span_part(rest, 0, extent != 0 ? extent : rest.len);
        block.pem.whole = block.der;
        block.pem.offset = (size_t)(rest.ptr - all.ptr);
        if (!add_block(self, job, &block, (tv_span){NULL, 0})) {
            return false;
        }
        rest = tv_span_part(rest, block.der.len, rest.len);
    }
    return true;
}

static bool scan_piece(verification *self, verify_job *job, uint32_t piece)
{
    const tv_piece *source = &job->pieces[piece];
    piece_state *state = &job->states[piece];
    tv_span text = source->bytes;
    *state = (piece_state){.scale = 1, .first_block = (uint32_t)job->num_blocks};
    bool done;
    if (source->kind == TV_PIECE_DER) {
        done = scan_der(self, job, piece);
    } else {
        size_t len;
        if (source->kind == TV_PIECE_UTF16 && tv_pem_from_utf16(text, &state->converted, &len)) {
            state->scale = 2;
            state->mark = text.len > len * 2 ? 2 : 0;
            text = tv_span_make(state->converted, len);
        }
        done = scan_pem(self, job, piece, text);
    }
    state->num_blocks = (uint32_t)(job->num_blocks - state->first_block);
    return done;
}

static void first(void *context, size_t slot, unsigned worker)
{
    verification *self = context;
    verify_job *job = &self->jobs[slot];
    tv_run_output *output = &self->run.outputs[slot];
    (void)worker;
    tv_tally_clear(&output->tally);
    output->failed = false;
    tv_arena_reset(&job->arena);
    for (uint32_t i = 0; i < job->num_pieces && !output->failed; i++) {
        output->failed = !scan_piece(self, job, i);
        output->tally.num_bytes += job->pieces[i].bytes.len;
    }
}

static void turn(void *context, size_t slot)
{
    verification *self = context;
    verify_job *job = &self->jobs[slot];
    for (size_t i = 0; i < job->num_pieces; i++) {
        tv_feed_file *file = job->pieces[i].file;
        job->states[i].lines_before = file->next_line;
        job->states[i].blocks_before = file->next_index;
        file->next_line += job->states[i].num_lines;
        file->next_index += job->states[i].num_blocks;
    }
}

static void fill_place(const verification *self, const verify_job *job, size_t number,
                       tv_item *item)
{
    const client_block *block = &job->blocks[number];
    const tv_piece *piece = &job->pieces[block->piece];
    const piece_state *state = &job->states[block->piece];
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

// The DER of a block whose text was known, decoded after all.
static bool decode_again(tv_run_worker *worker, const client_block *block, tv_span *der)
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

static void judge_stores(verification *self, tv_run_worker *worker, const tv_cert *cert,
                         tv_span der, tv_edge_log log)
{
    const tv_workspace *workspace = self->run.workspace;
    uint32_t node = tv_intern_find(workspace->ders, der);
    tv_target_open(&worker->target, workspace->graph, cert, node, log, &worker->scratch);
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

// What the record of the certificate says: whether it stood before, and where.
static tv_edge_log meet_unique(verification *self, const verify_job *job, size_t number,
                               tv_pipeline *pipeline, tv_item *item)
{
    tv_unique *unique = job->blocks[number].unique;
    item->fingerprint = &unique->fingerprint;
    if (unique->first == position_of(job, number)) {
        unique->file = job->pieces[job->blocks[number].piece].file->number;
        unique->index = item->index;
        unique->line = item->line;
        return 0;
    }
    if (unique->first >> 32 != job->sequence) {
        tv_pipeline_wait(pipeline, unique->first >> 32);
    }
    item->is_duplicate = true;
    item->first_file = tv_feed_path(self->feed, unique->file);
    item->first_index = unique->index;
    item->first_line = unique->line;
    return unique->log;
}

static void write_row(verification *self, tv_run_worker *worker, const tv_item *item,
                      tv_run_output *output)
{
    const tv_run *run = &self->run;
    size_t num_stores = run->workspace->num_stores;
    for (uint32_t s = 0; s < num_stores; s++) {
        tv_run_count(worker, output, s, item, &worker->cells[s]);
    }
    tv_row row = {item, worker->cells, num_stores};
    tv_outputs_row(run->options, &row, &output->bufs);
}

// Has libcrypto judge the client's cells again.
static void crosscheck_cells(const verification *self, tv_run_worker *worker, tv_span der,
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

static void judge_block(verification *self, verify_job *job, size_t number, tv_run_worker *worker,
                        tv_run_output *output, tv_pipeline *pipeline)
{
    const client_block *block = &job->blocks[number];
    tv_item item;
    tv_edge_log log = 0;
    tv_cert cert;
    tv_cert_problem problem = {0};
    tv_span der;
    fill_place(self, job, number, &item);
    output->tally.num_blocks++;
    if (block->unique != NULL) {
        bool is_first = block->unique->first == position_of(job, number);
        if (!is_first && self->run.options->unique) {
            return;
        }
        log = meet_unique(self, job, number, pipeline, &item);
        if (!decode_again(worker, block, &der)) {
            output->failed = true;
            return;
        }
        if (tv_cert_parse(&cert, der, &problem)) {
            item.cert = &cert;
            item.problem = cert.extension_problem.what;
            item.problem_offset = cert.extension_problem.offset;
        } else {
            item.problem = problem.what;
            item.problem_offset = problem.offset;
        }
    }
    if (item.cert == NULL) {
        for (size_t s = 0; s < self->run.workspace->num_stores; s++) {
            tv_cell_malformed(self->run.options->profile, &worker->cells[s]);
        }
        write_row(self, worker, &item, output);
        if (self->crosscheck != NULL && block->unique != NULL) {
            crosscheck_cells(self, worker, der, &item, output);
        }
        return;
    }
    judge_stores(self, worker, &cert, der, log);
    output->tally.signature_checks += worker->target.signature_checks;
    write_row(self, worker, &item, output);
    if (self->crosscheck != NULL) {
        crosscheck_cells(self, worker, der, &item, output);
    }
    if (!item.is_duplicate) {
        block->unique->log = worker->target.log;
        output->tally.num_unique++;
        add_advice(&self->run, worker, &item, output);
    }
}

static void second(void *context, size_t slot, unsigned number, tv_pipeline *pipeline)
{
    verification *self = context;
    verify_job *job = &self->jobs[slot];
    tv_run_output *output = &self->run.outputs[slot];
    for (size_t i = 0; i < job->num_blocks && !output->failed; i++) {
        judge_block(self, job, i, &self->run.workers[number], output, pipeline);
    }
}

static void give_back(verification *self, verify_job *job)
{
    for (size_t i = 0; i < job->num_pieces; i++) {
        free(job->states[i].converted);
        job->states[i].converted = NULL;
        tv_feed_done(self->feed, &job->pieces[i]);
    }
    job->num_pieces = 0;
}

static tv_status finish(void *context, size_t slot)
{
    verification *self = context;
    tv_status status = tv_run_take(&self->run, &self->run.outputs[slot]);
    give_back(self, &self->jobs[slot]);
    return status;
}

static void tick(void *context)
{
    verification *self = context;
    tv_run_tick(&self->run);
}

static void close_verification(verification *self)
{
    for (size_t i = 0; i < self->run.num_slots && self->jobs != NULL; i++) {
        verify_job *job = &self->jobs[i];
        give_back(self, job);
        free(job->pieces);
        free(job->states);
        free(job->blocks);
        tv_arena_close(&job->arena);
    }
    free(self->jobs);
    tv_crosscheck_close(self->crosscheck);
    tv_uniques_close(self->uniques);
    tv_feed_close(self->feed);
    tv_run_close(&self->run);
}

tv_status tv_verify(tv_workspace *workspace, tv_clients *clients, const tv_judge_options *options,
                    const tv_summary **out)
{
    static const tv_pipeline_ops ops = {cut, first, turn, second, finish, tick};
    *out = NULL;
    if (!workspace->frozen) {
        return TV_ERR_STATE;
    }
    verification self = {0};
    tv_status status = tv_run_open(&self.run, workspace, "verify", options);
    if (status == TV_OK) {
        tv_feed_options reading = {
            .no_mmap = workspace->options.no_mmap,
            .max_bytes = workspace->options.limits.bundle_bytes,
            .piece_len = workspace->piece_len,
            .stop = is_stopped,
            .payload = &self,
        };
        status = tv_feed_open(&self.feed, clients, &reading, options);
    }
    if (status == TV_OK) {
        status = tv_uniques_open(&self.uniques);
    }
    if (status == TV_OK && options->crosscheck > 0) {
        status = tv_crosscheck_open(&self.crosscheck, workspace, options, options->crosscheck);
    }
    if (status == TV_OK) {
        self.jobs = calloc(self.run.num_slots, sizeof(*self.jobs));
        status = self.jobs != NULL ? TV_OK : TV_ERR_NOMEM;
    }
    if (status == TV_OK) {
        status = tv_run_drive(&self.run, &ops, &self);
        status = tv_run_finish(&self.run, status, tv_feed_num_files(self.feed),
                               tv_feed_num_failed(self.feed), out);
    }
    close_verification(&self);
    return status;
}
