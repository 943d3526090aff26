// SPDX-License-Identifier: Apache-2.0
// An input that is not a regular file, read piece by piece.
#ifndef TV_IO_STREAM_H
#define TV_IO_STREAM_H

#include "tv/status.h"

// Asked about ten times a second while a read waits for input; true ends the read.
typedef bool tv_stream_stop_fn(void *payload);

typedef struct tv_stream {
    int fd; // -1: closed
    bool owns_fd;
    int error;               // errno of the last failure
    tv_stream_stop_fn *stop; // NULL: reads wait as long as it takes
    void *payload;           // for `stop`
} tv_stream;

// Whether `path` ("-" included) is something to stream (true) or a regular file to map (false).
// TV_ERR_OPEN when it does not exist, TV_ERR_IS_DIRECTORY for a directory; `*error` gets the errno.
TV_MUST_USE tv_status tv_stream_wanted(bool *out, const char *path, int *error);

// The same, and the length of what is to be mapped; 0 of what is to be streamed.
TV_MUST_USE tv_status tv_stream_look(bool *out, uint64_t *len, const char *path, int *error);

// TV_ERR_OPEN or TV_ERR_IS_DIRECTORY; the stream is then closed and `stream->error` has the errno.
TV_MUST_USE tv_status tv_stream_open(tv_stream *stream, const char *path);

// The same for a stream whose reads can be ended. A FIFO is opened without waiting for its writer:
// the first read does that.
TV_MUST_USE tv_status tv_stream_open_stoppable(tv_stream *stream, const char *path,
                                               tv_stream_stop_fn *stop, void *payload);

// Fills up to `len` bytes, fewer only at the end of input; `*got` 0 is the end. Retries EINTR.
// TV_ERR_CANCELLED when `stop` ended it; `*got` has what was read until then.
TV_MUST_USE tv_status tv_stream_read(tv_stream *stream, void *into, size_t len, size_t *got);
void tv_stream_close(tv_stream *stream);

#endif
