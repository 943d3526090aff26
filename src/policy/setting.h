// SPDX-License-Identifier: Apache-2.0
// The settings table: one row per field of tv_settings, with its name in a profile file, the values
// that it takes and what it means. Texts become values and values become texts here and nowhere
// else; where a text comes from is left to profile.c and profile_read.c.
#ifndef TV_POLICY_SETTING_H
#define TV_POLICY_SETTING_H

#include "base/buf.h"
#include "policy/profile.h"

// The row of a setting; tv_setting_count() when there is none of that name.
size_t tv_setting_find(const char *id);

// Sets the field of row `i`. TV_ERR_SYNTAX when the text is not one of the allowed words,
// TV_ERR_RANGE when a number is too small or too large; `set` is untouched then.
TV_MUST_USE tv_status tv_setting_parse(tv_settings *set, size_t i, const char *value,
                                       tv_profile_error *error);

// Appends the text that tv_setting_parse turns into the value at hand.
void tv_setting_show(const tv_settings *set, size_t i, tv_buf *out);

// What holds where a profile file says nothing: the settings of the rfc5280 profile.
tv_settings tv_setting_defaults(void);

#endif
