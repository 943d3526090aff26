// SPDX-License-Identifier: Apache-2.0
// The validator that schema_test.c trusts: values that each keyword takes and refuses, and schemas
// that are refused because they say something that would not be checked.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/judging/json_schema.h"

#include <string.h>

#define ANY_OF                                                                                     \
    "{'anyOf':[{'properties':{'a':{'const':1}},'required':['a']},"                                 \
    "{'properties':{'b':{'type':'null'}},'required':['b']}]}"
#define ALL_OF                                                                                     \
    "{'properties':{'c':{}},'allOf':[{'$ref':'#/$defs/part'}],"                                    \
    "'$defs':{'part':{'required':['a'],'properties':{'a':{'type':'integer'}}}}}"
#define MAP                                                                                        \
    "{'properties':{'n':{'type':'null'}},'propertyNames':{'pattern':'^[a-z]+$'},"                  \
    "'additionalProperties':{'minimum':1}}"
#define LOOP "{'$ref':'#'}"

// Quotes are single ones. `error` is a part of what is told; NULL: it holds.
static const struct {
    const char *schema, *value;
    tv_schema_mode mode;
    const char *error;
} values[] = {
    {"{'type':'string'}", "'x'", TV_SCHEMA_CLOSED, NULL},
    {"{'type':'string'}", "1", TV_SCHEMA_CLOSED, "of another type"},
    {"{'type':'string'}", "null", TV_SCHEMA_CLOSED, "of another type"},
    {"{'type':'integer'}", "1.5", TV_SCHEMA_CLOSED, "of another type"},
    {"{'type':'number'}", "1.5", TV_SCHEMA_CLOSED, NULL},
    {"{'type':'boolean'}", "false", TV_SCHEMA_CLOSED, NULL},
    {"{'type':'array'}", "{}", TV_SCHEMA_CLOSED, "of another type"},
    {"{'type':['integer','null']}", "null", TV_SCHEMA_CLOSED, NULL},
    {"{'type':['integer','null']}", "true", TV_SCHEMA_CLOSED, "of another type"},
    {"{'type':['integer','null'],'minimum':1}", "null", TV_SCHEMA_CLOSED, NULL},
    {"{'type':['integer','null'],'minimum':1}", "1", TV_SCHEMA_CLOSED, NULL},
    {"{'type':['integer','null'],'minimum':1}", "0", TV_SCHEMA_CLOSED, "less than the minimum"},
    {"{'const':'run'}", "'run'", TV_SCHEMA_CLOSED, NULL},
    {"{'const':'run'}", "'runs'", TV_SCHEMA_CLOSED, "another value"},
    {"{'enum':['a',null]}", "null", TV_SCHEMA_CLOSED, NULL},
    {"{'enum':['a',null]}", "'b'", TV_SCHEMA_CLOSED, "none of the listed"},
    {"{'pattern':'^[0-9]{2}$'}", "'42'", TV_SCHEMA_CLOSED, NULL},
    {"{'pattern':'^[0-9]{2}$'}", "'423'", TV_SCHEMA_CLOSED, "does not match"},
    {"{'pattern':'^[0-9]{2}$'}", "'42\\n'", TV_SCHEMA_CLOSED, "does not match"},
    {"{'pattern':'^[0-9]{2}$'}", "'42\\u0000'", TV_SCHEMA_CLOSED, "does not match"},
    {"{'pattern':'^[0-9]{2}$'}", "423", TV_SCHEMA_CLOSED, NULL},
    {"{'required':['a']}", "{'a':null}", TV_SCHEMA_OPEN, NULL},
    {"{'required':['a']}", "{'b':null}", TV_SCHEMA_OPEN, "a is missing"},
    {"{'properties':{'a':{'type':'null'}}}", "{}", TV_SCHEMA_CLOSED, NULL},
    {"{'properties':{'a':{'type':'null'}}}", "{'a':1}", TV_SCHEMA_CLOSED, "/a: is of another"},
    {"{'properties':{'a':{'type':'null'}}}", "{'b':1}", TV_SCHEMA_OPEN, NULL},
    {"{'properties':{'a':{'type':'null'}}}", "{'b':1}", TV_SCHEMA_CLOSED, "b is a member"},
    {"{'properties':{'a':{'type':'object'}}}", "{'a':{'b':1}}", TV_SCHEMA_OPEN, NULL},
    {"{'properties':{'a':{'type':'object'}}}", "{'a':{'b':1}}", TV_SCHEMA_CLOSED, "/a: b is a"},
    {"{'properties':{'a':{'title':'any'}}}", "{'a':{'b':{'c':1}}}", TV_SCHEMA_CLOSED, NULL},
    {"{'title':'t','items':{'type':'null'}}", "{'a':1}", TV_SCHEMA_CLOSED, "a is a member"},
    {"{'items':{'type':'null'}}", "[null,null]", TV_SCHEMA_CLOSED, NULL},
    {"{'items':{'type':'null'}}", "[null,0]", TV_SCHEMA_CLOSED, "/*: is of another type"},
    {"{'items':{'properties':{'a':{}}}}", "[{'b':1}]", TV_SCHEMA_CLOSED, "/*: b is a member"},
    {MAP, "{'n':null,'a':1}", TV_SCHEMA_CLOSED, NULL},
    {MAP, "{'n':0}", TV_SCHEMA_CLOSED, "/n: is of another type"},
    {MAP, "{'a':0}", TV_SCHEMA_CLOSED, "/a: is less"},
    {MAP, "{'A':1}", TV_SCHEMA_CLOSED, "/A: does not match"},
    {ALL_OF, "{'a':1,'c':2}", TV_SCHEMA_CLOSED, NULL},
    {ALL_OF, "{'a':null}", TV_SCHEMA_CLOSED, "/a: is of another type"},
    {ALL_OF, "{'c':2}", TV_SCHEMA_CLOSED, "a is missing"},
    {ALL_OF, "{'a':1,'d':2}", TV_SCHEMA_CLOSED, "d is a member"},
    {ANY_OF, "{'a':1}", TV_SCHEMA_CLOSED, NULL},
    {ANY_OF, "{'a':1,'b':null}", TV_SCHEMA_CLOSED, NULL},
    {ANY_OF, "{'a':1,'b':0}", TV_SCHEMA_OPEN, NULL},
    {ANY_OF, "{'a':1,'b':0}", TV_SCHEMA_CLOSED, "b is a member"}, // of a branch that does not hold
    {ANY_OF, "{'a':2}", TV_SCHEMA_OPEN, "[/a: is another value than the one that it must be][("},
    {ANY_OF, "{'c':2}", TV_SCHEMA_OPEN, "a is missing"},
    {LOOP, "1", TV_SCHEMA_OPEN, "nested too deep"},
};

static const struct {
    const char *schema;
    const char *error;
} refused[] = {
    {"[]", "no object"},
    {"{'maxLength':3}", "maxLength is not known"},
    {"{'format':'date-time'}", "format is not known"},
    {"{'properties':{'a':{'minItems':1}}}", "#/properties/a: the keyword minItems"},
    {"{'$defs':{'a':{'oneOf':[{}]}}}", "#/$defs/a: the keyword oneOf"},
    {"{'anyOf':[{},{'not':{}}]}", "#/anyOf/1: the keyword not"},
    {"{'items':true}", "items is not as it must be"},
    {"{'additionalProperties':false}", "additionalProperties is not"},
    {"{'properties':{'a':true}}", "#/properties/a: no object"},
    {"{'type':'text'}", "type is not as it must be"},
    {"{'type':['null','text']}", "type is not as it must be"},
    {"{'type':[]}", "type is not as it must be"},
    {"{'enum':'a'}", "enum is not as it must be"},
    {"{'required':'a'}", "required is not as it must be"},
    {"{'required':[1]}", "required is not as it must be"},
    {"{'minimum':'1'}", "minimum is not as it must be"},
    {"{'pattern':'('}", "pattern is not as it must be"},
    {"{'pattern':1}", "pattern is not as it must be"},
    {"{'anyOf':[]}", "anyOf is not as it must be"},
    {"{'$ref':'#/$defs/a'}", "$ref leads nowhere"},
    {"{'$ref':'other.json'}", "$ref leads nowhere"},
    {"{'type':'string','examples':['a',1]}", "example 1 does not hold"},
};

// Text with single quotes as JSON.
static json_t *read_json(const char *text)
{
    char quoted[512];
    json_error_t error;
    size_t len = strlen(text);
    assert_true(len < sizeof(quoted));
    for (size_t i = 0; i <= len; i++) {
        quoted[i] = text[i];
        if (text[i] == '\'') {
            quoted[i] = '"';
        }
    }
    json_t *value = json_loads(quoted, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (value == NULL) {
        fail_msg("%s: %s", text, error.text);
    }
    return value;
}

static void test_keywords_take_and_refuse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char error[TV_SCHEMA_ERROR_MAX] = "";
        tv_json_schema *schema = tv_json_schema_open(read_json(values[i].schema), error);
        if (schema == NULL) {
            fail_msg("%s: %s", values[i].schema, error);
        }
        json_t *value = read_json(values[i].value);
        bool holds = tv_json_schema_holds(schema, "#", value, values[i].mode, error);
        bool told = values[i].error == NULL || strstr(error, values[i].error) != NULL;
        if (holds != (values[i].error == NULL) || !told) {
            fail_msg("%s against %s: %s", values[i].value, values[i].schema,
                     holds ? "holds" : error);
        }
        json_decref(value);
        tv_json_schema_close(schema);
    }
}

static void test_what_is_not_known_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        char error[TV_SCHEMA_ERROR_MAX] = "";
        tv_json_schema *schema = tv_json_schema_open(read_json(refused[i].schema), error);
        if (schema != NULL || strstr(error, refused[i].error) == NULL) {
            fail_msg("%s: %s", refused[i].schema, schema != NULL ? "taken" : error);
        }
    }
}

// The property whose pointer is `where`.
static tv_schema_property property(const tv_json_schema *schema, const char *where)
{
    for (size_t i = 0; i < tv_json_schema_num_properties(schema); i++) {
        if (strcmp(tv_json_schema_property(schema, i).where, where) == 0) {
            return tv_json_schema_property(schema, i);
        }
    }
    fail_msg("%s is no property", where);
    return (tv_schema_property){0};
}

static void test_what_occurs_is_seen(void **state)
{
    static const char text[] =
        "{'required':['a'],'properties':{'a':{'description':'d','anyOf':[{'$ref':'#/$defs/n'},"
        "{'type':'null'}]},'any':{}},'anyOf':[{'properties':{'b':{'const':1}}},"
        "{'properties':{'b':{'enum':['x','y']}}}],'$defs':{'n':{'type':'integer','examples':[1]}}}";
    char error[TV_SCHEMA_ERROR_MAX];
    (void)state;
    tv_json_schema *schema = tv_json_schema_open(read_json(text), error);
    assert_non_null(schema);
    assert_int_equal(tv_json_schema_num_properties(schema), 4);
    assert_int_equal(property(schema, "#/properties/a").seen, 0);

    json_t *bad = read_json("{'a':1,'b':2}");
    json_t *good = read_json("{'a':null,'b':'x'}");
    json_t *other = read_json("{'a':1,'b':'y'}");
    assert_false(tv_json_schema_holds(schema, "#", bad, TV_SCHEMA_CLOSED, error));
    assert_int_equal(property(schema, "#/properties/a").seen, 0);
    assert_true(tv_json_schema_holds(schema, "#", good, TV_SCHEMA_CLOSED, error));

    tv_schema_property a = property(schema, "#/properties/a");
    assert_true(a.is_required && a.is_described);
    assert_int_equal(a.told, TV_JSON_TYPE_BIT(JSON_INTEGER) | TV_JSON_TYPE_BIT(JSON_NULL));
    assert_int_equal(a.seen, TV_JSON_TYPE_BIT(JSON_NULL));
    tv_schema_property any = property(schema, "#/properties/any");
    assert_false(any.is_required || any.is_described);
    assert_int_equal(any.told, 0);
    assert_int_equal(any.seen, 0);
    assert_int_equal(property(schema, "#/anyOf/0/properties/b").seen, 0);
    assert_int_equal(property(schema, "#/anyOf/1/properties/b").seen,
                     TV_JSON_TYPE_BIT(JSON_STRING));

    const char *where;
    const json_t *value;
    assert_true(tv_json_schema_unseen_value(schema, &where, &value));
    assert_string_equal(where, "#/anyOf/1/properties/b");
    assert_string_equal(json_string_value(value), "y");
    assert_true(tv_json_schema_holds(schema, "#", other, TV_SCHEMA_CLOSED, error));
    assert_false(tv_json_schema_unseen_value(schema, &where, &value));
    json_decref(bad);
    json_decref(good);
    json_decref(other);
    tv_json_schema_close(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keywords_take_and_refuse),
        cmocka_unit_test(test_what_is_not_known_is_refused),
        cmocka_unit_test(test_what_occurs_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
