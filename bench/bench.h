// SPDX-License-Identifier: Apache-2.0
// What a bench is. Each bench/bench_<room>.c defines one table, tv_bench_<room>, that ends with a
// zeroed row; bench_main.cc runs every row under Google Benchmark as "<room>/<name>" and turns its
// load into bytes and items a second. A new file needs no edit elsewhere: CMake finds it.
//
//     static void *setup_scan(tv_bench_load *load) { ...; load->bytes = text_len; return state; }
//     static uint64_t run_scan(void *state) { ...; return blocks; }
//     const tv_bench_case tv_bench_pem[] = {
//         {"scan", setup_scan, run_scan, free},
//         {0},
//     };
//
// Inputs are made from a fixed seed, so that two runs measure the same work.
#ifndef TV_BENCH_H
#define TV_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "bench_tables.h"
#include "tv/cpu.h"

#ifdef __cplusplus
extern "C" {
#endif

// The work of one call of `run`; a zero is not shown.
typedef struct tv_bench_load {
    uint64_t bytes; // bytes that go in
    uint64_t items; // certificates, blocks, signatures: what the case counts
    bool lacks_cpu; // the machine cannot run this case, which is no failure
} tv_bench_load;

// For the setup of a case that is about one level of tv/cpu.h: the case runs with it, the next one
// with the best again. False where the machine lacks it; setup then returns NULL.
static inline bool tv_bench_use(tv_bench_load *load, tv_cpu_level level)
{
    load->lacks_cpu = !tv_cpu_use(level);
    return !load->lacks_cpu;
}

typedef struct tv_bench_case {
    const char *name; // snake_case, unique in its table
    // Makes the state that every call of `run` gets and fills in `load`. NULL: the case cannot run
    // here, which fails the whole bench unless it is for want of instructions.
    void *(*setup)(tv_bench_load *load);
    // One iteration, timed. A short one loops over many items, as the call itself costs some
    // nanoseconds. What it returns depends on the work, so that none of it is optimised away.
    uint64_t (*run)(void *state);
    void (*teardown)(void *state);
} tv_bench_case;

#define TV_BENCH_DECLARE(room) extern const tv_bench_case tv_bench_##room[];
TV_BENCH_TABLES(TV_BENCH_DECLARE)
#undef TV_BENCH_DECLARE

#ifdef __cplusplus
}
#endif

#endif
