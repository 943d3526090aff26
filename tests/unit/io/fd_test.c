// SPDX-License-Identifier: Apache-2.0
// Whole transfers over pipes: partial ones, would-block ones, and failures with their errno.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MUCH = 1 << 20 }; // more than a pipe holds

static uint8_t *much(void)
{
    uint8_t *bytes = malloc(MUCH);
    assert_non_null(bytes);
    for (size_t i = 0; i < MUCH; i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    }
    return bytes;
}

static void set_non_blocking(int fd)
{
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
}

// A child writes, this process reads; both ends of the pipe may be in non-blocking mode.
static void transfer(bool non_blocking)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    if (non_blocking) {
        set_non_blocking(ends[0]);
        set_non_blocking(ends[1]);
    }
    uint8_t *sent = much();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        _exit(tv_fd_write(ends[1], (tv_span){sent, MUCH}) == 0 ? 0 : 1);
    }
    close(ends[1]);
    uint8_t *got = malloc(MUCH + 1);
    assert_non_null(got);
    size_t len = 0;
    assert_int_equal(tv_fd_read(ends[0], got, 1000, &len), 0);
    assert_int_equal(len, 1000);
    assert_int_equal(tv_fd_read(ends[0], got + 1000, MUCH + 1 - 1000, &len), 0);
    assert_int_equal(len, MUCH - 1000);
    assert_memory_equal(got, sent, MUCH);
    assert_int_equal(tv_fd_read(ends[0], got, 1, &len), 0);
    assert_int_equal(len, 0);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    close(ends[0]);
    free(sent);
    free(got);
}

static void test_a_large_transfer_is_whole(void **state)
{
    (void)state;
    transfer(false);
}

static void test_a_descriptor_that_would_block_is_waited_for(void **state)
{
    (void)state;
    transfer(true);
}

static void test_failures_have_an_errno(void **state)
{
    (void)state;
    int fd = -1;
    size_t got = 77;
    uint8_t byte = 0;
    assert_int_equal(tv_fd_open(&fd, "/nonexistent/file", O_RDONLY, 0), ENOENT);
    assert_int_equal(fd, -1);
    assert_int_equal(tv_fd_read(-1, &byte, 1, &got), EBADF);
    assert_int_equal(got, 77);
    assert_int_equal(tv_fd_write(-1, TV_LIT("x")), EBADF);
    assert_int_equal(tv_fd_write(-1, TV_LIT("")), 0);

    assert_int_equal(tv_fd_open(&fd, "/dev/full", O_WRONLY, 0), 0);
    assert_int_equal(tv_fd_write(fd, TV_LIT("x")), ENOSPC);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);

    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    assert_int_equal(tv_fd_write(ends[1], TV_LIT("x")), EPIPE);
    (void)signal(SIGPIPE, old);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_large_transfer_is_whole),
        cmocka_unit_test(test_a_descriptor_that_would_block_is_waited_for),
        cmocka_unit_test(test_failures_have_an_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
