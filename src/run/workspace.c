// SPDX-License-Identifier: Apache-2.0
// Files come in, one frozen set of certificates, keys and truststores goes out. Reading is left to
// bundle, judging to audit.c and verify.c.

#include "run/workspace.h"

#include "base/hash.h"
#include "base/span.h"
#include "base/vec.h"
#include "run/load.h"

#include <stdlib.h>
#include <uv.h>

static void take_default(uint32_t *value, uint32_t standard, uint32_t most)
{
    if (*value == 0) {
        *value = standard;
    }
    if (*value > most) {
        *value = most;
    }
}

void tv_limits_complete(tv_limits *limits)
{
    tv_limits standard = tv_limits_default();
    take_default(&limits->path_nodes, standard.path_nodes, UINT32_MAX);
    take_default(&limits->path_signatures, standard.path_signatures, TV_LIMIT_SIGNATURES);
    take_default(&limits->path_depth, standard.path_depth, TV_LIMIT_DEPTH);
    take_default(&limits->issuer_candidates, standard.issuer_candidates, TV_LIMIT_CANDIDATES);
    if (limits->bundle_bytes == 0) {
        limits->bundle_bytes = standard.bundle_bytes;
    }
    if (limits->name_comparisons == 0) {
        limits->name_comparisons = standard.name_comparisons;
    }
}

tv_status tv_workspace_open(tv_workspace **out, const tv_options *options)
{
    *out = NULL;
    tv_workspace *workspace = calloc(1, sizeof(*workspace));
    if (workspace == NULL) {
        return TV_ERR_NOMEM;
    }
    if (options != NULL) {
        workspace->options = *options;
    }
    tv_limits_complete(&workspace->options.limits);
    workspace->threads = workspace->options.threads;
    if (workspace->threads == 0) {
        workspace->threads = uv_available_parallelism();
    }
    tv_status status = tv_intern_open(&workspace->ders, TV_INTERN_COPY);
    if (status == TV_OK) {
        status = tv_shelf_open(&workspace->shelf, workspace->ders);
    }
    for (size_t role = 0; role < 2 && status == TV_OK; role++) {
        status = tv_intern_open(&workspace->names[role].set, TV_INTERN_COPY);
    }
    if (status != TV_OK) {
        tv_workspace_close(workspace);
        return status;
    }
    *out = workspace;
    return TV_OK;
}

// The base name without its extension: "trust/prod.pem" is "prod".
static tv_span stem_of(const char *path)
{
    if (strcmp(path, "-") == 0) {
        return TV_LIT("stdin");
    }
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t len = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
    return tv_span_make(base, len);
}

// `name`, or `name~2`, `name~3`, ... when it is taken; NUL-terminated in `out`.
static bool make_unique(tv_names *names, tv_span name, tv_buf *out)
{
    uint32_t taken = tv_intern_find(names->set, name);
    tv_buf_add(out, name);
    if (taken != TV_ID_NONE) {
        uint32_t number = names->next[taken];
        for (;; number++) {
            tv_buf_clear(out);
            tv_buf_add(out, name);
            tv_buf_add_byte(out, '~');
            tv_buf_add_u64(out, number);
            if (out->failed || tv_intern_find(names->set, tv_buf_span(out)) == TV_ID_NONE) {
                break;
            }
        }
        names->next[taken] = number;
    }
    tv_buf_add_byte(out, 0);
    return !out->failed;
}

static tv_status take_name(tv_names *names, tv_span name)
{
    uint32_t id;
    if (!tv_vec_grow((void **)&names->next, &names->cap, tv_intern_count(names->set) + 1,
                     sizeof(uint32_t))) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_intern_add(names->set, name, &id, NULL);
    if (status == TV_OK) {
        names->next[id] = 2;
    }
    return status;
}

static bool has_certificate(const tv_workspace *workspace, const tv_bundle *bundle)
{
    for (size_t i = 0; i < tv_bundle_num_entries(bundle); i++) {
        tv_cert_id id = tv_bundle_entry(bundle, i)->cert;
        tv_cert cert;
        tv_cert_problem problem;
        if (id != TV_ID_NONE &&
            tv_cert_parse(&cert, tv_intern_bytes(workspace->ders, id), &problem)) {
            return true;
        }
    }
    return false;
}

tv_status tv_workspace_add(tv_workspace *workspace, tv_bundle_id *out, const char *path,
                           const char *name, tv_role role, int *error)
{
    *out = TV_ID_NONE;
    if (workspace->frozen) {
        return TV_ERR_STATE;
    }
    size_t count = workspace->num_bundles;
    tv_names *names = &workspace->names[role];
    tv_buf unique = {0};
    tv_bundle *bundle = NULL;
    tv_status status = TV_ERR_NOMEM;
    if (!tv_vec_grow((void **)&workspace->bundles, &workspace->cap_bundles, count + 1,
                     sizeof(tv_bundle *)) ||
        !tv_vec_grow((void **)&workspace->roles, &workspace->cap_roles, count + 1,
                     sizeof(tv_role)) ||
        !make_unique(names, name != NULL ? tv_span_from_text(name) : stem_of(path), &unique)) {
        goto done;
    }
    status = tv_bundle_open(&bundle, path, (const char *)unique.ptr, !workspace->options.no_mmap,
                            workspace->options.limits.bundle_bytes, error);
    if (status == TV_OK) {
        status = tv_load_entries(workspace, bundle);
    }
    if (status != TV_OK) {
        workspace->num_failed++;
        goto done;
    }
    status = take_name(names, tv_span_from_text((const char *)unique.ptr));
    if (status != TV_OK) {
        goto done;
    }
    workspace->bundles[count] = bundle; // which owns it from here on
    workspace->roles[count] = role;
    workspace->num_bundles++;
    *out = (tv_bundle_id)count;
    if (!has_certificate(workspace, bundle)) {
        status = TV_ERR_NO_CERTIFICATE;
    }
    bundle = NULL;
done:
    tv_bundle_close(bundle);
    tv_buf_close(&unique);
    return status;
}

static void set_bit(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

// What making the sets of nodes needs at hand.
typedef struct set_maker {
    const tv_workspace *workspace;
    size_t words;     // of a set
    uint32_t *places; // of the nodes; NULL: no set needs them
    uint64_t *next;   // memory for further sets
    tv_intern *sets;  // bits of the stores' sets
    uint32_t *heads;  // by id of a set: the first store that has it
} set_maker;

static tv_status make_places(set_maker *maker)
{
    size_t num;
    const uint32_t *order = tv_graph_order(maker->workspace->graph, &num);
    maker->places = calloc(maker->workspace->num_held + 1, sizeof(uint32_t));
    if (maker->places == NULL) {
        return TV_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < num; i++) {
        maker->places[order[i]] = i;
    }
    return TV_OK;
}

// Makes room for a set in which nothing is yet.
static tv_node_set make_set(set_maker *maker)
{
    tv_node_set set = {.bits = maker->next};
    maker->next += maker->words;
    if (maker->places != NULL) {
        set.places = maker->next;
        maker->next += maker->words;
    }
    return set;
}

// Adds the certificates of `bundle`; `set` is one of the maker's.
static void fill_set(const set_maker *maker, const tv_node_set *set, const tv_bundle *bundle)
{
    uint64_t *all = maker->workspace->bits;
    uint64_t *bits = all + (set->bits - all);
    for (size_t i = 0; i < tv_bundle_num_entries(bundle); i++) {
        tv_cert_id id = tv_bundle_entry(bundle, i)->cert;
        if (id == TV_ID_NONE || maker->workspace->held[id].problem.what != NULL) {
            continue;
        }
        set_bit(bits, id);
        if (maker->places != NULL) {
            set_bit(all + (set->places - all), maker->places[id]);
        }
    }
}

// Reads the trust settings of a truststore. An entry whose certificate stands in the file before it
// has no say.
static tv_status read_settings(tv_store *store, const tv_graph *graph)
{
    const tv_bundle *bundle = store->bundle;
    tv_span bytes = tv_buf_span(&bundle->settings_bytes);
    if (bundle->num_settings == 0) {
        return TV_OK;
    }
    size_t num = 0;
    tv_node_trust *items = calloc(bundle->num_settings, sizeof(*items));
    if (items == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < bundle->num_settings; i++) {
        const tv_entry_settings *settings = &bundle->settings[i];
        const tv_entry *entry = tv_bundle_entry(bundle, settings->entry);
        if (entry->duplicate_of == TV_ID_NONE) {
            items[num].node = entry->cert;
            items[num].place = settings->entry;
            tv_trust_read(tv_span_part(bytes, settings->offset, settings->len),
                          &items[num++].trust);
        }
    }
    tv_status status = tv_trust_list_open(&store->trust, graph, items, num);
    store->set.trust = store->trust.num > 0 ? &store->trust : NULL;
    free(items);
    return status;
}

// Finds the first store before `number` with its nodes and trust settings.
static tv_status find_same(set_maker *maker, tv_store *stores, uint32_t number)
{
    tv_store *store = &stores[number];
    uint32_t id;
    bool is_new;
    tv_span bits = tv_span_make(store->set.bits, maker->words * sizeof(uint64_t));
    tv_status status = tv_intern_add(maker->sets, bits, &id, &is_new);
    if (status != TV_OK) {
        return status;
    }
    if (is_new) {
        maker->heads[id] = number;
        return TV_OK;
    }
    for (uint32_t at = maker->heads[id]; at != TV_ID_NONE; at = stores[at].next_alike) {
        if (tv_trust_list_equal(&stores[at].trust, &store->trust)) {
            store->same_as = at;
            return TV_OK;
        }
    }
    store->next_alike = stores[maker->heads[id]].next_alike;
    stores[maker->heads[id]].next_alike = number;
    return TV_OK;
}

static uint32_t count_bits(const uint64_t *bits, size_t words)
{
    uint32_t count = 0;
    for (size_t i = 0; i < words; i++) {
        count += (uint32_t)__builtin_popcountll(bits[i]);
    }
    return count;
}

static tv_status make_store(tv_workspace *workspace, set_maker *maker, const tv_bundle *bundle)
{
    uint32_t number = (uint32_t)workspace->num_stores++;
    tv_store *store = &workspace->stores[number];
    *store = (tv_store){
        .bundle = bundle, .set = make_set(maker), .next_alike = TV_ID_NONE, .same_as = number};
    fill_set(maker, &store->set, bundle);
    tv_status status = read_settings(store, workspace->graph);
    if (status != TV_OK) {
        return status;
    }
    workspace->infos[number] = (tv_store_info){
        .name = tv_bundle_name(bundle),
        .file = tv_bundle_file(bundle),
        .num_entries = (uint32_t)tv_bundle_num_entries(bundle),
        .num_certs = count_bits(store->set.bits, maker->words),
        .bytes = tv_bundle_bytes(bundle),
    };
    return find_same(maker, workspace->stores, number);
}

static tv_status make_sets(tv_workspace *workspace, set_maker *maker)
{
    size_t num = workspace->num_bundles;
    size_t total;
    // One set alone holds all there is: its places would tell nothing.
    tv_status status = num > 1 ? make_places(maker) : TV_OK;
    if (status == TV_OK) {
        status = tv_intern_open(&maker->sets, TV_INTERN_BORROW);
    }
    maker->heads = calloc(num + 1, sizeof(*maker->heads));
    if (status != TV_OK || maker->heads == NULL ||
        !tv_size_mul(&total, maker->words * (maker->places != NULL ? 2 : 1), num + 1)) {
        return status != TV_OK ? status : TV_ERR_NOMEM;
    }
    workspace->bits = calloc(total, sizeof(uint64_t));
    workspace->stores = calloc(num + 1, sizeof(*workspace->stores));
    workspace->infos = calloc(num + 1, sizeof(*workspace->infos));
    if (workspace->bits == NULL || workspace->stores == NULL || workspace->infos == NULL) {
        return TV_ERR_NOMEM;
    }
    maker->next = workspace->bits;
    workspace->untrusted = make_set(maker);
    for (size_t i = 0; i < num && status == TV_OK; i++) {
        if (workspace->roles[i] == TV_ROLE_UNTRUSTED) {
            fill_set(maker, &workspace->untrusted, workspace->bundles[i]);
        } else {
            status = make_store(workspace, maker, workspace->bundles[i]);
        }
    }
    return status;
}

static tv_status make_stores(tv_workspace *workspace)
{
    set_maker maker = {.workspace = workspace, .words = workspace->num_held / 64 + 1};
    tv_status status = make_sets(workspace, &maker);
    tv_intern_close(maker.sets);
    free(maker.heads);
    free(maker.places);
    return status;
}

tv_status tv_workspace_freeze(tv_workspace *workspace)
{
    enum { EDGES_PER_NODE = 2, FEW_EDGES = 1024 };
    if (workspace->frozen) {
        return TV_ERR_STATE;
    }
    tv_status status = tv_sig_open(&workspace->sig);
    if (status == TV_OK) {
        tv_shelf_close(workspace->shelf); // all is read
        workspace->shelf = NULL;
        status = tv_load_views(workspace);
    }
    if (status == TV_OK) {
        status = tv_graph_open(&workspace->graph, workspace->held_list, workspace->num_held);
    }
    if (status == TV_OK) {
        status = tv_keyring_open(&workspace->keys, workspace->sig, workspace->graph);
    }
    if (status == TV_OK) {
        status =
            tv_sig_memo_open(&workspace->memo, workspace->num_held * EDGES_PER_NODE + FEW_EDGES);
    }
    if (status == TV_OK) {
        status = make_stores(workspace);
    }
    if (status == TV_OK) {
        status = tv_tally_open(&workspace->total, workspace->num_stores, tv_hash_random_seed());
    }
    workspace->frozen = status == TV_OK;
    return status;
}

size_t tv_workspace_num_bundles(const tv_workspace *workspace)
{
    return workspace->num_bundles;
}

const tv_bundle *tv_workspace_bundle(const tv_workspace *workspace, tv_bundle_id id)
{
    return id < workspace->num_bundles ? workspace->bundles[id] : NULL;
}

const tv_held *tv_workspace_cert(const tv_workspace *workspace, tv_cert_id id)
{
    return id < workspace->num_held ? &workspace->held[id] : NULL;
}

void tv_workspace_cancel(tv_workspace *workspace)
{
    atomic_store_explicit(&workspace->cancel, true, memory_order_relaxed);
}

void tv_workspace_close(tv_workspace *workspace)
{
    if (workspace == NULL) {
        return;
    }
    for (size_t i = 0; i < workspace->num_bundles; i++) {
        tv_bundle_close(workspace->bundles[i]);
    }
    free(workspace->bundles);
    free(workspace->roles);
    tv_sig_memo_close(workspace->memo);
    tv_keyring_close(workspace->keys);
    tv_graph_close(workspace->graph);
    tv_sig_close(workspace->sig);
    tv_shelf_close(workspace->shelf);
    tv_intern_close(workspace->ders);
    for (size_t role = 0; role < 2; role++) {
        tv_intern_close(workspace->names[role].set);
        free(workspace->names[role].next);
    }
    free(workspace->held);
    free(workspace->held_list);
    free(workspace->bits);
    for (size_t i = 0; i < workspace->num_stores; i++) {
        tv_trust_list_close(&workspace->stores[i].trust);
    }
    free(workspace->stores);
    free(workspace->infos);
    tv_tally_close(&workspace->total);
    tv_buf_close(&workspace->help_texts);
    free(workspace);
}

tv_judge tv_workspace_judge(const tv_workspace *workspace, const tv_judge_options *options)
{
    return (tv_judge){
        .graph = workspace->graph,
        .keys = workspace->keys,
        .memo = workspace->memo,
        .profile = options->profile,
        .at = options->at,
        .limits = workspace->options.limits,
    };
}

void tv_workspace_sum_up(tv_workspace *workspace, bool complete, uint64_t num_files,
                         uint64_t num_failed)
{
    const tv_tally *total = &workspace->total;
    tv_summary *summary = &workspace->summary;
    *summary = (tv_summary){
        .complete = complete,
        .num_files = num_files,
        .num_failed = num_failed,
        .num_blocks = total->num_blocks,
        .num_unique = total->num_unique,
        .num_bytes = total->num_bytes,
        .signature_checks = total->signature_checks + tv_sig_memo_checks(workspace->memo),
        .crosschecked = total->crosschecked,
        .crosscheck_explained = total->crosscheck_explained,
        .crosscheck_differences = total->crosscheck_differences,
        .stores = total->stores,
        .num_stores = total->num_stores,
        .help = workspace->help,
    };
    memcpy(summary->findings, total->findings, sizeof(summary->findings));
    summary->num_help =
        tv_tally_top_help(total, workspace->help, TV_MAX_HELP, &workspace->help_texts);
}
