// SPDX-License-Identifier: Apache-2.0
// Each block of a file is an entry, in order, with its place in the file; equal certificates have
// one id over all files.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/span.h"
#include "bundle/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CERT_A "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n"
#define CERT_B "-----BEGIN CERTIFICATE-----\nMAMCAQY=\n-----END CERTIFICATE-----\n"
#define KEY "-----BEGIN PRIVATE KEY-----\nMAMCAQU=\n-----END PRIVATE KEY-----\n"
#define BROKEN "-----BEGIN CERTIFICATE-----\nMA!CAQY=\n-----END CERTIFICATE-----\n"

static char path[] = "/tmp/tv_bundle_test.XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd < 0) {
        return -1;
    }
    return close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void fill_file(tv_span bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static tv_bundle *open_bundle(tv_intern *certs, bool use_mmap)
{
    tv_bundle *bundle;
    tv_shelf *shelf;
    assert_int_equal(tv_bundle_open(&bundle, path, "name", use_mmap, 1 << 20, NULL), TV_OK);
    assert_int_equal(tv_shelf_open(&shelf, certs), TV_OK);
    assert_false(tv_shelf_begin(shelf, bundle));
    assert_int_equal(tv_shelf_read(shelf, bundle), TV_OK);
    tv_shelf_close(shelf);
    tv_bundle_trim(bundle);
    assert_string_equal(tv_bundle_name(bundle), "name");
    assert_string_equal(tv_bundle_file(bundle), path);
    return bundle;
}

typedef struct expected {
    uint64_t offset, bytes;
    uint32_t line, cert, duplicate_of;
    bool problem;
} expected;

static const struct {
    const char *name;
    const char *text;
    size_t num;
    expected entries[5];
} files[] = {
    {"nothing", "", 0, {{0}}},
    {"no block", "# no certificate here\n", 0, {{0}}},
    {"one", CERT_A, 1, {{0, 62, 1, 0, TV_ID_NONE, false}}},
    {"two, a comment between",
     CERT_A "# b\n" CERT_B,
     2,
     {{0, 62, 1, 0, TV_ID_NONE, false}, {67, 62, 5, 1, TV_ID_NONE, false}}},
    {"one twice",
     CERT_A CERT_B CERT_A CERT_A,
     4,
     {{0, 62, 1, 0, TV_ID_NONE, false},
      {63, 62, 4, 1, TV_ID_NONE, false},
      {126, 62, 7, 0, 0, false},
      {189, 62, 10, 0, 0, false}}},
    {"what is none stays in the row",
     KEY CERT_A BROKEN CERT_B,
     4,
     {{0, 62, 1, TV_ID_NONE, TV_ID_NONE, true},
      {63, 62, 4, 0, TV_ID_NONE, false},
      {126, 62, 7, TV_ID_NONE, TV_ID_NONE, true},
      {189, 62, 10, 1, TV_ID_NONE, false}}},
};

static void check_entry(const tv_entry *entry, const expected *want)
{
    assert_int_equal(entry->offset, want->offset);
    assert_int_equal(entry->bytes, want->bytes);
    assert_int_equal(entry->line, want->line);
    assert_int_equal(entry->cert, want->cert);
    assert_int_equal(entry->duplicate_of, want->duplicate_of);
    assert_int_equal(entry->problem != NULL, want->problem);
}

static void each_block_is_an_entry_in_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(files) / sizeof(files[0]); i++) {
        bool use_mmap = i % 2 == 0;
        print_message("  %s\n", files[i / 2].name);
        tv_intern *certs;
        assert_int_equal(tv_intern_open(&certs, TV_INTERN_COPY), TV_OK);
        fill_file(tv_span_from_text(files[i / 2].text));
        tv_bundle *bundle = open_bundle(certs, use_mmap);
        assert_int_equal(tv_bundle_bytes(bundle), strlen(files[i / 2].text));
        assert_int_equal(tv_bundle_num_entries(bundle), files[i / 2].num);
        for (size_t e = 0; e < files[i / 2].num; e++) {
            check_entry(tv_bundle_entry(bundle, e), &files[i / 2].entries[e]);
        }
        assert_null(tv_bundle_entry(bundle, files[i / 2].num));
        tv_bundle_close(bundle);
        tv_intern_close(certs);
    }
    tv_bundle_close(NULL);
}

// Each character in two bytes, behind a mark or not.
static tv_span widen(tv_buf *out, const char *text, bool mark, bool big)
{
    tv_buf_clear(out);
    if (mark) {
        tv_buf_add(out, big ? TV_LIT("\xfe\xff") : TV_LIT("\xff\xfe"));
    }
    for (; *text != '\0'; text++) {
        uint8_t pair[2] = {(uint8_t)*text, 0};
        tv_buf_add_byte(out, pair[big ? 1 : 0]);
        tv_buf_add_byte(out, pair[big ? 0 : 1]);
    }
    return tv_buf_span(out);
}

static void places_in_wide_text_are_places_in_the_file(void **state)
{
    (void)state;
    tv_buf text = {0};
    for (unsigned i = 0; i < 8; i++) {
        bool mark = (i & 1) != 0;
        bool odd = (i & 4) != 0; // half a character at the very end
        tv_intern *certs;
        assert_int_equal(tv_intern_open(&certs, TV_INTERN_COPY), TV_OK);
        (void)widen(&text, CERT_A CERT_B, mark, (i & 2) != 0);
        if (odd) {
            tv_buf_add_byte(&text, '\n');
        }
        fill_file(tv_buf_span(&text));
        tv_bundle *bundle = open_bundle(certs, true);
        uint64_t start = mark ? 2 : 0;
        const expected entries[2] = {{start, 124, 1, 0, TV_ID_NONE, false},
                                     {start + 126, 124, 4, 1, TV_ID_NONE, false}};
        assert_int_equal(tv_bundle_num_entries(bundle), 2);
        check_entry(tv_bundle_entry(bundle, 0), &entries[0]);
        check_entry(tv_bundle_entry(bundle, 1), &entries[1]);
        assert_true(bundle->is_utf16);
        tv_bundle_close(bundle);
        tv_intern_close(certs);
    }
    tv_buf_close(&text);
}

static void der_is_cut_where_a_value_ends(void **state)
{
    (void)state;
    // Three values, the second the same as the first; then what no length delimits.
    tv_span bytes = TV_LIT("\x30\x81\x01\x05"
                           "\x30\x81\x01\x05"
                           "\x30\x01\x06"
                           "\x31\x01\x00");
    const expected entries[4] = {{0, 4, 0, 0, TV_ID_NONE, false},
                                 {4, 4, 0, 0, 0, false},
                                 {8, 3, 0, 1, TV_ID_NONE, false},
                                 {11, 3, 0, 2, TV_ID_NONE, false}};
    tv_intern *certs;
    assert_int_equal(tv_intern_open(&certs, TV_INTERN_COPY), TV_OK);
    fill_file(bytes);
    tv_bundle *bundle = open_bundle(certs, true);
    assert_true(bundle->is_der);
    assert_int_equal(tv_bundle_num_entries(bundle), 4);
    for (size_t i = 0; i < 4; i++) {
        check_entry(tv_bundle_entry(bundle, i), &entries[i]);
    }
    assert_true(tv_span_equal(tv_intern_bytes(certs, 1), TV_LIT("\x30\x01\x06")));
    tv_bundle_close(bundle);
    tv_intern_close(certs);
}

static void files_share_their_certificates(void **state)
{
    (void)state;
    tv_intern *certs;
    assert_int_equal(tv_intern_open(&certs, TV_INTERN_COPY), TV_OK);
    fill_file(TV_LIT(CERT_A CERT_B));
    tv_bundle *first = open_bundle(certs, false); // read, not mapped: the file is filled anew
    fill_file(TV_LIT(CERT_B KEY));
    tv_bundle *second = open_bundle(certs, false);
    assert_int_equal(tv_bundle_entry(second, 0)->cert, 1);
    assert_int_equal(tv_bundle_entry(second, 0)->duplicate_of, TV_ID_NONE); // not in this file
    assert_int_equal(tv_intern_count(certs), 2); // a private key is kept nowhere
    tv_bundle_close(first);
    tv_bundle_close(second);
    tv_intern_close(certs);
}

static void trust_settings_are_kept_by_entry(void **state)
{
    static const char trusted[] =
        "-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQUwAA==\n-----END TRUSTED CERTIFICATE-----\n"
        "-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQUwAgUA\n-----END TRUSTED CERTIFICATE-----\n"
        "-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQY=\n-----END TRUSTED CERTIFICATE-----\n";
    char text[sizeof(trusted) + sizeof(CERT_A)];
    tv_intern *certs;
    (void)state;
    assert_int_equal(tv_intern_open(&certs, TV_INTERN_COPY), TV_OK);
    (void)snprintf(text, sizeof(text), "%s%s", CERT_A, trusted);
    fill_file(tv_span_from_text(text));
    tv_bundle *bundle = open_bundle(certs, true);
    assert_int_equal(tv_bundle_num_entries(bundle), 4);
    assert_int_equal(bundle->num_settings, 2);
    assert_int_equal(bundle->settings[0].entry, 1);
    assert_int_equal(bundle->settings[0].len, 2);
    assert_int_equal(bundle->settings[1].entry, 2);
    assert_int_equal(bundle->settings[1].len, 4);
    assert_int_equal(tv_bundle_entry(bundle, 2)->duplicate_of, 0);
    assert_memory_equal(bundle->settings_bytes.ptr + bundle->settings[1].offset, "\x30\x02\x05", 4);
    assert_memory_equal(bundle->settings_bytes.ptr, "\x30\x00", 2);
    tv_bundle_close(bundle);
    tv_intern_close(certs);
}

static void a_file_that_cannot_be_had_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint64_t max_bytes;
        tv_status status;
    } refusals[] = {
        {"/nonexistent/bundle.pem", 100, TV_ERR_OPEN},
        {"/", 100, TV_ERR_IS_DIRECTORY},
        {path, 10, TV_ERR_TOO_LARGE},
    };
    fill_file(TV_LIT(CERT_A));
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        tv_bundle *bundle = (tv_bundle *)&refusals; // anything but NULL
        int error = 0;
        assert_int_equal(
            tv_bundle_open(&bundle, refusals[i].path, "", true, refusals[i].max_bytes, &error),
            refusals[i].status);
        assert_null(bundle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_block_is_an_entry_in_its_place),
        cmocka_unit_test(places_in_wide_text_are_places_in_the_file),
        cmocka_unit_test(der_is_cut_where_a_value_ends),
        cmocka_unit_test(files_share_their_certificates),
        cmocka_unit_test(trust_settings_are_kept_by_entry),
        cmocka_unit_test(a_file_that_cannot_be_had_says_why),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
