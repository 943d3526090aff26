// SPDX-License-Identifier: Apache-2.0
// The texts of bundles that are loaded: a block or a whole file comes in, the entry or the bundle
// that has the same bytes goes out. A hash finds it, the bytes decide.
#ifndef TV_BUNDLE_TEXT_INDEX_H
#define TV_BUNDLE_TEXT_INDEX_H

#include "base/intern.h"
#include "bundle/bundle.h"

typedef struct tv_text_index {
    tv_intern *blocks;        // texts of blocks that carry a certificate
    const tv_entry **entries; // by block id
    size_t cap_entries;
    tv_intern *files;          // bytes of whole files
    const tv_bundle **bundles; // by file id
    size_t cap_bundles;
} tv_text_index;

TV_MUST_USE tv_status tv_text_index_open(tv_text_index *index);
void tv_text_index_close(tv_text_index *index);

// `bundle` has its entries and outlives the index. Nobody may look anything up meanwhile.
TV_MUST_USE tv_status tv_text_index_add(tv_text_index *index, const tv_bundle *bundle);

// An entry with the text of `block` that carries a certificate and no trust settings, or NULL.
const tv_entry *tv_text_index_find(const tv_text_index *index, const tv_pem_block *block);
// The bundle whose file has these bytes, or NULL.
const tv_bundle *tv_text_index_file(const tv_text_index *index, tv_span bytes);

#endif
