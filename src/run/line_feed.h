// SPDX-License-Identifier: Apache-2.0
// Whole lines of an input, a chunk of about a megabyte at a time.
#ifndef TV_RUN_LINE_FEED_H
#define TV_RUN_LINE_FEED_H

#include "base/buf.h"
#include "io/stream.h"

// A zeroed feed is closed.
typedef struct tv_line_feed {
    tv_stream stream;
    tv_buf carry; // read and not handed out
    bool ended;
} tv_line_feed;

// `stop` is asked while a pipe is waited for; true ends it with TV_ERR_CANCELLED. May be NULL.
TV_MUST_USE tv_status tv_line_feed_open(tv_line_feed *feed, const char *path,
                                        tv_stream_stop_fn *stop, void *payload, int *error);
void tv_line_feed_close(tv_line_feed *feed);

// Replaces the contents of `out` by whole lines; empty at the end of input. The last line may lack
// its line end. TV_ERR_TOO_LARGE for a line of more than 256 MB.
TV_MUST_USE tv_status tv_line_feed_next(tv_line_feed *feed, tv_buf *out);

#endif
