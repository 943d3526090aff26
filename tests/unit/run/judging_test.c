// SPDX-License-Identifier: Apache-2.0
// What an audit and a verification share: jobs are added up and written in order, help lines are
// counted, progress is told now and then, and the summary says how the run ended.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "run/judging.h"
#include "unit/run/scene.h"

#include <stdio.h>
#include <uv.h>

static tv_workspace *workspace;
static tv_profile *profile;
static tv_span root, client;

static int setup(void **state)
{
    static const char *const stores[] = {"root.pem", NULL};
    if (scene_open(state) != 0 || tv_profile_load(&profile, "rfc5280", NULL) != TV_OK) {
        return -1;
    }
    root = scene_mint_ca("CN=root", 0);
    client = scene_mint_client(1, "CN=gone", 1, NULL);
    scene_write_certs("root.pem", &root, 1);
    workspace = scene_workspace(&(scene_ask){.stores = stores, .options.threads = 3});
    return 0;
}

static int teardown(void **state)
{
    tv_workspace_close(workspace);
    tv_profile_close(profile);
    tv_mint_free(root);
    tv_mint_free(client);
    return scene_close(state);
}

static tv_writer *open_writer(const char *path)
{
    tv_writer *writer;
    tv_writer_options options = {.format = TV_FORMAT_NDJSON};
    assert_int_equal(tv_writer_open(&writer, &options, path, NULL), TV_OK);
    return writer;
}

static tv_run *open_run(const tv_judge_options *options)
{
    tv_run *run = calloc(1, sizeof(*run));
    assert_non_null(run);
    assert_int_equal(tv_run_open(run, workspace, "verify", options), TV_OK);
    assert_int_equal(tv_outputs_begin(options, &run->info, &run->outputs[0].bufs), TV_OK);
    return run;
}

static void close_run(tv_run *run)
{
    tv_run_close(run);
    free(run);
}

static void test_jobs_are_added_up_in_order(void **state)
{
    (void)state;
    tv_writer *writer = open_writer("out");
    tv_judge_options options = {
        .profile = profile, .at = SCENE_NOW, .writers = &writer, .num_writers = 1};
    tv_run *run = open_run(&options);
    assert_int_equal(run->num_workers, 3);
    assert_int_equal(run->num_slots, tv_pipeline_slots(3));
    for (unsigned i = 0; i < 4; i++) {
        tv_run_output *output = &run->outputs[i % 2];
        tv_run_output_begin(run, output);
        output->tally.num_blocks = 10;
        output->tally.num_unique = i;
        output->tally.num_bytes = 100;
        output->tally.signature_checks = 7;
        output->tally.findings[TV_WARNING] = 1;
        const tv_cell cells[] = {{.verdict = TV_VERDICT_ACCEPT}};
        for (unsigned n = 0; n < 2; n++) {
            assert_true(tv_tally_cells(&output->tally, NULL, 0, cells, 1));
        }
        tv_buf_add_byte(&output->bufs.bufs[0], (uint8_t)('0' + i));
        assert_int_equal(tv_run_take(run, output), TV_OK);
    }
    assert_int_equal(run->clients_done, 40);
    assert_int_equal(run->bytes_done, 400);
    const tv_summary *summary;
    assert_int_equal(tv_run_finish(run, TV_OK, 5, 0, &summary), TV_OK);
    assert_true(summary->complete);
    assert_int_equal(summary->num_files, 5);
    assert_int_equal(summary->num_failed, 0);
    assert_int_equal(summary->num_blocks, 40);
    assert_int_equal(summary->num_unique, 6);
    assert_int_equal(summary->num_bytes, 400);
    assert_int_equal(summary->signature_checks, 28);
    assert_int_equal(summary->findings[TV_WARNING], 4);
    assert_int_equal(summary->num_stores, 1);
    assert_int_equal(summary->stores[0].verdicts[TV_VERDICT_ACCEPT], 8);
    close_run(run);
    assert_int_equal(tv_writer_commit(writer), TV_OK);
    tv_buf text = scene_read("out");
    assert_non_null(strstr((const char *)text.ptr, "}\n0123{\"type\":\"summary\""));
    tv_buf_close(&text);
    tv_writer_close(writer);
}

static void test_how_runs_end(void **state)
{
    (void)state;
    static const struct {
        tv_status status;
        uint64_t num_failed;
        bool complete, written;
    } cases[] = {
        {TV_OK, 0, true, true},
        {TV_OK, 1, false, true},
        {TV_ERR_CANCELLED, 0, false, true},
        {TV_ERR_WRITE, 0, false, false},
        {TV_ERR_NOMEM, 0, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_writer *writer = open_writer("out");
        tv_judge_options options = {
            .profile = profile, .at = SCENE_NOW, .writers = &writer, .num_writers = 1};
        tv_run *run = open_run(&options);
        const tv_summary *summary = NULL;
        assert_int_equal(tv_run_finish(run, cases[i].status, 3, cases[i].num_failed, &summary),
                         cases[i].status);
        assert_non_null(summary);
        assert_int_equal(summary->complete, cases[i].complete);
        assert_int_equal(summary->num_failed, cases[i].num_failed);
        close_run(run);
        assert_int_equal(tv_writer_commit(writer), TV_OK);
        tv_buf text = scene_read("out");
        const char *end = strstr((const char *)text.ptr, "\"type\":\"summary\"");
        assert_int_equal(end != NULL, cases[i].written);
        tv_buf_close(&text);
        tv_writer_close(writer);
    }
}

static void test_a_job_without_memory_ends_the_run(void **state)
{
    (void)state;
    tv_judge_options options = {.profile = profile, .at = SCENE_NOW};
    tv_run *run = open_run(&options);
    run->outputs[0].failed = true;
    assert_int_equal(tv_run_take(run, &run->outputs[0]), TV_ERR_NOMEM);
    close_run(run);
}

// A run forgets what the one before it counted, and an interrupt that came after that one.
static void test_a_run_starts_anew(void **state)
{
    (void)state;
    tv_judge_options options = {.profile = profile, .at = SCENE_NOW};
    tv_run *run = open_run(&options);
    run->outputs[0].tally.num_blocks = 9;
    assert_int_equal(tv_run_take(run, &run->outputs[0]), TV_OK);
    close_run(run);
    tv_workspace_cancel(workspace);
    run = open_run(&options);
    assert_false(atomic_load(&workspace->cancel));
    const tv_summary *summary;
    assert_int_equal(tv_run_finish(run, TV_OK, 0, 0, &summary), TV_OK);
    assert_int_equal(summary->num_blocks, 0);
    close_run(run);
}

static void test_items(void **state)
{
    (void)state;
    tv_held held = {.fingerprint = {{1}}};
    assert_true(tv_cert_parse(&held.cert, client, &held.problem));
    tv_item item = {0};
    tv_item_of_held(&item, &held);
    assert_ptr_equal(item.cert, &held.cert);
    assert_ptr_equal(item.fingerprint, &held.fingerprint);
    assert_null(item.problem);
    // An extension that is not understood can be shown.
    held.cert.extension_problem = (tv_cert_problem){"odd", 7};
    tv_item_of_held(&item, &held);
    assert_ptr_equal(item.cert, &held.cert);
    assert_string_equal(item.problem, "odd");
    assert_int_equal(item.problem_offset, 7);
    // What is no certificate has nothing to show but its fingerprint.
    item = (tv_item){0};
    held.problem = (tv_cert_problem){"broken", 3};
    tv_item_of_held(&item, &held);
    assert_null(item.cert);
    assert_non_null(item.fingerprint);
    assert_string_equal(item.problem, "broken");
    assert_int_equal(item.problem_offset, 3);
}

// Cells of clients without an issuer, each with a name of its own: one denied and one accepted.
static void count_cells(tv_run_output *output, const tv_cert *cert)
{
    const tv_cell denied = {
        .verdict = TV_VERDICT_DENY,
        .reason = TV_REASON_ISSUER_NOT_FOUND,
        .reasons = TV_REASON_BIT(TV_REASON_ISSUER_NOT_FOUND),
        .hint = TV_HINT_ISSUER_MISSING,
    };
    const tv_cell accepted = {.verdict = TV_VERDICT_ACCEPT, .hint = TV_HINT_ISSUER_MISSING};
    assert_true(tv_tally_cells(&output->tally, cert, 0, &denied, 1));
    assert_true(tv_tally_cells(&output->tally, cert, 0, &accepted, 1));
}

static void test_help_is_counted(void **state)
{
    (void)state;
    tv_judge_options options = {.profile = profile, .at = SCENE_NOW};
    tv_run *run = open_run(&options);
    tv_cert cert;
    tv_cert_problem problem = {0};
    assert_true(tv_cert_parse(&cert, client, &problem));
    tv_run_output_begin(run, &run->outputs[0]);
    for (int i = 0; i < 3; i++) {
        count_cells(&run->outputs[0], &cert);
    }
    const tv_tally *tally = &run->outputs[0].tally;
    assert_int_equal(tally->stores[0].verdicts[TV_VERDICT_DENY], 3);
    assert_int_equal(tally->stores[0].verdicts[TV_VERDICT_ACCEPT], 3);
    assert_int_equal(tv_run_take(run, &run->outputs[0]), TV_OK);
    const tv_summary *summary;
    assert_int_equal(tv_run_finish(run, TV_OK, 1, 0, &summary), TV_OK);
    assert_int_equal(summary->num_help, 1);
    assert_int_equal(summary->help[0].count, 3);
    assert_int_equal(summary->help[0].reason, TV_REASON_ISSUER_NOT_FOUND);
    assert_non_null(strstr(summary->help[0].text, "CN=gone"));
    close_run(run);
}

// The lines that are kept are the first of the run, wherever its jobs were cut, and whether a job
// knew of that or not.
static void test_help_does_not_depend_on_jobs(void **state)
{
    (void)state;
    enum { NUM_CERTS = 300, NUM_CELLS = 3000 };
    static const size_t job_lens[] = {NUM_CELLS, 1, 7, 255, 256, 257, 1000};
    tv_judge_options options = {.profile = profile, .at = SCENE_NOW};
    tv_buf names[NUM_CERTS] = {{0}};
    for (unsigned i = 0; i < NUM_CERTS; i++) {
        tv_buf_add(&names[i],
                   tv_span_make("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03", 13));
        tv_buf_add_byte(&names[i], (uint8_t)('0' + i / 100));
        tv_buf_add_byte(&names[i], (uint8_t)('0' + i / 10 % 10));
        tv_buf_add_byte(&names[i], (uint8_t)('0' + i % 10));
    }
    for (size_t l = 0; l < 2 * sizeof(job_lens) / sizeof(job_lens[0]); l++) {
        bool early = l % 2 == 1; // a job begins before the one before it was taken
        tv_run *run = open_run(&options);
        tv_run_output_begin(run, &run->outputs[0]);
        for (size_t i = 0, job = 0, in_job = 0; i < NUM_CELLS; i++) {
            // The first lines come more and more often, the last ones are too late.
            size_t round = i / NUM_CERTS + 1;
            tv_cert cert = {.issuer = tv_buf_span(&names[i % NUM_CERTS / round])};
            count_cells(&run->outputs[job % 2], &cert);
            if (++in_job < job_lens[l / 2] && i + 1 < NUM_CELLS) {
                continue;
            }
            in_job = 0;
            if (early) {
                tv_run_output_begin(run, &run->outputs[(job + 1) % 2]);
            }
            assert_int_equal(tv_run_take(run, &run->outputs[job % 2]), TV_OK);
            job++;
            if (!early) {
                tv_run_output_begin(run, &run->outputs[job % 2]);
            }
        }
        const tv_summary *summary;
        assert_int_equal(tv_run_finish(run, TV_OK, 1, 0, &summary), TV_OK);
        assert_int_equal(summary->num_help, TV_MAX_HELP);
        for (size_t n = 0; n < summary->num_help; n++) {
            size_t expected = 0;
            for (size_t i = 0; i < NUM_CELLS; i++) {
                expected += i % NUM_CERTS / (i / NUM_CERTS + 1) == n ? 1 : 0;
            }
            char name[16];
            assert_true(snprintf(name, sizeof(name), "CN=%03zu", n) > 0);
            assert_non_null(strstr(summary->help[n].text, name));
            assert_int_equal(summary->help[n].count, expected);
        }
        assert_int_equal(workspace->total.help.num_lines, TV_TALLY_MAX_HELP);
        close_run(run);
    }
    for (unsigned i = 0; i < NUM_CERTS; i++) {
        tv_buf_close(&names[i]);
    }
}

static void count_progress(void *payload, const tv_progress *progress)
{
    unsigned *count = payload;
    assert_int_equal(progress->clients_done, 4);
    assert_int_equal(progress->bytes_done, 5);
    (*count)++;
}

static void test_progress_is_told_now_and_then(void **state)
{
    (void)state;
    unsigned count = 0;
    tv_judge_options options = {
        .profile = profile, .at = SCENE_NOW, .progress = count_progress, .payload = &count};
    tv_run *run = open_run(&options);
    run->clients_done = 4;
    run->bytes_done = 5;
    uint64_t start = uv_hrtime();
    for (int i = 0; i < 1000; i++) {
        tv_run_tick(run);
    }
    uint64_t tenths = (uv_hrtime() - start) / 100000000;
    assert_true(count >= 1 && count <= 1 + tenths);
    uv_sleep(110);
    unsigned before = count;
    tv_run_tick(run);
    assert_int_equal(count, before + 1);
    close_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_are_added_up_in_order),
        cmocka_unit_test(test_how_runs_end),
        cmocka_unit_test(test_a_job_without_memory_ends_the_run),
        cmocka_unit_test(test_a_run_starts_anew),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_help_is_counted),
        cmocka_unit_test(test_help_does_not_depend_on_jobs),
        cmocka_unit_test(test_progress_is_told_now_and_then),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
