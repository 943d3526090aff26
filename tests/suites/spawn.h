// SPDX-License-Identifier: Apache-2.0
// Other programs, as a shell would run them: an argument list and a file for standard input come
// in, what the program wrote and its exit code go out.
#ifndef TV_TESTS_SUITES_SPAWN_H
#define TV_TESTS_SUITES_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct tv_spawned {
    char *text; // standard output, NUL-terminated; the caller frees it
    size_t len;
    int code; // exit code; -1: ended by a signal, or never started
} tv_spawned;

// Runs argv[0], found along PATH, to its end. `input` is a path, or NULL for an empty input; what
// the program writes to standard error goes to the file `errors`, or to ours when that is NULL.
tv_spawned tv_spawn(const char *const argv[], const char *input, const char *errors);

#endif
