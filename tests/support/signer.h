// SPDX-License-Identifier: Apache-2.0
// Key pairs and signatures for tests, made by libcrypto's EVP calls alone, so that what src/sig
// answers is held against something that shares no code path with it.
#ifndef TV_TESTS_SIGNER_H
#define TV_TESTS_SIGNER_H

#include "tv/cert.h"

#include <openssl/types.h>

typedef struct tv_signer {
    EVP_PKEY *pkey; // NULL for a signer of public keys only
    uint8_t *spki;
    size_t spki_len;
} tv_signer;

// A new random key; `bits` is for RSA. Aborts the test program when libcrypto fails.
void tv_signer_open(tv_signer *out, tv_key_kind kind, unsigned int bits);

// A new RSASSA-PSS key that allows the parameters of `alg` only, and longer salts.
void tv_signer_open_pss(tv_signer *out, unsigned int bits, const tv_sig_alg *alg);

void tv_signer_close(tv_signer *signer);

tv_span tv_signer_spki(const tv_signer *signer);

// Signs `message`; false when the key refuses the algorithm. The caller frees `*out` with free().
bool tv_signer_sign(const tv_signer *signer, const tv_sig_alg *alg, tv_span message, uint8_t **out,
                    size_t *out_len);

#endif
