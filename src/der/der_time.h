// SPDX-License-Identifier: Apache-2.0
// UTCTime and GeneralizedTime of RFC 5280 4.1.2.5 (seconds present, Zulu, no fraction) as tv_time.
#ifndef TV_DER_DER_TIME_H
#define TV_DER_DER_TIME_H

#include "der/der.h"

// `value` is a UTCTime (years 50-99 are 1950-1999, 00-49 are 2000-2049) or a GeneralizedTime (years
// 0 to 9999). False, `*out` untouched, for any other form.
bool tv_der_time(const tv_der_value *value, tv_time *out);

#endif
