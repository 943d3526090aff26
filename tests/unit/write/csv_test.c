// SPDX-License-Identifier: Apache-2.0
// The CSV format: header, lines of both layouts, what options leave out, and blocks without a
// certificate.
#include "unit/write/sample.h"

#define LONG_HEADER                                                                                \
    "file,index,line,fingerprint,subject,issuer,serial,not_before,not_after,key,signature,"        \
    "truststore,verdict,reason,gateway_reason,openssl_code,path_length,anchor,duplicate_of\r\n"
#define CLIENT                                                                                     \
    "clients.pem,4,81," SAMPLE_FINGERPRINT ",\"CN=alice,O=Acme\",CN=CA,0a1f,2020-09-13T12:26:40Z," \
    "2027-01-15T08:00:00Z,RSA-2048,sha256WithRSAEncryption"
#define ACCEPTED CLIENT ",prod,accept,,,0,1," SAMPLE_ANCHOR ",\r\n"
#define DENIED CLIENT ",\"a,b\",deny,issuer-not-found,Could not find issuer,20,0,,\r\n"

static void long_layout(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    sample_expect(&s, LONG_HEADER);
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, ACCEPTED DENIED);
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    s.writer.ops->end(&s.writer, &s.summary, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

static void wide_layout(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    s.writer.options.layout = TV_LAYOUT_WIDE;
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    sample_expect(&s, "file,index,line,fingerprint,subject,issuer,serial,not_before,not_after,key,"
                      "signature,duplicate_of,prod,\"a,b\"\r\n");
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, CLIENT ",,accept,issuer-not-found\r\n");
    sample_close(&s);
}

static void only_filters_cells_and_rows(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, DENIED);
    s.writer.options.layout = TV_LAYOUT_WIDE;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, CLIENT ",,accept,issuer-not-found\r\n");
    s.writer.options.only = 1U << TV_VERDICT_UNDECIDED;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    s.writer.options.layout = TV_LAYOUT_LONG;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

static void duplicates_name_the_first(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    s.item.is_duplicate = true;
    s.item.first_file = "a,b.pem";
    s.item.first_line = 7;
    s.row.num_cells = 1;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, CLIENT ",prod,accept,,,0,1," SAMPLE_ANCHOR ",\"a,b.pem:7\"\r\n");
    s.item.first_line = 0;
    s.item.first_index = 3;
    s.item.first_file = "=a.der";
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, CLIENT ",prod,accept,,,0,1," SAMPLE_ANCHOR ",\"'=a.der#3\"\r\n");
    s.writer.options.unique = true;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

static void a_block_without_certificate_is_a_row(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    s.item.cert = NULL;
    s.item.fingerprint = NULL;
    s.item.line = 0;
    s.item.problem = "the base64 is broken";
    s.cells[0] = (tv_cell){.reason = TV_REASON_MALFORMED, .breaks_at = TV_TIME_NONE};
    s.row.num_cells = 1;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "clients.pem,4,,,,,,,,,,prod,deny,malformed,,1,0,,\r\n");
    sample_close(&s);
}

static void an_entry_is_a_row_of_its_truststore(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_csv);
    s.writer.options.layout = TV_LAYOUT_WIDE; // has no meaning here
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    sample_expect(&s, LONG_HEADER);
    s.cert.serial = TV_LIT("\xff");
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    sample_expect(
        &s, "clients.pem,4,81," SAMPLE_FINGERPRINT
            ",\"CN=alice,O=Acme\",CN=CA,\"'-01\",2020-09-13T12:26:40Z,"
            "2027-01-15T08:00:00Z,RSA-2048,sha256WithRSAEncryption,prod,valid,,,0,1," SAMPLE_ANCHOR
            ",\r\n");
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_layout),
        cmocka_unit_test(wide_layout),
        cmocka_unit_test(only_filters_cells_and_rows),
        cmocka_unit_test(duplicates_name_the_first),
        cmocka_unit_test(a_block_without_certificate_is_a_row),
        cmocka_unit_test(an_entry_is_a_row_of_its_truststore),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
