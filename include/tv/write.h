// SPDX-License-Identifier: Apache-2.0
// Formats: records → bytes, into a file that appears whole or not at all, or onto a descriptor.
#ifndef TV_WRITE_H
#define TV_WRITE_H

#include "tv/record.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tv_format {
    TV_FORMAT_TEXT = 0, // a table for people
    TV_FORMAT_CSV,      // RFC 4180, header always, safe to open in a spreadsheet
    TV_FORMAT_JSON,     // one document: {"schema":"trustval/1","records":[...]}
    TV_FORMAT_NDJSON,   // one record a line
} tv_format;

typedef enum tv_layout {
    TV_LAYOUT_LONG = 0, // a row a cell
    TV_LAYOUT_WIDE,     // a row a client, a column per truststore
} tv_layout;

// Which verdicts are shown; bits 1 << tv_verdict. 0: all.
typedef struct tv_writer_options {
    tv_format format;
    tv_layout layout;
    uint32_t only;
    bool unique;      // leave duplicates out
    bool color;       // text only
    unsigned columns; // text only: width to fit; 0: 80
} tv_writer_options;

// False when `name` is no format ("text", "csv", "json", "ndjson").
TV_API bool tv_format_find(const char *name, tv_format *out);
TV_API const char *tv_format_name(tv_format format); // NULL past the last

typedef struct tv_writer tv_writer;

// A writer onto `path` ("-" is standard output). An audit has no matrix: its rows are long in
// either layout. CSV tells verdicts, no findings. A regular file is replaced only by
// tv_writer_commit; `*error` (may be NULL) gets the errno.
TV_API TV_MUST_USE tv_status tv_writer_open(tv_writer **out, const tv_writer_options *options,
                                            const char *path, int *error);
// Makes what was written final. TV_ERR_WRITE when any byte was lost.
TV_API TV_MUST_USE tv_status tv_writer_commit(tv_writer *writer);
TV_API const char *tv_writer_path(const tv_writer *writer);
TV_API int tv_writer_errno(const tv_writer *writer); // of the first failure, 0 when there was none
TV_API void tv_writer_close(tv_writer *writer);      // abandons what was not committed

// Any text as the text format shows it: nothing in it acts on a terminal, and it takes at most
// `columns` columns (0: no bound), cut with an ellipsis. malloc'ed and NUL-terminated; the caller
// frees it. NULL when memory is out.
TV_API char *tv_terminal_text(tv_span text, size_t columns);

#ifdef __cplusplus
}
#endif

#endif
