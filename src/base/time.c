// SPDX-License-Identifier: Apache-2.0
// In: calendar fields, or the text of an instant. Out: seconds since 1970, and texts of them. The
// clock is read elsewhere: `now` is an argument. Leap seconds do not exist here, as in POSIX.
#include "base/time.h"

#include "base/span.h"

enum {
    SECONDS_PER_DAY = 86400,
    DAYS_PER_ERA = 146097,  // 400 years
    DAYS_TO_EPOCH = 719468, // from 0000-03-01 to 1970-01-01
};

#define EARLIEST INT64_C(-62167219200) // 0000-01-01T00:00:00Z
#define LATEST INT64_C(253402300799)   // 9999-12-31T23:59:59Z

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool tv_time_from_civil(tv_time *out, int year, int month, int day, int hour, int minute,
                        int second)
{
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59) {
        return false;
    }
    // Years are counted from March, so that the leap day is the last of its year. The addition of
    // one era keeps January and February of year 0 positive.
    int shifted_year = (month > 2 ? year : year - 1) + 400;
    int shifted_month = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    int64_t days = INT64_C(365) * shifted_year + shifted_year / 4 - shifted_year / 100 +
                   shifted_year / 400 + day_of_year - DAYS_PER_ERA - DAYS_TO_EPOCH;
    *out = days * SECONDS_PER_DAY + INT64_C(3600) * hour + INT64_C(60) * minute + second;
    return true;
}

// Takes `count` digits off the front of `*text`.
static bool take_number(tv_span *text, size_t count, int *out)
{
    if (text->len < count) {
        return false;
    }
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9') {
            return false;
        }
        value = value * 10 + (text->ptr[i] - '0');
    }
    *out = value;
    *text = tv_span_part(*text, count, text->len);
    return true;
}

// Takes one byte off the front of `*text` when it is one of `choices`.
static bool take_one_of(tv_span *text, const char *choices, char *out)
{
    if (text->len == 0 || text->ptr[0] == 0 || strchr(choices, text->ptr[0]) == NULL) {
        return false;
    }
    *out = (char)text->ptr[0];
    *text = tv_span_part(*text, 1, text->len);
    return true;
}

// Takes two numbers of two digits with a colon between them.
static bool take_hour_minute(tv_span *text, int *hour, int *minute)
{
    char colon;
    return take_number(text, 2, hour) && take_one_of(text, ":", &colon) &&
           take_number(text, 2, minute);
}

// "Z", or "+HH:MM" as seconds east of Greenwich, at the very end of the text.
static bool take_offset(tv_span *text, int *out)
{
    char sign;
    if (take_one_of(text, "Zz", &sign)) {
        *out = 0;
        return text->len == 0;
    }
    int hour;
    int minute;
    if (!take_one_of(text, "+-", &sign) || !take_hour_minute(text, &hour, &minute) || hour > 23 ||
        minute > 59 || text->len != 0) {
        return false;
    }
    *out = (hour * 60 + minute) * (sign == '-' ? -60 : 60);
    return true;
}

// ".123": at least one digit, all of them dropped.
static bool skip_fraction(tv_span *text)
{
    char point;
    int digit;
    if (!take_one_of(text, ".", &point)) {
        return true;
    }
    if (!take_number(text, 1, &digit)) {
        return false;
    }
    while (take_number(text, 1, &digit)) {
    }
    return true;
}

static bool parse_rfc3339(tv_time *out, tv_span text)
{
    int year;
    int month;
    int day;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int offset = 0;
    char mark;
    if (!take_number(&text, 4, &year) || !take_one_of(&text, "-", &mark) ||
        !take_number(&text, 2, &month) || !take_one_of(&text, "-", &mark) ||
        !take_number(&text, 2, &day)) {
        return false;
    }
    bool has_clock = text.len > 0;
    if (has_clock &&
        (!take_one_of(&text, "Tt ", &mark) || !take_hour_minute(&text, &hour, &minute) ||
         !take_one_of(&text, ":", &mark) || !take_number(&text, 2, &second) ||
         !skip_fraction(&text) || !take_offset(&text, &offset))) {
        return false;
    }
    tv_time local;
    if (!tv_time_from_civil(&local, year, month, day, hour, minute, second)) {
        return false;
    }
    *out = local - offset;
    return true;
}

// A decimal number that is the whole of `text`.
static bool parse_decimal(int64_t *out, tv_span text)
{
    int64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text.ptr[i] - '0', &value)) {
            return false;
        }
    }
    *out = value;
    return text.len > 0;
}

static bool parse_seconds(tv_time *out, tv_span text)
{
    char sign = '+';
    char mark;
    if (take_one_of(&text, "@", &mark)) {
        take_one_of(&text, "-", &sign);
    }
    int64_t value;
    if (!parse_decimal(&value, text)) {
        return false;
    }
    *out = sign == '-' ? -value : value;
    return true;
}

static int64_t unit_seconds(uint8_t unit)
{
    static const struct {
        uint8_t unit;
        int32_t seconds;
    } units[] = {
        {'s', 1},
        {'m', 60},
        {'h', 3600},
        {'d', SECONDS_PER_DAY},
        {'w', 7 * SECONDS_PER_DAY},
        {'y', 365 * SECONDS_PER_DAY},
    };
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (unit == units[i].unit) {
            return units[i].seconds;
        }
    }
    return 0;
}

static bool parse_relative(tv_time *out, tv_span text, tv_time now)
{
    char sign;
    int64_t count;
    if (!take_one_of(&text, "+-", &sign) || text.len < 2) {
        return false;
    }
    int64_t unit = unit_seconds(text.ptr[text.len - 1]);
    if (unit == 0 || !parse_decimal(&count, tv_span_part(text, 0, text.len - 1))) {
        return false;
    }
    int64_t seconds;
    return !__builtin_mul_overflow(count, sign == '-' ? -unit : unit, &seconds) &&
           !__builtin_add_overflow(now, seconds, out);
}

bool tv_time_parse(tv_time *out, tv_span text, tv_time now)
{
    tv_time time;
    if (!parse_seconds(&time, text) && !parse_relative(&time, text, now) &&
        !parse_rfc3339(&time, text)) {
        return false;
    }
    if (time < EARLIEST || time > LATEST) {
        return false;
    }
    *out = time;
    return true;
}

static void put_two_digits(char *at, unsigned value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
}

void tv_time_format(char out[TV_TIME_TEXT_LEN], tv_time time)
{
    time = time < EARLIEST ? EARLIEST : time > LATEST ? LATEST : time;
    // Counted from 0000-03-01 less one era, so that nothing is negative. What is left after the
    // first division fits into 32 bits, which divide faster.
    uint64_t since = (uint64_t)(time - EARLIEST);
    unsigned second = (unsigned)(since % SECONDS_PER_DAY);
    unsigned days = (unsigned)(since / SECONDS_PER_DAY) + DAYS_PER_ERA - 60;
    unsigned era = days / DAYS_PER_ERA;
    unsigned day_of_era = days % DAYS_PER_ERA;
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted_month = (5 * day_of_year + 2) / 153;
    unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    unsigned year = era * 400 + year_of_era + (month <= 2 ? 1 : 0) - 400;

    memcpy(out, "0000-00-00T00:00:00Z", TV_TIME_TEXT_LEN);
    put_two_digits(out, year / 100);
    put_two_digits(out + 2, year % 100);
    put_two_digits(out + 5, month);
    put_two_digits(out + 8, day_of_year - (153 * shifted_month + 2) / 5 + 1);
    put_two_digits(out + 11, second / 3600);
    put_two_digits(out + 14, second / 60 % 60);
    put_two_digits(out + 17, second % 60);
}
