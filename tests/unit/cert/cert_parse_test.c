// SPDX-License-Identifier: Apache-2.0
// Certificates field by field, right, odd and wrong; and certificates that libcrypto signed, whose
// views have to agree with libcrypto's.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "support/agree.h"
#include "support/build.h"
#include "support/mint.h"

#include <stdlib.h>

#define ALGORITHM "300a 06082a8648ce3d040302"
#define KEY_ALGORITHM "3013 06072a8648ce3d0201 06082a8648ce3d030107"
#define UTC(text) "170d" text
#define DAY "3234303130313030303030305a" // 240101000000Z

typedef struct field_case {
    const char *name;
    size_t field;     // offset in tv_build_fields
    const char *hex;  // the field, with its header; "" leaves it out
    const char *what; // NULL: no problem
} field_case;

#define FIELD(name) offsetof(tv_build_fields, name)

static const field_case cases[] = {
    {"version 1, left out", FIELD(version), "", NULL},
    {"version 1, written out", FIELD(version), "a003 020100", NULL},
    {"version 2", FIELD(version), "a003 020101", NULL},
    {"version 4", FIELD(version), "a003 020103", NULL},
    {"version negative", FIELD(version), "a003 0201ff", NULL},
    {"version huge", FIELD(version), "a006 02047fffffff", NULL},
    {"version not minimal", FIELD(version), "a004 02020002", "version is not in shortest form"},
    {"version empty", FIELD(version), "a002 0200", "version is not in shortest form"},
    {"version not an INTEGER", FIELD(version), "a003 0a0102", "version is not an INTEGER"},
    {"version, nothing", FIELD(version), "a000", "version is not an INTEGER"},
    {"version, bytes after it", FIELD(version), "a005 020102 0500", "bytes after the version"},
    {"version not wrapped", FIELD(version), "020102", "signature algorithm is missing"},
    {"version implicit", FIELD(version), "800102", "serial number is missing or not an INTEGER"},

    {"serial negative", FIELD(serial), "0201ff", NULL},
    {"serial zero", FIELD(serial), "020100", NULL},
    {"serial of 21 bytes", FIELD(serial), "0215 7f00000000000000000000000000000000000000aa", NULL},
    {"serial empty", FIELD(serial), "0200", "serial number is not in shortest form"},
    {"serial padded", FIELD(serial), "02020005", "serial number is not in shortest form"},
    {"serial padded, negative", FIELD(serial), "0202ff85", "serial number is not in shortest form"},
    {"serial missing", FIELD(serial), "", "serial number is missing or not an INTEGER"},
    {"serial not an INTEGER", FIELD(serial), "0c0105",
     "serial number is missing or not an INTEGER"},

    // What is missing is seen where the next field stands in its place.
    {"inner algorithm missing", FIELD(inner_algorithm), "", "RDN is malformed"},
    {"inner algorithm another", FIELD(inner_algorithm), "300a 06082a8648ce3d040303",
     "signature algorithms differ"},
    {"inner algorithm with NULL", FIELD(inner_algorithm), "300c 06082a8648ce3d040302 0500",
     "signature algorithms differ"},
    {"outer algorithm with NULL", FIELD(outer_algorithm), "300c 06082a8648ce3d040302 0500",
     "signature algorithms differ"},
    {"outer algorithm malformed", FIELD(outer_algorithm), "3002 0500",
     "signature algorithm is malformed"},
    {"outer algorithm missing", FIELD(outer_algorithm), "",
     "signature algorithm is missing or not a SEQUENCE"},

    {"issuer empty", FIELD(issuer), "3000", NULL},
    {"issuer missing", FIELD(issuer), "", "RDN is malformed"},
    {"issuer not a SEQUENCE", FIELD(issuer), "3100", "issuer is missing or not a SEQUENCE"},
    {"issuer malformed", FIELD(issuer), "3002 3000", "RDN is malformed"},
    {"subject empty", FIELD(subject), "3000", NULL},
    {"subject not a SEQUENCE", FIELD(subject), "0500", "subject is missing or not a SEQUENCE"},
    {"subject not UTF-8", FIELD(subject), "300c 310a 3008 0603550403 0c01 ff",
     "text in a name is not UTF-8"},

    {"validity not a SEQUENCE", FIELD(validity), "0500", "validity is missing or not a SEQUENCE"},
    {"validity empty", FIELD(validity), "3000", "notBefore is missing or not a time"},
    {"validity half", FIELD(validity), "300f " UTC(DAY), "notAfter is missing or not a time"},
    {"validity and more", FIELD(validity), "3020 " UTC(DAY) UTC(DAY) "0500",
     "bytes after notAfter"},
    {"notBefore of no time type", FIELD(validity), "301e 0c0d" DAY UTC(DAY),
     "notBefore is missing or not a time"},
    {"notBefore without seconds", FIELD(validity), "301c 170b 323430313031303030305a" UTC(DAY),
     "time is not of the form that RFC 5280 asks for"},
    {"notAfter with an offset", FIELD(validity),
     "3022 " UTC(DAY) "1711 3234303130313030303030302b30303030",
     "time is not of the form that RFC 5280 asks for"},
    {"notAfter on the 32nd", FIELD(validity), "301e " UTC(DAY) "170d 3234303133323030303030305a",
     "time is not of the form that RFC 5280 asks for"},
    {"GeneralizedTime before 2050", FIELD(validity),
     "3020 " UTC(DAY) "180f 32303234303130313030303030305a", NULL},

    {"key not a SEQUENCE", FIELD(spki), "0500", "public key is missing or not a SEQUENCE"},
    {"key without algorithm", FIELD(spki), "3000", "public key has no algorithm"},
    {"key algorithm malformed", FIELD(spki), "3006 3000 0302 0004",
     "algorithm of the public key is malformed"},
    {"key without bits", FIELD(spki), "3015 " KEY_ALGORITHM, "public key is not a BIT STRING"},
    {"key with 4 unused bits", FIELD(spki), "3019 " KEY_ALGORITHM "0302 0410",
     "public key is not a whole number of bytes"},
    {"key, bytes after it", FIELD(spki), "301b " KEY_ALGORITHM "0302 0004 0500",
     "bytes after the public key"},
    {"key that is no point", FIELD(spki), "3019 " KEY_ALGORITHM "0302 0004", NULL},

    {"unique identifiers", FIELD(unique_ids), "8102 00aa 8202 00bb", NULL},
    {"issuer identifier", FIELD(unique_ids), "8102 00aa", NULL},
    {"subject identifier", FIELD(unique_ids), "8202 04a0", NULL},
    {"identifiers out of order", FIELD(unique_ids), "8202 00bb 8102 00aa",
     "unexpected field in the certificate"},
    {"identifier empty", FIELD(unique_ids), "8100", "unique identifier is not a BIT STRING"},
    {"identifier of 9 unused bits", FIELD(unique_ids), "8202 09bb",
     "unique identifier is not a BIT STRING"},
    {"identifier constructed", FIELD(unique_ids), "a104 0302 00aa",
     "unexpected field in the certificate"},

    {"extensions, nothing", FIELD(after_extensions), "a300", "extensions are not a SEQUENCE"},
    {"extensions not a SEQUENCE", FIELD(after_extensions), "a302 3100",
     "extensions are not a SEQUENCE"},
    {"extensions empty", FIELD(after_extensions), "a302 3000", NULL},
    {"extensions, bytes after them", FIELD(after_extensions), "a304 3000 0500",
     "bytes after the extensions"},
    {"extensions twice", FIELD(after_extensions), "a302 3000 a302 3000",
     "unexpected field in the certificate"},
    {"a field [4]", FIELD(after_extensions), "a402 3000", "unexpected field in the certificate"},
    {"a truncated field", FIELD(after_extensions), "a305 3000", "truncated"},

    {"signature missing", FIELD(signature), "", "signature is missing or not a BIT STRING"},
    {"signature an OCTET STRING", FIELD(signature), "0402 abcd",
     "signature is missing or not a BIT STRING"},
    {"signature with unused bits", FIELD(signature), "0303 04abc0",
     "signature is not a whole number of bytes"},
    {"signature without count", FIELD(signature), "0300",
     "signature is not a whole number of bytes"},
    {"signature constructed", FIELD(signature), "2305 0303 00abcd",
     "signature is missing or not a BIT STRING"},
    {"signature of a long length", FIELD(signature), "038103 00abcd",
     "length not in shortest form"},
    {"signature empty", FIELD(signature), "0301 00", NULL},
    {"bytes after the signature", FIELD(after_signature), "0500", "bytes after the signature"},
    {"trailing bytes", FIELD(trailing), "00", "trailing bytes after the certificate"},
};

static void set_field(tv_build_fields *fields, size_t field, tv_span value)
{
    *(tv_span *)((uint8_t *)fields + field) = value;
}

static void test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_build_fields fields = {.issuer = tv_build_name("x")};
        set_field(&fields, cases[i].field, TV_HEX(cases[i].hex));
        tv_span der = tv_build_cert(&fields);
        tv_cert view;
        tv_cert_problem problem;
        bool good = tv_cert_parse(&view, der, &problem);
        if (good != (cases[i].what == NULL)) {
            print_error("%s\n", cases[i].name);
        }
        assert_int_equal(good, cases[i].what == NULL);
        if (!good) {
            assert_string_equal(problem.what, cases[i].what);
            assert_true(problem.offset <= der.len);
        }
        tv_agree(&view, good);
    }
}

static void test_offsets(void **state)
{
    static const struct {
        size_t field;
        const char *hex;
        size_t offset; // from the start of the field
    } offsets[] = {
        {FIELD(serial), "02020005", 0},
        {FIELD(issuer), "300c 310a 3008 0603550403 0c01 ff", 11},
        {FIELD(validity), "301c 170b 323430313031303030305a" UTC(DAY), 2},
        {FIELD(after_extensions), "a40a 300a", 0},
        {FIELD(after_extensions), "a304 3000 0500", 4},
        {FIELD(trailing), "00", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        tv_build_fields fields = {0};
        tv_span field = TV_HEX(offsets[i].hex);
        set_field(&fields, offsets[i].field, field);
        tv_span der = tv_build_cert(&fields);
        size_t start = 0;
        while (memcmp(der.ptr + start, field.ptr, field.len) != 0) {
            start++;
        }
        if (offsets[i].field == FIELD(trailing)) {
            start = der.len - 1;
        }
        tv_cert view;
        tv_cert_problem problem;
        assert_false(tv_cert_parse(&view, der, &problem));
        assert_int_equal(problem.offset, start + offsets[i].offset);
    }
}

static void test_versions(void **state)
{
    static const struct {
        const char *hex;
        uint8_t version;
    } versions[] = {
        {"", 1},
        {"a003 020100", 1},
        {"a003 020101", 2},
        {"a003 020102", 3},
        {"a003 020109", 10},
        {"a004 020200fd", 254},
        {"a004 020200fe", 255},
        {"a004 020200ff", 255},
        {"a003 0201ff", 255},
        {"a006 02047fffffff", 255},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        tv_cert view;
        tv_cert_problem problem;
        tv_span der = tv_build_cert(&(tv_build_fields){.version = TV_HEX(versions[i].hex)});
        assert_true(tv_cert_parse(&view, der, &problem));
        assert_int_equal(view.version, versions[i].version);
    }
}

// The whole view of a plain certificate.
static void test_view(void **state)
{
    (void)state;
    tv_cert view;
    tv_cert_problem problem;
    tv_span der = tv_build_cert(&(tv_build_fields){.version = {NULL, 0}});
    assert_true(tv_cert_parse(&view, der, &problem));
    assert_true(tv_span_equal(view.der, der));
    assert_ptr_equal(view.tbs.ptr, der.ptr + 4 - (der.len < 260 ? 1 : 0));
    assert_true(tv_span_equal(view.signature, TV_HEX("abcd")));
    assert_true(tv_span_equal(view.sig_alg_der, TV_HEX(ALGORITHM)));
    assert_true(tv_span_equal(view.serial, TV_HEX("05")));
    assert_true(tv_span_equal(view.issuer, tv_build_name("issuer")));
    assert_true(tv_span_equal(view.subject, tv_build_name("subject")));
    assert_int_equal(view.key_bits.len, 65);
    assert_int_equal(view.spki.len, 2 + 21 + 2 + 66);
    assert_int_equal(view.extensions.len, 0);
    assert_true(view.not_before == INT64_C(1704067200));
    assert_true(view.not_after == INT64_C(2019686400));
    assert_int_equal(view.sig.kind, TV_SIG_ECDSA);
    assert_int_equal(view.sig.hash, TV_HASH_SHA256);
    assert_int_equal(view.version, 3);
    assert_int_equal(view.key, TV_KEY_EC_P256);
    assert_int_equal(view.key_size, 256);
    assert_false(view.is_ca);
    assert_false(view.self_issued);
    assert_true(view.path_len == TV_PATH_LEN_NONE);
    assert_int_equal(view.has | view.critical | view.key_usage | view.eku, 0);
    assert_null(view.extension_problem.what);
    assert_null(view.policy_problem.what);
    der = tv_build_cert(&(tv_build_fields){.issuer = tv_build_name("subject")});
    assert_true(tv_cert_parse(&view, der, &problem));
    assert_true(view.self_issued);
}

// What is wrong in one field does not hide the others.
static void test_refused_is_shown(void **state)
{
    (void)state;
    tv_cert view;
    tv_cert_problem problem;
    tv_span der = tv_build_cert(&(tv_build_fields){
        .serial = TV_HEX("02020005"),
        .validity = TV_HEX("301c 170b 323430313031303030305a" UTC(DAY)),
        .extensions = tv_build_ext("551d0e", false, TV_HEX("0402abcd")),
        .trailing = TV_HEX("00"),
    });
    assert_false(tv_cert_parse(&view, der, &problem));
    assert_string_equal(problem.what, "serial number is not in shortest form");
    assert_true(tv_span_equal(view.serial, TV_HEX("0005")));
    assert_true(tv_span_equal(view.subject, tv_build_name("subject")));
    assert_true(view.not_before == TV_TIME_NONE);
    assert_true(view.not_after == INT64_C(1704067200));
    assert_int_equal(view.key, TV_KEY_EC_P256);
    assert_true(tv_span_equal(view.ski, TV_HEX("abcd")));
    assert_int_equal(view.sig.kind, TV_SIG_ECDSA);
    assert_int_equal(view.signature.len, 2);
}

static void test_no_certificate(void **state)
{
    static const struct {
        const char *hex;
        const char *what;
    } inputs[] = {
        {"", "certificate is not a SEQUENCE"},
        {"30", "truncated"},
        {"3000", "TBSCertificate is not a SEQUENCE"},
        {"3003 020105", "TBSCertificate is not a SEQUENCE"},
        {"3080 3000 0000", "indefinite length"},
        {"3082 ffff 3000", "truncated"},
        {"3002 3000", "serial number is missing or not an INTEGER"},
        {"2d2d2d2d2d424547494e", "certificate is not a SEQUENCE"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        tv_cert view;
        tv_cert_problem problem;
        assert_false(tv_cert_parse(&view, TV_HEX(inputs[i].hex), &problem));
        assert_string_equal(problem.what, inputs[i].what);
    }
    tv_cert view;
    tv_cert_problem problem;
    assert_false(tv_cert_parse(&view, (tv_span){NULL, 0}, &problem));
    assert_int_equal(problem.offset, 0);
}

// Cut at every byte, in memory of that size: refused, and nothing is read past the end.
static void test_truncated(void **state)
{
    (void)state;
    tv_span der = tv_mint(&(tv_mint_spec){
        .subject = "C=DE/O=Example/CN=a",
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"},
                       {.name = "subjectAltName", .conf = "DNS:example.com,IP:127.0.0.1"}},
    });
    for (size_t len = 0; len < der.len; len++) {
        uint8_t *cut = malloc(len > 0 ? len : 1);
        assert_non_null(cut);
        memcpy(cut, der.ptr, len);
        tv_cert view;
        tv_cert_problem problem;
        assert_false(tv_cert_parse(&view, (tv_span){cut, len}, &problem));
        assert_true(problem.offset <= len);
        free(cut);
    }
    tv_mint_free(der);
}

// Every byte set to other values: never taken where libcrypto does not, never read differently.
static void test_mutated(void **state)
{
    static const uint8_t flips[] = {0x01, 0x20, 0x80, 0xff};
    (void)state;
    tv_span der = tv_mint(&(tv_mint_spec){
        .subject = "C=DE/O=Example/CN=a",
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE,pathlen:3"},
                       {.name = "keyUsage", .conf = "keyCertSign,digitalSignature"},
                       {.name = "extendedKeyUsage", .conf = "clientAuth"},
                       {.name = "subjectKeyIdentifier", .conf = "hash"},
                       {.name = "nameConstraints", .conf = "permitted;DNS:example.com"},
                       {.name = "certificatePolicies", .conf = "1.3.6.1.4.1.32473.1"},
                       {.name = "subjectAltName", .conf = "DNS:example.com"}},
    });
    uint8_t *changed = malloc(der.len);
    size_t taken = 0;
    assert_non_null(changed);
    memcpy(changed, der.ptr, der.len);
    for (size_t i = 0; i < der.len; i++) {
        for (size_t k = 0; k < sizeof(flips); k++) {
            changed[i] = der.ptr[i] ^ flips[k];
            tv_cert view;
            tv_cert_problem problem;
            bool good = tv_cert_parse(&view, (tv_span){changed, der.len}, &problem);
            tv_agree(&view, good);
            taken += good ? 1 : 0;
        }
        changed[i] = der.ptr[i];
    }
    assert_true(taken > der.len); // signature, key and texts may be anything
    free(changed);
    tv_mint_free(der);
}

static void test_minted(void **state)
{
    const struct {
        const char *key;
        const char *signer;
        tv_key_kind kind;
        uint16_t bits;
        tv_sig_kind sig;
        int salt_len;
    } kinds[] = {
        {"rsa2048", "rsa1024", TV_KEY_RSA, 2048, TV_SIG_RSA_PKCS1, 0},
        {"rsa1024", "rsa1024", TV_KEY_RSA, 1024, TV_SIG_RSA_PSS, 32},
        {"rsa-pss2048", "P-256", TV_KEY_RSA_PSS, 2048, TV_SIG_ECDSA, 0},
        {"P-256", "rsa-pss2048", TV_KEY_EC_P256, 256, TV_SIG_RSA_PSS, 20},
        {"P-384", "P-384", TV_KEY_EC_P384, 384, TV_SIG_ECDSA, 0},
        {"P-521", "P-521", TV_KEY_EC_P521, 521, TV_SIG_ECDSA, 0},
        {"secp256k1", "P-256", TV_KEY_EC_OTHER, 256, TV_SIG_ECDSA, 0},
        {"ed25519", "ed25519", TV_KEY_ED25519, 256, TV_SIG_ED25519, 0},
        {"ed448", "ed448", TV_KEY_ED448, 456, TV_SIG_ED448, 0},
        {"dsa1024", "dsa1024", TV_KEY_DSA, 1024, TV_SIG_DSA, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        tv_span der = tv_mint(&(tv_mint_spec){
            .subject = "C=DE/O=Example/CN=a",
            .issuer = i % 2 == 0 ? "CN=issuer" : NULL,
            .key = tv_mint_key(kinds[i].key),
            .signer = tv_mint_key(kinds[i].signer),
            .pss_salt_len = kinds[i].salt_len,
            .serial = i % 3 == 0 ? "-0102030405060708090a0b0c0d0e0f101112131415161718" : "80",
            .not_before = "19500101000000Z",
            .not_after = "99991231235959Z",
            .extensions = {{.name = "authorityKeyIdentifier", .conf = "keyid,issuer"},
                           {.name = "1.2.3.4", .der = TV_LIT("any"), .critical = true}},
        });
        tv_cert view;
        tv_cert_problem problem;
        assert_true(tv_cert_parse(&view, der, &problem));
        tv_agree(&view, true);
        assert_int_equal(view.key, kinds[i].kind);
        assert_int_equal(view.key_size, kinds[i].bits);
        assert_int_equal(view.sig.kind, kinds[i].sig);
        assert_int_equal(view.sig.salt_len, kinds[i].salt_len);
        assert_int_equal(view.self_issued, i % 2 == 1);
        assert_int_equal(view.critical, TV_EXT_OTHER);
        assert_true(view.not_before == INT64_C(-631152000));
        assert_true(view.not_after == INT64_C(253402300799));
        tv_mint_free(der);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),           cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_versions),         cmocka_unit_test(test_view),
        cmocka_unit_test(test_refused_is_shown), cmocka_unit_test(test_no_certificate),
        cmocka_unit_test(test_truncated),        cmocka_unit_test(test_mutated),
        cmocka_unit_test(test_minted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
