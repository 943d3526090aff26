// SPDX-License-Identifier: Apache-2.0
// In: sizes. Out: 16-byte aligned memory that lives until reset or close. Chunks double from 16 KiB
// to 4 MiB; a request that would waste much of a chunk gets one of its own, behind the current one,
// so that at most half of any chunk stays unused. What the bytes mean is the caller's business.
#include "base/arena.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    FIRST_CHUNK = 16 * 1024,
    LARGEST_STEP = 4 * 1024 * 1024,
};

struct tv_arena_chunk {
    tv_arena_chunk *older;
    size_t len; // bytes behind the header
};

// The header takes whole units of the alignment, so that the bytes behind it are aligned, too.
#define HEADER_LEN ((sizeof(tv_arena_chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static uint8_t *chunk_bytes(tv_arena_chunk *chunk)
{
    return (uint8_t *)chunk + HEADER_LEN;
}

static tv_arena_chunk *chunk_new(size_t len)
{
    size_t total;
    if (!tv_size_add(&total, len, HEADER_LEN)) {
        return NULL;
    }
    tv_arena_chunk *chunk = aligned_alloc(ALIGNMENT, total);
    if (chunk != NULL) {
        *chunk = (tv_arena_chunk){.len = len};
    }
    return chunk;
}

static size_t next_chunk_len(const tv_arena *arena)
{
    if (arena->chunks == NULL) {
        return FIRST_CHUNK;
    }
    size_t last = arena->chunks->len;
    return last < LARGEST_STEP / 2 ? last * 2 : LARGEST_STEP;
}

// Memory for a request that the current chunk cannot serve.
static void *alloc_from_new_chunk(tv_arena *arena, size_t len)
{
    size_t step = next_chunk_len(arena);
    bool alone = len > step / 2;
    tv_arena_chunk *chunk = chunk_new(alone ? len : step);
    if (chunk == NULL) {
        return NULL;
    }
    if (alone && arena->chunks != NULL) {
        chunk->older = arena->chunks->older;
        arena->chunks->older = chunk;
        return chunk_bytes(chunk);
    }
    chunk->older = arena->chunks;
    arena->chunks = chunk;
    arena->next = chunk_bytes(chunk) + len;
    arena->left = chunk->len - len;
    return chunk_bytes(chunk);
}

void *tv_arena_alloc(tv_arena *arena, size_t len)
{
    size_t rounded;
    if (!tv_size_add(&rounded, len == 0 ? 1 : len, ALIGNMENT - 1)) {
        return NULL;
    }
    rounded -= rounded % ALIGNMENT;
    void *bytes = arena->next;
    if (rounded <= arena->left) {
        arena->next += rounded;
        arena->left -= rounded;
    } else {
        bytes = alloc_from_new_chunk(arena, rounded);
    }
    if (bytes != NULL) {
        arena->used += rounded;
    }
    return bytes;
}

void *tv_arena_array(tv_arena *arena, size_t count, size_t size)
{
    size_t len;
    if (!tv_size_mul(&len, count, size)) {
        return NULL;
    }
    void *items = tv_arena_alloc(arena, len);
    if (items != NULL) {
        memset(items, 0, len);
    }
    return items;
}

tv_span tv_arena_copy(tv_arena *arena, tv_span bytes)
{
    size_t len;
    uint8_t *copy = tv_size_add(&len, bytes.len, 1) ? tv_arena_alloc(arena, len) : NULL;
    if (copy == NULL) {
        return (tv_span){NULL, 0};
    }
    if (bytes.len > 0) {
        memcpy(copy, bytes.ptr, bytes.len);
    }
    copy[bytes.len] = 0;
    return (tv_span){copy, bytes.len};
}

void tv_arena_reset(tv_arena *arena)
{
    tv_arena_chunk *largest = arena->chunks;
    for (tv_arena_chunk *chunk = arena->chunks; chunk != NULL; chunk = chunk->older) {
        largest = chunk->len > largest->len ? chunk : largest;
    }
    for (tv_arena_chunk *chunk = arena->chunks; chunk != NULL;) {
        tv_arena_chunk *older = chunk->older;
        if (chunk != largest) {
            free(chunk);
        }
        chunk = older;
    }
    *arena = (tv_arena){.chunks = largest};
    if (largest != NULL) {
        largest->older = NULL;
        arena->next = chunk_bytes(largest);
        arena->left = largest->len;
    }
}

void tv_arena_close(tv_arena *arena)
{
    for (tv_arena_chunk *chunk = arena->chunks; chunk != NULL;) {
        tv_arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    *arena = (tv_arena){0};
}
