// SPDX-License-Identifier: Apache-2.0
// Each extension with contents right, odd and wrong; extensions together. What libcrypto marks as
// invalid has to be a problem here too.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "cert/ext.h"
#include "support/agree.h"
#include "support/build.h"

#define BC "551d13"
#define KU "551d0f"
#define EKU "551d25"
#define SKI "551d0e"
#define AKI "551d23"
#define SAN "551d11"
#define IAN "551d12"
#define NC "551d1e"
#define CP "551d20"
#define PM "551d21"
#define PC "551d24"
#define IAP "551d36"
#define CDP "551d1f"
#define AIA "2b06010505070101"
#define SIA "2b0601050507010b"
#define NSCT "6086480186f8420101"
#define PROXY "2b0601050507010e"

static const struct {
    const char *name;
    const char *oid;
    const char *value;   // hex
    const char *problem; // NULL: none
} cases[] = {
    {"BC, empty", BC, "3000", NULL},
    {"BC, CA", BC, "3003 0101ff", NULL},
    {"BC, FALSE written out", BC, "3003 010100", NULL},
    {"BC, CA with path length", BC, "3006 0101ff 020100", NULL},
    {"BC, path length without CA", BC, "3003 020105", NULL},
    {"BC, path length 2^31-1", BC, "3009 0101ff 02047fffffff", NULL},
    {"BC, path length 2^31", BC, "300a 0101ff 02050080000000",
     "path length of basic constraints is out of range"},
    {"BC, path length negative", BC, "3006 0101ff 0201ff",
     "path length of basic constraints is out of range"},
    {"BC, path length not minimal", BC, "3007 0101ff 02020005",
     "path length of basic constraints is out of range"},
    {"BC, BER boolean", BC, "3003 010101", "basic constraints are malformed"},
    {"BC, long boolean", BC, "3004 0102ffff", "basic constraints are malformed"},
    {"BC, out of order", BC, "3006 020100 0101ff", "basic constraints are malformed"},
    {"BC, a third value", BC, "3008 0101ff 020100 0500", "basic constraints are malformed"},
    {"BC, bytes after it", BC, "3000 00", "basic constraints are malformed"},
    {"BC, nothing", BC, "", "basic constraints are malformed"},
    {"BC, not a SEQUENCE", BC, "3100", "basic constraints are malformed"},
    {"BC, indefinite length", BC, "3080 0101ff 0000", "basic constraints are malformed"},
    {"KU", KU, "0302 0106", NULL},
    {"KU, trailing zero bits", KU, "0303 000600", NULL},
    {"KU, decipherOnly alone", KU, "0303 070080", NULL},
    {"KU, no bit", KU, "0301 00", "key usage has no bit set"},
    {"KU, all zero", KU, "0302 0700", "key usage has no bit set"},
    {"KU, only a bit without a name", KU, "0303 060040", "key usage has no bit set"},
    {"KU, padding set", KU, "0302 0107", "key usage is malformed"},
    {"KU, no count of bits", KU, "0300", "key usage is malformed"},
    {"KU, an INTEGER", KU, "0201 06", "key usage is malformed"},
    {"KU, bytes after it", KU, "0302 0106 00", "key usage is malformed"},
    {"EKU", EKU, "300a 0608 2b06010505070302", NULL},
    {"EKU, empty", EKU, "3000", "extended key usage is empty"},
    {"EKU, not an OID", EKU, "3002 0500", "extended key usage is malformed"},
    {"EKU, broken OID", EKU, "3003 0601 80", "extended key usage is malformed"},
    {"EKU, nothing", EKU, "", "extended key usage is malformed"},
    {"SKI", SKI, "0402 abcd", NULL},
    {"SKI, empty", SKI, "0400", NULL},
    {"SKI, no OCTET STRING inside", SKI, "abcd", "subject key identifier is malformed"},
    {"SKI, bytes after it", SKI, "0402 abcd 00", "subject key identifier is malformed"},
    {"AKI, all parts", AKI, "300f 8002 abcd a105 8203 612e62 8202 0080", NULL},
    {"AKI, empty", AKI, "3000", NULL},
    {"AKI, key only", AKI, "3004 8002 abcd", NULL},
    {"AKI, no names", AKI, "3005 a100 8201 05", NULL},
    {"AKI, serial not minimal", AKI, "3004 8202 0005", "authority key identifier is malformed"},
    {"AKI, serial empty", AKI, "3002 8200", "authority key identifier is malformed"},
    {"AKI, names malformed", AKI, "3004 a102 3000", "authority key identifier is malformed"},
    {"AKI, out of order", AKI, "3007 8201 05 8002 abcd", "authority key identifier is malformed"},
    {"AKI, unknown part", AKI, "3002 8300", "authority key identifier is malformed"},
    {"SAN", SAN, "3005 8203 612e62", NULL},
    {"SAN, empty", SAN, "3000", NULL}, // public roots have that
    {"SAN, malformed name", SAN, "3007 8203 612e62 8900", "subject alternative name is malformed"},
    {"SAN, 8-bit host", SAN, "3005 8203 61e962", "subject alternative name is malformed"},
    {"SAN, bytes after it", SAN, "3000 00", "subject alternative name is malformed"},
    {"IAN", IAN, "3005 8203 612e62", NULL},
    {"IAN, empty", IAN, "3000", NULL},
    {"IAN, malformed", IAN, "3002 8900", "issuer alternative name is malformed"},
    {"NC, permitted", NC, "3007 a005 3003 8201 61", NULL},
    {"NC, both", NC, "300e a005 3003 8201 61 a105 3003 8201 62", NULL},
    {"NC, empty", NC, "3000", "name constraints are empty"},
    {"NC, no subtrees", NC, "3002 a000", "name constraints are empty"},
    {"NC, minimum 1", NC, "300a a008 3006 8201 61 8001 01", "name constraints are malformed"},
    {"NC, malformed base", NC, "3007 a005 3003 8201 e9", "name constraints are malformed"},
    {"NC, malformed excluded", NC, "300e a005 3003 8201 61 a105 3003 8901 62",
     "name constraints are malformed"},
    {"NC, malformed", NC, "3002 0500", "name constraints are malformed"},
    {"CDP", CDP, "300d 300b a009 a007 8605 613a2f2f62", NULL},
    {"CDP, empty", CDP, "3000", NULL},
    {"CDP, issuer only", CDP, "3009 3007 a205 8603 613a62", NULL},
    {"CDP, relative name", CDP, "3010 300e a00c a10a 3008 0603550403 0c01 61", NULL},
    {"CDP, empty point", CDP, "3002 3000", "CRL distribution points are malformed"},
    {"CDP, reasons alone", CDP, "3006 3004 8102 0640", "CRL distribution points are malformed"},
    {"CDP, reasons malformed", CDP, "300c 300a 8101 08 a205 8603 613a62",
     "CRL distribution points are malformed"},
    {"CDP, name of no kind", CDP, "3006 3004 a002 8200", "CRL distribution points are malformed"},
    {"CDP, relative name malformed", CDP, "3008 3006 a004 a102 3000",
     "CRL distribution points are malformed"},
    {"CDP, not a SEQUENCE", CDP, "0500", "CRL distribution points are malformed"},
    {"NSCT", NSCT, "0302 0007", NULL},
    {"NSCT, malformed", NSCT, "0302 0807", "Netscape certificate type is malformed"},
    {"PROXY", PROXY, "300c 300a 0608 2b06010505071501", NULL},
    {"PROXY, path length and policy", PROXY, "3013 0201 01 300e 0608 2b06010505071501 0402 6162",
     NULL},
    {"PROXY, no policy", PROXY, "3003 0201 01", "proxy certificate information is malformed"},
    {"AIA, not looked at", AIA, "ff", NULL},
    {"SIA, not looked at", SIA, "", NULL},
    {"unknown, not looked at", "2a03", "ffff", NULL},
};

// The same for the extensions whose trouble is `policy_problem`, which libcrypto does not look at
// unless policies are checked.
static const struct {
    const char *name;
    const char *oid;
    const char *value;
    const char *problem;
} policy_cases[] = {
    {"CP", CP, "3006 3004 0602 2a03", NULL},
    {"CP, qualifier", CP, "3012 3010 0602 2a03 300a 3008 0602 2a04 1602 6162", NULL},
    {"CP, empty", CP, "3000", "certificate policies are malformed"},
    {"CP, broken OID", CP, "3006 3004 0602 2a80", "certificate policies are malformed"},
    {"CP, broken qualifier", CP, "300c 300a 0602 2a03 3004 3002 0500",
     "certificate policies are malformed"},
    {"CP, bytes in the policy", CP, "3008 3006 0602 2a03 0500",
     "certificate policies are malformed"},
    {"PM", PM, "300a 3008 0602 2a03 0602 2a04", NULL},
    {"PM, empty", PM, "3000", "policy mappings are malformed"},
    {"PM, half", PM, "3006 3004 0602 2a03", "policy mappings are malformed"},
    {"PM, three", PM, "300e 300c 0602 2a03 0602 2a04 0602 2a05", "policy mappings are malformed"},
    {"PC", PC, "3006 8001 00 8101 05", NULL},
    {"PC, inhibit only", PC, "3003 8101 05", NULL},
    {"PC, empty", PC, "3000", "policy constraints are empty"},
    {"PC, negative", PC, "3003 8001 ff", "policy constraints are malformed"},
    {"PC, out of order", PC, "3006 8101 05 8001 00", "policy constraints are malformed"},
    {"IAP", IAP, "0201 00", NULL},
    {"IAP, negative", IAP, "0201 ff", "inhibit anyPolicy is malformed"},
    {"IAP, bytes after it", IAP, "0201 00 00", "inhibit anyPolicy is malformed"},
};

static tv_cert parse(tv_span extensions)
{
    tv_cert view;
    tv_cert_problem problem;
    tv_span der = tv_build_cert(&(tv_build_fields){.extensions = extensions});
    assert_true(tv_cert_parse(&view, der, &problem));
    tv_agree(&view, true);
    return view;
}

static void check_problem(const char *name, tv_cert_problem problem, const char *expected,
                          tv_cert_problem other)
{
    if ((problem.what == NULL) != (expected == NULL)) {
        print_error("%s\n", name);
    }
    if (expected == NULL) {
        assert_null(problem.what);
    } else {
        assert_non_null(problem.what);
        assert_string_equal(problem.what, expected);
    }
    assert_null(other.what);
}

static void test_contents(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_cert view = parse(tv_build_ext(cases[i].oid, false, TV_HEX(cases[i].value)));
        check_problem(cases[i].name, view.extension_problem, cases[i].problem, view.policy_problem);
        assert_true(view.has != 0 && (view.has & (view.has - 1)) == 0);
        assert_int_equal(view.critical, 0);
        if (view.extension_problem.what != NULL) {
            assert_int_equal(view.der.ptr[view.extension_problem.offset], 0x30);
            assert_ptr_equal(view.der.ptr + view.extension_problem.offset, view.extensions.ptr);
        }
    }
    for (size_t i = 0; i < sizeof(policy_cases) / sizeof(policy_cases[0]); i++) {
        tv_cert view =
            parse(tv_build_ext(policy_cases[i].oid, true, TV_HEX(policy_cases[i].value)));
        check_problem(policy_cases[i].name, view.policy_problem, policy_cases[i].problem,
                      view.extension_problem);
        assert_true(view.has != 0 && view.has == view.critical);
    }
}

static void test_basic_constraints(void **state)
{
    (void)state;
    tv_cert view = parse(tv_build_ext(BC, true, TV_HEX("3006 0101ff 020103")));
    assert_int_equal(view.has, TV_EXT_BASIC_CONSTRAINTS);
    assert_int_equal(view.critical, TV_EXT_BASIC_CONSTRAINTS);
    assert_true(view.is_ca);
    assert_int_equal(view.path_len, 3);
    view = parse(tv_build_ext(BC, true, TV_HEX("3003 0101ff")));
    assert_true(view.is_ca);
    assert_true(view.path_len == TV_PATH_LEN_NONE);
    view = parse(tv_build_ext(BC, true, TV_HEX("3000")));
    assert_false(view.is_ca);
    assert_true(view.path_len == TV_PATH_LEN_NONE);
}

static void test_proxy_path_length(void **state)
{
    (void)state;
    tv_cert view =
        parse(tv_build_ext(PROXY, true, TV_HEX("300f 0201 02 300a 0608 2b06010505071501")));
    assert_int_equal(view.has, TV_EXT_PROXY_CERT_INFO);
    assert_int_equal(view.proxy_path_len, 2);
    assert_true(view.path_len == TV_PATH_LEN_NONE);
    view = parse(tv_build_ext(PROXY, true, TV_HEX("300c 300a 0608 2b06010505071501")));
    assert_true(view.proxy_path_len == TV_PATH_LEN_NONE);
}

static void test_key_usage(void **state)
{
    static const struct {
        const char *value;
        uint16_t usage;
    } usages[] = {
        {"0302 0780", TV_KU_DIGITAL_SIGNATURE},
        {"0302 0640", TV_KU_NON_REPUDIATION},
        {"0302 0520", TV_KU_KEY_ENCIPHERMENT},
        {"0302 0410", TV_KU_DATA_ENCIPHERMENT},
        {"0302 0308", TV_KU_KEY_AGREEMENT},
        {"0302 0204", TV_KU_KEY_CERT_SIGN},
        {"0302 0102", TV_KU_CRL_SIGN},
        {"0302 0001", TV_KU_ENCIPHER_ONLY},
        {"0303 070080", TV_KU_DECIPHER_ONLY},
        {"0303 07ff80", 0x1ff},
        {"0302 0186", TV_KU_DIGITAL_SIGNATURE | TV_KU_KEY_CERT_SIGN | TV_KU_CRL_SIGN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        tv_cert view = parse(tv_build_ext(KU, false, TV_HEX(usages[i].value)));
        assert_int_equal(view.key_usage, usages[i].usage);
    }
}

static void test_eku(void **state)
{
    static const struct {
        const char *oid;
        uint16_t bit;
    } ekus[] = {
        {"551d2500", TV_EKU_ANY},
        {"2b06010505070301", TV_EKU_SERVER_AUTH},
        {"2b06010505070302", TV_EKU_CLIENT_AUTH},
        {"2b06010505070303", TV_EKU_CODE_SIGNING},
        {"2b06010505070304", TV_EKU_EMAIL},
        {"2b06010505070308", TV_EKU_TIME_STAMPING},
        {"2b06010505070309", TV_EKU_OCSP_SIGNING},
        {"2b0601040182370a0303", TV_EKU_SERVER_GATED},
        {"6086480186f8420401", TV_EKU_SERVER_GATED},
        {"2b06010505070305", TV_EKU_OTHER},
        {"551d25", TV_EKU_OTHER}, // known, but of no usage
    };
    (void)state;
    tv_span all[11];
    for (size_t i = 0; i < 11; i++) {
        all[i] = TV_TLV(0x06, TV_HEX(ekus[i].oid));
        tv_cert view = parse(tv_build_ext(EKU, false, TV_TLV(0x30, all[i])));
        assert_int_equal(view.eku, ekus[i].bit);
    }
    assert_int_equal(parse(tv_build_ext(EKU, false, tv_build_tlv(0x30, all, 11))).eku, 0x1ff);
}

static void test_netscape_type(void **state)
{
    static const struct {
        const char *value;
        uint8_t bits;
    } types[] = {
        {"0302 0780", TV_NETSCAPE_SSL_CLIENT},
        {"0302 0640", TV_NETSCAPE_SSL_SERVER},
        {"0302 06c0", TV_NETSCAPE_SSL_CLIENT | TV_NETSCAPE_SSL_SERVER},
        {"0302 0007", 0x07},
        {"0301 00", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        tv_cert view = parse(tv_build_ext(NSCT, false, TV_HEX(types[i].value)));
        assert_int_equal(view.has, TV_EXT_NETSCAPE_CERT_TYPE);
        assert_int_equal(view.netscape_type, types[i].bits);
    }
}

static void test_spans(void **state)
{
    (void)state;
    tv_cert view = parse(TV_JOIN(
        tv_build_ext(SKI, false, TV_HEX("0402 abcd")),
        tv_build_ext(AKI, false, TV_HEX("300e 8001 ef a105 8203 612e62 8202 0080")),
        tv_build_ext(SAN, false, TV_HEX("3005 8203 612e62")),
        tv_build_ext(NC, true, TV_HEX("3007 a005 3003 8201 61")),
        tv_build_ext(CP, false, TV_HEX("3006 3004 0602 2a03")),
        tv_build_ext(PM, false, TV_HEX("300a 3008 0602 2a03 0602 2a04")),
        tv_build_ext(PC, false, TV_HEX("3003 8101 05")),
        tv_build_ext(IAP, false, TV_HEX("0201 07")), tv_build_ext(IAN, false, TV_HEX("3000")),
        tv_build_ext(CDP, false, TV_HEX("3000")), tv_build_ext(AIA, false, TV_HEX("3000")),
        tv_build_ext(SIA, false, TV_HEX("3000")), tv_build_ext(NSCT, false, TV_HEX("0302 0007")),
        tv_build_ext("551d2e", false, TV_HEX("3000"))));
    assert_null(view.extension_problem.what);
    assert_null(view.policy_problem.what);
    assert_true(tv_span_equal(view.ski, TV_HEX("abcd")));
    assert_true(tv_span_equal(view.aki, TV_HEX("ef")));
    assert_true(tv_span_equal(view.aki_issuer, TV_HEX("8203612e62")));
    assert_true(tv_span_equal(view.aki_serial, TV_HEX("0080")));
    assert_true(tv_span_equal(view.san, TV_HEX("8203612e62")));
    assert_true(tv_span_equal(view.name_constraints, TV_HEX("a005 3003 8201 61")));
    assert_true(tv_span_equal(view.policies, TV_HEX("3004 0602 2a03")));
    assert_true(tv_span_equal(view.policy_mappings, TV_HEX("3008 0602 2a03 0602 2a04")));
    assert_true(tv_span_equal(view.policy_constraints, TV_HEX("8101 05")));
    assert_true(tv_span_equal(view.inhibit_any_policy, TV_HEX("07")));
    assert_int_equal(view.critical, TV_EXT_NAME_CONSTRAINTS);
    assert_int_equal(view.has, TV_EXT_SKI | TV_EXT_AKI | TV_EXT_SAN | TV_EXT_NAME_CONSTRAINTS |
                                   TV_EXT_POLICIES | TV_EXT_POLICY_MAPPINGS |
                                   TV_EXT_POLICY_CONSTRAINTS | TV_EXT_INHIBIT_ANY_POLICY |
                                   TV_EXT_ISSUER_ALT_NAME | TV_EXT_CRL_DP | TV_EXT_AIA |
                                   TV_EXT_SIA | TV_EXT_NETSCAPE_CERT_TYPE | TV_EXT_FRESHEST_CRL);
}

static void test_twice(void **state)
{
    static const char *const oids[] = {BC, AIA, CP, "2a03", "2a0304", "2b06010505070118"};
    (void)state;
    for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
        tv_span one = tv_build_ext(oids[i], false, TV_HEX("3006 3004 0602 2a03"));
        tv_span between = tv_build_ext("2a0309", false, TV_HEX(""));
        tv_cert view;
        tv_cert_problem problem;
        if (i == 0) {
            one = tv_build_ext(oids[i], false, TV_HEX("3000"));
        }
        tv_span der = tv_build_cert(&(tv_build_fields){.extensions = TV_JOIN(one, between, one)});
        assert_true(tv_cert_parse(&view, der, &problem));
        assert_string_equal(view.extension_problem.what, "the same extension twice");
        assert_ptr_equal(der.ptr + view.extension_problem.offset,
                         view.extensions.ptr + one.len + between.len);
    }
}

// Extensions without a bit of their own: the first 64 are told apart, more are refused.
static void test_many_unknown(void **state)
{
    (void)state;
    tv_span parts[66];
    for (uint8_t i = 0; i < 66; i++) {
        uint8_t oid[] = {0x06, 0x03, 0x2a, 0x03, i};
        parts[i] = TV_TLV(0x30, TV_JOIN((tv_span){oid, 5}), TV_HEX("0400"));
    }
    assert_null(parse(tv_build_join(parts, 64)).extension_problem.what);
    tv_cert view = parse(tv_build_join(parts, 65));
    assert_string_equal(view.extension_problem.what, "more than 64 unknown extensions");
    assert_int_equal(view.has, TV_EXT_OTHER);
}

static void test_unknown_critical(void **state)
{
    (void)state;
    tv_cert view = parse(TV_JOIN(tv_build_ext("2a03", false, TV_HEX("")),
                                 tv_build_ext("2a04", true, TV_HEX("")),
                                 tv_build_ext("2a05", true, TV_HEX(""))));
    assert_int_equal(view.has, TV_EXT_OTHER);
    assert_int_equal(view.critical, TV_EXT_OTHER);
    assert_true(tv_span_equal(view.unknown_critical, TV_HEX("2a04")));
    view = parse(tv_build_ext("2b06010505070118", false, TV_HEX("3000"))); // has a name, no bit
    assert_int_equal(view.has, TV_EXT_OTHER);
    assert_int_equal(view.unknown_critical.len, 0);
}

// What stands first is told, and a critical extension that comes twice stays critical.
static void test_first_problem(void **state)
{
    (void)state;
    tv_cert view = parse(TV_JOIN(tv_build_ext(SKI, false, TV_HEX("00")),
                                 tv_build_ext(BC, false, TV_HEX("3003 0101ff")),
                                 tv_build_ext(BC, true, TV_HEX("3000"))));
    assert_string_equal(view.extension_problem.what, "subject key identifier is malformed");
    assert_true(view.is_ca);
    assert_int_equal(view.critical, TV_EXT_BASIC_CONSTRAINTS);
}

// Extensions that cannot be delimited refuse the certificate.
static void test_delimiting(void **state)
{
    static const struct {
        const char *extensions;
        bool good;
    } lists[] = {
        {"", true},
        {"3006 0602 2a03 0400", true},
        {"3009 0602 2a03 0101ff 0400", true},
        {"3009 0602 2a03 010100 0400", true}, // a default, written out
        {"3009 0602 2a03 010101 0400", false},
        {"3004 0602 2a03", false},
        {"3006 0602 2a83 0400", false},
        {"3006 0602 2a03 0500", false},
        {"3008 0602 2a03 0400 0500", false},
        {"3106 0602 2a03 0400", false},
        {"3007 0602 2a03 0400", false},
        {"3006 0602 2a03 0400 00", false},
        {"3006 0602 2a03 2400", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        tv_cert view;
        tv_cert_problem problem;
        tv_span der = tv_build_cert(&(tv_build_fields){.extensions = TV_HEX(lists[i].extensions)});
        bool good = tv_cert_parse(&view, der, &problem);
        assert_int_equal(good, lists[i].good);
        tv_agree(&view, good);
        if (!good) {
            assert_string_equal(problem.what, "extension is malformed");
        }
    }
    tv_cert view = {.der = TV_HEX("3006 0602 2a83 0400")};
    view.extensions = view.der;
    const uint8_t *where = NULL;
    assert_false(tv_ext_read(&view, &where));
    assert_ptr_equal(where, view.der.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_basic_constraints),
        cmocka_unit_test(test_proxy_path_length),
        cmocka_unit_test(test_key_usage),
        cmocka_unit_test(test_eku),
        cmocka_unit_test(test_netscape_type),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_many_unknown),
        cmocka_unit_test(test_unknown_critical),
        cmocka_unit_test(test_first_problem),
        cmocka_unit_test(test_delimiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
