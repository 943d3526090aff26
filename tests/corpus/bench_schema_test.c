// SPDX-License-Identifier: Apache-2.0
// docs/trustval-bench-1.schema.json against measurements of a few clients, minted and of the demo:
// every field is described, always there, and nothing else is written. What can be counted adds up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/judging/json_schema.h"
#include "tv/tv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEMO TV_SOURCE_DIR "/corpus/demo/"

enum { LOAD_FLAGS = JSON_REJECT_DUPLICATES };

static tv_json_schema *schema;

static int open_schema(void **state)
{
    char error[TV_SCHEMA_ERROR_MAX];
    json_error_t problem;
    (void)state;
    json_t *root =
        json_load_file(TV_SOURCE_DIR "/docs/trustval-bench-1.schema.json", LOAD_FLAGS, &problem);
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

// The document of a measurement, which is as the schema says. The caller lets go of it.
static json_t *measure(tv_measure_options *options)
{
    tv_measurement *measurement = malloc(sizeof(*measurement));
    tv_profile *profile;
    char *text;
    size_t len;
    char error[TV_SCHEMA_ERROR_MAX];
    json_error_t problem;
    assert_non_null(measurement);
    assert_int_equal(tv_profile_load(&profile, "aws-apigateway", NULL), TV_OK);
    options->profile = profile;
    options->seconds = 1e-9;
    options->quick = true;
    options->threads = 2;
    assert_int_equal(tv_measure(measurement, options), TV_OK);
    assert_int_equal(tv_measurement_print(measurement, TV_FORMAT_JSON, &text, &len), TV_OK);
    json_t *document = json_loadb(text, len, LOAD_FLAGS, &problem);
    if (document == NULL) {
        fail_msg("%d: %s", problem.line, problem.text);
    }
    if (!tv_json_schema_holds(schema, "#", document, TV_SCHEMA_CLOSED, error)) {
        fail_msg("%s", error);
    }
    free(text);
    tv_profile_close(profile);
    free(measurement);
    return document;
}

static json_int_t count_in(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void check_sums(const json_t *document)
{
    const json_t *input = json_object_get(document, "input");
    json_int_t cells = count_in(input, "clients") * count_in(input, "truststores");
    double sum = 0;
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(document, "stages"), i, item)
    {
        sum += json_number_value(json_object_get(item, "ns"));
    }
    assert_int_equal(i, TV_NUM_STAGES);
    assert_true(fabs(sum - json_number_value(json_object_get(document, "stages_ns"))) < 0.1);
    json_array_foreach(json_object_get(document, "runs"), i, item)
    {
        assert_int_equal(count_in(item, "threads"), i + 1);
        assert_int_equal(count_in(item, "clients"), count_in(input, "clients"));
        assert_int_equal(
            count_in(item, "accept") + count_in(item, "deny") + count_in(item, "undecided"), cells);
    }
    assert_int_equal(i, 2);
    assert_int_equal(json_array_size(json_object_get(document, "signatures")), TV_NUM_SIGNATURES);
    assert_int_equal(json_array_size(json_object_get(document, "extras")), TV_NUM_EXTRAS);
}

static void test_minted(void **state)
{
    (void)state;
    tv_measure_options options = {.seed = 9, .clients = 50};
    json_t *document = measure(&options);
    const json_t *input = json_object_get(document, "input");
    assert_int_equal(count_in(input, "seed"), 9);
    assert_int_equal(count_in(input, "clients"), 50);
    check_sums(document);
    json_decref(document);
}

static void test_demo(void **state)
{
    static const char *const stores[] = {DEMO "truststores/payments-prod.pem",
                                         DEMO "truststores/partners.pem"};
    static const char *const files[] = {DEMO "clients/partner-gateways.pem"};
    (void)state;
    tv_measure_options options = {
        .truststores = stores,
        .num_truststores = 2,
        .files = files,
        .num_files = 1,
        .at = 1780272000, // 2026-06-01
    };
    json_t *document = measure(&options);
    const json_t *input = json_object_get(document, "input");
    assert_true(json_is_null(json_object_get(input, "seed")));
    assert_int_equal(count_in(input, "clients"), 3);
    assert_int_equal(count_in(input, "truststores"), 2);
    check_sums(document);
    json_decref(document);
}

// Every field that the schema names was written, and says what it is.
static void test_nothing_is_named_in_vain(void **state)
{
    size_t num = tv_json_schema_num_properties(schema);
    size_t failed = 0;
    (void)state;
    assert_true(num > 0);
    for (size_t i = 0; i < num; i++) {
        tv_schema_property each = tv_json_schema_property(schema, i);
        if (!each.is_described || !each.is_required || each.seen == 0) {
            print_error("%s: described %d, required %d, types seen %#x\n", each.where,
                        each.is_described, each.is_required, each.seen);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minted),
        cmocka_unit_test(test_demo),
        cmocka_unit_test(test_nothing_is_named_in_vain),
    };
    return cmocka_run_group_tests(tests, open_schema, close_schema);
}
