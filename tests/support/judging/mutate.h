// SPDX-License-Identifier: Apache-2.0
// Certificates that are slightly wrong: edits of a DER's values, with the lengths around them made
// right again, or of its bytes. The same seed makes the same edits.
#ifndef TV_TESTS_MUTATE_H
#define TV_TESTS_MUTATE_H

#include "support/judging/rng.h"
#include "tv/common.h"

#include <openssl/evp.h>

#define TV_DER_MAX 8192

typedef struct tv_der {
    uint8_t bytes[TV_DER_MAX];
    size_t len;
} tv_der;

// One edit. `donor` gives values to copy. What would grow past the buffer is left as it is.
void tv_mutate(tv_rng *rng, tv_der *der, tv_span donor);

// Puts a fresh signature over the TBSCertificate, whatever it has become; the algorithm stays as
// written. False when the three parts of a certificate can no longer be told apart.
bool tv_resign(tv_der *der, EVP_PKEY *ed25519);

#endif
