// SPDX-License-Identifier: Apache-2.0
// One independent question of `verify --jobs`: a line of JSON comes in, its certificates as texts
// and its settings go out. Decoding and judging the certificates is left to run.
#ifndef TV_JOBS_JOB_H
#define TV_JOBS_JOB_H

#include "base/arena.h"
#include "policy/profile.h"

enum { TV_JOB_AS_PROFILE = -1 }; // a setting that the job leaves to the profile

typedef struct tv_job {
    tv_span id;                   // as a JSON value, empty when there is none
    const char *error;            // NULL, or why the line cannot be judged; lower case, no period
    tv_span *trusted, *untrusted; // PEM or DER-in-PEM texts, or paths
    size_t num_trusted, num_untrusted;
    tv_span leaf;
    tv_time time;   // TV_TIME_NONE: the run's
    int purpose;    // tv_purpose or TV_JOB_AS_PROFILE
    int64_t depth;  // most intermediates, or TV_JOB_AS_PROFILE
    int auth_level; // OpenSSL's security level, 0 to 5, or TV_JOB_AS_PROFILE
    // 0, 1 or TV_JOB_AS_PROFILE.
    int partial_chain, no_check_time, check_ss_sig, allow_proxy_certs, x509_strict;
    int policy_check, explicit_policy, inhibit_any_policy, inhibit_policy_mapping;
    const tv_policy_set *policies; // NULL: the profile's
} tv_job;

// Reads a line. All that `job` points to is in `arena`. A line that is no job, or asks for a
// setting that is not known, gets `error` and as many fields as could be read.
void tv_job_read(tv_job *job, tv_span line, tv_arena *arena);

// `base` with the job's settings.
TV_MUST_USE tv_status tv_job_profile(tv_profile **out, const tv_profile *base, const tv_job *job);

#endif
