// SPDX-License-Identifier: Apache-2.0
// Two Names: the first two bytes of the input are the length of the first. They are the same to us
// exactly when they are to libcrypto, and what is shown of them is plain text.
#include "base/buf.h"
#include "base/span.h"
#include "cert/charset.h"
#include "cert/name.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// libcrypto's Name, NULL when it does not take the bytes. Whatever it refuses we have to refuse.
static X509_NAME *check_one(tv_span name)
{
    const uint8_t *where;
    const uint8_t *at = name.ptr;
    const char *what = tv_name_problem(name, &where);
    X509_NAME *theirs = name.len > 0 ? d2i_X509_NAME(NULL, &at, (long)name.len) : NULL;
    assert(what != NULL || theirs != NULL);
    assert(name.len == 0 || (where >= name.ptr && where <= name.ptr + name.len));
    if (what == NULL) {
        assert(at == name.ptr + name.len);
        assert(tv_name_is_empty(name) == (X509_NAME_entry_count(theirs) == 0));
    }
    tv_buf text = {0};
    bool plain = tv_name_show(name, &text);
    assert(!text.failed && tv_charset_is_utf8(tv_buf_span(&text)));
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        assert(c >= 0x20 && c != 0x7f);
        assert(!plain || (c < 0x7f && c != '"' && c != '\\'));
    }
    tv_buf any = {0};
    tv_name_show_any(name, &any);
    assert(tv_span_equal(tv_buf_span(&text), tv_buf_span(&any)));
    tv_buf_close(&any);
    tv_buf_close(&text);
    if (what != NULL) {
        X509_NAME_free(theirs);
        theirs = NULL;
    }
    ERR_clear_error();
    return theirs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    tv_span rest = {data + 2, size - 2};
    size_t cut = (size_t)data[0] << 8 | data[1];
    cut = cut < rest.len ? cut : rest.len;
    tv_span a = {rest.ptr, cut};
    tv_span b = {rest.ptr + cut, rest.len - cut};
    X509_NAME *their_a = check_one(a);
    X509_NAME *their_b = check_one(b);
    tv_buf scratch = {0};
    bool equal = tv_name_equal(a, b, &scratch);
    assert(equal == tv_name_equal(b, a, &scratch));
    if (their_a != NULL && their_b != NULL) {
        assert(equal == (X509_NAME_cmp(their_a, their_b) == 0));
    } else {
        assert(equal == tv_span_equal(a, b));
    }
    tv_buf_close(&scratch);
    X509_NAME_free(their_a);
    X509_NAME_free(their_b);
    return 0;
}
