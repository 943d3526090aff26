// SPDX-License-Identifier: Apache-2.0
// Proxy certificates (RFC 3820): end entities, and proxies themselves, issue them with their own
// key, so that other rules hold of them and of their issuers than of CAs. A step of a path comes
// in, the rules that it breaks go out as bits. Whether proxies are taken at all is left to check.c;
// what they may be used for (the language and policy of proxyCertInfo) to whoever asks about them.

#include "path/search.h"

#include "cert/name.h"

// 3.4: the subject is the issuer's name with one common name behind it.
static bool has_proxy_name(tv_path_search *search, const tv_cert *cert)
{
    tv_buf *scratch = &search->worker->names;
    bool fits = tv_name_adds_common_name(cert->subject, cert->issuer, scratch);
    search->target->log_closed |= scratch->failed;
    return fits;
}

void tv_check_proxy(tv_path_search *search)
{
    tv_step *step = &search->steps[search->depth];
    const tv_cert *cert = step->cert;
    step->num_proxies = search->depth > 0 ? (step - 1)->num_proxies : 0;
    if (!tv_is_proxy(cert)) {
        return;
    }
    // 3.7, 3.5 and 4.1.3 (a)(4): otherwise nobody can say what its proxyCertInfo stands for.
    if (cert->is_ca || (cert->has & (TV_EXT_SAN | TV_EXT_ISSUER_ALT_NAME)) != 0 ||
        !has_proxy_name(search, cert)) {
        tv_step_fail(search, step, TV_REASON_UNHANDLED_CRITICAL_EXTENSION);
    }
    // 4.1.4 (a): the proxies below it.
    if (cert->proxy_path_len != TV_PATH_LEN_NONE && step->num_proxies > cert->proxy_path_len) {
        tv_step_fail(search, step, TV_REASON_PATH_LENGTH);
    }
    step->num_proxies++;
}

// Whatever a certificate can say of itself to be a CA, at the top of a path or not: none of them is
// the end entity that issues proxies.
static bool may_be_any_ca(const tv_step *step)
{
    const tv_cert *cert = step->cert;
    if ((cert->has & TV_EXT_BASIC_CONSTRAINTS) != 0) {
        return cert->is_ca;
    }
    if ((cert->has & TV_EXT_KEY_USAGE) != 0) {
        return (cert->key_usage & TV_KU_KEY_CERT_SIGN) != 0;
    }
    return (cert->version < 3 && step->self_issued) ||
           (cert->netscape_type & TV_NETSCAPE_ANY_CA) != 0;
}

void tv_check_proxy_issuer(const tv_path_search *search, tv_step *step)
{
    const tv_cert *cert = step->cert;
    // 3.1 and 4.1.5 (b): no CA issues proxies, and who does, signs with a key for signatures.
    if (may_be_any_ca(step) ||
        ((cert->has & TV_EXT_KEY_USAGE) != 0 && (cert->key_usage & TV_KU_DIGITAL_SIGNATURE) == 0)) {
        tv_step_fail(search, step, TV_REASON_KEY_USAGE);
    }
    // 4.2: what its issuer is not for, a proxy is not for.
    tv_check_purpose(search, step);
}
