// SPDX-License-Identifier: Apache-2.0
// A seeded generator: SHA-256 over (SHA-256 of seed and label, counter). The same seed and label
// give the same bytes on every machine, so every key and every certificate can be made again.
// It protects nothing: the keys that come from it are public knowledge.
#ifndef MINT_RNG_H
#define MINT_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct mint_rng {
    uint8_t state[40]; // 32 bytes of seed, 8 bytes of counter
    uint8_t block[32];
    size_t used; // bytes of `block` that are gone
} mint_rng;

void mint_rng_open(mint_rng *rng, const char *seed, const char *label);
void mint_rng_bytes(mint_rng *rng, uint8_t *out, size_t len);
uint64_t mint_rng_below(mint_rng *rng, uint64_t limit); // uniform in [0, limit)
// The numbers below `len` in an order drawn from the generator.
void mint_rng_order(mint_rng *rng, unsigned *order, unsigned len);

#endif
