// SPDX-License-Identifier: Apache-2.0
// The attributes of a Name come in the order in which they are written, and a malformed Name ends
// the walk.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "cert/name_walk.h"

#include <stdlib.h>

#define ATTRIBUTE(value) "\x30\x08\x06\x03\x55\x04\x03\x13\x01" value

static const struct {
    const char *name;
    tv_span der;
    const char *values; // a character each
} cases[] = {
    {"no RDN", {(const uint8_t *)"\x30\x00", 2}, ""},
    {"one", {(const uint8_t *)"\x30\x0c\x31\x0a" ATTRIBUTE("a"), 14}, "a"},
    {"two RDNs",
     {(const uint8_t *)"\x30\x18\x31\x0a" ATTRIBUTE("a") "\x31\x0a" ATTRIBUTE("b"), 26},
     "ab"},
    {"two in one RDN, one in the next",
     {(const uint8_t *)"\x30\x22\x31\x14" ATTRIBUTE("a") ATTRIBUTE("b") "\x31\x0a" ATTRIBUTE("c"),
      36},
     "abc"},
    {"an RDN without an attribute",
     {(const uint8_t *)"\x30\x0e\x31\x00\x31\x0a" ATTRIBUTE("a"), 16},
     "a"},
    {"not a Name", {(const uint8_t *)"\x31\x00", 2}, ""},
    {"no bytes", {NULL, 0}, ""},
    {"cut off", {(const uint8_t *)"\x30\x0c\x31\x0a", 4}, ""},
    {"not an RDN behind the first",
     {(const uint8_t *)"\x30\x18\x31\x0a" ATTRIBUTE("a") "\x30\x0a" ATTRIBUTE("b"), 26},
     "a"},
    {"not an attribute behind the first",
     {(const uint8_t *)"\x30\x16\x31\x14" ATTRIBUTE("a") "\x31\x08\x06\x03\x55\x04\x03\x13\x01"
                                                         "b",
      24},
     "a"},
};

static void test_attributes_come_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t *bytes = malloc(cases[i].der.len > 0 ? cases[i].der.len : 1);
        assert_non_null(bytes);
        if (cases[i].der.len > 0) {
            memcpy(bytes, cases[i].der.ptr, cases[i].der.len);
        }
        tv_name_walk walk = tv_name_walk_open((tv_span){bytes, cases[i].der.len});
        tv_name_attribute attribute;
        char values[8] = "";
        size_t count = 0;
        while (tv_name_walk_next(&walk, &attribute)) {
            assert_true(tv_span_equal(attribute.type, TV_LIT("\x55\x04\x03")));
            assert_int_equal(attribute.value.tag, TV_DER_PRINTABLE_STRING);
            assert_int_equal(attribute.value.contents.len, 1);
            assert_in_range(count, 0, sizeof(values) - 2);
            values[count++] = (char)attribute.value.contents.ptr[0];
        }
        assert_false(tv_name_walk_next(&walk, &attribute));
        free(bytes);
        if (strcmp(values, cases[i].values) != 0) {
            fail_msg("%s: \"%s\"", cases[i].name, values);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_attributes_come_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
