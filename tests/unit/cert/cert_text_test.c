// SPDX-License-Identifier: Apache-2.0
// The short texts of keys, signatures and serial numbers.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "cert/cert_text.h"
#include "support/build.h"
#include "support/mint.h"

typedef void text_fn(const tv_cert *cert, tv_buf *out);

static void check(text_fn *text, const tv_cert *cert, const char *expected)
{
    tv_buf out = {0};
    text(cert, &out);
    tv_buf_add_byte(&out, '\0');
    assert_false(out.failed);
    assert_string_equal((const char *)out.ptr, expected);
    tv_buf_close(&out);
}

static void test_minted(void **state)
{
    const struct {
        const char *key;
        const char *digest;
        int salt_len;
        const char *key_text;
        const char *signature_text;
    } kinds[] = {
        {"rsa2048", "SHA256", 0, "RSA-2048", "sha256WithRSAEncryption"},
        {"rsa2048", "SHA384", 0, "RSA-2048", "sha384WithRSAEncryption"},
        {"rsa2048", "SHA512", 0, "RSA-2048", "sha512WithRSAEncryption"},
        {"rsa1024", "MD5", 0, "RSA-1024", "md5WithRSAEncryption"},
        {"rsa1024", "SHA1", 0, "RSA-1024", "sha1WithRSAEncryption"},
        {"rsa2048", "SHA384", 20, "RSA-2048", "RSASSA-PSS-SHA384"},
        {"rsa-pss2048", "SHA256", 32, "RSA-PSS-2048", "RSASSA-PSS-SHA256"},
        {"P-256", "SHA256", 0, "EC-P256", "ecdsa-with-SHA256"},
        {"P-384", "SHA384", 0, "EC-P384", "ecdsa-with-SHA384"},
        {"P-521", "SHA512", 0, "EC-P521", "ecdsa-with-SHA512"},
        {"secp256k1", "SHA256", 0, "EC-secp256k1", "ecdsa-with-SHA256"},
        {"secp521r1", "SHA224", 0, "EC-P521", "ecdsa-with-SHA224"},
        {"sect163k1", "SHA256", 0, "EC-1.3.132.0.1", "ecdsa-with-SHA256"},
        {"ed25519", NULL, 0, "Ed25519", "Ed25519"},
        {"ed448", NULL, 0, "Ed448", "Ed448"},
        {"dsa1024", "SHA256", 0, "DSA-1024", "dsa-with-SHA256"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        tv_span der = tv_mint(&(tv_mint_spec){.key = tv_mint_key(kinds[i].key),
                                              .digest = kinds[i].digest,
                                              .pss_salt_len = kinds[i].salt_len});
        tv_cert view;
        tv_cert_problem problem;
        assert_true(tv_cert_parse(&view, der, &problem));
        check(tv_cert_key_text, &view, kinds[i].key_text);
        check(tv_cert_signature_text, &view, kinds[i].signature_text);
        tv_mint_free(der);
    }
}

static void test_odd(void **state)
{
    static const struct {
        const char *algorithm; // of key and signature
        const char *bits;
        const char *key_text;
        const char *signature_text;
    } odd[] = {
        {"300d 06092a864886f70d010101 0500", "0500", "rsaEncryption", "rsaEncryption"},
        {"3004 06022a03", "00", "1.2.3", "1.2.3"},
        {"3005 06032b656e", "00", "X25519", "X25519"}, // not as long as a key of that kind
        {"300b 06072a8648ce3d0201 3000", "04", "EC", "id-ecPublicKey"},
        {"3009 06072a8648ce380401", "020105", "DSA", "dsa"},
        {"300b 06092a864886f70d01010a", "00", "RSASSA-PSS", "RSASSA-PSS"},
        {"3009 06052b0e03021d 0500", "00", "sha1WithRSA", "sha1WithRSA"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        tv_span algorithm = TV_HEX(odd[i].algorithm);
        tv_cert view;
        tv_cert_problem problem;
        tv_span bits = TV_TLV(0x03, TV_HEX("00"), TV_HEX(odd[i].bits));
        assert_true(tv_cert_parse(&view,
                                  tv_build_cert(&(tv_build_fields){
                                      .inner_algorithm = algorithm,
                                      .outer_algorithm = algorithm,
                                      .spki = TV_TLV(0x30, algorithm, bits),
                                  }),
                                  &problem));
        check(tv_cert_key_text, &view, odd[i].key_text);
        check(tv_cert_signature_text, &view, odd[i].signature_text);
    }
    tv_cert nothing = {0};
    check(tv_cert_key_text, &nothing, "unknown");
    check(tv_cert_signature_text, &nothing, "unknown");
    check(tv_cert_serial_text, &nothing, "");
}

static void test_serial(void **state)
{
    static const struct {
        const char *contents;
        const char *text;
    } serials[] = {
        {"00", "00"},
        {"01", "01"},
        {"7f", "7f"},
        {"0080", "80"},
        {"00ff", "ff"},
        {"0100", "0100"},
        {"0a0b0c", "0a0b0c"},
        {"ff", "-01"},
        {"80", "-80"},
        {"e1", "-1f"},
        {"ff7f", "-81"},
        {"ff00", "-0100"},
        {"8000", "-8000"},
        {"fe0100", "-01ff00"},
        {"ff0000", "-010000"},
        {"80000001", "-7fffffff"},
        {"00f1e2d3c4b5a6978877665544332211000102030405",
         "f1e2d3c4b5a6978877665544332211000102030405"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
        tv_cert view = {.serial = TV_HEX(serials[i].contents)};
        check(tv_cert_serial_text, &view, serials[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minted),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_serial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
