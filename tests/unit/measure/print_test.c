// SPDX-License-Identifier: Apache-2.0
// A made-up measurement, byte for byte as text and as JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tv/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(tv_measurement *m)
{
    *m = (tv_measurement){
        .cores = 1,
        .minted = true,
        .seed = 18446744073709551615U,
        .num_clients = 10,
        .num_certificates = 10,
        .num_unique = 9,
        .pem_bytes = 14009,
        .der_bytes = 10000,
        .num_truststores = 1,
        .num_held = 2,
        .num_extras = 1,
        .num_runs = 2,
    };
    for (size_t i = 0; i < TV_NUM_STAGES; i++) {
        m->stages[i] = (tv_figure){"stage", "all of it", 10, 0, 3, 100};
    }
    m->stages[0] = (tv_figure){"first", "bytes too", 10, 10000, 4, 12.345};
    m->extras[0] = (tv_figure){"extra", "something else", 1, 0, 5, 99.96};
    for (size_t i = 0; i < TV_NUM_SIGNATURES; i++) {
        m->signatures[i] = (tv_signature_figure){"kind", "A kind", 64, 1999.96, 500};
    }
    m->runs[0] = (tv_run_figure){1, 3, 0.5, 0.4, 10, {1, 2, 7}, 12};
    m->runs[1] = (tv_run_figure){2, 4, 0.25, 0.44, 10, {1, 2, 7}, 12};
}

static void check(const tv_measurement *m, tv_format format, const char *expected)
{
    char *text;
    size_t len;
    assert_int_equal(tv_measurement_print(m, format, &text, &len), TV_OK);
    assert_int_equal(len, strlen(text));
    size_t same = 0;
    while (text[same] == expected[same] && text[same] != '\0') {
        same++;
    }
    if (text[same] != expected[same]) { // cmocka cuts long strings
        fail_msg("at byte %zu: '%.80s' is not '%.80s'", same, text + same, expected + same);
    }
    free(text);
}

#define STAGE_TEXT "  stage                                100               all of it\n"
#define SIGNATURE_TEXT "  A kind                              2000         500     2000000\n"

static void text_is_a_table(void **state)
{
    (void)state;
    tv_measurement m;
    char expected[4096];
    fill(&m);
    int len = snprintf(
        expected, sizeof(expected),
        "trustval %s, 1 core, instruction sets: portable\n"
        "input: 10 clients minted from seed 18446744073709551615, 1000 bytes of DER and 1400 of "
        "PEM each; 1 truststore, 2 certificates\n"
        "ns: CPU time of one thread, the median of rounds\n"
        "\n"
        "A CLIENT, BY STAGE                      NS        MB/S   WHAT IT CONTAINS\n"
        "  first                               12.3       81004   bytes too\n" STAGE_TEXT STAGE_TEXT
            STAGE_TEXT STAGE_TEXT STAGE_TEXT STAGE_TEXT STAGE_TEXT STAGE_TEXT
        "  sum                                  812               a client that goes through all "
        "of "
        "them\n"
        "\n"
        "BESIDE                                  NS        MB/S   WHAT IT CONTAINS\n"
        "  extra                              100.0               something else\n"
        "\n"
        "A SIGNATURE                       NS ALONE  NS OF MANY      MANY/S\n" SIGNATURE_TEXT
            SIGNATURE_TEXT SIGNATURE_TEXT SIGNATURE_TEXT SIGNATURE_TEXT SIGNATURE_TEXT
                SIGNATURE_TEXT SIGNATURE_TEXT SIGNATURE_TEXT "\n"
        "A WHOLE RUN                      CLIENTS/S      CPU NS     SPEEDUP   truststores loaded, "
        "a CSV "
        "row each\n"
        "  1 thread                              20    40000000        1.00\n"
        "  2 threads                             40    44000000        2.00\n",
        tv_version());
    assert_in_range(len, 1, sizeof(expected) - 1);
    check(&m, TV_FORMAT_TEXT, expected);
}

#define STAGE_JSON                                                                                 \
    ",\n  {\"name\":\"stage\",\"contains\":\"all of it\",\"ns\":100.00,\"per_second\":10000000,"   \
    "\"bytes_per_second\":null,\"items\":10,\"rounds\":3}"
#define SIGNATURE_JSON                                                                             \
    "\n  {\"name\":\"kind\",\"alone_ns\":2000.0,\"many_ns\":500.0,\"per_second\":2000000,"         \
    "\"items\":64}"

static void json_is_one_document(void **state)
{
    (void)state;
    tv_measurement m;
    char expected[8192];
    fill(&m);
    int len = snprintf(
        expected, sizeof(expected),
        "{\"schema\":\"trustval-bench/1\",\"tool\":\"trustval\",\"version\":\"%s\",\"machine\":{"
        "\"cores\":1,\"cpu\":\"portable\",\"cpu_best\":\"%s\"},\n"
        "\"input\":{\"seed\":18446744073709551615,\"clients\":10,\"certificates\":10,\"distinct\":"
        "9,"
        "\"pem_bytes\":14009,\"der_bytes\":10000,\"truststores\":1,\"held\":2},\n"
        "\"stages\":[\n  {\"name\":\"first\",\"contains\":\"bytes "
        "too\",\"ns\":12.35,\"per_second\":"
        "81004455,\"bytes_per_second\":81004455245,\"items\":10,\"rounds\":4}" STAGE_JSON STAGE_JSON
            STAGE_JSON STAGE_JSON STAGE_JSON STAGE_JSON STAGE_JSON STAGE_JSON
        "],\"stages_ns\":812.35,\n"
        "\"extras\":[\n  {\"name\":\"extra\",\"contains\":\"something else\",\"ns\":99.96,"
        "\"per_second\":10004002,\"bytes_per_second\":null,\"items\":1,\"rounds\":5}],\n"
        "\"signatures\":[" SIGNATURE_JSON "," SIGNATURE_JSON "," SIGNATURE_JSON "," SIGNATURE_JSON
        "," SIGNATURE_JSON "," SIGNATURE_JSON "," SIGNATURE_JSON "," SIGNATURE_JSON
        "," SIGNATURE_JSON "],\n"
        "\"runs\":[\n  {\"threads\":1,\"clients\":10,\"seconds\":0.500000,\"cpu_seconds\":0.400000,"
        "\"per_second\":20,\"cpu_ns\":40000000.0,\"accept\":7,\"deny\":1,\"undecided\":2,"
        "\"signature_checks\":12,\"rounds\":3},\n  {\"threads\":2,\"clients\":10,\"seconds\":"
        "0.250000,\"cpu_seconds\":0.440000,\"per_second\":40,\"cpu_ns\":44000000.0,\"accept\":7,"
        "\"deny\":1,\"undecided\":2,\"signature_checks\":12,\"rounds\":4}]}\n",
        tv_version(), tv_cpu_name(tv_cpu_best()));
    assert_in_range(len, 1, sizeof(expected) - 1);
    check(&m, TV_FORMAT_JSON, expected);
}

static void a_users_input_has_no_seed(void **state)
{
    (void)state;
    tv_measurement m;
    char *text;
    size_t len;
    fill(&m);
    m.minted = false;
    assert_int_equal(tv_measurement_print(&m, TV_FORMAT_TEXT, &text, &len), TV_OK);
    assert_non_null(strstr(text, "input: 10 clients, 9 distinct, 1000 bytes of DER"));
    free(text);
    assert_int_equal(tv_measurement_print(&m, TV_FORMAT_JSON, &text, &len), TV_OK);
    assert_non_null(strstr(text, "\"input\":{\"seed\":null,"));
    free(text);
}

static void no_other_format_is_there(void **state)
{
    (void)state;
    tv_measurement m;
    char *text;
    size_t len;
    fill(&m);
    assert_int_equal(tv_measurement_print(&m, TV_FORMAT_CSV, &text, &len), TV_ERR_RANGE);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_a_table),
        cmocka_unit_test(json_is_one_document),
        cmocka_unit_test(a_users_input_has_no_seed),
        cmocka_unit_test(no_other_format_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
