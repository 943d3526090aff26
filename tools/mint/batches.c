// SPDX-License-Identifier: Apache-2.0
// A function that makes any batch goes in, all batches in their order come out. A window of slots
// lies between the threads that make batches and the caller, who writes them.
#include "batches.h"

#include "output.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define SLOTS_PER_THREAD 3

// A made batch waits in slot number % num_slots until it is written.
typedef struct slot {
    mint_buf text;
    mint_buf notes;
    bool full;
} slot;

typedef struct window {
    const mint_batches *batches;
    pthread_mutex_t lock; // guards all that follows
    pthread_cond_t changed;
    slot *slots;
    unsigned num_slots;
    unsigned next;    // batch to be made
    unsigned written; // batches that are gone
} window;

static void *work(void *arg)
{
    window *run = arg;
    unsigned total = run->batches->count;
    for (;;) {
        (void)pthread_mutex_lock(&run->lock);
        while (run->next < total && run->next >= run->written + run->num_slots) {
            (void)pthread_cond_wait(&run->changed, &run->lock);
        }
        unsigned number = run->next < total ? run->next++ : total;
        (void)pthread_mutex_unlock(&run->lock);
        if (number == total) {
            return NULL;
        }
        slot made = {.full = true};
        run->batches->make(&made.text, &made.notes, run->batches->arg, number);
        (void)pthread_mutex_lock(&run->lock);
        run->slots[number % run->num_slots] = made;
        (void)pthread_cond_broadcast(&run->changed);
        (void)pthread_mutex_unlock(&run->lock);
    }
}

static void write_in_order(window *run)
{
    for (unsigned number = 0; number < run->batches->count; number++) {
        slot *place = &run->slots[number % run->num_slots];
        (void)pthread_mutex_lock(&run->lock);
        while (!place->full) {
            (void)pthread_cond_wait(&run->changed, &run->lock);
        }
        slot taken = *place;
        *place = (slot){0};
        run->written++;
        (void)pthread_cond_broadcast(&run->changed);
        (void)pthread_mutex_unlock(&run->lock);
        mint_file_put(run->batches->text, &taken.text);
        if (run->batches->notes != NULL) {
            mint_file_put(run->batches->notes, &taken.notes);
        }
        mint_buf_free(&taken.text);
        mint_buf_free(&taken.notes);
    }
}

void mint_batches_write(const mint_batches *batches)
{
    pthread_t ids[MINT_MAX_THREADS];
    window run = {.batches = batches, .num_slots = batches->threads * SLOTS_PER_THREAD};
    run.slots = calloc(run.num_slots, sizeof(*run.slots));
    if (run.slots == NULL || pthread_mutex_init(&run.lock, NULL) != 0 ||
        pthread_cond_init(&run.changed, NULL) != 0) {
        mint_die("out of memory");
    }
    for (unsigned i = 0; i < batches->threads; i++) {
        if (pthread_create(&ids[i], NULL, work, &run) != 0) {
            mint_die("a thread cannot be made");
        }
    }
    write_in_order(&run);
    for (unsigned i = 0; i < batches->threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    (void)pthread_cond_destroy(&run.changed);
    (void)pthread_mutex_destroy(&run.lock);
    free(run.slots);
}
