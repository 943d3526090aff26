// SPDX-License-Identifier: Apache-2.0
// In: the tables of bench.h. Out: one Google Benchmark case per row, and its report. The only C++
// of the project: what is measured, and the measuring of it, are C. Options are Google Benchmark's.
#include "bench.h"

#include <benchmark/benchmark.h>
#include <string>

namespace
{

bool any_failed = false;

void run_case(benchmark::State &bench, const tv_bench_case *row)
{
    tv_bench_load load = {};
    any_failed = !tv_cpu_use(tv_cpu_best()) || any_failed;
    void *state = row->setup(&load);
    if (state == nullptr) {
        any_failed = !load.lacks_cpu || any_failed;
        bench.SkipWithError(load.lacks_cpu ? "not on this machine" : "setup failed");
        return;
    }
    for (auto _ : bench) {
        benchmark::DoNotOptimize(row->run(state));
    }
    row->teardown(state);
    auto iterations = static_cast<uint64_t>(bench.iterations());
    if (load.bytes > 0) {
        bench.SetBytesProcessed(static_cast<int64_t>(load.bytes * iterations));
    }
    if (load.items > 0) {
        bench.SetItemsProcessed(static_cast<int64_t>(load.items * iterations));
    }
}

void register_table(const char *room, const tv_bench_case *rows)
{
    for (const tv_bench_case *row = rows; row->name != nullptr; row++) {
        std::string name = std::string(room) + "/" + row->name;
        benchmark::RegisterBenchmark(name.c_str(), run_case, row);
    }
}

} // namespace

int main(int argc, char **argv)
{
#define TV_BENCH_REGISTER(room) register_table(#room, tv_bench_##room);
    TV_BENCH_TABLES(TV_BENCH_REGISTER)
#undef TV_BENCH_REGISTER
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    if (benchmark::RunSpecifiedBenchmarks() == 0) {
        return 2;
    }
    benchmark::Shutdown();
    return any_failed ? 2 : 0;
}
