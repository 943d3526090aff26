// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic and the texts of instants. Reads no clock.
#ifndef TV_BASE_TIME_H
#define TV_BASE_TIME_H

#include "tv/common.h"

// Proleptic Gregorian calendar, years 0 to 9999. False, `*out` untouched, when a field is out of
// range (month 1-12, day of that month, hour 0-23, minute 0-59, second 0-59).
bool tv_time_from_civil(tv_time *out, int year, int month, int day, int hour, int minute,
                        int second);

// Reads an instant as a person writes it: RFC 3339 (with a fraction, which is cut off, and any
// offset; a bare date is its midnight UTC), `@SECONDS` or a bare decimal count of seconds since the
// epoch, or `+N` / `-N` with a unit s, m, h, d, w or y (365 days) relative to `now`. False, `*out`
// untouched, when it is none of these or lies outside the years 0 to 9999.
bool tv_time_parse(tv_time *out, tv_span text, tv_time now);

// Writes "2026-11-23T23:00:00Z" with its NUL. Years outside 0 to 9999 are clamped to that range.
#define TV_TIME_TEXT_LEN 21
void tv_time_format(char out[TV_TIME_TEXT_LEN], tv_time time);

#endif
