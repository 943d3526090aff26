// SPDX-License-Identifier: Apache-2.0
// The second opinion: an X509_STORE of the truststore and one X509_verify_cert per question.

#include "sig/reference.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct tv_reference {
    X509_STORE *store;
    STACK_OF(X509) * untrusted;
};

static X509 *decode(tv_span der)
{
    const uint8_t *at = der.ptr;
    if (der.len > LONG_MAX) {
        return NULL;
    }
    X509 *cert = d2i_X509(NULL, &at, (long)der.len);
    if (cert != NULL && at != der.ptr + der.len) {
        X509_free(cert);
        cert = NULL;
    }
    ERR_clear_error();
    return cert;
}

// The purposes that may be asked for; settings for others change nothing.
static const struct {
    uint16_t bit;
    int nid;
} purposes[] = {
    {TV_EKU_ANY, NID_anyExtendedKeyUsage},
    {TV_EKU_CLIENT_AUTH, NID_client_auth},
    {TV_EKU_SERVER_AUTH, NID_server_auth},
};

static bool add_settings(X509 *cert, const tv_trust *trust)
{
    // Without an object this makes an empty list, which trusts for nothing.
    bool added = trust == NULL || !trust->listed || X509_add1_trust_object(cert, NULL) == 1;
    for (size_t i = 0; trust != NULL && i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        const ASN1_OBJECT *purpose = OBJ_nid2obj(purposes[i].nid);
        if ((trust->trusted & purposes[i].bit) != 0) {
            added = added && X509_add1_trust_object(cert, purpose) == 1;
        }
        if ((trust->rejected & purposes[i].bit) != 0) {
            added = added && X509_add1_reject_object(cert, purpose) == 1;
        }
    }
    return added;
}

static bool fill_store(X509_STORE *store, const tv_reference_anchor *anchors, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        X509 *cert = decode(anchors[i].der);
        if (cert == NULL) {
            continue;
        }
        (void)X509_check_purpose(cert, -1, 0); // fills its caches before threads share it
        bool added = add_settings(cert, anchors[i].trust) && X509_STORE_add_cert(store, cert) == 1;
        X509_free(cert);
        if (!added) {
            return false;
        }
    }
    return true;
}

static bool fill_stack(STACK_OF(X509) * stack, const tv_span *ders, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        X509 *cert = decode(ders[i]);
        if (cert == NULL) {
            continue;
        }
        (void)X509_check_purpose(cert, -1, 0);
        if (sk_X509_push(stack, cert) <= 0) {
            X509_free(cert);
            return false;
        }
    }
    return true;
}

tv_status tv_reference_open(tv_reference **out, const tv_reference_anchor *trusted,
                            size_t num_trusted, const tv_span *untrusted, size_t num_untrusted)
{
    *out = NULL;
    tv_reference *reference = calloc(1, sizeof(*reference));
    if (reference == NULL) {
        return TV_ERR_NOMEM;
    }
    reference->store = X509_STORE_new();
    reference->untrusted = sk_X509_new_null();
    if (reference->store == NULL || reference->untrusted == NULL ||
        !fill_store(reference->store, trusted, num_trusted) ||
        !fill_stack(reference->untrusted, untrusted, num_untrusted)) {
        tv_reference_close(reference);
        return TV_ERR_CRYPTO;
    }
    *out = reference;
    return TV_OK;
}

void tv_reference_close(tv_reference *reference)
{
    if (reference == NULL) {
        return;
    }
    sk_X509_pop_free(reference->untrusted, X509_free);
    X509_STORE_free(reference->store);
    free(reference);
}

// Adds a policy that is asked for, by the contents of its OBJECT IDENTIFIER.
static bool add_policy(X509_VERIFY_PARAM *param, const uint8_t *contents, uint8_t len)
{
    uint8_t der[2 + TV_POLICY_LEN] = {V_ASN1_OBJECT, len};
    const uint8_t *at = der;
    memcpy(der + 2, contents, len);
    ASN1_OBJECT *policy = d2i_ASN1_OBJECT(NULL, &at, 2 + (long)len);
    if (policy == NULL || X509_VERIFY_PARAM_add0_policy(param, policy) != 1) {
        ASN1_OBJECT_free(policy);
        return false;
    }
    return true;
}

// libcrypto takes the absence of policies for "none is valid" when one must be: any policy is
// asked for by name. False when memory is out.
static bool apply_policies(X509_VERIFY_PARAM *param, const tv_reference_settings *settings)
{
    static const uint8_t any_policy[] = {0x55, 0x1d, 0x20, 0x00};
    const tv_policy_set *policies = settings->policies;
    if (!settings->check_policies) {
        return true; // the other flags would imply it
    }
    unsigned long flags = X509_V_FLAG_POLICY_CHECK;
    flags |= settings->explicit_policy ? X509_V_FLAG_EXPLICIT_POLICY : 0;
    flags |= settings->inhibit_any_policy ? X509_V_FLAG_INHIBIT_ANY : 0;
    flags |= settings->inhibit_policy_mapping ? X509_V_FLAG_INHIBIT_MAP : 0;
    X509_VERIFY_PARAM_set_flags(param, flags);
    if (policies == NULL || policies->count == 0) {
        return add_policy(param, any_policy, sizeof(any_policy));
    }
    for (size_t i = 0; i < policies->count; i++) {
        if (!add_policy(param, policies->items[i].contents, policies->items[i].len)) {
            return false;
        }
    }
    return true;
}

// False when memory is out.
static bool apply(X509_STORE_CTX *context, const tv_reference_settings *settings)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    unsigned long flags = 0;
    flags |= settings->partial_chain ? X509_V_FLAG_PARTIAL_CHAIN : 0;
    flags |= settings->check_time ? 0 : X509_V_FLAG_NO_CHECK_TIME;
    flags |= settings->check_self_signature ? X509_V_FLAG_CHECK_SS_SIGNATURE : 0;
    flags |= settings->strict ? X509_V_FLAG_X509_STRICT : 0;
    flags |= settings->proxy_certificates ? X509_V_FLAG_ALLOW_PROXY_CERTS : 0;
    X509_VERIFY_PARAM_set_flags(param, flags);
    if (settings->check_time) {
        X509_VERIFY_PARAM_set_time(param, (time_t)settings->at); // would undo NO_CHECK_TIME
    }
    X509_VERIFY_PARAM_set_auth_level(param, settings->auth_level);
    if (settings->depth >= 0) {
        X509_VERIFY_PARAM_set_depth(param, settings->depth);
    }
    if (settings->client || settings->server) {
        X509_VERIFY_PARAM_set_purpose(param, settings->client ? X509_PURPOSE_SSL_CLIENT
                                                              : X509_PURPOSE_SSL_SERVER);
    }
    if (settings->trust_client || settings->trust_server) {
        X509_VERIFY_PARAM_set_trust(param, settings->trust_client ? X509_TRUST_SSL_CLIENT
                                                                  : X509_TRUST_SSL_SERVER);
    }
    return apply_policies(param, settings);
}

bool tv_reference_verify(const tv_reference *reference, const tv_reference_settings *settings,
                         tv_span target, tv_reference_verdict *out)
{
    *out = (tv_reference_verdict){.text = ""};
    X509 *cert = decode(target);
    if (cert == NULL) {
        return true;
    }
    bool answered = false;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context != NULL &&
        X509_STORE_CTX_init(context, reference->store, cert, reference->untrusted) == 1 &&
        apply(context, settings)) {
        int result = X509_verify_cert(context);
        out->decoded = true;
        out->code = X509_STORE_CTX_get_error(context);
        out->depth = X509_STORE_CTX_get_error_depth(context);
        if (result != 1 && out->code == X509_V_OK) {
            out->code = X509_V_ERR_UNSPECIFIED;
        }
        out->text = X509_verify_cert_error_string(out->code);
        answered = out->code != X509_V_ERR_OUT_OF_MEM;
    }
    X509_STORE_CTX_free(context);
    X509_free(cert);
    ERR_clear_error();
    return answered;
}
