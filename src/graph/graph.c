// SPDX-License-Identifier: Apache-2.0
// Views of held certificates come in, an index by subject goes out: an order of all nodes by
// (subject, key identifier, first appearance), so that the issuers a child may have are at most
// four ranges of it, found by binary search whatever the number of certificates of one name.

#include "graph/graph.h"

#include "base/intern.h"
#include "base/span.h"
#include "base/vec.h"
#include "cert/general_name.h"
#include "cert/name.h"

#include <stdlib.h>

typedef struct graph_node {
    const tv_held *held;
    tv_name_id subject, issuer;
    tv_key_id key;
    uint32_t next_with_key;
} graph_node;

struct tv_graph {
    graph_node *nodes;
    size_t num_nodes;
    uint32_t *order; // readable nodes by (subject, without SKI first, SKI, node)
    size_t num_order;
    uint32_t *first_of_name; // by name id: where its range of `order` begins; one more at the end
    size_t num_names;
    uint32_t *key_node;   // by key id: the first node that has it
    uint32_t *key_last;   // the last one so far; only while the graph is built
    tv_intern *raw;       // names as they are written ...
    tv_name_id *raw_name; // ... by raw id: the name they mean
    size_t cap_raw_name;
    tv_intern *canonical; // canonical forms; their ids are the name ids
    tv_intern *keys;
};

// The canonical form, or for a Name that has none its bytes behind a byte no canonical form begins
// with.
static tv_span canonical_form(tv_span name, tv_buf *scratch)
{
    tv_buf_clear(scratch);
    if (!tv_name_canonical(name, scratch)) {
        tv_buf_clear(scratch);
        tv_buf_add_byte(scratch, 0xff);
        tv_buf_add(scratch, name);
    }
    return tv_buf_span(scratch);
}

static tv_status add_name(tv_graph *graph, tv_span name, tv_buf *scratch, tv_name_id *out)
{
    uint32_t raw;
    bool is_new;
    tv_status status = tv_intern_add(graph->raw, name, &raw, &is_new);
    if (status != TV_OK) {
        return status;
    }
    if (is_new) {
        tv_span form = canonical_form(name, scratch);
        if (scratch->failed || !tv_vec_grow((void **)&graph->raw_name, &graph->cap_raw_name,
                                            (size_t)raw + 1, sizeof(tv_name_id))) {
            return TV_ERR_NOMEM;
        }
        status = tv_intern_add(graph->canonical, form, &graph->raw_name[raw], NULL);
        if (status != TV_OK) {
            return status;
        }
    }
    *out = graph->raw_name[raw];
    return TV_OK;
}

static tv_status add_nodes(tv_graph *graph, const tv_held *const *certs)
{
    tv_buf scratch = {0};
    tv_status status = TV_OK;
    for (size_t i = 0; i < graph->num_nodes && status == TV_OK; i++) {
        graph_node *n = &graph->nodes[i];
        *n = (graph_node){certs[i], TV_ID_NONE, TV_ID_NONE, TV_ID_NONE, TV_ID_NONE};
        if (certs[i]->problem.what != NULL) {
            continue;
        }
        bool is_new;
        status = add_name(graph, certs[i]->cert.subject, &scratch, &n->subject);
        if (status == TV_OK) {
            status = add_name(graph, certs[i]->cert.issuer, &scratch, &n->issuer);
        }
        if (status == TV_OK) {
            status = tv_intern_add(graph->keys, certs[i]->cert.spki, &n->key, &is_new);
        }
        if (status == TV_OK) {
            if (is_new) {
                graph->key_node[n->key] = (uint32_t)i;
            } else {
                graph->nodes[graph->key_last[n->key]].next_with_key = (uint32_t)i;
            }
            graph->key_last[n->key] = (uint32_t)i;
            graph->order[graph->num_order++] = (uint32_t)i;
        }
    }
    tv_buf_close(&scratch);
    return status;
}

static int compare_spans(tv_span a, tv_span b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len == 0 ? 0 : memcmp(a.ptr, b.ptr, a.len);
}

// What qsort sees of a node: it has no room for a context.
typedef struct sort_key {
    tv_name_id subject;
    uint32_t node;
    tv_span ski;
} sort_key;

static int compare_keys(const void *left, const void *right)
{
    const sort_key *a = left;
    const sort_key *b = right;
    if (a->subject != b->subject) {
        return a->subject < b->subject ? -1 : 1;
    }
    int ski = compare_spans(a->ski, b->ski);
    if (ski != 0) {
        return ski;
    }
    return (a->node > b->node) - (a->node < b->node);
}

static tv_status sort_by_subject(tv_graph *graph)
{
    size_t count = graph->num_order;
    sort_key *keys = calloc(count + 1, sizeof(*keys));
    graph->num_names = tv_intern_count(graph->canonical);
    graph->first_of_name = calloc(graph->num_names + 1, sizeof(uint32_t));
    if (keys == NULL || graph->first_of_name == NULL) {
        free(keys);
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const graph_node *n = &graph->nodes[graph->order[i]];
        keys[i] = (sort_key){n->subject, graph->order[i], n->held->cert.ski};
    }
    qsort(keys, count, sizeof(*keys), compare_keys);
    size_t name = 0;
    for (size_t i = 0; i < count; i++) {
        graph->order[i] = keys[i].node;
        for (; name <= keys[i].subject; name++) {
            graph->first_of_name[name] = (uint32_t)i;
        }
    }
    for (; name <= graph->num_names; name++) {
        graph->first_of_name[name] = (uint32_t)count;
    }
    free(keys);
    return TV_OK;
}

tv_status tv_graph_open(tv_graph **out, const tv_held *const *certs, size_t num_certs)
{
    *out = NULL;
    tv_graph *graph = calloc(1, sizeof(*graph));
    if (graph == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = TV_ERR_NOMEM;
    graph->num_nodes = num_certs;
    graph->nodes = calloc(num_certs + 1, sizeof(graph_node));
    graph->order = calloc(num_certs + 1, sizeof(uint32_t));
    graph->key_node = calloc(num_certs + 1, sizeof(uint32_t));
    graph->key_last = calloc(num_certs + 1, sizeof(uint32_t));
    if (graph->nodes == NULL || graph->order == NULL || graph->key_node == NULL ||
        graph->key_last == NULL) {
        goto done;
    }
    if ((status = tv_intern_open(&graph->raw, TV_INTERN_BORROW)) != TV_OK ||
        (status = tv_intern_open(&graph->canonical, TV_INTERN_COPY)) != TV_OK ||
        (status = tv_intern_open(&graph->keys, TV_INTERN_BORROW)) != TV_OK ||
        (status = add_nodes(graph, certs)) != TV_OK || (status = sort_by_subject(graph)) != TV_OK) {
        goto done;
    }
    free(graph->key_last);
    graph->key_last = NULL;
    *out = graph; // the caller owns it from here on
    graph = NULL;
done:
    tv_graph_close(graph); // NULL on success
    return status;
}

void tv_graph_close(tv_graph *graph)
{
    if (graph == NULL) {
        return;
    }
    tv_intern_close(graph->raw);
    tv_intern_close(graph->canonical);
    tv_intern_close(graph->keys);
    free(graph->raw_name);
    free(graph->nodes);
    free(graph->order);
    free(graph->first_of_name);
    free(graph->key_node);
    free(graph->key_last);
    free(graph);
}

size_t tv_graph_count(const tv_graph *graph)
{
    return graph->num_nodes;
}

const tv_held *tv_graph_cert(const tv_graph *graph, uint32_t node)
{
    return graph->nodes[node].held;
}

tv_name_id tv_graph_subject(const tv_graph *graph, uint32_t node)
{
    return graph->nodes[node].subject;
}

tv_name_id tv_graph_issuer(const tv_graph *graph, uint32_t node)
{
    return graph->nodes[node].issuer;
}

tv_key_id tv_graph_key(const tv_graph *graph, uint32_t node)
{
    return graph->nodes[node].key;
}

size_t tv_graph_num_keys(const tv_graph *graph)
{
    return tv_intern_count(graph->keys);
}

uint32_t tv_graph_key_node(const tv_graph *graph, tv_key_id key)
{
    return graph->key_node[key];
}

uint32_t tv_graph_next_with_key(const tv_graph *graph, uint32_t node)
{
    return graph->nodes[node].next_with_key;
}

tv_name_id tv_graph_find_name(const tv_graph *graph, tv_span name, tv_buf *scratch)
{
    uint32_t raw = tv_intern_find(graph->raw, name);
    if (raw != TV_ID_NONE) {
        return graph->raw_name[raw];
    }
    return tv_intern_find(graph->canonical, canonical_form(name, scratch));
}

tv_key_id tv_graph_find_key(const tv_graph *graph, tv_span spki)
{
    return tv_intern_find(graph->keys, spki);
}

// The first place in order[from, to) whose SKI is not less than `ski` (`past` false) or greater
// than it (`past` true).
static uint32_t bound(const tv_graph *graph, uint32_t from, uint32_t to, tv_span ski, bool past)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = compare_spans(graph->nodes[graph->order[middle]].held->cert.ski, ski);
        if (order < 0 || (past && order == 0)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

// Takes over the first directoryName of authorityCertIssuer, which is the one that counts.
static void read_aki_issuer(tv_issuer_walk *walk, tv_buf *scratch)
{
    tv_span rest = walk->child->aki_issuer;
    tv_general_name name;
    tv_buf_clear(scratch);
    while (!walk->names_issuer && tv_general_name_next(&rest, &name)) {
        if (name.kind == TV_GENERAL_DIRECTORY) {
            walk->names_issuer = true;
            walk->aki_issuer = tv_graph_find_name(walk->graph, name.value, scratch);
        }
    }
}

void tv_issuer_walk_open(tv_issuer_walk *walk, const tv_graph *graph, const tv_cert *child,
                         tv_name_id issuer, tv_buf *scratch)
{
    *walk = (tv_issuer_walk){.graph = graph, .child = child};
    read_aki_issuer(walk, scratch);
    if (issuer == TV_ID_NONE || issuer >= graph->num_names) {
        return;
    }
    uint32_t first = graph->first_of_name[issuer];
    uint32_t end = graph->first_of_name[issuer + 1];
    if (child->aki.len == 0) {
        walk->ranges[0][0] = first;
        walk->ranges[0][1] = end;
        return;
    }
    uint32_t equal = bound(graph, first, end, child->aki, false);
    uint32_t above = bound(graph, equal, end, child->aki, true);
    uint32_t with = bound(graph, first, end, (tv_span){NULL, 0}, true);
    const uint32_t ranges[4][2] = {{equal, above}, {first, with}, {with, equal}, {above, end}};
    memcpy(walk->ranges, ranges, sizeof(ranges));
}

uint32_t tv_graph_sole_subject(const tv_graph *graph, tv_name_id name)
{
    if (name >= graph->num_names ||
        graph->first_of_name[name + 1] - graph->first_of_name[name] != 1) {
        return TV_ID_NONE;
    }
    return graph->order[graph->first_of_name[name]];
}

static tv_key_id_match match_of(const tv_issuer_walk *walk, const graph_node *candidate)
{
    const tv_cert *child = walk->child;
    const tv_cert *issuer = &candidate->held->cert;
    if (child->aki_serial.len > 0 && !tv_span_equal(child->aki_serial, issuer->serial)) {
        return TV_KEY_ID_DIFFERS;
    }
    if (walk->names_issuer &&
        (walk->aki_issuer == TV_ID_NONE || walk->aki_issuer != candidate->issuer)) {
        return TV_KEY_ID_DIFFERS;
    }
    // An identifier of no bytes is one, and equals none but itself.
    if (child->aki.ptr == NULL || (issuer->has & TV_EXT_SKI) == 0) {
        return TV_KEY_ID_ABSENT;
    }
    return tv_span_equal(child->aki, issuer->ski) ? TV_KEY_ID_EQUAL : TV_KEY_ID_DIFFERS;
}

const uint32_t *tv_graph_order(const tv_graph *graph, size_t *num)
{
    *num = graph->num_order;
    return graph->order;
}

void tv_issuer_walk_within(tv_issuer_walk *walk, const uint64_t *first, const uint64_t *second)
{
    walk->within[0] = first;
    walk->within[1] = second != NULL ? second : first;
}

// The first place in [at, end) that is in one of the sets, or `end`.
static uint32_t next_within(const tv_issuer_walk *walk, uint32_t at, uint32_t end)
{
    while (at < end) {
        uint32_t word = at / 64;
        uint64_t here = (walk->within[0][word] | walk->within[1][word]) >> (at % 64);
        if (here != 0) {
            at += (uint32_t)__builtin_ctzll(here);
            return at < end ? at : end;
        }
        at = (word + 1) * 64;
    }
    return end;
}

bool tv_issuer_walk_next(tv_issuer_walk *walk, uint32_t *out, tv_key_id_match *match)
{
    while (walk->range < 4) {
        uint32_t *at = &walk->ranges[walk->range][0];
        if (walk->within[0] != NULL) {
            *at = next_within(walk, *at, walk->ranges[walk->range][1]);
        }
        if (*at < walk->ranges[walk->range][1]) {
            *out = walk->graph->order[(*at)++];
            *match = match_of(walk, &walk->graph->nodes[*out]);
            return true;
        }
        walk->range++;
    }
    return false;
}

tv_key_id_match tv_graph_key_id_match(const tv_graph *graph, const tv_cert *child, uint32_t node_id,
                                      tv_buf *scratch)
{
    tv_issuer_walk walk = {.graph = graph, .child = child};
    read_aki_issuer(&walk, scratch);
    return match_of(&walk, &graph->nodes[node_id]);
}
