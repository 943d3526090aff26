// SPDX-License-Identifier: Apache-2.0
// The NDJSON format: a record a line. What is in a record is tested in json_records_test.c.
#include "unit/write/sample.h"

// What was written since the last call starts and ends so.
static void expect_frame(sample *s, const char *start, const char *end)
{
    assert_false(s->out.failed);
    size_t start_len = strlen(start);
    size_t end_len = strlen(end);
    assert_true(s->out.len > start_len + end_len);
    assert_memory_equal(s->out.ptr, start, start_len);
    assert_memory_equal(s->out.ptr + s->out.len - end_len, end, end_len);
    tv_buf_clear(&s->out);
}

static void a_record_is_a_line(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    s.writer.ops->begin(&s.writer, &s.run, &s.out);
    expect_frame(&s, "{\"type\":\"run\",", "]}\n");
    s.row.num_cells = 1;
    s.writer.ops->row(&s.writer, &s.row, &s.out);
    expect_frame(&s, "{\"type\":\"verdict\",", "08:00:00Z\"}\n");
    s.writer.ops->finding(&s.writer, &s.finding, &s.out);
    expect_frame(&s, "{\"type\":\"finding\",", "\"help\":\"Take another.\"}\n");
    s.writer.ops->entry(&s.writer, &s.entry, &s.out);
    expect_frame(&s, "{\"type\":\"entry\",", "08:00:00Z\"}\n");
    s.writer.ops->end(&s.writer, &s.summary, &s.out);
    expect_frame(&s, "{\"type\":\"summary\",", "]}\n");
    sample_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
