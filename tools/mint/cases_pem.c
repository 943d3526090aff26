// SPDX-License-Identifier: Apache-2.0
// Cases of PEM texts as people make them: two sound certificates, the root and the intermediate, in
// every dress. Where nothing is in doubt both are read and the client gets in; what a stricter
// reader would lose or refuse is a finding. Rules are named pem- and the quirk.
#include "cases.h"
#include "extras.h"
#include "output.h"

#include <stdbool.h>
#include <string.h>

// One layout a function; this is the head that they share.
#define LAYOUT(name)                                                                               \
    static void name(mint_buf *out, mint_pool *pool, const mint_buf *ders, size_t num_ders)
#define UNUSED_POOL (void)pool

#define SERVER_AUTH "1.3.6.1.5.5.7.3.1"
#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"

static void put_all(mint_buf *out, const mint_buf *ders, size_t num_ders, const char *end)
{
    for (size_t i = 0; i < num_ders; i++) {
        mint_pem_with(out, "CERTIFICATE", &ders[i], end);
    }
}

static void put_wide(mint_buf *out, const mint_buf *der, size_t width, const char *end)
{
    mint_add_text(out, "-----BEGIN CERTIFICATE-----\n");
    mint_base64(out, der, width, end);
    mint_add_text(out, "-----END CERTIFICATE-----\n");
}

// `text` between the first certificate and the rest.
static void put_between(mint_buf *out, const mint_buf *ders, size_t num_ders, const void *text,
                        size_t len)
{
    mint_pem(out, "CERTIFICATE", &ders[0]);
    mint_add(out, text, len);
    put_all(out, ders + 1, num_ders - 1, "\n");
}

// Text with each line end replaced by `by`.
static void put_replaced(mint_buf *out, const mint_buf *text, const char *by)
{
    for (size_t i = 0; i < text->len; i++) {
        if (text->ptr[i] == '\n') {
            mint_add_text(out, by);
        } else {
            mint_add_byte(out, text->ptr[i]);
        }
    }
}

static void put_utf16(mint_buf *out, const mint_buf *ders, size_t num_ders, bool big_endian)
{
    mint_buf text = {0};
    put_all(&text, ders, num_ders, "\r\n");
    mint_add(out, big_endian ? "\xfe\xff" : "\xff\xfe", 2);
    for (size_t i = 0; i < text.len; i++) {
        mint_add_byte(out, big_endian ? 0 : text.ptr[i]);
        mint_add_byte(out, big_endian ? text.ptr[i] : 0);
    }
    mint_buf_free(&text);
}

LAYOUT(layout_crlf)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, "\r\n");
}

LAYOUT(layout_cr_only)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, "\r");
}

LAYOUT(layout_bom)
{
    UNUSED_POOL;
    mint_add_text(out, "\xef\xbb\xbf");
    put_all(out, ders, num_ders, "\n");
}

LAYOUT(layout_utf16le)
{
    UNUSED_POOL;
    put_utf16(out, ders, num_ders, false);
}

LAYOUT(layout_utf16be)
{
    UNUSED_POOL;
    put_utf16(out, ders, num_ders, true);
}

LAYOUT(layout_indented)
{
    UNUSED_POOL;
    mint_buf text = {0};
    put_all(&text, ders, num_ders, "\n");
    mint_add_text(out, "ca.crt: |\n    ");
    put_replaced(out, &text, "\n    ");
    mint_add_text(out, "\n");
    mint_buf_free(&text);
}

LAYOUT(layout_glued)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_pem(out, "CERTIFICATE", &ders[i]);
        out->len--; // the line end
    }
    mint_add_text(out, "\n");
}

LAYOUT(layout_blank_in_body)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_buf text = {0};
        mint_pem(&text, "CERTIFICATE", &ders[i]);
        size_t half = 28 + 4 * 65; // four lines into the body
        mint_add(out, text.ptr, half);
        mint_add_text(out, "\n");
        mint_add(out, text.ptr + half, text.len - half);
        mint_buf_free(&text);
    }
}

LAYOUT(layout_76)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        put_wide(out, &ders[i], 76, "\n");
    }
}

LAYOUT(layout_one_line)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        put_wide(out, &ders[i], 0, "\n");
    }
}

LAYOUT(layout_trailing_blanks)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, " \t\n");
}

LAYOUT(layout_missing_end)
{
    UNUSED_POOL;
    mint_add_text(out, "-----BEGIN CERTIFICATE-----\n");
    mint_base64(out, &ders[0], 64, "\n");
    put_all(out, ders, num_ders, "\n");
}

LAYOUT(layout_label_mismatch)
{
    UNUSED_POOL;
    mint_add_text(out, "-----BEGIN CERTIFICATE-----\n");
    mint_base64(out, &ders[0], 64, "\n");
    mint_add_text(out, "-----END X509 CRL-----\n");
    put_all(out, ders, num_ders, "\n");
}

LAYOUT(layout_truncated_file)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, "\n");
    mint_buf text = {0};
    mint_pem(&text, "CERTIFICATE", &ders[0]);
    mint_add(out, text.ptr, text.len / 2);
    mint_buf_free(&text);
}

LAYOUT(layout_broken_begin)
{
    UNUSED_POOL;
    mint_add_text(out, "-----BEGIN CERTIFICATE\n");
    mint_base64(out, &ders[0], 64, "\n");
    mint_add_text(out, "-----END CERTIFICATE-----\n");
    put_all(out, ders, num_ders, "\n");
}

LAYOUT(layout_six_dashes)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_add_text(out, "------BEGIN CERTIFICATE------\n");
        mint_base64(out, &ders[i], 64, "\n");
        mint_add_text(out, "------END CERTIFICATE------\n");
    }
}

LAYOUT(layout_headers)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_add_text(out, "-----BEGIN CERTIFICATE-----\n"
                           "Proc-Type: 4,MIC-CLEAR\n"
                           "Originator: nobody\n"
                           " in particular\n\n");
        mint_base64(out, &ders[i], 64, "\n");
        mint_add_text(out, "-----END CERTIFICATE-----\n");
    }
}

LAYOUT(layout_nul_between)
{
    UNUSED_POOL;
    put_between(out, ders, num_ders, "\0\n", 2);
}

LAYOUT(layout_text_between)
{
    UNUSED_POOL;
    static const char text[] = "Issuing A, added by hand\n=====\n";
    put_between(out, ders, num_ders, text, sizeof(text) - 1);
}

LAYOUT(layout_dump_between)
{
    UNUSED_POOL;
    mint_buf text = {0};
    mint_text_dump(&text, "C = DE, O = Mint, CN = Issuing A");
    put_between(out, ders, num_ders, text.ptr, text.len);
    mint_buf_free(&text);
}

LAYOUT(layout_comment)
{
    UNUSED_POOL;
    put_between(out, ders, num_ders, "# Issuing A\n", 12);
}

LAYOUT(layout_comment_dash)
{
    UNUSED_POOL;
    put_between(out, ders, num_ders, "# Issuing A --\n", 15);
}

LAYOUT(layout_blank_between)
{
    UNUSED_POOL;
    put_between(out, ders, num_ders, "\n", 1);
}

LAYOUT(layout_non_ascii)
{
    UNUSED_POOL;
    static const char text[] = "# Z\xfcrich\n";
    put_between(out, ders, num_ders, text, sizeof(text) - 1);
}

LAYOUT(layout_text_after)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, "\n");
    mint_add_text(out, "end of bundle\n");
}

LAYOUT(layout_no_final_newline)
{
    UNUSED_POOL;
    put_all(out, ders, num_ders, "\n");
    out->len--;
}

LAYOUT(layout_escaped)
{
    UNUSED_POOL;
    mint_buf text = {0};
    put_all(&text, ders, num_ders, "\n");
    put_replaced(out, &text, "\\n");
    mint_buf_free(&text);
}

LAYOUT(layout_blanks_for_newlines)
{
    UNUSED_POOL;
    mint_buf text = {0};
    put_all(&text, ders, num_ders, "\n");
    put_replaced(out, &text, " ");
    mint_buf_free(&text);
}

LAYOUT(layout_x509_label)
{
    UNUSED_POOL;
    mint_pem(out, "X509 CERTIFICATE", &ders[0]);
    for (size_t i = 1; i < num_ders; i++) {
        mint_pem(out, "X.509 CERTIFICATE", &ders[i]);
    }
}

LAYOUT(layout_lower_case)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_pem(out, "certificate", &ders[i]);
    }
}

static void put_trusted(mint_buf *out, const mint_buf *cert, const char *purpose)
{
    mint_buf der = {0};
    mint_add_buf(&der, cert);
    mint_trust_settings(&der, purpose, "a trusted one");
    mint_pem(out, "TRUSTED CERTIFICATE", &der);
    mint_buf_free(&der);
}

LAYOUT(layout_trusted)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        put_trusted(out, &ders[i], CLIENT_AUTH);
    }
}

LAYOUT(layout_trusted_for_servers)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        put_trusted(out, &ders[i], SERVER_AUTH);
    }
}

LAYOUT(layout_key_between)
{
    mint_buf der = {0};
    mint_buf block = {0};
    mint_key_pkcs8(&der, mint_pool_key(pool, "p256:spilled"));
    mint_pem(&block, "PRIVATE KEY", &der);
    put_between(out, ders, num_ders, block.ptr, block.len);
    mint_buf_free(&block);
    mint_buf_free(&der);
}

LAYOUT(layout_others_between)
{
    mint_buf der = {0};
    mint_buf blocks = {0};
    mint_request(&der, mint_pool_key(pool, LEAF_KEY), LEAF_NAME);
    mint_pem(&blocks, "CERTIFICATE REQUEST", &der);
    der.len = 0;
    mint_crl(&der, pool, &mint_inter);
    mint_pem(&blocks, "X509 CRL", &der);
    der.len = 0;
    mint_pkcs7(&der, ders, num_ders);
    mint_pem(&blocks, "PKCS7", &der);
    put_between(out, ders, num_ders, blocks.ptr, blocks.len);
    mint_buf_free(&blocks);
    mint_buf_free(&der);
}

LAYOUT(layout_der)
{
    UNUSED_POOL;
    for (size_t i = 0; i < num_ders; i++) {
        mint_add_buf(out, &ders[i]);
    }
}

LAYOUT(layout_empty)
{
    UNUSED_POOL;
    (void)out;
    (void)ders;
    (void)num_ders;
}

LAYOUT(layout_prose)
{
    UNUSED_POOL;
    (void)ders;
    (void)num_ders;
    mint_add_text(out, "# certificates follow\n\n");
}

// Both certificates are read, whatever else is to be said.
#define READ(name_, layout_, rule, note_)                                                          \
    {                                                                                              \
        .name = (name_), .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},              \
        .store = (layout_),                                                                        \
        .expect = {VALID(0, ""), VALID(1, ""), ACCEPT(0, ""), FINDING(rule, note_)},               \
    }
#define REFUSED(note)                                                                              \
    {                                                                                              \
        "bundle", 0, NULL, NULL, "refused", "no-certificate", note                                 \
    }

const mint_case mint_cases_pem[] = {
    READ("pem-crlf", layout_crlf, "pem-crlf", "read by all, a splitter's trap"),
    READ("pem-cr-only", layout_cr_only, "pem-cr-only", "OpenSSL and Go read nothing"),
    READ("pem-bom", layout_bom, "pem-bom", "Go loses the first certificate, Java refuses"),
    READ("pem-utf16le", layout_utf16le, "pem-utf16", "no other reader takes it"),
    READ("pem-utf16be", layout_utf16be, "pem-utf16", "no other reader takes it"),
    READ("pem-indented", layout_indented, "pem-indented", "cut from YAML; OpenSSL refuses"),
    READ("pem-glued", layout_glued, "pem-glued", "END and BEGIN on one line; OpenSSL refuses"),
    READ("pem-blank-in-body", layout_blank_in_body, "pem-blank-line", "OpenSSL refuses"),
    READ("pem-76-columns", layout_76, "pem-odd-width", "RFC 7468 asks for 64"),
    READ("pem-one-line", layout_one_line, "pem-long-line", "RFC 7468 asks for 64"),
    READ("pem-trailing-blanks", layout_trailing_blanks, "pem-spaced", ""),
    READ("pem-headers", layout_headers, "pem-headers", "RFC 1421; OpenSSL and Java refuse"),
    READ("pem-nul-between", layout_nul_between, "pem-nul", "OpenSSL and Go lose the rest"),
    READ("pem-text-between", layout_text_between, "pem-text-between", "ALB refuses"),
    READ("pem-dump-between", layout_dump_between, "pem-text-between", "openssl x509 -text"),
    READ("pem-comment-dash", layout_comment_dash, "pem-comment-dash", "s2n stops at the dashes"),
    READ("pem-blank-between", layout_blank_between, "pem-blank-between", "ALB refuses"),
    READ("pem-non-ascii", layout_non_ascii, "pem-non-ascii", "a comment in ISO 8859-1"),
    READ("pem-text-after", layout_text_after, "pem-text-after", "s2n refuses"),
    READ("pem-no-final-newline", layout_no_final_newline, "pem-no-final-newline",
         "glues when appended"),
    READ("pem-escaped-newlines", layout_escaped, "pem-escaped-newlines", "pasted from JSON"),
    READ("pem-blanks-for-newlines", layout_blanks_for_newlines, "pem-spaced", "from a header"),
    READ("pem-x509-label", layout_x509_label, "pem-x509-label", "Go reads nothing"),
    READ("pem-lower-case", layout_lower_case, "pem-odd-case", "most read nothing"),
    READ("pem-trusted-certificate", layout_trusted, "pem-trusted-label",
         "G05: trust settings behind the DER"),
    {"trust-settings-granted", .trust = {&mint_inter}, .clients = {&mint_leaf},
     .store = layout_trusted,
     .expect = {DENY(0, "root-not-found", "trust settings are OpenSSL's alone"),
                SSL_ACCEPT(0, "trusted for clients by name: the path needs no root"),
                FINDING("pem-trusted-label", "")}},
    {"trust-settings-refused", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_trusted_for_servers,
     .expect = {ACCEPT(0, "trust settings are OpenSSL's alone"), VALID(0, ""), VALID(1, ""),
                SSL_DENY(0, "extended-key-usage", "trusted for servers alone"),
                FINDING("pem-trusted-label", "")}},
    {"pem-plain", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .expect = {ACCEPT(0, ""), NO_FINDING("pem-crlf", ""), NO_FINDING("pem-odd-width", ""),
                NO_FINDING("pem-text-between", ""), NO_FINDING("pem-no-final-newline", ""),
                NO_FINDING("pem-blank-between", ""), NO_FINDING("pem-bom", "")}},
    {"pem-comment", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_comment,
     .expect = {VALID(0, ""), VALID(1, ""), ACCEPT(0, ""), NO_FINDING("pem-text-between", ""),
                NO_FINDING("pem-comment-dash", "")}},
    {"pem-missing-end", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_missing_end,
     .expect = {INVALID(0, "malformed", "no END line"), VALID(1, ""), VALID(2, ""), ACCEPT(0, ""),
                FINDING("pem-no-end", "G04")}},
    {"pem-label-mismatch", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_label_mismatch,
     .expect = {INVALID(0, "malformed", "END of something else"), VALID(1, ""), VALID(2, ""),
                ACCEPT(0, ""), FINDING("pem-label-mismatch", "G04")}},
    {"pem-truncated-file", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_truncated_file,
     .expect = {VALID(0, ""), VALID(1, ""), INVALID(2, "malformed", "the file ends inside it"),
                ACCEPT(0, ""), FINDING("pem-no-end", "G04")}},
    {"pem-private-key", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_key_between,
     .expect = {VALID(0, ""), VALID(2, ""), ACCEPT(0, ""),
                FINDING("private-key-in-bundle", "G05")}},
    {"pem-other-blocks", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_others_between,
     .expect = {VALID(0, ""), VALID(4, ""), ACCEPT(0, ""),
                FINDING("non-certificate-block", "G05: a request, a CRL and a PKCS #7 block")}},
    {"der-one", .trust = {&mint_root}, .clients = {LEAF(.by = &mint_root)}, .store = layout_der,
     .presented = layout_der, .expect = {VALID(0, ""), ACCEPT(0, "a DER file")}},
    {"der-three",
     .trust = {&mint_root, &mint_inter,
               CERT(.subject = "CN=Root B", .key = "p256:root-b", .role = MINT_CA)},
     .clients = {&mint_leaf, LEAF(.by = &mint_root), &mint_leaf}, .store = layout_der,
     .presented = layout_der,
     .expect = {VALID(0, ""), VALID(1, ""), VALID(2, ""), ACCEPT(0, ""), ACCEPT(1, ""),
                ACCEPT(2, "three certificates one behind the other")}},
    {"clients-crlf", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &mint_root)}, .presented = layout_crlf,
     .expect = {ACCEPT(0, ""), ACCEPT(1, "")}},
    {"clients-glued", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &mint_root)}, .presented = layout_glued,
     .expect = {ACCEPT(0, ""), ACCEPT(1, "")}},
    {"clients-utf16le", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &mint_root)}, .presented = layout_utf16le,
     .expect = {ACCEPT(0, ""), ACCEPT(1, "")}},
    {"clients-escaped-newlines", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &mint_root)}, .presented = layout_escaped,
     .expect = {ACCEPT(0, ""), ACCEPT(1, "")}},
    {"clients-with-key", .trust = {&mint_root, &mint_inter},
     .clients = {&mint_leaf, LEAF(.by = &mint_root)}, .presented = layout_key_between,
     .expect = {ACCEPT(0, ""), DENY(1, "malformed", "the key's block is a row"), ACCEPT(2, "")}},
    {"pem-broken-begin", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_broken_begin,
     .expect = {INVALID(0, "malformed", "BEGIN does not end in dashes"), VALID(1, ""), VALID(2, ""),
                ACCEPT(0, ""), FINDING("pem-bad-begin", "G04")}},
    {"pem-six-dashes", .trust = {&mint_root, &mint_inter}, .clients = {&mint_leaf},
     .store = layout_six_dashes,
     .expect = {VALID(0, ""), VALID(1, ""), ACCEPT(0, ""), FINDING("pem-bad-dashes", "")}},
    {"empty-file", .clients = {&mint_leaf}, .store = layout_empty,
     .expect = {REFUSED("nothing in the truststore"), FINDING("bundle-no-certificate", "G04")}},
    {"no-certificate", .clients = {&mint_leaf}, .store = layout_prose,
     .expect = {REFUSED("a comment and no certificate"), FINDING("bundle-no-certificate", "G04")}},
    {.name = NULL},
};
