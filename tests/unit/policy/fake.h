// SPDX-License-Identifier: Apache-2.0
// A bundle made in memory for the tests of checks: sound CA certificates, which a test then spoils,
// and the findings that came of it.
#ifndef TV_TESTS_POLICY_FAKE_H
#define TV_TESTS_POLICY_FAKE_H

#include "base/span.h"
#include "policy/check.h"

enum { FAKE_ENTRIES = 8, FAKE_NAME = 400, FAKE_FINDINGS = 32, FAKE_DAY = 24 * 60 * 60 };
#define FAKE_NOW INT64_C(1790000000)

typedef struct fake_finding {
    const tv_rule *rule;
    tv_severity severity;
    uint32_t entry;
    uint32_t line;
    char message[512];
} fake_finding;

typedef struct fake {
    tv_bundle bundle;
    tv_entry entries[FAKE_ENTRIES];
    tv_held held[FAKE_ENTRIES];
    const tv_held *certs[FAKE_ENTRIES];
    uint8_t names[FAKE_ENTRIES][FAKE_NAME];
    tv_check_input input;
    tv_profile *profile;
    size_t num_findings;
    fake_finding findings[FAKE_FINDINGS];
} fake;

// A Name with one RDN, CN=`text` as UTF8String, of less than 100 bytes or of 200 and more.
static inline tv_span fake_name(uint8_t *out, const char *text)
{
    static const uint8_t type[] = {0x06, 0x03, 0x55, 0x04, 0x03};
    uint8_t body[FAKE_NAME];
    size_t len = strlen(text);
    assert_true(len < 256 && (len < 100 || len >= 200));
    size_t at = sizeof(body);
    at -= len;
    memcpy(body + at, text, len);
    static const uint8_t tags[] = {0x0c, 0x30, 0x31, 0x30};
    for (size_t i = 0; i < sizeof(tags); i++) {
        if (i == 1) {
            at -= sizeof(type);
            memcpy(body + at, type, sizeof(type));
        }
        size_t inner = sizeof(body) - at;
        if (inner >= 0x100) {
            body[--at] = (uint8_t)inner;
            body[--at] = (uint8_t)(inner >> 8);
            body[--at] = 0x82;
        } else {
            body[--at] = (uint8_t)inner;
            if (inner >= 0x80) {
                body[--at] = 0x81;
            }
        }
        body[--at] = tags[i];
    }
    memcpy(out, body + at, sizeof(body) - at);
    return tv_span_make(out, sizeof(body) - at);
}

static inline void fake_open(fake *it, const char *profile)
{
    static char name[] = "store";
    static char file[] = "store.pem";
    memset(it, 0, sizeof(*it));
    assert_int_equal(tv_profile_load(&it->profile, profile, NULL), TV_OK);
    it->bundle = (tv_bundle){.name = name, .file = file, .entries = it->entries, .bytes = 1000};
    it->input = (tv_check_input){
        .profile = it->profile, .bundle = &it->bundle, .certs = it->certs, .at = FAKE_NOW};
}

static inline void fake_close(fake *it)
{
    tv_profile_close(it->profile);
}

// Appends an entry with a sound root CA of that name, which breaks no rule of any profile. Entry i
// stands at line 10 * i + 1 and has a key and key identifier of its own.
static inline tv_cert *fake_add(fake *it, const char *name)
{
    static const uint8_t keys[FAKE_ENTRIES] = {10, 11, 12, 13, 14, 15, 16, 17};
    size_t i = it->bundle.num_entries++;
    assert_true(i < FAKE_ENTRIES);
    it->entries[i] = (tv_entry){.line = (uint32_t)(10 * i + 1),
                                .offset = 100 * i,
                                .bytes = 100,
                                .duplicate_of = TV_ID_NONE,
                                .cert = (tv_cert_id)i,
                                .kind = TV_PEM_CERTIFICATE,
                                .label = TV_LIT("CERTIFICATE")};
    it->certs[i] = &it->held[i];
    tv_cert *cert = &it->held[i].cert;
    *cert = (tv_cert){.der = tv_span_make(keys, sizeof(keys)),
                      .serial = TV_LIT("\x12\x34"),
                      .spki = tv_span_make(&keys[i], 1),
                      .ski = tv_span_make(&keys[i], 1),
                      .not_before = FAKE_NOW - 1000,
                      .not_after = FAKE_NOW + INT64_C(1000) * FAKE_DAY,
                      .sig = {.kind = TV_SIG_RSA_PKCS1, .hash = TV_HASH_SHA256},
                      .version = 3,
                      .key = TV_KEY_RSA,
                      .key_size = 2048,
                      .is_ca = true,
                      .self_issued = true,
                      .key_usage = TV_KU_KEY_CERT_SIGN | TV_KU_CRL_SIGN,
                      .path_len = TV_PATH_LEN_NONE,
                      .has = TV_EXT_BASIC_CONSTRAINTS | TV_EXT_KEY_USAGE | TV_EXT_SKI,
                      .critical = TV_EXT_BASIC_CONSTRAINTS | TV_EXT_KEY_USAGE};
    cert->subject = fake_name(it->names[i], name);
    cert->issuer = cert->subject;
    return cert;
}

// Appends an entry that carries no certificate.
static inline tv_entry *fake_add_block(fake *it, tv_pem_kind kind, const char *problem)
{
    (void)fake_add(it, "unused");
    size_t i = it->bundle.num_entries - 1;
    it->entries[i].cert = TV_ID_NONE;
    it->entries[i].kind = (uint8_t)kind;
    it->entries[i].problem = problem;
    it->certs[i] = NULL;
    return &it->entries[i];
}

static inline void fake_take(void *payload, const tv_finding *finding)
{
    fake *it = payload;
    assert_true(it->num_findings < FAKE_FINDINGS);
    fake_finding *kept = &it->findings[it->num_findings++];
    *kept = (fake_finding){.rule = finding->rule,
                           .severity = finding->severity,
                           .entry = finding->entry,
                           .line = finding->line};
    assert_true(finding->message.len > 0 && finding->message.len < sizeof(kept->message));
    memcpy(kept->message, finding->message.ptr, finding->message.len);
    assert_string_equal(finding->file, "store.pem");
    assert_string_equal(finding->truststore, "store");
    assert_true(tv_span_equal(finding->help, tv_span_from_text(finding->rule->help)));
    print_message("  %s: %s\n", finding->rule->id, kept->message);
}

static inline size_t fake_check_entry(fake *it, size_t entry)
{
    tv_buf scratch = {0};
    it->num_findings = 0;
    assert_int_equal(tv_check_entry(&it->input, entry, &scratch, fake_take, it), TV_OK);
    tv_buf_close(&scratch);
    return it->num_findings;
}

static inline size_t fake_check_bundle(fake *it)
{
    it->num_findings = 0;
    assert_int_equal(tv_check_bundle(&it->input, fake_take, it), TV_OK);
    return it->num_findings;
}

static inline const fake_finding *fake_find(const fake *it, const char *rule)
{
    assert_non_null(tv_rule_find(rule));
    for (size_t i = 0; i < it->num_findings; i++) {
        if (strcmp(it->findings[i].rule->id, rule) == 0) {
            return &it->findings[i];
        }
    }
    return NULL;
}

// What the finding of that rule says; "" when there is none.
static inline const char *fake_message(const fake *it, const char *rule)
{
    const fake_finding *finding = fake_find(it, rule);
    return finding != NULL ? finding->message : "";
}

#endif
