// SPDX-License-Identifier: Apache-2.0
// The seam between base64.c, which knows what is right and what is wrong, and the loops that are
// fast: one form for each level of tv/cpu.h. A form takes plain base64 off the front of a text and
// stops wherever it likes, at the latest at the first byte that is none; so all forms give the same
// result, and none of them has a say in it.
#ifndef TV_PEM_BASE64_FORM_H
#define TV_PEM_BASE64_FORM_H

#include "tv/common.h"

enum {
    TV_BASE64_LINE_CHARS = 64, // of a canonical line
    TV_BASE64_LINE_BYTES = 48,
    TV_BASE64_GROUP_CHARS = 4,
    TV_BASE64_GROUP_BYTES = 3,
    TV_BASE64_SLACK = 64, // bytes of room behind what a text can give: see tv_base64_room
};

// Neither function reads past the end of `text`. Both may write TV_BASE64_SLACK bytes at the place
// in `out` that follows the bytes decoded so far, at any time.
typedef struct tv_base64_form {
    // Takes canonical lines: 64 characters, then LF or CR LF. Returns the bytes read, and sets
    // `*written` to 48 for each line.
    size_t (*lines)(uint8_t *restrict out, tv_span text, size_t *written);
    // Takes whole groups of four characters. Returns the number of characters.
    size_t (*groups)(uint8_t *restrict out, tv_span text);
} tv_base64_form;

size_t tv_base64_groups_portable(uint8_t *restrict out, tv_span text);

#if defined(__x86_64__)
extern const tv_base64_form tv_base64_avx2;
extern const tv_base64_form tv_base64_vbmi;
#endif

#define TV_BASE64_BAD 0x80U

// The six bits of a character, or TV_BASE64_BAD; a constant expression, which tables are made of.
#define TV_BASE64_BITS(c)                                                                          \
    ((c) >= 'A' && (c) <= 'Z'   ? (c) - 'A'                                                        \
     : (c) >= 'a' && (c) <= 'z' ? (c) - 'a' + 26                                                   \
     : (c) >= '0' && (c) <= '9' ? (c) - '0' + 52                                                   \
     : (c) == '+'               ? 62U                                                              \
     : (c) == '/'               ? 63U                                                              \
                                : TV_BASE64_BAD)

#endif
