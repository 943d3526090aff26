// SPDX-License-Identifier: Apache-2.0
// A schema comes in and is walked once: each of its parts becomes a node with its pointer and its
// compiled pattern, and whatever is not known ends the walk. Also tells what was seen of the nodes
// that are properties. Holding values against them is left to json_schema.c.
#include "support/judging/json_schema_node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NODES = 1024, MAX_POINTER = 256 };

static void set_error(char *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error, TV_SCHEMA_ERROR_MAX, format, arguments);
    va_end(arguments);
}

static void *must_have(void *memory)
{
    if (memory == NULL) {
        (void)fprintf(stderr, "json schema: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static const struct {
    const char *name;
    unsigned types;
} type_names[] = {
    {"object", TV_JSON_TYPE_BIT(JSON_OBJECT)},
    {"array", TV_JSON_TYPE_BIT(JSON_ARRAY)},
    {"string", TV_JSON_TYPE_BIT(JSON_STRING)},
    {"integer", TV_JSON_TYPE_BIT(JSON_INTEGER)},
    {"number", TV_JSON_TYPE_BIT(JSON_INTEGER) | TV_JSON_TYPE_BIT(JSON_REAL)},
    {"boolean", TV_JSON_TYPE_BIT(JSON_TRUE) | TV_JSON_TYPE_BIT(JSON_FALSE)},
    {"null", TV_JSON_TYPE_BIT(JSON_NULL)},
};

// The types of one name, 0 when it is none.
static unsigned types_of_name(const json_t *name)
{
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]) && json_is_string(name);
         i++) {
        if (strcmp(json_string_value(name), type_names[i].name) == 0) {
            return type_names[i].types;
        }
    }
    return 0;
}

// The types of a name or an array of names, 0 when one of them is none.
unsigned tv_schema_types(const json_t *type)
{
    unsigned types = 0;
    if (!json_is_array(type)) {
        return types_of_name(type);
    }
    for (size_t i = 0; i < json_array_size(type); i++) {
        unsigned each = types_of_name(json_array_get(type, i));
        if (each == 0) {
            return 0;
        }
        types |= each;
    }
    return types;
}

static bool is_type(const json_t *value)
{
    return tv_schema_types(value) != 0;
}

static bool is_string_list(const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!json_is_string(json_array_get(value, i))) {
            return false;
        }
    }
    return json_is_array(value);
}

static bool is_string(const json_t *value)
{
    return json_is_string(value);
}

static bool is_integer(const json_t *value)
{
    return json_is_integer(value);
}

static bool is_object(const json_t *value)
{
    return json_is_object(value);
}

static bool is_list(const json_t *value)
{
    return json_array_size(value) > 0 && json_array_size(value) <= 32;
}

static bool is_anything(const json_t *value)
{
    return value != NULL;
}

typedef enum holding { HOLDS_NONE, HOLDS_SCHEMA, HOLDS_LIST, HOLDS_MAP, IS_NOTE } holding;

// What each keyword may be, and the schemas that it holds.
static const struct {
    const char *name;
    holding holds;
    bool (*is_good)(const json_t *value);
} keywords[] = {
    {"$schema", IS_NOTE, is_string},
    {"$comment", IS_NOTE, is_string},
    {"title", IS_NOTE, is_string},
    {"description", IS_NOTE, is_string},
    {"examples", IS_NOTE, is_list},
    {"type", HOLDS_NONE, is_type},
    {"const", HOLDS_NONE, is_anything},
    {"enum", HOLDS_NONE, is_list},
    {"required", HOLDS_NONE, is_string_list},
    {"pattern", HOLDS_NONE, is_string},
    {"minimum", HOLDS_NONE, is_integer},
    {"$ref", HOLDS_NONE, is_string},
    {"items", HOLDS_SCHEMA, is_object},
    {"additionalProperties", HOLDS_SCHEMA, is_object},
    {"propertyNames", HOLDS_SCHEMA, is_object},
    {"allOf", HOLDS_LIST, is_list},
    {"anyOf", HOLDS_LIST, is_list},
    {"properties", HOLDS_MAP, is_object},
    {"$defs", HOLDS_MAP, is_object},
};

static bool add_node(tv_json_schema *schema, const json_t *part, const char *where,
                     const json_t *owner);

// Sets `inner` to the pointer of a part of `where`.
static bool point_at(const tv_json_schema *schema, char inner[MAX_POINTER], const char *where,
                     const char *name)
{
    if (snprintf(inner, MAX_POINTER, "%s/%s", where, name) >= MAX_POINTER) {
        set_error(schema->error, "%s: nested too deep", where);
        return false;
    }
    return true;
}

static bool add_map(tv_json_schema *schema, json_t *map, const char *where, const json_t *owner)
{
    char inner[MAX_POINTER];
    const char *name;
    json_t *part;
    json_object_foreach(map, name, part)
    {
        if (!point_at(schema, inner, where, name) || !add_node(schema, part, inner, owner)) {
            return false;
        }
    }
    return true;
}

static bool add_list(tv_json_schema *schema, const json_t *list, const char *where)
{
    char inner[MAX_POINTER];
    char number[24];
    for (size_t i = 0; i < json_array_size(list); i++) {
        (void)snprintf(number, sizeof(number), "%zu", i);
        if (!point_at(schema, inner, where, number) ||
            !add_node(schema, json_array_get(list, i), inner, NULL)) {
            return false;
        }
    }
    return true;
}

static bool add_keyword(tv_json_schema *schema, tv_schema_node *self, const char *name,
                        json_t *value)
{
    const char *where = self->where;
    char inner[MAX_POINTER];
    size_t i = 0;
    while (i < sizeof(keywords) / sizeof(keywords[0]) && strcmp(keywords[i].name, name) != 0) {
        i++;
    }
    if (i == sizeof(keywords) / sizeof(keywords[0])) {
        set_error(schema->error, "%s: the keyword %s is not known", where, name);
        return false;
    }
    if (!keywords[i].is_good(value)) {
        set_error(schema->error, "%s: %s is not as it must be", where, name);
        return false;
    }
    if (!point_at(schema, inner, where, name)) {
        return false;
    }
    self->is_open = self->is_open && keywords[i].holds == IS_NOTE;
    switch (keywords[i].holds) {
    case HOLDS_SCHEMA:
        return add_node(schema, value, inner, NULL);
    case HOLDS_LIST:
        return add_list(schema, value, inner);
    case HOLDS_MAP:
        return add_map(schema, value, inner, strcmp(name, "properties") == 0 ? self->schema : NULL);
    case HOLDS_NONE:
    case IS_NOTE:
        break;
    }
    return true;
}

static bool compile_pattern(tv_json_schema *schema, tv_schema_node *self)
{
    const json_t *pattern = json_object_get(self->schema, "pattern");
    if (pattern == NULL) {
        return true;
    }
    if (regcomp(&self->pattern, json_string_value(pattern), REG_EXTENDED | REG_NOSUB) != 0) {
        set_error(schema->error, "%s: pattern is not as it must be", self->where);
        return false;
    }
    self->has_pattern = true;
    return true;
}

static bool add_node(tv_json_schema *schema, const json_t *part, const char *where,
                     const json_t *owner)
{
    const char *keyword;
    json_t *value;
    if (!json_is_object(part) || schema->num_nodes == MAX_NODES) {
        set_error(schema->error, "%s: no object, or one too many", where);
        return false;
    }
    if (owner != NULL) {
        schema->properties[schema->num_properties++] = schema->num_nodes;
    }
    tv_schema_node *self = &schema->nodes[schema->num_nodes++];
    *self = (tv_schema_node){
        .schema = part, .owner = owner, .where = must_have(strdup(where)), .is_open = true};
    json_object_foreach((json_t *)part, keyword, value)
    {
        if (!add_keyword(schema, self, keyword, value)) {
            return false;
        }
    }
    return compile_pattern(schema, self);
}

tv_schema_node *tv_schema_node_at(const tv_json_schema *schema, const char *where)
{
    for (size_t i = 0; i < schema->num_nodes; i++) {
        if (strcmp(schema->nodes[i].where, where) == 0) {
            return &schema->nodes[i];
        }
    }
    return NULL;
}

tv_schema_node *tv_schema_node_of(const tv_json_schema *schema, const json_t *part)
{
    for (size_t i = 0; i < schema->num_nodes; i++) {
        if (schema->nodes[i].schema == part) {
            return &schema->nodes[i];
        }
    }
    abort(); // the walk has been at every part
}

// Every $ref leads somewhere, and every example is as its schema says.
static bool is_sound(tv_json_schema *schema)
{
    for (size_t i = 0; i < schema->num_nodes; i++) {
        const json_t *ref = json_object_get(schema->nodes[i].schema, "$ref");
        if (ref != NULL && tv_schema_node_at(schema, json_string_value(ref)) == NULL) {
            set_error(schema->error, "%s: $ref leads nowhere", schema->nodes[i].where);
            return false;
        }
    }
    for (size_t i = 0; i < schema->num_nodes; i++) {
        char error[TV_SCHEMA_ERROR_MAX];
        const char *where = schema->nodes[i].where;
        const json_t *examples = json_object_get(schema->nodes[i].schema, "examples");
        for (size_t k = 0; k < json_array_size(examples); k++) {
            if (!tv_json_schema_holds(schema, where, json_array_get(examples, k), TV_SCHEMA_OPEN,
                                      error)) {
                set_error(schema->error, "%s: example %zu does not hold: %.512s", where, k, error);
                return false;
            }
        }
    }
    for (size_t i = 0; i < schema->num_nodes; i++) {
        schema->nodes[i].seen = 0; // an example is no record
        schema->nodes[i].seen_values = 0;
    }
    return true;
}

tv_json_schema *tv_json_schema_open(json_t *root, char error[TV_SCHEMA_ERROR_MAX])
{
    tv_json_schema *schema = must_have(calloc(1, sizeof(*schema)));
    schema->root = root;
    schema->nodes = must_have(calloc(MAX_NODES, sizeof(tv_schema_node)));
    schema->properties = must_have(calloc(MAX_NODES, sizeof(size_t)));
    schema->error = error;
    if (!add_node(schema, root, "#", NULL) || !is_sound(schema)) {
        tv_json_schema_close(schema);
        return NULL;
    }
    schema->error = NULL;
    return schema;
}

void tv_json_schema_close(tv_json_schema *schema)
{
    if (schema == NULL) {
        return;
    }
    for (size_t i = 0; i < schema->num_nodes; i++) {
        if (schema->nodes[i].has_pattern) {
            regfree(&schema->nodes[i].pattern);
        }
        free(schema->nodes[i].where);
    }
    free(schema->nodes);
    free(schema->properties);
    json_decref(schema->root);
    free(schema);
}

// The types that a schema takes; 0 when it says nothing of them.
static unsigned told_types(const tv_json_schema *schema, const json_t *part)
{
    const json_t *constant = json_object_get(part, "const");
    const json_t *first = json_array_get(json_object_get(part, "enum"), 0);
    const json_t *ref = json_object_get(part, "$ref");
    const json_t *any = json_object_get(part, "anyOf");
    unsigned types = tv_schema_types(json_object_get(part, "type"));
    if (constant != NULL || first != NULL) {
        types |= TV_JSON_TYPE_BIT(json_typeof(constant != NULL ? constant : first));
    }
    if (ref != NULL) {
        types |= told_types(schema, tv_schema_node_at(schema, json_string_value(ref))->schema);
    }
    for (size_t i = 0; i < json_array_size(any); i++) {
        types |= told_types(schema, json_array_get(any, i));
    }
    return types;
}

bool tv_json_schema_unseen_value(const tv_json_schema *schema, const char **where,
                                 const json_t **value)
{
    for (size_t i = 0; i < schema->num_nodes; i++) {
        const tv_schema_node *self = &schema->nodes[i];
        const json_t *list = json_object_get(self->schema, "enum");
        for (size_t k = 0; k < json_array_size(list); k++) {
            if ((self->seen_values >> k & 1) == 0) {
                *where = self->where;
                *value = json_array_get(list, k);
                return true;
            }
        }
    }
    return false;
}

size_t tv_json_schema_num_properties(const tv_json_schema *schema)
{
    return schema->num_properties;
}

tv_schema_property tv_json_schema_property(const tv_json_schema *schema, size_t i)
{
    const tv_schema_node *self = &schema->nodes[schema->properties[i]];
    const json_t *required = json_object_get(self->owner, "required");
    tv_schema_property out = {
        .where = self->where,
        .is_described = json_object_get(self->schema, "description") != NULL,
        .told = told_types(schema, self->schema),
        .seen = self->seen,
    };
    const char *name = strrchr(self->where, '/') + 1;
    for (size_t k = 0; k < json_array_size(required) && !out.is_required; k++) {
        out.is_required = strcmp(json_string_value(json_array_get(required, k)), name) == 0;
    }
    return out;
}
