// SPDX-License-Identifier: Apache-2.0
// A framed block comes in, DER or the reason for its absence goes out. The first defect on the way
// from the outside in is told: label, frame, base64.

#include "bundle/decode.h"

#include "base/span.h"

static const char *const kind_problems[] = {
    [TV_PEM_CERTIFICATE] = NULL,
    [TV_PEM_TRUSTED_CERTIFICATE] = NULL,
    [TV_PEM_PRIVATE_KEY] = "a private key, not a certificate",
    [TV_PEM_PUBLIC_KEY] = "a public key, not a certificate",
    [TV_PEM_REQUEST] = "a certificate request, not a certificate",
    [TV_PEM_CRL] = "a revocation list, not a certificate",
    [TV_PEM_PKCS7] = "a PKCS #7 block, not a certificate",
    [TV_PEM_OTHER] = "a block with another label, not a certificate",
};

static const char *const defect_problems[] = {
    [TV_PEM_SOUND] = NULL,
    [TV_PEM_NO_END] = "the END line is missing",
    [TV_PEM_LABEL_MISMATCH] = "the END line has another label than the BEGIN line",
    [TV_PEM_BAD_BEGIN] = "the BEGIN line is broken",
};

size_t tv_der_extent(tv_span bytes)
{
    if (bytes.len < 2 || bytes.ptr[0] != 0x30) {
        return 0;
    }
    size_t len = bytes.ptr[1];
    size_t header = 2;
    if (len >= 0x80) {
        size_t octets = len & 0x7f;
        if (octets == 0 || octets > 4 || bytes.len < 2 + octets) {
            return 0;
        }
        len = 0;
        for (size_t i = 0; i < octets; i++) {
            len = len << 8 | bytes.ptr[2 + i];
        }
        header += octets;
    }
    return len <= bytes.len - header ? header + len : 0;
}

bool tv_looks_like_der(tv_span bytes)
{
    return bytes.len >= 2 && bytes.ptr[0] == 0x30 && bytes.ptr[1] >= 0x80 && bytes.ptr[1] <= 0x84;
}

void tv_block_decode(const tv_pem_block *block, uint8_t *room, tv_decoded *out)
{
    *out = (tv_decoded){.kind = tv_pem_kind_of(block->label)};
    if (block->defect == TV_PEM_BAD_BEGIN) {
        out->problem = defect_problems[TV_PEM_BAD_BEGIN]; // the label means nothing then
        return;
    }
    out->problem = kind_problems[out->kind];
    if (out->problem == NULL) {
        out->problem = defect_problems[block->defect];
    }
    if (out->problem != NULL) {
        return;
    }
    tv_base64_result result = tv_base64_decode(room, block->body);
    if (result.error != TV_BASE64_OK) {
        out->problem = tv_base64_error_text(result.error);
        out->problem_offset = (size_t)(block->body.ptr - block->whole.ptr) + result.where;
        return;
    }
    out->der = tv_span_make(room, result.len);
    size_t extent = tv_der_extent(out->der);
    if (extent != 0 && extent < result.len) {
        out->trailing = (uint32_t)(result.len - extent);
        if (out->kind == TV_PEM_TRUSTED_CERTIFICATE) {
            out->settings = tv_span_part(out->der, extent, result.len);
            out->der.len = extent;
        }
    }
}
