// SPDX-License-Identifier: Apache-2.0
// A profile as judging reads it: values of settings, what is said of each reason, and the severity
// of each rule. Every one of them carries its certainty and its source.
//
// The file form (inih): sections [profile] (name, summary, inherits), [setting ID] (value),
// [reason ID] (check, text), [rule ID] (severity); in the last three also certainty and source.
#ifndef TV_POLICY_PROFILE_H
#define TV_POLICY_PROFILE_H

#include "cert/policy_ext.h"
#include "tv/finding.h"
#include "tv/profile.h"

// Which certificates of a truststore may end a path.
typedef enum tv_anchor_rule {
    TV_ANCHOR_SELF_SIGNED = 0, // only self-issued ones: the chain must be complete
    TV_ANCHOR_ANY,             // any certificate of the truststore
} tv_anchor_rule;

typedef enum tv_intermediate_rule {
    TV_INTERMEDIATES_TRUSTSTORE = 0, // only certificates of the truststore stand on a path
    TV_INTERMEDIATES_ANY,            // those that clients send (--untrusted), too
} tv_intermediate_rule;

// What is done with authority and subject key identifiers.
typedef enum tv_key_id_rule {
    TV_KEY_ID_MUST_MATCH = 0, // an issuer whose identifier differs is none (X509_check_issued)
    TV_KEY_ID_HINT,           // they order the search and decide nothing (RFC 5280 4.2.1.1)
} tv_key_id_rule;

typedef enum tv_purpose {
    TV_PURPOSE_ANY = 0,
    TV_PURPOSE_CLIENT,
    TV_PURPOSE_SERVER,
} tv_purpose;

// What a profile does with a reason that is a matter of rules (expired, weak-key, ...).
typedef enum tv_reason_check {
    TV_CHECK_NO = 0, // not looked at
    TV_CHECK_ADVICE, // told, the verdict does not change
    TV_CHECK_YES,    // denies
} tv_reason_check;

// Bits of tv_hash_kind and tv_key_kind: 1 << kind.
typedef struct tv_settings {
    tv_anchor_rule anchors;
    tv_intermediate_rule intermediates;
    tv_key_id_rule key_identifiers;
    tv_purpose purpose;
    bool anchor_validity;    // an anchor's own validity counts
    bool anchor_constraints; // its basic constraints, key usage, path length, names, purposes count
    bool anchor_key;         // its key must not be weak
    bool anchor_self_signature; // its own key must verify its signature (openssl -check_ss_sig)
    bool anchor_signature;      // the hash of its self-signature must not be weak
    bool not_after_inclusive;   // RFC 5280 4.1.2.5; OpenSSL counts the last second as expired
    bool version1_ca;           // a self-signed version 1 or 2 certificate may be an anchor
    bool version1_client;       // a version 1 or 2 target is taken
    // An anchor without basic constraints is a CA by keyCertSign or, when it has no key usage, by
    // its Netscape certificate type (OpenSSL).
    bool ca_by_key_usage;
    bool eku_any;             // anyExtendedKeyUsage stands for every purpose
    bool eku_of_issuers;      // extended key usage of CAs limits what they issue
    bool server_gated_crypto; // its purposes stand for serverAuth (OpenSSL)
    bool trust_settings;      // those of TRUSTED CERTIFICATE blocks are heeded (OpenSSL)
    bool client_key_usage;    // a client's key usage must allow digitalSignature or keyAgreement
    bool common_name_constraints; // a CN that looks like a DNS name is held against dNSName
                                  // constraints when there is no SAN dNSName (OpenSSL)
    bool proxy_certificates;      // RFC 3820 proxies are taken
    bool strict; // MUSTs of the certificate profile that path validation need not look at deny
    bool strict_openssl;          // so does what OpenSSL asks for with -x509_strict
    bool check_policies;          // certificate policies are processed (RFC 5280 6.1)
    bool explicit_policy;         // a policy must be valid whatever the certificates ask for
    bool inhibit_any_policy;      // anyPolicy stands for none
    bool inhibit_policy_mapping;  // policies that an issuer maps are not valid
    tv_policy_set policies;       // of which one must be valid; empty: any
    uint32_t max_ca_certificates; // anchor included; 0: no bound
    uint32_t max_depth;           // intermediates between target and anchor; UINT32_MAX: no bound
    uint32_t min_rsa_bits, max_rsa_bits; // 0: no bound
    uint32_t min_ec_bits;                // for curves that `keys` names only as "EC"
    uint32_t keys;                       // bits of tv_key_kind that are taken
    uint32_t hashes; // bits of tv_hash_kind that are taken in signatures; TV_HASH_NONE always is
    bool pss;        // RSASSA-PSS signatures are taken
    uint64_t max_bundle_bytes, warn_bundle_bytes; // 0: no bound
    uint32_t max_bundle_certs;                    // 0: no bound
    uint32_t max_cert_bytes;                      // 0: no bound
    uint32_t max_subject_bytes;                   // sum over the bundle; 0: no bound
    uint32_t horizon_days[3]; // coming expiries that are told, descending; 0: none
} tv_settings;

// The TV_EKU_ bits of which an extended key usage must have one to allow the purpose that is asked
// for, which is not TV_PURPOSE_ANY.
static inline unsigned tv_purpose_eku(const tv_settings *set)
{
    unsigned wanted = set->eku_any ? TV_EKU_ANY : 0;
    if (set->purpose == TV_PURPOSE_CLIENT) {
        return wanted | TV_EKU_CLIENT_AUTH;
    }
    return wanted | TV_EKU_SERVER_AUTH | (set->server_gated_crypto ? TV_EKU_SERVER_GATED : 0);
}

typedef struct tv_provenance {
    tv_certainty certainty;
    const char *source; // owned by the profile; "" when nothing is said
} tv_provenance;

typedef struct tv_reason_policy {
    tv_reason_check check;
    const char *text; // the gateway's own, or NULL
    tv_provenance from;
} tv_reason_policy;

typedef struct tv_rule_policy {
    tv_severity severity;
    tv_provenance from;
} tv_rule_policy;

#define TV_MAX_RULES 128
#define TV_MAX_SETTINGS 64

struct tv_profile {
    const char *name, *summary;
    tv_settings set;
    tv_provenance set_from[TV_MAX_SETTINGS]; // by row of the settings table
    tv_reason_policy reasons[TV_REASON_COUNT];
    tv_rule_policy rules[TV_MAX_RULES]; // by row of the catalogue
    struct tv_arena *texts;             // owns every string above
};

// Reasons that are facts and not rules cannot be switched off: malformed, bad-signature,
// issuer-not-found, self-signed, root-not-found, unsupported-algorithm, budget-spent.
bool tv_reason_is_fact(tv_reason reason);

// The settings table: ids in the order of set_from.
size_t tv_setting_count(void);
const char *tv_setting_id(size_t i);
const char *tv_setting_help(size_t i); // one sentence

// A profile without a name, as a file that inherits nothing begins: settings of rfc5280, every
// reason enforced, the severities of the catalogue.
TV_MUST_USE tv_status tv_profile_new(tv_profile **out);

// A deep copy, for jobs that change settings.
TV_MUST_USE tv_status tv_profile_copy(tv_profile **out, const tv_profile *from);

// Row of the catalogue for a rule id; TV_MAX_RULES when there is none.
size_t tv_rule_index(const char *id);

#endif
