// SPDX-License-Identifier: Apache-2.0
// Cases for the rules of a target about bundles and entries (G01 to G22), each beside a neighbour
// that does not break the rule. Rules about keys, signatures and validity have theirs among the
// cases of strength, those about clients among all cases.
#include "cases.h"
#include "output.h"

#include <stdio.h>

static void put_plain(mint_buf *out, const mint_buf *ders, size_t num_ders)
{
    for (size_t i = 0; i < num_ders; i++) {
        mint_pem(out, "CERTIFICATE", &ders[i]);
    }
}

// Comment lines until the text has exactly `size` bytes.
static void fill(mint_buf *out, size_t size)
{
    static const char line[] =
        "# ............................................................................\n";
    size_t whole = sizeof(line) - 1;
    while (out->len + 2 * whole < size) {
        mint_add(out, line, whole);
    }
    mint_add_text(out, "# ");
    while (out->len + 1 < size) {
        mint_add_byte(out, '.');
    }
    mint_add_byte(out, '\n');
}

#define SIZED(name, size)                                                                          \
    static void name(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)        \
    {                                                                                              \
        (void)pool;                                                                                \
        put_plain(out, ders, num_ders);                                                            \
        fill(out, size);                                                                           \
    }

SIZED(layout_within, 999999)
SIZED(layout_edge_low, 1000000)
SIZED(layout_edge_high, 1048576)
SIZED(layout_beyond, 1048577)

static void put_many(mint_buf *out, mint_pool *pool, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "C=DE/O=Mint/CN=Crowd %04u", i);
        const mint_spec spec = {.subject = name, .key = "p256:crowd", .role = MINT_CA};
        mint_buf der = {0};
        mint_cert(&der, pool, &spec);
        mint_pem(out, "CERTIFICATE", &der);
        mint_buf_free(&der);
    }
}

static void layout_thousand(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)
{
    (void)ders;
    (void)num_ders;
    put_many(out, pool, 1000);
}

static void layout_thousand_one(mint_buf *out, mint_pool *pool, const mint_buf *ders,
                                size_t num_ders)
{
    (void)ders;
    (void)num_ders;
    put_many(out, pool, 1001);
}

static void layout_spoilt(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)
{
    (void)pool;
    mint_pem(out, "CERTIFICATE", &ders[0]);
    size_t start = out->len;
    mint_pem(out, "CERTIFICATE", &ders[0]);
    out->ptr[start + 100] = '*';
    put_plain(out, ders + 1, num_ders - 1);
}

#define ENDS(name_, day)                                                                           \
    CERT(.subject = "CN=" name_, .key = "p256:" name_, .role = MINT_CA, .not_after = day "000000Z")

const mint_case mint_cases_rules[] = {
    {"rule-g01-within", .trust = {&mint_root}, .store = layout_within, .large = true,
     .expect = {NO_FINDING("bundle-near-size-limit", "G01: 999,999 bytes"),
                NO_FINDING("bundle-too-large", "G01")}},
    {"rule-g01-edge-low", .trust = {&mint_root}, .store = layout_edge_low, .large = true,
     .expect = {FINDING("bundle-near-size-limit", "G01: 1,000,000 bytes"),
                NO_FINDING("bundle-too-large", "G01")}},
    {"rule-g01-edge-high", .trust = {&mint_root}, .store = layout_edge_high, .large = true,
     .expect = {FINDING("bundle-near-size-limit", "G01: 1,048,576 bytes"),
                NO_FINDING("bundle-too-large", "G01")}},
    {"rule-g01-beyond", .trust = {&mint_root}, .store = layout_beyond, .large = true,
     .expect = {FINDING("bundle-too-large", "G01: 1,048,577 bytes")}},
    {"rule-g02-thousand", .store = layout_thousand, .large = true,
     .expect = {NO_FINDING("bundle-too-many-certificates", "G02: 1,000 certificates")}},
    {"rule-g02-thousand-one", .store = layout_thousand_one, .large = true,
     .expect = {FINDING("bundle-too-many-certificates", "G02: 1,001 certificates")}},
    {"rule-g03-name", .trust = {&mint_root}, .clients = {LEAF(.by = &mint_root)},
     .store_name = "truststore.crt",
     .expect = {FINDING("bundle-file-name", "G03: the object's key does not end in .pem"),
                ACCEPT(0, "")}},
    {"rule-g04-undecodable", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_spoilt,
     .expect = {FINDING("entry-undecodable", "G04: a star in the base64"), VALID(0, ""),
                INVALID(1, "malformed", ""), VALID(2, ""), ACCEPT(0, "")}},
    {"rule-g06-same-subject",
     .trust = {&mint_root, CERT(.subject = ROOT_NAME, .key = "p256:other", .role = MINT_CA)},
     .clients = {LEAF(.by = &mint_root)},
     .expect = {FINDING("duplicate-subject", "G06: another key"),
                NO_FINDING("duplicate-certificate", "G07"), ACCEPT(0, "")}},
    {"rule-g06-same-subject-other-form",
     .trust = {&mint_root,
               CERT(.subject = "C=DE/O.P=MINT/CN.P=root  a", .key = "p256:other", .role = MINT_CA)},
     .clients = {LEAF(.by = &mint_root)},
     .expect = {FINDING("duplicate-subject", "G06: the same name in other letters"),
                ACCEPT(0, "")}},
    {"rule-g07-duplicate", .trust = {&mint_root, &mint_inter, &mint_root}, .clients = {&mint_leaf},
     .expect = {FINDING("duplicate-certificate", "G07: byte for byte"),
                NO_FINDING("duplicate-subject", "G06"), VALID(2, ""), ACCEPT(0, "")}},
    {"rule-g12-foreign-key-id",
     .trust = {&mint_root, INTER(.by = &mint_root, .flags = MINT_FOREIGN_AKI)},
     .clients = {&mint_leaf},
     .expect = {FINDING("entry-issuer-missing", "G12: its AKI names a key that nobody has"),
                DENY(0, "root-not-found", "")}},
    {"rule-g15-client-entry", .trust = {&mint_root, &mint_inter, &mint_leaf},
     .clients = {LEAF(.by = &mint_inter)},
     .expect = {FINDING("entry-not-a-ca", "G15: a client certificate instead of its CA"),
                ACCEPT(0, "")}},
    {"rule-g15-self-signed-client",
     .trust = {&mint_root, CERT(.subject = "CN=alone", .key = "p256:alone")},
     .clients = {CERT(.subject = "CN=alone", .key = "p256:alone")},
     .expect = {NO_FINDING("entry-not-a-ca", "G15: a self-signed client is welcome"),
                ACCEPT(0, "")}},
    {"rule-g21-path-length",
     .trust = {CERT(.subject = ROOT_NAME, .key = ROOT_KEY, .role = MINT_CA, .path_len = 1),
               &mint_inter},
     .clients = {&mint_leaf},
     .expect = {FINDING("entry-path-length", "G21: a CA below a path length of 0"),
                DENY(0, "path-length", "")}},
    {"rule-g22-horizon",
     .trust = {ENDS("in 20 days", "20260621"), ENDS("in 50 days", "20260721"),
               ENDS("in 80 days", "20260820"), ENDS("in 200 days", "20261218")},
     .clients = {CERT(.subject = "CN=early", .key = LEAF_KEY,
                      .by = ENDS("in 20 days", "20260621"))},
     .expect = {FINDING("expiry-horizon", "G22: within 30, 60 and 90 days"), VALID(0, ""),
                VALID(3, ""), ACCEPT(0, "")}},
    {"rule-g22-far", .trust = {ENDS("in 200 days", "20261218")},
     .expect = {NO_FINDING("expiry-horizon", "G22: no expiry within 90 days"), VALID(0, "")}},
    {.name = NULL},
};
