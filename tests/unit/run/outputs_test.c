// SPDX-License-Identifier: Apache-2.0
// Records to several writers: each gets its own bytes, in order, and a failure of any is told.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "run/outputs.h"
#include "unit/run/scene.h"
#include "write/format.h"

// A format that writes a letter for each record, and makes a buffer fail on demand.
static bool fail_next;

static void add_letter(tv_buf *out, char letter)
{
    out->failed = out->failed || fail_next;
    tv_buf_add_byte(out, (uint8_t)letter);
}

static void add_begin(const tv_writer *writer, const tv_run_info *run, tv_buf *out)
{
    assert_ptr_equal(writer->run, run); // known before the first record
    add_letter(out, 'b');
}

static void add_entry(const tv_writer *writer, const tv_entry_record *entry, tv_buf *out)
{
    (void)writer;
    (void)entry;
    add_letter(out, 'e');
}

static void add_finding(const tv_writer *writer, const tv_finding *finding, tv_buf *out)
{
    (void)writer;
    (void)finding;
    add_letter(out, 'f');
}

static void add_row(const tv_writer *writer, const tv_row *row, tv_buf *out)
{
    (void)writer;
    (void)row;
    add_letter(out, 'r');
}

static void add_end(const tv_writer *writer, const tv_summary *summary, tv_buf *out)
{
    (void)writer;
    (void)summary;
    add_letter(out, '.');
}

static const tv_format_ops letters = {.name = "letters",
                                      .begin = add_begin,
                                      .entry = add_entry,
                                      .finding = add_finding,
                                      .row = add_row,
                                      .end = add_end};

enum { NUM_WRITERS = 3 };

typedef struct writers {
    tv_writer made[NUM_WRITERS];
    tv_writer *list[NUM_WRITERS];
    tv_judge_options options;
    tv_run_info info;
    tv_output_bufs bufs;
} writers;

static void writers_open(writers *self, const char *third)
{
    static const char *const paths[] = {"one", "two", NULL};
    *self = (writers){0};
    for (size_t i = 0; i < NUM_WRITERS; i++) {
        const char *path = paths[i] != NULL ? paths[i] : third;
        self->made[i].ops = &letters;
        assert_int_equal(tv_sink_open(&self->made[i].sink, path, NULL), TV_OK);
        self->list[i] = &self->made[i];
    }
    self->options = (tv_judge_options){.writers = self->list, .num_writers = NUM_WRITERS};
    assert_int_equal(tv_output_bufs_open(&self->bufs, NUM_WRITERS), TV_OK);
    fail_next = false;
}

static void writers_close(writers *self)
{
    for (size_t i = 0; i < NUM_WRITERS; i++) {
        tv_sink_close(self->made[i].sink);
    }
    tv_output_bufs_close(&self->bufs);
    assert_null(self->bufs.bufs);
}

static void test_all_writers_get_all_records(void **state)
{
    (void)state;
    writers self;
    writers_open(&self, "three");
    assert_int_equal(tv_outputs_begin(&self.options, &self.info, &self.bufs), TV_OK);
    tv_outputs_entry(&self.options, NULL, &self.bufs);
    tv_outputs_finding(&self.options, NULL, &self.bufs);
    assert_int_equal(tv_outputs_flush(&self.options, &self.bufs), TV_OK);
    assert_int_equal(tv_outputs_flush(&self.options, &self.bufs), TV_OK); // nothing twice
    tv_outputs_row(&self.options, NULL, &self.bufs);
    tv_outputs_row(&self.options, NULL, &self.bufs);
    assert_int_equal(tv_outputs_flush(&self.options, &self.bufs), TV_OK);
    assert_int_equal(tv_outputs_end(&self.options, &(tv_summary){0}, &self.bufs), TV_OK);
    static const char *const paths[] = {"one", "two", "three"};
    for (size_t i = 0; i < NUM_WRITERS; i++) {
        assert_int_equal(tv_sink_commit(self.made[i].sink), TV_OK);
        tv_buf text = scene_read(paths[i]);
        assert_string_equal((const char *)text.ptr, "befrr.");
        tv_buf_close(&text);
    }
    writers_close(&self);
}

static void test_memory_that_ran_out(void **state)
{
    (void)state;
    writers self;
    writers_open(&self, "three");
    fail_next = true;
    tv_outputs_row(&self.options, NULL, &self.bufs);
    assert_int_equal(tv_outputs_flush(&self.options, &self.bufs), TV_ERR_NOMEM);
    tv_output_bufs_close(&self.bufs);
    assert_int_equal(tv_output_bufs_open(&self.bufs, NUM_WRITERS), TV_OK);
    assert_int_equal(tv_outputs_end(&self.options, &(tv_summary){0}, &self.bufs), TV_ERR_NOMEM);
    writers_close(&self);
}

static void test_a_writer_that_loses_bytes(void **state)
{
    (void)state;
    writers self;
    writers_open(&self, "/dev/full");
    tv_status status = tv_outputs_begin(&self.options, &self.info, &self.bufs);
    for (int i = 0; i < 10000 && status == TV_OK; i++) {
        for (int j = 0; j < 1000; j++) {
            tv_outputs_row(&self.options, NULL, &self.bufs);
        }
        status = tv_outputs_flush(&self.options, &self.bufs);
    }
    assert_int_equal(status, TV_ERR_WRITE);
    writers_close(&self);
}

static void test_no_writers(void **state)
{
    (void)state;
    tv_judge_options options = {0};
    tv_output_bufs bufs;
    assert_int_equal(tv_output_bufs_open(&bufs, 0), TV_OK);
    assert_int_equal(tv_outputs_begin(&options, NULL, &bufs), TV_OK);
    tv_outputs_row(&options, NULL, &bufs);
    assert_int_equal(tv_outputs_flush(&options, &bufs), TV_OK);
    assert_int_equal(tv_outputs_end(&options, NULL, &bufs), TV_OK);
    tv_output_bufs_close(&bufs);
    tv_output_bufs_close(&bufs); // a closed set is empty
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_writers_get_all_records),
        cmocka_unit_test(test_memory_that_ran_out),
        cmocka_unit_test(test_a_writer_that_loses_bytes),
        cmocka_unit_test(test_no_writers),
    };
    return cmocka_run_group_tests(tests, scene_open, scene_close);
}
