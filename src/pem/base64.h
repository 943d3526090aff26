// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648) of a PEM body into a caller's buffer, strict about the alphabet and padding,
// lenient about layout: line ends, blanks, blank lines and literal \n, \r (backslash and letter)
// between characters are skipped, RFC 1421 headers before the first blank line too.
#ifndef TV_PEM_BASE64_H
#define TV_PEM_BASE64_H

#include "tv/common.h"

typedef enum tv_base64_error {
    TV_BASE64_OK = 0,
    TV_BASE64_EMPTY,    // no character of the alphabet
    TV_BASE64_BAD_BYTE, // a byte outside the alphabet
    TV_BASE64_PADDING,  // '=' in a wrong place or number, or data after it
    TV_BASE64_LENGTH,   // the characters do not make whole bytes
    TV_BASE64_BITS,     // the unused low bits of the last character are not zero
} tv_base64_error;

typedef struct tv_base64_result {
    tv_base64_error error;
    size_t len; // decoded bytes, when error is TV_BASE64_OK
    // Offset in the body of the byte that broke it: of the first '=' that is too early, too few or
    // too many, and of the last character for LENGTH and BITS.
    size_t where;
} tv_base64_result;

// `out` has room for tv_base64_room(body.len) bytes; bytes past the result may be overwritten up to
// that room.
tv_base64_result tv_base64_decode(uint8_t *out, tv_span body);

// Four characters give three bytes; the 64 bytes behind them let every way of decoding store whole
// vectors wherever it stands.
static inline size_t tv_base64_room(size_t body_len)
{
    return body_len / 4 * 3 + 64;
}

// A short text for people: "a byte outside the base64 alphabet". Static storage.
const char *tv_base64_error_text(tv_base64_error error);

#endif
