// SPDX-License-Identifier: Apache-2.0
// A job's settings over a profile: each changes what it names and nothing else, and the profile
// itself stays as it is.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "jobs/job.h"

#include <string.h>

static const tv_job nothing = {
    .time = TV_TIME_NONE,
    .purpose = TV_JOB_AS_PROFILE,
    .depth = TV_JOB_AS_PROFILE,
    .auth_level = TV_JOB_AS_PROFILE,
    .partial_chain = TV_JOB_AS_PROFILE,
    .no_check_time = TV_JOB_AS_PROFILE,
    .check_ss_sig = TV_JOB_AS_PROFILE,
    .allow_proxy_certs = TV_JOB_AS_PROFILE,
    .policy_check = TV_JOB_AS_PROFILE,
    .explicit_policy = TV_JOB_AS_PROFILE,
    .inhibit_any_policy = TV_JOB_AS_PROFILE,
    .inhibit_policy_mapping = TV_JOB_AS_PROFILE,
};

static tv_profile *base;

static int open_base(void **state)
{
    (void)state;
    return tv_profile_load(&base, "openssl", NULL) == TV_OK ? 0 : -1;
}

static int close_base(void **state)
{
    (void)state;
    tv_profile_close(base);
    return 0;
}

static tv_profile *apply(const tv_job *job)
{
    tv_profile *made;
    assert_int_equal(tv_job_profile(&made, base, job), TV_OK);
    assert_ptr_not_equal(made, base);
    return made;
}

static void test_nothing_changes(void **state)
{
    (void)state;
    tv_profile *made = apply(&nothing);
    assert_memory_equal(&made->set, &base->set, sizeof(made->set));
    for (size_t i = 0; i < TV_REASON_COUNT; i++) {
        assert_int_equal(made->reasons[i].check, base->reasons[i].check);
    }
    assert_string_equal(made->name, base->name);
    tv_profile_close(made);
}

static void test_single_settings(void **state)
{
    (void)state;
    tv_settings kept = base->set;
    for (int on = 0; on < 2; on++) {
        tv_job job = nothing;
        job.purpose = on ? TV_PURPOSE_SERVER : TV_PURPOSE_ANY;
        job.depth = on ? INT64_C(4294967295) : 2;
        job.partial_chain = on;
        job.check_ss_sig = on;
        job.allow_proxy_certs = on;
        job.x509_strict = on;
        tv_profile *made = apply(&job);
        assert_int_equal(made->set.purpose, job.purpose);
        assert_int_equal(made->set.max_depth, on ? UINT32_MAX : 2);
        assert_int_equal(made->set.anchors, on ? TV_ANCHOR_ANY : TV_ANCHOR_SELF_SIGNED);
        assert_int_equal(made->set.anchor_self_signature, on);
        assert_int_equal(made->set.proxy_certificates, on);
        assert_int_equal(made->set.strict_openssl, on);
        made->set.purpose = kept.purpose;
        made->set.max_depth = kept.max_depth;
        made->set.anchors = kept.anchors;
        made->set.anchor_self_signature = kept.anchor_self_signature;
        made->set.proxy_certificates = kept.proxy_certificates;
        made->set.strict_openssl = kept.strict_openssl;
        assert_memory_equal(&made->set, &kept, sizeof(kept));
        tv_profile_close(made);
    }
    assert_memory_equal(&base->set, &kept, sizeof(kept));
}

// Whoever asks for something of policies has them checked, unless told not to.
static void test_policies(void **state)
{
    static const struct {
        int check, explicit_policy, no_any, no_mapping;
        bool named, checked;
    } cases[] = {
        {-1, -1, -1, -1, false, false}, {1, -1, -1, -1, false, true}, {-1, 1, -1, -1, false, true},
        {-1, -1, 1, -1, false, true},   {-1, -1, -1, 1, false, true}, {-1, -1, -1, -1, true, true},
        {-1, 0, 0, 0, false, false},    {0, 1, 1, 1, true, false},
    };
    tv_policy_set named = {0};
    (void)state;
    assert_false(base->set.check_policies);
    assert_true(tv_policy_set_add(&named, (tv_span){(const uint8_t *)"1.2.3", 5}));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_job job = nothing;
        job.policy_check = cases[i].check;
        job.explicit_policy = cases[i].explicit_policy;
        job.inhibit_any_policy = cases[i].no_any;
        job.inhibit_policy_mapping = cases[i].no_mapping;
        job.policies = cases[i].named ? &named : NULL;
        tv_profile *made = apply(&job);
        assert_int_equal(made->set.check_policies, cases[i].checked);
        assert_int_equal(made->set.explicit_policy, cases[i].explicit_policy == 1);
        assert_int_equal(made->set.inhibit_any_policy, cases[i].no_any == 1);
        assert_int_equal(made->set.inhibit_policy_mapping, cases[i].no_mapping == 1);
        assert_int_equal(made->set.policies.count, cases[i].named ? 1 : 0);
        tv_profile_close(made);
    }
}

static void test_time_unchecked(void **state)
{
    (void)state;
    static const tv_reason of_time[] = {TV_REASON_EXPIRED, TV_REASON_NOT_YET_VALID,
                                        TV_REASON_ISSUER_EXPIRED, TV_REASON_ISSUER_NOT_YET_VALID};
    for (int on = 0; on < 2; on++) {
        tv_job job = nothing;
        job.no_check_time = on;
        tv_profile *made = apply(&job);
        for (size_t r = 0; r < TV_REASON_COUNT; r++) {
            bool is_of_time = false;
            for (size_t i = 0; i < 4; i++) {
                is_of_time |= of_time[i] == (tv_reason)r;
            }
            assert_int_equal(made->reasons[r].check,
                             on && is_of_time ? TV_CHECK_NO : base->reasons[r].check);
        }
        tv_profile_close(made);
    }
}

#define KEY(kind) (UINT32_C(1) << TV_KEY_##kind)
#define HASH(kind) (UINT32_C(1) << TV_HASH_##kind)

// SSL_CTX_set_security_level(3) of OpenSSL 3.0.
static void test_levels(void **state)
{
    (void)state;
    static const struct {
        uint32_t rsa_bits, ec_bits, keys_in, keys_out, hashes_in, hashes_out;
    } levels[] = {
        {0, 0, KEY(RSA) | KEY(EC_P256) | KEY(DSA) | KEY(UNKNOWN), 0,
         HASH(MD2) | HASH(MD5) | HASH(SHA1) | HASH(SHA512), 0},
        {1024, 160, KEY(RSA) | KEY(EC_P256) | KEY(ED25519) | KEY(EC_OTHER), KEY(UNKNOWN),
         HASH(SHA224) | HASH(SHA256), HASH(SHA1) | HASH(MD5)},
        {2048, 224, KEY(RSA) | KEY(EC_P256) | KEY(ED25519), KEY(UNKNOWN), HASH(SHA224), HASH(SHA1)},
        {3072, 256, KEY(RSA) | KEY(EC_P256) | KEY(ED25519), 0, HASH(SHA256), HASH(SHA224)},
        {7680, 384, KEY(RSA) | KEY(EC_P384) | KEY(ED448), KEY(EC_P256) | KEY(ED25519), HASH(SHA384),
         HASH(SHA256)},
        {15360, 512, KEY(RSA) | KEY(EC_P521), KEY(EC_P384) | KEY(ED448), HASH(SHA512),
         HASH(SHA384)},
    };
    for (int level = 0; level <= 5; level++) {
        tv_job job = nothing;
        job.auth_level = level;
        tv_profile *made = apply(&job);
        const tv_settings *set = &made->set;
        assert_int_equal(set->min_rsa_bits, levels[level].rsa_bits);
        assert_int_equal(set->max_rsa_bits, 0);
        assert_int_equal(set->min_ec_bits, levels[level].ec_bits);
        assert_int_equal(set->keys & levels[level].keys_in, levels[level].keys_in);
        assert_int_equal(set->keys & levels[level].keys_out, 0);
        assert_int_equal(set->hashes & levels[level].hashes_in, levels[level].hashes_in);
        assert_int_equal(set->hashes & levels[level].hashes_out, 0);
        assert_true(set->pss);
        tv_profile_close(made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_changes), cmocka_unit_test(test_single_settings),
        cmocka_unit_test(test_policies),        cmocka_unit_test(test_time_unchecked),
        cmocka_unit_test(test_levels),
    };
    return cmocka_run_group_tests(tests, open_base, close_base);
}
