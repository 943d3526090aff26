// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// The records of distinct certificates: one per digest, found by digest and by text, with the first
// position whatever the order in which threads come by.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "run/uniques.h"

#include <stdlib.h>
#include <uv.h>

enum { MANY = 200000, NUM_THREADS = 4, NUM_KEYS = 500, ROUNDS = 40 };

static tv_fingerprint fingerprint_of(uint32_t number)
{
    tv_fingerprint fingerprint = {{0}};
    memcpy(fingerprint.bytes, &number, sizeof(number));
    return fingerprint;
}

static const tv_span no_text = {NULL, 0};

static tv_unique *find(tv_uniques *uniques, tv_span text, uint64_t position)
{
    tv_hash128 hash = tv_uniques_hash(uniques, text);
    tv_uniques_prefetch_text(uniques, hash);
    return tv_uniques_find_text(uniques, text, hash, position);
}

static tv_unique *add(tv_uniques *uniques, const tv_fingerprint *fingerprint, tv_span text,
                      uint64_t position)
{
    tv_uniques_prefetch_digest(uniques, fingerprint);
    return tv_uniques_add(uniques, fingerprint, text, tv_uniques_hash(uniques, text), position);
}

static void test_one_record_per_digest(void **state)
{
    (void)state;
    tv_uniques *uniques;
    assert_int_equal(tv_uniques_open(&uniques), TV_OK);
    tv_unique **records = calloc(MANY, sizeof(tv_unique *));
    assert_non_null(records);
    for (uint32_t i = 0; i < MANY; i++) {
        tv_fingerprint fingerprint = fingerprint_of(i);
        records[i] = add(uniques, &fingerprint, no_text, i);
        assert_non_null(records[i]);
    }
    // Nothing has moved, and nothing was taken for something else.
    for (uint32_t i = 0; i < MANY; i++) {
        tv_fingerprint fingerprint = fingerprint_of(i);
        assert_ptr_equal(add(uniques, &fingerprint, no_text, MANY + i), records[i]);
        assert_int_equal(records[i]->first, i);
        assert_memory_equal(&records[i]->fingerprint, &fingerprint, sizeof(fingerprint));
        assert_int_equal(records[i]->log, 0);
        assert_int_equal(records[i]->text_len, 0);
    }
    free(records);
    tv_uniques_close(uniques);
    tv_uniques_close(NULL);
}

static void test_texts(void **state)
{
    (void)state;
    tv_uniques *uniques;
    assert_int_equal(tv_uniques_open(&uniques), TV_OK);
    tv_fingerprint one = fingerprint_of(1);
    tv_fingerprint two = fingerprint_of(2);
    const tv_span text = TV_LIT("one");
    char copy[] = "one";
    assert_null(find(uniques, text, 9));
    tv_unique *record = add(uniques, &one, text, 8);
    assert_non_null(record);
    // The same bytes elsewhere are the same text; others are not.
    assert_ptr_equal(find(uniques, tv_span_from_text(copy), 9), record);
    assert_null(find(uniques, TV_LIT("onE"), 1));
    assert_null(find(uniques, TV_LIT("on"), 1));
    assert_int_equal(record->first, 8);
    assert_ptr_equal(find(uniques, text, 7), record);
    assert_int_equal(record->first, 7);
    // Another text of a known certificate is not remembered, nor is the position of a later one.
    assert_ptr_equal(add(uniques, &one, TV_LIT("uno"), 10), record);
    assert_null(find(uniques, TV_LIT("uno"), 1));
    assert_int_equal(record->first, 7);
    assert_ptr_equal(add(uniques, &one, no_text, 3), record);
    assert_int_equal(record->first, 3);
    assert_ptr_not_equal(add(uniques, &two, TV_LIT("two"), 4), record);
    assert_int_equal(find(uniques, TV_LIT("two"), 5)->first, 4);
    tv_uniques_close(uniques);
}

static void test_many_texts(void **state)
{
    (void)state;
    tv_uniques *uniques;
    assert_int_equal(tv_uniques_open(&uniques), TV_OK);
    static uint32_t texts[MANY / 10];
    const size_t num = sizeof(texts) / sizeof(texts[0]);
    for (uint32_t i = 0; i < num; i++) {
        tv_fingerprint fingerprint = fingerprint_of(i);
        texts[i] = i * 7;
        assert_non_null(add(uniques, &fingerprint, tv_span_make(&texts[i], sizeof(texts[i])), i));
    }
    for (uint32_t i = 0; i < num; i++) {
        uint32_t text = i * 7;
        tv_unique *record = find(uniques, tv_span_make(&text, sizeof(text)), UINT64_MAX);
        assert_non_null(record);
        assert_int_equal(record->first, i);
    }
    tv_uniques_close(uniques);
}

// Threads that meet the same certificates at the same time, each at positions of its own.
typedef struct meeting {
    tv_uniques *uniques;
    uint32_t number;
    uv_thread_t thread;
    tv_unique *seen[NUM_KEYS];
    bool wrong;
} meeting;

static uint32_t shared_texts[NUM_KEYS];

static void meet(void *arg)
{
    meeting *self = arg;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < NUM_KEYS; i++) {
            uint32_t key = (i * 37 + self->number * 101) % NUM_KEYS;
            uint64_t position = (uint64_t)(ROUNDS - round) << 32 | key << 4 | self->number;
            tv_span text = tv_span_make(&shared_texts[key], sizeof(uint32_t));
            tv_unique *record = find(self->uniques, text, position);
            if (record == NULL) {
                tv_fingerprint fingerprint = fingerprint_of(key);
                record = add(self->uniques, &fingerprint, text, position);
            }
            self->wrong |= record == NULL || (round > 0 && self->seen[key] != record);
            self->seen[key] = record;
        }
    }
}

static void test_threads_agree(void **state)
{
    (void)state;
    static meeting meetings[NUM_THREADS];
    tv_uniques *uniques;
    assert_int_equal(tv_uniques_open(&uniques), TV_OK);
    for (uint32_t i = 0; i < NUM_KEYS; i++) {
        shared_texts[i] = i;
    }
    for (uint32_t i = 0; i < NUM_THREADS; i++) {
        meetings[i] = (meeting){.uniques = uniques, .number = i};
        assert_int_equal(uv_thread_create(&meetings[i].thread, meet, &meetings[i]), 0);
    }
    for (uint32_t i = 0; i < NUM_THREADS; i++) {
        assert_int_equal(uv_thread_join(&meetings[i].thread), 0);
        assert_false(meetings[i].wrong);
        assert_memory_equal(meetings[i].seen, meetings[0].seen, sizeof(meetings[i].seen));
    }
    // The first position is the lowest that anybody noted: the last round of thread 0.
    for (uint32_t i = 0; i < NUM_KEYS; i++) {
        assert_int_equal(meetings[0].seen[i]->first, UINT64_C(1) << 32 | i << 4);
    }
    tv_uniques_close(uniques);
}

// Threads that make records of their own at the same time, more than a piece of memory holds:
// shards grow while others look up, and no two records are one.
typedef struct making {
    tv_uniques *uniques;
    uint32_t number;
    uv_thread_t thread;
    tv_unique *made[MANY / 10];
    bool wrong;
} making;

static uint32_t own_texts[NUM_THREADS][MANY / 10];

static void make(void *arg)
{
    making *self = arg;
    for (uint32_t i = 0; i < MANY / 10; i++) {
        uint32_t key = self->number << 24 | (i + 1);
        own_texts[self->number][i] = key;
        tv_span text = tv_span_make(&own_texts[self->number][i], sizeof(key));
        tv_fingerprint fingerprint = fingerprint_of(key);
        self->wrong |= find(self->uniques, text, key) != NULL;
        self->made[i] = add(self->uniques, &fingerprint, text, key);
        self->wrong |= find(self->uniques, text, UINT64_MAX) != self->made[i];
    }
}

static void test_threads_make_their_own(void **state)
{
    (void)state;
    static making makings[NUM_THREADS];
    tv_uniques *uniques;
    assert_int_equal(tv_uniques_open(&uniques), TV_OK);
    for (uint32_t i = 0; i < NUM_THREADS; i++) {
        makings[i] = (making){.uniques = uniques, .number = i};
        assert_int_equal(uv_thread_create(&makings[i].thread, make, &makings[i]), 0);
    }
    for (uint32_t i = 0; i < NUM_THREADS; i++) {
        assert_int_equal(uv_thread_join(&makings[i].thread), 0);
    }
    for (uint32_t i = 0; i < NUM_THREADS; i++) {
        assert_false(makings[i].wrong);
        for (uint32_t k = 0; k < MANY / 10; k++) {
            tv_fingerprint fingerprint = fingerprint_of(i << 24 | (k + 1));
            const tv_unique *record = makings[i].made[k];
            assert_non_null(record);
            assert_memory_equal(&record->fingerprint, &fingerprint, sizeof(fingerprint));
            assert_ptr_equal(record->text, &own_texts[i][k]);
            assert_int_equal(record->first, i << 24 | (k + 1));
        }
    }
    tv_uniques_close(uniques);
}

// At most 96 bytes for each: the record, and two slots of eight bytes in tables that are at least
// seven tenths full.
static void test_size(void **state)
{
    (void)state;
    assert_int_equal(sizeof(tv_unique), 72);
    assert_true(sizeof(tv_unique) + 2 * 8 * 10 / 7.0 < 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record_per_digest),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_many_texts),
        cmocka_unit_test(test_threads_agree),
        cmocka_unit_test(test_threads_make_their_own),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
