// SPDX-License-Identifier: Apache-2.0
// Which files are measured on, how many blocks stand in them, and what is said of those that cannot
// be used.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/measure/scene.h"

#include "io/map.h"
#include "pem/pem_scan.h"

static size_t count_blocks(const char *path)
{
    tv_map map;
    tv_pem_scan scan;
    tv_pem_block block;
    size_t count = 0;
    assert_int_equal(tv_map_open(&map, path, true, 0), TV_OK);
    tv_pem_scan_open(&scan, map.bytes, 1);
    while (tv_pem_scan_next(&scan, &block)) {
        count++;
    }
    tv_map_close(&map);
    return count;
}

static void minted_input_has_what_was_asked_for(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    scene_open(&s, 100);
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_true(input.minted);
    assert_int_equal(input.seed, 3);
    assert_true(input.at == TV_MINT_AT);
    assert_int_equal(input.num_stores, 1);
    assert_int_equal(count_blocks(input.stores[0]), TV_MINT_AUTHORITIES);
    assert_int_equal(count_blocks(input.clients.path), 100);
    assert_int_equal(input.num_few, 2);
    assert_int_equal(count_blocks(input.few.path), 2);
    assert_int_equal(input.num_repeated, TV_INPUT_REPEATED / 4);
    assert_int_equal(count_blocks(input.repeated.path), input.num_repeated);
    assert_int_equal(input.num_further, TV_INPUT_FURTHER);
    for (size_t i = 0; i < input.num_further; i++) {
        assert_int_equal(count_blocks(input.further[i].path), TV_MINT_AUTHORITIES - 1);
    }
    tv_input_close(&input);
    scene_close(&s);
}

static void files_are_taken_up_to_a_number(void **state)
{
    static const struct {
        uint32_t asked;
        size_t got;
    } cases[] = {{5, 5}, {21, 21}, {1000, 21}};
    (void)state;
    scene s;
    scene_open(&s, 0);
    scene_use_files(&s, 10);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_input input;
        s.options.clients = cases[i].asked;
        assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
        assert_false(input.minted);
        assert_int_equal(count_blocks(input.clients.path), cases[i].got);
        assert_string_equal(input.stores[0], s.store_path);
        tv_input_close(&input);
    }
    scene_close(&s);
}

static void a_truststore_of_one_entry_has_no_variations(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    scene_open(&s, 0);
    scene_use_files(&s, 10);
    tv_scratch one;
    assert_int_equal(
        tv_scratch_open(&one, "/tmp",
                        TV_LIT("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), NULL),
        TV_OK);
    s.store_path = one.path;
    assert_int_equal(tv_input_open(&input, &s.options), TV_OK);
    assert_int_equal(input.num_further, 0);
    tv_input_close(&input);
    tv_scratch_close(&one);
    scene_close(&s);
}

static void what_cannot_be_used_is_told(void **state)
{
    (void)state;
    scene s;
    tv_input input;
    scene_open(&s, 0);
    scene_use_files(&s, 10);
    s.clients_path = "/nonexistent";
    assert_int_equal(tv_input_open(&input, &s.options), TV_ERR_OPEN);
    assert_string_equal(s.problem, "/nonexistent");
    tv_input_close(&input);
    s.clients_path = "/dev/null";
    assert_int_equal(tv_input_open(&input, &s.options), TV_ERR_NO_CERTIFICATE);
    assert_string_equal(s.problem, "/dev/null");
    tv_input_close(&input);
    s.clients_path = s.clients.path;
    s.store_path = "/nonexistent";
    assert_int_equal(tv_input_open(&input, &s.options), TV_ERR_OPEN);
    tv_input_close(&input);
    s.options.scratch = "/nonexistent/directory";
    assert_int_equal(tv_input_open(&input, &s.options), TV_ERR_OPEN);
    assert_string_equal(s.problem, "/nonexistent/directory");
    tv_input_close(&input);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minted_input_has_what_was_asked_for),
        cmocka_unit_test(files_are_taken_up_to_a_number),
        cmocka_unit_test(a_truststore_of_one_entry_has_no_variations),
        cmocka_unit_test(what_cannot_be_used_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
