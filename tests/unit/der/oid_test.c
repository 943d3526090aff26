// SPDX-License-Identifier: Apache-2.0
// The table of known OIDs against libcrypto: contents, place, names; and dotted decimal of any OID.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "der/oid.h"
#include "support/build.h"

#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>

static const struct {
    tv_oid oid;
    const char *dotted;
    const char *attribute;
    const char *name;
} rows[] = {
    {TV_OID_RSA_MD2, "1.2.840.113549.1.1.2", NULL, "md2WithRSAEncryption"},
    {TV_OID_RSA_MD4, "1.2.840.113549.1.1.3", NULL, "md4WithRSAEncryption"},
    {TV_OID_RSA_MD5, "1.2.840.113549.1.1.4", NULL, "md5WithRSAEncryption"},
    {TV_OID_RSA_SHA1, "1.2.840.113549.1.1.5", NULL, "sha1WithRSAEncryption"},
    {TV_OID_RSA_SHA224, "1.2.840.113549.1.1.14", NULL, "sha224WithRSAEncryption"},
    {TV_OID_RSA_SHA256, "1.2.840.113549.1.1.11", NULL, "sha256WithRSAEncryption"},
    {TV_OID_RSA_SHA384, "1.2.840.113549.1.1.12", NULL, "sha384WithRSAEncryption"},
    {TV_OID_RSA_SHA512, "1.2.840.113549.1.1.13", NULL, "sha512WithRSAEncryption"},
    {TV_OID_RSA_PSS, "1.2.840.113549.1.1.10", NULL, "RSASSA-PSS"},
    {TV_OID_ECDSA_SHA1, "1.2.840.10045.4.1", NULL, "ecdsa-with-SHA1"},
    {TV_OID_ECDSA_SHA224, "1.2.840.10045.4.3.1", NULL, "ecdsa-with-SHA224"},
    {TV_OID_ECDSA_SHA256, "1.2.840.10045.4.3.2", NULL, "ecdsa-with-SHA256"},
    {TV_OID_ECDSA_SHA384, "1.2.840.10045.4.3.3", NULL, "ecdsa-with-SHA384"},
    {TV_OID_ECDSA_SHA512, "1.2.840.10045.4.3.4", NULL, "ecdsa-with-SHA512"},
    {TV_OID_ED25519, "1.3.101.112", NULL, "Ed25519"},
    {TV_OID_ED448, "1.3.101.113", NULL, "Ed448"},
    {TV_OID_DSA_SHA1, "1.2.840.10040.4.3", NULL, "dsa-with-SHA1"},
    {TV_OID_DSA_SHA224, "2.16.840.1.101.3.4.3.1", NULL, "dsa-with-SHA224"},
    {TV_OID_DSA_SHA256, "2.16.840.1.101.3.4.3.2", NULL, "dsa-with-SHA256"},
    {TV_OID_OIW_RSA_SHA1, "1.3.14.3.2.29", NULL, "sha1WithRSA"},
    {TV_OID_RSA, "1.2.840.113549.1.1.1", NULL, "rsaEncryption"},
    {TV_OID_X500_RSA, "2.5.8.1.1", NULL, "rsa"},
    {TV_OID_EC, "1.2.840.10045.2.1", NULL, "id-ecPublicKey"},
    {TV_OID_DSA, "1.2.840.10040.4.1", NULL, "dsa"},
    {TV_OID_X25519, "1.3.101.110", NULL, "X25519"},
    {TV_OID_X448, "1.3.101.111", NULL, "X448"},
    {TV_OID_P192, "1.2.840.10045.3.1.1", NULL, "P192"},
    {TV_OID_P224, "1.3.132.0.33", NULL, "P224"},
    {TV_OID_P256, "1.2.840.10045.3.1.7", NULL, "P256"},
    {TV_OID_P384, "1.3.132.0.34", NULL, "P384"},
    {TV_OID_P521, "1.3.132.0.35", NULL, "P521"},
    {TV_OID_SECP256K1, "1.3.132.0.10", NULL, "secp256k1"},
    {TV_OID_BRAINPOOL_P256, "1.3.36.3.3.2.8.1.1.7", NULL, "brainpoolP256r1"},
    {TV_OID_BRAINPOOL_P384, "1.3.36.3.3.2.8.1.1.11", NULL, "brainpoolP384r1"},
    {TV_OID_BRAINPOOL_P512, "1.3.36.3.3.2.8.1.1.13", NULL, "brainpoolP512r1"},
    {TV_OID_SM2, "1.2.156.10197.1.301", NULL, "SM2"},
    {TV_OID_SHA1, "1.3.14.3.2.26", NULL, "SHA1"},
    {TV_OID_SHA224, "2.16.840.1.101.3.4.2.4", NULL, "SHA224"},
    {TV_OID_SHA256, "2.16.840.1.101.3.4.2.1", NULL, "SHA256"},
    {TV_OID_SHA384, "2.16.840.1.101.3.4.2.2", NULL, "SHA384"},
    {TV_OID_SHA512, "2.16.840.1.101.3.4.2.3", NULL, "SHA512"},
    {TV_OID_MGF1, "1.2.840.113549.1.1.8", NULL, "MGF1"},
    {TV_OID_EXT_SKI, "2.5.29.14", NULL, "subjectKeyIdentifier"},
    {TV_OID_EXT_KEY_USAGE, "2.5.29.15", NULL, "keyUsage"},
    {TV_OID_EXT_SAN, "2.5.29.17", NULL, "subjectAltName"},
    {TV_OID_EXT_ISSUER_ALT_NAME, "2.5.29.18", NULL, "issuerAltName"},
    {TV_OID_EXT_BASIC_CONSTRAINTS, "2.5.29.19", NULL, "basicConstraints"},
    {TV_OID_EXT_NAME_CONSTRAINTS, "2.5.29.30", NULL, "nameConstraints"},
    {TV_OID_EXT_CRL_DP, "2.5.29.31", NULL, "cRLDistributionPoints"},
    {TV_OID_EXT_POLICIES, "2.5.29.32", NULL, "certificatePolicies"},
    {TV_OID_EXT_POLICY_MAPPINGS, "2.5.29.33", NULL, "policyMappings"},
    {TV_OID_EXT_AKI, "2.5.29.35", NULL, "authorityKeyIdentifier"},
    {TV_OID_EXT_POLICY_CONSTRAINTS, "2.5.29.36", NULL, "policyConstraints"},
    {TV_OID_EXT_EKU, "2.5.29.37", NULL, "extKeyUsage"},
    {TV_OID_EXT_FRESHEST_CRL, "2.5.29.46", NULL, "freshestCRL"},
    {TV_OID_EXT_INHIBIT_ANY_POLICY, "2.5.29.54", NULL, "inhibitAnyPolicy"},
    {TV_OID_EXT_AIA, "1.3.6.1.5.5.7.1.1", NULL, "authorityInfoAccess"},
    {TV_OID_EXT_SIA, "1.3.6.1.5.5.7.1.11", NULL, "subjectInfoAccess"},
    {TV_OID_EXT_NETSCAPE_CERT_TYPE, "2.16.840.1.113730.1.1", NULL, "netscape-cert-type"},
    {TV_OID_EXT_PROXY_CERT_INFO, "1.3.6.1.5.5.7.1.14", NULL, "proxyCertInfo"},
    {TV_OID_EXT_OCSP_NO_CHECK, "1.3.6.1.5.5.7.48.1.5", NULL, "ocsp-nocheck"},
    {TV_OID_EXT_CT_POISON, "1.3.6.1.4.1.11129.2.4.3", NULL, "ct-precertificate-poison"},
    {TV_OID_EXT_CT_SCTS, "1.3.6.1.4.1.11129.2.4.2", NULL, "ct-precertificate-scts"},
    {TV_OID_EXT_TLS_FEATURE, "1.3.6.1.5.5.7.1.24", NULL, "tlsfeature"},
    {TV_OID_EKU_ANY, "2.5.29.37.0", NULL, "anyExtendedKeyUsage"},
    {TV_OID_EKU_SERVER_AUTH, "1.3.6.1.5.5.7.3.1", NULL, "serverAuth"},
    {TV_OID_EKU_CLIENT_AUTH, "1.3.6.1.5.5.7.3.2", NULL, "clientAuth"},
    {TV_OID_EKU_CODE_SIGNING, "1.3.6.1.5.5.7.3.3", NULL, "codeSigning"},
    {TV_OID_EKU_EMAIL, "1.3.6.1.5.5.7.3.4", NULL, "emailProtection"},
    {TV_OID_EKU_TIME_STAMPING, "1.3.6.1.5.5.7.3.8", NULL, "timeStamping"},
    {TV_OID_EKU_OCSP_SIGNING, "1.3.6.1.5.5.7.3.9", NULL, "OCSPSigning"},
    {TV_OID_EKU_MS_SGC, "1.3.6.1.4.1.311.10.3.3", NULL, "msSGC"},
    {TV_OID_EKU_NS_SGC, "2.16.840.1.113730.4.1", NULL, "nsSGC"},
    {TV_OID_ANY_POLICY, "2.5.29.32.0", NULL, "anyPolicy"},
    {TV_OID_AT_CN, "2.5.4.3", "CN", "commonName"},
    {TV_OID_AT_SN, "2.5.4.4", "SN", "surname"},
    {TV_OID_AT_SERIAL_NUMBER, "2.5.4.5", "serialNumber", "serialNumber"},
    {TV_OID_AT_C, "2.5.4.6", "C", "countryName"},
    {TV_OID_AT_L, "2.5.4.7", "L", "localityName"},
    {TV_OID_AT_ST, "2.5.4.8", "ST", "stateOrProvinceName"},
    {TV_OID_AT_STREET, "2.5.4.9", "STREET", "streetAddress"},
    {TV_OID_AT_O, "2.5.4.10", "O", "organizationName"},
    {TV_OID_AT_OU, "2.5.4.11", "OU", "organizationalUnitName"},
    {TV_OID_AT_TITLE, "2.5.4.12", "title", "title"},
    {TV_OID_AT_GIVEN_NAME, "2.5.4.42", "GN", "givenName"},
    {TV_OID_AT_INITIALS, "2.5.4.43", "initials", "initials"},
    {TV_OID_AT_GENERATION, "2.5.4.44", "generationQualifier", "generationQualifier"},
    {TV_OID_AT_DN_QUALIFIER, "2.5.4.46", "dnQualifier", "dnQualifier"},
    {TV_OID_AT_PSEUDONYM, "2.5.4.65", "pseudonym", "pseudonym"},
    {TV_OID_AT_DC, "0.9.2342.19200300.100.1.25", "DC", "domainComponent"},
    {TV_OID_AT_UID, "0.9.2342.19200300.100.1.1", "UID", "userId"},
    {TV_OID_AT_EMAIL, "1.2.840.113549.1.9.1", "emailAddress", "emailAddress"},
    {TV_OID_AT_ORG_IDENTIFIER, "2.5.4.97", "organizationIdentifier", "organizationIdentifier"},
};
#define NUM_ROWS (sizeof(rows) / sizeof(rows[0]))

static void test_rows(void **state)
{
    (void)state;
    bool seen[TV_OID_COUNT] = {false};
    assert_int_equal(NUM_ROWS, TV_OID_COUNT - 1);
    for (size_t i = 0; i < NUM_ROWS; i++) {
        ASN1_OBJECT *object = OBJ_txt2obj(rows[i].dotted, 1);
        assert_non_null(object);
        tv_span contents = {OBJ_get0_data(object), OBJ_length(object)};
        if (tv_oid_find(contents) != rows[i].oid) {
            print_error("%s: not found; its place is %u\n", rows[i].dotted,
                        (unsigned)tv_oid_place(contents));
        }
        assert_int_equal(tv_oid_find(contents), rows[i].oid);
        assert_false(seen[rows[i].oid]);
        seen[rows[i].oid] = true;
        assert_string_equal(tv_oid_name(rows[i].oid), rows[i].name);
        if (rows[i].attribute == NULL) {
            assert_null(tv_oid_attribute(rows[i].oid));
        } else {
            assert_string_equal(tv_oid_attribute(rows[i].oid), rows[i].attribute);
        }
        char dotted[64];
        assert_true(tv_oid_dotted(contents, dotted, sizeof(dotted)));
        assert_string_equal(dotted, rows[i].dotted);
        ASN1_OBJECT_free(object);
    }
}

// Short names of attributes and names of signature algorithms are those of libcrypto, where it has
// the OID under that name.
static void test_names_of_libcrypto(void **state)
{
    (void)state;
    size_t attributes = 0;
    size_t signatures = 0;
    for (size_t i = 0; i < NUM_ROWS; i++) {
        int nid = OBJ_txt2nid(rows[i].dotted);
        if (rows[i].attribute != NULL && rows[i].oid != TV_OID_AT_STREET) {
            assert_string_equal(rows[i].attribute, OBJ_nid2sn(nid));
            attributes++;
        }
        if (rows[i].oid <= TV_OID_RSA_SHA512 ||
            (rows[i].oid >= TV_OID_ECDSA_SHA1 && rows[i].oid <= TV_OID_ECDSA_SHA512)) {
            assert_string_equal(rows[i].name, OBJ_nid2ln(nid));
            signatures++;
        }
    }
    assert_int_equal(attributes, 18);
    assert_int_equal(signatures, 13);
}

static void test_unknown(void **state)
{
    static const char *const contents[] = {
        "",
        "55",
        "5504",
        "55047f",
        "551d",
        "550400",
        "2a864886f70d010163",
        "2a864886f70d0101",
        "2a864886f70d01010b00",
        "2b0601050507030163",
        "ffffffffffffffffffff",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        assert_int_equal(tv_oid_find(TV_HEX(contents[i])), TV_OID_UNKNOWN);
    }
    assert_string_equal(tv_oid_name(TV_OID_UNKNOWN), "unknown");
    assert_null(tv_oid_attribute(TV_OID_UNKNOWN));
}

static void test_dotted(void **state)
{
    static const struct {
        const char *contents;
        const char *dotted; // NULL: not an OID
    } cases[] = {
        {"00", "0.0"},
        {"27", "0.39"},
        {"28", "1.0"},
        {"4f", "1.39"},
        {"50", "2.0"},
        {"51", "2.1"},
        {"7f", "2.47"},
        {"8100", "2.48"},
        {"8814", "2.964"},
        {"8837", "2.999"},
        {"2b8080", NULL},
        {"2a8648", "1.2.840"},
        {"2a0000", "1.2.0.0"},
        {"2b06010401d679020402", "1.3.6.1.4.1.11129.2.4.2"},
        {"2bffffffffffffffff7f", "1.3.9223372036854775807"},
        {"2b81ffffffffffffffff7f", "1.3.18446744073709551615"},
        {"6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776",
         "2.25.329800735698586629295641978511506172918"},
        {"2b83ffffffffffffffffffffffffffffffffff7f", "1.3.340282366920938463463374607431768211455"},
        {"2bffffffffffffffffffffffffffffffffffffff7f", NULL},
        {"", NULL},
        {"80", NULL},
        {"8001", NULL},
        {"2a80", NULL},
        {"2a8001", NULL},
        {"2a86", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char dotted[128] = "untouched";
        bool good = tv_oid_dotted(TV_HEX(cases[i].contents), dotted, sizeof(dotted));
        assert_int_equal(good, cases[i].dotted != NULL);
        assert_string_equal(dotted, good ? cases[i].dotted : "");
        if (good) {
            uint8_t back[64];
            size_t len;
            assert_true(tv_oid_from_dotted(tv_build_text(dotted), back, sizeof(back), &len));
            assert_int_equal(len, TV_HEX(cases[i].contents).len);
            assert_memory_equal(back, TV_HEX(cases[i].contents).ptr, len);
        }
    }
}

static void test_texts_that_are_no_oid(void **state)
{
    static const char *const cases[] = {
        "",
        "1",
        "1.",
        ".1",
        "3.1",
        "1.40",
        "1.100",
        "0.40",
        "01.2",
        "1.02",
        "1..2",
        "1.2.",
        "1.2 ",
        " 1.2",
        "1.2.a",
        "1.2.-3",
        "1,2",
        "10.2",
        "any",
        "1.2.00",
        "2.99999999999999999999999999999999999999993", // 41 digits
        "2.999999999999999999999999999999999999930",   // with 80 more it has 40
    };
    (void)state;
    uint8_t out[64];
    size_t len;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("%s\n", cases[i]);
        assert_false(tv_oid_from_dotted(tv_build_text(cases[i]), out, sizeof(out), &len));
    }
    // Contents that fit exactly, and not with a byte less.
    assert_true(tv_oid_from_dotted(tv_build_text("1.2.840.113549"), out, 6, &len));
    assert_int_equal(len, 6);
    assert_false(tv_oid_from_dotted(tv_build_text("1.2.840.113549"), out, 5, &len));
    assert_false(tv_oid_from_dotted(tv_build_text("1.2"), out, 0, &len));
}

static void test_dotted_is_cut(void **state)
{
    (void)state;
    static const char whole[] = "1.2.840.113549";
    for (size_t cap = 1; cap <= sizeof(whole) + 1; cap++) {
        char dotted[32];
        memset(dotted, 'x', sizeof(dotted));
        assert_true(tv_oid_dotted(TV_HEX("2a864886f70d"), dotted, cap));
        size_t len = cap - 1 < sizeof(whole) - 1 ? cap - 1 : sizeof(whole) - 1;
        assert_memory_equal(dotted, whole, len);
        assert_int_equal(dotted[len], '\0');
        assert_int_equal(dotted[cap], 'x');
    }
    assert_true(tv_oid_dotted(TV_HEX("2a03"), NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),          cmocka_unit_test(test_names_of_libcrypto),
        cmocka_unit_test(test_unknown),       cmocka_unit_test(test_dotted),
        cmocka_unit_test(test_dotted_is_cut), cmocka_unit_test(test_texts_that_are_no_oid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
