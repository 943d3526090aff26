// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// The ordered pipeline: jobs are finished in the order of cutting, turns come one at a time and
// after all earlier first stages, waiting for an earlier job works, and every way to end it ends
// it.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "run/pipeline.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { MAX_SLOTS = 40 };
#define NO_END UINT32_MAX

// A run that only counts. What the stages of one job write, no other job touches.
typedef struct counting {
    uint32_t num_jobs;     // how many are cut
    uint32_t cut_fails_at; // job whose cut fails, NO_END: none
    uint32_t finish_fails_at;
    uint32_t cancel_at; // job in whose finish the run is cancelled
    uint32_t signal_at; // job in whose finish a signal is sent
    bool waits;         // second stages wait for the job before, and for the first job
    bool leads;         // second stages of some jobs wait until the jobs before are finished
    unsigned threads;
    atomic_bool cancel;
    size_t num_slots;
    uint32_t cut, finished;
    unsigned ticks;
    uint64_t turned;      // guarded by the turn
    atomic_uint in_turn;  // how many have their turn
    atomic_uint firsts;   // first stages that are over
    atomic_uint wrong;    // what must not be and was
    atomic_uint unwanted; // jobs that waited for those before, in vain
    uv_thread_t caller;
    atomic_uint abroad;   // second stages on other threads than the caller's
    atomic_uint in_stage; // workers in a stage
    uint32_t job[MAX_SLOTS];
    bool free[MAX_SLOTS];
    bool second_over[100000]; // by job
} counting;

static void check(counting *self, bool good)
{
    if (!good) {
        atomic_fetch_add(&self->wrong, 1);
    }
}

static tv_status cut(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    counting *self = context;
    (void)pipeline;
    check(self, slot < self->num_slots);
    if (self->cut == self->cut_fails_at) {
        return TV_ERR_READ;
    }
    *more = self->cut < self->num_jobs;
    if (*more) {
        check(self, self->free[slot]);
        self->free[slot] = false;
        self->job[slot] = self->cut++;
    }
    return TV_OK;
}

// Takes a little time, more for some jobs than for others.
static void dawdle(uint32_t job)
{
    if (job % 7 == 3) {
        uv_sleep(1);
    }
}

static void first(void *context, size_t slot, unsigned worker)
{
    counting *self = context;
    check(self, worker < self->threads);
    check(self, atomic_fetch_add(&self->in_stage, 1) < self->threads);
    dawdle(self->job[slot]);
    atomic_fetch_add(&self->firsts, 1);
    atomic_fetch_sub(&self->in_stage, 1);
}

static void turn(void *context, size_t slot)
{
    counting *self = context;
    check(self, atomic_fetch_add(&self->in_turn, 1) == 0);
    check(self, self->job[slot] == self->turned);
    self->turned++;
    check(self, atomic_load(&self->firsts) >= self->turned);
    atomic_fetch_sub(&self->in_turn, 1);
}

static void second(void *context, size_t slot, unsigned worker, tv_pipeline *pipeline)
{
    counting *self = context;
    uint32_t job = self->job[slot];
    check(self, worker < self->threads);
    check(self, tv_pipeline_sequence(pipeline, slot) == job);
    check(self, atomic_fetch_add(&self->in_stage, 1) < self->threads);
    if (self->waits && job > 0) {
        tv_pipeline_wait(pipeline, job - 1);
        check(self, self->second_over[job - 1]);
        tv_pipeline_wait(pipeline, 0);
        check(self, self->second_over[0]);
    }
    uv_thread_t here = uv_thread_self();
    atomic_fetch_add(&self->abroad, uv_thread_equal(&here, &self->caller) ? 0 : 1);
    if (self->leads && job % 3 != 1) {
        if (tv_pipeline_lead(pipeline, job)) {
            check(self, self->finished == job);
            check(self, tv_pipeline_lead(pipeline, job)); // it goes on
        } else {
            atomic_fetch_add(&self->unwanted, 1);
        }
    }
    dawdle(job + 3);
    self->second_over[job] = true;
    atomic_fetch_sub(&self->in_stage, 1);
}

static tv_status finish(void *context, size_t slot)
{
    counting *self = context;
    uint32_t job = self->job[slot];
    check(self, job == self->finished);
    check(self, self->second_over[job]);
    self->free[slot] = true;
    self->finished++;
    if (job == self->cancel_at) {
        atomic_store(&self->cancel, true);
    }
    if (job == self->signal_at) {
        raise(SIGTERM);
    }
    return job == self->finish_fails_at ? TV_ERR_WRITE : TV_OK;
}

static void tick(void *context)
{
    counting *self = context;
    self->ticks++;
}

static const tv_pipeline_ops all_stages = {cut, first, turn, second, finish, tick};

static counting *counting_open(unsigned threads, uint32_t num_jobs)
{
    counting *self = calloc(1, sizeof(*self));
    assert_non_null(self);
    self->threads = threads;
    self->num_jobs = num_jobs;
    self->cut_fails_at = NO_END;
    self->finish_fails_at = NO_END;
    self->cancel_at = NO_END;
    self->signal_at = NO_END;
    self->num_slots = tv_pipeline_slots(threads);
    self->caller = uv_thread_self();
    assert_true(self->num_slots <= MAX_SLOTS);
    for (size_t i = 0; i < MAX_SLOTS; i++) {
        self->free[i] = true;
    }
    return self;
}

static void assert_run(counting *self, const tv_pipeline_ops *ops, tv_status expected)
{
    assert_int_equal(
        tv_pipeline_run(ops, self, self->threads, self->signal_at != NO_END, &self->cancel),
        expected);
    assert_int_equal(atomic_load(&self->wrong), 0);
    assert_int_equal(atomic_load(&self->in_stage), 0);
}

static const unsigned thread_counts[] = {1, 2, 3, 8};
enum { NUM_COUNTS = sizeof(thread_counts) / sizeof(thread_counts[0]) };

static void test_all_jobs_in_order(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 1, 2, 5, 17, 300};
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            for (int way = 0; way < 4; way++) {
                counting *self = counting_open(thread_counts[t], lengths[i]);
                self->waits = way % 2 != 0;
                self->leads = way / 2 != 0;
                assert_run(self, &all_stages, TV_OK);
                assert_int_equal(atomic_load(&self->unwanted), 0);
                // A thread is started for a second job only.
                assert_int_equal(atomic_load(&self->abroad),
                                 thread_counts[t] > 1 && lengths[i] > 1 ? lengths[i] : 0);
                assert_int_equal(self->cut, lengths[i]);
                assert_int_equal(self->finished, lengths[i]);
                assert_int_equal(self->turned, lengths[i]);
                assert_true(self->ticks > 0);
                free(self);
            }
        }
    }
}

static void test_stages_may_be_missing(void **state)
{
    (void)state;
    static const tv_pipeline_ops few = {cut, NULL, NULL, second, finish, NULL};
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        counting *self = counting_open(thread_counts[t], 50);
        assert_run(self, &few, TV_OK);
        assert_int_equal(self->finished, 50);
        free(self);
    }
}

// Memory is bounded: no more jobs are under way than there are slots.
static void test_slots(void **state)
{
    (void)state;
    assert_int_equal(tv_pipeline_slots(0), 1);
    assert_int_equal(tv_pipeline_slots(1), 1);
    for (unsigned threads = 2; threads < 100; threads++) {
        assert_true(tv_pipeline_slots(threads) > threads);
        assert_true(tv_pipeline_slots(threads) <= 3 * threads);
    }
}

static void test_a_cut_that_fails(void **state)
{
    (void)state;
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        for (uint32_t at = 0; at < 30; at += 29) {
            counting *self = counting_open(thread_counts[t], 100);
            self->cut_fails_at = at;
            assert_run(self, &all_stages, TV_ERR_READ);
            assert_int_equal(self->finished, at); // the jobs before it
            free(self);
        }
    }
}

static void test_a_finish_that_fails(void **state)
{
    (void)state;
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        for (uint32_t at = 0; at < 30; at += 29) {
            for (int leads = 0; leads < 2; leads++) {
                counting *self = counting_open(thread_counts[t], 100);
                self->finish_fails_at = at;
                self->waits = true;
                self->leads = leads != 0;
                assert_run(self, &all_stages, TV_ERR_WRITE);
                assert_int_equal(self->finished, at + 1); // none after it
                free(self);
            }
        }
    }
}

static void test_cancel(void **state)
{
    (void)state;
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        counting *self = counting_open(thread_counts[t], 1000);
        self->cancel_at = 20;
        assert_run(self, &all_stages, TV_ERR_CANCELLED);
        // Jobs under way are finished, no others are begun.
        assert_int_equal(self->finished, self->cut);
        assert_true(self->cut >= 21 && self->cut <= 21 + self->num_slots);
        free(self);

        self = counting_open(thread_counts[t], 1000);
        atomic_store(&self->cancel, true);
        assert_run(self, &all_stages, TV_ERR_CANCELLED);
        assert_int_equal(self->cut, 0);
        free(self);
    }
}

static void test_signals_cancel(void **state)
{
    (void)state;
    for (size_t t = 0; t < NUM_COUNTS; t++) {
        counting *self = counting_open(thread_counts[t], 100000);
        self->signal_at = 10;
        assert_run(self, &all_stages, TV_ERR_CANCELLED);
        assert_int_equal(self->finished, self->cut);
        assert_true(self->cut < 100000);
        free(self);
    }
}

// The caller goes on ticking while a job takes long.
static void sleep_long(void *context, size_t slot, unsigned worker, tv_pipeline *pipeline)
{
    counting *self = context;
    (void)worker;
    (void)pipeline;
    uv_sleep(450);
    self->second_over[self->job[slot]] = true;
}

static void test_ticks_while_waiting(void **state)
{
    (void)state;
    static const tv_pipeline_ops slow = {cut, NULL, NULL, sleep_long, finish, tick};
    counting *self = counting_open(2, 2);
    assert_run(self, &slow, TV_OK);
    assert_true(self->ticks >= 4);
    free(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_jobs_in_order),
        cmocka_unit_test(test_stages_may_be_missing),
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_a_cut_that_fails),
        cmocka_unit_test(test_a_finish_that_fails),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_signals_cancel),
        cmocka_unit_test(test_ticks_while_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
