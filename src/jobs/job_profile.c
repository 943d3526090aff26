// SPDX-License-Identifier: Apache-2.0
// A job's settings laid over a profile.

#include "jobs/job.h"

// What OpenSSL's security levels ask for (SSL_CTX_set_security_level(3)), by level.
typedef struct auth_level {
    uint32_t rsa_bits, ec_bits;
    uint32_t weakest_hash; // tv_hash_kind
} auth_level;

static const auth_level levels[] = {
    {0, 0, TV_HASH_NONE},        {1024, 160, TV_HASH_SHA224}, {2048, 224, TV_HASH_SHA224},
    {3072, 256, TV_HASH_SHA256}, {7680, 384, TV_HASH_SHA384}, {15360, 512, TV_HASH_SHA512},
};

static uint32_t keys_of(const auth_level *level)
{
    static const struct {
        tv_key_kind kind;
        uint32_t ec_bits; // or what its strength is worth as a curve
    } kinds[] = {
        {TV_KEY_RSA, UINT32_MAX}, {TV_KEY_RSA_PSS, UINT32_MAX}, {TV_KEY_EC_P256, 256},
        {TV_KEY_EC_P384, 384},    {TV_KEY_EC_P521, 521},        {TV_KEY_EC_OTHER, UINT32_MAX},
        {TV_KEY_ED25519, 256},    {TV_KEY_ED448, 448},          {TV_KEY_DSA, UINT32_MAX},
        {TV_KEY_X25519, 256},     {TV_KEY_X448, 448},
    };
    uint32_t keys = level->ec_bits == 0 ? UINT32_C(1) << TV_KEY_UNKNOWN : 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].ec_bits >= level->ec_bits) {
            keys |= UINT32_C(1) << kinds[i].kind;
        }
    }
    return keys;
}

static void set_auth_level(tv_settings *set, const auth_level *level)
{
    set->min_rsa_bits = level->rsa_bits;
    set->max_rsa_bits = 0;
    set->min_ec_bits = level->ec_bits;
    set->keys = keys_of(level);
    set->pss = true;
    set->hashes = 0;
    for (uint32_t hash = level->weakest_hash; hash <= TV_HASH_SHA512; hash++) {
        set->hashes |= UINT32_C(1) << hash;
    }
}

static void set_switch(bool *out, int value)
{
    if (value != TV_JOB_AS_PROFILE) {
        *out = value != 0;
    }
}

// A question that asks for something of policies has them checked, as X509_VERIFY_PARAM does, but
// for one that says it has not.
static void set_policies(tv_settings *set, const tv_job *job)
{
    set_switch(&set->explicit_policy, job->explicit_policy);
    set_switch(&set->inhibit_any_policy, job->inhibit_any_policy);
    set_switch(&set->inhibit_policy_mapping, job->inhibit_policy_mapping);
    if (job->policies != NULL) {
        set->policies = *job->policies;
    }
    if (job->explicit_policy == 1 || job->inhibit_any_policy == 1 ||
        job->inhibit_policy_mapping == 1 || job->policies != NULL) {
        set->check_policies = true;
    }
    set_switch(&set->check_policies, job->policy_check);
}

tv_status tv_job_profile(tv_profile **out, const tv_profile *base, const tv_job *job)
{
    static const tv_reason of_time[] = {TV_REASON_EXPIRED, TV_REASON_NOT_YET_VALID,
                                        TV_REASON_ISSUER_EXPIRED, TV_REASON_ISSUER_NOT_YET_VALID};
    tv_status status = tv_profile_copy(out, base);
    if (status != TV_OK) {
        return status;
    }
    tv_settings *set = &(*out)->set;
    if (job->purpose != TV_JOB_AS_PROFILE) {
        set->purpose = (tv_purpose)job->purpose;
    }
    if (job->depth != TV_JOB_AS_PROFILE) {
        set->max_depth = (uint32_t)job->depth;
    }
    if (job->auth_level != TV_JOB_AS_PROFILE) {
        set_auth_level(set, &levels[job->auth_level]);
    }
    if (job->partial_chain != TV_JOB_AS_PROFILE) {
        set->anchors = job->partial_chain != 0 ? TV_ANCHOR_ANY : TV_ANCHOR_SELF_SIGNED;
    }
    set_switch(&set->anchor_self_signature, job->check_ss_sig);
    set_switch(&set->proxy_certificates, job->allow_proxy_certs);
    set_switch(&set->strict_openssl, job->x509_strict);
    set_policies(set, job);
    for (size_t i = 0; job->no_check_time == 1 && i < sizeof(of_time) / sizeof(of_time[0]); i++) {
        (*out)->reasons[of_time[i]].check = TV_CHECK_NO;
    }
    return TV_OK;
}
