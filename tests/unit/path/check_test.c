// SPDX-License-Identifier: Apache-2.0
// Each rule denies what breaks it, and nothing beside: a case that yields the reason and a
// neighbour that does not, under the settings that switch it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/world.h"

#define CLIENT_AUTH                                                                                \
    {                                                                                              \
        .name = "extendedKeyUsage", .conf = "clientAuth"                                           \
    }
#define CA_TRUE                                                                                    \
    {                                                                                              \
        .name = "basicConstraints", .conf = "critical,CA:TRUE"                                     \
    }
#define BAD_EXTENSION                                                                              \
    {                                                                                              \
        .name = "2.5.29.17", .der = {(const uint8_t *)"\x01", 1 }                                  \
    }
#define UNKNOWN_CRITICAL                                                                           \
    {                                                                                              \
        .name = "1.2.3.4", .der = {(const uint8_t *)"\x05\x00", 2}, .critical = true               \
    }

// Any language: RFC 3820 3.8.
#define PROXY                                                                                      \
    {                                                                                              \
        .name = "1.3.6.1.5.5.7.1.14",                                                              \
        .der = {(const uint8_t *)"\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x15\x00", 14},  \
        .critical = true                                                                           \
    }

static const world_row rows[] = {
    {"root", .ca = true},
    {"ca", .by = "root", .ca = true},
    {"leaf", .by = "ca", .spec.extensions = {CLIENT_AUTH}},
    {"bad-extension", .by = "ca", .key_of = "leaf", .spec.extensions = {BAD_EXTENSION}},
    {"bad-extension-ca", .by = "root", .spec.extensions = {CA_TRUE, BAD_EXTENSION}},
    {"under-bad-extension-ca", .by = "bad-extension-ca", .key_of = "leaf"},
    {"version-1", .by = "ca", .key_of = "leaf", .spec.version = 1},
    {"version-1-root", .spec.version = 1},
    {"under-version-1-root", .by = "version-1-root", .key_of = "leaf"},
    {"version-2-root", .spec.version = 2},
    {"under-version-2-root", .by = "version-2-root", .key_of = "leaf"},
    {"version-1-ca", .by = "root", .spec.version = 1},
    {"under-version-1-ca", .by = "version-1-ca", .key_of = "leaf"},
    {"forged", .by = "ca", .key_of = "leaf", .forged = true},
    {"odd-curve-ca", .by = "root", .kind = "secp256k1", .ca = true},
    {"under-odd-curve-ca", .by = "odd-curve-ca", .key_of = "leaf"},
    {"expired", .by = "ca", .key_of = "leaf", .spec.not_after = "251231235959Z"},
    {"last-second", .by = "ca", .key_of = "leaf", .spec.not_after = "260101000000Z"},
    {"early", .by = "ca", .key_of = "leaf", .spec.not_before = "260101000001Z"},
    {"first-second", .by = "ca", .key_of = "leaf", .spec.not_before = "260101000000Z"},
    {"expired-ca", .by = "root", .ca = true, .spec.not_after = "251231235959Z"},
    {"under-expired-ca", .by = "expired-ca", .key_of = "leaf"},
    {"early-ca", .by = "root", .ca = true, .spec.not_before = "260101000001Z"},
    {"under-early-ca", .by = "early-ca", .key_of = "leaf"},
    {"expired-root", .ca = true, .spec.not_after = "251231235959Z"},
    {"under-expired-root", .by = "expired-root", .key_of = "leaf"},
    {"early-root", .ca = true, .spec.not_before = "260101000001Z"},
    {"under-early-root", .by = "early-root", .key_of = "leaf"},
    {"sha1", .by = "ca", .key_of = "leaf", .spec.digest = "SHA1"},
    {"sha1-ca", .by = "root", .ca = true, .spec.digest = "SHA1"},
    {"under-sha1-ca", .by = "sha1-ca", .key_of = "leaf"},
    {"sha1-root", .ca = true, .spec.digest = "SHA1"},
    {"under-sha1-root", .by = "sha1-root", .key_of = "leaf"},
    {"rsa-root", .kind = "rsa1024", .ca = true},
    {"pss", .by = "rsa-root", .key_of = "leaf", .spec.pss_salt_len = 32},
    {"small", .by = "ca", .key_of = "rsa-root"},
    {"dsa", .by = "ca", .kind = "dsa1024"},
    {"netscape-root", .spec.extensions = {{.name = "nsCertType", .conf = "sslCA"}}},
    {"under-netscape-root", .by = "netscape-root", .key_of = "leaf"},
    {"object-root", .spec.extensions = {{.name = "nsCertType", .conf = "objCA"}}},
    {"under-object-root", .by = "object-root", .key_of = "leaf"},
    {"netscape-crl-root", .spec.extensions = {{.name = "nsCertType", .conf = "sslCA"},
                                              {.name = "keyUsage", .conf = "cRLSign"}}},
    {"under-netscape-crl-root", .by = "netscape-crl-root", .key_of = "leaf"},
    {"netscape-ca", .by = "root", .spec.extensions = {{.name = "nsCertType", .conf = "sslCA"}}},
    {"under-netscape-ca", .by = "netscape-ca", .key_of = "leaf"},
    {"small-ca", .by = "root", .key_of = "rsa-root", .ca = true},
    {"under-small-ca", .by = "small-ca", .key_of = "leaf"},
    {"under-small-root", .by = "rsa-root", .key_of = "leaf"},
    {"not-a-ca", .by = "root",
     .spec.extensions = {{.name = "basicConstraints", .conf = "CA:FALSE"}}},
    {"under-not-a-ca", .by = "not-a-ca", .key_of = "leaf"},
    {"not-a-ca-root", .spec.extensions = {{.name = "basicConstraints", .conf = "CA:FALSE"}}},
    {"under-not-a-ca-root", .by = "not-a-ca-root", .key_of = "leaf"},
    {"usage-root", .spec.extensions = {{.name = "keyUsage", .conf = "keyCertSign"}}},
    {"under-usage-root", .by = "usage-root", .key_of = "leaf"},
    {"usage-ca", .by = "root", .spec.extensions = {{.name = "keyUsage", .conf = "keyCertSign"}}},
    {"under-usage-ca", .by = "usage-ca", .key_of = "leaf"},
    {"bare-root", .by = NULL},
    {"under-bare-root", .by = "bare-root", .key_of = "leaf"},
    {"crl-ca", .by = "root", .spec.extensions = {CA_TRUE, {.name = "keyUsage", .conf = "cRLSign"}}},
    {"under-crl-ca", .by = "crl-ca", .key_of = "leaf"},
    {"any-usage-ca", .by = "root", .spec.extensions = {CA_TRUE}},
    {"under-any-usage-ca", .by = "any-usage-ca", .key_of = "leaf"},
    {"agrees", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "keyUsage", .conf = "keyAgreement"}}},
    {"enciphers", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "keyUsage", .conf = "keyEncipherment"}}},
    {"server", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "serverAuth"}}},
    {"any-purpose", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "anyExtendedKeyUsage"}}},
    {"ms-gated", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "msSGC"}}},
    {"ns-gated", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "nsSGC"}}},
    {"gated-ca", .by = "root", .ca = true,
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "nsSGC"}}},
    {"under-gated-ca", .by = "gated-ca", .key_of = "leaf"},
    {"server-ca", .by = "root", .ca = true,
     .spec.extensions = {{.name = "extendedKeyUsage", .conf = "serverAuth"}}},
    {"under-server-ca", .by = "server-ca", .key_of = "leaf"},
    {"short-ca", .by = "root",
     .spec.extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE,pathlen:0"}}},
    {"under-short-ca", .by = "short-ca", .key_of = "leaf"},
    {"second-ca", .by = "short-ca", .ca = true},
    {"under-second-ca", .by = "second-ca", .key_of = "leaf"},
    {"short-ca-rolled", .by = "short-ca", .ca = true, .spec.subject = "CN=short-ca"},
    {"under-short-ca-rolled", .by = "short-ca-rolled", .key_of = "leaf"},
    {"names-ca", .by = "root", .ca = true,
     .spec.extensions = {{.name = "nameConstraints",
                          .conf = "critical,permitted;DNS:example.com"}}},
    {"inside", .by = "names-ca", .key_of = "leaf",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.com"}}},
    {"outside", .by = "names-ca", .key_of = "leaf",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"dotted", .by = "names-ca", .key_of = "leaf", .spec.subject = "CN=a.example.org"},
    {"names-root", .ca = true,
     .spec.extensions = {{.name = "nameConstraints",
                          .conf = "critical,permitted;DNS:example.com"}}},
    {"outside-root", .by = "names-root", .key_of = "leaf",
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"below-names-ca", .by = "names-ca", .ca = true,
     .spec.extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}},
    {"leaf-below-names-ca", .by = "below-names-ca", .key_of = "leaf"},
    {"names-ca-rolled", .by = "names-ca", .ca = true,
     .spec = {.subject = "CN=names-ca",
              .extensions = {{.name = "subjectAltName", .conf = "DNS:a.example.org"}}}},
    {"leaf-below-names-ca-rolled", .by = "names-ca-rolled", .key_of = "leaf"},
    {"critical", .by = "ca", .key_of = "leaf", .spec.extensions = {UNKNOWN_CRITICAL}},
    {"not-critical", .by = "ca", .key_of = "leaf",
     .spec.extensions = {{.name = "1.2.3.4", .der = {(const uint8_t *)"\x05\x00", 2}}}},
    {"critical-ca", .by = "root", .ca = true, .spec.extensions = {UNKNOWN_CRITICAL}},
    {"under-critical-ca", .by = "critical-ca", .key_of = "leaf"},
    {"proxy", .by = "leaf", .spec = {.subject = "CN=leaf/CN=proxy", .extensions = {PROXY}}},
    {"forged-root", .ca = true, .forged = true},
    {"under-forged-root", .by = "forged-root", .key_of = "leaf"},
};

static const struct {
    const char *name;
    const char *target, *trusted, *untrusted;
    const char *changes; // of the openssl profile
    const char *reasons; // none: accepted
    const char *advices;
    unsigned depth; // of the reason told first
} cases[] = {
    {"a client below a CA", "leaf", "ca root", "", "", "", "", 0},

    {"a bad extension", "bad-extension", "ca root", "", "", "malformed", "", 0},
    {"a bad extension above", "under-bad-extension-ca", "bad-extension-ca root", "", "",
     "malformed", "", 1},

    {"version 1 where it is taken", "version-1", "ca root", "",
     "reason unsupported-version = yes; setting version1_client = yes", "", "", 0},
    {"version 1 where it is not", "version-1", "ca root", "",
     "reason unsupported-version = yes; setting version1_client = no", "unsupported-version", "",
     0},
    {"a version 1 root where it is taken", "under-version-1-root", "version-1-root", "", "", "", "",
     0},
    {"a version 1 root where it is not", "under-version-1-root", "version-1-root", "",
     "setting version1_ca = no", "not-a-ca", "", 1},
    {"a version 1 CA below a root", "under-version-1-ca", "version-1-ca root", "", "", "not-a-ca",
     "", 1},
    {"a version 2 root", "under-version-2-root", "version-2-root", "", "", "not-a-ca", "", 1},

    {"an altered signature", "forged", "ca root", "", "", "bad-signature", "", 0},
    {"a CA with a key that cannot be asked", "under-odd-curve-ca", "odd-curve-ca root", "", "",
     "unsupported-algorithm", "", 0},

    {"expired a second ago", "expired", "ca root", "", "", "expired", "", 0},
    {"expired, not looked at", "expired", "ca root", "", "reason expired = no", "", "", 0},
    {"expired, only told", "expired", "ca root", "", "reason expired = advice", "", "expired", 0},
    {"the last second counts as over", "last-second", "ca root", "", "", "expired", "", 0},
    {"the last second is inclusive", "last-second", "ca root", "",
     "setting not_after_inclusive = yes", "", "", 0},
    {"a second too early", "early", "ca root", "", "", "not-yet-valid", "", 0},
    {"the first second", "first-second", "ca root", "", "", "", "", 0},
    {"below an expired CA", "under-expired-ca", "expired-ca root", "", "", "issuer-expired", "", 1},
    {"below a CA that is too early", "under-early-ca", "early-ca root", "", "",
     "issuer-not-yet-valid", "", 1},
    {"below an expired root", "under-expired-root", "expired-root", "", "", "issuer-expired", "",
     1},
    {"below an expired root that is just an anchor", "under-expired-root", "expired-root", "",
     "setting anchor_validity = no", "", "", 0},
    {"below a root that is too early", "under-early-root", "early-root", "", "",
     "issuer-not-yet-valid", "", 1},
    {"below an early root that is just an anchor", "under-early-root", "early-root", "",
     "setting anchor_validity = no", "", "", 0},
    {"an expired intermediate is no anchor", "under-expired-ca", "expired-ca root", "",
     "setting anchor_validity = no", "issuer-expired", "", 1},

    {"SHA-1", "sha1", "ca root", "", "", "weak-signature-algorithm", "", 0},
    {"SHA-1 where it is taken", "sha1", "ca root", "", "setting hashes = SHA-1, SHA-256", "", "",
     0},
    {"SHA-1 on a CA", "under-sha1-ca", "sha1-ca root", "", "", "issuer-weak-signature-algorithm",
     "", 1},
    {"SHA-1 on a root", "under-sha1-root", "sha1-root", "", "", "", "", 0},
    {"SHA-1 on a root whose signature counts", "under-sha1-root", "sha1-root", "",
     "setting anchor_signature = yes", "issuer-weak-signature-algorithm", "", 1},
    {"PSS where it is taken", "pss", "rsa-root", "", "", "", "", 0},
    {"PSS where it is not", "pss", "rsa-root", "", "setting pss = no", "weak-signature-algorithm",
     "", 0},

    {"a key at the bound", "small", "ca root", "", "setting min_rsa_bits = 1024", "", "", 0},
    {"a key below the bound", "small", "ca root", "", "setting min_rsa_bits = 1025", "weak-key", "",
     0},
    {"a key above the bound", "small", "ca root", "",
     "setting min_rsa_bits = none; setting max_rsa_bits = 1023", "weak-key", "", 0},
    {"a DSA key at the bound", "dsa", "ca root", "", "", "", "", 0},
    {"a DSA key below the bound", "dsa", "ca root", "", "setting min_rsa_bits = 1025", "weak-key",
     "", 0},
    {"a kind of key that is not taken", "leaf", "ca root", "", "setting keys = RSA, EC-P384",
     "weak-key issuer-weak-key", "", 0},
    {"a small key of a CA", "under-small-ca", "small-ca root", "", "setting min_rsa_bits = 2048",
     "issuer-weak-key", "", 1},
    {"a small key of a root", "under-small-root", "rsa-root", "", "setting min_rsa_bits = 2048",
     "issuer-weak-key", "", 1},
    {"a small key of a root that does not count", "under-small-root", "rsa-root", "",
     "setting min_rsa_bits = 2048; setting anchor_key = no", "", "", 0},

    {"below an end entity", "under-not-a-ca", "not-a-ca root", "", "", "not-a-ca", "", 1},
    {"below a root that is no CA", "under-not-a-ca-root", "not-a-ca-root", "", "", "not-a-ca", "",
     1},
    {"below an anchor whatever it says", "under-not-a-ca-root", "not-a-ca-root", "",
     "setting anchor_constraints = no", "", "", 0},
    {"a root by key usage alone", "under-usage-root", "usage-root", "", "", "", "", 0},
    {"a root by key usage, which is not enough", "under-usage-root", "usage-root", "",
     "setting ca_by_key_usage = no", "not-a-ca", "", 1},
    {"a CA by key usage alone, not at the top", "under-usage-ca", "usage-ca root", "", "",
     "not-a-ca", "", 1},
    {"a root by its Netscape type alone", "under-netscape-root", "netscape-root", "", "", "", "",
     0},
    {"a root by its Netscape type, which is not enough", "under-netscape-root", "netscape-root", "",
     "setting ca_by_key_usage = no", "not-a-ca", "", 1},
    {"a root by its Netscape type for something else", "under-object-root", "object-root", "", "",
     "not-a-ca", "", 1},
    {"the same, for anything", "under-object-root", "object-root", "", "setting purpose = any", "",
     "", 0},
    {"a root by its Netscape type and not its key usage", "under-netscape-crl-root",
     "netscape-crl-root", "", "", "not-a-ca key-usage", "", 1},
    {"a CA by its Netscape type, not at the top", "under-netscape-ca", "netscape-ca root", "", "",
     "not-a-ca", "", 1},
    {"a version 3 root that says nothing", "under-bare-root", "bare-root", "", "", "not-a-ca", "",
     1},

    {"a CA that may sign revocation lists only", "under-crl-ca", "crl-ca root", "", "", "key-usage",
     "", 1},
    {"a CA without key usage", "under-any-usage-ca", "any-usage-ca root", "", "", "", "", 0},
    {"a client key for agreement", "agrees", "ca root", "", "", "", "", 0},
    {"a client key for encipherment", "enciphers", "ca root", "", "", "key-usage", "", 0},
    {"a client key for encipherment, unasked", "enciphers", "ca root", "",
     "setting client_key_usage = no", "", "", 0},
    {"a server key for encipherment", "enciphers", "ca root", "", "setting purpose = server", "",
     "", 0},

    {"a server's certificate", "server", "ca root", "", "", "extended-key-usage", "", 0},
    {"a server's certificate, only told", "server", "ca root", "",
     "reason extended-key-usage = advice", "", "extended-key-usage", 0},
    {"a server's certificate for a server", "server", "ca root", "", "setting purpose = server", "",
     "", 0},
    {"a client's certificate for a server", "leaf", "ca root", "", "setting purpose = server",
     "extended-key-usage", "", 0},
    {"a server's certificate for anything", "server", "ca root", "", "setting purpose = any", "",
     "", 0},
    {"any purpose is not this one", "any-purpose", "ca root", "", "", "extended-key-usage", "", 0},
    {"server gated crypto is for servers", "ms-gated", "ca root", "", "setting purpose = server",
     "", "", 0},
    {"Netscape's, too", "ns-gated", "ca root", "", "setting purpose = server", "", "", 0},
    {"and in a CA", "under-gated-ca", "gated-ca root", "", "setting purpose = server", "", "", 0},
    {"but not for clients", "ms-gated", "ca root", "", "", "extended-key-usage", "", 0},
    {"nor in a CA", "under-gated-ca", "gated-ca root", "", "", "extended-key-usage", "", 1},
    {"server gated crypto where it stands for nothing", "ns-gated", "ca root", "",
     "setting purpose = server; setting server_gated_crypto = no", "extended-key-usage", "", 0},
    {"any purpose is this one", "any-purpose", "ca root", "", "setting eku_any = yes", "", "", 0},
    {"a CA for servers", "under-server-ca", "server-ca root", "", "", "extended-key-usage", "", 1},
    {"a CA for servers, unasked", "under-server-ca", "server-ca root", "",
     "setting eku_of_issuers = no", "", "", 0},

    {"no CA below path length 0", "under-short-ca", "short-ca root", "", "", "", "", 0},
    {"a CA below path length 0", "under-second-ca", "second-ca short-ca root", "", "",
     "path-length", "", 2},
    {"a self-issued CA below path length 0", "under-short-ca-rolled",
     "short-ca-rolled short-ca root", "", "", "", "", 0},

    {"as many CAs as allowed", "leaf", "ca root", "", "setting max_ca_certificates = 2", "", "", 0},
    {"one CA too many", "leaf", "ca root", "", "setting max_ca_certificates = 1", "chain-too-long",
     "", 2},
    {"as many intermediates as allowed", "leaf", "ca root", "", "setting max_depth = 1", "", "", 0},
    {"one intermediate too many", "under-second-ca", "second-ca short-ca root", "",
     "setting max_depth = 1; reason path-length = no", "chain-too-long", "", 2},

    {"a name inside", "inside", "names-ca root", "", "", "", "", 0},
    {"a name outside", "outside", "names-ca root", "", "", "name-constraints", "", 1},
    {"a name outside, unasked", "outside", "names-ca root", "", "reason name-constraints = no", "",
     "", 0},
    {"a name outside, only told", "outside", "names-ca root", "",
     "reason name-constraints = advice", "", "name-constraints", 0},
    {"a common name that looks like a host", "dotted", "names-ca root", "", "", "name-constraints",
     "", 1},
    {"a common name is no host", "dotted", "names-ca root", "",
     "setting common_name_constraints = no", "", "", 0},
    {"a name outside what the root allows", "outside-root", "names-root", "", "",
     "name-constraints", "", 1},
    {"a name outside what a mere anchor says", "outside-root", "names-root", "",
     "setting anchor_constraints = no", "", "", 0},
    {"a CA's own name outside", "leaf-below-names-ca", "below-names-ca names-ca root", "", "",
     "name-constraints", "", 2},
    {"a self-issued CA's name outside", "leaf-below-names-ca-rolled",
     "names-ca-rolled names-ca root", "", "", "", "", 0},

    {"an unknown critical extension", "critical", "ca root", "", "", "unhandled-critical-extension",
     "", 0},
    {"the same, not critical", "not-critical", "ca root", "", "", "", "", 0},
    {"an unknown critical extension above", "under-critical-ca", "critical-ca root", "", "",
     "unhandled-critical-extension", "", 1},
    {"a proxy certificate", "proxy", "ca root", "leaf", "", "unhandled-critical-extension", "", 0},
    {"a proxy certificate where they are taken", "proxy", "ca root", "leaf",
     "setting proxy_certificates = yes", "", "", 0},

    {"a root whose own signature is not asked for", "under-forged-root", "forged-root", "", "", "",
     "", 0},
    {"a root whose own signature is bad", "under-forged-root", "forged-root", "",
     "setting anchor_self_signature = yes", "root-not-found", "", 1},
    {"a root whose own signature is good", "leaf", "ca root", "",
     "setting anchor_self_signature = yes", "", "", 0},

    {"two rules broken at once", "server", "ca root", "", "setting hashes = SHA-384",
     "weak-signature-algorithm issuer-weak-signature-algorithm extended-key-usage", "", 0},
};

static world w;

static void each_rule_denies_what_breaks_it(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, cases[i].changes);
        tv_cell cell = world_judge(&w, cases[i].target, cases[i].trusted, cases[i].untrusted);
        bool denied = cases[i].reasons[0] != '\0';
        bool right = strcmp(world_reasons(cell.reasons), cases[i].reasons) == 0 &&
                     strcmp(world_reasons(cell.advices), cases[i].advices) == 0 &&
                     cell.verdict == (denied ? TV_VERDICT_DENY : TV_VERDICT_ACCEPT) &&
                     cell.reason == tv_reason_first(cell.reasons) && cell.depth == cases[i].depth &&
                     cell.advice == (!denied && cell.advices != 0);
        if (!right) {
            world_tell(&w, cases[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

// What holds of an entry of a truststore, judged in its own.
static const struct {
    const char *name;
    const char *target, *trusted;
    const char *changes;
    const char *reasons;
} entries[] = {
    {"a root", "root", "root", "", ""},
    {"a CA", "ca", "ca root", "", ""},
    {"a CA without its root", "ca", "ca", "", "issuer-not-found"},
    {"a CA that is an anchor by itself", "ca", "ca", "setting anchors = any", ""},
    {"the purpose of clients is not asked", "server-ca", "server-ca root", "", ""},
    {"nor their key usage", "enciphers", "enciphers ca root", "", ""},
    {"an expired root", "expired-root", "expired-root", "", "expired"},
    {"an expired root that is just an anchor has expired all the same", "expired-root",
     "expired-root", "setting anchor_validity = no", "expired"},
    {"a SHA-1 root", "sha1-root", "sha1-root", "", ""},
    {"a SHA-1 root whose signature counts", "sha1-root", "sha1-root",
     "setting anchor_signature = yes", "weak-signature-algorithm"},
    {"a small root", "rsa-root", "rsa-root", "setting min_rsa_bits = 2048", "weak-key"},
    {"a small root whose key does not count", "rsa-root", "rsa-root",
     "setting min_rsa_bits = 2048; setting anchor_key = no", ""},
    {"a version 1 root where it is taken", "version-1-root", "version-1-root",
     "reason unsupported-version = yes", ""},
    {"a version 1 root where it is not", "version-1-root", "version-1-root",
     "reason unsupported-version = yes; setting version1_ca = no", "unsupported-version"},
    {"a root whose own signature is bad", "forged-root", "forged-root",
     "setting anchor_self_signature = yes", "bad-signature"},
    {"a CA below path length 0", "second-ca", "second-ca short-ca root", "", "path-length"},
    {"a self-issued CA below path length 0", "short-ca-rolled", "short-ca-rolled short-ca root", "",
     ""},
    {"an end entity below path length 0", "under-short-ca", "under-short-ca short-ca root", "", ""},
    {"as many CAs as allowed, itself counted", "ca", "ca root", "setting max_ca_certificates = 2",
     ""},
    {"one CA too many, itself counted", "ca", "ca root", "setting max_ca_certificates = 1",
     "chain-too-long"},
};

static void entries_are_asked_what_they_are_for(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        world_take_profile(&w, "openssl");
        world_change(&w, entries[i].changes);
        tv_cell cell = world_judge_entry(&w, entries[i].target, entries[i].trusted);
        bool denied = entries[i].reasons[0] != '\0';
        if (strcmp(world_reasons(cell.reasons), entries[i].reasons) != 0 ||
            cell.verdict != (denied ? TV_VERDICT_DENY : TV_VERDICT_ACCEPT)) {
            world_tell(&w, entries[i].name, &cell);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w, rows, sizeof(rows) / sizeof(rows[0]), "openssl");
    return 0;
}

static int shut_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_denies_what_breaks_it),
        cmocka_unit_test(entries_are_asked_what_they_are_for),
    };
    return cmocka_run_group_tests(tests, open_world, shut_world);
}
