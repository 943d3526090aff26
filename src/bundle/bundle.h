// SPDX-License-Identifier: Apache-2.0
// One held file as its entries. A file comes in, its text and, once they are read (shelf.h), its
// entries with certificate ids go out; what the DER says is left to cert, whether it is good to
// policy and path.
#ifndef TV_BUNDLE_BUNDLE_H
#define TV_BUNDLE_BUNDLE_H

#include "base/buf.h"
#include "io/map.h"
#include "pem/pem_scan.h"
#include "tv/bundle.h"
#include "tv/status.h"

// The trust settings of an entry, as they stand behind its certificate.
typedef struct tv_entry_settings {
    uint32_t entry;
    size_t offset, len; // in the bundle's `settings_bytes`
} tv_entry_settings;

struct tv_bundle {
    char *name;
    char *file;
    tv_map map;
    uint8_t *converted; // 8-bit text when the file is UTF-16, else NULL
    tv_span text;       // what the entries' labels borrow from
    bool is_utf16;
    bool is_der;
    bool is_twin;   // the file has the bytes of another bundle, which owns text, entries, settings
    uint64_t bytes; // of the file
    tv_entry *entries;
    size_t num_entries, cap_entries;
    tv_entry_settings *settings; // in the order of the entries that have some: most files have none
    size_t num_settings, cap_settings;
    tv_buf settings_bytes;
};

// Opens `path` and tells its format; there are no entries yet. `name` is copied.
TV_MUST_USE tv_status tv_bundle_open(tv_bundle **out, const char *path, const char *name,
                                     bool use_mmap, uint64_t max_bytes, int *error);
void tv_bundle_close(tv_bundle *bundle);

// Gives back what `entries` has to spare.
void tv_bundle_trim(tv_bundle *bundle);

// Where a place in the text stands in the file.
uint64_t tv_bundle_offset(const tv_bundle *bundle, size_t at);

#endif
