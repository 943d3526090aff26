// SPDX-License-Identifier: Apache-2.0
// What judging costs on this machine: each stage alone, each kind of signature, and whole runs.
//
// Stages are measured on one thread's CPU clock, each over all clients of the input, round by
// round; the median of the rounds is told. A round holds no allocation but where its figure says
// so. Whole runs are measured on the process's CPU clock and the wall clock.
#ifndef TV_MEASURE_H
#define TV_MEASURE_H

#include "tv/cpu.h"
#include "tv/profile.h"
#include "tv/write.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TV_MEASURE_SCHEMA "trustval-bench/1"

// Where the measuring is; `what` is lower case and lives as long as the program.
typedef void tv_measure_step_fn(void *payload, const char *what);

// Called when a file cannot be used.
typedef void tv_measure_problem_fn(void *payload, const char *file, tv_status status, int error);

typedef struct tv_measure_options {
    const tv_profile *profile;
    uint64_t seed;       // of minted input
    uint32_t clients;    // to mint, or at most to take of those given; 0: 20,000
    double seconds;      // each figure is measured for so long at least; 0: half a second
    bool quick;          // signatures in rounds of a few, so that all is over in a second or two
    unsigned threads;    // most threads of a whole run; 0: one per core
    const char *scratch; // directory for files that have no name; NULL: /tmp
    // The user's input; without truststores both are minted, and judged at an instant of their own.
    const char *const *truststores;
    size_t num_truststores;
    const char *const *files; // PEM files of clients
    size_t num_files;
    tv_time at;
    tv_measure_step_fn *step;       // may be NULL
    tv_measure_problem_fn *problem; // may be NULL
    void *payload;
} tv_measure_options;

// One piece of work: what it costs an item.
typedef struct tv_figure {
    const char *name;     // kebab-case, unique in its list
    const char *contains; // what is counted in; lower case, no period
    uint64_t items;       // of one round
    uint64_t bytes;       // of one round; 0: bytes say nothing here
    uint32_t rounds;
    double ns; // CPU time of one item
} tv_figure;

// One kind of signature: a check by itself where few are expected under its key, and one of many
// that are asked for at a time, with whatever is kept for such a key (tables) made before.
typedef struct tv_signature_figure {
    const char *name;   // "rsa-2048"
    const char *title;  // "RSA-2048 PKCS#1 SHA-256"
    uint64_t items;     // of one round
    double alone, many; // CPU time in ns of one check, digest of the message included
} tv_signature_figure;

// A whole run: truststores loaded, clients judged, a CSV row per cell.
typedef struct tv_run_figure {
    unsigned threads;
    uint32_t rounds;
    double seconds; // wall clock of the run
    double cpu;     // seconds of CPU time, all threads
    uint64_t num_blocks;
    uint64_t verdicts[3]; // cells by tv_verdict, over all truststores
    uint64_t signature_checks;
} tv_run_figure;

enum {
    TV_NUM_STAGES = 9,
    TV_NUM_EXTRAS = 4,
    TV_NUM_SIGNATURES = 9,
    TV_MAX_RUNS = 16,
};

typedef struct tv_measurement {
    unsigned cores;
    tv_cpu_level level; // the instruction sets that were used
    bool minted;
    uint64_t seed;
    uint64_t num_clients;      // blocks of the input ...
    uint64_t num_certificates; // ... in which a certificate can be read
    uint64_t num_unique;
    uint64_t pem_bytes, der_bytes;
    size_t num_truststores;
    size_t num_held;                 // distinct certificates in them
    tv_figure stages[TV_NUM_STAGES]; // of one client that occurs first, in the order of work
    tv_figure extras[TV_NUM_EXTRAS];
    size_t num_extras;
    tv_signature_figure signatures[TV_NUM_SIGNATURES];
    tv_run_figure runs[TV_MAX_RUNS]; // one thread first
    size_t num_runs;
} tv_measurement;

// TV_ERR_OPEN, TV_ERR_READ, TV_ERR_WRITE and others after `problem` was called,
// TV_ERR_NO_CERTIFICATE when no client can be read, TV_ERR_NOMEM, TV_ERR_CRYPTO, TV_ERR_THREAD.
TV_API TV_MUST_USE tv_status tv_measure(tv_measurement *out, const tv_measure_options *options);

// The measurement as text or JSON, malloc'ed and NUL-terminated; the caller frees it. TV_ERR_RANGE
// for another format.
TV_API TV_MUST_USE tv_status tv_measurement_print(const tv_measurement *measurement,
                                                  tv_format format, char **out, size_t *len);

#ifdef __cplusplus
}
#endif

#endif
