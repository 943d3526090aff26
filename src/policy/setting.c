// SPDX-License-Identifier: Apache-2.0
// Texts of profile files come in, fields of tv_settings go out, and back again. A new setting is a
// field, a row of the table, a default and a line in each built-in profile.

#include "policy/setting.h"

#include "base/span.h"
#include "policy/profile_set.h"

#include <assert.h>
#include <string.h>

typedef struct word {
    const char *text;
    uint32_t value;
} word;

typedef enum value_kind {
    VALUE_BOOL,
    VALUE_WORD,  // one of the row's words; an enumerator
    VALUE_WORDS, // a list of them; bits 1 << value
    VALUE_U32,
    VALUE_U64,
    VALUE_DAYS,     // up to three numbers, descending
    VALUE_POLICIES, // OIDs
} value_kind;

typedef struct setting {
    const char *id;
    value_kind kind;
    size_t offset; // in tv_settings
    const word *words;
    uint32_t always;         // VALUE_WORDS: bits that stand whatever the text says
    uint64_t none, min, max; // numbers: what "none" stands for, and what is taken beside it
    const char *help;
} setting;

static const word yes_no[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const word anchor_words[] = {
    {"self-signed", TV_ANCHOR_SELF_SIGNED}, {"any", TV_ANCHOR_ANY}, {NULL, 0}};
static const word intermediate_words[] = {
    {"truststore", TV_INTERMEDIATES_TRUSTSTORE}, {"any", TV_INTERMEDIATES_ANY}, {NULL, 0}};
static const word key_id_words[] = {
    {"must-match", TV_KEY_ID_MUST_MATCH}, {"hint", TV_KEY_ID_HINT}, {NULL, 0}};
static const word purpose_words[] = {{"any", TV_PURPOSE_ANY},
                                     {"client", TV_PURPOSE_CLIENT},
                                     {"server", TV_PURPOSE_SERVER},
                                     {NULL, 0}};
static const word key_words[] = {{"RSA", TV_KEY_RSA},
                                 {"RSA-PSS", TV_KEY_RSA_PSS},
                                 {"EC-P256", TV_KEY_EC_P256},
                                 {"EC-P384", TV_KEY_EC_P384},
                                 {"EC-P521", TV_KEY_EC_P521},
                                 {"EC", TV_KEY_EC_OTHER},
                                 {"Ed25519", TV_KEY_ED25519},
                                 {"Ed448", TV_KEY_ED448},
                                 {"DSA", TV_KEY_DSA},
                                 {"X25519", TV_KEY_X25519},
                                 {"X448", TV_KEY_X448},
                                 {"other", TV_KEY_UNKNOWN},
                                 {NULL, 0}};
static const word hash_words[] = {
    {"MD2", TV_HASH_MD2},        {"MD4", TV_HASH_MD4},        {"MD5", TV_HASH_MD5},
    {"SHA-1", TV_HASH_SHA1},     {"SHA-224", TV_HASH_SHA224}, {"SHA-256", TV_HASH_SHA256},
    {"SHA-384", TV_HASH_SHA384}, {"SHA-512", TV_HASH_SHA512}, {NULL, 0}};

enum {
    MAX_WORD = 24,          // bytes of a word or number in a list
    MAX_RSA_BITS = 1 << 16, // of a bound; tv_cert counts key bits in 16 bits
    MAX_DAYS = 36500,
    NUM_DAYS = 3,
    MAX_POLICIES_TEXT = 180, // with its key in front, a line that inih takes
};

#define FIELD(name) offsetof(tv_settings, name)
#define BOOL_ROW(name, text)                                                                       \
    {                                                                                              \
        .id = #name, .kind = VALUE_BOOL, .offset = FIELD(name), .words = yes_no, .help = (text)    \
    }
#define WORD_ROW(name, list, text)                                                                 \
    {                                                                                              \
        .id = #name, .kind = VALUE_WORD, .offset = FIELD(name), .words = (list), .help = (text)    \
    }
#define U32_ROW(name, absent, least, most, text)                                                   \
    {                                                                                              \
        .id = #name, .kind = VALUE_U32, .offset = FIELD(name), .none = (absent), .min = (least),   \
        .max = (most), .help = (text)                                                              \
    }
#define U64_ROW(name, text)                                                                        \
    {                                                                                              \
        .id = #name, .kind = VALUE_U64, .offset = FIELD(name), .min = 1, .max = INT64_MAX,         \
        .help = (text)                                                                             \
    }

static const setting settings[] = {
    WORD_ROW(anchors, anchor_words,
             "Which certificates of a truststore end a path: self-signed ones, or any."),
    WORD_ROW(intermediates, intermediate_words,
             "Where the CA certificates of a path come from: the truststore, or also the client."),
    WORD_ROW(key_identifiers, key_id_words,
             "Whether an issuer whose key identifier differs is none, or only tried last."),
    WORD_ROW(purpose, purpose_words, "The extended key usage that is asked for."),
    BOOL_ROW(anchor_validity, "Whether the validity of a trust anchor counts."),
    BOOL_ROW(anchor_constraints,
             "Whether constraints, usages and path length of a trust anchor count."),
    BOOL_ROW(anchor_key, "Whether the key of a trust anchor must not be weak."),
    BOOL_ROW(anchor_self_signature,
             "Whether the key of a self-issued trust anchor must verify its signature."),
    BOOL_ROW(anchor_signature,
             "Whether the hash in the self-signature of a trust anchor must not be weak."),
    BOOL_ROW(not_after_inclusive, "Whether a certificate is still valid in its last second."),
    BOOL_ROW(version1_ca, "Whether a self-signed version 1 certificate may be a trust anchor."),
    BOOL_ROW(version1_client, "Whether a version 1 client certificate is taken."),
    BOOL_ROW(ca_by_key_usage,
             "Whether keyCertSign, or a Netscape type, makes a CA without basic constraints."),
    BOOL_ROW(eku_any, "Whether anyExtendedKeyUsage stands for every purpose."),
    BOOL_ROW(eku_of_issuers, "Whether the extended key usage of a CA limits what it issues."),
    BOOL_ROW(server_gated_crypto,
             "Whether the purposes of server gated crypto (msSGC, nsSGC) stand for serverAuth."),
    BOOL_ROW(trust_settings, "Whether the trust settings of TRUSTED CERTIFICATE blocks count."),
    BOOL_ROW(client_key_usage,
             "Whether a client's key usage must allow digitalSignature or keyAgreement."),
    BOOL_ROW(common_name_constraints,
             "Whether a common name that looks like a DNS name falls under name constraints."),
    BOOL_ROW(proxy_certificates, "Whether proxy certificates (RFC 3820) are taken."),
    BOOL_ROW(strict,
             "Whether broken MUSTs of RFC 5280 section 4 deny that path validation need not see."),
    BOOL_ROW(strict_openssl, "Whether what OpenSSL asks for with -x509_strict denies."),
    BOOL_ROW(check_policies, "Whether certificate policies are processed."),
    BOOL_ROW(explicit_policy,
             "With check_policies: whether a policy must be valid though no certificate asks."),
    BOOL_ROW(inhibit_any_policy, "With check_policies: whether anyPolicy stands for none."),
    BOOL_ROW(inhibit_policy_mapping, "With check_policies: whether policies must not be mapped."),
    {.id = "policies",
     .kind = VALUE_POLICIES,
     .offset = FIELD(policies),
     .help = "With check_policies: the policies of which one must be valid, as OIDs; or any."},
    U32_ROW(max_ca_certificates, 0, 1, UINT32_MAX,
            "The most CA certificates in a path, trust anchor included."),
    U32_ROW(max_depth, UINT32_MAX, 0, UINT32_MAX - 1,
            "The most intermediates between a client and its trust anchor."),
    U32_ROW(min_rsa_bits, 0, 1, MAX_RSA_BITS, "The smallest RSA or DSA modulus that is taken."),
    U32_ROW(max_rsa_bits, 0, 1, MAX_RSA_BITS, "The largest RSA modulus that is taken."),
    U32_ROW(min_ec_bits, 0, 1, MAX_RSA_BITS, "The smallest field of a curve named only as EC."),
    {.id = "keys",
     .kind = VALUE_WORDS,
     .offset = FIELD(keys),
     .words = key_words,
     .help = "The kinds of keys that are taken."},
    {.id = "hashes",
     .kind = VALUE_WORDS,
     .offset = FIELD(hashes),
     .words = hash_words,
     .always = UINT32_C(1) << TV_HASH_NONE, // Ed25519 and Ed448 bring their own
     .help = "The hashes that are taken in signatures."},
    BOOL_ROW(pss, "Whether RSASSA-PSS signatures are taken."),
    U64_ROW(max_bundle_bytes, "The most bytes of a truststore file."),
    U64_ROW(warn_bundle_bytes, "The bytes of a truststore file from which on it is nearly full."),
    U32_ROW(max_bundle_certs, 0, 1, UINT32_MAX, "The most certificates in a truststore file."),
    U32_ROW(max_cert_bytes, 0, 1, UINT32_MAX, "The most bytes of one certificate."),
    U32_ROW(max_subject_bytes, 0, 1, UINT32_MAX, "The most bytes of all subjects together."),
    {.id = "horizon_days",
     .kind = VALUE_DAYS,
     .offset = FIELD(horizon_days),
     .min = 1,
     .max = MAX_DAYS,
     .help = "Days ahead in which a coming expiry is told, descending."},
};

enum { NUM_SETTINGS = sizeof(settings) / sizeof(settings[0]) };
_Static_assert(NUM_SETTINGS <= TV_MAX_SETTINGS, "every setting has a provenance");
_Static_assert(sizeof(tv_anchor_rule) == sizeof(uint32_t) &&
                   sizeof(tv_intermediate_rule) == sizeof(uint32_t) &&
                   sizeof(tv_key_id_rule) == sizeof(uint32_t) &&
                   sizeof(tv_purpose) == sizeof(uint32_t),
               "enumerators are stored by way of uint32_t");

tv_settings tv_setting_defaults(void)
{
    return (tv_settings){
        .anchors = TV_ANCHOR_ANY,
        .intermediates = TV_INTERMEDIATES_ANY,
        .key_identifiers = TV_KEY_ID_HINT,
        .purpose = TV_PURPOSE_ANY,
        .anchor_validity = true,
        .anchor_constraints = true,
        .anchor_key = true,
        .not_after_inclusive = true,
        .version1_client = true,
        .eku_any = true,
        .eku_of_issuers = true,
        .strict = true,
        .check_policies = true,
        .max_depth = UINT32_MAX,
        .keys = 1U << TV_KEY_UNKNOWN | 1U << TV_KEY_RSA | 1U << TV_KEY_RSA_PSS |
                1U << TV_KEY_EC_P256 | 1U << TV_KEY_EC_P384 | 1U << TV_KEY_EC_P521 |
                1U << TV_KEY_EC_OTHER | 1U << TV_KEY_ED25519 | 1U << TV_KEY_ED448 |
                1U << TV_KEY_DSA | 1U << TV_KEY_X25519 | 1U << TV_KEY_X448,
        .hashes = 1U << TV_HASH_NONE | 1U << TV_HASH_SHA1 | 1U << TV_HASH_SHA224 |
                  1U << TV_HASH_SHA256 | 1U << TV_HASH_SHA384 | 1U << TV_HASH_SHA512,
        .pss = true,
        .horizon_days = {90, 60, 30},
    };
}

size_t tv_setting_count(void)
{
    return NUM_SETTINGS;
}

const char *tv_setting_id(size_t i)
{
    assert(i < NUM_SETTINGS);
    return settings[i].id;
}

const char *tv_setting_help(size_t i)
{
    assert(i < NUM_SETTINGS);
    return settings[i].help;
}

size_t tv_setting_find(const char *id)
{
    size_t i = 0;
    while (i < NUM_SETTINGS && strcmp(settings[i].id, id) != 0) {
        i++;
    }
    return i;
}

// "anchors: 'some' is none of self-signed, any"
static tv_status refuse_word(const setting *row, const char *given, const char *extra,
                             tv_profile_error *error)
{
    enum { MAX_PARTS = 48 };
    const char *parts[MAX_PARTS] = {row->id, ": '", given, "' is none of "};
    size_t n = 4;
    for (const word *each = row->words; each->text != NULL && n + 4 < MAX_PARTS; each++) {
        if (each != row->words) {
            parts[n++] = ", ";
        }
        parts[n++] = each->text;
    }
    parts[n] = extra;
    return tv_profile_refuse(error, TV_ERR_SYNTAX, parts);
}

static tv_status refuse_number(const setting *row, const char *given, tv_status status,
                               tv_profile_error *error)
{
    tv_buf bounds = {0};
    tv_buf_add_u64(&bounds, row->min);
    tv_buf_add_text(&bounds, " to ");
    tv_buf_add_u64(&bounds, row->max);
    tv_buf_add_byte(&bounds, 0);
    const char *range = bounds.failed ? "a number" : (const char *)bounds.ptr;
    const char *verb = status == TV_ERR_RANGE ? "' is out of range: " : "' is no number: ";
    (void)tv_profile_refuse(
        error, status,
        (const char *const[]){row->id, ": '", given, verb, range, ", or none", NULL});
    tv_buf_close(&bounds);
    return status;
}

// Reads decimal digits, all of `text`.
static tv_status read_number(uint64_t *out, const char *text)
{
    uint64_t value = 0;
    if (*text == '\0') {
        return TV_ERR_SYNTAX;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return TV_ERR_SYNTAX;
        }
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return TV_ERR_RANGE;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return TV_OK;
}

// A number between the row's bounds.
static tv_status bounded_number(uint64_t *out, const setting *row, const char *text,
                                tv_profile_error *error)
{
    uint64_t value = 0;
    tv_status status = read_number(&value, text);
    if (status == TV_OK && (value < row->min || value > row->max)) {
        status = TV_ERR_RANGE;
    }
    if (status != TV_OK) {
        return refuse_number(row, text, status, error);
    }
    *out = value;
    return TV_OK;
}

static const word *find_word(const word *words, const char *text)
{
    for (; words->text != NULL; words++) {
        if (strcmp(words->text, text) == 0) {
            return words;
        }
    }
    return NULL;
}

// Takes the next item of a comma separated list, blanks around it left out. False at the end of
// the list.
static bool next_span(const char **list, tv_span *out)
{
    if (*list == NULL) {
        return false;
    }
    const char *from = *list + strspn(*list, " \t");
    size_t len = strcspn(from, ",");
    *list = from[len] == ',' ? from + len + 1 : NULL;
    while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\t')) {
        len--;
    }
    *out = tv_span_make(from, len);
    return true;
}

// The same as a text; one that is too long is cut, and then equals nothing that is known.
static bool next_item(const char **list, char item[MAX_WORD])
{
    tv_span span;
    if (!next_span(list, &span)) {
        return false;
    }
    size_t len = span.len < MAX_WORD - 1 ? span.len : MAX_WORD - 1;
    memcpy(item, span.ptr, len);
    item[len] = '\0';
    return true;
}

static tv_status parse_words(uint32_t *out, const setting *row, const char *value,
                             tv_profile_error *error)
{
    uint32_t bits = row->always;
    char item[MAX_WORD];
    if (strcmp(value, "none") == 0) {
        *out = bits;
        return TV_OK;
    }
    while (next_item(&value, item)) {
        const word *found = find_word(row->words, item);
        if (found == NULL) {
            return refuse_word(row, item, "; or none", error);
        }
        bits |= UINT32_C(1) << found->value;
    }
    *out = bits;
    return TV_OK;
}

static tv_status parse_days(uint32_t out[NUM_DAYS], const setting *row, const char *value,
                            tv_profile_error *error)
{
    uint32_t days[NUM_DAYS] = {0};
    char item[MAX_WORD];
    size_t n = 0;
    const char *list = strcmp(value, "none") == 0 ? NULL : value;
    while (next_item(&list, item)) {
        uint64_t number;
        tv_status status = bounded_number(&number, row, item, error);
        if (status != TV_OK) {
            return status;
        }
        if (n == NUM_DAYS || (n > 0 && number >= days[n - 1])) {
            return tv_profile_refuse(
                error, TV_ERR_RANGE,
                (const char *const[]){row->id, ": '", value,
                                      "' is not at most three numbers in descending order", NULL});
        }
        days[n++] = (uint32_t)number;
    }
    memcpy(out, days, sizeof(days));
    return TV_OK;
}

static void show_policies(const tv_policy_set *set, tv_buf *out)
{
    tv_buf_add_text(out, set->count == 0 ? "any" : "");
    for (size_t i = 0; i < set->count; i++) {
        tv_buf_add_text(out, i == 0 ? "" : ", ");
        tv_policy_set_show(set, i, out);
    }
}

// A value stands on one line of a profile file, so what is shown of it has to fit, too.
static tv_status parse_policies(tv_policy_set *out, const setting *row, const char *value,
                                tv_profile_error *error)
{
    tv_policy_set policies = {0};
    const char *list = strcmp(value, "any") == 0 ? NULL : value;
    tv_span item;
    while (next_span(&list, &item)) {
        if (!tv_policy_set_add(&policies, item)) {
            return tv_profile_refuse(
                error, TV_ERR_SYNTAX,
                (const char *const[]){row->id, ": '", value,
                                      "' is not any, nor a list of policies as 2.16.840.1", NULL});
        }
    }
    tv_buf text = {.ceiling = MAX_POLICIES_TEXT};
    show_policies(&policies, &text);
    bool fits = !text.failed;
    tv_buf_close(&text);
    if (!fits) {
        return tv_profile_refuse(
            error, TV_ERR_RANGE,
            (const char *const[]){row->id, ": more policies than fit into 180 bytes", NULL});
    }
    *out = policies;
    return TV_OK;
}

tv_status tv_setting_parse(tv_settings *set, size_t i, const char *value, tv_profile_error *error)
{
    assert(i < NUM_SETTINGS);
    const setting *row = &settings[i];
    void *field = (unsigned char *)set + row->offset;
    if (row->kind == VALUE_WORDS) {
        return parse_words(field, row, value, error);
    }
    if (row->kind == VALUE_DAYS) {
        return parse_days(field, row, value, error);
    }
    if (row->kind == VALUE_POLICIES) {
        return parse_policies(field, row, value, error);
    }
    if (row->kind == VALUE_BOOL || row->kind == VALUE_WORD) {
        const word *found = find_word(row->words, value);
        if (found == NULL) {
            return refuse_word(row, value, NULL, error);
        }
        if (row->kind == VALUE_BOOL) {
            *(bool *)field = found->value != 0;
        } else {
            memcpy(field, &found->value, sizeof(found->value));
        }
        return TV_OK;
    }
    uint64_t number = row->none;
    if (strcmp(value, "none") != 0) {
        tv_status status = bounded_number(&number, row, value, error);
        if (status != TV_OK) {
            return status;
        }
    }
    if (row->kind == VALUE_U64) {
        *(uint64_t *)field = number;
    } else {
        *(uint32_t *)field = (uint32_t)number;
    }
    return TV_OK;
}

static void show_words(const setting *row, uint32_t bits, tv_buf *out)
{
    bool first = true;
    for (const word *each = row->words; each->text != NULL; each++) {
        if ((bits >> each->value & 1) != 0) {
            tv_buf_add_text(out, first ? "" : ", ");
            tv_buf_add_text(out, each->text);
            first = false;
        }
    }
    tv_buf_add_text(out, first ? "none" : "");
}

static void show_days(const uint32_t days[NUM_DAYS], tv_buf *out)
{
    tv_buf_add_text(out, days[0] == 0 ? "none" : "");
    for (size_t i = 0; i < NUM_DAYS && days[i] != 0; i++) {
        tv_buf_add_text(out, i == 0 ? "" : ", ");
        tv_buf_add_u64(out, days[i]);
    }
}

static void show_word(const setting *row, uint32_t value, tv_buf *out)
{
    for (const word *each = row->words; each->text != NULL; each++) {
        if (each->value == value) {
            tv_buf_add_text(out, each->text);
            return;
        }
    }
    assert(false); // a field holds one of its enumerators
}

static void show_number(const setting *row, uint64_t value, tv_buf *out)
{
    if (value == row->none) {
        tv_buf_add_text(out, "none");
    } else {
        tv_buf_add_u64(out, value);
    }
}

void tv_setting_show(const tv_settings *set, size_t i, tv_buf *out)
{
    assert(i < NUM_SETTINGS);
    const setting *row = &settings[i];
    const void *field = (const unsigned char *)set + row->offset;
    uint32_t value = 0;
    switch (row->kind) {
    case VALUE_BOOL:
        show_word(row, *(const bool *)field ? 1 : 0, out);
        break;
    case VALUE_WORD:
        memcpy(&value, field, sizeof(value));
        show_word(row, value, out);
        break;
    case VALUE_WORDS:
        show_words(row, *(const uint32_t *)field, out);
        break;
    case VALUE_U32:
        show_number(row, *(const uint32_t *)field, out);
        break;
    case VALUE_U64:
        show_number(row, *(const uint64_t *)field, out);
        break;
    case VALUE_DAYS:
        show_days(field, out);
        break;
    case VALUE_POLICIES:
        show_policies(field, out);
        break;
    }
}
