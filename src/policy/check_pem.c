// SPDX-License-Identifier: Apache-2.0
// Quirks of a PEM text come in, findings go out that name the readers which lose or refuse what was
// read here. A quirk that costs an entry is told at that entry; one that matters to few readers, or
// to none that was measured, is told once a file. Measured with OpenSSL 3.0 (also nginx, HAProxy),
// Go 1.19 (also Kubernetes), Java 17 and GnuTLS.

#include "policy/check_row.h"

typedef struct quirk_rule {
    uint32_t quirk; // tv_pem_quirk
    const char *rule;
    const char *message;
} quirk_rule;

static const quirk_rule entry_quirks[] = {
    {TV_PEM_BOM, "pem-bom",
     "a byte order mark stands before the block: Go loses this certificate without an error, Java "
     "refuses the file"},
    {TV_PEM_CR_ONLY, "pem-cr-only",
     "lines end with CR alone: OpenSSL refuses the file, Go finds nothing in it"},
    {TV_PEM_INDENTED, "pem-indented",
     "the BEGIN or END line is indented: OpenSSL and Java refuse the file, Go does not find the "
     "block"},
    {TV_PEM_GLUED, "pem-glued",
     "other text stands on the line of BEGIN or END: OpenSSL and Java refuse the file, Go finds "
     "nothing in it"},
    {TV_PEM_BLANK_IN_BODY, "pem-blank-line",
     "a blank line stands inside the base64: OpenSSL refuses the whole file"},
    {TV_PEM_HEADERS, "pem-headers",
     "headers stand before the base64: OpenSSL, Java and GnuTLS refuse the file, Go loses this "
     "certificate without an error"},
    {TV_PEM_NUL_BEFORE, "pem-nul",
     "a NUL byte stands before the block: OpenSSL and Go lose certificates without an error, Java "
     "refuses the file"},
    {TV_PEM_ESCAPED_NL, "pem-escaped-newlines",
     "line ends are written as backslash and n: OpenSSL, Java and GnuTLS refuse the file, Go finds "
     "nothing in it"},
    {TV_PEM_SPACED, "pem-spaced",
     "blanks stand in or around the base64 of a line: where they stand instead of line ends, "
     "OpenSSL and Java refuse the file and Go finds nothing"},
    {TV_PEM_X509_LABEL, "pem-x509-label",
     "the label is not CERTIFICATE: Go loses this certificate without an error"},
    {TV_PEM_ODD_CASE, "pem-odd-case",
     "the label is not in upper case: OpenSSL and GnuTLS refuse the file, Go finds nothing in it"},
    {TV_PEM_BAD_DASHES, "pem-bad-dashes",
     "the BEGIN or END line is not five dashes, the label and five dashes: OpenSSL, Java and "
     "GnuTLS "
     "refuse the file, Go finds nothing in it"},
};

static const quirk_rule file_quirks[] = {
    {TV_PEM_TEXT_BEFORE, "pem-text-between",
     "text stands between the blocks: Application Load Balancer and CloudFront refuse the file"},
    {TV_PEM_BLANK_BEFORE, "pem-blank-between",
     "blank lines stand between the blocks: Application Load Balancer and CloudFront refuse the "
     "file"},
    {TV_PEM_COMMENT_DASH, "pem-comment-dash",
     "a comment holds a dash: Application Load Balancer and CloudFront refuse the file"},
    {TV_PEM_TEXT_AFTER, "pem-text-after",
     "text follows the last block: readers made with s2n-tls refuse the file"},
    {TV_PEM_NON_ASCII, "pem-non-ascii",
     "bytes that are not printable ASCII stand between the blocks: readers that take the file for "
     "UTF-8 may refuse it"},
    {TV_PEM_CRLF, "pem-crlf", "lines end with CR LF"},
    {TV_PEM_ODD_WIDTH, "pem-odd-width", "lines of base64 are not 64 columns wide"},
    {TV_PEM_LONG_LINE, "pem-long-line", "a line of base64 is longer than 76 columns"},
    {TV_PEM_NO_FINAL_NL, "pem-no-final-newline",
     "the file ends without a line end: another one put behind it is glued to its last block"},
};

static const quirk_rule frame_defects[] = {
    {TV_PEM_NO_END, "pem-no-end",
     "the END line is missing: OpenSSL, Java and GnuTLS refuse the whole file, Go loses this "
     "certificate without an error"},
    {TV_PEM_LABEL_MISMATCH, "pem-label-mismatch",
     "the END line names something else than the BEGIN line: OpenSSL, Java and GnuTLS refuse the "
     "whole file, Go loses this certificate without an error"},
    {TV_PEM_BAD_BEGIN, "pem-bad-begin",
     "the BEGIN line does not end in five dashes, and the block cannot be read: OpenSSL, Java and "
     "GnuTLS refuse the whole file"},
};

// The frame of a private key or of another block that is none of ours matters to nobody once it is
// taken out, which another rule asks for.
static const quirk_rule *frame_defect_of(const tv_entry *entry)
{
    bool ours = entry->kind == TV_PEM_CERTIFICATE || entry->kind == TV_PEM_TRUSTED_CERTIFICATE ||
                (entry->kind != TV_PEM_PRIVATE_KEY && entry->defect == TV_PEM_BAD_BEGIN);
    for (size_t i = 0; ours && i < sizeof(frame_defects) / sizeof(frame_defects[0]); i++) {
        if (frame_defects[i].quirk == entry->defect) {
            return &frame_defects[i];
        }
    }
    return NULL;
}

static tv_status tell_at(const tv_look *look, const tv_check_out *out, const char *rule,
                         const char *text)
{
    tv_buf_clear(out->message);
    tv_buf_add_text(out->message, text);
    return tv_check_tell(out, rule, look->index);
}

tv_status tv_check_pem_entry(const tv_look *look, const tv_check_out *out)
{
    tv_status status = TV_OK;
    const quirk_rule *defect = frame_defect_of(look->entry);
    if (defect != NULL) {
        status = tell_at(look, out, defect->rule, defect->message);
    }
    if (status == TV_OK && look->entry->kind == TV_PEM_TRUSTED_CERTIFICATE) {
        status =
            tell_at(look, out, "pem-trusted-label",
                    "OpenSSL's label TRUSTED CERTIFICATE: Go loses this certificate without an "
                    "error, GnuTLS refuses the file");
    }
    size_t num_rules = sizeof(entry_quirks) / sizeof(entry_quirks[0]);
    for (size_t i = 0; status == TV_OK && i < num_rules; i++) {
        if ((look->entry->quirks & entry_quirks[i].quirk) != 0) {
            status = tell_at(look, out, entry_quirks[i].rule, entry_quirks[i].message);
        }
    }
    return status;
}

// One finding for all entries with that quirk, at the first of them.
static tv_status tell_once(const tv_check_out *out, const quirk_rule *rule)
{
    const tv_bundle *bundle = out->input->bundle;
    size_t first = 0;
    size_t count = 0;
    for (size_t i = tv_bundle_num_entries(bundle); i > 0; i--) {
        if ((tv_bundle_entry(bundle, i - 1)->quirks & rule->quirk) != 0) {
            first = i - 1;
            count++;
        }
    }
    if (count == 0) {
        return TV_OK;
    }
    tv_buf_clear(out->message);
    tv_buf_add_text(out->message, rule->message);
    if (count > 1) {
        tv_buf_add_text(out->message, " (");
        tv_buf_add_u64(out->message, count);
        tv_buf_add_text(out->message, " blocks)");
    }
    return tv_check_tell(out, rule->rule, first);
}

tv_status tv_check_pem_bundle(const tv_check_out *out)
{
    tv_status status = TV_OK;
    if (out->input->bundle->is_utf16) {
        tv_buf_clear(out->message);
        tv_buf_add_text(out->message,
                        "the file is UTF-16 text: OpenSSL, Java and GnuTLS refuse it, "
                        "Go finds nothing in it");
        status = tv_check_tell(out, "pem-utf16", SIZE_MAX);
    }
    for (size_t i = 0; status == TV_OK && i < sizeof(file_quirks) / sizeof(file_quirks[0]); i++) {
        status = tell_once(out, &file_quirks[i]);
    }
    return status;
}
