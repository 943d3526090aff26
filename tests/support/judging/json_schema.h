// SPDX-License-Identifier: Apache-2.0
// A JSON Schema (draft 2020-12) comes in and is held against JSON values. Only the keywords that
// docs/trustval-1.schema.json uses are known: type, const, enum, required, properties,
// additionalProperties, propertyNames, items, pattern, minimum, allOf, anyOf, $ref into the same
// document, and notes that check nothing. Any other one makes the schema itself be refused, so that
// nothing that it says is silently unchecked. Reading files is left to the caller.
#ifndef TV_TESTS_JSON_SCHEMA_H
#define TV_TESTS_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct tv_json_schema tv_json_schema;

enum { TV_SCHEMA_ERROR_MAX = 2048 };

// Takes a schema, which lives on in what is returned. NULL, with `error` set, when it uses what is
// not known, or when one of its `examples` does not hold.
tv_json_schema *tv_json_schema_open(json_t *root, char error[TV_SCHEMA_ERROR_MAX]);
void tv_json_schema_close(tv_json_schema *schema);

typedef enum tv_schema_mode {
    TV_SCHEMA_OPEN,   // as the standard has it: a member that is not named may be anything
    TV_SCHEMA_CLOSED, // a member that is not named is an error, but where anything is good
} tv_schema_mode;

// Whether a value is as the part of the schema at `where` ("#", "#/$defs/time") says. When it is,
// every named property and listed value that occurs in it is noted as seen; when not, `error` says
// what is wrong.
bool tv_json_schema_holds(tv_json_schema *schema, const char *where, const json_t *value,
                          tv_schema_mode mode, char error[TV_SCHEMA_ERROR_MAX]);

#define TV_JSON_TYPE_BIT(type) (1u << (type)) // of a json_type

// A property that the schema names, and what was seen of it.
typedef struct tv_schema_property {
    const char *where;   // "#/$defs/run/properties/at"
    bool is_described;   // has a description of its own
    bool is_required;    // by the object that names it
    unsigned told, seen; // TV_JSON_TYPE_BITs; told is 0 when any type is good
} tv_schema_property;

// Sets `*where` and `*value` to a value of an `enum` that was not seen, and where it is listed.
// False when there is none.
bool tv_json_schema_unseen_value(const tv_json_schema *schema, const char **where,
                                 const json_t **value);

size_t tv_json_schema_num_properties(const tv_json_schema *schema);
tv_schema_property tv_json_schema_property(const tv_json_schema *schema, size_t i);

#endif
