// SPDX-License-Identifier: Apache-2.0
// In: the name of a small file and the length it should have. Out: its bytes in an arena. Whether a
// file is small and regular is told by whoever looked at it before.
#include "io/whole.h"

#include "base/span.h"
#include "base/vec.h"
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

// Reads up to `len` bytes, fewer only at the end of the file. 0 or an errno. A file that turned
// into a pipe with nothing in it is an error and not waited for.
static int read_up_to(int fd, uint8_t *into, size_t len, size_t enough, size_t *got)
{
    size_t done = 0;
    *got = 0;
    while (done < len) {
        ssize_t step = read(fd, into + done, len - done);
        if (step > 0) {
            done += (size_t)step;
        } else if (step == 0) {
            break;
        } else if (errno != EINTR) {
            return errno;
        }
        if (done == enough) {
            break; // as long as it should be, and the read found no more
        }
    }
    *got = done;
    return 0;
}

// Reads the rest of a file that has grown, behind the `have` bytes at `bytes`.
static tv_status read_rest(int fd, tv_arena *arena, tv_span *bytes, size_t max, int *error)
{
    for (;;) {
        size_t len;
        uint8_t *room = NULL;
        if (tv_size_mul(&len, bytes->len, 2)) {
            room = tv_arena_alloc(arena, len);
        }
        if (room == NULL) {
            *error = ENOMEM;
            return TV_ERR_NOMEM;
        }
        size_t got;
        memcpy(room, bytes->ptr, bytes->len);
        *error = read_up_to(fd, room + bytes->len, len - bytes->len, SIZE_MAX, &got);
        if (*error != 0) {
            return TV_ERR_READ;
        }
        *bytes = tv_span_make(room, bytes->len + got);
        if (bytes->len > max) {
            *error = EFBIG;
            return TV_ERR_TOO_LARGE;
        }
        if (bytes->len < len) {
            return TV_OK;
        }
    }
}

static tv_status read_file(int fd, tv_span *out, tv_arena *arena, size_t expected, size_t max,
                           int *error)
{
    // One byte more than expected, so that a file that has grown is seen.
    size_t room;
    uint8_t *bytes = tv_size_add(&room, expected, 1) ? tv_arena_alloc(arena, room) : NULL;
    if (bytes == NULL) {
        *error = ENOMEM;
        return TV_ERR_NOMEM;
    }
    size_t got;
    *error = read_up_to(fd, bytes, room, expected, &got);
    if (*error != 0) {
        return TV_ERR_READ;
    }
    *out = tv_span_make(bytes, got);
    return got == room ? read_rest(fd, arena, out, max, error) : TV_OK;
}

tv_status tv_whole_read(tv_span *out, tv_arena *arena, const char *path, size_t expected,
                        size_t max, int *error)
{
    int fd;
    *error = tv_fd_open(&fd, path, O_RDONLY | O_NONBLOCK, 0);
    if (*error != 0) {
        return TV_ERR_OPEN;
    }
    tv_span bytes = {NULL, 0};
    tv_status status = read_file(fd, &bytes, arena, expected, max, error);
    close(fd);
    if (status == TV_OK) {
        *out = bytes;
    }
    return status;
}
