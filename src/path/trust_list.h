// SPDX-License-Identifier: Apache-2.0
// What the trust settings of one truststore say of its certificates. What was read of its entries
// comes in, in any order; a list to look nodes up in goes out. Most truststores have none.
#ifndef TV_PATH_TRUST_LIST_H
#define TV_PATH_TRUST_LIST_H

#include "cert/trust_settings.h"
#include "graph/graph.h"

typedef struct tv_node_trust {
    uint32_t node;
    uint32_t place; // in the truststore: the first entry of a certificate speaks for it
    tv_trust trust;
} tv_node_trust;

// A name and key that stands refused for some purpose.
typedef struct tv_refused_ca {
    tv_name_id subject;
    tv_key_id key;
    uint16_t purposes; // TV_EKU_ bits of those that may be asked for
} tv_refused_ca;

typedef struct tv_trust_list {
    tv_node_trust *items;   // by node, each once
    tv_refused_ca *refused; // by name and key
    size_t num, num_refused;
} tv_trust_list;

// Copies `items`, each certificate with what its first place says, but for those without settings.
TV_MUST_USE tv_status tv_trust_list_open(tv_trust_list *out, const tv_graph *graph,
                                         const tv_node_trust *items, size_t num);
void tv_trust_list_close(tv_trust_list *list);

// NULL when `list` is, or when it has nothing on this node.
const tv_trust *tv_trust_find(const tv_trust_list *list, uint32_t node);

// Whether a certificate with this name and key is refused for `purpose`, as tv_trust_ask takes it.
bool tv_trust_refuses(const tv_trust_list *list, tv_name_id subject, tv_key_id key,
                      uint16_t purpose);

bool tv_trust_list_equal(const tv_trust_list *a, const tv_trust_list *b);

#endif
