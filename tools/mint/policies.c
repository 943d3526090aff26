// SPDX-License-Identifier: Apache-2.0
// A text of policies goes in, extensions come out.
#include "policies.h"

#include <stdlib.h>
#include <string.h>

// An Extension that is being written: itself, its OCTET STRING, and the SEQUENCE in it.
typedef struct marks {
    size_t whole, value, sequence;
} marks;

// RFC 5280 has all but the policies themselves critical.
static marks open_extension(mint_buf *out, const char *oid, unsigned critical)
{
    marks at = {.whole = mint_der_open(out, MINT_SEQUENCE)};
    mint_der_oid(out, oid);
    if (critical) {
        mint_der_true(out);
    }
    at.value = mint_der_open(out, MINT_OCTET_STRING);
    return at;
}

// The next OID of a list that a comma, '>', a blank or the end of the text stops.
static void put_oid(mint_buf *out, const char **at)
{
    char oid[64] = "";
    size_t len = strcspn(*at, ",> ");
    if (len == 0 || len >= sizeof(oid)) {
        mint_die("a policy is too long, or none: %s", *at);
    }
    memcpy(oid, *at, len);
    mint_der_oid(out, strcmp(oid, "any") == 0 ? "2.5.29.32.0" : oid);
    *at += len;
}

// Lists of SEQUENCEs of one OID, or of two with '>' between them.
static void put_list(mint_buf *out, const char *oid, unsigned critical, const char **at)
{
    marks ext = open_extension(out, oid, critical);
    ext.sequence = mint_der_open(out, MINT_SEQUENCE);
    do {
        (*at)++; // '=' or ','
        size_t item = mint_der_open(out, MINT_SEQUENCE);
        put_oid(out, at);
        if (**at == '>') {
            (*at)++;
            put_oid(out, at);
        }
        mint_der_close(out, item);
    } while (**at == ',');
    mint_der_close(out, ext.sequence);
    mint_der_close(out, ext.value);
    mint_der_close(out, ext.whole);
}

// Reads "=N".
static uint8_t take_count(const char **at)
{
    char *end;
    unsigned long count = strtoul(*at + 1, &end, 10);
    if (**at != '=' || end == *at + 1 || count > 127) {
        mint_die("a count from 0 to 127 is due: %s", *at);
    }
    *at = end;
    return (uint8_t)count;
}

static void put_constraints(mint_buf *out, const char **at)
{
    marks ext = open_extension(out, "2.5.29.36", 1);
    ext.sequence = mint_der_open(out, MINT_SEQUENCE);
    while (**at == 'e' || **at == 'i') {
        unsigned tag = MINT_CONTEXT | (**at == 'e' ? 0U : 1U);
        (*at)++;
        uint8_t count = take_count(at);
        mint_der_put(out, tag, &count, 1);
        *at += **at == ' ' ? 1 : 0;
    }
    mint_der_close(out, ext.sequence);
    mint_der_close(out, ext.value);
    mint_der_close(out, ext.whole);
}

static void put_inhibit_any(mint_buf *out, const char **at)
{
    marks ext = open_extension(out, "2.5.29.54", 1);
    mint_der_int(out, take_count(at));
    mint_der_close(out, ext.value);
    mint_der_close(out, ext.whole);
}

void mint_policies(mint_buf *out, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        if (*at == 'e' || *at == 'i') {
            put_constraints(out, &at);
            continue;
        }
        char key = *at++;
        if (key == 'p') {
            put_list(out, "2.5.29.32", 0, &at);
        } else if (key == 'm') {
            put_list(out, "2.5.29.33", 1, &at);
        } else if (key == 'a') {
            put_inhibit_any(out, &at);
        } else if (key != ' ') {
            mint_die("no policies: %s", text);
        }
    }
}
