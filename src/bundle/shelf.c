// SPDX-License-Identifier: Apache-2.0
// Bundles and stretches of them come in, in order; entries and ids go out. Texts are found by hash
// and confirmed by their bytes, and only those of bundles that were loaded before: one file alone
// costs no table of its texts.

#include "bundle/shelf.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"
#include "bundle/text_index.h"

#include <stdlib.h>

// Where a certificate was met last for the first time in its file.
typedef struct sighting {
    uint32_t bundle; // number of the bundle, from 1
    uint32_t entry;
} sighting;

struct tv_shelf {
    tv_intern *certs;
    tv_text_index texts;
    sighting *seen; // by certificate id
    size_t cap_seen;
    uint32_t number;     // of the bundle at hand
    uint32_t line;       // the first one of the next stretch
    size_t previous_end; // where the last block before the next stretch ends
    uint64_t num_decoded;
};

tv_status tv_shelf_open(tv_shelf **out, tv_intern *certs)
{
    *out = NULL;
    tv_shelf *shelf = calloc(1, sizeof(*shelf));
    if (shelf == NULL) {
        return TV_ERR_NOMEM;
    }
    shelf->certs = certs;
    tv_status status = tv_text_index_open(&shelf->texts);
    if (status != TV_OK) {
        tv_shelf_close(shelf);
        return status;
    }
    *out = shelf;
    return TV_OK;
}

void tv_shelf_close(tv_shelf *shelf)
{
    if (shelf == NULL) {
        return;
    }
    tv_text_index_close(&shelf->texts);
    free(shelf->seen);
    free(shelf);
}

tv_status tv_shelf_remember(tv_shelf *shelf, const tv_bundle *bundle)
{
    return tv_text_index_add(&shelf->texts, bundle);
}

uint64_t tv_shelf_num_decoded(const tv_shelf *shelf)
{
    return shelf->num_decoded;
}

bool tv_shelf_begin(tv_shelf *shelf, tv_bundle *bundle)
{
    const tv_bundle *twin = tv_text_index_file(&shelf->texts, bundle->map.bytes);
    if (twin != NULL) {
        tv_map_close(&bundle->map);
        free(bundle->converted);
        char *name = bundle->name;
        char *file = bundle->file;
        *bundle = *twin;
        bundle->name = name;
        bundle->file = file;
        bundle->is_twin = true;
        return true;
    }
    shelf->number++;
    shelf->line = 1;
    shelf->previous_end = 0;
    return false;
}

// Finds the first entry of this bundle with the certificate of `entry`, which will be `index`.
static tv_status find_duplicate(tv_shelf *shelf, tv_entry *entry, uint32_t index)
{
    size_t known = shelf->cap_seen;
    if (!tv_vec_grow((void **)&shelf->seen, &shelf->cap_seen, (size_t)entry->cert + 1,
                     sizeof(sighting))) {
        return TV_ERR_NOMEM;
    }
    memset(shelf->seen + known, 0, (shelf->cap_seen - known) * sizeof(sighting));
    sighting *seen = &shelf->seen[entry->cert];
    if (seen->bundle == shelf->number) {
        entry->duplicate_of = seen->entry;
    } else {
        *seen = (sighting){shelf->number, index};
    }
    return TV_OK;
}

// Appends an entry whose `cert` is known, or whose DER is `der`, or that has none.
static tv_status add_entry(tv_shelf *shelf, tv_bundle *bundle, tv_entry entry, tv_span der,
                           tv_hash128 hash)
{
    if (bundle->num_entries >= TV_ID_NONE - 1) {
        return TV_ERR_TOO_LARGE;
    }
    entry.duplicate_of = TV_ID_NONE;
    tv_status status = TV_OK;
    if (der.len > 0) {
        status = tv_intern_add_hashed(shelf->certs, der, hash, &entry.cert, NULL);
    }
    if (status == TV_OK && entry.cert != TV_ID_NONE) {
        status = find_duplicate(shelf, &entry, (uint32_t)bundle->num_entries);
    }
    if (status != TV_OK) {
        return status;
    }
    if (!tv_vec_grow((void **)&bundle->entries, &bundle->cap_entries, bundle->num_entries + 1,
                     sizeof(tv_entry))) {
        return TV_ERR_NOMEM;
    }
    bundle->entries[bundle->num_entries++] = entry;
    return TV_OK;
}

// Keeps the trust settings of the entry that was added last.
static tv_status keep_settings(tv_bundle *bundle, tv_span bytes)
{
    tv_entry_settings settings = {
        .entry = (uint32_t)(bundle->num_entries - 1),
        .offset = bundle->settings_bytes.len,
        .len = bytes.len,
    };
    tv_buf_add(&bundle->settings_bytes, bytes);
    if (bundle->settings_bytes.failed ||
        !tv_vec_grow((void **)&bundle->settings, &bundle->cap_settings, bundle->num_settings + 1,
                     sizeof(settings))) {
        return TV_ERR_NOMEM;
    }
    bundle->settings[bundle->num_settings++] = settings;
    return TV_OK;
}

tv_status tv_shelf_take(tv_shelf *shelf, tv_bundle *bundle, const tv_stretch *stretch)
{
    if (stretch->failed) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < stretch->num_items; i++) {
        const tv_stretch_item *item = &stretch->items[i];
        tv_entry entry = item->entry;
        entry.line += shelf->line;
        if (i == 0) {
            entry.quirks = tv_pem_quirks(bundle->text, &stretch->first, shelf->previous_end);
        }
        tv_span der = tv_span_part(tv_buf_span(&stretch->ders), item->der, item->der_len);
        tv_status status = add_entry(shelf, bundle, entry, der, item->hash);
        if (status == TV_OK && item->settings_len > 0) {
            size_t at = item->der + item->der_len;
            tv_span ders = tv_buf_span(&stretch->ders);
            status = keep_settings(bundle, tv_span_part(ders, at, item->settings_len));
        }
        if (status != TV_OK) {
            return status;
        }
    }
    shelf->line += stretch->lines;
    shelf->num_decoded += stretch->num_decoded;
    if (stretch->num_items > 0) {
        shelf->previous_end = stretch->end;
    }
    return TV_OK;
}

// Certificates in a row. What cannot be delimited any more is one last entry.
static tv_status read_der(tv_shelf *shelf, tv_bundle *bundle)
{
    tv_span rest = bundle->text;
    while (rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        tv_entry entry = {
            .offset = (uint64_t)(rest.ptr - bundle->text.ptr),
            .bytes = extent != 0 ? extent : rest.len,
            .kind = TV_PEM_CERTIFICATE,
        };
        tv_span der = {rest.ptr, (size_t)entry.bytes};
        tv_status status = add_entry(shelf, bundle, entry, der, tv_intern_hash(shelf->certs, der));
        if (status != TV_OK) {
            return status;
        }
        rest = tv_span_part(rest, der.len, rest.len);
    }
    return TV_OK;
}

tv_status tv_shelf_read(tv_shelf *shelf, tv_bundle *bundle)
{
    enum { STRETCH_LEN = 256 * 1024 };
    if (bundle->is_der) {
        return read_der(shelf, bundle);
    }
    tv_stretch stretch = {0};
    tv_status status = TV_OK;
    for (size_t from = 0; from < bundle->text.len && status == TV_OK;) {
        size_t to = tv_bundle_cut(bundle, from, STRETCH_LEN);
        tv_stretch_read(&stretch, shelf, bundle, from, to);
        status = tv_shelf_take(shelf, bundle, &stretch);
        from = to;
    }
    tv_stretch_close(&stretch);
    return status;
}

size_t tv_bundle_cut(const tv_bundle *bundle, size_t from, size_t len)
{
    size_t left = bundle->text.len - from;
    return len >= left ? bundle->text.len : tv_pem_next_begin(bundle->text, from + len);
}

void tv_stretch_close(tv_stretch *stretch)
{
    free(stretch->items);
    tv_buf_close(&stretch->ders);
    *stretch = (tv_stretch){0};
}

// Decodes a block whose text is not known.
static bool decode_item(tv_stretch *stretch, const tv_shelf *shelf, const tv_bundle *bundle,
                        const tv_pem_block *block, tv_stretch_item *item)
{
    if (!tv_buf_reserve(&stretch->ders, tv_base64_room(block->body.len))) {
        return false;
    }
    tv_decoded decoded;
    tv_block_decode(block, stretch->ders.ptr + stretch->ders.len, &decoded);
    item->entry.kind = (uint8_t)decoded.kind;
    item->entry.problem = decoded.problem;
    item->entry.problem_offset = decoded.problem_offset * (bundle->is_utf16 ? 2 : 1);
    item->entry.trailing = decoded.trailing;
    item->der = stretch->ders.len;
    item->der_len = decoded.der.len;
    item->settings_len = decoded.settings.len;
    if (decoded.der.len > 0) {
        item->hash = tv_intern_hash(shelf->certs, decoded.der);
        stretch->ders.len += decoded.der.len + decoded.settings.len;
    }
    stretch->num_decoded++;
    return true;
}

// Reads `block`, whose offset counts from the start of the bundle's text.
static bool read_block(tv_stretch *stretch, const tv_shelf *shelf, const tv_bundle *bundle,
                       const tv_pem_block *block)
{
    if (!tv_vec_grow((void **)&stretch->items, &stretch->cap_items, stretch->num_items + 1,
                     sizeof(tv_stretch_item))) {
        return false;
    }
    tv_stretch_item *item = &stretch->items[stretch->num_items];
    *item = (tv_stretch_item){.entry = {
                                  .offset = tv_bundle_offset(bundle, block->offset),
                                  .bytes = block->whole.len * (bundle->is_utf16 ? 2 : 1),
                                  .line = block->line,
                                  .duplicate_of = TV_ID_NONE,
                                  .cert = TV_ID_NONE,
                                  .defect = (uint8_t)block->defect,
                                  .label = block->label,
                              }};
    const tv_entry *known = tv_text_index_find(&shelf->texts, block);
    if (known != NULL) {
        item->entry.cert = known->cert;
        item->entry.kind = known->kind;
        item->entry.trailing = known->trailing;
    } else if (!decode_item(stretch, shelf, bundle, block, item)) {
        return false;
    }
    if (stretch->num_items == 0) {
        stretch->first = *block;
    } else {
        item->entry.quirks = tv_pem_quirks(bundle->text, block, stretch->end);
    }
    stretch->end = block->offset + block->whole.len;
    stretch->num_items++;
    return true;
}

void tv_stretch_read(tv_stretch *stretch, const tv_shelf *shelf, const tv_bundle *bundle,
                     size_t from, size_t to)
{
    tv_pem_scan scan;
    tv_pem_block block;
    tv_span text = tv_span_part(bundle->text, from, to - from);
    stretch->num_items = 0;
    stretch->num_decoded = 0;
    tv_buf_clear(&stretch->ders);
    tv_pem_scan_open(&scan, text, 0);
    stretch->failed = false;
    while (!stretch->failed && tv_pem_scan_next(&scan, &block)) {
        block.offset += from;
        stretch->failed = !read_block(stretch, shelf, bundle, &block);
    }
    stretch->lines = scan.line; // the scan is at the end of the text
}
