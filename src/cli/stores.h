// SPDX-License-Identifier: Apache-2.0
// Truststores as the command line names them.
#ifndef TV_CLI_STORES_H
#define TV_CLI_STORES_H

#include "cli/args.h"

// Truststores to add, in order.
typedef struct cli_store {
    char *name; // NULL: the library makes one
    char *path;
} cli_store;

typedef struct cli_stores {
    cli_store *items;
    size_t count, room;
} cli_stores;

// Adds [NAME=]FILE. A name holds no '/', so that "./a=b.pem" is a file. False, said on standard
// error, when the name is empty or given before, or memory is out.
bool cli_stores_add(cli_stores *stores, const char *text);

// Adds every regular file below `directory`, in byte order of their paths; links to files are
// followed, links to directories and dot files are not. False, said, when it cannot be read.
bool cli_stores_add_directory(cli_stores *stores, const char *directory);

void cli_stores_close(cli_stores *stores);

#endif
