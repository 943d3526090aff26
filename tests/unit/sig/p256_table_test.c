// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// A table is built when it pays, once, by one thread while others go on without it; there are never
// too many, and none where libcrypto would not be faster with it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/way.h"

#include "support/signer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_THREADS = 6 };

static const tv_sig_alg alg = {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0};

static tv_signer signer;
static tv_span good; // over "x"
static tv_sig *sig;
static tv_sig_worker *worker;
static tv_key *key;

static int set_up_all(void **state)
{
    (void)state;
    tv_signer_open(&signer, TV_KEY_EC_P256, 0);
    uint8_t *bytes;
    size_t len;
    if (!tv_signer_sign(&signer, &alg, TV_LIT("x"), &bytes, &len)) {
        return -1;
    }
    good = (tv_span){bytes, len};
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    tv_signer_close(&signer);
    free((void *)good.ptr);
    return 0;
}

// Each test counts from the start.
static int set_up(void **state)
{
    (void)state;
    return tv_sig_open(&sig) == TV_OK && tv_sig_worker_open(&worker, sig) == TV_OK &&
                   tv_key_open(&key, sig, tv_signer_spki(&signer), TV_KEY_EC_P256) == TV_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_key_close(key);
    tv_sig_worker_close(worker);
    tv_sig_close(sig);
    return 0;
}

static unsigned num_tables(void)
{
    return atomic_load_explicit(&sig->demand->num_tables, memory_order_relaxed);
}

// Asks for `own` signatures under the key, among `all`.
static void ask(uint64_t own, uint64_t all)
{
    tv_sig_count(worker, all);
    tv_p256_table_use(key, worker, own);
}

static bool has_table(void)
{
    assert_int_equal(num_tables(), tv_p256_table_get(key) != NULL);
    return tv_p256_table_get(key) != NULL;
}

static void test_without_a_hint_it_has_to_have_paid(void **state)
{
    (void)state;
    ask(TV_P256_TABLE_PAYS - 1, TV_P256_TABLE_PAYS - 1);
    assert_false(has_table());
    ask(1, 100);
    assert_true(has_table());
    const EC_GROUP *built = tv_p256_table_get(key);
    ask(TV_P256_TABLE_PAYS, TV_P256_TABLE_PAYS);
    assert_ptr_equal(tv_p256_table_get(key), built);
}

static void test_with_a_hint_the_share_counts(void **state)
{
    (void)state;
    tv_sig_expect(sig, 10 * TV_P256_TABLE_PAYS + 1000);
    ask(99, 1000); // a share just too small, of what is left
    assert_false(has_table());
    tv_sig_expect(sig, 10 * TV_P256_TABLE_PAYS + 500);
    ask(1, 0); // now a tenth, and a little more than ten times what pays is left
    assert_true(has_table());
}

static void test_a_share_needs_a_sample(void **state)
{
    (void)state;
    tv_sig_expect(sig, 1000000);
    ask(TV_P256_TABLE_SAMPLE - 1, TV_P256_TABLE_SAMPLE - 1);
    assert_false(has_table());
    ask(1, 1);
    assert_true(has_table());
}

static void test_near_the_end_no_table_is_built(void **state)
{
    (void)state;
    tv_sig_expect(sig, 2 * TV_P256_TABLE_PAYS);
    ask(1, TV_P256_TABLE_PAYS + 1);
    for (unsigned i = 0; i < TV_P256_TABLE_PAYS - 2; i++) {
        ask(1, 1); // ever more of the key, ever less to come
        assert_false(has_table());
    }
    // The hint was wrong: more come than were expected.
    ask(2, 2);
    assert_true(has_table());
}

static void test_a_hint_can_be_taken_back(void **state)
{
    (void)state;
    tv_sig_expect(sig, UINT64_MAX);
    tv_sig_expect(sig, 0);
    ask(TV_P256_TABLE_PAYS - 1, TV_P256_TABLE_PAYS - 1);
    assert_false(has_table());
    tv_sig_expect(sig, UINT64_MAX);
    ask(1, 1);
    assert_true(has_table());
}

static void test_there_are_not_too_many(void **state)
{
    (void)state;
    atomic_store_explicit(&sig->demand->num_tables, TV_P256_TABLES_MAX, memory_order_relaxed);
    ask(TV_P256_TABLE_PAYS, TV_P256_TABLE_PAYS);
    assert_null(tv_p256_table_get(key));
    assert_int_equal(num_tables(), TV_P256_TABLES_MAX);
    atomic_store_explicit(&sig->demand->num_tables, TV_P256_TABLES_MAX - 1, memory_order_relaxed);
    ask(1, 1); // a place has become free
    assert_non_null(tv_p256_table_get(key));
    assert_int_equal(num_tables(), TV_P256_TABLES_MAX);
    tv_key_close(key);
    assert_int_equal(num_tables(), TV_P256_TABLES_MAX - 1);
    assert_int_equal(tv_key_open(&key, sig, tv_signer_spki(&signer), TV_KEY_EC_P256), TV_OK);
}

static void test_elsewhere_all_goes_on_without(void **state)
{
    (void)state;
    sig->demand->has_tables = false; // as where libcrypto is built without nistz256
    ask(2 * TV_P256_TABLE_PAYS, 2 * TV_P256_TABLE_PAYS);
    assert_false(has_table());
    assert_int_equal(tv_key_check_message(key, worker, &alg, TV_LIT("x"), good), TV_EDGE_GOOD);
    assert_int_equal(tv_key_check_message(key, worker, &alg, TV_LIT("y"), good), TV_EDGE_BAD);
}

static void test_other_keys_have_none(void **state)
{
    (void)state;
    tv_signer other;
    tv_signer_open(&other, TV_KEY_EC_P384, 0);
    tv_key *p384;
    assert_int_equal(tv_key_open(&p384, sig, tv_signer_spki(&other), TV_KEY_EC_P384), TV_OK);
    tv_p256_table_use(p384, worker, 10 * TV_P256_TABLE_PAYS);
    assert_null(tv_p256_table_get(p384));
    assert_int_equal(num_tables(), 0);
    tv_key_close(p384);
    tv_signer_close(&other);
}

// Each thread asks one by one until the table is there, and some more; returns the wrong answers.
static void *ask_often(void *arg)
{
    (void)arg;
    tv_sig_worker *own;
    if (tv_sig_worker_open(&own, sig) != TV_OK) {
        return NULL;
    }
    uintptr_t right = 0;
    for (unsigned i = 0; i < 40; i++) {
        bool is_good = i % 3 != 0;
        right += tv_key_check_message(key, own, &alg, is_good ? TV_LIT("x") : TV_LIT("y"), good) ==
                 (is_good ? TV_EDGE_GOOD : TV_EDGE_BAD);
    }
    tv_sig_worker_close(own);
    return (void *)right;
}

static void test_threads_build_one_between_them(void **state)
{
    (void)state;
    tv_sig_expect(sig, 1000000); // so that it pays in the midst of what they ask
    pthread_t threads[NUM_THREADS];
    for (size_t i = 0; i < NUM_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, NULL), 0);
    }
    for (size_t i = 0; i < NUM_THREADS; i++) {
        void *right;
        assert_int_equal(pthread_join(threads[i], &right), 0);
        assert_int_equal((uintptr_t)right, 40);
    }
    assert_true(has_table());
    assert_int_equal(num_tables(), 1);
}

int main(void)
{
    tv_sig *probe;
    if (tv_sig_open(&probe) != TV_OK) {
        return 1;
    }
    bool has_tables = probe->demand->has_tables;
    tv_sig_close(probe);
    const struct CMUnitTest anywhere[] = {
        cmocka_unit_test_setup_teardown(test_elsewhere_all_goes_on_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_keys_have_none, set_up, tear_down),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_without_a_hint_it_has_to_have_paid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_with_a_hint_the_share_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_share_needs_a_sample, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_near_the_end_no_table_is_built, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_hint_can_be_taken_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_there_are_not_too_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_threads_build_one_between_them, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests_name("anywhere", anywhere, set_up_all, tear_down_all);
    if (has_tables) {
        failed += cmocka_run_group_tests_name("with tables", tests, set_up_all, tear_down_all);
    }
    return failed;
}
