// SPDX-License-Identifier: Apache-2.0
// The life of a profile: made with defaults, copied, read and freed. Its strings live in an arena
// of its own. Changing it is left to profile_set.c, files to profile_read.c and profile_write.c.

#include "policy/profile.h"

#include "base/arena.h"
#include "base/span.h"
#include "policy/setting.h"

#include <assert.h>
#include <stdlib.h>

static const tv_provenance unsaid = {TV_INFERRED, ""};

// An empty profile with an arena; NULL when memory is out.
static tv_profile *make_empty(void)
{
    tv_profile *profile = calloc(1, sizeof(*profile));
    if (profile == NULL) {
        return NULL;
    }
    profile->texts = calloc(1, sizeof(tv_arena));
    if (profile->texts == NULL) {
        free(profile);
        return NULL;
    }
    return profile;
}

tv_status tv_profile_new(tv_profile **out)
{
    *out = NULL;
    tv_profile *profile = make_empty();
    if (profile == NULL) {
        return TV_ERR_NOMEM;
    }
    profile->name = "";
    profile->summary = "";
    profile->set = tv_setting_defaults();
    for (size_t i = 0; i < tv_setting_count(); i++) {
        profile->set_from[i] = unsaid;
    }
    for (size_t i = 0; i < TV_REASON_COUNT; i++) {
        profile->reasons[i] = (tv_reason_policy){TV_CHECK_YES, NULL, unsaid};
    }
    for (size_t i = 0; i < tv_rule_count(); i++) {
        const tv_rule *rule = tv_rule_at(i);
        profile->rules[i] = (tv_rule_policy){rule->severity, {rule->certainty, rule->source}};
    }
    *out = profile;
    return TV_OK;
}

// Replaces a borrowed text by a copy; false when memory is out. NULL stays NULL.
static bool own(tv_profile *profile, const char **text)
{
    if (*text == NULL) {
        return true;
    }
    tv_span copy = tv_arena_copy(profile->texts, tv_span_from_text(*text));
    *text = (const char *)copy.ptr;
    return copy.ptr != NULL;
}

tv_status tv_profile_copy(tv_profile **out, const tv_profile *from)
{
    *out = NULL;
    tv_profile *profile = make_empty();
    if (profile == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_arena *texts = profile->texts;
    *profile = *from;
    profile->texts = texts;
    bool ok = own(profile, &profile->name) && own(profile, &profile->summary);
    for (size_t i = 0; ok && i < tv_setting_count(); i++) {
        ok = own(profile, &profile->set_from[i].source);
    }
    for (size_t i = 0; ok && i < TV_REASON_COUNT; i++) {
        ok = own(profile, &profile->reasons[i].text) &&
             own(profile, &profile->reasons[i].from.source);
    }
    for (size_t i = 0; ok && i < tv_rule_count(); i++) {
        ok = own(profile, &profile->rules[i].from.source);
    }
    if (!ok) {
        tv_profile_close(profile);
        return TV_ERR_NOMEM;
    }
    *out = profile;
    return TV_OK;
}

void tv_profile_close(tv_profile *profile)
{
    if (profile == NULL) {
        return;
    }
    tv_arena_close(profile->texts);
    free(profile->texts);
    free(profile);
}

const char *tv_profile_name(const tv_profile *profile)
{
    return profile->name;
}

const char *tv_profile_summary(const tv_profile *profile)
{
    return profile->summary;
}

const char *tv_profile_reason_text(const tv_profile *profile, tv_reason reason)
{
    assert(reason < TV_REASON_COUNT);
    return profile->reasons[reason].text;
}
