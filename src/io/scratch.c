// SPDX-License-Identifier: Apache-2.0
// In: bytes. Out: a path that leads to them for as long as this process wants. What the bytes are,
// and who reads them, is left to the caller.
#include "io/scratch.h"

#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int make_unnamed(int *fd, const char *directory)
{
    static const char pattern[] = "/trustval-XXXXXX";
    size_t len = strlen(directory);
    char *name = malloc(len + sizeof(pattern));
    if (name == NULL) {
        return ENOMEM;
    }
    memcpy(name, directory, len);
    memcpy(name + len, pattern, sizeof(pattern));
    int error = 0;
    *fd = mkstemp(name);
    if (*fd < 0 || unlink(name) != 0 || fcntl(*fd, F_SETFD, FD_CLOEXEC) != 0) {
        error = errno;
    }
    free(name);
    return error;
}

tv_status tv_scratch_open(tv_scratch *out, const char *directory, tv_span bytes, int *error)
{
    *out = (tv_scratch){0};
    int fd = -1;
    int failure = make_unnamed(&fd, directory);
    tv_status status = failure == 0 ? TV_OK : TV_ERR_OPEN;
    if (failure == 0) {
        failure = tv_fd_write(fd, bytes);
        status = failure == 0 ? TV_OK : TV_ERR_WRITE;
    }
    if (error != NULL) {
        *error = failure;
    }
    if (status != TV_OK) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return failure == ENOMEM ? TV_ERR_NOMEM : status;
    }
    *out = (tv_scratch){.is_open = true, .fd = fd};
    (void)snprintf(out->path, sizeof(out->path), "/dev/fd/%d", fd);
    return TV_OK;
}

void tv_scratch_close(tv_scratch *scratch)
{
    if (scratch->is_open) {
        (void)close(scratch->fd);
    }
    *scratch = (tv_scratch){0};
}
