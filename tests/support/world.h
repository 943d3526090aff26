// SPDX-License-Identifier: Apache-2.0
// A small world of certificates for tests of judging: rows come in, each names its issuer by the
// name of another row; a graph over all of them with keys, memo and profile goes out. Which of them
// are trusted or at hand is said judgement by judgement, by names in one text: "ca root". A header,
// so that only tests that link the path room need it.
#ifndef TV_TESTS_WORLD_H
#define TV_TESTS_WORLD_H

#include "path/path.h"
#include "path/search.h"
#include "support/mint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct world_row {
    const char *name;      // its subject is CN=name when `spec` has none
    const char *by;        // the row whose subject and key issue it; NULL: its own
    const char *signed_by; // the row whose key signs it in truth; NULL: that of `by`
    const char *key_of;    // the row whose key it has; NULL: one of its own
    const char *kind;      // of its own key; NULL: "P-256"
    bool ca;               // put basic constraints and key usage of a CA before its extensions
    bool forged;           // alter the last byte of the signature
    tv_mint_spec spec;     // all else
} world_row;

// Key identifiers of one letter, as extensions of a row.
#define SKI(letter)                                                                                \
    {                                                                                              \
        .name = "2.5.29.14", .der = {(const uint8_t *)("\x04\x01" letter), 3 }                     \
    }
#define AKI(letter)                                                                                \
    {                                                                                              \
        .name = "2.5.29.35", .der = {(const uint8_t *)("\x30\x03\x80\x01" letter), 5 }             \
    }

typedef struct world {
    const world_row *rows;
    size_t num_rows;
    tv_span *ders;
    tv_held *held;
    const tv_held **list;
    tv_graph *graph;
    tv_sig *sig;
    tv_keyring *keys;
    tv_sig_memo *memo;
    tv_profile *profile;
    tv_path_worker worker;
    tv_target target; // of the last judgement
    tv_judge judge;
    uint64_t *trusted, *untrusted;
    const tv_trust_list *trust; // settings of the trusted ones; NULL: none
    char path[512];             // of the last judgement: names, issuers upward
} world;

static inline uint32_t world_node(const world *w, const char *name, size_t len)
{
    for (size_t i = 0; i < w->num_rows; i++) {
        if (strncmp(w->rows[i].name, name, len) == 0 && w->rows[i].name[len] == '\0') {
            return (uint32_t)i;
        }
    }
    fprintf(stderr, "world: no row is named %.*s\n", (int)len, name);
    abort();
}

static inline const world_row *world_find(const world *w, const char *name)
{
    return &w->rows[world_node(w, name, strlen(name))];
}

static inline EVP_PKEY *world_key(const world *w, const world_row *row)
{
    while (row->key_of != NULL) {
        row = world_find(w, row->key_of);
    }
    const char *kind = row->kind != NULL ? row->kind : "P-256";
    return tv_mint_key_number(kind, (unsigned)(row - w->rows));
}

static inline const char *world_subject(const world_row *row, char room[80])
{
    if (row->spec.subject != NULL) {
        return row->spec.subject;
    }
    snprintf(room, 80, "CN=%s", row->name);
    return room;
}

static inline tv_span world_mint(const world *w, const world_row *row)
{
    static const tv_mint_ext of_ca[] = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"},
                                        {.name = "keyUsage", .conf = "critical,keyCertSign"}};
    const world_row *by = row->by != NULL ? world_find(w, row->by) : row;
    const world_row *signer = row->signed_by != NULL ? world_find(w, row->signed_by) : by;
    char subject[80];
    char issuer[80];
    tv_mint_spec spec = row->spec;
    spec.subject = world_subject(row, subject);
    spec.issuer = spec.issuer != NULL ? spec.issuer : world_subject(by, issuer);
    spec.key = world_key(w, row);
    spec.signer = world_key(w, signer);
    if (row->ca) {
        assert(row->spec.extensions[14].name == NULL);
        memmove(&spec.extensions[2], &spec.extensions[0], 14 * sizeof(spec.extensions[0]));
        memcpy(spec.extensions, of_ca, sizeof(of_ca));
    }
    tv_span der = tv_mint(&spec);
    if (row->forged) {
        ((uint8_t *)(uintptr_t)der.ptr)[der.len - 1] ^= 1;
    }
    return der;
}

static inline void world_must(tv_status status, const char *what)
{
    if (status != TV_OK) {
        fprintf(stderr, "world: %s: %s\n", what, tv_status_text(status));
        abort();
    }
}

static inline void world_open(world *w, const world_row *rows, size_t num_rows, const char *profile)
{
    *w = (world){.rows = rows, .num_rows = num_rows};
    w->ders = calloc(num_rows, sizeof(*w->ders));
    w->held = calloc(num_rows, sizeof(*w->held));
    w->list = calloc(num_rows, sizeof(*w->list));
    w->trusted = calloc(num_rows / 64 + 1, sizeof(uint64_t));
    w->untrusted = calloc(num_rows / 64 + 1, sizeof(uint64_t));
    for (size_t i = 0; i < num_rows; i++) {
        w->ders[i] = world_mint(w, &rows[i]);
        w->held[i].id = (tv_cert_id)i;
        (void)tv_cert_parse(&w->held[i].cert, w->ders[i], &w->held[i].problem);
        tv_sha256(w->held[i].fingerprint.bytes, w->ders[i]);
        w->list[i] = &w->held[i];
    }
    world_must(tv_graph_open(&w->graph, w->list, num_rows), "graph");
    world_must(tv_sig_open(&w->sig), "sig");
    world_must(tv_keyring_open(&w->keys, w->sig, w->graph), "keys");
    world_must(tv_sig_memo_open(&w->memo, num_rows * 8 + 256), "memo");
    world_must(tv_profile_load(&w->profile, profile, NULL), "profile");
    world_must(tv_path_worker_open(&w->worker, w->sig), "worker");
    tv_time at = 0;
    assert(tv_time_parse(&at, TV_LIT("2026-01-01"), 0));
    w->judge = (tv_judge){w->graph, w->keys, w->memo, w->profile, at, tv_limits_default()};
}

static inline void world_close(world *w)
{
    tv_path_worker_close(&w->worker);
    tv_profile_close(w->profile);
    tv_sig_memo_close(w->memo);
    tv_keyring_close(w->keys);
    tv_graph_close(w->graph);
    tv_sig_close(w->sig);
    for (size_t i = 0; i < w->num_rows; i++) {
        tv_mint_free(w->ders[i]);
    }
    free(w->ders);
    free(w->held);
    free(w->list);
    free(w->trusted);
    free(w->untrusted);
}

// Takes up another profile and the usual instant and limits.
static inline void world_take_profile(world *w, const char *profile)
{
    tv_profile_close(w->profile);
    world_must(tv_profile_load(&w->profile, profile, NULL), "profile");
    w->judge.profile = w->profile;
    w->judge.limits = tv_limits_default();
    assert(tv_time_parse(&w->judge.at, TV_LIT("2026-01-01"), 0));
}

// Changes the profile by texts of the form "setting anchors = any; reason expired = no".
static inline void world_change(world *w, const char *changes)
{
    while (*changes != '\0') {
        char line[128];
        size_t len = strcspn(changes, ";");
        assert(len < sizeof(line));
        memcpy(line, changes, len);
        line[len] = '\0';
        char *value = strstr(line, " = ");
        assert(value != NULL);
        *value = '\0';
        const char *key = strncmp(line, "reason", 6) == 0 ? "check" : "value";
        world_must(tv_profile_set(w->profile, line, key, value + 3, NULL), line);
        changes += len;
        changes += strspn(changes, "; ");
    }
}

static inline tv_time world_time(const char *text)
{
    tv_time time = TV_TIME_NONE;
    assert(tv_time_parse(&time, (tv_span){(const uint8_t *)text, strlen(text)}, 0));
    return time;
}

// Sets a bit for each name in `names`; "*" names every row.
static inline void world_fill(const world *w, uint64_t *bits, const char *names)
{
    memset(bits, 0, (w->num_rows / 64 + 1) * sizeof(uint64_t));
    if (strcmp(names, "*") == 0) {
        for (size_t i = 0; i < w->num_rows; i++) {
            bits[i / 64] |= UINT64_C(1) << (i % 64);
        }
        return;
    }
    while (*names != '\0') {
        size_t len = strcspn(names, " ");
        uint32_t node = world_node(w, names, len);
        bits[node / 64] |= UINT64_C(1) << (node % 64);
        names += len;
        names += strspn(names, " ");
    }
}

static inline void world_write_path(world *w, const tv_cell *cell)
{
    size_t at = 0;
    w->path[0] = '\0';
    for (size_t i = 0; i < cell->path_len; i++) {
        int len = snprintf(w->path + at, sizeof(w->path) - at, "%s%s", i > 0 ? " " : "",
                           w->rows[cell->path[i]->id].name);
        at += (size_t)len < sizeof(w->path) - at ? (size_t)len : 0;
    }
}

// Makes w->target of a row: held when it is in one of the sets, as in a run.
static inline void world_aim(world *w, const char *target, const char *trusted,
                             const char *untrusted, tv_edge_log log)
{
    uint32_t node = world_node(w, target, strlen(target));
    world_fill(w, w->trusted, trusted);
    world_fill(w, w->untrusted, untrusted);
    bool held = ((w->trusted[node / 64] | w->untrusted[node / 64]) >> (node % 64) & 1) != 0;
    assert(w->held[node].problem.what == NULL);
    tv_target_open(&w->target, w->graph, &w->held[node].cert, held ? node : TV_ID_NONE, log,
                   &w->worker.names);
}

// Judges w->target once more.
static inline tv_cell world_judge_target(world *w)
{
    tv_cell cell;
    tv_path_judge(&w->judge, &w->worker, (tv_node_set){w->trusted, w->trust, NULL},
                  (tv_node_set){w->untrusted, NULL, NULL}, &w->target, &cell);
    world_write_path(w, &cell);
    return cell;
}

static inline tv_cell world_judge(world *w, const char *target, const char *trusted,
                                  const char *untrusted)
{
    world_aim(w, target, trusted, untrusted, 0);
    return world_judge_target(w);
}

// The same for an entry of the truststore.
static inline tv_cell world_judge_entry(world *w, const char *target, const char *trusted)
{
    world_aim(w, target, trusted, "", 0);
    w->target.is_entry = true;
    return world_judge_target(w);
}

static inline bool world_same(const tv_cell *a, const tv_cell *b)
{
    return a->verdict == b->verdict && a->reason == b->reason && a->reasons == b->reasons &&
           a->certainty == b->certainty && a->depth == b->depth && a->path_len == b->path_len &&
           a->advice == b->advice && a->advices == b->advices && a->anchor == b->anchor &&
           a->hint == b->hint && a->near_miss == b->near_miss && a->breaks_at == b->breaks_at &&
           memcmp(a->path, b->path, a->path_len * sizeof(a->path[0])) == 0;
}

// The ids of a set of reasons, in their order, separated by blanks.
static inline const char *world_reasons(uint32_t reasons)
{
    static char text[512];
    size_t at = 0;
    text[0] = '\0';
    for (unsigned r = 1; r < TV_REASON_COUNT; r++) {
        if ((reasons >> r & 1) != 0) {
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at > 0 ? " " : "",
                                   tv_reason_id((tv_reason)r));
        }
    }
    return text;
}

// Says what became of a case that did not end as it should.
static inline void world_tell(const world *w, const char *name, const tv_cell *cell)
{
    static const char *const verdicts[] = {"deny", "undecided", "accept"};
    char breaks_at[TV_TIME_TEXT_LEN] = "never";
    if (cell->breaks_at != TV_TIME_NONE) {
        tv_time_format(breaks_at, cell->breaks_at);
    }
    fprintf(stderr, "%s: %s [%s]", name, verdicts[cell->verdict], world_reasons(cell->reasons));
    fprintf(stderr, " told [%s] at depth %u, path [%s], hint %d about [%s], breaks at %s\n",
            world_reasons(cell->advices), cell->depth, w->path, (int)cell->hint,
            cell->near_miss != NULL ? w->rows[cell->near_miss->id].name : "", breaks_at);
}

#endif
