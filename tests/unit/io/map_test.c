// SPDX-License-Identifier: Apache-2.0
// Whole files: mapped, read, empty, without a size, too large, and not there.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "io/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEN = 300001 };

static char dir[] = "/tmp/tv_map_XXXXXX";
static uint8_t contents[LEN];

static bool write_file(const char *path, const uint8_t *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    bool written = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
    return close(fd) == 0 && written;
}

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN; i++) {
        contents[i] = (uint8_t)(i * 13 + i / 257);
    }
    // The tests work in a directory of their own.
    return mkdtemp(dir) != NULL && chdir(dir) == 0 && write_file("file", contents, LEN) &&
                   write_file("empty", contents, 0) && mkfifo("fifo", 0600) == 0
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    unlink("file");
    unlink("empty");
    unlink("fifo");
    return rmdir(dir);
}

static void assert_contents(tv_map *map, tv_map_kind kind)
{
    assert_int_equal(map->kind, kind);
    assert_int_equal(map->error, 0);
    assert_int_equal(map->bytes.len, LEN);
    assert_memory_equal(map->bytes.ptr, contents, LEN);
    tv_map_close(map);
    assert_int_equal(map->kind, TV_MAP_NONE);
    assert_null(map->bytes.ptr);
    tv_map_close(map);
}

static void test_a_file_is_mapped_or_read(void **state)
{
    (void)state;
    tv_map map;
    assert_int_equal(tv_map_open(&map, "file", true, 0), TV_OK);
    assert_contents(&map, TV_MAP_MAPPED);
    assert_int_equal(tv_map_open(&map, "file", false, 0), TV_OK);
    assert_contents(&map, TV_MAP_READ);
}

static void test_the_limit(void **state)
{
    (void)state;
    tv_map map;
    assert_int_equal(tv_map_open(&map, "file", true, LEN), TV_OK);
    assert_contents(&map, TV_MAP_MAPPED);
    assert_int_equal(tv_map_open(&map, "file", false, LEN), TV_OK);
    assert_contents(&map, TV_MAP_READ);
    for (int use_mmap = 0; use_mmap < 2; use_mmap++) {
        assert_int_equal(tv_map_open(&map, "file", use_mmap != 0, LEN - 1), TV_ERR_TOO_LARGE);
        assert_int_equal(map.kind, TV_MAP_NONE);
        assert_int_equal(map.error, EFBIG);
    }
    // Without an end, and without a size to know it by.
    assert_int_equal(tv_map_open(&map, "/dev/zero", true, 1000000), TV_ERR_TOO_LARGE);
    assert_int_equal(map.kind, TV_MAP_NONE);
}

static void test_nothing_inside(void **state)
{
    (void)state;
    const char *paths[] = {"empty", "/dev/null"};
    for (size_t i = 0; i < 2; i++) {
        tv_map map;
        assert_int_equal(tv_map_open(&map, paths[i], true, 0), TV_OK);
        assert_int_equal(map.bytes.len, 0);
        assert_int_not_equal(map.kind, TV_MAP_NONE);
        tv_map_close(&map);
    }
}

static void test_a_file_of_proc_has_contents_but_no_size(void **state)
{
    (void)state;
    tv_map map;
    assert_int_equal(tv_map_open(&map, "/proc/self/status", true, 0), TV_OK);
    assert_int_equal(map.kind, TV_MAP_READ);
    assert_true(tv_span_starts_with(map.bytes, TV_LIT("Name:")));
    assert_int_equal(map.bytes.ptr[map.bytes.len - 1], '\n');
    tv_map_close(&map);
}

static pid_t feed(const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(write_file(path, contents, LEN) ? 0 : 1);
    }
    return child;
}

static void test_a_fifo_is_read_to_its_end(void **state)
{
    (void)state;
    pid_t child = feed("fifo");
    tv_map map;
    assert_int_equal(tv_map_open(&map, "fifo", true, LEN), TV_OK);
    assert_contents(&map, TV_MAP_READ);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

static void test_standard_input_goes_on_where_it_stands(void **state)
{
    (void)state;
    int kept = dup(STDIN_FILENO);
    int fd = open("file", O_RDONLY);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    tv_map map;
    assert_int_equal(tv_map_open(&map, "-", true, 0), TV_OK);
    assert_contents(&map, TV_MAP_MAPPED);
    assert_int_equal(lseek(STDIN_FILENO, LEN - 5, SEEK_SET), LEN - 5);
    assert_int_equal(tv_map_open(&map, "-", true, 5), TV_OK);
    assert_int_equal(map.kind, TV_MAP_READ);
    assert_int_equal(map.bytes.len, 5);
    assert_memory_equal(map.bytes.ptr, contents + LEN - 5, 5);
    tv_map_close(&map);
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    close(fd);
}

static void test_what_is_no_file(void **state)
{
    (void)state;
    tv_map map;
    assert_int_equal(tv_map_open(&map, dir, true, 0), TV_ERR_IS_DIRECTORY);
    assert_int_equal(map.error, EISDIR);
    assert_int_equal(tv_map_open(&map, "/nonexistent/x", true, 0), TV_ERR_OPEN);
    assert_int_equal(map.error, ENOENT);
    assert_int_equal(map.kind, TV_MAP_NONE);
    // Opens, is a regular file, and cannot be read from its start.
    assert_int_equal(tv_map_open(&map, "/proc/self/mem", true, 0), TV_ERR_READ);
    assert_int_not_equal(map.error, 0);
    tv_map_close(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_mapped_or_read),
        cmocka_unit_test(test_the_limit),
        cmocka_unit_test(test_nothing_inside),
        cmocka_unit_test(test_a_file_of_proc_has_contents_but_no_size),
        cmocka_unit_test(test_a_fifo_is_read_to_its_end),
        cmocka_unit_test(test_standard_input_goes_on_where_it_stands),
        cmocka_unit_test(test_what_is_no_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
