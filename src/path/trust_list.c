// SPDX-License-Identifier: Apache-2.0
// Two sorted arrays: what is said of nodes, and the names and keys that are refused. Both are
// searched by halves, so that a file of nothing but settings costs no more than its length.

#include "path/trust_list.h"

#include <stdlib.h>
#include <string.h>

static int by_node(const void *a, const void *b)
{
    const tv_node_trust *left = a;
    const tv_node_trust *right = b;
    if (left->node != right->node) {
        return left->node < right->node ? -1 : 1;
    }
    return left->place < right->place ? -1 : left->place > right->place;
}

static int by_name_and_key(const void *a, const void *b)
{
    const tv_refused_ca *left = a;
    const tv_refused_ca *right = b;
    if (left->subject != right->subject) {
        return left->subject < right->subject ? -1 : 1;
    }
    return left->key < right->key ? -1 : left->key > right->key;
}

static bool is_silent(const tv_trust *trust)
{
    return !trust->listed && trust->rejected == 0;
}

// Keeps the first of each node, if it says something.
static void keep_first(tv_trust_list *list)
{
    size_t kept = 0;
    uint32_t last = TV_ID_NONE;
    qsort(list->items, list->num, sizeof(*list->items), by_node);
    for (size_t i = 0; i < list->num; i++) {
        const tv_node_trust item = list->items[i];
        if (item.node != last && !is_silent(&item.trust)) {
            list->items[kept++] = item;
        }
        last = item.node;
    }
    list->num = kept;
}

static uint16_t refused_purposes(const tv_trust *trust)
{
    static const uint16_t purposes[] = {TV_EKU_ANY, TV_EKU_CLIENT_AUTH, TV_EKU_SERVER_AUTH};
    unsigned refused = 0;
    for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++) {
        refused |= tv_trust_ask(trust, purposes[i]) == TV_TRUST_REFUSED ? purposes[i] : 0U;
    }
    return (uint16_t)refused;
}

static void collect_refused(tv_trust_list *list, const tv_graph *graph)
{
    size_t num = 0;
    for (size_t i = 0; i < list->num; i++) {
        const tv_node_trust *item = &list->items[i];
        tv_refused_ca ca = {tv_graph_subject(graph, item->node), tv_graph_key(graph, item->node),
                            refused_purposes(&item->trust)};
        if (ca.purposes != 0 && ca.subject != TV_ID_NONE && ca.key != TV_ID_NONE) {
            list->refused[num++] = ca;
        }
    }
    qsort(list->refused, num, sizeof(*list->refused), by_name_and_key);
    for (size_t i = 0; i < num; i++) {
        tv_refused_ca *last = list->num_refused > 0 ? &list->refused[list->num_refused - 1] : NULL;
        if (last != NULL && by_name_and_key(last, &list->refused[i]) == 0) {
            last->purposes |= list->refused[i].purposes;
        } else {
            list->refused[list->num_refused++] = list->refused[i];
        }
    }
}

tv_status tv_trust_list_open(tv_trust_list *out, const tv_graph *graph, const tv_node_trust *items,
                             size_t num)
{
    *out = (tv_trust_list){0};
    if (num == 0) {
        return TV_OK;
    }
    out->items = calloc(num, sizeof(*out->items));
    out->refused = calloc(num, sizeof(*out->refused));
    if (out->items == NULL || out->refused == NULL) {
        tv_trust_list_close(out);
        return TV_ERR_NOMEM;
    }
    memcpy(out->items, items, num * sizeof(*items));
    out->num = num;
    keep_first(out);
    collect_refused(out, graph);
    return TV_OK;
}

void tv_trust_list_close(tv_trust_list *list)
{
    free(list->items);
    free(list->refused);
    *list = (tv_trust_list){0};
}

const tv_trust *tv_trust_find(const tv_trust_list *list, uint32_t node)
{
    if (list == NULL || list->num == 0) {
        return NULL;
    }
    size_t low = 0;
    size_t high = list->num;
    while (low < high) { // the first that is not below `node`
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].node < node) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->num && list->items[low].node == node ? &list->items[low].trust : NULL;
}

bool tv_trust_refuses(const tv_trust_list *list, tv_name_id subject, tv_key_id key,
                      uint16_t purpose)
{
    if (list == NULL || list->num_refused == 0) {
        return false;
    }
    const tv_refused_ca wanted = {subject, key, 0};
    const tv_refused_ca *ca =
        bsearch(&wanted, list->refused, list->num_refused, sizeof(*list->refused), by_name_and_key);
    return ca != NULL && (ca->purposes & purpose) != 0;
}

bool tv_trust_list_equal(const tv_trust_list *a, const tv_trust_list *b)
{
    if (a->num != b->num) {
        return false;
    }
    for (size_t i = 0; i < a->num; i++) {
        const tv_node_trust *left = &a->items[i];
        const tv_node_trust *right = &b->items[i];
        if (left->node != right->node || left->trust.listed != right->trust.listed ||
            left->trust.trusted != right->trust.trusted ||
            left->trust.rejected != right->trust.rejected) {
            return false;
        }
    }
    return true;
}
