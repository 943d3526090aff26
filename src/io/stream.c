// SPDX-License-Identifier: Apache-2.0
// In: the name of an input. Out: whether it has to be streamed, and its bytes in pieces of the
// caller's size. Cutting pieces at BEGIN lines is left to the reader of the stream.
#include "io/stream.h"

#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

tv_status tv_stream_wanted(bool *out, const char *path, int *error)
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
    return TV_OK;
}

tv_status tv_stream_open(tv_stream *stream, const char *path)
{
    *stream = (tv_stream){.fd = -1};
    if (is_stdin(path)) {
        stream->fd = STDIN_FILENO;
    } else {
        stream->error = tv_fd_open(&stream->fd, path, O_RDONLY, 0);
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

tv_status tv_stream_read(tv_stream *stream, void *into, size_t len, size_t *got)
{
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
