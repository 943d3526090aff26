// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// A key is decoded when it is first wanted, and everyone gets the same one, however many threads
// ask.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sig/keyring.h"
#include "support/mint.h"

#include <pthread.h>

enum { ROOT, LEAF, RENEWED_ROOT, ODD, NUM_CERTS, NUM_THREADS = 8 };

static tv_span ders[NUM_CERTS];
static tv_held held[NUM_CERTS];
static tv_sig *sig;
static tv_graph *graph;

static int set_up(void **state)
{
    (void)state;
    EVP_PKEY *root = tv_mint_key_number("P-256", 0);
    const tv_mint_spec specs[NUM_CERTS] = {
        [ROOT] = {.subject = "CN=root", .key = root},
        [LEAF] = {.subject = "CN=leaf",
                  .issuer = "CN=root",
                  .signer = root,
                  .key = tv_mint_key_number("P-256", 1)},
        [RENEWED_ROOT] = {.subject = "CN=root", .serial = "02", .key = root},
        [ODD] = {.subject = "CN=odd", .key = tv_mint_key("secp256k1")},
    };
    const tv_held *list[NUM_CERTS];
    for (size_t i = 0; i < NUM_CERTS; i++) {
        ders[i] = tv_mint(&specs[i]);
        if (!tv_cert_parse(&held[i].cert, ders[i], &held[i].problem)) {
            return -1;
        }
        list[i] = &held[i];
    }
    return tv_sig_open(&sig) == TV_OK && tv_graph_open(&graph, list, NUM_CERTS) == TV_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tv_graph_close(graph);
    tv_sig_close(sig);
    for (size_t i = 0; i < NUM_CERTS; i++) {
        tv_mint_free(ders[i]);
    }
    return 0;
}

static void a_key_is_that_of_its_certificates(void **state)
{
    (void)state;
    tv_keyring *ring;
    tv_sig_worker *worker;
    assert_int_equal(tv_keyring_open(&ring, sig, graph), TV_OK);
    assert_int_equal(tv_sig_worker_open(&worker, sig), TV_OK);
    const tv_key *root = tv_keyring_get(ring, tv_graph_key(graph, ROOT));
    const tv_key *leaf = tv_keyring_get(ring, tv_graph_key(graph, LEAF));
    const tv_key *odd = tv_keyring_get(ring, tv_graph_key(graph, ODD));
    assert_ptr_equal(tv_keyring_get(ring, tv_graph_key(graph, ROOT)), root);
    assert_ptr_equal(tv_keyring_get(ring, tv_graph_key(graph, RENEWED_ROOT)), root);
    assert_ptr_not_equal(leaf, root);
    assert_int_equal(tv_key_check(root, worker, &held[LEAF].cert), TV_EDGE_GOOD);
    assert_int_equal(tv_key_check(leaf, worker, &held[LEAF].cert), TV_EDGE_BAD);
    assert_int_equal(tv_key_check(odd, worker, &held[ODD].cert), TV_EDGE_UNSUPPORTED);
    tv_sig_worker_close(worker);
    tv_keyring_close(ring);
    tv_keyring_close(NULL);
}

static void *get_all(void *argument)
{
    tv_keyring *ring = argument;
    uintptr_t sum = 0;
    for (uint32_t node = 0; node < NUM_CERTS; node++) {
        sum = sum * 31 + (uintptr_t)tv_keyring_get(ring, tv_graph_key(graph, node));
    }
    return (void *)sum; // NOLINT(performance-no-int-to-ptr): a number to compare
}

static void threads_get_the_same_keys(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        tv_keyring *ring;
        pthread_t threads[NUM_THREADS];
        void *sums[NUM_THREADS];
        assert_int_equal(tv_keyring_open(&ring, sig, graph), TV_OK);
        for (size_t i = 0; i < NUM_THREADS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, get_all, ring), 0);
        }
        for (size_t i = 0; i < NUM_THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], &sums[i]), 0);
            assert_ptr_equal(sums[i], sums[0]);
        }
        tv_keyring_close(ring);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_that_of_its_certificates),
        cmocka_unit_test(threads_get_the_same_keys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
