// SPDX-License-Identifier: Apache-2.0
// Entries do not depend on where a text is cut; a block or a file that was read before is known by
// its bytes and not decoded again.
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

#define BLOCK(label, body) "-----BEGIN " label "-----\n" body "\n-----END " label "-----\n"
#define CERT_A BLOCK("CERTIFICATE", "MAMCAQU=")
#define CERT_B BLOCK("CERTIFICATE", "MAMCAQY=")
#define CERT_A_WIDE BLOCK("CERTIFICATE", "MAMC\nAQU=")
#define TRUSTED_A BLOCK("TRUSTED CERTIFICATE", "MAMCAQUwAgUA")
#define KEY BLOCK("PRIVATE KEY", "MAMCAQU=")
#define BROKEN BLOCK("CERTIFICATE", "MA!CAQY=")

static char path[] = "/tmp/tv_shelf_test.XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

// Read and not mapped, so that the file may be filled anew.
static tv_bundle *open_file(void)
{
    tv_bundle *bundle;
    assert_int_equal(tv_bundle_open(&bundle, path, "name", false, 1 << 20, NULL), TV_OK);
    return bundle;
}

static tv_bundle *open_text(tv_span text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    assert_int_equal(fclose(file), 0);
    return open_file();
}

typedef struct shelf_scene {
    tv_intern *certs;
    tv_shelf *shelf;
} shelf_scene;

static shelf_scene open_scene(void)
{
    shelf_scene scene;
    assert_int_equal(tv_intern_open(&scene.certs, TV_INTERN_COPY), TV_OK);
    assert_int_equal(tv_shelf_open(&scene.shelf, scene.certs), TV_OK);
    return scene;
}

static void close_scene(shelf_scene *scene)
{
    tv_shelf_close(scene->shelf);
    tv_intern_close(scene->certs);
}

static void check_same(const tv_bundle *got, const tv_bundle *want)
{
    assert_int_equal(got->num_entries, want->num_entries);
    for (size_t i = 0; i < want->num_entries; i++) {
        const tv_entry *a = tv_bundle_entry(got, i);
        const tv_entry *b = tv_bundle_entry(want, i);
        assert_int_equal(a->offset, b->offset);
        assert_int_equal(a->bytes, b->bytes);
        assert_int_equal(a->line, b->line);
        assert_int_equal(a->duplicate_of, b->duplicate_of);
        assert_int_equal(a->cert, b->cert);
        assert_int_equal(a->quirks, b->quirks);
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->defect, b->defect);
        assert_true(tv_span_equal(a->label, b->label));
        assert_ptr_equal(a->problem, b->problem);
        assert_int_equal(a->problem_offset, b->problem_offset);
        assert_int_equal(a->trailing, b->trailing);
    }
    assert_int_equal(got->num_settings, want->num_settings);
    for (size_t i = 0; i < want->num_settings; i++) {
        assert_int_equal(got->settings[i].entry, want->settings[i].entry);
        assert_int_equal(got->settings[i].offset, want->settings[i].offset);
        assert_int_equal(got->settings[i].len, want->settings[i].len);
    }
    assert_true(
        tv_span_equal(tv_buf_span(&got->settings_bytes), tv_buf_span(&want->settings_bytes)));
}

static const char *const texts[] = {
    "",
    "no block\nat all\n",
    CERT_A,
    CERT_A CERT_B CERT_A,
    "\xef\xbb\xbf" CERT_A "\r\n# a - b\r\n\r\n" CERT_B "rest",
    "one\rtwo\r\nthree\n" CERT_A "text\n\n" TRUSTED_A KEY BROKEN TRUSTED_A,
    "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n" CERT_B "--------BEGIN CERTIFICATE-----\n" CERT_A,
    "-----BEGIN CERT" CERT_A "-----BEGIN X---" CERT_B "  -----END X-----" CERT_A,
    "-----BEGIN CERTIFICATE--------BEGIN CERTIFICATE-----END CERTIFICATE-----BEGIN " CERT_A,
};

static void entries_do_not_depend_on_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        shelf_scene scene = open_scene();
        tv_bundle *whole = open_text(tv_span_from_text(texts[i]));
        assert_false(tv_shelf_begin(scene.shelf, whole));
        assert_int_equal(tv_shelf_read(scene.shelf, whole), TV_OK);
        for (size_t len = 1; len < whole->text.len + 2; len++) {
            shelf_scene other = open_scene();
            tv_bundle *cut = open_file();
            tv_stretch stretch = {0};
            assert_false(tv_shelf_begin(other.shelf, cut));
            for (size_t from = 0; from < cut->text.len;) {
                size_t to = tv_bundle_cut(cut, from, len);
                assert_true(to > from);
                tv_stretch_read(&stretch, other.shelf, cut, from, to);
                assert_int_equal(tv_shelf_take(other.shelf, cut, &stretch), TV_OK);
                from = to;
            }
            check_same(cut, whole);
            assert_int_equal(tv_intern_count(other.certs), tv_intern_count(scene.certs));
            tv_stretch_close(&stretch);
            tv_bundle_close(cut);
            close_scene(&other);
        }
        tv_bundle_close(whole);
        close_scene(&scene);
    }
}

// A file of two, then one more; how many blocks of the second are decoded.
static const struct {
    const char *name;
    const char *second;
    uint64_t decoded;
    uint32_t certs[3]; // ids of its entries
} seconds[] = {
    {"the same blocks in another order", CERT_B CERT_A, 0, {1, 0}},
    {"a comment between", "# b\n" CERT_A "# c\n" CERT_B, 0, {0, 1}},
    {"another text of the same certificate", CERT_A_WIDE CERT_B, 1, {0, 1}},
    {"a certificate that is new", CERT_B BLOCK("CERTIFICATE", "MAMCAQc="), 1, {1, 2}},
    {"a block that carries none", KEY CERT_A BROKEN, 2, {TV_ID_NONE, 0, TV_ID_NONE}},
    {"trust settings are read anew", TRUSTED_A TRUSTED_A, 2, {0, 0}},
    {"cut short", "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n" CERT_B, 1, {TV_ID_NONE, 1}},
};

static void known_blocks_are_not_decoded_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        print_message("  %s\n", seconds[i].name);
        shelf_scene scene = open_scene();
        tv_bundle *first = open_text(TV_LIT(CERT_A CERT_B TRUSTED_A));
        assert_false(tv_shelf_begin(scene.shelf, first));
        assert_int_equal(tv_shelf_read(scene.shelf, first), TV_OK);
        assert_int_equal(tv_shelf_num_decoded(scene.shelf), 3);
        assert_int_equal(tv_shelf_remember(scene.shelf, first), TV_OK);
        tv_bundle *second = open_text(tv_span_from_text(seconds[i].second));
        assert_false(tv_shelf_begin(scene.shelf, second));
        assert_int_equal(tv_shelf_read(scene.shelf, second), TV_OK);
        assert_int_equal(tv_shelf_num_decoded(scene.shelf), 3 + seconds[i].decoded);
        for (size_t e = 0; e < second->num_entries; e++) {
            assert_int_equal(second->entries[e].cert, seconds[i].certs[e]);
        }

        // As if it stood alone, but for the ids.
        shelf_scene other = open_scene();
        tv_bundle *alone = open_text(tv_span_from_text(seconds[i].second));
        assert_false(tv_shelf_begin(other.shelf, alone));
        assert_int_equal(tv_shelf_read(other.shelf, alone), TV_OK);
        for (size_t e = 0; e < second->num_entries; e++) {
            assert_true(e < alone->num_entries);
            alone->entries[e].cert = second->entries[e].cert;
        }
        check_same(second, alone);
        tv_bundle_close(alone);
        tv_bundle_close(second);
        tv_bundle_close(first);
        close_scene(&other);
        close_scene(&scene);
    }
}

static void equal_files_are_read_once(void **state)
{
    (void)state;
    static const char *const formats[] = {CERT_A TRUSTED_A CERT_A, "\x30\x81\x01\x05\x30\x01\x06"};
    for (size_t i = 0; i < 2; i++) {
        shelf_scene scene = open_scene();
        tv_bundle *first = open_text(tv_span_from_text(formats[i]));
        assert_false(tv_shelf_begin(scene.shelf, first));
        assert_int_equal(tv_shelf_read(scene.shelf, first), TV_OK);
        tv_bundle *early = open_text(tv_span_from_text(formats[i]));
        assert_false(tv_shelf_begin(scene.shelf, early)); // the first is not remembered yet
        assert_int_equal(tv_shelf_remember(scene.shelf, first), TV_OK);
        tv_bundle *twin = open_text(tv_span_from_text(formats[i]));
        assert_true(tv_shelf_begin(scene.shelf, twin));
        assert_ptr_equal(twin->entries, first->entries);
        assert_ptr_not_equal(tv_bundle_name(twin), tv_bundle_name(first));
        assert_int_equal(tv_bundle_bytes(twin), strlen(formats[i]));
        check_same(twin, first);
        assert_int_equal(tv_shelf_remember(scene.shelf, twin), TV_OK); // adds nothing
        tv_bundle *longer = open_text(TV_LIT(CERT_A TRUSTED_A CERT_A "\n"));
        assert_false(tv_shelf_begin(scene.shelf, longer));
        tv_bundle_close(first); // in any order
        tv_bundle_close(twin);
        tv_bundle_close(early);
        tv_bundle_close(longer);
        close_scene(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_do_not_depend_on_cuts),
        cmocka_unit_test(known_blocks_are_not_decoded_again),
        cmocka_unit_test(equal_files_are_read_once),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
