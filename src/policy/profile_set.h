// SPDX-License-Identifier: Apache-2.0
// One line of a profile, as (section, key, value): the path that a profile file and tv_profile_set
// share, with the words of its refusals.
#ifndef TV_POLICY_PROFILE_SET_H
#define TV_POLICY_PROFILE_SET_H

#include "policy/profile.h"

// Longest value of a key that is free text, and longest name of a profile.
enum {
    TV_PROFILE_TEXT_LEN = 160,
    TV_PROFILE_NAME_LEN = 64,
};

typedef enum tv_section_kind {
    TV_SECTION_PROFILE,
    TV_SECTION_SETTING,
    TV_SECTION_REASON,
    TV_SECTION_RULE,
} tv_section_kind;

// What a section is about: for all but [profile] the row of its table.
typedef struct tv_section {
    tv_section_kind kind;
    size_t row;
} tv_section;

// Understands "profile", "setting ID", "reason ID" and "rule ID". TV_ERR_SYNTAX.
TV_MUST_USE tv_status tv_section_find(tv_section *out, const char *text, tv_profile_error *error);

// Sets one key of a section; `profile` is untouched on failure. A value, check or severity forgets
// the certainty and the source that stood beside the old one. TV_ERR_SYNTAX, TV_ERR_RANGE,
// TV_ERR_NOMEM.
TV_MUST_USE tv_status tv_section_set(tv_profile *profile, tv_section section, const char *key,
                                     const char *value, tv_profile_error *error);

// Whether `name` may name a profile: letters, digits, '.', '_' and '-', not too many.
bool tv_profile_name_ok(const char *name);

// Fills `error` (which may be NULL) with the parts, of which the last is NULL, as one line; what is
// not printable ASCII becomes '?' and long parts are cut. Returns `status`.
tv_status tv_profile_refuse(tv_profile_error *error, tv_status status, const char *const parts[]);

#endif
