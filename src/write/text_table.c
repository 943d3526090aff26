// SPDX-License-Identifier: Apache-2.0
// In: pieces of text and the columns they may take. Out: terminal text in a buffer. What the pieces
// say, and which columns there are, is left to text.c.
#include "write/text_table.h"

#include "base/span.h"
#include "base/vec.h"
#include "write/escape.h"

#include <string.h>

enum {
    MAX_GROWTH = 8,  // "\u{200b}" for three bytes, "\x00" for one; rounded up
    STYLE_ROOM = 16, // a colour, an ellipsis and the end of the colour
};

static const char *style_start(tv_text_style style)
{
    switch (style) {
    case TV_STYLE_BOLD:
        return "\x1b[1m";
    case TV_STYLE_DIM:
        return "\x1b[2m";
    case TV_STYLE_GOOD:
        return "\x1b[32m";
    case TV_STYLE_DOUBT:
        return "\x1b[33m";
    case TV_STYLE_BAD:
        return "\x1b[31m";
    case TV_STYLE_PLAIN:
        break;
    }
    return "";
}

static bool is_styled(const tv_text *text, tv_text_style style)
{
    return text->color && style != TV_STYLE_PLAIN;
}

static void style_begin(const tv_text *text, tv_text_style style)
{
    if (is_styled(text, style)) {
        tv_buf_add_text(text->out, style_start(style));
    }
}

static void style_end(const tv_text *text, tv_text_style style)
{
    if (is_styled(text, style)) {
        tv_buf_add(text->out, TV_LIT("\x1b[0m"));
    }
}

size_t tv_text_add(const tv_text *text, tv_span piece, size_t width, tv_text_style style)
{
    style_begin(text, style);
    size_t used = tv_escape_terminal(text->out, piece, width);
    style_end(text, style);
    return used;
}

void tv_text_blanks(const tv_text *text, size_t count)
{
    static const char blanks[] = "                                ";
    while (count > 0) {
        size_t part = count < sizeof(blanks) - 1 ? count : sizeof(blanks) - 1;
        tv_buf_add(text->out, tv_span_make(blanks, part));
        count -= part;
    }
}

static void end_cell(const tv_text *text, size_t used, size_t width)
{
    tv_text_blanks(text, TV_TEXT_GAP + (used < width ? width - used : 0));
}

void tv_text_cell(const tv_text *text, tv_span piece, size_t width, tv_text_style style)
{
    end_cell(text, tv_text_add(text, piece, width, style), width);
}

void tv_text_cell_tail(const tv_text *text, size_t start, size_t width, tv_text_style style)
{
    // What is shown is made behind the raw text and moved over it; the room keeps it from moving
    // in between.
    tv_buf *out = text->out;
    size_t end = out->len;
    size_t used = 0;
    size_t need;
    if (tv_size_mul(&need, end - start, MAX_GROWTH) && tv_size_add(&need, need, STYLE_ROOM) &&
        tv_buf_reserve(out, need)) {
        used = tv_text_add(text, tv_span_make(out->ptr + start, end - start), width, style);
        memmove(out->ptr + start, out->ptr + end, out->len - end);
        out->len -= end - start;
    }
    end_cell(text, used, width);
}

// The end of `path` in at most `width` columns, behind an ellipsis when something is missing.
static size_t add_path_end(const tv_text *text, tv_span path, size_t width)
{
    size_t mark = text->out->len;
    size_t used = tv_escape_terminal(text->out, path, 0);
    // A column has four bytes of UTF-8 at most, piles of combining characters left aside.
    size_t start = path.len / 4 > width ? path.len - 4 * width : 0;
    while (used > width && start < path.len) {
        start++;
        if (start < path.len && (path.ptr[start] & 0xc0) == 0x80) {
            continue;
        }
        text->out->len = mark;
        tv_buf_add(text->out, TV_LIT("\u2026"));
        used = 1 + tv_escape_terminal(text->out, tv_span_part(path, start, path.len), 0);
    }
    return used;
}

static size_t decimal_digits(uint64_t value)
{
    size_t digits = 1;
    for (; value >= 10; value /= 10) {
        digits++;
    }
    return digits;
}

void tv_text_place_cell(const tv_text *text, const char *file, uint32_t line, uint32_t index,
                        size_t width)
{
    uint32_t number = line != 0 ? line : index;
    size_t number_width = 1 + decimal_digits(number);
    size_t room = width > number_width ? width - number_width : 1;
    size_t used = add_path_end(text, tv_span_from_text(file), room) + number_width;
    tv_buf_add_byte(text->out, line != 0 ? ':' : '#');
    tv_buf_add_u64(text->out, number);
    end_cell(text, used, width);
}

void tv_text_line_end(const tv_text *text)
{
    tv_buf *out = text->out;
    while (out->len > 0 && out->ptr[out->len - 1] == ' ') {
        out->len--; // padding of a last cell
    }
    tv_buf_add_byte(out, '\n');
}

void tv_text_count(const tv_text *text, uint64_t count, const char *one, const char *many)
{
    tv_buf_add_u64(text->out, count);
    tv_buf_add_byte(text->out, ' ');
    tv_buf_add_text(text->out, count == 1 ? one : many);
}

void tv_text_number_cell(const tv_text *text, uint64_t count, size_t width)
{
    size_t digits = decimal_digits(count);
    tv_text_blanks(text, digits < width ? width - digits : 0);
    tv_buf_add_u64(text->out, count);
    tv_text_blanks(text, TV_TEXT_GAP);
}

void tv_text_bytes(const tv_text *text, uint64_t bytes)
{
    static const char *const units[] = {" KB", " MB", " GB", " TB"};
    if (bytes < 1000) {
        tv_text_count(text, bytes, "byte", "bytes");
        return;
    }
    size_t unit = 0;
    uint64_t divisor = 1000;
    while (unit < 3 && bytes / divisor >= 1000) {
        divisor *= 1000;
        unit++;
    }
    tv_buf_add_u64(text->out, bytes / divisor);
    tv_buf_add_byte(text->out, '.');
    tv_buf_add_u64(text->out, bytes % divisor / (divisor / 10));
    tv_buf_add_text(text->out, units[unit]);
}

void tv_text_prose(const tv_text *text, tv_span prose, size_t at, size_t indent,
                   tv_text_style style)
{
    tv_buf *out = text->out;
    size_t line_start = at;
    style_begin(text, style);
    size_t i = 0;
    while (i < prose.len) {
        size_t end = i;
        while (end < prose.len && prose.ptr[end] != ' ') {
            end++;
        }
        tv_span word = tv_span_part(prose, i, end - i);
        size_t mark = out->len;
        bool first = at == line_start;
        if (!first) {
            tv_buf_add_byte(out, ' ');
        }
        size_t used = tv_escape_terminal(out, word, 0) + (first ? 0 : 1);
        if (!first && at + used > text->columns) {
            out->len = mark;
            tv_buf_add_byte(out, '\n');
            tv_text_blanks(text, indent);
            used = tv_escape_terminal(out, word, 0);
            at = indent;
            line_start = indent;
        }
        at += used;
        i = end + 1;
    }
    style_end(text, style);
    tv_buf_add_byte(out, '\n');
}
