// SPDX-License-Identifier: Apache-2.0
// The records of schema trustval/1, byte for byte: the names and order of fields are the schema.
#include "unit/write/sample.h"
#include "write/json_records.h"

#define ITEM                                                                                       \
    "\"index\":4,\"line\":81,\"offset\":5000,\"bytes\":1400,\"fingerprint\":\"" SAMPLE_FINGERPRINT \
    "\",\"subject\":\"CN=alice,O=Acme\",\"issuer\":\"CN=CA\",\"serial\":\"0a1f\",\"not_before\":"  \
    "\"2020-09-13T12:26:40Z\",\"not_after\":\"2027-01-15T08:00:00Z\",\"key\":\"RSA-2048\","        \
    "\"signature\":\"sha256WithRSAEncryption\",\"duplicate_of\":null,\"problem\":null,"            \
    "\"problem_offset\":null"
#define CLIENT "{\"type\":\"verdict\",\"client\":{\"file\":\"clients.pem\"," ITEM "},"
#define ACCEPTED_REST                                                                              \
    "\"reason\":null,\"reasons\":[],\"advices\":[],\"gateway_reason\":null,\"certainty\":"         \
    "\"measured\",\"openssl_code\":0,\"depth\":0,\"path\":[\"" SAMPLE_FINGERPRINT                  \
    "\",\"" SAMPLE_ANCHOR "\"],\"anchor\":\"" SAMPLE_ANCHOR                                        \
    "\",\"help\":null,\"breaks_at\":\"2027-01-15T08:00:00Z\"}"
#define DENIED_REST                                                                                \
    "\"reason\":\"issuer-not-found\",\"reasons\":[\"issuer-not-found\",\"expired\"],\"advices\":"  \
    "[],\"gateway_reason\":\"Could not find issuer\",\"certainty\":\"documented\",\"openssl_"      \
    "code\":20,\"depth\":0,\"path\":[\"" SAMPLE_FINGERPRINT                                        \
    "\"],\"anchor\":null,\"help\":null,\"breaks_at\":null}"

static const tv_json_frame frame = {{(const uint8_t *)"<", 1}, {(const uint8_t *)">", 1}};

static void run_record(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    tv_json_run(&s.run, &frame, &s.out);
    tv_buf expected = {0};
    tv_buf_add_text(&expected, "<{\"type\":\"run\",\"schema\":\"trustval/1\",\"tool\":\"trustval\","
                               "\"version\":\"");
    tv_buf_add_text(&expected, tv_version());
    tv_buf_add_text(
        &expected,
        "\",\"command\":\"verify\",\"profile\":\"test\",\"at\":\"2023-11-14T22:13:20Z\","
        "\"truststores\":[{\"name\":\"prod\",\"file\":\"stores/prod.pem\",\"entries\":3,"
        "\"certificates\":2,\"bytes\":24100},{\"name\":\"a,b\",\"file\":\"stores/b.pem\","
        "\"entries\":1,\"certificates\":1,\"bytes\":900}]}>");
    tv_buf_add_byte(&expected, 0);
    sample_expect(&s, (const char *)expected.ptr);
    tv_buf_close(&expected);
    sample_close(&s);
}

static void a_row_is_a_record_per_cell(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    tv_json_row(&s.writer, &s.row, &frame, NULL, &s.out);
    sample_expect(&s, "<" CLIENT "\"truststore\":\"prod\",\"verdict\":\"accept\"," ACCEPTED_REST
                      "><" CLIENT "\"truststore\":\"a,b\",\"verdict\":\"deny\"," DENIED_REST ">");
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    tv_json_row(&s.writer, &s.row, &frame, NULL, &s.out);
    sample_expect(&s, "<" CLIENT "\"truststore\":\"a,b\",\"verdict\":\"deny\"," DENIED_REST ">");
    sample_close(&s);
}

static void an_entry_has_its_own_words(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_ndjson);
    tv_json_entry(&s.writer, &s.entry, &frame, &s.out);
    sample_expect(&s, "<{\"type\":\"entry\",\"truststore\":\"prod\",\"file\":\"clients.pem\"," ITEM
                      ",\"verdict\":\"valid\"," ACCEPTED_REST ">");
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    tv_json_entry(&s.writer, &s.entry, &frame, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

static void what_is_missing_is_null(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    s.item = (tv_item){.file = "a\"b",
                       .problem = "the base64 is broken",
                       .problem_offset = 12,
                       .is_duplicate = true,
                       .first_file = "c",
                       .first_index = 2};
    s.cells[0] = (tv_cell){.reason = TV_REASON_MALFORMED,
                           .reasons = TV_REASON_BIT(TV_REASON_MALFORMED),
                           .certainty = TV_DOCUMENTED,
                           .breaks_at = TV_TIME_NONE};
    s.row.num_cells = 1;
    tv_json_row(&s.writer, &s.row, &frame, NULL, &s.out);
    sample_expect(
        &s,
        "<{\"type\":\"verdict\",\"client\":{\"file\":\"a\\\"b\",\"index\":0,\"line\":null,"
        "\"offset\":0,\"bytes\":0,\"fingerprint\":null,\"subject\":null,\"issuer\":null,"
        "\"serial\":null,\"not_before\":null,\"not_after\":null,\"key\":null,\"signature\":null,"
        "\"duplicate_of\":{\"file\":\"c\",\"index\":2,\"line\":null},\"problem\":\"the base64 is "
        "broken\",\"problem_offset\":12},\"truststore\":\"prod\",\"verdict\":\"deny\",\"reason\":"
        "\"malformed\",\"reasons\":[\"malformed\"],\"advices\":[],\"gateway_reason\":null,"
        "\"certainty\":\"documented\",\"openssl_code\":1,\"depth\":0,\"path\":[],\"anchor\":null,"
        "\"help\":null,\"breaks_at\":null}>");
    sample_close(&s);
}

static void finding_record(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_ndjson);
    tv_json_finding(&s.finding, &frame, &s.out);
    sample_expect(&s,
                  "<{\"type\":\"finding\",\"rule\":\"weak-key\",\"severity\":\"warning\","
                  "\"certainty\":\"inferred\",\"source\":\"a document\",\"truststore\":\"prod\","
                  "\"entry\":4,\"file\":\"stores/prod.pem\",\"line\":81,\"message\":\"the key of "
                  "\\\"CN=\\u001b\\\" is weak\",\"help\":\"Take another.\"}>");
    s.finding.truststore = NULL;
    s.finding.entry = TV_ID_NONE;
    s.finding.line = 0;
    s.finding.message = TV_LIT("m");
    tv_json_finding(&s.finding, &frame, &s.out);
    sample_expect(&s, "<{\"type\":\"finding\",\"rule\":\"weak-key\",\"severity\":\"warning\","
                      "\"certainty\":\"inferred\",\"source\":\"a document\",\"truststore\":null,"
                      "\"entry\":null,\"file\":\"stores/prod.pem\",\"line\":null,\"message\":\"m\","
                      "\"help\":\"Take another.\"}>");
    sample_close(&s);
}

static void summary_record(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    tv_json_summary(&s.run, &s.summary, &frame, &s.out);
    sample_expect(
        &s,
        "<{\"type\":\"summary\",\"complete\":true,\"files\":3,\"files_failed\":0,\"blocks\":1,"
        "\"unique\":1,\"bytes\":1400,\"signature_checks\":2,"
        "\"crosschecked\":0,\"crosscheck_explained\":0,\"crosscheck_differences\":0,\"findings\":{"
        "\"error\":0,\"warning\":"
        "1,\"note\":0},\"truststores\":[{\"name\":\"prod\",\"accept\":1,\"deny\":0,\"undecided\":"
        "0,\"reasons\":{}},{\"name\":\"a,b\",\"accept\":0,\"deny\":1,\"undecided\":0,\"reasons\":{"
        "\"issuer-not-found\":1}}],\"help\":[{\"truststore\":\"a,b\",\"reason\":"
        "\"issuer-not-found\",\"count\":1,\"text\":\"Add CN=CA.\"}]}>");
    sample_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_record),
        cmocka_unit_test(a_row_is_a_record_per_cell),
        cmocka_unit_test(an_entry_has_its_own_words),
        cmocka_unit_test(what_is_missing_is_null),
        cmocka_unit_test(finding_record),
        cmocka_unit_test(summary_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
