// SPDX-License-Identifier: Apache-2.0
// Base64: vectors, layouts, every error with its place, and equality with a decoder that goes
// character by character, on random bodies and on broken ones.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "pem/base64.h"
#include "tv/cpu.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_BODY = 4096, ROUNDS = 60000 };

#define A16 "AAAAAAAAAAAAAAAA"
#define A64 A16 A16 A16 A16
#define ZERO12 "\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZERO48 ZERO12 ZERO12 ZERO12 ZERO12
#define OK(bytes)                                                                                  \
    TV_BASE64_OK, 0,                                                                               \
    {                                                                                              \
        (const uint8_t *)("" bytes), sizeof(bytes) - 1                                             \
    }

static const struct {
    const char *name;
    const char *body;
    tv_base64_error error;
    size_t where;
    tv_span bytes;
} cases[] = {
    {"one byte", "Zg==", OK("f")},
    {"two bytes", "Zm8=", OK("fo")},
    {"three bytes", "Zm9v", OK("foo")},
    {"six bytes", "Zm9vYmFy", OK("foobar")},
    {"the ends of the alphabet", "+/+/AZaz0w==", OK("\xfb\xff\xbf\x01\x96\xb3\xd3")},
    {"all bits set", "////", OK("\xff\xff\xff")},
    {"LF around", "\nZm9v\nYmFy\n", OK("foobar")},
    {"CR LF", "\r\nZm9v\r\nYmFy\r\n", OK("foobar")},
    {"CR alone", "\rZm9v\rYmFy\r", OK("foobar")},
    {"blank lines", "\n\n\nZm9v\n \n\t\nYmFy\n\n", OK("foobar")},
    {"blanks everywhere", "  Z m\t9 v  \n YmFy", OK("foobar")},
    {"blanks instead of line ends", " Zm9v YmFy ", OK("foobar")},
    {"written-out line ends", "\\nZm9v\\nYmFy\\n", OK("foobar")},
    {"written-out CR LF", "\\r\\nZm9v\\r\\nYmFy\\r\\n", OK("foobar")},
    {"doubled backslash", "\\\\nZm9v\\\\nYmFy\\\\n", OK("foobar")},
    {"a group over a line end", "\nZm\n9vY\nmFy\n", OK("foobar")},
    {"padding over a line end", "\nZg=\n=\n", OK("f")},
    {"canonical line", "\n" A64 "\nZm9v\n", OK(ZERO48 "foo")},
    {"canonical line, CR LF", "\r\n" A64 "\r\nZm9v\r\n", OK(ZERO48 "foo")},
    {"canonical line, no end", A64, OK(ZERO48)},
    {"76 columns", "\n" A64 A16 "\n" A64 A16 "\n", OK(ZERO48 ZERO12 ZERO48 ZERO12)},
    {"one long line", "\n" A64 A64 A64 "\n", OK(ZERO48 ZERO48 ZERO48)},
    {"headers", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\nZm9v\n", OK("foo")},
    {"headers, CR LF", "\r\nProc-Type: 4\r\n\r\nZm9v\r\n", OK("foo")},
    {"folded headers", "\nX: a,\n b!\n\tc!\n\nZm9v\n", OK("foo")},
    {"headers without blank line", "\nX: a!\nZm9v\n", OK("foo")},
    {"headers, blank line at the end", "\nX: a\n\nZm9v\n\n", OK("foo")},
    {"headers written on one line", "\\nX: a\\n\\nZm9v\\n", OK("foo")},
    {"a long header", "\n" A64 A64 ": a\n\nZm9v\n", OK("foo")},

    {"nothing", "", TV_BASE64_EMPTY, 0, {0}},
    {"blank", "\n \r\n\\n\t", TV_BASE64_EMPTY, 0, {0}},
    {"headers alone", "\nX: a\n\n", TV_BASE64_EMPTY, 0, {0}},
    {"a byte of no alphabet", "Zm9v!mFy", TV_BASE64_BAD_BYTE, 4, {0}},
    {"URL alphabet", "Zm9-", TV_BASE64_BAD_BYTE, 3, {0}},
    {"byte above 0x7f", "Zm9v\xc3YmFy", TV_BASE64_BAD_BYTE, 4, {0}},
    {"vertical tab", "Zm9v\vYmFy", TV_BASE64_BAD_BYTE, 4, {0}},
    {"backslash alone", "Zm9v\\YmFy", TV_BASE64_BAD_BYTE, 4, {0}},
    {"backslash at the end", "Zm9v\\", TV_BASE64_BAD_BYTE, 4, {0}},
    {"three backslashes", "Zm9v\\\\\\nYmFy", TV_BASE64_BAD_BYTE, 4, {0}},
    {"bad byte in a canonical line",
     "\n" A64 "\n" A16 "-" A16 A16 A16 "\n" A64 "\n",
     TV_BASE64_BAD_BYTE,
     82,
     {0}},
    {"bad byte after padding", "Zg==!", TV_BASE64_BAD_BYTE, 4, {0}},
    {"colon after base64", "\nZm9v\nX: a\n", TV_BASE64_BAD_BYTE, 7, {0}},
    {"padding first", "=", TV_BASE64_PADDING, 0, {0}},
    {"padding after blank", "\n\n=", TV_BASE64_PADDING, 2, {0}},
    {"padding after one", "Z===", TV_BASE64_PADDING, 1, {0}},
    {"padding after a group", "Zm9v=", TV_BASE64_PADDING, 4, {0}},
    {"one '=' too few", "\nZg=\n", TV_BASE64_PADDING, 3, {0}},
    {"one '=' too many", "Zg===", TV_BASE64_PADDING, 4, {0}},
    {"two for three", "Zm8==", TV_BASE64_PADDING, 4, {0}},
    {"data after padding", "\nZg==\nZm9v", TV_BASE64_PADDING, 3, {0}},
    {"data between padding", "Zg=v", TV_BASE64_PADDING, 2, {0}},
    {"one character", "Z", TV_BASE64_LENGTH, 0, {0}},
    {"two characters", "Zg", TV_BASE64_LENGTH, 1, {0}},
    {"three characters", "Zm9vZm8\n\n", TV_BASE64_LENGTH, 6, {0}},
    {"cut after a canonical line", "\n" A64 "\nAAAA\nAA\n", TV_BASE64_LENGTH, 72, {0}},
    {"low bits of two", "Zh==", TV_BASE64_BITS, 1, {0}},
    {"low bits of three", "Zm9\n=", TV_BASE64_BITS, 2, {0}},
    {"all low bits of two", "ZP==", TV_BASE64_BITS, 1, {0}},
};

static tv_base64_result decode(uint8_t **out, tv_span body)
{
    *out = malloc(tv_base64_room(body.len));
    assert_non_null(*out);
    return tv_base64_decode(*out, body);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t *out;
        tv_base64_result got = decode(&out, tv_span_from_text(cases[i].body));
        if (got.error != cases[i].error || got.where != cases[i].where ||
            got.len != cases[i].bytes.len ||
            !tv_span_equal((tv_span){out, got.len}, cases[i].bytes)) {
            fail_msg("%s: error %d at %zu, %zu bytes", cases[i].name, (int)got.error, got.where,
                     got.len);
        }
        free(out);
    }
}

// A NUL ends the texts of the table, so it has a case of its own.
static void test_nul_is_no_layout(void **state)
{
    (void)state;
    uint8_t *out;
    tv_base64_result got = decode(&out, TV_LIT("Zm9v\0YmFy"));
    assert_int_equal(got.error, TV_BASE64_BAD_BYTE);
    assert_int_equal(got.where, 4);
    free(out);
}

// Every pair of a byte and a place in a canonical line: taken exactly when it is in the alphabet,
// except for a colon, which makes the line a header.
static void test_each_byte_at_each_place(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned byte = 1; byte < 256; byte++) {
        for (size_t place = 0; place < 64; place++) {
            char body[] = A64 "\nAAAA\n";
            body[place] = (char)byte;
            uint8_t out[256];
            tv_base64_result got = tv_base64_decode(out, tv_span_from_text(body));
            const char *found = strchr(alphabet, (int)byte);
            if (found == NULL) {
                assert_int_equal(got.error == TV_BASE64_OK, byte == ':');
                continue;
            }
            assert_int_equal(got.error, TV_BASE64_OK);
            assert_int_equal(got.len, 51);
            uint32_t bits = (uint32_t)(found - alphabet) << (6 * (3 - place % 4));
            size_t at = place / 4 * 3;
            assert_int_equal((uint32_t)out[at] << 16 | (uint32_t)out[at + 1] << 8 | out[at + 2],
                             bits);
        }
    }
}

// The reference: one character after the other, with nothing shared with the decoder.
static int value_of(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z') {
        return byte - 'A';
    }
    if (byte >= 'a' && byte <= 'z') {
        return byte - 'a' + 26;
    }
    if (byte >= '0' && byte <= '9') {
        return byte - '0' + 52;
    }
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

static size_t escape_of(tv_span body, size_t at)
{
    for (size_t len = 2; len <= 3 && at + len <= body.len; len++) {
        uint8_t letter = body.ptr[at + len - 1];
        if (letter == 'n' || letter == 'r') {
            return len;
        }
        if (letter != '\\') {
            return 0;
        }
    }
    return 0;
}

// What the last group gives: `chars` characters and `bits` in all, `pads` of '='.
static tv_base64_result reference_end(uint8_t *out, size_t len, size_t chars, size_t pads,
                                      uint32_t bits, size_t first_pad, size_t last)
{
    if (chars == 0) {
        return (tv_base64_result){TV_BASE64_EMPTY, 0, 0};
    }
    if (pads > 0 && chars % 4 + pads != 4) {
        return (tv_base64_result){TV_BASE64_PADDING, 0, first_pad};
    }
    if (pads == 0 && chars % 4 != 0) {
        return (tv_base64_result){TV_BASE64_LENGTH, 0, last};
    }
    if ((chars % 4 == 2 && (bits & 15) != 0) || (chars % 4 == 3 && (bits & 3) != 0)) {
        return (tv_base64_result){TV_BASE64_BITS, 0, last};
    }
    if (chars % 4 == 2) {
        out[len++] = (uint8_t)(bits >> 4);
    } else if (chars % 4 == 3) {
        out[len++] = (uint8_t)(bits >> 10);
        out[len++] = (uint8_t)(bits >> 2);
    }
    return (tv_base64_result){TV_BASE64_OK, len, 0};
}

static tv_base64_result reference(uint8_t *out, tv_span body)
{
    size_t chars = 0;
    size_t pads = 0;
    size_t first_pad = 0;
    size_t last = 0;
    uint32_t bits = 0;
    size_t len = 0;
    size_t step = 1;
    for (size_t at = 0; at < body.len; at += step) {
        uint8_t byte = body.ptr[at];
        step = 1;
        if (value_of(byte) >= 0 && pads > 0) {
            return (tv_base64_result){TV_BASE64_PADDING, 0, first_pad};
        }
        if (value_of(byte) >= 0) {
            bits = bits << 6 | (uint32_t)value_of(byte);
            chars++;
            last = at;
            if (chars % 4 == 0) {
                out[len++] = (uint8_t)(bits >> 16);
                out[len++] = (uint8_t)(bits >> 8);
                out[len++] = (uint8_t)bits;
            }
        } else if (byte == '=') {
            if (chars % 4 < 2 || chars % 4 + pads >= 4) {
                return (tv_base64_result){TV_BASE64_PADDING, 0, at};
            }
            first_pad = pads == 0 ? at : first_pad;
            pads++;
        } else if (byte == '\\' && escape_of(body, at) > 0) {
            step = escape_of(body, at);
        } else if (strchr(" \t\r\n", byte) == NULL || byte == 0) {
            return (tv_base64_result){TV_BASE64_BAD_BYTE, 0, at};
        }
    }
    return reference_end(out, len, chars, pads, bits, first_pad, last);
}

static uint64_t random_state = 20251124;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % bound);
}

// A body of random length, layout and, now and then, damage. No colon, hence no headers.
static size_t random_body(uint8_t *body)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char *const ends[] = {"\n", "\r\n", "\r", "\\n", " ", "\n\n", ""};
    static const uint32_t widths[] = {64, 64, 64, 76, 60, 1, 65, 128};
    static const char damage[] = "=!-\\ \t\n\rnrA";
    const char *end = ends[random_below(7)];
    uint32_t width = widths[random_below(8)];
    uint32_t chars = random_below(600);
    size_t len = 0;
    for (uint32_t i = 0; i < chars; i++) {
        if (i % width == 0) {
            memcpy(body + len, end, strlen(end));
            len += strlen(end);
        }
        body[len++] = (uint8_t)alphabet[random_below(64)];
    }
    for (uint32_t i = random_below(3); i > 0; i--) {
        body[len++] = '=';
    }
    for (uint32_t i = random_below(3); i > 0 && len > 0; i--) {
        uint32_t at = random_below((uint32_t)len);
        body[at] = random_below(4) == 0 ? (uint8_t)random_below(256)
                                        : (uint8_t)damage[random_below(sizeof(damage) - 1)];
        body[at] = body[at] == ':' ? ';' : body[at];
    }
    return len;
}

static void test_both_paths_agree(void **state)
{
    (void)state;
    unsigned good = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        static uint8_t text[MAX_BODY];
        static uint8_t expected[MAX_BODY];
        size_t len = random_body(text);
        // Memory of the exact size, so that one byte too far is seen.
        uint8_t *body = malloc(len == 0 ? 1 : len);
        assert_non_null(body);
        memcpy(body, text, len);
        uint8_t *out;
        tv_base64_result want = reference(expected, (tv_span){body, len});
        tv_base64_result got = decode(&out, (tv_span){body, len});
        if (got.error != want.error || got.where != want.where || got.len != want.len) {
            fail_msg("round %u: error %d at %zu, %zu bytes; wanted %d at %zu, %zu", round,
                     (int)got.error, got.where, got.len, (int)want.error, want.where, want.len);
        }
        assert_memory_equal(out, expected, got.len);
        good += got.error == TV_BASE64_OK;
        free(out);
        free(body);
    }
    assert_in_range(good, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

// Two pages, of which the second must not be touched: text and room end where it begins.
static uint8_t *page_before_a_hole(size_t page)
{
    uint8_t *pages = aligned_alloc(page, 2 * page);
    assert_non_null(pages);
    assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
    return pages;
}

static void close_pages(uint8_t *pages, size_t page)
{
    assert_int_equal(mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
    free(pages);
}

static void fill_lines(uint8_t *body, size_t len, size_t columns)
{
    for (size_t i = 0; i < len; i++) {
        body[i] = (i + 1) % (columns + 1) == 0 ? '\n' : 'A';
    }
}

static void test_nothing_beyond_the_ends_is_touched(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *text_end = page_before_a_hole(page) + page;
    uint8_t *room_end = page_before_a_hole(page) + page;
    static const size_t columns[] = {64, 76, 63, 4096};
    for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
        for (size_t len = 1; len <= 400; len++) {
            uint8_t *body = text_end - len;
            fill_lines(body, len, columns[c]);
            uint8_t expected[MAX_BODY];
            tv_base64_result want = reference(expected, (tv_span){body, len});
            tv_base64_result got =
                tv_base64_decode(room_end - tv_base64_room(len), (tv_span){body, len});
            assert_int_equal(got.error, want.error);
            assert_int_equal(got.where, want.where);
            assert_int_equal(got.len, want.len);
        }
    }
    close_pages(text_end - page, page);
    close_pages(room_end - page, page);
}

static void test_error_texts(void **state)
{
    (void)state;
    for (int error = TV_BASE64_OK; error <= TV_BASE64_BITS; error++) {
        const char *text = tv_base64_error_text((tv_base64_error)error);
        assert_true(strlen(text) > 0);
        for (int other = TV_BASE64_OK; other < error; other++) {
            assert_string_not_equal(text, tv_base64_error_text((tv_base64_error)other));
        }
    }
    assert_string_equal(tv_base64_error_text(TV_BASE64_BAD_BYTE),
                        "a byte outside the base64 alphabet");
    assert_string_equal(tv_base64_error_text((tv_base64_error)99), "unknown base64 error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_nul_is_no_layout),
        cmocka_unit_test(test_each_byte_at_each_place),
        cmocka_unit_test(test_both_paths_agree),
        cmocka_unit_test(test_nothing_beyond_the_ends_is_touched),
        cmocka_unit_test(test_error_texts),
    };
    int failed = 0;
    for (int level = TV_CPU_PORTABLE; level <= (int)tv_cpu_best(); level++) {
        const char *name = tv_cpu_name((tv_cpu_level)level);
        failed += tv_cpu_use((tv_cpu_level)level) ? 0 : 1;
        failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);
    }
    return failed;
}
