// SPDX-License-Identifier: Apache-2.0
// Texts in UTF-16: both byte orders, with and without mark, and what only looks like one.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "pem/pem_scan.h"

#include <stdlib.h>

static const struct {
    const char *name;
    tv_span text;
    const char *result; // NULL: not UTF-16
} cases[] = {
#define T(bytes)                                                                                   \
    {                                                                                              \
        (const uint8_t *)("" bytes), sizeof(bytes) - 1                                             \
    }
    {"LE with mark", T("\xff\xfe-\0B\0\n\0"), "-B\n"},
    {"BE with mark", T("\xfe\xff\0-\0B\0\n"), "-B\n"},
    {"LE without mark", T("-\0-\0B\0\n\0"), "--B\n"},
    {"BE without mark", T("\0-\0-\0B\0\n"), "--B\n"},
    {"marks alone", T("\xff\xfe"), ""},
    {"BE mark alone", T("\xfe\xff"), ""},
    {"other characters",
     T("\xff\xfe"
       "a\0\xe4\0\x80\0\x7f\0a\x01\x3d\xd8\0\xde"),
     "a??\x7f???"},
    {"odd length",
     T("\xff\xfe"
       "a\0b"),
     "a?"},
    {"BE, odd length", T("\xfe\xff\0a\0"), "a?"},
    {"LE without mark, odd length", T("a\0b\0c"), "ab?"},
    {"8-bit text", T("-----BEGIN CERTIFICATE-----\n"), NULL},
    {"UTF-8 mark", T("\xef\xbb\xbf-----"), NULL},
    {"nothing", T(""), NULL},
    {"one byte", T("a"), NULL},
    {"a pair is too short to tell", T("a\0"), NULL},
    {"one NUL is missing", T("a\0b\0c-d\0"), NULL},
    {"one NUL too many", T("a\0b\0\0\0d\0"), NULL},
    {"only NULs", T("\0\0\0\0\0\0\0\0"), NULL},
    {"DER", T("\x30\x82\x01\x00\x30\x82"), NULL},
#undef T
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t *out = NULL;
        size_t len = 77;
        bool is_utf16 = tv_pem_from_utf16(cases[i].text, &out, &len);
        const char *want = cases[i].result;
        if (is_utf16 != (want != NULL)) {
            fail_msg("%s: %d", cases[i].name, is_utf16);
        }
        if (want == NULL) {
            assert_null(out);
            assert_int_equal(len, 77);
            continue;
        }
        if (!tv_span_equal((tv_span){out, len}, tv_span_from_text(want))) {
            fail_msg("%s: %.*s", cases[i].name, (int)len, (const char *)out);
        }
        free(out);
    }
}

static void test_only_the_first_64_bytes_are_probed(void **state)
{
    (void)state;
    uint8_t text[200];
    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = i % 2 == 0 ? 'a' : 0;
    }
    text[101] = 'x'; // a character beyond Latin-1, far behind the start
    uint8_t *out = NULL;
    size_t len = 0;
    assert_true(tv_pem_from_utf16((tv_span){text, sizeof(text)}, &out, &len));
    assert_int_equal(len, 100);
    assert_int_equal(out[49], 'a');
    assert_int_equal(out[50], '?');
    assert_int_equal(out[51], 'a');
    free(out);
    text[63] = 'x';
    assert_false(tv_pem_from_utf16((tv_span){text, sizeof(text)}, &out, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_only_the_first_64_bytes_are_probed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
