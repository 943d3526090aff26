// SPDX-License-Identifier: Apache-2.0
// In: entries and rows. Out: RFC 4180 lines with CR LF, one header, safe to open in a spreadsheet.
// The long layout has a line per cell (or entry), the wide one a line per client. Findings have no
// place in a table of verdicts; the other formats tell them.
#include "write/format.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/cert_text.h"
#include "cert/name.h"
#include "write/escape.h"

#define ITEM_COLUMNS                                                                               \
    "file,index,line,fingerprint,subject,issuer,serial,not_before,not_after,key,signature"

static bool is_wide(const tv_writer *writer)
{
    // An entry is judged against its own truststore alone: there is no matrix to lay out.
    return writer->options.layout == TV_LAYOUT_WIDE && !tv_run_is_audit(writer->run);
}

static void csv_begin(const tv_writer *writer, const tv_run_info *run, tv_buf *out)
{
    if (!is_wide(writer)) {
        tv_buf_add(out,
                   TV_LIT(ITEM_COLUMNS ",truststore,verdict,reason,gateway_reason,openssl_code,"
                                       "path_length,anchor,duplicate_of\r\n"));
        return;
    }
    tv_buf_add(out, TV_LIT(ITEM_COLUMNS ",duplicate_of"));
    for (size_t i = 0; i < run->num_stores; i++) {
        tv_buf_add_byte(out, ',');
        tv_escape_csv(out, tv_span_from_text(run->stores[i].name));
    }
    tv_buf_add(out, TV_LIT("\r\n"));
}

static void add_comma_time(tv_buf *out, tv_time time)
{
    char text[1 + TV_TIME_TEXT_LEN];
    text[0] = ',';
    tv_time_format(text + 1, time);
    tv_buf_add(out, tv_span_make(text, sizeof(text) - 1));
}

// Most names need no escaping, and no name of several attributes goes without quotes.
static void add_comma_name(tv_buf *out, tv_span name)
{
    tv_buf_add_byte(out, ',');
    size_t start = out->len;
    if (!tv_name_show(name, out)) {
        tv_escape_csv_tail(out, start);
    } else if (memchr(out->ptr + start, ',', out->len - start) != NULL) {
        tv_escape_quote_tail(out, start);
    }
}

// The eight columns that come from the certificate. A view that ends early (malformed) leaves those
// empty that it did not reach.
static void add_cert(tv_buf *out, const tv_item *item)
{
    const tv_cert *cert = item->cert;
    tv_buf_add_byte(out, ',');
    if (item->fingerprint != NULL) {
        tv_buf_add_hex(out,
                       tv_span_make(item->fingerprint->bytes, sizeof(item->fingerprint->bytes)));
    }
    if (cert == NULL || cert->subject.len == 0) {
        tv_buf_add(out, TV_LIT(",,,,,,,"));
        return;
    }
    add_comma_name(out, cert->subject);
    add_comma_name(out, cert->issuer);
    tv_buf_add_byte(out, ',');
    size_t start = out->len;
    tv_cert_serial_text(cert, out);
    if (out->len > start && out->ptr[start] == '-') {
        tv_escape_csv_tail(out, start); // a negative serial number is no formula
    }
    add_comma_time(out, cert->not_before);
    add_comma_time(out, cert->not_after);
    tv_buf_add_byte(out, ',');
    if (cert->spki.len > 0) {
        tv_cert_key_text(cert, out);
    }
    tv_buf_add_byte(out, ',');
    tv_cert_signature_text(cert, out);
}

// The columns that tell where the client stands.
static void add_place(tv_buf *out, const tv_item *item)
{
    tv_escape_csv(out, tv_span_from_text(item->file));
    tv_buf_add_byte(out, ',');
    tv_buf_add_u64(out, item->index);
    tv_buf_add_byte(out, ',');
    if (item->line != 0) {
        tv_buf_add_u64(out, item->line);
    }
}

static void add_item(tv_buf *out, const tv_item *item, tv_row_marks *marks)
{
    size_t start = out->len;
    add_place(out, item);
    tv_row_marks_note(marks, TV_PART_PLACE, start, out);
    add_cert(out, item);
}

// FILE:LINE of the first occurrence, FILE#INDEX in a DER file.
static void add_first(tv_buf *out, const tv_item *item)
{
    if (!item->is_duplicate) {
        return;
    }
    size_t start = out->len;
    tv_buf_add_text(out, item->first_file);
    tv_buf_add_byte(out, item->first_line != 0 ? ':' : '#');
    tv_buf_add_u64(out, item->first_line != 0 ? item->first_line : item->first_index);
    tv_escape_csv_tail(out, start);
}

static void add_duplicate_of(tv_buf *out, const tv_item *item, tv_row_marks *marks)
{
    size_t start = out->len;
    add_first(out, item);
    tv_row_marks_note(marks, TV_PART_DUPLICATE_OF, start, out);
}

// Everything from the truststore's name to the end of the line.
static void add_cell(const tv_writer *writer, const tv_item *item, const tv_store_info *store,
                     const tv_cell *cell, bool is_entry, tv_row_marks *marks, tv_buf *out)
{
    tv_buf_add_byte(out, ',');
    tv_escape_csv(out, tv_span_from_text(store->name));
    tv_buf_add_byte(out, ',');
    tv_buf_add_text(out, tv_verdict_word(cell->verdict, is_entry));
    tv_buf_add_byte(out, ',');
    tv_buf_add_text(out, tv_reason_id(cell->reason));
    tv_buf_add_byte(out, ',');
    const char *text = tv_cell_gateway_text(writer, cell);
    if (text != NULL) {
        tv_escape_csv(out, tv_span_from_text(text));
    }
    tv_buf_add_byte(out, ',');
    tv_buf_add_i64(out, tv_reason_openssl_code(cell->reason));
    tv_buf_add_byte(out, ',');
    tv_buf_add_u64(out, cell->path_len);
    tv_buf_add_byte(out, ',');
    if (cell->anchor != NULL) {
        tv_buf_add_hex(out, tv_span_make(cell->anchor->fingerprint.bytes,
                                         sizeof(cell->anchor->fingerprint.bytes)));
    }
    tv_buf_add_byte(out, ',');
    add_duplicate_of(out, item, marks);
    tv_buf_add(out, TV_LIT("\r\n"));
}

static void csv_entry(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out)
{
    if (tv_writer_shows(writer, entry->cell->verdict, entry->item)) {
        add_item(out, entry->item, NULL);
        add_cell(writer, entry->item, entry->store, entry->cell, true, NULL, out);
    }
}

static void add_wide_row(const tv_row *row, tv_row_marks *marks, tv_buf *out)
{
    add_item(out, row->item, marks);
    tv_buf_add_byte(out, ',');
    add_duplicate_of(out, row->item, marks);
    for (size_t i = 0; i < row->num_cells; i++) {
        const tv_cell *cell = &row->cells[i];
        tv_buf_add_byte(out, ',');
        tv_buf_add_text(out,
                        cell->verdict == TV_VERDICT_ACCEPT ? "accept" : tv_reason_id(cell->reason));
    }
    tv_buf_add(out, TV_LIT("\r\n"));
}

// The client's columns are made once: the lines of its other cells copy them.
static void add_long_row(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                         tv_buf *out)
{
    size_t start = 0;
    size_t len = 0;
    for (size_t i = 0; i < row->num_cells; i++) {
        if (!tv_writer_shows(writer, row->cells[i].verdict, row->item)) {
            continue;
        }
        if (len == 0) {
            start = out->len;
            tv_row_marks_note(marks, TV_PART_CLIENT_START, start, out);
            add_item(out, row->item, marks);
            len = out->len - start;
            tv_row_marks_note(marks, TV_PART_CLIENT_END, out->len, out);
        } else {
            size_t again = out->len;
            tv_buf_add_again(out, start, len);
            tv_row_marks_note(marks, TV_PART_CLIENT_AGAIN, again, out);
        }
        add_cell(writer, row->item, &writer->run->stores[i], &row->cells[i], false, marks, out);
    }
}

static void csv_marked_row(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                           tv_buf *out)
{
    if (!is_wide(writer)) {
        add_long_row(writer, row, marks, out);
    } else if (tv_writer_shows_row(writer, row)) {
        add_wide_row(row, marks, out);
    }
}

static void csv_row(const tv_writer *writer, const tv_row *row, tv_buf *out)
{
    csv_marked_row(writer, row, NULL, out);
}

static void csv_part(const tv_writer *writer, tv_row_part part, const tv_item *item, tv_buf *out)
{
    (void)writer;
    if (part == TV_PART_PLACE) {
        add_place(out, item);
    } else {
        add_first(out, item);
    }
}

static void csv_finding(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    (void)writer;
    (void)finding;
    (void)out;
}

static void csv_end(const tv_writer *writer, const tv_summary *summary, tv_buf *out)
{
    (void)writer;
    (void)summary;
    (void)out;
}

const tv_format_ops tv_format_csv = {
    .name = "csv",
    .begin = csv_begin,
    .entry = csv_entry,
    .finding = csv_finding,
    .row = csv_row,
    .end = csv_end,
    .marked_row = csv_marked_row,
    .part = csv_part,
};
