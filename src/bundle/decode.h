// SPDX-License-Identifier: Apache-2.0
// One PEM block → the DER it carries, or why it carries none. The same for blocks that are held and
// for blocks that stream by. Whether the DER is a good certificate is left to cert.
#ifndef TV_BUNDLE_DECODE_H
#define TV_BUNDLE_DECODE_H

#include "pem/base64.h"
#include "pem/pem_scan.h"

typedef struct tv_decoded {
    tv_span der;           // in the caller's room; empty when there is none
    tv_span settings;      // trust settings behind `der` (TRUSTED CERTIFICATE); empty: none
    const char *problem;   // NULL, or why there is none; lower case, no period, static storage
    size_t problem_offset; // in the block
    uint32_t trailing;     // bytes behind the first DER value: trust settings (TRUSTED CERTIFICATE,
                           // not part of `der`) or left-overs (part of it)
    tv_pem_kind kind;
} tv_decoded;

// Decodes `block` into `room`, which has tv_base64_room(block->body.len) bytes. A block that is not
// labelled as a certificate, or whose frame is broken, is not decoded.
void tv_block_decode(const tv_pem_block *block, uint8_t *room, tv_decoded *out);

// The length of the DER value at the front of `bytes`, header included: by its length octets alone,
// not looking inside. 0 when the front is no SEQUENCE with a definite length or reaches past the
// end.
size_t tv_der_extent(tv_span bytes);

// Whether `bytes` begin like a DER (or BER) certificate and not like text.
bool tv_looks_like_der(tv_span bytes);

#endif
