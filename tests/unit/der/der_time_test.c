// SPDX-License-Identifier: Apache-2.0
// UTCTime and GeneralizedTime as RFC 5280 has them, and every other form that is not.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "der/der_time.h"
#include "support/build.h"

#define NO INT64_C(-1)

static const struct {
    uint8_t tag;
    const char *text;
    tv_time seconds; // NO: not a time
} cases[] = {
    {TV_DER_UTC_TIME, "700101000000Z", 0},
    {TV_DER_UTC_TIME, "700101000001Z", 1},
    {TV_DER_UTC_TIME, "500101000000Z", INT64_C(-631152000)},
    {TV_DER_UTC_TIME, "491231235959Z", INT64_C(2524607999)},
    {TV_DER_UTC_TIME, "991231235959Z", INT64_C(946684799)},
    {TV_DER_UTC_TIME, "000101000000Z", INT64_C(946684800)},
    {TV_DER_UTC_TIME, "240229120000Z", INT64_C(1709208000)},
    {TV_DER_GENERALIZED_TIME, "19700101000000Z", 0},
    {TV_DER_GENERALIZED_TIME, "20491231235959Z", INT64_C(2524607999)},
    {TV_DER_GENERALIZED_TIME, "20500101000000Z", INT64_C(2524608000)},
    {TV_DER_GENERALIZED_TIME, "99991231235959Z", INT64_C(253402300799)},
    {TV_DER_GENERALIZED_TIME, "00000101000000Z", INT64_C(-62167219200)},
    {TV_DER_UTC_TIME, "", NO},
    {TV_DER_UTC_TIME, "7001010000Z", NO},
    {TV_DER_UTC_TIME, "700101000000", NO},
    {TV_DER_UTC_TIME, "700101000000+0000", NO},
    {TV_DER_UTC_TIME, "700101000000z", NO},
    {TV_DER_UTC_TIME, "7001010000.0Z", NO},
    {TV_DER_UTC_TIME, "230229000000Z", NO},
    {TV_DER_UTC_TIME, "230001000000Z", NO},
    {TV_DER_UTC_TIME, "231301000000Z", NO},
    {TV_DER_UTC_TIME, "230100000000Z", NO},
    {TV_DER_UTC_TIME, "230101240000Z", NO},
    {TV_DER_UTC_TIME, "230101006000Z", NO},
    {TV_DER_UTC_TIME, "230101000060Z", NO},
    {TV_DER_UTC_TIME, "-10101000000Z", NO},
    {TV_DER_UTC_TIME, "2 0101000000Z", NO},
    {TV_DER_UTC_TIME, "23010100000:Z", NO},
    {TV_DER_UTC_TIME, "19700101000000Z", NO},
    {TV_DER_GENERALIZED_TIME, "700101000000Z", NO},
    {TV_DER_GENERALIZED_TIME, "197001010000Z", NO},
    {TV_DER_GENERALIZED_TIME, "19700101000000.5Z", NO},
    {TV_DER_GENERALIZED_TIME, "19700101000000.Z", NO},
    {TV_DER_GENERALIZED_TIME, "1970010100000000", NO},
    {TV_DER_GENERALIZED_TIME, "1970010100000/Z", NO},
    {TV_DER_GENERALIZED_TIME, "1x700101000000Z", NO},
    {TV_DER_GENERALIZED_TIME, "19x00101000000Z", NO},
    {TV_DER_UTF8_STRING, "700101000000Z", NO},
    {TV_DER_OCTET_STRING, "19700101000000Z", NO},
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_span in = TV_TLV(cases[i].tag, tv_build_text(cases[i].text));
        tv_der_value value;
        tv_time out = 77;
        assert_true(tv_der_read(&in, &value));
        if (tv_der_time(&value, &out) != (cases[i].seconds != NO)) {
            print_error("%s\n", cases[i].text);
        }
        assert_int_equal(tv_der_time(&value, &out), cases[i].seconds != NO);
        assert_true(out == (cases[i].seconds != NO ? cases[i].seconds : 77));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_times)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
