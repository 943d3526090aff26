// SPDX-License-Identifier: Apache-2.0
// What AlgorithmIdentifiers say of signatures and of keys: parameters right, odd and wrong.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "cert/alg.h"
#include "support/build.h"

#define SHA256_RSA "06092a864886f70d01010b"
// INTEGERs of 160 and of 159 bits.
#define Q_160 "0215 008000000000000000000000000000000000000000"
#define Q_159 "0214 7fffffffffffffffffffffffffffffffffffffff"
#define ECDSA_SHA384 "06082a8648ce3d040303"
#define PSS "06092a864886f70d01010a"
#define RSA "06092a864886f70d010101"
#define EC "06072a8648ce3d0201"
#define P256 "06082a8648ce3d030107"
#define SHA256 "300b 0609608648016503040201"
#define MGF1_SHA256 "3018 06092a864886f70d010108 " SHA256

static void test_read(void **state)
{
    static const struct {
        const char *hex;
        bool good;
        bool has_parameters;
    } cases[] = {
        {SHA256_RSA, true, false},
        {SHA256_RSA "0500", true, true},
        {SHA256_RSA "050100", false, false}, // a NULL that is not empty
        {SHA256_RSA "0500 0500", false, false},
        {SHA256_RSA "0501", false, false},
        {SHA256_RSA "2400", false, false},
        {"06022a03 3000", true, true},
        {"06022a83", false, false},
        {"0600", false, false},
        {"0500", false, false},
        {"", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_alg alg;
        assert_int_equal(tv_alg_read(TV_HEX(cases[i].hex), &alg), cases[i].good);
        if (cases[i].good) {
            assert_int_equal(alg.has_parameters, cases[i].has_parameters);
        }
    }
}

static void test_signature(void **state)
{
    static const struct {
        const char *hex;
        tv_sig_alg expected;
    } cases[] = {
        {SHA256_RSA "0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}},
        {SHA256_RSA, {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0}},
        {SHA256_RSA "3000", {0}},
        {"06092a864886f70d010102 0500", {TV_SIG_RSA_PKCS1, TV_HASH_MD2, 0, 0}},
        {"06092a864886f70d010103 0500", {TV_SIG_RSA_PKCS1, TV_HASH_MD4, 0, 0}},
        {"06092a864886f70d010104 0500", {TV_SIG_RSA_PKCS1, TV_HASH_MD5, 0, 0}},
        {"06092a864886f70d010105 0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, 0, 0}},
        {"06092a864886f70d01010e 0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA224, 0, 0}},
        {"06092a864886f70d01010c 0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA384, 0, 0}},
        {"06092a864886f70d01010d 0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA512, 0, 0}},
        {"06052b0e03021d 0500", {TV_SIG_RSA_PKCS1, TV_HASH_SHA1, 0, 0}},
        {"06072a8648ce3d0401", {TV_SIG_ECDSA, TV_HASH_SHA1, 0, 0}},
        {"06082a8648ce3d040301", {TV_SIG_ECDSA, TV_HASH_SHA224, 0, 0}},
        {"06082a8648ce3d040302", {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0}},
        {ECDSA_SHA384, {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}},
        {ECDSA_SHA384 "0500", {TV_SIG_ECDSA, TV_HASH_SHA384, 0, 0}},
        {ECDSA_SHA384 P256, {0}},
        {"06082a8648ce3d040304", {TV_SIG_ECDSA, TV_HASH_SHA512, 0, 0}},
        {"06032b6570", {TV_SIG_ED25519, 0, 0, 0}},
        {"06032b6570 0500", {0}},
        {"06032b6571", {TV_SIG_ED448, 0, 0, 0}},
        {"06072a8648ce380403", {TV_SIG_DSA, TV_HASH_SHA1, 0, 0}},
        {"0609608648016503040301", {TV_SIG_DSA, TV_HASH_SHA224, 0, 0}},
        {"0609608648016503040302", {TV_SIG_DSA, TV_HASH_SHA256, 0, 0}},
        {RSA "0500", {0}}, // of a key, not of a signature
        {"06022a03", {0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_alg alg;
        assert_true(tv_alg_read(TV_HEX(cases[i].hex), &alg));
        tv_sig_alg out = tv_alg_signature(&alg);
        if (out.kind != cases[i].expected.kind) {
            print_error("%s\n", cases[i].hex);
        }
        assert_int_equal(out.kind, cases[i].expected.kind);
        assert_int_equal(out.hash, cases[i].expected.hash);
        assert_int_equal(out.mgf_hash, 0);
        assert_int_equal(out.salt_len, 0);
    }
}

static void test_pss(void **state)
{
    static const struct {
        const char *parameters; // contents of the SEQUENCE
        bool good;
        uint8_t hash, mgf_hash;
        uint16_t salt_len;
    } cases[] = {
        {"", true, TV_HASH_SHA1, TV_HASH_SHA1, 20},
        {"a00d " SHA256 " a11a " MGF1_SHA256 " a203 020120", true, TV_HASH_SHA256, TV_HASH_SHA256,
         32},
        {"a00f 300d 0609608648016503040201 0500 a11a " MGF1_SHA256, true, TV_HASH_SHA256,
         TV_HASH_SHA256, 20},
        {"a00d 300b 0609608648016503040202", true, TV_HASH_SHA384, TV_HASH_SHA1, 20},
        {"a00d 300b 0609608648016503040203", true, TV_HASH_SHA512, TV_HASH_SHA1, 20},
        {"a00d 300b 0609608648016503040204", true, TV_HASH_SHA224, TV_HASH_SHA1, 20},
        {"a009 3007 06052b0e03021a", true, TV_HASH_SHA1, TV_HASH_SHA1,
         20}, // a default, written out
        {"a303 020101", true, TV_HASH_SHA1, TV_HASH_SHA1, 20},
        {"a203 020100", true, TV_HASH_SHA1, TV_HASH_SHA1, 0},
        {"a205 020300ffff", true, TV_HASH_SHA1, TV_HASH_SHA1, 65535},
        {"a205 0203010000", false, 0, 0, 0},
        {"a203 0201ff", false, 0, 0, 0},
        {"a204 02020020", false, 0, 0, 0},
        {"a205 020120 0500", false, 0, 0, 0},
        {"a200", false, 0, 0, 0},
        {"a303 020102", false, 0, 0, 0},
        {"a00a 3008 06062a864886f70d", false, 0, 0, 0}, // a hash that is not known
        {"a00f 300d 0609608648016503040201 3000", false, 0, 0, 0},
        {"a000", false, 0, 0, 0},
        {"a11a 3018 06092a864886f70d010107 " SHA256, false, 0, 0, 0}, // not MGF1
        {"a10d 300b 06092a864886f70d010108", false, 0, 0, 0},         // MGF1 of no hash
        {"a203 020120 a00d " SHA256, false, 0, 0, 0},                 // out of order
        {"a400", false, 0, 0, 0},
        {"0500", false, 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_alg alg;
        assert_true(
            tv_alg_read(TV_JOIN(TV_HEX(PSS), TV_TLV(0x30, TV_HEX(cases[i].parameters))), &alg));
        tv_sig_alg out = tv_alg_signature(&alg);
        if ((out.kind == TV_SIG_RSA_PSS) != cases[i].good) {
            print_error("%s\n", cases[i].parameters);
        }
        assert_int_equal(out.kind, cases[i].good ? TV_SIG_RSA_PSS : TV_SIG_UNKNOWN);
        assert_int_equal(out.hash, cases[i].hash);
        assert_int_equal(out.mgf_hash, cases[i].mgf_hash);
        assert_int_equal(out.salt_len, cases[i].salt_len);
    }
    tv_alg alg;
    assert_true(tv_alg_read(TV_HEX(PSS), &alg));
    assert_int_equal(tv_alg_signature(&alg).kind, TV_SIG_UNKNOWN);
    assert_true(tv_alg_read(TV_HEX(PSS "0500"), &alg));
    assert_int_equal(tv_alg_signature(&alg).kind, TV_SIG_UNKNOWN);
}

#define RSA_KEY(modulus) "30 08 02 03 " modulus " 02 01 03"

static const struct {
    const char *name;
    const char *alg;
    const char *bits; // hex, then `fill` times 0x11
    size_t fill;
    tv_key_kind kind;
    uint16_t size;
} keys[] = {
    {"RSA", RSA "0500", RSA_KEY("00ffff"), 0, TV_KEY_RSA, 16},
    {"RSA, 23 bits", RSA "0500", RSA_KEY("7fffff"), 0, TV_KEY_RSA, 23},
    {"RSA, 17 bits", RSA "0500", RSA_KEY("01ffff"), 0, TV_KEY_RSA, 17},
    {"RSA, no parameters", RSA, RSA_KEY("01ffff"), 0, TV_KEY_RSA, 17},
    {"RSA, parameters", RSA "3000", RSA_KEY("01ffff"), 0, TV_KEY_UNKNOWN, 0},
    {"RSA, negative modulus", RSA "0500", RSA_KEY("80ffff"), 0, TV_KEY_UNKNOWN, 0},
    {"RSA, modulus not minimal", RSA "0500", RSA_KEY("007fff"), 0, TV_KEY_UNKNOWN, 0},
    {"RSA, modulus zero", RSA "0500", "3006 020100 020103", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, modulus one", RSA "0500", "3006 020101 020103", 0, TV_KEY_RSA, 1},
    {"RSA, exponent zero", RSA "0500", "3006 020103 020100", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, exponent negative", RSA "0500", "3006 020103 0201ff", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, no exponent", RSA "0500", "3003 020103", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, three numbers", RSA "0500", "3009 020103 020103 020103", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, bytes after it", RSA "0500", RSA_KEY("01ffff") "00", 0, TV_KEY_UNKNOWN, 0},
    {"RSA, nothing", RSA "0500", "", 0, TV_KEY_UNKNOWN, 0},
    {"RSA-PSS", PSS, RSA_KEY("01ffff"), 0, TV_KEY_RSA_PSS, 17},
    {"RSA-PSS, restricted", PSS "300f a00d " SHA256, RSA_KEY("01ffff"), 0, TV_KEY_RSA_PSS, 17},
    {"RSA-PSS, NULL", PSS "0500", RSA_KEY("01ffff"), 0, TV_KEY_UNKNOWN, 0},
    {"RSA-PSS, bad parameters", PSS "3002 0500", RSA_KEY("01ffff"), 0, TV_KEY_UNKNOWN, 0},
    {"P-256", EC P256, "04", 64, TV_KEY_EC_P256, 256},
    {"P-256, compressed", EC P256, "02", 32, TV_KEY_EC_P256, 256},
    {"P-256, compressed, odd", EC P256, "03", 32, TV_KEY_EC_P256, 256},
    {"P-256, hybrid", EC P256, "06", 64, TV_KEY_EC_P256, 256},
    {"P-256, short", EC P256, "04", 63, TV_KEY_UNKNOWN, 0},
    {"P-256, long", EC P256, "04", 65, TV_KEY_UNKNOWN, 0},
    {"P-256, half", EC P256, "04", 32, TV_KEY_UNKNOWN, 0},
    {"P-256, compressed twice as long", EC P256, "02", 64, TV_KEY_UNKNOWN, 0},
    {"P-256, infinity", EC P256, "00", 0, TV_KEY_UNKNOWN, 0},
    {"P-256, form 5", EC P256, "05", 64, TV_KEY_UNKNOWN, 0},
    {"P-256, nothing", EC P256, "", 0, TV_KEY_UNKNOWN, 0},
    {"P-384", EC "06052b81040022", "04", 96, TV_KEY_EC_P384, 384},
    {"P-521", EC "06052b81040023", "04", 132, TV_KEY_EC_P521, 521},
    {"P-521, compressed", EC "06052b81040023", "02", 66, TV_KEY_EC_P521, 521},
    {"P-192", EC "06082a8648ce3d030101", "04", 48, TV_KEY_EC_OTHER, 192},
    {"P-224", EC "06052b81040021", "04", 56, TV_KEY_EC_OTHER, 224},
    {"secp256k1", EC "06052b8104000a", "04", 64, TV_KEY_EC_OTHER, 256},
    {"brainpoolP384r1", EC "06092b240303020801010b", "04", 96, TV_KEY_EC_OTHER, 384},
    {"SM2", EC "06082a811ccf5501822d", "04", 64, TV_KEY_EC_OTHER, 256},
    {"a curve nobody knows", EC "06022a03", "04", 9, TV_KEY_EC_OTHER, 0},
    {"explicit curve", EC "3000", "04", 64, TV_KEY_EC_OTHER, 0},
    {"implicit curve", EC "0500", "04", 64, TV_KEY_UNKNOWN, 0},
    {"no curve", EC, "04", 64, TV_KEY_UNKNOWN, 0},
    {"Ed25519", "06032b6570", "", 32, TV_KEY_ED25519, 256},
    {"Ed25519, short", "06032b6570", "", 31, TV_KEY_UNKNOWN, 0},
    {"Ed25519, parameters", "06032b6570 0500", "", 32, TV_KEY_UNKNOWN, 0},
    {"Ed448", "06032b6571", "", 57, TV_KEY_ED448, 456},
    {"Ed448, as long as Ed25519", "06032b6571", "", 32, TV_KEY_UNKNOWN, 0},
    {"X25519", "06032b656e", "", 32, TV_KEY_X25519, 256},
    {"X25519, long", "06032b656e", "", 33, TV_KEY_UNKNOWN, 0},
    {"X448", "06032b656f", "", 56, TV_KEY_X448, 448},
    {"DSA", "06072a8648ce380401 301f 020300ffff " Q_160 " 020102", "020105", 0, TV_KEY_DSA, 16},
    {"DSA, a small q", "06072a8648ce380401 301e 020300ffff " Q_159 " 020102", "020105", 0,
     TV_KEY_UNKNOWN, 0},
    {"DSA, no q", "06072a8648ce380401 3005 020300ffff", "020105", 0, TV_KEY_UNKNOWN, 0},
    {"DSA, inherited", "06072a8648ce380401", "020105", 0, TV_KEY_DSA, 0},
    {"DSA, no p", "06072a8648ce380401 3000", "020105", 0, TV_KEY_UNKNOWN, 0},
    {"DSA, parameters of no kind", "06072a8648ce380401 0201 05", "020105", 0, TV_KEY_UNKNOWN, 0},
    {"DSA, no y", "06072a8648ce380401 301f 020300ffff " Q_160 " 020102", "0500", 0, TV_KEY_UNKNOWN,
     0},
    {"an algorithm of signatures", SHA256_RSA "0500", RSA_KEY("01ffff"), 0, TV_KEY_UNKNOWN, 0},
    {"an algorithm nobody knows", "06022a03", "04", 64, TV_KEY_UNKNOWN, 0},
};

static void test_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        tv_alg alg;
        uint16_t bits = 77;
        assert_true(tv_alg_read(TV_HEX(keys[i].alg), &alg));
        tv_span contents = TV_JOIN(TV_HEX(keys[i].bits), tv_build_fill(0x11, keys[i].fill));
        tv_key_kind kind = tv_alg_key(&alg, contents, &bits);
        if (kind != keys[i].kind || bits != keys[i].size) {
            print_error("%s\n", keys[i].name);
        }
        assert_int_equal(kind, keys[i].kind);
        assert_int_equal(bits, keys[i].size);
    }
}

// A modulus of more bits than the view can count is shown as the largest number.
static void test_huge_modulus(void **state)
{
    (void)state;
    tv_alg alg;
    uint16_t bits = 0;
    assert_true(tv_alg_read(TV_HEX(RSA "0500"), &alg));
    tv_span key = TV_TLV(0x30, TV_TLV(0x02, tv_build_fill(0x11, 10000)), TV_HEX("0203010001"));
    assert_int_equal(tv_alg_key(&alg, key, &bits), TV_KEY_RSA);
    assert_int_equal(bits, UINT16_MAX);
}

static void test_a_curve_that_is_spelled_out(void **state)
{
    static const struct {
        tv_key_kind key;
        const char *hex;
        bool spelled;
    } cases[] = {
        {TV_KEY_EC_OTHER, "3010 300b " EC " 3000 030100", true},
        {TV_KEY_EC_OTHER, "3015 3010 06072a8648ce3d0201 06052b8104000a 030100", false},
        {TV_KEY_EC_OTHER, "300e 3009 06072a8648ce3d0201 030100", false},
        {TV_KEY_EC_OTHER, "3000", false},
        {TV_KEY_EC_OTHER, "", false},
        {TV_KEY_EC_P256, "3010 300b " EC " 3000 030100", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_cert cert = {.key = (uint8_t)cases[i].key, .spki = TV_HEX(cases[i].hex)};
        assert_int_equal(tv_alg_spells_curve(&cert), cases[i].spelled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),      cmocka_unit_test(test_a_curve_that_is_spelled_out),
        cmocka_unit_test(test_signature), cmocka_unit_test(test_pss),
        cmocka_unit_test(test_key),       cmocka_unit_test(test_huge_modulus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
