// SPDX-License-Identifier: Apache-2.0
// Records made by hand for the tests of the formats: two truststores, a client, an anchor.
#ifndef TESTS_UNIT_WRITE_SAMPLE_H
#define TESTS_UNIT_WRITE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "policy/profile.h"
#include "write/format.h"

// CN=alice,O=Acme and CN="=cmd", whose value a spreadsheet would run.
#define SAMPLE_SUBJECT                                                                             \
    "\x30\x1f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04"                                         \
    "Acme\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05"                                             \
    "alice"
#define SAMPLE_ISSUER                                                                              \
    "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"                                         \
    "CA"
#define SAMPLE_ALGORITHM "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"

#define SAMPLE_FINGERPRINT "0101010101010101010101010101010101010101010101010101010101010101"
#define SAMPLE_ANCHOR "0202020202020202020202020202020202020202020202020202020202020202"

typedef struct sample {
    tv_profile profile;
    tv_store_info stores[2];
    tv_run_info run;
    tv_cert cert;
    tv_fingerprint fingerprint;
    tv_held anchor;
    tv_item item;
    tv_cell cells[2]; // accepted by the first truststore, denied by the second
    tv_row row;
    tv_entry_record entry;
    tv_rule rule;
    tv_finding finding;
    tv_store_counts counts[2];
    tv_help_count help;
    tv_summary summary;
    tv_writer writer;
    tv_buf out;
} sample;

static inline void sample_fill_run(sample *s, const char *command)
{
    s->profile = (tv_profile){.name = "test", .summary = "a profile"};
    s->profile.reasons[TV_REASON_ISSUER_NOT_FOUND].text = "Could not find issuer";
    s->stores[0] = (tv_store_info){"prod", "stores/prod.pem", 3, 2, 24100};
    s->stores[1] = (tv_store_info){"a,b", "stores/b.pem", 1, 1, 900};
    s->run = (tv_run_info){command, &s->profile, 1700000000, s->stores, 2};
}

static inline void sample_fill_client(sample *s)
{
    s->cert = (tv_cert){
        .subject = TV_LIT(SAMPLE_SUBJECT),
        .issuer = TV_LIT(SAMPLE_ISSUER),
        .serial = TV_LIT("\x0a\x1f"),
        .spki = TV_LIT("\x30\x00"),
        .sig_alg_der = TV_LIT(SAMPLE_ALGORITHM),
        .sig = {TV_SIG_RSA_PKCS1, TV_HASH_SHA256, 0, 0},
        .key = TV_KEY_RSA,
        .key_size = 2048,
        .not_before = 1600000000,
        .not_after = 1800000000,
        .version = 3,
    };
    memset(s->fingerprint.bytes, 1, sizeof(s->fingerprint.bytes));
    memset(s->anchor.fingerprint.bytes, 2, sizeof(s->anchor.fingerprint.bytes));
    s->item = (tv_item){
        .file = "clients.pem",
        .index = 4,
        .line = 81,
        .offset = 5000,
        .bytes = 1400,
        .cert = &s->cert,
        .fingerprint = &s->fingerprint,
    };
    s->cells[0] = (tv_cell){.verdict = TV_VERDICT_ACCEPT,
                            .certainty = TV_MEASURED,
                            .path_len = 1,
                            .path = {&s->anchor},
                            .anchor = &s->anchor,
                            .breaks_at = 1800000000};
    s->cells[1] = (tv_cell){.verdict = TV_VERDICT_DENY,
                            .reason = TV_REASON_ISSUER_NOT_FOUND,
                            .reasons = TV_REASON_BIT(TV_REASON_ISSUER_NOT_FOUND) |
                                       TV_REASON_BIT(TV_REASON_EXPIRED),
                            .certainty = TV_DOCUMENTED,
                            .breaks_at = TV_TIME_NONE};
    s->row = (tv_row){&s->item, s->cells, 2};
    s->entry = (tv_entry_record){&s->stores[0], &s->item, &s->cells[0]};
}

static inline void sample_fill_rest(sample *s)
{
    s->rule = (tv_rule){.id = "weak-key", .scope = TV_SCOPE_ENTRY, .severity = TV_WARNING};
    s->finding = (tv_finding){&s->rule,
                              TV_WARNING,
                              TV_INFERRED,
                              "a document",
                              "prod",
                              "stores/prod.pem",
                              4,
                              81,
                              TV_LIT("the key of \"CN=\x1b\" is weak"),
                              TV_LIT("Take another.")};
    s->counts[0].verdicts[TV_VERDICT_ACCEPT] = 1;
    s->counts[1].verdicts[TV_VERDICT_DENY] = 1;
    s->counts[1].reasons[TV_REASON_ISSUER_NOT_FOUND] = 1;
    s->help = (tv_help_count){1, TV_REASON_ISSUER_NOT_FOUND, 1, "Add CN=CA."};
    s->summary = (tv_summary){.complete = true,
                              .num_files = 3,
                              .num_blocks = 1,
                              .num_unique = 1,
                              .num_bytes = 1400,
                              .signature_checks = 2,
                              .findings = {0, 0, 1, 0},
                              .stores = s->counts,
                              .num_stores = 2,
                              .help = &s->help,
                              .num_help = 1};
}

// A zeroed sample becomes a run of `command` that `ops` writes.
static inline void sample_open(sample *s, const char *command, const tv_format_ops *ops)
{
    *s = (sample){.out = {0}};
    sample_fill_run(s, command);
    sample_fill_client(s);
    sample_fill_rest(s);
    s->writer = (tv_writer){.ops = ops, .options = {.columns = 100}, .run = &s->run};
}

static inline void sample_close(sample *s)
{
    tv_buf_close(&s->out);
}

// What was written since the last call is exactly `expected`.
static inline void sample_expect(sample *s, const char *expected)
{
    assert_false(s->out.failed);
    tv_buf_add_byte(&s->out, 0);
    assert_string_equal((const char *)s->out.ptr, expected);
    tv_buf_clear(&s->out);
}

#endif
