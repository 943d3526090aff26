// SPDX-License-Identifier: Apache-2.0
// A description goes in, its extensions come out, in the order in which most CAs write them.
#include "cert_ext.h"

#include "names.h"
#include "policies.h"

#include <stdbool.h>
#include <string.h>

// Marks of an extension that is being written: the Extension and its OCTET STRING.
typedef struct extension {
    size_t whole;
    size_t value;
} extension;

static extension open_extension(mint_buf *out, const mint_spec *spec, const char *oid,
                                bool critical)
{
    extension ext = {.whole = mint_der_open(out, MINT_SEQUENCE)};
    mint_der_oid(out, oid);
    if (critical) {
        mint_der_put(out, MINT_BOOLEAN, spec->damage == MINT_BER_TRUE ? "\x01" : "\xff", 1);
    }
    ext.value = mint_der_open(out, MINT_OCTET_STRING);
    return ext;
}

static void close_extension(mint_buf *out, const extension *ext)
{
    mint_der_close(out, ext->value);
    mint_der_close(out, ext->whole);
}

static void put_key_ids(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys)
{
    if ((spec->flags & MINT_NO_SKI) == 0) {
        extension ext = open_extension(out, spec, "2.5.29.14", false);
        mint_der_put(out, MINT_OCTET_STRING, keys->subject->key_id, sizeof(keys->subject->key_id));
        close_extension(out, &ext);
    }
    if (keys->authority == NULL) {
        return;
    }
    extension ext = open_extension(out, spec, "2.5.29.35", false);
    uint8_t key_id[sizeof(keys->authority->key_id)];
    memcpy(key_id, keys->authority->key_id, sizeof(key_id));
    if ((spec->flags & MINT_FOREIGN_AKI) != 0) {
        memset(key_id, 0x5a, sizeof(key_id));
    }
    size_t sequence = mint_der_open(out, MINT_SEQUENCE);
    mint_der_put(out, MINT_CONTEXT | 0, key_id, sizeof(key_id));
    mint_der_close(out, sequence);
    close_extension(out, &ext);
}

static void put_basic_constraints(mint_buf *out, const mint_spec *spec)
{
    bool critical = (spec->flags & MINT_BC_NOT_CRITICAL) == 0;
    extension ext = open_extension(out, spec, "2.5.29.19", critical);
    size_t sequence = mint_der_open(out, MINT_SEQUENCE);
    if (spec->role == MINT_CA && (spec->flags & MINT_BC_NOT_CA) == 0) {
        mint_der_true(out);
        if (spec->path_len > 0) {
            mint_der_int(out, spec->path_len - 1);
        }
    } else if ((spec->flags & MINT_STRAY_PATH_LEN) != 0) {
        mint_der_int(out, 0);
    }
    mint_der_close(out, sequence);
    close_extension(out, &ext);
}

// A BIT STRING of named bits drops its trailing zeros (X.690 11.2.2).
static void put_key_usage(mint_buf *out, const mint_spec *spec)
{
    extension ext = open_extension(out, spec, "2.5.29.15", true);
    if (spec->damage == MINT_BAD_EXTENSION) {
        mint_der_text(out, MINT_UTF8_STRING, "sign");
    } else if (spec->role == MINT_CA) {
        bool sign = (spec->flags & MINT_NO_CERT_SIGN) == 0;
        mint_der_put(out, MINT_BIT_STRING, sign ? "\x01\x06" : "\x01\x02", 2);
    } else {
        bool agreement = (spec->flags & MINT_KEY_AGREEMENT_ONLY) != 0;
        mint_der_put(out, MINT_BIT_STRING, agreement ? "\x05\x20" : "\x07\x80", 2);
    }
    close_extension(out, &ext);
}

static void put_eku(mint_buf *out, const mint_spec *spec)
{
    static const struct {
        const char *name;
        const char *oid;
    } usages[] = {{"client", "1.3.6.1.5.5.7.3.2"},
                  {"server", "1.3.6.1.5.5.7.3.1"},
                  {"any", "2.5.29.37.0"},
                  {"email", "1.3.6.1.5.5.7.3.4"}};
    const char *text = spec->eku;
    if (text == NULL) {
        text = spec->role == MINT_LEAF ? "client" : "";
    }
    if (*text == '\0') {
        return;
    }
    extension ext = open_extension(out, spec, "2.5.29.37", false);
    size_t sequence = mint_der_open(out, MINT_SEQUENCE);
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        if (strstr(text, usages[i].name) != NULL) {
            mint_der_oid(out, usages[i].oid);
        }
    }
    mint_der_close(out, sequence);
    close_extension(out, &ext);
}

static void put_names(mint_buf *out, const mint_spec *spec)
{
    if (spec->san != NULL) {
        // RFC 5280 4.1.2.6: critical when the subject is empty.
        bool critical = (*spec->subject == '\0' && (spec->flags & MINT_SAN_NOT_CRITICAL) == 0) ||
                        (spec->flags & MINT_SAN_CRITICAL) != 0;
        extension ext = open_extension(out, spec, "2.5.29.17", critical);
        size_t sequence = mint_der_open(out, MINT_SEQUENCE);
        mint_general_names(out, spec->san, 0);
        mint_der_close(out, sequence);
        close_extension(out, &ext);
    }
    if (spec->permitted == NULL && spec->excluded == NULL) {
        return;
    }
    extension ext = open_extension(out, spec, "2.5.29.30", true);
    size_t sequence = mint_der_open(out, MINT_SEQUENCE);
    const char *subtrees[2] = {spec->permitted, spec->excluded};
    for (unsigned i = 0; i < 2; i++) {
        if (subtrees[i] != NULL) {
            size_t field = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | i);
            mint_general_names(out, subtrees[i], 1);
            mint_der_close(out, field);
        }
    }
    mint_der_close(out, sequence);
    close_extension(out, &ext);
}

static void put_revocation(mint_buf *out, const mint_spec *spec)
{
    extension ext = open_extension(out, spec, "2.5.29.31", false);
    size_t points = mint_der_open(out, MINT_SEQUENCE);
    size_t point = mint_der_open(out, MINT_SEQUENCE);
    size_t name = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    size_t full_name = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 0);
    mint_general_names(out, "uri:http://crl.pki.example/issuing.crl", 0);
    mint_der_close(out, full_name);
    mint_der_close(out, name);
    mint_der_close(out, point);
    mint_der_close(out, points);
    close_extension(out, &ext);

    static const struct {
        const char *method;
        const char *location;
    } accesses[] = {{"1.3.6.1.5.5.7.48.1", "uri:http://ocsp.pki.example"},
                    {"1.3.6.1.5.5.7.48.2", "uri:http://pki.example/issuing.cer"}};
    ext = open_extension(out, spec, "1.3.6.1.5.5.7.1.1", false);
    size_t list = mint_der_open(out, MINT_SEQUENCE);
    for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
        size_t access = mint_der_open(out, MINT_SEQUENCE);
        mint_der_oid(out, accesses[i].method);
        mint_general_names(out, accesses[i].location, 0);
        mint_der_close(out, access);
    }
    mint_der_close(out, list);
    close_extension(out, &ext);
}

static void put_unknown(mint_buf *out, const mint_spec *spec)
{
    bool critical = (spec->flags & MINT_UNKNOWN_CRITICAL) != 0;
    extension ext = open_extension(out, spec, "1.3.6.1.4.1.55555.1.3", critical);
    mint_der_text(out, MINT_UTF8_STRING, "nobody knows");
    close_extension(out, &ext);
}

static void put_netscape_type(mint_buf *out, const mint_spec *spec)
{
    bool client = (spec->flags & MINT_NETSCAPE_CLIENT) != 0;
    bool server = (spec->flags & MINT_NETSCAPE_SERVER) != 0;
    extension ext = open_extension(out, spec, "2.16.840.1.113730.1.1", false);
    mint_der_put(out, MINT_BIT_STRING,
                 client && server ? "\x06\xc0"
                 : server         ? "\x06\x40"
                                  : "\x07\x80",
                 2);
    close_extension(out, &ext);
}

void mint_cert_extensions(mint_buf *out, const mint_spec *spec, const mint_cert_keys *keys)
{
    size_t field = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 3);
    size_t list = mint_der_open(out, MINT_SEQUENCE);
    put_key_ids(out, spec, keys);
    if ((spec->flags & MINT_NO_BC) == 0) {
        put_basic_constraints(out, spec);
        if (spec->damage == MINT_TWICE_EXTENSION) {
            put_basic_constraints(out, spec);
        }
    }
    if ((spec->flags & MINT_NO_KU) == 0) {
        put_key_usage(out, spec);
    }
    put_eku(out, spec);
    put_names(out, spec);
    if (spec->policies != NULL) {
        mint_policies(out, spec->policies);
    }
    if ((spec->flags & (MINT_NETSCAPE_CLIENT | MINT_NETSCAPE_SERVER)) != 0) {
        put_netscape_type(out, spec);
    }
    if ((spec->flags & MINT_REVOCATION) != 0) {
        put_revocation(out, spec);
    }
    if ((spec->flags & (MINT_UNKNOWN_EXTENSION | MINT_UNKNOWN_CRITICAL)) != 0) {
        put_unknown(out, spec);
    }
    mint_der_close(out, list);
    mint_der_close(out, field);
}
