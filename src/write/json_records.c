// SPDX-License-Identifier: Apache-2.0
// In: records. Out: their JSON objects, field by field in the order that the schema names. A field
// that has no value is null, never left out, so that a reader finds the same shape in each record.
// No clock, no thread count: equal input gives equal bytes.
#include "write/json_records.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/cert_text.h"
#include "cert/name.h"
#include "report/hint.h"
#include "write/escape.h"

static void add_text(tv_buf *out, const char *text)
{
    tv_escape_json(out, tv_span_from_text(text));
}

static void add_text_or_null(tv_buf *out, const char *text)
{
    if (text == NULL) {
        tv_buf_add(out, TV_LIT("null"));
    } else {
        add_text(out, text);
    }
}

// A word from one of our own lists: nothing in it needs escaping.
static void add_word(tv_buf *out, const char *word)
{
    tv_buf_add_byte(out, '"');
    tv_buf_add_text(out, word);
    tv_buf_add_byte(out, '"');
}

static void add_time(tv_buf *out, tv_time time)
{
    char text[TV_TIME_TEXT_LEN + 1];
    text[0] = '"';
    tv_time_format(text + 1, time);
    text[TV_TIME_TEXT_LEN] = '"'; // in place of the NUL
    tv_buf_add(out, tv_span_make(text, sizeof(text)));
}

static void add_fingerprint(tv_buf *out, const tv_fingerprint *fingerprint)
{
    tv_buf_add_byte(out, '"');
    tv_buf_add_hex(out, tv_span_make(fingerprint->bytes, sizeof(fingerprint->bytes)));
    tv_buf_add_byte(out, '"');
}

static void add_name(tv_buf *out, tv_span name)
{
    size_t start = out->len;
    if (tv_name_show(name, out)) {
        tv_escape_quote_tail(out, start); // most names need no other escaping
    } else {
        tv_escape_json_tail(out, start);
    }
}

static void add_count_field(tv_buf *out, tv_span key, uint64_t value)
{
    tv_buf_add(out, key);
    tv_buf_add_u64(out, value);
}

// A line from 1, null when there is none.
static void add_line(tv_buf *out, uint32_t line)
{
    if (line == 0) {
        tv_buf_add(out, TV_LIT("null"));
    } else {
        tv_buf_add_u64(out, line);
    }
}

// The fields that come from the certificate. A view that ends early (malformed) leaves those null
// that it did not reach.
static void add_cert_fields(const tv_item *item, tv_buf *out)
{
    const tv_cert *cert = item->cert;
    tv_buf_add(out, TV_LIT(",\"fingerprint\":"));
    if (item->fingerprint != NULL) {
        add_fingerprint(out, item->fingerprint);
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
    if (cert == NULL || cert->subject.len == 0) {
        tv_buf_add(out, TV_LIT(",\"subject\":null,\"issuer\":null,\"serial\":null,\"not_before\":"
                               "null,\"not_after\":null,\"key\":null,\"signature\":null"));
        return;
    }
    tv_buf_add(out, TV_LIT(",\"subject\":"));
    add_name(out, cert->subject);
    tv_buf_add(out, TV_LIT(",\"issuer\":"));
    add_name(out, cert->issuer);
    tv_buf_add(out, TV_LIT(",\"serial\":\""));
    tv_cert_serial_text(cert, out);
    tv_buf_add(out, TV_LIT("\",\"not_before\":"));
    add_time(out, cert->not_before);
    tv_buf_add(out, TV_LIT(",\"not_after\":"));
    add_time(out, cert->not_after);
    if (cert->spki.len > 0) {
        tv_buf_add(out, TV_LIT(",\"key\":\""));
        tv_cert_key_text(cert, out);
        tv_buf_add(out, TV_LIT("\",\"signature\":\""));
    } else {
        tv_buf_add(out, TV_LIT(",\"key\":null,\"signature\":\""));
    }
    tv_cert_signature_text(cert, out);
    tv_buf_add_byte(out, '"');
}

// From "index" to "bytes": where a block stands in its file.
static void add_position(const tv_item *item, tv_buf *out)
{
    add_count_field(out, TV_LIT("\"index\":"), item->index);
    tv_buf_add(out, TV_LIT(",\"line\":"));
    add_line(out, item->line);
    add_count_field(out, TV_LIT(",\"offset\":"), item->offset);
    add_count_field(out, TV_LIT(",\"bytes\":"), item->bytes);
}

// The value of "file", and the position behind it.
static void add_place(const tv_item *item, tv_buf *out)
{
    add_text(out, item->file);
    tv_buf_add_byte(out, ',');
    add_position(item, out);
}

// The value of "duplicate_of".
static void add_first(const tv_item *item, tv_buf *out)
{
    if (!item->is_duplicate) {
        tv_buf_add(out, TV_LIT("null"));
        return;
    }
    tv_buf_add(out, TV_LIT("{\"file\":"));
    add_text(out, item->first_file);
    add_count_field(out, TV_LIT(",\"index\":"), item->first_index);
    tv_buf_add(out, TV_LIT(",\"line\":"));
    add_line(out, item->first_line);
    tv_buf_add_byte(out, '}');
}

// From "fingerprint" to "problem_offset": what is known of a block wherever it stands, but for
// "duplicate_of" among it.
static void add_content(const tv_item *item, tv_row_marks *marks, tv_buf *out)
{
    add_cert_fields(item, out);
    tv_buf_add(out, TV_LIT(",\"duplicate_of\":"));
    size_t start = out->len;
    add_first(item, out);
    tv_row_marks_note(marks, TV_PART_DUPLICATE_OF, start, out);
    if (item->problem != NULL) {
        tv_buf_add(out, TV_LIT(",\"problem\":"));
        add_text(out, item->problem);
        add_count_field(out, TV_LIT(",\"problem_offset\":"), item->problem_offset);
    } else {
        tv_buf_add(out, TV_LIT(",\"problem\":null,\"problem_offset\":null"));
    }
}

// The ids of a set of reasons, in the order of how much they tell.
static void add_reasons(tv_buf *out, uint32_t reasons)
{
    bool first = true;
    tv_buf_add_byte(out, '[');
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT && reasons != 0; i++) {
        if ((reasons & TV_REASON_BIT(i)) == 0) {
            continue;
        }
        reasons &= ~TV_REASON_BIT(i);
        if (!first) {
            tv_buf_add_byte(out, ',');
        }
        first = false;
        add_word(out, tv_reason_id((tv_reason)i));
    }
    tv_buf_add_byte(out, ']');
}

// The fingerprints of the path, the judged certificate first.
static void add_path(const tv_item *item, const tv_cell *cell, tv_buf *out)
{
    tv_buf_add_byte(out, '[');
    if (item->fingerprint != NULL) {
        add_fingerprint(out, item->fingerprint);
        for (size_t i = 0; i < cell->path_len; i++) {
            tv_buf_add_byte(out, ',');
            add_fingerprint(out, &cell->path[i]->fingerprint);
        }
    }
    tv_buf_add_byte(out, ']');
}

static void add_help(const tv_item *item, const tv_cell *cell, tv_buf *out)
{
    tv_buf_add(out, TV_LIT(",\"help\":"));
    size_t start = out->len;
    if (cell->hint != TV_HINT_NONE && item->cert != NULL) {
        tv_hint_text(item->cert, cell, out);
    }
    if (out->len == start) {
        tv_buf_add(out, TV_LIT("null"));
    } else {
        tv_escape_json_tail(out, start);
    }
}

// From "verdict" to "breaks_at".
static void add_cell_fields(const tv_writer *writer, const tv_item *item, const tv_cell *cell,
                            bool is_entry, tv_buf *out)
{
    tv_buf_add(out, TV_LIT(",\"verdict\":"));
    add_word(out, tv_verdict_word(cell->verdict, is_entry));
    tv_buf_add(out, TV_LIT(",\"reason\":"));
    if (cell->reason != TV_REASON_NONE) {
        add_word(out, tv_reason_id(cell->reason));
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
    tv_buf_add(out, TV_LIT(",\"reasons\":"));
    add_reasons(out, cell->reasons);
    tv_buf_add(out, TV_LIT(",\"advices\":"));
    add_reasons(out, cell->advices);
    tv_buf_add(out, TV_LIT(",\"gateway_reason\":"));
    add_text_or_null(out, tv_cell_gateway_text(writer, cell));
    tv_buf_add(out, TV_LIT(",\"certainty\":"));
    add_word(out, tv_certainty_text(cell->certainty));
    tv_buf_add(out, TV_LIT(",\"openssl_code\":"));
    tv_buf_add_i64(out, tv_reason_openssl_code(cell->reason));
    add_count_field(out, TV_LIT(",\"depth\":"), cell->depth);
    tv_buf_add(out, TV_LIT(",\"path\":"));
    add_path(item, cell, out);
    tv_buf_add(out, TV_LIT(",\"anchor\":"));
    if (cell->anchor != NULL) {
        add_fingerprint(out, &cell->anchor->fingerprint);
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
    add_help(item, cell, out);
    tv_buf_add(out, TV_LIT(",\"breaks_at\":"));
    if (cell->breaks_at != TV_TIME_NONE) {
        add_time(out, cell->breaks_at);
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
}

void tv_json_run(const tv_run_info *run, const tv_json_frame *frame, tv_buf *out)
{
    tv_buf_add(out, frame->before);
    tv_buf_add(out, TV_LIT("{\"type\":\"run\",\"schema\":\"" TV_SCHEMA
                           "\",\"tool\":\"trustval\",\"version\":"));
    add_text(out, tv_version());
    tv_buf_add(out, TV_LIT(",\"command\":"));
    add_text(out, run->command);
    tv_buf_add(out, TV_LIT(",\"profile\":"));
    add_text(out, tv_profile_name(run->profile));
    tv_buf_add(out, TV_LIT(",\"at\":"));
    add_time(out, run->at);
    tv_buf_add(out, TV_LIT(",\"truststores\":["));
    for (size_t i = 0; i < run->num_stores; i++) {
        const tv_store_info *store = &run->stores[i];
        tv_buf_add(out, i == 0 ? TV_LIT("{\"name\":") : TV_LIT(",{\"name\":"));
        add_text(out, store->name);
        tv_buf_add(out, TV_LIT(",\"file\":"));
        add_text(out, store->file);
        add_count_field(out, TV_LIT(",\"entries\":"), store->num_entries);
        add_count_field(out, TV_LIT(",\"certificates\":"), store->num_certs);
        add_count_field(out, TV_LIT(",\"bytes\":"), store->bytes);
        tv_buf_add_byte(out, '}');
    }
    tv_buf_add(out, TV_LIT("]}"));
    tv_buf_add(out, frame->after);
}

void tv_json_entry(const tv_writer *writer, const tv_entry_record *entry,
                   const tv_json_frame *frame, tv_buf *out)
{
    if (!tv_writer_shows(writer, entry->cell->verdict, entry->item)) {
        return;
    }
    tv_buf_add(out, frame->before);
    tv_buf_add(out, TV_LIT("{\"type\":\"entry\",\"truststore\":"));
    add_text(out, entry->store->name);
    tv_buf_add(out, TV_LIT(",\"file\":"));
    add_place(entry->item, out);
    add_content(entry->item, NULL, out);
    add_cell_fields(writer, entry->item, entry->cell, true, out);
    tv_buf_add_byte(out, '}');
    tv_buf_add(out, frame->after);
}

void tv_json_finding(const tv_finding *finding, const tv_json_frame *frame, tv_buf *out)
{
    tv_buf_add(out, frame->before);
    tv_buf_add(out, TV_LIT("{\"type\":\"finding\",\"rule\":"));
    add_text(out, finding->rule->id);
    tv_buf_add(out, TV_LIT(",\"severity\":"));
    add_word(out, tv_severity_text(finding->severity));
    tv_buf_add(out, TV_LIT(",\"certainty\":"));
    add_word(out, tv_certainty_text(finding->certainty));
    tv_buf_add(out, TV_LIT(",\"source\":"));
    add_text_or_null(out, finding->source);
    tv_buf_add(out, TV_LIT(",\"truststore\":"));
    add_text_or_null(out, finding->truststore);
    tv_buf_add(out, TV_LIT(",\"entry\":"));
    if (finding->entry != TV_ID_NONE) {
        tv_buf_add_u64(out, finding->entry);
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
    tv_buf_add(out, TV_LIT(",\"file\":"));
    add_text(out, finding->file);
    tv_buf_add(out, TV_LIT(",\"line\":"));
    add_line(out, finding->line);
    tv_buf_add(out, TV_LIT(",\"message\":"));
    tv_escape_json(out, finding->message);
    tv_buf_add(out, TV_LIT(",\"help\":"));
    tv_escape_json(out, finding->help);
    tv_buf_add_byte(out, '}');
    tv_buf_add(out, frame->after);
}

static void add_client(const tv_item *item, tv_row_marks *marks, tv_buf *out)
{
    tv_buf_add(out, TV_LIT("{\"type\":\"verdict\",\"client\":{\"file\":"));
    size_t start = out->len;
    add_place(item, out);
    tv_row_marks_note(marks, TV_PART_PLACE, start, out);
    add_content(item, marks, out);
    tv_buf_add(out, TV_LIT("},\"truststore\":"));
}

// The client's part is made once: the records of its other cells copy it.
void tv_json_row(const tv_writer *writer, const tv_row *row, const tv_json_frame *frame,
                 tv_row_marks *marks, tv_buf *out)
{
    size_t start = 0;
    size_t len = 0;
    for (size_t i = 0; i < row->num_cells; i++) {
        if (!tv_writer_shows(writer, row->cells[i].verdict, row->item)) {
            continue;
        }
        tv_buf_add(out, frame->before);
        if (len == 0) {
            start = out->len;
            tv_row_marks_note(marks, TV_PART_CLIENT_START, start, out);
            add_client(row->item, marks, out);
            len = out->len - start;
            tv_row_marks_note(marks, TV_PART_CLIENT_END, out->len, out);
        } else {
            size_t again = out->len;
            tv_buf_add_again(out, start, len);
            tv_row_marks_note(marks, TV_PART_CLIENT_AGAIN, again, out);
        }
        add_text(out, writer->run->stores[i].name);
        add_cell_fields(writer, row->item, &row->cells[i], false, out);
        tv_buf_add_byte(out, '}');
        tv_buf_add(out, frame->after);
    }
}

void tv_json_part(tv_row_part part, const tv_item *item, tv_buf *out)
{
    if (part == TV_PART_PLACE) {
        add_place(item, out);
    } else {
        add_first(item, out);
    }
}

static void add_store_counts(const char *name, const tv_store_counts *counts, bool is_audit,
                             tv_buf *out)
{
    static const tv_verdict order[] = {TV_VERDICT_ACCEPT, TV_VERDICT_DENY, TV_VERDICT_UNDECIDED};
    tv_buf_add(out, TV_LIT("{\"name\":"));
    add_text(out, name);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        tv_buf_add_byte(out, ',');
        add_word(out, tv_verdict_word(order[i], is_audit));
        add_count_field(out, TV_LIT(":"), counts->verdicts[order[i]]);
    }
    tv_buf_add(out, TV_LIT(",\"reasons\":{"));
    bool first = true;
    for (int i = TV_REASON_NONE + 1; i < TV_REASON_COUNT; i++) {
        if (counts->reasons[i] == 0) {
            continue;
        }
        if (!first) {
            tv_buf_add_byte(out, ',');
        }
        first = false;
        add_word(out, tv_reason_id((tv_reason)i));
        add_count_field(out, TV_LIT(":"), counts->reasons[i]);
    }
    tv_buf_add(out, TV_LIT("}}"));
}

static void add_help_count(const tv_run_info *run, const tv_help_count *help, tv_buf *out)
{
    tv_buf_add(out, TV_LIT("{\"truststore\":"));
    add_text(out, run->stores[help->store].name);
    tv_buf_add(out, TV_LIT(",\"reason\":"));
    add_word(out, tv_reason_id(help->reason));
    add_count_field(out, TV_LIT(",\"count\":"), help->count);
    tv_buf_add(out, TV_LIT(",\"text\":"));
    add_text(out, help->text);
    tv_buf_add_byte(out, '}');
}

static void add_summary_counts(const tv_summary *summary, tv_buf *out)
{
    tv_buf_add(out, summary->complete ? TV_LIT("{\"type\":\"summary\",\"complete\":true")
                                      : TV_LIT("{\"type\":\"summary\",\"complete\":false"));
    add_count_field(out, TV_LIT(",\"files\":"), summary->num_files);
    add_count_field(out, TV_LIT(",\"files_failed\":"), summary->num_failed);
    add_count_field(out, TV_LIT(",\"blocks\":"), summary->num_blocks);
    add_count_field(out, TV_LIT(",\"unique\":"), summary->num_unique);
    add_count_field(out, TV_LIT(",\"bytes\":"), summary->num_bytes);
    add_count_field(out, TV_LIT(",\"signature_checks\":"), summary->signature_checks);
    add_count_field(out, TV_LIT(",\"crosschecked\":"), summary->crosschecked);
    add_count_field(out, TV_LIT(",\"crosscheck_explained\":"), summary->crosscheck_explained);
    add_count_field(out, TV_LIT(",\"crosscheck_differences\":"), summary->crosscheck_differences);
    add_count_field(out, TV_LIT(",\"findings\":{\"error\":"), summary->findings[TV_ERROR]);
    add_count_field(out, TV_LIT(",\"warning\":"), summary->findings[TV_WARNING]);
    add_count_field(out, TV_LIT(",\"note\":"), summary->findings[TV_NOTE]);
    tv_buf_add(out, TV_LIT("}"));
}

void tv_json_summary(const tv_run_info *run, const tv_summary *summary, const tv_json_frame *frame,
                     tv_buf *out)
{
    bool is_audit = tv_run_is_audit(run);
    tv_buf_add(out, frame->before);
    add_summary_counts(summary, out);
    tv_buf_add(out, TV_LIT(",\"truststores\":["));
    for (size_t i = 0; i < summary->num_stores; i++) {
        if (i > 0) {
            tv_buf_add_byte(out, ',');
        }
        add_store_counts(run->stores[i].name, &summary->stores[i], is_audit, out);
    }
    tv_buf_add(out, TV_LIT("],\"help\":["));
    for (size_t i = 0; i < summary->num_help; i++) {
        if (i > 0) {
            tv_buf_add_byte(out, ',');
        }
        add_help_count(run, &summary->help[i], out);
    }
    tv_buf_add(out, TV_LIT("]}"));
    tv_buf_add(out, frame->after);
}

void tv_json_job(const tv_writer *writer, tv_span id, const tv_item *item, const tv_cell *cell,
                 const uint64_t cost[3], tv_buf *out)
{
    tv_buf_add(out, TV_LIT("{\"type\":\"verdict\",\"id\":"));
    tv_buf_add(out, id);
    tv_buf_add(out, TV_LIT(",\"client\":{"));
    add_position(item, out);
    add_content(item, NULL, out);
    tv_buf_add_byte(out, '}');
    add_cell_fields(writer, item, cell, false, out);
    add_count_field(out, TV_LIT(",\"cost\":{\"nodes\":"), cost[0]);
    add_count_field(out, TV_LIT(",\"signatures\":"), cost[1]);
    add_count_field(out, TV_LIT(",\"comparisons\":"), cost[2]);
    tv_buf_add(out, TV_LIT("}}\n"));
}

void tv_json_job_error(tv_span id, const char *error, tv_buf *out)
{
    tv_buf_add(out, TV_LIT("{\"type\":\"error\",\"id\":"));
    tv_buf_add(out, id);
    tv_buf_add(out, TV_LIT(",\"error\":"));
    add_text(out, error);
    tv_buf_add(out, TV_LIT("}\n"));
}
