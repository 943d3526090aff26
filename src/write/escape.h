// SPDX-License-Identifier: Apache-2.0
// Text of certificates is hostile. Everything that reaches a reader passes through here, once, by
// the rules of where it lands. Input may be any bytes; output is always valid UTF-8.
#ifndef TV_WRITE_ESCAPE_H
#define TV_WRITE_ESCAPE_H

#include "base/buf.h"

// A JSON string with its quotes (RFC 8259); bytes that are no UTF-8 become U+FFFD; control
// characters, DEL, C1, U+2028/9 and bidirectional controls as \u escapes.
void tv_escape_json(tv_buf *out, tv_span text);

// One CSV field (RFC 4180), quoted when needed; a field that a spreadsheet would run as a formula
// (= + - @ TAB CR LF in front, their fullwidth forms too, blanks before them skipped) gets a
// leading apostrophe. Bytes that are no UTF-8 and control characters that RFC 4180 has no place for
// become U+FFFD.
void tv_escape_csv(tv_buf *out, tv_span text);

// Text for a terminal: control characters, DEL, C1, bidirectional and zero-width controls and bytes
// that are no UTF-8 as \xNN or \u{NNNN}; at most `columns` columns (0: no bound), cut with an
// ellipsis. Returns the columns used; wide characters count two, combining ones none. A pile of
// combining characters is escaped from the fourth on, so that it does not cover other lines.
size_t tv_escape_terminal(tv_buf *out, tv_span text, size_t columns);

// The same for text that was just appended raw: the bytes from `start` to the end of `out` are
// replaced by what the function of that name makes of them.
void tv_escape_json_tail(tv_buf *out, size_t start);
void tv_escape_csv_tail(tv_buf *out, size_t start);
// The same for text in which nothing needs escaping: it only gets quotation marks around it.
void tv_escape_quote_tail(tv_buf *out, size_t start);

#endif
