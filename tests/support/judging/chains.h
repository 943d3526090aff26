// SPDX-License-Identifier: Apache-2.0
// Questions from a seed: small hierarchies of CAs with what real ones have (renewals, namesakes,
// cross-signatures, missing links), in which none, one or a few certificates are odd.
#ifndef TV_TESTS_CHAINS_H
#define TV_TESTS_CHAINS_H

#include "support/judging/question.h"
#include "support/judging/rng.h"

#include <openssl/evp.h>

// The certificates of a question, each with the key that signed it. tv_hierarchy_free() takes them
// back.
enum { TV_HIERARCHY_CERTS = 16 };

typedef struct tv_hierarchy {
    tv_question question;
    tv_span trusted[TV_HIERARCHY_CERTS + 1], untrusted[TV_HIERARCHY_CERTS];
    struct {
        tv_span der;
        EVP_PKEY *signer;
    } certs[TV_HIERARCHY_CERTS];
    size_t num_certs;
} tv_hierarchy;

// The instant that hierarchies are made for: 2026-06-01T00:00:00Z.
#define TV_CHAINS_AT INT64_C(1780272000)

void tv_hierarchy_make(tv_hierarchy *out, tv_rng *rng);
void tv_hierarchy_free(tv_hierarchy *hierarchy);

// A key that is the same in every run; Ed25519, so that signatures are, too.
EVP_PKEY *tv_fixed_key(unsigned which);

#endif
