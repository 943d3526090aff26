// SPDX-License-Identifier: Apache-2.0
// Pieces of a line for people: cells that fit their columns, prose that wraps, colours that can be
// left out. All text is escaped for a terminal here.
#ifndef TV_WRITE_TEXT_TABLE_H
#define TV_WRITE_TEXT_TABLE_H

#include "base/buf.h"

typedef enum tv_text_style {
    TV_STYLE_PLAIN = 0,
    TV_STYLE_BOLD,
    TV_STYLE_DIM,
    TV_STYLE_GOOD,  // accepted, valid
    TV_STYLE_DOUBT, // undecided, a warning
    TV_STYLE_BAD,   // denied, invalid, an error
} tv_text_style;

// Where pieces go.
typedef struct tv_text {
    tv_buf *out;
    size_t columns; // width of a line
    bool color;
} tv_text;

#define TV_TEXT_GAP 2 // blanks between two cells

// Text in a style; at most `width` columns (0: no bound). Returns the columns used.
size_t tv_text_add(const tv_text *text, tv_span piece, size_t width, tv_text_style style);

// A cell of exactly `width` columns with the gap behind it.
void tv_text_cell(const tv_text *text, tv_span piece, size_t width, tv_text_style style);

// The same for text that was just appended raw: the bytes from `start` on become a cell.
void tv_text_cell_tail(const tv_text *text, size_t start, size_t width, tv_text_style style);

// A cell with a place: FILE:LINE, or FILE#INDEX when there is no line. A long path loses its front,
// so that the number stays.
void tv_text_place_cell(const tv_text *text, const char *file, uint32_t line, uint32_t index,
                        size_t width);

void tv_text_blanks(const tv_text *text, size_t count);
void tv_text_line_end(const tv_text *text);

// A count and its noun, "1 entry" or "2 entries".
void tv_text_count(const tv_text *text, uint64_t count, const char *one, const char *many);
void tv_text_number_cell(const tv_text *text, uint64_t count, size_t width); // right-aligned
void tv_text_bytes(const tv_text *text, uint64_t bytes);                     // "24.1 KB"

// Prose that starts at column `at` and wraps to `indent`; ends with a line end. Words are never
// cut.
void tv_text_prose(const tv_text *text, tv_span prose, size_t at, size_t indent,
                   tv_text_style style);

#endif
