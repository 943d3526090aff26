// SPDX-License-Identifier: Apache-2.0
// Outputs that appear whole or not at all: what is replaced, what is kept, and losses that are
// told.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "io/map.h"
#include "io/sink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 200000 };

static char dir[] = "/tmp/tv_sink_XXXXXX";

static int setup(void **state)
{
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    // The tests work in a directory of their own.
    return mkdtemp(dir) != NULL && chdir(dir) == 0 ? 0 : -1;
}

static int count_files(void)
{
    int files = 0;
    DIR *listing = opendir(dir);
    assert_non_null(listing);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        files += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(listing);
    return files;
}

// Each test leaves the directory empty.
static void remove_files(const char *const *names, size_t count)
{
    assert_int_equal(count_files(), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(unlink(names[i]), 0);
    }
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(dir);
}

static void assert_file(const char *name, tv_span expected)
{
    tv_map map;
    assert_int_equal(tv_map_open(&map, name, false, 0), TV_OK);
    assert_int_equal(map.bytes.len, expected.len);
    assert_true(tv_span_equal(map.bytes, expected));
    tv_map_close(&map);
}

static unsigned mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(stat(name, &info), 0);
    return info.st_mode & 07777;
}

static void write_all(const char *name, tv_span bytes)
{
    tv_sink *sink;
    assert_int_equal(tv_sink_open(&sink, name, NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, bytes), TV_OK);
    assert_int_equal(tv_sink_commit(sink), TV_OK);
    assert_int_equal(tv_sink_errno(sink), 0);
    tv_sink_close(sink);
}

static void test_a_new_file_appears_on_commit(void **state)
{
    (void)state;
    mode_t old = umask(027);
    tv_sink *sink;
    int error = -1;
    assert_int_equal(tv_sink_open(&sink, "new", &error), TV_OK);
    assert_int_equal(error, 0);
    assert_int_equal(tv_sink_write(sink, TV_LIT("one ")), TV_OK);
    assert_int_equal(tv_sink_write(sink, (tv_span){NULL, 0}), TV_OK);
    assert_int_equal(tv_sink_flush(sink), TV_OK);
    assert_int_equal(tv_sink_write(sink, TV_LIT("two")), TV_OK);
    assert_int_not_equal(access("new", F_OK), 0);
    assert_int_equal(count_files(), 1); // the temporary file, beside it
    assert_int_equal(tv_sink_commit(sink), TV_OK);
    tv_sink_close(sink);
    umask(old);
    assert_file("new", TV_LIT("one two"));
    assert_int_equal(mode_of("new"), 0640);
    remove_files((const char *const[]){"new"}, 1);
}

static void test_a_replaced_file_keeps_its_mode(void **state)
{
    (void)state;
    write_all("old", TV_LIT("old"));
    assert_int_equal(chmod("old", 0604), 0);
    write_all("old", TV_LIT("newer"));
    assert_file("old", TV_LIT("newer"));
    assert_int_equal(mode_of("old"), 0604);
    write_all("old", TV_LIT(""));
    assert_file("old", TV_LIT(""));
    remove_files((const char *const[]){"old"}, 1);
}

static void test_what_is_not_committed_never_was(void **state)
{
    (void)state;
    write_all("kept", TV_LIT("old"));
    tv_sink *sink;
    assert_int_equal(tv_sink_open(&sink, "kept", NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, TV_LIT("half")), TV_OK);
    assert_int_equal(tv_sink_flush(sink), TV_OK);
    tv_sink_close(sink);
    tv_sink_close(NULL);
    assert_file("kept", TV_LIT("old"));
    remove_files((const char *const[]){"kept"}, 1);
}

static void test_large_and_small_writes_keep_their_order(void **state)
{
    (void)state;
    static uint8_t bytes[LARGE];
    for (size_t i = 0; i < LARGE; i++) {
        bytes[i] = (uint8_t)(i * 11 + i / 253);
    }
    static const size_t steps[] = {1, 65535, 2, 65536, 65537, 7};
    tv_sink *sink;
    assert_int_equal(tv_sink_open(&sink, "large", NULL), TV_OK);
    size_t at = 0;
    for (size_t i = 0; at < LARGE; i++) {
        tv_span piece = tv_span_part((tv_span){bytes, LARGE}, at, steps[i % 6]);
        assert_int_equal(tv_sink_write(sink, piece), TV_OK);
        at += piece.len;
    }
    assert_int_equal(tv_sink_commit(sink), TV_OK);
    tv_sink_close(sink);
    assert_file("large", (tv_span){bytes, LARGE});
    remove_files((const char *const[]){"large"}, 1);
}

static void test_a_link_stays_and_its_file_is_replaced(void **state)
{
    (void)state;
    write_all("target", TV_LIT("old"));
    assert_int_equal(symlink("target", "link"), 0);
    assert_int_equal(symlink("/proc/self/cwd/link", "far"), 0);
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("../far", "sub/farther"), 0);
    assert_int_equal(symlink("missing", "dangling"), 0);
    write_all("far", TV_LIT("newer"));
    assert_file("target", TV_LIT("newer"));
    write_all("sub/farther", TV_LIT("new"));
    write_all("dangling", TV_LIT("made"));
    assert_file("target", TV_LIT("new"));
    assert_file("missing", TV_LIT("made"));
    struct stat info;
    assert_int_equal(lstat("far", &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(unlink("sub/farther"), 0);
    assert_int_equal(rmdir("sub"), 0);
    remove_files((const char *const[]){"target", "link", "far", "dangling", "missing"}, 5);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    assert_int_equal(symlink("loop", "loop"), 0);
    const struct {
        const char *path;
        tv_status status;
        int error;
    } cases[] = {
        {dir, TV_ERR_IS_DIRECTORY, EISDIR},
        {"/nonexistent/out", TV_ERR_OPEN, ENOENT},
        {"", TV_ERR_OPEN, ENOENT},
        {"loop", TV_ERR_OPEN, ELOOP},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_sink *sink = (tv_sink *)&sink;
        int error = -1;
        assert_int_equal(tv_sink_open(&sink, cases[i].path, &error), cases[i].status);
        assert_null(sink);
        assert_int_equal(error, cases[i].error);
    }
    remove_files((const char *const[]){"loop"}, 1);
}

static void test_a_full_disk_is_told(void **state)
{
    (void)state;
    tv_sink *sink;
    assert_int_equal(tv_sink_open(&sink, "/dev/full", NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, TV_LIT("small")), TV_OK); // only buffered so far
    assert_int_equal(tv_sink_commit(sink), TV_ERR_WRITE);
    assert_int_equal(tv_sink_errno(sink), ENOSPC);
    tv_sink_close(sink);

    static const uint8_t large[LARGE];
    assert_int_equal(tv_sink_open(&sink, "/dev/full", NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, (tv_span){large, LARGE}), TV_ERR_WRITE);
    assert_int_equal(tv_sink_write(sink, TV_LIT("x")), TV_ERR_WRITE);
    assert_int_equal(tv_sink_flush(sink), TV_ERR_WRITE);
    assert_int_equal(tv_sink_commit(sink), TV_ERR_WRITE);
    tv_sink_close(sink);

    assert_int_equal(tv_sink_open(&sink, "/dev/null", NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, (tv_span){large, LARGE}), TV_OK);
    assert_int_equal(tv_sink_commit(sink), TV_OK);
    tv_sink_close(sink);
    assert_int_equal(count_files(), 0);
}

static void test_a_closed_pipe_is_told(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    tv_sink *sink;
    assert_int_equal(tv_sink_open_fd(&sink, ends[1]), TV_OK);
    assert_int_equal(tv_sink_write(sink, TV_LIT("seen")), TV_OK);
    assert_int_equal(tv_sink_flush(sink), TV_OK);
    char text[8];
    assert_int_equal(read(ends[0], text, sizeof(text)), 4);
    close(ends[0]);
    assert_int_equal(tv_sink_write(sink, TV_LIT("lost")), TV_OK);
    assert_int_equal(tv_sink_flush(sink), TV_ERR_WRITE);
    assert_int_equal(tv_sink_errno(sink), EPIPE);
    assert_int_equal(tv_sink_commit(sink), TV_ERR_WRITE);
    tv_sink_close(sink);
    assert_true(fcntl(ends[1], F_GETFD) >= 0); // stays open: it is the caller's
    close(ends[1]);
}

static void test_a_failed_rename_leaves_nothing_behind(void **state)
{
    (void)state;
    tv_sink *sink;
    assert_int_equal(tv_sink_open(&sink, "taken", NULL), TV_OK);
    assert_int_equal(tv_sink_write(sink, TV_LIT("x")), TV_OK);
    assert_int_equal(mkdir("taken", 0700), 0); // came into being meanwhile
    assert_int_equal(tv_sink_commit(sink), TV_ERR_WRITE);
    assert_int_equal(tv_sink_errno(sink), EISDIR);
    tv_sink_close(sink);
    assert_int_equal(count_files(), 1);
    assert_int_equal(rmdir("taken"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_file_appears_on_commit),
        cmocka_unit_test(test_a_replaced_file_keeps_its_mode),
        cmocka_unit_test(test_what_is_not_committed_never_was),
        cmocka_unit_test(test_large_and_small_writes_keep_their_order),
        cmocka_unit_test(test_a_link_stays_and_its_file_is_replaced),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_a_full_disk_is_told),
        cmocka_unit_test(test_a_closed_pipe_is_told),
        cmocka_unit_test(test_a_failed_rename_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
