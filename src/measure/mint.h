// SPDX-License-Identifier: Apache-2.0
// Input to measure on, made from a seed: a truststore of CA certificates, and clients that it
// accepts. 70 of 100 clients have an issuer with an RSA-2048 key, the others one with a P-256 key;
// client certificates have the extensions that public CAs write and about 1,000 bytes of DER.
#ifndef TV_MEASURE_MINT_H
#define TV_MEASURE_MINT_H

#include "base/buf.h"
#include "tv/status.h"

enum { TV_MINT_AUTHORITIES = 200 }; // certificates in the truststore

// When all that is minted is valid.
#define TV_MINT_AT INT64_C(1798761600) // 2027-01-01T00:00:00Z

// Appends the PEM of both. The same seed and number of clients give the same bytes. TV_ERR_NOMEM,
// TV_ERR_CRYPTO.
TV_MUST_USE tv_status tv_mint_input(tv_buf *truststore, tv_buf *clients, uint64_t seed,
                                    uint32_t num_clients);

#endif
