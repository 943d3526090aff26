// SPDX-License-Identifier: Apache-2.0
// Store and source of a help line come in, its id goes out. Two tables with open addressing: one of
// lines, which a denied cell asks once, and one of sources, so that what a line is made from is
// kept once for all truststores.

#include "report/help_lines.h"

#include "base/hash.h"
#include "base/span.h"
#include "base/vec.h"

#include <stdlib.h>

void tv_help_lines_open(tv_help_lines *set, uint64_t seed)
{
    *set = (tv_help_lines){.seed = seed};
}

void tv_help_lines_close(tv_help_lines *set)
{
    uint64_t seed = set->seed;
    free(set->lines);
    free(set->sources);
    free(set->line_slots.slots);
    free(set->source_slots.slots);
    tv_arena_close(&set->bytes);
    tv_help_lines_open(set, seed);
}

tv_help_key tv_help_key_make(const tv_help_lines *set, const tv_hint_source *source)
{
    const uint64_t parts[] = {
        tv_hash_64(source->issuer, set->seed),
        tv_hash_64(source->aki, set->seed),
        (uint64_t)source->hint << 32 | (uint64_t)source->reason,
        source->near != NULL ? source->near->id : TV_ID_NONE,
    };
    return (tv_help_key){*source, tv_hash_64(tv_span_make(parts, sizeof(parts)), set->seed)};
}

static bool key_equal(const tv_help_key *a, const tv_help_key *b)
{
    return a->hash == b->hash && a->source.hint == b->source.hint &&
           a->source.reason == b->source.reason && a->source.near == b->source.near &&
           tv_span_equal(a->source.issuer, b->source.issuer) &&
           tv_span_equal(a->source.aki, b->source.aki);
}

// Stores are few and nobody's to choose: it is enough that they spread.
static uint64_t line_hash(uint32_t store, const tv_help_key *key)
{
    uint64_t hash = (key->hash ^ store) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static struct tv_help_slot *free_slot(const tv_help_slots *table, uint64_t hash)
{
    size_t at = (size_t)hash;
    while (table->slots[at & (table->num - 1)].id != 0) {
        at++;
    }
    return &table->slots[at & (table->num - 1)];
}

// Room for one more than `count`, with at most half of the slots in use. `hash_of` tells the hash
// of what is in already.
static bool reserve(tv_help_slots *table, const tv_help_lines *set, size_t count,
                    uint64_t (*hash_of)(const tv_help_lines *set, size_t id))
{
    enum { FEWEST = 64 };
    if (count < table->num / 2) {
        return true;
    }
    tv_help_slots wider = {.num = table->num == 0 ? FEWEST : table->num};
    if (table->num != 0 && !tv_size_mul(&wider.num, table->num, 2)) {
        return false;
    }
    wider.slots = calloc(wider.num, sizeof(*wider.slots));
    if (wider.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hash_of(set, i);
        *free_slot(&wider, hash) = (struct tv_help_slot){tag_of(hash), (uint32_t)i + 1};
    }
    free(table->slots);
    *table = wider;
    return true;
}

static uint64_t hash_of_line(const tv_help_lines *set, size_t id)
{
    return line_hash(set->lines[id].store, tv_help_lines_key(set, (uint32_t)id));
}

static uint64_t hash_of_source(const tv_help_lines *set, size_t id)
{
    return set->sources[id].hash;
}

// A few ids cost less to take out one by one than all slots to wipe.
static void forget(tv_help_slots *table, const tv_help_lines *set, size_t count,
                   uint64_t (*hash_of)(const tv_help_lines *set, size_t id))
{
    enum { SPARSE = 8 };
    if (count >= table->num / SPARSE) {
        if (table->num > 0) {
            memset(table->slots, 0, table->num * sizeof(*table->slots));
        }
        return;
    }
    // Backwards, so that each is reached over those that came before it.
    for (size_t i = count; i > 0; i--) {
        size_t at = (size_t)hash_of(set, i - 1);
        while (table->slots[at & (table->num - 1)].id != i) {
            at++;
        }
        table->slots[at & (table->num - 1)].id = 0;
    }
}

void tv_help_lines_clear(tv_help_lines *set)
{
    forget(&set->line_slots, set, set->num_lines, hash_of_line);
    forget(&set->source_slots, set, set->num_sources, hash_of_source);
    set->num_lines = 0;
    set->num_sources = 0;
    tv_arena_reset(&set->bytes);
}

uint32_t tv_help_lines_find(const tv_help_lines *set, uint32_t store, const tv_help_key *key)
{
    const tv_help_slots *table = &set->line_slots;
    if (table->num == 0) {
        return TV_ID_NONE;
    }
    uint64_t hash = line_hash(store, key);
    uint32_t tag = tag_of(hash);
    for (size_t at = (size_t)hash;; at++) {
        const struct tv_help_slot *slot = &table->slots[at & (table->num - 1)];
        if (slot->id == 0) {
            return TV_ID_NONE;
        }
        if (slot->tag == tag && set->lines[slot->id - 1].store == store &&
            key_equal(tv_help_lines_key(set, slot->id - 1), key)) {
            return slot->id - 1;
        }
    }
}

static uint32_t find_source(const tv_help_lines *set, const tv_help_key *key)
{
    const tv_help_slots *table = &set->source_slots;
    uint32_t tag = tag_of(key->hash);
    for (size_t at = (size_t)key->hash; table->num > 0; at++) {
        const struct tv_help_slot *slot = &table->slots[at & (table->num - 1)];
        if (slot->id == 0) {
            break;
        }
        if (slot->tag == tag && key_equal(&set->sources[slot->id - 1], key)) {
            return slot->id - 1;
        }
    }
    return TV_ID_NONE;
}

static bool copy_bytes(tv_arena *arena, tv_span *bytes)
{
    if (bytes->len > 0) {
        *bytes = tv_arena_copy(arena, *bytes);
    }
    return bytes->len == 0 || bytes->ptr != NULL;
}

static uint32_t add_source(tv_help_lines *set, const tv_help_key *key)
{
    uint32_t id = find_source(set, key);
    if (id != TV_ID_NONE) {
        return id;
    }
    tv_help_key own = *key;
    if (set->num_sources >= TV_ID_NONE - 1 ||
        !tv_vec_grow((void **)&set->sources, &set->cap_sources, set->num_sources + 1,
                     sizeof(*set->sources)) ||
        !reserve(&set->source_slots, set, set->num_sources, hash_of_source) ||
        !copy_bytes(&set->bytes, &own.source.issuer) || !copy_bytes(&set->bytes, &own.source.aki)) {
        return TV_ID_NONE;
    }
    id = (uint32_t)set->num_sources++;
    set->sources[id] = own;
    *free_slot(&set->source_slots, own.hash) =
        (struct tv_help_slot){tag_of(own.hash), (uint32_t)set->num_sources};
    return id;
}

uint32_t tv_help_lines_add(tv_help_lines *set, uint32_t store, const tv_help_key *key)
{
    uint32_t id = tv_help_lines_find(set, store, key);
    if (id != TV_ID_NONE) {
        return id;
    }
    uint32_t source = add_source(set, key);
    if (source == TV_ID_NONE || set->num_lines >= TV_ID_NONE - 1 ||
        !tv_vec_grow((void **)&set->lines, &set->cap_lines, set->num_lines + 1,
                     sizeof(*set->lines)) ||
        !reserve(&set->line_slots, set, set->num_lines, hash_of_line)) {
        return TV_ID_NONE;
    }
    id = (uint32_t)set->num_lines++;
    set->lines[id] = (tv_help_line){store, source};
    uint64_t hash = line_hash(store, key);
    *free_slot(&set->line_slots, hash) =
        (struct tv_help_slot){tag_of(hash), (uint32_t)set->num_lines};
    return id;
}
