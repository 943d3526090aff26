// SPDX-License-Identifier: Apache-2.0
// Distinguished names as X.501 structures: whether they are whole, and the canonical form by which
// RFC 5280 7.1 compares them. Names are hostile: work is linear in their length, for the number of
// attributes that share an RDN is bounded. Display is name_show.c's.
#include "cert/name.h"

#include "base/span.h"
#include "cert/charset.h"
#include "cert/name_walk.h"

// Longer names are refused, as libcrypto refuses them.
#define MAX_NAME_LEN ((size_t)1 << 20)
// Attributes in one RDN. Nearly all have one; a handful in the world have three or four.
#define MAX_RDN_ATTRIBUTES 64

bool tv_name_attribute_next(tv_span *rdn, tv_name_attribute *out)
{
    tv_span rest = *rdn;
    tv_der_value attribute;
    tv_der_value type;
    if (!tv_der_read_tag(&rest, TV_DER_SEQUENCE, &attribute)) {
        return false;
    }
    tv_span inner = attribute.contents;
    if (!tv_der_read_tag(&inner, TV_DER_OID, &type) || !tv_der_oid_is_sound(type.contents) ||
        !tv_der_read(&inner, &out->value) || inner.len != 0) {
        return false;
    }
    out->type = type.contents;
    *rdn = rest;
    return true;
}

// What is wrong with the value of an attribute. Only types that libcrypto takes in a Name are
// known: DirectoryString, IA5String, NumericString, and what X.520 allows as BIT STRING or
// SEQUENCE.
static const char *value_problem(const tv_der_value *value)
{
    switch (value->tag) {
    case TV_DER_NUMERIC_STRING:
    case TV_DER_PRINTABLE_STRING:
    case TV_DER_T61_STRING:
    case TV_DER_IA5_STRING:
    case TV_DER_SEQUENCE:
        return NULL;
    case TV_DER_UTF8_STRING:
        return tv_charset_is_utf8(value->contents) ? NULL : "text in a name is not UTF-8";
    case TV_DER_BMP_STRING:
    case TV_DER_UNIVERSAL_STRING: {
        tv_span rest = value->contents;
        uint32_t ignored;
        while (tv_charset_next(&rest, tv_charset_of(value->tag), &ignored)) {
        }
        return rest.len == 0 ? NULL : "text in a name is not Unicode";
    }
    case TV_DER_BIT_STRING:
        return tv_der_is_sound(value) ? NULL : "BIT STRING in a name is malformed";
    default:
        return "value in a name is of no string type";
    }
}

// X.501 asks for at least one attribute. An RDN without any says nothing and is passed over, as
// libcrypto does.
static const char *rdn_problem(tv_span rdn, const uint8_t **where)
{
    tv_name_attribute attribute;
    size_t count = 0;
    *where = rdn.ptr;
    while (tv_name_attribute_next(&rdn, &attribute)) {
        const char *what = value_problem(&attribute.value);
        if (what == NULL && ++count > MAX_RDN_ATTRIBUTES) {
            what = "more than 64 attributes in one RDN";
        }
        if (what != NULL) {
            *where = attribute.value.whole.ptr;
            return what;
        }
        *where = rdn.ptr;
    }
    if (rdn.len > 0) {
        return "attribute of a name is malformed";
    }
    return NULL;
}

const char *tv_name_problem(tv_span name, const uint8_t **where)
{
    tv_der_value rdns;
    *where = name.ptr;
    if (name.len > MAX_NAME_LEN) {
        return "name is longer than 1 MiB";
    }
    if (!tv_der_read_tag(&name, TV_DER_SEQUENCE, &rdns) || name.len != 0) {
        return "name is not a SEQUENCE";
    }
    tv_span rest = rdns.contents;
    while (rest.len > 0) {
        tv_der_value rdn;
        tv_name_attribute attribute;
        const char *what;
        *where = rest.ptr;
        if (tv_name_read_short_rdn(&rest, &attribute)) {
            what = value_problem(&attribute.value);
            *where = attribute.value.whole.ptr;
        } else if (tv_der_read_tag(&rest, TV_DER_SET, &rdn)) {
            what = rdn_problem(rdn.contents, where);
        } else {
            what = "RDN is malformed";
        }
        if (what != NULL) {
            return what;
        }
    }
    return NULL;
}

static uint8_t *put_u32(uint8_t *out, size_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
    return out + 4;
}

// White space of the C locale, which is what libcrypto folds.
static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Appends `text` as UTF-8: ASCII in lower case, blanks trimmed, runs of them as one space.
static uint8_t *put_folded(uint8_t *out, tv_span text, tv_charset charset)
{
    const uint8_t *start = out;
    bool has_ascii = charset == TV_CHARSET_LATIN1 || charset == TV_CHARSET_UTF8;
    bool blank = false;
    while (text.len > 0) {
        uint32_t c = text.ptr[0];
        if (has_ascii && c < 0x80) {
            text = (tv_span){text.ptr + 1, text.len - 1};
        } else if (!tv_charset_next(&text, charset, &c)) {
            break;
        }
        if (is_blank(c)) {
            blank = out > start;
            continue;
        }
        if (blank) {
            *out++ = ' ';
            blank = false;
        }
        if (c < 0x80) {
            *out++ = (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        } else {
            out += tv_charset_put_utf8(out, c);
        }
    }
    return out;
}

// Appends one attribute: the type as DER, the tag of the value, its length in four bytes, the
// value.
static uint8_t *put_attribute(uint8_t *out, const tv_name_attribute *attribute)
{
    tv_charset charset = tv_charset_of(attribute->value.tag);
    // The value of a NumericString keeps its type and its blanks: libcrypto does not fold it.
    bool folded = charset != TV_CHARSET_NONE && attribute->value.tag != TV_DER_NUMERIC_STRING;
    out = put_u32(out, attribute->type.len);
    memcpy(out, attribute->type.ptr, attribute->type.len);
    out += attribute->type.len;
    *out++ = folded ? TV_DER_UTF8_STRING : attribute->value.tag;
    uint8_t *len = out;
    out += 4;
    tv_span contents = attribute->value.contents;
    if (folded) {
        out = put_folded(out, contents, charset);
    } else if (contents.len > 0) {
        memcpy(out, contents.ptr, contents.len);
        out += contents.len;
    }
    put_u32(len, (size_t)(out - len) - 4);
    return out;
}

static bool comes_before(tv_span a, tv_span b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order < 0 || (order == 0 && a.len < b.len);
}

// Appends the attributes of an RDN in ascending order of their bytes. When there is more than one,
// they are written to the room at `spare` first.
static uint8_t *put_rdn(uint8_t *out, tv_span rdn, uint8_t *spare)
{
    tv_name_attribute attribute;
    tv_span sorted[MAX_RDN_ATTRIBUTES];
    size_t count = 0;
    uint8_t *rdn_len = out;
    out += 4;
    while (tv_name_attribute_next(&rdn, &attribute)) {
        if (count == 0 && rdn.len == 0) {
            out = put_attribute(out, &attribute);
            break;
        }
        uint8_t *end = put_attribute(spare, &attribute);
        tv_span bytes = {spare, (size_t)(end - spare)};
        size_t at = count++;
        for (; at > 0 && comes_before(bytes, sorted[at - 1]); at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = bytes;
        spare = end;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(out, sorted[i].ptr, sorted[i].len);
        out += sorted[i].len;
    }
    put_u32(rdn_len, (size_t)(out - rdn_len) - 4);
    return out;
}

bool tv_name_canonical(tv_span name, tv_buf *out)
{
    const uint8_t *ignored;
    tv_der_value rdns;
    if (tv_name_problem(name, &ignored) != NULL) {
        return false;
    }
    // The canonical form is at most twice as long as the name: a Latin-1 character becomes two
    // bytes, and the framing of an RDN with its attribute grows from at least 8 bytes to 13.
    size_t room = 2 * name.len;
    if (!tv_buf_reserve(out, 2 * room)) {
        return false;
    }
    uint8_t *start = out->ptr + out->len;
    uint8_t *end = start;
    tv_der_read(&name, &rdns);
    tv_span rest = rdns.contents;
    tv_der_value rdn;
    while (tv_der_read(&rest, &rdn)) {
        if (rdn.contents.len == 0) {
            continue;
        }
        end = put_rdn(end, rdn.contents, start + room);
    }
    out->len += (size_t)(end - start);
    return true;
}

// Types of text that hold ASCII as it is and are folded: not NumericString.
static bool is_folded_text(uint8_t tag)
{
    return tag == TV_DER_UTF8_STRING || tag == TV_DER_PRINTABLE_STRING || tag == TV_DER_IA5_STRING;
}

// The next character of ASCII text that is no blank, its letters in lower case; 0 at the end.
static uint8_t next_solid(tv_span *text)
{
    while (text->len > 0) {
        uint8_t c = text->ptr[0];
        text->ptr++;
        text->len--;
        if (!is_blank(c)) {
            return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        }
    }
    return 0;
}

// Whether two attributes differ in their types, or in characters that folding keeps. Only ASCII in
// types of text that are folded alike is looked at: of other values nothing is told.
static bool attributes_differ(const tv_name_attribute *a, const tv_name_attribute *b)
{
    tv_span left = a->value.contents;
    tv_span right = b->value.contents;
    if (!tv_span_equal(a->type, b->type)) {
        return true;
    }
    if (!is_folded_text(a->value.tag) || !is_folded_text(b->value.tag)) {
        return false;
    }
    for (;;) {
        uint8_t c = next_solid(&left);
        uint8_t d = next_solid(&right);
        if (c >= 0x80 || d >= 0x80 || (c == 0 && d == 0)) {
            return false;
        }
        if (c != d) {
            return true;
        }
    }
}

// Whether two names are different for a reason that is seen without their canonical forms: nearly
// all names that differ do so in the types of their attributes or in ASCII text.
static bool plainly_differ(tv_span a, tv_span b)
{
    tv_der_value left;
    tv_der_value right;
    tv_name_attribute of_left;
    tv_name_attribute of_right;
    if (!tv_der_read_tag(&a, TV_DER_SEQUENCE, &left) ||
        !tv_der_read_tag(&b, TV_DER_SEQUENCE, &right)) {
        return false;
    }
    while (tv_name_read_short_rdn(&left.contents, &of_left) &&
           tv_name_read_short_rdn(&right.contents, &of_right)) {
        if (attributes_differ(&of_left, &of_right)) {
            return true;
        }
    }
    return false;
}

bool tv_name_equal(tv_span a, tv_span b, tv_buf *scratch)
{
    if (tv_span_equal(a, b)) {
        return true;
    }
    if (plainly_differ(a, b)) {
        return false;
    }
    tv_buf_clear(scratch);
    if (!tv_name_canonical(a, scratch)) {
        return false;
    }
    size_t len = scratch->len;
    if (!tv_name_canonical(b, scratch) || scratch->len != 2 * len) {
        return false;
    }
    return len == 0 || memcmp(scratch->ptr, scratch->ptr + len, len) == 0;
}

// The RDNs with an attribute, which a canonical form keeps, and the last of all.
static size_t count_rdns(tv_span name, tv_der_value *last)
{
    size_t num = 0;
    tv_der_value rdns = {0};
    *last = (tv_der_value){0};
    if (tv_der_read_tag(&name, TV_DER_SEQUENCE, &rdns)) {
        while (tv_der_read_tag(&rdns.contents, TV_DER_SET, last)) {
            num += last->contents.len > 0 ? 1 : 0;
        }
    }
    return num;
}

bool tv_name_adds_common_name(tv_span name, tv_span base, tv_buf *scratch)
{
    tv_der_value last;
    tv_name_attribute attribute;
    size_t num = count_rdns(base, &last);
    tv_buf_clear(scratch);
    if (num == 0 || count_rdns(name, &last) != num + 1 ||
        !tv_name_attribute_next(&last.contents, &attribute) || last.contents.len > 0 ||
        !tv_span_equal(attribute.type, TV_LIT("\x55\x04\x03")) ||
        !tv_name_canonical(base, scratch)) {
        return false;
    }
    size_t len = scratch->len;
    return tv_name_canonical(name, scratch) && scratch->len > 2 * len &&
           memcmp(scratch->ptr, scratch->ptr + len, len) == 0;
}

bool tv_name_is_empty(tv_span name)
{
    tv_der_value rdns;
    tv_der_value rdn;
    if (!tv_der_read_tag(&name, TV_DER_SEQUENCE, &rdns)) {
        return false;
    }
    tv_span rest = rdns.contents;
    while (tv_der_read_tag(&rest, TV_DER_SET, &rdn)) {
        if (rdn.contents.len > 0) {
            return false;
        }
    }
    return rest.len == 0;
}
