// SPDX-License-Identifier: Apache-2.0
// Names against name constraints. The input is a list of records, each of which adds a name or an
// attribute: a byte of flags (where it goes, its form, whether its bytes are DER already), a byte
// of length, the bytes. In front of them stand a byte for the common name and one for the budget.
// What is held: the budget bounds the comparisons and changes no answer that it leaves, an excluded
// subtree never lets a name in, and one that is a name of the certificate keeps that name out.
#include "base/span.h"
#include "cert/general_name.h"
#include "der/der.h"
#include "path/name_constraints.h"

#include <assert.h>

enum {
    PLACE_SUBJECT,
    PLACE_SAN,
    PLACE_PERMITTED,
    PLACE_EXCLUDED,
    NUM_PLACES,
    RAW = 0x80,
};

static void add_tlv(tv_buf *out, uint8_t tag, tv_span contents)
{
    tv_buf_add_byte(out, tag);
    if (contents.len >= 0x80) {
        tv_buf_add_byte(out, 0x83);
        tv_buf_add_byte(out, (uint8_t)(contents.len >> 16));
        tv_buf_add_byte(out, (uint8_t)(contents.len >> 8));
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

// An RDN with one attribute, whose type and string type are told by `form`.
static void add_rdn(tv_buf *out, uint8_t form, tv_span value)
{
    static const uint8_t tags[] = {TV_DER_UTF8_STRING, TV_DER_IA5_STRING, TV_DER_PRINTABLE_STRING,
                                   TV_DER_BMP_STRING};
    size_t start = out->len;
    if ((form & 1) != 0) {
        add_tlv(out, TV_DER_OID, TV_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"));
    } else {
        add_tlv(out, TV_DER_OID, TV_LIT("\x55\x04\x03"));
    }
    add_tlv(out, tags[form >> 1 & 3], value);
    wrap(out, start, TV_DER_SEQUENCE);
    wrap(out, start, TV_DER_SET);
}

static void add_name(tv_buf *out, uint8_t form, tv_span value)
{
    size_t start = out->len;
    switch (form) {
    case TV_GENERAL_DIRECTORY:
        if (value.len > 0) {
            add_rdn(out, 0, value);
        }
        wrap(out, start, TV_DER_SEQUENCE);
        break;
    case TV_GENERAL_OTHER_NAME:
        add_tlv(out, TV_DER_OID, TV_LIT("\x2b\x06\x01\x05\x05\x07\x08\x09"));
        add_tlv(out, TV_DER_UTF8_STRING, value);
        wrap(out, out->len - value.len - 2, TV_DER_CONTEXT_CONSTRUCTED(0));
        break;
    default:
        tv_buf_add(out, value);
        break;
    }
    bool constructed = form == TV_GENERAL_OTHER_NAME || form == TV_GENERAL_X400 ||
                       form == TV_GENERAL_DIRECTORY || form == TV_GENERAL_EDI;
    wrap(out, start, (uint8_t)((constructed ? 0xa0 : 0x80) | form));
}

static void add_record(tv_buf places[NUM_PLACES], uint8_t flags, tv_span value)
{
    unsigned place = flags & 3;
    uint8_t form = (flags >> 2 & 15) % (TV_GENERAL_RID + 1);
    tv_buf *out = &places[place];
    size_t start = out->len;
    if ((flags & RAW) != 0) {
        tv_buf_add(out, value);
    } else if (place == PLACE_SUBJECT) {
        add_rdn(out, form, value);
    } else {
        add_name(out, form, value);
    }
    if (place == PLACE_PERMITTED || place == PLACE_EXCLUDED) {
        wrap(out, start, TV_DER_SEQUENCE);
    }
}

static void read_records(tv_buf places[NUM_PLACES], tv_span in)
{
    while (in.len >= 2) {
        size_t len = in.ptr[1] & 0x7f; // a TLV with a short length
        tv_span value = tv_span_part(in, 2, len);
        add_record(places, in.ptr[0], value);
        in = tv_span_part(in, 2 + value.len, in.len);
    }
}

// Contents: of a Name, GeneralNames, and lists of subtrees.
typedef struct question {
    tv_span subject, san, permitted, excluded;
    tv_span also_excluded;
    bool common_name;
} question;

typedef struct answer {
    tv_names_result result;
    uint64_t spent;
} answer;

static answer ask(question q, uint64_t budget)
{
    tv_buf constraints = {0};
    tv_buf subject_name = {0};
    tv_buf scratch = {0};
    if (q.permitted.len > 0) {
        add_tlv(&constraints, TV_DER_CONTEXT_CONSTRUCTED(0), q.permitted);
    }
    size_t start = constraints.len;
    tv_buf_add(&constraints, q.excluded);
    tv_buf_add(&constraints, q.also_excluded);
    if (constraints.len > start) {
        wrap(&constraints, start, TV_DER_CONTEXT_CONSTRUCTED(1));
    }
    add_tlv(&subject_name, TV_DER_SEQUENCE, q.subject);
    tv_cert issuer = {.has = TV_EXT_NAME_CONSTRAINTS,
                      .name_constraints = tv_buf_span(&constraints)};
    tv_cert subject = {.subject = tv_buf_span(&subject_name), .san = q.san};
    uint64_t left = budget;
    answer out = {.result =
                      tv_name_constraints_check(&issuer, &subject, q.common_name, &left, &scratch)};
    assert(left <= budget);
    out.spent = budget - left;
    tv_buf_close(&constraints);
    tv_buf_close(&subject_name);
    tv_buf_close(&scratch);
    return out;
}

static void check_budget(question q, answer whole, uint64_t budget)
{
    answer bounded = ask(q, budget);
    if (budget >= whole.spent) {
        assert(bounded.result == whole.result && bounded.spent == whole.spent);
    } else {
        assert(bounded.result == TV_NAMES_SPENT && bounded.spent == budget);
    }
}

// Excludes the first name of the subjectAltName itself.
static void check_excluded_name(question q)
{
    tv_span rest = q.san;
    tv_general_name name;
    if (!tv_general_name_next(&rest, &name)) {
        return;
    }
    tv_buf subtree = {0};
    if (name.kind == TV_GENERAL_IP) {
        tv_buf_add(&subtree, name.value);
        for (size_t i = 0; i < name.value.len; i++) {
            tv_buf_add_byte(&subtree, 0xff); // the mask of one address
        }
        wrap(&subtree, 0, TV_DER_CONTEXT(TV_GENERAL_IP));
    } else {
        tv_buf_add(&subtree, tv_span_part(q.san, 0, q.san.len - rest.len));
    }
    wrap(&subtree, 0, TV_DER_SEQUENCE);
    q.also_excluded = tv_buf_span(&subtree);
    assert(ask(q, UINT64_MAX).result == TV_NAMES_OUTSIDE);
    tv_buf_close(&subtree);
}

// Adds the excluded subtrees one at a time: what is outside stays outside.
static void check_more_excluded(question q)
{
    tv_span rest = q.excluded;
    tv_span all = q.excluded;
    tv_general_name base;
    bool outside = false;
    for (size_t i = 0; i < 16; i++) {
        q.excluded = tv_span_part(all, 0, all.len - rest.len);
        tv_names_result result = ask(q, UINT64_MAX).result;
        assert(!outside || result == TV_NAMES_OUTSIDE);
        outside = result == TV_NAMES_OUTSIDE;
        if (!tv_subtree_next(&rest, &base)) {
            break;
        }
    }
    q.excluded = all;
    assert(!outside || ask(q, UINT64_MAX).result == TV_NAMES_OUTSIDE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 0x4000) {
        return 0;
    }
    tv_buf places[NUM_PLACES] = {{0}};
    read_records(places, (tv_span){data + 2, size - 2});
    question q = {
        .subject = tv_buf_span(&places[PLACE_SUBJECT]),
        .san = tv_buf_span(&places[PLACE_SAN]),
        .permitted = tv_buf_span(&places[PLACE_PERMITTED]),
        .excluded = tv_buf_span(&places[PLACE_EXCLUDED]),
        .common_name = (data[0] & 1) != 0,
    };
    answer whole = ask(q, UINT64_MAX);
    assert(whole.result != TV_NAMES_SPENT);
    check_budget(q, whole, data[1]);
    check_excluded_name(q);
    check_more_excluded(q);
    for (size_t i = 0; i < NUM_PLACES; i++) {
        tv_buf_close(&places[i]);
    }
    return 0;
}
