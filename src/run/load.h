// SPDX-License-Identifier: Apache-2.0
// Filling a workspace on several threads: a bundle comes in, its entries go out; all certificates
// come in, their views go out. What small files need is done at once, without any thread.
#ifndef TV_RUN_LOAD_H
#define TV_RUN_LOAD_H

#include "run/workspace.h"

// Reads the entries of a bundle that was opened. The same entries, ids and places on any number of
// threads.
TV_MUST_USE tv_status tv_load_entries(tv_workspace *workspace, tv_bundle *bundle);

// Reads all certificates: fills `held` and `held_list`.
TV_MUST_USE tv_status tv_load_views(tv_workspace *workspace);

#endif
