// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// The memo gives what tv_key_check gives, and checks each edge once, however many threads ask.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/sig_memo.h"

#include "support/signer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_KEYS = 3, NUM_CERTS = 40, NUM_EDGES = NUM_KEYS * NUM_CERTS, NUM_THREADS = 8 };

static tv_sig *sig;
static tv_signer signers[NUM_KEYS];
static tv_key *keys[NUM_KEYS];
static tv_cert certs[NUM_CERTS]; // signed by the key i % NUM_KEYS
static uint8_t texts[NUM_CERTS];

static int set_up(void **state)
{
    (void)state;
    static const tv_key_kind kinds[NUM_KEYS] = {TV_KEY_RSA, TV_KEY_EC_P256, TV_KEY_ED25519};
    static const tv_sig_alg algs[NUM_KEYS] = {{TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
                                              {TV_SIG_ECDSA, TV_HASH_SHA256, 0, 0},
                                              {TV_SIG_ED25519, TV_HASH_NONE, 0, 0}};
    if (tv_sig_open(&sig) != TV_OK) {
        return -1;
    }
    for (size_t i = 0; i < NUM_KEYS; i++) {
        tv_signer_open(&signers[i], kinds[i], 1024);
        if (tv_key_open(&keys[i], sig, tv_signer_spki(&signers[i]), kinds[i]) != TV_OK) {
            return -1;
        }
    }
    for (size_t i = 0; i < NUM_CERTS; i++) {
        texts[i] = (uint8_t)i;
        certs[i].sig = algs[i % NUM_KEYS];
        certs[i].tbs = (tv_span){&texts[i], 1};
        uint8_t *signature;
        size_t len;
        if (!tv_signer_sign(&signers[i % NUM_KEYS], &certs[i].sig, certs[i].tbs, &signature,
                            &len)) {
            return -1;
        }
        certs[i].signature = (tv_span){signature, len};
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_CERTS; i++) {
        free((void *)certs[i].signature.ptr);
    }
    for (size_t i = 0; i < NUM_KEYS; i++) {
        tv_key_close(keys[i]);
        tv_signer_close(&signers[i]);
    }
    tv_sig_close(sig);
    return 0;
}

static tv_edge_state expected_of(size_t cert, size_t key)
{
    return cert % NUM_KEYS == key ? TV_EDGE_GOOD : TV_EDGE_BAD;
}

static void test_an_edge_is_checked_once(void **state)
{
    (void)state;
    tv_sig_memo *memo;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_memo_open(&memo, NUM_EDGES), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    for (size_t turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < NUM_EDGES; i++) {
            size_t cert = i % NUM_CERTS;
            size_t key = i / NUM_CERTS;
            assert_int_equal(tv_sig_memo_check(memo, (uint32_t)cert, (uint32_t)key, keys[key],
                                               worker, &certs[cert]),
                             expected_of(cert, key));
            assert_int_equal(tv_sig_memo_checks(memo), turn == 0 ? i + 1 : NUM_EDGES);
        }
    }
    tv_sig_worker_close(worker);
    tv_sig_memo_close(memo);
}

// (a, b) and (b, a) are different edges, and ids may be as large as they get.
static void test_ids_do_not_mix(void **state)
{
    (void)state;
    static const struct {
        uint32_t child, key;
    } pairs[] = {{0, 0},          {0, 1},          {1, 0},
                 {UINT32_MAX, 0}, {0, UINT32_MAX}, {UINT32_MAX - 1, UINT32_MAX}};
    enum { NUM_PAIRS = sizeof(pairs) / sizeof(pairs[0]) };
    tv_sig_memo *memo;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_memo_open(&memo, NUM_PAIRS), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    for (size_t i = 0; i < NUM_PAIRS; i++) {
        assert_int_equal(tv_sig_memo_check(memo, pairs[i].child, pairs[i].key, keys[i % NUM_KEYS],
                                           worker, &certs[0]),
                         expected_of(0, i % NUM_KEYS));
        assert_int_equal(tv_sig_memo_checks(memo), i + 1);
    }
    tv_sig_worker_close(worker);
    tv_sig_memo_close(memo);
}

// The memo is told of no edges and asked for many: those it has no room for are checked each time.
static void test_a_full_memo_still_answers(void **state)
{
    (void)state;
    tv_sig_memo *memo;
    tv_sig_worker *worker;
    assert_int_equal(tv_sig_memo_open(&memo, 0), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    uint64_t checks[3] = {0};
    for (size_t turn = 0; turn < 3; turn++) {
        for (uint32_t id = 0; id < NUM_EDGES; id++) {
            size_t cert = id % NUM_CERTS;
            assert_int_equal(tv_sig_memo_check(memo, id, 7, keys[1], worker, &certs[cert]),
                             expected_of(cert, 1));
        }
        checks[turn] = tv_sig_memo_checks(memo);
    }
    assert_int_equal(checks[0], NUM_EDGES);
    assert_true(checks[1] - checks[0] < NUM_EDGES);                 // some are remembered,
    assert_true(checks[1] - checks[0] > 0);                         // some are not,
    assert_int_equal(checks[2] - checks[1], checks[1] - checks[0]); // and always the same
    tv_sig_worker_close(worker);
    tv_sig_memo_close(memo);
}

static void test_too_large_a_memo(void **state)
{
    (void)state;
    tv_sig_memo *memo;
    assert_int_equal(tv_sig_memo_open(&memo, SIZE_MAX), TV_ERR_NOMEM);
    assert_null(memo);
    assert_int_equal(tv_sig_memo_open(&memo, SIZE_MAX / 2), TV_ERR_NOMEM);
    assert_null(memo);
    tv_sig_memo_close(NULL);
}

typedef struct asker {
    pthread_t thread;
    pthread_barrier_t *start;
    tv_sig_memo *memo;
    const tv_key *only_key; // asked for many edges; NULL: each of `keys` for each of `certs`
    size_t first;           // where in the edges this thread begins
    size_t wrong;           // answers that were not the expected one
} asker;

enum { NUM_QUICK = 20000 }; // edges under a key that answers at once, so that threads often collide

static void ask_for_all(asker *self, tv_sig_worker *worker)
{
    for (size_t i = 0; i < 2 * NUM_EDGES; i++) {
        size_t edge = (self->first + i) % NUM_EDGES;
        size_t cert = edge % NUM_CERTS;
        size_t key = edge / NUM_CERTS;
        tv_edge_state got = tv_sig_memo_check(self->memo, (uint32_t)cert, (uint32_t)key, keys[key],
                                              worker, &certs[cert]);
        self->wrong += got != expected_of(cert, key);
    }
}

static void ask_quickly(asker *self, tv_sig_worker *worker)
{
    for (uint32_t id = 0; id < NUM_QUICK; id++) {
        self->wrong += tv_sig_memo_check(self->memo, id, 0, self->only_key, worker, &certs[0]) !=
                       TV_EDGE_UNSUPPORTED;
    }
}

static void *ask(void *arg)
{
    asker *self = arg;
    tv_sig_worker *worker;
    if (tv_sig_worker_open(&worker, sig) != TV_OK) {
        abort();
    }
    (void)pthread_barrier_wait(self->start);
    if (self->only_key != NULL) {
        ask_quickly(self, worker);
    } else {
        ask_for_all(self, worker);
    }
    tv_sig_worker_close(worker);
    return NULL;
}

// How many checks it took; `stride` 0 sets all threads on the same edge at the same time.
static uint64_t ask_from_threads(size_t room, size_t stride, const tv_key *only_key)
{
    pthread_barrier_t start;
    asker askers[NUM_THREADS];
    tv_sig_memo *memo;
    assert_int_equal(tv_sig_memo_open(&memo, room), TV_OK);
    assert_int_equal(pthread_barrier_init(&start, NULL, NUM_THREADS), 0);
    for (size_t i = 0; i < NUM_THREADS; i++) {
        askers[i] =
            (asker){.start = &start, .memo = memo, .only_key = only_key, .first = i * stride};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    for (size_t i = 0; i < NUM_THREADS; i++) {
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
        assert_int_equal(askers[i].wrong, 0);
    }
    uint64_t checks = tv_sig_memo_checks(memo);
    assert_int_equal(pthread_barrier_destroy(&start), 0);
    tv_sig_memo_close(memo);
    return checks;
}

static void test_threads_that_meet(void **state)
{
    (void)state;
    assert_int_equal(ask_from_threads(NUM_EDGES, 0, NULL), NUM_EDGES);
}

static void test_threads_that_collide(void **state)
{
    (void)state;
    tv_key *unusable;
    assert_int_equal(tv_key_open(&unusable, sig, TV_LIT("no key"), TV_KEY_DSA), TV_OK);
    for (size_t turn = 0; turn < 20; turn++) {
        assert_int_equal(ask_from_threads(NUM_QUICK, 0, unusable), NUM_QUICK);
    }
    tv_key_close(unusable);
}

static void test_threads_that_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(ask_from_threads(NUM_EDGES, NUM_EDGES / NUM_THREADS, NULL), NUM_EDGES);
}

static void test_threads_on_a_full_memo(void **state)
{
    (void)state;
    uint64_t checks = ask_from_threads(0, 1, NULL);
    assert_in_range(checks, NUM_EDGES + 1, 2 * NUM_EDGES * NUM_THREADS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_edge_is_checked_once),
        cmocka_unit_test(test_ids_do_not_mix),
        cmocka_unit_test(test_a_full_memo_still_answers),
        cmocka_unit_test(test_too_large_a_memo),
        cmocka_unit_test(test_threads_that_meet),
        cmocka_unit_test(test_threads_that_collide),
        cmocka_unit_test(test_threads_that_follow_each_other),
        cmocka_unit_test(test_threads_on_a_full_memo),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
