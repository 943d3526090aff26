// SPDX-License-Identifier: Apache-2.0
// A seed and a label go in, a stream of bytes comes out.
#include "rng.h"

#include "buf.h"

#include <openssl/sha.h>
#include <string.h>

void mint_rng_open(mint_rng *rng, const char *seed, const char *label)
{
    mint_buf text = {0};
    mint_add(&text, seed, strlen(seed) + 1); // the NUL keeps seed and label apart
    mint_add_text(&text, label);
    *rng = (mint_rng){.used = sizeof(rng->block)};
    (void)SHA256(text.ptr, text.len, rng->state);
    mint_buf_free(&text);
}

static void next_block(mint_rng *rng)
{
    (void)SHA256(rng->state, sizeof(rng->state), rng->block);
    for (size_t i = sizeof(rng->state); i > 32; i--) {
        if (++rng->state[i - 1] != 0) {
            break;
        }
    }
    rng->used = 0;
}

void mint_rng_bytes(mint_rng *rng, uint8_t *out, size_t len)
{
    while (len > 0) {
        if (rng->used == sizeof(rng->block)) {
            next_block(rng);
        }
        size_t part = sizeof(rng->block) - rng->used;
        if (part > len) {
            part = len;
        }
        memcpy(out, rng->block + rng->used, part);
        rng->used += part;
        out += part;
        len -= part;
    }
}

uint64_t mint_rng_below(mint_rng *rng, uint64_t limit)
{
    uint64_t threshold = (UINT64_MAX - limit + 1) % limit; // values below it would favour some
    for (;;) {
        uint8_t bytes[8];
        mint_rng_bytes(rng, bytes, sizeof(bytes));
        uint64_t value = 0;
        for (size_t i = 0; i < sizeof(bytes); i++) {
            value = value << 8 | bytes[i];
        }
        if (value >= threshold) {
            return value % limit;
        }
    }
}

void mint_rng_order(mint_rng *rng, unsigned *order, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        unsigned place = (unsigned)mint_rng_below(rng, i + 1);
        order[i] = order[place];
        order[place] = i;
    }
}
