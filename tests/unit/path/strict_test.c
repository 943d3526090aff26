// SPDX-License-Identifier: Apache-2.0
// MUSTs of the certificate profile: what breaks one, where, and that only strict profiles ask.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "path/search.h"

// A span that a constant table may hold.
#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
#define NO_NAME BYTES("\x30\x00")
#define SOME_NAME BYTES("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02\x43\x41")

static const uint32_t malformed = TV_REASON_BIT(TV_REASON_MALFORMED);

static const struct {
    const char *name;
    tv_span serial, subject;
    uint32_t has, critical;
    bool is_ca;
    uint32_t failed, failed_as_anchor;
} cases[] = {
    {"as it should be", BYTES("\x01"), SOME_NAME, 0, 0, false, 0, 0},
    {"serial number zero", BYTES("\x00"), SOME_NAME, 0, 0, false, malformed, 0},
    {"serial number absent", {NULL, 0}, SOME_NAME, 0, 0, false, malformed, 0},
    {"negative serial number", BYTES("\x80"), SOME_NAME, 0, 0, false, malformed, 0},
    {"serial number 128", BYTES("\x00\x80"), SOME_NAME, 0, 0, false, 0, 0},
    {"serial number of 20 octets", BYTES("01234567890123456789"), SOME_NAME, 0, 0, false, 0, 0},
    {"of 21", BYTES("012345678901234567890"), SOME_NAME, 0, 0, false, malformed, 0},
    {"name constraints of no CA", BYTES("\x01"), SOME_NAME, TV_EXT_NAME_CONSTRAINTS,
     TV_EXT_NAME_CONSTRAINTS, false, malformed, malformed},
    {"name constraints of a CA", BYTES("\x01"), SOME_NAME, TV_EXT_NAME_CONSTRAINTS, 0, true, 0, 0},
    {"SAN beside a subject", BYTES("\x01"), SOME_NAME, TV_EXT_SAN, 0, false, 0, 0},
    {"SAN alone, critical", BYTES("\x01"), NO_NAME, TV_EXT_SAN, TV_EXT_SAN, false, 0, 0},
    {"SAN alone", BYTES("\x01"), NO_NAME, TV_EXT_SAN, 0, false, malformed, malformed},
    {"no subject at all", BYTES("\x01"), NO_NAME, 0, 0, false, 0, 0},
};

static uint32_t failed_of(size_t i, const tv_profile *profile, bool is_anchor)
{
    const tv_cert cert = {
        .serial = cases[i].serial,
        .subject = cases[i].subject,
        .has = cases[i].has,
        .critical = cases[i].critical,
        .is_ca = cases[i].is_ca,
    };
    const tv_judge judge = {.profile = profile};
    static tv_path_search search;
    search.judge = &judge;
    tv_step step = {.cert = &cert, .is_anchor = is_anchor};
    tv_check_strict(&search, &step);
    return step.failed;
}

static void a_broken_must_denies(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, "rfc5280", NULL), TV_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (failed_of(i, profile, false) != cases[i].failed ||
            failed_of(i, profile, true) != cases[i].failed_as_anchor) {
            fail_msg("%s", cases[i].name);
        }
    }
    tv_profile_close(profile);
}

static void only_strict_profiles_ask(void **state)
{
    (void)state;
    tv_profile *profile;
    assert_int_equal(tv_profile_load(&profile, "rfc5280", NULL), TV_OK);
    assert_int_equal(tv_profile_set(profile, "setting strict", "value", "no", NULL), TV_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(failed_of(i, profile, false), 0);
    }
    tv_profile_close(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_must_denies),
        cmocka_unit_test(only_strict_profiles_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
