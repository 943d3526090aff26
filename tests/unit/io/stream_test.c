// SPDX-License-Identifier: Apache-2.0
// What is streamed and what is mapped, and reading in pieces.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/tv_stream_XXXXXX";

// The tests work in a directory of their own.
static int setup(void **state)
{
    (void)state;
    if (mkdtemp(dir) == NULL || chdir(dir) != 0) {
        return -1;
    }
    int fd = open("file", O_WRONLY | O_CREAT, 0600);
    bool written = write(fd, "0123456789", 10) == 10;
    close(fd);
    return written && mkfifo("fifo", 0600) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    unlink("file");
    unlink("fifo");
    return rmdir(dir);
}

static void test_what_is_streamed(void **state)
{
    (void)state;
    const struct {
        const char *path;
        tv_status status;
        bool wanted;
        int error;
    } cases[] = {
        {"file", TV_OK, false, 0},
        {"fifo", TV_OK, true, 0},
        {"/dev/null", TV_OK, true, 0},
        {"/proc/self/status", TV_OK, false, 0},
        {dir, TV_ERR_IS_DIRECTORY, false, EISDIR},
        {"/nonexistent", TV_ERR_OPEN, false, ENOENT},
        {"", TV_ERR_OPEN, false, ENOENT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool wanted = false;
        int error = -1;
        assert_int_equal(tv_stream_wanted(&wanted, cases[i].path, &error), cases[i].status);
        assert_int_equal(wanted, cases[i].wanted);
        assert_int_equal(error, cases[i].error);
    }
}

// Runs `check` with `fd` as standard input.
static void with_stdin(int fd, void (*check)(void))
{
    int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    check();
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    close(fd);
}

static void check_fresh_file(void)
{
    bool wanted = true;
    int error = -1;
    assert_int_equal(tv_stream_wanted(&wanted, "-", &error), TV_OK);
    assert_false(wanted);
}

static void check_begun_file(void)
{
    bool wanted = false;
    int error = -1;
    assert_int_equal(tv_stream_wanted(&wanted, "-", &error), TV_OK);
    assert_true(wanted);
    tv_stream stream;
    assert_int_equal(tv_stream_open(&stream, "-"), TV_OK);
    char text[20];
    size_t got = 0;
    assert_int_equal(tv_stream_read(&stream, text, sizeof(text), &got), TV_OK);
    assert_int_equal(got, 7);
    assert_memory_equal(text, "3456789", 7);
    tv_stream_close(&stream);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); // stays open: it is not the stream's
}

static void test_standard_input(void **state)
{
    (void)state;
    with_stdin(open("file", O_RDONLY), check_fresh_file);
    int begun = open("file", O_RDONLY);
    assert_int_equal(lseek(begun, 3, SEEK_SET), 3);
    with_stdin(begun, check_begun_file);
}

static void test_a_fifo_in_pieces(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int fd = open("fifo", O_WRONLY);
        for (int i = 0; i < 1000; i++) {
            if (write(fd, "abcdefg", 7) != 7) {
                _exit(1);
            }
        }
        _exit(0);
    }
    tv_stream stream;
    assert_int_equal(tv_stream_open(&stream, "fifo"), TV_OK);
    size_t total = 0;
    size_t got;
    do {
        char piece[512];
        assert_int_equal(tv_stream_read(&stream, piece, sizeof(piece), &got), TV_OK);
        for (size_t i = 0; i < got; i++) {
            assert_int_equal(piece[i], "abcdefg"[(total + i) % 7]);
        }
        total += got;
        assert_true(got == sizeof(piece) || total == 7000);
    } while (got > 0);
    assert_int_equal(total, 7000);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    tv_stream_close(&stream);
    assert_int_equal(stream.fd, -1);
    tv_stream_close(&stream);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    tv_stream stream;
    assert_int_equal(tv_stream_open(&stream, "/nonexistent"), TV_ERR_OPEN);
    assert_int_equal(stream.error, ENOENT);
    assert_int_equal(stream.fd, -1);
    assert_int_equal(tv_stream_open(&stream, dir), TV_ERR_IS_DIRECTORY);
    assert_int_equal(stream.error, EISDIR);
    assert_int_equal(stream.fd, -1);
    tv_stream_close(&stream);
}

static void test_a_failed_read(void **state)
{
    (void)state;
    tv_stream stream = {.fd = open(dir, O_RDONLY), .owns_fd = true};
    char byte;
    size_t got;
    assert_int_equal(tv_stream_read(&stream, &byte, 1, &got), TV_ERR_READ);
    assert_int_equal(stream.error, EISDIR);
    tv_stream_close(&stream);
}

// Counts down; true at zero.
static bool stop_at_zero(void *payload)
{
    int *left = payload;
    return --*left == 0;
}

static void test_reads_that_are_stopped(void **state)
{
    (void)state;
    char into[16];
    size_t got = 99;
    int left = 2;
    tv_stream stream;
    // Nobody writes: opening does not wait, reading does.
    assert_int_equal(tv_stream_open_stoppable(&stream, "fifo", stop_at_zero, &left), TV_OK);
    assert_int_equal(left, 2);
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_ERR_CANCELLED);
    assert_int_equal(got, 0);
    assert_int_equal(left, 0);
    // Somebody writes less than is asked for; what came is not lost.
    int writer = open("fifo", O_WRONLY);
    assert_true(writer >= 0);
    assert_int_equal(write(writer, "abc", 3), 3);
    left = 1;
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_ERR_CANCELLED);
    assert_int_equal(got, 3);
    assert_memory_equal(into, "abc", 3);
    // Once the writer is gone there is an end, and nobody asks.
    assert_int_equal(write(writer, "de", 2), 2);
    close(writer);
    left = -1;
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_OK);
    assert_int_equal(got, 2);
    assert_memory_equal(into, "de", 2);
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_OK);
    assert_int_equal(got, 0);
    assert_int_equal(left, -1);
    tv_stream_close(&stream);
}

static void test_files_are_not_waited_for(void **state)
{
    (void)state;
    char into[16];
    size_t got;
    int left = 1;
    tv_stream stream;
    assert_int_equal(tv_stream_open_stoppable(&stream, "file", stop_at_zero, &left), TV_OK);
    assert_int_equal(tv_stream_read(&stream, into, 4, &got), TV_OK);
    assert_int_equal(got, 4);
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_OK);
    assert_int_equal(got, 6);
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_OK);
    assert_int_equal(got, 0);
    assert_int_equal(left, 1);
    tv_stream_close(&stream);
    assert_int_equal(tv_stream_open_stoppable(&stream, dir, stop_at_zero, &left),
                     TV_ERR_IS_DIRECTORY);
    assert_int_equal(tv_stream_open_stoppable(&stream, "/nonexistent", stop_at_zero, &left),
                     TV_ERR_OPEN);
    assert_int_equal(tv_stream_open_stoppable(&stream, "/proc/self/mem", stop_at_zero, &left),
                     TV_OK);
    assert_int_equal(tv_stream_read(&stream, into, sizeof(into), &got), TV_ERR_READ);
    assert_int_equal(stream.error, EIO);
    tv_stream_close(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_streamed),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_a_fifo_in_pieces),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_a_failed_read),
        cmocka_unit_test(test_reads_that_are_stopped),
        cmocka_unit_test(test_files_are_not_waited_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
