// SPDX-License-Identifier: Apache-2.0
// A block gives its DER, or the first reason from the outside in why it has none.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "bundle/decode.h"

#include <stdlib.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

static const struct {
    const char *name;
    const char *text;
    size_t der_len;
    const char *problem; // NULL: none
    size_t problem_offset;
    uint32_t trailing;
    tv_pem_kind kind;
} blocks[] = {
    {"a certificate", BEGIN "MAMCAQU=\n" END, 5, NULL, 0, 0, TV_PEM_CERTIFICATE},
    {"no DER, but bytes", BEGIN "AAAA\n" END, 3, NULL, 0, 0, TV_PEM_CERTIFICATE},
    {"bytes behind the value", BEGIN "MAMCAQUAAAA=\n" END, 8, NULL, 0, 3, TV_PEM_CERTIFICATE},
    {"trust settings behind the value",
     "-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQUAAAA=\n-----END TRUSTED CERTIFICATE-----\n", 5,
     NULL, 0, 3, TV_PEM_TRUSTED_CERTIFICATE},
    {"no trust settings",
     "-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQU=\n-----END TRUSTED CERTIFICATE-----\n", 5, NULL,
     0, 0, TV_PEM_TRUSTED_CERTIFICATE},
    {"a value that is cut short", BEGIN "MAQCAQU=\n" END, 5, NULL, 0, 0, TV_PEM_CERTIFICATE},
    {"nothing", BEGIN END, 0, "no base64 character", 27, 0, TV_PEM_CERTIFICATE},
    {"a character that is none of base64", BEGIN "MA!CAQU=\n" END, 0,
     "a byte outside the base64 alphabet", 30, 0, TV_PEM_CERTIFICATE},
    {"no END line", BEGIN "MAMCAQU=\n", 0, "the END line is missing", 0, 0, TV_PEM_CERTIFICATE},
    {"another END line", BEGIN "MAMCAQU=\n-----END CRL-----\n", 0,
     "the END line has another label than the BEGIN line", 0, 0, TV_PEM_CERTIFICATE},
    {"a private key", "-----BEGIN EC PRIVATE KEY-----\nMAMCAQU=\n-----END EC PRIVATE KEY-----\n", 0,
     "a private key, not a certificate", 0, 0, TV_PEM_PRIVATE_KEY},
    {"a public key", "-----BEGIN PUBLIC KEY-----\nMAMCAQU=\n-----END PUBLIC KEY-----\n", 0,
     "a public key, not a certificate", 0, 0, TV_PEM_PUBLIC_KEY},
    {"a request",
     "-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQU=\n-----END CERTIFICATE REQUEST-----\n", 0,
     "a certificate request, not a certificate", 0, 0, TV_PEM_REQUEST},
    {"a revocation list", "-----BEGIN X509 CRL-----\nMAMCAQU=\n-----END X509 CRL-----\n", 0,
     "a revocation list, not a certificate", 0, 0, TV_PEM_CRL},
    {"a PKCS #7 block", "-----BEGIN PKCS7-----\nMAMCAQU=\n-----END PKCS7-----\n", 0,
     "a PKCS #7 block, not a certificate", 0, 0, TV_PEM_PKCS7},
    {"another label", "-----BEGIN GARBAGE-----\nMAMCAQU=\n-----END GARBAGE-----\n", 0,
     "a block with another label, not a certificate", 0, 0, TV_PEM_OTHER},
    {"another label, and no END line: the label is told", "-----BEGIN GARBAGE-----\nMAMCAQU=\n", 0,
     "a block with another label, not a certificate", 0, 0, TV_PEM_OTHER},
};

static void a_block_gives_its_der_or_says_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        print_message("  %s\n", blocks[i].name);
        tv_pem_scan scan;
        tv_pem_block block;
        tv_decoded decoded;
        tv_pem_scan_open(&scan, tv_span_from_text(blocks[i].text), 1);
        assert_true(tv_pem_scan_next(&scan, &block));
        uint8_t *room = malloc(tv_base64_room(block.body.len));
        assert_non_null(room);
        tv_block_decode(&block, room, &decoded);
        assert_int_equal(decoded.der.len, blocks[i].der_len);
        assert_int_equal(decoded.trailing, blocks[i].trailing);
        bool has_settings = blocks[i].kind == TV_PEM_TRUSTED_CERTIFICATE && blocks[i].trailing > 0;
        assert_int_equal(decoded.settings.len, has_settings ? blocks[i].trailing : 0);
        assert_ptr_equal(decoded.settings.ptr, has_settings ? room + decoded.der.len : NULL);
        assert_int_equal(decoded.kind, blocks[i].kind);
        assert_int_equal(decoded.problem_offset, blocks[i].problem_offset);
        assert_int_equal(decoded.problem == NULL, blocks[i].problem == NULL);
        if (blocks[i].problem != NULL) {
            print_message("    %s\n", decoded.problem);
            assert_memory_equal(decoded.problem, blocks[i].problem, strlen(blocks[i].problem));
        } else {
            assert_ptr_equal(decoded.der.ptr, room);
        }
        free(room);
    }
}

static const struct {
    const char *name;
    tv_span bytes;
    size_t extent;
    bool looks_like_der;
} fronts[] = {
    {"nothing", {(const uint8_t *)"", 0}, 0, false},
    {"a tag alone", {(const uint8_t *)"\x30", 1}, 0, false},
    {"an empty value", {(const uint8_t *)"\x30\x00", 2}, 2, false},
    {"a short value", {(const uint8_t *)"\x30\x01\x00\x00", 4}, 3, false},
    {"a value that is cut short", {(const uint8_t *)"\x30\x02\x00", 3}, 0, false},
    {"another tag", {(const uint8_t *)"\x31\x01\x00", 3}, 0, false},
    {"no definite length", {(const uint8_t *)"\x30\x80\x00\x00", 4}, 0, true},
    {"one octet of length", {(const uint8_t *)"\x30\x81\x01\x00", 4}, 4, true},
    {"octets of length that are cut", {(const uint8_t *)"\x30\x82\x01", 3}, 0, true},
    {"two octets of length", {(const uint8_t *)"\x30\x82\x00\x01\x00", 5}, 5, true},
    {"four octets of length", {(const uint8_t *)"\x30\x84\x00\x00\x00\x01\x00", 7}, 7, true},
    {"a length far past the end", {(const uint8_t *)"\x30\x84\xff\xff\xff\xff\x00", 7}, 0, true},
    {"five octets of length", {(const uint8_t *)"\x30\x85\x00\x00\x00\x00\x01\x00", 8}, 0, false},
    {"text", {(const uint8_t *)"0 comes before 1", 16}, 0, false},
    {"PEM", {(const uint8_t *)BEGIN, sizeof(BEGIN) - 1}, 0, false},
};

static void a_value_reaches_as_far_as_its_length_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
        print_message("  %s\n", fronts[i].name);
        // Its own memory, so that a byte read behind it is found.
        uint8_t *copy = malloc(fronts[i].bytes.len + 1);
        assert_non_null(copy);
        uint8_t *at = copy + 1;
        memcpy(at, fronts[i].bytes.ptr, fronts[i].bytes.len);
        assert_int_equal(tv_der_extent(tv_span_make(at, fronts[i].bytes.len)), fronts[i].extent);
        assert_int_equal(tv_looks_like_der(tv_span_make(at, fronts[i].bytes.len)),
                         fronts[i].looks_like_der);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_gives_its_der_or_says_why_not),
        cmocka_unit_test(a_value_reaches_as_far_as_its_length_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
