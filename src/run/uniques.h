// SPDX-License-Identifier: Apache-2.0
// The distinct client certificates of a run, shared by all workers: a block's text or a
// certificate's digest comes in, one record per certificate goes out, at most 96 bytes each.
// XXH3-128 with the run's seed finds; the bytes of the text or SHA-256 of the DER decide.
#ifndef TV_RUN_UNIQUES_H
#define TV_RUN_UNIQUES_H

#include "path/path.h"
#include "tv/verdict.h"

typedef struct tv_uniques tv_uniques;

// One distinct certificate. `first` settles when every job up to the reader's own had its first
// stage; the fields behind it are written by the job of the first occurrence in its second stage.
typedef struct tv_unique {
    tv_fingerprint fingerprint;
    const uint8_t *text; // of a block that carries it, in a mapping that lives as long as the run
    uint64_t first;      // sequence of the job << 32 | number of the block in it
    tv_edge_log log;     // signatures that the first occurrence asked for
    uint32_t text_len;   // 0: no text
    uint32_t file;       // of the first occurrence: number of the file, index, line
    uint32_t index;
    uint32_t line;
} tv_unique;

TV_MUST_USE tv_status tv_uniques_open(tv_uniques **out);
void tv_uniques_close(tv_uniques *uniques);

// The record whose text is `block`, or NULL; notes the occurrence at `position`.
tv_unique *tv_uniques_find_text(tv_uniques *uniques, tv_span block, uint64_t position);

// The record with that digest, made when it is new; notes the occurrence at `position`. `block`,
// when it is not empty, is remembered as the text of a new record. NULL when memory is out.
tv_unique *tv_uniques_add(tv_uniques *uniques, const tv_fingerprint *fingerprint, tv_span block,
                          uint64_t position);

#endif
