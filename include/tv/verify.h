// SPDX-License-Identifier: Apache-2.0
// The three judgements: every entry of each truststore (audit), clients × truststores (verify), and
// a list of independent questions (jobs). Records go to writers in input order; the output does not
// depend on the number of threads.
#ifndef TV_VERIFY_H
#define TV_VERIFY_H

#include "tv/workspace.h"
#include "tv/write.h"

#ifdef __cplusplus
extern "C" {
#endif

// An input that could not be read, or only in part; judging goes on with the others. Called on the
// thread that called tv_verify or tv_audit.
typedef void tv_problem_fn(void *payload, const char *file, tv_status status, int error);

// How far it is; at most ten times a second, on the calling thread.
typedef struct tv_progress {
    uint64_t bytes_done, bytes_total; // bytes_total 0: not known
    uint64_t clients_done;
} tv_progress;
typedef void tv_progress_fn(void *payload, const tv_progress *progress);

typedef struct tv_judge_options {
    const tv_profile *profile;
    tv_time at;
    tv_writer *const *writers; // each record goes to all of them; committing is the caller's part
    size_t num_writers;
    bool unique;        // verify: duplicates are neither judged nor written, only counted
    double crosscheck;  // verify: percent of the cells that X509_verify_cert judges again; 0: none
    bool catch_signals; // SIGINT and SIGTERM cancel the run
    tv_problem_fn *problem;   // may be NULL
    tv_progress_fn *progress; // may be NULL
    void *payload;
} tv_judge_options;

// Where clients come from, in the order of addition.
typedef struct tv_clients tv_clients;
TV_API TV_MUST_USE tv_status tv_clients_open(tv_clients **out);
// A file, "-", or a directory, which is walked when its turn comes (files in byte order of their
// names; links out of it are not followed; dot files are left out).
TV_API TV_MUST_USE tv_status tv_clients_add(tv_clients *clients, const char *path);
// Each line of `list` ("-" is standard input) is a path; with `nul` paths end with NUL instead.
TV_API TV_MUST_USE tv_status tv_clients_add_list(tv_clients *clients, const char *list, bool nul,
                                                 int *error);
TV_API void tv_clients_close(tv_clients *clients);

// The summary lives until the workspace is closed or the next call of one of these. TV_OK when all
// records were handed to the writers, whatever the verdicts. TV_ERR_CANCELLED after an interrupt,
// TV_ERR_WRITE when a writer lost bytes; the summary is set in both cases.
TV_API TV_MUST_USE tv_status tv_audit(tv_workspace *workspace, const tv_judge_options *options,
                                      const tv_summary **out);
TV_API TV_MUST_USE tv_status tv_verify(tv_workspace *workspace, tv_clients *clients,
                                       const tv_judge_options *options, const tv_summary **out);

// Judges independent questions, a JSON object a line of `path` ("-" is standard input), and writes
// one verdict record a line to `output` ("-" is standard output), in order, each with its "id".
// A line that cannot be judged gets a record with "error" and its id when it has one.
typedef struct tv_jobs_options {
    const tv_profile *profile; // what a job's own fields do not say
    tv_time at;                // for jobs without "time"
    unsigned threads;          // 0: as many as there are cores
    tv_limits limits;
} tv_jobs_options;
typedef struct tv_jobs_summary {
    uint64_t num_jobs, num_errors;
    uint64_t verdicts[3]; // by tv_verdict
    uint64_t signature_checks;
} tv_jobs_summary;
TV_API TV_MUST_USE tv_status tv_verify_jobs(const char *path, const char *output,
                                            const tv_jobs_options *options, tv_jobs_summary *out,
                                            int *error);

#ifdef __cplusplus
}
#endif

#endif
