// SPDX-License-Identifier: Apache-2.0
// In: the body of a PEM block. Out: its bytes, or what broke the decoding and where. Two paths give
// the same result: canonical lines and whole groups of characters go through a form, of which the
// portable one is here and those with vectors are in a file of their own; whatever is not plain
// base64 (layout, padding, the end, errors) goes byte by byte.
#include "pem/base64.h"

#include "pem/base64_form.h"
#include "pem/pem_headers.h"
#include "pem/pem_line.h"
#include "tv/cpu.h"

enum {
    STEP_CHARS = 8,
    STEP_BYTES = 6,
};

#define BAD UINT32_C(0x80000000)

#define SHIFTED(c, n) (TV_BASE64_BITS(c) == TV_BASE64_BAD ? BAD : TV_BASE64_BITS(c) << (n))
#define ROW4(c, n) SHIFTED(c, n), SHIFTED((c) + 1, n), SHIFTED((c) + 2, n), SHIFTED((c) + 3, n)
#define ROW16(c, n) ROW4(c, n), ROW4((c) + 4, n), ROW4((c) + 8, n), ROW4((c) + 12, n)
#define ROW64(c, n) ROW16(c, n), ROW16((c) + 16, n), ROW16((c) + 32, n), ROW16((c) + 48, n)
#define ROW256(n) ROW64(0U, n), ROW64(64U, n), ROW64(128U, n), ROW64(192U, n)

// The bits of a character at each of the four places of its group.
static const uint32_t places[4][256] = {{ROW256(18)}, {ROW256(12)}, {ROW256(6)}, {ROW256(0)}};

// The 24 bits of four characters; BAD is set when one of them is outside the alphabet.
static inline uint32_t group(const uint8_t *in)
{
    return places[0][in[0]] | places[1][in[1]] | places[2][in[2]] | places[3][in[3]];
}

static inline void store_big_endian(uint8_t *out, uint64_t word)
{
    out[0] = (uint8_t)(word >> 56);
    out[1] = (uint8_t)(word >> 48);
    out[2] = (uint8_t)(word >> 40);
    out[3] = (uint8_t)(word >> 32);
    out[4] = (uint8_t)(word >> 24);
    out[5] = (uint8_t)(word >> 16);
    out[6] = (uint8_t)(word >> 8);
    out[7] = (uint8_t)word;
}

// Decodes eight characters into six bytes, and writes two more. BAD is set in the result when one
// of them is outside the alphabet.
static inline uint32_t decode_step(uint8_t *restrict out, const uint8_t *restrict in)
{
    uint32_t high = group(in);
    uint32_t low = group(in + 4);
    store_big_endian(out, ((uint64_t)high << 40) | ((uint64_t)low << 16));
    return high | low;
}

// Decodes a canonical line; false when it has a byte outside the alphabet.
static inline bool decode_line(uint8_t *restrict out, const uint8_t *restrict in)
{
    uint32_t seen = 0;
    for (int i = 0; i < TV_BASE64_LINE_CHARS / STEP_CHARS; i++) {
        seen |= decode_step(out, in);
        out += STEP_BYTES;
        in += STEP_CHARS;
    }
    return (seen & BAD) == 0;
}

static size_t lines_portable(uint8_t *restrict out, tv_span text, size_t *written)
{
    const uint8_t *in = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    uint8_t *start = out;
    while (end - in >= TV_BASE64_LINE_CHARS + 2) {
        const uint8_t *after = in + TV_BASE64_LINE_CHARS;
        size_t line_end = after[0] == '\n' ? 1 : 2;
        if ((line_end == 2 && (after[0] != '\r' || after[1] != '\n')) || !decode_line(out, in)) {
            break;
        }
        in += TV_BASE64_LINE_CHARS + line_end;
        out += TV_BASE64_LINE_BYTES;
    }
    *written = (size_t)(out - start);
    return (size_t)(in - text.ptr);
}

// In steps of two groups, then one.
size_t tv_base64_groups_portable(uint8_t *restrict out, tv_span text)
{
    const uint8_t *in = text.ptr;
    const uint8_t *end = text.ptr + text.len;
    while (end - in >= STEP_CHARS && (decode_step(out, in) & BAD) == 0) {
        in += STEP_CHARS;
        out += STEP_BYTES;
    }
    uint32_t bits = end - in >= TV_BASE64_GROUP_CHARS ? group(in) : BAD;
    if ((bits & BAD) == 0) {
        out[0] = (uint8_t)(bits >> 16);
        out[1] = (uint8_t)(bits >> 8);
        out[2] = (uint8_t)bits;
        in += TV_BASE64_GROUP_CHARS;
    }
    return (size_t)(in - text.ptr);
}

static const tv_base64_form *form_in_use(void)
{
    static const tv_base64_form portable = {lines_portable, tv_base64_groups_portable};
#if defined(__x86_64__)
    switch (tv_cpu_used()) {
    case TV_CPU_IFMA:
        return &tv_base64_vbmi;
    case TV_CPU_AVX2:
        return &tv_base64_avx2;
    case TV_CPU_PORTABLE:
        break;
    }
#endif
    return &portable;
}

// What is read and written so far, and the group that is not complete.
typedef struct decoder {
    const tv_base64_form *form;
    uint8_t *out;
    size_t len;
    tv_span body;
    size_t at;
    uint32_t bits;  // of the characters in the open group
    unsigned chars; // in the open group, 0 to 3
    unsigned pads;  // '=' seen
    size_t last;    // offset of the last character of the alphabet
    size_t pad;     // offset of the first '='
    bool any;       // a character was seen
} decoder;

static inline tv_span rest_of(const decoder *d)
{
    return (tv_span){d->body.ptr + d->at, d->body.len - d->at};
}

// Canonical lines, as long as there are any.
static void decode_lines(decoder *d)
{
    size_t written;
    size_t read = d->form->lines(d->out + d->len, rest_of(d), &written);
    if (read > 0) {
        d->at += read;
        d->len += written;
        size_t line_end = d->body.ptr[d->at - 2] == '\r' ? 2 : 1;
        d->last = d->at - line_end - 1;
        d->any = true;
    }
}

// Whole groups, wherever lines end.
static void decode_groups(decoder *d)
{
    size_t chars = d->form->groups(d->out + d->len, rest_of(d));
    if (chars > 0) {
        d->at += chars;
        d->len += chars / TV_BASE64_GROUP_CHARS * TV_BASE64_GROUP_BYTES;
        d->last = d->at - 1;
        d->any = true;
    }
}

// A last group of two or three characters, padded in one piece. Anything else is left alone.
static void decode_padded(decoder *d)
{
    tv_span rest = rest_of(d);
    if (rest.len < TV_BASE64_GROUP_CHARS || rest.ptr[3] != '=') {
        return;
    }
    const uint8_t *in = rest.ptr;
    bool two = in[2] == '=';
    uint32_t bits = places[1][in[0]] | places[2][in[1]] | (two ? 0 : places[3][in[2]]);
    if ((bits & BAD) != 0) {
        return;
    }
    d->chars = two ? 2 : 3;
    d->pads = two ? 2 : 1;
    d->bits = two ? bits >> 6 : bits;
    d->pad = d->at + d->chars;
    d->last = d->pad - 1;
    d->at += TV_BASE64_GROUP_CHARS;
    d->any = true;
}

static tv_base64_result broken(tv_base64_error error, size_t where)
{
    return (tv_base64_result){.error = error, .where = where};
}

// One character of the alphabet, or '='. False when it may not stand here.
static bool take_char(decoder *d, uint8_t byte)
{
    if (byte == '=') {
        d->pad = d->pads == 0 ? d->at : d->pad;
        d->pads++;
        // Two characters want two, three want one; a surplus one is the one that is wrong.
        bool fits = d->chars >= 2 && d->chars + d->pads <= 4;
        d->pad = fits ? d->pad : d->at;
        return fits;
    }
    if (d->pads > 0) {
        return false;
    }
    d->bits = d->bits << 6 | places[3][byte];
    d->last = d->at;
    d->any = true;
    d->chars++;
    if (d->chars == 4) {
        d->out[d->len] = (uint8_t)(d->bits >> 16);
        d->out[d->len + 1] = (uint8_t)(d->bits >> 8);
        d->out[d->len + 2] = (uint8_t)d->bits;
        d->len += 3;
        d->bits = 0;
        d->chars = 0;
    }
    return true;
}

// One piece of the body, careful with everything. TV_BASE64_OK goes on.
static tv_base64_error take_piece(decoder *d)
{
    uint8_t byte = d->body.ptr[d->at];
    uint8_t letter;
    size_t len = 1;
    if (byte == '=' || places[3][byte] != BAD) {
        if (!take_char(d, byte)) {
            return TV_BASE64_PADDING;
        }
    } else if (byte == '\\') {
        len = tv_pem_escape_len(d->body, d->at, &letter);
    } else if (byte != '\n' && byte != '\r' && !tv_pem_is_blank(byte)) {
        len = 0;
    }
    d->at += len;
    return len == 0 ? TV_BASE64_BAD_BYTE : TV_BASE64_OK;
}

// What the last, incomplete group gives.
static tv_base64_result finish(decoder *d)
{
    if (!d->any && d->pads == 0) {
        return broken(TV_BASE64_EMPTY, 0);
    }
    if (d->pads > 0 && d->chars + d->pads != 4) {
        return broken(TV_BASE64_PADDING, d->pad);
    }
    if (d->chars > 0 && d->pads == 0) {
        return broken(TV_BASE64_LENGTH, d->last);
    }
    if (d->chars > 0) {
        uint32_t unused = d->chars == 2 ? 0x0f : 0x03;
        if ((d->bits & unused) != 0) {
            return broken(TV_BASE64_BITS, d->last);
        }
        uint32_t word = d->bits << 6 * d->pads;
        d->out[d->len] = (uint8_t)(word >> 16);
        d->len++;
        if (d->chars == 3) {
            d->out[d->len] = (uint8_t)(word >> 8);
            d->len++;
        }
    }
    return (tv_base64_result){.error = TV_BASE64_OK, .len = d->len};
}

tv_base64_result tv_base64_decode(uint8_t *out, tv_span body)
{
    if (body.len == 0) {
        return broken(TV_BASE64_EMPTY, 0);
    }
    decoder d = {.form = form_in_use(), .body = body};
    d.out = out;
    // The line end of the BEGIN line, then lines that are nothing but base64, so have no colon.
    if (body.len > 1 && (body.ptr[0] == '\n' || (body.ptr[0] == '\r' && body.ptr[1] == '\n'))) {
        d.at = body.ptr[0] == '\n' ? 1 : 2;
    }
    decode_lines(&d);
    if (!d.any) {
        d.at = tv_pem_headers_end(body);
    }
    while (d.at < body.len) {
        if (d.chars == 0 && d.pads == 0) {
            decode_lines(&d);
            decode_groups(&d);
            decode_padded(&d);
            if (d.at == body.len) {
                break;
            }
        }
        tv_base64_error error = take_piece(&d);
        if (error != TV_BASE64_OK) {
            return broken(error, error == TV_BASE64_PADDING ? d.pad : d.at);
        }
    }
    return finish(&d);
}

const char *tv_base64_error_text(tv_base64_error error)
{
    switch (error) {
    case TV_BASE64_OK:
        return "no error";
    case TV_BASE64_EMPTY:
        return "no base64 character";
    case TV_BASE64_BAD_BYTE:
        return "a byte outside the base64 alphabet";
    case TV_BASE64_PADDING:
        return "base64 padding in a wrong place or number";
    case TV_BASE64_LENGTH:
        return "base64 that ends within a group of four characters";
    case TV_BASE64_BITS:
        return "base64 whose unused last bits are not zero";
    }
    return "unknown base64 error";
}
