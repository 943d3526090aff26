// SPDX-License-Identifier: Apache-2.0
// Small files read whole: as long as expected, shorter, longer, not at all; a pipe is not waited
// for.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "io/whole.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/tv_whole_XXXXXX";
static uint8_t bytes[100000];

static int open_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    }
    if (mkdtemp(directory) == NULL || chdir(directory) != 0 || mkfifo("fifo", 0600) != 0 ||
        mkdir("directory", 0700) != 0) {
        return -1;
    }
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    unlink("file");
    unlink("fifo");
    rmdir("directory");
    return chdir("/") == 0 ? rmdir(directory) : -1;
}

static void write_file(size_t len)
{
    FILE *file = fopen("file", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void test_whole_files(void **state)
{
    (void)state;
    static const struct {
        size_t len, expected, max;
        tv_status status;
    } cases[] = {
        {1, 1, 1000, TV_OK},
        {1400, 1400, 1400, TV_OK},
        {1400, 1400, 10, TV_OK}, // the bound is for files that have grown
        {0, 1400, 1400, TV_OK},
        {1399, 1400, 1400, TV_OK},
        {1401, 1400, 1401, TV_OK},
        {1401, 1400, 1400, TV_ERR_TOO_LARGE},
        {2802, 1400, 100000, TV_OK},
        {2803, 1400, 100000, TV_OK},
        {100000, 1400, 100000, TV_OK},
        {100000, 1, 100000, TV_OK},
        {100000, 1, 99999, TV_ERR_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_arena arena = {0};
        tv_span out = TV_LIT("untouched");
        int error = -1;
        write_file(cases[i].len);
        assert_int_equal(
            tv_whole_read(&out, &arena, "file", cases[i].expected, cases[i].max, &error),
            cases[i].status);
        if (cases[i].status == TV_OK) {
            assert_int_equal(error, 0);
            assert_true(tv_span_equal(out, tv_span_make(bytes, cases[i].len)));
        } else {
            assert_int_equal(error, EFBIG);
            assert_true(tv_span_equal(out, TV_LIT("untouched")));
        }
        tv_arena_close(&arena);
    }
}

static void test_what_cannot_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t expected;
        tv_status status;
        int error;
    } cases[] = {
        {"missing", 10, TV_ERR_OPEN, ENOENT},
        {"", 10, TV_ERR_OPEN, ENOENT},
        {"directory", 10, TV_ERR_READ, EISDIR},
        {"/proc/self/mem", 10, TV_ERR_READ, EIO},
        {"missing/file", SIZE_MAX, TV_ERR_OPEN, ENOENT},
        {"/proc/self/status", SIZE_MAX, TV_ERR_NOMEM, ENOMEM},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_arena arena = {0};
        tv_span out = TV_LIT("untouched");
        int error = -1;
        assert_int_equal(
            tv_whole_read(&out, &arena, cases[i].path, cases[i].expected, 1000, &error),
            cases[i].status);
        assert_int_equal(error, cases[i].error);
        assert_true(tv_span_equal(out, TV_LIT("untouched")));
        tv_arena_close(&arena);
    }
}

// A file that turned into a pipe: nobody writes, so it is at its end.
static void test_a_pipe_is_not_waited_for(void **state)
{
    (void)state;
    tv_arena arena = {0};
    tv_span out;
    int error = -1;
    assert_int_equal(tv_whole_read(&out, &arena, "fifo", 10, 1000, &error), TV_OK);
    assert_int_equal(out.len, 0);
    tv_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_files),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_a_pipe_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, open_files, remove_files);
}
