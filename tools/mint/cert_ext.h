// SPDX-License-Identifier: Apache-2.0
// The extensions of a described certificate.
#ifndef MINT_CERT_EXT_H
#define MINT_CERT_EXT_H

#include "cert.h"

// Appends the [3] EXPLICIT Extensions; nothing when the description asks for none.
void mint_cert_extensions(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys);

#endif
