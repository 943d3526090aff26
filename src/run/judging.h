// SPDX-License-Identifier: Apache-2.0
// What a worker has at hand while it judges: contexts, scratch, counts and buffers of its own.
#ifndef TV_RUN_JUDGING_H
#define TV_RUN_JUDGING_H

#include "run/outputs.h"
#include "run/pipeline.h"
#include "run/workspace.h"

// Of one thread.
typedef struct tv_run_worker {
    tv_path_worker path;
    tv_target target;
    tv_buf text;                   // messages
    tv_buf scratch;                // names
    tv_buf decoded;                // DER of a duplicate
    tv_cell *cells;                // by store
    struct tv_row_cache *rows;     // of duplicates; NULL: none are kept
    struct tv_client_batch *batch; // of a run over clients, else NULL
} tv_run_worker;

// Of one job: what leaves in order.
typedef struct tv_run_output {
    tv_output_bufs bufs;
    tv_tally tally;
    bool failed; // memory ran out
} tv_run_output;

// What all jobs of a run share.
typedef struct tv_run {
    tv_workspace *workspace;
    const tv_judge_options *options;
    tv_judge judge;
    tv_run_info info;
    tv_run_worker *workers;
    unsigned num_workers;
    tv_run_output *outputs; // by slot
    size_t num_slots;
    uint64_t memo_before; // signature checks of earlier runs on this workspace
    uint64_t bytes_done, clients_done, bytes_total;
    uint64_t last_tick;       // in nanoseconds
    atomic_bool help_settled; // no further help line joins the total's, which any thread may read
} tv_run;

TV_MUST_USE tv_status tv_run_open(tv_run *run, tv_workspace *workspace, const char *command,
                                  const tv_judge_options *options);
void tv_run_close(tv_run *run);

// Writes the first record and runs the stages of a run that is open.
TV_MUST_USE tv_status tv_run_drive(tv_run *run, const tv_pipeline_ops *ops, void *context);

// Writes the last record and hands out the summary. `status` is how the pipeline ended; what is
// returned is how the run ended.
TV_MUST_USE tv_status tv_run_finish(tv_run *run, tv_status status, uint64_t num_files,
                                    uint64_t num_failed, const tv_summary **out);

// The worker of that number, which has what it needs from its first job on. NULL: memory is out.
// Called by its own thread.
tv_run_worker *tv_run_worker_at(tv_run *run, unsigned number);

// Empties an output for its next job.
void tv_run_output_begin(tv_run *run, tv_run_output *output);

// Hands a job's output on, in order: adds its counts, writes its bytes.
TV_MUST_USE tv_status tv_run_take(tv_run *run, tv_run_output *output);

// Progress, at most ten times a second.
void tv_run_tick(tv_run *run);

// The item of a held certificate or of an entry that carries none.
void tv_item_of_held(tv_item *item, const tv_held *held);

#endif
