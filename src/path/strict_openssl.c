// SPDX-License-Identifier: Apache-2.0
// What OpenSSL 3.0 asks of every certificate of a path under -x509_strict (check_extensions of
// crypto/x509/x509_vfy.c): a certificate of a path comes in, the reason it gives goes out. For
// profiles and jobs that ask for the same; strict.c has what this project asks of its own.

#include "path/search.h"

#include "cert/alg.h"
#include "cert/name.h"

static bool has(const tv_cert *cert, uint32_t extension)
{
    return (cert->has & extension) != 0;
}

static bool is_critical(const tv_cert *cert, uint32_t extension)
{
    return (cert->has & cert->critical & extension) != 0;
}

// RFC 5280 4.2.1.3: a certificate without key usage may do all.
static bool may_sign(const tv_cert *cert, unsigned usage)
{
    return !has(cert, TV_EXT_KEY_USAGE) || (cert->key_usage & usage) != 0;
}

// RFC 5280 4.2.1.3 and 4.2.1.9: what goes together with being a CA.
static bool has_odd_ca_fields(const tv_cert *cert)
{
    bool has_path_len = cert->path_len != TV_PATH_LEN_NONE;
    if (has_path_len && (!cert->is_ca || !may_sign(cert, TV_KU_KEY_CERT_SIGN))) {
        return true;
    }
    if (cert->is_ca) {
        return !is_critical(cert, TV_EXT_BASIC_CONSTRAINTS) || !has(cert, TV_EXT_KEY_USAGE);
    }
    // Without basic constraints, what older certificates mark a CA by is nothing for anyone else.
    return (has(cert, TV_EXT_KEY_USAGE) && may_sign(cert, TV_KU_KEY_CERT_SIGN)) ||
           (!has(cert, TV_EXT_BASIC_CONSTRAINTS) &&
            (cert->netscape_type & TV_NETSCAPE_ANY_CA) != 0);
}

// RFC 5280 4.1.2.4, 4.1.2.6 and 4.2.1.6.
static bool has_odd_names(const tv_cert *cert)
{
    if (tv_name_is_empty(cert->issuer) || (has(cert, TV_EXT_SAN) && cert->san.len == 0)) {
        return true;
    }
    if (!tv_name_is_empty(cert->subject)) {
        return false;
    }
    bool signs_lists = has(cert, TV_EXT_KEY_USAGE) && may_sign(cert, TV_KU_CRL_SIGN);
    return cert->is_ca || signs_lists || !is_critical(cert, TV_EXT_SAN);
}

// RFC 5280 4.2.1.1 and 4.2.1.2; the last certificate of a path needs no authority key identifier.
// That neither is critical is no question of its own: nobody processes them.
static bool has_odd_key_ids(const tv_cert *cert, bool is_last)
{
    if (cert->version < 3) {
        return cert->has != 0;
    }
    return (!is_last && cert->aki.ptr == NULL) || (cert->is_ca && !has(cert, TV_EXT_SKI));
}

void tv_check_strict_openssl(const tv_path_search *search, tv_step *step)
{
    const tv_cert *cert = step->cert;
    if (search->judge->profile->set.strict_openssl &&
        (tv_alg_spells_curve(cert) || has_odd_ca_fields(cert) || has_odd_names(cert) ||
         has_odd_key_ids(cert, step->is_anchor))) {
        tv_step_fail(search, step, TV_REASON_MALFORMED);
    }
}
