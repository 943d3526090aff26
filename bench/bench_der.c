// SPDX-License-Identifier: Apache-2.0
// The der room on clients' certificates: a walk over every TLV, known OIDs, and times.
#include "bench.h"

#include "der/der.h"
#include "der/der_time.h"
#include "der/oid.h"
#include "minted.h"

enum { MAX_DEPTH = 32 };

// Walks all elements of a DER, what is inside of constructed ones too.
static uint64_t walk(tv_span der, uint64_t (*visit)(const tv_der_value *value))
{
    tv_span open[MAX_DEPTH] = {der};
    size_t depth = 1;
    uint64_t sum = 0;
    while (depth > 0) {
        tv_der_value value;
        if (!tv_der_read(&open[depth - 1], &value)) {
            depth--;
            continue;
        }
        sum += visit(&value);
        if ((value.tag & 0x20) != 0 && depth < MAX_DEPTH) {
            open[depth++] = value.contents;
        }
    }
    return sum;
}

static uint64_t visit_any(const tv_der_value *value)
{
    return value->tag;
}

static uint64_t visit_oid(const tv_der_value *value)
{
    return value->tag == TV_DER_OID ? (uint64_t)tv_oid_find(value->contents) : 0;
}

static uint64_t visit_time(const tv_der_value *value)
{
    tv_time time;
    bool is_time = value->tag == TV_DER_UTC_TIME && tv_der_time(value, &time);
    return is_time ? (uint64_t)time : 0;
}

static void *setup(tv_bench_load *load)
{
    minted *self = minted_open();
    if (self != NULL) {
        load->items = self->sample.num_clients;
        load->bytes = self->sample.der_bytes;
    }
    return self;
}

static uint64_t walk_all(const minted *self, uint64_t (*visit)(const tv_der_value *value))
{
    uint64_t sum = 0;
    for (size_t i = 0; i < self->sample.num_clients; i++) {
        sum += walk(self->sample.clients[i].cert.der, visit);
    }
    return sum;
}

static uint64_t run_walk(void *state)
{
    return walk_all(state, visit_any);
}

static uint64_t run_oids(void *state)
{
    return walk_all(state, visit_oid);
}

static uint64_t run_times(void *state)
{
    return walk_all(state, visit_time);
}

const tv_bench_case tv_bench_der[] = {
    {"walk", setup, run_walk, minted_close},
    {"walk_with_oids", setup, run_oids, minted_close},
    {"walk_with_times", setup, run_times, minted_close},
    {0},
};
