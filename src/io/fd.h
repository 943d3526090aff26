// SPDX-License-Identifier: Apache-2.0
// Whole transfers over file descriptors: interrupted, partial and would-block ones are continued.
// Each function returns 0 or an errno.
#ifndef TV_IO_FD_H
#define TV_IO_FD_H

#include "tv/common.h"

// Opens `path` with `flags`, close-on-exec and never as the controlling terminal.
TV_MUST_USE int tv_fd_open(int *out, const char *path, int flags, unsigned mode);

// Reads up to `len` bytes, fewer only at the end of input.
TV_MUST_USE int tv_fd_read(int fd, void *into, size_t len, size_t *got);

// Writes all of `bytes`.
TV_MUST_USE int tv_fd_write(int fd, tv_span bytes);

#endif
