// SPDX-License-Identifier: Apache-2.0
// Small regular files, read whole into memory that the caller takes back: open, one read, close.
// For the tens of thousands of files of which each would cost a mapping.
#ifndef TV_IO_WHOLE_H
#define TV_IO_WHOLE_H

#include "base/arena.h"
#include "tv/status.h"

// Reads the regular file `path`, which was `expected` bytes long when it was looked at; one that
// has changed since is read to its end. Never waits for input. TV_ERR_OPEN, TV_ERR_READ,
// TV_ERR_TOO_LARGE (more than `max` bytes), TV_ERR_NOMEM; `*error` gets the errno.
TV_MUST_USE tv_status tv_whole_read(tv_span *out, tv_arena *arena, const char *path,
                                    size_t expected, size_t max, int *error);

#endif
