// SPDX-License-Identifier: Apache-2.0
// In: bytes behind a certificate. Invariant: a purpose is granted only by a list that names it, and
// no settings both grant and refuse; one byte more or less leaves no grant.
#include "base/span.h"
#include "cert/trust_settings.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t purposes[] = {TV_EKU_ANY, TV_EKU_CLIENT_AUTH, TV_EKU_SERVER_AUTH};

static bool grants(const tv_trust *trust)
{
    bool any = false;
    for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        if (tv_trust_ask(trust, purposes[i]) == TV_TRUST_GRANTED) {
            assert(trust->listed);
            assert((trust->trusted & (purposes[i] | TV_EKU_ANY)) != 0);
            assert((trust->rejected & (purposes[i] | TV_EKU_ANY)) == 0);
            any = true;
        }
    }
    return any;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tv_trust trust;
    tv_trust_read(tv_span_make(data, size), &trust);
    if (!grants(&trust)) {
        return 0;
    }
    tv_trust_read(tv_span_make(data, size - 1), &trust);
    assert(!grants(&trust));
    uint8_t *longer = malloc(size + 1);
    assert(longer != NULL);
    memcpy(longer, data, size);
    longer[size] = 0;
    tv_trust_read(tv_span_make(longer, size + 1), &trust);
    assert(!grants(&trust));
    free(longer);
    return 0;
}
