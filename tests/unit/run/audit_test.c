// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// Every entry of each truststore as a record, in order, whatever the number of threads: duplicates
// name the first of their file, what cannot be read is invalid, findings follow their entry.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "unit/run/scene.h"

enum { NUM_CAS = 30, NUM_ENTRIES = 700 }; // more than two jobs

static int setup(void **state)
{
    if (scene_open(state) != 0) {
        return -1;
    }
    tv_span cas[NUM_CAS];
    tv_buf text = {0};
    for (unsigned i = 0; i < NUM_CAS; i++) {
        char subject[20];
        snprintf(subject, sizeof(subject), "CN=ca %u", i);
        cas[i] =
            i % 10 == 9 ? scene_mint_client(i, "CN=nobody", 1, NULL) : scene_mint_ca(subject, 0);
    }
    for (size_t i = 0; i < NUM_ENTRIES; i++) {
        if (i % 100 == 50) {
            tv_buf_add_text(&text, "-----BEGIN CERTIFICATE-----\nMI*B\n");
        } else {
            scene_add_pem(&text, "CERTIFICATE", cas[i % NUM_CAS], i % 3 == 0 ? "\r\n" : "\n");
        }
    }
    scene_write("many.pem", tv_buf_span(&text));
    scene_write_certs("few.pem", cas, 2);
    scene_write_text("none.pem", "");
    tv_buf_close(&text);
    for (unsigned i = 0; i < NUM_CAS; i++) {
        tv_mint_free(cas[i]);
    }
    return 0;
}

static const char *const stores[] = {"few.pem", "many.pem", "none.pem", "few.pem", NULL};
static const scene_ask usual = {
    .stores = stores, .format = TV_FORMAT_NDJSON, .profile = "openssl", .options = {1, 0, {0}}};

static void test_output_does_not_depend_on_threads(void **state)
{
    (void)state;
    for (int format = TV_FORMAT_TEXT; format <= TV_FORMAT_NDJSON; format++) {
        scene_ask ask = usual;
        ask.format = (tv_format)format;
        scene_answer reference;
        scene_run(&reference, &ask);
        assert_int_equal(reference.status, TV_OK);
        assert_true(reference.text.len > NUM_ENTRIES * 20);
        for (unsigned threads = 2; threads <= 8; threads += 3) {
            ask.options.threads = threads;
            ask.options.no_mmap = threads == 5;
            scene_answer answer;
            scene_run(&answer, &ask);
            assert_int_equal(answer.status, TV_OK);
            assert_string_equal((const char *)answer.text.ptr, (const char *)reference.text.ptr);
            assert_int_equal(answer.summary.signature_checks, reference.summary.signature_checks);
            scene_answer_close(&answer);
        }
        scene_answer_close(&reference);
    }
}

static void test_counts(void **state)
{
    (void)state;
    scene_ask ask = usual;
    ask.options.threads = 3;
    scene_answer answer;
    scene_run(&answer, &ask);
    assert_true(answer.summary.complete);
    assert_int_equal(answer.summary.num_files, 4);
    assert_int_equal(answer.summary.num_blocks, NUM_ENTRIES + 4);
    assert_int_equal(answer.summary.num_unique, NUM_CAS + 4); // of each file
    static const struct {
        uint64_t valid, malformed;
    } expected[] = {{2, 0}, {0, NUM_ENTRIES / 100}, {0, 0}, {2, 0}};
    for (size_t i = 0; i < 4; i++) {
        uint64_t valid = answer.counts[i].verdicts[TV_VERDICT_ACCEPT];
        uint64_t invalid = answer.counts[i].verdicts[TV_VERDICT_DENY];
        if (i == 1) {
            // Each tenth is no CA and has no issuer.
            assert_int_equal(valid + invalid, NUM_ENTRIES);
            assert_int_equal(answer.counts[i].reasons[TV_REASON_ISSUER_NOT_FOUND], 70);
            assert_int_equal(valid, NUM_ENTRIES - 70 - 7);
        } else {
            assert_int_equal(valid, expected[i].valid);
            assert_int_equal(invalid, 0);
        }
        assert_int_equal(answer.counts[i].reasons[TV_REASON_MALFORMED], expected[i].malformed);
    }
    scene_answer_close(&answer);
}

// Entries come in order, each with its place, and name the first of the same certificate.
static void test_records(void **state)
{
    (void)state;
    static const char *const many[] = {"many.pem", NULL};
    scene_ask ask = usual;
    ask.stores = many;
    ask.options.threads = 2;
    scene_answer answer;
    scene_run(&answer, &ask);
    tv_buf file = scene_read("many.pem");
    const char *at = (const char *)answer.text.ptr;
    for (size_t i = 0; i < NUM_ENTRIES; i++) {
        char head[100];
        snprintf(head, sizeof(head),
                 "{\"type\":\"entry\",\"truststore\":\"many\",\"file\":\"many.pem\",\"index\":%zu,",
                 i);
        at = strstr(at, head);
        assert_non_null(at);
        const char *end = strchr(at, '\n');
        const char *offset = strstr(at, "\"offset\":");
        assert_true(offset != NULL && offset < end);
        unsigned long place = strtoul(offset + strlen("\"offset\":"), NULL, 10);
        assert_true(place + 11 <= file.len);
        assert_memory_equal(file.ptr + place, "-----BEGIN ", 11);
        const char *duplicate = strstr(at, "\"duplicate_of\":{");
        bool is_duplicate = duplicate != NULL && duplicate < end;
        bool is_broken = i % 100 == 50;
        assert_int_equal(is_duplicate, i >= NUM_CAS && !is_broken);
        if (is_duplicate) {
            char first[100];
            snprintf(first, sizeof(first), "\"file\":\"many.pem\",\"index\":%zu,", i % NUM_CAS);
            const char *named = strstr(duplicate, first);
            assert_true(named != NULL && named < end);
        }
        const char *malformed = strstr(at, "\"malformed\"");
        assert_int_equal(malformed != NULL && malformed < end, is_broken);
        at = end;
    }
    assert_null(strstr(at, "\"type\":\"entry\""));
    tv_buf_close(&file);
    scene_answer_close(&answer);
}

static void test_lost_output(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        scene_ask ask = usual;
        ask.output = "/dev/full";
        ask.options.threads = threads;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_ERR_WRITE);
        assert_true(answer.has_summary);
        assert_false(answer.summary.complete);
        scene_answer_close(&answer);
    }
}

static void test_no_truststore(void **state)
{
    (void)state;
    scene_ask ask = {.format = TV_FORMAT_NDJSON};
    scene_answer answer;
    scene_run(&answer, &ask);
    assert_int_equal(answer.status, TV_OK);
    assert_int_equal(answer.summary.num_blocks, 0);
    assert_non_null(strstr((const char *)answer.text.ptr, "\"type\":\"summary\""));
    scene_answer_close(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_does_not_depend_on_threads),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_lost_output),
        cmocka_unit_test(test_no_truststore),
    };
    return cmocka_run_group_tests(tests, setup, scene_close);
}
