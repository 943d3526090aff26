// SPDX-License-Identifier: Apache-2.0
// All that the stages work on, made ready: blocks, DERs, views, issuers' keys and answers of the
// input's clients, so that each stage is measured on what the one before it leaves.
#ifndef TV_MEASURE_SAMPLE_H
#define TV_MEASURE_SAMPLE_H

#include "io/map.h"
#include "measure/input.h"
#include "pem/pem_scan.h"
#include "run/judging.h"
#include "run/uniques.h"

enum { TV_SAMPLE_CELLS = 1024 }; // cells that are kept for formatting, of the first clients

// One client in whose block a certificate can be read.
typedef struct tv_sample_client {
    tv_cert cert;
    tv_fingerprint fingerprint;
    tv_target_names names;
    tv_key_id key;   // the issuer's, that its signature is checked under; TV_ID_NONE: none
    tv_edge_log log; // what its signatures are
    uint32_t block;
} tv_sample_client;

// A zeroed sample is safe to close.
typedef struct tv_sample {
    const tv_input *input;
    tv_map map;
    tv_pem_block *blocks;
    size_t num_blocks, cap_blocks;
    tv_arena arena; // DERs
    tv_buf room;    // of one DER
    tv_sample_client *clients;
    size_t num_clients;
    uint64_t body_bytes, der_bytes; // of the clients' blocks
    size_t num_unique;

    tv_workspace *workspace;
    tv_writer *writer; // CSV, to nowhere
    tv_judge_options options;
    tv_run run;
    uint64_t *at_hand_bits;
    tv_node_set at_hand; // nodes of all truststores

    tv_sig_ask *asks;
    size_t num_asks;
    tv_cell *cells; // of the first clients, one for each truststore
    size_t num_rows;
    tv_uniques *uniques;
} tv_sample;

// `input` and `profile` outlive the sample. TV_ERR_NO_CERTIFICATE when no client can be read.
TV_MUST_USE tv_status tv_sample_open(tv_sample *sample, const tv_input *input,
                                     const tv_profile *profile);
void tv_sample_close(tv_sample *sample);

// The text of a client's block.
tv_span tv_sample_text(const tv_sample *sample, const tv_sample_client *client);

// Judges a client against all truststores into the worker's cells; what `log` knows of its
// signatures is not checked again. Returns what is known then.
tv_edge_log tv_sample_judge(tv_sample *sample, const tv_sample_client *client, tv_edge_log log);

#endif
