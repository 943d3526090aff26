// SPDX-License-Identifier: Apache-2.0
// In: a measurement. Out: a table for people, or one JSON document of schema trustval-bench/1. All
// texts are our own, so that nothing needs escaping; no locale has a say in how numbers look.
#include "tv/measure.h"

#include "base/buf.h"
#include "base/span.h"

// A number with `decimals` digits behind the point, rounded.
static void add_number(tv_buf *out, double value, unsigned decimals)
{
    uint64_t scale = 1;
    for (unsigned i = 0; i < decimals; i++) {
        scale *= 10;
    }
    uint64_t scaled = (uint64_t)(value * (double)scale + 0.5);
    tv_buf_add_u64(out, scaled / scale);
    if (decimals > 0) {
        tv_buf_add_byte(out, '.');
        for (uint64_t digit = scale / 10; digit > 0; digit /= 10) {
            tv_buf_add_byte(out, (uint8_t)('0' + scaled / digit % 10));
        }
    }
}

// Fewer digits the larger it is: times of work that takes nanoseconds to milliseconds.
static void add_short(tv_buf *out, double value)
{
    add_number(out, value, value < 100 ? 1 : 0);
}

static double per_second(double ns)
{
    return ns > 0 ? 1e9 / ns : 0;
}

static double sum_of_stages(const tv_measurement *m)
{
    double sum = 0;
    for (size_t i = 0; i < TV_NUM_STAGES; i++) {
        sum += m->stages[i].ns;
    }
    return sum;
}

// Bytes a second in the rounds of a figure.
static double bytes_per_second(const tv_figure *figure)
{
    return figure->ns > 0 && figure->items > 0
               ? (double)figure->bytes / ((double)figure->items * figure->ns) * 1e9
               : 0;
}

// JSON.

static void add_key(tv_buf *out, const char *key)
{
    uint8_t last = out->len > 0 ? out->ptr[out->len - 1] : 0;
    if (last != '{' && last != '[') {
        tv_buf_add_byte(out, ',');
    }
    tv_buf_add_byte(out, '"');
    tv_buf_add_text(out, key);
    tv_buf_add(out, TV_LIT("\":"));
}

static void add_text_field(tv_buf *out, const char *key, const char *value)
{
    add_key(out, key);
    tv_buf_add_byte(out, '"');
    tv_buf_add_text(out, value);
    tv_buf_add_byte(out, '"');
}

static void add_count_field(tv_buf *out, const char *key, uint64_t value)
{
    add_key(out, key);
    tv_buf_add_u64(out, value);
}

static void add_number_field(tv_buf *out, const char *key, double value, unsigned decimals)
{
    add_key(out, key);
    add_number(out, value, decimals);
}

// Opens an object in a list, on a line of its own.
static void begin_item(tv_buf *out)
{
    bool is_first = out->len > 0 && out->ptr[out->len - 1] == '[';
    tv_buf_add(out, is_first ? TV_LIT("\n  {") : TV_LIT(",\n  {"));
}

static void begin_list(tv_buf *out, const char *key)
{
    tv_buf_add(out, TV_LIT(",\n\""));
    tv_buf_add_text(out, key);
    tv_buf_add(out, TV_LIT("\":["));
}

static void add_figures(tv_buf *out, const char *key, const tv_figure *figures, size_t num)
{
    begin_list(out, key);
    for (size_t i = 0; i < num; i++) {
        const tv_figure *figure = &figures[i];
        begin_item(out);
        add_text_field(out, "name", figure->name);
        add_text_field(out, "contains", figure->contains);
        add_number_field(out, "ns", figure->ns, 2);
        add_number_field(out, "per_second", per_second(figure->ns), 0);
        if (figure->bytes > 0) {
            add_number_field(out, "bytes_per_second", bytes_per_second(figure), 0);
        } else {
            add_key(out, "bytes_per_second");
            tv_buf_add(out, TV_LIT("null"));
        }
        add_count_field(out, "items", figure->items);
        add_count_field(out, "rounds", figure->rounds);
        tv_buf_add_byte(out, '}');
    }
    tv_buf_add_byte(out, ']');
}

static void add_signatures(tv_buf *out, const tv_measurement *m)
{
    begin_list(out, "signatures");
    for (size_t i = 0; i < TV_NUM_SIGNATURES; i++) {
        const tv_signature_figure *figure = &m->signatures[i];
        begin_item(out);
        add_text_field(out, "name", figure->name);
        add_number_field(out, "alone_ns", figure->alone, 1);
        add_number_field(out, "many_ns", figure->many, 1);
        add_number_field(out, "per_second", per_second(figure->many), 0);
        add_count_field(out, "items", figure->items);
        tv_buf_add_byte(out, '}');
    }
    tv_buf_add_byte(out, ']');
}

static void add_runs(tv_buf *out, const tv_measurement *m)
{
    begin_list(out, "runs");
    for (size_t i = 0; i < m->num_runs; i++) {
        const tv_run_figure *run = &m->runs[i];
        double clients = (double)run->num_blocks;
        begin_item(out);
        add_count_field(out, "threads", run->threads);
        add_count_field(out, "clients", run->num_blocks);
        add_number_field(out, "seconds", run->seconds, 6);
        add_number_field(out, "cpu_seconds", run->cpu, 6);
        add_number_field(out, "per_second", run->seconds > 0 ? clients / run->seconds : 0, 0);
        add_number_field(out, "cpu_ns", clients > 0 ? run->cpu * 1e9 / clients : 0, 1);
        add_count_field(out, "accept", run->verdicts[TV_VERDICT_ACCEPT]);
        add_count_field(out, "deny", run->verdicts[TV_VERDICT_DENY]);
        add_count_field(out, "undecided", run->verdicts[TV_VERDICT_UNDECIDED]);
        add_count_field(out, "signature_checks", run->signature_checks);
        add_count_field(out, "rounds", run->rounds);
        tv_buf_add_byte(out, '}');
    }
    tv_buf_add_byte(out, ']');
}

static void print_json(tv_buf *out, const tv_measurement *m)
{
    tv_buf_add_byte(out, '{');
    add_text_field(out, "schema", TV_MEASURE_SCHEMA);
    add_text_field(out, "tool", "trustval");
    add_text_field(out, "version", tv_version());
    add_key(out, "machine");
    tv_buf_add_byte(out, '{');
    add_count_field(out, "cores", m->cores);
    add_text_field(out, "cpu", tv_cpu_name(m->level));
    add_text_field(out, "cpu_best", tv_cpu_name(tv_cpu_best()));
    tv_buf_add(out, TV_LIT("},\n\"input\":{"));
    add_key(out, "seed");
    if (m->minted) {
        tv_buf_add_u64(out, m->seed);
    } else {
        tv_buf_add(out, TV_LIT("null"));
    }
    add_count_field(out, "clients", m->num_clients);
    add_count_field(out, "certificates", m->num_certificates);
    add_count_field(out, "distinct", m->num_unique);
    add_count_field(out, "pem_bytes", m->pem_bytes);
    add_count_field(out, "der_bytes", m->der_bytes);
    add_count_field(out, "truststores", m->num_truststores);
    add_count_field(out, "held", m->num_held);
    tv_buf_add_byte(out, '}');
    add_figures(out, "stages", m->stages, TV_NUM_STAGES);
    add_number_field(out, "stages_ns", sum_of_stages(m), 2);
    add_figures(out, "extras", m->extras, m->num_extras);
    add_signatures(out, m);
    add_runs(out, m);
    tv_buf_add(out, TV_LIT("}\n"));
}

// Text.

static void add_blanks(tv_buf *out, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        tv_buf_add_byte(out, ' ');
    }
}

// What was appended since `start` becomes a cell of `width`, its text at the left.
static void end_left(tv_buf *out, size_t start, size_t width)
{
    size_t len = out->len - start;
    add_blanks(out, len < width ? width - len : 1);
}

// The same, at the right. The line is all ASCII.
static void end_right(tv_buf *out, size_t start, size_t width)
{
    size_t len = out->len - start;
    if (len >= width || !tv_buf_reserve(out, width - len)) {
        return;
    }
    memmove(out->ptr + start + width - len, out->ptr + start, len);
    memset(out->ptr + start, ' ', width - len);
    out->len += width - len;
}

static void add_left(tv_buf *out, const char *text, size_t width)
{
    size_t start = out->len;
    tv_buf_add_text(out, text);
    end_left(out, start, width);
}

static void add_short_cell(tv_buf *out, double value, size_t width)
{
    size_t start = out->len;
    add_short(out, value);
    end_right(out, start, width);
}

static void add_count_cell(tv_buf *out, double value, size_t width)
{
    size_t start = out->len;
    add_number(out, value, 0);
    end_right(out, start, width);
}

static void add_count_of(tv_buf *out, uint64_t count, const char *noun)
{
    tv_buf_add_u64(out, count);
    tv_buf_add_byte(out, ' ');
    tv_buf_add_text(out, noun);
    if (count != 1) {
        tv_buf_add_byte(out, 's');
    }
}

static void print_head(tv_buf *out, const tv_measurement *m)
{
    tv_buf_add_text(out, "trustval ");
    tv_buf_add_text(out, tv_version());
    tv_buf_add_text(out, ", ");
    add_count_of(out, m->cores, "core");
    tv_buf_add_text(out, ", instruction sets: ");
    tv_buf_add_text(out, tv_cpu_name(m->level));
    tv_buf_add_text(out, "\ninput: ");
    add_count_of(out, m->num_clients, "client");
    if (m->minted) {
        tv_buf_add_text(out, " minted from seed ");
        tv_buf_add_u64(out, m->seed);
    } else {
        tv_buf_add_text(out, ", ");
        tv_buf_add_u64(out, m->num_unique);
        tv_buf_add_text(out, " distinct");
    }
    tv_buf_add_text(out, ", ");
    tv_buf_add_u64(out, m->der_bytes / m->num_certificates);
    tv_buf_add_text(out, " bytes of DER and ");
    tv_buf_add_u64(out, m->pem_bytes / m->num_clients);
    tv_buf_add_text(out, " of PEM each; ");
    add_count_of(out, m->num_truststores, "truststore");
    tv_buf_add_text(out, ", ");
    add_count_of(out, m->num_held, "certificate");
    tv_buf_add_text(out, "\nns: CPU time of one thread, the median of rounds\n");
}

enum {
    INDENT = 2,
    NAME_WIDTH = 28, // of a stage, a kind of signature, a run
    NUMBER_WIDTH = 12,
};

static void add_right(tv_buf *out, const char *text, size_t width)
{
    size_t start = out->len;
    tv_buf_add_text(out, text);
    end_right(out, start, width);
}

// The line above a table: a title, numbers, and what else there is (NULL: nothing).
static void print_heading(tv_buf *out, const char *title, const char *const numbers[3],
                          const char *last)
{
    tv_buf_add_byte(out, '\n');
    add_left(out, title, INDENT + NAME_WIDTH);
    for (size_t i = 0; i < 3 && numbers[i] != NULL; i++) {
        add_right(out, numbers[i], NUMBER_WIDTH);
    }
    if (last != NULL) {
        add_blanks(out, 3);
        tv_buf_add_text(out, last);
    }
    tv_buf_add_byte(out, '\n');
}

static void print_figure(tv_buf *out, const tv_figure *figure)
{
    add_blanks(out, INDENT);
    add_left(out, figure->name, NAME_WIDTH);
    add_short_cell(out, figure->ns, NUMBER_WIDTH);
    if (figure->bytes > 0) {
        add_count_cell(out, bytes_per_second(figure) / 1e6, NUMBER_WIDTH);
    } else {
        add_blanks(out, NUMBER_WIDTH);
    }
    add_blanks(out, 3);
    tv_buf_add_text(out, figure->contains);
    tv_buf_add_byte(out, '\n');
}

static void print_figures(tv_buf *out, const tv_measurement *m)
{
    static const char *const numbers[3] = {"NS", "MB/S", NULL};
    print_heading(out, "A CLIENT, BY STAGE", numbers, "WHAT IT CONTAINS");
    for (size_t i = 0; i < TV_NUM_STAGES; i++) {
        print_figure(out, &m->stages[i]);
    }
    tv_figure sum = {
        .name = "sum",
        .contains = "a client that goes through all of them",
        .ns = sum_of_stages(m),
    };
    print_figure(out, &sum);
    print_heading(out, "BESIDE", numbers, "WHAT IT CONTAINS");
    for (size_t i = 0; i < m->num_extras; i++) {
        print_figure(out, &m->extras[i]);
    }
}

static void print_signatures(tv_buf *out, const tv_measurement *m)
{
    static const char *const numbers[3] = {"NS ALONE", "NS OF MANY", "MANY/S"};
    print_heading(out, "A SIGNATURE", numbers, NULL);
    for (size_t i = 0; i < TV_NUM_SIGNATURES; i++) {
        const tv_signature_figure *figure = &m->signatures[i];
        add_blanks(out, INDENT);
        add_left(out, figure->title, NAME_WIDTH);
        add_short_cell(out, figure->alone, NUMBER_WIDTH);
        add_short_cell(out, figure->many, NUMBER_WIDTH);
        add_count_cell(out, per_second(figure->many), NUMBER_WIDTH);
        tv_buf_add_byte(out, '\n');
    }
}

static void print_runs(tv_buf *out, const tv_measurement *m)
{
    static const char *const numbers[3] = {"CLIENTS/S", "CPU NS", "SPEEDUP"};
    print_heading(out, "A WHOLE RUN", numbers, "truststores loaded, a CSV row each");
    for (size_t i = 0; i < m->num_runs; i++) {
        const tv_run_figure *run = &m->runs[i];
        double clients = (double)run->num_blocks;
        add_blanks(out, INDENT);
        size_t start = out->len;
        add_count_of(out, run->threads, "thread");
        end_left(out, start, NAME_WIDTH);
        add_count_cell(out, run->seconds > 0 ? clients / run->seconds : 0, NUMBER_WIDTH);
        add_short_cell(out, clients > 0 ? run->cpu * 1e9 / clients : 0, NUMBER_WIDTH);
        start = out->len;
        add_number(out, run->seconds > 0 ? m->runs[0].seconds / run->seconds : 0, 2);
        end_right(out, start, NUMBER_WIDTH);
        tv_buf_add_byte(out, '\n');
    }
}

tv_status tv_measurement_print(const tv_measurement *measurement, tv_format format, char **out,
                               size_t *len)
{
    tv_buf text = {0};
    *out = NULL;
    *len = 0;
    if (format == TV_FORMAT_JSON) {
        print_json(&text, measurement);
    } else if (format == TV_FORMAT_TEXT) {
        print_head(&text, measurement);
        print_figures(&text, measurement);
        print_signatures(&text, measurement);
        print_runs(&text, measurement);
    } else {
        return TV_ERR_RANGE;
    }
    *len = text.len;
    tv_buf_add_byte(&text, 0);
    if (text.failed) {
        tv_buf_close(&text);
        return TV_ERR_NOMEM;
    }
    *out = (char *)text.ptr;
    return TV_OK;
}
