// SPDX-License-Identifier: Apache-2.0
// Cells come in, counts go out. Help lines are told apart by store, reason and text; there are few
// of them (a missing CA is missing to all its clients), so a list is searched from its front.

#include "report/tally.h"

#include "base/span.h"

#include <stdlib.h>

tv_status tv_tally_open(tv_tally *tally, size_t num_stores)
{
    memset(tally, 0, sizeof(*tally));
    tally->num_stores = num_stores;
    tally->stores = calloc(num_stores + 1, sizeof(*tally->stores));
    return tally->stores != NULL ? TV_OK : TV_ERR_NOMEM;
}

void tv_tally_clear(tv_tally *tally)
{
    memset(tally->stores, 0, tally->num_stores * sizeof(*tally->stores));
    memset(tally->findings, 0, sizeof(tally->findings));
    tally->num_blocks = 0;
    tally->num_unique = 0;
    tally->num_bytes = 0;
    tally->signature_checks = 0;
    tally->crosschecked = 0;
    tally->crosscheck_explained = 0;
    tally->crosscheck_differences = 0;
    tally->num_help = 0;
    tv_buf_clear(&tally->texts);
}

void tv_tally_close(tv_tally *tally)
{
    free(tally->stores);
    tv_buf_close(&tally->texts);
    memset(tally, 0, sizeof(*tally));
}

void tv_tally_cell(tv_tally *tally, uint32_t store, const tv_cell *cell)
{
    tally->stores[store].verdicts[cell->verdict]++;
    tally->stores[store].reasons[cell->reason]++;
}

static tv_span text_of(const tv_tally *tally, const tv_tally_help *help)
{
    return tv_span_make(tally->texts.ptr + help->text, help->len);
}

void tv_tally_help_line(tv_tally *tally, uint32_t store, tv_reason reason, tv_span text,
                        uint64_t count)
{
    for (size_t i = 0; i < tally->num_help; i++) {
        tv_tally_help *known = &tally->help[i];
        if (known->store == store && known->reason == reason &&
            tv_span_equal(text_of(tally, known), text)) {
            known->count += count;
            return;
        }
    }
    if (tally->num_help == TV_TALLY_MAX_HELP) {
        return;
    }
    size_t at = tally->texts.len;
    tv_buf_add(&tally->texts, text);
    if (!tally->texts.failed) {
        tally->help[tally->num_help++] = (tv_tally_help){store, reason, count, at, text.len};
    }
}

void tv_tally_add(tv_tally *total, const tv_tally *part)
{
    for (size_t s = 0; s < total->num_stores; s++) {
        for (size_t v = 0; v < 3; v++) {
            total->stores[s].verdicts[v] += part->stores[s].verdicts[v];
        }
        for (size_t r = 0; r < TV_REASON_COUNT; r++) {
            total->stores[s].reasons[r] += part->stores[s].reasons[r];
        }
    }
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
    for (size_t i = 0; i < part->num_help; i++) {
        const tv_tally_help *help = &part->help[i];
        tv_tally_help_line(total, help->store, help->reason, text_of(part, help), help->count);
    }
}

size_t tv_tally_top_help(const tv_tally *tally, tv_help_count *out, size_t cap, tv_buf *help_texts)
{
    bool taken[TV_TALLY_MAX_HELP] = {false};
    size_t starts[TV_TALLY_MAX_HELP];
    size_t count = tally->num_help < cap ? tally->num_help : cap;
    tv_buf_clear(help_texts);
    for (size_t n = 0; n < count; n++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < tally->num_help; i++) {
            if (!taken[i] && (best == SIZE_MAX || tally->help[i].count > tally->help[best].count)) {
                best = i;
            }
        }
        taken[best] = true;
        const tv_tally_help *help = &tally->help[best];
        out[n] = (tv_help_count){help->store, help->reason, help->count, NULL};
        starts[n] = help_texts->len;
        tv_buf_add(help_texts, text_of(tally, help));
        tv_buf_add_byte(help_texts, 0);
    }
    if (help_texts->failed) {
        return 0;
    }
    for (size_t n = 0; n < count; n++) {
        out[n].text = (const char *)help_texts->ptr + starts[n];
    }
    return count;
}
