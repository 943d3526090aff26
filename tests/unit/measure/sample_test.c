// SPDX-License-Identifier: Apache-2.0
// What the stages are given: every client read, under the key that signed it, and accepted.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/measure/scene.h"

#include "measure/sample.h"

static void minted_clients_are_signed_and_accepted(void **state)
{
    (void)state;
    enum { NUM = 300 };
    scene s;
    tv_input input;
    tv_sample sample;
    scene_open(&s, NUM);
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(tv_sample_open(&sample, &input, s.profile), TV_OK);
    assert_int_equal(sample.num_blocks, NUM);
    assert_int_equal(sample.num_clients, NUM);
    assert_int_equal(sample.num_unique, NUM);
    assert_int_equal(sample.num_asks, NUM);
    assert_int_equal(sample.num_rows, NUM);
    assert_int_equal(sample.workspace->num_held, TV_MINT_AUTHORITIES);
    assert_true(sample.der_bytes < sample.body_bytes && sample.body_bytes < sample.map.bytes.len);
    tv_key_check_many(sample.run.workers[0].path.sig, sample.asks, sample.num_asks);
    for (size_t i = 0; i < NUM; i++) {
        assert_int_equal(sample.asks[i].state, TV_EDGE_GOOD);
        assert_int_equal(sample.cells[i].verdict, TV_VERDICT_ACCEPT);
        assert_int_equal(sample.cells[i].reasons, 0);
    }
    tv_sample_close(&sample);
    tv_input_close(&input);
    scene_close(&s);
}

static void what_is_known_of_signatures_is_not_checked_again(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    tv_sample sample;
    scene_open(&s, 5);
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(tv_sample_open(&sample, &input, s.profile), TV_OK);
    const tv_sample_client *client = &sample.clients[0];
    assert_true(client->log != 0);
    assert_true(tv_sample_judge(&sample, client, client->log) == client->log);
    assert_int_equal(sample.run.workers[0].target.signature_checks, 0);
    assert_true(tv_sample_judge(&sample, client, 0) == client->log);
    assert_int_equal(sample.run.workers[0].target.signature_checks, 1);
    tv_sample_close(&sample);
    tv_input_close(&input);
    scene_close(&s);
}

static void a_users_blocks_are_counted_apart(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    tv_sample sample;
    scene_open(&s, 0);
    scene_use_files(&s, 10);
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(tv_sample_open(&sample, &input, s.profile), TV_OK);
    assert_int_equal(sample.num_blocks, 21);
    assert_int_equal(sample.num_clients, 20);
    assert_int_equal(sample.num_unique, 10);
    tv_sample_close(&sample);
    tv_input_close(&input);
    scene_close(&s);
}

static void nothing_readable_is_told(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    tv_sample sample;
    tv_scratch empty;
    scene_open(&s, 0);
    scene_use_files(&s, 10);
    assert_int_equal(
        tv_scratch_open(&empty, "/tmp",
                        TV_LIT("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), NULL),
        TV_OK);
    s.clients_path = empty.path;
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(tv_sample_open(&sample, &input, s.profile), TV_ERR_NO_CERTIFICATE);
    tv_sample_close(&sample);
    tv_input_close(&input);
    s.clients_path = s.clients.path;
    s.store_path = empty.path;
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(tv_sample_open(&sample, &input, s.profile), TV_ERR_NO_CERTIFICATE);
    assert_string_equal(s.problem, empty.path);
    tv_sample_close(&sample);
    tv_input_close(&input);
    tv_scratch_close(&empty);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minted_clients_are_signed_and_accepted),
        cmocka_unit_test(what_is_known_of_signatures_is_not_checked_again),
        cmocka_unit_test(a_users_blocks_are_counted_apart),
        cmocka_unit_test(nothing_readable_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
