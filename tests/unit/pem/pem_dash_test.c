// SPDX-License-Identifier: Apache-2.0
// The search for dashes: with each set of instructions that the machine has it finds what a search
// byte by byte finds, counts the lines that one counts, and touches nothing beyond the text.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "pem/pem_dash.h"
#include "tv/cpu.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_TEXT = 700, ROUNDS = 30000 };

static size_t naive_find(tv_span text, size_t from, uint32_t *lines)
{
    size_t at = from;
    for (; at < text.len && text.ptr[at] != '-'; at++) {
        bool pair = at + 1 < text.len && text.ptr[at + 1] == '\n';
        *lines += text.ptr[at] == '\n' || (text.ptr[at] == '\r' && !pair);
    }
    return at;
}

static void compare(tv_span text, size_t from)
{
    uint32_t want_lines = 7;
    uint32_t lines = 7;
    size_t want = naive_find(text, from, &want_lines);
    size_t got = tv_pem_find_dash(text, from, &lines);
    if (got != want || lines != want_lines) {
        fail_msg("from %zu of %zu: dash at %zu, %u lines; wanted %zu, %u", from, text.len, got,
                 (unsigned)lines, want, (unsigned)want_lines);
    }
}

// A dash, and a line end of each kind, at each place of the first steps.
static void test_each_place(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r", "\r\n", "\n\r", "\n\n", "\r\r\n"};
    for (size_t len = 0; len <= 200; len++) {
        uint8_t bytes[200 + 1];
        memset(bytes, 'A', sizeof(bytes));
        compare((tv_span){bytes, len}, 0);
        compare((tv_span){bytes, len}, len / 2);
        for (size_t at = 0; at < len; at++) {
            const char *end = ends[(at + len) % (sizeof(ends) / sizeof(ends[0]))];
            size_t end_len = strlen(end) < len - at ? strlen(end) : len - at;
            memset(bytes, 'A', sizeof(bytes));
            memcpy(bytes + at, end, end_len);
            compare((tv_span){bytes, len}, 0);
            bytes[at / 2 + len / 2] = '-';
            compare((tv_span){bytes, len}, 0);
        }
    }
    compare((tv_span){NULL, 0}, 0);
}

static uint64_t random_state = 11;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % bound);
}

static void test_random_texts(void **state)
{
    (void)state;
    static const char letters[] = "A\n\rA\r\n-A";
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t len = random_below(MAX_TEXT);
        uint32_t kinds = 2 + random_below(sizeof(letters) - 2);
        uint32_t plain = 1 + random_below(80);
        uint8_t *bytes = malloc(len + 1); // one byte to spare, as an empty text has an address
        assert_non_null(bytes);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)(random_below(plain) != 0 ? 'B' : letters[random_below(kinds)]);
        }
        for (size_t from = 0; from <= len; from += 1 + random_below(64)) {
            if (from == 0 || bytes[from - 1] != '\r') {
                compare((tv_span){bytes, len}, from);
            }
        }
        free(bytes);
    }
}

static void test_nothing_beyond_the_end_is_touched(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = aligned_alloc(page, 2 * page);
    assert_non_null(pages);
    memset(pages, '\n', page);
    assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
    for (size_t len = 0; len <= 300; len++) {
        compare((tv_span){pages + page - len, len}, 0);
        compare((tv_span){pages + page - len, len}, len);
    }
    assert_int_equal(mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
    free(pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_place),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_nothing_beyond_the_end_is_touched),
    };
    int failed = 0;
    for (int level = TV_CPU_PORTABLE; level <= (int)tv_cpu_best(); level++) {
        const char *name = tv_cpu_name((tv_cpu_level)level);
        failed += tv_cpu_use((tv_cpu_level)level) ? 0 : 1;
        failed += cmocka_run_group_tests_name(name, tests, NULL, NULL);
    }
    return failed;
}
