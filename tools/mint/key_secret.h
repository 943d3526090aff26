// SPDX-License-Identifier: Apache-2.0
// What making keys (key.c) and signing (sign.c) share: the private half of a key.
#ifndef MINT_KEY_SECRET_H
#define MINT_KEY_SECRET_H

#include "key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

// RSA, Ed25519 and Ed448 have `pkey`; elliptic curves have `group` and `scalar`.
typedef struct mint_secret {
    EVP_PKEY *pkey;
    size_t modulus_len; // RSA, bytes
    EC_GROUP *group;
    BIGNUM *scalar;
    size_t field_len; // bytes of a coordinate, and of the scalar
} mint_secret;

#endif
