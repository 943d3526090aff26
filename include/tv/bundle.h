// SPDX-License-Identifier: Apache-2.0
// A bundle: one file that is held, as the list of its entries in file order.
#ifndef TV_BUNDLE_H
#define TV_BUNDLE_H

#include "tv/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

// One PEM block, or one certificate of a DER file.
typedef struct tv_entry {
    uint64_t offset;         // of the block, in bytes from the start of the file
    uint64_t bytes;          // of the block
    uint32_t line;           // of the BEGIN line, from 1; 0 in a DER file
    uint32_t duplicate_of;   // index of the first entry with the same certificate, or TV_ID_NONE
    tv_cert_id cert;         // what was decoded, or TV_ID_NONE when nothing could be
    uint32_t quirks;         // what a stricter reader would stumble over; bits of the library's own
    uint8_t kind;            // what the label says it is; numbers of the library's own
    uint8_t defect;          // of the block's frame; numbers of the library's own
    tv_span label;           // as written; empty in a DER file
    const char *problem;     // NULL, or why no certificate could be decoded; lower case, no period
    uint64_t problem_offset; // in the block
    uint32_t trailing;       // bytes behind the certificate's DER within the block
} tv_entry;

typedef struct tv_bundle tv_bundle;

TV_API const char *tv_bundle_name(const tv_bundle *bundle);
TV_API const char *tv_bundle_file(const tv_bundle *bundle);
TV_API uint64_t tv_bundle_bytes(const tv_bundle *bundle);
TV_API size_t tv_bundle_num_entries(const tv_bundle *bundle);
TV_API const tv_entry *tv_bundle_entry(const tv_bundle *bundle, size_t index); // NULL past the last

#ifdef __cplusplus
}
#endif

#endif
