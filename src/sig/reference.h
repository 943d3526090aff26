// SPDX-License-Identifier: Apache-2.0
// X509_verify_cert as a second opinion: DERs and settings come in, libcrypto's verdict goes out.
// Nothing of the fast path is used: libcrypto decodes, searches and judges by itself.
#ifndef TV_SIG_REFERENCE_H
#define TV_SIG_REFERENCE_H

#include "cert/policy_ext.h"
#include "cert/trust_settings.h"
#include "tv/status.h"

// A truststore and extra intermediates as libcrypto holds them. Any number of threads may ask it.
typedef struct tv_reference tv_reference;

// A certificate of a truststore, with its trust settings or NULL.
typedef struct tv_reference_anchor {
    tv_span der;
    const tv_trust *trust;
} tv_reference_anchor;

// What libcrypto cannot decode is left out. Nothing of what is pointed to is kept.
TV_MUST_USE tv_status tv_reference_open(tv_reference **out, const tv_reference_anchor *trusted,
                                        size_t num_trusted, const tv_span *untrusted,
                                        size_t num_untrusted);
void tv_reference_close(tv_reference *reference);

typedef struct tv_reference_settings {
    tv_time at;
    bool check_time;
    bool partial_chain; // any certificate of the truststore may end a path
    bool check_self_signature;
    bool proxy_certificates;
    bool strict;                     // -x509_strict
    bool client, server;             // ask for that purpose; at most one
    bool trust_client, trust_server; // ask trust settings for that purpose; at most one
    int auth_level;                  // 0 to 5
    int depth;                       // most intermediates; negative: libcrypto's own bound
    // Certificate policies, RFC 5280 6.1.1 (c) to (f); without check_policies none of them counts.
    bool check_policies, explicit_policy, inhibit_any_policy, inhibit_policy_mapping;
    const tv_policy_set *policies; // of which one must be valid; NULL or empty: any
} tv_reference_settings;

typedef struct tv_reference_verdict {
    bool decoded;     // false: libcrypto does not take the target for a certificate
    int code;         // X509_V_OK or X509_V_ERR_*, of the first error
    int depth;        // where
    const char *text; // of the code, libcrypto's own; static storage
} tv_reference_verdict;

// False when memory is out.
bool tv_reference_verify(const tv_reference *reference, const tv_reference_settings *settings,
                         tv_span target, tv_reference_verdict *out);

#endif
