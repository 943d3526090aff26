// SPDX-License-Identifier: Apache-2.0
// In: a row as its format wrote it, and the marks that the format noted in it. Out: a template, and
// from it the rows of duplicates. What a part of a row says at another place is left to the format.
#include "write/row_template.h"

#include "base/span.h"
#include "write/format.h"

#include <string.h>

// One step of a replay: text that stays, and behind it a part that is made anew.
typedef struct template_step {
    uint32_t fixed_len;
    uint32_t part; // tv_row_part
} template_step;

// The steps follow, then the text of all of them and what stands behind the last part.
struct tv_row_template {
    uint32_t num_steps;
    uint32_t text_len;
    template_step steps[];
};

void tv_row_marks_note(tv_row_marks *marks, tv_row_part part, size_t start, const tv_buf *out)
{
    if (marks == NULL) {
        return;
    }
    size_t from = start - marks->row_start;
    if (marks->num < marks->cap && out->len - marks->row_start <= UINT32_MAX) {
        marks->marks[marks->num] =
            (tv_row_mark){(uint32_t)from, (uint32_t)(out->len - start), part};
        marks->num++;
    } else {
        marks->num = marks->cap + 1;
    }
}

bool tv_writer_can_template(const tv_writer *writer)
{
    return writer->ops->marked_row != NULL;
}

void tv_writer_row_marked(const tv_writer *writer, const tv_row *row, tv_row_marks *marks,
                          tv_buf *out)
{
    marks->num = 0;
    marks->row_start = out->len;
    writer->ops->marked_row(writer, row, marks, out);
}

// The bytes of a row that stand in no part.
static size_t fixed_len(const tv_row_marks *marks, size_t row_len)
{
    for (size_t i = 0; i < marks->num; i++) {
        row_len -= marks->marks[i].len;
    }
    return row_len;
}

static size_t size_of(size_t num_steps, size_t text_len)
{
    size_t size = sizeof(tv_row_template) + num_steps * sizeof(template_step) + text_len;
    return (size + sizeof(uint32_t) - 1) / sizeof(uint32_t) * sizeof(uint32_t);
}

size_t tv_row_template_size(const tv_row_marks *marks, size_t row_len)
{
    if (marks->num > marks->cap || row_len > UINT32_MAX) {
        return 0;
    }
    return size_of(marks->num, fixed_len(marks, row_len));
}

const tv_row_template *tv_row_template_make(void *memory, tv_span row, const tv_row_marks *marks)
{
    tv_row_template *template = memory;
    uint8_t *text = (uint8_t *)(template->steps + marks->num);
    size_t at = 0;
    template->num_steps = (uint32_t)marks->num;
    template->text_len = (uint32_t)fixed_len(marks, row.len);
    for (size_t i = 0; i < marks->num; i++) {
        const tv_row_mark *mark = &marks->marks[i];
        uint32_t len = mark->start - (uint32_t)at;
        template->steps[i] = (template_step){len, (uint32_t)mark->part};
        memcpy(text, row.ptr + at, len);
        text += len;
        at = (size_t)mark->start + mark->len;
    }
    if (row.len > at) { // `row` may be NULL when nothing is shown
        memcpy(text, row.ptr + at, row.len - at);
    }
    return template;
}

size_t tv_row_template_bytes(const tv_row_template *template)
{
    return size_of(template->num_steps, template->text_len);
}

// Text that a replay has made before and copies when it is wanted again.
typedef struct replayed {
    size_t start, len;
    bool made;
} replayed;

static void add_part(const tv_writer *writer, tv_row_part part, const tv_item *item,
                     replayed *earlier, tv_buf *out)
{
    if (earlier->made) {
        tv_buf_add_again(out, earlier->start, earlier->len);
        return;
    }
    earlier->start = out->len;
    writer->ops->part(writer, part, item, out);
    earlier->len = out->len - earlier->start;
    earlier->made = true;
}

void tv_row_template_replay(const tv_writer *writer, const tv_row_template *template,
                            const tv_item *item, tv_buf *out)
{
    if (writer->options.unique && item->is_duplicate) {
        return;
    }
    const uint8_t *text = (const uint8_t *)(template->steps + template->num_steps);
    const uint8_t *end = text + template->text_len;
    replayed place = {0};
    replayed duplicate = {0};
    replayed client = {0};
    for (uint32_t i = 0; i < template->num_steps; i++) {
        const template_step *step = &template->steps[i];
        tv_buf_add(out, (tv_span){text, step->fixed_len});
        text += step->fixed_len;
        switch ((tv_row_part)step->part) {
        case TV_PART_PLACE:
            add_part(writer, TV_PART_PLACE, item, &place, out);
            break;
        case TV_PART_DUPLICATE_OF:
            add_part(writer, TV_PART_DUPLICATE_OF, item, &duplicate, out);
            break;
        case TV_PART_CLIENT_START:
            client.start = out->len;
            break;
        case TV_PART_CLIENT_END:
            client.len = out->len - client.start;
            break;
        case TV_PART_CLIENT_AGAIN:
            tv_buf_add_again(out, client.start, client.len);
            break;
        }
    }
    tv_buf_add(out, (tv_span){text, (size_t)(end - text)});
}
