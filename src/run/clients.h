// SPDX-License-Identifier: Apache-2.0
// Where clients come from: the list of paths as given, and the walk through them that expands
// directories when their turn comes.
#ifndef TV_RUN_CLIENTS_H
#define TV_RUN_CLIENTS_H

#include "tv/verify.h"

typedef struct tv_client_walk tv_client_walk;

TV_MUST_USE tv_status tv_client_walk_open(tv_client_walk **out, const tv_clients *clients);
void tv_client_walk_close(tv_client_walk *walk);

// The next path that is no directory: malloc'ed, the caller's. NULL at the end. A directory that
// cannot be read gives TV_ERR_READ and its path; the walk goes on.
TV_MUST_USE tv_status tv_client_walk_next(tv_client_walk *walk, char **path, int *error);

#endif
