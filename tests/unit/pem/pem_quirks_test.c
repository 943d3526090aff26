// SPDX-License-Identifier: Apache-2.0
// Each quirk with a text that has it, and neighbours that do not; and that the short way to none of
// them is the long way.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "pem/pem_scan.h"

#include <stdio.h>

#define W16 "AAAAAAAAAAAAAAAA"
#define W60 W16 W16 W16 "AAAAAAAAAAAA"
#define W64 W16 W16 W16 W16
#define W76 W64 "AAAAAAAAAAAA"
#define B "-----BEGIN X-----\n"
#define E "-----END X-----\n"
#define X B W64 "\nAAAA\n" E

enum { MAX_BLOCKS = 2 };

#define T(bytes)                                                                                   \
    {                                                                                              \
        (const uint8_t *)("" bytes), sizeof(bytes) - 1                                             \
    }

static const struct {
    const char *name;
    tv_span text;
    uint32_t quirks[MAX_BLOCKS]; // of the first and second block
} cases[] = {
    {"canonical", T(X), {0}},
    {"two canonical", T(X X), {0}},
    {"one short line", T(B "AAAA\n" E), {0}},
    {"two full lines", T(B W64 "\n" W64 "\n" E), {0}},
    {"no base64", T(B E), {0}},

    {"CR LF", T("-----BEGIN X-----\r\n" W64 "\r\nAAAA\r\n-----END X-----\r\n"), {TV_PEM_CRLF}},
    {"one CR LF", T("-----BEGIN X-----\r\nAAAA\n" E), {TV_PEM_CRLF}},
    {"CR LF only around", T("# a\r\n" B "AAAA\n-----END X-----\r\n"), {0}},
    {"CR alone", T("-----BEGIN X-----\rAAAA\r-----END X-----\r"), {TV_PEM_CR_ONLY}},
    {"CR alone only around", T("# a\r" B "AAAA\n-----END X-----\r"), {0}},
    {"CR CR LF", T(B "AAAA\r\r\n" E), {TV_PEM_CRLF | TV_PEM_CR_ONLY | TV_PEM_BLANK_IN_BODY}},

    {"mark", T("\xef\xbb\xbf" X X), {TV_PEM_BOM, 0}},
    {"mark before a comment", T("\xef\xbb\xbf# a\n" X), {TV_PEM_BOM}},
    {"mark, then blanks", T("\xef\xbb\xbf  " X), {TV_PEM_BOM | TV_PEM_INDENTED}},
    {"half a mark", T("\xef\xbb" X), {TV_PEM_NON_ASCII | TV_PEM_TEXT_BEFORE | TV_PEM_GLUED}},
    {"mark between",
     T(X "\xef\xbb\xbf" X),
     {0, TV_PEM_NON_ASCII | TV_PEM_TEXT_BEFORE | TV_PEM_GLUED}},

    {"blanks before BEGIN", T("  " X), {TV_PEM_INDENTED}},
    {"tab before END", T(B "AAAA\n\t" E), {TV_PEM_INDENTED}},
    {"blanks before the second BEGIN", T(X "\t" X), {0, TV_PEM_INDENTED}},
    {"blanks before BEGIN after a block without END", T(B "AAAA\n  " X), {0, TV_PEM_INDENTED}},
    {"indented in YAML",
     T("a: |\n  -----BEGIN X-----\n  AAAA\n  " E),
     {TV_PEM_INDENTED | TV_PEM_TEXT_BEFORE | TV_PEM_SPACED}},

    {"glued END", T(B "AAAA\n-----END X-----" X), {0, TV_PEM_GLUED}},
    {"glued END with shared dashes",
     T(B "AAAA\n-----END X-----BEGIN X-----\nAAAA\n" E),
     {TV_PEM_BAD_DASHES, TV_PEM_GLUED}},
    {"END, blanks, BEGIN", T(B "AAAA\n-----END X-----  " X), {0, TV_PEM_GLUED}},
    {"text before BEGIN", T("a " X), {TV_PEM_GLUED | TV_PEM_TEXT_BEFORE}},
    {"base64 before END", T(B "AAAA" E), {TV_PEM_GLUED}},
    {"base64 after BEGIN", T("-----BEGIN X-----AAAA\n" E), {TV_PEM_GLUED}},
    {"glued to a block without END", T(B "AAAA" X), {0, TV_PEM_GLUED}},
    {"blanks after BEGIN", T("-----BEGIN X----- \nAAAA\n" E), {0}},
    {"blanks after END", T(B "AAAA\n-----END X-----  \n" X), {0}},

    {"blank line in the base64", T(B W64 "\n\nAAAA\n" E), {TV_PEM_BLANK_IN_BODY}},
    {"blank line before END", T(B "AAAA\n\n" E), {TV_PEM_BLANK_IN_BODY}},
    {"blank line of blanks", T(B "AAAA\n \t\n" E), {TV_PEM_BLANK_IN_BODY}},
    {"one blank line after BEGIN", T(B "\nAAAA\n" E), {0}},
    {"two blank lines after BEGIN", T(B "\n\nAAAA\n" E), {TV_PEM_BLANK_IN_BODY}},

    {"76 columns", T(B W76 "\n" W76 "\n" E), {TV_PEM_ODD_WIDTH}},
    {"60 columns", T(B W60 "\n" W60 "\n" E), {TV_PEM_ODD_WIDTH}},
    {"60 columns at the end", T(B W64 "\n" W60 "\n" E), {0}},
    {"60 columns in the middle", T(B W64 "\n" W60 "\n" W64 "\n" E), {TV_PEM_ODD_WIDTH}},
    {"65 columns at the end", T(B W64 "A\n" E), {TV_PEM_ODD_WIDTH}},
    {"77 columns", T(B W76 "A\n" E), {TV_PEM_ODD_WIDTH | TV_PEM_LONG_LINE}},
    {"one long line", T(B W64 W64 "\n" E), {TV_PEM_ODD_WIDTH | TV_PEM_LONG_LINE}},

    {"headers", T(B "Proc-Type: 4\n\nAAAA\n" E), {TV_PEM_HEADERS}},
    {"long headers", T(B "P: " W76 "\nQ: b\n\n" W64 "\nAAAA\n" E), {TV_PEM_HEADERS}},
    {"headers and a blank line too many",
     T(B "P: a\n\n\nAAAA\n" E),
     {TV_PEM_HEADERS | TV_PEM_BLANK_IN_BODY}},
    {"headers, CR LF",
     T("-----BEGIN X-----\r\nP: a\r\n\r\nAAAA\r\n-----END X-----\r\n"),
     {TV_PEM_HEADERS | TV_PEM_CRLF}},

    {"NUL", T(X "\0\n" X), {0, TV_PEM_NUL_BEFORE | TV_PEM_TEXT_BEFORE}},
    {"NUL in a comment", T("# \0\n" X), {TV_PEM_NUL_BEFORE}},

    {"text", T("Some CA\n" X "Other CA\n" X), {TV_PEM_TEXT_BEFORE, TV_PEM_TEXT_BEFORE}},
    {"comments", T("# Some CA\n" X "#Other CA\n" X), {0, 0}},
    {"indented comment", T(" # a\n" X), {TV_PEM_TEXT_BEFORE}},
    {"text after END", T(B "AAAA\n-----END X----- # a\n" X), {0, TV_PEM_TEXT_BEFORE}},

    {"blank line first", T("\n" X), {TV_PEM_BLANK_BEFORE}},
    {"blank line between", T(X "\n" X), {0, TV_PEM_BLANK_BEFORE}},
    {"blank line of blanks", T(X " \t\n" X), {0, TV_PEM_BLANK_BEFORE}},
    {"blank line, CR LF", T(X "\r\n" X), {0, TV_PEM_BLANK_BEFORE}},
    {"blank line after a comment", T("# a\n\n" X), {TV_PEM_BLANK_BEFORE}},

    {"comment with a dash", T("# a-b\n" X), {TV_PEM_COMMENT_DASH}},
    {"comment of dashes", T("# a\n# -----\n" X), {TV_PEM_COMMENT_DASH}},
    {"text with a dash", T("a-b\n" X), {TV_PEM_TEXT_BEFORE}},

    {"written-out line ends",
     T("-----BEGIN X-----\\n" W64 "\\nAAAA\\n-----END X-----\\n-----BEGIN X-----\\r\\nAAAA\\r\\n"
       "-----END X-----\\r\\n"),
     {TV_PEM_ESCAPED_NL, TV_PEM_ESCAPED_NL}},
    {"written-out line end after the block", T(B "AAAA\n-----END X-----\\n"), {0}},

    {"blanks in a line", T(B "AA AA\n" E), {TV_PEM_SPACED}},
    {"blank before a line", T(B " AAAA\n" E), {TV_PEM_SPACED}},
    {"tab after a line", T(B "AAAA\t\n" E), {TV_PEM_SPACED}},
    {"blanks instead of line ends",
     T("-----BEGIN X----- AAAA AAAA " E),
     {TV_PEM_SPACED | TV_PEM_GLUED}},

    {"X509 CERTIFICATE",
     T("-----BEGIN X509 CERTIFICATE-----\nAAAA\n-----END X509 CERTIFICATE-----\n"),
     {TV_PEM_X509_LABEL}},
    {"X.509 CERTIFICATE",
     T("-----BEGIN X.509 CERTIFICATE-----\nAAAA\n-----END X.509 CERTIFICATE-----\n"),
     {TV_PEM_X509_LABEL}},
    {"CERTIFICATE", T("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), {0}},
    {"X509 CRL", T("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"), {0}},
    {"lower case", T("-----BEGIN x-----\nAAAA\n-----END x-----\n"), {TV_PEM_ODD_CASE}},
    {"mixed case",
     T("-----BEGIN X509 Certificate-----\nAAAA\n-----END X509 Certificate-----\n"),
     {TV_PEM_ODD_CASE | TV_PEM_X509_LABEL}},

    {"no line end", T(X B "AAAA\n-----END X-----"), {0, TV_PEM_NO_FINAL_NL}},
    {"blanks but no line end", T(B "AAAA\n-----END X-----  "), {TV_PEM_NO_FINAL_NL}},
    {"CR at the end", T(B "AAAA\n-----END X-----\r"), {0}},
    {"no END and no line end", T(B "AAAA"), {0}},

    {"text after", T(X X "bye\n"), {0, TV_PEM_TEXT_AFTER}},
    {"comment after", T(X "# bye"), {TV_PEM_TEXT_AFTER}},
    {"NUL after", T(X "\0"), {TV_PEM_TEXT_AFTER}},
    {"text right after END", T(B "AAAA\n-----END X-----;"), {TV_PEM_TEXT_AFTER}},
    {"blank lines after", T(X "\n \r\n\t"), {0}},

    {"UTF-8", T("# \xc3\xa4\n" X), {TV_PEM_NON_ASCII}},
    {"control byte", T(X "# \x1b\n" X), {0, TV_PEM_NON_ASCII}},
    {"DEL", T("# \x7f\n" X), {TV_PEM_NON_ASCII}},
    {"tab", T("# \t~\n" X), {0}},
    {"UTF-8 after the last", T(X "\xc3\xa4"), {TV_PEM_TEXT_AFTER}},

    {"six dashes before BEGIN", T("-" X), {TV_PEM_BAD_DASHES}},
    {"six dashes before BEGIN, indented", T(" -" X), {TV_PEM_BAD_DASHES | TV_PEM_INDENTED}},
    {"six dashes between glued blocks", T(B "AAAA\n-----END X-----\n-" X), {0, TV_PEM_BAD_DASHES}},
    {"six dashes after BEGIN", T("-----BEGIN X------\nAAAA\n" E), {TV_PEM_BAD_DASHES}},
    {"four dashes after BEGIN", T("-----BEGIN X----\nAAAA\n" E), {TV_PEM_BAD_DASHES}},
    {"no dashes after BEGIN", T("-----BEGIN X\nAAAA\n" E), {TV_PEM_BAD_DASHES}},
    {"four dashes before END", T(B "AAAA\n----END X-----\n"), {TV_PEM_BAD_DASHES}},
    {"six dashes before END", T(B "AAAA\n-" E), {TV_PEM_BAD_DASHES}},
    {"four dashes after END", T(B "AAAA\n-----END X----\n"), {TV_PEM_BAD_DASHES}},
    {"six dashes after END", T(B "AAAA\n-----END X------\n"), {TV_PEM_BAD_DASHES}},
    {"no dashes after END", T(B "AAAA\n-----END X\n"), {TV_PEM_BAD_DASHES}},
    {"blank at the BEGIN label", T("-----BEGIN X -----\nAAAA\n" E), {TV_PEM_BAD_DASHES}},
    {"blank at the END label", T(B "AAAA\n-----END  X-----\n"), {TV_PEM_BAD_DASHES}},
    {"no label", T("-----BEGIN -----\nAAAA\n-----END -----\n"), {0}},
    {"a label that differs", T(B "AAAA\n-----END YY-----\n"), {0}},
};

static void test_cases(void **state)
{
    (void)state;
    uint32_t seen = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_pem_scan scan;
        tv_pem_scan_open(&scan, cases[i].text, 1);
        size_t end = 0;
        size_t count = 0;
        for (tv_pem_block block; tv_pem_scan_next(&scan, &block); count++) {
            uint32_t got = tv_pem_quirks(cases[i].text, &block, end);
            uint32_t want = count < MAX_BLOCKS ? cases[i].quirks[count] : 0;
            if (got != want) {
                fail_msg("%s, block %zu: %#x, wanted %#x", cases[i].name, count, got, want);
            }
            seen |= got;
            end = block.offset + block.whole.len;
        }
        assert_in_range(count, 1, MAX_BLOCKS);
    }
    assert_int_equal(seen, (TV_PEM_BAD_DASHES << 1) - 1); // every quirk has a case
}

static uint32_t quirks_of(const char *text)
{
    tv_pem_scan scan;
    tv_pem_block block;
    tv_span all = tv_span_from_text(text);
    tv_pem_scan_open(&scan, all, 1);
    assert_true(tv_pem_scan_next(&scan, &block));
    return tv_pem_quirks(all, &block, 0);
}

// A body that is nearly canonical, changed at one place: what is found at a glance must be what a
// walk over the lines finds. One CR LF, behind BEGIN, makes it walk.
static void test_a_glance_finds_what_a_walk_finds(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        W64 "\n" W64 "\n" W16 "\n",
        W64 "\n" W64 "\n",
        W64 "\nA\n",
        W64 "\n" W60 "AAA\n",
        W64 "\n\n",
        W64 "\n" W76 "\n",
        "\n" W64 "\n",
        W60 "\n" W64 "\n",
    };
    static const char changes[] = "A\n\r\\ \t:n=!";
    for (size_t b = 0; b < sizeof(bodies) / sizeof(bodies[0]); b++) {
        for (size_t at = 0; at < strlen(bodies[b]); at++) {
            for (size_t c = 0; c < sizeof(changes) - 1; c++) {
                char body[256];
                char text[400];
                strcpy(body, bodies[b]);
                body[at] = changes[c];
                snprintf(text, sizeof(text), "-----BEGIN X-----\n%s" E, body);
                uint32_t glance = quirks_of(text);
                snprintf(text, sizeof(text), "-----BEGIN X-----\r\n%s" E, body);
                uint32_t walk = quirks_of(text);
                if ((glance | TV_PEM_CRLF) != walk) {
                    fail_msg("body %zu, %zu, %zu: %x, %x", b, at, c, glance, walk);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_a_glance_finds_what_a_walk_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
