// SPDX-License-Identifier: Apache-2.0
// `trustval audit` over many files: its NDJSON comes back sorted by file.
#ifndef TV_TESTS_SUITES_AUDIT_H
#define TV_TESTS_SUITES_AUDIT_H

#include <jansson.h>
#include <stdbool.h>

typedef struct tv_audited {
    json_t *files; // by name: {"entries": [...], "findings": [...]}
    int code;
} tv_audited;

// Audits files under profile openssl, one process for all of them, and adds to `out->files`. Ends
// the test when the output is not whole.
void tv_audit(tv_audited *out, const char *const *files, size_t num);

// The records of a file, empty arrays when there are none.
const json_t *tv_audited_entries(const tv_audited *audited, const char *file);
const json_t *tv_audited_findings(const tv_audited *audited, const char *file);

bool tv_entry_is_malformed(const json_t *entry);
// Findings of a file whose rule begins with `prefix`.
size_t tv_findings_count(const json_t *findings, const char *prefix);

#endif
