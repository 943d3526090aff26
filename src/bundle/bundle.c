// SPDX-License-Identifier: Apache-2.0
// A file comes in, its entries go out, each with the id of the certificate it carries or with the
// reason why it carries none. PEM, UTF-16 PEM and DER certificates in a row are told apart by
// content.

#include "bundle/bundle.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"

#include <stdlib.h>

// What opening one bundle needs at hand.
typedef struct loader {
    tv_bundle *bundle;
    tv_intern *certs;
    uint8_t *room; // decoded bytes of the block at hand
    size_t cap_room;
    uint32_t *first; // by certificate id: 1 + index of its first entry in this bundle, 0: none
    size_t cap_first;
} loader;

static tv_status add_entry(loader *load, tv_entry entry, tv_span der)
{
    tv_bundle *bundle = load->bundle;
    if (bundle->num_entries >= TV_ID_NONE - 1) {
        return TV_ERR_TOO_LARGE;
    }
    uint32_t index = (uint32_t)bundle->num_entries;
    entry.cert = TV_ID_NONE;
    entry.duplicate_of = TV_ID_NONE;
    if (der.len > 0) {
        tv_status status = tv_intern_add(load->certs, der, &entry.cert, NULL);
        if (status != TV_OK) {
            return status;
        }
        size_t known = load->cap_first;
        if (!tv_vec_grow((void **)&load->first, &load->cap_first, (size_t)entry.cert + 1,
                         sizeof(uint32_t))) {
            return TV_ERR_NOMEM;
        }
        memset(load->first + known, 0, (load->cap_first - known) * sizeof(uint32_t));
        uint32_t *first = &load->first[entry.cert];
        if (*first == 0) {
            *first = index + 1;
        } else {
            entry.duplicate_of = *first - 1;
        }
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

static tv_status read_block(loader *load, const tv_pem_block *block, size_t previous_end)
{
    size_t room = tv_base64_room(block->body.len);
    if (!tv_vec_grow((void **)&load->room, &load->cap_room, room, 1)) {
        return TV_ERR_NOMEM;
    }
    tv_decoded decoded;
    tv_block_decode(block, load->room, &decoded);
    size_t scale = load->bundle->is_utf16 ? 2 : 1; // bytes of the file to one of the text
    size_t mark = load->bundle->bytes > load->bundle->text.len * scale ? 2 : 0;
    tv_entry entry = {
        .offset = block->offset * scale + mark,
        .bytes = block->whole.len * scale,
        .line = block->line,
        .quirks = tv_pem_quirks(load->bundle->text, block, previous_end),
        .kind = (uint8_t)decoded.kind,
        .defect = (uint8_t)block->defect,
        .label = block->label,
        .problem = decoded.problem,
        .problem_offset = decoded.problem_offset * scale,
        .trailing = decoded.trailing,
    };
    tv_status status = add_entry(load, entry, decoded.der);
    if (status == TV_OK && decoded.settings.len > 0) {
        status = keep_settings(load->bundle, decoded.settings);
    }
    return status;
}

static tv_status read_pem(loader *load)
{
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, load->bundle->text, 1);
    tv_pem_block block;
    size_t previous_end = 0;
    while (tv_pem_scan_next(&scan, &block)) {
        tv_status status = read_block(load, &block, previous_end);
        if (status != TV_OK) {
            return status;
        }
        previous_end = block.offset + block.whole.len;
    }
    return TV_OK;
}

// Certificates in a row. What cannot be delimited any more is one last entry.
static tv_status read_der(loader *load)
{
    tv_span rest = load->bundle->map.bytes;
    while (rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        tv_entry entry = {
            .offset = (uint64_t)(rest.ptr - load->bundle->map.bytes.ptr),
            .bytes = extent != 0 ? extent : rest.len,
            .kind = TV_PEM_CERTIFICATE,
        };
        tv_span der = {rest.ptr, (size_t)entry.bytes};
        tv_status status = add_entry(load, entry, der);
        if (status != TV_OK) {
            return status;
        }
        rest = tv_span_part(rest, der.len, rest.len);
    }
    return TV_OK;
}

static char *copy_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy != NULL) {
        memcpy(copy, text, len);
    }
    return copy;
}

static tv_status load_entries(tv_bundle *bundle, tv_intern *certs)
{
    loader load = {.bundle = bundle, .certs = certs};
    size_t len;
    bundle->text = bundle->map.bytes;
    bundle->bytes = bundle->map.bytes.len;
    bundle->is_der = tv_looks_like_der(bundle->text);
    tv_status status;
    if (bundle->is_der) {
        status = read_der(&load);
    } else {
        bundle->is_utf16 = tv_pem_from_utf16(bundle->text, &bundle->converted, &len);
        if (bundle->is_utf16) {
            bundle->text = tv_span_make(bundle->converted, len);
        }
        status = read_pem(&load);
    }
    free(load.room);
    free(load.first);
    return status;
}

tv_status tv_bundle_open(tv_bundle **out, const char *path, const char *name, tv_intern *certs,
                         bool use_mmap, uint64_t max_bytes, int *error)
{
    *out = NULL;
    tv_bundle *bundle = calloc(1, sizeof(*bundle));
    if (bundle == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = TV_ERR_NOMEM;
    bundle->name = copy_text(name);
    bundle->file = copy_text(path);
    if (bundle->name == NULL || bundle->file == NULL) {
        goto done;
    }
    status = tv_map_open(&bundle->map, path, use_mmap, max_bytes);
    if (status != TV_OK) {
        if (error != NULL) {
            *error = bundle->map.error;
        }
        goto done;
    }
    status = load_entries(bundle, certs);
    if (status != TV_OK) {
        goto done;
    }
    *out = bundle; // the caller owns it from here on
    bundle = NULL;
done:
    tv_bundle_close(bundle); // NULL on success
    return status;
}

void tv_bundle_close(tv_bundle *bundle)
{
    if (bundle == NULL) {
        return;
    }
    tv_map_close(&bundle->map);
    free(bundle->converted);
    free(bundle->entries);
    free(bundle->settings);
    tv_buf_close(&bundle->settings_bytes);
    free(bundle->name);
    free(bundle->file);
    free(bundle);
}

const char *tv_bundle_name(const tv_bundle *bundle)
{
    return bundle->name;
}

const char *tv_bundle_file(const tv_bundle *bundle)
{
    return bundle->file;
}

uint64_t tv_bundle_bytes(const tv_bundle *bundle)
{
    return bundle->bytes;
}

size_t tv_bundle_num_entries(const tv_bundle *bundle)
{
    return bundle->num_entries;
}

const tv_entry *tv_bundle_entry(const tv_bundle *bundle, size_t index)
{
    return index < bundle->num_entries ? &bundle->entries[index] : NULL;
}
