// SPDX-License-Identifier: Apache-2.0
// In: an array's pointer and capacity. Out: the same array with room for more. Counts, types and
// the freeing of the array stay with its owner.
#include "base/vec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAP = 8 };

bool tv_vec_grow(void **ptr, size_t *cap, size_t need, size_t size)
{
    assert(size > 0);
    if (need <= *cap) {
        return true;
    }
    size_t items = *cap < SMALLEST_CAP ? SMALLEST_CAP : *cap;
    while (items < need) {
        if (!tv_size_mul(&items, items, 2)) {
            items = need;
        }
    }
    size_t len;
    if (!tv_size_mul(&len, items, size)) {
        return false;
    }
    // `ptr` is the address of a typed pointer, which must not be read as a void pointer.
    void *old;
    memcpy(&old, (const void *)ptr, sizeof(old));
    void *grown = realloc(old, len);
    if (grown == NULL) {
        return false;
    }
    memcpy((void *)ptr, &grown, sizeof(grown));
    *cap = items;
    return true;
}
