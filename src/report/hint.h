// SPDX-License-Identifier: Apache-2.0
// The help line of a denial: which issuer is missing, or which near miss was found. One sentence,
// RFC 4514 names and key identifiers in hex, no terminal or format escaping.
#ifndef TV_REPORT_HINT_H
#define TV_REPORT_HINT_H

#include "base/buf.h"
#include "tv/record.h"

enum { TV_HINT_KINDS = TV_HINT_SELF_SIGNED + 1 };

// What a help line is made from and nothing else, so that equal sources make equal texts; two that
// differ may still do so (one name in two encodings). The spans are borrowed from the target.
typedef struct tv_hint_source {
    tv_hint_kind hint;
    tv_reason reason;
    const tv_held *near; // NULL where the text speaks of no other certificate
    tv_span issuer;      // of the target, as encoded; empty where the text does not name it
    tv_span aki;         // of the target, as much as is shown; empty in the same way
} tv_hint_source;

// False when there is nothing to say.
bool tv_hint_source_of(const tv_cert *target, const tv_cell *cell, tv_hint_source *out);

void tv_hint_source_text(const tv_hint_source *source, tv_buf *out);

// Both at once; appends nothing when there is nothing to say.
void tv_hint_text(const tv_cert *target, const tv_cell *cell, tv_buf *out);

#endif
