// SPDX-License-Identifier: Apache-2.0
// Checks: rules that can be decided from a bundle, its entries and their certificates, without a
// path. Each check is a row of a table (check_entry.c, check_cert.c, check_bundle.c): a new one is
// a row, a short function and two corpus cases. Rules that need a path are made of reasons in
// report.
#ifndef TV_POLICY_CHECK_H
#define TV_POLICY_CHECK_H

#include "base/buf.h"
#include "bundle/bundle.h"
#include "policy/profile.h"

// What checks look at. `certs[id]` is the held certificate of an entry.
typedef struct tv_check_input {
    const tv_profile *profile;
    const tv_bundle *bundle;
    const tv_held *const *certs;
    tv_time at;
} tv_check_input;

// Takes each finding; message and help are borrowed for the call.
typedef void tv_check_sink(void *payload, const tv_finding *finding);

// Findings about the file as a whole and about the set of its certificates.
// Time: O(entries log entries).
TV_MUST_USE tv_status tv_check_bundle(const tv_check_input *input, tv_check_sink *sink,
                                      void *payload);

// Findings about one entry and its certificate, in the order of the tables.
TV_MUST_USE tv_status tv_check_entry(const tv_check_input *input, size_t entry, tv_buf *scratch,
                                     tv_check_sink *sink, void *payload);

// The rule of entry scope that tells a reason, NULL when there is none. Static storage.
const tv_rule *tv_rule_for_reason(tv_reason reason);

// Makes the finding of one rule when the profile does not switch it off: severity, certainty and
// source are the profile's. For rules that are decided elsewhere (report).
bool tv_finding_make(const tv_profile *profile, const char *rule, tv_finding *out);

#endif
