// SPDX-License-Identifier: Apache-2.0
// Test cases as tables: what is in the truststore, who asks to be let in, and what is to come out.
//
// Each case becomes a directory with one truststore, perhaps clients.pem and untrusted.pem; what is
// expected of all of them goes into one expectations.tsv. A new case is a row of a table.
// Expectations name reasons and rules as the catalogue does; G01 to G22 in their notes number what
// API Gateway is known or thought to check, so that each of them can be seen to have its case.
#ifndef MINT_CASES_H
#define MINT_CASES_H

#include "cert.h"

#include <stdbool.h>

// One line of expectations.tsv. NULL takes what most lines say: profile aws-apigateway, the
// corpus's own instant, no reason.
typedef struct mint_expect {
    const char *kind; // "entry", "client" or "bundle"; NULL: no line
    unsigned index;   // of the entry or client in its file; not used for bundles
    const char *profile;
    const char *at;
    const char *verdict; // accept deny undecided, valid invalid, finding no-finding, refused
    const char *reason;  // a reason's id, or that of a rule of the catalogue
    const char *note;
} mint_expect;

#define ACCEPT(i, note)                                                                            \
    {                                                                                              \
        "client", i, NULL, NULL, "accept", NULL, note                                              \
    }
#define DENY(i, reason, note)                                                                      \
    {                                                                                              \
        "client", i, NULL, NULL, "deny", reason, note                                              \
    }
#define UNDECIDED(i, reason, note)                                                                 \
    {                                                                                              \
        "client", i, NULL, NULL, "undecided", reason, note                                         \
    }
#define ACCEPT_AT(i, at, note)                                                                     \
    {                                                                                              \
        "client", i, NULL, at, "accept", NULL, note                                                \
    }
#define DENY_AT(i, at, reason, note)                                                               \
    {                                                                                              \
        "client", i, NULL, at, "deny", reason, note                                                \
    }
#define SSL_ACCEPT(i, note)                                                                        \
    {                                                                                              \
        "client", i, "openssl", NULL, "accept", NULL, note                                         \
    }
#define SSL_DENY(i, reason, note)                                                                  \
    {                                                                                              \
        "client", i, "openssl", NULL, "deny", reason, note                                         \
    }
#define SSL_DENY_AT(i, at, reason, note)                                                           \
    {                                                                                              \
        "client", i, "openssl", at, "deny", reason, note                                           \
    }
#define VALID(i, note)                                                                             \
    {                                                                                              \
        "entry", i, NULL, NULL, "valid", NULL, note                                                \
    }
#define INVALID(i, reason, note)                                                                   \
    {                                                                                              \
        "entry", i, NULL, NULL, "invalid", reason, note                                            \
    }
#define FINDING(rule, note)                                                                        \
    {                                                                                              \
        "bundle", 0, NULL, NULL, "finding", rule, note                                             \
    }
#define NO_FINDING(rule, note)                                                                     \
    {                                                                                              \
        "bundle", 0, NULL, NULL, "no-finding", rule, note                                          \
    }
#define CLIENT_FINDING(i, rule, note)                                                              \
    {                                                                                              \
        "client", i, NULL, NULL, "finding", rule, note                                             \
    }

#define MINT_CASE_CERTS 12
#define MINT_CASE_EXPECTS 12

// The bytes of one file, from the DER of its certificates.
typedef void mint_layout(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders);

typedef struct mint_case {
    const char *name; // NULL ends a table
    const mint_spec *trust[MINT_CASE_CERTS];
    const mint_spec *untrusted[MINT_CASE_CERTS];
    const mint_spec *clients[MINT_CASE_CERTS];
    mint_expect expect[MINT_CASE_EXPECTS];
    mint_layout *store;     // NULL: plain PEM
    mint_layout *presented; // the same for clients.pem
    const char *store_name; // NULL: truststore.pem
    bool large;             // made only when asked for
} mint_case;

extern const mint_case mint_cases_accepted[];
extern const mint_case mint_cases_issuer[];
extern const mint_case mint_cases_strength[];
extern const mint_case mint_cases_path[];
extern const mint_case mint_cases_constraints[];
extern const mint_case mint_cases_policies[];
extern const mint_case mint_cases_malformed[];
extern const mint_case mint_cases_pem[];
extern const mint_case mint_cases_rules[];
extern const mint_case mint_cases_entries[];

#define CERT(...) (&(const mint_spec){__VA_ARGS__})

// What many cases start from: a root, an intermediate below it, and a client below that.
#define ROOT_NAME "C=DE/O=Mint/CN=Root A"
#define INTER_NAME "C=DE/O=Mint/CN=Issuing A"
#define LEAF_NAME "C=DE/O=Mint/CN=client"
#define ROOT_KEY "rsa2048:root-a"
#define INTER_KEY "p256:issuing-a"
#define LEAF_KEY "p256:client"
extern const mint_spec mint_root;
extern const mint_spec mint_inter;
extern const mint_spec mint_leaf;

#define LEAF(...) CERT(.subject = LEAF_NAME, .key = LEAF_KEY, __VA_ARGS__)
#define INTER(...) CERT(.subject = INTER_NAME, .key = INTER_KEY, .role = MINT_CA, __VA_ARGS__)

#endif
