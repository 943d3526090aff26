// SPDX-License-Identifier: Apache-2.0
// The instruction sets that the library uses where they make it faster. Results are the same with
// each of them: the choice is for measuring, for comparing and for narrowing down a bug.
#ifndef TV_CPU_H
#define TV_CPU_H

#include "tv/common.h"

#ifdef __cplusplus
extern "C" {
#endif

// Each level holds those before it. Machines other than x86-64 have the portable one alone.
typedef enum tv_cpu_level {
    TV_CPU_PORTABLE, // what the compiler may take for granted
    TV_CPU_AVX2,
    TV_CPU_IFMA, // AVX-512 with F, BW, VL, VBMI and IFMA
} tv_cpu_level;
#define TV_CPU_NUM_LEVELS 3

// The highest level that the processor and its operating system offer.
TV_API tv_cpu_level tv_cpu_best(void);

// The level in use: the best one, unless another was chosen.
TV_API tv_cpu_level tv_cpu_used(void);

// Makes the whole process use `level` from here on; best called before there is work. False, and
// nothing changed, when the machine lacks it.
TV_API TV_MUST_USE bool tv_cpu_use(tv_cpu_level level);

// "portable", "avx2" or "ifma". Static storage.
TV_API const char *tv_cpu_name(tv_cpu_level level);

// The level of that name. False, `*out` untouched, when there is none.
TV_API bool tv_cpu_find(tv_cpu_level *out, const char *name);

#ifdef __cplusplus
}
#endif

#endif
