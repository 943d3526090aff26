// SPDX-License-Identifier: Apache-2.0
// Distinguished names for people, by RFC 4514. A Name comes in, one line of UTF-8 goes out in which
// nothing can move a cursor, hide itself or turn the direction of the text; escaping for CSV, JSON
// or HTML is left to whoever writes that format.
#include "cert/name.h"

#include "base/span.h"
#include "cert/charset.h"
#include "cert/name_walk.h"
#include "der/oid.h"

// Bytes of a malformed name that are shown.
#define MAX_MALFORMED 512

// Characters that are not seen as what they are: controls, format characters that reorder or hide
// text, line separators, tags, noncharacters.
static bool is_deceptive(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    if ((c & 0xfffe) == 0xfffe) {
        return true;
    }
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i].first; i++) {
        if (c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static void add_escaped_bytes(tv_buf *out, tv_span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        tv_buf_add_byte(out, '\\');
        tv_buf_add_hex(out, tv_span_part(bytes, i, 1));
    }
}

static void add_character(tv_buf *out, uint32_t c, bool first, bool last)
{
    uint8_t utf8[4];
    tv_span bytes = {utf8, tv_charset_put_utf8(utf8, c)};
    if (is_deceptive(c)) {
        add_escaped_bytes(out, bytes);
        return;
    }
    // RFC 4514 2.4. memchr would find the NUL of a string literal; c is not NUL here.
    bool special = c < 0x80 && memchr("\"+,;<>\\", (int)c, 7) != NULL;
    if (special || (first && (c == '#' || c == ' ')) || (last && c == ' ')) {
        tv_buf_add_byte(out, '\\');
    }
    tv_buf_add(out, bytes);
}

static void add_text(tv_buf *out, tv_span text, tv_charset charset)
{
    bool first = true;
    while (text.len > 0) {
        uint32_t c;
        if (tv_charset_next(&text, charset, &c)) {
            add_character(out, c, first, text.len == 0);
        } else {
            add_escaped_bytes(out, tv_span_part(text, 0, 1));
            text = tv_span_part(text, 1, text.len - 1);
        }
        first = false;
    }
}

static void add_attribute(tv_buf *out, const tv_name_attribute *attribute)
{
    const char *name = tv_oid_attribute(tv_oid_find(attribute->type));
    char dotted[128];
    tv_charset charset = tv_charset_of(attribute->value.tag);
    if (name != NULL) {
        tv_buf_add_text(out, name);
    } else if (tv_oid_dotted(attribute->type, dotted, sizeof(dotted))) {
        tv_buf_add_text(out, dotted);
    } else {
        tv_buf_add(out, TV_LIT("#"));
        tv_buf_add_hex(out, attribute->type);
    }
    tv_buf_add_byte(out, '=');
    if (name != NULL && charset != TV_CHARSET_NONE) {
        add_text(out, attribute->value.contents, charset);
    } else {
        tv_buf_add_byte(out, '#');
        tv_buf_add_hex(out, attribute->value.whole);
    }
}

// Reverses the bytes that were added since the buffer was `from` bytes long.
static void reverse(tv_buf *out, size_t from)
{
    for (size_t to = out->len; to > from + 1; from++, to--) {
        uint8_t kept = out->ptr[from];
        out->ptr[from] = out->ptr[to - 1];
        out->ptr[to - 1] = kept;
    }
}

void tv_name_show_any(tv_span name, tv_buf *out)
{
    const uint8_t *ignored;
    tv_der_value rdns;
    if (tv_name_problem(name, &ignored) != NULL) {
        tv_buf_add_byte(out, '#');
        tv_buf_add_hex(out, tv_span_part(name, 0, MAX_MALFORMED));
        return;
    }
    // The last RDN comes first (RFC 4514 2.1). Each RDN is written in its order and reversed, then
    // all of them are: that turns the order of the RDNs and leaves their texts as they were.
    size_t start = out->len;
    tv_der_read(&name, &rdns);
    tv_span rest = rdns.contents;
    tv_der_value rdn;
    while (tv_der_read(&rest, &rdn) && !out->failed) {
        tv_name_attribute attribute;
        if (rdn.contents.len > 0 && out->len > start) {
            tv_buf_add_byte(out, ',');
        }
        size_t rdn_start = out->len;
        while (tv_name_attribute_next(&rdn.contents, &attribute)) {
            if (out->len > rdn_start) {
                tv_buf_add_byte(out, '+');
            }
            add_attribute(out, &attribute);
        }
        reverse(out, rdn_start);
    }
    reverse(out, start);
}

// Nearly all names have one attribute in each RDN, of a type that has a short name and with a value
// of printable ASCII. These are measured first, and then written in one go.
enum {
    MAX_PLAIN_RDNS = 16,
    UNPRINTABLE = 1 << 8, // more than the specials of any value of a short length
};

typedef struct plain_rdn {
    const char *type; // "CN"
    size_t type_len;
    tv_span value;
    bool has_specials;
} plain_rdn;

// What each byte adds to a count of specials: 1 for those that get a backslash (RFC 4514 2.4),
// UNPRINTABLE for those that are shown by their number or are not ASCII.
// clang-format off
#define EIGHT(value) value, value, value, value, value, value, value, value
#define ROW(value) EIGHT(value), EIGHT(value)
static const uint16_t weights[256] = {
    ROW(UNPRINTABLE), ROW(UNPRINTABLE),
    0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, // " + ,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, // ; < >
    ROW(0),
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, // backslash
    ROW(0),
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UNPRINTABLE,
    ROW(UNPRINTABLE), ROW(UNPRINTABLE), ROW(UNPRINTABLE), ROW(UNPRINTABLE),
    ROW(UNPRINTABLE), ROW(UNPRINTABLE), ROW(UNPRINTABLE), ROW(UNPRINTABLE),
};
// clang-format on

// The number of bytes that get a backslash; UNPRINTABLE or more when the value is not for the fast
// way. Blanks and # that get one for where they stand are left to the general way.
static size_t count_specials(tv_span value)
{
    if (value.len == 0) {
        return 0;
    }
    if (value.ptr[0] == ' ' || value.ptr[0] == '#' || value.ptr[value.len - 1] == ' ') {
        return UNPRINTABLE;
    }
    size_t sum = 0;
    for (size_t i = 0; i < value.len; i++) {
        sum += weights[value.ptr[i]];
    }
    return sum;
}

// Types of value that tv_name_problem() finds nothing wrong with, whatever ASCII they hold.
static bool holds_ascii(uint8_t tag)
{
    return tag == TV_DER_UTF8_STRING || tag == TV_DER_PRINTABLE_STRING || tag == TV_DER_IA5_STRING;
}

// Reads an RDN that has one attribute.
static bool read_single(tv_span *rest, tv_name_attribute *out)
{
    tv_der_value rdn;
    return tv_name_read_short_rdn(rest, out) ||
           (tv_der_read_tag(rest, TV_DER_SET, &rdn) && tv_name_attribute_next(&rdn.contents, out) &&
            rdn.contents.len == 0);
}

// Reads the RDN at the front of `*rest` and adds the bytes that it takes to `*len`. False when it
// is not for the fast way.
static bool read_plain_rdn(tv_span *rest, plain_rdn *out, size_t *len)
{
    tv_name_attribute attribute;
    if (!read_single(rest, &attribute) || !holds_ascii(attribute.value.tag) ||
        attribute.value.contents.len >= UNPRINTABLE) {
        return false;
    }
    out->type = tv_oid_attribute(tv_oid_find(attribute.type));
    out->value = attribute.value.contents;
    size_t specials = count_specials(out->value);
    if (out->type == NULL || specials >= UNPRINTABLE) {
        return false;
    }
    out->type_len = strlen(out->type);
    out->has_specials = specials > 0;
    *len += out->type_len + 2 + out->value.len + specials; // "=" and the comma in front
    return true;
}

static uint8_t *put_plain_rdn(uint8_t *at, const plain_rdn *rdn)
{
    memcpy(at, rdn->type, rdn->type_len);
    at += rdn->type_len;
    *at++ = '=';
    if (!rdn->has_specials && rdn->value.len > 0) {
        memcpy(at, rdn->value.ptr, rdn->value.len);
        return at + rdn->value.len;
    }
    for (size_t i = 0; i < rdn->value.len; i++) {
        if (weights[rdn->value.ptr[i]] != 0) {
            *at++ = '\\';
        }
        *at++ = rdn->value.ptr[i];
    }
    return at;
}

bool tv_name_show(tv_span name, tv_buf *out)
{
    plain_rdn rdns[MAX_PLAIN_RDNS];
    size_t num = 0;
    size_t len = 0;
    bool has_specials = false;
    tv_der_value all;
    tv_span rest = name;
    bool good =
        tv_der_read_tag(&rest, TV_DER_SEQUENCE, &all) && rest.len == 0 && all.contents.len > 0;
    while (good && all.contents.len > 0) {
        good = num < MAX_PLAIN_RDNS && read_plain_rdn(&all.contents, &rdns[num], &len);
        has_specials |= good && rdns[num].has_specials;
        num++;
    }
    if (!good) {
        tv_name_show_any(name, out);
        return false;
    }
    if (!tv_buf_reserve(out, len - 1)) {
        return false;
    }
    // The last RDN comes first (RFC 4514 2.1).
    uint8_t *at = put_plain_rdn(out->ptr + out->len, &rdns[num - 1]);
    for (size_t i = num - 1; i > 0; i--) {
        *at++ = ',';
        at = put_plain_rdn(at, &rdns[i - 1]);
    }
    out->len += len - 1;
    return !has_specials;
}
