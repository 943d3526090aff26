// SPDX-License-Identifier: Apache-2.0
// Certificates against the constraints of an issuer: which names are looked at, what permitted and
// excluded subtrees mean together, what happens to names that cannot be compared, and the budget.
//
// Names are written "form:value" with '|' between them; a dir: is "type=value" with '/' between
// RDNs and '+' within one, an ip: is hex, the value of a form that is not compared is its DER in
// hex.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "cert/general_name.h"
#include "der/der.h"
#include "path/name_constraints.h"

static void add_tlv(tv_buf *out, uint8_t tag, tv_span contents)
{
    assert_true(contents.len <= 0xffff);
    tv_buf_add_byte(out, tag);
    if (contents.len >= 0x100) {
        tv_buf_add_byte(out, 0x82);
        tv_buf_add_byte(out, (uint8_t)(contents.len >> 8));
    } else if (contents.len >= 0x80) {
        tv_buf_add_byte(out, 0x81);
    }
    tv_buf_add_byte(out, (uint8_t)contents.len);
    tv_buf_add(out, contents);
}

// Puts what `out` holds from `start` on into a TLV.
static void wrap(tv_buf *out, size_t start, uint8_t tag)
{
    tv_buf contents = {0};
    tv_buf_add(&contents, tv_span_part(tv_buf_span(out), start, out->len));
    out->len = start;
    add_tlv(out, tag, tv_buf_span(&contents));
    tv_buf_close(&contents);
}

// Takes the part of `*in` up to the next `separator` off it; false when nothing is left.
static bool cut(tv_span *in, char separator, tv_span *out)
{
    if (in->len == 0) {
        return false;
    }
    size_t len = 0;
    while (len < in->len && in->ptr[len] != (uint8_t)separator) {
        len++;
    }
    *out = tv_span_part(*in, 0, len);
    *in = tv_span_part(*in, len + 1, in->len);
    return true;
}

static unsigned hex_digit(uint8_t c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

static void add_hex(tv_buf *out, tv_span hex)
{
    assert_int_equal(hex.len % 2, 0);
    for (size_t i = 0; i < hex.len; i += 2) {
        tv_buf_add_byte(out, (uint8_t)(hex_digit(hex.ptr[i]) << 4 | hex_digit(hex.ptr[i + 1])));
    }
}

// "CN", "O", "email", or with "u-" in front as UTF8String where the type asks for another, with
// "b-" as BMPString.
static void add_attribute(tv_buf *out, tv_span type, tv_span value)
{
    uint8_t tag = TV_DER_PRINTABLE_STRING;
    if (tv_span_starts_with(type, TV_LIT("u-")) || tv_span_starts_with(type, TV_LIT("b-"))) {
        tag = type.ptr[0] == 'u' ? TV_DER_UTF8_STRING : TV_DER_BMP_STRING;
        type = tv_span_part(type, 2, type.len);
    } else if (tv_span_equal(type, TV_LIT("email"))) {
        tag = TV_DER_IA5_STRING;
    }
    size_t start = out->len;
    if (tv_span_equal(type, TV_LIT("email"))) {
        add_tlv(out, TV_DER_OID, TV_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"));
    } else if (tv_span_equal(type, TV_LIT("O"))) {
        add_tlv(out, TV_DER_OID, TV_LIT("\x55\x04\x0a"));
    } else {
        assert_true(tv_span_equal(type, TV_LIT("CN")));
        add_tlv(out, TV_DER_OID, TV_LIT("\x55\x04\x03"));
    }
    size_t value_start = out->len;
    for (size_t i = 0; i < value.len; i++) {
        if (tag == TV_DER_BMP_STRING) {
            tv_buf_add_byte(out, 0);
        }
        tv_buf_add_byte(out, value.ptr[i] == '~' ? 0 : value.ptr[i]); // a NUL is written '~'
    }
    wrap(out, value_start, tag);
    wrap(out, start, TV_DER_SEQUENCE);
}

static void add_directory_name(tv_buf *out, tv_span text)
{
    size_t start = out->len;
    tv_span rdn;
    while (cut(&text, '/', &rdn)) {
        size_t rdn_start = out->len;
        tv_span attribute;
        while (cut(&rdn, '+', &attribute)) {
            tv_span type = {NULL, 0};
            assert_true(cut(&attribute, '=', &type));
            add_attribute(out, type, attribute);
        }
        wrap(out, rdn_start, TV_DER_SET);
    }
    wrap(out, start, TV_DER_SEQUENCE);
}

static const char *const form_names[] = {"other", "email", "dns", "x400", "dir",
                                         "edi",   "uri",   "ip",  "rid"};

static void add_name(tv_buf *out, tv_span text)
{
    tv_span form = {NULL, 0};
    assert_true(cut(&text, ':', &form));
    size_t start = out->len;
    for (int kind = TV_GENERAL_OTHER_NAME; kind <= TV_GENERAL_RID; kind++) {
        if (!tv_span_equal(form, tv_span_from_text(form_names[kind]))) {
            continue;
        }
        bool constructed = false;
        if (kind == TV_GENERAL_DIRECTORY) {
            add_directory_name(out, text);
            constructed = true;
        } else if (kind == TV_GENERAL_EMAIL || kind == TV_GENERAL_DNS || kind == TV_GENERAL_URI) {
            tv_buf_add(out, text);
        } else {
            add_hex(out, text);
            constructed = kind != TV_GENERAL_IP && kind != TV_GENERAL_RID;
        }
        wrap(out, start, (uint8_t)((constructed ? 0xa0 : 0x80) | kind));
        return;
    }
    fail_msg("no form %.*s", (int)form.len, (const char *)form.ptr);
}

static void add_subtrees(tv_buf *out, uint8_t tag, const char *text)
{
    if (text == NULL) {
        return;
    }
    size_t start = out->len;
    tv_span rest = tv_span_from_text(text);
    tv_span name;
    while (cut(&rest, '|', &name)) {
        size_t subtree_start = out->len;
        add_name(out, name);
        wrap(out, subtree_start, TV_DER_SEQUENCE);
    }
    wrap(out, start, tag);
}

// An issuer's constraints and a certificate's names; what the views borrow from.
typedef struct pair {
    tv_buf constraints;
    tv_buf san;
    tv_buf subject_name;
    tv_cert issuer;
    tv_cert subject;
} pair;

static void refresh_views(pair *p)
{
    p->issuer =
        (tv_cert){.has = TV_EXT_NAME_CONSTRAINTS, .name_constraints = tv_buf_span(&p->constraints)};
    p->subject = (tv_cert){.san = tv_buf_span(&p->san), .subject = tv_buf_span(&p->subject_name)};
}

// NULL where the extension or the list is absent.
static pair open_pair(const char *permitted, const char *excluded, const char *subject,
                      const char *san)
{
    pair p = {0};
    add_subtrees(&p.constraints, TV_DER_CONTEXT_CONSTRUCTED(0), permitted);
    add_subtrees(&p.constraints, TV_DER_CONTEXT_CONSTRUCTED(1), excluded);
    add_directory_name(&p.subject_name, tv_span_from_text(subject));
    tv_span rest = san != NULL ? tv_span_from_text(san) : (tv_span){NULL, 0};
    tv_span name;
    while (cut(&rest, '|', &name)) {
        add_name(&p.san, name);
    }
    refresh_views(&p);
    return p;
}

static void close_pair(pair *p)
{
    tv_buf_close(&p->constraints);
    tv_buf_close(&p->san);
    tv_buf_close(&p->subject_name);
}

enum { PLENTY = 1000 };

static tv_names_result check(const pair *p, bool common_name)
{
    uint64_t left = PLENTY;
    tv_buf scratch = {0};
    tv_names_result result =
        tv_name_constraints_check(&p->issuer, &p->subject, common_name, &left, &scratch);
    tv_buf_close(&scratch);
    return result;
}

#define INSIDE TV_NAMES_INSIDE
#define OUTSIDE TV_NAMES_OUTSIDE
#define SMTP_UTF8_MAILBOX "06082b06010505070809a0070c0561407a2e61"

// clang-format off
static const struct {
    const char *permitted;
    const char *excluded;
    const char *subject;
    const char *san;
    tv_names_result expected;
} cases[] = {
    // permitted and excluded together
    {"dns:a.com", NULL, "", "dns:a.com", INSIDE},
    {"dns:a.com", NULL, "", "dns:b.com", OUTSIDE},
    {"dns:a.com", NULL, "", "dns:a.com|dns:b.com", OUTSIDE},
    {"dns:a.com|dns:b.com", NULL, "", "dns:x.b.com|dns:a.com", INSIDE},
    {NULL, "dns:a.com", "", "dns:b.com", INSIDE},
    {NULL, "dns:a.com", "", "dns:x.a.com", OUTSIDE},
    {NULL, "dns:b.com|dns:a.com", "", "dns:x.a.com", OUTSIDE},
    {"dns:a.com", "dns:x.a.com", "", "dns:y.a.com", INSIDE},
    {"dns:a.com", "dns:x.a.com", "", "dns:x.a.com", OUTSIDE},
    {"dns:x.a.com", "dns:a.com", "", "dns:x.a.com", OUTSIDE},
    {"dns:a.com", "dns:x.a.com", "", "dns:b.com", OUTSIDE},
    {NULL, "dns:", "", "dns:a.com", OUTSIDE},
    {"dns:", NULL, "", "dns:a.com", INSIDE},
    // forms are held apart
    {"dns:a.com", NULL, "O=a", "email:x@b.com|uri:https://b.com|ip:0a000001", INSIDE},
    {"ip:0a000000ff000000", NULL, "", "dns:b.com", INSIDE},
    {"ip:0a000000ff000000", "dns:b.com", "", "dns:b.com", OUTSIDE},
    {"email:a.com", "dns:a.com", "", "email:x@a.com", INSIDE},
    {"dns:a.com", NULL, "O=a", NULL, INSIDE},
    // wildcards: all they stand for is permitted, or any is excluded
    {"dns:a.com", NULL, "", "dns:*.a.com", INSIDE},
    {"dns:x.a.com", NULL, "", "dns:*.a.com", OUTSIDE},
    {NULL, "dns:x.a.com", "", "dns:*.a.com", OUTSIDE},
    {NULL, "dns:x.b.com", "", "dns:*.a.com", INSIDE},
    // the other forms
    {"email:a.com", NULL, "", "email:x@a.com", INSIDE},
    {"email:a.com", NULL, "", "email:x@b.a.com", OUTSIDE},
    {NULL, "email:.a.com", "", "email:x@b.a.com", OUTSIDE},
    {"uri:.a.com", NULL, "", "uri:https://x.a.com/", INSIDE},
    {"uri:.a.com", NULL, "", "uri:https://a.com/", OUTSIDE},
    {NULL, "uri:a.com", "", "uri:https://u:p@a.com:1/", OUTSIDE},
    {"ip:0a000000ff000000", NULL, "", "ip:0a010203", INSIDE},
    {"ip:0a000000ff000000", NULL, "", "ip:0b010203", OUTSIDE},
    {"ip:0a000000ff000000", NULL, "", "ip:20010db8000000000000000000000001", OUTSIDE},
    {NULL, "ip:0a000000ff000000", "", "ip:20010db8000000000000000000000001", INSIDE},
    // directory names: the subject and those of the subjectAltName, by whole RDNs
    {"dir:O=Acme", NULL, "O=Acme/CN=x", NULL, INSIDE},
    {"dir:O=Acme", NULL, "u-O= ACME /CN=x", NULL, INSIDE},
    {"dir:O=Acme", NULL, "O=Acme Corp/CN=x", NULL, OUTSIDE},
    {"dir:O=Acme", NULL, "CN=x/O=Acme", NULL, OUTSIDE},
    {"dir:O=Acme", NULL, "O=Acme+CN=x", NULL, OUTSIDE},
    {"dir:O=Acme+CN=x", NULL, "u-CN=X+O=acme", NULL, INSIDE},
    {"dir:O=Acme/CN=x", NULL, "O=Acme", NULL, OUTSIDE},
    {"dir:O=Acme/CN=x", NULL, "O=Acme/CN=x", NULL, INSIDE},
    {"dir:O=Acme|dir:O=Other", NULL, "O=Other/CN=x", NULL, INSIDE},
    {"dir:O=Acme", "dir:O=Acme/CN=x", "O=Acme/CN=y", NULL, INSIDE},
    {"dir:O=Acme", "dir:O=Acme/CN=x", "O=Acme/CN=x/CN=y", NULL, OUTSIDE},
    {"dir:O=Acme", NULL, "", NULL, INSIDE},
    {"dir:O=Acme", NULL, "", "dir:O=Acme/CN=x", INSIDE},
    {"dir:O=Acme", NULL, "", "dir:O=Other", OUTSIDE},
    {"dir:O=Acme", NULL, "", "dir:", OUTSIDE},
    {"dir:O=Acme", NULL, "O=Acme", "dir:O=Other", OUTSIDE},
    {"dir:O=Acme", NULL, "O=Other", "dir:O=Acme", OUTSIDE},
    {"dir:O=Acme", NULL, "O=Acme", "dir:O=Acme/CN=x|dir:O=Acme/CN=y", INSIDE},
    {"dir:", NULL, "O=Acme", "dir:O=Other", INSIDE},
    {NULL, "dir:", "O=Acme", NULL, OUTSIDE},
    {NULL, "dir:", "", "dns:a.com", INSIDE},
    // emailAddress in the subject
    {"email:a.com", NULL, "email=x@a.com", NULL, INSIDE},
    {"email:a.com", NULL, "email=x@b.com", NULL, OUTSIDE},
    {"email:a.com", NULL, "O=y/CN=z+email=x@b.com", NULL, OUTSIDE},
    {"email:a.com", NULL, "email=x@a.com/email=x@b.com", NULL, OUTSIDE},
    {"email:a.com", NULL, "email=x@b.com", "email:x@a.com", OUTSIDE},
    {"email:a.com", NULL, "u-email=x@a.com", NULL, OUTSIDE},
    {NULL, "email:a.com", "email=x@a.com", NULL, OUTSIDE},
    {"dns:a.com", NULL, "u-email=x@b.com", NULL, OUTSIDE},
    // names that cannot be told, when they have to be
    {"dns:a.com", NULL, "", "dns:.a.com", OUTSIDE},
    {NULL, "dns:b.com", "", "dns:a..com", OUTSIDE},
    {NULL, "dns:b.com", "", "dns:a.com.", OUTSIDE},
    {NULL, "email:b.com", "", "dns:a..com", INSIDE},
    {NULL, "email:b.com", "", "email:nobody", OUTSIDE},
    {NULL, "uri:b.com", "", "uri:urn:x:y", OUTSIDE},
    {NULL, "uri:b.com", "", "uri:https://192.0.2.1/", OUTSIDE},
    {NULL, "dns:b.com", "", "uri:urn:x:y", INSIDE},
    {NULL, "ip:0a000000ff000000", "", "ip:0a0000", OUTSIDE},
    {NULL, "dns:b.com", "", "ip:0a0000", INSIDE},
    // constraints that cannot be told, when there is a name of the form
    {"dns:*.a.com|dns:a.com", NULL, "", "dns:a.com", OUTSIDE},
    {NULL, "dns:*.a.com", "", "dns:b.com", OUTSIDE},
    {NULL, "dns:*.a.com", "", "email:x@b.com", INSIDE},
    {"email:|email:a.com", NULL, "", "email:x@a.com", OUTSIDE},
    {"email:@a.com", NULL, "", "email:x@a.com", OUTSIDE},
    {"uri:https://a.com", NULL, "", "uri:https://a.com", OUTSIDE},
    {"ip:0a000000ff00ff00", NULL, "", "ip:0a000000", OUTSIDE},
    {NULL, "ip:0a000000ff00ff00", "", "ip:0b000000", OUTSIDE},
    {NULL, "ip:0a000000ff00ff00", "", "dns:a.com", INSIDE},
    {"ip:0a000000ff0000", NULL, "", "ip:0a000000", OUTSIDE},
    // forms that are not compared
    {"rid:2a03", NULL, "", "rid:2a03", OUTSIDE},
    {NULL, "rid:2a04", "", "rid:2a03", OUTSIDE},
    {NULL, "rid:2a04", "O=x", "dns:a.com", INSIDE},
    {"dns:a.com", NULL, "", "dns:a.com|rid:2a03", INSIDE},
    {"other:06022a03a0020500", NULL, "", "other:06022a03a0020500", OUTSIDE},
    {NULL, "other:06022a04a0020500", "", "other:06022a03a0020500", OUTSIDE},
    {NULL, "other:06022a04a0020500", "", "dns:a.com", INSIDE},
    {NULL, "x400:0500", "", "x400:0500", OUTSIDE},
    {NULL, "x400:0500", "", "dns:a.com", INSIDE},
    {NULL, "edi:a1030c0161", "", "edi:a1030c0162", OUTSIDE},
    {NULL, "edi:a1030c0161", "", "dns:a.com", INSIDE},
    // a mailbox by another form
    {"email:z.a", NULL, "", "other:" SMTP_UTF8_MAILBOX, OUTSIDE},
    {NULL, "email:b.com", "", "other:" SMTP_UTF8_MAILBOX, OUTSIDE},
    {NULL, "dns:b.com", "", "other:" SMTP_UTF8_MAILBOX, INSIDE},
    {NULL, "email:b.com", "", "other:06022a03a0020500", INSIDE},
};

static const struct {
    const char *subject;
    const char *san;
    tv_names_result expected; // with dns:a.com permitted and the CN looked at
} common_name_cases[] = {
    {"CN=a.com", NULL, INSIDE},
    {"CN=x.A.com", NULL, INSIDE},
    {"CN=b.com", NULL, OUTSIDE},
    {"O=y+CN=b.com", NULL, OUTSIDE},
    {"CN=a.com/CN=b.com", NULL, OUTSIDE},
    {"u-CN=b.com", NULL, OUTSIDE},
    {"b-CN=b.com", NULL, OUTSIDE},
    {"b-CN=a.com", NULL, INSIDE},
    {"CN=b.com", "email:x@b.com", OUTSIDE},
    {"CN=b.com", "dns:a.com", INSIDE},
    {"CN=b.com", "email:x@b.com|dns:a.com|ip:0a000001", INSIDE},
    {"O=b.com", NULL, INSIDE},
    {"CN=10.0.0.1", NULL, OUTSIDE},
    {"CN=x_y.b.com", NULL, OUTSIDE},
    {"CN=x-y.b.com", NULL, OUTSIDE},
    // what is not taken for a DNS name
    {"CN=localhost", NULL, INSIDE},
    {"CN=client 1.0", NULL, INSIDE},
    {"CN=*.b.com", NULL, INSIDE},
    {"CN=.b.com", NULL, INSIDE},
    {"CN=b.com.", NULL, INSIDE},
    {"CN=b..com", NULL, INSIDE},
    {"CN=b.-com", NULL, INSIDE},
    {"CN=b-.com", NULL, INSIDE},
    {"CN=-b.com", NULL, INSIDE},
    {"CN=b.com-", NULL, INSIDE},
    {"CN=x@b.com", NULL, INSIDE},
    {"u-CN=b\xc3\xbc.com", NULL, INSIDE},
    {"CN=", NULL, INSIDE},
    // NULs
    {"CN=b.com~", NULL, OUTSIDE},
    {"CN=a.com~~", NULL, INSIDE},
    {"CN=~", NULL, INSIDE},
    {"CN=a.com~.b.com", NULL, OUTSIDE},
    {"CN=client~1", NULL, OUTSIDE},
};
// clang-format on

enum {
    NUM_CASES = sizeof(cases) / sizeof(cases[0]),
    NUM_COMMON_NAME_CASES = sizeof(common_name_cases) / sizeof(common_name_cases[0]),
};

static const char *text_of(const char *text)
{
    return text != NULL ? text : "-";
}

static void test_names_against_constraints(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CASES; i++) {
        pair p = open_pair(cases[i].permitted, cases[i].excluded, cases[i].subject, cases[i].san);
        tv_names_result result = check(&p, false);
        close_pair(&p);
        if (result != cases[i].expected) {
            fail_msg("permitted %s, excluded %s, subject %s, names %s: %d",
                     text_of(cases[i].permitted), text_of(cases[i].excluded), cases[i].subject,
                     text_of(cases[i].san), (int)result);
        }
    }
}

static void test_common_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_COMMON_NAME_CASES; i++) {
        pair p =
            open_pair("dns:a.com", NULL, common_name_cases[i].subject, common_name_cases[i].san);
        tv_names_result result = check(&p, true);
        tv_names_result without = check(&p, false);
        close_pair(&p);
        assert_int_equal(without, TV_NAMES_INSIDE);
        if (result != common_name_cases[i].expected) {
            fail_msg("subject %s, names %s: %d", common_name_cases[i].subject,
                     text_of(common_name_cases[i].san), (int)result);
        }
    }
}

static void test_common_names_need_constraints_of_their_form(void **state)
{
    (void)state;
    pair p = open_pair("dir:CN=b.com", "email:a.com", "CN=b.com", NULL);
    assert_int_equal(check(&p, true), TV_NAMES_INSIDE);
    close_pair(&p);
    p = open_pair(NULL, NULL, "CN=a~b", NULL);
    assert_int_equal(check(&p, false), TV_NAMES_INSIDE);
    assert_int_equal(check(&p, true), TV_NAMES_OUTSIDE);
    close_pair(&p);
    p = open_pair(NULL, NULL, "CN=", NULL);
    assert_int_equal(check(&p, true), TV_NAMES_INSIDE);
    close_pair(&p);
}

// What the reader of certificates refuses is refused here, too: nothing malformed is taken for
// something that is not there.
static void test_malformed_encodings_are_outside(void **state)
{
    (void)state;
    pair p = open_pair("dns:a.com", "dns:b.com", "O=x", "dns:a.com");
    assert_int_equal(check(&p, false), TV_NAMES_INSIDE);
    tv_cert issuer = p.issuer;
    tv_cert subject = p.subject;

    tv_buf_add(&p.constraints, TV_LIT("\x05\x00"));
    refresh_views(&p);
    assert_int_equal(check(&p, false), TV_NAMES_OUTSIDE);
    p.constraints.len -= 2;

    tv_buf_add(&p.san, TV_LIT("\x82"));
    refresh_views(&p);
    assert_int_equal(check(&p, false), TV_NAMES_OUTSIDE);
    p.san.len -= 1;

    tv_buf_add(&p.san, TV_LIT("\x89\x01\x61")); // no such form
    refresh_views(&p);
    assert_int_equal(check(&p, false), TV_NAMES_OUTSIDE);
    p.san.len -= 3;

    tv_buf_add(&p.subject_name, TV_LIT("\x00"));
    refresh_views(&p);
    assert_int_equal(check(&p, false), TV_NAMES_OUTSIDE);
    p.subject_name.len -= 1;

    refresh_views(&p);
    assert_true(tv_span_equal(p.issuer.name_constraints, issuer.name_constraints));
    assert_true(tv_span_equal(p.subject.san, subject.san));
    for (size_t len = p.constraints.len - 1; len > 0; len--) {
        p.issuer.name_constraints.len = len;
        // Cut behind the permitted subtrees it is whole.
        bool whole = len == 2u + p.constraints.ptr[1];
        assert_int_equal(check(&p, false), whole ? TV_NAMES_INSIDE : TV_NAMES_OUTSIDE);
    }
    close_pair(&p);
}

static void test_bounds_on_subtrees_are_outside(void **state)
{
    (void)state;
    pair p = open_pair(NULL, NULL, "", "dns:b.com");
    // excludedSubtrees of a dNSName a.com with minimum 0, minimum 1, maximum 3.
    static const struct {
        tv_span bounds;
        tv_names_result expected;
    } bounds[] = {
        {{NULL, 0}, TV_NAMES_INSIDE},
        {{(const uint8_t *)"\x80\x01\x00", 3}, TV_NAMES_INSIDE},
        {{(const uint8_t *)"\x80\x01\x01", 3}, TV_NAMES_OUTSIDE},
        {{(const uint8_t *)"\x81\x01\x03", 3}, TV_NAMES_OUTSIDE},
    };
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        tv_buf_clear(&p.constraints);
        add_name(&p.constraints, TV_LIT("dns:a.com"));
        tv_buf_add(&p.constraints, bounds[i].bounds);
        wrap(&p.constraints, 0, TV_DER_SEQUENCE);
        wrap(&p.constraints, 0, TV_DER_CONTEXT_CONSTRUCTED(1));
        refresh_views(&p);
        assert_int_equal(check(&p, false), bounds[i].expected);
    }
    close_pair(&p);
}

static const struct {
    const char *permitted;
    const char *excluded;
    const char *subject;
    const char *san;
    uint64_t cost;
} cost_cases[] = {
    {"dns:a.com", NULL, "O=x", "dns:a.com", 1},
    {"dns:a.com|dns:b.com", "dns:c.com", "O=x", "dns:a.com|dns:b.com", 6},
    {"dns:a.com|dns:b.com", "dns:c.com", "O=x", "email:x@a.com|ip:0a000001", 0},
    {"dir:O=x|dns:a.com", "dir:O=y", "O=x", "dir:O=x/CN=z|dns:a.com", 5},
    {"email:a.com", NULL, "email=x@a.com", "email:x@a.com", 2},
    {"dns:a.com", NULL, "CN=a.com", NULL, 1},
    {"rid:2a03", NULL, "O=x", NULL, 0},
};

static void test_the_budget_is_spent_by_comparisons(void **state)
{
    (void)state;
    tv_buf scratch = {0};
    for (size_t i = 0; i < sizeof(cost_cases) / sizeof(cost_cases[0]); i++) {
        pair p = open_pair(cost_cases[i].permitted, cost_cases[i].excluded, cost_cases[i].subject,
                           cost_cases[i].san);
        for (uint64_t budget = 0; budget < cost_cases[i].cost; budget++) {
            uint64_t left = budget;
            assert_int_equal(
                tv_name_constraints_check(&p.issuer, &p.subject, true, &left, &scratch),
                TV_NAMES_SPENT);
            assert_int_equal(left, 0);
        }
        uint64_t left = cost_cases[i].cost + 7;
        assert_int_equal(tv_name_constraints_check(&p.issuer, &p.subject, true, &left, &scratch),
                         TV_NAMES_INSIDE);
        assert_int_equal(left, 7);
        close_pair(&p);
    }
    tv_buf_close(&scratch);
}

// A buffer that may not grow is no verdict.
static void test_want_of_memory_is_undecided(void **state)
{
    (void)state;
    pair p = open_pair("dir:O=Acme", NULL, "O=Acme/CN=x", NULL);
    bool inside = false;
    for (size_t ceiling = 1; ceiling < 4096 && !inside; ceiling++) {
        tv_buf scratch = {.ceiling = ceiling};
        uint64_t left = PLENTY;
        tv_names_result result =
            tv_name_constraints_check(&p.issuer, &p.subject, false, &left, &scratch);
        inside = result == TV_NAMES_INSIDE;
        assert_true(inside || result == TV_NAMES_SPENT);
        tv_buf_close(&scratch);
    }
    assert_true(inside);
    close_pair(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_against_constraints),
        cmocka_unit_test(test_common_names),
        cmocka_unit_test(test_common_names_need_constraints_of_their_form),
        cmocka_unit_test(test_malformed_encodings_are_outside),
        cmocka_unit_test(test_bounds_on_subtrees_are_outside),
        cmocka_unit_test(test_the_budget_is_spent_by_comparisons),
        cmocka_unit_test(test_want_of_memory_is_undecided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
