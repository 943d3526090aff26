// SPDX-License-Identifier: Apache-2.0
// Profiles: the rules of one target, as data. Built-in ones are INI texts compiled in; any file of
// the same form is another. trustval-profile(5) has the form.
#ifndef TV_PROFILE_H
#define TV_PROFILE_H

#include "tv/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tv_profile tv_profile;

// Where a profile text is wrong.
typedef struct tv_profile_error {
    int line;       // from 1; 0 when no line is to blame
    char text[200]; // lower case, no period, names the word that is wrong and what is allowed
} tv_profile_error;

// Loads a built-in profile by name, or the file at a path (anything with a '/' or ending in
// ".ini"). TV_ERR_UNKNOWN_NAME, TV_ERR_OPEN, TV_ERR_SYNTAX, TV_ERR_RANGE, TV_ERR_NOMEM; `error` may
// be NULL.
TV_API TV_MUST_USE tv_status tv_profile_load(tv_profile **out, const char *name_or_path,
                                             tv_profile_error *error);
// The same from the text of a profile file; `origin` names it in errors.
TV_API TV_MUST_USE tv_status tv_profile_parse(tv_profile **out, tv_span text, const char *origin,
                                              tv_profile_error *error);
TV_API void tv_profile_close(tv_profile *profile);

// Changes one line of a loaded profile, as if the file said so: section "rule duplicate-subject",
// key "severity", value "off".
TV_API TV_MUST_USE tv_status tv_profile_set(tv_profile *profile, const char *section,
                                            const char *key, const char *value,
                                            tv_profile_error *error);

TV_API const char *tv_profile_name(const tv_profile *profile);
TV_API const char *tv_profile_summary(const tv_profile *profile);
// The gateway's own text for a reason, NULL when it publishes none.
TV_API const char *tv_profile_reason_text(const tv_profile *profile, tv_reason reason);

// The whole profile as a file that loads back, malloc'ed and NUL-terminated; the caller frees it.
TV_API TV_MUST_USE tv_status tv_profile_print(const tv_profile *profile, char **out, size_t *len);

// The built-in profiles by name, in alphabetical order: NULL past the last.
TV_API const char *tv_profile_builtin(size_t i);

#ifdef __cplusplus
}
#endif

#endif
