// SPDX-License-Identifier: Apache-2.0
// Status texts, default limits and the version.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tv/status.h"

#include <string.h>

static void test_each_status_has_its_text(void **state)
{
    (void)state;
    static const struct {
        tv_status status;
        const char *text;
    } cases[] = {
#define ROW(name, text) {name, text},
        TV_STATUS_LIST(ROW)
#undef ROW
    };
    assert_int_equal(TV_OK, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *text = tv_status_text(cases[i].status);
        assert_string_equal(text, cases[i].text);
        assert_true(text[0] >= 'a' && text[0] <= 'z');
        assert_int_not_equal(text[strlen(text) - 1], '.');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(text, cases[j].text);
        }
    }
    assert_string_equal(tv_status_text((tv_status)9999), "unknown status");
}

static void test_default_limits(void **state)
{
    (void)state;
    tv_limits limits = tv_limits_default();
    assert_true(limits.bundle_bytes == UINT64_C(4294967296));
    assert_int_equal(limits.path_nodes, 4096);
    assert_int_equal(limits.path_signatures, 256);
    assert_int_equal(limits.path_depth, 32);
    assert_int_equal(limits.issuer_candidates, 64);
    assert_true(limits.name_comparisons == 1048576);
}

static void test_the_version_is_the_one_built(void **state)
{
    (void)state;
#ifdef TV_VERSION
    assert_string_equal(tv_version(), TV_VERSION);
#else
    assert_string_equal(tv_version(), "0.1.0");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_status_has_its_text),
        cmocka_unit_test(test_default_limits),
        cmocka_unit_test(test_the_version_is_the_one_built),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
