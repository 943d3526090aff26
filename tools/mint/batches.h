// SPDX-License-Identifier: Apache-2.0
// A long output in batches that several threads make and one writes, in order: the bytes do not
// depend on the number of threads, and no more batches are held than threads can be busy with.
#ifndef MINT_BATCHES_H
#define MINT_BATCHES_H

#include "buf.h"

#include <stdio.h>

#define MINT_MAX_THREADS 64

// Makes batch `number`, from 0, of the main output and of what goes beside it. Any thread.
typedef void mint_batch_make(mint_buf *text, mint_buf *notes, const void *arg, unsigned number);

typedef struct mint_batches {
    unsigned count;
    unsigned threads; // 1 to MINT_MAX_THREADS
    mint_batch_make *make;
    const void *arg;
    FILE *text;
    FILE *notes; // NULL: nothing beside it is written
} mint_batches;

void mint_batches_write(const mint_batches *batches);

#endif
