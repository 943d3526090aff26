// SPDX-License-Identifier: Apache-2.0
// A reason and the certificate it is about come in, a finding goes out: rule, message, help.

#include "report/reason_finding.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/cert_text.h"
#include "policy/check.h"
#include "report/hint.h"

static void add_date(tv_buf *out, const char *before, tv_time time)
{
    char text[TV_TIME_TEXT_LEN];
    tv_time_format(text, time);
    tv_buf_add_text(out, before);
    tv_buf_add_text(out, text);
}

// The reason in words, with the fact behind it where there is one.
static void add_message(const tv_item *item, const tv_cell *cell, tv_reason reason, tv_buf *out)
{
    const tv_cert *cert = item->cert;
    switch (reason) {
    case TV_REASON_EXPIRED:
        add_date(out, "expired on ", cert->not_after);
        break;
    case TV_REASON_NOT_YET_VALID:
        add_date(out, "not valid before ", cert->not_before);
        break;
    case TV_REASON_WEAK_KEY:
        tv_buf_add_text(out, "its key is ");
        tv_cert_key_text(cert, out);
        tv_buf_add_text(out, ", which the target refuses");
        break;
    case TV_REASON_WEAK_SIGNATURE_ALGORITHM:
        tv_buf_add_text(out, "signed with ");
        tv_cert_signature_text(cert, out);
        tv_buf_add_text(out, ", which the target refuses");
        break;
    default:
        tv_buf_add_text(out, tv_reason_text(reason));
        if (cell->reason == reason && cell->depth > 0) {
            tv_buf_add_text(out, " (at depth ");
            tv_buf_add_u64(out, cell->depth);
            tv_buf_add_text(out, ")");
        }
        break;
    }
}

bool tv_entry_reason_finding(const tv_profile *profile, const tv_item *item, const tv_cell *cell,
                             tv_reason reason, tv_buf *text, tv_finding *out)
{
    const tv_rule *rule = tv_rule_for_reason(reason);
    if (item->cert == NULL || rule == NULL || !tv_finding_make(profile, rule->id, out)) {
        return false;
    }
    tv_buf_clear(text);
    add_message(item, cell, reason, text);
    size_t split = text->len;
    if (cell->reason == reason) {
        tv_hint_text(item->cert, cell, text);
    }
    if (text->failed) {
        return false;
    }
    out->message = tv_span_make(text->ptr, split);
    if (text->len > split) {
        out->help = tv_span_make(text->ptr + split, text->len - split);
    }
    return true;
}

bool tv_client_advice_finding(const tv_profile *profile, tv_reason reason, tv_buf *text,
                              tv_finding *out)
{
    if (reason != TV_REASON_EXTENDED_KEY_USAGE ||
        !tv_finding_make(profile, "client-extended-key-usage", out)) {
        return false;
    }
    tv_buf_clear(text);
    tv_buf_add_text(text, "its extended key usage does not name clientAuth");
    out->message = tv_buf_span(text);
    return !text->failed;
}
