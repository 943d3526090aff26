// SPDX-License-Identifier: Apache-2.0
// In: any bytes. Out: a JSON string, a CSV field or terminal text that says the same and can do no
// harm where it lands. Runs of harmless ASCII, which is nearly everything, are found eight bytes at
// a time and copied; what a field means is left to the formats.
#include "write/escape.h"

#include "base/span.h"
#include "base/vec.h"
#include "write/unicode.h"

#include <string.h>

enum {
    JSON_GROWTH = 6, // "\u0000" for one byte
    CSV_GROWTH = 3,  // U+FFFD for one byte
    CSV_FRAME = 3,   // two quotes and an apostrophe
    MAX_PILE = 3,    // combining characters on one other
};

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))
#define HIGH_BITS EVERY_BYTE(0x80)

// The high bit of each byte of `word` that is `value`; bytes behind the first such may be wrong, so
// the result tells only whether there is one.
static inline uint64_t bytes_equal(uint64_t word, uint8_t value)
{
    uint64_t zero_where_equal = word ^ EVERY_BYTE(value);
    return (zero_where_equal - EVERY_BYTE(1)) & ~zero_where_equal & HIGH_BITS;
}

static inline bool is_plain(uint8_t byte, uint8_t a, uint8_t b)
{
    return byte >= 0x20 && byte < 0x7f && byte != a && byte != b;
}

// How many bytes at the front are printable ASCII and neither `a` nor `b`.
static inline size_t plain_run(const uint8_t *text, size_t len, uint8_t a, uint8_t b)
{
    size_t i = 0;
    while (len - i >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text + i, sizeof(word));
        uint64_t below_blank = (word - EVERY_BYTE(0x20)) & ~word;
        uint64_t special = (word | below_blank | bytes_equal(word, 0x7f) | bytes_equal(word, a) |
                            bytes_equal(word, b)) &
                           HIGH_BITS;
        if (special != 0) {
            break;
        }
        i += sizeof(word);
    }
    while (i < len && is_plain(text[i], a, b)) {
        i++;
    }
    return i;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return at + len;
}

static uint8_t *put_replacement(uint8_t *at)
{
    return put(at, "\xef\xbf\xbd", 3);
}

static uint8_t *put_u_escape(uint8_t *at, uint32_t code)
{
    static const char digits[] = "0123456789abcdef";
    at = put(at, "\\u", 2);
    for (int shift = 12; shift >= 0; shift -= 4) {
        *at++ = (uint8_t)digits[(code >> shift) & 15];
    }
    return at;
}

static uint8_t *put_json_special(uint8_t *at, uint8_t byte)
{
    switch (byte) {
    case '"':
        return put(at, "\\\"", 2);
    case '\\':
        return put(at, "\\\\", 2);
    case '\n':
        return put(at, "\\n", 2);
    case '\r':
        return put(at, "\\r", 2);
    case '\t':
        return put(at, "\\t", 2);
    default:
        return put_u_escape(at, byte);
    }
}

static bool json_escapes(uint32_t code)
{
    return (code >= 0x80 && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           tv_char_is_bidi(code);
}

// Writes the string to `at`, which has JSON_GROWTH × len + 2 bytes; returns its end.
static uint8_t *put_json(uint8_t *at, const uint8_t *text, size_t len)
{
    *at++ = '"';
    size_t i = 0;
    while (true) {
        size_t run = plain_run(text + i, len - i, '"', '\\');
        if (run > 0) {
            at = put(at, text + i, run);
            i += run;
        }
        if (i == len) {
            break;
        }
        if (text[i] < 0x80) {
            at = put_json_special(at, text[i]);
            i++;
            continue;
        }
        uint32_t code = 0;
        size_t used = tv_utf8_decode((tv_span){text + i, len - i}, &code);
        if (used == 0) {
            at = put_replacement(at);
            used = 1;
        } else if (json_escapes(code)) {
            at = put_u_escape(at, code);
        } else {
            at = put(at, text + i, used);
        }
        i += used;
    }
    *at++ = '"';
    return at;
}

// Whether a spreadsheet would take the field for a formula (OWASP, "CSV Injection").
static bool is_formula(const uint8_t *text, size_t len)
{
    size_t i = 0;
    while (i < len && text[i] == ' ') {
        i++;
    }
    if (i == len) {
        return false;
    }
    if (memchr("=+-@\t\r\n", text[i], 7) != NULL) {
        return true;
    }
    uint32_t code = 0;
    return tv_utf8_decode((tv_span){text + i, len - i}, &code) == 3 &&
           (code == 0xff1d || code == 0xff0b || code == 0xff0d || code == 0xff20);
}

// The bytes at `text`, of which `*used` are taken, as they may stand between the quotes.
static uint8_t *put_csv_special(uint8_t *at, const uint8_t *text, size_t len, size_t *used)
{
    *used = 1;
    if (text[0] == '"') {
        return put(at, "\"\"", 2);
    }
    if (text[0] == '\t' || text[0] == '\r' || text[0] == '\n') {
        return put(at, text, 1);
    }
    uint32_t code = 0;
    size_t sequence = text[0] < 0x80 ? 0 : tv_utf8_decode((tv_span){text, len}, &code);
    if (sequence == 0) {
        return put_replacement(at);
    }
    *used = sequence;
    return code < 0xa0 ? put_replacement(at) : put(at, text, sequence);
}

// Writes the field to `at`, which has CSV_GROWTH × len + CSV_FRAME bytes; returns its end.
static uint8_t *put_csv(uint8_t *at, const uint8_t *text, size_t len)
{
    bool formula = is_formula(text, len);
    if (!formula && plain_run(text, len, '"', ',') == len) {
        return put(at, text, len);
    }
    *at++ = '"';
    if (formula) {
        *at++ = '\'';
    }
    size_t i = 0;
    while (i < len) {
        size_t run = plain_run(text + i, len - i, '"', '"');
        if (run > 0) {
            at = put(at, text + i, run);
            i += run;
            continue;
        }
        size_t used;
        at = put_csv_special(at, text + i, len - i, &used);
        i += used;
    }
    *at++ = '"';
    return at;
}

// Room for growth × len + frame more bytes.
static bool reserve_worst(tv_buf *out, size_t len, size_t growth, size_t frame)
{
    size_t need;
    if (!tv_size_mul(&need, len, growth) || !tv_size_add(&need, need, frame)) {
        out->failed = true;
        return false;
    }
    return tv_buf_reserve(out, need);
}

void tv_escape_json(tv_buf *out, tv_span text)
{
    if (text.len == 0) {
        tv_buf_add(out, TV_LIT("\"\""));
    } else if (reserve_worst(out, text.len, JSON_GROWTH, 2)) {
        out->len = (size_t)(put_json(out->ptr + out->len, text.ptr, text.len) - out->ptr);
    }
}

void tv_escape_csv(tv_buf *out, tv_span text)
{
    if (text.len > 0 && reserve_worst(out, text.len, CSV_GROWTH, CSV_FRAME)) {
        out->len = (size_t)(put_csv(out->ptr + out->len, text.ptr, text.len) - out->ptr);
    }
}

// Moves what was written behind the raw text over it.
static void replace_tail(tv_buf *out, size_t start, const uint8_t *end)
{
    size_t len = (size_t)(end - (out->ptr + out->len));
    memmove(out->ptr + start, out->ptr + out->len, len);
    out->len = start + len;
}

void tv_escape_json_tail(tv_buf *out, size_t start)
{
    size_t len = out->len - start;
    if (reserve_worst(out, len, JSON_GROWTH, 2)) {
        replace_tail(out, start, put_json(out->ptr + out->len, out->ptr + start, len));
    }
}

void tv_escape_csv_tail(tv_buf *out, size_t start)
{
    size_t len = out->len - start;
    if (reserve_worst(out, len, CSV_GROWTH, CSV_FRAME)) {
        replace_tail(out, start, put_csv(out->ptr + out->len, out->ptr + start, len));
    }
}

void tv_escape_quote_tail(tv_buf *out, size_t start)
{
    if (tv_buf_reserve(out, 2)) {
        memmove(out->ptr + start + 1, out->ptr + start, out->len - start);
        out->ptr[start] = '"';
        out->ptr[out->len + 1] = '"';
        out->len += 2;
    }
}

// One character as a terminal gets it.
typedef struct terminal_unit {
    uint8_t bytes[12]; // "\u{10ffff}" is the longest
    size_t len;
    size_t columns;
    size_t used; // bytes of the input
} terminal_unit;

static void unit_escape(terminal_unit *unit, uint32_t code, bool is_byte)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t *at = put(unit->bytes, is_byte ? "\\x" : "\\u{", is_byte ? 2 : 3);
    int shift = is_byte ? 4 : code > 0xfffff ? 20 : code > 0xffff ? 16 : 12;
    for (; shift >= 0; shift -= 4) {
        *at++ = (uint8_t)digits[(code >> shift) & 15];
    }
    if (!is_byte) {
        *at++ = '}';
    }
    unit->len = (size_t)(at - unit->bytes);
    unit->columns = unit->len;
}

// Reads the character at the front of `text`, which is not empty; `pile` combining characters stand
// right before it, MAX_PILE when nothing does that they could combine with.
static void unit_read(terminal_unit *unit, tv_span text, size_t pile)
{
    uint32_t code = 0;
    unit->used = tv_utf8_decode(text, &code);
    if (unit->used == 0) {
        unit->used = 1;
        unit_escape(unit, text.ptr[0], true);
        return;
    }
    if (code < 0x80) {
        if (code < 0x20 || code == 0x7f) {
            unit_escape(unit, code, true);
            return;
        }
        unit->bytes[0] = (uint8_t)code;
        unit->len = 1;
        unit->columns = 1;
        return;
    }
    tv_char_class class = tv_char_class_of(code);
    if (class == TV_CHAR_HIDDEN || (class == TV_CHAR_COMBINING && pile >= MAX_PILE)) {
        unit_escape(unit, code, false);
        return;
    }
    memcpy(unit->bytes, text.ptr, unit->used);
    unit->len = unit->used;
    unit->columns = class == TV_CHAR_WIDE ? 2 : class == TV_CHAR_NARROW ? 1 : 0;
}

size_t tv_escape_terminal(tv_buf *out, tv_span text, size_t columns)
{
    size_t bound = columns == 0 ? SIZE_MAX : columns;
    size_t used = 0;
    size_t cut_len = out->len; // where the text is cut if it turns out too long
    size_t cut_used = 0;
    size_t pile = MAX_PILE;
    size_t i = 0;
    while (i < text.len) {
        terminal_unit unit;
        unit_read(&unit, tv_span_part(text, i, text.len), pile);
        if (unit.columns > bound - used) {
            out->len = cut_len;
            tv_buf_add(out, TV_LIT("\u2026"));
            return cut_used + 1;
        }
        tv_buf_add(out, (tv_span){unit.bytes, unit.len});
        used += unit.columns;
        pile = unit.columns == 0 ? pile + 1 : 0;
        if (used < bound) {
            cut_len = out->len;
            cut_used = used;
        }
        i += unit.used;
    }
    return used;
}
