// SPDX-License-Identifier: Apache-2.0
// Cases about what a CA certificate may do: basic constraints, key usage, extended key usage, path
// length, the length of the chain, critical extensions.
#include "cases.h"

#define MANY_CA(n, its_issuer)                                                                     \
    {                                                                                              \
        .subject = "CN=Tier " #n, .key = "p256:tier-" #n, .by = (its_issuer), .role = MINT_CA      \
    }
static const mint_spec tier_1 = MANY_CA(1, NULL);
static const mint_spec tier_2 = MANY_CA(2, &tier_1);
static const mint_spec tier_3 = MANY_CA(3, &tier_2);
static const mint_spec tier_4 = MANY_CA(4, &tier_3);
static const mint_spec tier_5 = MANY_CA(5, &tier_4);

static const mint_spec root_len_0 = {
    .subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA, .path_len = 1};
static const mint_spec root_len_1 = {
    .subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA, .path_len = 2};
static const mint_spec inter_len_0 = {
    .subject = INTER_NAME, .key = INTER_KEY, .by = &mint_root, .role = MINT_CA, .path_len = 1};
static const mint_spec below_inter = {
    .subject = "CN=Issuing B", .key = "p256:issuing-b", .by = &mint_inter, .role = MINT_CA};
static const mint_spec inter_new_key = {
    .subject = INTER_NAME, .key = "p256:issuing-a-new", .by = &mint_inter, .role = MINT_CA};

static const mint_spec v1_root = {.subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_BARE};
static const mint_spec v1_inter = {
    .subject = INTER_NAME, .key = INTER_KEY, .by = &mint_root, .role = MINT_BARE};

static const mint_spec server_inter = {
    .subject = INTER_NAME, .key = INTER_KEY, .by = &mint_root, .role = MINT_CA, .eku = "server"};

const mint_case mint_cases_path[] = {
    {"chain-of-four", .trust = {&tier_1, &tier_2, &tier_3, &tier_4},
     .clients = {LEAF(.by = &tier_4), LEAF(.by = &tier_1)},
     .expect = {ACCEPT(0, "G14: four CA certificates are allowed"), ACCEPT(1, ""),
                SSL_ACCEPT(0, ""), NO_FINDING("entry-chain-too-long", "G14")}},
    {"chain-of-five", .trust = {&tier_1, &tier_2, &tier_3, &tier_4, &tier_5},
     .clients = {LEAF(.by = &tier_5), LEAF(.by = &tier_4)},
     .expect = {DENY(0, "chain-too-long", "G14: five CA certificates"), ACCEPT(1, "G14: four"),
                SSL_ACCEPT(0, "OpenSSL allows a hundred"), FINDING("entry-chain-too-long", "G14")}},
    {"issuer-says-not-ca", .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_BC_NOT_CA)},
     .clients = {&mint_leaf},
     .expect = {DENY(0, "not-a-ca", "basic constraints with cA false"),
                SSL_DENY(0, "not-a-ca", "")}},
    {"issuer-without-basic-constraints",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_NO_BC | MINT_NO_KU)},
     .clients = {&mint_leaf}, .expect = {DENY(0, "not-a-ca", ""), SSL_DENY(0, "not-a-ca", "")}},
    {"issuer-with-key-usage-only",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_NO_BC)}, .clients = {&mint_leaf},
     .expect = {DENY(0, "not-a-ca", "RFC 5280 6.1.4 (k)"), SSL_DENY(0, "not-a-ca", "")}},
    {"root-with-key-usage-only",
     .trust = {CERT(.subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA, .flags = MINT_NO_BC)},
     .clients = {LEAF(.by = &mint_root)},
     .expect = {DENY(0, "not-a-ca", "the stricter side: nothing is published"),
                SSL_ACCEPT(0, "an anchor whose key may sign certificates")}},
    {"issuer-is-client", .trust = {&mint_root, &mint_inter, &mint_leaf},
     .clients = {CERT(.subject = "CN=grandchild", .key = "p256:grandchild", .by = &mint_leaf)},
     .expect = {DENY(0, "not-a-ca", "a client certificate that issues another"),
                SSL_DENY(0, "not-a-ca", ""), FINDING("entry-not-a-ca", "G15")}},
    {"version-1-root", .trust = {&v1_root, &mint_inter}, .clients = {&mint_leaf},
     .expect = {DENY(0, "not-a-ca", "the stricter side: nothing is published"),
                SSL_ACCEPT(0, "an anchor is a name and a key"),
                FINDING("entry-unsupported-version", "told once"),
                NO_FINDING("entry-version-1", ""),
                {"bundle", 0, "openssl", NULL, "finding", "entry-version-1", ""}}},
    {"version-1-intermediate", .trust = {&mint_root, &v1_inter},
     .clients = {LEAF(.by = &v1_inter, .flags = MINT_NO_AKI)},
     .expect = {DENY(0, "not-a-ca", "RFC 5280 6.1.4 (k)"), SSL_DENY(0, "not-a-ca", "")}},
    {"issuer-without-cert-sign",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_NO_CERT_SIGN)},
     .clients = {&mint_leaf},
     .expect = {DENY(0, "key-usage", "G21: a CA without keyCertSign"), SSL_DENY(0, "key-usage", ""),
                FINDING("ca-key-usage-without-cert-sign", "G21")}},
    {"issuer-without-key-usage",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_NO_KU)}, .clients = {&mint_leaf},
     .expect = {ACCEPT(0, "no key usage is no restriction"), SSL_ACCEPT(0, "")}},
    {"leaf-key-encipherment-only", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .flags = MINT_KEY_AGREEMENT_ONLY)},
     .expect = {DENY(0, "key-usage", "the stricter side: nothing is published"),
                SSL_DENY(0, "key-usage", "error 26 in OpenSSL")}},
    {"leaf-server-only", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .eku = "server"), LEAF(.by = &mint_inter, .eku = "any"),
                 LEAF(.by = &mint_inter, .eku = "client,server")},
     .expect = {ACCEPT(0, "G20: a note, no denial"), ACCEPT(1, "G20: anyExtendedKeyUsage"),
                ACCEPT(2, ""), CLIENT_FINDING(0, "client-extended-key-usage", "G20"),
                SSL_DENY(0, "extended-key-usage", ""), SSL_DENY(1, "extended-key-usage", ""),
                SSL_ACCEPT(2, "")}},
    {"leaf-netscape-type", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .flags = MINT_NETSCAPE_SERVER),
                 LEAF(.by = &mint_inter, .flags = MINT_NETSCAPE_CLIENT),
                 LEAF(.by = &mint_inter, .flags = MINT_NETSCAPE_CLIENT | MINT_NETSCAPE_SERVER)},
     .expect = {ACCEPT(0, "G20: a note, as of the extended key usage"),
                CLIENT_FINDING(0, "client-extended-key-usage", "G20"), ACCEPT(1, ""),
                SSL_DENY(0, "extended-key-usage", "the older extension for the same"),
                SSL_ACCEPT(1, ""), SSL_ACCEPT(2, "")}},
    {"intermediate-server-only", .trust = {&mint_root, &server_inter}, .clients = {&mint_leaf},
     .expect = {ACCEPT(0, "nothing is published about the usage of CAs"),
                SSL_DENY(0, "extended-key-usage", "the usage of a CA limits what it issues")}},
    {"path-length-met", .trust = {&root_len_1, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &root_len_1)},
     .expect = {ACCEPT(0, "exactly one CA below"), ACCEPT(1, ""), SSL_ACCEPT(0, "")}},
    {"path-length-of-root-exceeded", .trust = {&root_len_0, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &root_len_0)},
     .expect = {DENY(0, "path-length", "G21: no CA may follow"), ACCEPT(1, "a client may"),
                SSL_DENY(0, "path-length", ""), SSL_ACCEPT(1, "")}},
    {"path-length-of-intermediate-exceeded", .trust = {&mint_root, &inter_len_0, &below_inter},
     .clients = {LEAF(.by = &below_inter), &mint_leaf},
     .expect = {DENY(0, "path-length", "G21"), ACCEPT(1, ""), SSL_DENY(0, "path-length", ""),
                SSL_ACCEPT(1, "")}},
    {"path-length-self-issued", .trust = {&root_len_1, &mint_inter, &inter_new_key},
     .clients = {LEAF(.by = &inter_new_key)},
     .expect = {ACCEPT(0, "a self-issued CA does not count, RFC 5280 6.1.4 (l)"),
                SSL_ACCEPT(0, "")}},
    {"leaf-unknown-critical", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .flags = MINT_UNKNOWN_CRITICAL)},
     .expect = {DENY(0, "unhandled-critical-extension", ""),
                SSL_DENY(0, "unhandled-critical-extension", "")}},
    {"intermediate-unknown-critical",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_UNKNOWN_CRITICAL)},
     .clients = {&mint_leaf},
     .expect = {DENY(0, "unhandled-critical-extension", ""),
                SSL_DENY(0, "unhandled-critical-extension", "")}},
    {.name = NULL},
};
