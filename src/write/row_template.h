// SPDX-License-Identifier: Apache-2.0
// A row in which the text that depends on where the client stands is left open. The row of a
// duplicate differs from that of its first occurrence in nothing else, so it is made by copying the
// rest and filling the gaps: the same bytes as formatting it anew, at the cost of a copy.
//
//     tv_row_mark marks[TV_ROW_MARKS(num_stores)];
//     tv_row_marks noted = {.marks = marks, .cap = TV_ROW_MARKS(num_stores)};
//     size_t start = out->len;
//     tv_writer_row_marked(writer, &row, &noted, out);
//     size_t size = tv_row_template_size(&noted, out->len - start); // 0: no template
//     ... memory of that size ...
//     tv_row_template_make(memory, tv_span_make(out->ptr + start, out->len - start), &noted);
//     ... and for each later occurrence ...
//     tv_row_template_replay(writer, memory, &item, out);
//
// A template borrows nothing, lies in one piece of memory and never changes; any thread may replay
// it. It is good for the writer whose row it was made of.
#ifndef TV_WRITE_ROW_TEMPLATE_H
#define TV_WRITE_ROW_TEMPLATE_H

#include "base/buf.h"
#include "tv/write.h"

// What stands in a part of a row.
typedef enum tv_row_part {
    TV_PART_PLACE = 0,    // from the file's name to the last field that tells where in it
    TV_PART_DUPLICATE_OF, // where the first occurrence stands, or what a format has for none
    TV_PART_CLIENT_START, // nothing: from here ...
    TV_PART_CLIENT_END,   // ... to here stands what is known of the client
    TV_PART_CLIENT_AGAIN, // the same once more, in front of another cell
} tv_row_part;

typedef struct tv_row_mark {
    uint32_t start; // bytes from the start of the row
    uint32_t len;
    tv_row_part part;
} tv_row_mark;

// The marks that one row of `cells` cells needs at most.
#define TV_ROW_MARKS(cells) (4 + 2 * (size_t)(cells))

// Where marks are noted while a row is formatted: memory of the caller.
typedef struct tv_row_marks {
    tv_row_mark *marks;
    size_t cap;
    size_t num;       // more than `cap`: they did not fit
    size_t row_start; // of the row that is formatted, in its buffer
} tv_row_marks;

// For formats: `out` has got this part of the row since it was `start` bytes long. Parts are noted
// in their order. NULL notes nothing.
void tv_row_marks_note(tv_row_marks *marks, tv_row_part part, size_t start, const tv_buf *out);

// Whether rows of the writer's format have templates.
bool tv_writer_can_template(const tv_writer *writer);

// Formats a row as the format does it, and notes the marks (from an empty list on). Only for
// writers that can template.
void tv_writer_row_marked(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                          tv_buf *out);

// The bytes that a template of the row just formatted takes; 0 when there is none, as the marks did
// not fit or the row is above 4 GiB.
size_t tv_row_template_size(const tv_row_marks *marks, size_t row_len);

typedef struct tv_row_template tv_row_template;

// Makes the template in `memory`, which is aligned for uint32_t and has the bytes that
// tv_row_template_size() asked for. `row` is the text that the marks were noted in.
const tv_row_template *tv_row_template_make(void *memory, tv_span row, const tv_row_marks *marks);

// The bytes of memory that the template takes.
size_t tv_row_template_bytes(const tv_row_template *template);

// Appends the row of a duplicate, `item`, of the client that the template was made of; its verdicts
// are the same, and of `item` only its place and its first occurrence are read. Appends nothing
// where the writer leaves duplicates out. A template of a row that was a first occurrence, or a
// duplicate itself, makes the same bytes, but for a writer that leaves duplicates out.
void tv_row_template_replay(const tv_writer *writer, const tv_row_template *template,
                            const tv_item *item, tv_buf *out);

#endif
