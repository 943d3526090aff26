// SPDX-License-Identifier: Apache-2.0
// What else is found in PEM files beside certificates. Sound enough to be shown by other tools.
#ifndef MINT_EXTRAS_H
#define MINT_EXTRAS_H

#include "cert.h"

// A certificate request for `name`, signed by `key` (RFC 2986).
void mint_request(mint_buf *out, const mint_key *key, const char *name);
// A CRL without entries of the CA `ca` (RFC 5280 5).
void mint_crl(mint_buf *out, mint_pool *pool, const mint_spec *ca);
// Certificates alone in a SignedData, as .p7b files hold them (RFC 5652 5).
void mint_pkcs7(mint_buf *out, const mint_buf *ders, size_t num_ders);
// The trust settings that OpenSSL puts behind the certificate of a TRUSTED CERTIFICATE block.
// `purpose` is the OID that is trusted.
void mint_trust_settings(mint_buf *out, const char *purpose, const char *alias);
// What `openssl x509 -text` prints in front of a certificate, in short.
void mint_text_dump(mint_buf *out, const char *subject);

#endif
