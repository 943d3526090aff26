// SPDX-License-Identifier: Apache-2.0
// Any bytes as a question of `verify --jobs`: it has an error or a leaf, what it has lies in
// bounds, and its settings make a profile.
#include "base/span.h"
#include "jobs/job.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_switch(int value)
{
    assert(value == TV_JOB_AS_PROFILE || value == 0 || value == 1);
}

// Texts are followed by a NUL that is not counted, since they may be paths.
static void check_text(tv_span text)
{
    assert(text.ptr != NULL && text.ptr[text.len] == 0);
}

static void check_job(const tv_job *job)
{
    assert(job->error != NULL || job->leaf.len > 0);
    assert(job->id.len == 0 || job->id.ptr != NULL);
    assert(memchr(job->id.ptr != NULL ? (const char *)job->id.ptr : "", '\n', job->id.len) == NULL);
    assert(job->purpose >= TV_JOB_AS_PROFILE && job->purpose <= TV_PURPOSE_SERVER);
    assert(job->depth >= TV_JOB_AS_PROFILE && job->depth <= UINT32_MAX);
    assert(job->auth_level >= TV_JOB_AS_PROFILE && job->auth_level <= 5);
    check_switch(job->partial_chain);
    check_switch(job->no_check_time);
    check_switch(job->check_ss_sig);
    check_switch(job->allow_proxy_certs);
    for (size_t i = 0; i < job->num_trusted; i++) {
        check_text(job->trusted[i]);
    }
    for (size_t i = 0; i < job->num_untrusted; i++) {
        check_text(job->untrusted[i]);
    }
    if (job->leaf.len > 0) {
        check_text(job->leaf);
    }
    char time[TV_TIME_TEXT_LEN];
    tv_time again;
    tv_time_format(time, job->time);
    assert(job->time == TV_TIME_NONE ||
           (tv_time_parse(&again, tv_span_from_text(time), 0) && again == job->time));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tv_profile *base;
    if (base == NULL && tv_profile_load(&base, "openssl", NULL) != TV_OK) {
        abort();
    }
    tv_arena arena = {0};
    tv_job job;
    tv_job_read(&job, tv_span_make(data, size), &arena);
    check_job(&job);
    tv_profile *profile;
    if (tv_job_profile(&profile, base, &job) != TV_OK) {
        abort();
    }
    assert(job.depth == TV_JOB_AS_PROFILE || profile->set.max_depth == job.depth);
    tv_profile_close(profile);
    tv_arena_close(&arena);
    return 0;
}
