// SPDX-License-Identifier: Apache-2.0
// Cases that must get in: plain ones, and neighbours of those that must not.
#include "cases.h"

const mint_spec mint_root = {.subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA};
const mint_spec mint_inter = {
    .subject = INTER_NAME, .key = INTER_KEY, .by = &mint_root, .role = MINT_CA};
const mint_spec mint_leaf = {
    .subject = LEAF_NAME, .key = LEAF_KEY, .by = &mint_inter, .san = "dns:client.mint.example"};

static const mint_spec self_signed = {.subject = "CN=alone", .key = "p256:alone"};
static const mint_spec p384_root = {
    .subject = "CN=Root P-384", .key = "p384:root", .role = MINT_CA};
static const mint_spec p384_inter = {
    .subject = "CN=Issuing P-384", .key = "p384:issuing", .by = &p384_root, .role = MINT_CA};
static const mint_spec big_root = {
    .subject = "CN=Root RSA-4096", .key = "rsa4096:root", .role = MINT_CA, .sig = MINT_SIG_SHA512};
static const mint_spec ed25519_root = {
    .subject = "CN=Root Ed25519", .key = "ed25519:root", .role = MINT_CA};
static const mint_spec ed448_root = {
    .subject = "CN=Root Ed448", .key = "ed448:root", .role = MINT_CA};

const mint_case mint_cases_accepted[] = {
    {"leaf-of-intermediate", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .expect = {ACCEPT(0, "the plain case"), SSL_ACCEPT(0, ""), VALID(0, ""), VALID(1, ""),
                NO_FINDING("duplicate-subject", "G06: different subjects"),
                NO_FINDING("entry-issuer-missing", "G12: the chain is whole")}},
    {"leaf-of-root", .trust = {&mint_root, &mint_inter}, .clients = {LEAF(.by = &mint_root)},
     .expect = {ACCEPT(0, "any CA of the store may issue clients"), SSL_ACCEPT(0, "")}},
    {"store-order-reversed", .trust = {&mint_inter, &mint_root}, .clients = {&mint_leaf},
     .expect = {ACCEPT(0, "the order of entries does not matter"), SSL_ACCEPT(0, "")}},
    {"leaf-version-1", .trust = {&mint_root},
     .clients = {LEAF(.by = &mint_root, .role = MINT_BARE)},
     .expect = {ACCEPT(0, "X.509 version 1, as openssl x509 -req makes it"), SSL_ACCEPT(0, "")}},
    {"leaf-version-3-bare", .trust = {&mint_root},
     .clients = {LEAF(.by = &mint_root, .role = MINT_BARE, .version = 3)},
     .expect = {ACCEPT(0, "version 3 without extensions"), SSL_ACCEPT(0, "")}},
    {"leaf-without-eku", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .eku = "")},
     .expect = {ACCEPT(0, "no extended key usage is no restriction"), SSL_ACCEPT(0, "")}},
    {"leaf-empty-subject", .trust = {&mint_root, &mint_inter},
     .clients = {CERT(.subject = "", .key = LEAF_KEY, .by = &mint_inter,
                      .san = "uri:spiffe://mint.example/ns/prod/sa/client")},
     .expect = {ACCEPT(0, "an empty subject with a critical SAN"), SSL_ACCEPT(0, "")}},
    {"leaf-multi-valued-rdn", .trust = {&mint_root, &mint_inter},
     .clients = {CERT(.subject = "C=DE/SN=42+CN=client/DC=example", .key = LEAF_KEY,
                      .by = &mint_inter)},
     .expect = {ACCEPT(0, "two values in one RDN"), SSL_ACCEPT(0, "")}},
    {"leaf-san-critical", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .san = "dns:c.mint.example", .flags = MINT_SAN_CRITICAL)},
     .expect = {ACCEPT(0, "a critical extension that is processed"), SSL_ACCEPT(0, "")}},
    {"leaf-unknown-extension", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .flags = MINT_UNKNOWN_EXTENSION | MINT_REVOCATION)},
     .expect = {ACCEPT(0, "an unknown extension that is not critical"), SSL_ACCEPT(0, "")}},
    {"key-kinds", .trust = {&mint_root},
     .clients = {CERT(.subject = "CN=rsa-2048", .key = "rsa2048:client", .by = &mint_root),
                 CERT(.subject = "CN=rsa-3072", .key = "rsa3072:client", .by = &mint_root),
                 CERT(.subject = "CN=rsa-4096", .key = "rsa4096:root", .by = &mint_root),
                 CERT(.subject = "CN=p-256", .key = "p256:client", .by = &mint_root),
                 CERT(.subject = "CN=p-384", .key = "p384:client", .by = &mint_root)},
     .expect = {ACCEPT(0, "the smallest RSA key"), ACCEPT(1, ""), ACCEPT(2, ""), ACCEPT(3, ""),
                ACCEPT(4, ""), SSL_ACCEPT(0, ""), SSL_ACCEPT(2, ""), SSL_ACCEPT(4, "")}},
    {"chain-p384", .trust = {&p384_root, &p384_inter}, .clients = {LEAF(.by = &p384_inter)},
     .expect = {ACCEPT(0, "ECDSA with SHA-384 throughout"), SSL_ACCEPT(0, ""), VALID(0, "")}},
    {"chain-rsa4096-sha512", .trust = {&big_root},
     .clients = {LEAF(.by = &big_root, .sig = MINT_SIG_SHA512)},
     .expect = {ACCEPT(0, "a hash stronger than the smallest"), SSL_ACCEPT(0, "")}},
    {"chain-pss", .trust = {&mint_root},
     .clients = {LEAF(.by = &mint_root, .sig = MINT_SIG_PSS_SHA256),
                 LEAF(.by = &mint_root, .sig = MINT_SIG_PSS_SHA384)},
     .expect = {SSL_ACCEPT(0, "RSASSA-PSS with SHA-256"), SSL_ACCEPT(1, "with SHA-384"),
                DENY(0, "weak-signature-algorithm", "not on the list")}},
    {"chain-ed25519", .trust = {&ed25519_root}, .clients = {LEAF(.by = &ed25519_root)},
     .expect = {SSL_ACCEPT(0, "Ed25519"), DENY(0, "issuer-weak-key", "G11: not on the list")}},
    {"chain-ed448", .trust = {&ed448_root}, .clients = {LEAF(.by = &ed448_root)},
     .expect = {SSL_ACCEPT(0, "Ed448"), DENY(0, "issuer-weak-key", "G11: not on the list")}},
    {"serial-numbers", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .serial = "ff0123456789abcdef"),
                 LEAF(.by = &mint_inter,
                      .serial = "7f000102030405060708090a0b0c0d0e0f101112131415161718"),
                 LEAF(.by = &mint_inter, .serial = "00"), LEAF(.by = &mint_inter, .serial = "01"),
                 LEAF(.by = &mint_inter, .serial = "00c0ffee")},
     .expect = {ACCEPT(0, "negative"), ACCEPT(1, "25 bytes and more, past the 20 of RFC 5280"),
                ACCEPT(2, "zero"), ACCEPT(3, "one"), ACCEPT(4, "a leading zero for the sign"),
                SSL_ACCEPT(0, ""), SSL_ACCEPT(1, ""), SSL_ACCEPT(2, "")}},
    {"date-forms", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .not_after = "20491231235959Z"),
                 LEAF(.by = &mint_inter, .not_after = "20500101000000Z"),
                 LEAF(.by = &mint_inter, .not_after = "99991231235959Z"),
                 LEAF(.by = &mint_inter, .not_before = "19500101000000Z"),
                 LEAF(.by = &mint_inter, .not_before = "19491231235959Z"),
                 LEAF(.by = &mint_inter, .not_before = "20240229120000Z")},
     .expect = {ACCEPT(0, "the last UTCTime"), ACCEPT(1, "the first late GeneralizedTime"),
                ACCEPT(2, "no well-defined expiry"), ACCEPT(3, "the first UTCTime"),
                ACCEPT(4, "a GeneralizedTime before it"), ACCEPT(5, "a leap day"),
                SSL_ACCEPT(0, ""), SSL_ACCEPT(1, ""), SSL_ACCEPT(2, ""), SSL_ACCEPT(3, ""),
                SSL_ACCEPT(5, "")}},
    {"self-signed-in-store", .trust = {&mint_root, &self_signed}, .clients = {&self_signed},
     .expect = {ACCEPT(0, "G18: byte for byte in the truststore"), SSL_ACCEPT(0, "")}},
    {"same-client-twice", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, &mint_leaf, LEAF(.by = &mint_root), &mint_leaf},
     .expect = {ACCEPT(0, ""), ACCEPT(1, "a duplicate has a row of its own"), ACCEPT(2, ""),
                ACCEPT(3, "")}},
    {.name = NULL},
};
