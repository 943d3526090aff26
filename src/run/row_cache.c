// SPDX-License-Identifier: Apache-2.0
// A table of few places a client may stand in, over memory that is only ever added to. When either
// is full, all is forgotten: what comes often comes back soon.

#include "run/row_cache.h"

#include "base/arena.h"
#include "base/span.h"
#include "write/row_template.h"

#include <stdlib.h>

enum {
    NUM_SLOTS = 1 << 16,
    WINDOW = 8, // places that a client may stand in
};

struct tv_row_cache {
    const tv_judge_options *options;
    size_t num_cells;
    size_t max_bytes;
    tv_arena arena;
    tv_row_mark *marks;
    size_t num_marks;
    const tv_row_template **made; // by writer, of the row at hand
    tv_cached_rows *slots[NUM_SLOTS];
};

tv_status tv_row_cache_open(tv_row_cache **out, const tv_judge_options *options, size_t num_cells,
                            size_t max_bytes)
{
    *out = NULL;
    for (size_t i = 0; i < options->num_writers; i++) {
        if (!tv_writer_can_template(options->writers[i])) {
            return TV_OK;
        }
    }
    tv_row_cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL) {
        return TV_ERR_NOMEM;
    }
    cache->options = options;
    cache->num_cells = num_cells;
    cache->max_bytes = max_bytes;
    cache->num_marks = TV_ROW_MARKS(num_cells);
    cache->marks = calloc(cache->num_marks, sizeof(*cache->marks));
    cache->made = calloc(options->num_writers + 1, sizeof(tv_row_template *));
    if (cache->marks == NULL || cache->made == NULL) {
        tv_row_cache_close(cache);
        return TV_ERR_NOMEM;
    }
    *out = cache;
    return TV_OK;
}

void tv_row_cache_close(tv_row_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    tv_arena_close(&cache->arena);
    free(cache->marks);
    free(cache->made);
    free(cache);
}

// The first place of a client. Records lie side by side, so that their addresses are well spread.
static size_t place_of(const tv_unique *unique)
{
    uint64_t key = (uint64_t)(uintptr_t)unique / sizeof(void *);
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 48);
}

const tv_cached_rows *tv_row_cache_find(const tv_row_cache *cache, const tv_unique *unique)
{
    size_t at = place_of(unique);
    for (size_t i = 0; i < WINDOW; i++) {
        const tv_cached_rows *rows = cache->slots[(at + i) % NUM_SLOTS];
        if (rows == NULL) {
            return NULL;
        }
        if (rows->unique == unique) {
            return rows;
        }
    }
    return NULL;
}

static void forget_all(tv_row_cache *cache)
{
    memset(cache->slots, 0, sizeof(cache->slots));
    tv_arena_reset(&cache->arena);
}

// A free place for a client that has none, or NULL.
static tv_cached_rows **take_slot(tv_row_cache *cache, const tv_unique *unique)
{
    size_t at = place_of(unique);
    for (size_t i = 0; i < WINDOW; i++) {
        tv_cached_rows **slot = &cache->slots[(at + i) % NUM_SLOTS];
        if (*slot == NULL) {
            return slot;
        }
    }
    return NULL;
}

// Formats the row for one writer and makes its template; NULL when there is none.
static const tv_row_template *format_one(tv_row_cache *cache, const tv_writer *writer,
                                         const tv_row *row, tv_buf *out)
{
    tv_row_marks marks = {.marks = cache->marks, .cap = cache->num_marks};
    size_t start = out->len;
    tv_writer_row_marked(writer, row, &marks, out);
    if (out->failed) {
        return NULL;
    }
    size_t size = tv_row_template_size(&marks, out->len - start);
    if (size == 0 || size > cache->max_bytes / 16) {
        return NULL;
    }
    void *memory = tv_arena_alloc(&cache->arena, size);
    return memory != NULL ? tv_row_template_make(
                                memory, tv_span_make(out->ptr + start, out->len - start), &marks)
                          : NULL;
}

static void keep(tv_row_cache *cache, const tv_unique *unique, const tv_row *row,
                 tv_cached_rows **slot)
{
    size_t num_writers = cache->options->num_writers;
    const tv_cert *cert = row->item->cert;
    tv_cached_rows *rows = tv_arena_array(&cache->arena, 1, sizeof(*rows));
    tv_cell_count *cells = tv_arena_array(&cache->arena, row->num_cells, sizeof(*cells));
    const tv_row_template **templates =
        tv_arena_array(&cache->arena, num_writers, sizeof(tv_row_template *));
    if (rows == NULL || cells == NULL || templates == NULL) {
        return;
    }
    bool has_hint = false;
    for (size_t i = 0; i < row->num_cells; i++) {
        const tv_cell *cell = &row->cells[i];
        cells[i] = (tv_cell_count){cell->near_miss, (uint8_t)cell->verdict, (uint8_t)cell->reason,
                                   (uint8_t)cell->hint};
        has_hint = has_hint || cell->hint != TV_HINT_NONE;
    }
    for (size_t i = 0; i < num_writers; i++) {
        templates[i] = cache->made[i];
    }
    rows->unique = unique;
    rows->cells = cells;
    rows->templates = templates;
    if (has_hint && cert != NULL) {
        rows->issuer = tv_arena_copy(&cache->arena, cert->issuer);
        rows->aki = tv_arena_copy(&cache->arena, cert->aki);
        if (rows->issuer.ptr == NULL || rows->aki.ptr == NULL) {
            return;
        }
    }
    *slot = rows;
}

void tv_row_cache_format(tv_row_cache *cache, const tv_unique *unique, const tv_row *row,
                         tv_output_bufs *out)
{
    if (cache->arena.used > cache->max_bytes || take_slot(cache, unique) == NULL) {
        forget_all(cache);
    }
    bool whole = true;
    for (size_t i = 0; i < cache->options->num_writers; i++) {
        cache->made[i] = format_one(cache, cache->options->writers[i], row, &out->bufs[i]);
        whole = whole && cache->made[i] != NULL;
    }
    if (whole) {
        keep(cache, unique, row, take_slot(cache, unique));
    }
}

void tv_row_cache_replay(const tv_row_cache *cache, const tv_cached_rows *rows, const tv_item *item,
                         tv_output_bufs *out)
{
    for (size_t i = 0; i < cache->options->num_writers; i++) {
        tv_row_template_replay(cache->options->writers[i], rows->templates[i], item, &out->bufs[i]);
    }
}
