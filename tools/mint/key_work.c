// SPDX-License-Identifier: Apache-2.0
// Names of keys go in, keys come out. Every key depends on its name alone, so that it does not
// matter which thread makes it.
#include "key_work.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct mint_key_job {
    mint_key *key;
    char *name;
} mint_key_job;

typedef struct key_crew {
    const mint_key_work *work;
    pthread_mutex_t lock; // guards `next`
    size_t next;
} key_crew;

void mint_key_work_add(mint_key_work *work, mint_key *key, const char *name)
{
    if (work->len == work->room) {
        work->room = work->room == 0 ? 64 : 2 * work->room;
        mint_key_job *grown = realloc(work->jobs, work->room * sizeof(*grown));
        if (grown == NULL) {
            mint_die("out of memory");
        }
        work->jobs = grown;
    }
    mint_key_job *job = &work->jobs[work->len++];
    *job = (mint_key_job){.key = key, .name = strdup(name)};
    if (job->name == NULL) {
        mint_die("out of memory");
    }
}

static void *make_keys(void *arg)
{
    key_crew *crew = arg;
    for (;;) {
        (void)pthread_mutex_lock(&crew->lock);
        size_t mine = crew->next++;
        (void)pthread_mutex_unlock(&crew->lock);
        if (mine >= crew->work->len) {
            return NULL;
        }
        mint_key_open(crew->work->jobs[mine].key, crew->work->seed, crew->work->jobs[mine].name);
    }
}

void mint_key_work_run(mint_key_work *work, unsigned threads)
{
    key_crew crew = {.work = work};
    pthread_t *ids = calloc(threads, sizeof(*ids));
    if (ids == NULL || pthread_mutex_init(&crew.lock, NULL) != 0) {
        mint_die("out of memory");
    }
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, make_keys, &crew) != 0) {
            mint_die("a thread cannot be made");
        }
    }
    for (unsigned i = 0; i < threads; i++) {
        (void)pthread_join(ids[i], NULL);
    }
    (void)pthread_mutex_destroy(&crew.lock);
    free(ids);
    for (size_t i = 0; i < work->len; i++) {
        free(work->jobs[i].name);
    }
    free(work->jobs);
    *work = (mint_key_work){.seed = work->seed};
}
