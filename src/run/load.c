// SPDX-License-Identifier: Apache-2.0
// Stretches of a text, and ranges of certificates, go to the workers of a pipeline; entries are
// taken in order by the calling thread. Reading a stretch is left to bundle, reading a view to
// cert.

#include "run/load.h"

#include "run/pipeline.h"

#include <stdlib.h>

enum {
    STRETCH_LEN = 1 << 20,   // of a text, in a job
    FEWEST_STRETCHES = 4,    // a shorter text is read without threads
    VIEWS_PER_JOB = 4096,    // certificates
    FEWEST_VIEWS = 4 * 4096, // fewer are read without threads
};

typedef struct text_load {
    tv_workspace *workspace;
    tv_bundle *bundle;
    size_t piece_len;
    size_t at; // where cutting stands
    struct text_job {
        size_t from, to;
        tv_stretch stretch;
    } * jobs; // by slot
} text_load;

static tv_status cut_text(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    text_load *self = context;
    struct text_job *job = &self->jobs[slot];
    (void)pipeline; // nothing to wait for
    *more = self->at < self->bundle->text.len;
    if (*more) {
        job->from = self->at;
        job->to = tv_bundle_cut(self->bundle, self->at, self->piece_len);
        self->at = job->to;
    }
    return TV_OK;
}

static void read_stretch(void *context, size_t slot, unsigned worker, tv_pipeline *pipeline)
{
    text_load *self = context;
    struct text_job *job = &self->jobs[slot];
    (void)worker;
    (void)pipeline;
    tv_stretch_read(&job->stretch, self->workspace->shelf, self->bundle, job->from, job->to);
}

static tv_status take_stretch(void *context, size_t slot)
{
    text_load *self = context;
    return tv_shelf_take(self->workspace->shelf, self->bundle, &self->jobs[slot].stretch);
}

static tv_status load_text(tv_workspace *workspace, tv_bundle *bundle, size_t piece_len)
{
    static const tv_pipeline_ops ops = {cut_text, NULL, NULL, read_stretch, take_stretch, NULL};
    size_t num_slots = tv_pipeline_slots(workspace->threads);
    text_load self = {.workspace = workspace, .bundle = bundle, .piece_len = piece_len};
    atomic_bool never = false;
    self.jobs = calloc(num_slots, sizeof(*self.jobs));
    if (self.jobs == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_pipeline_run(&ops, &self, workspace->threads, false, &never);
    for (size_t i = 0; i < num_slots; i++) {
        tv_stretch_close(&self.jobs[i].stretch);
    }
    free(self.jobs);
    return status;
}

tv_status tv_load_entries(tv_workspace *workspace, tv_bundle *bundle)
{
    tv_shelf *shelf = workspace->shelf;
    // A bundle is remembered only when another one follows.
    for (; workspace->num_remembered < workspace->num_bundles; workspace->num_remembered++) {
        tv_status status = tv_shelf_remember(shelf, workspace->bundles[workspace->num_remembered]);
        if (status != TV_OK) {
            return status;
        }
    }
    if (tv_shelf_begin(shelf, bundle)) {
        return TV_OK;
    }
    size_t piece_len = workspace->piece_len != 0 ? workspace->piece_len : STRETCH_LEN;
    bool is_long = !bundle->is_der && bundle->text.len / FEWEST_STRETCHES >= piece_len;
    tv_status status = is_long && workspace->threads > 1 ? load_text(workspace, bundle, piece_len)
                                                         : tv_shelf_read(shelf, bundle);
    tv_bundle_trim(bundle);
    return status;
}

static void read_views(tv_workspace *workspace, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        tv_held *held = &workspace->held[i];
        tv_span der = tv_intern_bytes(workspace->ders, (uint32_t)i);
        held->id = (tv_cert_id)i;
        if (!tv_cert_parse(&held->cert, der, &held->problem) && held->problem.what == NULL) {
            held->problem.what = "not a certificate";
        }
        tv_sha256(held->fingerprint.bytes, der);
        workspace->held_list[i] = held;
    }
}

typedef struct view_load {
    tv_workspace *workspace;
    size_t at;     // where cutting stands
    size_t *froms; // by slot
} view_load;

static tv_status cut_views(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    view_load *self = context;
    (void)pipeline; // nothing to wait for
    *more = self->at < self->workspace->num_held;
    self->froms[slot] = self->at;
    self->at += VIEWS_PER_JOB;
    return TV_OK;
}

static void read_range(void *context, size_t slot, unsigned worker, tv_pipeline *pipeline)
{
    view_load *self = context;
    size_t count = self->workspace->num_held;
    size_t from = self->froms[slot];
    (void)worker;
    (void)pipeline;
    read_views(self->workspace, from, count - from < VIEWS_PER_JOB ? count : from + VIEWS_PER_JOB);
}

static tv_status end_range(void *context, size_t slot)
{
    (void)context;
    (void)slot; // each range is in its place
    return TV_OK;
}

tv_status tv_load_views(tv_workspace *workspace)
{
    static const tv_pipeline_ops ops = {cut_views, NULL, NULL, read_range, end_range, NULL};
    size_t count = tv_intern_count(workspace->ders);
    workspace->held = calloc(count + 1, sizeof(*workspace->held));
    workspace->held_list = calloc(count + 1, sizeof(const tv_held *));
    if (workspace->held == NULL || workspace->held_list == NULL) {
        return TV_ERR_NOMEM;
    }
    workspace->num_held = count;
    if (count < FEWEST_VIEWS || workspace->threads <= 1) {
        read_views(workspace, 0, count);
        return TV_OK;
    }
    view_load self = {.workspace = workspace};
    atomic_bool never = false;
    self.froms = calloc(tv_pipeline_slots(workspace->threads), sizeof(*self.froms));
    if (self.froms == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_pipeline_run(&ops, &self, workspace->threads, false, &never);
    free(self.froms);
    return status;
}
