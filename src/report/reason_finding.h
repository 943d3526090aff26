// SPDX-License-Identifier: Apache-2.0
// Reasons as findings: what a judgement says of an entry (or advises of a client), as a finding of
// the catalogue with a sentence of its own.
#ifndef TV_REPORT_REASON_FINDING_H
#define TV_REPORT_REASON_FINDING_H

#include "base/buf.h"
#include "policy/profile.h"
#include "tv/record.h"

// The finding for `reason` of an entry's cell. `text` is cleared and keeps message and help. False
// when no rule tells that reason, the profile switches it off or memory is out. The caller sets the
// finding's place.
bool tv_entry_reason_finding(const tv_profile *profile, const tv_item *item, const tv_cell *cell,
                             tv_reason reason, tv_buf *text, tv_finding *out);

// The same for a reason that a client's cell only advises.
bool tv_client_advice_finding(const tv_profile *profile, tv_reason reason, tv_buf *text,
                              tv_finding *out);

#endif
