// SPDX-License-Identifier: Apache-2.0
// In: any bytes. Out: the blocks in them, one per "-----BEGIN ", and what their labels mean. Only
// dashes are looked for, since base64 has none, and lines are counted on the way: every byte is
// looked at a bounded number of times. Decoding and judging are left to others.
#include "pem/pem_scan.h"

#include "base/span.h"
#include "pem/pem_dash.h"
#include "pem/pem_line.h"

#define BEGIN_WORD TV_LIT("BEGIN ")
#define END_WORD TV_LIT("END ")
#define USUAL_LABEL TV_LIT("CERTIFICATE-----")

enum {
    DASHES = 5,
    FEWEST_END_DASHES = 2, // an END line with fewer dashes than five is still read
    BEGIN_LEN = 11,        // of "-----BEGIN "
    WINDOW = 64 * 1024,    // of the search from the end
};

static tv_span rest_of(tv_span text, size_t from)
{
    return tv_span_part(text, from, text.len);
}

static size_t dashes_end(tv_span text, size_t from)
{
    while (from < text.len && text.ptr[from] == '-') {
        from++;
    }
    return from;
}

typedef enum marker { MARKER_NONE, MARKER_BEGIN, MARKER_END } marker;

// Finds the next run of dashes, [*start, *end), that BEGIN or END follows. `*line` grows by the
// line ends before it, or before the end of the text: dashes and words hold none.
static marker next_marker(tv_span text, size_t from, size_t *start, size_t *end, uint32_t *line)
{
    for (size_t at = tv_pem_find_dash(text, from, line); at < text.len;
         at = tv_pem_find_dash(text, *end, line)) {
        *start = at;
        *end = dashes_end(text, at);
        size_t dashes = *end - *start;
        if (dashes >= DASHES && tv_span_starts_with(rest_of(text, *end), BEGIN_WORD)) {
            return MARKER_BEGIN;
        }
        if (dashes >= FEWEST_END_DASHES && tv_span_starts_with(rest_of(text, *end), END_WORD)) {
            return MARKER_END;
        }
    }
    return MARKER_NONE;
}

static size_t next_begin(tv_span text, size_t from, uint32_t *line)
{
    size_t start;
    size_t end = from;
    marker found;
    do {
        found = next_marker(text, end, &start, &end, line);
    } while (found == MARKER_END);
    return found == MARKER_NONE ? text.len : end - DASHES;
}

size_t tv_pem_next_begin(tv_span text, size_t from)
{
    uint32_t line = 0;
    return next_begin(text, from, &line);
}

size_t tv_pem_last_begin(tv_span text)
{
    for (size_t high = text.len; high > 0;) {
        size_t low = high > WINDOW ? high - WINDOW : 0;
        // A BEGIN that starts in the window may end after it.
        tv_span window = tv_span_part(text, low, high - low + BEGIN_LEN - 1);
        size_t last = window.len;
        for (size_t at = 0; (at = tv_pem_next_begin(window, at)) < window.len; at++) {
            last = at;
        }
        if (last < window.len) {
            return low + last;
        }
        high = low;
    }
    return 0;
}

void tv_pem_scan_open(tv_pem_scan *scan, tv_span text, uint32_t first_line)
{
    *scan = (tv_pem_scan){.text = text, .line = first_line};
}

// The rest of a BEGIN or END line behind its word.
typedef struct label_line {
    tv_span label;
    size_t dashes; // offset of the closing dashes, or behind the label
    size_t end;    // offset behind the closing dashes, or behind the label
    bool closed;   // by five dashes of its own
} label_line;

static inline bool may_end_line(uint8_t byte)
{
    return byte == '\n' || byte == '\r' || byte == '\\';
}

// The line that nearly all certificates have.
static bool is_usual(tv_span text, size_t from)
{
    size_t end = from + USUAL_LABEL.len;
    return tv_span_starts_with(rest_of(text, from), USUAL_LABEL) && end < text.len &&
           (text.ptr[end] == '\n' || text.ptr[end] == '\r');
}

// Reads the label at `from`. The search ends at the next BEGIN at the latest, since that has five
// dashes; those belong to it and not to this line.
static label_line read_label(tv_span text, size_t from)
{
    if (is_usual(text, from)) {
        size_t label_len = USUAL_LABEL.len - DASHES;
        return (label_line){.label = {text.ptr + from, label_len},
                            .dashes = from + label_len,
                            .end = from + USUAL_LABEL.len,
                            .closed = true};
    }
    size_t at = from;
    size_t stop = text.len;
    for (; at < text.len; at++) {
        if (text.ptr[at] == '-') {
            stop = dashes_end(text, at);
            if (stop - at >= DASHES) {
                break;
            }
            at = stop - 1;
        } else if (may_end_line(text.ptr[at]) && tv_pem_line_end_len(text, at) > 0) {
            break;
        }
    }
    bool dashes = at < text.len && text.ptr[at] == '-';
    if (dashes && tv_span_starts_with(rest_of(text, stop), BEGIN_WORD)) {
        stop -= DASHES;
    }
    label_line line = {.end = stop, .closed = dashes && stop - at >= DASHES};
    if (!line.closed) {
        // Dashes that are too few for a mark close the label all the same.
        line.end = dashes ? stop : at;
        tv_span label = tv_pem_trim(tv_span_part(text, from, line.end - from));
        line.end = label.len > 0 ? (size_t)(label.ptr - text.ptr) + label.len : from;
        at = line.end;
        while (at > from && text.ptr[at - 1] == '-') {
            at--;
        }
    }
    line.label = tv_pem_trim(tv_span_part(text, from, at - from));
    line.dashes = at;
    return line;
}

// Fills in what comes after the BEGIN line. `*line` grows as far as the END line or the next BEGIN.
static void read_body(tv_pem_block *block, tv_span text, size_t from, uint32_t *line)
{
    size_t start;
    size_t end;
    marker found = next_marker(text, from, &start, &end, line);
    size_t stop;
    tv_pem_defect defect = TV_PEM_NO_END;
    if (found == MARKER_END) {
        label_line last = read_label(text, end + END_WORD.len);
        defect = tv_span_equal(last.label, block->label) ? TV_PEM_SOUND : TV_PEM_LABEL_MISMATCH;
        stop = last.end;
    } else {
        start = found == MARKER_BEGIN ? end - DASHES : text.len;
        stop = start;
    }
    block->defect = block->defect == TV_PEM_SOUND ? defect : block->defect;
    block->body = (tv_span){text.ptr + from, start - from};
    block->whole = (tv_span){text.ptr + block->offset, stop - block->offset};
}

bool tv_pem_scan_next(tv_pem_scan *scan, tv_pem_block *out)
{
    tv_span text = scan->text;
    size_t begin = next_begin(text, scan->at, &scan->line);
    if (begin == text.len) {
        scan->at = text.len;
        return false;
    }
    label_line line = read_label(text, begin + BEGIN_LEN);
    size_t body = line.end;
    if (line.closed && tv_span_starts_with(rest_of(text, body), END_WORD)) {
        body = line.dashes + DASHES; // the dashes after these open the END line
    }
    *out = (tv_pem_block){
        .label = line.label,
        .offset = begin,
        .line = scan->line,
        .defect = line.closed ? TV_PEM_SOUND : TV_PEM_BAD_BEGIN,
    };
    read_body(out, text, body, &scan->line);
    scan->at = begin + out->whole.len;
    return true;
}

static uint8_t upper(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 'a' + 'A') : byte;
}

static bool equal_ignoring_case(tv_span label, tv_span upper_case)
{
    if (label.len != upper_case.len) {
        return false;
    }
    for (size_t i = 0; i < label.len; i++) {
        if (upper(label.ptr[i]) != upper_case.ptr[i]) {
            return false;
        }
    }
    return true;
}

tv_pem_kind tv_pem_kind_of(tv_span label)
{
    static const struct {
        const char *text;
        bool ending; // stands for every label that ends so
        tv_pem_kind kind;
    } kinds[] = {
        {"CERTIFICATE", false, TV_PEM_CERTIFICATE},
        {"X509 CERTIFICATE", false, TV_PEM_CERTIFICATE},
        {"X.509 CERTIFICATE", false, TV_PEM_CERTIFICATE},
        {"TRUSTED CERTIFICATE", false, TV_PEM_TRUSTED_CERTIFICATE},
        {"PRIVATE KEY", true, TV_PEM_PRIVATE_KEY},
        {"PUBLIC KEY", true, TV_PEM_PUBLIC_KEY},
        {"CERTIFICATE REQUEST", false, TV_PEM_REQUEST},
        {"NEW CERTIFICATE REQUEST", false, TV_PEM_REQUEST},
        {"X509 CRL", false, TV_PEM_CRL},
        {"PKCS7", false, TV_PEM_PKCS7},
        {"CMS", false, TV_PEM_PKCS7},
        {"PKCS #7 SIGNED DATA", false, TV_PEM_PKCS7},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        tv_span text = tv_span_from_text(kinds[i].text);
        size_t skipped = kinds[i].ending && label.len > text.len ? label.len - text.len : 0;
        if (equal_ignoring_case(tv_span_part(label, skipped, label.len), text)) {
            return kinds[i].kind;
        }
    }
    return TV_PEM_OTHER;
}
