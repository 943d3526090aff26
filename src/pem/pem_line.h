// SPDX-License-Identifier: Apache-2.0
// Lines of a PEM text, as all of this room understands them: they end with LF, CR LF or CR alone,
// or with the same written out as text (\n, \r\n, \r; the backslash may be doubled), which is what
// a certificate looks like after a trip through JSON or an environment variable.
#ifndef TV_PEM_PEM_LINE_H
#define TV_PEM_PEM_LINE_H

#include "base/span.h"

// Bytes of a written-out line end at `at`, which must hold a backslash and one or two of them
// before the letter; 0 when there is none. `*letter` is 'n' or 'r'.
static inline size_t tv_pem_escape_len(tv_span text, size_t at, uint8_t *letter)
{
    for (size_t i = 1; i <= 2 && at + i < text.len; i++) {
        uint8_t byte = text.ptr[at + i];
        if (byte == 'n' || byte == 'r') {
            *letter = byte;
            return i + 1;
        }
        if (byte != '\\') {
            break;
        }
    }
    return 0;
}

// Bytes of the line end that starts at `at`; 0 when none does.
static inline size_t tv_pem_line_end_len(tv_span text, size_t at)
{
    uint8_t letter;
    size_t len;
    size_t next;
    switch (text.ptr[at]) {
    case '\n':
        return 1;
    case '\r':
        return at + 1 < text.len && text.ptr[at + 1] == '\n' ? 2 : 1;
    case '\\':
        len = tv_pem_escape_len(text, at, &letter);
        if (len == 0 || letter == 'n' || at + len >= text.len || text.ptr[at + len] != '\\') {
            return len;
        }
        next = tv_pem_escape_len(text, at + len, &letter);
        return letter == 'n' ? len + next : len;
    default:
        return 0;
    }
}

// Takes the first line off the front of `*text`, without its end. `*end_len` is 0 when the text
// ended before the line did.
static inline tv_span tv_pem_take_line(tv_span *text, size_t *end_len)
{
    size_t at = 0;
    *end_len = 0;
    while (at < text->len && (*end_len = tv_pem_line_end_len(*text, at)) == 0) {
        at++;
    }
    tv_span line = tv_span_part(*text, 0, at);
    *text = tv_span_part(*text, at + *end_len, text->len);
    return line;
}

static inline bool tv_pem_is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

// Without the blanks and tabs around it.
static inline tv_span tv_pem_trim(tv_span text)
{
    while (text.len > 0 && tv_pem_is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && tv_pem_is_blank(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

#endif
