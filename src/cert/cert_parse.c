// SPDX-License-Identifier: Apache-2.0
// One certificate from its DER (RFC 5280 4.1): walks the fields in order, keeps spans, and notes
// the first thing that is wrong. The walk goes on past what is wrong as long as the next field can
// be found, so that a certificate that is refused can still be shown. Names, algorithms and
// extensions are read by name.c, alg.c and ext.c; nothing here decides whether a value is
// acceptable.
#include "tv/cert.h"

#include "base/span.h"
#include "cert/alg.h"
#include "cert/ext.h"
#include "cert/name.h"
#include "der/der.h"
#include "der/der_time.h"

typedef struct parser {
    tv_cert *cert;
    tv_cert_problem *problem;
} parser;

// Notes what is wrong, unless something before it already is.
static void note(parser *p, const char *what, const uint8_t *where)
{
    if (p->problem->what == NULL) {
        *p->problem = (tv_cert_problem){what, (size_t)(where - p->cert->der.ptr)};
    }
}

static bool note_missing(parser *p, const tv_span *in, uint8_t tag, const char *missing)
{
    bool other = in->len == 0 || in->ptr[0] != tag;
    note(p, other ? missing : tv_der_problem(*in), in->ptr);
    return false;
}

// Reads the field that has to come next. `missing` says that it does not.
static inline bool field(parser *p, tv_span *in, uint8_t tag, tv_der_value *out,
                         const char *missing)
{
    return tv_der_read_tag(in, tag, out) || note_missing(p, in, tag, missing);
}

// Notes `what` when bytes are left where none should be.
static void expect_end(parser *p, tv_span rest, const char *what)
{
    if (rest.len > 0) {
        note(p, what, rest.ptr);
    }
}

// version [0] EXPLICIT INTEGER DEFAULT v1. A v1 that is written out does no harm.
static bool read_version(parser *p, tv_span *tbs)
{
    tv_der_value wrapped;
    tv_der_value value;
    p->cert->version = 1;
    if (tbs->len == 0 || tbs->ptr[0] != TV_DER_CONTEXT_CONSTRUCTED(0)) {
        return true;
    }
    if (!field(p, tbs, TV_DER_CONTEXT_CONSTRUCTED(0), &wrapped, "version is malformed") ||
        !field(p, &wrapped.contents, TV_DER_INTEGER, &value, "version is not an INTEGER")) {
        return false;
    }
    expect_end(p, wrapped.contents, "bytes after the version");
    if (!tv_der_integer_is_minimal(value.contents)) {
        note(p, "version is not in shortest form", value.whole.ptr);
    }
    uint32_t version;
    bool fits = tv_der_small_uint(value.contents, &version) && version < UINT8_MAX - 1;
    p->cert->version = fits ? (uint8_t)(version + 1) : UINT8_MAX;
    return true;
}

static bool read_serial(parser *p, tv_span *tbs)
{
    tv_der_value value;
    if (!field(p, tbs, TV_DER_INTEGER, &value, "serial number is missing or not an INTEGER")) {
        return false;
    }
    p->cert->serial = value.contents;
    if (!tv_der_integer_is_minimal(value.contents)) {
        note(p, "serial number is not in shortest form", value.whole.ptr);
    }
    return true;
}

static bool read_name(parser *p, tv_span *tbs, tv_span *out, const char *missing)
{
    tv_der_value value;
    if (!field(p, tbs, TV_DER_SEQUENCE, &value, missing)) {
        return false;
    }
    *out = value.whole;
    if (out == &p->cert->subject && tv_span_equal(*out, p->cert->issuer)) {
        p->cert->self_issued = true;
        return true; // what is wrong with it is noted already
    }
    const uint8_t *where;
    const char *what = tv_name_problem(*out, &where);
    if (what != NULL) {
        note(p, what, where);
    }
    return true;
}

static bool read_time(parser *p, tv_span *validity, tv_time *out, const char *missing)
{
    tv_der_value value;
    uint8_t tag = validity->len > 0 && validity->ptr[0] == TV_DER_GENERALIZED_TIME
                      ? TV_DER_GENERALIZED_TIME
                      : TV_DER_UTC_TIME;
    if (!field(p, validity, tag, &value, missing)) {
        return false;
    }
    if (!tv_der_time(&value, out)) {
        note(p, "time is not of the form that RFC 5280 asks for", value.whole.ptr);
    }
    return true;
}

static bool read_validity(parser *p, tv_span *tbs)
{
    tv_der_value value;
    if (!field(p, tbs, TV_DER_SEQUENCE, &value, "validity is missing or not a SEQUENCE")) {
        return false;
    }
    tv_span in = value.contents;
    if (read_time(p, &in, &p->cert->not_before, "notBefore is missing or not a time") &&
        read_time(p, &in, &p->cert->not_after, "notAfter is missing or not a time")) {
        expect_end(p, in, "bytes after notAfter");
    }
    return true;
}

// Contents of a BIT STRING of whole bytes.
static void read_bytes(parser *p, const tv_der_value *value, tv_span *out, const char *what)
{
    uint8_t unused;
    if (!tv_der_bit_string(value->contents, &unused, out) || unused != 0) {
        note(p, what, value->whole.ptr);
    }
}

static bool read_spki(parser *p, tv_span *tbs)
{
    static const char *const missing = "public key is missing or not a SEQUENCE";
    tv_der_value value;
    tv_der_value algorithm;
    tv_der_value bits;
    tv_alg alg;
    tv_cert *cert = p->cert;
    if (!field(p, tbs, TV_DER_SEQUENCE, &value, missing)) {
        return false;
    }
    cert->spki = value.whole;
    tv_span in = value.contents;
    if (!field(p, &in, TV_DER_SEQUENCE, &algorithm, "public key has no algorithm") ||
        !field(p, &in, TV_DER_BIT_STRING, &bits, "public key is not a BIT STRING")) {
        return true;
    }
    expect_end(p, in, "bytes after the public key");
    read_bytes(p, &bits, &cert->key_bits, "public key is not a whole number of bytes");
    if (tv_alg_read(algorithm.contents, &alg)) {
        cert->key = (uint8_t)tv_alg_key(&alg, cert->key_bits, &cert->key_size);
    } else {
        note(p, "algorithm of the public key is malformed", algorithm.whole.ptr);
    }
    return true;
}

// issuerUniqueID [1] and subjectUniqueID [2], IMPLICIT BIT STRING; nobody uses them.
static bool skip_unique_ids(parser *p, tv_span *tbs)
{
    for (uint8_t tag = TV_DER_CONTEXT(1); tag <= TV_DER_CONTEXT(2); tag++) {
        tv_der_value value;
        tv_span bytes;
        uint8_t unused;
        if (tbs->len == 0 || tbs->ptr[0] != tag) {
            continue;
        }
        if (!field(p, tbs, tag, &value, "unique identifier is malformed")) {
            return false;
        }
        if (!tv_der_bit_string(value.contents, &unused, &bytes)) {
            note(p, "unique identifier is not a BIT STRING", value.whole.ptr);
        }
    }
    return true;
}

// extensions [3] EXPLICIT SEQUENCE OF Extension.
static bool read_extensions(parser *p, tv_span *tbs)
{
    tv_der_value wrapped;
    tv_der_value value;
    const uint8_t *where;
    if (tbs->len == 0 || tbs->ptr[0] != TV_DER_CONTEXT_CONSTRUCTED(3)) {
        return true;
    }
    if (!field(p, tbs, TV_DER_CONTEXT_CONSTRUCTED(3), &wrapped, "extensions are malformed") ||
        !field(p, &wrapped.contents, TV_DER_SEQUENCE, &value, "extensions are not a SEQUENCE")) {
        return false;
    }
    expect_end(p, wrapped.contents, "bytes after the extensions");
    p->cert->extensions = value.contents;
    if (!tv_ext_read(p->cert, &where)) {
        note(p, "extension is malformed", where);
    }
    return true;
}

// TBSCertificate. `algorithm` is the signature algorithm as it is written inside.
static bool read_tbs(parser *p, tv_span tbs, tv_span *algorithm)
{
    tv_cert *cert = p->cert;
    tv_der_value value;
    if (!read_version(p, &tbs) || !read_serial(p, &tbs) ||
        !field(p, &tbs, TV_DER_SEQUENCE, &value, "signature algorithm is missing")) {
        return false;
    }
    *algorithm = value.whole;
    if (!read_name(p, &tbs, &cert->issuer, "issuer is missing or not a SEQUENCE") ||
        !read_validity(p, &tbs) ||
        !read_name(p, &tbs, &cert->subject, "subject is missing or not a SEQUENCE") ||
        !read_spki(p, &tbs) || !skip_unique_ids(p, &tbs) || !read_extensions(p, &tbs)) {
        return false;
    }
    expect_end(p, tbs, "unexpected field in the certificate");
    return true;
}

// The algorithm stands inside and outside of what is signed; both have to be the same (RFC 5280
// 4.1.1.2), or the outer one could be changed at will.
static void read_algorithm(parser *p, const tv_der_value *outer, tv_span inner)
{
    tv_alg alg;
    p->cert->sig_alg_der = outer->whole;
    if (!tv_alg_read(outer->contents, &alg)) {
        note(p, "signature algorithm is malformed", outer->whole.ptr);
        return;
    }
    p->cert->sig = tv_alg_signature(&alg);
    if (inner.len > 0 && !tv_span_equal(inner, outer->whole)) {
        note(p, "signature algorithms differ", inner.ptr);
    }
}

static void read_certificate(parser *p)
{
    tv_cert *cert = p->cert;
    tv_span in = cert->der;
    tv_der_value whole;
    tv_der_value tbs;
    tv_der_value algorithm;
    tv_der_value signature;
    tv_span inner = {NULL, 0};
    if (!field(p, &in, TV_DER_SEQUENCE, &whole, "certificate is not a SEQUENCE")) {
        return;
    }
    if (!field(p, &whole.contents, TV_DER_SEQUENCE, &tbs, "TBSCertificate is not a SEQUENCE")) {
        return;
    }
    cert->tbs = tbs.whole;
    read_tbs(p, tbs.contents, &inner);
    if (!field(p, &whole.contents, TV_DER_SEQUENCE, &algorithm,
               "signature algorithm is missing or not a SEQUENCE")) {
        return;
    }
    read_algorithm(p, &algorithm, inner);
    if (!field(p, &whole.contents, TV_DER_BIT_STRING, &signature,
               "signature is missing or not a BIT STRING")) {
        return;
    }
    read_bytes(p, &signature, &cert->signature, "signature is not a whole number of bytes");
    expect_end(p, whole.contents, "bytes after the signature");
    expect_end(p, in, "trailing bytes after the certificate");
}

bool tv_cert_parse(tv_cert *out, tv_span der, tv_cert_problem *problem)
{
    *out = (tv_cert){
        .der = der,
        .not_before = TV_TIME_NONE,
        .not_after = TV_TIME_NONE,
        .path_len = TV_PATH_LEN_NONE,
        .proxy_path_len = TV_PATH_LEN_NONE,
    };
    *problem = (tv_cert_problem){NULL, 0};
    read_certificate(&(parser){out, problem});
    return problem->what == NULL;
}
