// SPDX-License-Identifier: Apache-2.0
// What a schema becomes when it is read: a node for each of its parts. For json_schema_read.c,
// which makes them, and json_schema.c, which holds values against them.
#ifndef TV_TESTS_JSON_SCHEMA_NODE_H
#define TV_TESTS_JSON_SCHEMA_NODE_H

#include "support/judging/json_schema.h"

#include <regex.h>
#include <stdint.h>

// A part of the schema that is a schema itself.
typedef struct tv_schema_node {
    const json_t *schema;
    const json_t *owner; // the schema that names it as a property, or NULL
    char *where;         // its pointer
    regex_t pattern;
    bool has_pattern;
    bool is_open;         // says nothing of its values, nor of what is in them
    unsigned seen;        // TV_JSON_TYPE_BITs
    uint32_t seen_values; // of `enum`, by their place in it
} tv_schema_node;

struct tv_json_schema {
    json_t *root;
    tv_schema_node *nodes; // none moves once it is there
    size_t num_nodes;
    size_t *properties; // the nodes that are
    size_t num_properties;
    char *error; // while it is read
};

// NULL when there is none.
tv_schema_node *tv_schema_node_at(const tv_json_schema *schema, const char *where);
// The node of a part, which must be one.
tv_schema_node *tv_schema_node_of(const tv_json_schema *schema, const json_t *part);
// The TV_JSON_TYPE_BITs of a name, or an array of names; 0 when one of them is no type.
unsigned tv_schema_types(const json_t *type);

#endif
