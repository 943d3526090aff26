// SPDX-License-Identifier: Apache-2.0
// The issuer graph over the held certificates: views come in, "who may have issued this?" goes out.
// Names and keys become dense ids, so that a comparison by RFC 5280 7.1 is one of integers. Whether
// a candidate's key verifies the signature is left to sig, whether it may issue to path.
//
// A graph is built by one thread and never changes afterwards.
#ifndef TV_GRAPH_GRAPH_H
#define TV_GRAPH_GRAPH_H

#include "base/buf.h"
#include "tv/verdict.h"

typedef uint32_t tv_name_id; // distinct subject or issuer names, TV_ID_NONE: not in the graph
typedef uint32_t tv_key_id;  // distinct SubjectPublicKeyInfos

typedef struct tv_graph tv_graph;

// `certs[i]` becomes node i. Those whose `problem.what` is set take part as nobody's issuer.
// `certs` and what it points to are borrowed for the graph's life.
TV_MUST_USE tv_status tv_graph_open(tv_graph **out, const tv_held *const *certs, size_t num_certs);
void tv_graph_close(tv_graph *graph);

size_t tv_graph_count(const tv_graph *graph);
const tv_held *tv_graph_cert(const tv_graph *graph, uint32_t node);
tv_name_id tv_graph_subject(const tv_graph *graph, uint32_t node);
tv_name_id tv_graph_issuer(const tv_graph *graph, uint32_t node);
tv_key_id tv_graph_key(const tv_graph *graph, uint32_t node);
size_t tv_graph_num_keys(const tv_graph *graph);
// The first node that has the key, and the next one after `node` with the same key (TV_ID_NONE:
// none).
uint32_t tv_graph_key_node(const tv_graph *graph, tv_key_id key);
uint32_t tv_graph_next_with_key(const tv_graph *graph, uint32_t node);

// The node that alone has the name as its subject; TV_ID_NONE: none has, or several have.
uint32_t tv_graph_sole_subject(const tv_graph *graph, tv_name_id name);

// The id of a name that stands in no held certificate yet, or TV_ID_NONE. Equal bytes first, then
// the canonical form, for which `scratch` is cleared and used.
tv_name_id tv_graph_find_name(const tv_graph *graph, tv_span name, tv_buf *scratch);
tv_key_id tv_graph_find_key(const tv_graph *graph, tv_span spki);

// The nodes in the order in which issuers are walked; a node's place is where it stands there.
// Nodes that cannot be read have none.
const uint32_t *tv_graph_order(const tv_graph *graph, size_t *num);

// How the key identifiers of a child and a candidate issuer go together (RFC 5280 4.2.1.1).
typedef enum tv_key_id_match {
    TV_KEY_ID_EQUAL = 0, // the child's AKI names the candidate's SKI
    TV_KEY_ID_ABSENT,    // one of them is missing: nothing is said
    TV_KEY_ID_DIFFERS,   // they differ, or the AKI's issuer and serial name another certificate
} tv_key_id_match;

// Walks the nodes whose subject is the child's issuer: those whose key identifier is equal first,
// then those without one, then the others; those of one key identifier by order of first
// appearance.
typedef struct tv_issuer_walk {
    const tv_graph *graph;
    const tv_cert *child;
    bool names_issuer;     // the AKI names the issuer of the candidate's certificate ...
    tv_name_id aki_issuer; // ... this one
    uint32_t ranges[4][2]; // of the subject order, still to be walked
    uint32_t range;
    const uint64_t *within[2]; // sets of places; NULL, both: all
} tv_issuer_walk;

// `scratch` is cleared and used; when it fails, an AKI that names an issuer matches no candidate.
void tv_issuer_walk_open(tv_issuer_walk *walk, const tv_graph *graph, const tv_cert *child,
                         tv_name_id issuer, tv_buf *scratch);
// Has the walk pass over all nodes but those in two sets of places, 64 at a step: what it costs is
// what it finds, however many certificates of that name other truststores hold. `first` is not
// NULL, `second` may be.
void tv_issuer_walk_within(tv_issuer_walk *walk, const uint64_t *first, const uint64_t *second);
// False at the end.
bool tv_issuer_walk_next(tv_issuer_walk *walk, uint32_t *node, tv_key_id_match *match);
// What the walk says of one candidate, whatever its name.
tv_key_id_match tv_graph_key_id_match(const tv_graph *graph, const tv_cert *child, uint32_t node,
                                      tv_buf *scratch);

#endif
