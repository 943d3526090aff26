// SPDX-License-Identifier: Apache-2.0
// The base room: hashes of certificate-sized inputs, the arena, and texts of instants.
#include "bench.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/span.h"
#include "base/time.h"

#include <stdlib.h>

enum {
    CERT_LEN = 1006, // mean length of a client certificate
    NUM_CERTS = 1000,
    NUM_TIMES = 1000,
};

static void *setup_bytes(tv_bench_load *load)
{
    uint8_t *bytes = malloc((size_t)NUM_CERTS * CERT_LEN);
    if (bytes != NULL) {
        uint64_t seed = 7;
        for (size_t i = 0; i < (size_t)NUM_CERTS * CERT_LEN; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            bytes[i] = (uint8_t)(seed >> 56);
        }
        load->bytes = (uint64_t)NUM_CERTS * CERT_LEN;
        load->items = NUM_CERTS;
    }
    return bytes;
}

static void *setup_bytes_portable(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_PORTABLE) ? setup_bytes(load) : NULL;
}

static void *setup_bytes_avx2(tv_bench_load *load)
{
    return tv_bench_use(load, TV_CPU_AVX2) ? setup_bytes(load) : NULL;
}

static uint64_t run_hasher_128(void *state)
{
    const uint8_t *bytes = state;
    uint64_t sum = 0;
    tv_hasher hasher;
    tv_hasher_open(&hasher, 1);
    for (size_t i = 0; i < NUM_CERTS; i++) {
        sum += tv_hasher_128(&hasher, (tv_span){bytes + i * CERT_LEN, CERT_LEN}).low;
    }
    return sum;
}

static uint64_t run_hash_64(void *state)
{
    const uint8_t *bytes = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        sum += tv_hash_64((tv_span){bytes + i * CERT_LEN, CERT_LEN}, 1);
    }
    return sum;
}

static void *setup_arena(tv_bench_load *load)
{
    load->items = NUM_CERTS;
    return calloc(1, sizeof(tv_arena));
}

static uint64_t run_arena(void *state)
{
    tv_arena *arena = state;
    uint64_t sum = 0;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        uint8_t *bytes = tv_arena_alloc(arena, 64 + i % 512);
        if (bytes != NULL) {
            bytes[0] = (uint8_t)i;
            sum += bytes[0];
        }
    }
    tv_arena_reset(arena);
    return sum;
}

static void close_arena(void *state)
{
    tv_arena_close(state);
    free(state);
}

static void *setup_buf(tv_bench_load *load)
{
    load->items = NUM_CERTS;
    return calloc(1, sizeof(tv_buf));
}

static uint64_t run_buf(void *state)
{
    tv_buf *buf = state;
    tv_buf_clear(buf);
    for (uint64_t i = 0; i < NUM_CERTS; i++) {
        tv_buf_add_u64(buf, i * 1234567);
        tv_buf_add_byte(buf, ',');
        tv_buf_add(buf, TV_LIT("CN=client,O=Example"));
        tv_buf_add_hex(buf, TV_LIT("0123456789abcdef"));
    }
    return buf->len + buf->ptr[buf->len - 1];
}

static void close_buf(void *state)
{
    tv_buf_close(state);
    free(state);
}

static void *setup_times(tv_bench_load *load)
{
    load->items = NUM_TIMES;
    return malloc(1);
}

static uint64_t run_times(void *state)
{
    (void)state;
    uint64_t sum = 0;
    for (tv_time i = 0; i < NUM_TIMES; i++) {
        char text[TV_TIME_TEXT_LEN];
        tv_time back = 0;
        tv_time_format(text, i * 2345678);
        if (tv_time_parse(&back, tv_span_make(text, TV_TIME_TEXT_LEN - 1), 0)) {
            sum += (uint64_t)back;
        }
    }
    return sum;
}

const tv_bench_case tv_bench_base[] = {
    {"hasher_128", setup_bytes, run_hasher_128, free},
    {"hasher_128_portable", setup_bytes_portable, run_hasher_128, free},
    {"hasher_128_avx2", setup_bytes_avx2, run_hasher_128, free},
    {"hash_64", setup_bytes, run_hash_64, free},
    {"arena_alloc", setup_arena, run_arena, close_arena},
    {"buf_row", setup_buf, run_buf, close_buf},
    {"time_format_and_parse", setup_times, run_times, free},
    {0},
};
