// SPDX-License-Identifier: Apache-2.0
// A value and a node of a schema come in; whether the value is as the node says goes out. What is
// seen of properties is noted in the nodes.
#include "support/judging/json_schema_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PATH = 256, MAX_DEPTH = 64 };

// One value under check.
typedef struct check {
    tv_json_schema *schema;
    tv_schema_mode mode;
    bool counts; // properties that occur are seen
    char *error;
} check;

static void *must_have(void *memory)
{
    if (memory == NULL) {
        (void)fprintf(stderr, "json schema: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

// The place of a value in the record, to be told.
typedef struct place {
    const struct place *outer;
    const char *name; // of the member; NULL: an array's element
    size_t depth;
} place;

static bool fail(const check *self, const place *at, const char *what)
{
    char path[MAX_PATH] = "";
    for (; at->outer != NULL; at = at->outer) {
        char inner[MAX_PATH];
        (void)memcpy(inner, path, sizeof(inner));
        (void)snprintf(path, sizeof(path), "/%.60s%.190s", at->name != NULL ? at->name : "*",
                       inner);
    }
    (void)snprintf(self->error, TV_SCHEMA_ERROR_MAX, "%s: %s",
                   path[0] != '\0' ? path : "(the whole)", what);
    return false;
}

// `named` collects the members of `value` that any schema at its place names.
static bool check_node(const check *self, tv_schema_node *schema, const json_t *value,
                       const place *at, json_t *named);

// A value at a place of its own.
static bool check_place(const check *self, tv_schema_node *schema, const json_t *value,
                        const place *at)
{
    char what[128];
    const char *name;
    json_t *member;
    json_t *named = must_have(json_object());
    bool good = check_node(self, schema, value, at, named);
    if (good && self->mode == TV_SCHEMA_CLOSED && !schema->is_open) {
        json_object_foreach((json_t *)value, name, member)
        {
            if (json_object_get(named, name) == NULL) {
                (void)snprintf(what, sizeof(what), "%.60s is a member that no schema names", name);
                good = fail(self, at, what);
                break;
            }
        }
    }
    json_decref(named);
    return good;
}

static bool check_value(const check *self, tv_schema_node *schema, const json_t *value,
                        const place *at)
{
    const json_t *type = json_object_get(schema->schema, "type");
    const json_t *constant = json_object_get(schema->schema, "const");
    const json_t *list = json_object_get(schema->schema, "enum");
    const json_t *minimum = json_object_get(schema->schema, "minimum");
    if (type != NULL && (tv_schema_types(type) & TV_JSON_TYPE_BIT(json_typeof(value))) == 0) {
        return fail(self, at, "is of another type");
    }
    if (constant != NULL && !json_equal(constant, value)) {
        return fail(self, at, "is another value than the one that it must be");
    }
    size_t found = 0;
    while (found < json_array_size(list) && !json_equal(json_array_get(list, found), value)) {
        found++;
    }
    if (list != NULL && found == json_array_size(list)) {
        return fail(self, at, "is none of the listed values");
    }
    if (list != NULL && self->counts) {
        schema->seen_values |= UINT32_C(1) << found;
    }
    if (minimum != NULL && json_is_number(value) &&
        json_number_value(value) < json_number_value(minimum)) {
        return fail(self, at, "is less than the minimum");
    }
    if (schema->has_pattern && json_is_string(value) &&
        (strlen(json_string_value(value)) != json_string_length(value) ||
         regexec(&schema->pattern, json_string_value(value), 0, NULL, 0) != 0)) {
        return fail(self, at, "does not match the pattern");
    }
    return true;
}

static bool check_required(const check *self, const tv_schema_node *schema, const json_t *value,
                           const place *at)
{
    char what[128];
    const json_t *required = json_object_get(schema->schema, "required");
    for (size_t i = 0; i < json_array_size(required); i++) {
        const char *name = json_string_value(json_array_get(required, i));
        if (json_object_get(value, name) == NULL) {
            (void)snprintf(what, sizeof(what), "%.60s is missing", name);
            return fail(self, at, what);
        }
    }
    return true;
}

static bool check_member(const check *self, const tv_schema_node *schema, const char *name,
                         json_t *member, const place *at, json_t *named)
{
    const place inner = {at, name, at->depth + 1};
    const json_t *names = json_object_get(schema->schema, "propertyNames");
    const json_t *part = json_object_get(json_object_get(schema->schema, "properties"), name);
    if (names != NULL) {
        json_t *text = must_have(json_string(name));
        bool good = check_place(self, tv_schema_node_of(self->schema, names), text, &inner);
        json_decref(text);
        if (!good) {
            return false;
        }
    }
    if (part == NULL) {
        part = json_object_get(schema->schema, "additionalProperties");
    }
    if (part == NULL) {
        return true;
    }
    tv_schema_node *property = tv_schema_node_of(self->schema, part);
    if (self->counts) {
        property->seen |= TV_JSON_TYPE_BIT(json_typeof(member));
    }
    (void)json_object_set_new(named, name, json_true());
    return check_place(self, property, member, &inner);
}

static bool check_members(const check *self, const tv_schema_node *schema, const json_t *value,
                          const place *at, json_t *named)
{
    const json_t *items = json_object_get(schema->schema, "items");
    const place element = {at, NULL, at->depth + 1};
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        if (!check_member(self, schema, name, member, at, named)) {
            return false;
        }
    }
    for (size_t i = 0; items != NULL && i < json_array_size(value); i++) {
        if (!check_place(self, tv_schema_node_of(self->schema, items), json_array_get(value, i),
                         &element)) {
            return false;
        }
    }
    return true;
}

// One branch at least holds. All that do are gone through again, to name and to count: what a
// branch that does not hold has named counts for nothing.
static bool check_any(const check *self, const json_t *branches, const json_t *value,
                      const place *at, json_t *named)
{
    char told[TV_SCHEMA_ERROR_MAX] = "";
    char error[TV_SCHEMA_ERROR_MAX];
    bool found = false;
    for (size_t i = 0; i < json_array_size(branches); i++) {
        tv_schema_node *branch = tv_schema_node_of(self->schema, json_array_get(branches, i));
        check trial = *self;
        trial.counts = false;
        trial.error = error;
        json_t *scratch = must_have(json_object());
        bool good = check_node(&trial, branch, value, at, scratch);
        json_decref(scratch);
        if (good) {
            found = true;
            (void)check_node(self, branch, value, at, named);
        } else if (!found) {
            size_t len = strlen(told);
            (void)snprintf(told + len, sizeof(told) - len, "[%.200s]", error);
        }
    }
    return found || fail(self, at, told);
}

static bool check_node(const check *self, tv_schema_node *schema, const json_t *value,
                       const place *at, json_t *named)
{
    const json_t *ref = json_object_get(schema->schema, "$ref");
    const json_t *all = json_object_get(schema->schema, "allOf");
    const json_t *any = json_object_get(schema->schema, "anyOf");
    place next = *at;
    if (++next.depth > MAX_DEPTH) {
        return fail(self, at, "is nested too deep, or its schema refers to itself");
    }
    if (!check_value(self, schema, value, at) || !check_required(self, schema, value, at) ||
        !check_members(self, schema, value, &next, named)) {
        return false;
    }
    if (ref != NULL && !check_node(self, tv_schema_node_at(self->schema, json_string_value(ref)),
                                   value, &next, named)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(all); i++) {
        tv_schema_node *part = tv_schema_node_of(self->schema, json_array_get(all, i));
        if (!check_node(self, part, value, &next, named)) {
            return false;
        }
    }
    return any == NULL || check_any(self, any, value, &next, named);
}

bool tv_json_schema_holds(tv_json_schema *schema, const char *where, const json_t *value,
                          tv_schema_mode mode, char error[TV_SCHEMA_ERROR_MAX])
{
    tv_schema_node *part = tv_schema_node_at(schema, where);
    const place whole = {NULL, NULL, 0};
    check self = {schema, mode, false, error};
    if (part == NULL) {
        (void)snprintf(error, TV_SCHEMA_ERROR_MAX, "%s is no part of the schema", where);
        return false;
    }
    if (!check_place(&self, part, value, &whole)) {
        return false;
    }
    self.counts = true; // only what holds
    return check_place(&self, part, value, &whole);
}
