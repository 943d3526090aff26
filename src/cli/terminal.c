// SPDX-License-Identifier: Apache-2.0
// In: descriptors, environment, the monotonic clock. Out: the few facts about the terminal that
// change how results look, and the progress line. Nothing here changes a result.
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    DEFAULT_COLUMNS = 100,
    MIN_COLUMNS = 40,
    MAX_COLUMNS = 1000,
};

bool cli_is_terminal(cli_stream stream)
{
    return isatty((int)stream) == 1;
}

static unsigned clamp_columns(unsigned long columns)
{
    return columns < MIN_COLUMNS   ? MIN_COLUMNS
           : columns > MAX_COLUMNS ? MAX_COLUMNS
                                   : (unsigned)columns;
}

unsigned cli_columns(void)
{
    const char *columns = getenv("COLUMNS");
    if (columns != NULL && columns[0] >= '1' && columns[0] <= '9') {
        return clamp_columns(strtoul(columns, NULL, 10));
    }
    struct winsize size;
    if (cli_is_terminal(CLI_STDOUT) && ioctl(CLI_STDOUT, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0) {
        return clamp_columns(size.ws_col);
    }
    return DEFAULT_COLUMNS;
}

static bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");
    return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

bool cli_wants_color(cli_when when)
{
    if (when != CLI_AUTO) {
        return when == CLI_ALWAYS;
    }
    const char *no_color = getenv("NO_COLOR"); // no-color.org: present and not empty
    return (no_color == NULL || no_color[0] == '\0') && cli_is_terminal(CLI_STDOUT) &&
           !terminal_is_dumb();
}

static int64_t milliseconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_progress_open(cli_progress *progress, cli_when when, bool shares_terminal)
{
    *progress = (cli_progress){.started = milliseconds()};
    progress->is_shown = when == CLI_ALWAYS || (when == CLI_AUTO && !shares_terminal &&
                                                cli_is_terminal(CLI_STDERR) && !terminal_is_dumb());
}

int64_t cli_progress_elapsed(const cli_progress *progress)
{
    int64_t elapsed = milliseconds() - progress->started;
    return elapsed < 1 ? 1 : elapsed;
}

void cli_progress_show(cli_progress *progress, const tv_progress *now)
{
    if (!progress->is_shown) {
        return;
    }
    double seconds = (double)cli_progress_elapsed(progress) / 1000;
    (void)fprintf(stderr, "\r\x1b[K%llu judged, %.0f/s, %.1f MB",
                  (unsigned long long)now->clients_done, (double)now->clients_done / seconds,
                  (double)now->bytes_done / 1e6);
    if (now->bytes_total > 0 && now->bytes_done > 0 && now->bytes_done <= now->bytes_total) {
        double part = (double)now->bytes_done / (double)now->bytes_total;
        (void)fprintf(stderr, " of %.1f MB (%.0f %%), %.0f s left", (double)now->bytes_total / 1e6,
                      100 * part, seconds * (1 - part) / part);
    }
    (void)fflush(stderr);
    progress->is_drawn = true;
}

void cli_progress_clear(cli_progress *progress)
{
    if (progress->is_drawn) {
        (void)fputs("\r\x1b[K", stderr);
        (void)fflush(stderr);
        progress->is_drawn = false;
    }
}
