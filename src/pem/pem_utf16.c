// SPDX-License-Identifier: Apache-2.0
// In: a text as some Windows editors save it. Out: the same text with one byte per character, which
// is all that PEM needs.
#include "pem/pem_scan.h"

#include "base/span.h"

#include <stdlib.h>

enum {
    PROBE_LEN = 64, // bytes looked at where there is no byte order mark
    SHORTEST = 4,   // text that tells without a mark
};

typedef enum byte_order { ORDER_NONE, ORDER_LITTLE, ORDER_BIG } byte_order;

static byte_order order_without_mark(tv_span text)
{
    size_t probe = text.len < PROBE_LEN ? text.len : PROBE_LEN;
    size_t nuls[2] = {0, 0};
    for (size_t i = 0; i < probe; i++) {
        nuls[i % 2] += text.ptr[i] == 0;
    }
    size_t pairs = probe / 2;
    if (probe < SHORTEST) {
        return ORDER_NONE;
    }
    if (nuls[1] == pairs && nuls[0] == 0) {
        return ORDER_LITTLE;
    }
    return nuls[0] >= pairs && nuls[1] == 0 ? ORDER_BIG : ORDER_NONE;
}

bool tv_pem_from_utf16(tv_span text, uint8_t **out, size_t *len)
{
    size_t mark = 0;
    byte_order order;
    if (tv_span_starts_with(text, TV_LIT("\xff\xfe"))) {
        order = ORDER_LITTLE;
        mark = 2;
    } else if (tv_span_starts_with(text, TV_LIT("\xfe\xff"))) {
        order = ORDER_BIG;
        mark = 2;
    } else {
        order = order_without_mark(text);
    }
    if (order == ORDER_NONE) {
        return false;
    }
    size_t units = (text.len - mark) / 2;
    size_t odd = text.len % 2; // half a character at the very end
    uint8_t *bytes = malloc(units + odd + 1);
    if (bytes == NULL) {
        return false;
    }
    for (size_t i = 0; i < units; i++) {
        const uint8_t *unit = text.ptr + mark + 2 * i;
        uint8_t low = order == ORDER_LITTLE ? unit[0] : unit[1];
        uint8_t high = order == ORDER_LITTLE ? unit[1] : unit[0];
        bytes[i] = high == 0 && low < 0x80 ? low : '?';
    }
    if (odd != 0) {
        bytes[units] = '?';
    }
    *out = bytes;
    *len = units + odd;
    return true;
}
