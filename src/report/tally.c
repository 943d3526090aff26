// SPDX-License-Identifier: Apache-2.0
// Cells come in, counts go out. What was counted is known by store and reason, so that clearing and
// adding up cost no more than that. A help line is counted by what it is made from; its text is
// made when all is counted.

#include "report/tally.h"

#include "base/span.h"
#include "base/vec.h"

#include <stdlib.h>

_Static_assert(TV_REASON_COUNT <= 32, "a bit each");

tv_status tv_tally_open(tv_tally *tally, size_t num_stores, uint64_t seed)
{
    *tally = (tv_tally){.num_stores = num_stores};
    tv_help_lines_open(&tally->help, seed);
    tally->stores = calloc(num_stores + 1, sizeof(*tally->stores));
    tally->reasons = calloc(num_stores + 1, sizeof(*tally->reasons));
    tally->touched = calloc(num_stores + 1, sizeof(*tally->touched));
    if (tally->stores == NULL || tally->reasons == NULL || tally->touched == NULL) {
        tv_tally_close(tally);
        return TV_ERR_NOMEM;
    }
    return TV_OK;
}

void tv_tally_clear(tv_tally *tally)
{
    for (size_t i = 0; i < tally->num_touched; i++) {
        uint32_t store = tally->touched[i];
        tally->stores[store] = (tv_store_counts){0};
        tally->reasons[store] = 0;
    }
    tally->num_touched = 0;
    memset(tally->findings, 0, sizeof(tally->findings));
    tally->num_blocks = 0;
    tally->num_unique = 0;
    tally->num_bytes = 0;
    tally->signature_checks = 0;
    tally->crosschecked = 0;
    tally->crosscheck_explained = 0;
    tally->crosscheck_differences = 0;
    tv_help_lines_clear(&tally->help);
    tally->settled = NULL;
    tally->num_help_counts = 0;
}

void tv_tally_close(tv_tally *tally)
{
    free(tally->stores);
    free(tally->reasons);
    free(tally->touched);
    tv_help_lines_close(&tally->help);
    free(tally->help_counts);
    *tally = (tv_tally){0};
}

bool tv_tally_is_settled(const tv_tally *total)
{
    return total->help.num_lines == TV_TALLY_MAX_HELP;
}

void tv_tally_settle(tv_tally *tally, const tv_tally *total)
{
    tv_help_lines_close(&tally->help); // may have been large, and is not used again in this run
    tally->settled = &total->help;
}

static bool add_help(tv_tally *tally, uint32_t line, uint64_t count)
{
    if (line >= tally->num_help_counts) {
        if (!tv_vec_grow((void **)&tally->help_counts, &tally->cap_help_counts, (size_t)line + 1,
                         sizeof(*tally->help_counts))) {
            return false;
        }
        size_t num_new = (size_t)line + 1 - tally->num_help_counts;
        memset(tally->help_counts + tally->num_help_counts, 0,
               num_new * sizeof(*tally->help_counts));
        tally->num_help_counts = (size_t)line + 1;
    }
    tally->help_counts[line] += count;
    return true;
}

static void add_reason(tv_tally *tally, uint32_t store, tv_reason reason, uint64_t count)
{
    if (tally->reasons[store] == 0) {
        tally->touched[tally->num_touched++] = store;
    }
    tally->reasons[store] |= TV_REASON_BIT(reason);
    tally->stores[store].reasons[reason] += count;
}

// The keys of a certificate's help lines, made where a cell first asks: most of its denials are of
// one kind, and many tell of the same near miss.
typedef struct known_keys {
    tv_help_key keys[TV_HINT_KINDS];
    uint32_t made; // a bit for each kind
} known_keys;

static const tv_help_key *key_of(known_keys *known, const tv_help_lines *set, const tv_cert *cert,
                                 const tv_cell *cell)
{
    tv_hint_source source;
    if (!tv_hint_source_of(cert, cell, &source)) {
        return NULL;
    }
    tv_help_key *key = &known->keys[source.hint];
    if ((known->made >> source.hint & 1) == 0 || key->source.near != source.near ||
        key->source.reason != source.reason) {
        *key = tv_help_key_make(set, &source);
        known->made |= UINT32_C(1) << source.hint;
    }
    return key;
}

static bool count_help(tv_tally *tally, uint32_t store, const tv_help_key *key)
{
    if (tally->settled != NULL) {
        uint32_t line = tv_help_lines_find(tally->settled, store, key);
        return line == TV_ID_NONE || add_help(tally, line, 1);
    }
    uint32_t line = tv_help_lines_add(&tally->help, store, key);
    return line != TV_ID_NONE && add_help(tally, line, 1);
}

bool tv_tally_cells(tv_tally *tally, const tv_cert *cert, uint32_t store, const tv_cell *cells,
                    size_t num_cells)
{
    known_keys known;
    known.made = 0;
    for (size_t i = 0; i < num_cells; i++, store++) {
        const tv_cell *cell = &cells[i];
        tally->stores[store].verdicts[cell->verdict]++;
        add_reason(tally, store, cell->reason, 1);
        if (cell->hint == TV_HINT_NONE || cell->verdict == TV_VERDICT_ACCEPT) {
            continue;
        }
        const tv_help_key *key = key_of(&known, &tally->help, cert, cell);
        if (key != NULL && !count_help(tally, store, key)) {
            return false;
        }
    }
    return true;
}

static void add_stores(tv_tally *total, const tv_tally *part)
{
    for (size_t i = 0; i < part->num_touched; i++) {
        uint32_t store = part->touched[i];
        const tv_store_counts *counts = &part->stores[store];
        for (size_t v = 0; v < 3; v++) {
            total->stores[store].verdicts[v] += counts->verdicts[v];
        }
        for (uint32_t bits = part->reasons[store]; bits != 0; bits &= bits - 1) {
            unsigned reason = (unsigned)__builtin_ctz(bits);
            add_reason(total, store, (tv_reason)reason, counts->reasons[reason]);
        }
    }
}

static bool add_lines(tv_tally *total, const tv_tally *part)
{
    for (uint32_t i = 0; i < part->num_help_counts; i++) {
        uint32_t line = i;
        if (part->settled == NULL) {
            uint32_t store = part->help.lines[i].store;
            const tv_help_key *key = tv_help_lines_key(&part->help, i);
            line = tv_help_lines_find(&total->help, store, key);
            if (line == TV_ID_NONE && tv_tally_is_settled(total)) {
                continue;
            }
            if (line == TV_ID_NONE) {
                line = tv_help_lines_add(&total->help, store, key);
            }
        }
        if (line == TV_ID_NONE || !add_help(total, line, part->help_counts[i])) {
            return false;
        }
    }
    return true;
}

bool tv_tally_add(tv_tally *total, const tv_tally *part)
{
    add_stores(total, part);
    for (size_t i = 0; i < 4; i++) {
        total->findings[i] += part->findings[i];
    }
    total->num_blocks += part->num_blocks;
    total->num_unique += part->num_unique;
    total->num_bytes += part->num_bytes;
    total->signature_checks += part->signature_checks;
    total->crosschecked += part->crosschecked;
    total->crosscheck_explained += part->crosscheck_explained;
    total->crosscheck_differences += part->crosscheck_differences;
    return add_lines(total, part);
}

// A help line with its text, which stands in the buffer of texts from `text` on.
typedef struct told_line {
    uint32_t store;
    tv_reason reason;
    uint64_t count; // 0: told
    size_t text, len;
} told_line;

static tv_span text_of(const tv_buf *texts, const told_line *line)
{
    return tv_span_make(texts->ptr + line->text, line->len);
}

// All lines with their texts, those with one text as one; how many.
static size_t tell_all(const tv_tally *total, told_line *lines, tv_buf *texts)
{
    size_t count = 0;
    for (size_t i = 0; i < total->num_help_counts; i++) {
        const tv_hint_source *source = &tv_help_lines_key(&total->help, (uint32_t)i)->source;
        told_line line = {total->help.lines[i].store, source->reason, total->help_counts[i],
                          texts->len, 0};
        tv_hint_source_text(source, texts);
        line.len = texts->len - line.text;
        size_t at = 0;
        while (at < count && (lines[at].store != line.store || lines[at].reason != line.reason ||
                              !tv_span_equal(text_of(texts, &lines[at]), text_of(texts, &line)))) {
            at++;
        }
        if (at < count) {
            lines[at].count += line.count;
            texts->len = line.text;
            continue;
        }
        tv_buf_add_byte(texts, 0);
        lines[count++] = line;
    }
    return texts->failed ? 0 : count;
}

size_t tv_tally_top_help(const tv_tally *total, tv_help_count *out, size_t cap, tv_buf *help_texts)
{
    told_line lines[TV_TALLY_MAX_HELP];
    tv_buf_clear(help_texts);
    size_t num_lines = tell_all(total, lines, help_texts);
    size_t count = num_lines < cap ? num_lines : cap;
    for (size_t n = 0; n < count; n++) {
        told_line *best = &lines[0];
        for (size_t i = 1; i < num_lines; i++) {
            if (lines[i].count > best->count) {
                best = &lines[i];
            }
        }
        out[n] = (tv_help_count){best->store, best->reason, best->count,
                                 (const char *)help_texts->ptr + best->text};
        best->count = 0;
    }
    return count;
}
