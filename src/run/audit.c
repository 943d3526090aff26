// SPDX-License-Identifier: Apache-2.0
// Every entry of each truststore, judged against its own truststore: entries come in, entry records
// with their findings go out, findings about the whole file before them.

#include "run/judging.h"

#include "base/span.h"
#include "policy/check.h"
#include "report/reason_finding.h"

#include <stdlib.h>

enum { ENTRIES_PER_JOB = 1024 };

typedef struct audit_job {
    uint32_t store;
    size_t from, to; // entries
} audit_job;

typedef struct audit {
    tv_run run;
    audit_job *jobs; // by slot
    uint32_t store;  // where cutting stands
    size_t entry;
} audit;

// Where findings of one job go.
typedef struct finding_sink {
    const tv_judge_options *options;
    tv_run_output *output;
} finding_sink;

static void take_finding(void *payload, const tv_finding *finding)
{
    const finding_sink *sink = payload;
    sink->output->tally.findings[finding->severity]++;
    tv_outputs_finding(sink->options, finding, &sink->output->bufs);
}

static tv_status cut(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    audit *self = context;
    (void)pipeline; // nothing to wait for
    const tv_workspace *workspace = self->run.workspace;
    if (self->store == workspace->num_stores) {
        *more = false;
        return TV_OK;
    }
    size_t count = tv_bundle_num_entries(workspace->stores[self->store].bundle);
    size_t to = self->entry + ENTRIES_PER_JOB;
    self->jobs[slot] = (audit_job){self->store, self->entry, to < count ? to : count};
    self->entry = to;
    if (to >= count) {
        self->store++;
        self->entry = 0;
    }
    *more = true;
    return TV_OK;
}

static void first(void *context, size_t slot, unsigned worker)
{
    audit *self = context;
    (void)worker;
    tv_run_output_begin(&self->run, &self->run.outputs[slot]);
}

static void add_reason_findings(audit *self, tv_run_worker *worker, const tv_entry_record *record,
                                finding_sink *sink)
{
    for (unsigned r = 1; r < TV_REASON_COUNT; r++) {
        tv_finding finding;
        if ((record->cell->reasons >> r & 1) == 0 ||
            !tv_entry_reason_finding(self->run.options->profile, record->item, record->cell,
                                     (tv_reason)r, &worker->text, &finding)) {
            continue;
        }
        finding.truststore = record->store->name;
        finding.file = record->item->file;
        finding.entry = record->item->index;
        finding.line = record->item->line;
        take_finding(sink, &finding);
    }
}

static void fill_item(const tv_workspace *workspace, const tv_bundle *bundle, size_t index,
                      tv_item *item)
{
    const tv_entry *entry = tv_bundle_entry(bundle, index);
    *item = (tv_item){
        .file = tv_bundle_file(bundle),
        .index = (uint32_t)index,
        .line = entry->line,
        .offset = entry->offset,
        .bytes = entry->bytes,
        .problem = entry->problem,
        .problem_offset = entry->problem_offset,
    };
    if (entry->cert != TV_ID_NONE) {
        tv_item_of_held(item, &workspace->held[entry->cert]);
    }
    if (entry->duplicate_of != TV_ID_NONE) {
        item->is_duplicate = true;
        item->first_file = item->file;
        item->first_index = entry->duplicate_of;
        item->first_line = tv_bundle_entry(bundle, entry->duplicate_of)->line;
    }
}

static void judge_entry(audit *self, const audit_job *job, size_t index, tv_run_worker *worker,
                        tv_run_output *output)
{
    tv_run *run = &self->run;
    const tv_workspace *workspace = run->workspace;
    const tv_store *store = &workspace->stores[job->store];
    const tv_entry *entry = tv_bundle_entry(store->bundle, index);
    tv_item item;
    tv_cell *cell = &worker->cells[0];
    fill_item(workspace, store->bundle, index, &item);
    if (item.cert == NULL) {
        tv_cell_malformed(run->options->profile, cell);
    } else {
        tv_target_names names;
        tv_target_look_held(&names, workspace->graph, entry->cert);
        tv_target_begin(&worker->target, item.cert, &names, 0);
        worker->target.is_entry = true;
        tv_path_judge(&run->judge, &worker->path, store->set, workspace->untrusted, &worker->target,
                      cell);
    }
    if (!tv_tally_cells(&output->tally, item.cert, job->store, cell, 1)) {
        output->failed = true;
    }
    output->tally.num_blocks++;
    output->tally.num_unique += item.is_duplicate || item.cert == NULL ? 0 : 1;
    tv_entry_record record = {&workspace->infos[job->store], &item, cell};
    tv_outputs_entry(run->options, &record, &output->bufs);
    finding_sink sink = {run->options, output};
    tv_check_input input = {run->options->profile, store->bundle, workspace->held_list,
                            run->options->at};
    if (tv_check_entry(&input, index, &worker->text, take_finding, &sink) != TV_OK) {
        output->failed = true;
    }
    add_reason_findings(self, worker, &record, &sink);
}

// Checks the signatures that judging the entries of a job will ask for, all at once.
static void look_ahead(audit *self, const audit_job *job, tv_run_worker *worker)
{
    const tv_workspace *workspace = self->run.workspace;
    const tv_judge *judge = &self->run.judge;
    const tv_store *store = &workspace->stores[job->store];
    tv_sig_edge edges[ENTRIES_PER_JOB];
    size_t num = 0;
    for (size_t i = job->from; i < job->to; i++) {
        const tv_entry *entry = tv_bundle_entry(store->bundle, i);
        if (entry->cert == TV_ID_NONE || entry->duplicate_of != TV_ID_NONE ||
            workspace->held[entry->cert].problem.what != NULL) {
            continue;
        }
        const tv_cert *cert = &workspace->held[entry->cert].cert;
        tv_target_names names;
        tv_target_look_held(&names, workspace->graph, entry->cert);
        tv_key_id id = tv_target_foresee(judge, store->set, cert, &names, &worker->scratch);
        const tv_key *key = id != TV_ID_NONE ? tv_keyring_get(judge->keys, id) : NULL;
        if (key != NULL) {
            edges[num++] = (tv_sig_edge){entry->cert, id, key, cert};
        }
    }
    tv_sig_memo_check_ahead(judge->memo, edges, num, worker->path.sig);
}

static void second(void *context, size_t slot, unsigned number, tv_pipeline *pipeline)
{
    audit *self = context;
    (void)pipeline;
    const audit_job *job = &self->jobs[slot];
    tv_run_worker *worker = tv_run_worker_at(&self->run, number);
    tv_run_output *output = &self->run.outputs[slot];
    if (worker == NULL) {
        output->failed = true;
        return;
    }
    const tv_workspace *workspace = self->run.workspace;
    if (job->from == 0) {
        const tv_bundle *bundle = workspace->stores[job->store].bundle;
        finding_sink sink = {self->run.options, output};
        tv_check_input input = {self->run.options->profile, bundle, workspace->held_list,
                                self->run.options->at};
        if (tv_check_bundle(&input, take_finding, &sink) != TV_OK) {
            output->failed = true;
        }
        output->tally.num_bytes += tv_bundle_bytes(bundle);
    }
    look_ahead(self, job, worker);
    for (size_t i = job->from; i < job->to; i++) {
        judge_entry(self, job, i, worker, output);
    }
}

static tv_status finish(void *context, size_t slot)
{
    audit *self = context;
    return tv_run_take(&self->run, &self->run.outputs[slot]);
}

static void tick(void *context)
{
    audit *self = context;
    tv_run_tick(&self->run);
}

tv_status tv_audit(tv_workspace *workspace, const tv_judge_options *options, const tv_summary **out)
{
    static const tv_pipeline_ops ops = {cut, first, NULL, second, finish, tick};
    *out = NULL;
    if (!workspace->frozen) {
        return TV_ERR_STATE;
    }
    audit self = {0};
    tv_status status = tv_run_open(&self.run, workspace, "audit", options);
    if (status == TV_OK) {
        self.jobs = calloc(self.run.num_slots, sizeof(*self.jobs));
        status = self.jobs != NULL ? TV_OK : TV_ERR_NOMEM;
        tv_sig_expect(workspace->sig, workspace->num_held);
    }
    if (status == TV_OK) {
        status = tv_run_drive(&self.run, &ops, &self);
        status = tv_run_finish(&self.run, status, workspace->num_stores, 0, out);
    }
    free(self.jobs);
    tv_run_close(&self.run);
    return status;
}
