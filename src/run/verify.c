// SPDX-License-Identifier: Apache-2.0
// Clients × truststores: pieces of client input come in, a row per block goes out, in input order.
//
// Here are the cutting, the turns and the finishing of jobs, and the opening and closing of what
// they share; verify_job.h tells what they go through.

#include "run/verify_job.h"

#include "base/vec.h"

#include <stdlib.h>

static bool is_stopped(void *payload)
{
    const tv_verification *self = payload;
    return tv_pipeline_poll(self->pipeline);
}

// Tells how many signatures a file that begins here may bring, from its length: it lets tables be
// made for keys that will be used often.
static void expect_signatures(const tv_verification *self, const tv_piece *piece)
{
    enum { BYTES_PER_CLIENT = 1500 }; // of PEM; a guess that only speed hangs on
    size_t len = piece->file->map.bytes.len;
    if (piece->offset == 0 && len > piece->bytes.len) {
        tv_sig_expect(self->run.workspace->sig, len / BYTES_PER_CLIENT);
    }
}

static tv_status cut(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    tv_verification *self = context;
    self->pipeline = pipeline;
    tv_verify_job *job = &self->jobs[slot];
    job->num_blocks = 0;
    job->sequence = self->num_cut;
    tv_status status = tv_feed_next(self->feed, &job->pieces, &job->cap_pieces, &job->num_pieces);
    if (!tv_vec_grow((void **)&job->states, &job->cap_states, job->num_pieces,
                     sizeof(tv_piece_state))) {
        for (size_t i = 0; i < job->num_pieces; i++) {
            tv_feed_done(self->feed, &job->pieces[i]);
        }
        job->num_pieces = 0;
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < job->num_pieces; i++) {
        job->states[i] = (tv_piece_state){0};
        expect_signatures(self, &job->pieces[i]);
    }
    *more = status == TV_OK && job->num_pieces > 0;
    self->num_cut += *more ? 1 : 0;
    return status;
}

static void first(void *context, size_t slot, unsigned worker)
{
    tv_verification *self = context;
    tv_run_output *output = &self->run.outputs[slot];
    self->jobs[slot].memory = &self->memory[worker];
    tv_run_output_begin(&self->run, output);
    output->failed = !tv_verify_scan(self, &self->jobs[slot], output);
}

static void turn(void *context, size_t slot)
{
    tv_verification *self = context;
    tv_verify_job *job = &self->jobs[slot];
    for (size_t i = 0; i < job->num_pieces; i++) {
        tv_feed_file *file = job->pieces[i].file;
        job->states[i].lines_before = file->next_line;
        job->states[i].blocks_before = file->next_index;
        file->next_line += job->states[i].num_lines;
        file->next_index += job->states[i].num_blocks;
    }
}

// What a worker of this run has beside that of every run, made when it has its first job.
static tv_status open_worker(const tv_verification *self, tv_run_worker *worker)
{
    enum { MOST_ROW_BYTES = 16 << 20, ALL_ROW_BYTES = 32 << 20 };
    const tv_workspace *workspace = self->run.workspace;
    worker->batch = malloc(sizeof(tv_client_batch));
    if (worker->batch == NULL) {
        return TV_ERR_NOMEM;
    }
    if (workspace->plain_search) {
        return TV_OK;
    }
    size_t row_bytes = ALL_ROW_BYTES / self->run.num_workers;
    row_bytes = row_bytes < MOST_ROW_BYTES ? row_bytes : MOST_ROW_BYTES;
    tv_status status = tv_path_worker_summarise(&worker->path, workspace->num_stores);
    if (status == TV_OK && self->crosscheck == NULL && !self->run.options->unique) {
        status =
            tv_row_cache_open(&worker->rows, self->run.options, workspace->num_stores, row_bytes);
    }
    return status;
}

static void second(void *context, size_t slot, unsigned number, tv_pipeline *pipeline)
{
    tv_verification *self = context;
    tv_run_output *output = &self->run.outputs[slot];
    tv_run_worker *worker = tv_run_worker_at(&self->run, number);
    if (worker == NULL || (worker->batch == NULL && open_worker(self, worker) != TV_OK)) {
        output->failed = true;
    }
    if (!output->failed) {
        tv_verify_judge(self, &self->jobs[slot], worker, output, pipeline);
    }
    self->jobs[slot].memory = NULL;
}

static void give_back(tv_verification *self, tv_verify_job *job)
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
    tv_verification *self = context;
    tv_status status = tv_run_take(&self->run, &self->run.outputs[slot]);
    give_back(self, &self->jobs[slot]);
    return status;
}

static void tick(void *context)
{
    tv_verification *self = context;
    tv_run_tick(&self->run);
}

static void close_verification(tv_verification *self)
{
    for (unsigned i = 0; i < self->run.num_workers && self->run.workers != NULL; i++) {
        tv_row_cache_close(self->run.workers[i].rows);
    }
    for (unsigned i = 0; i < self->run.num_workers && self->memory != NULL; i++) {
        free(self->memory[i].blocks);
        tv_arena_close(&self->memory[i].arena);
    }
    free(self->memory);
    for (size_t i = 0; i < self->run.num_slots && self->jobs != NULL; i++) {
        tv_verify_job *job = &self->jobs[i];
        give_back(self, job);
        free(job->pieces);
        free(job->states);
    }
    free(self->jobs);
    free(self->at_hand_bits);
    tv_crosscheck_close(self->crosscheck);
    tv_uniques_close(self->uniques);
    tv_feed_close(self->feed);
    tv_run_close(&self->run);
}

// The nodes that issuers are foreseen from.
static tv_status open_at_hand(tv_verification *self)
{
    const tv_workspace *workspace = self->run.workspace;
    size_t words = workspace->num_held / 64 + 1;
    self->at_hand_bits = calloc(words, sizeof(uint64_t));
    if (self->at_hand_bits == NULL) {
        return TV_ERR_NOMEM;
    }
    self->at_hand.bits = self->at_hand_bits;
    bool others = self->run.options->profile->set.intermediates == TV_INTERMEDIATES_ANY;
    for (size_t s = 0; s <= workspace->num_stores; s++) {
        const uint64_t *bits = s < workspace->num_stores ? workspace->stores[s].set.bits
                               : others                  ? workspace->untrusted.bits
                                                         : NULL;
        for (size_t w = 0; bits != NULL && w < words; w++) {
            self->at_hand_bits[w] |= bits[w];
        }
    }
    return TV_OK;
}

// About how much input makes a job: no more of it than what gives rows for which there is room (see
// verify_judge.c), so that workers seldom wait to get rid of them.
static size_t piece_len(const tv_workspace *workspace)
{
    enum { USUAL = 1 << 20, LEAST = 1 << 14, FEW_STORES = 8 };
    if (workspace->piece_len != 0) {
        return workspace->piece_len;
    }
    size_t len = USUAL / (workspace->num_stores / FEW_STORES + 1);
    return len > LEAST ? len : LEAST;
}

tv_status tv_verify(tv_workspace *workspace, tv_clients *clients, const tv_judge_options *options,
                    const tv_summary **out)
{
    static const tv_pipeline_ops ops = {cut, first, turn, second, finish, tick};
    *out = NULL;
    if (!workspace->frozen) {
        return TV_ERR_STATE;
    }
    tv_verification self = {0};
    tv_status status = tv_run_open(&self.run, workspace, "verify", options);
    if (status == TV_OK) {
        tv_feed_options reading = {
            .no_mmap = workspace->options.no_mmap,
            .max_bytes = workspace->options.limits.bundle_bytes,
            .piece_len = piece_len(workspace),
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
        self.memory = calloc(self.run.num_workers, sizeof(*self.memory));
        status = self.jobs != NULL && self.memory != NULL ? TV_OK : TV_ERR_NOMEM;
    }
    if (status == TV_OK) {
        status = open_at_hand(&self);
    }
    if (status == TV_OK) {
        status = tv_run_drive(&self.run, &ops, &self);
        status = tv_run_finish(&self.run, status, tv_feed_num_files(self.feed),
                               tv_feed_num_failed(self.feed), out);
    }
    close_verification(&self);
    return status;
}
