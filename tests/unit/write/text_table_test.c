// SPDX-License-Identifier: Apache-2.0
// The pieces of text lines: what fits, what is cut, what wraps, and where colour goes.
#include "write/text_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"

static void expect(tv_buf *buf, const char *expected)
{
    assert_false(buf->failed);
    tv_buf_add_byte(buf, 0);
    assert_string_equal((const char *)buf->ptr, expected);
    tv_buf_clear(buf);
}

static void cells_are_padded_and_cut(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_text text = {&buf, 80, false};
    tv_text_cell(&text, TV_LIT("ab"), 4, TV_STYLE_BAD);
    tv_text_cell(&text, TV_LIT("abcdef"), 4, TV_STYLE_PLAIN);
    expect(&buf, "ab    abc\xe2\x80\xa6  ");
    tv_buf_add(&buf, TV_LIT("x"));
    size_t start = buf.len;
    tv_buf_add(&buf, TV_LIT("a\x1b"
                            "b"));
    tv_text_cell_tail(&text, start, 8, TV_STYLE_PLAIN);
    tv_text_line_end(&text);
    expect(&buf, "xa\\x1bb\n");
    tv_text_cell_tail(&text, buf.len, 3, TV_STYLE_PLAIN);
    expect(&buf, "     ");
    tv_buf_close(&buf);
}

static void colour_stays_out_of_the_padding(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_text text = {&buf, 80, true};
    tv_text_cell(&text, TV_LIT("ab"), 3, TV_STYLE_BAD);
    tv_text_cell(&text, TV_LIT("ab"), 3, TV_STYLE_PLAIN);
    expect(&buf, "\x1b[31mab\x1b[0m   ab   ");
    tv_buf_add(&buf, TV_LIT("raw"));
    tv_text_cell_tail(&text, 0, 3, TV_STYLE_GOOD);
    expect(&buf, "\x1b[32mraw\x1b[0m  ");
    tv_buf_close(&buf);
}

static void places_keep_their_number(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint32_t line, index;
        size_t width;
        const char *out;
    } cases[] = {
        {"a.pem", 12, 0, 10, "a.pem:12    "},
        {"a.der", 0, 3, 10, "a.der#3     "},
        {"very/long/path/clients.pem", 12, 0, 15,
         "\xe2\x80\xa6"
         "clients.pem:12  "},
        {"dir/a\x1b[2J.pem", 1, 0, 30, "dir/a\\x1b[2J.pem:1              "},
        {"\x1b\x1b\x1b\x1b\x1b", 1, 0, 7, "\xe2\x80\xa6\\x1b:1  "},
        {"M\xc3\xbc\xc3\xbc\xc3\xbc.pem", 1, 0, 8, "\xe2\x80\xa6\xc3\xbc.pem:1  "},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf buf = {0};
        tv_text text = {&buf, 80, false};
        tv_text_place_cell(&text, cases[i].file, cases[i].line, cases[i].index, cases[i].width);
        expect(&buf, cases[i].out);
        tv_buf_close(&buf);
    }
}

static void counts_and_bytes(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_text text = {&buf, 80, false};
    tv_text_count(&text, 1, "entry", "entries");
    expect(&buf, "1 entry");
    tv_text_count(&text, 0, "entry", "entries");
    expect(&buf, "0 entries");
    tv_text_number_cell(&text, 42, 4);
    expect(&buf, "  42  ");
    tv_text_number_cell(&text, 12345, 4);
    expect(&buf, "12345  ");
    tv_text_bytes(&text, 999);
    expect(&buf, "999 bytes");
    tv_text_bytes(&text, 24150);
    expect(&buf, "24.1 KB");
    tv_text_bytes(&text, 999999);
    expect(&buf, "999.9 KB");
    tv_text_bytes(&text, UINT64_C(1000000));
    expect(&buf, "1.0 MB");
    tv_text_bytes(&text, UINT64_MAX);
    expect(&buf, "18446744.0 TB");
    tv_buf_close(&buf);
}

static void prose_wraps_at_words(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_text text = {&buf, 12, false};
    tv_text_prose(&text, TV_LIT("one two three four"), 0, 2, TV_STYLE_PLAIN);
    expect(&buf, "one two\n  three four\n");
    tv_text_prose(&text, TV_LIT("averyverylongword next"), 4, 2, TV_STYLE_PLAIN);
    expect(&buf, "averyverylongword\n  next\n");
    tv_text_prose(&text, TV_LIT("a\x1b b"), 0, 0, TV_STYLE_PLAIN);
    expect(&buf, "a\\x1b b\n");
    tv_text_prose(&text, (tv_span){NULL, 0}, 0, 0, TV_STYLE_PLAIN);
    expect(&buf, "\n");
    tv_buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_padded_and_cut),
        cmocka_unit_test(colour_stays_out_of_the_padding),
        cmocka_unit_test(places_keep_their_number),
        cmocka_unit_test(counts_and_bytes),
        cmocka_unit_test(prose_wraps_at_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
