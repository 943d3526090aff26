// SPDX-License-Identifier: Apache-2.0
// Texts and octets of GeneralNames come in, taken apart as RFC 5321, RFC 3986 and the preferred
// name syntax have it; whether one lies in the subtree of another goes out. Names are hostile: what
// can be read in more than one way is not read. Distinguished names are left to cert/name.
#include "path/name_match.h"

#include "base/span.h"

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_one_of(uint8_t c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static uint8_t to_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool hosts_equal(tv_span a, tv_span b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (to_lower(a.ptr[i]) != to_lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

static tv_span rest_from(tv_span text, size_t start)
{
    return tv_span_part(text, start, text.len);
}

static size_t find(tv_span text, uint8_t c) // text.len when it is not there
{
    const uint8_t *at = text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;
    return at != NULL ? (size_t)(at - text.ptr) : text.len;
}

// Labels of letters, digits, '-' and '_' (which is in use), none of them empty. `wildcard`, when it
// is not NULL, allows '*' in the first label and tells whether there is one.
static bool is_host(tv_span text, bool *wildcard)
{
    bool first = true;
    size_t label_len = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '.') {
            if (label_len == 0) {
                return false;
            }
            label_len = 0;
            first = false;
            continue;
        }
        if (c == '*' && first && wildcard != NULL) {
            *wildcard = true;
        } else if (!is_alnum(c) && c != '-' && c != '_') {
            return false;
        }
        label_len++;
    }
    return label_len > 0;
}

// The length of the quoted string at the front of `text` (RFC 5321 4.1.2), 0 when there is none.
static size_t quoted_string_len(tv_span text)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            return i + 1;
        }
        if (text.ptr[i] == '\\') {
            i++;
        }
        if (i == text.len || text.ptr[i] < ' ' || text.ptr[i] > '~') {
            return 0;
        }
    }
    return 0;
}

// The length of the dot-string at the front of `text` (RFC 5321 4.1.2), 0 when there is none.
static size_t dot_string_len(tv_span text)
{
    size_t len = 0;
    bool in_atom = false;
    for (; len < text.len; len++) {
        uint8_t c = text.ptr[len];
        if (c == '.' && in_atom) {
            in_atom = false;
        } else if (is_alnum(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~")) {
            in_atom = true;
        } else {
            break;
        }
    }
    return in_atom ? len : 0;
}

static bool read_mailbox(tv_span text, tv_match_name *out)
{
    bool quoted = text.len > 0 && text.ptr[0] == '"';
    size_t local_len = quoted ? quoted_string_len(text) : dot_string_len(text);
    if (local_len == 0 || local_len == text.len || text.ptr[local_len] != '@') {
        return false;
    }
    out->local = tv_span_part(text, 0, local_len);
    out->host = rest_from(text, local_len + 1);
    return is_host(out->host, NULL);
}

// The length of "scheme:" at the front of a URI (RFC 3986 3.1), 0 when there is none.
static size_t scheme_len(tv_span uri)
{
    size_t len = 0;
    while (len < uri.len && (is_alnum(uri.ptr[len]) || is_one_of(uri.ptr[len], "+-."))) {
        len++;
    }
    bool starts_with_letter = len > 0 && (uri.ptr[0] | 0x20) >= 'a';
    return starts_with_letter && len < uri.len && uri.ptr[len] == ':' ? len + 1 : 0;
}

// Whether a host is an IPv4 address, or close enough for some reader to take it for one: a last
// label of digits alone is no top-level domain.
static bool ends_in_number(tv_span host)
{
    size_t i = host.len;
    while (i > 0 && host.ptr[i - 1] >= '0' && host.ptr[i - 1] <= '9') {
        i--;
    }
    return i < host.len && (i == 0 || host.ptr[i - 1] == '.');
}

static bool is_userinfo(tv_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_alnum(text.ptr[i]) && !is_one_of(text.ptr[i], "-._~%!$&'()*+,;=:")) {
            return false;
        }
    }
    return true;
}

static bool is_port(tv_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return true;
}

// The host name in the authority of a URI (RFC 3986 3.2). An '@' or a backslash where it does not
// belong is taken for different things by different readers, so it is not read at all.
static bool read_uri(tv_span uri, tv_match_name *out)
{
    size_t scheme = scheme_len(uri);
    tv_span rest = rest_from(uri, scheme);
    if (scheme == 0 || !tv_span_starts_with(rest, TV_LIT("//"))) {
        return false;
    }
    rest = rest_from(rest, 2);
    size_t len = 0;
    while (len < rest.len && !is_one_of(rest.ptr[len], "/?#")) {
        len++;
    }
    tv_span host = tv_span_part(rest, 0, len);
    size_t at = find(host, '@');
    if (at < host.len) {
        if (!is_userinfo(tv_span_part(host, 0, at))) {
            return false;
        }
        host = rest_from(host, at + 1);
    }
    size_t colon = find(host, ':');
    if (!is_port(rest_from(host, colon + 1))) {
        return false;
    }
    out->host = tv_span_part(host, 0, colon);
    return is_host(out->host, NULL) && !ends_in_number(out->host);
}

bool tv_match_read_name(const tv_general_name *name, tv_match_name *out)
{
    *out = (tv_match_name){.reach = TV_REACH_ALONE};
    switch (name->kind) {
    case TV_GENERAL_DNS:
        out->host = name->value;
        return is_host(name->value, &out->wildcard);
    case TV_GENERAL_EMAIL:
        return read_mailbox(name->value, out);
    case TV_GENERAL_URI:
        return read_uri(name->value, out);
    case TV_GENERAL_IP:
        out->host = name->value;
        return name->value.len == 4 || name->value.len == 16;
    default:
        return false;
    }
}

// A host, or with a dot in front the hosts below it. A leading dot has no meaning for dNSName in
// RFC 5280, but is in use with this one.
static bool read_host_base(tv_span text, tv_match_reach reach, tv_match_name *out)
{
    bool below = text.len > 0 && text.ptr[0] == '.';
    out->reach = below ? TV_REACH_BELOW : reach;
    out->host = below ? rest_from(text, 1) : text;
    return is_host(out->host, NULL);
}

static bool is_contiguous(tv_span mask)
{
    bool ended = false;
    for (size_t i = 0; i < mask.len; i++) {
        for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
            bool set = (mask.ptr[i] & bit) != 0;
            if (set && ended) {
                return false;
            }
            ended = !set;
        }
    }
    return true;
}

bool tv_match_read_base(const tv_general_name *base, tv_match_name *out)
{
    *out = (tv_match_name){.reach = TV_REACH_TREE};
    tv_span value = base->value;
    switch (base->kind) {
    case TV_GENERAL_DNS:
        // The empty base is that of all names.
        return value.len == 0 || read_host_base(value, TV_REACH_TREE, out);
    case TV_GENERAL_EMAIL:
        if (find(value, '@') < value.len) {
            out->reach = TV_REACH_ALONE;
            return read_mailbox(value, out);
        }
        return read_host_base(value, TV_REACH_ALONE, out);
    case TV_GENERAL_URI:
        return read_host_base(value, TV_REACH_ALONE, out);
    case TV_GENERAL_IP:
        out->host = value;
        return (value.len == 8 || value.len == 32) &&
               is_contiguous(rest_from(value, value.len / 2));
    default:
        return false;
    }
}

static bool host_is_within(const tv_match_name *base, tv_span host)
{
    size_t len = base->host.len;
    if (len == 0) {
        return true;
    }
    if (host.len == len) {
        return base->reach != TV_REACH_BELOW && hosts_equal(base->host, host);
    }
    return base->reach != TV_REACH_ALONE && host.len > len && host.ptr[host.len - len - 1] == '.' &&
           hosts_equal(base->host, rest_from(host, host.len - len));
}

// A wildcard's label is the one thing that may tell its names from the host of a base.
static bool may_become(const tv_match_name *base, tv_span wildcard)
{
    return base->reach != TV_REACH_BELOW &&
           hosts_equal(rest_from(base->host, find(base->host, '.')),
                       rest_from(wildcard, find(wildcard, '.')));
}

// Takes the next character off a local part, without what quotes it. False at the end.
static bool next_of_local(tv_span *local, uint8_t *out)
{
    while (local->len > 0) {
        uint8_t c = local->ptr[0];
        *local = rest_from(*local, 1);
        if (c == '"') {
            continue;
        }
        if (c == '\\' && local->len > 0) {
            c = local->ptr[0];
            *local = rest_from(*local, 1);
        }
        *out = c;
        return true;
    }
    return false;
}

// Local parts are equal when the mail system gets the same text, whatever was quoted (RFC 5321
// 4.1.2); upper and lower case differ (RFC 5280 7.5).
static bool locals_equal(tv_span a, tv_span b)
{
    for (;;) {
        uint8_t of_a = 0;
        uint8_t of_b = 0;
        bool more = next_of_local(&a, &of_a);
        if (more != next_of_local(&b, &of_b) || of_a != of_b) {
            return false;
        }
        if (!more) {
            return true;
        }
    }
}

static bool address_is_within(tv_span base, tv_span address)
{
    if (base.len != 2 * address.len) {
        return false; // the other version of IP
    }
    for (size_t i = 0; i < address.len; i++) {
        if (((base.ptr[i] ^ address.ptr[i]) & base.ptr[address.len + i]) != 0) {
            return false;
        }
    }
    return true;
}

tv_match tv_match_names(tv_general_kind kind, const tv_match_name *base, const tv_match_name *name)
{
    bool within;
    if (kind == TV_GENERAL_IP) {
        within = address_is_within(base->host, name->host);
    } else {
        within = host_is_within(base, name->host) &&
                 (base->local.len == 0 || locals_equal(base->local, name->local));
    }
    if (within) {
        return TV_MATCH_ALL;
    }
    return name->wildcard && may_become(base, name->host) ? TV_MATCH_PART : TV_MATCH_NONE;
}
