// SPDX-License-Identifier: Apache-2.0
// Cases of CA certificates in a truststore that break a rule alone or below another entry: what an
// audit is to find, a rule a case. The plain truststore (leaf-of-intermediate) breaks none of them.
#include "cases.h"

static const mint_spec not_ca = {.subject = INTER_NAME,
                                 .key = INTER_KEY,
                                 .by = &mint_root,
                                 .role = MINT_CA,
                                 .flags = MINT_BC_NOT_CA};
static const mint_spec not_signing = {.subject = INTER_NAME,
                                      .key = INTER_KEY,
                                      .by = &mint_root,
                                      .role = MINT_CA,
                                      .flags = MINT_NO_CERT_SIGN};
static const mint_spec french = {.subject = INTER_NAME,
                                 .key = INTER_KEY,
                                 .by = &mint_root,
                                 .role = MINT_CA,
                                 .permitted = "dir:C=FR"};

// A CA below the intermediate `authority`.
#define BELOW(authority)                                                                           \
    CERT(.subject = "C=DE/O=Mint/CN=Issuing B", .key = "p256:issuing-b", .by = &(authority),       \
         .role = MINT_CA)

// The root, and an intermediate that breaks one rule.
#define BREAKS(name_, rule, note_, ...)                                                            \
    {                                                                                              \
        .name = (name_), .trust = {&mint_root, INTER(.by = &mint_root, __VA_ARGS__)},              \
        .expect = {FINDING(rule, note_), VALID(0, "")},                                            \
    }

const mint_case mint_cases_entries[] = {
    BREAKS("entry-bad-extension", "entry-bad-extension", "G04", .damage = MINT_BAD_EXTENSION),
    BREAKS("entry-version-4", "entry-unsupported-version", "", .version = 4),
    BREAKS("entry-unknown-algorithm", "entry-unsupported-algorithm", "", .sig = MINT_SIG_UNKNOWN),
    BREAKS("entry-unknown-critical", "entry-unhandled-critical-extension", "G21",
           .flags = MINT_UNKNOWN_CRITICAL),
    BREAKS("entry-validity-reversed", "validity-reversed", "", .not_before = "20300101000000Z",
           .not_after = "20290101000000Z"),
    BREAKS("entry-serial-negative", "serial-negative", "", .serial = "ff0123"),
    BREAKS("entry-serial-zero", "serial-zero", "", .serial = "00"),
    BREAKS("entry-serial-21-octets", "serial-too-long", "",
           .serial = "7f0102030405060708090a0b0c0d0e0f1011121314"),
    BREAKS("entry-basic-constraints-not-critical", "ca-basic-constraints-not-critical", "G21",
           .flags = MINT_BC_NOT_CRITICAL),
    BREAKS("entry-without-key-usage", "ca-key-usage-missing", "G21", .flags = MINT_NO_KU),
    BREAKS("entry-cert-sign-without-ca", "cert-sign-without-ca", "G21", .flags = MINT_BC_NOT_CA),
    BREAKS("entry-stray-path-length", "path-length-without-ca", "G21",
           .flags = MINT_BC_NOT_CA | MINT_STRAY_PATH_LEN),
    BREAKS("entry-without-subject-key-id", "ca-without-subject-key-id", "", .flags = MINT_NO_SKI),
    BREAKS("entry-without-authority-key-id", "ca-without-authority-key-id", "",
           .flags = MINT_NO_AKI),
    BREAKS("entry-for-servers", "entry-extended-key-usage", "G20", .eku = "server"),
    BREAKS("entry-stray-name-constraints", "name-constraints-without-ca", "",
           .flags = MINT_BC_NOT_CA, .permitted = "dir:C=DE"),
    {"entry-only-alternative-name",
     .trust = {&mint_root, CERT(.subject = "", .key = INTER_KEY, .by = &mint_root, .role = MINT_CA,
                                .san = "dns:ca.example", .flags = MINT_SAN_NOT_CRITICAL)},
     .expect = {FINDING("subject-alt-name-not-critical", ""), VALID(0, "")}},
    {"entry-serial-20-octets",
     .trust = {&mint_root,
               INTER(.by = &mint_root, .serial = "7f0102030405060708090a0b0c0d0e0f10111213")},
     .clients = {&mint_leaf},
     .expect = {NO_FINDING("serial-too-long", ""), NO_FINDING("serial-negative", ""),
                NO_FINDING("serial-zero", ""), VALID(1, ""), ACCEPT(0, "")}},
    {"entry-subject-empty",
     .trust = {&mint_root,
               CERT(.subject = "", .key = INTER_KEY, .by = &mint_root, .role = MINT_CA)},
     .expect = {FINDING("ca-subject-empty", ""), VALID(0, "")}},
    {"entry-root-missing", .trust = {&mint_inter, BELOW(mint_inter)},
     .expect = {FINDING("entry-root-missing", "G12"), FINDING("entry-issuer-missing", "G12"),
                INVALID(0, "issuer-not-found", ""), INVALID(1, "root-not-found", "")}},
    {"entry-below-no-ca", .trust = {&mint_root, &not_ca, BELOW(not_ca)},
     .expect = {FINDING("ca-basic-constraints", "G21"), INVALID(2, "not-a-ca", "")}},
    {"entry-below-no-cert-sign", .trust = {&mint_root, &not_signing, BELOW(not_signing)},
     .expect = {FINDING("ca-key-usage", "G21"), INVALID(2, "key-usage", "")}},
    {"entry-outside-names", .trust = {&mint_root, &french, BELOW(french)},
     .expect = {FINDING("entry-name-constraints", "G21"), INVALID(2, "name-constraints", "")}},
    {.name = NULL},
};
