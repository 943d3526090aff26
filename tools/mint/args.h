// SPDX-License-Identifier: Apache-2.0
// The options of a command, as rows: what is parsed and what `--help` shows come from the same
// table.
#ifndef MINT_ARGS_H
#define MINT_ARGS_H

#include <stdbool.h>
#include <stddef.h>

// One of `number`, `text` and `flag` says where the value goes. A row without a name goes on with
// the help of the one above it.
typedef struct mint_option {
    const char *name;  // "--clients"
    const char *value; // what stands for the value in the help; NULL for a flag
    const char *help;
    unsigned *number;
    unsigned least, most; // of `number`
    const char **text;
    bool *flag;
} mint_option;

typedef struct mint_args {
    const char *command;
    const char *summary; // whole sentences: what is written, and where
    const mint_option *options;
    size_t num_options;
} mint_args;

// Reads what follows the command's name. `--help` prints the table and ends the program, and so
// does, with 2, what is no option or no value.
void mint_args_parse(const mint_args *args, int argc, char **argv);

#endif
