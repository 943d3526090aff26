// SPDX-License-Identifier: Apache-2.0
// The truststores of a workload.
#ifndef MINT_BULK_STORE_H
#define MINT_BULK_STORE_H

#include "bulk_pki.h"

// The number of the issuer that truststore `store` (from 0) lacks, or UINT_MAX.
unsigned bulk_missing_issuer(const bulk_pki *pki, unsigned store);
// Appends the PEM of truststore `store`.
void bulk_truststore(mint_buf *out, const bulk_pki *pki, const bulk_options *options,
                     unsigned store);

#endif
