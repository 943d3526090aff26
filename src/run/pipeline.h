// SPDX-License-Identifier: Apache-2.0
// Work that is cut in order, done by many and finished in order. The calling thread cuts jobs and
// finishes them; workers do the two stages in between. At most a bounded number of jobs is under
// way, so memory does not grow with the input. Threads are started as jobs are cut; with one
// thread, or one job, everything happens on the calling one.
//
//   cut (caller) ─▶ first stage (workers) ─▶ in turn (one at a time, in order) ─▶ second stage
//   (workers) ─▶ finish (caller, in order)
//
// The turn is where a job learns what all jobs before it found in their first stage (line numbers,
// which duplicate came first); it must be short.
#ifndef TV_RUN_PIPELINE_H
#define TV_RUN_PIPELINE_H

#include "tv/status.h"

#include <stdatomic.h>

typedef struct tv_pipeline tv_pipeline;

// `job` is one of the caller's slots, `worker` the number of the worker, from 0. A status other
// than TV_OK ends the run after the jobs before it.
typedef struct tv_pipeline_ops {
    // Fills the slot with the next job; `*more` false when there is none. Where it waits for input
    // it asks tv_pipeline_poll now and then.
    tv_status (*cut)(void *context, size_t job, bool *more, tv_pipeline *pipeline);
    void (*first)(void *context, size_t job, unsigned worker); // may be NULL
    void (*turn)(void *context, size_t job);                   // may be NULL
    void (*second)(void *context, size_t job, unsigned worker, tv_pipeline *pipeline);
    tv_status (*finish)(void *context, size_t job);
    // Caller's thread, about ten times a second while workers work; may be NULL.
    void (*tick)(void *context);
} tv_pipeline_ops;

// Slots that a run of `threads` workers needs: jobs are 0 .. slots - 1.
size_t tv_pipeline_slots(unsigned threads);

// Runs until there are no more jobs, a status is not TV_OK, or `*cancel` becomes true (jobs under
// way are finished, TV_ERR_CANCELLED). With `catch_signals` SIGINT and SIGTERM set `*cancel`.
TV_MUST_USE tv_status tv_pipeline_run(const tv_pipeline_ops *ops, void *context, unsigned threads,
                                      bool catch_signals, atomic_bool *cancel);

// On the calling thread: lets signals and progress through. True when the run is cancelled.
bool tv_pipeline_poll(tv_pipeline *pipeline);

// The sequence number of the job in a slot, from 0 in the order of cutting; during a stage of it.
uint64_t tv_pipeline_sequence(const tv_pipeline *pipeline, size_t job);

// In the second stage of a job: waits until the second stage of an earlier job is over.
void tv_pipeline_wait(tv_pipeline *pipeline, uint64_t sequence);

// In the second stage of a job: waits until all earlier jobs are finished. From then on, and until
// this job is finished itself, nobody else is in a finish: what is handed out is in its order.
// False when the run ended before that; what the job makes is not wanted then.
TV_MUST_USE bool tv_pipeline_lead(tv_pipeline *pipeline, uint64_t sequence);

#endif
