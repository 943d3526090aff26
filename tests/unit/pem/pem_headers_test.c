// SPDX-License-Identifier: Apache-2.0
// Where the base64 of a body begins.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "pem/pem_headers.h"

static void test_where_headers_end(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t end;
    } cases[] = {
        {"", 0},
        {"\nAAAA\n", 0},
        {"\n\nAAAA\n", 0},
        {"\nX: a\nAAAA\n", 6},
        {"\nX: a\n\nAAAA\n", 6},
        {"\r\nX: a\r\n\r\nAAAA\r\n", 8},
        {"\rX: a\rAAAA\r", 6},
        {"\\nX: a\\n\\nAAAA", 8},
        {"\n \nX: a\nY: b\nAAAA\n", 13},
        {"\nX: a\n b\n\tc\n\nAAAA\n", 12},
        {"\nX: a\n \nAAAA\n", 6}, // a blank line is no continuation
        {"X: a\nAAAA", 5},        // on the line of BEGIN
        {"\nX: a", 5},
        {"\nX: a\n", 6},
        {"\n:\n", 3},
        {"\nAAAA\nX: a\n", 0}, // base64 has begun
        {"\n b\nX: a\n", 0},   // continues nothing
        {"\n\n", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t end = tv_pem_headers_end(tv_span_from_text(cases[i].body));
        if (end != cases[i].end) {
            fail_msg("case %zu ends at %zu", i, end);
        }
    }
    assert_int_equal(tv_pem_headers_end((tv_span){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_headers_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
