// SPDX-License-Identifier: Apache-2.0
// What escaping must know of Unicode: UTF-8 as it is valid (RFC 3629), and how a terminal shows a
// character. Reads no locale.
#ifndef TV_WRITE_UNICODE_H
#define TV_WRITE_UNICODE_H

#include "tv/common.h"

// The length of the valid UTF-8 sequence at the front of `text` and the character it stands for; 0,
// with `*code` untouched, when there is none. Surrogates and overlong forms are not valid.
size_t tv_utf8_decode(tv_span text, uint32_t *code);

typedef enum tv_char_class {
    TV_CHAR_NARROW = 0,
    TV_CHAR_WIDE,      // two columns
    TV_CHAR_COMBINING, // no column of its own
    TV_CHAR_HIDDEN,    // moves, hides or reorders what is shown, or shows nothing
} tv_char_class;

// The class of a character from U+0080 on. Scripts that the table does not name count as narrow.
tv_char_class tv_char_class_of(uint32_t code);

// Whether a character changes the direction in which others are read.
bool tv_char_is_bidi(uint32_t code);

#endif
