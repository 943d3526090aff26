// SPDX-License-Identifier: Apache-2.0
// Bytes come in, whole lines go out: a chunk ends with the last line end of what was read.

#include "run/line_feed.h"

#include "base/span.h"

enum { READ = 1 << 20, MAX_LINE = 1 << 28 };

tv_status tv_line_feed_open(tv_line_feed *feed, const char *path, tv_stream_stop_fn *stop,
                            void *payload, int *error)
{
    *feed = (tv_line_feed){.stream = {.fd = -1}};
    tv_status status = tv_stream_open_stoppable(&feed->stream, path, stop, payload);
    if (error != NULL) {
        *error = feed->stream.error;
    }
    return status;
}

void tv_line_feed_close(tv_line_feed *feed)
{
    tv_stream_close(&feed->stream);
    tv_buf_close(&feed->carry);
}

// The length of the whole lines at the front.
static size_t whole_lines(tv_span text)
{
    while (text.len > 0 && text.ptr[text.len - 1] != '\n') {
        text.len--;
    }
    return text.len;
}

tv_status tv_line_feed_next(tv_line_feed *feed, tv_buf *out)
{
    tv_buf *carry = &feed->carry;
    tv_buf_clear(out);
    size_t len = whole_lines(tv_buf_span(carry));
    while (len == 0 && !feed->ended) {
        if (carry->len > MAX_LINE) {
            return TV_ERR_TOO_LARGE;
        }
        if (!tv_buf_reserve(carry, READ)) {
            return TV_ERR_NOMEM;
        }
        size_t got;
        tv_status status = tv_stream_read(&feed->stream, carry->ptr + carry->len, READ, &got);
        if (status != TV_OK) {
            return status;
        }
        size_t fresh = whole_lines(tv_span_make(carry->ptr + carry->len, got));
        len = fresh > 0 ? carry->len + fresh : 0;
        carry->len += got;
        feed->ended = got < READ;
    }
    if (feed->ended) {
        len = carry->len;
    }
    tv_buf_add(out, tv_span_make(carry->ptr, len));
    if (out->failed) {
        return TV_ERR_NOMEM;
    }
    if (len > 0) {
        memmove(carry->ptr, carry->ptr + len, carry->len - len);
        carry->len -= len;
    }
    return TV_OK;
}
