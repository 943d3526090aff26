// SPDX-License-Identifier: Apache-2.0
// The records of schema "trustval/1" as JSON objects, for the formats that differ only in what
// stands between them.
#ifndef TV_WRITE_JSON_RECORDS_H
#define TV_WRITE_JSON_RECORDS_H

#include "write/format.h"

// What stands around each record.
typedef struct tv_json_frame {
    tv_span before, after;
} tv_json_frame;

void tv_json_run(const tv_run_info *run, const tv_json_frame *frame, tv_buf *out);
void tv_json_entry(const tv_writer *writer, const tv_entry_record *entry,
                   const tv_json_frame *frame, tv_buf *out);
void tv_json_finding(const tv_finding *finding, const tv_json_frame *frame, tv_buf *out);
// A record per cell that is shown; `marks` may be NULL.
void tv_json_row(const tv_writer *writer, const tv_row *row, const tv_json_frame *frame,
                 tv_row_marks *marks, tv_buf *out);
// A place or a first occurrence as it stands in a row.
void tv_json_part(tv_row_part part, const tv_item *item, tv_buf *out);
void tv_json_summary(const tv_run_info *run, const tv_summary *summary, const tv_json_frame *frame,
                     tv_buf *out);

// The answer to an independent question, a line of its own. `id` is a JSON value; `cost` counts
// certificates looked at, signatures consulted and names compared.
void tv_json_job(const tv_writer *writer, tv_span id, const tv_item *item, const tv_cell *cell,
                 const uint64_t cost[3], tv_buf *out);
void tv_json_job_error(tv_span id, const char *error, tv_buf *out);

#endif
