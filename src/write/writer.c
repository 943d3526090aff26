// SPDX-License-Identifier: Apache-2.0
// In: a format, its options and a path. Out: a writer, which is a table of functions and a sink.
// The run asks the functions for bytes and hands them to the sink in order; how a file appears
// whole or not at all is left to io, what the bytes say to the formats.
#include "write/format.h"

#include "base/span.h"
#include "write/escape.h"

#include <stdlib.h>
#include <string.h>

enum {
    STANDARD_OUTPUT = 1,
};

// By tv_format.
static const tv_format_ops *const formats[] = {
    [TV_FORMAT_TEXT] = &tv_format_text,
    [TV_FORMAT_CSV] = &tv_format_csv,
    [TV_FORMAT_JSON] = &tv_format_json,
    [TV_FORMAT_NDJSON] = &tv_format_ndjson,
};

enum {
    NUM_FORMATS = sizeof(formats) / sizeof(formats[0]),
};

bool tv_format_find(const char *name, tv_format *out)
{
    for (size_t i = 0; i < NUM_FORMATS; i++) {
        if (strcmp(name, formats[i]->name) == 0) {
            *out = (tv_format)i;
            return true;
        }
    }
    return false;
}

const char *tv_format_name(tv_format format)
{
    return (size_t)format < NUM_FORMATS ? formats[format]->name : NULL;
}

static tv_status open_sink(tv_writer *writer, const char *path, int *error)
{
    if (strcmp(path, "-") == 0) {
        return tv_sink_open_fd(&writer->sink, STANDARD_OUTPUT);
    }
    return tv_sink_open(&writer->sink, path, error);
}

tv_status tv_writer_open(tv_writer **out, const tv_writer_options *options, const char *path,
                         int *error)
{
    *out = NULL;
    tv_writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL) {
        return TV_ERR_NOMEM;
    }
    writer->options = *options;
    writer->ops = formats[options->format];
    size_t size = strlen(path) + 1;
    writer->path = malloc(size);
    tv_status status = TV_ERR_NOMEM;
    if (writer->path == NULL) {
        goto done;
    }
    memcpy(writer->path, path, size);
    status = open_sink(writer, path, error);
    if (status != TV_OK) {
        goto done;
    }
    *out = writer;
    writer = NULL;
done:
    tv_writer_close(writer);
    return status;
}

tv_status tv_writer_commit(tv_writer *writer)
{
    return tv_sink_commit(writer->sink);
}

const char *tv_writer_path(const tv_writer *writer)
{
    return writer->path;
}

int tv_writer_errno(const tv_writer *writer)
{
    return tv_sink_errno(writer->sink);
}

void tv_writer_close(tv_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    tv_sink_close(writer->sink);
    free(writer->path);
    free(writer);
}

bool tv_writer_shows(const tv_writer *writer, tv_verdict verdict, const tv_item *item)
{
    if (writer->options.unique && item->is_duplicate) {
        return false;
    }
    return writer->options.only == 0 || (writer->options.only & (UINT32_C(1) << verdict)) != 0;
}

bool tv_writer_shows_row(const tv_writer *writer, const tv_row *row)
{
    for (size_t i = 0; i < row->num_cells; i++) {
        if (tv_writer_shows(writer, row->cells[i].verdict, row->item)) {
            return true;
        }
    }
    return false;
}

const char *tv_verdict_word(tv_verdict verdict, bool is_entry)
{
    switch (verdict) {
    case TV_VERDICT_ACCEPT:
        return is_entry ? "valid" : "accept";
    case TV_VERDICT_UNDECIDED:
        return "undecided";
    case TV_VERDICT_DENY:
        break;
    }
    return is_entry ? "invalid" : "deny";
}

const char *tv_cell_gateway_text(const tv_writer *writer, const tv_cell *cell)
{
    return cell->reason == TV_REASON_NONE
               ? NULL
               : tv_profile_reason_text(writer->run->profile, cell->reason);
}

bool tv_run_is_audit(const tv_run_info *run)
{
    return strcmp(run->command, "audit") == 0;
}

char *tv_terminal_text(tv_span text, size_t columns)
{
    tv_buf buf = {0};
    tv_escape_terminal(&buf, text, columns);
    tv_buf_add_byte(&buf, 0);
    if (buf.failed) {
        tv_buf_close(&buf);
        return NULL;
    }
    return (char *)buf.ptr; // malloc'ed: a tv_buf's memory is
}
