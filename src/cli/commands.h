// SPDX-License-Identifier: Apache-2.0
// The commands: each takes the command line's values and returns an exit code.
#ifndef TV_CLI_COMMANDS_H
#define TV_CLI_COMMANDS_H

#include "cli/args.h"

int cli_audit(const cli_args *args);
int cli_verify(const cli_args *args);
int cli_rules(const cli_args *args);
int cli_profiles(const cli_args *args);
int cli_bench(const cli_args *args);

// Prints `trustval COMMAND --help` to standard output.
void cli_print_help(const cli_command *command);

// What a command does that has nothing to read and a terminal to read it from: its help, on
// standard error so that a pipe gets none of it. Returns CLI_EXIT_FAILED.
int cli_nothing_to_read(const cli_command *command);

#endif
