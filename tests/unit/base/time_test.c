// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic against a day-by-day count, and the texts of instants, good and bad.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "base/time.h"

#define DAY INT64_C(86400)
#define NOW INT64_C(1764000000) // 2025-11-24T16:00:00Z

static bool is_leap(int year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

// Every day of every year, counted one by one from the first.
static void test_all_days(void **state)
{
    (void)state;
    static const int days[2][12] = {{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
                                    {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}};
    int64_t expected = INT64_C(-62167219200);
    for (int year = 0; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            int last = days[is_leap(year)][month - 1];
            tv_time out = 0;
            for (int day = 1; day <= last; day++) {
                assert_true(tv_time_from_civil(&out, year, month, day, 0, 0, 0));
                assert_true(out == expected);
                expected += DAY;
            }
            assert_false(tv_time_from_civil(&out, year, month, last + 1, 0, 0, 0));
            assert_true(out == expected - DAY);
        }
    }
    assert_true(expected == INT64_C(253402300800));
}

static void test_fields_out_of_range(void **state)
{
    (void)state;
    static const int bad[][6] = {
        {-1, 1, 1, 0, 0, 0},    {10000, 1, 1, 0, 0, 0}, {2025, 0, 1, 0, 0, 0},
        {2025, 13, 1, 0, 0, 0}, {2025, 1, 0, 0, 0, 0},  {2025, 1, 32, 0, 0, 0},
        {2025, 2, 29, 0, 0, 0}, {1900, 2, 29, 0, 0, 0}, {2025, 1, 1, 24, 0, 0},
        {2025, 1, 1, -1, 0, 0}, {2025, 1, 1, 0, 60, 0}, {2025, 1, 1, 0, -1, 0},
        {2025, 1, 1, 0, 0, 60}, {2025, 1, 1, 0, 0, -1},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const int *f = bad[i];
        tv_time out = 42;
        assert_false(tv_time_from_civil(&out, f[0], f[1], f[2], f[3], f[4], f[5]));
        assert_true(out == 42);
    }
}

static const struct {
    const char *text;
    tv_time time;
} good[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01", 0},
    {"2025-11-24T16:00:00Z", NOW},
    {"2025-11-24t16:00:00z", NOW},
    {"2025-11-24 16:00:00Z", NOW},
    {"2025-11-24T16:00:00.999999999999999999999Z", NOW},
    {"2025-11-24T17:30:00+01:30", NOW},
    {"2025-11-24T11:00:00-05:00", NOW},
    {"2025-11-24T16:00:00-00:00", NOW},
    {"2025-11-25T15:59:00+23:59", NOW},
    {"2024-02-29", 1709164800},
    {"0000-01-01T00:00:00Z", INT64_C(-62167219200)},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
    {"@0", 0},
    {"@-1", -1},
    {"@1764000000", NOW},
    {"1764000000", NOW},
    {"0", 0},
    {"2025", 2025},
    {"000000000000000000000000000007", 7},
    {"+0s", NOW},
    {"-0d", NOW},
    {"+90s", NOW + 90},
    {"+5m", NOW + 300},
    {"-2h", NOW - 7200},
    {"+30d", NOW + 30 * DAY},
    {"-2w", NOW - 14 * DAY},
    {"+1y", NOW + 365 * DAY},
};

static const char *const bad[] = {
    "",
    " ",
    "@",
    "@-",
    "@+1",
    "@1x",
    "-1",
    "+1",
    "+d",
    "+1D",
    "+-1d",
    "+1dd",
    "+1.5d",
    "+99999999999999999999d",
    "+9223372036854775807y",
    "-9223372036854775807s",
    "+400000000w",
    "@9223372036854775807",
    "@9223372036854775808",
    "253402300800",
    "@-62167219201",
    "1764000000 ",
    " 1764000000",
    "now",
    "2025-11-24T",
    "2025-11-24T16",
    "2025-11-24T16:00",
    "2025-11-24T16:00Z",
    "2025-11-24T16:00:00",
    "2025-11-24T16:00:00.",
    "2025-11-24T16:00:00.Z",
    "2025-11-24T16:00:00,5Z",
    "2025-11-24T16:00:00ZZ",
    "2025-11-24T16:00:00+0100",
    "2025-11-24T16:00:00+01",
    "2025-11-24T16:00:00+24:00",
    "2025-11-24T16:00:00+00:60",
    "2025-11-24T16:00:00+01:00x",
    "2025-11-24T24:00:00Z",
    "2025-11-24T16:60:00Z",
    "2025-11-24T16:00:60Z",
    "2025-11-31",
    "2025-02-29",
    "2025-13-01",
    "2025-00-01",
    "2025-01-00",
    "2025-1-1",
    "2025/11/24",
    "25-11-24",
    "12025-11-24",
    "2025-11-24 ",
    "0000-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
};

static void test_texts_that_are_instants(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        tv_time out = TV_TIME_NONE;
        if (!tv_time_parse(&out, tv_span_from_text(good[i].text), NOW) || out != good[i].time) {
            fail_msg("%s gives %lld", good[i].text, (long long)out);
        }
    }
}

static void test_texts_that_are_none(void **state)
{
    (void)state;
    tv_time out = 42;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (tv_time_parse(&out, tv_span_from_text(bad[i]), NOW) || out != 42) {
            fail_msg("\"%s\" is taken", bad[i]);
        }
    }
    assert_false(tv_time_parse(&out, TV_LIT("2025-11-24\0"), NOW));
    assert_false(tv_time_parse(&out, TV_LIT("2025-11-24T16:00:00\0"), NOW));
    assert_false(tv_time_parse(&out, TV_LIT("-1d"), TV_TIME_NONE));
    assert_false(tv_time_parse(&out, TV_LIT("+1d"), INT64_MAX));
}

static void test_formatting(void **state)
{
    (void)state;
    static const struct {
        tv_time time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {NOW, "2025-11-24T16:00:00Z"},
        {INT64_C(951782399), "2000-02-28T23:59:59Z"},
        {INT64_C(951782400), "2000-02-29T00:00:00Z"},
        {INT64_C(951868800), "2000-03-01T00:00:00Z"},
        {INT64_C(2524607999), "2049-12-31T23:59:59Z"},
        {INT64_C(-62167219200), "0000-01-01T00:00:00Z"},
        {INT64_C(-62167219201), "0000-01-01T00:00:00Z"},
        {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800), "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
        {INT64_MIN, "0000-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[TV_TIME_TEXT_LEN];
        tv_time_format(text, cases[i].time);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_a_text_comes_back(void **state)
{
    (void)state;
    // Steps that drift through hours, weekdays and seasons of all the years.
    for (tv_time time = INT64_C(-62167219200); time <= INT64_C(253402300799); time += 1234577) {
        char text[TV_TIME_TEXT_LEN];
        tv_time out = TV_TIME_NONE;
        tv_time_format(text, time);
        assert_true(tv_time_parse(&out, tv_span_from_text(text), 0));
        assert_true(out == time);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_days),
        cmocka_unit_test(test_fields_out_of_range),
        cmocka_unit_test(test_texts_that_are_instants),
        cmocka_unit_test(test_texts_that_are_none),
        cmocka_unit_test(test_formatting),
        cmocka_unit_test(test_a_text_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
