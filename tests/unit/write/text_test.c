// SPDX-License-Identifier: Apache-2.0
// The text format: both tables, what does not fit, findings, the summary, and hostile text.
#include "unit/write/sample.h"

static void clients_side_by_side(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_text);
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    sample_expect(
        &s, "profile test, at 2023-11-14T22:13:20Z\n"
            "truststore prod: stores/prod.pem, 3 entries, 2 certificates, 24.1 KB\n"
            "truststore a,b: stores/b.pem, 1 entry, 1 certificate, 900 bytes\n"
            "\n"
            "CLIENT                SUBJECT                     prod                      a,b\n");
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "clients.pem:81        CN=alice,O=Acme             \xe2\x9c\x93 accept       "
                      "           \xe2\x9c\x97 issuer-not-found\n");
    s.cells[1].verdict = TV_VERDICT_UNDECIDED;
    s.cells[1].reason = TV_REASON_BUDGET_SPENT;
    s.item.cert = NULL;
    s.item.problem = "the base64 is broken";
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "clients.pem:81        (the base64 is broken)      \xe2\x9c\x93 accept       "
                      "           ? budget-spent\n");
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "");
    sample_close(&s);
}

static void a_narrow_terminal_gets_a_line_per_cell(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_text);
    s.writer.options.columns = 60;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "clients.pem:81    CN=alice,O=Acme\n"
                      "    \xe2\x9c\x93 accept                           prod\n"
                      "    \xe2\x9c\x97 issuer-not-found                 a,b\n");
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    sample_expect(&s, "clients.pem:81    CN=alice,O=Acme\n"
                      "    \xe2\x9c\x97 issuer-not-found                 a,b\n");
    sample_close(&s);
}

static void entries_and_findings(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_text);
    s.item.index = 0;
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    sample_expect(&s, "\nprod\n"
                      "  LINE  SUBJECT                                            KEY"
                      "        NOT AFTER   VERDICT\n"
                      "    81  CN=alice,O=Acme                                    RSA-2048"
                      "   2027-01-15  \xe2\x9c\x93 valid\n");
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    sample_expect(&s, "        warning: weak-key: the key of \"CN=\\x1b\" is weak (inferred)\n"
                      "          Take another.\n");
    s.writer.options.only = 1U << TV_VERDICT_DENY; // the line above may be missing
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    sample_expect(&s, "        warning: stores/prod.pem:81: weak-key: the key of \"CN=\\x1b\" is "
                      "weak (inferred)\n"
                      "          Take another.\n");
    s.rule.scope = TV_SCOPE_BUNDLE;
    s.finding.entry = TV_ID_NONE;
    s.finding.line = 0;
    s.finding.certainty = TV_DOCUMENTED;
    s.finding.severity = TV_ERROR;
    s.writer.options.color = true;
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    sample_expect(&s, "\x1b[31merror\x1b[0m: stores/prod.pem: weak-key: the key of \"CN=\\x1b\" is "
                      "weak\n"
                      "  \x1b[2mTake another.\x1b[0m\n");
    sample_close(&s);
}

static void a_left_out_entry_still_starts_its_table(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_text);
    s.writer.options.only = 1U << TV_VERDICT_DENY;
    s.item.index = 0;
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    sample_expect(&s, "\nprod\n"
                      "  LINE  SUBJECT                                            KEY"
                      "        NOT AFTER   VERDICT\n");
    s.item.index = 1;
    s.entry.cell = &s.cells[1];
    s.item.line = 0;
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    sample_expect(&s, "#1      CN=alice,O=Acme                                    RSA-2048"
                      "   2027-01-15  \xe2\x9c\x97 issuer-not-found\n");
    sample_close(&s);
}

static void the_summary_of_clients(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_text);
    s.writer.ops->end(&s.writer, &s.summary, &s.out);
    sample_expect(&s, "\nprod: 1 accept, 0 deny, 0 undecided\n"
                      "a,b: 0 accept, 1 deny, 0 undecided\n"
                      "       1  issuer-not-found  no issuer is at hand\n"
                      "                            the target says: Could not find issuer\n"
                      "\nWhat would help\n"
                      "       1  a,b: Add CN=CA.\n"
                      "\n1 client (1 distinct), 2 signatures checked\n");
    sample_close(&s);
}

static void the_summary_of_an_incomplete_audit(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "audit", &tv_format_text);
    s.summary.complete = false;
    s.summary.num_failed = 2;
    s.summary.num_help = 0;
    s.summary.num_stores = 1;
    s.writer.ops->end(&s.writer, &s.summary, &s.out);
    sample_expect(&s, "\nprod: 1 valid, 0 invalid, 0 undecided\n"
                      "\n1 entry (1 distinct), 2 signatures checked; 0 errors, 1 warning, 0 notes\n"
                      "INCOMPLETE: not all of the input was judged; 2 inputs could not be read\n");
    sample_close(&s);
}

// Whatever the bytes, nothing that acts on a terminal comes out.
static void hostile_text_is_shown_and_not_run(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_text);
    s.item.file = "a\x1b]0;title\x07.pem";
    s.item.cert = NULL;
    s.item.problem = "label \x1b[2J";
    s.stores[0].name = "p\x1b[31m";
    s.help.text = "x\x1b[0m";
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    s.finding.file = "\x1b";
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    s.writer.ops->end(&s.writer, &s.summary, &s.out);
    assert_true(s.out.len > 500);
    for (size_t i = 0; i < s.out.len; i++) {
        assert_true(s.out.ptr[i] == '\n' || (s.out.ptr[i] >= 0x20 && s.out.ptr[i] != 0x7f));
    }
    sample_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_side_by_side),
        cmocka_unit_test(a_narrow_terminal_gets_a_line_per_cell),
        cmocka_unit_test(entries_and_findings),
        cmocka_unit_test(a_left_out_entry_still_starts_its_table),
        cmocka_unit_test(the_summary_of_clients),
        cmocka_unit_test(the_summary_of_an_incomplete_audit),
        cmocka_unit_test(hostile_text_is_shown_and_not_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
