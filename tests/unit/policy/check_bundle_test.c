// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

#include <stdlib.h>

static void limits_are_held(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *rule; // NULL: within
        const char *message;
    } cases[] = {
        {999999, NULL, NULL},
        {1000000, "bundle-near-size-limit",
         "the file has 1000000 bytes, at the edge of what the target takes, which begins at "
         "1000000"},
        {1048576, "bundle-near-size-limit", "the file has 1048576 bytes"},
        {1048577, "bundle-too-large", "the file has 1048577 bytes, the target takes 1048576"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake it;
        fake_open(&it, "aws-apigateway");
        (void)fake_add(&it, "A");
        it.bundle.bytes = cases[i].bytes;
        assert_int_equal(fake_check_bundle(&it), cases[i].rule != NULL ? 1 : 0);
        if (cases[i].rule != NULL) {
            const char *message = fake_message(&it, cases[i].rule);
            assert_ptr_equal(strstr(message, cases[i].message), message);
            assert_int_equal(it.findings[0].entry, TV_ID_NONE);
        }
        fake_close(&it);
    }
}

static void certificates_and_subjects_are_counted(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "A");
    (void)fake_add(&it, "B");
    (void)fake_add_block(&it, TV_PEM_CRL, "a revocation list");
    it.profile->set.max_bundle_certs = 2;
    it.profile->set.max_subject_bytes = 28; // 14 each
    assert_int_equal(fake_check_bundle(&it), 0);
    it.profile->set.max_bundle_certs = 1;
    it.profile->set.max_subject_bytes = 27;
    assert_int_equal(fake_check_bundle(&it), 2);
    assert_string_equal(fake_message(&it, "bundle-too-many-certificates"),
                        "the file holds 2 certificates, the target takes 1");
    assert_string_equal(fake_message(&it, "bundle-subjects-too-large"),
                        "the subjects have 28 bytes together, the target takes 27");
    fake_close(&it);
}

static void a_file_without_certificates_is_told(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    assert_int_equal(fake_check_bundle(&it), 1);
    assert_string_equal(fake_message(&it, "bundle-no-certificate"),
                        "the file holds no certificate that can be read, in 0 blocks");
    (void)fake_add_block(&it, TV_PEM_CRL, "a revocation list");
    (void)fake_add(&it, "A");
    it.held[1].problem.what = "broken";
    assert_int_equal(fake_check_bundle(&it), 1);
    assert_non_null(fake_find(&it, "bundle-no-certificate"));
    it.held[1].problem.what = NULL;
    assert_int_equal(fake_check_bundle(&it), 0);
    fake_close(&it);
}

static void ignore(void *payload, const tv_finding *finding)
{
    size_t *count = payload;
    *count += strcmp(finding->rule->id, "bundle-file-name") == 0 ? 1 : 0;
}

static void the_file_name_ends_in_pem(void **state)
{
    (void)state;
    static char names[][16] = {"a.pem", "A.PEM", "-", "a.crt", ".pem", "pem"};
    static const size_t told[] = {0, 0, 0, 1, 1, 1};
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "A");
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        size_t count = 0;
        it.bundle.file = names[i];
        print_message("%s\n", names[i]);
        assert_int_equal(tv_check_bundle(&it.input, ignore, &count), TV_OK);
        assert_int_equal(count, told[i]);
    }
    fake_close(&it);
}

static void equal_subjects_are_told(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "Root CA");
    (void)fake_add(&it, "Another");
    (void)fake_add(&it, "ROOT  ca"); // the same by RFC 5280 7.1
    (void)fake_add(&it, "Root CA");
    assert_int_equal(fake_check_bundle(&it), 2);
    assert_string_equal(it.findings[0].rule->id, "duplicate-subject");
    assert_int_equal(it.findings[0].entry, 2);
    assert_int_equal(it.findings[0].line, 21);
    assert_string_equal(it.findings[0].message,
                        "the certificate at line 1 has the same subject: CN=ROOT  ca");
    assert_int_equal(it.findings[1].entry, 3);

    it.entries[2].duplicate_of = 0; // identical certificates have a rule of their own
    it.entries[3].duplicate_of = 0;
    assert_int_equal(fake_check_bundle(&it), 0);
    fake_close(&it);
}

static void malformed_names_are_equal_to_none(void **state)
{
    (void)state;
    fake it;
    fake_open(&it, "aws-apigateway");
    fake_add(&it, "A")->subject = TV_LIT("\x30\x05xx");
    fake_add(&it, "B")->subject = TV_LIT("\x30\x05xx");
    (void)fake_add(&it, "C");
    (void)fake_add(&it, "C");
    assert_int_equal(fake_check_bundle(&it), 1);
    assert_int_equal(it.findings[0].entry, 3);
    fake_close(&it);
}

static void order_matters_without_key_identifiers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool same_key, second_lacks_ski, child_lacks_aki, second_is_client, told;
    } cases[] = {
        {"keys apart, identifiers there", false, false, false, false, false},
        {"a CA without SKI", false, true, false, false, true},
        {"one key", true, true, false, false, false},
        {"a child without AKI", false, false, true, false, true},
        {"a client of that name", false, true, false, true, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake it;
        fake_open(&it, "openssl");
        print_message("%s\n", cases[i].name);
        tv_cert *first = fake_add(&it, "Root");
        tv_cert *second = fake_add(&it, "Root");
        tv_cert *child = fake_add(&it, "Child");
        second->spki = cases[i].same_key ? first->spki : second->spki;
        second->ski = cases[i].second_lacks_ski ? (tv_span){NULL, 0} : second->ski;
        second->is_ca = !cases[i].second_is_client;
        child->issuer = first->subject;
        child->self_issued = false;
        child->aki = cases[i].child_lacks_aki ? (tv_span){NULL, 0} : first->ski;
        assert_int_equal(fake_check_bundle(&it), cases[i].told ? 2 : 1); // and duplicate-subject
        const fake_finding *finding = fake_find(&it, "order-dependent");
        assert_int_equal(finding != NULL, cases[i].told);
        if (finding != NULL) {
            const char *message = fake_message(&it, "order-dependent");
            assert_int_equal(finding->entry, 1);
            assert_ptr_equal(strstr(message, "the CA at line 1 has the same subject"), message);
        }
        fake_close(&it);
    }
}

// Hundreds of thousands of entries of one subject: one sort, and a finding each.
static void many_twins_take_no_square(void **state)
{
    (void)state;
    enum { MANY = 200000 };
    fake it;
    fake_open(&it, "aws-apigateway");
    (void)fake_add(&it, "Root");
    tv_entry *entries = calloc(MANY, sizeof(*entries));
    assert_non_null(entries);
    for (size_t i = 0; i < MANY; i++) {
        entries[i] = it.entries[0];
    }
    it.bundle.entries = entries;
    it.bundle.num_entries = MANY;
    size_t count = 0;
    assert_int_equal(tv_check_bundle(&it.input, ignore, &count), TV_OK);
    assert_int_equal(count, 0);
    free(entries);
    fake_close(&it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_held),
        cmocka_unit_test(certificates_and_subjects_are_counted),
        cmocka_unit_test(a_file_without_certificates_is_told),
        cmocka_unit_test(the_file_name_ends_in_pem),
        cmocka_unit_test(equal_subjects_are_told),
        cmocka_unit_test(malformed_names_are_equal_to_none),
        cmocka_unit_test(order_matters_without_key_identifiers),
        cmocka_unit_test(many_twins_take_no_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
