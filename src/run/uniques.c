// SPDX-License-Identifier: Apache-2.0
// In: texts and digests of certificates, from any thread. Out: their records.
//
// Two hash tables over the same records, by text and by digest, each cut into shards with a lock of
// its own. A slot is 32 bits of the hash and the record's id, so that a look-up reads a record only
// when it is most likely the one, and growing a table reads the table alone. A slot's place is the
// fraction of the table that its hash is of 2^32: a table may have any size, and growing it reads
// and writes from front to back. Records are numbered as they are made, whatever the thread.

#include "run/uniques.h"

#include "base/span.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

enum {
    SHARD_BITS = 6,
    NUM_SHARDS = 1 << SHARD_BITS,
    FIRST_SLOTS = 64,
    CHUNK_BITS = 16, // records in a piece of memory; none is ever moved
    CHUNK_LEN = 1 << CHUNK_BITS,
    MAX_CHUNKS = 1 << (32 - CHUNK_BITS), // ids have 32 bits
    LINE = 64,                           // bytes that processors share, at least
};

typedef enum table_kind {
    BY_TEXT,
    BY_DIGEST,
    NUM_TABLES,
} table_kind;

// A part of a table. Slots and their number change under the lock alone; a prefetch reads them
// without. The array is published before the number, which is read before it: it is never too
// short.
typedef struct shard {
    _Alignas(LINE) uv_mutex_t lock;
    _Atomic(uint64_t *) slots; // hash << 32 | id; 0 where free
    _Atomic uint32_t num_slots;
    uint32_t num_used;
    uint32_t first_slots;
} shard;

struct tv_uniques {
    tv_hasher hasher;
    _Atomic(tv_unique *) *chunks; // MAX_CHUNKS; by the upper bits of an id
    unsigned num_locks;
    shard tables[NUM_TABLES][NUM_SHARDS];
    _Alignas(LINE) _Atomic uint64_t num_records; // ids given out; 0 is none
};

// A walk over the slots that a hash may be in: from its place to the first free one. At least an
// eighth of the slots is free, at places that nobody outside can foresee.
typedef struct walk {
    const uint64_t *slots;
    uint32_t num_slots, at, hash;
} walk;

// Shards are about equally used. Their first sizes lie between one step of growth and the next, so
// that they grow one after the other and a table as a whole is always as full as it is on average.
static tv_status open_shards(tv_uniques *uniques)
{
    for (unsigned i = 0; i < NUM_TABLES * NUM_SHARDS; i++) {
        shard *one = &uniques->tables[i / NUM_SHARDS][i % NUM_SHARDS];
        one->first_slots = FIRST_SLOTS + FIRST_SLOTS / 4 * (i % NUM_SHARDS) / NUM_SHARDS;
        if (uv_mutex_init(&one->lock) != 0) {
            return TV_ERR_THREAD;
        }
        uniques->num_locks++;
    }
    return TV_OK;
}

tv_status tv_uniques_open(tv_uniques **out)
{
    *out = NULL;
    tv_uniques *uniques = aligned_alloc(LINE, sizeof(*uniques));
    if (uniques == NULL) {
        return TV_ERR_NOMEM;
    }
    memset(uniques, 0, sizeof(*uniques));
    tv_hasher_open(&uniques->hasher, tv_hash_random_seed());
    atomic_init(&uniques->num_records, 1);
    uniques->chunks = calloc(MAX_CHUNKS, sizeof(*uniques->chunks));
    tv_status status = uniques->chunks != NULL ? open_shards(uniques) : TV_ERR_NOMEM;
    if (status != TV_OK) {
        tv_uniques_close(uniques);
        return status;
    }
    *out = uniques;
    return TV_OK;
}

void tv_uniques_close(tv_uniques *uniques)
{
    if (uniques == NULL) {
        return;
    }
    for (unsigned i = 0; i < uniques->num_locks; i++) {
        shard *one = &uniques->tables[i / NUM_SHARDS][i % NUM_SHARDS];
        uv_mutex_destroy(&one->lock);
        free(one->slots);
    }
    for (size_t i = 0; uniques->chunks != NULL && i < MAX_CHUNKS && uniques->chunks[i] != NULL;
         i++) {
        free(uniques->chunks[i]);
    }
    free(uniques->chunks);
    free(uniques);
}

tv_hash128 tv_uniques_hash(const tv_uniques *uniques, tv_span block)
{
    return tv_hasher_128(&uniques->hasher, block);
}

// The upper half of a hash chooses the shard, the lower one the slot.
static shard *shard_of(tv_uniques *uniques, table_kind kind, tv_hash128 hash)
{
    return &uniques->tables[kind][hash.high >> (64 - SHARD_BITS)];
}

static uint32_t place_of(uint32_t hash, uint32_t num_slots)
{
    return (uint32_t)((uint64_t)hash * num_slots >> 32);
}

static tv_hash128 digest_hash(const tv_uniques *uniques, const tv_fingerprint *fingerprint)
{
    return tv_hasher_128(&uniques->hasher,
                         tv_span_make(fingerprint->bytes, sizeof(fingerprint->bytes)));
}

static void prefetch(const tv_uniques *uniques, table_kind kind, tv_hash128 hash)
{
    const shard *self = &uniques->tables[kind][hash.high >> (64 - SHARD_BITS)];
    uint32_t num_slots = atomic_load_explicit(&self->num_slots, memory_order_acquire);
    const uint64_t *slots = atomic_load_explicit(&self->slots, memory_order_relaxed);
    if (num_slots > 0) {
        __builtin_prefetch(&slots[place_of((uint32_t)hash.low, num_slots)], 1);
    }
}

void tv_uniques_prefetch_text(const tv_uniques *uniques, tv_hash128 hash)
{
    prefetch(uniques, BY_TEXT, hash);
}

void tv_uniques_prefetch_digest(const tv_uniques *uniques, const tv_fingerprint *fingerprint)
{
    prefetch(uniques, BY_DIGEST, digest_hash(uniques, fingerprint));
}

static walk walk_from(const uint64_t *slots, uint32_t num_slots, uint32_t hash)
{
    return (walk){slots, num_slots, place_of(hash, num_slots), hash};
}

// The next id beside an equal hash, or 0 at a free slot, which `at` is the place of then.
static inline uint32_t walk_next(walk *self)
{
    for (;;) {
        uint64_t slot = self->slots[self->at];
        if (slot == 0) {
            return 0;
        }
        self->at = self->at + 1 < self->num_slots ? self->at + 1 : 0;
        if (slot >> 32 == self->hash) {
            return (uint32_t)slot;
        }
    }
}

// A walk over a shard whose lock is held; it has slots.
static walk walk_shard(const shard *self, tv_hash128 hash)
{
    return walk_from(atomic_load_explicit(&self->slots, memory_order_relaxed),
                     atomic_load_explicit(&self->num_slots, memory_order_relaxed),
                     (uint32_t)hash.low);
}

static uint32_t free_place(const uint64_t *slots, uint32_t num_slots, uint32_t hash)
{
    uint32_t at = place_of(hash, num_slots);
    while (slots[at] != 0) {
        at = at + 1 < num_slots ? at + 1 : 0;
    }
    return at;
}

// Makes sure that one more slot may be used: at most seven of eight are.
static bool make_room(shard *self)
{
    uint64_t *old = atomic_load_explicit(&self->slots, memory_order_relaxed);
    uint32_t old_count = atomic_load_explicit(&self->num_slots, memory_order_relaxed);
    if (((uint64_t)self->num_used + 1) * 8 <= (uint64_t)old_count * 7) {
        return true;
    }
    uint64_t count = old_count == 0 ? self->first_slots : (uint64_t)old_count + old_count / 4;
    uint64_t *slots = count <= UINT32_MAX ? calloc(count, sizeof(*slots)) : NULL;
    if (slots == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i] != 0) {
            slots[free_place(slots, (uint32_t)count, (uint32_t)(old[i] >> 32))] = old[i];
        }
    }
    atomic_store_explicit(&self->slots, slots, memory_order_release);
    atomic_store_explicit(&self->num_slots, (uint32_t)count, memory_order_release);
    free(old);
    return true;
}

// Puts `id` where it belongs; there is room.
static void put(shard *self, tv_hash128 hash, uint32_t id)
{
    uint64_t *slots = atomic_load_explicit(&self->slots, memory_order_relaxed);
    uint32_t num_slots = atomic_load_explicit(&self->num_slots, memory_order_relaxed);
    slots[free_place(slots, num_slots, (uint32_t)hash.low)] =
        (uint64_t)(uint32_t)hash.low << 32 | id;
    self->num_used++;
}

static tv_unique *record_at(const tv_uniques *uniques, uint32_t id)
{
    return &atomic_load_explicit(&uniques->chunks[id >> CHUNK_BITS],
                                 memory_order_relaxed)[id & (CHUNK_LEN - 1)];
}

// Room for one more record, from memory that two threads may want to get at the same time.
static tv_unique *make_record(tv_uniques *uniques, uint32_t *id)
{
    uint64_t number = atomic_fetch_add_explicit(&uniques->num_records, 1, memory_order_relaxed);
    if (number > UINT32_MAX) {
        return NULL;
    }
    _Atomic(tv_unique *) *chunk = &uniques->chunks[number >> CHUNK_BITS];
    tv_unique *records = atomic_load_explicit(chunk, memory_order_acquire);
    if (records == NULL) {
        tv_unique *made = malloc(CHUNK_LEN * sizeof(*made));
        if (made == NULL) {
            return NULL;
        }
        if (atomic_compare_exchange_strong_explicit(chunk, &records, made, memory_order_acq_rel,
                                                    memory_order_acquire)) {
            records = made;
        } else {
            free(made);
        }
    }
    *id = (uint32_t)number;
    return &records[number & (CHUNK_LEN - 1)];
}

// The lowest position wins, whatever the order in which threads come by.
static void note(tv_unique *record, uint64_t position)
{
    uint64_t first = atomic_load_explicit(&record->first, memory_order_relaxed);
    while (position < first &&
           !atomic_compare_exchange_weak_explicit(&record->first, &first, position,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

// The record beside the first slot with that hash, which is almost always the one that is looked
// for, if there is one at all; NULL when there is no such slot.
static tv_unique *guess_text(const tv_uniques *uniques, shard *texts, tv_hash128 hash)
{
    uint32_t id = 0;
    uv_mutex_lock(&texts->lock);
    if (texts->num_used > 0) {
        walk slots = walk_shard(texts, hash);
        id = walk_next(&slots);
    }
    uv_mutex_unlock(&texts->lock);
    return id != 0 ? record_at(uniques, id) : NULL;
}

static bool has_text(const tv_unique *record, tv_span block)
{
    return tv_span_equal(tv_span_make(record->text, record->text_len), block);
}

// The record of that text, whatever has the same hash.
static tv_unique *search_text(const tv_uniques *uniques, shard *texts, tv_hash128 hash,
                              tv_span block)
{
    tv_unique *record = NULL;
    uv_mutex_lock(&texts->lock);
    walk slots = walk_shard(texts, hash);
    for (uint32_t id; record == NULL && (id = walk_next(&slots)) != 0;) {
        tv_unique *one = record_at(uniques, id);
        record = has_text(one, block) ? one : NULL;
    }
    uv_mutex_unlock(&texts->lock);
    return record;
}

// Texts are long, and many blocks may be copies of one: they are compared without the lock.
tv_unique *tv_uniques_find_text(tv_uniques *uniques, tv_span block, tv_hash128 hash,
                                uint64_t position)
{
    shard *texts = shard_of(uniques, BY_TEXT, hash);
    tv_unique *record = guess_text(uniques, texts, hash);
    if (record != NULL && !has_text(record, block)) {
        record = search_text(uniques, texts, hash, block);
    }
    if (record != NULL) {
        note(record, position);
    }
    return record;
}

static tv_unique *find_digest(const tv_uniques *uniques, const shard *digests, tv_hash128 hash,
                              const tv_fingerprint *fingerprint)
{
    if (digests->num_used == 0) {
        return NULL;
    }
    walk slots = walk_shard(digests, hash);
    for (uint32_t id; (id = walk_next(&slots)) != 0;) {
        tv_unique *record = record_at(uniques, id);
        if (memcmp(&record->fingerprint, fingerprint, sizeof(*fingerprint)) == 0) {
            return record;
        }
    }
    return NULL;
}

// Remembers the text of a record that was just made. Without memory it is only found later, by its
// digest.
static void add_text(tv_uniques *uniques, tv_hash128 hash, uint32_t id)
{
    shard *texts = shard_of(uniques, BY_TEXT, hash);
    uv_mutex_lock(&texts->lock);
    if (make_room(texts)) {
        put(texts, hash, id);
    }
    uv_mutex_unlock(&texts->lock);
}

tv_unique *tv_uniques_add(tv_uniques *uniques, const tv_fingerprint *fingerprint, tv_span block,
                          tv_hash128 hash, uint64_t position)
{
    tv_hash128 place = digest_hash(uniques, fingerprint);
    shard *digests = shard_of(uniques, BY_DIGEST, place);
    uint32_t id = 0;
    bool keep = block.len > 0 && block.len <= UINT32_MAX;
    uv_mutex_lock(&digests->lock);
    tv_unique *record = find_digest(uniques, digests, place, fingerprint);
    bool is_known = record != NULL;
    if (!is_known && make_room(digests) && (record = make_record(uniques, &id)) != NULL) {
        *record = (tv_unique){
            .fingerprint = *fingerprint,
            .text = keep ? block.ptr : NULL,
            .text_len = keep ? (uint32_t)block.len : 0,
            .first = position,
        };
        put(digests, place, id);
    }
    uv_mutex_unlock(&digests->lock);
    if (is_known) {
        note(record, position);
    } else if (record != NULL && keep) {
        add_text(uniques, hash, id);
    }
    return record;
}
