// SPDX-License-Identifier: Apache-2.0
// A workspace holds the same whatever the number of threads that fill it.
// tv-label: threaded
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "unit/run/scene.h"

#include "base/span.h"

enum { NUM_BLOCKS = 30000, NUM_DISTINCT = 25000, PIECE = 4096 };

static void put_base64(tv_buf *out, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) {
            tv_buf_add_byte(out, (uint8_t)digits[group >> shift & 63]);
        }
    }
}

// Blocks that can be decoded and are no certificates, some of them twice, some with odd line ends.
static int setup(void **state)
{
    if (scene_open(state) != 0) {
        return -1;
    }
    tv_buf text = {0};
    for (uint32_t i = 0; i < NUM_BLOCKS; i++) {
        uint32_t number = i * 7919 % NUM_DISTINCT;
        const uint8_t der[] = {0x30,
                               0x07,
                               0x02,
                               0x05,
                               0x01,
                               (uint8_t)(number >> 24),
                               (uint8_t)(number >> 16),
                               (uint8_t)(number >> 8),
                               (uint8_t)number};
        tv_buf_add_text(&text, i % 100 == 0 ? "# comment\r\n\r" : "");
        tv_buf_add_text(&text, "-----BEGIN CERTIFICATE-----\n");
        put_base64(&text, der, sizeof(der));
        tv_buf_add_text(&text, i % 1000 == 1 ? "!" : "");
        tv_buf_add_text(&text, "\n-----END CERTIFICATE-----\n");
    }
    tv_buf_add_byte(&text, 0);
    scene_write_text("large.pem", (const char *)text.ptr);
    tv_buf_close(&text);
    return 0;
}

static tv_workspace *load(unsigned threads, size_t piece_len)
{
    tv_workspace *workspace;
    tv_options options = {.threads = threads};
    assert_int_equal(tv_workspace_open(&workspace, &options), TV_OK);
    workspace->piece_len = piece_len;
    tv_bundle_id id;
    assert_int_equal(tv_workspace_add(workspace, &id, "large.pem", NULL, TV_ROLE_TRUSTSTORE, NULL),
                     TV_ERR_NO_CERTIFICATE);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    return workspace;
}

static void check_same_entries(const tv_workspace *got, const tv_workspace *want)
{
    const tv_bundle *a = tv_workspace_bundle(got, 0);
    const tv_bundle *b = tv_workspace_bundle(want, 0);
    assert_int_equal(tv_bundle_num_entries(b), NUM_BLOCKS);
    assert_int_equal(tv_bundle_num_entries(a), NUM_BLOCKS);
    for (size_t i = 0; i < NUM_BLOCKS; i++) {
        const tv_entry *x = tv_bundle_entry(a, i);
        const tv_entry *y = tv_bundle_entry(b, i);
        bool same = x->offset == y->offset && x->bytes == y->bytes && x->line == y->line &&
                    x->duplicate_of == y->duplicate_of && x->cert == y->cert &&
                    x->quirks == y->quirks && x->problem == y->problem &&
                    x->problem_offset == y->problem_offset;
        assert_true(same);
    }
}

static void any_number_of_threads_loads_the_same(void **state)
{
    (void)state;
    static const struct {
        unsigned threads;
        size_t piece_len;
    } cases[] = {{2, PIECE}, {4, PIECE}, {3, 1}, {8, 100000}, {2, 0}};
    tv_workspace *want = load(1, 0);
    assert_true(want->num_held > NUM_DISTINCT / 2);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_workspace *got = load(cases[i].threads, cases[i].piece_len);
        check_same_entries(got, want);
        assert_int_equal(got->num_held, want->num_held);
        for (uint32_t id = 0; id < want->num_held; id++) {
            const tv_held *a = tv_workspace_cert(got, id);
            const tv_held *b = tv_workspace_cert(want, id);
            assert_int_equal(a->id, id);
            assert_memory_equal(&a->fingerprint, &b->fingerprint, sizeof(a->fingerprint));
            assert_ptr_equal(a->problem.what, b->problem.what);
        }
        tv_workspace_close(got);
    }
    tv_workspace_close(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_number_of_threads_loads_the_same)};
    return cmocka_run_group_tests(tests, setup, scene_close);
}
