// SPDX-License-Identifier: Apache-2.0
// What would help, in one sentence: every kind of hint, and hostile names cut at a character's
// edge.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "cert/name.h"
#include "report/hint.h"
#include "support/build.h"

#include <string.h>

static tv_cert target;
static tv_held near_miss;

static int set_up(void **state)
{
    (void)state;
    target.issuer = tv_build_name("Issuing CA");
    target.aki = TV_LIT("\x0a\x0b");
    near_miss.cert.subject = tv_build_name("Issuing CA");
    near_miss.cert.issuer = tv_build_name("Root");
    near_miss.cert.ski = TV_LIT("\xcc");
    near_miss.cert.aki = TV_LIT("\xdd");
    near_miss.cert.not_before = 1767225600; // 2026
    near_miss.cert.not_after = 1798761600;  // 2027
    memset(near_miss.fingerprint.bytes, 0xab, sizeof(near_miss.fingerprint.bytes));
    return 0;
}

static const struct {
    tv_hint_kind hint;
    tv_reason reason;
    bool near;
    const char *text;
} hints[] = {
    {TV_HINT_NONE, TV_REASON_EXPIRED, true, ""},
    {TV_HINT_ISSUER_MISSING, TV_REASON_ISSUER_NOT_FOUND, false,
     "add the issuer CN=Issuing CA (key id 0a0b) and the CA certificates above it to the "
     "truststore"},
    {TV_HINT_ISSUER_REKEYED, TV_REASON_ISSUER_NOT_FOUND, true,
     "the truststore has CN=Issuing CA with another key (key id cc); add that CA's certificate for "
     "the key that signed this one, key id 0a0b"},
    {TV_HINT_ISSUER_NOT_TRUSTED, TV_REASON_ISSUER_NOT_FOUND, true,
     "the issuer CN=Issuing CA is at hand as an intermediate only; add it to the truststore"},
    {TV_HINT_ISSUER_EXPIRED, TV_REASON_ISSUER_EXPIRED, true,
     "the issuer CN=Issuing CA expired on 2027-01-01T00:00:00Z; add its renewed certificate"},
    {TV_HINT_ISSUER_EXPIRED, TV_REASON_ISSUER_NOT_YET_VALID, true,
     "the issuer CN=Issuing CA is not valid before 2026-01-01T00:00:00Z"},
    {TV_HINT_SAME_KEY_OTHER_CERT, TV_REASON_SELF_SIGNED, true,
     "the truststore has another certificate with this key, "
     "abababababababababababababababababababababababababababababababab; add this very certificate"},
    {TV_HINT_ALTERED, TV_REASON_BAD_SIGNATURE, true,
     "it names CN=Issuing CA (key id cc) as its issuer, whose key did not sign these bytes; get "
     "the "
     "certificate again from where it was issued"},
    {TV_HINT_SELF_SIGNED, TV_REASON_SELF_SIGNED, false,
     "a self-signed certificate is accepted only when it is in the truststore itself; add it, or "
     "issue it from a CA of the truststore"},
    // A hint that is about a certificate says nothing without one.
    {TV_HINT_ISSUER_REKEYED, TV_REASON_ISSUER_NOT_FOUND, false, ""},
    {TV_HINT_ROOT_MISSING, TV_REASON_ROOT_NOT_FOUND, false, ""},
    {TV_HINT_ISSUER_EXPIRED, TV_REASON_ISSUER_EXPIRED, false, ""},
};

static void assert_text(const tv_buf *buf, const char *text)
{
    assert_int_equal(buf->len, strlen(text));
    if (buf->len > 0) {
        assert_memory_equal(buf->ptr, text, buf->len);
    }
}

static void each_hint_is_a_sentence(void **state)
{
    (void)state;
    tv_buf out = {0};
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        print_message("  %s\n", hints[i].text);
        tv_cell cell = {.reason = hints[i].reason,
                        .hint = hints[i].hint,
                        .near_miss = hints[i].near ? &near_miss : NULL};
        tv_buf_clear(&out);
        tv_hint_text(&target, &cell, &out);
        assert_text(&out, hints[i].text);
        tv_buf_clear(&out);
        tv_hint_text(NULL, &cell, &out);
        assert_text(&out, "");
    }
    tv_buf_close(&out);
}

static void a_missing_root_is_named(void **state)
{
    (void)state;
    tv_buf out = {0};
    tv_cell cell = {
        .reason = TV_REASON_ROOT_NOT_FOUND, .hint = TV_HINT_ROOT_MISSING, .near_miss = &near_miss};
    tv_hint_text(&target, &cell, &out);
    tv_buf_add_byte(&out, 0);
    assert_non_null(strstr((const char *)out.ptr, "CN=Issuing CA"));
    assert_non_null(strstr((const char *)out.ptr, "add CN=Root (key id dd)"));
    tv_buf_close(&out);
}

static void what_has_no_key_identifier_is_told_without(void **state)
{
    (void)state;
    tv_buf out = {0};
    tv_cert bare = {.issuer = target.issuer};
    tv_held bare_near = {.cert.subject = near_miss.cert.subject};
    tv_cell cell = {.hint = TV_HINT_ISSUER_REKEYED, .near_miss = &bare_near};
    tv_hint_text(&bare, &cell, &out);
    assert_text(&out,
                "the truststore has CN=Issuing CA with another key; add that CA's certificate "
                "for the key that signed this one");
    tv_buf_clear(&out);
    cell = (tv_cell){.hint = TV_HINT_ISSUER_MISSING};
    tv_hint_text(&bare, &cell, &out);
    assert_text(&out, "add the issuer CN=Issuing CA and the CA certificates above it to the "
                      "truststore");
    tv_buf_close(&out);
}

// Names of 196 to 200 letters of two bytes behind "CN=", so that the cut falls on either half.
static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 2; shift++) {
        char name[512];
        memset(name, 'x', shift);
        for (size_t i = shift; i + 1 < sizeof(name); i += 2) {
            memcpy(name + i, "\xc3\xa4", 2);
        }
        name[401] = '\0';
        name[shift == 0 ? 400 : 401] = '\0';
        tv_cert cert = {.issuer = tv_build_name(name)};
        tv_cell cell = {.hint = TV_HINT_ISSUER_MISSING};
        tv_buf out = {0};
        tv_hint_text(&cert, &cell, &out);
        tv_buf_add_byte(&out, 0);
        const char *start = strstr((const char *)out.ptr, "CN=");
        const char *end = strstr((const char *)out.ptr, "... and");
        assert_non_null(start);
        assert_non_null(end);
        size_t len = (size_t)(end - start);
        assert_int_equal(len, shift == 0 ? 199 : 200);
        assert_int_equal((uint8_t)end[-1], 0xa4); // a whole letter
        tv_buf_close(&out);
    }
}

static void a_long_key_identifier_is_cut(void **state)
{
    (void)state;
    tv_cert cert = {.issuer = target.issuer, .aki = tv_build_fill(0x11, 100)};
    tv_cell cell = {.hint = TV_HINT_ISSUER_MISSING};
    tv_buf out = {0};
    tv_hint_text(&cert, &cell, &out);
    tv_buf_add_byte(&out, 0);
    const char *digits = strstr((const char *)out.ptr, "1111");
    assert_non_null(digits);
    assert_int_equal(strspn(digits, "1"), 64);
    tv_buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hint_is_a_sentence),
        cmocka_unit_test(a_missing_root_is_named),
        cmocka_unit_test(what_has_no_key_identifier_is_told_without),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(a_long_key_identifier_is_cut),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
