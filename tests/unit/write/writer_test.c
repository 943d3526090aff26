// SPDX-License-Identifier: Apache-2.0
// Writers: names of formats, files that appear on commit alone, lost output, and filters.
#include "unit/write/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void formats_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"text", "csv", "json", "ndjson"};
    for (int i = 0; i < 4; i++) {
        tv_format format = TV_FORMAT_TEXT;
        assert_true(tv_format_find(names[i], &format));
        assert_int_equal(format, i);
        assert_string_equal(tv_format_name((tv_format)i), names[i]);
    }
    tv_format format = TV_FORMAT_CSV;
    assert_false(tv_format_find("CSV", &format));
    assert_false(tv_format_find("", &format));
    assert_int_equal(format, TV_FORMAT_CSV);
    assert_null(tv_format_name((tv_format)4));
}

static void expect_file(const char *path, const char *expected)
{
    FILE *file = fopen(path, "rb");
    if (expected == NULL) {
        assert_null(file);
        return;
    }
    assert_non_null(file);
    char text[64] = "";
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(len, strlen(expected));
    assert_string_equal(text, expected);
}

static void a_file_appears_on_commit(void **state)
{
    (void)state;
    char directory[] = "/tmp/trustval-writer-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char path[64];
    assert_true(snprintf(path, sizeof(path), "%s/out.csv", directory) > 0);
    tv_writer_options options = {.format = TV_FORMAT_CSV};
    tv_writer *writer = NULL;
    assert_int_equal(tv_writer_open(&writer, &options, path, NULL), TV_OK);
    assert_string_equal(tv_writer_path(writer), path);
    assert_int_equal(tv_sink_write(writer->sink, TV_LIT("first")), TV_OK);
    expect_file(path, NULL);
    assert_int_equal(tv_writer_commit(writer), TV_OK);
    tv_writer_close(writer);
    expect_file(path, "first");

    assert_int_equal(tv_writer_open(&writer, &options, path, NULL), TV_OK);
    assert_int_equal(tv_sink_write(writer->sink, TV_LIT("second")), TV_OK);
    tv_writer_close(writer); // not committed
    expect_file(path, "first");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0); // nothing else is left in it
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    tv_writer_options options = {.format = TV_FORMAT_TEXT};
    tv_writer *writer = (tv_writer *)&options;
    int error = 0;
    assert_int_equal(tv_writer_open(&writer, &options, "/nonexistent/out", &error), TV_ERR_OPEN);
    assert_null(writer);
    assert_int_not_equal(error, 0);
    tv_writer_close(NULL);
}

static void lost_output_is_an_error(void **state)
{
    (void)state;
    tv_writer_options options = {.format = TV_FORMAT_TEXT};
    tv_writer *writer = NULL;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    assert_int_equal(tv_writer_open(&writer, &options, "/dev/full", NULL), TV_OK);
    tv_status status = tv_sink_write(writer->sink, TV_LIT("bytes"));
    assert_true(status == TV_OK || status == TV_ERR_WRITE);
    assert_int_equal(tv_writer_commit(writer), TV_ERR_WRITE);
    assert_int_not_equal(tv_writer_errno(writer), 0);
    tv_writer_close(writer);
}

static void filters(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    assert_true(tv_writer_shows(&s.writer, TV_VERDICT_DENY, &s.item));
    assert_true(tv_writer_shows_row(&s.writer, &s.row));
    s.writer.options.only = 1U << TV_VERDICT_DENY | 1U << TV_VERDICT_UNDECIDED;
    assert_true(tv_writer_shows(&s.writer, TV_VERDICT_DENY, &s.item));
    assert_true(tv_writer_shows(&s.writer, TV_VERDICT_UNDECIDED, &s.item));
    assert_false(tv_writer_shows(&s.writer, TV_VERDICT_ACCEPT, &s.item));
    assert_true(tv_writer_shows_row(&s.writer, &s.row));
    s.row.num_cells = 1; // the accepted one
    assert_false(tv_writer_shows_row(&s.writer, &s.row));
    s.writer.options.only = 0;
    s.writer.options.unique = true;
    assert_true(tv_writer_shows_row(&s.writer, &s.row));
    s.item.is_duplicate = true;
    assert_false(tv_writer_shows_row(&s.writer, &s.row));
    sample_close(&s);
}

static void words_of_verdicts(void **state)
{
    (void)state;
    assert_string_equal(tv_verdict_word(TV_VERDICT_ACCEPT, false), "accept");
    assert_string_equal(tv_verdict_word(TV_VERDICT_DENY, false), "deny");
    assert_string_equal(tv_verdict_word(TV_VERDICT_UNDECIDED, false), "undecided");
    assert_string_equal(tv_verdict_word(TV_VERDICT_ACCEPT, true), "valid");
    assert_string_equal(tv_verdict_word(TV_VERDICT_DENY, true), "invalid");
    assert_string_equal(tv_verdict_word(TV_VERDICT_UNDECIDED, true), "undecided");
}

static void terminal_text_is_safe(void **state)
{
    (void)state;
    char *text = tv_terminal_text(TV_LIT("a\x1b[2Jb"), 0);
    assert_string_equal(text, "a\\x1b[2Jb");
    free(text);
    text = tv_terminal_text(TV_LIT("abcdef"), 3);
    assert_string_equal(text, "ab\xe2\x80\xa6");
    free(text);
    text = tv_terminal_text((tv_span){NULL, 0}, 0);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(a_file_appears_on_commit),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(lost_output_is_an_error),
        cmocka_unit_test(filters),
        cmocka_unit_test(words_of_verdicts),
        cmocka_unit_test(terminal_text_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
