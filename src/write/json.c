// SPDX-License-Identifier: Apache-2.0
// In: records. Out: one JSON document, {"schema":"trustval/1","records":[...]}, a record a line.
// The run is always the first record, so each later one brings the comma before it.
#include "write/json_records.h"

static const tv_json_frame first = {{NULL, 0}, {NULL, 0}};
static const tv_json_frame later = {{(const uint8_t *)",\n", 2}, {NULL, 0}};

static void json_begin(const tv_writer *writer, const tv_run_info *run, tv_buf *out)
{
    (void)writer;
    tv_buf_add(out, TV_LIT("{\"schema\":\"" TV_SCHEMA "\",\"records\":[\n"));
    tv_json_run(run, &first, out);
}

static void json_entry(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out)
{
    tv_json_entry(writer, entry, &later, out);
}

static void json_finding(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    (void)writer;
    tv_json_finding(finding, &later, out);
}

static void json_marked_row(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                            tv_buf *out)
{
    tv_json_row(writer, row, &later, marks, out);
}

static void json_row(const tv_writer *writer, const tv_row *row, tv_buf *out)
{
    tv_json_row(writer, row, &later, NULL, out);
}

static void json_part(const tv_writer *writer, tv_row_part part, const tv_item *item, tv_buf *out)
{
    (void)writer;
    tv_json_part(part, item, out);
}

static void json_end(const tv_writer *writer, const tv_summary *summary, tv_buf *out)
{
    tv_json_summary(writer->run, summary, &later, out);
    tv_buf_add(out, TV_LIT("\n]}\n"));
}

const tv_format_ops tv_format_json = {
    .name = "json",
    .begin = json_begin,
    .entry = json_entry,
    .finding = json_finding,
    .row = json_row,
    .end = json_end,
    .marked_row = json_marked_row,
    .part = json_part,
};
