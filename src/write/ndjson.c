// SPDX-License-Identifier: Apache-2.0
// In: records. Out: one JSON object a line, so that a reader may stop, or start, at any line.
#include "write/json_records.h"

static const tv_json_frame line = {{NULL, 0}, {(const uint8_t *)"\n", 1}};

static void ndjson_begin(const tv_writer *writer, const tv_run_info *run, tv_buf *out)
{
    (void)writer;
    tv_json_run(run, &line, out);
}

static void ndjson_entry(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out)
{
    tv_json_entry(writer, entry, &line, out);
}

static void ndjson_finding(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    (void)writer;
    tv_json_finding(finding, &line, out);
}

static void ndjson_marked_row(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                              tv_buf *out)
{
    tv_json_row(writer, row, &line, marks, out);
}

static void ndjson_row(const tv_writer *writer, const tv_row *row, tv_buf *out)
{
    tv_json_row(writer, row, &line, NULL, out);
}

static void ndjson_part(const tv_writer *writer, tv_row_part part, const tv_item *item, tv_buf *out)
{
    (void)writer;
    tv_json_part(part, item, out);
}

static void ndjson_end(const tv_writer *writer, const tv_summary *summary, tv_buf *out)
{
    tv_json_summary(writer->run, summary, &line, out);
}

const tv_format_ops tv_format_ndjson = {
    .name = "ndjson",
    .begin = ndjson_begin,
    .entry = ndjson_entry,
    .finding = ndjson_finding,
    .row = ndjson_row,
    .end = ndjson_end,
    .marked_row = ndjson_marked_row,
    .part = ndjson_part,
};
