// SPDX-License-Identifier: Apache-2.0
// What a run produces, as values, before any format gives it bytes: schema "trustval/1".
//
// `run` comes first, `summary` last, between them entries, findings and rows in input order. All
// pointers are borrowed and valid during the call that hands the record over.
#ifndef TV_RECORD_H
#define TV_RECORD_H

#include "tv/finding.h"
#include "tv/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TV_SCHEMA "trustval/1"

// One truststore as the run sees it.
typedef struct tv_store_info {
    const char *name; // as given, or made from the file name; unique within a run
    const char *file;
    uint32_t num_entries; // blocks, readable or not
    uint32_t num_certs;   // distinct certificates that can be read
    uint64_t bytes;
} tv_store_info;

typedef struct tv_run_info {
    const char *command; // "audit" or "verify"
    const tv_profile *profile;
    tv_time at;
    const tv_store_info *stores;
    size_t num_stores;
} tv_run_info;

// One block of input (or one DER certificate) and what could be read of it.
typedef struct tv_item {
    const char *file;
    uint32_t index;      // among the blocks of its file, from 0
    uint32_t line;       // of the BEGIN line, from 1; 0 in a DER file
    uint64_t offset;     // of the block in its file
    uint64_t bytes;      // of the block
    const tv_cert *cert; // NULL when no certificate could be read; then `problem` says why
    const tv_fingerprint *fingerprint; // NULL when there is no DER
    const char *problem;     // NULL, or what is wrong with the block; lower case, no period
    uint64_t problem_offset; // in the DER, or in the block when there is no DER
    bool is_duplicate; // the same certificate stood earlier in the run (entry: in its file) ...
    const char *first_file; // ... here
    uint32_t first_index;
    uint32_t first_line;
} tv_item;

// One entry of a truststore, judged against its own truststore.
typedef struct tv_entry_record {
    const tv_store_info *store;
    const tv_item *item;
    const tv_cell *cell;
} tv_entry_record;

// One client against every truststore: `cells[i]` is about `stores[i]` of the run.
typedef struct tv_row {
    const tv_item *item;
    const tv_cell *cells;
    size_t num_cells;
} tv_row;

typedef struct tv_store_counts {
    uint64_t verdicts[3];              // by tv_verdict
    uint64_t reasons[TV_REASON_COUNT]; // by the reason told first
} tv_store_counts;

// The same help, given to many clients.
typedef struct tv_help_count {
    uint32_t store;
    tv_reason reason;
    uint64_t count;   // cells that it holds for
    const char *text; // the help line
} tv_help_count;

typedef struct tv_summary {
    bool complete;             // false: interrupted, or an input could not be read
    uint64_t num_files;        // inputs read: truststores, client files
    uint64_t num_failed;       // inputs that could not be read
    uint64_t num_blocks;       // entries (audit) or clients (verify), readable or not
    uint64_t num_unique;       // distinct certificates among them
    uint64_t num_bytes;        // of client or truststore input
    uint64_t signature_checks; // signatures verified: one per distinct (issuer key, certificate)
    uint64_t findings[4];      // by tv_severity
    uint64_t crosschecked;     // cells that X509_verify_cert judged again ...
    uint64_t crosscheck_explained;   // ... of them differ for a reason that is proved
    uint64_t crosscheck_differences; // ... of them differ, and nothing explains it
    const tv_store_counts *stores;   // one per truststore of the run
    size_t num_stores;
    const tv_help_count *help; // most frequent first, at most 20
    size_t num_help;
} tv_summary;

#ifdef __cplusplus
}
#endif

#endif
