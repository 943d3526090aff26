// SPDX-License-Identifier: Apache-2.0
// Counts of a run: cells come in, a summary goes out. Each batch has a tally of its own; they are
// added up in input order, so that the sum does not depend on threads.
#ifndef TV_REPORT_TALLY_H
#define TV_REPORT_TALLY_H

#include "base/buf.h"
#include "tv/record.h"
#include "tv/status.h"

enum { TV_TALLY_MAX_HELP = 256 }; // distinct help lines kept; later ones are not counted

typedef struct tv_tally_help {
    uint32_t store;
    tv_reason reason;
    uint64_t count;
    size_t text, len; // in `texts`
} tv_tally_help;

typedef struct tv_tally {
    tv_store_counts *stores;
    size_t num_stores;
    uint64_t findings[4];
    uint64_t num_blocks, num_unique, num_bytes;
    uint64_t signature_checks;
    uint64_t crosschecked, crosscheck_explained, crosscheck_differences;
    tv_tally_help help[TV_TALLY_MAX_HELP];
    size_t num_help;
    tv_buf texts;
} tv_tally;

TV_MUST_USE tv_status tv_tally_open(tv_tally *tally, size_t num_stores);
void tv_tally_clear(tv_tally *tally);
void tv_tally_close(tv_tally *tally);

void tv_tally_cell(tv_tally *tally, uint32_t store, const tv_cell *cell);
void tv_tally_help_line(tv_tally *tally, uint32_t store, tv_reason reason, tv_span text,
                        uint64_t count);
void tv_tally_add(tv_tally *total, const tv_tally *part);

// The most frequent help lines first, as C strings that live in `help_texts`, which is cleared and
// used. At most `cap` of them; returns how many.
size_t tv_tally_top_help(const tv_tally *tally, tv_help_count *out, size_t cap, tv_buf *help_texts);

#endif
