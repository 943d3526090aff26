// SPDX-License-Identifier: Apache-2.0
// Templates of rows: what is replayed for a duplicate is, byte for byte, what the format writes for
// it anew, in every format and layout that has templates.
#include "unit/write/sample.h"

#include "write/row_template.h"

#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum {
    MAX_CELLS = 100,
    ONLY_ACCEPT = 1 << TV_VERDICT_ACCEPT,
    ONLY_DENY = 1 << TV_VERDICT_DENY,
    ONLY_UNDECIDED = 1 << TV_VERDICT_UNDECIDED,
};

static const struct {
    const char *name;
    const tv_format_ops *ops;
    tv_writer_options options;
} writers[] = {
    {"csv", &tv_format_csv, {.layout = TV_LAYOUT_LONG}},
    {"csv, wide", &tv_format_csv, {.layout = TV_LAYOUT_WIDE}},
    {"csv, only accepted", &tv_format_csv, {.only = ONLY_ACCEPT}},
    {"csv, only denied", &tv_format_csv, {.only = ONLY_DENY}},
    {"csv, wide, only denied", &tv_format_csv, {.layout = TV_LAYOUT_WIDE, .only = ONLY_DENY}},
    {"csv, only undecided", &tv_format_csv, {.only = ONLY_UNDECIDED}},
    {"csv, unique", &tv_format_csv, {.unique = true}},
    {"csv, wide, unique", &tv_format_csv, {.layout = TV_LAYOUT_WIDE, .unique = true}},
    {"json", &tv_format_json, {.layout = TV_LAYOUT_LONG}},
    {"json, only denied", &tv_format_json, {.only = ONLY_DENY}},
    {"ndjson", &tv_format_ndjson, {.layout = TV_LAYOUT_LONG}},
    {"ndjson, only accepted", &tv_format_ndjson, {.only = ONLY_ACCEPT}},
    {"ndjson, only undecided", &tv_format_ndjson, {.only = ONLY_UNDECIDED}},
    {"ndjson, unique", &tv_format_ndjson, {.unique = true}},
};

// Where a client may stand; what is not said here comes from the sample.
static const tv_item places[] = {
    {.file = "clients.pem", .index = 4, .line = 81, .offset = 5000, .bytes = 1400},
    {.file = "", .index = 0, .line = 1},
    {.file = "alice.der", .line = 0, .bytes = 1000},
    {.file = "a,b.pem", .index = UINT32_MAX, .line = UINT32_MAX, .offset = UINT64_MAX},
    {.file = "say \"ok\".pem", .index = 7, .line = 190, .offset = 9000, .bytes = 1},
    {.file = "=cmd()\n\x01\xff", .index = 7, .line = 10, .offset = 900, .bytes = UINT64_MAX},
};

static const tv_item firsts[] = {
    {.is_duplicate = false},
    {.is_duplicate = true, .first_file = "clients.pem", .first_index = 4, .first_line = 81},
    {.is_duplicate = true, .first_file = "other.der", .first_index = 12, .first_line = 0},
    {.is_duplicate = true, .first_file = "+1,\"2\"", .first_index = 3, .first_line = 4},
    {.is_duplicate = true, .first_file = "\xe2\x82\xac\x80", .first_index = 3, .first_line = 4},
};

enum {
    NUM_ITEMS = LENGTH(places) * LENGTH(firsts),
};

// The sample's client at place `number`.
static tv_item item_at(const sample *s, size_t number)
{
    const tv_item *place = &places[number % LENGTH(places)];
    const tv_item *first = &firsts[number / LENGTH(places)];
    tv_item item = s->item;
    item.file = place->file;
    item.index = place->index;
    item.line = place->line;
    item.offset = place->offset;
    item.bytes = place->bytes;
    item.is_duplicate = first->is_duplicate;
    item.first_file = first->first_file;
    item.first_index = first->first_index;
    item.first_line = first->first_line;
    return item;
}

// Formats the sample's row for `item` and makes a template of it, which the caller frees.
static tv_row_template *record(sample *s, const tv_item *item)
{
    tv_row_mark marks[TV_ROW_MARKS(MAX_CELLS)];
    tv_row_marks noted = {.marks = marks, .cap = TV_ROW_MARKS(s->row.num_cells)};
    tv_row row = {item, s->row.cells, s->row.num_cells};
    tv_buf_clear(&s->out);
    s->writer.ops->row(&s->writer, &row, &s->out); // a row before it moves no mark
    size_t start = s->out.len;
    tv_writer_row_marked(&s->writer, &row, &noted, &s->out);
    assert_int_equal(s->out.len, 2 * start);
    assert_memory_equal(s->out.ptr, s->out.ptr + start, start);
    size_t size = tv_row_template_size(&noted, start);
    assert_true(size > 0);
    tv_row_template *made = malloc(size);
    assert_non_null(made);
    assert_ptr_equal(
        tv_row_template_make(made, tv_span_part(tv_buf_span(&s->out), start, start), &noted), made);
    assert_int_equal(tv_row_template_bytes(made), size);
    return made;
}

static void expect_replay(sample *s, const tv_row_template *made, const tv_item *item)
{
    tv_row row = {item, s->row.cells, s->row.num_cells};
    tv_buf anew = {0};
    tv_buf replayed = {0};
    tv_buf_add(&replayed, TV_LIT("before"));
    s->writer.ops->row(&s->writer, &row, &anew);
    tv_row_template_replay(&s->writer, made, item, &replayed);
    assert_false(anew.failed || replayed.failed);
    assert_int_equal(replayed.len, anew.len + 6);
    if (anew.len > 0) {
        assert_memory_equal(replayed.ptr + 6, anew.ptr, anew.len);
    }
    tv_buf_close(&anew);
    tv_buf_close(&replayed);
}

// From each item a template, from each template the row of each duplicate.
static void expect_all_replays(sample *s)
{
    for (size_t i = 0; i < NUM_ITEMS; i++) {
        tv_item item = item_at(s, i);
        tv_row_template *made = record(s, &item);
        for (size_t j = LENGTH(places); j < NUM_ITEMS; j++) {
            tv_item duplicate = item_at(s, j);
            expect_replay(s, made, &duplicate);
        }
        free(made);
    }
}

static void a_replayed_row_is_what_is_formatted_anew(void **state)
{
    (void)state;
    for (size_t w = 0; w < LENGTH(writers); w++) {
        sample s;
        sample_open(&s, "verify", writers[w].ops);
        s.writer.options = writers[w].options;
        assert_true(tv_writer_can_template(&s.writer));
        print_message("%s\n", writers[w].name);
        expect_all_replays(&s);
        sample_close(&s);
    }
}

static void a_certificate_that_cannot_be_read_has_templates_too(void **state)
{
    (void)state;
    for (size_t w = 0; w < LENGTH(writers); w++) {
        sample s;
        sample_open(&s, "verify", writers[w].ops);
        s.writer.options = writers[w].options;
        s.item.cert = NULL;
        s.item.problem = "serial number is not an INTEGER";
        s.item.problem_offset = 17;
        expect_all_replays(&s);
        sample_close(&s);
    }
}

static void rows_of_many_cells_have_templates(void **state)
{
    (void)state;
    for (size_t w = 0; w < LENGTH(writers); w++) {
        sample s;
        tv_store_info stores[MAX_CELLS];
        tv_cell cells[MAX_CELLS];
        char names[MAX_CELLS][8];
        sample_open(&s, "verify", writers[w].ops);
        s.writer.options = writers[w].options;
        for (size_t i = 0; i < MAX_CELLS; i++) {
            memcpy(names[i], "store-A", 8);
            names[i][6] = (char)('!' + i % 90);
            stores[i] = (tv_store_info){.name = names[i]};
            cells[i] = s.cells[i % 3 == 0 ? 0 : 1];
        }
        s.run.stores = stores;
        s.run.num_stores = MAX_CELLS;
        s.row = (tv_row){&s.item, cells, MAX_CELLS};
        tv_item first = item_at(&s, 0);
        tv_item second = item_at(&s, NUM_ITEMS - 1);
        tv_row_template *made = record(&s, &first);
        expect_replay(&s, made, &second);
        free(made);
        sample_close(&s);
    }
}

// The columns of the client stand once in the template, however many cells the row has.
static void a_template_holds_the_client_once(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    tv_row_template *two = record(&s, &s.item);
    size_t both = tv_row_template_bytes(two);
    s.row.num_cells = 1;
    tv_row_template *one = record(&s, &s.item);
    assert_true(both < tv_row_template_bytes(one) + 100);
    free(one);
    free(two);
    sample_close(&s);
}

static void a_template_needs_room_for_its_marks(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_csv);
    tv_row_mark marks[TV_ROW_MARKS(2)];
    tv_row_marks noted = {.marks = marks, .cap = TV_ROW_MARKS(2)};
    tv_writer_row_marked(&s.writer, &s.row, &noted, &s.out);
    assert_int_equal(noted.num, 6); // start, place, end, duplicate; again, duplicate
    assert_true(tv_row_template_size(&noted, s.out.len) > 0);
    assert_int_equal(tv_row_template_size(&noted, (size_t)UINT32_MAX + 1), 0);
    noted.cap = 5;
    tv_buf_clear(&s.out);
    tv_writer_row_marked(&s.writer, &s.row, &noted, &s.out);
    assert_int_equal(tv_row_template_size(&noted, s.out.len), 0);
    sample_close(&s);
}

static void a_failed_buffer_stays_as_it_is(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_ndjson);
    tv_row_template *made = record(&s, &s.item);
    for (size_t ceiling = 1; ceiling < 3000; ceiling += 7) {
        tv_buf small = {.ceiling = ceiling};
        tv_row_template_replay(&s.writer, made, &s.item, &small);
        assert_true(small.len <= ceiling);
        assert_true(small.failed || ceiling > 1000);
        tv_buf_close(&small);
    }
    free(made);
    sample_close(&s);
}

static void text_has_no_templates(void **state)
{
    (void)state;
    sample s;
    sample_open(&s, "verify", &tv_format_text);
    assert_false(tv_writer_can_template(&s.writer));
    sample_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replayed_row_is_what_is_formatted_anew),
        cmocka_unit_test(a_certificate_that_cannot_be_read_has_templates_too),
        cmocka_unit_test(rows_of_many_cells_have_templates),
        cmocka_unit_test(a_template_holds_the_client_once),
        cmocka_unit_test(a_template_needs_room_for_its_marks),
        cmocka_unit_test(a_failed_buffer_stays_as_it_is),
        cmocka_unit_test(text_has_no_templates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
