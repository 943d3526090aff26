// SPDX-License-Identifier: Apache-2.0
// Cases of certificates that cannot be read, each between two sound ones: the bad one gets a row
// that says so, and its neighbours get in.
#include "cases.h"
#include "output.h"

#include <string.h>

#define BETWEEN(name_, damage_, note_)                                                             \
    {                                                                                              \
        .name = (name_), .trust = {&mint_root, &mint_inter},                                       \
        .clients = {&mint_leaf, LEAF(.by = &mint_inter, .damage = (damage_)), &mint_leaf},         \
        .expect = {ACCEPT(0, ""), DENY(1, "malformed", note_), ACCEPT(2, "")},                     \
    }

// Writes three blocks; `spoil` does as it likes with the second.
typedef void spoiler(mint_buf *out, const mint_buf *der);

static void between(mint_buf *out, const mint_buf *der, spoiler *spoil)
{
    mint_pem(out, "CERTIFICATE", der);
    spoil(out, der);
    mint_pem(out, "CERTIFICATE", der);
}

static void spoil_alphabet(mint_buf *out, const mint_buf *der)
{
    size_t start = out->len;
    mint_pem(out, "CERTIFICATE", der);
    out->ptr[start + 200] = '*';
}

static void spoil_missing_character(mint_buf *out, const mint_buf *der)
{
    mint_buf text = {0};
    mint_pem(&text, "CERTIFICATE", der);
    mint_add(out, text.ptr, 200);
    mint_add(out, text.ptr + 201, text.len - 201);
    mint_buf_free(&text);
}

static void spoil_padding_inside(mint_buf *out, const mint_buf *der)
{
    size_t start = out->len;
    mint_pem(out, "CERTIFICATE", der);
    out->ptr[start + 200] = '=';
}

static void spoil_nothing_in_it(mint_buf *out, const mint_buf *der)
{
    (void)der;
    mint_add_text(out, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
}

static void spoil_another_label_inside(mint_buf *out, const mint_buf *der)
{
    mint_pem(out, "CERTIFICATE REQUEST", der);
}

#define LAYOUT(name, spoil)                                                                        \
    static void name(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)        \
    {                                                                                              \
        (void)pool;                                                                                \
        (void)num_ders;                                                                            \
        between(out, &ders[0], spoil);                                                             \
    }

LAYOUT(layout_alphabet, spoil_alphabet)
LAYOUT(layout_missing_character, spoil_missing_character)
LAYOUT(layout_padding_inside, spoil_padding_inside)
LAYOUT(layout_nothing_in_it, spoil_nothing_in_it)
LAYOUT(layout_another_label, spoil_another_label_inside)

#define SPOILED(name_, layout_, note_)                                                             \
    {                                                                                              \
        .name = (name_), .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},              \
        .presented = (layout_),                                                                    \
        .expect = {ACCEPT(0, ""), DENY(1, "malformed", note_), ACCEPT(2, "")},                     \
    }

const mint_case mint_cases_malformed[] = {
    SPOILED("base64-alphabet", layout_alphabet, "a star in the base64"),
    SPOILED("base64-length", layout_missing_character, "a character is missing"),
    SPOILED("base64-padding", layout_padding_inside, "padding in the middle"),
    SPOILED("base64-empty", layout_nothing_in_it, "nothing between BEGIN and END"),
    SPOILED("label-request", layout_another_label, "labelled as a request"),
    BETWEEN("der-truncated", MINT_TRUNCATED, "the end is missing"),
    BETWEEN("der-trailing-byte", MINT_TRAILING, "a byte behind the certificate"),
    BETWEEN("der-long-length", MINT_LONG_LENGTH, "BER: a length not in its shortest form"),
    BETWEEN("der-indefinite", MINT_INDEFINITE, "BER: an indefinite length"),
    BETWEEN("der-not-a-certificate", MINT_NOT_A_CERTIFICATE, "a SEQUENCE of one INTEGER"),
    BETWEEN("time-month-13", MINT_BAD_MONTH, "no such month"),
    BETWEEN("time-without-seconds", MINT_NO_SECONDS, "RFC 5280 4.1.2.5.1"),
    BETWEEN("time-offset", MINT_TIME_OFFSET, "RFC 5280 4.1.2.5.1"),
    BETWEEN("time-fraction", MINT_TIME_FRACTION, "RFC 5280 4.1.2.5.2"),
    BETWEEN("serial-empty", MINT_EMPTY_SERIAL, "an INTEGER without contents"),
    BETWEEN("serial-not-integer", MINT_SERIAL_NOT_INTEGER, "an OCTET STRING"),
    BETWEEN("extension-twice", MINT_TWICE_EXTENSION, "RFC 5280 4.2"),
    BETWEEN("extension-undecodable", MINT_BAD_EXTENSION, "key usage that is no BIT STRING"),
    {"critical-ber-true", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .damage = MINT_BER_TRUE), &mint_leaf},
     .expect = {DENY(0, "malformed", "DER has one TRUE only, X.690 11.1"), ACCEPT(1, "")}},
    {"time-early-generalized", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .damage = MINT_EARLY_GENERALIZED), &mint_leaf},
     .expect = {SSL_ACCEPT(0, "GeneralizedTime before 2050, against RFC 5280 4.1.2.5"),
                ACCEPT(1, "")}},
    {"algorithms-differ", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .damage = MINT_ALGORITHMS_DIFFER), &mint_leaf},
     .expect = {DENY(0, NULL, "the two algorithm fields, RFC 5280 4.1.1.2"), SSL_DENY(0, NULL, ""),
                ACCEPT(1, "")}},
    {"extensions-in-version-1", .trust = {&mint_root, &mint_inter},
     .clients = {LEAF(.by = &mint_inter, .damage = MINT_EXTENSIONS_IN_V1), &mint_leaf},
     .expect = {ACCEPT(1, "the sound twin")}},
    {"entries-malformed",
     .trust = {&mint_root, INTER(.by = &mint_root, .damage = MINT_TRUNCATED), &mint_inter,
               INTER(.by = &mint_root, .damage = MINT_TRAILING)},
     .clients = {&mint_leaf},
     .expect = {VALID(0, ""), INVALID(1, "malformed", "G04"), VALID(2, ""),
                INVALID(3, "malformed", "G04"), FINDING("entry-not-a-certificate", "G04"),
                FINDING("entry-trailing-bytes", "G04"), ACCEPT(0, "")}},
    {.name = NULL},
};
