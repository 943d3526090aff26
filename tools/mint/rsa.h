// SPDX-License-Identifier: Apache-2.0
// RSA key pairs from a stream of seeded bytes.
#ifndef MINT_RSA_H
#define MINT_RSA_H

#include "rng.h"

#include <openssl/evp.h>

// A key of `bits` (a multiple of 16) with exponent 65537. The caller frees it. Sets `*modulus` to
// the modulus, to be freed by the caller too.
EVP_PKEY *mint_rsa_open(mint_rng *rng, unsigned bits, BIGNUM **modulus);

#endif
