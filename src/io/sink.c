// SPDX-License-Identifier: Apache-2.0
// In: output bytes. Out: a descriptor or a replaced file that has all of them, or an error that is
// told at every later call. SIGPIPE is the program's business: when it is ignored, a closed pipe is
// a write error like a full disk.
#include "io/sink.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/span.h"
#include "io/fd.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_LEN = 64 * 1024,
    MAX_LINKS = 40, // as many symbolic links as the kernel follows
    MAX_LINK_LEN = 4096,
    MAX_NAMES = 16, // temporary names to try; they are random, so the first one is free
    PERMISSIONS = 0777,
};

struct tv_sink {
    int fd;       // -1 once closed
    bool owns_fd; // opened here
    int error;    // errno of the first failure
    char *path;   // what the temporary file is renamed to; NULL when written in place
    char *temp;   // its name until then
    size_t len;   // of what waits in `buffer`
    uint8_t buffer[BUFFER_LEN];
};

// The text in `buf` as a C string that the caller frees; NULL when memory is out.
static char *take_text(tv_buf *buf)
{
    tv_buf_add_byte(buf, 0);
    char *text = buf->failed ? NULL : (char *)buf->ptr;
    if (text == NULL) {
        tv_buf_close(buf);
    }
    return text;
}

// The part of a path up to its last slash, slash included; empty when it has none.
static tv_span directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return tv_span_make(path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
}

// What `path` stands for after its symbolic links, so that a link stays one and the file behind it
// is replaced. The caller frees `*out`. 0 or an errno.
static int resolve_links(char **out, const char *path)
{
    tv_buf buf = {0};
    tv_buf_add_text(&buf, path);
    char *now = take_text(&buf);
    for (int i = 0; now != NULL && i < MAX_LINKS; i++) {
        char link[MAX_LINK_LEN];
        ssize_t len = readlink(now, link, sizeof(link));
        if (len < 0 || (size_t)len == sizeof(link)) {
            *out = now; // no link, or nothing there: opening it tells
            return 0;
        }
        buf = (tv_buf){0};
        if (len > 0 && link[0] != '/') {
            tv_buf_add(&buf, directory_of(now));
        }
        tv_buf_add(&buf, tv_span_make(link, (size_t)len));
        free(now);
        now = take_text(&buf);
    }
    int error = now == NULL ? ENOMEM : ELOOP;
    free(now);
    return error;
}

// A fresh file beside `sink->path`. 0 or an errno.
static int open_temp(tv_sink *sink, unsigned mode)
{
    int error = EEXIST;
    for (int i = 0; i < MAX_NAMES && error == EEXIST; i++) {
        uint64_t random = tv_hash_random_seed();
        tv_buf name = {0};
        tv_buf_add(&name, directory_of(sink->path));
        tv_buf_add_text(&name, ".tv-");
        tv_buf_add_hex(&name, tv_span_make(&random, sizeof(random)));
        char *temp = take_text(&name);
        if (temp == NULL) {
            return ENOMEM;
        }
        error = tv_fd_open(&sink->fd, temp, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (error == 0) {
            sink->owns_fd = true;
            sink->temp = temp;
        } else {
            free(temp);
        }
    }
    return error;
}

// Opens what `path` names, for replacement or in place. 0 or an errno.
static int open_target(tv_sink *sink, const char *path)
{
    struct stat info;
    bool exists = stat(path, &info) == 0;
    if (path[0] == 0) {
        return ENOENT;
    }
    if (exists && S_ISDIR(info.st_mode)) {
        return EISDIR;
    }
    if (exists && !S_ISREG(info.st_mode)) {
        int error = tv_fd_open(&sink->fd, path, O_WRONLY, 0);
        sink->owns_fd = error == 0;
        return error;
    }
    int error = resolve_links(&sink->path, path);
    if (error != 0) {
        return error;
    }
    // The umask decides about a new file; a replaced one keeps its permissions.
    error = open_temp(sink, exists ? 0600 : 0666);
    if (error == 0 && exists && fchmod(sink->fd, info.st_mode & PERMISSIONS) != 0) {
        error = errno;
    }
    return error;
}

tv_status tv_sink_open(tv_sink **out, const char *path, int *error)
{
    *out = NULL;
    int code = ENOMEM;
    tv_sink *sink = calloc(1, sizeof(*sink));
    if (sink != NULL) {
        sink->fd = -1;
        code = open_target(sink, path);
    }
    if (error != NULL) {
        *error = code;
    }
    if (code != 0) {
        tv_sink_close(sink);
        return code == ENOMEM ? TV_ERR_NOMEM : code == EISDIR ? TV_ERR_IS_DIRECTORY : TV_ERR_OPEN;
    }
    *out = sink;
    return TV_OK;
}

tv_status tv_sink_open_fd(tv_sink **out, int fd)
{
    *out = NULL;
    tv_sink *sink = calloc(1, sizeof(*sink));
    if (sink == NULL) {
        return TV_ERR_NOMEM;
    }
    sink->fd = fd;
    *out = sink;
    return TV_OK;
}

// Notes how an operation on the descriptor ended; the first failure counts, and sticks.
static tv_status note(tv_sink *sink, int error)
{
    if (sink->error == 0) {
        sink->error = error;
    }
    return sink->error == 0 ? TV_OK : TV_ERR_WRITE;
}

tv_status tv_sink_flush(tv_sink *sink)
{
    if (sink->error == 0 && sink->len > 0) {
        assert(sink->fd >= 0);
        int error = tv_fd_write(sink->fd, (tv_span){sink->buffer, sink->len});
        sink->len = 0;
        return note(sink, error);
    }
    return note(sink, 0);
}

tv_status tv_sink_write(tv_sink *sink, tv_span bytes)
{
    assert(sink->fd >= 0 || sink->error != 0);
    if (bytes.len > BUFFER_LEN - sink->len && tv_sink_flush(sink) != TV_OK) {
        return TV_ERR_WRITE;
    }
    if (sink->error != 0) {
        return TV_ERR_WRITE;
    }
    if (bytes.len >= BUFFER_LEN) {
        return note(sink, tv_fd_write(sink->fd, bytes));
    }
    if (bytes.len > 0) {
        memcpy(sink->buffer + sink->len, bytes.ptr, bytes.len);
        sink->len += bytes.len;
    }
    return TV_OK;
}

// Closes a descriptor that was opened here; 0 or an errno, for a file system that writes late.
static int close_fd(tv_sink *sink)
{
    int error = sink->owns_fd && close(sink->fd) != 0 && errno != EINTR ? errno : 0;
    sink->fd = -1;
    sink->owns_fd = false;
    return error;
}

// Removes the temporary file, if there still is one.
static void discard_temp(tv_sink *sink)
{
    if (sink->temp != NULL) {
        unlink(sink->temp);
        free(sink->temp);
        sink->temp = NULL;
    }
}

tv_status tv_sink_commit(tv_sink *sink)
{
    tv_status status = tv_sink_flush(sink);
    if (status == TV_OK && sink->temp != NULL && fdatasync(sink->fd) != 0) {
        status = note(sink, errno);
    }
    int error = close_fd(sink);
    if (status == TV_OK) {
        status = note(sink, error);
    }
    if (status == TV_OK && sink->temp != NULL) {
        if (rename(sink->temp, sink->path) == 0) {
            free(sink->temp);
            sink->temp = NULL;
        } else {
            status = note(sink, errno);
        }
    }
    discard_temp(sink);
    return status;
}

int tv_sink_errno(const tv_sink *sink)
{
    return sink->error;
}

void tv_sink_close(tv_sink *sink)
{
    if (sink == NULL) {
        return;
    }
    (void)close_fd(sink); // what was not committed is abandoned, whether it arrived or not
    discard_temp(sink);
    free(sink->path);
    free(sink);
}
