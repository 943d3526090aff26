// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic; the texts of instants are declared in tv/common.h. Reads no clock.
#ifndef TV_BASE_TIME_H
#define TV_BASE_TIME_H

#include "tv/common.h"

// Proleptic Gregorian calendar, years 0 to 9999. False, `*out` untouched, when a field is out of
// range (month 1-12, day of that month, hour 0-23, minute 0-59, second 0-59).
bool tv_time_from_civil(tv_time *out, int year, int month, int day, int hour, int minute,
                        int second);

#endif
