// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// Independent questions: an answer a line, in order, each with its id, the same for any number of
// threads and wherever a question stands; bad lines are answered and stop nobody; files may stand
// for texts, but nothing that is not a file.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "unit/run/scene.h"

#include <errno.h>
#include <jansson.h>

enum { NUM_CLIENTS = 12, NUM_LINES = 1500 };

static tv_span root, other, sub, clients[NUM_CLIENTS];
static char *root_pem, *other_pem, *sub_pem, *client_pems[NUM_CLIENTS];
static tv_profile *profile;

static char *pem_of(tv_span der)
{
    tv_buf text = {0};
    scene_add_cert(&text, der);
    tv_buf_add_byte(&text, 0);
    return (char *)text.ptr;
}

static int setup(void **state)
{
    if (scene_open(state) != 0 || tv_profile_load(&profile, "openssl", NULL) != TV_OK) {
        return -1;
    }
    root = scene_mint_ca("CN=root", 0);
    other = scene_mint_ca("CN=other", 1);
    sub = scene_mint_sub_ca("CN=sub", 2, "CN=root", 0);
    root_pem = pem_of(root);
    other_pem = pem_of(other);
    sub_pem = pem_of(sub);
    for (unsigned i = 0; i < NUM_CLIENTS; i++) {
        clients[i] = scene_mint_client(i, i % 2 == 0 ? "CN=root" : "CN=sub", i % 2 == 0 ? 0 : 2,
                                       i % 3 == 2 ? "20250601000000Z" : NULL);
        client_pems[i] = pem_of(clients[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    for (unsigned i = 0; i < NUM_CLIENTS; i++) {
        tv_mint_free(clients[i]);
        free(client_pems[i]);
    }
    tv_mint_free(root);
    tv_mint_free(other);
    tv_mint_free(sub);
    free(root_pem);
    free(other_pem);
    free(sub_pem);
    tv_profile_close(profile);
    return scene_close(state);
}

// Appends a job as a line.
static void add_job(tv_buf *out, const char *id, const char *trusted, const char *untrusted,
                    const char *leaf)
{
    json_t *job = json_pack("{s:o, s:[s], s:s}", "id", json_loads(id, JSON_DECODE_ANY, NULL),
                            "trusted", trusted, "leaf", leaf);
    assert_non_null(job);
    if (untrusted != NULL) {
        assert_int_equal(json_object_set_new(job, "untrusted", json_pack("[s]", untrusted)), 0);
    }
    char *text = json_dumps(job, JSON_COMPACT);
    assert_non_null(text);
    tv_buf_add_text(out, text);
    tv_buf_add_byte(out, '\n');
    free(text);
    json_decref(job);
}

typedef struct answers {
    tv_status status;
    int error;
    tv_jobs_summary summary;
    tv_buf text;
} answers;

static void ask_file(answers *out, const char *path, unsigned threads)
{
    tv_jobs_options options = {.profile = profile, .at = SCENE_NOW, .threads = threads};
    *out = (answers){0};
    out->status = tv_verify_jobs(path, "answers", &options, &out->summary, &out->error);
    if (out->status == TV_OK) {
        out->text = scene_read("answers");
        assert_int_equal(unlink("answers"), 0);
    }
}

static void ask(answers *out, tv_span jobs, unsigned threads)
{
    scene_write("jobs", jobs);
    ask_file(out, "jobs", threads);
}

static void assert_has(const answers *from, const char *part)
{
    if (strstr((const char *)from->text.ptr, part) == NULL) {
        print_error("%s\nlacks %s\n", (const char *)from->text.ptr, part);
        fail();
    }
}

// The id of a line of questions, as JSON.
static void id_of(size_t line, char *out, size_t size)
{
    switch (line % 5) {
    case 0:
        snprintf(out, size, "%zu", line);
        break;
    case 1:
        snprintf(out, size, "\"%zu\"", line);
        break;
    case 2:
        snprintf(out, size, "\"\\\"%zu\\n\"", line);
        break;
    case 3:
        snprintf(out, size, "[%zu]", line);
        break;
    default:
        snprintf(out, size, "null");
    }
}

static const char *const bad_lines[] = {"{", "{\"id\":7}", "[]",
                                        "{\"id\":null,\"leaf\":\"/none\"}"};
static const char *const bad_ids[] = {"null", "7", "null", "null"};

static bool is_bad(size_t line)
{
    return line % 50 == 49;
}

// Questions enough for several chunks and graphs, some of them bad.
static void fill_questions(tv_buf *out)
{
    for (size_t i = 0; i < NUM_LINES; i++) {
        char id[32];
        id_of(i, id, sizeof(id));
        if (is_bad(i)) {
            tv_buf_add_text(out, bad_lines[i / 50 % 4]);
            tv_buf_add_text(out, i % 100 == 99 ? "\r\n" : "\n\n");
            continue;
        }
        size_t client = i % NUM_CLIENTS;
        add_job(out, id, i % 7 == 6 ? other_pem : root_pem, i % 5 == 4 ? NULL : sub_pem,
                client_pems[client]);
    }
    out->len--; // the last line lacks its line end
}

static void test_answers_in_order(void **state)
{
    (void)state;
    tv_buf questions = {0};
    fill_questions(&questions);
    assert_true(questions.len > 2 << 20);
    answers reference;
    ask(&reference, tv_buf_span(&questions), 1);
    assert_int_equal(reference.status, TV_OK);
    assert_int_equal(reference.summary.num_jobs, NUM_LINES);
    assert_int_equal(reference.summary.num_errors, NUM_LINES / 50);
    uint64_t verdicts[3] = {0};
    const char *rest = (const char *)reference.text.ptr;
    for (size_t i = 0; i < NUM_LINES; i++) {
        char expected[64];
        char id[32];
        id_of(i, id, sizeof(id));
        bool bad = is_bad(i);
        size_t client = i % NUM_CLIENTS;
        bool accept = client % 3 != 2 && i % 7 != 6 && (client % 2 == 0 || i % 5 != 4);
        snprintf(expected, sizeof(expected), "{\"type\":\"%s\",\"id\":%s,",
                 bad ? "error" : "verdict", bad ? bad_ids[i / 50 % 4] : id);
        assert_memory_equal(rest, expected, strlen(expected));
        const char *end = strchr(rest, '\n');
        assert_non_null(end);
        const char *verdict = strstr(rest, "\"verdict\":");
        if (!bad) {
            assert_true(verdict != NULL && verdict < end);
            assert_int_equal(strncmp(verdict, "\"verdict\":\"accept\"", 18) == 0, accept);
            verdicts[accept ? TV_VERDICT_ACCEPT : TV_VERDICT_DENY]++;
        }
        rest = end + 1;
    }
    assert_int_equal(*rest, 0);
    assert_memory_equal(reference.summary.verdicts, verdicts, sizeof(verdicts));
    for (unsigned threads = 2; threads <= 8; threads += 3) {
        answers again;
        if (threads == 5) {
            pid_t child = scene_pipe("pipe", tv_buf_span(&questions));
            ask_file(&again, "pipe", threads);
            scene_pipe_close("pipe", child);
        } else {
            ask_file(&again, "jobs", threads);
        }
        assert_int_equal(again.status, TV_OK);
        assert_string_equal((const char *)again.text.ptr, (const char *)reference.text.ptr);
        assert_memory_equal(&again.summary, &reference.summary, sizeof(again.summary));
        tv_buf_close(&again.text);
    }
    tv_buf_close(&reference.text);
    tv_buf_close(&questions);
}

// The answer to a question does not depend on the questions around it.
static void test_alone_or_among_others(void **state)
{
    (void)state;
    tv_buf questions = {0};
    answers all;
    fill_questions(&questions);
    ask(&all, tv_buf_span(&questions), 2);
    const char *question = (const char *)questions.ptr;
    const char *answer = (const char *)all.text.ptr;
    for (size_t i = 0; i < 2 * NUM_CLIENTS; i++) {
        size_t len = (size_t)(strchr(question, '\n') - question) + 1;
        size_t answer_len = (size_t)(strchr(answer, '\n') - answer) + 1;
        answers alone;
        ask(&alone, tv_span_make(question, len), 1);
        assert_int_equal(alone.summary.num_jobs, 1);
        assert_int_equal(alone.text.len, answer_len);
        assert_memory_equal(alone.text.ptr, answer, answer_len);
        tv_buf_close(&alone.text);
        question += len;
        answer += answer_len;
    }
    tv_buf_close(&all.text);
    tv_buf_close(&questions);
}

static void test_files_stand_for_texts(void **state)
{
    (void)state;
    tv_buf questions = {0};
    tv_buf wide = {0};
    tv_buf der = {0};
    scene_write_text("root.pem", root_pem);
    scene_write_text("leaf.pem", client_pems[1]);
    scene_write("leaf.der", clients[1]);
    scene_add_utf16(&wide, tv_span_from_text(client_pems[1]));
    scene_write("leaf.txt", tv_buf_span(&wide));
    tv_buf_add(&der, other);
    tv_buf_add(&der, sub);
    scene_write("cas.der", tv_buf_span(&der));
    static const char *const leaves[] = {"leaf.pem", "leaf.der", "leaf.txt"};
    add_job(&questions, "1", root_pem, sub_pem, client_pems[1]);
    for (size_t i = 0; i < 3; i++) {
        add_job(&questions, "1", "root.pem", "cas.der", leaves[i]);
    }
    answers got;
    ask(&got, tv_buf_span(&questions), 1);
    assert_int_equal(got.status, TV_OK);
    assert_int_equal(got.summary.verdicts[TV_VERDICT_ACCEPT], 4);
    // Four times the same line.
    size_t len = got.text.len / 4;
    for (size_t i = 1; i < 4; i++) {
        assert_memory_equal(got.text.ptr, got.text.ptr + i * len, len);
    }
    tv_buf_close(&got.text);
    tv_buf_close(&der);
    tv_buf_close(&wide);
    tv_buf_close(&questions);
}

// Neither the standard input nor anything without an end is read.
static void test_what_is_no_file(void **state)
{
    (void)state;
    static const char *const names[] = {"-", "fifo",      "/dev/zero", "/nonexistent",
                                        ".", "no newline"};
    assert_int_equal(mkfifo("fifo", 0600), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        tv_buf questions = {0};
        add_job(&questions, "1", root_pem, NULL, names[i]);
        add_job(&questions, "2", names[i], NULL, client_pems[0]);
        add_job(&questions, "3", root_pem, names[i], client_pems[0]);
        add_job(&questions, "4", root_pem, NULL, client_pems[0]);
        answers got;
        ask(&got, tv_buf_span(&questions), 1);
        assert_int_equal(got.summary.num_errors, 3);
        assert_int_equal(got.summary.verdicts[TV_VERDICT_ACCEPT], 1);
        for (unsigned id = 1; id <= 3; id++) {
            char expected[100];
            snprintf(
                expected, sizeof(expected),
                "{\"type\":\"error\",\"id\":%u,\"error\":\"a certificate file cannot be read\"}",
                id);
            assert_has(&got, expected);
        }
        tv_buf_close(&got.text);
        tv_buf_close(&questions);
    }
    // A name stops at no NUL.
    scene_write_text("leaf.pem", client_pems[0]);
    static const char nul[] = "{\"leaf\":\"leaf.pem\\u0000.txt\",\"trusted\":[]}\n";
    answers got;
    ask(&got, tv_span_from_text(nul), 1);
    assert_int_equal(got.summary.num_errors, 1);
    tv_buf_close(&got.text);
}

static void test_leaves_that_are_no_certificates(void **state)
{
    (void)state;
    static const struct {
        const char *leaf, *problem;
    } cases[] = {
        {"\n", "no certificate in leaf"},
        {"-----BEGIN CERTIFICATE-----\nMI*B\n-----END CERTIFICATE-----\n", "base64 alphabet"},
        {"-----BEGIN CERTIFICATE-----\nMIIB", "END line is missing"},
        {"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "a private key"},
        {"-----BEGIN CERTIFICATE-----\nMAMC\n-----END CERTIFICATE-----\n", "\"problem\":\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_buf questions = {0};
        add_job(&questions, "1", root_pem, cases[i].leaf, cases[i].leaf);
        answers got;
        ask(&got, tv_buf_span(&questions), 1);
        assert_int_equal(got.summary.num_errors, 0);
        assert_int_equal(got.summary.verdicts[TV_VERDICT_DENY], 1);
        assert_has(&got, "\"reason\":\"malformed\"");
        assert_has(&got, cases[i].problem);
        tv_buf_close(&got.text);
        tv_buf_close(&questions);
    }
    // The first that is one counts.
    tv_buf leaf = {0};
    tv_buf questions = {0};
    tv_buf_add_text(&leaf, cases[1].leaf);
    tv_buf_add_text(&leaf, client_pems[0]);
    tv_buf_add_byte(&leaf, 0);
    add_job(&questions, "1", root_pem, NULL, (const char *)leaf.ptr);
    answers got;
    ask(&got, tv_buf_span(&questions), 1);
    assert_int_equal(got.summary.verdicts[TV_VERDICT_ACCEPT], 1);
    tv_buf_close(&got.text);
    tv_buf_close(&leaf);
    tv_buf_close(&questions);
}

// Many questions about a big file take no more memory at a time than fits a graph.
// Whether the answer with that number has `part`.
static void assert_answer(const answers *from, size_t number, const char *part)
{
    const char *line = (const char *)from->text.ptr;
    for (size_t i = 0; i < number; i++) {
        line = strchr(line, '\n');
        assert_non_null(line);
        line++;
    }
    const char *found = strstr(line, part);
    const char *end = strchr(line, '\n');
    if (found == NULL || end == NULL || found > end) {
        print_error("answer %zu lacks %s: %s\n", number, part, line);
        fail();
    }
}

// Settings hold for the question whose truststore has them, and for no other that has the same
// certificates.
static void test_trust_settings_are_of_one_question(void **state)
{
    enum { SERVER = 1, CLIENT = 2 };
    tv_buf grant = {0};
    tv_buf refusal = {0};
    tv_buf late = {0};
    tv_buf jobs = {0};
    answers got;
    (void)state;
    scene_add_trusted(&grant, sub, CLIENT);
    scene_add_cert(&refusal, root);
    scene_add_trusted(&refusal, sub, SERVER);
    scene_add_cert(&late, sub);
    tv_buf_add(&late, tv_buf_span(&refusal));
    tv_buf_add_byte(&grant, 0);
    tv_buf_add_byte(&refusal, 0);
    tv_buf_add_byte(&late, 0);
    add_job(&jobs, "\"no root\"", sub_pem, NULL, client_pems[1]);
    add_job(&jobs, "\"granted\"", (const char *)grant.ptr, NULL, client_pems[1]);
    add_job(&jobs, "\"sent along\"", root_pem, (const char *)refusal.ptr, client_pems[1]);
    add_job(&jobs, "\"refused\"", (const char *)refusal.ptr, NULL, client_pems[1]);
    add_job(&jobs, "\"refused, sent again\"", (const char *)refusal.ptr, sub_pem, client_pems[1]);
    add_job(&jobs, "\"too late\"", (const char *)late.ptr, NULL, client_pems[1]);
    ask(&got, tv_buf_span(&jobs), 1);
    assert_int_equal(got.status, TV_OK);
    assert_answer(&got, 0, "\"reason\":\"root-not-found\"");
    assert_answer(&got, 1, "\"verdict\":\"accept\"");
    assert_answer(&got, 2, "\"verdict\":\"accept\"");
    assert_answer(&got, 3, "\"reason\":\"extended-key-usage\"");
    assert_answer(&got, 4, "\"reason\":\"extended-key-usage\"");
    assert_answer(&got, 5, "\"verdict\":\"accept\"");
    tv_buf_close(&got.text);
    tv_buf_close(&grant);
    tv_buf_close(&refusal);
    tv_buf_close(&late);
    tv_buf_close(&jobs);
}

static void test_a_big_file_many_times(void **state)
{
    (void)state;
    enum { TIMES = 40 };
    tv_buf bundle = {0};
    tv_buf questions = {0};
    tv_buf_add_text(&bundle, root_pem);
    while (bundle.len < 1 << 20) {
        tv_buf_add_text(&bundle, "# nothing but a comment, on and on\n");
    }
    scene_write("bundle.pem", tv_buf_span(&bundle));
    for (unsigned i = 0; i < TIMES; i++) {
        add_job(&questions, "0", "bundle.pem", NULL, client_pems[0]);
    }
    answers got;
    ask(&got, tv_buf_span(&questions), 1);
    assert_int_equal(got.summary.verdicts[TV_VERDICT_ACCEPT], TIMES);
    // A graph for each 16 megabytes, and one signature in each.
    assert_int_equal(got.summary.signature_checks, (TIMES + 15) / 16);
    tv_buf_close(&got.text);
    tv_buf_close(&bundle);
    tv_buf_close(&questions);
}

static void test_nothing_to_answer(void **state)
{
    (void)state;
    answers got;
    ask(&got, TV_LIT(""), 2);
    assert_int_equal(got.status, TV_OK);
    assert_int_equal(got.summary.num_jobs, 0);
    assert_int_equal(got.text.len, 0);
    tv_buf_close(&got.text);
    ask(&got, TV_LIT("\n\r\n\n"), 1);
    assert_int_equal(got.summary.num_jobs, 0);
    tv_buf_close(&got.text);
}

static void test_failures(void **state)
{
    (void)state;
    tv_buf questions = {0};
    fill_questions(&questions);
    scene_write("jobs", tv_buf_span(&questions));
    tv_buf_close(&questions);
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        tv_jobs_options options = {.profile = profile, .at = SCENE_NOW, .threads = threads};
        tv_jobs_summary summary;
        int error = 0;
        assert_int_equal(tv_verify_jobs("/none", "answers", &options, &summary, &error),
                         TV_ERR_OPEN);
        assert_int_equal(error, ENOENT);
        assert_int_equal(tv_verify_jobs("jobs", "/none/answers", &options, &summary, &error),
                         TV_ERR_WRITE);
        assert_int_equal(error, ENOENT);
        assert_int_equal(tv_verify_jobs(".", "answers", &options, &summary, NULL),
                         TV_ERR_IS_DIRECTORY);
        assert_int_equal(tv_verify_jobs("/proc/self/mem", "answers", &options, &summary, &error),
                         TV_ERR_READ);
        error = 0;
        assert_int_equal(tv_verify_jobs("jobs", "/dev/full", &options, &summary, &error),
                         TV_ERR_WRITE);
        assert_int_equal(error, ENOSPC);
        assert_int_not_equal(access("answers", F_OK), 0); // nothing half-written
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_in_order),
        cmocka_unit_test(test_alone_or_among_others),
        cmocka_unit_test(test_files_stand_for_texts),
        cmocka_unit_test(test_what_is_no_file),
        cmocka_unit_test(test_leaves_that_are_no_certificates),
        cmocka_unit_test(test_trust_settings_are_of_one_question),
        cmocka_unit_test(test_a_big_file_many_times),
        cmocka_unit_test(test_nothing_to_answer),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
