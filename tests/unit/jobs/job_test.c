// SPDX-License-Identifier: Apache-2.0
// What is read from a line of JSON: fields and their defaults, ids as they were written, and an
// error for all that is not understood.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/span.h"
#include "jobs/job.h"

#include <stdio.h>

static tv_arena arena;

static int close_arena(void **state)
{
    (void)state;
    tv_arena_close(&arena);
    return 0;
}

static tv_job read_job(const char *line)
{
    tv_job job;
    tv_job_read(&job, tv_span_from_text(line), &arena);
    return job;
}

static void assert_text(tv_span text, const char *expected)
{
    assert_non_null(text.ptr);
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.ptr, expected, text.len);
    assert_int_equal(text.ptr[text.len], 0);
}

static void test_defaults(void **state)
{
    (void)state;
    tv_job job = read_job("{\"leaf\":\"L\"}");
    assert_null(job.error);
    assert_text(job.leaf, "L");
    assert_int_equal(job.id.len, 0);
    assert_int_equal(job.num_trusted, 0);
    assert_int_equal(job.num_untrusted, 0);
    assert_true(job.time == TV_TIME_NONE);
    assert_int_equal(job.purpose, TV_JOB_AS_PROFILE);
    assert_true(job.depth == TV_JOB_AS_PROFILE);
    assert_int_equal(job.auth_level, TV_JOB_AS_PROFILE);
    assert_int_equal(job.partial_chain, TV_JOB_AS_PROFILE);
    assert_int_equal(job.no_check_time, TV_JOB_AS_PROFILE);
    assert_int_equal(job.check_ss_sig, TV_JOB_AS_PROFILE);
    assert_int_equal(job.allow_proxy_certs, TV_JOB_AS_PROFILE);
}

static void test_all_fields(void **state)
{
    (void)state;
    tv_job job = read_job(
        "{\"id\":\"a\",\"trusted\":[\"T1\",\"T\\n2\"],\"untrusted\":[\"U\"],\"leaf\":\"L\\u0000x\","
        "\"time\":\"2026-01-01T00:00:00Z\",\"purpose\":\"server\",\"depth\":3,\"crls\":[],"
        "\"options\":{\"partial_chain\":true,\"no_check_time\":false,\"check_ss_sig\":true,"
        "\"allow_proxy_certs\":false,\"auth_level\":5,\"vfyopt\":\"x\",\"gnutls_flags\":[]},"
        "\"comment\":{\"anything\":1}}");
    assert_null(job.error);
    assert_int_equal(job.num_trusted, 2);
    assert_text(job.trusted[0], "T1");
    assert_text(job.trusted[1], "T\n2");
    assert_int_equal(job.num_untrusted, 1);
    assert_text(job.untrusted[0], "U");
    assert_int_equal(job.leaf.len, 3);
    assert_memory_equal(job.leaf.ptr, "L\0x", 4);
    assert_int_equal(job.time, 1767225600);
    assert_int_equal(job.purpose, TV_PURPOSE_SERVER);
    assert_int_equal(job.depth, 3);
    assert_int_equal(job.auth_level, 5);
    assert_int_equal(job.partial_chain, 1);
    assert_int_equal(job.no_check_time, 0);
    assert_int_equal(job.check_ss_sig, 1);
    assert_int_equal(job.allow_proxy_certs, 0);
}

static void test_policies(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int count; // negative: an error
    } cases[] = {
        {"[]", 0},
        {"[\"1.2.3\"]", 1},
        {"[\"1.2.3\",\"2.16.840.1\",\"1.2.3\"]", 2},
        {"[\"1.2.3\",\"2.5.29.32.0\"]", 0}, // anyPolicy stands for all
        {"\"1.2.3\"", -1},
        {"null", -1},
        {"[1]", -1},
        {"[\"1.2.3\",null]", -1},
        {"[\"1.2.x\"]", -1},
        {"[\"1.2.3\\u0000\"]", -1},
        {"[\"any\"]", -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "{\"leaf\":\"L\",\"options\":{\"policies\":%s}}",
                 cases[i].value);
        tv_job job = read_job(line);
        if (cases[i].count < 0) {
            assert_string_equal(job.error,
                                "policies must be an array of at most 32 OIDs in dotted decimal");
            assert_null(job.policies);
        } else {
            assert_null(job.error);
            assert_int_equal(job.policies->count, cases[i].count);
        }
    }
    tv_job job = read_job("{\"leaf\":\"L\",\"options\":{\"policy_check\":true,\"explicit_policy\":"
                          "false,\"inhibit_any_policy\":true,\"inhibit_policy_mapping\":false}}");
    assert_null(job.error);
    assert_int_equal(job.policy_check, 1);
    assert_int_equal(job.explicit_policy, 0);
    assert_int_equal(job.inhibit_any_policy, 1);
    assert_int_equal(job.inhibit_policy_mapping, 0);
    assert_null(job.policies);
    job = read_job("{\"leaf\":\"L\"}");
    assert_int_equal(job.policy_check, TV_JOB_AS_PROFILE);
    assert_int_equal(job.explicit_policy, TV_JOB_AS_PROFILE);
    assert_int_equal(job.inhibit_any_policy, TV_JOB_AS_PROFILE);
    assert_int_equal(job.inhibit_policy_mapping, TV_JOB_AS_PROFILE);
}

static void test_ids(void **state)
{
    (void)state;
    static const struct {
        const char *line, *id;
    } cases[] = {
        {"{\"leaf\":\"L\",\"id\":\"x\"}", "\"x\""},
        {"{\"leaf\":\"L\",\"id\":17}", "17"},
        {"{\"leaf\":\"L\",\"id\":-0}", "0"},
        {"{\"leaf\":\"L\",\"id\":9223372036854775807}", "9223372036854775807"},
        {"{\"leaf\":\"L\",\"id\":0.5}", "0.5"},
        {"{\"leaf\":\"L\",\"id\":null}", "null"},
        {"{\"leaf\":\"L\",\"id\":true}", "true"},
        {"{\"leaf\":\"L\",\"id\":[1, {\"b\" : 2, \"a\" : \"\"}]}", "[1,{\"b\":2,\"a\":\"\"}]"},
        {"{\"leaf\":\"L\",\"id\":\"\\\"\\\\\\n\\u0000\\u001f\"}", "\"\\\"\\\\\\n\\u0000\\u001F\""},
        {"{\"leaf\":\"L\",\"id\":\"\\u00e4\"}", "\"\xc3\xa4\""},
        {"{\"leaf\":\"L\",\"id\":\"1\",\"id\":\"2\"}", "\"2\""},
        {"{\"id\":\"of a job that lacks all else\"}", "\"of a job that lacks all else\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_job job = read_job(cases[i].line);
        assert_text(job.id, cases[i].id);
    }
}

static void test_times(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        tv_time time;
    } cases[] = {
        {"0", 0},
        {"-1", -1},
        {"1767225600", 1767225600},
        {"\"1767225600\"", 1767225600},
        {"\"@5\"", 5},
        {"\"2026-01-01\"", 1767225600},
        {"253402300799", INT64_C(253402300799)},
        {"-62167219200", INT64_C(-62167219200)},
        {"253402300800", TV_TIME_NONE}, // errors from here on
        {"-62167219201", TV_TIME_NONE},
        {"-9223372036854775808", TV_TIME_NONE},
        {"1.5", TV_TIME_NONE},
        {"null", TV_TIME_NONE},
        {"\"tomorrow\"", TV_TIME_NONE},
        {"[]", TV_TIME_NONE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "{\"leaf\":\"L\",\"time\":%s}", cases[i].value);
        tv_job job = read_job(line);
        assert_true(job.time == cases[i].time);
        if (cases[i].time == TV_TIME_NONE) {
            assert_string_equal(job.error, "time must be RFC 3339 or seconds");
        } else {
            assert_null(job.error);
        }
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *line, *error;
    } cases[] = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {"{\"leaf\":\"L\"} x", "not JSON"},
        {"{\"leaf\":\"\xff\"}", "not JSON"},
        {"[]", "not a JSON object"},
        {"{}", "leaf is missing"},
        {"{\"leaf\":\"\"}", "leaf is missing"},
        {"{\"leaf\":7}", "leaf is missing"},
        {"{\"leaf\":[\"L\"]}", "leaf is missing"},
        {"{\"leaf\":\"L\",\"trusted\":\"T\"}", "trusted and untrusted must be arrays of strings"},
        {"{\"leaf\":\"L\",\"trusted\":null}", "trusted and untrusted must be arrays of strings"},
        {"{\"leaf\":\"L\",\"untrusted\":[\"U\",1]}",
         "trusted and untrusted must be arrays of strings"},
        {"{\"leaf\":\"L\",\"purpose\":\"any \"}", "purpose must be client, server or any"},
        {"{\"leaf\":\"L\",\"purpose\":1}", "purpose must be client, server or any"},
        {"{\"leaf\":\"L\",\"depth\":-1}", "depth must be a number of intermediates"},
        {"{\"leaf\":\"L\",\"depth\":4294967296}", "depth must be a number of intermediates"},
        {"{\"leaf\":\"L\",\"depth\":1.0}", "depth must be a number of intermediates"},
        {"{\"leaf\":\"L\",\"options\":[]}", "options must be an object"},
        {"{\"leaf\":\"L\",\"options\":{\"auth_level\":6}}", "auth_level must be 0 to 5"},
        {"{\"leaf\":\"L\",\"options\":{\"auth_level\":-1}}", "auth_level must be 0 to 5"},
        {"{\"leaf\":\"L\",\"options\":{\"auth_level\":\"1\"}}", "auth_level must be 0 to 5"},
        {"{\"leaf\":\"L\",\"options\":{\"partial_chain\":1}}",
         "option must be true or false: partial_chain"},
        {"{\"leaf\":\"L\",\"options\":{\"x509_lenient\":true}}",
         "option is not known: x509_lenient"},
        {"{\"leaf\":\"L\",\"crls\":[\"C\"]}", "revocation lists are not judged"},
        // The first error is told.
        {"{\"depth\":-1,\"purpose\":0}", "depth must be a number of intermediates"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tv_job job = read_job(cases[i].line);
        assert_non_null(job.error);
        assert_string_equal(job.error, cases[i].error);
    }
}

static void test_depth(void **state)
{
    (void)state;
    assert_true(read_job("{\"leaf\":\"L\",\"depth\":4294967295}").depth == UINT32_MAX);
    assert_true(read_job("{\"leaf\":\"L\",\"depth\":0}").depth == 0);
    tv_job none = read_job("{\"leaf\":\"L\",\"depth\":null}");
    assert_null(none.error);
    assert_true(none.depth == TV_JOB_AS_PROFILE);
}

// Brackets without end are an error, not a deep recursion.
static void test_deep_nesting(void **state)
{
    (void)state;
    static char deep[200000];
    memset(deep, '[', sizeof(deep));
    tv_job job;
    tv_job_read(&job, tv_span_make(deep, sizeof(deep)), &arena);
    assert_string_equal(job.error, "not JSON");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_policies), cmocka_unit_test(test_ids),
        cmocka_unit_test(test_times),    cmocka_unit_test(test_errors),
        cmocka_unit_test(test_depth),    cmocka_unit_test(test_deep_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
