// SPDX-License-Identifier: Apache-2.0
// MUSTs of the certificate profile (RFC 5280 section 4) that path validation need not look at: a
// certificate of a path comes in, the reasons it gives go out as bits. For profiles whose setting
// `strict` is on; the others leave such certificates to the rules of audit.

#include "path/search.h"

#include "cert/name.h"

enum { MAX_SERIAL_LEN = 20 };

// 4.1.2.2: positive, at most 20 octets.
static bool has_odd_serial(const tv_cert *cert)
{
    if (cert->serial.len == 0 || cert->serial.len > MAX_SERIAL_LEN || cert->serial.ptr[0] >= 0x80) {
        return true;
    }
    return cert->serial.len == 1 && cert->serial.ptr[0] == 0;
}

// 4.2.1.10: in CA certificates only. That they are critical there is asked of CAs, too; as every
// implementation heeds them either way, name constraints that are not are taken.
static bool has_odd_name_constraints(const tv_cert *cert)
{
    return (cert->has & TV_EXT_NAME_CONSTRAINTS) != 0 && !cert->is_ca;
}

// 4.1.2.6 and 4.2.1.6: a subject alternative name that is the only name is critical.
static bool has_odd_alternative_name(const tv_cert *cert)
{
    return (cert->has & TV_EXT_SAN) != 0 && (cert->critical & TV_EXT_SAN) == 0 &&
           tv_name_is_empty(cert->subject);
}

// RFC 3820 3.8: who does not know proxies must not take one for its end entity.
static bool has_odd_proxy_info(const tv_cert *cert)
{
    return tv_is_proxy(cert) && (cert->critical & TV_EXT_PROXY_CERT_INFO) == 0;
}

void tv_check_strict(const tv_path_search *search, tv_step *step)
{
    const tv_cert *cert = step->cert;
    if (!search->judge->profile->set.strict) {
        return;
    }
    // A trust anchor is a name and a key, with constraints where they count (RFC 5280 6.1.1 (d)).
    if ((!step->is_anchor && has_odd_serial(cert)) || has_odd_name_constraints(cert) ||
        has_odd_alternative_name(cert) || has_odd_proxy_info(cert)) {
        tv_step_fail(search, step, TV_REASON_MALFORMED);
    }
}
