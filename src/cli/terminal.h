// SPDX-License-Identifier: Apache-2.0
// What is known of the terminal: whether there is one, how wide it is, and whether it may be
// coloured.
#ifndef TV_CLI_TERMINAL_H
#define TV_CLI_TERMINAL_H

#include "cli/args.h"

typedef enum cli_stream {
    CLI_STDIN = 0,
    CLI_STDOUT = 1,
    CLI_STDERR = 2,
} cli_stream;

bool cli_is_terminal(cli_stream stream);

// Columns of standard output: COLUMNS, the terminal's own width, or 100 when there is none.
unsigned cli_columns(void);

// Whether standard output gets colours: asked for, or a terminal that is not dumb, and no NO_COLOR.
bool cli_wants_color(cli_when when);

// The progress of a run: one line on standard error that rewrites itself.
typedef struct cli_progress {
    bool is_shown;   // whether there is to be one
    bool is_drawn;   // whether a line stands on the terminal
    int64_t started; // milliseconds of the monotonic clock
} cli_progress;

// `shares_terminal`: rows go to a terminal, too, and a line in between would garble them.
void cli_progress_open(cli_progress *progress, cli_when when, bool shares_terminal);
void cli_progress_show(cli_progress *progress, const tv_progress *now);
void cli_progress_clear(cli_progress *progress);            // before other words, and at the end
int64_t cli_progress_elapsed(const cli_progress *progress); // milliseconds, at least 1

#endif
