// SPDX-License-Identifier: Apache-2.0
// What audit and verify share: a workspace that is filled as the command line says, outputs, and
// the exit code.
#ifndef TV_CLI_JUDGE_H
#define TV_CLI_JUDGE_H

#include "cli/stores.h"
#include "cli/terminal.h"

// A zeroed judge is safe to close.
typedef struct cli_judge {
    const cli_args *args;
    tv_profile *profile;
    tv_workspace *workspace;
    size_t num_stores; // truststores that were added
    tv_writer **writers;
    size_t num_writers;
    cli_progress progress;
    bool failed; // something could not be done; it was said
} cli_judge;

// The profile that --profile names; NULL, said on standard error, when there is none.
tv_profile *cli_load_profile(const char *name);

// The same, changed as the command line says.
tv_profile *cli_load_judging_profile(const cli_args *args);

// Whether what the command reads names standard input ("-") at most once, and not a terminal, where
// it would wait for certificates to be typed. False is said.
bool cli_stdin_is_sound(const cli_args *args);

// Each of these says what went wrong. False: nothing can be judged.
bool cli_judge_open(cli_judge *judge, const cli_args *args);
bool cli_judge_add_stores(cli_judge *judge, const cli_stores *stores);
void cli_judge_add_untrusted(cli_judge *judge); // behind the truststores
bool cli_judge_freeze(cli_judge *judge);
bool cli_judge_open_outputs(cli_judge *judge);

// What the library is to be called with.
tv_judge_options cli_judge_options(cli_judge *judge);

// Commits the outputs of a run that ended with `status` and returns the exit code. `summary` may be
// NULL when the run failed.
int cli_judge_end(cli_judge *judge, tv_status status, const tv_summary *summary);

void cli_judge_close(cli_judge *judge);

#endif
