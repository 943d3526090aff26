// SPDX-License-Identifier: Apache-2.0
// Typed arrays on the heap: pointer, count and capacity stay the caller's own fields.
#ifndef TV_BASE_VEC_H
#define TV_BASE_VEC_H

#include "tv/common.h"

// Makes room for at least `need` items of `size` bytes in `*ptr`, doubling. False, with everything
// as it was, when memory is out or a product overflows. New items are not cleared. The caller
// frees `*ptr` with free().
bool tv_vec_grow(void **ptr, size_t *cap, size_t need, size_t size);

// Checked arithmetic on sizes that come from input: false on overflow.
static inline bool tv_size_add(size_t *out, size_t a, size_t b)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool tv_size_mul(size_t *out, size_t a, size_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

#endif
