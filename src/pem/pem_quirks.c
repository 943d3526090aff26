// SPDX-License-Identifier: Apache-2.0
// In: a block and the text around it. Out: what readers stricter than this one stumble over, as
// bits. Which reader stumbles over which bit, and how badly, is said by the checks.
#include "pem/pem_scan.h"

#include "pem/pem_headers.h"
#include "pem/pem_line.h"

enum {
    COLUMNS = 64,      // of a canonical base64 line
    MOST_COLUMNS = 76, // of a line that readers with a line limit take
    DASHES = 5,
};

#define UTF8_MARK TV_LIT("\xef\xbb\xbf")

// The offsets in the text at which the parts of a block begin and end.
typedef struct places {
    tv_span text;
    size_t gap;   // behind the block before, and behind a byte order mark
    size_t begin; // the first dash of BEGIN, surplus ones included
    size_t body;
    size_t body_end;
    size_t end;
    bool has_end; // an END line
} places;

static tv_span between(const places *at, size_t from, size_t to)
{
    return tv_span_part(at->text, from, to - from);
}

static bool has_byte(tv_span text, uint8_t byte)
{
    return text.len > 0 && memchr(text.ptr, byte, text.len) != NULL;
}

static bool is_blank_text(tv_span text)
{
    return tv_pem_trim(text).len == 0;
}

// What stands on the line of BEGIN before it. Reads backwards and beyond the gap: a block without
// END runs up to this very place.
static uint32_t quirks_before_begin(const places *at)
{
    const uint8_t *bytes = at->text.ptr;
    size_t floor = tv_span_starts_with(at->text, UTF8_MARK) ? UTF8_MARK.len : 0;
    size_t from = at->begin;
    while (from > floor && tv_pem_is_blank(bytes[from - 1])) {
        from--;
    }
    bool line_start = from == floor || bytes[from - 1] == '\n' || bytes[from - 1] == '\r' ||
                      (from - floor >= 2 && bytes[from - 2] == '\\' &&
                       (bytes[from - 1] == 'n' || bytes[from - 1] == 'r'));
    if (!line_start) {
        return TV_PEM_GLUED;
    }
    return from < at->begin ? TV_PEM_INDENTED : 0;
}

static uint32_t quirks_of_gap_bytes(tv_span gap)
{
    uint32_t quirks = 0;
    for (size_t i = 0; i < gap.len; i++) {
        uint8_t byte = gap.ptr[i];
        if (byte == 0) {
            quirks |= TV_PEM_NUL_BEFORE;
        } else if (byte >= 0x7f || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')) {
            quirks |= TV_PEM_NON_ASCII;
        }
    }
    return quirks;
}

// What lies between the block before, whose END line is not over yet, and BEGIN.
static uint32_t quirks_of_gap(const places *at, bool is_first)
{
    tv_span gap = between(at, at->gap, at->begin);
    uint32_t quirks = quirks_of_gap_bytes(gap);
    bool line_start = is_first;
    while (gap.len > 0) {
        size_t end_len;
        tv_span line = tv_pem_take_line(&gap, &end_len);
        bool whole_line = line_start && end_len > 0;
        if (is_blank_text(line)) {
            quirks |= whole_line ? TV_PEM_BLANK_BEFORE : 0;
        } else if (!line_start || line.ptr[0] != '#') {
            quirks |= TV_PEM_TEXT_BEFORE;
        } else if (has_byte(line, '-')) {
            quirks |= TV_PEM_COMMENT_DASH;
        }
        line_start = true;
    }
    return quirks;
}

static uint32_t quirks_of_label(tv_span label)
{
    uint32_t quirks = 0;
    for (size_t i = 0; i < label.len; i++) {
        quirks |= label.ptr[i] >= 'a' && label.ptr[i] <= 'z' ? TV_PEM_ODD_CASE : 0;
    }
    bool x509 = label.len > 1 && (label.ptr[0] == 'X' || label.ptr[0] == 'x') &&
                tv_pem_kind_of(label) == TV_PEM_CERTIFICATE;
    return quirks | (x509 ? TV_PEM_X509_LABEL : 0);
}

static uint32_t quirk_of_line_end(tv_span line, size_t end_len)
{
    if (end_len == 0) {
        return 0;
    }
    switch (line.ptr[line.len]) {
    case '\\':
        return TV_PEM_ESCAPED_NL;
    case '\r':
        return end_len == 2 ? TV_PEM_CRLF : TV_PEM_CR_ONLY;
    default:
        return 0;
    }
}

// What is known of a body while its lines go by.
typedef struct body_walk {
    uint32_t quirks;
    bool short_seen;  // a line of fewer columns, which only the last may have
    bool blank_taken; // the one blank line that may lead
    bool begun;       // base64 was seen
} body_walk;

static void walk_base64_line(body_walk *walk, tv_span line)
{
    tv_span trimmed = tv_pem_trim(line);
    if (trimmed.len == 0) {
        walk->quirks |= walk->begun || walk->blank_taken ? TV_PEM_BLANK_IN_BODY : 0;
        walk->blank_taken = true;
        return;
    }
    walk->begun = true;
    if (trimmed.len < line.len || has_byte(trimmed, ' ') || has_byte(trimmed, '\t')) {
        walk->quirks |= TV_PEM_SPACED;
    }
    if (walk->short_seen || trimmed.len > COLUMNS) {
        walk->quirks |= TV_PEM_ODD_WIDTH;
    }
    if (trimmed.len > MOST_COLUMNS) {
        walk->quirks |= TV_PEM_LONG_LINE;
    }
    walk->short_seen = walk->short_seen || trimmed.len < COLUMNS;
}

// Whether LF ends the BEGIN line, lines of 64 columns and a last one that may be shorter, and there
// is nothing else that a line is asked about: what nearly all bodies are, found out without a walk.
static bool is_canonical(tv_span body)
{
    const size_t step = COLUMNS + 1;
    if (body.len == 0 || body.ptr[0] != '\n' || body.ptr[body.len - 1] != '\n') {
        return false;
    }
    size_t last = body.len - 1;
    if (last % step == 1) {
        return false; // the last line is blank
    }
    uint32_t line_ends = last % step == 0 ? 0 : 1;
    for (size_t at = 0; at < body.len; at += step) {
        if (body.ptr[at] != '\n') {
            return false;
        }
        line_ends++;
    }
    return tv_pem_count_lines(body) == line_ends && !has_byte(body, '\r') &&
           !has_byte(body, '\\') && !has_byte(body, ' ') && !has_byte(body, '\t') &&
           !has_byte(body, ':');
}

static uint32_t quirks_of_body(const places *at)
{
    tv_span rest = between(at, at->body, at->body_end);
    if (is_canonical(rest)) {
        return 0;
    }
    size_t headers_end = at->body + tv_pem_headers_end(rest);
    body_walk walk = {.quirks = headers_end > at->body ? TV_PEM_HEADERS : 0};
    bool more = true;
    for (size_t from = at->body; more;) {
        size_t end_len;
        tv_span line = tv_pem_take_line(&rest, &end_len);
        more = end_len > 0;
        walk.quirks |= quirk_of_line_end(line, end_len);
        bool begin_line = from == at->body;
        bool end_line = !more && at->has_end;
        bool blank = is_blank_text(line);
        if (from >= headers_end && (!blank || (!begin_line && more))) {
            walk_base64_line(&walk, line);
            walk.quirks |= begin_line || end_line ? TV_PEM_GLUED : 0;
        } else if (blank && line.len > 0 && end_line && !begin_line) {
            walk.quirks |= TV_PEM_INDENTED;
        }
        from += line.len + end_len;
    }
    return walk.quirks;
}

// Whether `label` with its surroundings is as it should be: no blanks around it, five dashes after.
static bool is_tidy_label(tv_span label)
{
    if (label.len < DASHES) {
        return false;
    }
    tv_span dashes = tv_span_part(label, label.len - DASHES, DASHES);
    label.len -= DASHES;
    return tv_span_equal(dashes, TV_LIT("-----")) && tv_pem_trim(label).len == label.len &&
           (label.len == 0 || label.ptr[label.len - 1] != '-');
}

static uint32_t quirks_of_dashes(const places *at, const tv_pem_block *block)
{
    tv_span begin_word = TV_LIT("-----BEGIN ");
    tv_span end_word = TV_LIT("-----END ");
    bool tidy = at->begin == block->offset &&
                is_tidy_label(between(at, block->offset + begin_word.len, at->body));
    if (at->has_end) {
        tv_span line = between(at, at->body_end, at->end);
        tidy = tidy && tv_span_starts_with(line, end_word) &&
               is_tidy_label(tv_span_part(line, end_word.len, line.len));
    }
    return tidy ? 0 : TV_PEM_BAD_DASHES;
}

// What follows the last block.
static uint32_t quirks_after(const places *at)
{
    tv_span rest = tv_span_part(at->text, at->end, at->text.len);
    if (is_blank_text(rest)) {
        return at->has_end ? TV_PEM_NO_FINAL_NL : 0;
    }
    while (rest.len > 0) {
        size_t end_len;
        if (!is_blank_text(tv_pem_take_line(&rest, &end_len))) {
            return TV_PEM_TEXT_AFTER;
        }
    }
    return 0;
}

uint32_t tv_pem_quirks(tv_span text, const tv_pem_block *block, size_t previous_end)
{
    bool is_first = previous_end == 0;
    bool mark = is_first && tv_span_starts_with(text, UTF8_MARK);
    size_t body = (size_t)(block->body.ptr - text.ptr);
    places at = {
        .text = text,
        .gap = mark ? UTF8_MARK.len : previous_end,
        .begin = block->offset,
        .body = body,
        .body_end = body + block->body.len,
        .end = block->offset + block->whole.len,
        .has_end = body + block->body.len < block->offset + block->whole.len,
    };
    while (at.begin > at.gap && text.ptr[at.begin - 1] == '-') {
        at.begin--;
    }
    bool is_last = tv_pem_next_begin(text, at.end) == text.len;
    return (mark ? TV_PEM_BOM : 0) | quirks_before_begin(&at) | quirks_of_gap(&at, is_first) |
           quirks_of_label(block->label) | quirks_of_body(&at) | quirks_of_dashes(&at, block) |
           (is_last ? quirks_after(&at) : 0);
}
