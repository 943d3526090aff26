// SPDX-License-Identifier: Apache-2.0
// Escaping for each place where text lands, by tables: hostile text in, exact bytes out.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "write/escape.h"

// TV_LIT for the initializer of a static table.
#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)("" text), sizeof(text) - 1                                               \
    }

// NOLINTBEGIN(misc-misleading-bidirectional): hostile text is what is tested.
typedef struct escape_case {
    const char *name;
    tv_span in;
    const char *out;
} escape_case;

static void assert_buf(const char *name, tv_buf *buf, const char *expected)
{
    tv_buf_add_byte(buf, 0);
    assert_false(buf->failed);
    if (strcmp((const char *)buf->ptr, expected) != 0) {
        fail_msg("%s: got [%s], not [%s]", name, (const char *)buf->ptr, expected);
    }
    tv_buf_close(buf);
}

static const escape_case json_cases[] = {
    {"empty", {NULL, 0}, "\"\""},
    {"plain", BYTES("CN=alice"), "\"CN=alice\""},
    {"longer than a word", BYTES("CN=alice,O=Acme Corporation"), "\"CN=alice,O=Acme Corporation\""},
    {"quote late in a word", BYTES("abcdefg\"hijklmnop"), "\"abcdefg\\\"hijklmnop\""},
    {"backslash", BYTES("CN=a\\,b"), "\"CN=a\\\\,b\""},
    {"line ends and tab", BYTES("a\nb\rc\td"), "\"a\\nb\\rc\\td\""},
    {"NUL, escape, DEL", BYTES("a\0b\x1b[2J\x7f"), "\"a\\u0000b\\u001b[2J\\u007f\""},
    {"UTF-8 stays", BYTES("M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x91"),
     "\"M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x91\""},
    {"C1", BYTES("\xc2\x9b"), "\"\\u009b\""},
    {"line separators", BYTES("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\""},
    {"bidirectional override",
     BYTES("a\xe2\x80\xae"
           "b\xe2\x81\xa6"),
     "\"a\\u202eb\\u2066\""},
    {"not UTF-8",
     BYTES("a\xff\xfe"
           "b"),
     "\"a\xef\xbf\xbd\xef\xbf\xbd"
     "b\""},
    {"cut sequence", BYTES("a\xe2\x82"), "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
    {"surrogate", BYTES("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"overlong slash", BYTES("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\""},
};

static void json_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(json_cases) / sizeof(json_cases[0]); i++) {
        tv_buf buf = {0};
        tv_escape_json(&buf, json_cases[i].in);
        assert_buf(json_cases[i].name, &buf, json_cases[i].out);
    }
}

static const escape_case csv_cases[] = {
    {"empty", {NULL, 0}, ""},
    {"plain", BYTES("RSA-2048"), "RSA-2048"},
    {"comma", BYTES("CN=a,O=b"), "\"CN=a,O=b\""},
    {"quote", BYTES("say \"hi\""), "\"say \"\"hi\"\"\""},
    {"line end", BYTES("a\r\nb"), "\"a\r\nb\""},
    {"equals", BYTES("=1+1"), "\"'=1+1\""},
    {"plus, minus, at", BYTES("+1"), "\"'+1\""},
    {"minus", BYTES("-1f"), "\"'-1f\""},
    {"at", BYTES("@SUM(A1)"), "\"'@SUM(A1)\""},
    {"tab", BYTES("\t=1"), "\"'\t=1\""},
    {"carriage return", BYTES("\r=1"), "\"'\r=1\""},
    {"line feed", BYTES("\n=1"), "\"'\n=1\""},
    {"blanks before", BYTES("  =1"), "\"'  =1\""},
    {"fullwidth equals",
     BYTES("\xef\xbc\x9d"
           "1"),
     "\"'\xef\xbc\x9d"
     "1\""},
    {"formula sign later", BYTES("a=1"), "a=1"},
    {"formula and quote", BYTES("=\"a\""), "\"'=\"\"a\"\"\""},
    {"only blanks", BYTES("  "), "  "},
    {"UTF-8", BYTES("M\xc3\xbcller"), "\"M\xc3\xbcller\""},
    {"not UTF-8, NUL, escape", BYTES("a\xff\0\x1b"), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"C1", BYTES("\xc2\x9b"), "\"\xef\xbf\xbd\""},
};

static void csv_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(csv_cases) / sizeof(csv_cases[0]); i++) {
        tv_buf buf = {0};
        tv_escape_csv(&buf, csv_cases[i].in);
        assert_buf(csv_cases[i].name, &buf, csv_cases[i].out);
    }
}

static void tails_replace_raw_text(void **state)
{
    (void)state;
    tv_buf buf = {0};
    tv_buf_add(&buf, TV_LIT("\"x\":CN=\"a\",O=b"));
    tv_escape_json_tail(&buf, 4);
    assert_buf("json", &buf, "\"x\":\"CN=\\\"a\\\",O=b\"");
    tv_buf_add(&buf, TV_LIT("1,=a,b"));
    tv_escape_csv_tail(&buf, 2);
    assert_buf("csv", &buf, "1,\"'=a,b\"");
    tv_buf_add(&buf, TV_LIT("1,"));
    tv_escape_csv_tail(&buf, 2);
    assert_buf("nothing to escape", &buf, "1,");
}

// A run of harmless bytes may end at any place of a word, on any alignment.
static void specials_are_found_at_every_place(void **state)
{
    (void)state;
    for (size_t start = 0; start < 8; start++) {
        for (size_t at = 0; at < 40; at++) {
            uint8_t text[48];
            memset(text, 'x', sizeof(text));
            text[start + at] = '"';
            tv_buf buf = {0};
            tv_escape_json(&buf, tv_span_make(text + start, 40));
            assert_int_equal(buf.len, 43);
            assert_int_equal(buf.ptr[1 + at], '\\');
            assert_int_equal(buf.ptr[2 + at], '"');
            tv_buf_close(&buf);
        }
    }
}

static const struct {
    const char *name;
    tv_span in;
    size_t columns;
    const char *out;
    size_t used;
} terminal_cases[] = {
    {"plain", BYTES("CN=a"), 0, "CN=a", 4},
    {"escape sequence", BYTES("\x1b[2J"), 0, "\\x1b[2J", 7},
    {"line end", BYTES("a\nb"), 0, "a\\x0ab", 6},
    {"DEL and C1", BYTES("\x7f\xc2\x9b"), 0, "\\x7f\\u{009b}", 12},
    {"bidirectional override", BYTES("\xe2\x80\xae"), 0, "\\u{202e}", 8},
    {"zero width",
     BYTES("a\xe2\x80\x8b"
           "b\xef\xbb\xbf"),
     0, "a\\u{200b}b\\u{feff}", 18},
    {"tag characters", BYTES("\xf3\xa0\x80\x81"), 0, "\\u{e0001}", 9},
    {"private use, last plane", BYTES("\xf4\x8f\xbf\xbd"), 0, "\\u{10fffd}", 10},
    {"not UTF-8", BYTES("a\xff"), 0, "a\\xff", 5},
    {"exact fit", BYTES("abcd"), 4, "abcd", 4},
    {"cut", BYTES("abcde"), 4, "abc\xe2\x80\xa6", 4},
    {"one column", BYTES("abc"), 1, "\xe2\x80\xa6", 1},
    {"wide", BYTES("\xe6\xbc\xa2\xe5\xad\x97"), 0, "\xe6\xbc\xa2\xe5\xad\x97", 4},
    {"wide does not fit by one", BYTES("\xe6\xbc\xa2\xe5\xad\x97"), 3, "\xe6\xbc\xa2\xe2\x80\xa6",
     3},
    {"cut never splits an escape", BYTES("ab\x1b"), 5, "ab\xe2\x80\xa6", 3},
    {"combining takes none", BYTES("e\xcc\x81x"), 2, "e\xcc\x81x", 2},
    {"combining in front is escaped",
     BYTES("\xcc\x81"
           "a"),
     0, "\\u{0301}a", 9},
    {"a pile ends", BYTES("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81"), 0,
     "e\xcc\x81\xcc\x81\xcc\x81\\u{0301}", 9},
};

// NOLINTEND(misc-misleading-bidirectional)

static void terminal_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(terminal_cases) / sizeof(terminal_cases[0]); i++) {
        tv_buf buf = {0};
        size_t used = tv_escape_terminal(&buf, terminal_cases[i].in, terminal_cases[i].columns);
        assert_buf(terminal_cases[i].name, &buf, terminal_cases[i].out);
        assert_int_equal(used, terminal_cases[i].used);
    }
}

static void a_full_buffer_fails(void **state)
{
    (void)state;
    tv_buf buf = {.ceiling = 8};
    tv_escape_json(&buf, TV_LIT("longer than eight"));
    assert_true(buf.failed);
    assert_int_equal(buf.len, 0);
    tv_buf_close(&buf);
}

static void a_tail_gets_quotes(void **state)
{
    (void)state;
    tv_buf out = {0};
    tv_buf_add(&out, TV_LIT("a,"));
    tv_escape_quote_tail(&out, 2);
    tv_buf_add(&out, TV_LIT(",CN=b,O=c"));
    tv_escape_quote_tail(&out, 5);
    tv_buf_add_byte(&out, 0);
    assert_string_equal((const char *)out.ptr, "a,\"\",\"CN=b,O=c\"");
    tv_buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tail_gets_quotes),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(csv_fields),
        cmocka_unit_test(tails_replace_raw_text),
        cmocka_unit_test(specials_are_found_at_every_place),
        cmocka_unit_test(terminal_text),
        cmocka_unit_test(a_full_buffer_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
