// SPDX-License-Identifier: Apache-2.0
// The distinct client certificates of a run, shared by all workers: a block's text or a
// certificate's digest comes in, one record per certificate goes out. XXH3-128 with the run's seed
// finds; the bytes of the text or SHA-256 of the DER decide.
//
// Memory of one certificate: a record of 72 bytes and two slots of 8, one by digest and one by
// text. Tables are cut into 64 shards; a shard is at most 7/8 full and grows by a quarter, hence at
// least 7/10 full:
//     a shard at its fullest and emptiest    72 + 2 * 8 * 8/7  = 90.3   72 + 2 * 8 * 10/7 = 94.9
//     mean while it fills up                 72 + 2 * 8 * 1.28 = 92.5   1.28: mean of 1 / load
//     while a thread makes a shard grow      2 * 8 * 8/7 / 2 / 64 = 0.15 more
// Shards start with sizes of their own and so grow by turns: a run is always near the mean. malloc
// takes 2 more for its holes: 94 to 95 bytes in all at a million certificates and above. Beside
// that a run has about half a megabyte of locks, directory and partly filled pages.
#ifndef TV_RUN_UNIQUES_H
#define TV_RUN_UNIQUES_H

#include "base/hash.h"
#include "path/path.h"
#include "tv/verdict.h"

typedef struct tv_uniques tv_uniques;

// One distinct certificate; it stays where it is. `first` settles when every job up to the reader's
// own had its first stage; `file`, `log`, `index` and `line` are written by the job of the first
// occurrence in its second stage. What a look-up reads stands together.
typedef struct tv_unique {
    tv_fingerprint fingerprint;
    const uint8_t *text; // of a block that carries it, in a mapping that lives as long as the run
    _Atomic uint64_t first; // sequence of the job << 32 | number of the block in it
    uint32_t text_len;      // 0: no text
    uint32_t file;          // of the first occurrence: number of the file, index, line
    tv_edge_log log;        // signatures that the first occurrence asked for
    uint32_t index;
    uint32_t line;
} tv_unique;

TV_MUST_USE tv_status tv_uniques_open(tv_uniques **out);
void tv_uniques_close(tv_uniques *uniques);

// What the text of a block is found by, computed once for the calls below.
tv_hash128 tv_uniques_hash(const tv_uniques *uniques, tv_span block);

// Has the place of a text, or of a digest, brought into the cache, for a call below that comes one
// or a few blocks later. Takes no lock.
void tv_uniques_prefetch_text(const tv_uniques *uniques, tv_hash128 hash);
void tv_uniques_prefetch_digest(const tv_uniques *uniques, const tv_fingerprint *fingerprint);

// The record whose text is `block`, which hashes to `hash`, or NULL; notes the occurrence at
// `position`.
tv_unique *tv_uniques_find_text(tv_uniques *uniques, tv_span block, tv_hash128 hash,
                                uint64_t position);

// The record with that digest, made when it is new; notes the occurrence at `position`. `block`,
// when it is not empty, hashes to `hash` and is remembered as the text of a new record. NULL when
// memory is out, or more than 4,294,967,295 records are asked for.
tv_unique *tv_uniques_add(tv_uniques *uniques, const tv_fingerprint *fingerprint, tv_span block,
                          tv_hash128 hash, uint64_t position);

#endif
