// SPDX-License-Identifier: Apache-2.0
// A file and the set of its certificates come in, findings go out: limits of the target, subjects
// that occur twice, CAs that nothing but their order tells apart. Certificates are grouped by the
// canonical form of their subject, by its hash and then its bytes, so the whole costs one sort.

#include "policy/check_row.h"

#include "base/hash.h"
#include "base/span.h"
#include "cert/name.h"

#include <stdlib.h>
#include <string.h>

// A name in canonical form and the entry it stands in. While the names are gathered `at` counts,
// because their buffer moves.
typedef struct keyed {
    uint64_t hash;
    tv_span name;
    size_t at;
    uint32_t index;
} keyed;

typedef struct names {
    keyed *items;
    size_t len;
    tv_buf bytes;
} names;

// Any order will do in which equal names stand together. The hash nearly always decides, without a
// look at the names, which lie all over the memory.
static int compare_names(const keyed *a, const keyed *b)
{
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    if (a->name.len != b->name.len) {
        return a->name.len < b->name.len ? -1 : 1;
    }
    return a->name.len > 0 ? memcmp(a->name.ptr, b->name.ptr, a->name.len) : 0;
}

static int compare_keyed(const void *a, const void *b)
{
    const keyed *x = a;
    const keyed *y = b;
    int order = compare_names(x, y);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static bool is_ca(const tv_cert *cert)
{
    return cert->is_ca || cert->version < 3;
}

// A certificate that leaves its issuer's key open.
static bool names_no_key(const tv_cert *cert)
{
    return !cert->self_issued && cert->aki.len == 0;
}

static void names_close(names *set)
{
    free(set->items);
    tv_buf_close(&set->bytes);
}

// Gathers, sorted, the subjects of all certificates, or the issuers of those that name no key. A
// certificate counts once, at its first entry; a name that is malformed counts nowhere.
static tv_status names_open(names *set, const tv_check_input *input, bool subjects, uint64_t seed)
{
    size_t num_entries = tv_bundle_num_entries(input->bundle);
    *set = (names){.items = calloc(num_entries + 1, sizeof(keyed))};
    if (set->items == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < num_entries; i++) {
        tv_look look = tv_look_at(input, i);
        if (look.cert == NULL || look.entry->duplicate_of != TV_ID_NONE ||
            (!subjects && !names_no_key(look.cert))) {
            continue;
        }
        size_t at = set->bytes.len;
        if (tv_name_canonical(subjects ? look.cert->subject : look.cert->issuer, &set->bytes)) {
            set->items[set->len++] =
                (keyed){.name = {NULL, set->bytes.len - at}, .at = at, .index = (uint32_t)i};
        } else {
            if (set->bytes.failed) {
                names_close(set);
                return TV_ERR_NOMEM;
            }
            set->bytes.len = at;
        }
    }
    for (size_t i = 0; i < set->len; i++) {
        keyed *item = &set->items[i];
        item->name = tv_span_part(tv_buf_span(&set->bytes), item->at, item->name.len);
        item->hash = tv_hash_64(item->name, seed);
    }
    qsort(set->items, set->len, sizeof(keyed), compare_keyed);
    return TV_OK;
}

static bool names_hold(const names *set, const keyed *name)
{
    size_t low = 0;
    size_t high = set->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(&set->items[middle], name);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

// What is found of each entry: indexes of other entries, TV_ID_NONE when there is nothing to tell.
typedef struct twins {
    uint32_t same_subject; // first entry with this subject
    uint32_t other_key;    // first CA with this subject; its key is another one
} twins;

// Compares the certificates of one subject, items[0] to items[len - 1].
static void compare_group(const tv_check_input *input, const keyed *items, size_t len,
                          const names *open_issuers, twins *found)
{
    bool open = names_hold(open_issuers, &items[0]);
    const tv_cert *first_ca = NULL;
    uint32_t first_ca_at = TV_ID_NONE;
    uint32_t second_at = TV_ID_NONE;
    for (size_t i = 0; i < len; i++) {
        const tv_cert *cert = tv_look_at(input, items[i].index).cert;
        if (i > 0) {
            found[items[i].index].same_subject = items[0].index;
        }
        if (!is_ca(cert)) {
            continue;
        }
        open = open || cert->ski.len == 0;
        if (first_ca == NULL) {
            first_ca = cert;
            first_ca_at = items[i].index;
        } else if (second_at == TV_ID_NONE && !tv_span_equal(cert->spki, first_ca->spki)) {
            second_at = items[i].index;
        }
    }
    if (open && second_at != TV_ID_NONE) {
        found[second_at].other_key = first_ca_at;
    }
}

static void compare_subjects(const tv_check_input *input, const names *subjects,
                             const names *open_issuers, twins *found)
{
    for (size_t from = 0; from < subjects->len;) {
        size_t to = from + 1;
        while (to < subjects->len &&
               compare_names(&subjects->items[from], &subjects->items[to]) == 0) {
            to++;
        }
        if (to - from > 1) {
            compare_group(input, subjects->items + from, to - from, open_issuers, found);
        }
        from = to;
    }
}

static tv_status tell_twins(const tv_check_out *out, const twins *found)
{
    const tv_bundle *bundle = out->input->bundle;
    tv_status status = TV_OK;
    for (size_t i = 0; status == TV_OK && i < tv_bundle_num_entries(bundle); i++) {
        if (found[i].same_subject != TV_ID_NONE) {
            tv_buf_clear(out->message);
            tv_buf_add_text(out->message, "the certificate at ");
            tv_tell_place(bundle, found[i].same_subject, out->message);
            tv_buf_add_text(out->message, " has the same subject: ");
            tv_tell_name(tv_look_at(out->input, i).cert->subject, out->message);
            status = tv_check_tell(out, "duplicate-subject", i);
        }
        if (status == TV_OK && found[i].other_key != TV_ID_NONE) {
            tv_buf_clear(out->message);
            tv_buf_add_text(out->message, "the CA at ");
            tv_tell_place(bundle, found[i].other_key, out->message);
            tv_buf_add_text(out->message, " has the same subject and another key, and key "
                                          "identifiers are missing: readers may take whichever "
                                          "comes first");
            status = tv_check_tell(out, "order-dependent", i);
        }
    }
    return status;
}

static tv_status check_subjects(const tv_check_out *out)
{
    size_t num_entries = tv_bundle_num_entries(out->input->bundle);
    names subjects = {0};
    names open_issuers = {0};
    twins *found = NULL;
    uint64_t seed = tv_hash_random_seed();
    tv_status status = names_open(&subjects, out->input, true, seed);
    if (status != TV_OK) {
        goto done;
    }
    status = names_open(&open_issuers, out->input, false, seed);
    if (status != TV_OK) {
        goto done;
    }
    status = TV_ERR_NOMEM;
    found = malloc((num_entries + 1) * sizeof(*found));
    if (found == NULL) {
        goto done;
    }
    memset(found, 0xff, (num_entries + 1) * sizeof(*found)); // TV_ID_NONE everywhere
    compare_subjects(out->input, &subjects, &open_issuers, found);
    status = tell_twins(out, found);
done:
    free(found);
    names_close(&subjects);
    names_close(&open_issuers);
    return status;
}

// "the file has 5 certificates, the target takes 3"
static tv_status tell_limit(const tv_check_out *out, const char *rule, const char *before,
                            uint64_t value, const char *after, uint64_t limit)
{
    tv_buf_clear(out->message);
    tv_buf_add_text(out->message, before);
    tv_buf_add_u64(out->message, value);
    tv_buf_add_text(out->message, after);
    tv_buf_add_u64(out->message, limit);
    return tv_check_tell(out, rule, SIZE_MAX);
}

static tv_status check_size(const tv_check_out *out)
{
    const tv_settings *set = &out->input->profile->set;
    uint64_t bytes = tv_bundle_bytes(out->input->bundle);
    if (set->max_bundle_bytes != 0 && bytes > set->max_bundle_bytes) {
        return tell_limit(out, "bundle-too-large", "the file has ", bytes,
                          " bytes, the target takes ", set->max_bundle_bytes);
    }
    if (set->warn_bundle_bytes != 0 && bytes >= set->warn_bundle_bytes) {
        return tell_limit(out, "bundle-near-size-limit", "the file has ", bytes,
                          " bytes, at the edge of what the target takes, which begins at ",
                          set->warn_bundle_bytes);
    }
    return TV_OK;
}

static tv_status check_counts(const tv_check_out *out)
{
    const tv_settings *set = &out->input->profile->set;
    size_t num_certs = 0;
    size_t num_readable = 0;
    uint64_t subject_bytes = 0;
    for (size_t i = 0; i < tv_bundle_num_entries(out->input->bundle); i++) {
        tv_look look = tv_look_at(out->input, i);
        num_certs += look.held != NULL ? 1 : 0;
        num_readable += look.cert != NULL ? 1 : 0;
        subject_bytes += look.cert != NULL ? look.cert->subject.len : 0;
    }
    if (num_readable == 0) {
        tv_buf_clear(out->message);
        tv_buf_add_text(out->message, "the file holds no certificate that can be read, in ");
        tv_buf_add_u64(out->message, tv_bundle_num_entries(out->input->bundle));
        tv_buf_add_text(out->message, " blocks");
        return tv_check_tell(out, "bundle-no-certificate", SIZE_MAX);
    }
    tv_status status = TV_OK;
    if (set->max_bundle_certs != 0 && num_certs > set->max_bundle_certs) {
        status = tell_limit(out, "bundle-too-many-certificates", "the file holds ", num_certs,
                            " certificates, the target takes ", set->max_bundle_certs);
    }
    if (status == TV_OK && set->max_subject_bytes != 0 && subject_bytes > set->max_subject_bytes) {
        status = tell_limit(out, "bundle-subjects-too-large", "the subjects have ", subject_bytes,
                            " bytes together, the target takes ", set->max_subject_bytes);
    }
    return status;
}

static bool ends_in_pem(const char *file)
{
    size_t len = strlen(file);
    return len > 4 && file[len - 4] == '.' && (file[len - 3] | 0x20) == 'p' &&
           (file[len - 2] | 0x20) == 'e' && (file[len - 1] | 0x20) == 'm';
}

static tv_status check_file_name(const tv_check_out *out)
{
    const char *file = tv_bundle_file(out->input->bundle);
    if (strcmp(file, "-") == 0 || ends_in_pem(file)) {
        return TV_OK;
    }
    tv_buf_clear(out->message);
    tv_buf_add_text(out->message, "the name of the file does not end in .pem");
    return tv_check_tell(out, "bundle-file-name", SIZE_MAX);
}

tv_status tv_check_bundle(const tv_check_input *input, tv_check_sink *sink, void *payload)
{
    static tv_status (*const checks[])(const tv_check_out *) = {
        check_size, check_counts, check_file_name, tv_check_pem_bundle, check_subjects};
    tv_buf message = {0};
    tv_check_out out = {input, &message, sink, payload};
    tv_status status = TV_OK;
    for (size_t i = 0; status == TV_OK && i < sizeof(checks) / sizeof(checks[0]); i++) {
        status = checks[i](&out);
    }
    tv_buf_close(&message);
    return status;
}
