// SPDX-License-Identifier: Apache-2.0
// Byte strings come in, ids go out. Open addressing with linear probing; a slot has an id and 32
// bits of the string's hash, so that a look-up reads a member only when it is most likely the one.
// The whole hash of 128 bits stands with the member: bytes are compared only when it is equal.

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
    uint64_t *slots;  // tag << 32 | id, the id TV_ID_NONE where free
    size_t num_slots; // a power of two, at least a quarter of them free
    member *members;
    size_t num_members, cap_members;
    tv_arena copies;
};

enum { FIRST_SLOTS = 64 };

static uint64_t *make_slots(size_t count)
{
    size_t len;
    if (!tv_size_mul(&len, count, sizeof(uint64_t))) {
        return NULL;
    }
    uint64_t *slots = malloc(len);
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

static uint32_t id_in(uint64_t slot)
{
    return (uint32_t)slot;
}

static uint64_t slot_of(tv_hash128 hash, uint32_t id)
{
    return hash.high >> 32 << 32 | id;
}

// The slot that holds `bytes`, or the free one where they belong.
static size_t find_slot(const tv_intern *set, tv_hash128 hash, tv_span bytes)
{
    size_t mask = set->num_slots - 1;
    for (size_t at = (size_t)hash.low & mask;; at = (at + 1) & mask) {
        uint64_t slot = set->slots[at];
        if (id_in(slot) == TV_ID_NONE) {
            return at;
        }
        if (slot >> 32 != hash.high >> 32) {
            continue;
        }
        const member *known = &set->members[id_in(slot)];
        if (known->hash.low == hash.low && known->hash.high == hash.high &&
            tv_span_equal(known->bytes, bytes)) {
            return at;
        }
    }
}

static tv_status grow(tv_intern *set)
{
    size_t count = set->num_slots * 2;
    uint64_t *slots = make_slots(count);
    if (slots == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t id = 0; id < set->num_members; id++) {
        tv_hash128 hash = set->members[id].hash;
        size_t at = (size_t)hash.low & (count - 1);
        while (id_in(slots[at]) != TV_ID_NONE) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = slot_of(hash, (uint32_t)id);
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
    bool found = id_in(set->slots[at]) != TV_ID_NONE;
    if (is_new != NULL) {
        *is_new = !found;
    }
    if (found) {
        *id = id_in(set->slots[at]);
        return TV_OK;
    }
    if (set->num_members >= TV_ID_NONE - 1) {
        return TV_ERR_TOO_LARGE;
    }
    if (set->num_members + 1 > set->num_slots - set->num_slots / 4) {
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
    set->slots[at] = slot_of(hash, *id);
    return TV_OK;
}

uint32_t tv_intern_find(const tv_intern *set, tv_span bytes)
{
    return id_in(set->slots[find_slot(set, tv_intern_hash(set, bytes), bytes)]);
}

size_t tv_intern_count(const tv_intern *set)
{
    return set->num_members;
}

tv_span tv_intern_bytes(const tv_intern *set, uint32_t id)
{
    return set->members[id].bytes;
}
