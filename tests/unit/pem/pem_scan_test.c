// SPDX-License-Identifier: Apache-2.0
// Blocks of texts whole and damaged; and, on random texts: as many blocks as BEGINs, in order, and
// the same ones however the text is cut.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "pem/pem_scan.h"

#include <stdlib.h>

#define BEGIN_CERT "-----BEGIN CERTIFICATE-----\n"
#define END_CERT "-----END CERTIFICATE-----\n"

enum { MAX_BLOCKS = 4, MAX_TEXT = 4096, ROUNDS = 20000 };

// What follows in the text right behind the block is told by `after`.
typedef struct expected {
    const char *label;
    const char *body;
    uint32_t line;
    tv_pem_defect defect;
    const char *after;
} expected;

static const struct {
    const char *name;
    const char *text;
    expected blocks[MAX_BLOCKS]; // up to the first without a label
} cases[] = {
    {"nothing", "", {{0}}},
    {"prose only", "# Mozilla bundle\n\n", {{0}}},
    {"END alone", "AAAA\n" END_CERT, {{0}}},
    {"one block",
     BEGIN_CERT "AAAA\n" END_CERT,
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"two blocks",
     BEGIN_CERT "AAAA\n" END_CERT "# b\n" BEGIN_CERT "BBBB\n" END_CERT,
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_SOUND, "\n# b"},
      {"CERTIFICATE", "\nBBBB\n", 5, TV_PEM_SOUND, "\n"}}},
    {"CR LF",
     "\r\n-----BEGIN X-----\r\nAAAA\r\n-----END X-----\r\n\r\n-----BEGIN Y-----\r\n-----END Y-----",
     {{"X", "\r\nAAAA\r\n", 2, TV_PEM_SOUND, "\r\n\r\n-"}, {"Y", "\r\n", 6, TV_PEM_SOUND, ""}}},
    {"CR alone",
     "-----BEGIN X-----\rAAAA\r-----END X-----\r-----BEGIN Y-----\r-----END Y-----\r",
     {{"X", "\rAAAA\r", 1, TV_PEM_SOUND, "\r-"}, {"Y", "\r", 4, TV_PEM_SOUND, "\r"}}},
    {"glued",
     BEGIN_CERT "AAAA\n-----END CERTIFICATE----------BEGIN CERTIFICATE-----\nBBBB\n" END_CERT,
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_SOUND, "-----BEGIN"},
      {"CERTIFICATE", "\nBBBB\n", 3, TV_PEM_SOUND, "\n"}}},
    {"END and BEGIN share their dashes",
     "-----BEGIN X-----\nAAAA\n-----END X-----BEGIN Y-----\nBBBB\n-----END Y-----",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "-----BEGIN"}, {"Y", "\nBBBB\n", 3, TV_PEM_SOUND, ""}}},
    {"nine dashes between END and BEGIN",
     "-----BEGIN X-----\nAAAA\n-----END X---------BEGIN Y-----\nBBBB\n-----END Y-----",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "-----BEGIN"}, {"Y", "\nBBBB\n", 3, TV_PEM_SOUND, ""}}},
    {"twelve dashes between END and BEGIN",
     "-----BEGIN X-----\n-----END X------------BEGIN Y-----\n-----END Y-----",
     {{"X", "\n", 1, TV_PEM_SOUND, "-----BEGIN"}, {"Y", "\n", 2, TV_PEM_SOUND, ""}}},
    {"indented",
     "a:\n  -----BEGIN X-----\n  AAAA\n  -----END X-----\n",
     {{"X", "\n  AAAA\n  ", 2, TV_PEM_SOUND, "\n"}}},
    {"text before BEGIN and after END",
     "cert=\"-----BEGIN X-----\nAAAA\n-----END X-----\";",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "\";"}}},
    {"all on one line",
     "-----BEGIN X----- AAAA BBBB -----END X-----",
     {{"X", " AAAA BBBB ", 1, TV_PEM_SOUND, ""}}},
    {"written-out line ends",
     "-----BEGIN X-----\\nAAAA\\n-----END X-----\\n-----BEGIN Y-----\\nBBBB\\n-----END Y-----\\n",
     {{"X", "\\nAAAA\\n", 1, TV_PEM_SOUND, "\\n-"}, {"Y", "\\nBBBB\\n", 1, TV_PEM_SOUND, "\\n"}}},
    {"headers with a dash",
     "-----BEGIN X-----\nA-B: c--d\n\nAAAA\n-----END X-----",
     {{"X", "\nA-B: c--d\n\nAAAA\n", 1, TV_PEM_SOUND, ""}}},

    {"cut before END", BEGIN_CERT "AAAA\n", {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_NO_END, ""}}},
    {"cut in END",
     BEGIN_CERT "AAAA\n-----EN",
     {{"CERTIFICATE", "\nAAAA\n-----EN", 1, TV_PEM_NO_END, ""}}},
    {"cut in the END label",
     BEGIN_CERT "AAAA\n-----END CERTIF",
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_LABEL_MISMATCH, ""}}},
    {"cut in the END dashes",
     BEGIN_CERT "AAAA\n-----END CERTIFICATE---",
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_SOUND, ""}}},
    {"cut in the BEGIN label", "-----BEGIN CERTIF", {{"CERTIF", "", 1, TV_PEM_BAD_BEGIN, ""}}},
    {"cut after BEGIN", "-----BEGIN ", {{"", "", 1, TV_PEM_BAD_BEGIN, ""}}},
    {"BEGIN inside a block",
     BEGIN_CERT "AAAA\n" BEGIN_CERT "BBBB\n" END_CERT,
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_NO_END, "-----BEGIN"},
      {"CERTIFICATE", "\nBBBB\n", 3, TV_PEM_SOUND, "\n"}}},
    {"labels differ",
     BEGIN_CERT "AAAA\n-----END CRL-----\n",
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_LABEL_MISMATCH, "\n"}}},
    {"labels differ in case",
     BEGIN_CERT "AAAA\n-----END certificate-----\n",
     {{"CERTIFICATE", "\nAAAA\n", 1, TV_PEM_LABEL_MISMATCH, "\n"}}},
    {"no label",
     "-----BEGIN -----\nAAAA\n-----END -----\n",
     {{"", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"four dashes after BEGIN",
     "-----BEGIN X----\nAAAA\n-----END X-----\n",
     {{"X", "\nAAAA\n", 1, TV_PEM_BAD_BEGIN, "\n"}}},
    {"no dashes after BEGIN",
     "-----BEGIN X\nAAAA\n-----END X-----\n",
     {{"X", "\nAAAA\n", 1, TV_PEM_BAD_BEGIN, "\n"}}},
    {"no dashes after BEGIN, written-out line ends",
     "-----BEGIN X\\nAAAA\\n-----END X-----\\n",
     {{"X", "\\nAAAA\\n", 1, TV_PEM_BAD_BEGIN, "\\n"}}},
    {"BEGIN and BEGIN share their dashes",
     "-----BEGIN X-----BEGIN Y-----\nAAAA\n-----END Y-----",
     {{"X", "", 1, TV_PEM_BAD_BEGIN, "-----BEGIN"}, {"Y", "\nAAAA\n", 1, TV_PEM_SOUND, ""}}},
    {"BEGIN glued to BEGIN",
     "-----BEGIN X----------BEGIN Y-----\nAAAA\n-----END Y-----",
     {{"X", "", 1, TV_PEM_NO_END, "-----BEGIN"}, {"Y", "\nAAAA\n", 1, TV_PEM_SOUND, ""}}},
    {"BEGIN glued to END", "-----BEGIN X----------END X-----", {{"X", "", 1, TV_PEM_SOUND, ""}}},
    {"surplus dashes",
     "------BEGIN X------\nAAAA\n------END X------\n",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"missing dashes at END",
     "-----BEGIN X-----\nAAAA\n--END X--\n",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"no dashes after END",
     "-----BEGIN X-----\nAAAA\n-----END X\nBBBB",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "\nBBBB"}}},
    {"one dash is no END",
     "-----BEGIN X-----\nAAAA\n-END X-----\n",
     {{"X", "\nAAAA\n-END X-----\n", 1, TV_PEM_NO_END, ""}}},
    {"four dashes are no BEGIN", "----BEGIN X-----\nAAAA\n-----END X-----\n", {{0}}},
    {"lower case is no BEGIN", "-----begin X-----\nAAAA\n-----end X-----\n", {{0}}},
    {"BEGIN without blank", "-----BEGIN-----\nAAAA\n", {{0}}},
    {"blanks around a label",
     "-----BEGIN  X -----\nAAAA\n-----END X-----\n",
     {{"X", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"dashes in a label",
     "-----BEGIN A--B C-----\nAAAA\n-----END A--B C-----\n",
     {{"A--B C", "\nAAAA\n", 1, TV_PEM_SOUND, "\n"}}},
    {"label over two lines",
     "-----BEGIN X\nY-----\nAAAA\n-----END X-----\n",
     {{"X", "\nY-----\nAAAA\n", 1, TV_PEM_BAD_BEGIN, "\n"}}},
};

static void check_block(const char *name, tv_span text, const tv_pem_block *got,
                        const expected *want)
{
    tv_span after = tv_span_part(text, got->offset + got->whole.len, text.len);
    bool same = tv_span_equal(got->label, tv_span_from_text(want->label)) &&
                tv_span_equal(got->body, tv_span_from_text(want->body)) &&
                got->line == want->line && got->defect == want->defect &&
                (want->after[0] == 0 ? after.len == 0
                                     : tv_span_starts_with(after, tv_span_from_text(want->after)));
    if (!same) {
        fail_msg("%s: label \"%.*s\", body \"%.*s\", line %u, defect %d, then \"%.*s\"", name,
                 (int)got->label.len, (const char *)got->label.ptr, (int)got->body.len,
                 (const char *)got->body.ptr, got->line, (int)got->defect, (int)after.len,
                 (const char *)after.ptr);
    }
    assert_ptr_equal(got->whole.ptr, text.ptr + got->offset);
    assert_true(tv_span_starts_with(got->whole, TV_LIT("-----BEGIN ")));
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_span text = tv_span_from_text(cases[i].text);
        tv_pem_scan scan;
        tv_pem_scan_open(&scan, text, 1);
        tv_pem_block block;
        for (size_t at = 0; at < MAX_BLOCKS && cases[i].blocks[at].label != NULL; at++) {
            if (!tv_pem_scan_next(&scan, &block)) {
                fail_msg("%s: only %zu blocks", cases[i].name, at);
            }
            check_block(cases[i].name, text, &block, &cases[i].blocks[at]);
        }
        tv_pem_block untouched = block;
        for (int again = 0; again < 2; again++) {
            if (tv_pem_scan_next(&scan, &block)) {
                fail_msg("%s: one block too many", cases[i].name);
            }
        }
        assert_memory_equal(&untouched, &block, sizeof(block));
    }
}

static void test_any_byte_between_blocks_is_text(void **state)
{
    (void)state;
    tv_span text = TV_LIT("\xef\xbb\xbf-----BEGIN X-----\nAAAA\n-----END X-----\n\0\0\x1b\xff\n"
                          "-----BEGIN Y-----\nAAAA\n-----END Y-----\0");
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, text, 100);
    tv_pem_block block;
    assert_true(tv_pem_scan_next(&scan, &block));
    assert_int_equal(block.offset, 3);
    assert_int_equal(block.line, 100);
    assert_true(tv_pem_scan_next(&scan, &block));
    assert_true(tv_span_equal(block.label, TV_LIT("Y")));
    assert_int_equal(block.line, 104);
    assert_false(tv_pem_scan_next(&scan, &block));
}

static void test_counting_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t lines;
    } counts[] = {
        {"", 0},     {"a", 0},        {"\n", 1},   {"\r", 1},          {"\r\n", 1},
        {"\n\r", 2}, {"\r\r\n\n", 3}, {"a\nb", 1}, {"a\nb\r\nc\r", 3}, {"\\n", 0},
    };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        assert_int_equal(tv_pem_count_lines(tv_span_from_text(counts[i].text)), counts[i].lines);
    }
    assert_int_equal(tv_pem_count_lines((tv_span){NULL, 0}), 0);
    // A CR LF at every place around the steps in which lines are counted.
    for (size_t at = 0; at + 1 < 600; at++) {
        uint8_t text[600];
        memset(text, 'a', sizeof(text));
        text[at] = '\r';
        text[at + 1] = '\n';
        assert_int_equal(tv_pem_count_lines((tv_span){text, sizeof(text)}), 1);
        assert_int_equal(tv_pem_count_lines((tv_span){text, at + 1}), 1);
        text[at + 1] = '\r';
        assert_int_equal(tv_pem_count_lines((tv_span){text, sizeof(text)}), 2);
    }
    static uint8_t many[100000];
    memset(many, '\n', sizeof(many));
    assert_int_equal(tv_pem_count_lines((tv_span){many, sizeof(many)}), sizeof(many));
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        tv_pem_kind kind;
    } kinds[] = {
        {"CERTIFICATE", TV_PEM_CERTIFICATE},
        {"certificate", TV_PEM_CERTIFICATE},
        {"X509 CERTIFICATE", TV_PEM_CERTIFICATE},
        {"X.509 CERTIFICATE", TV_PEM_CERTIFICATE},
        {"TRUSTED CERTIFICATE", TV_PEM_TRUSTED_CERTIFICATE},
        {"Trusted Certificate", TV_PEM_TRUSTED_CERTIFICATE},
        {"PRIVATE KEY", TV_PEM_PRIVATE_KEY},
        {"RSA PRIVATE KEY", TV_PEM_PRIVATE_KEY},
        {"ec private key", TV_PEM_PRIVATE_KEY},
        {"ENCRYPTED PRIVATE KEY", TV_PEM_PRIVATE_KEY},
        {"PUBLIC KEY", TV_PEM_PUBLIC_KEY},
        {"RSA PUBLIC KEY", TV_PEM_PUBLIC_KEY},
        {"CERTIFICATE REQUEST", TV_PEM_REQUEST},
        {"NEW CERTIFICATE REQUEST", TV_PEM_REQUEST},
        {"X509 CRL", TV_PEM_CRL},
        {"PKCS7", TV_PEM_PKCS7},
        {"CMS", TV_PEM_PKCS7},
        {"PKCS #7 SIGNED DATA", TV_PEM_PKCS7},
        {"", TV_PEM_OTHER},
        {"CERTIFICATES", TV_PEM_OTHER},
        {"CERTIFICAT", TV_PEM_OTHER},
        {"ATTRIBUTE CERTIFICATE", TV_PEM_OTHER},
        {"PRIVATE KEYS", TV_PEM_OTHER},
        {"EC PARAMETERS", TV_PEM_OTHER},
        {"CRL", TV_PEM_OTHER},
        {"DH PARAMETERS", TV_PEM_OTHER},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (tv_pem_kind_of(tv_span_from_text(kinds[i].label)) != kinds[i].kind) {
            fail_msg("%s", kinds[i].label);
        }
    }
    assert_int_equal(tv_pem_kind_of((tv_span){NULL, 0}), TV_PEM_OTHER);
}

static uint64_t random_state = 7;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % bound);
}

// A text of fragments that are likely to meet badly.
static size_t random_text(uint8_t *text)
{
    static const char *const pieces[] = {
        "-----BEGIN ",
        "-----BEGIN CERTIFICATE-----",
        "-----END CERTIFICATE-----",
        "-----END ",
        "-----",
        "-",
        "----",
        "BEGIN ",
        "END ",
        "CERTIFICATE",
        "\n",
        "\r\n",
        "\r",
        "\\n",
        "AAAA",
        " ",
        "X: y",
        "\xff",
        "\n\n",
        "-----BEGIN X-----\nAAAA\n-----END X-----\n",
    };
    size_t len = 0;
    for (uint32_t count = random_below(40); count > 0; count--) {
        const char *piece = pieces[random_below(sizeof(pieces) / sizeof(pieces[0]))];
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

static size_t naive_count_begins(tv_span text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++) {
        count += tv_span_starts_with(tv_span_part(text, at, 11), TV_LIT("-----BEGIN "));
    }
    return count;
}

static uint32_t naive_count_lines(tv_span text)
{
    uint32_t lines = 0;
    for (size_t at = 0; at < text.len; at++) {
        bool lone_cr = text.ptr[at] == '\r' && (at + 1 == text.len || text.ptr[at + 1] != '\n');
        lines += text.ptr[at] == '\n' || lone_cr;
    }
    return lines;
}

static bool is_inside(tv_span inner, tv_span outer)
{
    return inner.ptr >= outer.ptr && inner.ptr + inner.len <= outer.ptr + outer.len;
}

static void assert_block_is_sane(tv_span text, const tv_pem_block *block, size_t from)
{
    assert_true(block->offset >= from);
    assert_true(tv_span_starts_with(block->whole, TV_LIT("-----BEGIN ")));
    assert_ptr_equal(block->whole.ptr, text.ptr + block->offset);
    assert_true(is_inside(block->whole, text));
    assert_true(is_inside(block->body, block->whole));
    if (block->label.len > 0) {
        assert_true(is_inside(block->label, block->whole));
        assert_true(block->label.ptr + block->label.len <= block->body.ptr);
    }
    assert_int_equal(naive_count_begins(block->whole), 1);
    assert_int_equal(block->line, 1 + naive_count_lines((tv_span){text.ptr, block->offset}));
}

// Scans `text` cut before its BEGINs at random; the blocks are those of the whole.
static void check_cut_text(tv_span text)
{
    tv_pem_scan whole;
    tv_pem_scan_open(&whole, text, 1);
    tv_pem_scan part;
    size_t start = 0;
    uint32_t line = 1;
    while (start < text.len) {
        size_t end = start;
        do {
            end = tv_pem_next_begin(text, end + 1);
        } while (end < text.len && random_below(2) == 0);
        tv_span piece = tv_span_part(text, start, end - start);
        tv_pem_scan_open(&part, piece, line);
        tv_pem_block one;
        tv_pem_block other;
        while (tv_pem_scan_next(&part, &one)) {
            assert_true(tv_pem_scan_next(&whole, &other));
            assert_ptr_equal(one.whole.ptr, other.whole.ptr);
            assert_int_equal(one.whole.len, other.whole.len);
            assert_ptr_equal(one.body.ptr, other.body.ptr);
            assert_int_equal(one.body.len, other.body.len);
            assert_true(tv_span_equal(one.label, other.label));
            assert_int_equal(one.line, other.line);
            assert_int_equal(one.defect, other.defect);
            assert_int_equal(one.offset + start, other.offset);
        }
        line += tv_pem_count_lines(piece);
        start = end;
    }
    tv_pem_block none;
    assert_false(tv_pem_scan_next(&whole, &none));
    assert_int_equal(line, 1 + naive_count_lines(text));
}

static void test_random_texts(void **state)
{
    (void)state;
    size_t total = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        static uint8_t pieces[MAX_TEXT];
        size_t len = random_text(pieces);
        uint8_t *bytes = malloc(len == 0 ? 1 : len); // of the exact size
        assert_non_null(bytes);
        memcpy(bytes, pieces, len);
        tv_span text = {bytes, len};
        tv_pem_scan scan;
        tv_pem_scan_open(&scan, text, 1);
        size_t count = 0;
        size_t end = 0;
        size_t last = 0;
        for (tv_pem_block block; tv_pem_scan_next(&scan, &block); count++) {
            assert_block_is_sane(text, &block, end);
            assert_int_equal(tv_pem_next_begin(text, end), block.offset);
            end = block.offset + block.whole.len;
            last = block.offset;
        }
        assert_int_equal(count, naive_count_begins(text));
        assert_int_equal(tv_pem_next_begin(text, end), len);
        assert_int_equal(tv_pem_last_begin(text), last);
        check_cut_text(text);
        total += count;
        free(bytes);
    }
    assert_true(total > ROUNDS);
}

// The search from the end works in windows; a BEGIN lies on, before and behind each of their edges.
static void test_the_last_begin_of_a_large_text(void **state)
{
    (void)state;
    enum { LEN = 3 * 65536 };
    uint8_t *bytes = malloc(LEN);
    assert_non_null(bytes);
    for (size_t edge = 0; edge < LEN; edge += 65536) {
        for (size_t at = edge < 15 ? 0 : edge - 15; at < edge + 15; at++) {
            memset(bytes, '-', LEN);
            memcpy(bytes + at, "-----BEGIN ", 11);
            assert_int_equal(tv_pem_last_begin((tv_span){bytes, LEN}), at);
            assert_int_equal(tv_pem_next_begin((tv_span){bytes, LEN}, 0), at);
        }
    }
    memset(bytes, '-', LEN);
    assert_int_equal(tv_pem_last_begin((tv_span){bytes, LEN}), 0);
    assert_int_equal(tv_pem_next_begin((tv_span){bytes, LEN}, 0), LEN);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_any_byte_between_blocks_is_text),
        cmocka_unit_test(test_counting_lines),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_the_last_begin_of_a_large_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
