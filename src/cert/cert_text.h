// SPDX-License-Identifier: Apache-2.0
// Short texts of a view's facts, as rows show them: "RSA-2048", "EC-P256", "Ed25519", "DSA-1024";
// "sha256WithRSAEncryption", "RSASSA-PSS-SHA256", "ecdsa-with-SHA384", "Ed25519".
#ifndef TV_CERT_CERT_TEXT_H
#define TV_CERT_CERT_TEXT_H

#include "base/buf.h"
#include "tv/cert.h"

void tv_cert_key_text(const tv_cert *cert, tv_buf *out);
void tv_cert_signature_text(const tv_cert *cert, tv_buf *out);
// The serial number as lower-case hex of its contents, leading 00 left out, "-" before a negative
// one's magnitude ("-1f"), "00" for zero.
void tv_cert_serial_text(const tv_cert *cert, tv_buf *out);

#endif
