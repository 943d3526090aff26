// SPDX-License-Identifier: Apache-2.0
// Two hash tables over the same records, by digest and by text, each cut into shards with a lock of
// its own. Slots hold 32-bit ids (shard and number in the shard), so that a certificate costs its
// record and two slots.

#include "run/uniques.h"

#include "base/hash.h"
#include "base/span.h"

#include <stdlib.h>
#include <uv.h>

enum {
    SHARD_BITS = 6,
    NUM_SHARDS = 1 << SHARD_BITS,
    FIRST_CHUNK_BITS = 10, // records in a shard's first piece of memory; each next is twice as big,
    MAX_CHUNKS = 16,       // so that none is ever moved: others read records without the lock
    FIRST_SLOTS = 16,
};

typedef struct shard {
    uv_mutex_t lock;
    uint32_t *slots; // ids, TV_ID_NONE where free
    size_t num_slots, num_used;
    tv_unique *chunks[MAX_CHUNKS]; // records made by this shard; digests only
    uint32_t num_records;
} shard;

struct tv_uniques {
    uint64_t seed;
    unsigned num_locks;
    shard digests[NUM_SHARDS];
    shard texts[NUM_SHARDS];
};

// The piece of memory that holds a record, and its place there.
static unsigned chunk_of(uint32_t number, uint32_t *place)
{
    unsigned chunk = 31U - (unsigned)__builtin_clz((number >> FIRST_CHUNK_BITS) + 1);
    *place = number - (((UINT32_C(1) << chunk) - 1) << FIRST_CHUNK_BITS);
    return chunk;
}

static tv_unique *record_at(const tv_uniques *uniques, uint32_t id)
{
    uint32_t place;
    unsigned chunk = chunk_of(id >> SHARD_BITS, &place);
    return &uniques->digests[id & (NUM_SHARDS - 1)].chunks[chunk][place];
}

static tv_hash128 digest_hash(const tv_uniques *uniques, const tv_fingerprint *fingerprint)
{
    return tv_hash_128(tv_span_make(fingerprint->bytes, sizeof(fingerprint->bytes)), uniques->seed);
}

static tv_hash128 record_hash(const tv_uniques *uniques, const tv_unique *record, bool by_text)
{
    return by_text ? tv_hash_128(tv_span_make(record->text, record->text_len), uniques->seed)
                   : digest_hash(uniques, &record->fingerprint);
}

static tv_status open_shard(shard *self)
{
    size_t len = FIRST_SLOTS * sizeof(uint32_t);
    self->slots = malloc(len);
    if (self->slots == NULL) {
        return TV_ERR_NOMEM;
    }
    memset(self->slots, 0xff, len);
    self->num_slots = FIRST_SLOTS;
    return uv_mutex_init(&self->lock) == 0 ? TV_OK : TV_ERR_THREAD;
}

tv_status tv_uniques_open(tv_uniques **out)
{
    *out = NULL;
    tv_uniques *uniques = calloc(1, sizeof(*uniques));
    if (uniques == NULL) {
        return TV_ERR_NOMEM;
    }
    uniques->seed = tv_hash_random_seed();
    for (unsigned i = 0; i < 2 * NUM_SHARDS; i++) {
        shard *one = i < NUM_SHARDS ? &uniques->digests[i] : &uniques->texts[i - NUM_SHARDS];
        tv_status status = open_shard(one);
        if (status != TV_OK) {
            free(one->slots);
            tv_uniques_close(uniques);
            return status;
        }
        uniques->num_locks++;
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
        shard *one = i < NUM_SHARDS ? &uniques->digests[i] : &uniques->texts[i - NUM_SHARDS];
        uv_mutex_destroy(&one->lock);
        free(one->slots);
        for (unsigned c = 0; c < MAX_CHUNKS; c++) {
            free(one->chunks[c]);
        }
    }
    free(uniques);
}

// Puts `id` where it belongs; there is a free slot.
static void place(shard *self, tv_hash128 hash, uint32_t id)
{
    size_t mask = self->num_slots - 1;
    size_t at = (size_t)hash.low & mask;
    while (self->slots[at] != TV_ID_NONE) {
        at = (at + 1) & mask;
    }
    self->slots[at] = id;
    self->num_used++;
}

// Makes sure that one more slot may be used: at most three quarters are.
static bool make_room(const tv_uniques *uniques, shard *self, bool by_text)
{
    if ((self->num_used + 1) * 4 <= self->num_slots * 3) {
        return true;
    }
    size_t old_count = self->num_slots;
    uint32_t *old = self->slots;
    uint32_t *slots = malloc(old_count * 2 * sizeof(uint32_t));
    if (slots == NULL) {
        return false;
    }
    memset(slots, 0xff, old_count * 2 * sizeof(uint32_t));
    self->slots = slots;
    self->num_slots = old_count * 2;
    self->num_used = 0;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i] != TV_ID_NONE) {
            place(self, record_hash(uniques, record_at(uniques, old[i]), by_text), old[i]);
        }
    }
    free(old);
    return true;
}

static void note(tv_unique *record, uint64_t position)
{
    if (position < record->first) {
        record->first = position;
    }
}

// The upper half chooses the shard, the lower one the slot.
static unsigned shard_of(tv_hash128 hash)
{
    return (unsigned)(hash.high >> (64 - SHARD_BITS));
}

static uint32_t find_text(const tv_uniques *uniques, const shard *self, tv_hash128 hash,
                          tv_span block)
{
    size_t mask = self->num_slots - 1;
    for (size_t at = (size_t)hash.low & mask;; at = (at + 1) & mask) {
        uint32_t id = self->slots[at];
        if (id == TV_ID_NONE) {
            return id;
        }
        const tv_unique *record = record_at(uniques, id);
        if (tv_span_equal(tv_span_make(record->text, record->text_len), block)) {
            return id;
        }
    }
}

tv_unique *tv_uniques_find_text(tv_uniques *uniques, tv_span block, uint64_t position)
{
    tv_hash128 hash = tv_hash_128(block, uniques->seed);
    shard *texts = &uniques->texts[shard_of(hash)];
    uv_mutex_lock(&texts->lock);
    uint32_t id = find_text(uniques, texts, hash, block);
    uv_mutex_unlock(&texts->lock);
    if (id == TV_ID_NONE) {
        return NULL;
    }
    shard *home = &uniques->digests[id & (NUM_SHARDS - 1)];
    uv_mutex_lock(&home->lock);
    tv_unique *record = record_at(uniques, id);
    note(record, position);
    uv_mutex_unlock(&home->lock);
    return record;
}

static tv_unique *make_record(shard *self, unsigned number, uint32_t *id)
{
    uint32_t at;
    unsigned chunk = chunk_of(self->num_records, &at);
    if (chunk >= MAX_CHUNKS) {
        return NULL;
    }
    if (self->chunks[chunk] == NULL) {
        size_t count = (size_t)1 << (FIRST_CHUNK_BITS + chunk);
        self->chunks[chunk] = malloc(count * sizeof(tv_unique));
        if (self->chunks[chunk] == NULL) {
            return NULL;
        }
    }
    *id = self->num_records++ << SHARD_BITS | number;
    return &self->chunks[chunk][at];
}

static tv_unique *find_digest(const tv_uniques *uniques, const shard *self, tv_hash128 hash,
                              const tv_fingerprint *fingerprint)
{
    size_t mask = self->num_slots - 1;
    for (size_t at = (size_t)hash.low & mask;; at = (at + 1) & mask) {
        if (self->slots[at] == TV_ID_NONE) {
            return NULL;
        }
        tv_unique *record = record_at(uniques, self->slots[at]);
        if (memcmp(&record->fingerprint, fingerprint, sizeof(*fingerprint)) == 0) {
            return record;
        }
    }
}

// Remembers the text of a record that was just made. Without memory it is only found later, by its
// digest.
static void add_text(tv_uniques *uniques, tv_span block, uint32_t id)
{
    tv_hash128 hash = tv_hash_128(block, uniques->seed);
    shard *texts = &uniques->texts[shard_of(hash)];
    uv_mutex_lock(&texts->lock);
    if (make_room(uniques, texts, true)) {
        place(texts, hash, id);
    }
    uv_mutex_unlock(&texts->lock);
}

tv_unique *tv_uniques_add(tv_uniques *uniques, const tv_fingerprint *fingerprint, tv_span block,
                          uint64_t position)
{
    tv_hash128 hash = digest_hash(uniques, fingerprint);
    unsigned number = shard_of(hash);
    shard *home = &uniques->digests[number];
    uint32_t id = TV_ID_NONE;
    bool has_text = false;
    uv_mutex_lock(&home->lock);
    tv_unique *record = find_digest(uniques, home, hash, fingerprint);
    if (record != NULL) {
        note(record, position);
    } else if (make_room(uniques, home, false) &&
               (record = make_record(home, number, &id)) != NULL) {
        *record = (tv_unique){.fingerprint = *fingerprint, .first = position};
        has_text = block.len > 0 && block.len <= UINT32_MAX;
        if (has_text) {
            record->text = block.ptr;
            record->text_len = (uint32_t)block.len;
        }
        place(home, hash, id);
    }
    uv_mutex_unlock(&home->lock);
    if (has_text) {
        add_text(uniques, block, id);
    }
    return record;
}
