// SPDX-License-Identifier: Apache-2.0
// DER lengths in their shortest form at every step of their size, and PEM that reads back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/der_write.h"

#include "base/span.h"
#include "bundle/decode.h"

static void lengths_are_in_their_shortest_form(void **state)
{
    static const struct {
        size_t len;
        const char *header;
        size_t header_len;
    } cases[] = {
        {0, "\x04\x00", 2},
        {127, "\x04\x7f", 2},
        {128, "\x04\x81\x80", 3},
        {255, "\x04\x81\xff", 3},
        {256, "\x04\x82\x01\x00", 4},
        {65535, "\x04\x82\xff\xff", 4},
        {65536, "\x04\x83\x01\x00\x00", 5},
    };
    static uint8_t contents[65536];
    (void)state;
    memset(contents, 'x', sizeof(contents));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf out = {0};
        tv_der_put(&out, TV_DER_OCTET_STRING, tv_span_make(contents, cases[i].len));
        assert_int_equal(out.len, cases[i].header_len + cases[i].len);
        assert_memory_equal(out.ptr, cases[i].header, cases[i].header_len);
        assert_memory_equal(out.ptr + cases[i].header_len, contents, cases[i].len);
        tv_buf_close(&out);
    }
}

static void elements_nest(void **state)
{
    (void)state;
    tv_buf out = {0};
    size_t outer = tv_der_begin(&out, TV_DER_SEQUENCE);
    tv_der_put_text(&out, TV_DER_UTF8_STRING, "ab");
    tv_der_put_bits(&out, TV_LIT("\x01\x02"));
    tv_der_end(&out, outer);
    assert_true(tv_span_equal(tv_buf_span(&out), TV_LIT("\x30\x09\x0c\x02"
                                                        "ab\x03\x03\x00\x01\x02")));
    tv_buf_close(&out);
}

static void a_buffer_that_cannot_grow_fails(void **state)
{
    (void)state;
    tv_buf out = {.ceiling = 4};
    size_t outer = tv_der_begin(&out, TV_DER_SEQUENCE);
    tv_der_put_text(&out, TV_DER_UTF8_STRING, "abcd");
    tv_der_end(&out, outer);
    assert_true(out.failed);
    tv_buf_close(&out);
}

static void pem_reads_back(void **state)
{
    static uint8_t der[260];
    (void)state;
    for (size_t len = 4; len <= sizeof(der); len++) {
        der[0] = 0x30; // what a certificate begins with
        der[1] = 0x82;
        der[2] = (uint8_t)((len - 4) >> 8);
        der[3] = (uint8_t)(len - 4);
        for (size_t i = 4; i < len; i++) {
            der[i] = (uint8_t)(i * 37 + len);
        }
        tv_buf text = {0};
        tv_buf room = {0};
        tv_pem_put_certificate(&text, tv_span_make(der, len));
        tv_pem_scan scan;
        tv_pem_block block;
        tv_decoded decoded;
        tv_pem_scan_open(&scan, tv_buf_span(&text), 1);
        assert_true(tv_pem_scan_next(&scan, &block));
        assert_int_equal(tv_pem_quirks(tv_buf_span(&text), &block, 0), 0);
        assert_true(tv_buf_reserve(&room, tv_base64_room(block.body.len)));
        tv_block_decode(&block, room.ptr, &decoded);
        assert_null(decoded.problem);
        assert_true(tv_span_equal(decoded.der, tv_span_make(der, len)));
        assert_false(tv_pem_scan_next(&scan, &block));
        tv_buf_close(&text);
        tv_buf_close(&room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_in_their_shortest_form),
        cmocka_unit_test(elements_nest),
        cmocka_unit_test(a_buffer_that_cannot_grow_fails),
        cmocka_unit_test(pem_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
