// SPDX-License-Identifier: Apache-2.0
// The name constraints of one issuer and the names of one certificate come in; whether each name is
// permitted and none excluded goes out. Every form with a subtree is either compared or, when that
// cannot be done, denied. Comparing a host, mailbox or address is left to name_match, the canonical
// form of distinguished names to cert/name.
#include "path/name_constraints.h"

#include "base/span.h"
#include "base/vec.h"
#include "cert/charset.h"
#include "cert/general_name.h"
#include "cert/name.h"
#include "cert/name_walk.h"
#include "path/name_match.h"

enum { NUM_FORMS = TV_GENERAL_RID + 1 };

// Contents of the OBJECT IDENTIFIERs.
#define OID_COMMON_NAME TV_LIT("\x55\x04\x03")
#define OID_EMAIL_ADDRESS TV_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")
// id-on-SmtpUTF8Mailbox, with its header.
#define OID_SMTP_UTF8_MAILBOX TV_LIT("\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09")

typedef struct subtree {
    bool excluded;
    tv_match_name base;
    size_t canonical; // directoryName: where its canonical form lies in the scratch buffer, and its
    size_t canonical_len; // length
} subtree;

// The constraints, taken apart once. The subtrees lie at the front of the scratch buffer, ordered
// by form; canonical forms of distinguished names lie behind them.
typedef struct constraints {
    tv_buf *scratch;
    uint64_t *left;
    size_t first[NUM_FORMS + 1]; // index of the first subtree of each form
    bool permits[NUM_FORMS];     // whether a subtree of the form is a permitted one
    bool unclear[NUM_FORMS];     // whether there is one that cannot be compared
} constraints;

static bool has_subtrees(const constraints *c, tv_general_kind form)
{
    return c->first[form] < c->first[form + 1];
}

// Adds the subtrees of a list to the counts by form. False when the list is malformed.
static bool count_subtrees(tv_span list, size_t counts[NUM_FORMS])
{
    tv_general_name base;
    while (tv_subtree_next(&list, &base)) {
        counts[base.kind]++;
    }
    return list.len == 0;
}

// Takes a subtree apart into the slot `index`. False when the buffer failed.
static bool place_subtree(constraints *c, size_t index, const tv_general_name *base, bool excluded)
{
    subtree made = {.excluded = excluded, .canonical = c->scratch->len};
    bool clear;
    if (base->kind == TV_GENERAL_DIRECTORY) {
        clear = tv_name_canonical(base->value, c->scratch);
        made.canonical_len = c->scratch->len - made.canonical;
    } else {
        clear = tv_match_read_base(base, &made.base);
    }
    if (c->scratch->failed) {
        return false;
    }
    c->unclear[base->kind] |= !clear;
    c->permits[base->kind] |= !excluded;
    ((subtree *)(void *)c->scratch->ptr)[index] = made;
    return true;
}

static bool place_subtrees(constraints *c, tv_span list, bool excluded, size_t next[NUM_FORMS])
{
    tv_general_name base;
    while (tv_subtree_next(&list, &base)) {
        if (!place_subtree(c, next[base.kind]++, &base, excluded)) {
            return false;
        }
    }
    return true;
}

// Takes the constraints of `issuer` apart. TV_NAMES_INSIDE when that is done.
static tv_names_result read_constraints(constraints *c, const tv_cert *issuer)
{
    tv_span permitted;
    tv_span excluded;
    size_t next[NUM_FORMS] = {0};
    if (!tv_name_constraints_split(issuer->name_constraints, &permitted, &excluded) ||
        !count_subtrees(permitted, next) || !count_subtrees(excluded, next)) {
        return TV_NAMES_OUTSIDE;
    }
    for (size_t form = 0; form < NUM_FORMS; form++) {
        c->first[form + 1] = c->first[form] + next[form];
        next[form] = c->first[form];
    }
    size_t bytes;
    if (!tv_size_mul(&bytes, c->first[NUM_FORMS], sizeof(subtree)) ||
        !tv_buf_reserve(c->scratch, bytes)) {
        return TV_NAMES_SPENT;
    }
    c->scratch->len += bytes;
    if (!place_subtrees(c, permitted, false, next) || !place_subtrees(c, excluded, true, next)) {
        return TV_NAMES_SPENT;
    }
    return TV_NAMES_INSIDE;
}

static tv_match match(const constraints *c, const subtree *tree, tv_general_kind form,
                      const tv_match_name *name)
{
    if (form != TV_GENERAL_DIRECTORY) {
        return tv_match_names(form, &tree->base, name);
    }
    tv_span canonical = {c->scratch->ptr + tree->canonical, tree->canonical_len};
    return tv_span_starts_with(name->host, canonical) ? TV_MATCH_ALL : TV_MATCH_NONE;
}

// Holds a name that was taken apart against every subtree of its form. The canonical form of a
// distinguished name stands in for a host.
static tv_names_result compare(const constraints *c, tv_general_kind form,
                               const tv_match_name *name)
{
    const subtree *trees = (const subtree *)(const void *)c->scratch->ptr;
    bool permitted = !c->permits[form];
    for (size_t i = c->first[form]; i < c->first[form + 1]; i++) {
        if (*c->left == 0) {
            return TV_NAMES_SPENT;
        }
        --*c->left;
        tv_match found = match(c, &trees[i], form, name);
        if (trees[i].excluded && found != TV_MATCH_NONE) {
            return TV_NAMES_OUTSIDE;
        }
        permitted |= found == TV_MATCH_ALL;
    }
    return permitted ? TV_NAMES_INSIDE : TV_NAMES_OUTSIDE;
}

static tv_names_result check_directory_name(const constraints *c, tv_span value)
{
    size_t start = c->scratch->len;
    if (!tv_name_canonical(value, c->scratch)) {
        return c->scratch->failed ? TV_NAMES_SPENT : TV_NAMES_OUTSIDE;
    }
    tv_match_name name = {.host = {c->scratch->ptr + start, c->scratch->len - start}};
    tv_names_result result = compare(c, TV_GENERAL_DIRECTORY, &name);
    c->scratch->len = start;
    return result;
}

static tv_names_result check_name(const constraints *c, const tv_general_name *name)
{
    // Constraints on rfc822Name bind a SmtpUTF8Mailbox too (RFC 9598 6); it is not compared.
    if (name->kind == TV_GENERAL_OTHER_NAME && has_subtrees(c, TV_GENERAL_EMAIL) &&
        tv_span_starts_with(name->value, OID_SMTP_UTF8_MAILBOX)) {
        return TV_NAMES_OUTSIDE;
    }
    if (!has_subtrees(c, name->kind)) {
        return TV_NAMES_INSIDE;
    }
    if (c->unclear[name->kind]) {
        return TV_NAMES_OUTSIDE;
    }
    if (name->kind == TV_GENERAL_DIRECTORY) {
        return check_directory_name(c, name->value);
    }
    tv_match_name parts;
    return tv_match_read_name(name, &parts) ? compare(c, name->kind, &parts) : TV_NAMES_OUTSIDE;
}

// Checks the subjectAltName, and tells whether there is a dNSName in it.
static tv_names_result check_alt_names(const constraints *c, tv_span names, bool *has_dns)
{
    tv_general_name name;
    *has_dns = false;
    while (tv_general_name_next(&names, &name)) {
        *has_dns |= name.kind == TV_GENERAL_DNS;
        tv_names_result result = check_name(c, &name);
        if (result != TV_NAMES_INSIDE) {
            return result;
        }
    }
    return names.len == 0 ? TV_NAMES_INSIDE : TV_NAMES_OUTSIDE;
}

// An emailAddress attribute is an IA5String (RFC 2985 5.2.1); what is not cannot be told. libcrypto
// refuses it under constraints of any form, and so do we.
static tv_names_result check_email_address(const constraints *c, const tv_der_value *value)
{
    tv_general_name name = {TV_GENERAL_EMAIL, value->contents};
    return value->tag == TV_DER_IA5_STRING ? check_name(c, &name) : TV_NAMES_OUTSIDE;
}

// Whether a text is what people put into a CN for want of a subjectAltName: at least two labels of
// letters, digits, '_' and inner '-'. (libcrypto draws the line at the same place.)
static bool looks_like_dns_name(tv_span text)
{
    bool has_dot = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '_') {
            continue;
        }
        if (i == 0 || i + 1 == text.len || (c != '-' && c != '.')) {
            return false;
        }
        uint8_t before = text.ptr[i - 1];
        uint8_t after = text.ptr[i + 1];
        if (c == '.' && (before == '-' || after == '-' || after == '.')) {
            return false;
        }
        has_dot |= c == '.';
    }
    return has_dot;
}

// Checks a CN as dNSName when it looks like one. A NUL inside hides from some readers what is
// behind it, whatever the constraints; at the end it hides nothing.
static tv_names_result check_common_name(const constraints *c, const tv_der_value *value)
{
    size_t start = c->scratch->len;
    tv_span in = value->contents;
    uint32_t character;
    bool ascii = true;
    while (ascii && tv_charset_next(&in, tv_charset_of(value->tag), &character)) {
        ascii = character < 0x80;
        tv_buf_add_byte(c->scratch, (uint8_t)character);
    }
    if (c->scratch->failed) {
        return TV_NAMES_SPENT;
    }
    tv_span text = tv_span_part(tv_buf_span(c->scratch), start, c->scratch->len);
    tv_general_name name = {TV_GENERAL_DNS, text};
    while (name.value.len > 0 && name.value.ptr[name.value.len - 1] == '\0') {
        name.value.len--;
    }
    tv_names_result result = TV_NAMES_INSIDE;
    if (ascii && name.value.len > 0 && memchr(name.value.ptr, '\0', name.value.len) != NULL) {
        result = TV_NAMES_OUTSIDE;
    } else if (ascii && looks_like_dns_name(name.value)) {
        result = check_name(c, &name);
    }
    c->scratch->len = start;
    return result;
}

// emailAddress attributes are checked whether or not there is a subjectAltName. RFC 5280 4.2.1.10
// asks for it only when there is none; who reads such an attribute does not ask.
static tv_names_result check_subject(const constraints *c, tv_span subject, bool common_name)
{
    const uint8_t *ignored;
    if (tv_name_problem(subject, &ignored) != NULL) {
        return TV_NAMES_OUTSIDE;
    }
    tv_general_name directory_name = {TV_GENERAL_DIRECTORY, subject};
    tv_names_result result =
        tv_name_is_empty(subject) ? TV_NAMES_INSIDE : check_name(c, &directory_name);
    tv_name_walk walk = tv_name_walk_open(subject);
    tv_name_attribute attribute;
    while (result == TV_NAMES_INSIDE && tv_name_walk_next(&walk, &attribute)) {
        if (tv_span_equal(attribute.type, OID_EMAIL_ADDRESS)) {
            result = check_email_address(c, &attribute.value);
        } else if (common_name && tv_span_equal(attribute.type, OID_COMMON_NAME)) {
            result = check_common_name(c, &attribute.value);
        }
    }
    return result;
}

tv_names_result tv_name_constraints_check(const tv_cert *issuer, const tv_cert *subject,
                                          bool common_name, uint64_t *left, tv_buf *scratch)
{
    constraints c = {.scratch = scratch};
    c.left = left;
    tv_buf_clear(scratch);
    tv_names_result result = read_constraints(&c, issuer);
    bool has_dns = false;
    if (result == TV_NAMES_INSIDE) {
        result = check_alt_names(&c, subject->san, &has_dns);
    }
    if (result == TV_NAMES_INSIDE) {
        result = check_subject(&c, subject->subject, common_name && !has_dns);
    }
    return result;
}
