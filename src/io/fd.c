// SPDX-License-Identifier: Apache-2.0
// In: descriptors and buffers. Out: transfers that are whole or failed. A descriptor in
// non-blocking mode (a terminal shared with a program that set it) is waited for. What is opened,
// and why, is the business of map, stream and sink.
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

int tv_fd_open(int *out, const char *path, int flags, unsigned mode)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC | O_NOCTTY, (mode_t)mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        return errno;
    }
    *out = fd;
    return 0;
}

// Whether a transfer that failed with `error` is to be tried again, after waiting where needed.
static bool try_again(int fd, int error, short events)
{
    if (error == EINTR) {
        return true;
    }
    if (error != EAGAIN && error != EWOULDBLOCK) {
        return false;
    }
    struct pollfd ready = {.fd = fd, .events = events};
    return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

int tv_fd_read(int fd, void *into, size_t len, size_t *got)
{
    size_t done = 0;
    while (done < len) {
        ssize_t step = read(fd, (uint8_t *)into + done, len - done);
        if (step == 0) {
            break;
        }
        if (step > 0) {
            done += (size_t)step;
        } else if (!try_again(fd, errno, POLLIN)) {
            return errno;
        }
    }
    *got = done;
    return 0;
}

int tv_fd_write(int fd, tv_span bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t step = write(fd, bytes.ptr + done, bytes.len - done);
        if (step > 0) {
            done += (size_t)step;
        } else if (step == 0) {
            return EIO; // no progress and no reason
        } else if (!try_again(fd, errno, POLLOUT)) {
            return errno;
        }
    }
    return 0;
}
