// SPDX-License-Identifier: Apache-2.0
// The extensions of a certificate (RFC 5280 4.2). The contents of SEQUENCE OF Extension come in;
// the fields of the view that extensions fill go out. What is not understood ends as the view's
// `extension_problem` or `policy_problem`; only what cannot be told apart as extensions is the
// caller's `problem`.
#ifndef TV_CERT_EXT_H
#define TV_CERT_EXT_H

#include "tv/cert.h"

// Reads all of `out->extensions`. On false `*where` is the extension that cannot be delimited.
bool tv_ext_read(tv_cert *out, const uint8_t **where);

// The TV_EKU_ bit of a purpose, from the contents of its OID. False when they are no OID.
bool tv_eku_bit(tv_span contents, uint16_t *bit);

#endif
