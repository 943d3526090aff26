// SPDX-License-Identifier: Apache-2.0
// The trust settings that OpenSSL keeps behind a certificate in a TRUSTED CERTIFICATE block
// (X509_CERT_AUX; openssl-x509(1), "Trust Settings"): for which purposes an anchor is trusted, and
// for which it is not. The bytes behind the DER come in, purposes as bits go out. Which purpose is
// asked for, and whether settings are heeded at all, is left to path and profile.
#ifndef TV_CERT_TRUST_SETTINGS_H
#define TV_CERT_TRUST_SETTINGS_H

#include "tv/cert.h"

// All zero: no settings.
typedef struct tv_trust {
    bool listed;       // purposes are trusted by name: one that is not named is refused
    uint16_t trusted;  // TV_EKU_ bits
    uint16_t rejected; // TV_EKU_ bits; they come before the trusted ones
} tv_trust;

// Reads all of `bytes`. Settings that cannot be read to their last byte trust for no purpose:
// nobody knows what they forbid.
void tv_trust_read(tv_span bytes, tv_trust *out);

typedef enum tv_trust_word {
    TV_TRUST_SILENT = 0, // what holds without settings, holds
    TV_TRUST_GRANTED,
    TV_TRUST_REFUSED,
} tv_trust_word;

// What the settings say of a purpose, TV_EKU_CLIENT_AUTH or TV_EKU_SERVER_AUTH: anyExtendedKeyUsage
// stands for both. TV_EKU_ANY asks for none in particular.
tv_trust_word tv_trust_ask(const tv_trust *trust, uint16_t purpose);

#endif
