// SPDX-License-Identifier: Apache-2.0
// A notation that a table of cases can hold goes in, the DER of names comes out. What the notation
// cannot say (malformed names) is left to the damages of cert.h.
#include "names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct attribute {
    const char *name;
    const char *oid;
    unsigned tag;
} attributes[] = {
    {"C", "2.5.4.6", MINT_PRINTABLE_STRING},
    {"O", "2.5.4.10", MINT_UTF8_STRING},
    {"OU", "2.5.4.11", MINT_UTF8_STRING},
    {"CN", "2.5.4.3", MINT_UTF8_STRING},
    {"ST", "2.5.4.8", MINT_UTF8_STRING},
    {"L", "2.5.4.7", MINT_UTF8_STRING},
    {"SN", "2.5.4.5", MINT_PRINTABLE_STRING},
    {"E", "1.2.840.113549.1.9.1", MINT_IA5_STRING},
    {"DC", "0.9.2342.19200300.100.1.25", MINT_IA5_STRING},
};

static const struct attribute *attribute_of(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (strlen(attributes[i].name) == len && memcmp(attributes[i].name, text, len) == 0) {
            return &attributes[i];
        }
    }
    mint_die("unknown attribute in the name %s", text);
}

static unsigned string_tag(char letter)
{
    switch (letter) {
    case 'P':
        return MINT_PRINTABLE_STRING;
    case 'T':
        return MINT_TELETEX_STRING;
    case 'B':
        return MINT_BMP_STRING;
    case 'U':
        return MINT_UTF8_STRING;
    default:
        mint_die("unknown string type %c", letter);
    }
}

static uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static void add_value(mint_buf *out, unsigned tag, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (text[i] == '\\' && i + 3 < len && text[i + 1] == 'x') {
            byte = (uint8_t)(hex_digit(text[i + 2]) << 4 | hex_digit(text[i + 3]));
            i += 3;
        }
        if (tag == MINT_BMP_STRING) {
            mint_add_byte(out, 0);
        }
        mint_add_byte(out, byte);
    }
}

static void add_attribute(mint_buf *out, const char *text, size_t len)
{
    const char *equals = memchr(text, '=', len);
    if (equals == NULL) {
        mint_die("no value in the name %s", text);
    }
    size_t type_len = (size_t)(equals - text);
    bool picked = type_len > 2 && text[type_len - 2] == '.';
    const struct attribute *attribute = attribute_of(text, picked ? type_len - 2 : type_len);
    unsigned tag = picked ? string_tag(text[type_len - 1]) : attribute->tag;
    size_t pair = mint_der_open(out, MINT_SEQUENCE);
    mint_der_oid(out, attribute->oid);
    size_t value = mint_der_open(out, tag);
    add_value(out, tag, equals + 1, len - type_len - 1);
    mint_der_close(out, value);
    mint_der_close(out, pair);
}

void mint_name(mint_buf *out, const char *text)
{
    size_t name = mint_der_open(out, MINT_SEQUENCE);
    while (*text != '\0') {
        size_t rdn = mint_der_open(out, MINT_SET);
        size_t rdn_len = strcspn(text, "/");
        const char *end = text + rdn_len;
        while (text < end) {
            size_t len = strcspn(text, "+/");
            add_attribute(out, text, len);
            text += len;
            text += *text == '+' ? 1 : 0;
        }
        mint_der_close(out, rdn);
        text += *text == '/' ? 1 : 0;
    }
    mint_der_close(out, name);
}

// Dotted IPv4, with a mask behind '/' when there is one.
static void add_ip(mint_buf *out, const char *text, size_t len)
{
    size_t mark = mint_der_open(out, MINT_CONTEXT | 7);
    const char *end = text + len;
    while (text < end) {
        char *rest = NULL;
        mint_add_byte(out, (uint8_t)strtoul(text, &rest, 10));
        text = rest + 1;
    }
    mint_der_close(out, mark);
}

static void add_general_name(mint_buf *out, const char *text, size_t len)
{
    static const struct {
        const char *prefix;
        unsigned number;
    } kinds[] = {{"email:", 1}, {"dns:", 2}, {"uri:", 6}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t prefix_len = strlen(kinds[i].prefix);
        if (strncmp(text, kinds[i].prefix, prefix_len) == 0) {
            size_t mark = mint_der_open(out, MINT_CONTEXT | kinds[i].number);
            add_value(out, MINT_IA5_STRING, text + prefix_len, len - prefix_len);
            mint_der_close(out, mark);
            return;
        }
    }
    if (strncmp(text, "ip:", 3) == 0) {
        add_ip(out, text + 3, len - 3);
        return;
    }
    if (strncmp(text, "dir:", 4) == 0) {
        mint_buf copy = {0};
        mint_add(&copy, text + 4, len - 4);
        mint_add_byte(&copy, 0);
        size_t mark = mint_der_open(out, MINT_CONTEXT_CONSTRUCTED | 4);
        mint_name(out, (const char *)copy.ptr);
        mint_der_close(out, mark);
        mint_buf_free(&copy);
        return;
    }
    mint_die("unknown general name %s", text);
}

void mint_general_names(mint_buf *out, const char *text, int subtrees)
{
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        if (subtrees) {
            size_t subtree = mint_der_open(out, MINT_SEQUENCE);
            add_general_name(out, text, len);
            mint_der_close(out, subtree);
        } else {
            add_general_name(out, text, len);
        }
        text += len;
        text += *text == ',' ? 1 : 0;
    }
}
