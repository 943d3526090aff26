// SPDX-License-Identifier: Apache-2.0
// Whole lines in chunks: no line is cut or lost, whatever its length, and the last one may lack its
// line end.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "run/line_feed.h"
#include "unit/run/scene.h"

#include <errno.h>

enum { MEGABYTE = 1 << 20 };

// Reads `path` to its end. Each chunk but the last ends with a line end.
static size_t read_chunks(const char *path, tv_buf *all)
{
    tv_line_feed feed;
    tv_buf chunk = {0};
    int error = -1;
    size_t num_chunks = 0;
    bool ended = false;
    assert_int_equal(tv_line_feed_open(&feed, path, NULL, NULL, &error), TV_OK);
    assert_int_equal(error, 0);
    for (;;) {
        assert_int_equal(tv_line_feed_next(&feed, &chunk), TV_OK);
        if (chunk.len == 0) {
            break;
        }
        assert_false(ended);
        ended = chunk.ptr[chunk.len - 1] != '\n';
        tv_buf_add(all, tv_buf_span(&chunk));
        num_chunks++;
    }
    assert_int_equal(tv_line_feed_next(&feed, &chunk), TV_OK);
    assert_int_equal(chunk.len, 0);
    tv_line_feed_close(&feed);
    tv_buf_close(&chunk);
    return num_chunks;
}

// Lines of `len` bytes, their ends included, `count` of them, then `tail`.
static void fill(tv_buf *out, size_t len, size_t count, const char *tail)
{
    tv_buf_clear(out);
    for (size_t i = 0; i < count; i++) {
        assert_true(tv_buf_reserve(out, len));
        memset(out->ptr + out->len, 'a' + (int)(i % 26), len - 1);
        out->ptr[out->len + len - 1] = '\n';
        out->len += len;
    }
    tv_buf_add_text(out, tail);
}

static void test_lines_stay_whole(void **state)
{
    (void)state;
    static const struct {
        size_t len, count;
        const char *tail;
        size_t fewest_chunks;
    } cases[] = {
        {1, 0, "", 0},
        {1, 0, "no end", 1},
        {1, 3, "", 1},
        {7, 3, "tail", 1},
        {1000, 3000, "", 2},
        {1000, 3000, "tail", 2},
        {MEGABYTE, 3, "", 3},
        {MEGABYTE / 2, 4, "x", 2},
        {MEGABYTE + 1, 2, "", 2},
        {3 * MEGABYTE + 5, 2, "tail", 2},
        {MEGABYTE - 1, 2, "\n", 2},
    };
    tv_buf text = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf all = {0};
        fill(&text, cases[i].len, cases[i].count, cases[i].tail);
        scene_write("lines", tv_buf_span(&text));
        size_t num_chunks = read_chunks("lines", &all);
        assert_true(num_chunks >= cases[i].fewest_chunks);
        assert_true(tv_span_equal(tv_buf_span(&all), tv_buf_span(&text)));
        tv_buf_clear(&all);
        pid_t child = scene_pipe("pipe", tv_buf_span(&text));
        read_chunks("pipe", &all);
        scene_pipe_close("pipe", child);
        assert_true(tv_span_equal(tv_buf_span(&all), tv_buf_span(&text)));
        tv_buf_close(&all);
    }
    tv_buf_close(&text);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    tv_line_feed feed;
    int error = 0;
    assert_int_equal(tv_line_feed_open(&feed, "missing", NULL, NULL, &error), TV_ERR_OPEN);
    assert_int_equal(error, ENOENT);
    tv_line_feed_close(&feed);
    assert_int_equal(tv_line_feed_open(&feed, scene_dir, NULL, NULL, NULL), TV_ERR_IS_DIRECTORY);
    tv_line_feed_close(&feed);
    tv_buf chunk = {0};
    assert_int_equal(tv_line_feed_open(&feed, "/proc/self/mem", NULL, NULL, &error), TV_OK);
    assert_int_equal(tv_line_feed_next(&feed, &chunk), TV_ERR_READ);
    tv_line_feed_close(&feed);
    tv_buf_close(&chunk);
}

// A line that never ends does not take all memory.
static void test_a_line_that_is_too_long(void **state)
{
    (void)state;
    tv_line_feed feed;
    tv_buf chunk = {0};
    assert_int_equal(tv_line_feed_open(&feed, "/dev/zero", NULL, NULL, NULL), TV_OK);
    assert_int_equal(tv_line_feed_next(&feed, &chunk), TV_ERR_TOO_LARGE);
    assert_int_equal(chunk.len, 0);
    tv_line_feed_close(&feed);
    tv_buf_close(&chunk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_stay_whole),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_a_line_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, scene_open, scene_close);
}
