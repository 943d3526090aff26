// SPDX-License-Identifier: Apache-2.0
// The two ASN.1 time types of a certificate become seconds. Only the form that RFC 5280 4.1.2.5
// allows is read: seconds present, no fraction, "Z". Calendar arithmetic is base's.
#include "der/der_time.h"

#include "base/time.h"

// Two decimal digits, or -1.
static int two_digits(const uint8_t *text)
{
    unsigned tens = text[0] - (unsigned)'0';
    unsigned ones = text[1] - (unsigned)'0';
    return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
}

bool tv_der_time(const tv_der_value *value, tv_time *out)
{
    const uint8_t *text = value->contents.ptr;
    int year;
    if (value->tag == TV_DER_UTC_TIME && value->contents.len == sizeof("YYMMDDHHMMSSZ") - 1) {
        year = two_digits(text);
        if (year < 0) {
            return false;
        }
        year += year < 50 ? 2000 : 1900; // RFC 5280 4.1.2.5.1
        text += 2;
    } else if (value->tag == TV_DER_GENERALIZED_TIME &&
               value->contents.len == sizeof("YYYYMMDDHHMMSSZ") - 1) {
        int century = two_digits(text);
        int rest = two_digits(text + 2);
        if (century < 0 || rest < 0) {
            return false;
        }
        year = century * 100 + rest;
        text += 4;
    } else {
        return false;
    }
    // A pair that is no number is -1, which no field of a date or time can be.
    return text[10] == 'Z' &&
           tv_time_from_civil(out, year, two_digits(text), two_digits(text + 2),
                              two_digits(text + 4), two_digits(text + 6), two_digits(text + 8));
}
