// SPDX-License-Identifier: Apache-2.0
// A denied cell comes in, one sentence of help goes out: what is missing or what nearly served.

#include "report/hint.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/name.h"

enum { MAX_NAME = 200, MAX_KEY_ID = 32 };

// A name, cut to a length that a line can bear, at a character's edge.
static void add_name(tv_buf *out, tv_span name)
{
    size_t start = out->len;
    tv_name_show(name, out);
    if (out->len - start <= MAX_NAME || out->failed) {
        return;
    }
    out->len = start + MAX_NAME;
    while (out->len > start && (out->ptr[out->len] & 0xc0) == 0x80) {
        out->len--;
    }
    tv_buf_add_text(out, "...");
}

static void add_key_id(tv_buf *out, const char *before, tv_span key_id)
{
    if (key_id.len == 0) {
        return;
    }
    tv_buf_add_text(out, before);
    tv_buf_add_text(out, "key id ");
    tv_buf_add_hex(out, tv_span_part(key_id, 0, MAX_KEY_ID));
}

static void add_date(tv_buf *out, tv_time time)
{
    char text[TV_TIME_TEXT_LEN];
    tv_time_format(text, time);
    tv_buf_add_text(out, text);
}

static void add_missing(tv_buf *out, tv_span issuer, tv_span aki)
{
    add_name(out, issuer);
    if (aki.len > 0) {
        add_key_id(out, " (", aki);
        tv_buf_add_text(out, ")");
    }
}

static void add_rekeyed(tv_buf *out, const tv_hint_source *source)
{
    const tv_cert *near = &source->near->cert;
    tv_buf_add_text(out, "the truststore has ");
    add_name(out, near->subject);
    tv_buf_add_text(out, " with another key");
    add_key_id(out, " (", near->ski);
    tv_buf_add_text(out, near->ski.len > 0 ? ")" : "");
    tv_buf_add_text(out, "; add that CA's certificate for the key that signed this one");
    add_key_id(out, ", ", source->aki);
}

static void add_ended(tv_buf *out, const tv_hint_source *source)
{
    const tv_cert *near = &source->near->cert;
    bool expired = source->reason == TV_REASON_ISSUER_EXPIRED;
    tv_buf_add_text(out, "the issuer ");
    add_name(out, near->subject);
    tv_buf_add_text(out, expired ? " expired on " : " is not valid before ");
    add_date(out, expired ? near->not_after : near->not_before);
    tv_buf_add_text(out, expired ? "; add its renewed certificate" : "");
}

bool tv_hint_source_of(const tv_cert *target, const tv_cell *cell, tv_hint_source *out)
{
    if (target == NULL || cell->hint == TV_HINT_NONE) {
        return false;
    }
    *out = (tv_hint_source){.hint = cell->hint, .reason = cell->reason};
    if (cell->hint == TV_HINT_ISSUER_MISSING) {
        out->issuer = target->issuer;
    } else if (cell->hint != TV_HINT_SELF_SIGNED) {
        out->near = cell->near_miss;
        if (out->near == NULL) {
            return false;
        }
    }
    if (cell->hint == TV_HINT_ISSUER_MISSING || cell->hint == TV_HINT_ISSUER_REKEYED) {
        out->aki = tv_span_part(target->aki, 0, MAX_KEY_ID);
    }
    return true;
}

void tv_hint_source_text(const tv_hint_source *source, tv_buf *out)
{
    const tv_held *near = source->near;
    switch (source->hint) {
    case TV_HINT_NONE:
        break;
    case TV_HINT_ISSUER_MISSING:
        tv_buf_add_text(out, "add the issuer ");
        add_missing(out, source->issuer, source->aki);
        tv_buf_add_text(out, " and the CA certificates above it to the truststore");
        break;
    case TV_HINT_ISSUER_REKEYED:
        add_rekeyed(out, source);
        break;
    case TV_HINT_ISSUER_NOT_TRUSTED:
        tv_buf_add_text(out, "the issuer ");
        add_name(out, near->cert.subject);
        tv_buf_add_text(out, " is at hand as an intermediate only; add it to the truststore");
        break;
    case TV_HINT_ROOT_MISSING:
        add_name(out, near->cert.subject);
        tv_buf_add_text(out, " is at hand, its issuer is not; add ");
        add_missing(out, near->cert.issuer, near->cert.aki);
        tv_buf_add_text(out, " to the truststore");
        break;
    case TV_HINT_ISSUER_EXPIRED:
        add_ended(out, source);
        break;
    case TV_HINT_SAME_KEY_OTHER_CERT:
        tv_buf_add_text(out, "the truststore has another certificate with this key, ");
        tv_buf_add_hex(out, tv_span_make(near->fingerprint.bytes, 32));
        tv_buf_add_text(out, "; add this very certificate");
        break;
    case TV_HINT_ALTERED:
        tv_buf_add_text(out, "it names ");
        add_name(out, near->cert.subject);
        add_key_id(out, " (", near->cert.ski);
        tv_buf_add_text(out, ") as its issuer, whose key did not sign these bytes; get the "
                             "certificate again from where it was issued");
        break;
    case TV_HINT_SELF_SIGNED:
        tv_buf_add_text(out, "a self-signed certificate is accepted only when it is in the "
                             "truststore itself; add it, or issue it from a CA of the truststore");
        break;
    }
}

void tv_hint_text(const tv_cert *target, const tv_cell *cell, tv_buf *out)
{
    tv_hint_source source;
    if (tv_hint_source_of(target, cell, &source)) {
        tv_hint_source_text(&source, out);
    }
}
