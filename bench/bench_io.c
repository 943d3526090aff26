// SPDX-License-Identifier: Apache-2.0
// The io room: a file of 16 MB mapped and touched, and read; many small pieces written to a sink.
#include "bench.h"

#include "base/buf.h"
#include "base/sequence.h"
#include "io/map.h"
#include "io/scratch.h"
#include "io/sink.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_LEN = 16 << 20, PAGE_LEN = 4096, PIECE_LEN = 300, NUM_PIECES = 10000 };

static void teardown(void *state)
{
    tv_scratch_close(state);
    free(state);
}

static void *setup_file(tv_bench_load *load)
{
    tv_scratch *scratch = calloc(1, sizeof(*scratch));
    tv_buf bytes = {0};
    tv_sequence sequence = tv_sequence_of(11, 0);
    bool good = scratch != NULL && tv_buf_reserve(&bytes, FILE_LEN);
    if (good) {
        tv_sequence_fill(&sequence, bytes.ptr, FILE_LEN);
        bytes.len = FILE_LEN;
        good = tv_scratch_open(scratch, "/tmp", tv_buf_span(&bytes), NULL) == TV_OK;
    }
    tv_buf_close(&bytes);
    if (!good) {
        free(scratch);
        return NULL;
    }
    load->bytes = FILE_LEN;
    return scratch;
}

// A byte of each page.
static uint64_t touch(const char *path, bool use_mmap)
{
    tv_map map;
    uint64_t sum = 0;
    if (tv_map_open(&map, path, use_mmap, 0) != TV_OK) {
        return 0;
    }
    for (size_t at = 0; at < map.bytes.len; at += PAGE_LEN) {
        sum += map.bytes.ptr[at];
    }
    tv_map_close(&map);
    return sum;
}

static uint64_t run_map(void *state)
{
    const tv_scratch *scratch = state;
    return touch(scratch->path, true);
}

static uint64_t run_read(void *state)
{
    const tv_scratch *scratch = state;
    return touch(scratch->path, false);
}

static void *setup_pieces(tv_bench_load *load)
{
    uint8_t *piece = malloc(PIECE_LEN);
    if (piece != NULL) {
        memset(piece, 'x', PIECE_LEN);
    }
    load->items = NUM_PIECES;
    load->bytes = (uint64_t)PIECE_LEN * NUM_PIECES;
    return piece;
}

static uint64_t run_sink(void *state)
{
    tv_sink *sink;
    uint64_t good = 0;
    if (tv_sink_open(&sink, "/dev/null", NULL) != TV_OK) {
        return 0;
    }
    for (size_t i = 0; i < NUM_PIECES; i++) {
        good += tv_sink_write(sink, (tv_span){state, PIECE_LEN}) == TV_OK;
    }
    good += tv_sink_commit(sink) == TV_OK;
    tv_sink_close(sink);
    return good;
}

const tv_bench_case tv_bench_io[] = {
    {"map_and_touch", setup_file, run_map, teardown},
    {"read_and_touch", setup_file, run_read, teardown},
    {"sink", setup_pieces, run_sink, free},
    {0},
};
