// SPDX-License-Identifier: Apache-2.0
// One function for each extension that judging needs, and the table that finds it. Each takes what
// stands in the extension's OCTET STRING and returns what is wrong with it, or NULL. Whether the
// values are acceptable, alone or together, is left to the profile and to the path.
#include "cert/ext.h"

#include "base/span.h"
#include "cert/general_name.h"
#include "cert/name.h"
#include "der/der.h"
#include "der/oid.h"

// Extensions of kinds that have no bit of their own are remembered up to this number, to tell
// whether one comes twice. Certificates of the world have fewer than ten of them.
#define MAX_OTHER_EXTENSIONS 64

// A value of one type that fills `in` exactly.
static bool read_whole(tv_span in, uint8_t tag, tv_span *contents)
{
    tv_der_value value;
    if (!tv_der_read_tag(&in, tag, &value) || in.len != 0) {
        return false;
    }
    *contents = value.contents;
    return true;
}

// The OID with these contents. False when they are no OID.
static bool find_oid(tv_span contents, tv_oid *out)
{
    *out = tv_oid_find(contents);
    return *out != TV_OID_UNKNOWN || tv_der_oid_is_sound(contents);
}

static const char *read_basic_constraints(tv_cert *cert, tv_span value)
{
    static const char *const what = "basic constraints are malformed";
    tv_span in;
    tv_der_value ca;
    tv_der_value path_len;
    bool has_ca;
    bool has_path_len;
    if (!read_whole(value, TV_DER_SEQUENCE, &in) ||
        !tv_der_read_optional(&in, TV_DER_BOOLEAN, &ca, &has_ca) ||
        !tv_der_read_optional(&in, TV_DER_INTEGER, &path_len, &has_path_len) || in.len != 0 ||
        (has_ca && !tv_der_boolean(ca.contents, &cert->is_ca))) {
        return what;
    }
    if (has_path_len && !tv_der_small_uint(path_len.contents, &cert->path_len)) {
        return "path length of basic constraints is out of range";
    }
    return NULL;
}

static uint8_t mirrored(uint8_t byte)
{
    unsigned value = byte;
    value = (value & 0xf0u) >> 4 | (value & 0x0fu) << 4;
    value = (value & 0xccu) >> 2 | (value & 0x33u) << 2;
    value = (value & 0xaau) >> 1 | (value & 0x55u) << 1;
    return (uint8_t)value;
}

static const char *read_key_usage(tv_cert *cert, tv_span value)
{
    tv_span contents;
    tv_span bytes;
    uint8_t unused;
    if (!read_whole(value, TV_DER_BIT_STRING, &contents) ||
        !tv_der_bit_string(contents, &unused, &bytes)) {
        return "key usage is malformed";
    }
    // Bit 0 of a BIT STRING is the highest bit of its first byte. Bits after decipherOnly have no
    // name, zero or not.
    unsigned usage = bytes.len > 0 ? mirrored(bytes.ptr[0]) : 0;
    if (bytes.len > 1 && (bytes.ptr[1] & 0x80) != 0) {
        usage |= TV_KU_DECIPHER_ONLY;
    }
    if (usage == 0) {
        return "key usage has no bit set"; // RFC 5280 4.2.1.3
    }
    cert->key_usage = (uint16_t)usage;
    return NULL;
}

static uint16_t bit_of_purpose(tv_oid oid)
{
    switch (oid) {
    case TV_OID_EKU_ANY:
        return TV_EKU_ANY;
    case TV_OID_EKU_SERVER_AUTH:
        return TV_EKU_SERVER_AUTH;
    case TV_OID_EKU_CLIENT_AUTH:
        return TV_EKU_CLIENT_AUTH;
    case TV_OID_EKU_CODE_SIGNING:
        return TV_EKU_CODE_SIGNING;
    case TV_OID_EKU_EMAIL:
        return TV_EKU_EMAIL;
    case TV_OID_EKU_TIME_STAMPING:
        return TV_EKU_TIME_STAMPING;
    case TV_OID_EKU_OCSP_SIGNING:
        return TV_EKU_OCSP_SIGNING;
    case TV_OID_EKU_MS_SGC:
    case TV_OID_EKU_NS_SGC:
        return TV_EKU_SERVER_GATED;
    default:
        return TV_EKU_OTHER;
    }
}

bool tv_eku_bit(tv_span contents, uint16_t *bit)
{
    tv_oid id;
    if (!find_oid(contents, &id)) {
        return false;
    }
    *bit = bit_of_purpose(id);
    return true;
}

static const char *read_eku(tv_cert *cert, tv_span value)
{
    tv_span in;
    if (!read_whole(value, TV_DER_SEQUENCE, &in)) {
        return "extended key usage is malformed";
    }
    if (in.len == 0) {
        return "extended key usage is empty"; // SIZE (1..MAX), RFC 5280 4.2.1.12
    }
    while (in.len > 0) {
        tv_der_value oid;
        uint16_t bit;
        if (!tv_der_read_tag(&in, TV_DER_OID, &oid) || !tv_eku_bit(oid.contents, &bit)) {
            return "extended key usage is malformed";
        }
        cert->eku |= bit;
    }
    return NULL;
}

static const char *read_ski(tv_cert *cert, tv_span value)
{
    return read_whole(value, TV_DER_OCTET_STRING, &cert->ski)
               ? NULL
               : "subject key identifier is malformed";
}

static const char *read_aki(tv_cert *cert, tv_span value)
{
    tv_span in;
    tv_der_value id;
    tv_der_value issuer;
    tv_der_value serial;
    bool has_id;
    bool has_issuer;
    bool has_serial;
    if (!read_whole(value, TV_DER_SEQUENCE, &in) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT(0), &id, &has_id) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT_CONSTRUCTED(1), &issuer, &has_issuer) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT(2), &serial, &has_serial) || in.len != 0 ||
        (has_issuer && !tv_general_names_are_sound(issuer.contents)) ||
        (has_serial && !tv_der_integer_is_minimal(serial.contents))) {
        return "authority key identifier is malformed";
    }
    cert->aki = has_id ? id.contents : (tv_span){NULL, 0};
    cert->aki_issuer = has_issuer ? issuer.contents : (tv_span){NULL, 0};
    cert->aki_serial = has_serial ? serial.contents : (tv_span){NULL, 0};
    return NULL;
}

static const char *read_san(tv_cert *cert, tv_span value)
{
    return read_whole(value, TV_DER_SEQUENCE, &cert->san) && tv_general_names_are_sound(cert->san)
               ? NULL
               : "subject alternative name is malformed";
}

static const char *read_issuer_alt_name(tv_cert *cert, tv_span value)
{
    tv_span names;
    (void)cert;
    return read_whole(value, TV_DER_SEQUENCE, &names) && tv_general_names_are_sound(names)
               ? NULL
               : "issuer alternative name is malformed";
}

static bool subtrees_are_sound(tv_span in)
{
    tv_general_name ignored;
    while (tv_subtree_next(&in, &ignored)) {
    }
    return in.len == 0;
}

static const char *read_name_constraints(tv_cert *cert, tv_span value)
{
    tv_span permitted;
    tv_span excluded;
    if (!read_whole(value, TV_DER_SEQUENCE, &cert->name_constraints) ||
        !tv_name_constraints_split(cert->name_constraints, &permitted, &excluded) ||
        !subtrees_are_sound(permitted) || !subtrees_are_sound(excluded)) {
        return "name constraints are malformed";
    }
    if (permitted.len == 0 && excluded.len == 0) {
        return "name constraints are empty"; // RFC 5280 4.2.1.10
    }
    return NULL;
}

// PolicyQualifiers of one PolicyInformation: pairs of an OID and whatever it defines.
static bool qualifiers_are_sound(tv_span in)
{
    while (in.len > 0) {
        tv_der_value pair;
        tv_der_value id;
        tv_der_value qualifier;
        if (!tv_der_read_tag(&in, TV_DER_SEQUENCE, &pair) ||
            !tv_der_read_tag(&pair.contents, TV_DER_OID, &id) ||
            !tv_der_oid_is_sound(id.contents) || !tv_der_read(&pair.contents, &qualifier) ||
            pair.contents.len != 0) {
            return false;
        }
    }
    return true;
}

static const char *read_policies(tv_cert *cert, tv_span value)
{
    static const char *const what = "certificate policies are malformed";
    if (!read_whole(value, TV_DER_SEQUENCE, &cert->policies) || cert->policies.len == 0) {
        return what;
    }
    tv_span in = cert->policies;
    while (in.len > 0) {
        tv_der_value policy;
        tv_der_value id;
        tv_der_value qualifiers;
        bool has_qualifiers;
        if (!tv_der_read_tag(&in, TV_DER_SEQUENCE, &policy) ||
            !tv_der_read_tag(&policy.contents, TV_DER_OID, &id) ||
            !tv_der_oid_is_sound(id.contents) ||
            !tv_der_read_optional(&policy.contents, TV_DER_SEQUENCE, &qualifiers,
                                  &has_qualifiers) ||
            policy.contents.len != 0 ||
            (has_qualifiers && !qualifiers_are_sound(qualifiers.contents))) {
            return what;
        }
    }
    return NULL;
}

static const char *read_policy_mappings(tv_cert *cert, tv_span value)
{
    static const char *const what = "policy mappings are malformed";
    if (!read_whole(value, TV_DER_SEQUENCE, &cert->policy_mappings) ||
        cert->policy_mappings.len == 0) {
        return what;
    }
    tv_span in = cert->policy_mappings;
    while (in.len > 0) {
        tv_der_value pair;
        tv_der_value from;
        tv_der_value to;
        if (!tv_der_read_tag(&in, TV_DER_SEQUENCE, &pair) ||
            !tv_der_read_tag(&pair.contents, TV_DER_OID, &from) ||
            !tv_der_oid_is_sound(from.contents) ||
            !tv_der_read_tag(&pair.contents, TV_DER_OID, &to) ||
            !tv_der_oid_is_sound(to.contents) || pair.contents.len != 0) {
            return what;
        }
    }
    return NULL;
}

static const char *read_policy_constraints(tv_cert *cert, tv_span value)
{
    tv_der_value count;
    bool has_explicit;
    bool has_inhibit;
    uint32_t ignored;
    if (!read_whole(value, TV_DER_SEQUENCE, &cert->policy_constraints)) {
        return "policy constraints are malformed";
    }
    tv_span in = cert->policy_constraints;
    if (!tv_der_read_optional(&in, TV_DER_CONTEXT(0), &count, &has_explicit) ||
        (has_explicit && !tv_der_small_uint(count.contents, &ignored)) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT(1), &count, &has_inhibit) ||
        (has_inhibit && !tv_der_small_uint(count.contents, &ignored)) || in.len != 0) {
        return "policy constraints are malformed";
    }
    return has_explicit || has_inhibit ? NULL : "policy constraints are empty"; // 4.2.1.11
}

static const char *read_inhibit_any_policy(tv_cert *cert, tv_span value)
{
    uint32_t ignored;
    return read_whole(value, TV_DER_INTEGER, &cert->inhibit_any_policy) &&
                   tv_der_small_uint(cert->inhibit_any_policy, &ignored)
               ? NULL
               : "inhibit anyPolicy is malformed";
}

// DistributionPointName: full names, or an RDN relative to the issuer's name.
static bool is_point_name(tv_span in)
{
    tv_der_value name;
    if (!tv_der_read(&in, &name) || in.len != 0) {
        return false;
    }
    if (name.tag == TV_DER_CONTEXT_CONSTRUCTED(0)) {
        return tv_general_names_are_sound(name.contents);
    }
    tv_name_attribute ignored;
    bool any = name.tag == TV_DER_CONTEXT_CONSTRUCTED(1) && name.contents.len > 0;
    while (any && tv_name_attribute_next(&name.contents, &ignored)) {
    }
    return any && name.contents.len == 0;
}

static const char *read_distribution_points(tv_cert *cert, tv_span value)
{
    static const char *const what = "CRL distribution points are malformed";
    tv_span in;
    (void)cert;
    if (!read_whole(value, TV_DER_SEQUENCE, &in)) {
        return what;
    }
    while (in.len > 0) {
        tv_der_value point;
        tv_der_value name;
        tv_der_value reasons;
        tv_der_value issuer;
        bool has_name;
        bool has_reasons;
        bool has_issuer;
        uint8_t unused;
        tv_span bytes;
        if (!tv_der_read_tag(&in, TV_DER_SEQUENCE, &point) ||
            !tv_der_read_optional(&point.contents, TV_DER_CONTEXT_CONSTRUCTED(0), &name,
                                  &has_name) ||
            !tv_der_read_optional(&point.contents, TV_DER_CONTEXT(1), &reasons, &has_reasons) ||
            !tv_der_read_optional(&point.contents, TV_DER_CONTEXT_CONSTRUCTED(2), &issuer,
                                  &has_issuer) ||
            point.contents.len != 0 || (!has_name && !has_issuer) ||
            (has_name && !is_point_name(name.contents)) ||
            (has_reasons && !tv_der_bit_string(reasons.contents, &unused, &bytes)) ||
            (has_issuer && !tv_general_names_are_sound(issuer.contents))) {
            return what;
        }
    }
    return NULL;
}

static const char *read_netscape_cert_type(tv_cert *cert, tv_span value)
{
    tv_span contents;
    tv_span bytes;
    uint8_t unused;
    if (!read_whole(value, TV_DER_BIT_STRING, &contents) ||
        !tv_der_bit_string(contents, &unused, &bytes)) {
        return "Netscape certificate type is malformed";
    }
    cert->netscape_type = bytes.len > 0 ? bytes.ptr[0] : 0;
    return NULL;
}

// ProxyCertInfo of RFC 3820 3.8.
static const char *read_proxy_cert_info(tv_cert *cert, tv_span value)
{
    tv_span in;
    tv_der_value path_len;
    tv_der_value policy;
    tv_der_value language;
    tv_der_value text;
    bool present;
    if (!read_whole(value, TV_DER_SEQUENCE, &in) ||
        !tv_der_read_optional(&in, TV_DER_INTEGER, &path_len, &present) ||
        (present && !tv_der_small_uint(path_len.contents, &cert->proxy_path_len)) ||
        !tv_der_read_tag(&in, TV_DER_SEQUENCE, &policy) || in.len != 0 ||
        !tv_der_read_tag(&policy.contents, TV_DER_OID, &language) ||
        !tv_der_oid_is_sound(language.contents) ||
        !tv_der_read_optional(&policy.contents, TV_DER_OCTET_STRING, &text, &present) ||
        policy.contents.len != 0) {
        return "proxy certificate information is malformed";
    }
    return NULL;
}

// What is never used in judging is present and no more: nobody trusts what is in it.
static const char *read_nothing(tv_cert *cert, tv_span value)
{
    (void)cert;
    (void)value;
    return NULL;
}

typedef struct ext_row {
    uint32_t bit;
    const char *(*read)(tv_cert *cert, tv_span value);
} ext_row;

// Indexed by tv_oid; an OID without a row is not one of an extension that is known here.
static const ext_row rows[TV_OID_COUNT] = {
    [TV_OID_EXT_SKI] = {TV_EXT_SKI, read_ski},
    [TV_OID_EXT_KEY_USAGE] = {TV_EXT_KEY_USAGE, read_key_usage},
    [TV_OID_EXT_SAN] = {TV_EXT_SAN, read_san},
    [TV_OID_EXT_ISSUER_ALT_NAME] = {TV_EXT_ISSUER_ALT_NAME, read_issuer_alt_name},
    [TV_OID_EXT_BASIC_CONSTRAINTS] = {TV_EXT_BASIC_CONSTRAINTS, read_basic_constraints},
    [TV_OID_EXT_NAME_CONSTRAINTS] = {TV_EXT_NAME_CONSTRAINTS, read_name_constraints},
    [TV_OID_EXT_CRL_DP] = {TV_EXT_CRL_DP, read_distribution_points},
    [TV_OID_EXT_POLICIES] = {TV_EXT_POLICIES, read_policies},
    [TV_OID_EXT_POLICY_MAPPINGS] = {TV_EXT_POLICY_MAPPINGS, read_policy_mappings},
    [TV_OID_EXT_AKI] = {TV_EXT_AKI, read_aki},
    [TV_OID_EXT_POLICY_CONSTRAINTS] = {TV_EXT_POLICY_CONSTRAINTS, read_policy_constraints},
    [TV_OID_EXT_EKU] = {TV_EXT_EKU, read_eku},
    [TV_OID_EXT_FRESHEST_CRL] = {TV_EXT_FRESHEST_CRL, read_nothing},
    [TV_OID_EXT_INHIBIT_ANY_POLICY] = {TV_EXT_INHIBIT_ANY_POLICY, read_inhibit_any_policy},
    [TV_OID_EXT_AIA] = {TV_EXT_AIA, read_nothing},
    [TV_OID_EXT_SIA] = {TV_EXT_SIA, read_nothing},
    [TV_OID_EXT_NETSCAPE_CERT_TYPE] = {TV_EXT_NETSCAPE_CERT_TYPE, read_netscape_cert_type},
    [TV_OID_EXT_PROXY_CERT_INFO] = {TV_EXT_PROXY_CERT_INFO, read_proxy_cert_info},
};

static const char *const twice = "the same extension twice"; // RFC 5280 4.2

// OIDs of the extensions that have no row, to tell whether one comes twice.
typedef struct other_list {
    tv_span oids[MAX_OTHER_EXTENSIONS];
    size_t num_oids;
} other_list;

static const char *remember_other(other_list *others, tv_span oid)
{
    for (size_t i = 0; i < others->num_oids; i++) {
        if (tv_span_equal(others->oids[i], oid)) {
            return twice;
        }
    }
    if (others->num_oids == MAX_OTHER_EXTENSIONS) {
        return "more than 64 unknown extensions";
    }
    others->oids[others->num_oids++] = oid;
    return NULL;
}

// Extensions whose contents matter only to those who process policies.
#define POLICY_EXTENSIONS                                                                          \
    (TV_EXT_POLICIES | TV_EXT_POLICY_MAPPINGS | TV_EXT_POLICY_CONSTRAINTS |                        \
     TV_EXT_INHIBIT_ANY_POLICY)

static void note(tv_cert_problem *problem, const char *what, size_t offset)
{
    if (problem->what == NULL && what != NULL) {
        *problem = (tv_cert_problem){what, offset};
    }
}

typedef struct extension {
    tv_oid id;
    tv_span oid;
    tv_span value;
    size_t offset;
    bool critical;
} extension;

// Takes one extension that is well delimited.
static void take_extension(tv_cert *cert, other_list *others, const extension *ext)
{
    const ext_row *row = &rows[ext->id];
    if (row->read == NULL) {
        cert->has |= TV_EXT_OTHER;
        if (ext->critical && (cert->critical & TV_EXT_OTHER) == 0) {
            cert->critical |= TV_EXT_OTHER;
            cert->unknown_critical = ext->oid;
        }
        note(&cert->extension_problem, remember_other(others, ext->oid), ext->offset);
        return;
    }
    cert->critical |= ext->critical ? row->bit : 0;
    if ((cert->has & row->bit) != 0) {
        note(&cert->extension_problem, twice, ext->offset);
        return;
    }
    cert->has |= row->bit;
    bool is_policy = (row->bit & POLICY_EXTENSIONS) != 0;
    note(is_policy ? &cert->policy_problem : &cert->extension_problem, row->read(cert, ext->value),
         ext->offset);
}

// Reads the next Extension of `*in`. False when it cannot be delimited.
static bool next_extension(tv_span *in, extension *out)
{
    tv_der_value whole;
    tv_der_value oid;
    tv_der_value flag;
    tv_der_value value;
    bool has_flag;
    out->critical = false;
    if (!tv_der_read_tag(in, TV_DER_SEQUENCE, &whole) ||
        !tv_der_read_tag(&whole.contents, TV_DER_OID, &oid) || !find_oid(oid.contents, &out->id) ||
        !tv_der_read_optional(&whole.contents, TV_DER_BOOLEAN, &flag, &has_flag) ||
        (has_flag && !tv_der_boolean(flag.contents, &out->critical)) ||
        !tv_der_read_tag(&whole.contents, TV_DER_OCTET_STRING, &value) || whole.contents.len != 0) {
        return false;
    }
    out->oid = oid.contents;
    out->value = value.contents;
    return true;
}

bool tv_ext_read(tv_cert *out, const uint8_t **where)
{
    other_list others;
    others.num_oids = 0;
    tv_span in = out->extensions;
    while (in.len > 0) {
        extension ext;
        *where = in.ptr;
        ext.offset = (size_t)(in.ptr - out->der.ptr);
        if (!next_extension(&in, &ext)) {
            return false;
        }
        take_extension(out, &others, &ext);
    }
    return true;
}
