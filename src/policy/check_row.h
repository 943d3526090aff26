// SPDX-License-Identifier: Apache-2.0
// What the tables of checks are made of: a row, what it looks at, and how its finding is told.
// check_entry.c walks the tables of one entry, check_bundle.c those of the file.
#ifndef TV_POLICY_CHECK_ROW_H
#define TV_POLICY_CHECK_ROW_H

#include "policy/check.h"

// One entry of the bundle. `cert` is NULL when none could be read.
typedef struct tv_look {
    const tv_check_input *input;
    size_t index;
    const tv_entry *entry;
    const tv_held *held; // NULL when nothing was decoded
    const tv_cert *cert; // readable, or NULL
} tv_look;

tv_look tv_look_at(const tv_check_input *input, size_t index);

// A rule: whether it is broken, and the words for it. `tell` adds to the message and never fails.
typedef struct tv_check {
    const char *rule;
    bool (*broken)(const tv_look *look);
    void (*tell)(const tv_look *look, tv_buf *message);
} tv_check;

// Where findings go. The message stands in `message` while the sink is called.
typedef struct tv_check_out {
    const tv_check_input *input;
    tv_buf *message;
    tv_check_sink *sink;
    void *payload;
} tv_check_out;

// Tells what `out->message` says as a finding of `rule` about entry `index` (SIZE_MAX: the whole
// file), unless the profile switches the rule off. TV_ERR_NOMEM when the message could not be made.
TV_MUST_USE tv_status tv_check_tell(const tv_check_out *out, const char *rule, size_t index);

TV_MUST_USE tv_status tv_check_rows(const tv_check *rows, size_t num_rows, const tv_look *look,
                                    const tv_check_out *out);

// Rules that a certificate breaks alone (check_cert.c); each look has a certificate.
extern const tv_check tv_cert_checks[];
extern const size_t tv_num_cert_checks;

// Quirks of the text (check_pem.c): those that cost an entry, and those that are told once a file.
TV_MUST_USE tv_status tv_check_pem_entry(const tv_look *look, const tv_check_out *out);
TV_MUST_USE tv_status tv_check_pem_bundle(const tv_check_out *out);

// Words for messages. Hostile text is cut at 200 bytes.
void tv_tell_name(tv_span name, tv_buf *message);
void tv_tell_place(const tv_bundle *bundle, size_t index, tv_buf *message); // "line 12"
void tv_tell_time(tv_time time, tv_buf *message);

#endif
