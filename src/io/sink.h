// SPDX-License-Identifier: Apache-2.0
// Where output bytes go: a file descriptor, or a file that appears whole or not at all (a temporary
// file in the same directory, synced to its name by rename on commit). A write that fails sticks:
// the sink never reports success after it.
#ifndef TV_IO_SINK_H
#define TV_IO_SINK_H

#include "tv/status.h"

typedef struct tv_sink tv_sink;

// Opens the file `path` for replacement; its temporary file lies beside it and is removed by
// tv_sink_close unless committed. A path that exists and is no regular file (/dev/null, a FIFO) is
// written in place. `*error` (may be NULL) gets the errno of a failure.
TV_MUST_USE tv_status tv_sink_open(tv_sink **out, const char *path, int *error);

// Writes to a descriptor that stays the caller's (standard output).
TV_MUST_USE tv_status tv_sink_open_fd(tv_sink **out, int fd);

TV_MUST_USE tv_status tv_sink_write(tv_sink *sink, tv_span bytes); // buffered
TV_MUST_USE tv_status tv_sink_flush(tv_sink *sink);

// Flushes, syncs the file's data, closes and renames. After a failure the temporary file is gone
// and the old file is as it was.
TV_MUST_USE tv_status tv_sink_commit(tv_sink *sink);
int tv_sink_errno(const tv_sink *sink); // of the first failure, 0 when there was none
void tv_sink_close(tv_sink *sink);      // abandons what was not committed

#endif
