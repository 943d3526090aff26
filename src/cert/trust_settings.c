// SPDX-License-Identifier: Apache-2.0
// X509_CERT_AUX bytes → purposes.
//
//   SEQUENCE { trust SEQUENCE OF OBJECT IDENTIFIER OPTIONAL,
//              reject [0] IMPLICIT SEQUENCE OF OBJECT IDENTIFIER OPTIONAL,
//              alias UTF8String OPTIONAL, keyid OCTET STRING OPTIONAL,
//              other [1] IMPLICIT SEQUENCE OF AlgorithmIdentifier OPTIONAL }

#include "cert/trust_settings.h"

#include "cert/ext.h"
#include "der/der.h"

// Purposes in a row.
static bool read_purposes(tv_span in, uint16_t *bits)
{
    while (in.len > 0) {
        tv_der_value oid;
        uint16_t bit;
        if (!tv_der_read_tag(&in, TV_DER_OID, &oid) || !tv_eku_bit(oid.contents, &bit)) {
            return false;
        }
        *bits |= bit;
    }
    return true;
}

static bool are_sequences(tv_span in)
{
    tv_der_value value;
    while (tv_der_read_tag(&in, TV_DER_SEQUENCE, &value)) {
    }
    return in.len == 0;
}

static bool read_settings(tv_span in, tv_trust *out)
{
    tv_der_value all;
    tv_der_value value;
    bool present;
    if (!tv_der_read_tag(&in, TV_DER_SEQUENCE, &all) || in.len != 0) {
        return false;
    }
    in = all.contents;
    if (!tv_der_read_optional(&in, TV_DER_SEQUENCE, &value, &out->listed) ||
        (out->listed && !read_purposes(value.contents, &out->trusted)) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT_CONSTRUCTED(0), &value, &present) ||
        (present && !read_purposes(value.contents, &out->rejected)) ||
        !tv_der_read_optional(&in, TV_DER_UTF8_STRING, &value, &present) ||
        !tv_der_read_optional(&in, TV_DER_OCTET_STRING, &value, &present) ||
        !tv_der_read_optional(&in, TV_DER_CONTEXT_CONSTRUCTED(1), &value, &present)) {
        return false;
    }
    return in.len == 0 && (!present || are_sequences(value.contents));
}

void tv_trust_read(tv_span bytes, tv_trust *out)
{
    *out = (tv_trust){0};
    if (!read_settings(bytes, out)) {
        *out = (tv_trust){.listed = true};
    }
}

tv_trust_word tv_trust_ask(const tv_trust *trust, uint16_t purpose)
{
    unsigned wanted = (unsigned)purpose | TV_EKU_ANY;
    if ((trust->rejected & wanted) != 0) {
        return TV_TRUST_REFUSED;
    }
    if (!trust->listed) {
        return TV_TRUST_SILENT;
    }
    return (trust->trusted & wanted) != 0 ? TV_TRUST_GRANTED : TV_TRUST_REFUSED;
}
