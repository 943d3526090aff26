// SPDX-License-Identifier: Apache-2.0
// Counts of a run: cells come in, a summary goes out. Each batch has a tally of its own; they are
// added up in input order, so that the sum does not depend on threads.
//
// Of the help lines of a run the first TV_TALLY_MAX_HELP distinct ones are counted. Which these are
// a batch cannot know as long as one before it may still bring new ones: until then it counts all
// of its own. Once the total has its number, batches count these alone, and the sum is the same.
#ifndef TV_REPORT_TALLY_H
#define TV_REPORT_TALLY_H

#include "report/help_lines.h"

enum { TV_TALLY_MAX_HELP = 256 }; // distinct help lines that a total keeps

typedef struct tv_tally {
    tv_store_counts *stores;
    size_t num_stores;
    uint32_t *reasons; // by store: TV_REASON_BIT of those counted, of TV_REASON_NONE, too
    uint32_t *touched; // stores with any
    size_t num_touched;
    uint64_t findings[4];
    uint64_t num_blocks, num_unique, num_bytes;
    uint64_t signature_checks;
    uint64_t crosschecked, crosscheck_explained, crosscheck_differences;
    tv_help_lines help;
    const tv_help_lines *settled; // those of the total, which does not change any more; else NULL
    uint64_t *help_counts;        // by line of `settled` or else of `help`
    size_t num_help_counts, cap_help_counts;
} tv_tally;

// Tallies that are added up have one seed.
TV_MUST_USE tv_status tv_tally_open(tv_tally *tally, size_t num_stores, uint64_t seed);
void tv_tally_clear(tv_tally *tally); // costs what was counted
void tv_tally_close(tv_tally *tally);

// Whether no further help line joins this total.
bool tv_tally_is_settled(const tv_tally *total);
// Lets an empty tally count the help lines of `total`, which is settled, and no other.
void tv_tally_settle(tv_tally *tally, const tv_tally *total);

// Counts the cells of one certificate (NULL when it cannot be read) in the stores from `store` on,
// and their help lines. False when memory is out.
bool tv_tally_cells(tv_tally *tally, const tv_cert *cert, uint32_t store, const tv_cell *cells,
                    size_t num_cells) TV_MUST_USE;

// False when memory is out.
bool tv_tally_add(tv_tally *total, const tv_tally *part) TV_MUST_USE;

// The most frequent help lines of a total first, those with one text as one, as C strings that live
// in `help_texts`, which is cleared and used. At most `cap` of them; returns how many.
size_t tv_tally_top_help(const tv_tally *total, tv_help_count *out, size_t cap, tv_buf *help_texts);

#endif
