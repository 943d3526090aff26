// SPDX-License-Identifier: Apache-2.0
// In: the body of a PEM block. Invariants: an error points into the body; what is decoded is
// decoded again from canonical lines, which take another path, and from lines of one character;
// every set of instructions that the machine has gives the same.
#include "base/span.h"
#include "pem/base64.h"
#include "tv/cpu.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Writes `bytes` in lines of `columns`; `out` has room for two characters per four bits.
static size_t encode(uint8_t *out, tv_span bytes, size_t columns)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = 0;
    size_t column = 0;
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t rest = bytes.len - at;
        uint32_t word = (uint32_t)bytes.ptr[at] << 16;
        word |= rest > 1 ? (uint32_t)bytes.ptr[at + 1] << 8 : 0;
        word |= rest > 2 ? bytes.ptr[at + 2] : 0;
        for (unsigned i = 0; i < 4; i++) {
            out[len++] = i <= rest ? (uint8_t)alphabet[word >> (18 - 6 * i) & 63] : '=';
            column++;
            if (column % columns == 0) {
                out[len++] = '\n';
            }
        }
    }
    return len;
}

static void decode_again(tv_span bytes, size_t columns)
{
    uint8_t *body = malloc(bytes.len * 3 + 16);
    uint8_t *out = malloc(tv_base64_room(bytes.len * 3 + 16));
    assert(body != NULL && out != NULL);
    tv_base64_result result = tv_base64_decode(out, (tv_span){body, encode(body, bytes, columns)});
    assert(result.error == TV_BASE64_OK);
    assert(tv_span_equal((tv_span){out, result.len}, bytes));
    free(body);
    free(out);
}

static void check(tv_base64_result result, const uint8_t *out, size_t size)
{
    if (result.error == TV_BASE64_OK) {
        assert(result.where == 0 && result.len > 0 && result.len <= size / 4 * 3);
        decode_again((tv_span){out, result.len}, 64);
        decode_again((tv_span){out, result.len}, 1);
    } else {
        assert(result.len == 0);
        assert(result.error == TV_BASE64_EMPTY ? result.where == 0 : result.where < size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *first = NULL;
    tv_base64_result want = {0};
    for (int level = TV_CPU_PORTABLE; level <= (int)tv_cpu_best(); level++) {
        bool used = tv_cpu_use((tv_cpu_level)level);
        uint8_t *out = malloc(tv_base64_room(size));
        assert(used && out != NULL);
        tv_base64_result result = tv_base64_decode(out, (tv_span){data, size});
        check(result, out, size);
        if (first == NULL) {
            first = out;
            want = result;
            continue;
        }
        assert(result.error == want.error && result.where == want.where);
        assert(tv_span_equal((tv_span){out, result.len}, (tv_span){first, want.len}));
        free(out);
    }
    free(first);
    return 0;
}
