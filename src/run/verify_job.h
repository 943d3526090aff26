// SPDX-License-Identifier: Apache-2.0
// Clients × truststores, as the files of that run share it: what a job holds and the stages it goes
// through.
//
// A job is about a megabyte of input. Its first stage (verify_scan.c) finds the blocks and, for
// each, the record of its certificate (uniques.h); when its turn comes it learns how many lines and
// blocks stood before it; its second stage (verify_judge.c) judges and formats.
#ifndef TV_RUN_VERIFY_JOB_H
#define TV_RUN_VERIFY_JOB_H

#include "base/arena.h"
#include "pem/pem_scan.h"
#include "run/crosscheck.h"
#include "run/feed.h"
#include "run/judging.h"
#include "run/row_cache.h"
#include "run/uniques.h"

// One block of a job.
typedef struct tv_client_block {
    tv_pem_block pem;    // of a PEM piece; line and offset count from the piece
    tv_span der;         // empty: not decoded (a known text) or nothing to decode
    tv_unique *unique;   // NULL when there is no DER
    const char *problem; // why there is no DER
    size_t problem_offset;
    uint32_t piece; // in the job
} tv_client_block;

// What the first stage and the turn learn of a piece.
typedef struct tv_piece_state {
    uint8_t *converted; // 8-bit text of a UTF-16 piece
    size_t scale, mark; // offset in the file = offset in the text * scale + mark
    uint32_t num_lines, num_blocks;
    uint32_t lines_before, blocks_before; // in its file
    uint32_t first_block;                 // in the job
} tv_piece_state;

// What a job needs from its first stage to the end of its second. Of the worker that does both, so
// that jobs that only wait to be written hold no more than their rows.
typedef struct tv_job_memory {
    tv_client_block *blocks;
    size_t cap_blocks;
    tv_arena arena; // small files that were read, decoded DER
} tv_job_memory;

typedef struct tv_verify_job {
    tv_piece *pieces;
    tv_piece_state *states;
    size_t num_pieces, cap_pieces, cap_states;
    tv_job_memory *memory; // during its stages
    size_t num_blocks;
    uint64_t sequence;
} tv_verify_job;

typedef struct tv_verification {
    tv_run run;
    tv_feed *feed;
    tv_uniques *uniques;
    tv_crosscheck *crosscheck; // NULL: nothing is judged again
    tv_verify_job *jobs;       // by slot
    tv_job_memory *memory;     // by worker
    uint64_t *at_hand_bits;
    tv_node_set at_hand; // nodes of any truststore, and what else may stand on a path
    uint64_t num_cut;
    tv_pipeline *pipeline; // while it runs
} tv_verification;

enum { TV_CLIENT_BATCH = 1024 }; // blocks that are read before the first of them is judged

// A client that was read.
typedef struct tv_client_view {
    tv_cert cert;
    tv_cert_problem problem; // when it is not readable
    tv_target_names names;
    tv_span der;
    tv_key_id key;       // the issuer's key under which its signature was checked ahead ...
    tv_edge_state state; // ... and the result
    bool readable;
} tv_client_view;

// Clients of one worker that are judged together.
typedef struct tv_client_batch {
    tv_client_view views[TV_CLIENT_BATCH]; // by block; read where it is a first occurrence
    tv_client_view *asked[TV_CLIENT_BATCH];
    tv_sig_ask asks[TV_CLIENT_BATCH];
} tv_client_batch;

// Where a block stands among all blocks of the run, as tv_unique::first has it.
static inline uint64_t tv_client_position(const tv_verify_job *job, size_t block)
{
    return job->sequence << 32 | block;
}

// The first stage of a job. False when memory is out.
bool tv_verify_scan(tv_verification *self, tv_verify_job *job, tv_run_output *output);

// The second stage, by one worker.
void tv_verify_judge(tv_verification *self, tv_verify_job *job, tv_run_worker *worker,
                     tv_run_output *output, tv_pipeline *pipeline);

#endif
