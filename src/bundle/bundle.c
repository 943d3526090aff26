// SPDX-License-Identifier: Apache-2.0
// A file comes in, a bundle that knows its format and has its text goes out. PEM, UTF-16 PEM and
// DER certificates in a row are told apart by content. Its entries are left to shelf.c.

#include "bundle/bundle.h"

#include "base/span.h"
#include "bundle/decode.h"

#include <stdlib.h>

static char *copy_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy != NULL) {
        memcpy(copy, text, len);
    }
    return copy;
}

static void find_format(tv_bundle *bundle)
{
    size_t len;
    bundle->text = bundle->map.bytes;
    bundle->bytes = bundle->map.bytes.len;
    bundle->is_der = tv_looks_like_der(bundle->text);
    bundle->is_utf16 = !bundle->is_der && tv_pem_from_utf16(bundle->text, &bundle->converted, &len);
    if (bundle->is_utf16) {
        bundle->text = tv_span_make(bundle->converted, len);
    }
}

uint64_t tv_bundle_offset(const tv_bundle *bundle, size_t at)
{
    size_t scale = bundle->is_utf16 ? 2 : 1; // bytes of the file to one of the text
    size_t mark = bundle->bytes > bundle->text.len * scale ? 2 : 0;
    return (uint64_t)at * scale + mark;
}

tv_status tv_bundle_open(tv_bundle **out, const char *path, const char *name, bool use_mmap,
                         uint64_t max_bytes, int *error)
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
    find_format(bundle);
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
    if (!bundle->is_twin) {
        tv_map_close(&bundle->map);
        free(bundle->converted);
        free(bundle->entries);
        free(bundle->settings);
        tv_buf_close(&bundle->settings_bytes);
    }
    free(bundle->name);
    free(bundle->file);
    free(bundle);
}

void tv_bundle_trim(tv_bundle *bundle)
{
    size_t len = bundle->num_entries * sizeof(tv_entry);
    if (bundle->is_twin || bundle->num_entries == bundle->cap_entries) {
        return;
    }
    tv_entry *entries = realloc(bundle->entries, len > 0 ? len : 1);
    if (entries != NULL) {
        bundle->entries = entries;
        bundle->cap_entries = bundle->num_entries;
    }
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
