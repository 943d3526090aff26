// SPDX-License-Identifier: Apache-2.0
// Which hosts, mailboxes, URIs and addresses lie in which subtrees, and which texts are neither.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "path/name_match.h"

#include <stdlib.h>

// The bytes in memory of their own size, so that a sanitizer sees each read past them. The caller
// frees them.
static uint8_t *copy_bytes(tv_span value)
{
    uint8_t *bytes = malloc(value.len > 0 ? value.len : 1);
    assert_non_null(bytes);
    memcpy(bytes, value.ptr, value.len);
    return bytes;
}

// clang-format off
static const struct {
    tv_general_kind kind;
    const char *base;
    const char *name;
    tv_match expected;
} match_cases[] = {
    {TV_GENERAL_DNS, "example.com", "example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "example.com", "a.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "example.com", "b.a.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "Example.COM", "A.eXAMPLE.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "example.com", "badexample.com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "example.com", "com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "example.com", "example.org", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "example.com", "example.com.org", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "com", "example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "", "example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "", "*", TV_MATCH_ALL},
    {TV_GENERAL_DNS, ".example.com", "a.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, ".example.com", "example.com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "a_b.example.com", "x.A_B.example.com", TV_MATCH_ALL},
    // wildcards
    {TV_GENERAL_DNS, "example.com", "*.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, ".example.com", "*.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "a.example.com", "*.example.com", TV_MATCH_PART},
    {TV_GENERAL_DNS, "A.example.com", "*.EXAMPLE.com", TV_MATCH_PART},
    {TV_GENERAL_DNS, ".a.example.com", "*.example.com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "b.a.example.com", "*.example.com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "a.example.com", "*.b.example.com", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "a.example.com", "*.a.example.com", TV_MATCH_ALL},
    {TV_GENERAL_DNS, "foo.example.com", "f*.example.com", TV_MATCH_PART},
    {TV_GENERAL_DNS, "com", "*", TV_MATCH_PART},
    {TV_GENERAL_DNS, "example.com", "*", TV_MATCH_NONE},
    {TV_GENERAL_DNS, "example.com", "*.com", TV_MATCH_PART},

    {TV_GENERAL_EMAIL, "a@example.com", "a@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "a@example.com", "a@EXAMPLE.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "a@example.com", "A@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "a@example.com", "aa@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "aa@example.com", "a@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "a@example.com", "a@b.example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "a@example.com", "\"a\"@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "\"\\a\"@example.com", "a@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "\"a\\\"b\"@example.com", "\"a\\\"\\b\"@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "\"a b\"@example.com", "\"a  b\"@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "\"\"@example.com", "\"\"@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "\"\"@example.com", "a@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "*@example.com", "*@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "*@example.com", "a@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "example.com", "a@Example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "example.com", "a@b.example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, "example.com", "\"x@other.org\"@example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, "other.org", "\"x@other.org\"@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, ".example.com", "a@b.example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, ".example.com", "a@c.b.example.com", TV_MATCH_ALL},
    {TV_GENERAL_EMAIL, ".example.com", "a@example.com", TV_MATCH_NONE},
    {TV_GENERAL_EMAIL, ".example.com", "a@badexample.com", TV_MATCH_NONE},

    {TV_GENERAL_URI, "example.com", "https://example.com", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "https://EXAMPLE.com/a?b#c", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "https://example.com:8443/", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "https://example.com:/", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "ldap://user:pass@example.com?x@y", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "spiffe://example.com/ns/prod/sa/web", TV_MATCH_ALL},
    {TV_GENERAL_URI, "example.com", "https://a.example.com", TV_MATCH_NONE},
    {TV_GENERAL_URI, "example.com", "https://example.org/example.com", TV_MATCH_NONE},
    {TV_GENERAL_URI, "example.com", "https://example.com@example.org", TV_MATCH_NONE},
    {TV_GENERAL_URI, "example.com", "https://example.org?@example.com", TV_MATCH_NONE},
    {TV_GENERAL_URI, "example.com", "https://example.org#@example.com", TV_MATCH_NONE},
    {TV_GENERAL_URI, ".example.com", "https://a.example.com", TV_MATCH_ALL},
    {TV_GENERAL_URI, ".example.com", "https://example.com", TV_MATCH_NONE},
};

static const struct {
    tv_general_kind kind;
    const char *text;
    bool name;
    bool base;
} text_cases[] = {
    {TV_GENERAL_DNS, "example.com", true, true},
    {TV_GENERAL_DNS, "localhost", true, true},
    {TV_GENERAL_DNS, "xn--bcher-kva.example", true, true},
    {TV_GENERAL_DNS, "-a-.example", true, true},
    {TV_GENERAL_DNS, "", false, true},
    {TV_GENERAL_DNS, ".", false, false},
    {TV_GENERAL_DNS, "..", false, false},
    {TV_GENERAL_DNS, ".example.com", false, true},
    {TV_GENERAL_DNS, "..example.com", false, false},
    {TV_GENERAL_DNS, "example.com.", false, false},
    {TV_GENERAL_DNS, "example..com", false, false},
    {TV_GENERAL_DNS, " ", false, false},
    {TV_GENERAL_DNS, "exa mple.com", false, false},
    {TV_GENERAL_DNS, "example.com\n", false, false},
    {TV_GENERAL_DNS, "https://example.com", false, false},
    {TV_GENERAL_DNS, "b\xc3\xbc" "cher.example", false, false},
    {TV_GENERAL_DNS, "*.example.com", true, false},
    {TV_GENERAL_DNS, "f*o.example.com", true, false},
    {TV_GENERAL_DNS, "*", true, false},
    {TV_GENERAL_DNS, "*.", false, false},
    {TV_GENERAL_DNS, "a.*.example.com", false, false},
    {TV_GENERAL_DNS, ".*.example.com", false, false},

    {TV_GENERAL_EMAIL, "a@example.com", true, true},
    {TV_GENERAL_EMAIL, "a.b+c@example.com", true, true},
    {TV_GENERAL_EMAIL, "\"a b\"@example.com", true, true},
    {TV_GENERAL_EMAIL, "\"a\\\\\"@example.com", true, true},
    {TV_GENERAL_EMAIL, "example.com", false, true},
    {TV_GENERAL_EMAIL, ".example.com", false, true},
    {TV_GENERAL_EMAIL, "", false, false},
    {TV_GENERAL_EMAIL, ".", false, false},
    {TV_GENERAL_EMAIL, "a", false, true},
    {TV_GENERAL_EMAIL, "a@", false, false},
    {TV_GENERAL_EMAIL, "@example.com", false, false},
    {TV_GENERAL_EMAIL, "a@.example.com", false, false},
    {TV_GENERAL_EMAIL, "a@*.example.com", false, false},
    {TV_GENERAL_EMAIL, "*.example.com", false, false},
    {TV_GENERAL_EMAIL, "a@b@example.com", false, false},
    {TV_GENERAL_EMAIL, ".a@example.com", false, false},
    {TV_GENERAL_EMAIL, "a.@example.com", false, false},
    {TV_GENERAL_EMAIL, "a..b@example.com", false, false},
    {TV_GENERAL_EMAIL, "a b@example.com", false, false},
    {TV_GENERAL_EMAIL, "this @ is invalid", false, false},
    {TV_GENERAL_EMAIL, "\"a@example.com", false, false},
    {TV_GENERAL_EMAIL, "\"a\\\"@example.com", false, false},
    {TV_GENERAL_EMAIL, "\"a\\", false, false},
    {TV_GENERAL_EMAIL, "\"a\"b@example.com", false, false},
    {TV_GENERAL_EMAIL, "\"a\"", false, false},
    {TV_GENERAL_EMAIL, "\"a\tb\"@example.com", false, false},
    {TV_GENERAL_EMAIL, "a@[192.0.2.1]", false, false},
    {TV_GENERAL_EMAIL, "A <a@example.com>", false, false},

    {TV_GENERAL_URI, "https://example.com", true, false},
    {TV_GENERAL_URI, "a+b-c.1://x", true, false},
    {TV_GENERAL_URI, "https://@example.com", true, false},
    {TV_GENERAL_URI, "example.com", false, true},
    {TV_GENERAL_URI, ".example.com", false, true},
    {TV_GENERAL_URI, "", false, false},
    {TV_GENERAL_URI, "https:", false, false},
    {TV_GENERAL_URI, "https:/example.com", false, false},
    {TV_GENERAL_URI, "//example.com", false, false},
    {TV_GENERAL_URI, "1https://example.com", false, false},
    {TV_GENERAL_URI, "://example.com", false, false},
    {TV_GENERAL_URI, " https://example.com", false, false},
    {TV_GENERAL_URI, "https://", false, false},
    {TV_GENERAL_URI, "file:///etc/passwd", false, false},
    {TV_GENERAL_URI, "urn:example:thing", false, false},
    {TV_GENERAL_URI, "mailto:a@example.com", false, false},
    {TV_GENERAL_URI, "https://:443", false, false},
    {TV_GENERAL_URI, "https://192.0.2.1", false, false},
    {TV_GENERAL_URI, "https://192.0.2.1:443/", false, false},
    {TV_GENERAL_URI, "https://3221225985/", false, false},
    {TV_GENERAL_URI, "https://a.1/", false, false},
    {TV_GENERAL_URI, "https://a.1b/", true, false},
    {TV_GENERAL_URI, "https://[2001:db8::1]/", false, false},
    {TV_GENERAL_URI, "https://[2001:db8::1]:443/", false, false},
    {TV_GENERAL_URI, "https://example.com./", false, false},
    {TV_GENERAL_URI, "https://*.example.com/", false, false},
    {TV_GENERAL_URI, "https://ex%61mple.com/", false, false},
    {TV_GENERAL_URI, "https://example.com:80a/", false, false},
    {TV_GENERAL_URI, "https://example.com:80:80/", false, false},
    {TV_GENERAL_URI, "https://a@b@example.com/", false, false},
    {TV_GENERAL_URI, "https://example.org\\@example.com/", false, false},
    {TV_GENERAL_URI, "https://example.org\\.example.com/", false, false},
    {TV_GENERAL_URI, "https://example.com\t/", false, false},

    // forms that are not compared here
    {TV_GENERAL_OTHER_NAME, "a", false, false},
    {TV_GENERAL_X400, "a", false, false},
    {TV_GENERAL_DIRECTORY, "a", false, false},
    {TV_GENERAL_EDI, "a", false, false},
    {TV_GENERAL_RID, "a", false, false},
};

static const struct {
    size_t base_len;
    size_t name_len;
    uint8_t base[32];
    uint8_t name[16];
    tv_match expected;
} address_cases[] = {
    {8, 4, {10, 0, 0, 0, 255, 0, 0, 0}, {10, 1, 2, 3}, TV_MATCH_ALL},
    {8, 4, {10, 0, 0, 0, 255, 0, 0, 0}, {11, 1, 2, 3}, TV_MATCH_NONE},
    {8, 4, {10, 9, 9, 9, 255, 0, 0, 0}, {10, 1, 2, 3}, TV_MATCH_ALL}, // bits behind the mask
    {8, 4, {192, 0, 2, 128, 255, 255, 255, 128}, {192, 0, 2, 129}, TV_MATCH_ALL},
    {8, 4, {192, 0, 2, 128, 255, 255, 255, 128}, {192, 0, 2, 127}, TV_MATCH_NONE},
    {8, 4, {192, 0, 2, 1, 255, 255, 255, 255}, {192, 0, 2, 1}, TV_MATCH_ALL},
    {8, 4, {192, 0, 2, 1, 255, 255, 255, 255}, {192, 0, 2, 0}, TV_MATCH_NONE},
    {8, 4, {0}, {192, 0, 2, 1}, TV_MATCH_ALL},
    {8, 16, {0}, {0x20, 1}, TV_MATCH_NONE}, // the other version
    {32, 4, {0}, {192, 0, 2, 1}, TV_MATCH_NONE},
    {32, 16, {0}, {0x20, 1}, TV_MATCH_ALL},
    {32, 16, {0x20, 1, 13, 184, [16] = 255, 255, 255, 255}, {0x20, 1, 13, 184, 1}, TV_MATCH_ALL},
    {32, 16, {0x20, 1, 13, 184, [16] = 255, 255, 255, 255}, {0x20, 1, 13, 185}, TV_MATCH_NONE},
};

static const struct {
    size_t len;
    uint8_t bytes[33];
    bool name;
    bool base;
} octet_cases[] = {
    {0, {0}, false, false},
    {3, {0}, false, false},
    {4, {0}, true, false},
    {5, {0}, false, false},
    {7, {0}, false, false},
    {8, {0}, false, true},
    {8, {10, 0, 0, 0, 255, 0, 255, 0}, false, false},
    {8, {10, 0, 0, 0, 255, 253, 0, 0}, false, false},
    {8, {10, 0, 0, 0, 127, 0, 0, 0}, false, false},
    {8, {10, 0, 0, 0, 0, 0, 0, 1}, false, false},
    {8, {10, 0, 0, 0, 255, 254, 0, 0}, false, true},
    {16, {0}, true, false},
    {17, {0}, false, false},
    {32, {0}, false, true},
    {32, {[16] = 255, 255, 0, 1}, false, false},
    {33, {0}, false, false},
};
// clang-format on

enum {
    NUM_MATCH_CASES = sizeof(match_cases) / sizeof(match_cases[0]),
    NUM_TEXT_CASES = sizeof(text_cases) / sizeof(text_cases[0]),
    NUM_ADDRESS_CASES = sizeof(address_cases) / sizeof(address_cases[0]),
    NUM_OCTET_CASES = sizeof(octet_cases) / sizeof(octet_cases[0]),
};

// TV_MATCH_NONE as well when one of the two cannot be read.
static tv_match match(tv_general_kind kind, tv_span base_value, tv_span name_value)
{
    uint8_t *base_bytes = copy_bytes(base_value);
    uint8_t *name_bytes = copy_bytes(name_value);
    tv_general_name base = {kind, {base_bytes, base_value.len}};
    tv_general_name name = {kind, {name_bytes, name_value.len}};
    tv_match_name base_parts;
    tv_match_name name_parts;
    tv_match found = TV_MATCH_NONE;
    bool base_read = tv_match_read_base(&base, &base_parts);
    if (tv_match_read_name(&name, &name_parts) && base_read) {
        found = tv_match_names(kind, &base_parts, &name_parts);
    }
    free(base_bytes);
    free(name_bytes);
    return found;
}

static void test_names_lie_in_subtrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_MATCH_CASES; i++) {
        tv_match found = match(match_cases[i].kind, tv_span_from_text(match_cases[i].base),
                               tv_span_from_text(match_cases[i].name));
        if (found != match_cases[i].expected) {
            fail_msg("%s against %s: %d", match_cases[i].name, match_cases[i].base, (int)found);
        }
    }
}

static void test_addresses_lie_in_subtrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_ADDRESS_CASES; i++) {
        tv_match found =
            match(TV_GENERAL_IP, tv_span_make(address_cases[i].base, address_cases[i].base_len),
                  tv_span_make(address_cases[i].name, address_cases[i].name_len));
        if (found != address_cases[i].expected) {
            fail_msg("address %zu: %d", i, (int)found);
        }
    }
}

static void check_reading(tv_general_kind kind, tv_span value, bool is_name, bool is_base)
{
    uint8_t *bytes = copy_bytes(value);
    tv_general_name copy = {kind, {bytes, value.len}};
    tv_match_name parts;
    bool name_read = tv_match_read_name(&copy, &parts);
    bool base_read = tv_match_read_base(&copy, &parts);
    free(bytes);
    if (name_read != is_name || base_read != is_base) {
        fail_msg("form %d, \"%.*s\" (%zu bytes): name %d, base %d", (int)kind, (int)value.len,
                 (const char *)value.ptr, value.len, name_read, base_read);
    }
}

static void test_what_is_doubtful_is_not_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_TEXT_CASES; i++) {
        check_reading(text_cases[i].kind, tv_span_from_text(text_cases[i].text), text_cases[i].name,
                      text_cases[i].base);
    }
    for (size_t i = 0; i < NUM_OCTET_CASES; i++) {
        check_reading(TV_GENERAL_IP, tv_span_make(octet_cases[i].bytes, octet_cases[i].len),
                      octet_cases[i].name, octet_cases[i].base);
    }
}

static void test_a_nul_hides_nothing(void **state)
{
    (void)state;
    check_reading(TV_GENERAL_DNS, TV_LIT("example.com\0.example.org"), false, false);
    check_reading(TV_GENERAL_DNS, TV_LIT("example.com\0"), false, false);
    check_reading(TV_GENERAL_EMAIL, TV_LIT("a\0b@example.com"), false, false);
    check_reading(TV_GENERAL_EMAIL, TV_LIT("\"a\0b\"@example.com"), false, false);
    check_reading(TV_GENERAL_EMAIL, TV_LIT("a@example.com\0"), false, false);
    check_reading(TV_GENERAL_URI, TV_LIT("https://example.com\0/"), false, false);
    check_reading(TV_GENERAL_URI, TV_LIT("https\0://example.com/"), false, false);
    check_reading(TV_GENERAL_URI, TV_LIT("https://a\0@example.com/"), false, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_lie_in_subtrees),
        cmocka_unit_test(test_addresses_lie_in_subtrees),
        cmocka_unit_test(test_what_is_doubtful_is_not_read),
        cmocka_unit_test(test_a_nul_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
