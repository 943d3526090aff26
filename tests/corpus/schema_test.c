// SPDX-License-Identifier: Apache-2.0
// docs/trustval-1.schema.json against what is written: the golden outputs in ndjson and json, each
// case of the corpus audited and verified, the demo, and the answers to jobs. Neither may drift: a
// field that no schema names fails, and so does one that is named and never written, one that may
// be left out, and a type that never occurs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/judging/corpus.h"
#include "support/judging/json_schema.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT "2026-06-01T00:00:00Z"
#define DEMO TV_SOURCE_DIR "/corpus/demo/"

enum { LOAD_FLAGS = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL };

static tv_json_schema *schema;
static size_t num_records;

static const char *type_of(const json_t *record)
{
    const char *type = json_string_value(json_object_get(record, "type"));
    return type != NULL ? type : "";
}

static void check_value(const char *where, const json_t *value, const char *name, size_t line)
{
    char error[TV_SCHEMA_ERROR_MAX];
    if (!tv_json_schema_holds(schema, where, value, TV_SCHEMA_CLOSED, error)) {
        fail_msg("%s:%zu: %s", name, line, error);
    }
}

// Every line is a record; those of a run begin with `run` and end with `summary`.
static void check_lines(FILE *file, const char *name, bool is_run)
{
    char *line = NULL;
    size_t cap = 0;
    size_t number = 0;
    ssize_t len;
    char last[16] = "";
    while ((len = getline(&line, &cap, file)) > 0) {
        json_error_t error;
        json_t *record = json_loadb(line, (size_t)len, LOAD_FLAGS, &error);
        number++;
        if (record == NULL) {
            fail_msg("%s:%zu: %s", name, number, error.text);
        }
        check_value("#", record, name, number);
        assert_true(!is_run || (number == 1) == (strcmp(type_of(record), "run") == 0));
        (void)snprintf(last, sizeof(last), "%s", type_of(record));
        json_decref(record);
    }
    assert_true(number > 0);
    assert_true(!is_run || strcmp(last, "summary") == 0);
    num_records += number;
    free(line);
}

static void check_document(FILE *file, const char *name)
{
    json_error_t error;
    json_t *document = json_loadf(file, LOAD_FLAGS, &error);
    if (document == NULL) {
        fail_msg("%s:%d: %s", name, error.line, error.text);
    }
    const json_t *records = json_object_get(document, "records");
    size_t num = json_array_size(records);
    check_value("#/$defs/document", document, name, 1);
    assert_true(num >= 2);
    assert_string_equal(type_of(json_array_get(records, 0)), "run");
    assert_string_equal(type_of(json_array_get(records, num - 1)), "summary");
    num_records += num;
    json_decref(document);
}

static void check_file(const char *path, const char *name, tv_format format, bool is_run)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be read", path);
    }
    if (format == TV_FORMAT_JSON) {
        check_document(file, name);
    } else {
        check_lines(file, name, is_run);
    }
    (void)fclose(file);
}

static void make_temporary(char *path)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

// Golden outputs

static void read_word_after(char word[16], const char *text, const char *option)
{
    const char *at = strstr(text, option);
    word[0] = '\0';
    if (at != NULL) {
        (void)sscanf(at + strlen(option), "%15s", word);
    }
}

static void test_golden_outputs(void **state)
{
    glob_t found;
    size_t checked[2] = {0};
    (void)state;
    assert_int_equal(glob(TV_SOURCE_DIR "/tests/golden/*/*/args", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char args[1024];
        char word[16];
        char path[4096];
        FILE *file = fopen(found.gl_pathv[i], "rb");
        assert_non_null(file);
        args[fread(args, 1, sizeof(args) - 1, file)] = '\0';
        (void)fclose(file);
        read_word_after(word, args, "--format ");
        bool is_json = strcmp(word, "json") == 0;
        if (!is_json && strcmp(word, "ndjson") != 0) {
            continue;
        }
        size_t len = strlen(found.gl_pathv[i]) - strlen("args");
        (void)snprintf(path, sizeof(path), "%.*sstdout", (int)len, found.gl_pathv[i]);
        check_file(path, path, is_json ? TV_FORMAT_JSON : TV_FORMAT_NDJSON,
                   strstr(args, "--jobs") == NULL);
        checked[is_json]++;
    }
    globfree(&found);
    assert_true(checked[false] > 0 && checked[true] > 0);
}

// Runs

// Audits, or verifies `clients`, into both formats at once.
static void check_run(tv_workspace *workspace, tv_clients *clients, tv_judge_options *options,
                      const char *name)
{
    static const tv_writer_options formats[] = {{.format = TV_FORMAT_NDJSON},
                                                {.format = TV_FORMAT_JSON}};
    char paths[2][32] = {"/tmp/trustval-schema-XXXXXX", "/tmp/trustval-schema-XXXXXX"};
    tv_writer *writers[2];
    const tv_summary *summary;
    for (size_t i = 0; i < 2; i++) {
        make_temporary(paths[i]);
        assert_int_equal(tv_writer_open(&writers[i], &formats[i], paths[i], NULL), TV_OK);
    }
    options->writers = writers;
    options->num_writers = 2;
    tv_status status = clients != NULL ? tv_verify(workspace, clients, options, &summary)
                                       : tv_audit(workspace, options, &summary);
    assert_int_equal(status, TV_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tv_writer_commit(writers[i]), TV_OK);
        tv_writer_close(writers[i]);
        check_file(paths[i], name, formats[i].format, true);
        (void)unlink(paths[i]);
    }
}

static tv_time time_of(const char *text)
{
    tv_time time;
    assert_true(tv_time_parse(&time, (tv_span){(const uint8_t *)text, strlen(text)}, 0));
    return time;
}

static void check_case(const tv_expectation *row)
{
    tv_workspace *workspace;
    tv_bundle_id id;
    tv_profile *profile = tv_load_profile(row->profile);
    tv_judge_options options = {.profile = profile, .at = time_of(row->at)};
    char *store = tv_case_truststore(row->name);
    char *path = tv_case_file(row->name, "clients.pem");
    assert_int_equal(tv_workspace_open(&workspace, NULL), TV_OK);
    tv_status status = tv_workspace_add(workspace, &id, store, NULL, TV_ROLE_TRUSTSTORE, NULL);
    assert_true(status == TV_OK || status == TV_ERR_NO_CERTIFICATE);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    check_run(workspace, NULL, &options, row->name);
    if (path != NULL) {
        tv_clients *clients;
        assert_int_equal(tv_clients_open(&clients), TV_OK);
        assert_int_equal(tv_clients_add(clients, path), TV_OK);
        check_run(workspace, clients, &options, row->name);
        tv_clients_close(clients);
    }
    free(path);
    free(store);
    tv_workspace_close(workspace);
    tv_profile_close(profile);
}

// Lines of one case stand together; each of its profiles and instants is judged once.
static void test_cases(void **state)
{
    size_t num;
    const tv_expectation *rows = tv_expectations(&num);
    (void)state;
    for (size_t i = 0; i < num; i++) {
        bool done = false;
        for (size_t k = i; k > 0 && !done && strcmp(rows[k - 1].name, rows[i].name) == 0; k--) {
            done = strcmp(rows[k - 1].profile, rows[i].profile) == 0 &&
                   strcmp(rows[k - 1].at, rows[i].at) == 0;
        }
        if (!done) {
            check_case(&rows[i]);
        }
    }
}

// The demo has DER files and several truststores; a file that is not there makes a run incomplete.
static void test_demo(void **state)
{
    static const char *const inputs[] = {DEMO "clients", "/nonexistent/client.pem"};
    static const char *const stores[] = {DEMO "truststores/partners.pem",
                                         DEMO "truststores/payments-prod.pem"};
    tv_workspace *workspace;
    tv_clients *clients;
    tv_profile *profile = tv_load_profile("aws-apigateway");
    tv_judge_options options = {.profile = profile, .at = time_of(AT), .crosscheck = 100};
    (void)state;
    assert_int_equal(tv_workspace_open(&workspace, NULL), TV_OK);
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    for (size_t i = 0; i < 2; i++) {
        tv_bundle_id id;
        assert_int_equal(
            tv_workspace_add(workspace, &id, stores[i], NULL, TV_ROLE_TRUSTSTORE, NULL), TV_OK);
        assert_int_equal(tv_clients_add(clients, inputs[i]), TV_OK);
        // Twice: a DER file that shows a certificate again, and one that it shows again.
        assert_int_equal(tv_clients_add(clients, DEMO "clients/kiosk-0007.der"), TV_OK);
    }
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    check_run(workspace, clients, &options, "demo");
    tv_clients_close(clients);
    tv_workspace_close(workspace);
    tv_profile_close(profile);
}

// Under the least budget entries are undecided, too.
static void test_least_budget(void **state)
{
    const tv_options least = {.limits.path_nodes = 1};
    tv_workspace *workspace;
    tv_bundle_id id;
    tv_profile *profile = tv_load_profile("openssl");
    tv_judge_options options = {.profile = profile, .at = time_of(AT)};
    (void)state;
    assert_int_equal(tv_workspace_open(&workspace, &least), TV_OK);
    assert_int_equal(tv_workspace_add(workspace, &id, DEMO "truststores/partners.pem", NULL,
                                      TV_ROLE_TRUSTSTORE, NULL),
                     TV_OK);
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    check_run(workspace, NULL, &options, "least budget");
    tv_workspace_close(workspace);
    tv_profile_close(profile);
}

static void test_jobs(void **state)
{
    static const char jobs[] =
        "{\"id\":\"a\",\"leaf\":\"" DEMO "clients/partner-gateways.pem\","
        "\"trusted\":[\"" DEMO "truststores/partners.pem\"]}\n"
        "{\"id\":[7,null],\"leaf\":\"" DEMO "clients/kiosk-0007.der\",\"trusted\":[]}\n"
        "{\"leaf\":\"-----BEGIN CERTIFICATE-----\\nMAMC\\n-----END CERTIFICATE-----\\n\"}\n"
        "{\"id\":{\"n\":1.5}}\n"
        "not JSON\n";
    char asked[] = "/tmp/trustval-schema-XXXXXX";
    char answered[] = "/tmp/trustval-schema-XXXXXX";
    tv_profile *profile = tv_load_profile("aws-apigateway");
    const tv_jobs_options options = {.profile = profile, .at = time_of(AT), .threads = 1};
    tv_jobs_summary summary;
    (void)state;
    make_temporary(asked);
    make_temporary(answered);
    FILE *file = fopen(asked, "wb");
    assert_non_null(file);
    assert_true(fputs(jobs, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tv_verify_jobs(asked, answered, &options, &summary, NULL), TV_OK);
    assert_int_equal(summary.num_jobs, 5);
    assert_int_equal(summary.num_errors, 2);
    assert_int_equal(summary.verdicts[TV_VERDICT_ACCEPT], 1);
    check_file(answered, "jobs", TV_FORMAT_NDJSON, false);
    (void)unlink(asked);
    (void)unlink(answered);
    tv_profile_close(profile);
}

// Words

static void check_word(const char *where, const char *word)
{
    json_t *value = json_string(word);
    assert_non_null(value);
    check_value(where, value, word, 1);
    json_decref(value);
}

// Words that no record of this test may bring.
static void test_every_word_is_allowed(void **state)
{
    (void)state;
    for (tv_reason reason = TV_REASON_NONE + 1; reason < TV_REASON_COUNT; reason++) {
        check_word("#/$defs/reason", tv_reason_id(reason));
    }
    for (size_t i = 0; i < tv_rule_count(); i++) {
        check_word("#/$defs/finding/properties/rule", tv_rule_at(i)->id);
    }
    for (int severity = TV_NOTE; severity <= TV_ERROR; severity++) {
        check_word("#/$defs/severity", tv_severity_text((tv_severity)severity));
    }
    for (int certainty = TV_INFERRED; certainty <= TV_DOCUMENTED; certainty++) {
        check_word("#/$defs/certainty", tv_certainty_text((tv_certainty)certainty));
    }
    check_word("#/$defs/run/properties/schema", TV_SCHEMA);
    check_word("#/$defs/document/properties/schema", TV_SCHEMA);
}

// After all outputs: what the schema says is what was seen.
static void test_nothing_is_named_in_vain(void **state)
{
    size_t num = tv_json_schema_num_properties(schema);
    size_t failed = 0;
    const char *where;
    const json_t *value;
    (void)state;
    for (size_t i = 0; i < num; i++) {
        tv_schema_property each = tv_json_schema_property(schema, i);
        bool good = each.is_described && each.is_required && each.seen != 0 &&
                    (each.told == 0 || each.told == each.seen);
        if (!good) {
            print_error("%s: described %d, required %d, types told %#x and seen %#x\n", each.where,
                        each.is_described, each.is_required, each.told, each.seen);
            failed++;
        }
    }
    print_message("%zu properties, %zu records\n", num, num_records);
    assert_true(num > 0);
    assert_int_equal(failed, 0);
    if (tv_json_schema_unseen_value(schema, &where, &value)) {
        fail_msg("%s: %s does not occur", where, json_string_value(value));
    }
}

static int open_schema(void **state)
{
    char error[TV_SCHEMA_ERROR_MAX];
    json_error_t problem;
    (void)state;
    json_t *root =
        json_load_file(TV_SOURCE_DIR "/docs/trustval-1.schema.json", LOAD_FLAGS, &problem);
    if (root == NULL) {
        print_error("%s:%d: %s\n", problem.source, problem.line, problem.text);
        return -1;
    }
    schema = tv_json_schema_open(root, error);
    if (schema == NULL) {
        print_error("%s\n", error);
        return -1;
    }
    return 0;
}

static int close_schema(void **state)
{
    (void)state;
    tv_json_schema_close(schema);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_outputs),
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_demo),
        cmocka_unit_test(test_least_budget),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_every_word_is_allowed),
        cmocka_unit_test(test_nothing_is_named_in_vain),
    };
    return cmocka_run_group_tests(tests, open_schema, close_schema);
}
