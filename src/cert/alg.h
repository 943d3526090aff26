// SPDX-License-Identifier: Apache-2.0
// AlgorithmIdentifiers (RFC 5280 4.1.1.2) and what they say of a signature or a public key. Bytes
// come in, kinds and sizes go out; whether an algorithm is good enough is left to the profile.
#ifndef TV_CERT_ALG_H
#define TV_CERT_ALG_H

#include "der/der.h"
#include "der/oid.h"
#include "tv/cert.h"

typedef struct tv_alg {
    tv_span oid_contents;
    tv_oid oid;
    bool has_parameters;
    tv_der_value parameters; // zero when absent
} tv_alg;

// Reads the contents of an AlgorithmIdentifier. False when it is malformed.
bool tv_alg_read(tv_span contents, tv_alg *out);

// What a signature algorithm says; the kind is TV_SIG_UNKNOWN unless algorithm and parameters are
// both understood.
tv_sig_alg tv_alg_signature(const tv_alg *alg);

// The kind of a public key and its size in bits. A key of a known algorithm whose parameters or
// bits are broken is TV_KEY_UNKNOWN of 0 bits.
tv_key_kind tv_alg_key(const tv_alg *alg, tv_span key_bits, uint16_t *bits);

// Whether the certificate's key lies on a curve that is spelled out as numbers, not named, which
// RFC 5480 2.1.1 forbids.
bool tv_alg_spells_curve(const tv_cert *cert);

#endif
