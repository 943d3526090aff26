// SPDX-License-Identifier: Apache-2.0
// The ordered pipeline on libuv threads. Jobs live in a ring of slots; a slot's state tells who may
// touch it, and one mutex guards all states. Nobody waits for a job that was cut later than his
// own, and jobs are taken in the order of cutting, so there is always one that can go on.

#include "run/pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <uv.h>

typedef enum slot_state {
    SLOT_FREE = 0,
    SLOT_CUT,    // waits for a worker
    SLOT_FIRST,  // in its first stage
    SLOT_SECOND, // had its turn
    SLOT_DONE,   // waits to be finished
} slot_state;

struct tv_pipeline {
    const tv_pipeline_ops *ops;
    void *context;
    atomic_bool *cancel;
    uv_loop_t *loop; // the caller's
    size_t num_slots;
    uv_mutex_t lock;     // guards all below
    uv_cond_t work;      // a job was cut, or the end
    uv_cond_t moved;     // a turn passed, a second stage ended, a job was finished
    uv_cond_t done;      // a job is done; the caller waits on it
    slot_state *states;  // by slot
    uint64_t *sequences; // by slot
    uint64_t num_cut;    // jobs cut; slot of job n is n % num_slots
    uint64_t num_taken;  // jobs that a worker took
    uint64_t num_turned; // jobs that had their turn
    uint64_t num_finished;
    bool ended;   // nothing more will be cut
    bool failed;  // nothing more will be finished
    bool inlined; // no workers: the caller does all
};

typedef struct worker {
    tv_pipeline *pipeline;
    unsigned number;
    uv_thread_t thread;
} worker;

// The threads of a run; the caller's.
typedef struct worker_crew {
    worker *workers;
    unsigned num, num_started;
} worker_crew;

size_t tv_pipeline_slots(unsigned threads)
{
    return threads <= 1 ? 1 : (size_t)threads * 2 + 2;
}

static bool is_cancelled(const tv_pipeline *pipeline)
{
    return atomic_load_explicit(pipeline->cancel, memory_order_relaxed);
}

bool tv_pipeline_poll(tv_pipeline *pipeline)
{
    uv_run(pipeline->loop, UV_RUN_NOWAIT);
    if (pipeline->ops->tick != NULL) {
        pipeline->ops->tick(pipeline->context);
    }
    return is_cancelled(pipeline);
}

uint64_t tv_pipeline_sequence(const tv_pipeline *pipeline, size_t job)
{
    return pipeline->sequences[job];
}

void tv_pipeline_wait(tv_pipeline *pipeline, uint64_t sequence)
{
    if (pipeline->inlined) {
        return; // earlier jobs are finished
    }
    size_t slot = (size_t)(sequence % pipeline->num_slots);
    uv_mutex_lock(&pipeline->lock);
    while (pipeline->sequences[slot] == sequence && pipeline->states[slot] != SLOT_FREE &&
           pipeline->states[slot] < SLOT_DONE) {
        uv_cond_wait(&pipeline->moved, &pipeline->lock);
    }
    uv_mutex_unlock(&pipeline->lock);
}

bool tv_pipeline_lead(tv_pipeline *pipeline, uint64_t sequence)
{
    if (pipeline->inlined) {
        return true;
    }
    uv_mutex_lock(&pipeline->lock);
    while (pipeline->num_finished != sequence && !pipeline->failed) {
        uv_cond_wait(&pipeline->moved, &pipeline->lock);
    }
    bool leads = !pipeline->failed;
    uv_mutex_unlock(&pipeline->lock);
    return leads;
}

static void work_on(tv_pipeline *pipeline, size_t slot, uint64_t sequence, unsigned number)
{
    const tv_pipeline_ops *ops = pipeline->ops;
    if (ops->first != NULL) {
        ops->first(pipeline->context, slot, number);
    }
    uv_mutex_lock(&pipeline->lock);
    while (pipeline->num_turned != sequence) {
        uv_cond_wait(&pipeline->moved, &pipeline->lock);
    }
    if (ops->turn != NULL) {
        ops->turn(pipeline->context, slot);
    }
    pipeline->num_turned++;
    pipeline->states[slot] = SLOT_SECOND;
    uv_cond_broadcast(&pipeline->moved);
    uv_mutex_unlock(&pipeline->lock);

    ops->second(pipeline->context, slot, number, pipeline);

    uv_mutex_lock(&pipeline->lock);
    pipeline->states[slot] = SLOT_DONE;
    uv_cond_broadcast(&pipeline->moved);
    uv_cond_signal(&pipeline->done);
    uv_mutex_unlock(&pipeline->lock);
}

// Does the oldest job that nobody took; waits for one unless there will be none. False when there
// is none.
static bool work_on_next(tv_pipeline *pipeline, unsigned number)
{
    uv_mutex_lock(&pipeline->lock);
    while (pipeline->num_taken == pipeline->num_cut && !pipeline->ended) {
        uv_cond_wait(&pipeline->work, &pipeline->lock);
    }
    if (pipeline->num_taken == pipeline->num_cut) {
        uv_mutex_unlock(&pipeline->lock);
        return false;
    }
    uint64_t sequence = pipeline->num_taken++;
    size_t slot = (size_t)(sequence % pipeline->num_slots);
    pipeline->states[slot] = SLOT_FIRST;
    uv_mutex_unlock(&pipeline->lock);
    work_on(pipeline, slot, sequence, number);
    return true;
}

static void worker_main(void *arg)
{
    const worker *self = arg;
    bool more = true;
    while (more) {
        more = work_on_next(self->pipeline, self->number);
    }
}

// Starts a thread for each job that was cut, as long as there are any. One job alone is done by the
// caller.
static tv_status start_workers(worker_crew *crew, tv_pipeline *pipeline)
{
    while (pipeline->num_cut > 1 && crew->num_started < crew->num &&
           crew->num_started < pipeline->num_cut) {
        worker *next = &crew->workers[crew->num_started];
        *next = (worker){.pipeline = pipeline, .number = crew->num_started};
        if (uv_thread_create(&next->thread, worker_main, next) != 0) {
            return TV_ERR_THREAD;
        }
        crew->num_started++;
    }
    return TV_OK;
}

// Cuts one job into its slot, which is free. True when there was one.
static bool cut_one(tv_pipeline *pipeline, tv_status *status)
{
    size_t slot = (size_t)(pipeline->num_cut % pipeline->num_slots);
    bool more = false;
    *status = pipeline->ops->cut(pipeline->context, slot, &more, pipeline);
    if (*status != TV_OK || !more) {
        return false;
    }
    uv_mutex_lock(&pipeline->lock);
    pipeline->sequences[slot] = pipeline->num_cut++;
    pipeline->states[slot] = SLOT_CUT;
    uv_cond_signal(&pipeline->work);
    uv_mutex_unlock(&pipeline->lock);
    return true;
}

// Waits until the oldest job is done, ticking meanwhile, and finishes it.
static tv_status finish_one(tv_pipeline *pipeline)
{
    size_t slot = (size_t)(pipeline->num_finished % pipeline->num_slots);
    uv_mutex_lock(&pipeline->lock);
    while (pipeline->states[slot] != SLOT_DONE) {
        if (uv_cond_timedwait(&pipeline->done, &pipeline->lock, UINT64_C(100000000)) != 0) {
            uv_mutex_unlock(&pipeline->lock);
            (void)tv_pipeline_poll(pipeline);
            uv_mutex_lock(&pipeline->lock);
        }
    }
    uv_mutex_unlock(&pipeline->lock);
    tv_status status = pipeline->ops->finish(pipeline->context, slot);
    uv_mutex_lock(&pipeline->lock);
    pipeline->states[slot] = SLOT_FREE;
    pipeline->num_finished++;
    pipeline->failed = status != TV_OK;
    uv_cond_broadcast(&pipeline->moved);
    uv_mutex_unlock(&pipeline->lock);
    return status;
}

// The caller's loop: cuts while there is room, finishes what is oldest.
static tv_status drive(tv_pipeline *pipeline, worker_crew *crew)
{
    tv_status cut_status = TV_OK;
    tv_status status = TV_OK;
    bool more = true;
    while (status == TV_OK) {
        (void)tv_pipeline_poll(pipeline);
        while (more && status == TV_OK && !is_cancelled(pipeline) &&
               pipeline->num_cut - pipeline->num_finished < pipeline->num_slots) {
            more = cut_one(pipeline, &cut_status);
            status = start_workers(crew, pipeline);
        }
        if (status != TV_OK || pipeline->num_finished == pipeline->num_cut) {
            break;
        }
        if (crew->num_started == 0) {
            (void)work_on_next(pipeline, 0);
        }
        status = finish_one(pipeline);
    }
    if (status == TV_OK) {
        status = cut_status;
    }
    return status == TV_OK && is_cancelled(pipeline) ? TV_ERR_CANCELLED : status;
}

// The same without workers: each job from its cut to its finish.
static tv_status drive_inline(tv_pipeline *pipeline)
{
    const tv_pipeline_ops *ops = pipeline->ops;
    for (uint64_t sequence = 0;; sequence++) {
        if (tv_pipeline_poll(pipeline)) {
            return TV_ERR_CANCELLED;
        }
        bool more = false;
        tv_status status = ops->cut(pipeline->context, 0, &more, pipeline);
        if (status != TV_OK || !more) {
            return status == TV_OK && is_cancelled(pipeline) ? TV_ERR_CANCELLED : status;
        }
        pipeline->sequences[0] = sequence;
        if (ops->first != NULL) {
            ops->first(pipeline->context, 0, 0);
        }
        if (ops->turn != NULL) {
            ops->turn(pipeline->context, 0);
        }
        ops->second(pipeline->context, 0, 0, pipeline);
        status = ops->finish(pipeline->context, 0);
        if (status != TV_OK) {
            return status;
        }
    }
}

static tv_status drive_threads(tv_pipeline *pipeline, unsigned threads)
{
    worker_crew crew = {.workers = calloc(threads, sizeof(*crew.workers)), .num = threads};
    if (crew.workers == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = drive(pipeline, &crew);
    uv_mutex_lock(&pipeline->lock);
    pipeline->ended = true;
    pipeline->failed = pipeline->num_finished < pipeline->num_cut;
    uv_cond_broadcast(&pipeline->work);
    uv_cond_broadcast(&pipeline->moved);
    uv_mutex_unlock(&pipeline->lock);
    for (unsigned i = 0; i < crew.num_started; i++) {
        uv_thread_join(&crew.workers[i].thread);
    }
    free(crew.workers);
    return status;
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    atomic_bool *cancel = handle->data;
    atomic_store_explicit(cancel, true, memory_order_relaxed);
}

static void ignore_handle(uv_handle_t *handle)
{
    (void)handle;
}

static tv_status run_with_loop(tv_pipeline *pipeline, unsigned threads, bool catch_signals)
{
    static const int caught[2] = {SIGINT, SIGTERM};
    uv_loop_t loop;
    uv_signal_t signals[2];
    if (uv_loop_init(&loop) != 0) {
        return TV_ERR_THREAD;
    }
    pipeline->loop = &loop;
    unsigned num_signals = 0;
    for (; catch_signals && num_signals < 2; num_signals++) {
        if (uv_signal_init(&loop, &signals[num_signals]) != 0) {
            break;
        }
        signals[num_signals].data = pipeline->cancel;
        uv_signal_start(&signals[num_signals], on_signal, caught[num_signals]);
    }
    tv_status status = threads <= 1 ? drive_inline(pipeline) : drive_threads(pipeline, threads);
    for (unsigned i = 0; i < num_signals; i++) {
        uv_close((uv_handle_t *)&signals[i], ignore_handle);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    pipeline->loop = NULL;
    return status;
}

static tv_status open_locks(tv_pipeline *pipeline)
{
    if (uv_mutex_init(&pipeline->lock) != 0) {
        return TV_ERR_THREAD;
    }
    if (uv_cond_init(&pipeline->work) != 0) {
        goto no_work;
    }
    if (uv_cond_init(&pipeline->moved) != 0) {
        goto no_moved;
    }
    if (uv_cond_init(&pipeline->done) == 0) {
        return TV_OK;
    }
    uv_cond_destroy(&pipeline->moved);
no_moved:
    uv_cond_destroy(&pipeline->work);
no_work:
    uv_mutex_destroy(&pipeline->lock);
    return TV_ERR_THREAD;
}

tv_status tv_pipeline_run(const tv_pipeline_ops *ops, void *context, unsigned threads,
                          bool catch_signals, atomic_bool *cancel)
{
    tv_pipeline pipeline = {
        .ops = ops,
        .context = context,
        .cancel = cancel,
        .num_slots = tv_pipeline_slots(threads),
        .inlined = threads <= 1,
    };
    pipeline.states = calloc(pipeline.num_slots, sizeof(*pipeline.states));
    pipeline.sequences = calloc(pipeline.num_slots, sizeof(*pipeline.sequences));
    tv_status status = TV_ERR_NOMEM;
    if (pipeline.states != NULL && pipeline.sequences != NULL) {
        status = open_locks(&pipeline);
        if (status == TV_OK) {
            status = run_with_loop(&pipeline, threads, catch_signals);
            uv_cond_destroy(&pipeline.done);
            uv_cond_destroy(&pipeline.moved);
            uv_cond_destroy(&pipeline.work);
            uv_mutex_destroy(&pipeline.lock);
        }
    }
    free(pipeline.states);
    free(pipeline.sequences);
    return status;
}
