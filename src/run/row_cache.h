// SPDX-License-Identifier: Apache-2.0
// The rows of clients that come again: a duplicate whose rows were made before, by the same worker,
// is written by filling the gaps of their templates (write/row_template.h), and is neither decoded
// nor judged. Of one thread; bounded, and forgotten as a whole when it is full.
#ifndef TV_RUN_ROW_CACHE_H
#define TV_RUN_ROW_CACHE_H

#include "run/outputs.h"
#include "run/uniques.h"

typedef struct tv_row_cache tv_row_cache;

// What counting a cell needs of it.
typedef struct tv_cell_count {
    const tv_held *near_miss;
    uint8_t verdict, reason, hint;
} tv_cell_count;

// The rows of one client.
typedef struct tv_cached_rows {
    const tv_unique *unique;
    tv_span issuer, aki; // of the client, for its help lines
    const tv_cell_count *cells;
    const struct tv_row_template *const *templates; // by writer
} tv_cached_rows;

// For runs with these options over `num_cells` truststores. NULL in `*out` when a writer's rows
// have no templates. `max_bytes` bounds the memory.
TV_MUST_USE tv_status tv_row_cache_open(tv_row_cache **out, const tv_judge_options *options,
                                        size_t num_cells, size_t max_bytes);
void tv_row_cache_close(tv_row_cache *cache);

// NULL when nothing is kept of that client.
const tv_cached_rows *tv_row_cache_find(const tv_row_cache *cache, const tv_unique *unique);

// Formats the row, as tv_outputs_row does, and keeps it for the next duplicates of `unique`. Where
// memory is out or bounded, nothing is kept.
void tv_row_cache_format(tv_row_cache *cache, const tv_unique *unique, const tv_row *row,
                         tv_output_bufs *out);

// The rows of `item`, a duplicate of the client that `rows` are of.
void tv_row_cache_replay(const tv_row_cache *cache, const tv_cached_rows *rows, const tv_item *item,
                         tv_output_bufs *out);

#endif
