// SPDX-License-Identifier: Apache-2.0
// In: CPUID, as the compiler's run-time library has read it (XGETBV included: a set whose registers
// the operating system does not save is not offered). Out: the level in use, which whoever has
// forms for several levels asks for. The level is the one thing here that is shared by threads; any
// of its values is good at any time, so that its accesses order nothing.
#include "tv/cpu.h"

#include <stdatomic.h>
#include <string.h>

static const char *const names[TV_CPU_NUM_LEVELS] = {
    [TV_CPU_PORTABLE] = "portable",
    [TV_CPU_AVX2] = "avx2",
    [TV_CPU_IFMA] = "ifma",
};

enum { UNDECIDED = -1 };

static _Atomic int used = UNDECIDED;

tv_cpu_level tv_cpu_best(void)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2")) {
        return TV_CPU_PORTABLE;
    }
    bool ifma = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
                __builtin_cpu_supports("avx512ifma");
    return ifma ? TV_CPU_IFMA : TV_CPU_AVX2;
#else
    return TV_CPU_PORTABLE;
#endif
}

tv_cpu_level tv_cpu_used(void)
{
    int level = atomic_load_explicit(&used, memory_order_relaxed);
    if (level == UNDECIDED) {
        level = (int)tv_cpu_best();
        // A choice made meanwhile stands.
        int expected = UNDECIDED;
        if (!atomic_compare_exchange_strong_explicit(&used, &expected, level, memory_order_relaxed,
                                                     memory_order_relaxed)) {
            level = expected;
        }
    }
    return (tv_cpu_level)level;
}

bool tv_cpu_use(tv_cpu_level level)
{
    if (level > tv_cpu_best()) {
        return false;
    }
    atomic_store_explicit(&used, (int)level, memory_order_relaxed);
    return true;
}

const char *tv_cpu_name(tv_cpu_level level)
{
    return names[level];
}

bool tv_cpu_find(tv_cpu_level *out, const char *name)
{
    for (int i = 0; i < TV_CPU_NUM_LEVELS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (tv_cpu_level)i;
            return true;
        }
    }
    return false;
}
