// SPDX-License-Identifier: Apache-2.0
// In: records. Out: tables for people that fit the width they are given. verify: a line a client
// with a column per truststore where these fit, else a line a cell; audit: a table per truststore
// with the findings below their entry. Counts and what would help come last. Colour repeats what
// the words say and never stands alone.
#include "write/format.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/cert_text.h"
#include "cert/name.h"
#include "write/text_table.h"

enum {
    DEFAULT_COLUMNS = 80,
    MIN_SUBJECT = 16,
    MIN_STORE = 18, // "✗ issuer-not-found"
    MAX_STORE = 33, // "✗ issuer-weak-signature-algorithm"
    LINE_WIDTH = 6,
    KEY_WIDTH = 9,
    DATE_WIDTH = 10,
    FINDING_INDENT = 8,
    COUNT_WIDTH = 8,
};

// The columns of the clients' table. `store` is 0 when the truststores do not fit side by side.
typedef struct matrix_widths {
    size_t client, subject, store;
} matrix_widths;

static tv_text text_of(const tv_writer *writer, tv_buf *out)
{
    unsigned columns = writer->options.columns;
    return (tv_text){out, columns == 0 ? DEFAULT_COLUMNS : columns, writer->options.color};
}

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

static size_t minus(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

static matrix_widths plan_matrix(const tv_text *text, size_t num_stores)
{
    matrix_widths widths = {.client = clamp(text->columns / 5, 16, 32)};
    size_t rest = minus(text->columns, widths.client + TV_TEXT_GAP);
    if (num_stores == 0 || num_stores > rest / (MIN_STORE + TV_TEXT_GAP) ||
        num_stores * (MIN_STORE + TV_TEXT_GAP) + MIN_SUBJECT > rest) {
        widths.subject = clamp(rest, MIN_SUBJECT, SIZE_MAX);
        return widths;
    }
    size_t wanted_subject = clamp(rest / 3, MIN_SUBJECT, 60);
    widths.store =
        clamp(minus(minus(rest, wanted_subject) / num_stores, TV_TEXT_GAP), MIN_STORE, MAX_STORE);
    widths.subject = rest - num_stores * (widths.store + TV_TEXT_GAP);
    return widths;
}

static tv_text_style verdict_style(tv_verdict verdict)
{
    switch (verdict) {
    case TV_VERDICT_ACCEPT:
        return TV_STYLE_GOOD;
    case TV_VERDICT_UNDECIDED:
        return TV_STYLE_DOUBT;
    case TV_VERDICT_DENY:
        break;
    }
    return TV_STYLE_BAD;
}

// "✓ accept", or a mark and the reason.
static void add_verdict(const tv_text *text, const tv_cell *cell, bool is_entry, size_t width)
{
    tv_buf *out = text->out;
    size_t start = out->len;
    bool accepts = cell->verdict == TV_VERDICT_ACCEPT;
    tv_buf_add(out, accepts                                 ? TV_LIT("\u2713 ")
                    : cell->verdict == TV_VERDICT_UNDECIDED ? TV_LIT("? ")
                                                            : TV_LIT("\u2717 "));
    tv_buf_add_text(out, accepts || cell->reason == TV_REASON_NONE
                             ? tv_verdict_word(cell->verdict, is_entry)
                             : tv_reason_id(cell->reason));
    tv_text_cell_tail(text, start, width, verdict_style(cell->verdict));
}

// The subject, or in parentheses why there is none.
static void add_subject(const tv_text *text, const tv_item *item, size_t width)
{
    tv_buf *out = text->out;
    size_t start = out->len;
    if (item->cert != NULL && item->cert->subject.len > 0) {
        tv_name_show(item->cert->subject, out);
    } else {
        tv_buf_add_byte(out, '(');
        tv_buf_add_text(out, item->problem != NULL ? item->problem : "no certificate");
        tv_buf_add_byte(out, ')');
    }
    tv_text_cell_tail(text, start, width, TV_STYLE_PLAIN);
}

static void add_run_header(const tv_text *text, const tv_run_info *run)
{
    char at[TV_TIME_TEXT_LEN];
    tv_time_format(at, run->at);
    tv_buf_add_text(text->out, "profile ");
    tv_text_add(text, tv_span_from_text(tv_profile_name(run->profile)), 0, TV_STYLE_BOLD);
    tv_buf_add_text(text->out, ", at ");
    tv_buf_add_text(text->out, at);
    tv_text_line_end(text);
    for (size_t i = 0; i < run->num_stores; i++) {
        const tv_store_info *store = &run->stores[i];
        tv_buf_add_text(text->out, "truststore ");
        tv_text_add(text, tv_span_from_text(store->name), 0, TV_STYLE_BOLD);
        tv_buf_add_text(text->out, ": ");
        tv_text_add(text, tv_span_from_text(store->file), 0, TV_STYLE_PLAIN);
        tv_buf_add_text(text->out, ", ");
        tv_text_count(text, store->num_entries, "entry", "entries");
        tv_buf_add_text(text->out, ", ");
        tv_text_count(text, store->num_certs, "certificate", "certificates");
        tv_buf_add_text(text->out, ", ");
        tv_text_bytes(text, store->bytes);
        tv_text_line_end(text);
    }
}

static void text_begin(const tv_writer *writer, const tv_run_info *run, tv_buf *out)
{
    tv_text text = text_of(writer, out);
    add_run_header(&text, run);
    tv_text_line_end(&text);
    if (tv_run_is_audit(run)) {
        return; // the head of each table stands before its first entry
    }
    matrix_widths widths = plan_matrix(&text, run->num_stores);
    tv_text_cell(&text, TV_LIT("CLIENT"), widths.client, TV_STYLE_BOLD);
    tv_text_cell(&text, TV_LIT("SUBJECT"), widths.subject, TV_STYLE_BOLD);
    for (size_t i = 0; i < run->num_stores && widths.store > 0; i++) {
        tv_text_cell(&text, tv_span_from_text(run->stores[i].name), widths.store, TV_STYLE_BOLD);
    }
    tv_text_line_end(&text);
}

// The subject of an entry takes what the other columns leave.
static size_t entry_subject_width(const tv_text *text)
{
    size_t others = LINE_WIDTH + KEY_WIDTH + DATE_WIDTH + MIN_STORE + 4 * TV_TEXT_GAP;
    return clamp(minus(text->columns, others), MIN_SUBJECT, SIZE_MAX);
}

static void add_entry_head(const tv_text *text, const tv_store_info *store)
{
    tv_buf_add_byte(text->out, '\n');
    tv_text_add(text, tv_span_from_text(store->name), 0, TV_STYLE_BOLD);
    tv_text_line_end(text);
    tv_text_cell(text, TV_LIT("  LINE"), LINE_WIDTH, TV_STYLE_BOLD);
    tv_text_cell(text, TV_LIT("SUBJECT"), entry_subject_width(text), TV_STYLE_BOLD);
    tv_text_cell(text, TV_LIT("KEY"), KEY_WIDTH, TV_STYLE_BOLD);
    tv_text_cell(text, TV_LIT("NOT AFTER"), DATE_WIDTH, TV_STYLE_BOLD);
    tv_text_cell(text, TV_LIT("VERDICT"), 0, TV_STYLE_BOLD);
    tv_text_line_end(text);
}

static void add_entry_cert(const tv_text *text, const tv_item *item)
{
    bool is_shown = item->cert != NULL && item->cert->subject.len > 0;
    size_t start = text->out->len;
    if (is_shown && item->cert->spki.len > 0) {
        tv_cert_key_text(item->cert, text->out);
    }
    tv_text_cell_tail(text, start, KEY_WIDTH, TV_STYLE_PLAIN);
    char date[TV_TIME_TEXT_LEN] = "";
    if (is_shown) {
        tv_time_format(date, item->cert->not_after);
    }
    tv_text_cell(text, tv_span_part(tv_span_from_text(date), 0, DATE_WIDTH), DATE_WIDTH,
                 TV_STYLE_PLAIN);
}

static void add_entry_line(const tv_text *text, const tv_entry_record *entry)
{
    const tv_item *item = entry->item;
    if (item->line != 0) {
        tv_text_number_cell(text, item->line, LINE_WIDTH);
    } else {
        size_t start = text->out->len;
        tv_buf_add_byte(text->out, '#');
        tv_buf_add_u64(text->out, item->index);
        tv_text_cell_tail(text, start, LINE_WIDTH, TV_STYLE_PLAIN);
    }
    add_subject(text, item, entry_subject_width(text));
    add_entry_cert(text, item);
    add_verdict(text, entry->cell, true, 0);
    tv_text_line_end(text);
}

static void text_entry(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out)
{
    tv_text text = text_of(writer, out);
    if (entry->item->index == 0) {
        add_entry_head(&text, entry->store);
    }
    if (tv_writer_shows(writer, entry->cell->verdict, entry->item)) {
        add_entry_line(&text, entry);
    }
}

static tv_text_style severity_style(tv_severity severity)
{
    return severity == TV_ERROR     ? TV_STYLE_BAD
           : severity == TV_WARNING ? TV_STYLE_DOUBT
                                    : TV_STYLE_DIM;
}

// Where a finding is: FILE:LINE, or nothing when the line of its entry stands right above.
static void add_finding_place(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    bool may_be_left_out = writer->options.only != 0 || writer->options.unique;
    if (finding->rule->scope == TV_SCOPE_ENTRY && !may_be_left_out) {
        return;
    }
    tv_buf_add_text(out, finding->file);
    if (finding->line != 0) {
        tv_buf_add_byte(out, ':');
        tv_buf_add_u64(out, finding->line);
    } else if (finding->entry != TV_ID_NONE) {
        tv_buf_add_byte(out, '#');
        tv_buf_add_u64(out, finding->entry);
    }
    tv_buf_add_text(out, ": ");
}

// "warning: bundle.pem:12: rule-id: message (inferred)", and the help below it. Notes are many and
// ask for nothing: theirs is told by `trustval rules ID`, which the last line says.
static void text_finding(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    tv_text text = text_of(writer, out);
    size_t indent = finding->rule->scope == TV_SCOPE_BUNDLE ? 0 : FINDING_INDENT;
    tv_text_blanks(&text, indent);
    size_t at = indent + tv_text_add(&text, tv_span_from_text(tv_severity_text(finding->severity)),
                                     0, severity_style(finding->severity));
    tv_buf_add_text(out, ": ");
    tv_buf words = {0};
    add_finding_place(writer, finding, &words);
    tv_buf_add_text(&words, finding->rule->id);
    tv_buf_add_text(&words, ": ");
    tv_buf_add(&words, finding->message);
    if (finding->certainty != TV_DOCUMENTED) {
        tv_buf_add_text(&words, " (");
        tv_buf_add_text(&words, tv_certainty_text(finding->certainty));
        tv_buf_add_byte(&words, ')');
    }
    out->failed = out->failed || words.failed;
    tv_text_prose(&text, tv_buf_span(&words), at + 2, indent + 2, TV_STYLE_PLAIN);
    tv_buf_close(&words);
    if (finding->help.len > 0 && finding->severity > TV_NOTE) {
        tv_text_blanks(&text, indent + 2);
        tv_text_prose(&text, finding->help, indent + 2, indent + 2, TV_STYLE_DIM);
    }
}

// A line per cell, below the client's own.
static void add_cell_lines(const tv_writer *writer, const tv_row *row, const tv_text *text)
{
    for (size_t i = 0; i < row->num_cells; i++) {
        const tv_cell *cell = &row->cells[i];
        if (!tv_writer_shows(writer, cell->verdict, row->item)) {
            continue;
        }
        tv_text_blanks(text, 4);
        add_verdict(text, cell, false, MAX_STORE);
        tv_text_add(text, tv_span_from_text(writer->run->stores[i].name),
                    clamp(minus(text->columns, 4 + MAX_STORE + TV_TEXT_GAP), MIN_SUBJECT, SIZE_MAX),
                    TV_STYLE_PLAIN);
        tv_text_line_end(text);
    }
}

static void text_row(const tv_writer *writer, const tv_row *row, tv_buf *out)
{
    if (!tv_writer_shows_row(writer, row)) {
        return;
    }
    tv_text text = text_of(writer, out);
    matrix_widths widths = plan_matrix(&text, row->num_cells);
    const tv_item *item = row->item;
    tv_text_place_cell(&text, item->file, item->line, item->index, widths.client);
    add_subject(&text, item, widths.subject);
    for (size_t i = 0; i < row->num_cells && widths.store > 0; i++) {
        add_verdict(&text, &row->cells[i], false, widths.store);
    }
    tv_text_line_end(&text);
    if (widths.store == 0) {
        add_cell_lines(writer, row, &text);
    }
}

// The reasons of one truststore with their counts, what they mean, and the target's own words.
static void add_reason_counts(const tv_text *text, const tv_run_info *run,
                              const tv_store_counts *counts)
{
    size_t width = 0;
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        size_t len = strlen(tv_reason_id((tv_reason)i));
        width = counts->reasons[i] > 0 && len > width ? len : width;
    }
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        tv_reason reason = (tv_reason)i;
        if (counts->reasons[i] == 0) {
            continue;
        }
        tv_text_number_cell(text, counts->reasons[i], COUNT_WIDTH);
        tv_text_cell(text, tv_span_from_text(tv_reason_id(reason)), width, TV_STYLE_PLAIN);
        tv_text_add(text, tv_span_from_text(tv_reason_text(reason)), 0, TV_STYLE_PLAIN);
        tv_text_line_end(text);
        const char *own_text = tv_profile_reason_text(run->profile, reason);
        if (own_text != NULL) {
            tv_text_blanks(text, COUNT_WIDTH + TV_TEXT_GAP + width + TV_TEXT_GAP);
            tv_buf_add_text(text->out, "the target says: ");
            tv_text_add(text, tv_span_from_text(own_text), 0, TV_STYLE_PLAIN);
            tv_text_line_end(text);
        }
    }
}

static void add_store_summary(const tv_writer *writer, const tv_text *text, size_t store,
                              const tv_store_counts *counts)
{
    static const tv_verdict order[] = {TV_VERDICT_ACCEPT, TV_VERDICT_DENY, TV_VERDICT_UNDECIDED};
    const tv_run_info *run = writer->run;
    tv_text_add(text, tv_span_from_text(run->stores[store].name), 0, TV_STYLE_BOLD);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        uint64_t count = counts->verdicts[order[i]];
        tv_buf_add_text(text->out, i == 0 ? ": " : ", ");
        tv_buf_add_u64(text->out, count);
        tv_buf_add_byte(text->out, ' ');
        tv_text_add(text, tv_span_from_text(tv_verdict_word(order[i], tv_run_is_audit(run))), 0,
                    count == 0 ? TV_STYLE_PLAIN : verdict_style(order[i]));
    }
    tv_text_line_end(text);
    add_reason_counts(text, run, counts);
}

static void add_help(const tv_writer *writer, const tv_text *text, const tv_summary *summary)
{
    if (summary->num_help == 0) {
        return;
    }
    tv_buf_add_byte(text->out, '\n');
    tv_text_add(text, TV_LIT("What would help"), 0, TV_STYLE_BOLD);
    tv_text_line_end(text);
    for (size_t i = 0; i < summary->num_help; i++) {
        const tv_help_count *help = &summary->help[i];
        tv_text_number_cell(text, help->count, COUNT_WIDTH);
        size_t at = COUNT_WIDTH + TV_TEXT_GAP;
        if (writer->run->num_stores > 1) {
            at += tv_text_add(text, tv_span_from_text(writer->run->stores[help->store].name), 0,
                              TV_STYLE_BOLD);
            tv_buf_add_text(text->out, ": ");
            at += 2;
        }
        tv_text_prose(text, tv_span_from_text(help->text), at, COUNT_WIDTH + TV_TEXT_GAP,
                      TV_STYLE_PLAIN);
    }
}

static void add_totals(const tv_writer *writer, const tv_text *text, const tv_summary *summary)
{
    bool is_audit = tv_run_is_audit(writer->run);
    tv_buf_add_byte(text->out, '\n');
    tv_text_count(text, summary->num_blocks, is_audit ? "entry" : "client",
                  is_audit ? "entries" : "clients");
    tv_buf_add_text(text->out, " (");
    tv_buf_add_u64(text->out, summary->num_unique);
    tv_buf_add_text(text->out, " distinct), ");
    tv_text_count(text, summary->signature_checks, "signature checked", "signatures checked");
    if (is_audit) {
        tv_buf_add_text(text->out, "; ");
        tv_text_count(text, summary->findings[TV_ERROR], "error", "errors");
        tv_buf_add_text(text->out, ", ");
        tv_text_count(text, summary->findings[TV_WARNING], "warning", "warnings");
        tv_buf_add_text(text->out, ", ");
        tv_text_count(text, summary->findings[TV_NOTE], "note", "notes");
        if (summary->findings[TV_NOTE] > 0) {
            tv_buf_add_text(text->out, " (`trustval rules ID` explains one)");
        }
    }
    if (summary->crosschecked > 0) {
        tv_buf_add_text(text->out, "; ");
        tv_text_count(text, summary->crosschecked, "cell", "cells");
        tv_buf_add_text(text->out, " judged again by libcrypto: ");
        tv_text_count(text, summary->crosscheck_differences, "difference", "differences");
        tv_buf_add_text(text->out, ", ");
        tv_buf_add_u64(text->out, summary->crosscheck_explained);
        tv_buf_add_text(text->out, " explained");
    }
    tv_text_line_end(text);
    if (!summary->complete) {
        tv_text_add(text, TV_LIT("INCOMPLETE: not all of the input was judged"), 0, TV_STYLE_BAD);
        if (summary->num_failed > 0) {
            tv_buf_add_text(text->out, "; ");
            tv_text_count(text, summary->num_failed, "input", "inputs");
            tv_buf_add_text(text->out, " could not be read");
        }
        tv_text_line_end(text);
    }
}

static void text_end(const tv_writer *writer, const tv_summary *summary, tv_buf *out)
{
    tv_text text = text_of(writer, out);
    tv_buf_add_byte(out, '\n');
    for (size_t i = 0; i < summary->num_stores; i++) {
        add_store_summary(writer, &text, i, &summary->stores[i]);
    }
    add_help(writer, &text, summary);
    add_totals(writer, &text, summary);
}

const tv_format_ops tv_format_text = {
    .name = "text",
    .begin = text_begin,
    .entry = text_entry,
    .finding = text_finding,
    .row = text_row,
    .end = text_end,
};
