// SPDX-License-Identifier: Apache-2.0
// Rules that one certificate breaks alone: what RFC 5280 section 4 asks of CA certificates, limits
// of the profile, coming expiry. Each is a row and a short function. What needs an issuer is left
// to path.

#include "policy/check_row.h"

#include "base/span.h"
#include "cert/cert_text.h"
#include "cert/name.h"

enum {
    MAX_SERIAL_LEN = 20,
    SECONDS_OF_DAY = 24 * 60 * 60,
};

static bool has(const tv_cert *cert, uint32_t extension)
{
    return (cert->has & extension) != 0;
}

static bool may_sign_certificates(const tv_cert *cert)
{
    return !has(cert, TV_EXT_KEY_USAGE) || (cert->key_usage & TV_KU_KEY_CERT_SIGN) != 0;
}

// Says who it is about, where the rule's title says the rest.
static void tell_subject(const tv_look *look, const char *text, tv_buf *message)
{
    tv_buf_add_text(message, text);
    tv_buf_add_text(message, ": ");
    tv_tell_name(look->cert->subject, message);
}

static bool not_a_ca(const tv_look *look)
{
    const tv_cert *cert = look->cert;
    bool by_usage = look->input->profile->set.ca_by_key_usage &&
                    !has(cert, TV_EXT_BASIC_CONSTRAINTS) && has(cert, TV_EXT_KEY_USAGE) &&
                    may_sign_certificates(cert);
    return cert->version >= 3 && !cert->is_ca && !cert->self_issued && !by_usage;
}

static void tell_not_a_ca(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "the certificate of a client or server, not of a CA", message);
}

static bool weak_self_signature(const tv_look *look)
{
    const tv_settings *set = &look->input->profile->set;
    const tv_cert *cert = look->cert;
    return cert->self_issued && cert->sig.kind != TV_SIG_UNKNOWN && !set->anchor_signature &&
           (set->hashes >> cert->sig.hash & 1) == 0;
}

static void tell_self_signature(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "its own signature is ");
    tv_cert_signature_text(look->cert, message);
    tv_buf_add_text(message, ", a hash that the target refuses in other certificates");
}

// Seconds until the validity ends, of a certificate that is not over.
static bool time_left(const tv_look *look, int64_t *out)
{
    return !__builtin_sub_overflow(look->cert->not_after, look->input->at, out) && *out >= 0;
}

// The narrowest horizon that the end of validity lies within; 0 when it lies within none.
static uint32_t horizon_of(const tv_look *look)
{
    int64_t left;
    uint32_t found = 0;
    if (!time_left(look, &left)) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        uint32_t days = look->input->profile->set.horizon_days[i];
        found = days != 0 && left <= (int64_t)days * SECONDS_OF_DAY ? days : found;
    }
    return found;
}

static bool expires_soon(const tv_look *look)
{
    return horizon_of(look) != 0;
}

static void tell_expiry(const tv_look *look, tv_buf *message)
{
    int64_t left = 0;
    (void)time_left(look, &left);
    tv_buf_add_text(message, "valid until ");
    tv_tell_time(look->cert->not_after, message);
    tv_buf_add_text(message, ", ");
    tv_buf_add_i64(message, left / SECONDS_OF_DAY);
    tv_buf_add_text(message, left / SECONDS_OF_DAY == 1 ? " day" : " days");
    tv_buf_add_text(message, " from now (horizon ");
    tv_buf_add_u64(message, horizon_of(look));
    tv_buf_add_text(message, ")");
}

// Where the profile refuses such certificates as anchors a reason tells it.
static bool is_version_1(const tv_look *look)
{
    return look->cert->version < 3 && look->input->profile->set.version1_ca;
}

static void tell_version(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "an X.509 version ");
    tv_buf_add_u64(message, look->cert->version);
    tv_buf_add_text(message, " certificate cannot say that it is a CA: ");
    tv_tell_name(look->cert->subject, message);
}

static bool validity_reversed(const tv_look *look)
{
    return look->cert->not_after < look->cert->not_before;
}

static void tell_validity(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "valid from ");
    tv_tell_time(look->cert->not_before, message);
    tv_buf_add_text(message, " until ");
    tv_tell_time(look->cert->not_after, message);
    tv_buf_add_text(message, ", which is earlier");
}

static bool too_large(const tv_look *look)
{
    uint32_t most = look->input->profile->set.max_cert_bytes;
    return most != 0 && look->cert->der.len > most;
}

static void tell_size(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "the certificate has ");
    tv_buf_add_u64(message, look->cert->der.len);
    tv_buf_add_text(message, " bytes, the target takes ");
    tv_buf_add_u64(message, look->input->profile->set.max_cert_bytes);
}

static bool negative_serial(const tv_look *look)
{
    return look->cert->serial.len > 0 && (look->cert->serial.ptr[0] & 0x80) != 0;
}

static bool zero_serial(const tv_look *look)
{
    return tv_span_equal(look->cert->serial, TV_LIT("\0"));
}

static bool long_serial(const tv_look *look)
{
    return look->cert->serial.len > MAX_SERIAL_LEN;
}

static void tell_serial(const tv_look *look, tv_buf *message)
{
    enum { MOST_SHOWN = 64 };
    size_t len = look->cert->serial.len;
    tv_buf_add_text(message, "the serial number is ");
    if (len <= MOST_SHOWN) {
        tv_cert_serial_text(look->cert, message);
        tv_buf_add_text(message, ", ");
    }
    tv_buf_add_u64(message, len);
    tv_buf_add_text(message, len == 1 ? " octet" : " octets");
}

static bool empty_ca_subject(const tv_look *look)
{
    return look->cert->is_ca && tv_name_is_empty(look->cert->subject);
}

static void tell_empty_subject(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "a CA certificate without a subject, issued by ");
    tv_tell_name(look->cert->issuer, message);
}

static bool constraints_not_critical(const tv_look *look)
{
    return look->cert->is_ca && (look->cert->critical & TV_EXT_BASIC_CONSTRAINTS) == 0;
}

static void tell_not_critical(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "the basic constraints of a CA certificate are not critical", message);
}

static bool ca_without_key_usage(const tv_look *look)
{
    return look->cert->is_ca && !has(look->cert, TV_EXT_KEY_USAGE);
}

static void tell_no_key_usage(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "a CA certificate without key usage", message);
}

static bool ca_without_cert_sign(const tv_look *look)
{
    return look->cert->is_ca && !may_sign_certificates(look->cert);
}

static void tell_no_cert_sign(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "the key usage of a CA certificate lacks keyCertSign", message);
}

static bool cert_sign_without_ca(const tv_look *look)
{
    const tv_cert *cert = look->cert;
    return !cert->is_ca && has(cert, TV_EXT_KEY_USAGE) && may_sign_certificates(cert);
}

static void tell_cert_sign(const tv_look *look, tv_buf *message)
{
    bool stated = has(look->cert, TV_EXT_BASIC_CONSTRAINTS);
    tell_subject(look,
                 stated ? "keyCertSign, and basic constraints that deny a CA"
                        : "keyCertSign without basic constraints",
                 message);
}

static bool path_length_without_ca(const tv_look *look)
{
    const tv_cert *cert = look->cert;
    return cert->path_len != TV_PATH_LEN_NONE && (!cert->is_ca || !may_sign_certificates(cert));
}

static void tell_path_length(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "a path length of ");
    tv_buf_add_u64(message, look->cert->path_len);
    tell_subject(look, " in a certificate that may not sign others", message);
}

static bool ca_without_ski(const tv_look *look)
{
    return look->cert->is_ca && look->cert->ski.len == 0;
}

static void tell_no_ski(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "a CA certificate without subject key identifier", message);
}

static bool ca_without_aki(const tv_look *look)
{
    return look->cert->is_ca && !look->cert->self_issued && look->cert->aki.len == 0;
}

static void tell_no_aki(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "an intermediate CA certificate without authority key identifier", message);
}

// Whether the extended key usage of this entry counts when clients are judged: an anchor is a name
// and a key where its constraints are not heeded.
static bool limits_purposes(const tv_settings *set, const tv_cert *cert)
{
    bool anchor = cert->self_issued || set->anchors == TV_ANCHOR_ANY;
    return set->purpose != TV_PURPOSE_ANY && set->eku_of_issuers && has(cert, TV_EXT_EKU) &&
           (set->anchor_constraints || !anchor);
}

static bool ca_for_other_purposes(const tv_look *look)
{
    const tv_settings *set = &look->input->profile->set;
    return look->cert->is_ca && limits_purposes(set, look->cert) &&
           (look->cert->eku & tv_purpose_eku(set)) == 0;
}

static void tell_other_purposes(const tv_look *look, tv_buf *message)
{
    bool clients = look->input->profile->set.purpose == TV_PURPOSE_CLIENT;
    tell_subject(look,
                 clients ? "the extended key usage of a CA leaves out client authentication"
                         : "the extended key usage of a CA leaves out server authentication",
                 message);
}

static bool name_constraints_without_ca(const tv_look *look)
{
    return has(look->cert, TV_EXT_NAME_CONSTRAINTS) && !look->cert->is_ca;
}

static void tell_name_constraints(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "name constraints in a certificate that is no CA", message);
}

static bool only_name_not_critical(const tv_look *look)
{
    const tv_cert *cert = look->cert;
    return has(cert, TV_EXT_SAN) && (cert->critical & TV_EXT_SAN) == 0 &&
           tv_name_is_empty(cert->subject);
}

static void tell_only_name(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "a subject alternative name that is not critical, without a subject "
                             "beside it, issued by ");
    tv_tell_name(look->cert->issuer, message);
}

static bool proxy_info_not_critical(const tv_look *look)
{
    return has(look->cert, TV_EXT_PROXY_CERT_INFO) &&
           (look->cert->critical & TV_EXT_PROXY_CERT_INFO) == 0;
}

static void tell_proxy_info(const tv_look *look, tv_buf *message)
{
    tell_subject(look, "a proxy certificate whose proxyCertInfo is not critical", message);
}

const tv_check tv_cert_checks[] = {
    {"entry-not-a-ca", not_a_ca, tell_not_a_ca},
    {"root-weak-signature", weak_self_signature, tell_self_signature},
    {"expiry-horizon", expires_soon, tell_expiry},
    {"entry-version-1", is_version_1, tell_version},
    {"validity-reversed", validity_reversed, tell_validity},
    {"certificate-too-large", too_large, tell_size},
    {"serial-negative", negative_serial, tell_serial},
    {"serial-zero", zero_serial, tell_serial},
    {"serial-too-long", long_serial, tell_serial},
    {"ca-subject-empty", empty_ca_subject, tell_empty_subject},
    {"ca-basic-constraints-not-critical", constraints_not_critical, tell_not_critical},
    {"ca-key-usage-missing", ca_without_key_usage, tell_no_key_usage},
    {"ca-key-usage-without-cert-sign", ca_without_cert_sign, tell_no_cert_sign},
    {"cert-sign-without-ca", cert_sign_without_ca, tell_cert_sign},
    {"path-length-without-ca", path_length_without_ca, tell_path_length},
    {"ca-without-subject-key-id", ca_without_ski, tell_no_ski},
    {"ca-without-authority-key-id", ca_without_aki, tell_no_aki},
    {"entry-extended-key-usage", ca_for_other_purposes, tell_other_purposes},
    {"name-constraints-without-ca", name_constraints_without_ca, tell_name_constraints},
    {"subject-alt-name-not-critical", only_name_not_critical, tell_only_name},
    {"proxy-info-not-critical", proxy_info_not_critical, tell_proxy_info},
};
const size_t tv_num_cert_checks = sizeof(tv_cert_checks) / sizeof(tv_cert_checks[0]);
