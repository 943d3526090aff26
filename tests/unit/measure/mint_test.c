// SPDX-License-Identifier: Apache-2.0
// Minted input: the same for a seed, certificates that are read without a complaint and look like
// those of a public CA, issuers in the shares that are promised. That a truststore accepts them is
// asked in sample_test.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/mint.h"

#include "base/span.h"
#include "bundle/decode.h"
#include "tv/cert.h"

enum { NUM_CLIENTS = 1000 };

static tv_buf store;
static tv_buf clients;

static int mint_once(void **state)
{
    (void)state;
    return tv_mint_input(&store, &clients, 5, NUM_CLIENTS) == TV_OK ? 0 : -1;
}

static int free_all(void **state)
{
    (void)state;
    tv_buf_close(&store);
    tv_buf_close(&clients);
    return 0;
}

static void a_seed_makes_its_own_bytes(void **state)
{
    (void)state;
    tv_buf other_store = {0};
    tv_buf other_clients = {0};
    assert_int_equal(tv_mint_input(&other_store, &other_clients, 5, NUM_CLIENTS), TV_OK);
    assert_true(tv_span_equal(tv_buf_span(&store), tv_buf_span(&other_store)));
    assert_true(tv_span_equal(tv_buf_span(&clients), tv_buf_span(&other_clients)));
    tv_buf_clear(&other_store);
    tv_buf_clear(&other_clients);
    assert_int_equal(tv_mint_input(&other_store, &other_clients, 6, NUM_CLIENTS), TV_OK);
    assert_false(tv_span_equal(tv_buf_span(&store), tv_buf_span(&other_store)));
    assert_false(tv_span_equal(tv_buf_span(&clients), tv_buf_span(&other_clients)));
    tv_buf_close(&other_store);
    tv_buf_close(&other_clients);
}

// What stands in a text, summed up.
typedef struct counts {
    size_t num, num_rsa_signed, num_rsa_keys, num_self_issued, der_bytes;
} counts;

static counts read_all(tv_span text, uint32_t extensions, bool is_ca)
{
    counts sum = {0};
    tv_pem_scan scan;
    tv_pem_block block;
    uint8_t room[8192];
    tv_pem_scan_open(&scan, text, 1);
    while (tv_pem_scan_next(&scan, &block)) {
        tv_decoded decoded;
        tv_cert cert;
        tv_cert_problem problem;
        assert_true(tv_base64_room(block.body.len) <= sizeof(room));
        tv_block_decode(&block, room, &decoded);
        assert_null(decoded.problem);
        if (!tv_cert_parse(&cert, decoded.der, &problem)) {
            fail_msg("%s at %zu", problem.what, problem.offset);
        }
        assert_null(cert.extension_problem.what);
        assert_int_equal(cert.version, 3);
        assert_int_equal(cert.has, extensions);
        assert_int_equal(cert.is_ca, is_ca);
        assert_int_equal(cert.serial.len, 16);
        assert_true(cert.not_before <= TV_MINT_AT && TV_MINT_AT <= cert.not_after);
        sum.num++;
        sum.num_rsa_signed += cert.sig.kind == TV_SIG_RSA_PKCS1 ? 1 : 0;
        sum.num_rsa_keys += cert.key == TV_KEY_RSA ? 1 : 0;
        sum.num_self_issued += cert.self_issued ? 1 : 0;
        sum.der_bytes += decoded.der.len;
    }
    return sum;
}

static void clients_look_like_those_of_a_public_ca(void **state)
{
    (void)state;
    counts sum = read_all(tv_buf_span(&clients),
                          TV_EXT_BASIC_CONSTRAINTS | TV_EXT_KEY_USAGE | TV_EXT_EKU | TV_EXT_SAN |
                              TV_EXT_SKI | TV_EXT_AKI | TV_EXT_CRL_DP | TV_EXT_AIA,
                          false);
    assert_int_equal(sum.num, NUM_CLIENTS);
    assert_int_equal(sum.num_self_issued, 0);
    assert_in_range(sum.der_bytes / sum.num, 950, 1100);
    assert_in_range(sum.num_rsa_signed, NUM_CLIENTS * 65 / 100, NUM_CLIENTS * 75 / 100);
    assert_in_range(sum.num_rsa_keys, NUM_CLIENTS * 45 / 100, NUM_CLIENTS * 55 / 100);
}

static void the_truststore_holds_ca_certificates(void **state)
{
    (void)state;
    counts sum =
        read_all(tv_buf_span(&store),
                 TV_EXT_BASIC_CONSTRAINTS | TV_EXT_KEY_USAGE | TV_EXT_SKI | TV_EXT_AKI, true);
    assert_int_equal(sum.num, TV_MINT_AUTHORITIES);
    assert_int_equal(sum.num_self_issued, TV_MINT_AUTHORITIES - 5); // five issuers of clients
}

static void one_client_has_issuers_too(void **state)
{
    (void)state;
    tv_buf a = {0};
    tv_buf b = {0};
    assert_int_equal(tv_mint_input(&a, &b, 0, 1), TV_OK);
    assert_true(a.len > 0 && b.len > 0);
    tv_buf_close(&a);
    tv_buf_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_makes_its_own_bytes),
        cmocka_unit_test(clients_look_like_those_of_a_public_ca),
        cmocka_unit_test(the_truststore_holds_ca_certificates),
        cmocka_unit_test(one_client_has_issuers_too),
    };
    return cmocka_run_group_tests(tests, mint_once, free_all);
}
