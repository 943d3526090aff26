// SPDX-License-Identifier: Apache-2.0
// In: the name of a file. Out: all of its bytes, mapped or read. A regular file of size 0 is read,
// too: files of /proc have contents but no size.
#include "io/map.h"

#include "base/buf.h"
#include "io/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 64 * 1024 };

static tv_status map_file(tv_map *map, int fd, size_t len)
{
    void *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        map->error = errno;
        return map->error == ENOMEM ? TV_ERR_NOMEM : TV_ERR_READ;
    }
    map->bytes = (tv_span){bytes, len};
    map->kind = TV_MAP_MAPPED;
    return TV_OK;
}

// Reads to the end of the input. `expected` is a guess of the length, which saves copies.
static tv_status read_all(tv_map *map, tv_stream *stream, size_t expected, uint64_t max)
{
    tv_buf buf = {0};
    tv_status status = TV_OK;
    // One byte more than expected, so that the end is seen without growing.
    size_t step = expected < SIZE_MAX ? expected + 1 : expected;
    size_t got;
    do {
        if (!tv_buf_reserve(&buf, step)) {
            status = TV_ERR_NOMEM;
            map->error = ENOMEM;
            goto done;
        }
        step = buf.cap - buf.len;
        if (max != 0 && step > max - buf.len + 1) {
            step = (size_t)(max - buf.len + 1); // enough to see that there is too much
        }
        status = tv_stream_read(stream, buf.ptr + buf.len, step, &got);
        if (status != TV_OK) {
            map->error = stream->error;
            goto done;
        }
        buf.len += got;
        if (max != 0 && buf.len > max) {
            status = TV_ERR_TOO_LARGE;
            map->error = EFBIG;
            goto done;
        }
    } while (got == step);
    map->bytes = tv_buf_span(&buf);
    map->kind = TV_MAP_READ;
    buf = (tv_buf){0}; // the map owns the memory from here on
done:
    tv_buf_close(&buf);
    return status;
}

static tv_status open_stream(tv_map *map, tv_stream *stream, bool use_mmap, uint64_t max)
{
    struct stat info;
    if (fstat(stream->fd, &info) != 0) {
        map->error = errno;
        return TV_ERR_OPEN;
    }
    bool has_size = S_ISREG(info.st_mode) && info.st_size > 0;
    if (!has_size) {
        return read_all(map, stream, FIRST_READ, max);
    }
    uint64_t len = (uint64_t)info.st_size;
    // A standard input that somebody began to read cannot be mapped from where it stands.
    bool begun = !stream->owns_fd && lseek(stream->fd, 0, SEEK_CUR) != 0;
    if (!begun && ((max != 0 && len > max) || len > SIZE_MAX)) {
        map->error = EFBIG;
        return TV_ERR_TOO_LARGE;
    }
    return use_mmap && !begun ? map_file(map, stream->fd, (size_t)len)
                              : read_all(map, stream, begun ? FIRST_READ : (size_t)len, max);
}

tv_status tv_map_open(tv_map *map, const char *path, bool use_mmap, uint64_t max)
{
    *map = (tv_map){0};
    tv_stream stream;
    tv_status status = tv_stream_open(&stream, path);
    if (status != TV_OK) {
        map->error = stream.error;
        return status;
    }
    status = open_stream(map, &stream, use_mmap, max);
    tv_stream_close(&stream);
    return status;
}

void tv_map_close(tv_map *map)
{
    if (map->kind == TV_MAP_MAPPED) {
        munmap((void *)map->bytes.ptr, map->bytes.len);
    } else if (map->kind == TV_MAP_READ) {
        free((void *)map->bytes.ptr);
    }
    *map = (tv_map){0};
}
