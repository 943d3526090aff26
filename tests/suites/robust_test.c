// SPDX-License-Identifier: Apache-2.0
// Odd and broken certificates, odd PEM files, and truststores as they are in the world:
// robust.tar.xz and stores.tar.xz below $TV_SUITES go through `trustval audit`; without them the
// test is skipped. Nothing crashes, every block is a row, and what is malformed is what OpenSSL
// cannot parse, or is listed by class in robust_divergences.csv; nothing is read that OpenSSL
// refuses to parse. Where our PEM reader takes what OpenSSL's refuses, a finding says so.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "suites/audit.h"
#include "suites/cases.h"
#include "suites/table.h"
#include "suites/unpack.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROWS = 200, BATCH = 200 };

// A row of robust_divergences.csv: so many certificates that OpenSSL parses and we call malformed.
typedef struct divergence {
    const char *set, *problem; // "der", "pem", "store"; our words
    unsigned long cases, seen;
    unsigned line;
} divergence;

static const char no_certificate[] = "no certificate found";
static const char *suites; // an absolute path
static divergence rows[MOST_ROWS];
static size_t num_rows;
static tv_table table;
static unsigned failures;

static void complain(const char *file, const char *what, size_t ours, size_t theirs)
{
    (void)printf("%s: %s: %zu, not %zu\n", file, what, ours, theirs);
    failures++;
}

static void read_divergences(void)
{
    tv_table_open(&table, TV_SOURCE_DIR "/tests/suites/robust_divergences.csv", ',');
    size_t set = tv_table_column(&table, "set");
    size_t problem = tv_table_column(&table, "problem");
    size_t count = tv_table_column(&table, "cases");
    size_t reason = tv_table_column(&table, "reason");
    size_t source = tv_table_column(&table, "source");
    assert_true(table.num_rows <= MOST_ROWS);
    for (size_t i = 0; i < table.num_rows; i++) {
        const tv_table_row *from = &table.rows[i];
        rows[num_rows++] = (divergence){
            .set = from->fields[set],
            .problem = from->fields[problem],
            .cases = strtoul(from->fields[count], NULL, 10),
            .line = from->line,
        };
        assert_true(rows[i].cases > 0);
        assert_true(from->fields[reason][0] != '\0' && from->fields[source][0] != '\0');
    }
}

// Counts the problem to its row; false, and told, when there is none.
static bool is_explained(const char *set, const char *problem, const char *file)
{
    for (size_t i = 0; i < num_rows; i++) {
        if (strcmp(rows[i].set, set) == 0 && strcmp(rows[i].problem, problem) == 0) {
            rows[i].seen++;
            return true;
        }
    }
    (void)printf("no row: %s: %s: %s\n", set, file, problem);
    return false;
}

static void explain(const char *set, const char *problem, const char *file)
{
    failures += is_explained(set, problem, file) ? 0 : 1;
}

static void count_stale_rows(const char *set)
{
    for (size_t i = 0; i < num_rows; i++) {
        const divergence *row = &rows[i];
        if (strcmp(row->set, set) == 0 && row->seen != row->cases) {
            (void)printf("robust_divergences.csv:%u: %lu, the row says %lu: %s\n", row->line,
                         row->seen, row->cases, row->problem);
            failures++;
        }
    }
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static size_t number_of(const json_t *object, const char *name)
{
    return (size_t)json_integer_value(json_object_get(object, name));
}

static size_t count_begins(const char *file)
{
    static const char begin[] = "-----BEGIN ";
    size_t len;
    size_t count = 0;
    char *text = tv_file_text(file, &len);
    for (size_t at = 0; at + sizeof(begin) - 1 <= len; at++) {
        count += memcmp(text + at, begin, sizeof(begin) - 1) == 0 ? 1 : 0;
    }
    free(text);
    return count;
}

// Values of a DER file as libcrypto cuts them; what cannot be cut off is one more. A file that is
// shorter than the long form of a length is no certificate.
static size_t count_values(const char *file)
{
    size_t len;
    size_t count = 0;
    char *text = tv_file_text(file, &len);
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + len;
    if (len >= 2 && at[0] == 0x30 && at[1] >= 0x80) {
        while (at < end) {
            long contents;
            int tag;
            int class;
            const unsigned char *inside = at;
            int form = ASN1_get_object(&inside, &contents, &tag, &class, (long)(end - at));
            bool whole = form == V_ASN1_CONSTRUCTED && tag == V_ASN1_SEQUENCE && class == 0;
            at = whole ? inside + contents : end;
            count++;
        }
    }
    ERR_clear_error();
    free(text);
    return count;
}

static size_t count_readable(const json_t *entries)
{
    size_t count = 0;
    size_t i;
    const json_t *entry;
    json_array_foreach(entries, i, entry)
    {
        count += tv_entry_is_malformed(entry) ? 0 : 1;
    }
    return count;
}

// Our words for the first certificate of a file that is malformed. Blocks of other kinds are none.
static const char *first_problem(const json_t *entries)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(entries, i, entry)
    {
        const char *problem = text_of(entry, "problem");
        if (tv_entry_is_malformed(entry) && strstr(problem, ", not a certificate") == NULL) {
            return problem;
        }
    }
    return no_certificate;
}

static void check_der(const json_t *file, const json_t *entries)
{
    const char *name = text_of(file, "file");
    bool theirs = json_is_true(json_object_get(json_object_get(file, "openssl"), "d2i"));
    size_t values = count_values(name);
    const json_t *first = json_array_get(entries, 0);
    bool ours = first != NULL && !tv_entry_is_malformed(first);
    if (json_array_size(entries) != values) {
        complain(name, "rows", json_array_size(entries), values);
    }
    if (ours && !theirs) {
        complain(name, "read, and d2i_X509 refuses it", 1, 0);
    }
    if (!ours && theirs) {
        explain("der", first_problem(entries), name);
    }
}

static void check_pem(const json_t *file, const json_t *entries, const json_t *findings)
{
    const char *name = text_of(file, "file");
    size_t theirs = number_of(json_object_get(file, "openssl"), "pem_certs");
    size_t begins = count_begins(name);
    size_t ours = count_readable(entries);
    if (json_array_size(entries) != begins) {
        complain(name, "rows", json_array_size(entries), begins);
    }
    if (ours > theirs && tv_findings_count(findings, "pem-") < ours - theirs) {
        complain(name, "findings about its PEM", tv_findings_count(findings, "pem-"),
                 ours - theirs);
    }
    if (ours < theirs) {
        explain("pem", first_problem(entries), name);
    }
}

// Whether the program said that the file is without a certificate.
static bool holds_none(const tv_audited *audited, const char *file)
{
    return tv_findings_count(tv_audited_findings(audited, file), "bundle-no-certificate") > 0;
}

// Audits the files of the index in batches, those with and those without a certificate apart when
// `known` is what an earlier run said.
static void audit_all(const json_t *index, const tv_audited *known, bool none, tv_audited *out)
{
    const char *batch[BATCH];
    size_t num = 0;
    size_t i;
    const json_t *file;
    json_array_foreach(index, i, file)
    {
        const char *name = text_of(file, "file");
        if (known == NULL || holds_none(known, name) == none) {
            batch[num++] = name;
        }
        if (num == BATCH || (i + 1 == json_array_size(index) && num > 0)) {
            tv_audit(out, batch, num);
            bool done = out->code == 0 || out->code == 1;
            assert_true(known == NULL ? done || out->code == 2 : none ? out->code == 2 : done);
            num = 0;
        }
    }
}

static void broken_files_are_rows(void **state)
{
    (void)state;
    tv_audited audited = {0};
    tv_audited again = {0};
    tv_unpack_and_enter(suites, "robust");
    json_t *index = tv_index_load();
    failures = 0;
    audit_all(index, NULL, false, &audited);
    size_t i;
    const json_t *file;
    json_array_foreach(index, i, file)
    {
        const char *name = text_of(file, "file");
        const json_t *entries = tv_audited_entries(&audited, name);
        const json_t *findings = tv_audited_findings(&audited, name);
        if (strcmp(text_of(file, "kind"), "der") == 0) {
            check_der(file, entries);
        } else {
            check_pem(file, entries, findings);
        }
        if (holds_none(&audited, name) && count_readable(entries) > 0) {
            complain(name, "certificates where none is said to be", count_readable(entries), 0);
        }
    }
    (void)printf("%zu odd files\n", json_array_size(index));
    count_stale_rows("der");
    count_stale_rows("pem");
    assert_int_equal(failures, 0);
    audit_all(index, &audited, false, &again);
    audit_all(index, &audited, true, &again);
    json_decref(again.files);
    json_decref(audited.files);
    json_decref(index);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Different certificates among the rows, readable or not.
static size_t count_unique(const json_t *entries)
{
    size_t num = json_array_size(entries);
    const char **prints = calloc(num + 1, sizeof(*prints));
    assert_non_null(prints);
    for (size_t i = 0; i < num; i++) {
        prints[i] = text_of(json_array_get(entries, i), "fingerprint");
    }
    qsort(prints, num, sizeof(*prints), by_text);
    size_t count = 0;
    for (size_t i = 0; i < num; i++) {
        count += i == 0 || strcmp(prints[i], prints[i - 1]) != 0 ? 1 : 0;
    }
    free(prints);
    return count;
}

static void check_store(const json_t *file, const json_t *entries, const json_t *findings)
{
    const char *name = text_of(file, "file");
    size_t certificates = number_of(file, "certificates");
    size_t lost = certificates - number_of(file, "openssl_reads");
    size_t begins = count_begins(name);
    size_t not_der = tv_findings_count(findings, "entry-undecodable");
    size_t unwalkable = 0;
    size_t i;
    const json_t *entry;
    if (json_array_size(entries) != begins) {
        complain(name, "rows", json_array_size(entries), begins);
    }
    json_array_foreach(entries, i, entry)
    {
        if (tv_entry_is_malformed(entry)) {
            unwalkable += is_explained("store", text_of(entry, "problem"), name) ? 0 : 1;
        }
    }
    if (begins - not_der != certificates) {
        complain(name, "certificates", begins - not_der, certificates);
    }
    if (count_unique(entries) != number_of(file, "unique")) {
        complain(name, "different certificates", count_unique(entries), number_of(file, "unique"));
    }
    if (tv_findings_count(findings, "pem-blank-line") < lost) {
        complain(name, "findings about its PEM", tv_findings_count(findings, "pem-blank-line"),
                 lost);
    }
    // Certificates whose DER cannot be walked are malformed to everybody.
    size_t expected = number_of(json_object_get(file, "of_unique"), "unwalkable");
    if (unwalkable != expected) {
        complain(name, "certificates that cannot be walked", unwalkable, expected);
    }
}

static void real_truststores_are_read(void **state)
{
    (void)state;
    tv_audited audited = {0};
    tv_unpack_and_enter(suites, "stores");
    json_t *index = tv_index_load();
    size_t total = 0;
    failures = 0;
    audit_all(index, NULL, false, &audited);
    assert_true(audited.code == 0 || audited.code == 1);
    size_t i;
    const json_t *file;
    json_array_foreach(index, i, file)
    {
        const char *name = text_of(file, "file");
        check_store(file, tv_audited_entries(&audited, name), tv_audited_findings(&audited, name));
        total += json_array_size(tv_audited_entries(&audited, name));
    }
    (void)printf("%zu truststores, %zu entries\n", json_array_size(index), total);
    count_stale_rows("store");
    assert_int_equal(failures, 0);
    json_decref(audited.files);
    json_decref(index);
}

// Each test starts in the directory in which the program was started.
static char home[4096];

static int go_home(void **state)
{
    (void)state;
    return chdir(home);
}

int main(void)
{
    suites = tv_suites_dir("robust.tar.xz");
    if (suites == NULL || getcwd(home, sizeof(home)) == NULL) {
        return TV_SUITES_SKIPPED;
    }
    read_divergences();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(broken_files_are_rows, go_home),
        cmocka_unit_test_setup(real_truststores_are_read, go_home),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tv_table_close(&table);
    return failed;
}
