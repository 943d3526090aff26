// SPDX-License-Identifier: Apache-2.0
// Section, key and value come in as texts; the field of the profile that they name is changed, or a
// refusal says which word is wrong and what is allowed. Splitting a file into such lines is left to
// profile_read.c, the values of settings to setting.c.

#include "policy/profile_set.h"

#include "base/arena.h"
#include "base/span.h"
#include "policy/setting.h"

#include <string.h>

static const char *const check_words[] = {
    [TV_CHECK_NO] = "no", [TV_CHECK_ADVICE] = "advice", [TV_CHECK_YES] = "yes"};

tv_status tv_profile_refuse(tv_profile_error *error, tv_status status, const char *const parts[])
{
    enum { LONGEST_PART = 120 };
    if (error == NULL) {
        return status;
    }
    error->line = 0;
    size_t len = 0;
    for (size_t i = 0; parts[i] != NULL; i++) {
        for (size_t j = 0; parts[i][j] != '\0' && j < LONGEST_PART; j++) {
            if (len + 1 < sizeof(error->text)) {
                char given = parts[i][j];
                if (given < ' ' || given > '~') {
                    given = '?';
                }
                error->text[len++] = given;
            }
        }
    }
    error->text[len] = '\0';
    return status;
}

// "'maybe' is none of " and the words that are allowed.
static tv_status refuse_value(const char *value, const char *allowed, tv_profile_error *error)
{
    return tv_profile_refuse(error, TV_ERR_SYNTAX,
                             (const char *const[]){"'", value, "' is none of ", allowed, NULL});
}

static tv_status refuse_key(const char *key, const char *allowed, tv_profile_error *error)
{
    return tv_profile_refuse(
        error, TV_ERR_SYNTAX,
        (const char *const[]){"unknown key '", key, "'; this section takes ", allowed, NULL});
}

tv_status tv_section_find(tv_section *out, const char *text, tv_profile_error *error)
{
    if (strcmp(text, "profile") == 0) {
        *out = (tv_section){TV_SECTION_PROFILE, 0};
        return TV_OK;
    }
    const char *what = NULL;
    tv_section found = {TV_SECTION_PROFILE, 0};
    bool known = false;
    if (strncmp(text, "setting ", 8) == 0) {
        what = "setting";
        found = (tv_section){TV_SECTION_SETTING, tv_setting_find(text + 8)};
        known = found.row < tv_setting_count();
    } else if (strncmp(text, "reason ", 7) == 0) {
        what = "reason";
        found = (tv_section){TV_SECTION_REASON, (size_t)tv_reason_find(text + 7)};
        known = found.row != TV_REASON_NONE;
    } else if (strncmp(text, "rule ", 5) == 0) {
        what = "rule";
        found = (tv_section){TV_SECTION_RULE, tv_rule_index(text + 5)};
        known = found.row < tv_rule_count();
    }
    if (what == NULL) {
        return tv_profile_refuse(error, TV_ERR_SYNTAX,
                                 (const char *const[]){"unknown section '", text,
                                                       "'; known are profile, setting ID, "
                                                       "reason ID and rule ID",
                                                       NULL});
    }
    if (!known) {
        return tv_profile_refuse(
            error, TV_ERR_SYNTAX,
            (const char *const[]){"there is no ", what, " '", text + strlen(what) + 1, "'", NULL});
    }
    *out = found;
    return TV_OK;
}

bool tv_profile_name_ok(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return len > 0 && len <= TV_PROFILE_NAME_LEN && name[len] == '\0' && name[0] != '.';
}

// Whether a text stands in a file as it is: one short line, no blanks around it, nothing that
// begins a comment (inih: ';' at the start or after a blank).
static bool text_ok(const char *text)
{
    bool after_blank = true;
    size_t len = 0;
    for (; text[len] != '\0'; len++) {
        unsigned char byte = (unsigned char)text[len];
        if (byte < 0x20 || byte == 0x7f || len >= TV_PROFILE_TEXT_LEN) {
            return false;
        }
        if (after_blank && (byte == ';' || (len == 0 && byte == ' '))) {
            return false;
        }
        after_blank = byte == ' ';
    }
    return len == 0 || !after_blank;
}

// A copy of `text` in the profile's arena.
static tv_status keep_text(tv_profile *profile, const char **out, const char *key, const char *text,
                           tv_profile_error *error)
{
    if (!text_ok(text)) {
        return tv_profile_refuse(error, TV_ERR_RANGE,
                                 (const char *const[]){key,
                                                       " is not one line of at most 160 bytes "
                                                       "without control characters and ' ;'",
                                                       NULL});
    }
    tv_span copy = tv_arena_copy(profile->texts, tv_span_from_text(text));
    if (copy.ptr == NULL) {
        return TV_ERR_NOMEM;
    }
    *out = (const char *)copy.ptr;
    return TV_OK;
}

// The keys that settings, reasons and rules have in common.
static tv_status set_provenance(tv_profile *profile, tv_provenance *from, const char *key,
                                const char *value, const char *keys, tv_profile_error *error)
{
    if (strcmp(key, "source") == 0) {
        return keep_text(profile, &from->source, key, value, error);
    }
    if (strcmp(key, "certainty") != 0) {
        return refuse_key(key, keys, error);
    }
    for (tv_certainty each = TV_INFERRED; each <= TV_DOCUMENTED; each++) {
        if (strcmp(value, tv_certainty_text(each)) == 0) {
            from->certainty = each;
            return TV_OK;
        }
    }
    return refuse_value(value, "documented, measured, inferred", error);
}

static tv_status set_profile_key(tv_profile *profile, const char *key, const char *value,
                                 tv_profile_error *error)
{
    if (strcmp(key, "summary") == 0) {
        return keep_text(profile, &profile->summary, key, value, error);
    }
    if (strcmp(key, "name") != 0) {
        return refuse_key(key, "name, summary and, in a file, inherits", error);
    }
    if (!tv_profile_name_ok(value)) {
        return tv_profile_refuse(error, TV_ERR_RANGE,
                                 (const char *const[]){"'", value,
                                                       "' is no name for a profile: up to 64 "
                                                       "letters, digits, '.', '_', '-'",
                                                       NULL});
    }
    return keep_text(profile, &profile->name, key, value, error);
}

static tv_status set_setting_key(tv_profile *profile, size_t row, const char *key,
                                 const char *value, tv_profile_error *error)
{
    if (strcmp(key, "value") != 0) {
        return set_provenance(profile, &profile->set_from[row], key, value,
                              "value, certainty, source", error);
    }
    tv_status status = tv_setting_parse(&profile->set, row, value, error);
    if (status == TV_OK) {
        profile->set_from[row] = (tv_provenance){TV_INFERRED, ""};
    }
    return status;
}

static tv_status set_check(tv_reason_policy *policy, tv_reason reason, const char *value,
                           tv_profile_error *error)
{
    tv_reason_check check = TV_CHECK_NO;
    while (check <= TV_CHECK_YES && strcmp(value, check_words[check]) != 0) {
        check++;
    }
    if (check > TV_CHECK_YES) {
        return refuse_value(value, "yes, advice, no", error);
    }
    if (check != TV_CHECK_YES && tv_reason_is_fact(reason)) {
        return tv_profile_refuse(error, TV_ERR_RANGE,
                                 (const char *const[]){tv_reason_id(reason),
                                                       " is a fact and no rule: its check is "
                                                       "always yes",
                                                       NULL});
    }
    policy->check = check;
    policy->from = (tv_provenance){TV_INFERRED, ""};
    return TV_OK;
}

static tv_status set_reason_key(tv_profile *profile, tv_reason reason, const char *key,
                                const char *value, tv_profile_error *error)
{
    tv_reason_policy *policy = &profile->reasons[reason];
    if (strcmp(key, "check") == 0) {
        return set_check(policy, reason, value, error);
    }
    if (strcmp(key, "text") != 0) {
        return set_provenance(profile, &policy->from, key, value, "check, text, certainty, source",
                              error);
    }
    if (*value == '\0') {
        policy->text = NULL; // the target publishes none
        return TV_OK;
    }
    return keep_text(profile, &policy->text, key, value, error);
}

static tv_status set_rule_key(tv_profile *profile, size_t row, const char *key, const char *value,
                              tv_profile_error *error)
{
    tv_rule_policy *policy = &profile->rules[row];
    if (strcmp(key, "severity") != 0) {
        return set_provenance(profile, &policy->from, key, value, "severity, certainty, source",
                              error);
    }
    for (tv_severity each = TV_SEVERITY_OFF; each <= TV_ERROR; each++) {
        if (strcmp(value, tv_severity_text(each)) == 0) {
            *policy = (tv_rule_policy){each, {TV_INFERRED, ""}};
            return TV_OK;
        }
    }
    return refuse_value(value, "error, warning, note, off", error);
}

tv_status tv_section_set(tv_profile *profile, tv_section section, const char *key,
                         const char *value, tv_profile_error *error)
{
    switch (section.kind) {
    case TV_SECTION_PROFILE:
        return set_profile_key(profile, key, value, error);
    case TV_SECTION_SETTING:
        return set_setting_key(profile, section.row, key, value, error);
    case TV_SECTION_REASON:
        return set_reason_key(profile, (tv_reason)section.row, key, value, error);
    case TV_SECTION_RULE:
        return set_rule_key(profile, section.row, key, value, error);
    }
    return TV_ERR_SYNTAX;
}

tv_status tv_profile_set(tv_profile *profile, const char *section, const char *key,
                         const char *value, tv_profile_error *error)
{
    tv_section found;
    tv_status status = tv_section_find(&found, section, error);
    return status == TV_OK ? tv_section_set(profile, found, key, value, error) : status;
}
