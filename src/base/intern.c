// SPDX-License-Identifier: Apache-2.0
// Byte strings come in, ids go out. Open addressing with linear probing over 32-bit ids; the
// 128-bit hash of each string stands beside it, so that bytes are compared only when the hashes are
// equal.

#include "base/intern.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/span.h"
#include "base/vec.h"

#include <stdlib.h>

typedef struct member {
    tv_hash128 hash;
    tv_span bytes;
} member;

struct tv_intern {
    tv_hasher hasher;
    tv_intern_mode mode;
    uint32_t *slots;  // ids, TV_ID_NONE where free
    size_t num_slots; // a power of two, at least half of them free
    member *members;
    size_t num_members, cap_members;
    tv_arena copies;
};

enum { FIRST_SLOTS = 64 };

static uint32_t *make_slots(size_t count)
{
    size_t len;
    if (!tv_size_mul(&len, count, sizeof(uint32_t))) {
        return NULL;
    }
    uint32_t *slots = malloc(len);
    if (slots != NULL) {
        memset(slots, 0xff, len); // every slot TV_ID_NONE
    }
    return slots;
}

tv_status tv_intern_open(tv_intern **out, tv_intern_mode mode)
{
    *out = NULL;
    tv_intern *set = calloc(1, sizeof(*set));
    if (set == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_hasher_open(&set->hasher, tv_hash_random_seed());
    set->mode = mode;
    set->num_slots = FIRST_SLOTS;
    set->slots = make_slots(set->num_slots);
    if (set->slots == NULL) {
        tv_intern_close(set);
        return TV_ERR_NOMEM;
    }
    *out = set;
    return TV_OK;
}

void tv_intern_close(tv_intern *set)
{
    if (set == NULL) {
        return;
    }
    free(set->slots);
    free(set->members);
    tv_arena_close(&set->copies);
    free(set);
}

// The slot that holds `bytes`, or the free one where they belong.
static size_t find_slot(const tv_intern *set, tv_hash128 hash, tv_span bytes)
{
    size_t mask = set->num_slots - 1;
    for (size_t at = (size_t)hash.low & mask;; at = (at + 1) & mask) {
        uint32_t id = set->slots[at];
        if (id == TV_ID_NONE) {
            return at;
        }
        const member *known = &set->members[id];
        if (known->hash.low == hash.low && known->hash.high == hash.high &&
            tv_span_equal(known->bytes, bytes)) {
            return at;
        }
    }
}

static tv_status grow(tv_intern *set)
{
    size_t count = set->num_slots * 2;
    uint32_t *slots = make_slots(count);
    if (slots == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t id = 0; id < set->num_members; id++) {
        size_t at = (size_t)set->members[id].hash.low & (count - 1);
        while (slots[at] != TV_ID_NONE) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (uint32_t)id;
    }
    free(set->slots);
    set->slots = slots;
    set->num_slots = count;
    return TV_OK;
}

tv_hash128 tv_intern_hash(const tv_intern *set, tv_span bytes)
{
    return tv_hasher_128(&set->hasher, bytes);
}

tv_status tv_intern_add(tv_intern *set, tv_span bytes, uint32_t *id, bool *is_new)
{
    return tv_intern_add_hashed(set, bytes, tv_intern_hash(set, bytes), id, is_new);
}

tv_status tv_intern_add_hashed(tv_intern *set, tv_span bytes, tv_hash128 hash, uint32_t *id,
                               bool *is_new)
{
    size_t at = find_slot(set, hash, bytes);
    bool found = set->slots[at] != TV_ID_NONE;
    if (is_new != NULL) {
        *is_new = !found;
    }
    if (found) {
        *id = set->slots[at];
        return TV_OK;
    }
    if (set->num_members >= TV_ID_NONE - 1) {
        return TV_ERR_TOO_LARGE;
    }
    if ((set->num_members + 1) * 2 > set->num_slots) {
        tv_status status = grow(set);
        if (status != TV_OK) {
            return status;
        }
        at = find_slot(set, hash, bytes);
    }
    if (!tv_vec_grow((void **)&set->members, &set->cap_members, set->num_members + 1,
                     sizeof(member))) {
        return TV_ERR_NOMEM;
    }
    if (set->mode == TV_INTERN_COPY) {
        bytes = tv_arena_copy(&set->copies, bytes);
        if (bytes.ptr == NULL) {
            return TV_ERR_NOMEM;
        }
    }
    *id = (uint32_t)set->num_members;
    set->members[set->num_members++] = (member){hash, bytes};
    set->slots[at] = *id;
    return TV_OK;
}

uint32_t tv_intern_find(const tv_intern *set, tv_span bytes)
{
    return set->slots[find_slot(set, tv_hasher_128(&set->hasher, bytes), bytes)];
}

size_t tv_intern_count(const tv_intern *set)
{
    return set->num_members;
}

tv_span tv_intern_bytes(const tv_intern *set, uint32_t id)
{
    return set->members[id].bytes;
}
