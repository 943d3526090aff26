// SPDX-License-Identifier: Apache-2.0
// Grow-only memory, freed at once. Blocks are aligned for any object. One thread at a time.
#ifndef TV_BASE_ARENA_H
#define TV_BASE_ARENA_H

#include "tv/common.h"

typedef struct tv_arena_chunk tv_arena_chunk;

// A zeroed arena is empty and ready. `used` counts the bytes handed out since the last reset, each
// request rounded up to 16.
typedef struct tv_arena {
    tv_arena_chunk *chunks;
    uint8_t *next;
    size_t left;
    size_t used;
} tv_arena;

// `len` bytes, not cleared, aligned to 16; NULL when memory is out. A `len` of 0 gives a pointer
// that may not be read.
void *tv_arena_alloc(tv_arena *arena, size_t len) TV_MUST_USE;

// An array of `count` items of `size` bytes, cleared; NULL when memory is out or the product
// overflows.
void *tv_arena_array(tv_arena *arena, size_t count, size_t size) TV_MUST_USE;

// A copy of `bytes`; `ptr` is NULL when memory is out. A NUL follows the copy, not counted.
tv_span tv_arena_copy(tv_arena *arena, tv_span bytes) TV_MUST_USE;

// Takes everything back but keeps the largest chunk for reuse.
void tv_arena_reset(tv_arena *arena);
void tv_arena_close(tv_arena *arena);

#endif
