// SPDX-License-Identifier: Apache-2.0
// The help line of a denial: which issuer is missing, or which near miss was found. One sentence,
// RFC 4514 names and key identifiers in hex, no terminal or format escaping.
#ifndef TV_REPORT_HINT_H
#define TV_REPORT_HINT_H

#include "base/buf.h"
#include "tv/record.h"

// Appends nothing when there is nothing to say.
void tv_hint_text(const tv_cert *target, const tv_cell *cell, tv_buf *out);

#endif
