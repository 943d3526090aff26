// SPDX-License-Identifier: Apache-2.0
// Keys from a seed, and signatures that are the same on every run: what certificates are made with
// that speed is measured on. Such a key protects nothing. It is as much work to verify under as any
// other, but an RSA modulus has many small factors, so that keys are found and signatures made in
// well under a millisecond, and a private key can be worked out from its seed.
#ifndef TV_SIG_KEYPAIR_H
#define TV_SIG_KEYPAIR_H

#include "base/buf.h"
#include "sig/sig.h"

typedef struct tv_keypair tv_keypair;

// A key of `kind`: TV_KEY_RSA with a modulus of `bits` (a multiple of 256 up to 4096), one of the
// three EC curves or an Edwards curve, for which `bits` is 0. TV_ERR_RANGE for any other.
TV_MUST_USE tv_status tv_keypair_open(tv_keypair **out, tv_key_kind kind, unsigned bits,
                                      uint64_t seed);
void tv_keypair_close(tv_keypair *pair);

// The SubjectPublicKeyInfo; lives as long as the pair.
tv_span tv_keypair_spki(const tv_keypair *pair);

// Appends the signature of `message`: PKCS #1 or PSS (with one hash, and a salt as long as it) for
// RSA, ECDSA, each with SHA-256, SHA-384 or SHA-512; Ed25519 or Ed448. TV_ERR_RANGE when `alg` is
// none of these or does not fit the key. One thread at a time.
TV_MUST_USE tv_status tv_keypair_sign(tv_keypair *pair, const tv_sig_alg *alg, tv_span message,
                                      tv_buf *out);

#endif
