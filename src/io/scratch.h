// SPDX-License-Identifier: Apache-2.0
// A file for a program's own use that other code may open by a path, and that is gone with the
// process, however that ends: its name is taken away as soon as it is made.
#ifndef TV_IO_SCRATCH_H
#define TV_IO_SCRATCH_H

#include "tv/status.h"

enum { TV_SCRATCH_PATH_LEN = 32 };

// A zeroed file is closed.
typedef struct tv_scratch {
    bool is_open;
    int fd;
    char path[TV_SCRATCH_PATH_LEN]; // "/dev/fd/N": opens the file while this process has it open
} tv_scratch;

// Makes a file in `directory` that holds `bytes`. TV_ERR_OPEN, TV_ERR_WRITE, TV_ERR_NOMEM;
// `*error` (may be NULL) gets the errno.
TV_MUST_USE tv_status tv_scratch_open(tv_scratch *out, const char *directory, tv_span bytes,
                                      int *error);
void tv_scratch_close(tv_scratch *scratch);

#endif
