// SPDX-License-Identifier: Apache-2.0
// The encoding of EMSA-PKCS1-v1_5 (RFC 8017 9.2), which is made and compared as a whole, so that
// nothing in it is ever parsed.
#ifndef TV_SIG_PKCS1_H
#define TV_SIG_PKCS1_H

#include "tv/common.h"

// Bytes of the digest of a tv_hash_kind; 0 for a hash whose encoding is not made here.
size_t tv_pkcs1_digest_len(size_t hash);

// Makes the encoding for a modulus of `len` bytes, with zeros where the digest goes, which is at
// the end. False when the modulus is too short for it.
bool tv_pkcs1_frame(uint8_t *out, size_t len, uint8_t hash);

#endif
