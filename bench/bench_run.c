// SPDX-License-Identifier: Apache-2.0
// The run room: the table of distinct certificates, with a million of them. Texts are short, so
// that the table is measured and not the hash and the compare of a kilobyte.
#include "bench.h"

#include "base/span.h"
#include "run/uniques.h"

#include <stdlib.h>

enum {
    NUM_UNIQUES = 1000000,
    STRIDE = 382231, // from one look-up to the next, prime to the number
    AHEAD = 2,       // blocks
};

typedef struct client_text {
    uint64_t words[8];
} client_text;

typedef struct uniques_state {
    client_text *texts;
    tv_uniques *uniques; // NULL when a run makes its own
} uniques_state;

static tv_span text_span(const client_text *text)
{
    return tv_span_make(text, sizeof(*text));
}

static tv_fingerprint fingerprint_of(const client_text *text)
{
    tv_fingerprint fingerprint;
    memcpy(fingerprint.bytes, text, sizeof(fingerprint.bytes));
    return fingerprint;
}

static void close_uniques(void *payload)
{
    uniques_state *state = payload;
    tv_uniques_close(state->uniques);
    free(state->texts);
    free(state);
}

static void *setup_texts(tv_bench_load *load)
{
    uniques_state *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return NULL;
    }
    state->texts = malloc(NUM_UNIQUES * sizeof(client_text));
    if (state->texts == NULL) {
        close_uniques(state);
        return NULL;
    }
    uint64_t seed = 11;
    for (size_t i = 0; i < NUM_UNIQUES; i++) {
        for (size_t w = 0; w < sizeof(client_text) / sizeof(uint64_t); w++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            state->texts[i].words[w] = seed;
        }
    }
    load->items = NUM_UNIQUES;
    return state;
}

// One client on its way: hashed, its places asked for, then looked up `ahead` clients later.
typedef struct waiting {
    const client_text *text;
    tv_fingerprint fingerprint;
    tv_hash128 hash;
} waiting;

static void begin(const tv_uniques *uniques, const client_text *text, bool ahead, waiting *one)
{
    one->text = text;
    one->fingerprint = fingerprint_of(text);
    one->hash = tv_uniques_hash(uniques, text_span(text));
    if (ahead) {
        tv_uniques_prefetch_text(uniques, one->hash);
        tv_uniques_prefetch_digest(uniques, &one->fingerprint);
    }
}

// What the first stage does with a block: looks for its text, then adds what is not found.
static uint64_t end(tv_uniques *uniques, const waiting *one, uint64_t position)
{
    tv_span text = text_span(one->text);
    const tv_unique *record = tv_uniques_find_text(uniques, text, one->hash, position);
    if (record == NULL) {
        record = tv_uniques_add(uniques, &one->fingerprint, text, one->hash, position);
    }
    return record != NULL ? record->first : 0;
}

// All texts, in an order that has nothing to do with that of memory when `stride` is not 1.
static uint64_t pass(const client_text *texts, tv_uniques *uniques, uint64_t stride, uint64_t ahead)
{
    waiting ring[AHEAD + 1];
    uint64_t sum = 0;
    for (uint64_t i = 0; i < NUM_UNIQUES + ahead; i++) {
        if (i < NUM_UNIQUES) {
            begin(uniques, &texts[i * stride % NUM_UNIQUES], ahead > 0, &ring[i % (AHEAD + 1)]);
        }
        if (i >= ahead) {
            sum += end(uniques, &ring[(i - ahead) % (AHEAD + 1)], i - ahead);
        }
    }
    return sum;
}

static uint64_t make_all(const uniques_state *state, uint64_t ahead)
{
    tv_uniques *uniques;
    if (tv_uniques_open(&uniques) != TV_OK) {
        return 0;
    }
    uint64_t sum = pass(state->texts, uniques, 1, ahead);
    tv_uniques_close(uniques);
    return sum;
}

static uint64_t run_unique(void *state)
{
    return make_all(state, 0);
}

static uint64_t run_unique_ahead(void *state)
{
    return make_all(state, AHEAD);
}

static void *setup_filled(tv_bench_load *load)
{
    uniques_state *state = setup_texts(load);
    if (state != NULL && tv_uniques_open(&state->uniques) != TV_OK) {
        close_uniques(state);
        return NULL;
    }
    if (state != NULL) {
        pass(state->texts, state->uniques, 1, 0);
    }
    return state;
}

static uint64_t run_duplicate(void *payload)
{
    const uniques_state *state = payload;
    return pass(state->texts, state->uniques, STRIDE, 0);
}

static uint64_t run_duplicate_ahead(void *payload)
{
    const uniques_state *state = payload;
    return pass(state->texts, state->uniques, STRIDE, AHEAD);
}

const tv_bench_case tv_bench_run[] = {
    {"uniques_unique", setup_texts, run_unique, close_uniques},
    {"uniques_unique_ahead", setup_texts, run_unique_ahead, close_uniques},
    {"uniques_duplicate", setup_filled, run_duplicate, close_uniques},
    {"uniques_duplicate_ahead", setup_filled, run_duplicate_ahead, close_uniques},
    {0},
};
