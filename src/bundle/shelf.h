// SPDX-License-Identifier: Apache-2.0
// Reading the entries of files that have much in common. Bundles come in one after the other, each
// gets its entries with ids of certificates that are the same in all files. A block or a whole file
// whose bytes were read before is not decoded again.
//
// A text is cut into stretches before BEGIN lines. Stretches are read by any number of threads and
// taken in order by one: entries, ids, lines and findings do not depend on the cuts.
#ifndef TV_BUNDLE_SHELF_H
#define TV_BUNDLE_SHELF_H

#include "base/intern.h"
#include "bundle/bundle.h"

typedef struct tv_shelf tv_shelf;

// `certs`, a copying set, takes each distinct DER and outlives the shelf, as do the bundles that
// are remembered.
TV_MUST_USE tv_status tv_shelf_open(tv_shelf **out, tv_intern *certs);
void tv_shelf_close(tv_shelf *shelf);

// From here on the blocks of `bundle`, which has its entries, are known, and so is the whole file.
TV_MUST_USE tv_status tv_shelf_remember(tv_shelf *shelf, const tv_bundle *bundle);

// Begins to read a bundle that was opened. True when nothing is left to do: it is the twin of one
// that is remembered, byte for byte, and shares its entries.
bool tv_shelf_begin(tv_shelf *shelf, tv_bundle *bundle);
// Reads all entries of a bundle that was begun, on the calling thread.
TV_MUST_USE tv_status tv_shelf_read(tv_shelf *shelf, tv_bundle *bundle);

// What one block is, before it is known what stands before its stretch.
typedef struct tv_stretch_item {
    tv_entry entry;      // lines count from 0 at the start of the stretch
    tv_hash128 hash;     // of the DER in the set of certificates
    size_t der, der_len; // in `ders`; no length: none, or `entry.cert` is known
    size_t settings_len; // behind the DER
} tv_stretch_item;

// A zeroed stretch is empty and ready, and may be read into again.
typedef struct tv_stretch {
    tv_stretch_item *items;
    size_t num_items, cap_items;
    tv_buf ders;
    tv_pem_block first; // the first block; its quirks depend on what stands before the stretch
    size_t end;         // in the text: behind the last block
    uint32_t lines;     // that the stretch ends
    size_t num_decoded; // blocks whose base64 was decoded
    bool failed;        // memory ran out
} tv_stretch;

void tv_stretch_close(tv_stretch *stretch);

// Where a stretch of PEM text that begins at `from` and has about `len` bytes ends.
size_t tv_bundle_cut(const tv_bundle *bundle, size_t from, size_t len);
// Reads the blocks in text[from, to). Any thread, also while others read or take: of the shelf it
// reads only what tv_shelf_remember writes.
void tv_stretch_read(tv_stretch *stretch, const tv_shelf *shelf, const tv_bundle *bundle,
                     size_t from, size_t to);
// Appends the entries of the next stretch.
TV_MUST_USE tv_status tv_shelf_take(tv_shelf *shelf, tv_bundle *bundle, const tv_stretch *stretch);

// Blocks that were decoded so far; the others were known by their text.
uint64_t tv_shelf_num_decoded(const tv_shelf *shelf);

#endif
