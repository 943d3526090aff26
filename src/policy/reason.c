// SPDX-License-Identifier: Apache-2.0
// The stable list of reasons and the words for how sure a rule is. A reason's number, id, code and
// meaning come from TV_REASON_LIST; what a profile makes of them is left to profile.c.

#include "policy/profile.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *id;
    int code;
    const char *text;
} reasons[TV_REASON_COUNT] = {[TV_REASON_NONE] = {"", 0, ""},
#define TV_REASON_ROW(name, id, code, text) [name] = {id, code, text},
                              TV_REASON_LIST(TV_REASON_ROW)
#undef TV_REASON_ROW
};

_Static_assert(TV_REASON_COUNT <= 32, "a set of reasons fits into 32 bits");

const char *tv_reason_id(tv_reason reason)
{
    assert(reason < TV_REASON_COUNT);
    return reasons[reason].id;
}

const char *tv_reason_text(tv_reason reason)
{
    assert(reason < TV_REASON_COUNT);
    return reasons[reason].text;
}

int tv_reason_openssl_code(tv_reason reason)
{
    assert(reason < TV_REASON_COUNT);
    return reasons[reason].code;
}

tv_reason tv_reason_find(const char *id)
{
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        if (strcmp(reasons[each].id, id) == 0) {
            return each;
        }
    }
    return TV_REASON_NONE;
}

tv_reason tv_reason_first(uint32_t set)
{
    for (tv_reason each = TV_REASON_NONE + 1; each < TV_REASON_COUNT; each++) {
        if ((set & TV_REASON_BIT(each)) != 0) {
            return each;
        }
    }
    return TV_REASON_NONE;
}

bool tv_reason_is_fact(tv_reason reason)
{
    static const uint32_t facts =
        TV_REASON_BIT(TV_REASON_MALFORMED) | TV_REASON_BIT(TV_REASON_BAD_SIGNATURE) |
        TV_REASON_BIT(TV_REASON_ISSUER_NOT_FOUND) | TV_REASON_BIT(TV_REASON_SELF_SIGNED) |
        TV_REASON_BIT(TV_REASON_ROOT_NOT_FOUND) | TV_REASON_BIT(TV_REASON_UNSUPPORTED_ALGORITHM) |
        TV_REASON_BIT(TV_REASON_BUDGET_SPENT);
    return (facts & TV_REASON_BIT(reason)) != 0;
}

const char *tv_certainty_text(tv_certainty certainty)
{
    static const char *const texts[] = {
        [TV_INFERRED] = "inferred", [TV_MEASURED] = "measured", [TV_DOCUMENTED] = "documented"};
    assert(certainty <= TV_DOCUMENTED);
    return texts[certainty];
}
