// SPDX-License-Identifier: Apache-2.0
// The bytes of one file: a read-only mapping of a regular file, a plain read of anything else
// (pipe, FIFO, terminal, /dev/stdin) or of everything when mapping is not wanted. Decides nothing
// about what the bytes mean.
#ifndef TV_IO_MAP_H
#define TV_IO_MAP_H

#include "tv/status.h"

typedef enum tv_map_kind {
    TV_MAP_NONE = 0, // zeroed, closed
    TV_MAP_MAPPED,
    TV_MAP_READ,
} tv_map_kind;

typedef struct tv_map {
    tv_span bytes; // borrowed from the mapping; lives until tv_map_close
    tv_map_kind kind;
    int error; // errno of the failure when opening or reading failed, else 0
} tv_map;

// Opens `path` ("-" is standard input) whole. TV_ERR_OPEN, TV_ERR_READ, TV_ERR_IS_DIRECTORY,
// TV_ERR_TOO_LARGE (more than `max` bytes; 0: no bound), TV_ERR_NOMEM; `map->error` has the errno.
// With `use_mmap` false a regular file is read, too: a mapped file that shrinks kills its reader.
TV_MUST_USE tv_status tv_map_open(tv_map *map, const char *path, bool use_mmap, uint64_t max);
void tv_map_close(tv_map *map);

#endif
