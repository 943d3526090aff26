// SPDX-License-Identifier: Apache-2.0
// GeneralNames and the subtrees of name constraints, cut out of their DER one at a time. A name
// that is not built as its kind asks ends the walk, so that nobody takes it for one that is not
// there. Whether a host name, mailbox or address is well spelt is left to those who compare it.
#include "cert/general_name.h"

#include "cert/charset.h"
#include "cert/name.h"
#include "der/der.h"

static bool is_ia5(tv_span text)
{
    return tv_charset_ascii_len(text) == text.len;
}

// AnotherName: a type and a value in an explicit tag.
static bool is_other_name(tv_span contents)
{
    tv_der_value type;
    tv_der_value wrapped;
    tv_der_value value;
    return tv_der_read_tag(&contents, TV_DER_OID, &type) && tv_der_oid_is_sound(type.contents) &&
           tv_der_read_tag(&contents, TV_DER_CONTEXT_CONSTRUCTED(0), &wrapped) &&
           contents.len == 0 && tv_der_read(&wrapped.contents, &value) &&
           wrapped.contents.len == 0 && tv_der_is_sound(&value);
}

// A DirectoryString in an explicit tag.
static bool is_wrapped_string(const tv_der_value *wrapped)
{
    tv_span inner = wrapped->contents;
    tv_der_value value;
    if (!tv_der_read(&inner, &value) || inner.len != 0 || !tv_der_is_sound(&value)) {
        return false;
    }
    return value.tag == TV_DER_UTF8_STRING || value.tag == TV_DER_PRINTABLE_STRING ||
           value.tag == TV_DER_T61_STRING || value.tag == TV_DER_BMP_STRING ||
           value.tag == TV_DER_UNIVERSAL_STRING;
}

// EDIPartyName: nameAssigner may be absent, partyName may not.
static bool is_edi_party_name(tv_span contents)
{
    tv_der_value assigner;
    tv_der_value party;
    bool has_assigner;
    return tv_der_read_optional(&contents, TV_DER_CONTEXT_CONSTRUCTED(0), &assigner,
                                &has_assigner) &&
           (!has_assigner || is_wrapped_string(&assigner)) &&
           tv_der_read_tag(&contents, TV_DER_CONTEXT_CONSTRUCTED(1), &party) &&
           is_wrapped_string(&party) && contents.len == 0;
}

// Reads a GeneralName whose TLV is `value`.
static bool read_general_name(const tv_der_value *value, tv_general_name *out)
{
    const uint8_t *ignored;
    tv_span contents = value->contents;
    bool good = false;
    switch (value->tag) {
    case TV_DER_CONTEXT_CONSTRUCTED(TV_GENERAL_OTHER_NAME):
        good = is_other_name(contents);
        break;
    case TV_DER_CONTEXT(TV_GENERAL_EMAIL):
    case TV_DER_CONTEXT(TV_GENERAL_DNS):
    case TV_DER_CONTEXT(TV_GENERAL_URI):
        good = is_ia5(contents);
        break;
    case TV_DER_CONTEXT_CONSTRUCTED(TV_GENERAL_X400):
    case TV_DER_CONTEXT(TV_GENERAL_IP):
        good = true;
        break;
    case TV_DER_CONTEXT_CONSTRUCTED(TV_GENERAL_DIRECTORY):
        good = tv_name_problem(contents, &ignored) == NULL;
        break;
    case TV_DER_CONTEXT_CONSTRUCTED(TV_GENERAL_EDI):
        good = is_edi_party_name(contents);
        break;
    case TV_DER_CONTEXT(TV_GENERAL_RID):
        good = tv_der_oid_is_sound(contents);
        break;
    default:
        break;
    }
    if (good) {
        *out = (tv_general_name){(tv_general_kind)(value->tag & 0x1f), contents};
    }
    return good;
}

bool tv_general_name_next(tv_span *in, tv_general_name *out)
{
    tv_span rest = *in;
    tv_der_value value;
    if (!tv_der_read(&rest, &value) || !read_general_name(&value, out)) {
        return false;
    }
    *in = rest;
    return true;
}

bool tv_general_names_are_sound(tv_span contents)
{
    tv_general_name ignored;
    while (tv_general_name_next(&contents, &ignored)) {
    }
    return contents.len == 0;
}

bool tv_subtree_next(tv_span *in, tv_general_name *out)
{
    tv_span rest = *in;
    tv_der_value subtree;
    tv_der_value minimum;
    bool has_minimum;
    uint32_t least = 0;
    tv_general_name base;
    if (!tv_der_read_tag(&rest, TV_DER_SEQUENCE, &subtree)) {
        return false;
    }
    tv_span inner = subtree.contents;
    // minimum is 0 by default and has to be (RFC 5280 4.2.1.10); written out it does no harm.
    if (!tv_general_name_next(&inner, &base) ||
        !tv_der_read_optional(&inner, TV_DER_CONTEXT(0), &minimum, &has_minimum) ||
        (has_minimum && (!tv_der_small_uint(minimum.contents, &least) || least != 0)) ||
        inner.len != 0) {
        return false;
    }
    *out = base;
    *in = rest;
    return true;
}

bool tv_name_constraints_split(tv_span contents, tv_span *permitted, tv_span *excluded)
{
    tv_der_value first;
    tv_der_value second;
    bool has_permitted;
    bool has_excluded;
    if (!tv_der_read_optional(&contents, TV_DER_CONTEXT_CONSTRUCTED(0), &first, &has_permitted) ||
        !tv_der_read_optional(&contents, TV_DER_CONTEXT_CONSTRUCTED(1), &second, &has_excluded) ||
        contents.len != 0) {
        return false;
    }
    *permitted = has_permitted ? first.contents : (tv_span){NULL, 0};
    *excluded = has_excluded ? second.contents : (tv_span){NULL, 0};
    return true;
}
