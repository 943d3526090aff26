// SPDX-License-Identifier: Apache-2.0
// fork, exec and a pipe that is read to its end. Whatever cannot be done ends the test.

#include "suites/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void take_over(int from, int to)
{
    if (from < 0 || dup2(from, to) < 0) {
        _exit(127);
    }
    (void)close(from);
}

static void run(const char *const argv[], const char *input, const char *errors, int output)
{
    take_over(open(input != NULL ? input : "/dev/null", O_RDONLY), STDIN_FILENO);
    take_over(output, STDOUT_FILENO);
    if (errors != NULL) {
        take_over(open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    }
    // execvp changes no argument; its prototype is older than const.
    union {
        const char *const *from;
        char *const *to;
    } arguments = {.from = argv};
    (void)execvp(argv[0], arguments.to);
    _exit(127);
}

static void read_all(int fd, tv_spawned *out)
{
    size_t cap = 1 << 16;
    out->text = malloc(cap);
    assert(out->text != NULL);
    for (;;) {
        if (out->len + 1 == cap) {
            cap *= 2;
            char *text = realloc(out->text, cap);
            assert(text != NULL);
            out->text = text;
        }
        ssize_t got = read(fd, out->text + out->len, cap - 1 - out->len);
        assert(got >= 0 || errno == EINTR);
        if (got == 0) {
            break;
        }
        out->len += got > 0 ? (size_t)got : 0;
    }
    out->text[out->len] = '\0';
}

tv_spawned tv_spawn(const char *const argv[], const char *input, const char *errors)
{
    tv_spawned out = {.code = -1};
    int ends[2];
    int made = pipe(ends);
    assert(made == 0);
    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        run(argv, input, errors, ends[1]);
    }
    (void)close(ends[1]);
    read_all(ends[0], &out);
    (void)close(ends[0]);
    int status;
    pid_t ended;
    do {
        ended = waitpid(child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    assert(ended == child);
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}
