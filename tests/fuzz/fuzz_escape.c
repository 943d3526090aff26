// SPDX-License-Identifier: Apache-2.0
// Escaping, by what a reader gets back: the output is valid UTF-8, a JSON string and a CSV field
// have one shape only, and read back they say what went in; terminal text holds no control at all
// and keeps to its columns.
#include "base/span.h"
#include "write/escape.h"
#include "write/unicode.h"

#include <assert.h>
#include <stdlib.h>

// What escaping makes of bytes that are no UTF-8 is U+FFFD; `text` with just that done to it.
// `drops_controls`: control characters other than TAB, CR and LF as well, as CSV does.
static void add_repaired(tv_buf *out, tv_span text, bool drops_controls)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t code = 0;
        size_t len = tv_utf8_decode(tv_span_part(text, i, text.len), &code);
        bool is_control = code < 0x20 ? code != '\t' && code != '\r' && code != '\n'
                                      : code >= 0x7f && code < 0xa0;
        if (len == 0 || (drops_controls && is_control)) {
            tv_buf_add(out, TV_LIT("\xef\xbf\xbd"));
        } else {
            tv_buf_add(out, tv_span_part(text, i, len));
        }
        i += len == 0 ? 1 : len;
    }
}

static void assert_utf8(tv_span text)
{
    uint32_t code = 0;
    for (size_t i = 0; i < text.len;) {
        size_t len = tv_utf8_decode(tv_span_part(text, i, text.len), &code);
        assert(len > 0);
        i += len;
    }
}

static uint32_t hex_digit(uint8_t byte)
{
    assert((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f'));
    return byte <= '9' ? (uint32_t)(byte - '0') : (uint32_t)(byte - 'a' + 10);
}

// A character below U+10000 as UTF-8.
static void add_character(tv_buf *out, uint32_t code)
{
    if (code < 0x80) {
        tv_buf_add_byte(out, (uint8_t)code);
        return;
    }
    if (code < 0x800) {
        tv_buf_add_byte(out, (uint8_t)(0xc0 | code >> 6));
    } else {
        tv_buf_add_byte(out, (uint8_t)(0xe0 | code >> 12));
        tv_buf_add_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
    }
    tv_buf_add_byte(out, (uint8_t)(0x80 | (code & 0x3f)));
}

// The escape behind the backslash at `text`; returns its bytes.
static size_t read_json_escape(tv_buf *out, tv_span text)
{
    static const char names[] = "\"\\nrt";
    static const char values[] = "\"\\\n\r\t";
    assert(text.len >= 2);
    const char *found = memchr(names, text.ptr[1], sizeof(names) - 1);
    if (found != NULL) {
        tv_buf_add_byte(out, (uint8_t)values[found - names]);
        return 2;
    }
    assert(text.ptr[1] == 'u' && text.len >= 6);
    uint32_t code = 0;
    for (size_t i = 2; i < 6; i++) {
        code = code << 4 | hex_digit(text.ptr[i]);
    }
    add_character(out, code);
    return 6;
}

static void check_json(tv_span text)
{
    tv_buf json = {0};
    tv_buf back = {0};
    tv_buf expected = {0};
    tv_escape_json(&json, text);
    tv_span in = tv_buf_span(&json);
    assert(!json.failed && in.len >= 2 && in.ptr[0] == '"' && in.ptr[in.len - 1] == '"');
    assert_utf8(in);
    for (size_t i = 1; i < in.len - 1;) {
        assert(in.ptr[i] >= 0x20 && in.ptr[i] != 0x7f && in.ptr[i] != '"');
        if (in.ptr[i] == '\\') {
            i += read_json_escape(&back, tv_span_part(in, i, in.len - 1 - i));
        } else {
            tv_buf_add_byte(&back, in.ptr[i]);
            i++;
        }
    }
    add_repaired(&expected, text, false);
    assert(tv_span_equal(tv_buf_span(&back), tv_buf_span(&expected)));
    tv_buf_close(&json);
    tv_buf_close(&back);
    tv_buf_close(&expected);
}

// Reads the field that fills `field`.
static void read_csv(tv_buf *out, tv_span field)
{
    if (field.len == 0 || field.ptr[0] != '"') {
        for (size_t i = 0; i < field.len; i++) {
            assert(memchr("\",\r\n", field.ptr[i], 4) == NULL);
        }
        tv_buf_add(out, field);
        return;
    }
    assert(field.len >= 2 && field.ptr[field.len - 1] == '"');
    for (size_t i = 1; i < field.len - 1; i++) {
        if (field.ptr[i] == '"') {
            i++;
            assert(i < field.len - 1 && field.ptr[i] == '"');
        }
        tv_buf_add_byte(out, field.ptr[i]);
    }
}

static void check_csv(tv_span text)
{
    tv_buf csv = {0};
    tv_buf back = {0};
    tv_buf expected = {0};
    tv_escape_csv(&csv, text);
    assert(!csv.failed);
    assert_utf8(tv_buf_span(&csv));
    read_csv(&back, tv_buf_span(&csv));
    add_repaired(&expected, text, true);
    tv_span got = tv_buf_span(&back);
    size_t blanks = 0;
    while (blanks < got.len && got.ptr[blanks] == ' ') {
        blanks++;
    }
    assert(blanks == got.len || memchr("=+-@\t\r\n", got.ptr[blanks], 7) == NULL);
    if (!tv_span_equal(got, tv_buf_span(&expected))) {
        assert(got.len > 0 && got.ptr[0] == '\'');
        assert(tv_span_equal(tv_span_part(got, 1, got.len), tv_buf_span(&expected)));
    }
    tv_buf_close(&csv);
    tv_buf_close(&back);
    tv_buf_close(&expected);
}

static void check_terminal(tv_span text, size_t columns)
{
    tv_buf out = {0};
    size_t used = tv_escape_terminal(&out, text, columns);
    assert(!out.failed && (columns == 0 || used <= columns));
    assert_utf8(tv_buf_span(&out));
    size_t shown = 0;
    for (size_t i = 0; i < out.len;) {
        uint32_t code = 0;
        i += tv_utf8_decode(tv_span_part(tv_buf_span(&out), i, out.len), &code);
        assert(code >= 0x20 && code != 0x7f);
        tv_char_class class = code < 0x80 ? TV_CHAR_NARROW : tv_char_class_of(code);
        assert(class != TV_CHAR_HIDDEN);
        shown += class == TV_CHAR_WIDE ? 2 : class == TV_CHAR_NARROW ? 1 : 0;
    }
    assert(shown == used);
    tv_buf_close(&out);
}

// A tail is replaced by what the plain function makes of it, and what stands before it stays.
static void check_tails(tv_span text)
{
    tv_buf plain = {0};
    tv_buf tail = {0};
    tv_buf_add(&plain, TV_LIT("x"));
    tv_escape_json(&plain, text);
    tv_buf_add(&tail, TV_LIT("x"));
    tv_buf_add(&tail, text);
    tv_escape_json_tail(&tail, 1);
    assert(tv_span_equal(tv_buf_span(&plain), tv_buf_span(&tail)));
    plain.len = 1;
    tail.len = 1;
    tv_escape_csv(&plain, text);
    tv_buf_add(&tail, text);
    tv_escape_csv_tail(&tail, 1);
    assert(tv_span_equal(tv_buf_span(&plain), tv_buf_span(&tail)));
    tv_buf_close(&plain);
    tv_buf_close(&tail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // The first byte is a number of columns.
    size_t columns = size > 0 ? data[0] : 0;
    tv_span text = tv_span_part((tv_span){data, size}, 1, size);
    check_json(text);
    check_csv(text);
    check_terminal(text, 0);
    check_terminal(text, columns);
    check_tails(text);
    return 0;
}
