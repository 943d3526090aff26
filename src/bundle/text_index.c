// SPDX-License-Identifier: Apache-2.0
// Texts come in, what they mean goes out. Texts are borrowed: bundles keep their files mapped.

#include "bundle/text_index.h"

#include "base/span.h"
#include "base/vec.h"

#include <stdlib.h>

tv_status tv_text_index_open(tv_text_index *index)
{
    *index = (tv_text_index){0};
    tv_status status = tv_intern_open(&index->blocks, TV_INTERN_BORROW);
    if (status == TV_OK) {
        status = tv_intern_open(&index->files, TV_INTERN_BORROW);
    }
    return status;
}

void tv_text_index_close(tv_text_index *index)
{
    tv_intern_close(index->blocks);
    tv_intern_close(index->files);
    free((void *)index->entries);
    free((void *)index->bundles);
}

static tv_status add_file(tv_text_index *index, const tv_bundle *bundle)
{
    uint32_t id;
    bool is_new;
    if (!tv_vec_grow((void **)&index->bundles, &index->cap_bundles,
                     tv_intern_count(index->files) + 1, sizeof(const tv_bundle *))) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_intern_add(index->files, bundle->map.bytes, &id, &is_new);
    if (status == TV_OK && is_new) {
        index->bundles[id] = bundle;
    }
    return status;
}

// The text of an entry, as it stands in its bundle.
static tv_span text_of(const tv_bundle *bundle, const tv_entry *entry)
{
    size_t scale = bundle->is_utf16 ? 2 : 1;
    size_t at = (size_t)(entry->offset - tv_bundle_offset(bundle, 0)) / scale;
    return tv_span_part(bundle->text, at, (size_t)entry->bytes / scale);
}

tv_status tv_text_index_add(tv_text_index *index, const tv_bundle *bundle)
{
    if (bundle->is_twin) {
        return TV_OK;
    }
    tv_status status = add_file(index, bundle);
    for (size_t i = 0; !bundle->is_der && i < bundle->num_entries && status == TV_OK; i++) {
        const tv_entry *entry = &bundle->entries[i];
        if (entry->cert == TV_ID_NONE || entry->kind != TV_PEM_CERTIFICATE) {
            continue;
        }
        uint32_t id;
        bool is_new;
        if (!tv_vec_grow((void **)&index->entries, &index->cap_entries,
                         tv_intern_count(index->blocks) + 1, sizeof(const tv_entry *))) {
            return TV_ERR_NOMEM;
        }
        status = tv_intern_add(index->blocks, text_of(bundle, entry), &id, &is_new);
        if (status == TV_OK && is_new) {
            index->entries[id] = entry;
        }
    }
    return status;
}

const tv_entry *tv_text_index_find(const tv_text_index *index, const tv_pem_block *block)
{
    if (tv_intern_count(index->blocks) == 0 || block->defect != TV_PEM_SOUND) {
        return NULL;
    }
    uint32_t id = tv_intern_find(index->blocks, block->whole);
    return id != TV_ID_NONE ? index->entries[id] : NULL;
}

const tv_bundle *tv_text_index_file(const tv_text_index *index, tv_span bytes)
{
    if (tv_intern_count(index->files) == 0) {
        return NULL;
    }
    uint32_t id = tv_intern_find(index->files, bytes);
    return id != TV_ID_NONE ? index->bundles[id] : NULL;
}
