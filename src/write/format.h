// SPDX-License-Identifier: Apache-2.0
// One output format: how each record becomes bytes. Formats are stateless between records, so that
// workers may format batches at the same time; what a format must know of the whole run it gets in
// `begin` and keeps in the writer, which is frozen afterwards.
#ifndef TV_WRITE_FORMAT_H
#define TV_WRITE_FORMAT_H

#include "base/buf.h"
#include "io/sink.h"
#include "tv/write.h"
#include "write/row_template.h"

typedef struct tv_format_ops {
    const char *name;
    void (*begin)(const tv_writer *writer, const tv_run_info *run, tv_buf *out);
    void (*entry)(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out);
    void (*finding)(const tv_writer *writer, const tv_finding *finding, tv_buf *out);
    void (*row)(const tv_writer *writer, const tv_row *row, tv_buf *out);
    void (*end)(const tv_writer *writer, const tv_summary *summary, tv_buf *out);
    // For templates of rows; both NULL: the format has none. A row that notes where its parts stand
    // in `marks` (may be NULL), and such a part, a place or a first occurrence, by itself.
    void (*marked_row)(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                       tv_buf *out);
    void (*part)(const tv_writer *writer, tv_row_part part, const tv_item *item, tv_buf *out);
} tv_format_ops;

struct tv_writer {
    const tv_format_ops *ops;
    tv_writer_options options;
    tv_sink *sink;
    char *path;
    const tv_run_info *run; // borrowed for the run's time; set before `begin`
};

extern const tv_format_ops tv_format_text;
extern const tv_format_ops tv_format_csv;
extern const tv_format_ops tv_format_json;
extern const tv_format_ops tv_format_ndjson;

// Whether `verdict` of an item is to be shown under the writer's options.
bool tv_writer_shows(const tv_writer *writer, tv_verdict verdict, const tv_item *item);

// The same for a row as a whole: whether any of its cells is to be shown.
bool tv_writer_shows_row(const tv_writer *writer, const tv_row *row);

// The words of a verdict: "accept", "deny" for a client, "valid", "invalid" for an entry.
const char *tv_verdict_word(tv_verdict verdict, bool is_entry);

// The gateway's own text for a cell's reason, NULL when there is none.
const char *tv_cell_gateway_text(const tv_writer *writer, const tv_cell *cell);

// Whether a run is an audit: entries judged, not clients.
bool tv_run_is_audit(const tv_run_info *run);

#endif
