// SPDX-License-Identifier: Apache-2.0
// Any bytes as a run of TLVs: values follow each other without a gap, never leave the input, and
// have one encoding only. A refusal leaves the cursor where it was and has a reason.
#include "base/span.h"
#include "der/der.h"
#include "der/der_time.h"
#include "der/oid.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The header that DER prescribes for the tag and the length of `value`.
static void check_header(const tv_der_value *value)
{
    uint8_t header[2 + sizeof(size_t)] = {value->tag};
    size_t len = value->contents.len;
    size_t header_len = 2;
    if (len < 0x80) {
        header[1] = (uint8_t)len;
    } else {
        size_t count = 0;
        for (size_t rest = len; rest > 0; rest >>= 8) {
            count++;
        }
        header[1] = (uint8_t)(0x80 | count);
        for (size_t i = 0; i < count; i++) {
            header[header_len++] = (uint8_t)(len >> (8 * (count - 1 - i)));
        }
    }
    assert(value->whole.len == header_len + len);
    assert(memcmp(value->whole.ptr, header, header_len) == 0);
    assert(value->contents.ptr == value->whole.ptr + header_len);
}

static void check_contents(const tv_der_value *value)
{
    bool flag;
    uint32_t number;
    uint8_t unused;
    tv_span bytes;
    tv_time time;
    char dotted[64];
    (void)tv_der_is_sound(value);
    if (tv_der_small_uint(value->contents, &number)) {
        assert(tv_der_integer_is_minimal(value->contents) && number <= INT32_MAX);
    }
    if (tv_der_boolean(value->contents, &flag)) {
        assert(value->contents.len == 1);
    }
    if (tv_der_bit_string(value->contents, &unused, &bytes)) {
        assert(unused <= 7 && bytes.len + 1 == value->contents.len);
    }
    if (tv_der_time(value, &time)) {
        assert(time >= INT64_C(-62167219200) && time <= INT64_C(253402300799));
    }
    bool sound = tv_der_oid_is_sound(value->contents);
    if (tv_oid_dotted(value->contents, dotted, sizeof(dotted))) {
        assert(sound && strlen(dotted) >= 3 && strlen(dotted) < sizeof(dotted));
    } else {
        assert(dotted[0] == '\0');
    }
    if (tv_oid_find(value->contents) != TV_OID_UNKNOWN) {
        assert(sound);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tv_span in = {data, size};
    const uint8_t *expected = data;
    tv_der_value value;
    for (;;) {
        tv_span before = in;
        if (!tv_der_read(&in, &value)) {
            assert(in.ptr == before.ptr && in.len == before.len);
            assert(strlen(tv_der_problem(in)) > 0);
            return 0;
        }
        assert(value.whole.ptr == expected);
        expected += value.whole.len;
        assert(in.ptr == expected && in.len == size - (size_t)(expected - data));
        check_header(&value);
        check_contents(&value);
    }
}
