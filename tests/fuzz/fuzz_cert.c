// SPDX-License-Identifier: Apache-2.0
// Any bytes as a certificate: every span of the view lies inside them, a refusal says what and
// where, and what we take, libcrypto takes and reads the same.
#include "../support/agree.h"
#include "base/buf.h"
#include "cert/cert_text.h"
#include "cert/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(tv_span outer, tv_span inner)
{
    if (inner.len > 0) {
        assert(inner.ptr >= outer.ptr && inner.ptr <= outer.ptr + outer.len);
        assert(inner.len <= outer.len - (size_t)(inner.ptr - outer.ptr));
    }
}

static void check_spans(const tv_cert *view)
{
    const tv_span spans[] = {
        view->tbs,
        view->signature,
        view->sig_alg_der,
        view->serial,
        view->issuer,
        view->subject,
        view->spki,
        view->key_bits,
        view->extensions,
        view->ski,
        view->aki,
        view->aki_issuer,
        view->aki_serial,
        view->san,
        view->name_constraints,
        view->policies,
        view->policy_mappings,
        view->policy_constraints,
        view->inhibit_any_policy,
        view->unknown_critical,
    };
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        check_inside(view->der, spans[i]);
    }
}

static void check_texts(const tv_cert *view)
{
    tv_buf text = {0};
    tv_cert_key_text(view, &text);
    tv_cert_signature_text(view, &text);
    tv_cert_serial_text(view, &text);
    tv_name_show(view->subject, &text);
    for (size_t i = 0; i < text.len; i++) {
        assert(text.ptr[i] >= 0x20 && text.ptr[i] != 0x7f);
    }
    tv_buf_close(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tv_cert view;
    tv_cert_problem problem;
    bool good = tv_cert_parse(&view, (tv_span){data, size}, &problem);
    assert(good == (problem.what == NULL));
    assert(good || problem.offset <= size);
    assert(view.extension_problem.what == NULL || view.extension_problem.offset < size);
    assert(view.policy_problem.what == NULL || view.policy_problem.offset < size);
    assert((view.critical & ~view.has) == 0);
    check_spans(&view);
    check_texts(&view);
    tv_agree(&view, good);
    return 0;
}
