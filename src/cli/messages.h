// SPDX-License-Identifier: Apache-2.0
// Words to the user on standard error, one line each, and what helps to choose them.
#ifndef TV_CLI_MESSAGES_H
#define TV_CLI_MESSAGES_H

#include "tv/status.h"

#if defined(__GNUC__)
#define CLI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define CLI_PRINTF(at, first)
#endif

enum {
    CLI_EXIT_CLEAN = 0, // nothing at or above --fail-on
    CLI_EXIT_FOUND = 1,
    CLI_EXIT_FAILED = 2, // not all of the work could be done
};

// "trustval: " and the message, made safe for a terminal as a whole. Longer than 8 KB is cut.
void cli_say(const char *format, ...) CLI_PRINTF(1, 2);

// The same, and returns CLI_EXIT_FAILED.
int cli_fail(const char *format, ...) CLI_PRINTF(1, 2);

// "FILE: cannot be opened: No such file or directory"; `error` is an errno or 0.
int cli_fail_file(const char *file, tv_status status, int error);

// The word closest to `word` by edit distance or as a start of it, NULL when none is close.
typedef struct cli_nearest {
    const char *word;
    const char *best;
    size_t distance;
} cli_nearest;
void cli_nearest_open(cli_nearest *nearest, const char *word);
void cli_nearest_offer(cli_nearest *nearest, const char *candidate);

// Flushes standard output. CLI_EXIT_FAILED, with a message, when any of it was lost; else `code`.
int cli_finish_output(int code);

#endif
