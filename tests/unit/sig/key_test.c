// SPDX-License-Identifier: Apache-2.0
// Which SubjectPublicKeyInfos become usable keys: those that are exactly of the kind that the
// caller names and within what libcrypto computes with. All others open too, and stay unused.
#define OPENSSL_SUPPRESS_DEPRECATED // odd RSA keys can be made with the low-level calls only

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/key.h"

#include "support/signer.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

static tv_sig *sig;

static int set_up(void **state)
{
    (void)state;
    return tv_sig_open(&sig) == TV_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_sig_close(sig);
    return 0;
}

static bool is_usable(tv_span spki, tv_key_kind kind)
{
    tv_key *key = NULL;
    assert_int_equal(tv_key_open(&key, sig, spki, kind), TV_OK);
    assert_non_null(key);
    assert_int_equal(ERR_peek_error(), 0);
    bool usable = key->pkey != NULL;
    tv_key_close(key);
    return usable;
}

static const tv_key_kind usable_kinds[] = {
    TV_KEY_RSA,     TV_KEY_RSA_PSS, TV_KEY_EC_P256, TV_KEY_EC_P384,
    TV_KEY_EC_P521, TV_KEY_ED25519, TV_KEY_ED448,
};
enum { NUM_USABLE = sizeof(usable_kinds) / sizeof(usable_kinds[0]) };

static void test_a_key_is_of_one_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_USABLE; i++) {
        tv_signer signer;
        tv_signer_open(&signer, usable_kinds[i], 1024);
        for (int kind = TV_KEY_UNKNOWN; kind <= TV_KEY_X448; kind++) {
            assert_int_equal(is_usable(tv_signer_spki(&signer), (tv_key_kind)kind),
                             kind == (int)usable_kinds[i]);
        }
        tv_signer_close(&signer);
    }
}

static void test_other_curves_are_not_used(void **state)
{
    (void)state;
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_EC_OTHER, 0);
    for (int kind = TV_KEY_UNKNOWN; kind <= TV_KEY_X448; kind++) {
        assert_false(is_usable(tv_signer_spki(&signer), (tv_key_kind)kind));
    }
    tv_signer_close(&signer);
}

static void test_a_key_fills_its_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_USABLE; i++) {
        tv_signer signer;
        tv_signer_open(&signer, usable_kinds[i], 1024);
        size_t len = signer.spki_len;
        uint8_t *longer = malloc(len + 1);
        assert_non_null(longer);
        memcpy(longer, signer.spki, len);
        longer[len] = 0;
        assert_true(is_usable((tv_span){longer, len}, usable_kinds[i]));
        assert_false(is_usable((tv_span){longer, len + 1}, usable_kinds[i]));
        assert_false(is_usable((tv_span){NULL, 0}, usable_kinds[i]));
        for (size_t cut = 1; cut < len; cut++) {
            uint8_t *exact = malloc(cut); // of its own, so that a sanitizer sees each read past it
            assert_non_null(exact);
            memcpy(exact, signer.spki, cut);
            assert_false(is_usable((tv_span){exact, cut}, usable_kinds[i]));
            free(exact);
        }
        free(longer);
        tv_signer_close(&signer);
    }
}

// The SPKI of an RSA key of numbers given in hex, whatever they are.
static size_t encode_rsa(uint8_t **out, const char *n_hex, const char *e_hex)
{
    BIGNUM *n = NULL;
    BIGNUM *e = NULL;
    assert_true(BN_hex2bn(&n, n_hex) > 0);
    assert_true(BN_hex2bn(&e, e_hex) > 0);
    RSA *rsa = RSA_new();
    assert_non_null(rsa);
    assert_int_equal(RSA_set0_key(rsa, n, e, NULL), 1);
    *out = NULL;
    int len = i2d_RSA_PUBKEY(rsa, out);
    assert_true(len > 0);
    RSA_free(rsa);
    return (size_t)len;
}

// A modulus of `bits` bits, the first and the last set.
static char *modulus_of(size_t bits, bool odd)
{
    char *hex = malloc(bits / 4 + 1);
    assert_non_null(hex);
    memset(hex, '0', bits / 4);
    hex[0] = '8';
    hex[bits / 4 - 1] = odd ? '1' : '2';
    hex[bits / 4] = '\0';
    return hex;
}

static const struct {
    const char *name;
    size_t bits; // a multiple of 4
    bool odd;
    const char *e;
    bool usable;
} rsa_cases[] = {
    {"plain", 2048, true, "10001", true},
    {"small, which is the profile's question", 512, true, "3", true},
    {"largest", 16384, true, "10001", true},
    {"too large", 16388, true, "10001", false},
    {"even modulus", 2048, false, "10001", false},
    {"no exponent", 2048, true, "0", false},
    {"exponent one", 2048, true, "1", true}, // weak, but computed as any other
    {"long exponent of a small modulus", 3072, true, "1000000000000000000001", true},
    {"longest exponent of a large modulus", 3076, true, "8000000000000001", true},
    {"too long an exponent of a large modulus", 3076, true, "10000000000000001", false},
    {"exponent above the modulus", 64, true, "8000000000000003", false},
    {"exponent equal to the modulus", 64, true, "8000000000000001", false},
};

static void test_bounds_of_rsa(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rsa_cases) / sizeof(rsa_cases[0]); i++) {
        char *n = modulus_of(rsa_cases[i].bits, rsa_cases[i].odd);
        uint8_t *spki;
        size_t len = encode_rsa(&spki, n, rsa_cases[i].e);
        if (is_usable((tv_span){spki, len}, TV_KEY_RSA) != rsa_cases[i].usable) {
            fail_msg("RSA key: %s", rsa_cases[i].name);
        }
        OPENSSL_free(spki);
        free(n);
    }
}

// Offsets in the SPKI of an RSA key of 1024 bits.
enum { RSA_OID = 5, RSA_NULL = 16, RSA_UNUSED_BITS = 21 };

static void test_rsa_has_no_parameters(void **state)
{
    (void)state;
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_RSA, 1024);
    assert_memory_equal(signer.spki + RSA_NULL, "\x05\x00\x03\x81\x8d\x00", 6);
    static const size_t places[] = {RSA_OID, RSA_NULL, RSA_NULL + 1, RSA_UNUSED_BITS};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        signer.spki[places[i]] ^= 3;
        assert_false(is_usable(tv_signer_spki(&signer), TV_KEY_RSA));
        signer.spki[places[i]] ^= 3;
    }
    // Without the NULL: both headers around it are two bytes shorter.
    memmove(signer.spki + RSA_NULL, signer.spki + RSA_NULL + 2, signer.spki_len - RSA_NULL - 2);
    signer.spki_len -= 2;
    assert_false(is_usable(tv_signer_spki(&signer), TV_KEY_RSA));
    signer.spki[2] = (uint8_t)(signer.spki[2] - 2);
    signer.spki[4] = (uint8_t)(signer.spki[4] - 2);
    assert_true(is_usable(tv_signer_spki(&signer), TV_KEY_RSA));
    tv_signer_close(&signer);
}

// In DER the bit that says "constructed" is set in a SEQUENCE and clear in a BIT STRING.
static void test_rsa_is_constructed_as_der_asks(void **state)
{
    (void)state;
    enum { OUTER = 0, ALGORITHM = 3, BITS = RSA_NULL + 2, CONSTRUCTED = 0x20 };
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_RSA, 1024);
    static const size_t places[] = {OUTER, ALGORITHM, BITS};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        signer.spki[places[i]] ^= CONSTRUCTED;
        assert_false(is_usable(tv_signer_spki(&signer), TV_KEY_RSA));
        signer.spki[places[i]] ^= CONSTRUCTED;
    }
    assert_true(is_usable(tv_signer_spki(&signer), TV_KEY_RSA));
    tv_signer_close(&signer);
}

static void test_rsa_by_its_old_name(void **state)
{
    (void)state;
    static const uint8_t start[] = {0x30, 0x81, 0x9a, 0x30, 0x08, 0x06, 0x04,
                                    0x55, 0x08, 0x01, 0x01, 0x05, 0x00};
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_RSA, 1024);
    size_t rest = RSA_NULL + 2; // the bit string
    uint8_t spki[200];
    size_t len = sizeof(start) + signer.spki_len - rest;
    assert_true(len <= sizeof(spki));
    memcpy(spki, start, sizeof(start));
    memcpy(spki + sizeof(start), signer.spki + rest, signer.spki_len - rest);
    assert_true(is_usable((tv_span){spki, len}, TV_KEY_RSA));
    spki[10] = 2; // the arc next to it
    assert_false(is_usable((tv_span){spki, len}, TV_KEY_RSA));
    tv_signer_close(&signer);
}

static void test_rsa_fills_its_bit_string(void **state)
{
    (void)state;
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_RSA, 1024);
    uint8_t *longer = malloc(signer.spki_len + 1);
    assert_non_null(longer);
    memcpy(longer, signer.spki, signer.spki_len);
    longer[signer.spki_len] = 0; // behind the RSAPublicKey, and counted by both headers around it
    longer[2]++;
    longer[RSA_UNUSED_BITS - 1]++;
    assert_false(is_usable((tv_span){longer, signer.spki_len + 1}, TV_KEY_RSA));
    free(longer);
    tv_signer_close(&signer);
}

enum { P256_POINT = 26 }; // offset of the point in an uncompressed P-256 SPKI

static void test_points_lie_on_the_curve(void **state)
{
    (void)state;
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_EC_P256, 0);
    assert_int_equal(signer.spki_len, P256_POINT + 65);
    signer.spki[P256_POINT + 64] ^= 1; // another y
    assert_false(is_usable(tv_signer_spki(&signer), TV_KEY_EC_P256));
    tv_signer_close(&signer);
}

static void test_the_point_at_infinity_is_no_key(void **state)
{
    (void)state;
    static const uint8_t spki[] = {0x30, 0x19, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x02, 0x00, 0x00};
    assert_false(is_usable((tv_span){spki, sizeof(spki)}, TV_KEY_EC_P256));
}

static size_t encode_ec(uint8_t **out, int asn1_flag, point_conversion_form_t form)
{
    EC_KEY *ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    assert_non_null(ec);
    EC_KEY_set_asn1_flag(ec, asn1_flag);
    EC_KEY_set_conv_form(ec, form);
    assert_int_equal(EC_KEY_generate_key(ec), 1);
    *out = NULL;
    int len = i2d_EC_PUBKEY(ec, out);
    assert_true(len > 0);
    EC_KEY_free(ec);
    return (size_t)len;
}

static void test_a_compressed_point_is_a_key(void **state)
{
    (void)state;
    uint8_t *spki;
    size_t len = encode_ec(&spki, OPENSSL_EC_NAMED_CURVE, POINT_CONVERSION_COMPRESSED);
    assert_int_equal(len, P256_POINT + 33);
    assert_true(is_usable((tv_span){spki, len}, TV_KEY_EC_P256));
    OPENSSL_free(spki);
}

static void test_explicit_parameters_are_no_named_curve(void **state)
{
    (void)state;
    uint8_t *spki;
    size_t len = encode_ec(&spki, OPENSSL_EC_EXPLICIT_CURVE, POINT_CONVERSION_UNCOMPRESSED);
    assert_true(len > P256_POINT + 65);
    assert_false(is_usable((tv_span){spki, len}, TV_KEY_EC_P256));
    OPENSSL_free(spki);
}

static void test_ed25519_has_one_encoding(void **state)
{
    (void)state;
    tv_signer signer;
    tv_signer_open(&signer, TV_KEY_ED25519, 0);
    assert_int_equal(signer.spki_len, 44);
    for (size_t at = 0; at < 12; at++) {
        signer.spki[at] ^= 1;
        assert_false(is_usable(tv_signer_spki(&signer), TV_KEY_ED25519));
        signer.spki[at] ^= 1;
    }
    assert_true(is_usable(tv_signer_spki(&signer), TV_KEY_ED25519));
    tv_signer_close(&signer);
}

static void test_closing_nothing(void **state)
{
    (void)state;
    tv_key_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_is_of_one_kind),
        cmocka_unit_test(test_other_curves_are_not_used),
        cmocka_unit_test(test_a_key_fills_its_bytes),
        cmocka_unit_test(test_bounds_of_rsa),
        cmocka_unit_test(test_rsa_has_no_parameters),
        cmocka_unit_test(test_rsa_is_constructed_as_der_asks),
        cmocka_unit_test(test_rsa_by_its_old_name),
        cmocka_unit_test(test_rsa_fills_its_bit_string),
        cmocka_unit_test(test_points_lie_on_the_curve),
        cmocka_unit_test(test_the_point_at_infinity_is_no_key),
        cmocka_unit_test(test_a_compressed_point_is_a_key),
        cmocka_unit_test(test_explicit_parameters_are_no_named_curve),
        cmocka_unit_test(test_ed25519_has_one_encoding),
        cmocka_unit_test(test_closing_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
