// SPDX-License-Identifier: Apache-2.0
// One entry comes in, findings about it go out: whether its block carries a certificate, whether
// the certificate belongs here, what the certificate itself breaks (check_cert.c) and what stricter
// readers make of the text (check_pem.c). Whether its issuers are there and whether it is valid is
// left to path.

#include "policy/check_row.h"

#include "base/span.h"
#include "base/time.h"
#include "cert/name.h"

#include <assert.h>

enum { MAX_HOSTILE = 200 };

void tv_tell_name(tv_span name, tv_buf *message)
{
    size_t start = message->len;
    tv_name_show(name, message);
    if (message->failed || message->len - start <= MAX_HOSTILE) {
        return;
    }
    size_t end = start + MAX_HOSTILE;
    while (end > start && (message->ptr[end] & 0xc0) == 0x80) {
        end--; // not inside a UTF-8 character
    }
    message->len = end;
    tv_buf_add_text(message, "...");
}

void tv_tell_place(const tv_bundle *bundle, size_t index, tv_buf *message)
{
    const tv_entry *entry = tv_bundle_entry(bundle, index);
    if (entry->line != 0) {
        tv_buf_add_text(message, "line ");
        tv_buf_add_u64(message, entry->line);
    } else {
        tv_buf_add_text(message, "byte ");
        tv_buf_add_u64(message, entry->offset);
    }
}

void tv_tell_time(tv_time time, tv_buf *message)
{
    char text[TV_TIME_TEXT_LEN];
    tv_time_format(text, time);
    tv_buf_add_text(message, text);
}

tv_look tv_look_at(const tv_check_input *input, size_t index)
{
    const tv_entry *entry = tv_bundle_entry(input->bundle, index);
    const tv_held *held = entry->cert != TV_ID_NONE ? input->certs[entry->cert] : NULL;
    bool readable = held != NULL && held->problem.what == NULL;
    return (tv_look){.input = input,
                     .index = index,
                     .entry = entry,
                     .held = held,
                     .cert = readable ? &held->cert : NULL};
}

tv_status tv_check_tell(const tv_check_out *out, const char *rule, size_t index)
{
    tv_finding finding;
    if (out->message->failed) {
        return TV_ERR_NOMEM;
    }
    if (!tv_finding_make(out->input->profile, rule, &finding)) {
        return TV_OK;
    }
    finding.truststore = tv_bundle_name(out->input->bundle);
    finding.file = tv_bundle_file(out->input->bundle);
    if (index != SIZE_MAX) {
        finding.entry = (uint32_t)index;
        finding.line = tv_bundle_entry(out->input->bundle, index)->line;
    }
    finding.message = tv_buf_span(out->message);
    out->sink(out->payload, &finding);
    return TV_OK;
}

tv_status tv_check_rows(const tv_check *rows, size_t num_rows, const tv_look *look,
                        const tv_check_out *out)
{
    for (size_t i = 0; i < num_rows; i++) {
        if (!rows[i].broken(look)) {
            continue;
        }
        tv_buf_clear(out->message);
        rows[i].tell(look, out->message);
        tv_status status = tv_check_tell(out, rows[i].rule, look->index);
        if (status != TV_OK) {
            return status;
        }
    }
    return TV_OK;
}

static bool is_labelled_certificate(const tv_entry *entry)
{
    return entry->kind == TV_PEM_CERTIFICATE || entry->kind == TV_PEM_TRUSTED_CERTIFICATE;
}

// A broken frame is told by the rules of check_pem.c.
static bool undecodable(const tv_look *look)
{
    return look->entry->problem != NULL && is_labelled_certificate(look->entry) &&
           look->entry->defect == TV_PEM_SOUND;
}

static void tell_problem(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "the block cannot be decoded: ");
    tv_buf_add_text(message, look->entry->problem);
    tv_buf_add_text(message, " at byte ");
    tv_buf_add_u64(message, look->entry->problem_offset);
    tv_buf_add_text(message, " of the block");
}

static bool has_trailing_bytes(const tv_look *look)
{
    return look->entry->trailing > 0 && look->entry->kind == TV_PEM_CERTIFICATE;
}

static void tell_trailing(const tv_look *look, tv_buf *message)
{
    tv_buf_add_u64(message, look->entry->trailing);
    tv_buf_add_text(message, look->entry->trailing == 1 ? " byte follows" : " bytes follow");
    tv_buf_add_text(message, " the certificate in its block");
}

// Left-overs behind the certificate have a rule of their own.
static bool not_a_certificate(const tv_look *look)
{
    return look->held != NULL && look->cert == NULL && !has_trailing_bytes(look);
}

static void tell_cert_problem(const tv_cert_problem *problem, tv_buf *message)
{
    tv_buf_add_text(message, problem->what);
    tv_buf_add_text(message, " at byte ");
    tv_buf_add_u64(message, problem->offset);
    tv_buf_add_text(message, " of the DER");
}

static void tell_not_a_certificate(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "not a certificate: ");
    tell_cert_problem(&look->held->problem, message);
}

static bool bad_extension(const tv_look *look)
{
    return look->cert != NULL && look->cert->extension_problem.what != NULL;
}

static void tell_bad_extension(const tv_look *look, tv_buf *message)
{
    tell_cert_problem(&look->cert->extension_problem, message);
}

// The label of a broken BEGIN line may be anything: it decides and says nothing.
static bool is_private_key(const tv_look *look)
{
    return look->entry->kind == TV_PEM_PRIVATE_KEY;
}

static void tell_private_key(const tv_look *look, tv_buf *message)
{
    (void)look; // neither label nor contents of a key are ever shown
    tv_buf_add_text(message, "a private key stands in the truststore");
}

static bool is_other_block(const tv_look *look)
{
    return !is_labelled_certificate(look->entry) && !is_private_key(look) &&
           look->entry->defect != TV_PEM_BAD_BEGIN;
}

static void tell_other_block(const tv_look *look, tv_buf *message)
{
    tv_span label = tv_span_part(look->entry->label, 0, MAX_HOSTILE);
    tv_buf_add_text(message, "a block labelled '");
    for (size_t i = 0; i < label.len; i++) {
        bool plain = label.ptr[i] >= 0x20 && label.ptr[i] < 0x7f;
        tv_buf_add_byte(message, plain ? label.ptr[i] : '?');
    }
    tv_buf_add_text(message, "' is no certificate: Java and trust-manager refuse the file, others "
                             "pass over the block");
}

static bool is_duplicate(const tv_look *look)
{
    return look->entry->duplicate_of != TV_ID_NONE;
}

static void tell_duplicate(const tv_look *look, tv_buf *message)
{
    tv_buf_add_text(message, "the same certificate as at ");
    tv_tell_place(look->input->bundle, look->entry->duplicate_of, message);
}

static const tv_check entry_checks[] = {
    {"entry-undecodable", undecodable, tell_problem},
    {"entry-not-a-certificate", not_a_certificate, tell_not_a_certificate},
    {"entry-trailing-bytes", has_trailing_bytes, tell_trailing},
    {"entry-bad-extension", bad_extension, tell_bad_extension},
    {"private-key-in-bundle", is_private_key, tell_private_key},
    {"non-certificate-block", is_other_block, tell_other_block},
    {"duplicate-certificate", is_duplicate, tell_duplicate},
};

tv_status tv_check_entry(const tv_check_input *input, size_t entry, tv_buf *scratch,
                         tv_check_sink *sink, void *payload)
{
    assert(entry < tv_bundle_num_entries(input->bundle));
    tv_look look = tv_look_at(input, entry);
    tv_check_out out = {input, scratch, sink, payload};
    tv_status status =
        tv_check_rows(entry_checks, sizeof(entry_checks) / sizeof(entry_checks[0]), &look, &out);
    if (status == TV_OK) {
        status = tv_check_pem_entry(&look, &out);
    }
    // What a certificate breaks is told once, at its first entry.
    if (status == TV_OK && look.cert != NULL && !is_duplicate(&look)) {
        status = tv_check_rows(tv_cert_checks, tv_num_cert_checks, &look, &out);
    }
    return status;
}
