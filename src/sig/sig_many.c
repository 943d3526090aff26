// SPDX-License-Identifier: Apache-2.0
// In: many questions, in any order. Out: their answers, in the same order.
//
// An index of them is sorted by kind and key, so that what is kept for a key stays in the cache
// while it is used and each way (way.h) gets whole blocks of what it can answer together. Scratch
// is kept by the worker and bounded; more questions than it has room for are cut into slices.

#include "sig/way.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_MAX = 2048 };

typedef struct item {
    const tv_key *key;
    const tv_sig_way *way;
    uint32_t at; // in the slice
} item;

struct tv_many_scratch {
    item items[SLICE_MAX];
    item merged[SLICE_MAX];
    tv_sig_question block[TV_SIG_BLOCK_MAX];
    uint32_t block_at[TV_SIG_BLOCK_MAX]; // in the slice
};

void tv_many_scratch_free(tv_many_scratch *scratch)
{
    free(scratch);
}

// Keys of one kind and size lie together. Addresses settle the rest, and nothing but the order in
// which questions are answered hangs on them.
static bool is_before(const tv_key *a, const tv_key *b)
{
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    if (a->size != b->size) {
        return a->size < b->size;
    }
    return (uintptr_t)a < (uintptr_t)b;
}

static void merge(item *out, const item *items, size_t middle, size_t end)
{
    size_t left = 0;
    size_t right = middle;
    for (size_t i = 0; i < end; i++) {
        bool from_right =
            left == middle || (right < end && is_before(items[right].key, items[left].key));
        out[i] = from_right ? items[right++] : items[left++];
    }
}

// A merge sort, which is stable; qsort is not, and may allocate.
static void sort(tv_many_scratch *scratch, size_t num)
{
    for (size_t run = 1; run < num; run *= 2) {
        for (size_t start = 0; start < num; start += 2 * run) {
            size_t rest = num - start;
            size_t end = rest < 2 * run ? rest : 2 * run;
            size_t middle = rest < run ? rest : run;
            merge(scratch->merged + start, scratch->items + start, middle, end);
        }
        memcpy(scratch->items, scratch->merged, num * sizeof(item));
    }
}

// Answers at once what needs no look at the signature, and lists the rest: how many those are.
static size_t admit(const tv_sig_worker *worker, tv_many_scratch *scratch, tv_sig_ask *asks,
                    size_t num)
{
    size_t n = 0;
    for (size_t i = 0; i < num; i++) {
        const tv_cert *child = asks[i].child;
        asks[i].state = tv_sig_admit(asks[i].key, worker->sig, &child->sig, child->signature);
        if (asks[i].state == TV_EDGE_UNKNOWN) {
            scratch->items[n++] = (item){asks[i].key, NULL, (uint32_t)i};
        }
    }
    return n;
}

// Counts the uses of each key, which may give it a table, and then finds the way for each item.
static void find_ways(const tv_sig_worker *worker, tv_many_scratch *scratch, const tv_sig_ask *asks,
                      size_t num)
{
    tv_sig_count(worker, num);
    size_t end;
    for (size_t start = 0; start < num; start = end) {
        const tv_key *key = scratch->items[start].key;
        for (end = start + 1; end < num && scratch->items[end].key == key; end++) {
        }
        tv_p256_table_use(key, worker, end - start);
        for (size_t i = start; i < end; i++) {
            item *it = &scratch->items[i];
            it->way = tv_sig_way_find(key, &asks[it->at].child->sig);
        }
    }
}

static void answer_block(tv_sig_worker *worker, const tv_sig_way *way, tv_sig_ask *asks, size_t num)
{
    tv_many_scratch *scratch = worker->many;
    way->answer(worker, scratch->block, num);
    for (size_t i = 0; i < num; i++) {
        const tv_sig_question *question = &scratch->block[i];
        asks[scratch->block_at[i]].state =
            question->is_good ? TV_EDGE_GOOD : tv_sig_judge(worker, question);
    }
}

static void answer_by(tv_sig_worker *worker, const tv_sig_way *way, tv_sig_ask *asks, size_t num)
{
    tv_many_scratch *scratch = worker->many;
    size_t len = 0;
    for (size_t i = 0; i < num; i++) {
        const item *it = &scratch->items[i];
        if (it->way != way) {
            continue;
        }
        const tv_cert *child = asks[it->at].child;
        scratch->block[len] =
            tv_sig_question_make(it->key, &child->sig, child->tbs, child->signature);
        scratch->block_at[len++] = it->at;
        if (len == TV_SIG_BLOCK_MAX) {
            answer_block(worker, way, asks, len);
            len = 0;
        }
    }
    if (len > 0) {
        answer_block(worker, way, asks, len);
    }
}

static void answer_slice(tv_sig_worker *worker, tv_sig_ask *asks, size_t num)
{
    size_t n = admit(worker, worker->many, asks, num);
    sort(worker->many, n);
    find_ways(worker, worker->many, asks, n);
    for (size_t i = 0; i < tv_sig_num_ways; i++) {
        answer_by(worker, tv_sig_ways[i], asks, n);
    }
}

void tv_key_check_many(tv_sig_worker *worker, tv_sig_ask *asks, size_t num)
{
    if (worker->many == NULL && num > 1) {
        worker->many = malloc(sizeof(*worker->many));
    }
    if (worker->many == NULL) { // a single question, or memory is out: one by one needs none
        for (size_t i = 0; i < num; i++) {
            asks[i].state = tv_key_check(asks[i].key, worker, asks[i].child);
        }
        return;
    }
    while (num > 0) {
        size_t len = num < SLICE_MAX ? num : SLICE_MAX;
        answer_slice(worker, asks, len);
        asks += len;
        num -= len;
    }
}
