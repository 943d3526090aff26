// SPDX-License-Identifier: Apache-2.0
// A profile comes in, the text of a file that loads back to the same profile goes out: every
// setting, reason and rule, nothing inherited, with what each means as a comment above it.

#include "policy/profile.h"

#include "base/buf.h"
#include "policy/setting.h"

#include <stdlib.h>

static void add_line(tv_buf *out, const char *key, const char *value)
{
    tv_buf_add_text(out, key);
    tv_buf_add_text(out, " = ");
    tv_buf_add_text(out, value);
    tv_buf_add_byte(out, '\n');
}

static void add_section(tv_buf *out, const char *comment, const char *kind, const char *id)
{
    tv_buf_add_text(out, "\n; ");
    tv_buf_add_text(out, comment);
    tv_buf_add_text(out, "\n[");
    tv_buf_add_text(out, kind);
    tv_buf_add_byte(out, ' ');
    tv_buf_add_text(out, id);
    tv_buf_add_text(out, "]\n");
}

static void add_provenance(tv_buf *out, const tv_provenance *from)
{
    add_line(out, "certainty", tv_certainty_text(from->certainty));
    if (from->source[0] != '\0') {
        add_line(out, "source", from->source);
    }
}

static void add_reasons(tv_buf *out, const tv_profile *profile)
{
    static const char *const checks[] = {
        [TV_CHECK_NO] = "no", [TV_CHECK_ADVICE] = "advice", [TV_CHECK_YES] = "yes"};
    for (tv_reason reason = TV_REASON_NONE + 1; reason < TV_REASON_COUNT; reason++) {
        const tv_reason_policy *policy = &profile->reasons[reason];
        add_section(out, tv_reason_text(reason), "reason", tv_reason_id(reason));
        add_line(out, "check", checks[policy->check]);
        if (policy->text != NULL) {
            add_line(out, "text", policy->text);
        }
        add_provenance(out, &policy->from);
    }
}

tv_status tv_profile_print(const tv_profile *profile, char **out, size_t *len)
{
    *out = NULL;
    tv_buf text = {0};
    tv_buf_add_text(&text, "[profile]\n");
    add_line(&text, "name", profile->name);
    if (profile->summary[0] != '\0') {
        add_line(&text, "summary", profile->summary);
    }
    for (size_t i = 0; i < tv_setting_count(); i++) {
        add_section(&text, tv_setting_help(i), "setting", tv_setting_id(i));
        tv_buf_add_text(&text, "value = ");
        tv_setting_show(&profile->set, i, &text);
        tv_buf_add_byte(&text, '\n');
        add_provenance(&text, &profile->set_from[i]);
    }
    add_reasons(&text, profile);
    for (size_t i = 0; i < tv_rule_count(); i++) {
        const tv_rule *rule = tv_rule_at(i);
        add_section(&text, rule->title, "rule", rule->id);
        add_line(&text, "severity", tv_severity_text(profile->rules[i].severity));
        add_provenance(&text, &profile->rules[i].from);
    }
    size_t printed = text.len;
    tv_buf_add_byte(&text, 0);
    if (text.failed) {
        tv_buf_close(&text);
        return TV_ERR_NOMEM;
    }
    *out = (char *)text.ptr; // the caller frees it
    *len = printed;
    return TV_OK;
}
