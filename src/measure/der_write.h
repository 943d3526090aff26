// SPDX-License-Identifier: Apache-2.0
// DER and PEM into a buffer, as far as minted certificates need them. A failed growth of the buffer
// sticks, as everywhere.
#ifndef TV_MEASURE_DER_WRITE_H
#define TV_MEASURE_DER_WRITE_H

#include "base/buf.h"
#include "der/der.h" // tags

// Opens an element; what is added until tv_der_end(mark) is its contents.
size_t tv_der_begin(tv_buf *out, uint8_t tag);
void tv_der_end(tv_buf *out, size_t mark);

void tv_der_put(tv_buf *out, uint8_t tag, tv_span contents);
void tv_der_put_text(tv_buf *out, uint8_t tag, const char *text);
void tv_der_put_bits(tv_buf *out, tv_span bits); // a BIT STRING of whole bytes

// A PEM block labelled CERTIFICATE, lines of 64 columns (RFC 7468).
void tv_pem_put_certificate(tv_buf *out, tv_span der);

#endif
