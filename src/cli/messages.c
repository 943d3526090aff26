// SPDX-License-Identifier: Apache-2.0
// In: messages with names that users, files and certificates chose. Out: single lines on standard
// error in which nothing acts on the terminal.
#include "cli/messages.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tv/write.h"

enum {
    MAX_MESSAGE = 8192,
    MAX_WORD = 64, // longer words are not compared
};

static void say(const char *format, va_list arguments)
{
    char message[MAX_MESSAGE];
    if (vsnprintf(message, sizeof(message), format, arguments) < 0) {
        return;
    }
    char *safe = tv_terminal_text((tv_span){(const uint8_t *)message, strlen(message)}, 0);
    (void)fprintf(stderr, "trustval: %s\n", safe != NULL ? safe : tv_status_text(TV_ERR_NOMEM));
    free(safe);
}

void cli_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

int cli_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return CLI_EXIT_FAILED;
}

int cli_fail_file(const char *file, tv_status status, int error)
{
    const char *name = strcmp(file, "-") == 0 ? "standard input" : file;
    // Some words say it all: "is a directory: Is a directory" helps nobody.
    bool has_more =
        error != 0 && (status == TV_ERR_OPEN || status == TV_ERR_READ || status == TV_ERR_WRITE);
    if (has_more) {
        return cli_fail("%s: %s: %s", name, tv_status_text(status), strerror(error));
    }
    return cli_fail("%s: %s", name, tv_status_text(status));
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t two = a < b ? a : b;
    return two < c ? two : c;
}

// Letters to insert, delete or replace (Levenshtein), with swapped neighbours as one.
static size_t edit_distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    if (a_len > MAX_WORD || b_len > MAX_WORD) {
        return SIZE_MAX;
    }
    size_t rows[3][MAX_WORD + 1];
    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            bool same = a[i - 1] == b[j - 1];
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                size_t swapped = rows[(i - 2) % 3][j - 2] + 1;
                row[j] = swapped < row[j] ? swapped : row[j];
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void cli_nearest_open(cli_nearest *nearest, const char *word)
{
    size_t len = strlen(word);
    *nearest = (cli_nearest){.word = word, .distance = (len < 6 ? 2 : len / 3) + 1};
}

void cli_nearest_offer(cli_nearest *nearest, const char *candidate)
{
    size_t len = strlen(nearest->word);
    bool starts_so = len >= 2 && strncmp(nearest->word, candidate, len) == 0;
    size_t distance = starts_so ? 1 : edit_distance(nearest->word, candidate);
    // A word that would have to change all of its letters is another word.
    if (distance < nearest->distance && distance < strlen(candidate)) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}

int cli_finish_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return code;
    }
    const char *why = errno != 0 ? strerror(errno) : "output was lost";
    return cli_fail("standard output: %s: %s", tv_status_text(TV_ERR_WRITE), why);
}
