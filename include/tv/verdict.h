// SPDX-License-Identifier: Apache-2.0
// The answer about one certificate against one truststore, and the stable list of reasons.
#ifndef TV_VERDICT_H
#define TV_VERDICT_H

#include "tv/cert.h"
#include "tv/status.h"

#ifdef __cplusplus
extern "C" {
#endif

// A client is accepted, denied or undecided; an entry of a truststore is valid, invalid or
// undecided. A zeroed verdict denies.
typedef enum tv_verdict {
    TV_VERDICT_DENY = 0,
    TV_VERDICT_UNDECIDED, // a budget was spent before an answer was found
    TV_VERDICT_ACCEPT,
} tv_verdict;

// enumerator, id, X509_V_ERR number, what it means. In the order of how much they tell: of several
// reasons that hold on the best path, the first in this list is told first.
#define TV_REASON_LIST(X)                                                                          \
    X(TV_REASON_MALFORMED, "malformed", 1, "the bytes are not a certificate that can be read")     \
    X(TV_REASON_UNSUPPORTED_VERSION, "unsupported-version", 1,                                     \
      "the X.509 version is not one the target takes")                                             \
    X(TV_REASON_UNSUPPORTED_ALGORITHM, "unsupported-algorithm", 76,                                \
      "a signature algorithm or key that cannot be checked")                                       \
    X(TV_REASON_BAD_SIGNATURE, "bad-signature", 7,                                                 \
      "the issuer's key does not verify the signature")                                            \
    X(TV_REASON_ISSUER_NOT_FOUND, "issuer-not-found", 20, "no issuer is at hand")                  \
    X(TV_REASON_SELF_SIGNED, "self-signed", 18, "signed by its own key and not in the truststore") \
    X(TV_REASON_ROOT_NOT_FOUND, "root-not-found", 2,                                               \
      "an issuer is at hand, but no path reaches a trust anchor")                                  \
    X(TV_REASON_EXPIRED, "expired", 10, "its validity has ended")                                  \
    X(TV_REASON_NOT_YET_VALID, "not-yet-valid", 9, "its validity has not begun")                   \
    X(TV_REASON_ISSUER_EXPIRED, "issuer-expired", 10, "the validity of an issuer has ended")       \
    X(TV_REASON_ISSUER_NOT_YET_VALID, "issuer-not-yet-valid", 9,                                   \
      "the validity of an issuer has not begun")                                                   \
    X(TV_REASON_WEAK_SIGNATURE_ALGORITHM, "weak-signature-algorithm", 68,                          \
      "its signature uses a hash that the target refuses")                                         \
    X(TV_REASON_WEAK_KEY, "weak-key", 66, "its key is one that the target refuses")                \
    X(TV_REASON_ISSUER_WEAK_SIGNATURE_ALGORITHM, "issuer-weak-signature-algorithm", 68,            \
      "the signature of an issuer uses a hash that the target refuses")                            \
    X(TV_REASON_ISSUER_WEAK_KEY, "issuer-weak-key", 67,                                            \
      "the key of an issuer is one that the target refuses")                                       \
    X(TV_REASON_NOT_A_CA, "not-a-ca", 79, "an issuer is not a CA certificate")                     \
    X(TV_REASON_KEY_USAGE, "key-usage", 32, "a key is not meant for this use")                     \
    X(TV_REASON_EXTENDED_KEY_USAGE, "extended-key-usage", 26,                                      \
      "a certificate is not meant for this purpose")                                               \
    X(TV_REASON_PATH_LENGTH, "path-length", 25, "a path length constraint is exceeded")            \
    X(TV_REASON_CHAIN_TOO_LONG, "chain-too-long", 22, "the path is longer than the target allows") \
    X(TV_REASON_NAME_CONSTRAINTS, "name-constraints", 47,                                          \
      "a name lies outside the name constraints of an issuer")                                     \
    X(TV_REASON_CERTIFICATE_POLICY, "certificate-policy", 43,                                      \
      "no certificate policy is valid along the path")                                             \
    X(TV_REASON_UNHANDLED_CRITICAL_EXTENSION, "unhandled-critical-extension", 34,                  \
      "a critical extension that is not processed")                                                \
    X(TV_REASON_REVOKED, "revoked", 23, "a certificate of the path is revoked")                    \
    X(TV_REASON_BUDGET_SPENT, "budget-spent", 1, "the search ended before every path was tried")

typedef enum tv_reason {
    TV_REASON_NONE = 0,
#define TV_REASON_ENUM(name, id, code, text) name,
    TV_REASON_LIST(TV_REASON_ENUM)
#undef TV_REASON_ENUM
        TV_REASON_COUNT
} tv_reason;

#define TV_REASON_BIT(reason) (UINT32_C(1) << (reason))

TV_API const char *tv_reason_id(tv_reason reason);   // "issuer-not-found"; "" for none
TV_API const char *tv_reason_text(tv_reason reason); // what it means
TV_API int tv_reason_openssl_code(tv_reason reason); // X509_V_ERR_*; 0 for none
TV_API tv_reason tv_reason_find(const char *id);     // TV_REASON_NONE when there is none
TV_API tv_reason tv_reason_first(uint32_t reasons);  // the one told first of a set of bits

// How sure a rule of a profile, and a prediction that rests on it, is.
typedef enum tv_certainty {
    TV_INFERRED = 0,
    TV_MEASURED,
    TV_DOCUMENTED,
} tv_certainty;
TV_API const char *tv_certainty_text(tv_certainty certainty);

// One certificate that is held: parsed once, whatever the number of entries that show it.
typedef struct tv_held {
    tv_cert cert;
    tv_cert_problem problem; // why `cert` is not to be judged; `what` is NULL when it is
    tv_fingerprint fingerprint;
    tv_cert_id id;
} tv_held;

// What would help a client that is denied.
typedef enum tv_hint_kind {
    TV_HINT_NONE = 0,
    TV_HINT_ISSUER_MISSING,      // nothing of the issuer's name is in the truststore
    TV_HINT_ISSUER_REKEYED,      // `near` has the issuer's name and another key
    TV_HINT_ISSUER_NOT_TRUSTED,  // `near` is the issuer, known as intermediate only
    TV_HINT_ROOT_MISSING,        // `near` is in the truststore; its own issuer is not
    TV_HINT_ISSUER_EXPIRED,      // `near` expired (or is not yet valid)
    TV_HINT_SAME_KEY_OTHER_CERT, // `near` is in the truststore and has the self-signed client's key
    TV_HINT_ALTERED,     // `near` is the issuer by name and key id, and did not sign these bytes
    TV_HINT_SELF_SIGNED, // the client itself would have to be in the truststore
} tv_hint_kind;

#define TV_PATH_MAX TV_LIMIT_DEPTH // certificates in a recorded path, the target not counted

// One client against one truststore, or one entry against its own.
typedef struct tv_cell {
    tv_verdict verdict;
    tv_reason reason;       // TV_REASON_NONE on accept
    uint32_t reasons;       // TV_REASON_BIT of every one that holds on the best path
    tv_certainty certainty; // of the weakest rule that this verdict rests on
    uint8_t depth;          // of the certificate that `reason` is about, 0 the target
    uint8_t path_len;       // issuers in `path`
    bool advice;            // accepted, and a rule that is only advice does not hold: `advices`
    uint32_t advices;       // TV_REASON_BIT of reasons that the profile reports but not enforces
    const tv_held *path[TV_PATH_MAX]; // issuers upward; the last is the anchor on accept
    const tv_held *anchor;            // NULL when none was reached; the target itself may be it
    tv_hint_kind hint;
    const tv_held *near_miss; // what the hint is about, or NULL
    tv_time breaks_at;        // first instant at which the verdict changes; TV_TIME_NONE: never
} tv_cell;

#ifdef __cplusplus
}
#endif

#endif
