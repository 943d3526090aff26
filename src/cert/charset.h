// SPDX-License-Identifier: Apache-2.0
// Characters of the ASN.1 string types, one at a time, and UTF-8. Bytes and a tag come in, Unicode
// code points go out. What is a blank, a letter or a character that must not be shown is left to
// name.c and name_show.c.
#ifndef TV_CERT_CHARSET_H
#define TV_CERT_CHARSET_H

#include "tv/common.h"

// How the contents of a string type hold characters.
typedef enum tv_charset {
    TV_CHARSET_NONE = 0, // not a type that holds characters
    TV_CHARSET_LATIN1,   // PrintableString, IA5String, VisibleString, NumericString, T61String
    TV_CHARSET_UTF8,
    TV_CHARSET_UCS2, // BMPString
    TV_CHARSET_UCS4, // UniversalString
} tv_charset;

// TeletexString is read as Latin-1, which is what those who wrote such names meant.
tv_charset tv_charset_of(uint8_t tag);

// Takes the next character off `*in`. False at the end and where the bytes are no character of that
// charset: `*in` is empty at the end and not otherwise. Surrogates, overlong UTF-8 and code points
// above U+10FFFF are no characters.
bool tv_charset_next(tv_span *in, tv_charset charset, uint32_t *out);

// Bytes before the first that is not ASCII.
size_t tv_charset_ascii_len(tv_span bytes);

// Whether all of `bytes` is UTF-8.
bool tv_charset_is_utf8(tv_span bytes);

// Writes a code point as UTF-8; the count of bytes, 1 to 4.
size_t tv_charset_put_utf8(uint8_t out[4], uint32_t code_point);

#endif
