// SPDX-License-Identifier: Apache-2.0
// The values of a DER are listed, one is picked and edited, and the headers of all that hold it are
// written anew. OCTET STRINGs whose contents are DER are entered, too: extensions.
#include "support/judging/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NODES = 400, NO_PARENT = -1, MAX_HEADER = 4 };

typedef struct node {
    size_t start;    // of the tag
    size_t contents; // start of the contents
    size_t end;
    int parent;
} node;

typedef struct value_tree {
    node nodes[MAX_NODES];
    size_t num;
} value_tree;

// Reads a header within `len` bytes; false when there is none.
static bool read_header(const uint8_t *bytes, size_t len, size_t *header, size_t *contents)
{
    if (len < 2) {
        return false;
    }
    size_t num = bytes[1] & 0x7f;
    if ((bytes[1] & 0x80) == 0) {
        *header = 2;
        *contents = bytes[1];
    } else {
        if (num == 0 || num > 2 || len < 2 + num) {
            return false;
        }
        *header = 2 + num;
        *contents = num == 1 ? bytes[2] : (size_t)bytes[2] << 8 | bytes[3];
    }
    return *contents <= len - *header;
}

static bool is_row_of_values(const uint8_t *bytes, size_t len)
{
    size_t header;
    size_t contents;
    while (len > 0 && read_header(bytes, len, &header, &contents)) {
        bytes += header + contents;
        len -= header + contents;
    }
    return len == 0;
}

static void add_children(value_tree *tree, const uint8_t *bytes, size_t at, size_t end, int parent)
{
    size_t header;
    size_t contents;
    while (at < end && tree->num < MAX_NODES &&
           read_header(bytes + at, end - at, &header, &contents)) {
        tree->nodes[tree->num++] = (node){at, at + header, at + header + contents, parent};
        at += header + contents;
    }
}

static void list_values(value_tree *tree, const uint8_t *bytes, size_t len)
{
    tree->num = 0;
    add_children(tree, bytes, 0, len, NO_PARENT);
    for (size_t i = 0; i < tree->num; i++) {
        node at = tree->nodes[i];
        bool constructed = (bytes[at.start] & 0x20) != 0;
        bool octets = bytes[at.start] == 0x04 && at.end > at.contents + 1 &&
                      is_row_of_values(bytes + at.contents, at.end - at.contents);
        if (constructed || octets) {
            add_children(tree, bytes, at.contents, at.end, (int)i);
        }
    }
}

static size_t put_header(uint8_t *out, uint8_t tag, size_t len)
{
    out[0] = tag;
    if (len < 0x80) {
        out[1] = (uint8_t)len;
        return 2;
    }
    if (len < 0x100) {
        out[1] = 0x81;
        out[2] = (uint8_t)len;
        return 3;
    }
    out[1] = 0x82;
    out[2] = (uint8_t)(len >> 8);
    out[3] = (uint8_t)len;
    return 4;
}

// Replaces the bytes from `from` to `to`, which lie in the contents of `parent`, and writes the
// headers around them anew.
static void splice(tv_der *der, const value_tree *tree, int parent, size_t from, size_t to,
                   const uint8_t *bytes, size_t len)
{
    uint8_t next[TV_DER_MAX + MAX_HEADER];
    uint8_t made[TV_DER_MAX + MAX_HEADER];
    if (len > TV_DER_MAX) {
        return;
    }
    memcpy(made, bytes, len);
    for (; parent != NO_PARENT; parent = tree->nodes[parent].parent) {
        const node *at = &tree->nodes[parent];
        size_t before = from - at->contents;
        size_t after = at->end - to;
        if (before + len + after > TV_DER_MAX - 256) {
            return;
        }
        size_t header = put_header(next, der->bytes[at->start], before + len + after);
        memcpy(next + header, der->bytes + at->contents, before);
        memcpy(next + header + before, made, len);
        memcpy(next + header + before + len, der->bytes + to, after);
        len = header + before + len + after;
        memcpy(made, next, len);
        from = at->start;
        to = at->end;
    }
    if (from + len + (der->len - to) > TV_DER_MAX) {
        return;
    }
    memmove(der->bytes + from + len, der->bytes + to, der->len - to);
    memcpy(der->bytes + from, made, len);
    der->len = from + len + (der->len - to);
}

static const char *pick(tv_rng *rng, const char *const *texts, size_t num)
{
    return texts[tv_rng_below(rng, num)];
}

// Another instant, or what is none.
static size_t put_time(tv_rng *rng, uint8_t *out)
{
    static const char *const times[] = {
        "250101000000Z",   "260601000000Z",     "260601000001Z",   "260531235959Z",
        "270101000000Z",   "991231235959Z",     "500101000000Z",   "491231235959Z",
        "20500101000000Z", "20260601000000Z",   "20240101000000Z", "99991231235959Z",
        "260229000000Z",   "2601010000Z",       "260101000000",    "260101000000+0100",
        "261301000000Z",   "20270101000000.5Z", "260101240000Z",   "260101000060Z",
        "000101000000Z",   "19700101000000Z",   "00000101000000Z", "2701010000Z",
    };
    const char *time = pick(rng, times, sizeof(times) / sizeof(times[0]));
    size_t len = strlen(time);
    uint8_t tag = len >= 14 && strchr(time, '+') == NULL ? 0x18 : 0x17;
    if (tv_rng_percent(rng, 5)) {
        tag ^= 0x0f;
    }
    size_t header = put_header(out, tag, len);
    memcpy(out + header, time, len);
    return header + len;
}

// The value as it is, with a header of another form: 81 00 for 00, a zero in front, indefinite.
static size_t put_odd_header(tv_rng *rng, uint8_t *out, const uint8_t *value, const node *at)
{
    size_t len = at->end - at->contents;
    size_t n = 0;
    out[n++] = value[0];
    switch (tv_rng_below(rng, 3)) {
    case 0:
        out[n++] = 0x83;
        out[n++] = 0;
        break;
    case 1:
        out[n++] = 0x82;
        break;
    default:
        out[n++] = 0x80;
        memcpy(out + n, value + (at->contents - at->start), len);
        out[n + len] = 0;
        out[n + len + 1] = 0;
        return n + len + 2;
    }
    out[n++] = (uint8_t)(len >> 8);
    out[n++] = (uint8_t)len;
    memcpy(out + n, value + (at->contents - at->start), len);
    return n + len;
}

// A value like the given one, but for something.
static size_t put_changed(tv_rng *rng, uint8_t *out, const uint8_t *value, const node *at)
{
    static const uint8_t tags[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13,
                                   0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80,
                                   0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0xa4};
    size_t len = at->end - at->contents;
    const uint8_t *contents = value + (at->contents - at->start);
    uint8_t tag = value[0];
    uint8_t filled[TV_DER_MAX];
    memcpy(filled, contents, len);
    switch (tv_rng_below(rng, 7)) {
    case 0:
        tag = tags[tv_rng_below(rng, sizeof(tags))];
        break;
    case 1:
        len = len > 0 ? tv_rng_below(rng, len) : 0; // cut
        break;
    case 2:
        filled[len++] = (uint8_t)tv_rng_next(rng); // longer
        break;
    case 3:
        memmove(filled + 1, filled, len); // longer in front
        filled[0] = tv_rng_percent(rng, 50) ? 0 : (uint8_t)tv_rng_next(rng);
        len++;
        break;
    case 4:
        for (size_t i = 0; i < len && i < 4; i++) {
            filled[i] = (uint8_t)tv_rng_next(rng);
        }
        break;
    case 5:
        len = len > 0 && len <= 4 ? 1 : len; // a small number, or a BOOLEAN
        filled[0] = tv_rng_percent(rng, 50) ? (uint8_t)tv_rng_below(rng, 4) : 0xff;
        len += len == 0 ? 1 : 0;
        break;
    default:
        if (len > 0) {
            filled[tv_rng_below(rng, len)] ^= (uint8_t)(1U << tv_rng_below(rng, 8));
        }
        break;
    }
    size_t header = put_header(out, tag, len);
    memcpy(out + header, filled, len);
    return header + len;
}

// A value of `from`, preferably one with the tag of the place that it is to take.
static bool find_value(tv_rng *rng, tv_span from, uint8_t tag, tv_span *out)
{
    static value_tree other;
    list_values(&other, from.ptr, from.len);
    for (int tries = 0; other.num > 0 && tries < 20; tries++) {
        const node *at = &other.nodes[tv_rng_below(rng, other.num)];
        *out = (tv_span){from.ptr + at->start, at->end - at->start};
        if (from.ptr[at->start] == tag || tries == 19) {
            return true;
        }
    }
    return false;
}

static void edit_value(tv_rng *rng, tv_der *der, const value_tree *tree, tv_span donor)
{
    const node *at = &tree->nodes[tv_rng_below(rng, tree->num)];
    uint8_t made[2 * TV_DER_MAX];
    size_t len = at->end - at->start;
    tv_span found;
    memcpy(made, der->bytes + at->start, len);
    if (der->bytes[at->start] == 0x17 || der->bytes[at->start] == 0x18) {
        len = put_time(rng, made);
        splice(der, tree, at->parent, at->start, at->end, made, len);
        return;
    }
    switch (tv_rng_below(rng, 6)) {
    case 0:
        len = 0; // dropped
        break;
    case 1:
        memcpy(made + len, made, len); // twice
        len *= 2;
        break;
    case 2:
        if (find_value(rng, donor, der->bytes[at->start], &found) && found.len <= TV_DER_MAX) {
            memcpy(made, found.ptr, found.len); // that of another
            len = found.len;
        }
        break;
    case 3:
        len = tv_rng_percent(rng, 40) ? put_odd_header(rng, made, der->bytes + at->start, at)
                                      : put_changed(rng, made, der->bytes + at->start, at);
        break;
    default:
        len = put_changed(rng, made, der->bytes + at->start, at);
        break;
    }
    splice(der, tree, at->parent, at->start, at->end, made, len);
}

// Two values beside each other change places.
static void swap_values(tv_rng *rng, tv_der *der, const value_tree *tree)
{
    for (int tries = 0; tries < 50; tries++) {
        size_t i = tv_rng_below(rng, tree->num);
        const node *a = &tree->nodes[i];
        if (i + 1 < tree->num && tree->nodes[i + 1].parent == a->parent) {
            const node *b = &tree->nodes[i + 1];
            uint8_t made[TV_DER_MAX];
            memcpy(made, der->bytes + b->start, b->end - b->start);
            memcpy(made + (b->end - b->start), der->bytes + a->start, a->end - a->start);
            splice(der, tree, a->parent, a->start, b->end, made, b->end - a->start);
            return;
        }
    }
}

void tv_mutate(tv_rng *rng, tv_der *der, tv_span donor)
{
    static value_tree values;
    list_values(&values, der->bytes, der->len);
    size_t kind = tv_rng_below(rng, 20);
    if (kind == 0 && der->len > 0) {
        der->len = tv_rng_percent(rng, 50) ? tv_rng_below(rng, der->len) : der->len - 1;
    } else if (kind == 1 && der->len < TV_DER_MAX) {
        der->bytes[der->len++] = (uint8_t)tv_rng_next(rng);
    } else if (kind <= 3 || values.num == 0) {
        if (der->len > 0) {
            der->bytes[tv_rng_below(rng, der->len)] ^= (uint8_t)(1U << tv_rng_below(rng, 8));
        }
    } else if (kind <= 5) {
        swap_values(rng, der, &values);
    } else {
        edit_value(rng, der, &values, donor);
    }
}

bool tv_resign(tv_der *der, EVP_PKEY *ed25519)
{
    static value_tree values;
    enum { SIGNATURE_LEN = 64 };
    uint8_t signature[SIGNATURE_LEN + 1] = {0};
    size_t len = SIGNATURE_LEN;
    int parts[4] = {0};
    size_t num = 0;
    list_values(&values, der->bytes, der->len);
    for (size_t i = 1; i < values.num && num < 4; i++) {
        if (values.nodes[i].parent == 0) {
            parts[num++] = (int)i;
        }
    }
    if (num != 3 || der->bytes[values.nodes[parts[2]].start] != 0x03) {
        return false;
    }
    const node *tbs = &values.nodes[parts[0]];
    const node *old = &values.nodes[parts[2]];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL || EVP_DigestSignInit(ctx, NULL, NULL, NULL, ed25519) != 1 ||
        EVP_DigestSign(ctx, signature + 1, &len, der->bytes + tbs->start, tbs->end - tbs->start) !=
            1) {
        (void)fputs("mutate: signing failed\n", stderr);
        exit(EXIT_FAILURE);
    }
    EVP_MD_CTX_free(ctx);
    uint8_t made[MAX_HEADER + sizeof(signature)];
    size_t header = put_header(made, 0x03, sizeof(signature));
    memcpy(made + header, signature, sizeof(signature));
    splice(der, &values, 0, old->start, old->end, made, header + sizeof(signature));
    return true;
}
