// SPDX-License-Identifier: Apache-2.0
// In: the name of an input. Out: whether it has to be streamed, and its bytes in pieces of the
// caller's size. Cutting pieces at BEGIN lines is left to the reader of the stream.
#include "io/stream.h"

#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

tv_status tv_stream_wanted(bool *out, const char *path, int *error)
{
    uint64_t len;
    return tv_stream_look(out, &len, path, error);
}

tv_status tv_stream_look(bool *out, uint64_t *len, const char *path, int *error)
{
    struct stat info;
    *error = 0;
    if ((is_stdin(path) ? fstat(STDIN_FILENO, &info) : stat(path, &info)) != 0) {
        *error = errno;
        return TV_ERR_OPEN;
    }
    if (S_ISDIR(info.st_mode)) {
        *error = EISDIR;
        return TV_ERR_IS_DIRECTORY;
    }
    // Somebody may have read the first lines of a redirected standard input: what is left of it
    // starts where the descriptor stands, and only reading respects that.
    bool begun = is_stdin(path) && lseek(STDIN_FILENO, 0, SEEK_CUR) != 0;
    *out = !S_ISREG(info.st_mode) || begun;
    *len = *out ? 0 : (uint64_t)info.st_size;
    return TV_OK;
}

tv_status tv_stream_open(tv_stream *stream, const char *path)
{
    return tv_stream_open_stoppable(stream, path, NULL, NULL);
}

tv_status tv_stream_open_stoppable(tv_stream *stream, const char *path, tv_stream_stop_fn *stop,
                                   void *payload)
{
    *stream = (tv_stream){.fd = -1, .stop = stop, .payload = payload};
    if (is_stdin(path)) {
        stream->fd = STDIN_FILENO;
    } else {
        int flags = stop != NULL ? O_RDONLY | O_NONBLOCK : O_RDONLY;
        stream->error = tv_fd_open(&stream->fd, path, flags, 0);
        stream->owns_fd = stream->error == 0;
    }
    struct stat info;
    if (stream->error == 0 && fstat(stream->fd, &info) != 0) {
        stream->error = errno;
    }
    if (stream->error == 0 && S_ISDIR(info.st_mode)) {
        stream->error = EISDIR;
    }
    if (stream->error != 0) {
        tv_stream_close(stream);
        return stream->error == EISDIR ? TV_ERR_IS_DIRECTORY : TV_ERR_OPEN;
    }
    return TV_OK;
}

// Waits until there is something to read, or the end of it. A FIFO that nobody has opened for
// writing yet has neither.
static tv_status wait_for_input(tv_stream *stream)
{
    enum { TENTH_OF_A_SECOND = 100 };
    for (;;) {
        struct pollfd ready = {.fd = stream->fd, .events = POLLIN};
        int count = poll(&ready, 1, TENTH_OF_A_SECOND);
        if (count > 0) {
            return TV_OK;
        }
        if (count < 0 && errno != EINTR) {
            stream->error = errno;
            return TV_ERR_READ;
        }
        if (stream->stop(stream->payload)) {
            return TV_ERR_CANCELLED;
        }
    }
}

static tv_status read_stoppable(tv_stream *stream, uint8_t *into, size_t len, size_t *got)
{
    stream->error = 0;
    *got = 0;
    while (*got < len) {
        tv_status status = wait_for_input(stream);
        if (status != TV_OK) {
            return status;
        }
        ssize_t step = read(stream->fd, into + *got, len - *got);
        if (step == 0) {
            break;
        }
        if (step > 0) {
            *got += (size_t)step;
        } else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
            stream->error = errno;
            return TV_ERR_READ;
        }
    }
    return TV_OK;
}

tv_status tv_stream_read(tv_stream *stream, void *into, size_t len, size_t *got)
{
    if (stream->stop != NULL) {
        return read_stoppable(stream, into, len, got);
    }
    stream->error = tv_fd_read(stream->fd, into, len, got);
    return stream->error == 0 ? TV_OK : TV_ERR_READ;
}

void tv_stream_close(tv_stream *stream)
{
    if (stream->owns_fd) {
        close(stream->fd);
    }
    stream->fd = -1;
    stream->owns_fd = false;
}
