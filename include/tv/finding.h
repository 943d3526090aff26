// SPDX-License-Identifier: Apache-2.0
// Findings: rules that an entry, a bundle or a client breaks, and the catalogue of rules.
#ifndef TV_FINDING_H
#define TV_FINDING_H

#include "tv/verdict.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tv_severity {
    TV_SEVERITY_OFF = 0,
    TV_NOTE,
    TV_WARNING,
    TV_ERROR,
} tv_severity;
TV_API const char *tv_severity_text(tv_severity severity);

typedef enum tv_rule_scope {
    TV_SCOPE_BUNDLE, // the file or the set of its certificates
    TV_SCOPE_ENTRY,  // one entry of a truststore
    TV_SCOPE_CLIENT, // one client certificate
} tv_rule_scope;

// A row of the catalogue. Static storage.
typedef struct tv_rule {
    const char *id; // stable, kebab-case
    tv_rule_scope scope;
    tv_severity severity;   // by default; a profile may say otherwise
    tv_certainty certainty; // by default
    const char *source;     // by default: RFC section, document
    const char *title;      // one line, lower case, no period
    const char *help;       // what to do, whole sentences
} tv_rule;

TV_API size_t tv_rule_count(void);
TV_API const tv_rule *tv_rule_at(size_t i);         // NULL past the last
TV_API const tv_rule *tv_rule_find(const char *id); // NULL when there is none

// A rule that does not hold, and where. Spans and strings are borrowed from the audit that made it.
typedef struct tv_finding {
    const tv_rule *rule;
    tv_severity severity;
    tv_certainty certainty;
    const char *source;     // document, section or measurement behind the rule in this profile
    const char *truststore; // name of the truststore; NULL for a client's finding
    const char *file;
    uint32_t entry;  // index of the entry or client in its file, TV_ID_NONE: the whole file
    uint32_t line;   // 0: the whole file
    tv_span message; // what was found, one line, one sentence without a period
    tv_span help;    // what to do about it here; the rule's help when there is nothing to add
} tv_finding;

#ifdef __cplusplus
}
#endif

#endif
